"""What generated resources build on: a method describes its call, the client does the rest."""

from __future__ import annotations

from collections.abc import Coroutine, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

from .calls import Call
from .sentinels import OMIT

if TYPE_CHECKING:
    from typing_extensions import Self

    from .client import AsyncClient, SyncClient
    from .downloads import AsyncDownload, Download
    from .messages import ResponseHeaders
    from .operation import Operation
    from .options import RequestOptions
    from .paging import AsyncPager, Page
    from .responses import EventTypes, ResponseType
    from .sockets import AsyncWebSocket, WebSocket
    from .streams import AsyncEventStream, AsyncJsonLines, EventStream, JsonLines
    from .uploads import UploadCalls, Uploaded, UploadSettings

T = TypeVar("T")
E = TypeVar("E")

NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})


class Resource:
    """A group of methods of one service, bound to a :class:`SyncClient`."""

    def __init__(self, client: SyncClient) -> None:
        self._client = client
        self._raw = False

    def _with_raw(self) -> Self:
        """A copy whose methods give back a :class:`RawResponse` in place of their result."""
        copy = type(self).__new__(type(self))
        copy._client = self._client
        copy._raw = True
        return copy

    def _call(
        self,
        operation: Operation,
        returns: type[T] | ResponseType[T],
        *,
        path: Mapping[str, object] = NOTHING,
        query: Mapping[str, object] = NOTHING,
        headers: Mapping[str, object] = NOTHING,
        cookies: Mapping[str, object] = NOTHING,
        body: object = OMIT,
        options: RequestOptions | None = None,
    ) -> T:
        """Send ``operation`` and decode its result as ``returns``. All keys are wire names."""
        call = Call(operation, path, query, headers, cookies, body, options)
        return cast("T", self._client._run(call, returns, raw=self._raw))

    def _send(
        self,
        operation: Operation,
        *,
        path: Mapping[str, object] = NOTHING,
        query: Mapping[str, object] = NOTHING,
        headers: Mapping[str, object] = NOTHING,
        cookies: Mapping[str, object] = NOTHING,
        body: object = OMIT,
        options: RequestOptions | None = None,
    ) -> None:
        """Send ``operation``, whose result is nothing."""
        call = Call(operation, path, query, headers, cookies, body, options)
        # A raw copy returns the RawResponse here, unseen by the type of the method.
        return cast("None", self._client._run(call, None, raw=self._raw))

    def _head(
        self,
        operation: Operation,
        *,
        path: Mapping[str, object] = NOTHING,
        query: Mapping[str, object] = NOTHING,
        headers: Mapping[str, object] = NOTHING,
        cookies: Mapping[str, object] = NOTHING,
        body: object = OMIT,
        options: RequestOptions | None = None,
    ) -> ResponseHeaders:
        """Send ``operation``, which answers by its status and headers."""
        from .messages import ResponseHeaders

        call = Call(operation, path, query, headers, cookies, body, options)
        result = self._client._run(call, ResponseHeaders, raw=self._raw)
        return cast("ResponseHeaders", result)

    def _page(
        self,
        operation: Operation,
        item: type[T] | ResponseType[T],
        *,
        path: Mapping[str, object] = NOTHING,
        query: Mapping[str, object] = NOTHING,
        headers: Mapping[str, object] = NOTHING,
        cookies: Mapping[str, object] = NOTHING,
        body: object = OMIT,
        options: RequestOptions | None = None,
    ) -> Page[T]:
        """Load the first page of ``operation``, a list of ``item``."""
        call = Call(operation, path, query, headers, cookies, body, options)
        return cast("Page[T]", self._client._run_page(call, item, raw=self._raw))

    def _download(
        self,
        operation: Operation,
        returns: type[T] | ResponseType[T] | None = None,
        *,
        path: Mapping[str, object] = NOTHING,
        query: Mapping[str, object] = NOTHING,
        headers: Mapping[str, object] = NOTHING,
        cookies: Mapping[str, object] = NOTHING,
        body: object = OMIT,
        options: RequestOptions | None = None,
    ) -> Download[T]:
        """The content that ``operation`` gives, to be requested when it is read.

        ``returns`` is the type of the JSON that may come in its place.
        """
        from .downloads import Download

        call = Call(operation, path, query, headers, cookies, body, options)
        return Download(self._client, call, returns)

    def _upload(
        self,
        calls: UploadCalls,
        settings: UploadSettings,
        *,
        path: Mapping[str, object] = NOTHING,
        query: Mapping[str, object] = NOTHING,
        headers: Mapping[str, object] = NOTHING,
        body: object = OMIT,
        options: RequestOptions | None = None,
    ) -> Uploaded:
        """Upload ``body`` piece by piece; the values are those of all three operations."""
        from .tus import run_upload

        call = Call(calls.create, path, query, headers, NOTHING, body, options)
        return run_upload(self._client, calls, call, settings)

    def _events(
        self,
        operation: Operation,
        returns: type[T] | ResponseType[T] | EventTypes[T],
        *,
        path: Mapping[str, object] = NOTHING,
        query: Mapping[str, object] = NOTHING,
        headers: Mapping[str, object] = NOTHING,
        cookies: Mapping[str, object] = NOTHING,
        body: object = OMIT,
        options: RequestOptions | None = None,
    ) -> EventStream[T]:
        """The server-sent events of ``operation``, to be opened by iterating over them."""
        from .streams import EventStream

        call = Call(operation, path, query, headers, cookies, body, options)
        return EventStream(self._client, call, returns)

    def _either(
        self,
        operation: Operation,
        types: tuple[type[T] | ResponseType[T], type[E] | ResponseType[E] | EventTypes[E]],
        *,
        path: Mapping[str, object] = NOTHING,
        query: Mapping[str, object] = NOTHING,
        headers: Mapping[str, object] = NOTHING,
        cookies: Mapping[str, object] = NOTHING,
        body: object = OMIT,
        options: RequestOptions | None = None,
    ) -> T | EventStream[E]:
        """The result of ``operation``, or its events, as its arguments decide."""
        from .streams import EventStream, choose

        call = Call(operation, path, query, headers, cookies, body, options)
        call, is_stream = choose(call)
        if is_stream:
            return EventStream(self._client, call, types[1])
        return cast("T", self._client._run(call, types[0], raw=False))

    def _lines(
        self,
        operation: Operation,
        returns: type[T] | ResponseType[T],
        *,
        path: Mapping[str, object] = NOTHING,
        query: Mapping[str, object] = NOTHING,
        headers: Mapping[str, object] = NOTHING,
        cookies: Mapping[str, object] = NOTHING,
        body: object = OMIT,
        options: RequestOptions | None = None,
    ) -> JsonLines[T]:
        """The lines of JSON of ``operation``, to be opened by iterating over them."""
        from .streams import JsonLines

        call = Call(operation, path, query, headers, cookies, body, options)
        return JsonLines(self._client, call, returns)

    def _socket(
        self,
        operation: Operation,
        returns: type[T] | ResponseType[T],
        *,
        path: Mapping[str, object] = NOTHING,
        query: Mapping[str, object] = NOTHING,
        headers: Mapping[str, object] = NOTHING,
        cookies: Mapping[str, object] = NOTHING,
        body: object = OMIT,
        options: RequestOptions | None = None,
    ) -> WebSocket[T]:
        """The WebSocket of ``operation``, to be connected by ``with``."""
        from .sockets import WebSocket

        call = Call(operation, path, query, headers, cookies, body, options)
        return WebSocket(self._client, call, returns)


