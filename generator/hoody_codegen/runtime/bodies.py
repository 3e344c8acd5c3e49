"""Request bodies: what is sent, under which content type, and whether it can be sent twice."""

from __future__ import annotations

from collections.abc import (
    AsyncGenerator,
    AsyncIterable,
    Callable,
    Generator,
    Iterable,
    Iterator,
    Mapping,
)
from typing import TYPE_CHECKING, Final, TypeVar

from .errors import InvalidArgumentError
from .files import (
    Content,
    NamedContent,
    Readable,
    Slices,
    Source,
    guess_type,
    named_content,
    sniff_type,
    source_of,
)
from .messages import media_type
from .multipart import Multipart
from .progress import Progress
from .query import encode_query
from .sentinels import OMIT
from .wire import as_mapping, encode_json

if TYPE_CHECKING:
    from .progress import ProgressCallback

T = TypeVar("T")

OCTETS: Final = "application/octet-stream"
NO_STYLES: Final[Mapping[str, str]] = {}


class Body:
    """A body that is ready to send.

    ``open`` gives the content of one try, ``close`` takes it back. ``length`` is in bytes, None if
    it isn't known before the end; ``replayable`` says whether there can be a further try.
    """

    __slots__ = ("_progress", "_source", "content_type")

    def __init__(
        self, source: Source, content_type: str, progress: ProgressCallback | None = None
    ) -> None:
        self._source = source
        self._progress = progress
        self.content_type = content_type

    @property
    def length(self) -> int | None:
        return self._source.length

    @property
    def replayable(self) -> bool:
        return self._source.replayable

    def open(self) -> Content:
        content = self._source.open()
        if self._progress is None:
            return content
        if isinstance(content, AsyncIterable):
            return _counted_async(content, self.length, self._progress)
        return _counted(self._source, content, self._progress)

    def close(self, opened: object) -> None:
        """Close what was opened for a try; iterators of the caller stay as they are."""
        if self._progress is None:
            self._source.close(opened)
        elif isinstance(opened, Generator):
            opened.close()

    def told(self, progress: ProgressCallback) -> Body:
        """The same body, telling how much of it has been sent."""
        return Body(self._source, self.content_type, progress)


def bytes_body(content: bytes, content_type: str) -> Body:
    return Body(Source(lambda: content, length=len(content)), content_type)


def _counted(
    source: Source, content: bytes | Iterable[bytes], progress: ProgressCallback
) -> Generator[bytes, None, None]:
    pieces = (content,) if isinstance(content, bytes) else content
    done = 0
    try:
        for piece in pieces:
            yield piece
            # Who asks for the next piece has sent this one.
            done += len(piece)
            progress(Progress(done, source.length))
    finally:
        source.close(content)


async def _counted_async(
    pieces: AsyncIterable[bytes], length: int | None, progress: ProgressCallback
) -> AsyncGenerator[bytes, None]:
    done = 0
    async for piece in pieces:
        yield piece
        done += len(piece)
        progress(Progress(done, length))


def encode_body(
    value: object,
    kind: str | None,
    *,
    required: bool,
    extra: Mapping[str, object] | None,
    styles: Mapping[str, str] = NO_STYLES,
) -> Body | None:
    """The body for ``value`` under media type ``kind``; None if there is nothing to send.

    A mapping whose values are all ``OMIT`` is no body, unless one is ``required`` or ``extra`` is
    given. ``extra`` fields are added to (or replace) the fields of an object. ``styles`` are the
    ``field_styles`` of :class:`Operation`. Bytes and files are sent as they are
    under every media type; text is a JSON string under JSON. ``kind`` may be a range (``image/*``)
    or several types joined by commas: then a file's name, or else its first bytes, decide.
    """
    value = _with_fields(value, required=required, extra=extra)
    if value is OMIT:
        return None
    if kind == "application/json" and isinstance(value, (dict, list)):
        # What most bodies are: no file, whatever else it may be.
        return bytes_body(encode_json(value), kind)
    kind = _kind_for(value, kind)
    main = media_type(kind) if kind else ""
    if main == "application/x-www-form-urlencoded":
        return _form(value, main, styles)
    if main.startswith("multipart/"):
        fields = as_mapping(value)
        if fields is None:
            raise InvalidArgumentError(f"A {main} body needs named parts")
        return _multipart(Multipart(fields, main, styles))
    file = _file(value, as_json=_is_json(main))
    if file is not None:
        return _stream(file, kind)
    if kind is not None and "*" in main:
        # A range of types leaves the choice to the caller: their value makes it.
        kind = "text/plain" if isinstance(value, str) else None
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


