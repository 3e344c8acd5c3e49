"""Streams as callers hold them: server-sent events and JSON lines, in both colours.

A stream sends nothing before it is used. Each ``for`` loop over it opens it and closes it again,
however the loop is left; inside a ``with`` block it stays open until the end of the block, so that
several loops can take turns.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Generator, Iterator
from contextlib import aclosing, closing
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from ._http import BrokenBody, OpenReply
from .courses import (
    MAX_OTHER_BYTES,
    Course,
    EventCourse,
    LinesCourse,
    ServerSentEvent,
    asks_for_result,
)
from .errors import APIConnectionError, InvalidArgumentError

if TYPE_CHECKING:
    from types import AsyncGeneratorType, TracebackType

    from typing_extensions import Self

    from .calls import Call
    from .client import AsyncClient, SyncClient
    from .messages import HttpResponse
    from .responses import EventTypes, ResponseType

__all__ = [
    "AsyncEventStream",
    "AsyncJsonLines",
    "EventStream",
    "JsonLines",
    "ServerSentEvent",
]

T = TypeVar("T")
E = TypeVar("E")

_CLOSED = (
    "This stream is closed: each loop over a stream closes it. Call the method again for a new "
    "one, or use `with` to go on after leaving a loop."
)


def choose(call: Call) -> tuple[Call, bool]:
    """The call that asks for what its arguments decide on, and whether that is a stream."""
    is_stream = not asks_for_result(call)
    media_type = "text/event-stream" if is_stream else "application/json"
    return call._replace(headers={"Accept": media_type, **call.headers}), is_stream


def _run(client: SyncClient, course: Course) -> Generator[Any, None, None]:
    """Nothing once the stream is open, then everything that comes."""
    first = True
    while True:
        try:
            prepared, reply = client._open(course.call())
        except (APIConnectionError, InvalidArgumentError) as error:
            if first:
                raise
            # Of arguments, only what the server sent is new: an ID that no header can hold.
            raise course.lost(error) from error
        fault = None
        try:
            if course.closed:  # while it was being opened
                return
            if not course.opened(prepared, reply):
                raise course.no_stream(reply, _read_some(reply))
            if first:
                first = False
                yield None
            with closing(reply.chunks()) as chunks:
                for chunk in chunks:
                    yield from course.feed(chunk)
                    if course.stopped:
                        break
                else:
                    yield from course.finish()
        except BrokenBody as error:
            fault = error.fault
        finally:
            reply.close()
        wait = course.after(fault)
        if wait is None:
            return
        course.policy.clock.sleep(wait)
        if course.closed:
            return


async def _run_async(client: AsyncClient, course: Course) -> AsyncGenerator[Any, None]:
    """As :func:`_run`."""
    first = True
    while True:
        try:
            prepared, reply = await client._open(course.call())
        except (APIConnectionError, InvalidArgumentError) as error:
            if first:
                raise
            # Of arguments, only what the server sent is new: an ID that no header can hold.
            raise course.lost(error) from error
        fault = None
        try:
            if course.closed:
                return
            if not course.opened(prepared, reply):
                raise course.no_stream(reply, await _read_some_async(reply))
            if first:
                first = False
                yield None
            async with aclosing(reply.async_chunks()) as chunks:
                async for chunk in chunks:
                    for item in course.feed(chunk):
                        yield item
                    if course.stopped:
                        break
                else:
                    for item in course.finish():
                        yield item
        except BrokenBody as error:
            fault = error.fault
        finally:
            await reply.aclose()
        wait = course.after(fault)
        if wait is None:
            return
        await course.policy.clock.async_sleep(wait)
        if course.closed:
            return


def _read_some(reply: OpenReply) -> bytes:
    read = b""
    try:
        with closing(reply.chunks()) as chunks:
            for chunk in chunks:
                read += chunk
                if len(read) >= MAX_OTHER_BYTES:
                    break
    except BrokenBody:
        pass
    return read


async def _read_some_async(reply: OpenReply) -> bytes:
    read = b""
    try:
        async with aclosing(reply.async_chunks()) as chunks:
            async for chunk in chunks:
                read += chunk
                if len(read) >= MAX_OTHER_BYTES:
                    break
    except BrokenBody:
        pass
    return read


class _Handle:
    """What a stream is in both colours."""

    _course: Course

    def __init__(self) -> None:
        self._held = False
        self._opening = False
        self._ended = False
        self._closed = False

    @property
    def response(self) -> HttpResponse | None:
        """Status and headers of the present exchange, or of the last one; None before the first."""
        return self._course.response

    def __repr__(self) -> str:
        operation = self._course.operation
        state = "closed" if self._closed else "ended" if self._ended else "open"
        if state == "open" and self._course.response is None:
            state = "not opened yet"
        return f"<{type(self).__name__} {operation.method} {operation.path}: {state}>"


class _SyncStream(_Handle, Generic[E]):
    def __init__(self, client: SyncClient, course: Course) -> None:
        super().__init__()
        self._client = client
        self._course = course
        self._running: Generator[Any, None, None] | None = None

    def _start(self) -> Generator[E, None, None]:
        if self._closed:
            raise RuntimeError(_CLOSED)
        if self._running is None:
            running = _run(self._client, self._course)
            self._opening = True
            try:
                next(running, None)
            finally:
                self._opening = False
            self._running = running
        return self._running

    def __iter__(self) -> Iterator[E]:
        if self._ended:
            return
        held = self._held
        try:
            for item in self._start():  # noqa: UP028 - `yield from` would close what a block holds
                yield item
            self._ended = True
        except GeneratorExit:
            raise
        except BaseException:
            self._closed = self._closed or self._running is not None
            raise
        finally:
            if not held:
                self.close()

    def __enter__(self) -> Self:
        self._start()
        self._held = True
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._held = False
        self.close()

    def close(self) -> None:
        """Close the connection. A loop over the stream, in another thread too, ends without error;
        a stream that was opened can't be used after that.
        """
        running, self._running = self._running, None
        if running is None:
            self._course.closed = self._course.closed or self._opening
            return
        self._closed = not self._ended
        self._course.closed = True
        try:
            running.close()
        except ValueError:  # it is at work in another thread
            reply = self._course.reply
            if reply is not None:
                reply.interrupt()


class _AsyncStream(_Handle, Generic[E]):
    def __init__(self, client: AsyncClient, course: Course) -> None:
        super().__init__()
        self._client = client
        self._course = course
        self._running: AsyncGeneratorType[Any, None] | None = None

    async def _start(self) -> AsyncGenerator[E, None]:
        if self._closed:
            raise RuntimeError(_CLOSED)
        if self._running is None:
            running = _run_async(self._client, self._course)
            self._opening = True
            try:
                await anext(running, None)
            finally:
                self._opening = False
            self._running = cast("AsyncGeneratorType[Any, None]", running)
        return self._running

    async def __aiter__(self) -> AsyncIterator[E]:
        if self._ended:
            return
        held = self._held
        try:
            async for item in await self._start():
                yield item
            self._ended = True
        except GeneratorExit:
            raise
        except BaseException:
            self._closed = self._closed or self._running is not None
            raise
        finally:
            if not held:
                await self.aclose()

    async def __aenter__(self) -> Self:
        await self._start()
        self._held = True
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._held = False
        await self.aclose()

    async def aclose(self) -> None:
        """Close the connection. A loop over the stream, in another task too, ends without error;
        a stream that was opened can't be used after that.
        """
        running, self._running = self._running, None
        if running is None:
            self._course.closed = self._course.closed or self._opening
            return
        self._closed = not self._ended
        self._course.closed = True
        if running.ag_running:  # in another task
            if self._course.reply is not None:
                await self._course.reply.aclose()
        else:
            await running.aclose()


class EventStream(_SyncStream[ServerSentEvent[T]], Generic[T]):
    """Server-sent events, one :class:`ServerSentEvent` after the other.

    Where the API documents how to go on after an interruption, the stream reconnects by itself: as
    often as it takes as long as something comes, and ``max_retries`` times in a row without. It
    ends with an event that is documented as the last one; without that, a stream that breaks off
    raises :class:`StreamInterruptedError`.

    However long the server is silent between two events isn't limited, unless
    ``RequestOptions(timeout=...)`` is given or heartbeats are documented.
    """

    _course: EventCourse

    def __init__(
        self,
        client: SyncClient,
        call: Call,
        types: type[T] | ResponseType[T] | EventTypes[T],
    ) -> None:
        super().__init__(client, EventCourse(client._settings, call, types))

    @property
    def last_event_id(self) -> str:
        """The last ID that the server sent, ``""`` if there was none."""
        return self._course.last_event_id


class AsyncEventStream(_AsyncStream[ServerSentEvent[T]], Generic[T]):
    """Server-sent events; as :class:`EventStream`, with ``async for`` and ``async with``."""

    _course: EventCourse

    def __init__(
        self,
        client: AsyncClient,
        call: Call,
        types: type[T] | ResponseType[T] | EventTypes[T],
    ) -> None:
        super().__init__(client, EventCourse(client._settings, call, types))

    @property
    def last_event_id(self) -> str:
        """The last ID that the server sent, ``""`` if there was none."""
        return self._course.last_event_id


class JsonLines(_SyncStream[T], Generic[T]):
    """JSON values that come one a line, each as soon as it is there.

    A stream that is cut short raises :class:`StreamInterruptedError`. Where a last line is
    documented, it is no item: it is kept as :attr:`trailer`, its absence is an error, too, and an
    error that it reports is raised.
    """

    _course: LinesCourse

    def __init__(self, client: SyncClient, call: Call, returns: type[T] | ResponseType[T]) -> None:
        super().__init__(client, LinesCourse(client._settings, call, returns))

    @property
    def trailer(self) -> dict[str, Any] | None:
        """The documented last line, once it has come."""
        return self._course.trailer


class AsyncJsonLines(_AsyncStream[T], Generic[T]):
    """JSON values one a line; as :class:`JsonLines`, with ``async for`` and ``async with``."""

    _course: LinesCourse

    def __init__(self, client: AsyncClient, call: Call, returns: type[T] | ResponseType[T]) -> None:
        super().__init__(client, LinesCourse(client._settings, call, returns))

    @property
    def trailer(self) -> dict[str, Any] | None:
        """The documented last line, once it has come."""
        return self._course.trailer
