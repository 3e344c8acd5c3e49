"""Content to send, read at any offset: for uploads that go on where the server says.

What can't go back keeps its last piece in memory, so that it can be sent again.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import IO, BinaryIO, Protocol, cast

from .bodies import run_in_thread
from .errors import InvalidArgumentError, UploadError
from .files import Readable, can_seek, read_pieces


class Reader(Protocol):
    """``length`` is in bytes, None if only the end will tell."""

    length: int | None

    def at(self, offset: int, size: int) -> bytes:
        """``size`` bytes at ``offset``, fewer only at the end."""
        ...

    def close(self) -> None: ...


class AsyncReader(Protocol):
    length: int | None

    async def at(self, offset: int, size: int) -> bytes: ...

    async def aclose(self) -> None: ...


class _BytesReader:
    def __init__(self, content: bytes) -> None:
        self._content = memoryview(content)
        self.length: int | None = len(content)

    def at(self, offset: int, size: int) -> bytes:
        return bytes(self._content[offset : offset + size])

    def close(self) -> None:
        self._content.release()


class _FileReader:
    """A file that can go back, from where it stands."""

    def __init__(self, file: IO[bytes], close: Callable[[], None] | None = None) -> None:
        self._file = file
        self._close = close
        self._start = file.tell()
        self.length: int | None = max(0, file.seek(0, os.SEEK_END) - self._start)
        file.seek(self._start)

    def at(self, offset: int, size: int) -> bytes:
        self._file.seek(self._start + offset)
        return b"".join(read_pieces(self._file, size))

    def close(self) -> None:
        if self._close is not None:
            self._close()


class _Window:
    """The last bytes of what can't go back."""

    def __init__(self) -> None:
        self._start = 0
        self._kept = bytearray()
        self._ended = False
        self.length: int | None = None

    def _lacks(self, offset: int, size: int) -> bool:
        """Whether more has to come, to have ``size`` bytes at ``offset``.

        Raises UploadError if they have gone by.
        """
        if offset < self._start:
            raise UploadError(
                f"The server is at {offset}, and the content can't go back behind {self._start}"
            )
        gone = min(offset - self._start, len(self._kept))
        del self._kept[:gone]
        self._start += gone
        return not self._ended and offset - self._start + size > len(self._kept)

    def _add(self, piece: object) -> None:
        if piece is None:
            self._ended = True
        elif not isinstance(piece, (bytes, bytearray, memoryview)):
            raise InvalidArgumentError(f"Bytes have to be sent, not {type(piece).__name__}")
        else:
            self._kept += piece

    def _have(self, offset: int, size: int) -> bytes:
        start = offset - self._start
        return bytes(self._kept[start : start + size])


class _StreamReader(_Window):
    def __init__(self, source: Iterator[bytes], close: Callable[[], None] | None = None) -> None:
        super().__init__()
        self._source = source
        self._close = close

    def at(self, offset: int, size: int) -> bytes:
        while self._lacks(offset, size):
            self._add(next(self._source, None))
        return self._have(offset, size)

    def close(self) -> None:
        if self._close is not None:
            self._close()


class _AsyncStreamReader(_Window):
    def __init__(self, source: AsyncIterator[bytes]) -> None:
        super().__init__()
        self._source = source

    async def at(self, offset: int, size: int) -> bytes:
        while self._lacks(offset, size):
            self._add(await anext(self._source, None))
        return self._have(offset, size)

    async def aclose(self) -> None:
        """Nothing: the iterator is the caller's."""


class _ThreadReader:
    """A reader whose files are read in threads."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self.length = reader.length

    async def at(self, offset: int, size: int) -> bytes:
        return await run_in_thread(lambda: self._reader.at(offset, size))

    async def aclose(self) -> None:
        await run_in_thread(self._reader.close)


def open_reader(content: object) -> Reader:
    """A reader of a file to send; who opens it closes it. Files of the caller stay open."""
    if isinstance(content, (bytes, bytearray, memoryview)):
        return _BytesReader(bytes(content))
    if isinstance(content, os.PathLike):
        with ExitStack() as stack:
            file = stack.enter_context(Path(cast("os.PathLike[str]", content)).open("rb"))
            if file.seekable():
                return _FileReader(file, stack.pop_all().close)
            return _StreamReader(read_pieces(file, None), stack.pop_all().close)
    if isinstance(content, AsyncIterable):
        raise InvalidArgumentError("An async iterator can only be sent by the async client")
    if isinstance(content, Readable):
        if can_seek(content):
            return _FileReader(cast("BinaryIO", content))
        return _StreamReader(read_pieces(content, None))
    if isinstance(content, Iterator):
        return _StreamReader(cast("Iterator[bytes]", content))
    raise InvalidArgumentError(
        "Give bytes, a path, an open binary file or an iterator of bytes, "
        f"not {type(content).__name__}"
    )


async def open_async_reader(content: object) -> AsyncReader:
    """The same for the async client, which takes async iterators, too."""
    if isinstance(content, AsyncIterable):
        return _AsyncStreamReader(aiter(cast("AsyncIterable[bytes]", content)))
    return _ThreadReader(await run_in_thread(lambda: open_reader(content)))