def _kind_for(value: object, kind: str | None) -> str | None:
    """Of JSON and other types beside it, the one for ``value``: files are no JSON, and iterators
    are files where both could be meant."""
    if kind is None or "," not in kind:
        return kind
    kinds = [one.strip() for one in kind.split(",")]
    as_json = [one for one in kinds if _is_json(media_type(one))]
    if not as_json or len(as_json) == len(kinds):
        return kind
    if named_content(value) is None:
        return as_json[0]
    return ", ".join(one for one in kinds if one not in as_json)


def _is_json(kind: str) -> bool:
    return kind == "application/json" or kind.endswith("+json")


def _with_charset(kind: str) -> str:
    if kind.startswith("text/") and "charset" not in kind:
        return f"{kind}; charset=utf-8"
    return kind


def _with_fields(value: object, *, required: bool, extra: Mapping[str, object] | None) -> object:
    if isinstance(value, Mapping):
        given = {key: item for key, item in value.items() if item is not OMIT}
        given.update(extra or {})
        # A literal {} of the caller is a body; a set of arguments that were all left out is none.
        return given if given or required or extra is not None or not value else OMIT
    if value is OMIT:
        if extra is not None:
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


def _form(value: object, kind: str, styles: Mapping[str, str]) -> Body:
    if isinstance(value, (str, bytes)):
        return bytes_body(value.encode("utf-8") if isinstance(value, str) else value, kind)
    fields = as_mapping(value)
    if fields is None:
        raise InvalidArgumentError(f"A {kind} body needs named fields")
    # A null in a form is the empty text: there is no other way to write it.
    written = {key: "" if item is None else item for key, item in fields.items()}
    # An object without a documented style is JSON (OpenAPI 3.1, Encoding Object, contentType).
    as_json = {key: "json" for key, item in written.items() if as_mapping(item) is not None}
    return bytes_body(encode_query((), written, {**as_json, **styles}).encode("ascii"), kind)


def _multipart(parts: Multipart) -> Body:
    source = Source(parts.chunks, length=parts.length, replayable=parts.replayable)
    return Body(source, parts.content_type)


def _file(value: object, *, as_json: bool) -> NamedContent | None:
    """The file that ``value`` is; None if it is data. In JSON, an iterator or a tuple is a list."""
    if as_json and (
        isinstance(value, tuple)
        or (isinstance(value, Iterator) and not isinstance(value, (Readable, AsyncIterable)))
    ):
        return None
    return named_content(value)


def _stream(file: NamedContent, kind: str | None) -> Body:
    source = source_of(file.content)
    if source is None:
        raise InvalidArgumentError(f"A {type(file.content).__name__} can't be sent as a file")
    return Body(source, file.content_type or _type_among(kind or OCTETS, file))


def _type_among(kinds: str, file: NamedContent) -> str:
    """The content type for a file where ``kinds`` are accepted."""
    accepted = [kind.strip() for kind in kinds.split(",")]
    if len(accepted) == 1 and "*" not in kinds:
        return kinds
    from fnmatch import fnmatchcase

    for guess in (guess_type(file.name), sniff_type(file.content)):
        if guess and any(fnmatchcase(guess, media_type(kind)) for kind in accepted):
            return guess
    return next((kind for kind in accepted if "*" not in kind), OCTETS)


async def in_thread(pieces: Iterable[bytes]) -> AsyncGenerator[bytes, None]:
    """The same pieces for an async sender; each is read in a thread, so that disks don't block."""
    if isinstance(pieces, Slices):
        for piece in pieces:
            yield piece
        return
    iterator = iter(pieces)
    while (chunk := await run_in_thread(lambda: next(iterator, None))) is not None:
        yield chunk


async def run_in_thread(work: Callable[[], T]) -> T:
    """``work`` done in a thread. Who is cancelled waits for its end: nothing goes on behind it."""
    import asyncio  # a sync client has no use for it, and it takes its time to load

    task = asyncio.ensure_future(asyncio.to_thread(work))
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        raise
