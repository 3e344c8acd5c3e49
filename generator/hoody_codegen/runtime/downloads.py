"""Binary results: handles that request the content when it is read, piece by piece.

Nothing is sent before the first use, and every use sends the request again. A body that breaks
off is continued or begun anew, as :mod:`.transfers` decides, within the retries of the call.
"""

from __future__ import annotations

import os
from collections.abc import (
    AsyncGenerator,
    AsyncIterator,
    Awaitable,
    Callable,
    Generator,
    Iterator,
)
from contextlib import aclosing, asynccontextmanager, closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Generic, TypeAlias, TypeVar, cast

from ._http import BrokenBody, OpenReply
from .bodies import run_in_thread
from .errors import (
    APIResponseValidationError,
    DigestMismatchError,
    InvalidArgumentError,
    RangeNotSatisfiableError,
)
from .messages import HttpResponse, charset
from .ranges import content_length, file_name, is_encoded
from .requests import Prepared, prepare
from .results import annotation_of
from .targets import DeviceTarget, FileTarget, PathTarget, Target, Writable, is_device
from .transfers import StartOver, Transfer

if TYPE_CHECKING:
    from logging import Logger

    from .calls import Call
    from .client import AsyncClient, SyncClient
    from .messages import Headers
    from .progress import ProgressCallback
    from .responses import ResponseType

T = TypeVar("T")

Opened: TypeAlias = "tuple[Prepared, OpenReply]"

_BLOCK: Final = 1024 * 1024
"""Bytes that the async client collects before it hands them to a thread to write."""


class _BaseDownload(Generic[T]):
    """What both colours share. ``T`` is the JSON that may come in place of binary content."""

    def __init__(self, call: Call, returns: type[T] | ResponseType[T] | None) -> None:
        self._call = call
        self._returns = returns
        self._response: HttpResponse | None = None

    @property
    def response(self) -> HttpResponse | None:
        """Status and headers of the last answer, without its body; None before the first."""
        return self._response

    def __repr__(self) -> str:
        operation = self._call.operation
        return f"<{type(self).__name__} {operation.method} {operation.path}>"

    def _log(self, logger: Logger, done: int, wait: float) -> None:
        operation = self._call.operation
        logger.info(
            "%s %s: broke off after %d bytes; going on in %.2f s",
            operation.method,
            operation.path,
            done,
            wait,
        )

    def _text(self, content: bytes) -> str:
        kind = "" if self._response is None else self._response.content_type
        return content.decode(charset(kind), errors="replace")

    def _json(self, content: bytes) -> T:
        # Imported late: whoever only wants the bytes has no use for pydantic.
        from .decoding import NotJsonError, decode

        annotation = Any if self._returns is None else annotation_of(self._returns)
        try:
            return cast("T", decode(content, annotation, self._call.operation.envelope))
        except NotJsonError as error:
            kind = "" if self._response is None else self._response.content_type
            raise APIResponseValidationError(
                f"The content should be JSON and isn't ({kind or 'no content type'}): {error}",
                operation=self._call.operation,
                response=self._response and _with_content(self._response, content),
            ) from error


class OpenContent:
    """An answer whose body is on its way: what is known of it beforehand."""

    def __init__(self, response: HttpResponse) -> None:
        self.response = response

    @property
    def status(self) -> int:
        return self.response.status

    @property
    def headers(self) -> Headers:
        """Response headers; names are looked up without regard to case."""
        return self.response.headers

    @property
    def content_type(self) -> str:
        """The ``Content-Type`` as it came; empty if there is none."""
        return self.response.content_type

    @property
    def filename(self) -> str | None:
        """The name that the server suggests (``Content-Disposition``, RFC 6266), made safe.

        It has no folders in it, and no characters that a file system could take for more.
        """
        return file_name(self.headers.get("content-disposition"))

    @property
    def length(self) -> int | None:
        """Bytes of the content; None if the server doesn't say."""
        return None if is_encoded(self.headers) else content_length(self.headers)


