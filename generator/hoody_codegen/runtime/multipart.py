"""``multipart/form-data`` bodies (RFC 7578), written piece by piece."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterable, Generator, Iterable, Iterator, Mapping
from typing import Final, NamedTuple, cast

from .errors import InvalidArgumentError
from .files import NamedContent, Source, guess_type, named_content, source_of
from .messages import is_json
from .sentinels import OMIT
from .wire import as_mapping, encode_json, format_scalar, is_list

NO_TYPES: Final[Mapping[str, str]] = {}


class Part(NamedTuple):
    """One part: its header, and its content."""

    head: bytes
    source: Source


class Multipart:
    """A form with files.

    A value is a field (text, number, boolean …), an object (sent as JSON), a list of these
    (repeated), or a file: a :data:`FileContent`. ``types`` are the documented media types of parts.
    None is the empty text: there is no other way to write it.
    """

    def __init__(
        self,
        fields: Mapping[str, object],
        kind: str = "multipart/form-data",
        types: Mapping[str, str] = NO_TYPES,
    ) -> None:
        self._boundary = secrets.token_hex(16)
        self._parts = [
            part for name, value in fields.items() for part in _parts(name, value, types.get(name))
        ]
        self.content_type = f"{kind}; boundary={self._boundary}"
        self.replayable = all(part.source.replayable for part in self._parts)
        self.length = self._measure()

    def _measure(self) -> int | None:
        total = len(self._closing())
        for part in self._parts:
            if part.source.length is None:
                return None
            total += len(self._opening()) + len(part.head) + part.source.length + 2
        return total

    def _opening(self) -> bytes:
        return f"--{self._boundary}\r\n".encode("ascii")

    def _closing(self) -> bytes:
        return f"--{self._boundary}--\r\n".encode("ascii")

    def chunks(self) -> Generator[bytes, None, None]:
        """The body in pieces, from the start."""
        for part in self._parts:
            yield self._opening() + part.head
            content = part.source.open()
            if isinstance(content, bytes):
                yield content
            else:
                try:
                    yield from cast("Iterable[bytes]", content)
                finally:
                    part.source.close(content)
            yield b"\r\n"
        yield self._closing()


def _parts(name: str, value: object, kind: str | None) -> Iterator[Part]:
    if value is OMIT:
        return
    file = named_content(value)
    if file is not None:
        yield _file_part(name, file, kind)
    elif as_mapping(value) is not None:
        json_type = kind if kind is not None and is_json(kind) else "application/json"
        yield _bytes_part(_head(name, None, json_type), encode_json(value))
    elif is_list(value):
        for item in value:
            if item is not None:
                yield from _parts(name, item, kind)
    elif kind is not None and is_json(kind):
        yield _bytes_part(_head(name, None, kind), encode_json(value))
    else:
        text = "" if value is None else format_scalar(value, name)
        yield _bytes_part(_head(name, None, kind), text.encode("utf-8"))


def _file_part(name: str, file: NamedContent, kind: str | None) -> Part:
    source = source_of(file.content)
    if source is None or isinstance(file.content, AsyncIterable):
        raise InvalidArgumentError(
            f"{name}: a part of a form can't be a {type(file.content).__name__}: give bytes, "
            "a path, an open binary file or an iterator of bytes"
        )
    filename = file.name or "file"
    guessed = file.content_type or kind or guess_type(filename) or "application/octet-stream"
    return Part(_head(name, filename, guessed), source)


def _bytes_part(head: bytes, content: bytes) -> Part:
    return Part(head, Source(lambda: content, length=len(content)))


def _head(name: str, filename: str | None, kind: str | None) -> bytes:
    lines = f'Content-Disposition: form-data; name="{_quoted(name)}"'
    if filename is not None:
        lines += f'; filename="{_quoted(filename)}"'
    if kind is not None:
        lines += f"\r\nContent-Type: {kind}"
    return (lines + "\r\n\r\n").encode("utf-8")


def _quoted(text: str) -> str:
    """Escaped as browsers do it (WHATWG HTML, multipart/form-data encoding algorithm)."""
    return text.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
