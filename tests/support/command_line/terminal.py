"""Runs a program in a terminal of its own, as somebody who sits before it."""

from __future__ import annotations

import fcntl
import os
import re
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Mapping
from types import TracebackType

_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b\][^\x07]*\x07|\x1b[()][A-Z0-9]")

# The terminal has to be the controlling one of the process: passwords are asked for there.
_START = """\
import fcntl, runpy, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
sys.argv[1:] = sys.argv[2:]
runpy.run_module("{module}", run_name="__main__", alter_sys=True)
"""


class Terminal:
    """A program that runs in a pseudo-terminal; use it as a context manager.

    * ``written``: all that the screen was sent so far, escape sequences included.
    """

    def __init__(
        self,
        module: str,
        *words: str,
        environment: Mapping[str, str],
        columns: int = 80,
        lines: int = 40,
    ) -> None:
        self.written = ""
        self._seen = 0
        self._own, other = os.openpty()
        fcntl.ioctl(other, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        code = _START.format(module=module)
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-c", code, module, *words],
                env={"TERM": "xterm-256color", **environment},
                stdin=other,
                stdout=other,
                stderr=other,
                start_new_session=True,
            )
        finally:
            os.close(other)

    @property
    def screen(self) -> str:
        """What can be read there, without colours and movements."""
        return plain(self.written)

    def expect(self, text: str, *, seconds: float = 30) -> None:
        """Wait until this text appears behind what was expected before."""
        end = time.monotonic() + seconds
        while (at := self.screen.find(text, self._seen)) < 0:
            assert time.monotonic() < end, f"no {text!r} within {seconds} s: {self.screen!r}"
            goes_on = self._read(0.05) or self._process.poll() is None
            assert goes_on, f"ended without {text!r}: {self.screen!r}"
        self._seen = at + len(text)

    def press(self, text: str) -> None:
        """Press these keys."""
        os.write(self._own, text.encode())

    def wait(self, *, seconds: float = 30) -> int:
        """The exit status, once everything is on the screen."""
        end = time.monotonic() + seconds
        while self._process.poll() is None:
            assert time.monotonic() < end, f"still running: {self.screen!r}"
            self._read(0.05)
        while self._read(0):
            pass
        return self._process.returncode

    def _read(self, seconds: float) -> bool:
        """Take what has come; whether there was any."""
        if not select.select([self._own], [], [], seconds)[0]:
            return False
        try:
            data = os.read(self._own, 65536)
        except OSError:  # on Linux this is how a terminal says that nobody is left
            return False
        self.written += data.decode(errors="replace")
        return bool(data)

    def __enter__(self) -> Terminal:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        os.close(self._own)


def plain(text: str) -> str:
    """Text of a terminal without escape sequences."""
    return _ESCAPES.sub("", text)