class OpenDownload(OpenContent):
    """What :meth:`Download.open` gives: the answer's head, and its body to be read once."""

    def __init__(self, response: HttpResponse, pieces: Generator[bytes, None, None]) -> None:
        super().__init__(response)
        self._pieces = pieces

    def chunks(self) -> Iterator[bytes]:
        """The body, as it comes."""
        return self._pieces

    def read(self) -> bytes:
        """What is left of the body."""
        return b"".join(self._pieces)


class AsyncOpenDownload(OpenContent):
    """What :meth:`AsyncDownload.open` gives: the answer's head, and its body to be read once."""

    def __init__(self, response: HttpResponse, pieces: AsyncGenerator[bytes, None]) -> None:
        super().__init__(response)
        self._pieces = pieces

    def chunks(self) -> AsyncIterator[bytes]:
        """The body, as it comes."""
        return self._pieces

    async def read(self) -> bytes:
        """What is left of the body."""
        return b"".join([piece async for piece in self._pieces])


class Download(_BaseDownload[T]):
    """Content to be downloaded. Nothing is sent before one of the methods is called.

    All of them raise IncompleteDownloadError if the content ends early and can't be continued,
    DigestMismatchError if it isn't what a digest in the headers says, and what the operation
    itself raises.
    """

    def __init__(
        self,
        client: SyncClient,
        call: Call,
        returns: type[T] | ResponseType[T] | None = None,
    ) -> None:
        super().__init__(call, returns)
        self._client = client

    def read(self) -> bytes:
        """All of the content, in memory."""
        parts: list[bytes] = []
        transfer = self._transfer(rewindable=True)
        with closing(self._pieces(transfer, parts.clear)) as pieces:
            for piece in pieces:
                parts.append(piece)
        return b"".join(parts)

    def text(self) -> str:
        """All of the content, decoded by the charset of its content type (UTF-8 without one)."""
        return self._text(self.read())

    def json(self) -> T:
        """All of the content as JSON, for operations that may answer with JSON.

        Raises APIResponseValidationError if it is something else.
        """
        return self._json(self.read())

    def chunks(self) -> Generator[bytes, None, None]:
        """The content in pieces, as they come. Closing the generator ends the download."""
        return self._pieces(self._transfer(rewindable=False), None)

    @contextmanager
    def open(self) -> Generator[OpenDownload, None, None]:
        """Status, headers, file name and length, before the body is read; ends with the block."""
        transfer = self._transfer(rewindable=False)
        opened = self._client._open(transfer.call())
        self._response = opened[1].described()
        with closing(self._pieces(transfer, None, opened)) as pieces:
            try:
                yield OpenDownload(self._response, pieces)
            finally:
                opened[1].close()

    def save(
        self,
        target: str | os.PathLike[str] | Writable,
        *,
        resume: bool = False,
        progress: ProgressCallback | None = None,
    ) -> int:
        """Save the content to a path or to an open binary file; gives its length in bytes.

        A file that is given by its path appears when all of the content has come, under a name of
        its own until then: ``<name>.….part``. Where the download fails, nothing is left.

        Args:
            target: Where to. An open file is written from where it stands, and stays open.
            resume: Continue what an earlier call with ``resume=True`` left in ``<name>.part``, and
                leave it there if this one fails. What has changed on the server meanwhile, and
                what the server gives no means to recognise, is downloaded from the beginning.
                BlockingIOError if another download with ``resume=True`` writes this file.
            progress: Called with a :class:`Progress` after each piece.
        """
        where = _target(target, resume=resume)
        transfer = self._transfer(rewindable=where.rewindable, progress=progress)
        source = self._source() if resume else ""
        try:
            where.open()
            known = _take_up(where, transfer, source)
            with closing(self._pieces(transfer, where.rewind)) as pieces:
                for piece in pieces:
                    if resume and transfer.validator != known:
                        known = _remember(where, transfer, source)
                    where.write(piece)
            _check_again(where, transfer)
        except BaseException as error:
            _give_up(where, error)
            raise
        where.commit()
        return transfer.done

    def _source(self) -> str:
        return prepare(self._client._settings, self._client._bases, self._call).url

    def _transfer(self, *, rewindable: bool, progress: ProgressCallback | None = None) -> Transfer:
        settings = self._client._settings
        return Transfer(self._call, settings, rewindable=rewindable, progress=progress)

    def _pieces(
        self,
        transfer: Transfer,
        rewind: Callable[[], object] | None,
        opened: Opened | None = None,
    ) -> Generator[bytes, None, None]:
        while True:
            try:
                prepared, reply = opened or self._client._open(transfer.call())
            except RangeNotSatisfiableError as error:
                if transfer.refused(error):
                    return
                continue
            opened = None
            fault = None
            try:
                self._response = reply.described()
                if transfer.begin(prepared, self._response) and rewind is not None:
                    rewind()
                with closing(reply.chunks()) as chunks:
                    for chunk in chunks:
                        if piece := transfer.take(chunk):
                            yield piece
            except BrokenBody as broken:
                fault = broken.fault
            except StartOver:
                transfer.forget()
                continue
            finally:
                reply.close()
            wait = transfer.end(fault)
            if wait is None:
                return
            self._log(self._client._logger, transfer.done, wait)
            prepared.retry.clock.sleep(wait)


