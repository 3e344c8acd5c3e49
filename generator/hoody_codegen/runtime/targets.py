"""Where downloads are saved: files that appear whole or not at all, and open files.

All of it blocks: the async client calls it in threads.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Protocol, cast

from .claims import Claim
from .errors import InvalidArgumentError
from .files import CHUNK


class Writable(Protocol):
    """An open binary file, or anything that can be written like one."""

    def write(self, data: bytes, /) -> object: ...


class Target(Protocol):
    """What a download is written to."""

    rewindable: bool

    def open(self) -> None: ...

    def write(self, piece: bytes) -> None: ...

    def rewind(self) -> None:
        """Throw away what was written."""

    def commit(self) -> None:
        """Finish: everything has come."""

    def abort(self) -> None:
        """Finish without success."""


class FileTarget:
    """An open file, written from where it stands; it stays open."""

    def __init__(self, file: Writable) -> None:
        if isinstance(file, io.TextIOBase):
            raise InvalidArgumentError("A file has to be opened in binary mode to be saved to")
        self._file = file
        self._start: int | None = None
        seekable = cast("IO[bytes]", file)
        try:
            if seekable.seekable():
                self._start = seekable.tell()
        except (AttributeError, OSError, ValueError):
            pass
        self.rewindable = self._start is not None

    def open(self) -> None:
        pass

    def write(self, piece: bytes) -> None:
        write_all(self._file, piece)

    def rewind(self) -> None:
        seekable = cast("IO[bytes]", self._file)
        if self._start is None:
            raise RuntimeError("This file can't go back")
        seekable.seek(self._start)
        seekable.truncate()

    def commit(self) -> None:
        flush = getattr(self._file, "flush", None)
        if flush is not None:
            flush()

    def abort(self) -> None:
        pass


class DeviceTarget(FileTarget):
    """A pipe, a terminal or a device, by its path: there is no renaming over these."""

    def __init__(self, path: Path) -> None:
        self._opened = path.open("wb", buffering=0)
        super().__init__(cast("Writable", self._opened))
        self.rewindable = False

    def commit(self) -> None:
        self._opened.close()

    def abort(self) -> None:
        self._opened.close()


class PathTarget:
    """A file by its path: written beside it, and renamed when everything has come.

    With ``keep``, what has come stays when the download fails, as ``<name>.part``, together with
    what is needed to continue it, in ``<name>.part.json``. While it is written,
    ``<name>.part.lock`` keeps others away from both.
    """

    rewindable = True

    def __init__(self, path: Path, *, keep: bool) -> None:
        # Through symbolic links: the link stays, and what it points to is replaced.
        self._path = Path(os.path.realpath(path))
        if self._path.is_dir():
            raise InvalidArgumentError(f"{str(path)!r} is a folder: give the name of a file in it")
        self._keep = keep
        middle = "" if keep else f".{secrets.token_hex(4)}"
        self._part = self._path.with_name(f"{_short(self._path.name)}{middle}.part")
        self._state = self._path.with_name(f"{self._part.name}.json")
        self._file: IO[bytes] | None = None
        self._claim: Claim | None = None

    @property
    def _opened(self) -> IO[bytes]:
        if self._file is None:
            raise RuntimeError("The file isn't open")
        return self._file

    def open(self) -> None:
        """BlockingIOError if another download that keeps its part writes it."""
        if self._keep:
            self._claim = Claim(self._part.with_name(f"{self._part.name}.lock"), self._path)
        try:
            self._file = self._part.open("r+b" if self._keep and self._part.exists() else "w+b")
            self._file.seek(0, os.SEEK_END)
        except BaseException:
            self._release()
            raise

    def kept(self, source: str) -> tuple[int, str] | None:
        """Bytes and validator that an earlier download of ``source`` left; None if there is none.

        What is there but can't be continued is thrown away.
        """
        done = self._opened.tell()
        try:
            state: object = json.loads(self._state.read_bytes())
        except (OSError, ValueError):
            state = None
        if isinstance(state, dict) and done:
            fields = cast("dict[str, object]", state)
            validator = fields.get("validator")
            if fields.get("source") == _name_of(source) and isinstance(validator, str):
                return done, validator
        self.rewind()
        return None

    def remember(self, source: str, validator: str | None) -> None:
        """Note by what the content can be continued; without a validator, it can't."""
        if validator is None:
            self._state.unlink(missing_ok=True)
            return
        state = json.dumps({"source": _name_of(source), "validator": validator})
        new = self._state.with_name(f"{self._state.name}.{secrets.token_hex(4)}")
        with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(state)
        new.replace(self._state)

    def write(self, piece: bytes) -> None:
        write_all(cast("Writable", self._opened), piece)

    def rewind(self) -> None:
        self._opened.seek(0)
        self._opened.truncate()

    def read_back(self) -> Iterator[bytes]:
        """What was written, from the beginning."""
        self._opened.seek(0)
        while piece := self._opened.read(CHUNK):
            yield piece

    def commit(self) -> None:
        try:
            self._opened.close()
            with contextlib.suppress(FileNotFoundError):
                # What was kept from others stays so.
                shutil.copymode(self._path, self._part)
            self._part.replace(self._path)
            self._state.unlink(missing_ok=True)
        finally:
            self._release()

    def abort(self) -> None:
        if self._file is None:
            return
        try:
            with contextlib.suppress(OSError):
                self._file.close()
            if not (self._keep and self._state.exists() and self._part.stat().st_size):
                self._part.unlink(missing_ok=True)
                self._state.unlink(missing_ok=True)
        finally:
            self._release()

    def _release(self) -> None:
        claim, self._claim = self._claim, None
        if claim is not None:
            claim.release()


def _short(name: str) -> str:
    """A name that has room for more behind it: file systems take 255 bytes."""
    return name if len(os.fsencode(name)) <= 200 else _name_of(name)[:32]


def _name_of(source: str) -> str:
    """A name for what is downloaded that doesn't give away secrets in its URL."""
    return hashlib.sha256(source.encode("utf-8", "surrogatepass")).hexdigest()


def write_all(file: Writable, piece: bytes) -> None:
    """Write all of ``piece``: an unbuffered file may take only a part at a time."""
    while piece:
        count = file.write(piece)
        if not isinstance(count, int) or count >= len(piece):
            return
        piece = piece[count:]


def is_device(path: Path) -> bool:
    """Whether something else than a file or a folder is there."""
    return path.exists() and not path.is_file() and not path.is_dir()
