"""Server-sent events and JSON lines as a server writes them: correct, and as awkward as allowed.

The format is that of the HTML standard, section 9.2.6 (event streams). Nothing here is shared with
the client's parser.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

_ENDS = (b"\n", b"\r\n", b"\r")
_SIZES = (1, 7, 2, 41, 3, 113, 5, 1)
"""Sizes of chunks; no line, character or CR LF is safe from being cut in two."""

RETRY_MS = 1
"""How long a client is asked to wait before it reconnects."""


@dataclass(frozen=True)
class Event:
    """One event; ``name`` None is ``message``, ``id`` None leaves the last id as it is."""

    data: str
    name: str | None = None
    id: str | None = None

    @property
    def value(self) -> Any:
        """Its data as JSON; raises ValueError if it is none."""
        return json.loads(self.data)


def read_example(text: str) -> list[Event]:
    """The events of a documented example, which is the text of a stream."""
    events: list[Event] = []
    for block in text.replace("\r\n", "\n").split("\n\n"):
        fields: dict[str, list[str]] = {}
        for line in block.split("\n"):
            key, colon, value = line.partition(":")
            if key and colon:
                fields.setdefault(key, []).append(value.removeprefix(" "))
        if "data" in fields:
            name, ids = fields.get("event"), fields.get("id")
            data = "\n".join(fields["data"])
            events.append(Event(data, name[-1] if name else None, ids[-1] if ids else None))
    return events


def write_events(events: Sequence[Event], ignored: Sequence[str] = ()) -> bytes:
    """The events with all that a parser has to cope with: a mark at the start, every line end,
    comments and times between events, data in several lines, fields with and without a space, a
    field that nobody knows, and the ``ignored`` events."""
    parts = [b"\xef\xbb\xbf"]
    for number, event in enumerate(events):
        end = _ENDS[number % len(_ENDS)]
        lines = [
            f"{key}: {value}"
            for key, value in (("event", event.name), ("id", event.id))
            if value is not None
        ]
        if number % 2:
            lines = [line.replace(": ", ":", 1) for line in lines]
            lines.append("unheard-of: field")
        lines.extend(f"data: {line}" for line in _data_lines(event, number))
        parts.extend(line.encode() + end for line in lines)
        parts.append(end)
        parts.append(b": h\xc3\xa4rtbeat \xe2\x99\xa5" + end + b"retry:%d" % RETRY_MS + end + end)
        parts.extend(f"event: {name}\ndata: {{}}\n\n".encode() for name in ignored)
    return b"".join(parts)


def _data_lines(event: Event, number: int) -> list[str]:
    """JSON may stand in several lines; other text has the lines that it has."""
    if number % 3 == 1:
        try:
            return json.dumps(event.value, indent=1, ensure_ascii=False).split("\n")
        except ValueError:
            pass
    return event.data.split("\n")


def write_lines(values: Iterable[Any]) -> bytes:
    """JSON lines: with LF and CR LF, an empty line between some, no line end after the last."""
    written: list[bytes] = []
    for number, value in enumerate(values):
        end = b"\r\n" if number % 2 else b"\n"
        written.append(
            json.dumps(value, ensure_ascii=False).encode() + end + (end if number == 1 else b"")
        )
    return b"".join(written).rstrip(b"\r\n")


def in_pieces(content: bytes) -> Iterator[bytes]:
    """The same bytes in chunks of awkward sizes."""
    position = 0
    for size in itertools.cycle(_SIZES):
        if position >= len(content):
            return
        yield content[position : position + size]
        position += size