class AsyncDownload(_BaseDownload[T]):
    """Content to be downloaded, asynchronously; as :class:`Download`, with ``await``."""

    def __init__(
        self,
        client: AsyncClient,
        call: Call,
        returns: type[T] | ResponseType[T] | None = None,
    ) -> None:
        super().__init__(call, returns)
        self._client = client

    async def read(self) -> bytes:
        """All of the content, in memory."""
        parts: list[bytes] = []
        transfer = self._transfer(rewindable=True)
        async with aclosing(self._pieces(transfer, _awaited(parts.clear))) as pieces:
            async for piece in pieces:
                parts.append(piece)
        return b"".join(parts)

    async def text(self) -> str:
        """All of the content, decoded by the charset of its content type (UTF-8 without one)."""
        return self._text(await self.read())

    async def json(self) -> T:
        """All of the content as JSON, for operations that may answer with JSON.

        Raises APIResponseValidationError if it is something else.
        """
        return self._json(await self.read())

    def chunks(self) -> AsyncGenerator[bytes, None]:
        """The content in pieces, as they come. Closing the generator ends the download.

        Who stops half-way closes it: ``async with contextlib.aclosing(download.chunks())``.
        """
        return self._pieces(self._transfer(rewindable=False), None)

    @asynccontextmanager
    async def open(self) -> AsyncGenerator[AsyncOpenDownload, None]:
        """Status, headers, file name and length, before the body is read; ends with the block."""
        transfer = self._transfer(rewindable=False)
        opened = await self._client._open(transfer.call())
        self._response = opened[1].described()
        async with aclosing(self._pieces(transfer, None, opened)) as pieces:
            try:
                yield AsyncOpenDownload(self._response, pieces)
            finally:
                await opened[1].aclose()

    async def save(
        self,
        target: str | os.PathLike[str] | Writable,
        *,
        resume: bool = False,
        progress: ProgressCallback | None = None,
    ) -> int:
        """See :meth:`Download.save`. Files are written in threads."""
        where = await run_in_thread(lambda: _target(target, resume=resume))
        transfer = self._transfer(rewindable=where.rewindable, progress=progress)
        source = self._source() if resume else ""
        block = _Block(where)
        try:
            await run_in_thread(where.open)
            known = await run_in_thread(lambda: _take_up(where, transfer, source))
            async with aclosing(self._pieces(transfer, block.rewind)) as pieces:
                async for piece in pieces:
                    if resume and transfer.validator != known:
                        known = await run_in_thread(lambda: _remember(where, transfer, source))
                    await block.add(piece)
            await block.write()
            await run_in_thread(lambda: _check_again(where, transfer))
        except BaseException as error:
            block.flush()
            _give_up(where, error)
            raise
        await run_in_thread(where.commit)
        return transfer.done

    def _source(self) -> str:
        return prepare(self._client._settings, self._client._bases, self._call).url

    def _transfer(self, *, rewindable: bool, progress: ProgressCallback | None = None) -> Transfer:
        settings = self._client._settings
        return Transfer(self._call, settings, rewindable=rewindable, progress=progress)

    async def _pieces(
        self,
        transfer: Transfer,
        rewind: Callable[[], Awaitable[object]] | None,
        opened: Opened | None = None,
    ) -> AsyncGenerator[bytes, None]:
        while True:
            try:
                prepared, reply = opened or await self._client._open(transfer.call())
            except RangeNotSatisfiableError as error:
                if transfer.refused(error):
                    return
                continue
            opened = None
            fault = None
            try:
                self._response = reply.described()
                if transfer.begin(prepared, self._response) and rewind is not None:
                    await rewind()
                async with aclosing(reply.async_chunks()) as chunks:
                    async for chunk in chunks:
                        if piece := transfer.take(chunk):
                            yield piece
            except BrokenBody as broken:
                fault = broken.fault
            except StartOver:
                transfer.forget()
                continue
            finally:
                await reply.aclose()
            wait = transfer.end(fault)
            if wait is None:
                return
            self._log(self._client._logger, transfer.done, wait)
            await prepared.retry.clock.async_sleep(wait)


