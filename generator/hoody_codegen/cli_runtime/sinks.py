"""Where results are printed."""

from __future__ import annotations

import json
import os
import re
from typing import TYPE_CHECKING

from .formats import NOTHING

if TYPE_CHECKING:
    from .context import Invocation

BOLD = "1"
DIM = "2"
RED = "31"
GREEN = "32"
YELLOW = "33"
CYAN = "36"
BLUE = "1;34"

_PLAINER = str.maketrans({"…": "...", NOTHING: "-", "✓": "yes", "✗": "no"})


class ReaderGone(Exception):
    """Whoever read the results has closed the pipe."""


class Sink:
    """Standard output: text or bytes, with colours or without."""

    def __init__(self, invocation: Invocation) -> None:
        self._invocation = invocation
        self.is_terminal = invocation.is_terminal
        self.has_colour = invocation.has_colour(invocation.out)

    def paint(self, text: str, style: str) -> str:
        """``text`` in a style (the numbers of an SGR sequence), where there are colours."""
        return f"\x1b[{style}m{text}\x1b[0m" if self.has_colour and style and text else text

    def write(self, text: str, *, is_json: bool = False) -> None:
        """Print ``text``; what the encoding of the stream can't say is written in escapes."""
        out = self._invocation.out
        try:
            try:
                out.write(text)
            except UnicodeEncodeError:
                out.write(_escaped(text, out.encoding, is_json=is_json))
        except BrokenPipeError as error:
            raise ReaderGone from error

    def line(self, text: str, *, is_json: bool = False) -> None:
        """Print a line, and see to it that it arrives now."""
        self.write(f"{text}\n", is_json=is_json)
        self.flush()

    def write_bytes(self, data: bytes | bytearray) -> None:
        """Write ``data`` as it is."""
        try:
            self._invocation.binary_out.write(data)
        except BrokenPipeError as error:
            raise ReaderGone from error

    def flush(self) -> None:
        """Hand everything on that was printed so far."""
        try:
            self._invocation.out.flush()
        except BrokenPipeError as error:
            raise ReaderGone from error

    def give_up(self) -> None:
        """Print nothing more: what is still held back would fail when the program ends."""
        try:
            number = self._invocation.out.fileno()
        except (OSError, ValueError):  # no real file
            return
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, number)
        os.close(nowhere)


def _escaped(text: str, encoding: str, *, is_json: bool) -> str:
    if is_json:
        return re.sub(r"[^\x00-\x7f]", lambda found: json.dumps(found[0])[1:-1], text)
    return text.translate(_PLAINER).encode(encoding, "backslashreplace").decode(encoding)
