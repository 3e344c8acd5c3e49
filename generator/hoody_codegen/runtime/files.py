"""Files as content to send: read in pieces, and again from the start where that is possible."""

from __future__ import annotations

import io
import os
from collections.abc import AsyncIterable, Callable, Generator, Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, Final, Protocol, TypeAlias, cast, runtime_checkable

from .errors import InvalidArgumentError

CHUNK: Final = 256 * 1024
"""Bytes read at a time."""

_AS_TEXT: Final = 'A file has to be opened in binary mode to be sent: open(path, "rb")'


Content: TypeAlias = "bytes | Iterable[bytes] | AsyncIterable[bytes]"
"""What is handed to the HTTP library."""


@runtime_checkable
class Readable(Protocol):
    """An open binary file, or anything that can be read like one."""

    def read(self, size: int = -1, /) -> bytes: ...


FileData: TypeAlias = bytes | bytearray | memoryview | Readable | os.PathLike[str] | Iterator[bytes]

FileContent: TypeAlias = FileData | tuple[str, FileData] | tuple[str, FileData, str]
"""A file to send: its bytes, an open binary file, a path, or an iterator of bytes.

``(name, content)`` and ``(name, content, content_type)`` say what the server is told of it.
"""

AsyncFileContent: TypeAlias = (
    FileContent
    | AsyncIterable[bytes]
    | tuple[str, AsyncIterable[bytes]]
    | tuple[str, AsyncIterable[bytes], str]
)
"""A :data:`FileContent`, or an asynchronous iterator of bytes, for the async client."""


class NamedContent:
    """Content with what is known about it; ``name`` is the last part of a file's path."""

    __slots__ = ("content", "content_type", "name")

    def __init__(
        self, content: object, name: str | None = None, content_type: str | None = None
    ) -> None:
        self.content = content
        self.name = name
        self.content_type = content_type


def named_content(value: object) -> NamedContent | None:
    """What ``value`` says of the file to send; None if it is no file."""
    if isinstance(value, tuple):
        parts = cast("tuple[object, ...]", value)
        if len(parts) not in (2, 3) or not isinstance(parts[0], str) or not is_content(parts[1]):
            return None
        kind = parts[2] if len(parts) == 3 else None
        if kind is not None and (not isinstance(kind, str) or any(c in kind for c in "\r\n\0")):
            raise InvalidArgumentError(f"{kind!r} isn't a content type")
        return NamedContent(parts[1], parts[0], kind)
    return NamedContent(value, _own_name(value)) if is_content(value) else None


def content_of(value: object) -> object:
    """The content itself, without a name beside it."""
    file = named_content(value)
    return value if file is None else file.content


def is_content(value: object) -> bool:
    return isinstance(
        value, (bytes, bytearray, memoryview, os.PathLike, Readable, Iterator, AsyncIterable)
    )


def _own_name(content: object) -> str | None:
    if isinstance(content, os.PathLike):
        return Path(cast("os.PathLike[str]", content)).name
    # Files that have no name say so by a number (their descriptor) or nothing.
    name = getattr(content, "name", None) if isinstance(content, Readable) else None
    return Path(name).name if isinstance(name, str) and name else None


_ARCHIVES: Final = {"gzip": "application/gzip", "bzip2": "application/x-bzip2"}


def guess_type(name: str | None) -> str | None:
    """The media type that the ending of a file name stands for; None if it is unknown."""
    import mimetypes  # takes its time to load, and most calls send no files

    if not name:
        return None
    kind, coding = mimetypes.guess_type(name)
    # Of "x.tar.gz" it says that the content of the archive is a tar: what is sent is the archive.
    return kind if coding is None else _ARCHIVES.get(coding, "application/octet-stream")


# Where the names of files say nothing; offsets in bytes (WHATWG MIME Sniffing, section 6).
_SIGNATURES: Final = (
    ("image/png", 0, b"\x89PNG\r\n\x1a\n"),
    ("image/jpeg", 0, b"\xff\xd8\xff"),
    ("image/gif", 0, b"GIF8"),
    ("image/webp", 8, b"WEBPVP"),
    ("application/pdf", 0, b"%PDF-"),
    ("application/gzip", 0, b"\x1f\x8b\x08"),
    ("application/zip", 0, b"PK\x03\x04"),
)


