"""Request bodies: what is sent, under which content type, and whether it can be sent twice."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TypeAlias, cast

from .errors import InvalidArgumentError
from .files import FileSource, Readable, read_path
from .messages import media_type
from .multipart import Multipart
from .query import encode_query
from .sentinels import OMIT
from .wire import as_mapping, encode_json

Content: TypeAlias = "bytes | Iterable[bytes] | AsyncIterable[bytes]"


class Body:
    """A body that is ready to send.

    ``open`` gives the content of one try. ``length`` is in bytes, None if it isn't known before
    the end; ``replayable`` says whether ``open`` can be called again after a try.
    """

    __slots__ = ("content_type", "length", "open", "replayable")

    def __init__(
        self,
        open: Callable[[], Content],
        content_type: str,
        *,
        length: int | None = None,
        replayable: bool = True,
    ) -> None:
        self.open = open
        self.content_type = content_type
        self.length = length
        self.replayable = replayable


def bytes_body(content: bytes, content_type: str) -> Body:
    return Body(lambda: content, content_type, length=len(content))


def encode_body(
    value: object, kind: str | None, *, required: bool, extra: Mapping[str, object]
) -> Body | None:
    """The body for ``value`` under media type ``kind``; None if there is nothing to send.

    A mapping whose values are all ``OMIT`` is no body, unless one is ``required``. ``extra``
    fields are added to (or replace) the fields of an object. Bytes and files are sent as they are
    under every media type; text is a JSON string under JSON.
    """
    value = _with_fields(value, required=required, extra=extra)
    if value is OMIT:
        return None
    main = media_type(kind) if kind else ""
    if main == "application/x-www-form-urlencoded":
        return _form(value, main)
    if main.startswith("multipart/"):
        fields = as_mapping(value)
        if fields is None:
            raise InvalidArgumentError(f"A {main} body needs named parts")
        return _multipart(Multipart(fields, main))
    if kind is not None and "*" in main:
        # A range of types leaves the choice to the caller: their value makes it.
        kind = "text/plain" if isinstance(value, str) else None
    stream = _stream(value, kind or "application/octet-stream")
    if stream is not None:
        return stream
    if kind is None:
        return bytes_body(encode_json(value), "application/json")
    if _is_json(main):
        return bytes_body(encode_json(value), kind)
    if isinstance(value, str):
        return bytes_body(value.encode("utf-8"), _with_charset(kind))
    raise InvalidArgumentError(
        f"A {main} body is sent as it is: give text, bytes, a file or an iterator of bytes, "
        f"not {type(value).__name__}"
    )


def _is_json(kind: str) -> bool:
    return kind == "application/json" or kind.endswith("+json")


def _with_charset(kind: str) -> str:
    if kind.startswith("text/") and "charset" not in kind:
        return f"{kind}; charset=utf-8"
    return kind


def _with_fields(value: object, *, required: bool, extra: Mapping[str, object]) -> object:
    if isinstance(value, Mapping):
        given = {key: item for key, item in value.items() if item is not OMIT}
        given.update(extra)
        # A literal {} of the caller is a body; a set of arguments that were all left out is none.
        return given if given or required or not value else OMIT
    if value is OMIT:
        if extra:
            return dict(extra)
        return {} if required else OMIT
    if not extra:
        return value
    fields = as_mapping(value)
    if fields is None:
        raise InvalidArgumentError(
            f"Extra body fields need an object to join, and the body is a {type(value).__name__}"
        )
    return {**fields, **extra}


def _form(value: object, kind: str) -> Body:
    if isinstance(value, (str, bytes)):
        return bytes_body(value.encode("utf-8") if isinstance(value, str) else value, kind)
    fields = as_mapping(value)
    if fields is None:
        raise InvalidArgumentError(f"A {kind} body needs named fields")
    # A null in a form is the empty text: there is no other way to write it.
    written = {key: "" if item is None else item for key, item in fields.items()}
    # An object without a documented style is JSON (OpenAPI 3.1, Encoding Object, contentType).
    styles = {key: "json" for key, item in written.items() if as_mapping(item) is not None}
    return bytes_body(encode_query((), written, styles).encode("ascii"), kind)


def _multipart(parts: Multipart) -> Body:
    return Body(
        parts.chunks,
        parts.content_type,
        length=parts.length,
        replayable=parts.replayable,
    )


def _stream(value: object, kind: str) -> Body | None:
    """A body for bytes and their sources; None for anything else."""
    if isinstance(value, (bytes, bytearray, memoryview)):
        return bytes_body(bytes(value), kind)
    if isinstance(value, os.PathLike):
        path = Path(cast("os.PathLike[str]", value))
        return Body(lambda: read_path(path), kind, length=path.stat().st_size)
    if isinstance(value, Readable):
        source = FileSource(value)
        return Body(source.chunks, kind, length=source.length, replayable=source.replayable)
    if isinstance(value, AsyncIterable):
        stream = cast("AsyncIterable[bytes]", value)
        return Body(lambda: stream, kind, replayable=False)
    if isinstance(value, Iterator) and not _is_json(media_type(kind)):
        pieces = cast("Iterator[bytes]", value)
        return Body(lambda: pieces, kind, replayable=False)
    return None


async def in_thread(pieces: Iterable[bytes]) -> AsyncIterator[bytes]:
    """The same pieces for an async sender; each is read in a thread, so that disks don't block."""
    iterator = iter(pieces)
    while (piece := await asyncio.to_thread(next, iterator, None)) is not None:
        yield piece
