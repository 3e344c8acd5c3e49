"""``multipart/form-data`` bodies (RFC 7578), written piece by piece."""

from __future__ import annotations

import mimetypes
import os
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import cast

from .errors import InvalidArgumentError
from .files import FileSource, Readable, read_path
from .sentinels import OMIT
from .wire import as_mapping, encode_json, format_scalar, is_list


class Part:
    """One part: its header, and its content as bytes or as something to read from."""

    __slots__ = ("head", "length", "open", "replayable")

    def __init__(
        self,
        head: bytes,
        open: Callable[[], Iterable[bytes]],
        *,
        length: int | None,
        replayable: bool = True,
    ) -> None:
        self.head = head
        self.open = open
        self.length = length
        self.replayable = replayable


class Multipart:
    """A form with files.

    A value is a field (text, number, boolean …), an object (sent as JSON), a list of these
    (repeated), or a file: bytes, an open binary file, a path, or ``(filename, content)`` or
    ``(filename, content, content_type)``.
    """

    def __init__(self, fields: Mapping[str, object], kind: str = "multipart/form-data") -> None:
        self._boundary = secrets.token_hex(16)
        self._parts = [part for name, value in fields.items() for part in _parts(name, value)]
        self.content_type = f"{kind}; boundary={self._boundary}"
        self.replayable = all(part.replayable for part in self._parts)
        self.length = self._measure()

    def _measure(self) -> int | None:
        total = len(self._closing())
        for part in self._parts:
            if part.length is None:
                return None
            total += len(self._opening()) + len(part.head) + part.length + 2
        return total

    def _opening(self) -> bytes:
        return f"--{self._boundary}\r\n".encode("ascii")

    def _closing(self) -> bytes:
        return f"--{self._boundary}--\r\n".encode("ascii")

    def chunks(self) -> Iterator[bytes]:
        """The body in pieces, from the start."""
        for part in self._parts:
            yield self._opening() + part.head
            yield from part.open()
            yield b"\r\n"
        yield self._closing()


def _parts(name: str, value: object) -> Iterator[Part]:
    if value is OMIT or value is None:
        return
    if _is_file(value):
        yield _file_part(name, value)
    elif as_mapping(value) is not None:
        yield _bytes_part(_head(name, None, "application/json"), encode_json(value))
    elif is_list(value):
        for item in value:
            yield from _parts(name, item)
    else:
        yield _bytes_part(_head(name, None, None), format_scalar(value, name).encode("utf-8"))


def _is_file(value: object) -> bool:
    if isinstance(value, tuple):
        return len(value) in (2, 3) and isinstance(value[0], str) and _is_content(value[1])
    return _is_content(value)


def _is_content(value: object) -> bool:
    return isinstance(value, (bytes, bytearray, memoryview, os.PathLike, Readable))


def _file_part(name: str, value: object) -> Part:
    filename: str | None = None
    kind: str | None = None
    content = value
    if isinstance(value, tuple):
        described = cast("tuple[object, ...]", value)
        filename, content = str(described[0]), described[1]
        if len(described) == 3:
            kind = format_scalar(described[2], name)
    if filename is None:
        filename = _filename(content)
    kind = kind or mimetypes.guess_type(filename)[0] or "application/octet-stream"
    head = _head(name, filename, kind)
    if isinstance(content, (bytes, bytearray, memoryview)):
        return _bytes_part(head, bytes(content))
    if isinstance(content, os.PathLike):
        path = Path(cast("os.PathLike[str]", content))
        return Part(head, lambda: read_path(path), length=path.stat().st_size)
    source = FileSource(cast("Readable", content))
    return Part(head, source.chunks, length=source.length, replayable=source.replayable)


def _filename(content: object) -> str:
    if isinstance(content, os.PathLike):
        return Path(cast("os.PathLike[str]", content)).name
    name = getattr(content, "name", None)
    return Path(name).name if isinstance(name, str) and name else "file"


def _bytes_part(head: bytes, content: bytes) -> Part:
    return Part(head, lambda: (content,), length=len(content))


def _head(name: str, filename: str | None, kind: str | None) -> bytes:
    lines = f'Content-Disposition: form-data; name="{_quoted(name)}"'
    if filename is not None:
        lines += f'; filename="{_quoted(filename)}"'
    if kind is not None:
        if any(character in kind for character in "\r\n\0"):
            raise InvalidArgumentError(f"{name}: {kind!r} isn't a content type")
        lines += f"\r\nContent-Type: {kind}"
    return (lines + "\r\n\r\n").encode("utf-8")


def _quoted(text: str) -> str:
    """Escaped as browsers do it (WHATWG HTML, multipart/form-data encoding algorithm)."""
    return text.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