def sniff_type(content: object) -> str | None:
    """The media type that the first bytes tell, where these can be looked at beforehand."""
    source = source_of(content)
    if source is None or not source.replayable:
        return None
    opened = source.open()
    head = opened if isinstance(opened, bytes) else next(iter(cast("Iterable[bytes]", opened)), b"")
    source.close(opened)
    for kind, start, sign in _SIGNATURES:
        if head[start : start + len(sign)] == sign:
            return kind
    return None


class Source:
    """Content to send, which can be opened for each try.

    ``length`` is in bytes, None if it isn't known before the end; ``replayable`` says whether
    ``open`` can be called again after a try.
    """

    __slots__ = ("_owned", "length", "open", "replayable")

    def __init__(
        self,
        open: Callable[[], Content],
        *,
        length: int | None = None,
        replayable: bool = True,
        owned: bool = True,
    ) -> None:
        self.open = open
        self.length = length
        self.replayable = replayable
        self._owned = owned

    def close(self, opened: object) -> None:
        """Let go of what ``open`` gave: files that were opened for it are closed."""
        if self._owned and isinstance(opened, (Generator, Slices)):
            opened.close()


class Slices:
    """Bytes in pieces: HTTP libraries copy what is left of a piece whenever a part has gone out."""

    __slots__ = ("_data",)

    def __init__(self, data: bytes) -> None:
        self._data = data

    def __iter__(self) -> Iterator[bytes]:
        return (self._data[at : at + CHUNK] for at in range(0, len(self._data), CHUNK))

    def close(self) -> None:
        """Let go of the bytes: requests live on in cycles of the library until they are found."""
        self._data = b""


def source_of(content: object) -> Source | None:
    """How to send the bytes of ``content``; None if it has none."""
    if isinstance(content, (bytes, bytearray, memoryview)):
        data = bytes(content)
        if len(data) <= CHUNK:
            return Source(lambda: data, length=len(data))
        return Source(lambda: Slices(data), length=len(data))
    if isinstance(content, os.PathLike):
        path = Path(cast("os.PathLike[str]", content))
        length = path.stat().st_size
        # Pipes and devices have no length.
        known = length if path.is_file() else None
        return Source(lambda: read_path(path, known), length=known, replayable=known is not None)
    if isinstance(content, AsyncIterable):
        stream = cast("AsyncIterable[bytes]", content)
        return Source(lambda: stream, replayable=False, owned=False)
    if isinstance(content, io.TextIOBase):
        raise InvalidArgumentError(_AS_TEXT)
    if isinstance(content, Readable):
        return _file_source(content)
    if isinstance(content, Iterator):
        pieces = cast("Iterator[bytes]", content)
        return Source(lambda: pieces, replayable=False, owned=False)
    return None


def read_path(path: Path, length: int | None = None) -> Generator[bytes, None, None]:
    """The content of a file in pieces; the file is open only while they are read."""
    with path.open("rb") as file:
        yield from read_pieces(file, length)


def _file_source(file: Readable) -> Source:
    """An open file: from where it stands now, as often as it can go back there."""
    if not can_seek(file):
        return Source(lambda: read_pieces(file, None), replayable=False)
    seekable = cast("BinaryIO", file)
    start = seekable.tell()
    length = max(0, seekable.seek(0, os.SEEK_END) - start)
    seekable.seek(start)

    def again() -> Generator[bytes, None, None]:
        seekable.seek(start)
        yield from read_pieces(file, length)

    return Source(again, length=length)


def can_seek(file: Readable) -> bool:
    """Whether an open file can go back."""
    seekable = cast("BinaryIO", file)
    try:
        return seekable.seek(seekable.tell()) is not None
    except (AttributeError, OSError, ValueError):
        return False


def read_pieces(file: Readable, length: int | None) -> Generator[bytes, None, None]:
    """As many bytes as were announced: a log may have grown since."""
    left = length
    while left is None or left > 0:
        try:
            chunk = file.read(CHUNK if left is None else min(CHUNK, left))
        except UnicodeDecodeError:
            # Without the cause, which holds what was read.
            raise InvalidArgumentError(_AS_TEXT) from None
        # What wraps a file opened as text says so only by what it gives.
        if not isinstance(cast("object", chunk), bytes):
            raise InvalidArgumentError(_AS_TEXT)
        if not chunk:
            break
        if left is not None:
            left -= len(chunk)
        yield chunk
    if left:
        raise InvalidArgumentError(f"The file became shorter while it was sent, by {left} bytes")
