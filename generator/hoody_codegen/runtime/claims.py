"""Claims on files that only one download may write at a time, whatever process it is in.

A claim is an operating system's lock on a file that is there for nothing else. It ends with its
process, so one that was killed blocks nobody; its file may stay behind and is used again. Where a
file system knows no locks, there are no claims either.
"""

from __future__ import annotations

import contextlib
import errno
import os
import sys
from pathlib import Path
from typing import Final

# What the systems say of a lock that somebody else holds.
_HELD: Final = (errno.EACCES, errno.EAGAIN, errno.EWOULDBLOCK, errno.EDEADLK)


class Claim:
    """A claim that is held until :meth:`release`.

    BlockingIOError if somebody else holds it: it says that ``wanted`` is written by a download.
    """

    def __init__(self, path: Path, wanted: Path) -> None:
        self._path = path
        while True:
            self._file = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
            try:
                _lock(self._file)
                if self._is_there():
                    return
            except OSError as error:
                os.close(self._file)
                if error.errno in _HELD:
                    raise BlockingIOError(
                        errno.EWOULDBLOCK,
                        "Another download with resume=True writes this file: wait for its end",
                        str(wanted),
                    ) from None
                raise
            # Whoever held it took the file away between the opening and the lock.
            os.close(self._file)

    def _is_there(self) -> bool:
        try:
            return os.path.samestat(os.fstat(self._file), os.stat(self._path))
        except FileNotFoundError:
            return False

    def release(self) -> None:
        """Let go of it, and take its file away."""
        if sys.platform == "win32":
            # An open file can't be removed here, and one that somebody else has opened stays.
            os.close(self._file)
            _remove(self._path)
        else:
            # Before the lock is off: the file may be somebody else's from then on.
            _remove(self._path)
            _unlock(self._file)
            os.close(self._file)


def _remove(path: Path) -> None:
    # A file that stays is used again.
    with contextlib.suppress(OSError):
        path.unlink()


if sys.platform == "win32":
    import msvcrt

    def _lock(file: int) -> None:
        msvcrt.locking(file, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(file: int) -> None:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno not in (errno.ENOLCK, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP):
                raise

    def _unlock(file: int) -> None:
        """Not left to the closing: a process that was forked meanwhile has the file open, too."""
        fcntl.flock(file, fcntl.LOCK_UN)
