"""WebSockets (RFC 6455): a handle that connects when it is used, and the connected socket.

The handshake takes the course of every call: address, credentials, retries, redirects and
documented errors. Messages are text, binary, or JSON of a documented type.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from inspect import isawaitable
from typing import TYPE_CHECKING, Any, Generic, TypeAlias, TypeVar

from ._websockets import (
    AsyncLink,
    BadHandshake,
    Closed,
    HandshakeReply,
    SyncLink,
    open_async_link,
    open_link,
)
from .errors import APIError, WebSocketClosedError
from .socket_options import GOING_AWAY, NORMAL, SocketOptions, check_close
from .socket_state import SocketState, frame
from .wire import encode_json

if TYPE_CHECKING:
    from types import TracebackType

    from typing_extensions import Self

    from ._http import Fault, Send
    from .calls import Call
    from .client import AsyncClient, SyncClient
    from .models import Model

JsonMessage: TypeAlias = "Mapping[str, Any] | Sequence[Any] | Model | int | float | None"

T = TypeVar("T")


class WebSocket(Generic[T]):
    """A WebSocket that is connected by ``with``, and closed at the end of it::

        with client.things.watch() as socket:
            for message in socket:
                ...

    Nothing is sent before. Raises the documented errors of the operation if the server refuses
    the handshake, APIConnectionError if there is no connection, and ConfigurationError if the
    library for WebSockets isn't installed.
    """

    def __init__(
        self,
        client: SyncClient,
        call: Call,
        returns: object,
        options: SocketOptions | None = None,
    ) -> None:
        self._client = client
        self._call = call
        self._returns = returns
        self._options = options or SocketOptions()
        self._entered: WebSocketConnection[T] | None = None

    def with_options(self, options: SocketOptions) -> WebSocket[T]:
        """The same WebSocket with other settings."""
        return WebSocket(self._client, self._call, self._returns, options)

    def connect(self) -> WebSocketConnection[T]:
        """Connect now. Who calls this closes the socket."""
        socket: WebSocketConnection[T] = WebSocketConnection(
            self._client, self._call, self._returns, self._options
        )
        socket._connect(first=True)
        return socket

    def __enter__(self) -> WebSocketConnection[T]:
        if self._entered is not None:
            raise RuntimeError("This WebSocket is connected already; use connect() for another one")
        self._entered = self.connect()
        return self._entered

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        socket, self._entered = self._entered, None
        if socket is not None:
            socket.__exit__(kind, error, traceback)

    def __repr__(self) -> str:
        return f"<WebSocket {self._call.operation.path}>"


class AsyncWebSocket(Generic[T]):
    """A WebSocket that is connected by ``async with``; as :class:`WebSocket`."""

    def __init__(
        self,
        client: AsyncClient,
        call: Call,
        returns: object,
        options: SocketOptions | None = None,
    ) -> None:
        self._client = client
        self._call = call
        self._returns = returns
        self._options = options or SocketOptions()
        self._entered: AsyncWebSocketConnection[T] | None = None

    def with_options(self, options: SocketOptions) -> AsyncWebSocket[T]:
        """The same WebSocket with other settings."""
        return AsyncWebSocket(self._client, self._call, self._returns, options)

    async def connect(self) -> AsyncWebSocketConnection[T]:
        """Connect now. Who calls this closes the socket."""
        socket: AsyncWebSocketConnection[T] = AsyncWebSocketConnection(
            self._client, self._call, self._returns, self._options
        )
        await socket._connect(first=True)
        return socket

    async def __aenter__(self) -> AsyncWebSocketConnection[T]:
        if self._entered is not None:
            raise RuntimeError("This WebSocket is connected already; use connect() for another one")
        self._entered = await self.connect()
        return self._entered

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        socket, self._entered = self._entered, None
        if socket is not None:
            await socket.__aexit__(kind, error, traceback)

    def __repr__(self) -> str:
        return f"<AsyncWebSocket {self._call.operation.path}>"


class WebSocketConnection(SocketState[T]):
    """A connected WebSocket.

    Iterating over it gives the messages until the server closes with code 1000. One thread may
    receive while others send. A message that can't be read as its documented type comes as JSON
    data, as text or as bytes.

    All methods but ``close`` raise WebSocketClosedError when the connection is closed.
    """

    _link: SyncLink

    def __init__(
        self, client: SyncClient, call: Call, returns: object, options: SocketOptions
    ) -> None:
        super().__init__(client, call, returns, options)
        self._client = client

    def send(self, message: str | bytes | bytearray | memoryview | JsonMessage) -> None:
        """Send text as a text message, bytes as a binary one, anything else as JSON."""
        self._send(frame(message))

    def send_json(self, value: object) -> None:
        """Send ``value`` as JSON, also if it is a text."""
        self._send(encode_json(value).decode("utf-8"))

    def recv(self, timeout: float | None = None) -> T:
        """Wait for the next message.

        Raises TimeoutError if none came within ``timeout`` seconds; the connection stays open.
        """
        message: T = self._read(self._receive(timeout))
        return message

    def recv_json(self, timeout: float | None = None) -> Any:
        """The next message as JSON data, whatever its documented type."""
        return self._json(self._receive(timeout))

    def ping(self, timeout: float | None = None) -> float:
        """Probe the connection: seconds until the answer came, TimeoutError if none came."""
        self._check_process()
        try:
            return self._link.ping(timeout)
        except Closed as closed:
            raise self._closed(closed) from closed.error

    def close(self, code: int = NORMAL, reason: str = "") -> None:
        """Close the connection and wait for the server to confirm it."""
        check_close(code, reason)
        if self._is_forked:
            return
        self._closing = True
        self._link.close(code, reason)

    def __iter__(self) -> Iterator[T]:
        while True:
            try:
                message = self.recv()
            except WebSocketClosedError as error:
                if self._is_end(error):
                    return
                raise
            yield message

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if kind is None or self._is_forked:
            self.close()
            return
        self._closing = True
        # Ctrl-C and their like don't wait for a server that takes its time.
        self._link.close(GOING_AWAY, "", prompt=not issubclass(kind, Exception))

    def _send(self, frame: str | bytes) -> None:
        self._check_process()
        try:
            self._link.send(frame)
        except Closed as closed:
            raise self._closed(closed) from closed.error

    def _receive(self, timeout: float | None) -> str | bytes:
        self._check_process()
        while True:
            try:
                return self._link.receive(timeout)
            except Closed as closed:
                self._connect_again(self._closed(closed))

    def _connect_again(self, error: APIError) -> None:
        while True:
            self._clock.sleep(self._wait_after(error))
            try:
                self._connect(first=False)
            except APIError as failed:
                error = failed
            else:
                return

    def _connect(self, *, first: bool) -> None:
        prepared, subprotocols = self._prepare(first=first)
        links: list[SyncLink] = []

        def shake_hands(step: Send) -> HandshakeReply | Fault:
            outcome = open_link(self._handshake(step, subprotocols))
            if isinstance(outcome, HandshakeReply) and isinstance(outcome.link, SyncLink):
                links.append(outcome.link)
            return outcome

        try:
            self._opened(prepared, self._client._take_steps(prepared, shake_hands))
            self._link = links[-1]
            if self._options.on_connect is not None:
                self._options.on_connect(self)
        except BaseException as error:
            for link in links:
                link.close(GOING_AWAY, "", prompt=True)
            if isinstance(error, BadHandshake):
                raise self._bad_handshake(prepared, error) from error
            raise
        if self._closing:
            # Another thread has closed the socket meanwhile.
            self._link.close(NORMAL, "")


class AsyncWebSocketConnection(SocketState[T]):
    """A connected WebSocket of the async client; as :class:`WebSocketConnection`.

    One task may receive while others send.
    """

    _link: AsyncLink

    def __init__(
        self, client: AsyncClient, call: Call, returns: object, options: SocketOptions
    ) -> None:
        super().__init__(client, call, returns, options)
        self._client = client

    async def send(self, message: str | bytes | bytearray | memoryview | JsonMessage) -> None:
        """Send text as a text message, bytes as a binary one, anything else as JSON."""
        await self._send(frame(message))

    async def send_json(self, value: object) -> None:
        """Send ``value`` as JSON, also if it is a text."""
        await self._send(encode_json(value).decode("utf-8"))

    async def recv(self, timeout: float | None = None) -> T:
        """Wait for the next message.

        Raises TimeoutError if none came within ``timeout`` seconds; the connection stays open.
        """
        message: T = self._read(await self._receive(timeout))
        return message

    async def recv_json(self, timeout: float | None = None) -> Any:
        """The next message as JSON data, whatever its documented type."""
        return self._json(await self._receive(timeout))

    async def ping(self, timeout: float | None = None) -> float:
        """Probe the connection: seconds until the answer came, TimeoutError if none came."""
        self._check_process()
        try:
            return await self._link.ping(timeout)
        except Closed as closed:
            raise self._closed(closed) from closed.error

    async def aclose(self, code: int = NORMAL, reason: str = "") -> None:
        """Close the connection and wait for the server to confirm it."""
        check_close(code, reason)
        if self._is_forked:
            return
        self._closing = True
        await self._link.close(code, reason)

    async def __aiter__(self) -> AsyncIterator[T]:
        while True:
            try:
                message = await self.recv()
            except WebSocketClosedError as error:
                if self._is_end(error):
                    return
                raise
            yield message

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if kind is None or self._is_forked:
            await self.aclose()
            return
        self._closing = True
        # A cancelled task doesn't wait for a server that takes its time.
        await self._link.close(GOING_AWAY, "", prompt=not issubclass(kind, Exception))

    async def _send(self, frame: str | bytes) -> None:
        self._check_process()
        try:
            await self._link.send(frame)
        except Closed as closed:
            raise self._closed(closed) from closed.error

    async def _receive(self, timeout: float | None) -> str | bytes:
        self._check_process()
        while True:
            try:
                return await self._link.receive(timeout)
            except Closed as closed:
                await self._connect_again(self._closed(closed))

    async def _connect_again(self, error: APIError) -> None:
        while True:
            await self._clock.async_sleep(self._wait_after(error))
            try:
                await self._connect(first=False)
            except APIError as failed:
                error = failed
            else:
                return

    async def _connect(self, *, first: bool) -> None:
        prepared, subprotocols = self._prepare(first=first)
        links: list[AsyncLink] = []

        async def shake_hands(step: Send) -> HandshakeReply | Fault:
            outcome = await open_async_link(self._handshake(step, subprotocols))
            if isinstance(outcome, HandshakeReply) and isinstance(outcome.link, AsyncLink):
                links.append(outcome.link)
            return outcome

        try:
            self._opened(prepared, await self._client._take_steps(prepared, shake_hands))
            self._link = links[-1]
            if self._options.on_connect is not None:
                waiting = self._options.on_connect(self)
                if isawaitable(waiting):
                    await waiting
        except BaseException as error:
            for link in links:
                await link.close(GOING_AWAY, "", prompt=True)
            if isinstance(error, BadHandshake):
                raise self._bad_handshake(prepared, error) from error
            raise
        if self._closing:
            # Another task has closed the socket meanwhile.
            await self._link.close(NORMAL, "")
