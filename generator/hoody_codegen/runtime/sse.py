"""The event stream format of server-sent events, read without any input or output of its own.

HTML Living Standard, section 9.2.6 ("Interpreting an event stream").
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, TypeAlias

MAX_EVENT_BYTES: Final = 32 * 1024 * 1024
"""The size of one event or line above which a stream is given up, unless the caller says more."""

_BOM: Final = b"\xef\xbb\xbf"
_LONGEST_RETRY: Final = 12
"""Digits of a reconnection time; what is longer is as good as for ever."""


class TooLongError(ValueError):
    """One event, or one line, is longer than what is allowed."""


Frame: TypeAlias = tuple[str, str, str, "int | None"]
"""One event as it stood in the stream: its name, its data, the last event ID in force, which stays
until another one is sent, and the reconnection time (milliseconds) that came with it.

A plain tuple: there may be hundreds of thousands a second.
"""


class EventParser:
    """Turns pieces of an event stream, cut anywhere, into events.

    An event that isn't finished when the stream ends is dropped, as the standard demands: simply
    stop feeding.
    """

    __slots__ = (
        "_after_cr",
        "_data",
        "_event",
        "_id",
        "_max",
        "_parts",
        "_pending",
        "_retry",
        "_size",
        "_start",
        "last_event_id",
        "retry",
    )

    def __init__(self, max_event_bytes: int = MAX_EVENT_BYTES, last_event_id: str = "") -> None:
        self.last_event_id = last_event_id
        """Of the events so far, those without data included; "" if there is none."""
        self.retry: int | None = None
        """The last reconnection time that was sent, in milliseconds."""
        self._max = max_event_bytes
        self._start: bytes | None = b""
        self._after_cr = False
        self._parts: list[bytes] = []
        self._pending = 0
        self._size = 0
        self._event = ""
        self._data: list[str] = []
        self._id = last_event_id
        self._retry: int | None = None

    def feed(self, chunk: bytes) -> Iterator[Frame]:
        """The events that are complete with ``chunk``; to be exhausted before the next one.

        Raises TooLongError when the event that is being read exceeds the limit.
        """
        if self._start is not None:
            chunk = self._without_bom(chunk)
        if self._after_cr and chunk:
            self._after_cr = False
            if chunk[:1] == b"\n":
                chunk = chunk[1:]
        if b"\r" in chunk:
            self._after_cr = chunk.endswith(b"\r")
            chunk = chunk.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        head, end, rest = chunk.rpartition(b"\n")
        if end:
            if self._parts:
                head = b"".join((*self._parts, head))
                self._parts.clear()
                self._pending = 0
            data, size, limit = self._data, self._size, self._max
            for line in head.split(b"\n"):
                if line:
                    size += len(line)
                    if size > limit:
                        raise self._too_long()
                    # The usual lines in their usual spelling first.
                    if line.startswith(b"data: "):
                        data.append(line[6:].decode("utf-8", "replace"))
                    elif line.startswith(b"event: "):
                        self._event = line[7:].decode("utf-8", "replace")
                    elif line.startswith(b"id: ") and b"\0" not in line:
                        self._id = line[4:].decode("utf-8", "replace")
                    elif line.startswith(b":"):
                        # A comment: many servers send one as a sign of life, for hours without an
                        # event.
                        size -= len(line)
                    else:
                        self._read(line)
                    continue
                # A blank line: the event ends here (section 9.2.6, "dispatch the event").
                self.last_event_id = self._id
                event, retry = self._event, self._retry
                size = 0
                self._event = ""
                self._retry = None
                if data:
                    text = data[0] if len(data) == 1 else "\n".join(data)
                    data.clear()
                    yield event or "message", text, self._id, retry
            self._size = size
        if rest:
            self._parts.append(rest)
            self._pending += len(rest)
            if self._size + self._pending > self._max:
                raise self._too_long()

    def _without_bom(self, chunk: bytes) -> bytes:
        """One byte order mark at the very start is no part of the text; it may come in pieces."""
        start = (self._start or b"") + chunk
        if len(start) < len(_BOM) and _BOM.startswith(start):
            self._start = start
            return b""
        self._start = None
        return start.removeprefix(_BOM)

    def _read(self, line: bytes) -> None:
        name, _, value = line.partition(b":")
        if value[:1] == b" ":
            value = value[1:]
        if name == b"data":
            self._data.append(value.decode("utf-8", "replace"))
        elif name == b"event":
            self._event = value.decode("utf-8", "replace")
        elif name == b"id":
            if b"\0" not in value:
                self._id = value.decode("utf-8", "replace")
        elif name == b"retry" and value.isdigit():
            # Only ASCII digits count; bytes.isdigit knows no others.
            self.retry = self._retry = int(value.lstrip(b"0")[: _LONGEST_RETRY + 1] or b"0")

    def _too_long(self) -> TooLongError:
        return TooLongError(f"An event is longer than {self._max} bytes")