class _Block:
    """Pieces on their way to a thread that writes them: a thread for each would cost more."""

    def __init__(self, where: Target) -> None:
        self._where = where
        self._pieces: list[bytes] = []
        self._size = 0

    async def add(self, piece: bytes) -> None:
        self._pieces.append(piece)
        self._size += len(piece)
        if self._size >= _BLOCK:
            await self.write()

    async def write(self) -> None:
        await run_in_thread(self.flush)

    async def rewind(self) -> None:
        self._pieces.clear()
        self._size = 0
        await run_in_thread(self._where.rewind)

    def flush(self) -> None:
        """Write what there is, at once."""
        pieces, self._pieces, self._size = self._pieces, [], 0
        for piece in pieces:
            self._where.write(piece)


def _awaited(act: Callable[[], object]) -> Callable[[], Awaitable[object]]:
    async def acting() -> object:
        return act()

    return acting


def _with_content(response: HttpResponse, content: bytes) -> HttpResponse:
    return HttpResponse(response.status, response.headers.fields, content)


def _target(target: object, *, resume: bool) -> Target:
    if isinstance(target, (str, os.PathLike)):
        path = Path(cast("str | os.PathLike[str]", target))
        if not is_device(path):
            return PathTarget(path, keep=resume)
        if not resume:
            return DeviceTarget(path)
    elif not callable(getattr(target, "write", None)):
        raise InvalidArgumentError(
            f"A download is saved to a path or an open binary file, not a {type(target).__name__}"
        )
    if resume:
        raise InvalidArgumentError("Only a download to a path can be resumed")
    return FileTarget(cast("Writable", target))


def _take_up(where: Target, transfer: Transfer, source: str) -> str | None:
    """Go on with what is kept of ``source``, if it is; gives by what it is recognised."""
    if not source or not isinstance(where, PathTarget):
        return None
    done, validator = where.kept(source) or (0, None)
    transfer.resume(done, validator)
    return validator


def _remember(where: Target, transfer: Transfer, source: str) -> str | None:
    if isinstance(where, PathTarget):
        where.remember(source, transfer.validator)
    return transfer.validator


def _check_again(where: Target, transfer: Transfer) -> None:
    """Compare the digest of a file whose beginning was there already."""
    digest = transfer.digest
    if digest is not None and digest.length != transfer.done and isinstance(where, PathTarget):
        digest.again(where.read_back())
        transfer.check()


def _give_up(where: Target, error: BaseException) -> None:
    if isinstance(error, DigestMismatchError) and isinstance(where, PathTarget):
        # Nothing that is worth going on with.
        where.rewind()
    where.abort()
