"""Files as content to send: read in pieces, and again from the start where that is possible."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final, Protocol, cast, runtime_checkable

from .errors import InvalidArgumentError

CHUNK: Final = 64 * 1024
"""Bytes read at a time."""


@runtime_checkable
class Readable(Protocol):
    """An open binary file, or anything that can be read like one."""

    def read(self, size: int = -1, /) -> bytes: ...


def read_path(path: Path) -> Iterator[bytes]:
    """The content of a file in pieces; the file is open only while they are read."""
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk


class FileSource:
    """An open file as content: from where it stands now, as often as it can go back there.

    ``length`` is in bytes, None where the file can't tell.
    """

    def __init__(self, file: Readable) -> None:
        self._file = file
        self._start: int | None = None
        self.length: int | None = None
        seekable = cast("BinaryIO", file)
        try:
            start = seekable.tell()
            end = seekable.seek(0, os.SEEK_END)
            seekable.seek(start)
        except (AttributeError, OSError, ValueError):
            return
        self._start = start
        self.length = max(0, end - start)

    @property
    def replayable(self) -> bool:
        return self._start is not None

    def chunks(self) -> Iterator[bytes]:
        if self._start is not None:
            cast("BinaryIO", self._file).seek(self._start)
        while chunk := self._file.read(CHUNK):
            # A file opened as text says so only by what it gives.
            if not isinstance(cast("object", chunk), bytes):
                raise InvalidArgumentError("A file has to be opened in binary mode to be sent")
            yield chunk