class AsyncResource:
    """A group of methods of one service, bound to an :class:`AsyncClient`."""

    def __init__(self, client: AsyncClient) -> None:
        self._client = client
        self._raw = False

    def _with_raw(self) -> Self:
        """A copy whose methods give back a :class:`RawResponse` in place of their result."""
        copy = type(self).__new__(type(self))
        copy._client = self._client
        copy._raw = True
        return copy

    async def _call(
        self,
        operation: Operation,
        returns: type[T] | ResponseType[T],
        *,
        path: Mapping[str, object] = NOTHING,
        query: Mapping[str, object] = NOTHING,
        headers: Mapping[str, object] = NOTHING,
        cookies: Mapping[str, object] = NOTHING,
        body: object = OMIT,
        options: RequestOptions | None = None,
    ) -> T:
        """Send ``operation`` and decode its result as ``returns``. All keys are wire names."""
        call = Call(operation, path, query, headers, cookies, body, options)
        return cast("T", await self._client._run(call, returns, raw=self._raw))

    async def _send(
        self,
        operation: Operation,
        *,
        path: Mapping[str, object] = NOTHING,
        query: Mapping[str, object] = NOTHING,
        headers: Mapping[str, object] = NOTHING,
        cookies: Mapping[str, object] = NOTHING,
        body: object = OMIT,
        options: RequestOptions | None = None,
    ) -> None:
        """Send ``operation``, whose result is nothing."""
        call = Call(operation, path, query, headers, cookies, body, options)
        return cast("None", await self._client._run(call, None, raw=self._raw))

    async def _head(
        self,
        operation: Operation,
        *,
        path: Mapping[str, object] = NOTHING,
        query: Mapping[str, object] = NOTHING,
        headers: Mapping[str, object] = NOTHING,
        cookies: Mapping[str, object] = NOTHING,
        body: object = OMIT,
        options: RequestOptions | None = None,
    ) -> ResponseHeaders:
        """Send ``operation``, which answers by its status and headers."""
        from .messages import ResponseHeaders

        call = Call(operation, path, query, headers, cookies, body, options)
        result = await self._client._run(call, ResponseHeaders, raw=self._raw)
        return cast("ResponseHeaders", result)

    def _page(
        self,
        operation: Operation,
        item: type[T] | ResponseType[T],
        *,
        path: Mapping[str, object] = NOTHING,
        query: Mapping[str, object] = NOTHING,
        headers: Mapping[str, object] = NOTHING,
        cookies: Mapping[str, object] = NOTHING,
        body: object = OMIT,
        options: RequestOptions | None = None,
    ) -> AsyncPager[T]:
        """A list of ``item``: await it for its first page, or iterate over all its items."""
        call = Call(operation, path, query, headers, cookies, body, options)
        return cast("AsyncPager[T]", self._client._run_page(call, item, raw=self._raw))

    def _download(
        self,
        operation: Operation,
        returns: type[T] | ResponseType[T] | None = None,
        *,
        path: Mapping[str, object] = NOTHING,
        query: Mapping[str, object] = NOTHING,
        headers: Mapping[str, object] = NOTHING,
        cookies: Mapping[str, object] = NOTHING,
        body: object = OMIT,
        options: RequestOptions | None = None,
    ) -> AsyncDownload[T]:
        """The content that ``operation`` gives, to be requested when it is read.

        ``returns`` is the type of the JSON that may come in its place.
        """
        from .downloads import AsyncDownload

        call = Call(operation, path, query, headers, cookies, body, options)
        return AsyncDownload(self._client, call, returns)

    async def _upload(
        self,
        calls: UploadCalls,
        settings: UploadSettings,
        *,
        path: Mapping[str, object] = NOTHING,
        query: Mapping[str, object] = NOTHING,
        headers: Mapping[str, object] = NOTHING,
        body: object = OMIT,
        options: RequestOptions | None = None,
    ) -> Uploaded:
        """Upload ``body`` piece by piece; the values are those of all three operations."""
        from .tus import run_async_upload

        call = Call(calls.create, path, query, headers, NOTHING, body, options)
        return await run_async_upload(self._client, calls, call, settings)

    def _events(
        self,
        operation: Operation,
        returns: type[T] | ResponseType[T] | EventTypes[T],
        *,
        path: Mapping[str, object] = NOTHING,
        query: Mapping[str, object] = NOTHING,
        headers: Mapping[str, object] = NOTHING,
        cookies: Mapping[str, object] = NOTHING,
        body: object = OMIT,
        options: RequestOptions | None = None,
    ) -> AsyncEventStream[T]:
        """The server-sent events of ``operation``, to be opened by iterating over them."""
        from .streams import AsyncEventStream

        call = Call(operation, path, query, headers, cookies, body, options)
        return AsyncEventStream(self._client, call, returns)

    def _either(
        self,
        operation: Operation,
        types: tuple[type[T] | ResponseType[T], type[E] | ResponseType[E] | EventTypes[E]],
        *,
        path: Mapping[str, object] = NOTHING,
        query: Mapping[str, object] = NOTHING,
        headers: Mapping[str, object] = NOTHING,
        cookies: Mapping[str, object] = NOTHING,
        body: object = OMIT,
        options: RequestOptions | None = None,
    ) -> Coroutine[Any, Any, T] | AsyncEventStream[E]:
        """The result of ``operation``, to be awaited, or its events, as its arguments decide."""
        from .streams import AsyncEventStream, choose

        call = Call(operation, path, query, headers, cookies, body, options)
        call, is_stream = choose(call)
        if is_stream:
            return AsyncEventStream(self._client, call, types[1])
        return self._client._run(call, types[0], raw=False)

    def _lines(
        self,
        operation: Operation,
        returns: type[T] | ResponseType[T],
        *,
        path: Mapping[str, object] = NOTHING,
        query: Mapping[str, object] = NOTHING,
        headers: Mapping[str, object] = NOTHING,
        cookies: Mapping[str, object] = NOTHING,
        body: object = OMIT,
        options: RequestOptions | None = None,
    ) -> AsyncJsonLines[T]:
        """The lines of JSON of ``operation``, to be opened by iterating over them."""
        from .streams import AsyncJsonLines

        call = Call(operation, path, query, headers, cookies, body, options)
        return AsyncJsonLines(self._client, call, returns)

    def _socket(
        self,
        operation: Operation,
        returns: type[T] | ResponseType[T],
        *,
        path: Mapping[str, object] = NOTHING,
        query: Mapping[str, object] = NOTHING,
        headers: Mapping[str, object] = NOTHING,
        cookies: Mapping[str, object] = NOTHING,
        body: object = OMIT,
        options: RequestOptions | None = None,
    ) -> AsyncWebSocket[T]:
        """The WebSocket of ``operation``, to be connected by ``async with``."""
        from .sockets import AsyncWebSocket

        call = Call(operation, path, query, headers, cookies, body, options)
        return AsyncWebSocket(self._client, call, returns)
