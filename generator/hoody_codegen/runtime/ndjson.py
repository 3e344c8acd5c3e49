"""JSON values one a line (NDJSON, JSON Lines), read without any input or output of its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from .sse import MAX_EVENT_BYTES, TooLongError

_BLANK: Final = b" \t\r"
_RECORD: Final = b"\x1e"


class LineParser:
    """Turns pieces of a body, cut anywhere, into its lines that aren't blank, as bytes.

    Lines end with LF, with or without a CR before it. The record separator that starts a text of a
    JSON text sequence (RFC 7464) is no part of it.
    """

    __slots__ = ("_max", "_parts", "_size")

    def __init__(self, max_line_bytes: int = MAX_EVENT_BYTES) -> None:
        self._max = max_line_bytes
        self._parts: list[bytes] = []
        self._size = 0

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        """The lines that are complete with ``chunk``; to be exhausted before the next one.

        Raises TooLongError when a line exceeds the limit.
        """
        head, end, rest = chunk.rpartition(b"\n")
        if end:
            if self._parts:
                head = b"".join((*self._parts, head))
                self._parts.clear()
                self._size = 0
            for line in head.split(b"\n"):
                if len(line) > self._max:
                    raise self._too_long()
                if line.startswith(_RECORD):
                    line = line[1:]
                line = line.strip(_BLANK)
                if line:
                    yield line
        if rest:
            self._parts.append(rest)
            self._size += len(rest)
            if self._size > self._max:
                raise self._too_long()

    def finish(self) -> bytes:
        """What stands behind the last line end; empty if nothing does.

        The last line of a complete body may lack its line end, so this is a line, or half of one.
        """
        rest = b"".join(self._parts)
        self._parts.clear()
        self._size = 0
        return rest.removeprefix(_RECORD).strip(_BLANK)

    def _too_long(self) -> TooLongError:
        return TooLongError(f"A line is longer than {self._max} bytes")
