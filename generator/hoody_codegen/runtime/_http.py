"""The only module that touches the HTTP library: httpx, or httpx2 in its place.

Both libraries have the same surface as far as it is used here, and different classes. Which one a
client speaks is read off the client that was passed in; without one, the library that is
installed is taken, httpx first.
"""

from __future__ import annotations

import inspect
import math
import threading
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from http.cookiejar import DefaultCookiePolicy
from importlib import import_module
from typing import Any, Final, Protocol

from .bodies import Content, in_thread
from .errors import AddressError, ConfigurationError
from .messages import HttpResponse
from .options import Timeout
from .retry import Delivery

LIBRARIES: Final = ("httpx", "httpx2")


class HttpClient(Protocol):
    """What is used of ``httpx.Client`` or ``httpx2.Client``, or their async forms."""

    def build_request(
        self, method: str, url: Any, *, content: Any = ..., headers: Any = ..., timeout: Any = ...
    ) -> Any: ...

    def send(
        self, request: Any, *, stream: bool = ..., auth: Any = ..., follow_redirects: Any = ...
    ) -> Any: ...


@dataclass(frozen=True, slots=True)
class Fault:
    """Why no complete answer came."""

    error: Exception
    delivery: Delivery
    timeout: bool

    @property
    def message(self) -> str:
        kind = "timed out" if self.timeout else "failed"
        detail = str(self.error) or type(self.error).__name__
        return f"The connection {kind}: {detail}"


class BrokenBody(Exception):
    """The connection failed in the middle of an answer's body."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.message)
        self.fault = fault


class _Answer:
    """Status and headers; these are looked up in the library's own way until they are needed."""

    __slots__ = ("_response", "content_type", "status")

    content: bytes

    def __init__(self, response: Any) -> None:
        self._response = response
        self.status: int = response.status_code
        self.content_type: str = response.headers.get("content-type", "")

    def header(self, name: str) -> str | None:
        value: str | None = self._response.headers.get(name)
        return value

    def described(self) -> HttpResponse:
        """The answer as data."""
        fields: list[tuple[str, str]] = self._response.headers.multi_items()
        return HttpResponse(self.status, fields, self.content)


class Reply(_Answer):
    """A complete answer."""

    __slots__ = ("content",)

    def __init__(self, response: Any) -> None:
        super().__init__(response)
        self.content: bytes = response.content


class OpenReply(_Answer):
    """A successful answer whose body is still on its way. Who opened it closes it.

    ``chunks`` and ``close`` are for the sync client, ``async_chunks`` and ``aclose`` for the
    async one. The pieces of the body come as they arrive, with the content coding removed;
    BrokenBody says that the connection failed before the end.
    """

    __slots__ = ("_library", "content")

    def __init__(self, response: Any, library: _Library) -> None:
        super().__init__(response)
        self._library = library
        self.content = b""

    def chunks(self) -> Iterator[bytes]:
        try:
            yield from self._response.iter_bytes()
        except self._library.errors as error:
            raise BrokenBody(self._library.fault(error)) from error

    async def async_chunks(self) -> AsyncIterator[bytes]:
        try:
            async for chunk in self._response.aiter_bytes():
                yield chunk
        except self._library.errors as error:
            raise BrokenBody(self._library.fault(error)) from error

    def close(self) -> None:
        self._response.close()

    async def aclose(self) -> None:
        await self._response.aclose()


class _Library:
    """The exception and setting classes of one HTTP library."""

    def __init__(self, module: Any) -> None:
        self.module = module
        self.errors: tuple[type[Exception], ...] = (
            module.HTTPError,
            module.StreamError,
            # Raised by sending, too: for an answer whose Location can't be read.
            module.InvalidURL,
        )
        self._timeout: type[Exception] = module.TimeoutException
        # Failures from before the first byte of the request was written.
        self._not_sent: tuple[type[Exception], ...] = (
            module.ConnectError,
            module.ConnectTimeout,
            module.PoolTimeout,
            module.ProxyError,
            module.UnsupportedProtocol,
        )
        self._timeouts: dict[float | Timeout | None, Any] = {}

    def fault(self, error: Exception) -> Fault:
        delivery = Delivery.NOT_SENT if isinstance(error, self._not_sent) else Delivery.MAYBE_SENT
        return Fault(error, delivery, isinstance(error, self._timeout))

    def request(
        self,
        client: Any,
        method: str,
        url: str,
        headers: Sequence[tuple[bytes, bytes]],
        content: Content | None,
        timeout: float | Timeout | None,
    ) -> Any:
        try:
            return client.build_request(
                method, url, content=content, headers=headers, timeout=self.timeout(timeout)
            )
        except self.module.InvalidURL as error:
            raise AddressError(f"The address can't be used: {error}") from error

    def timeout(self, timeout: float | Timeout | None) -> Any:
        """The library's own setting for ``timeout``; 0, infinity and None mean no limit."""
        found = self._timeouts.get(timeout)
        if found is None:
            found = self._make_timeout(timeout)
            if len(self._timeouts) < 256:
                self._timeouts[timeout] = found
        return found

    def _make_timeout(self, timeout: float | Timeout | None) -> Any:
        if isinstance(timeout, Timeout):
            return self.module.Timeout(
                connect=_seconds(timeout.connect),
                read=_seconds(timeout.read),
                write=_seconds(timeout.write),
                pool=_seconds(timeout.pool),
            )
        return self.module.Timeout(_seconds(timeout))


def _seconds(value: float | None) -> float | None:
    return None if value is None or value <= 0 or math.isinf(value) else value


_libraries: Final[dict[str, _Library]] = {}


def _library(name: str) -> _Library:
    found = _libraries.get(name)
    if found is None:
        found = _libraries[name] = _Library(import_module(name))
    return found


def _installed() -> _Library:
    for name in LIBRARIES:
        try:
            return _library(name)
        except ModuleNotFoundError as error:
            if error.name != name:
                raise
    raise ConfigurationError(f"No HTTP library is installed: install {' or '.join(LIBRARIES)}")


def _library_of(client: object, *, asynchronous: bool) -> _Library:
    """The library whose client (or a subclass of it) ``client`` is."""
    wanted = "AsyncClient" if asynchronous else "Client"
    for base in type(client).__mro__:
        name = base.__module__.partition(".")[0]
        if name in LIBRARIES and base.__name__ in ("Client", "AsyncClient"):
            if base.__name__ != wanted:
                raise ConfigurationError(
                    f"http_client has to be a {name}.{wanted} here, not a {name}.{base.__name__}"
                )
            return _library(name)
    expected = " or ".join(f"{name}.{wanted}" for name in LIBRARIES)
    raise ConfigurationError(f"http_client has to be an {expected}, not {type(client).__name__}")


class _Connections:
    """One pool of connections, opened on first use and shared by all copies of a client."""

    def __init__(self, client: object | None, *, asynchronous: bool) -> None:
        self._asynchronous = asynchronous
        self._client: Any = client
        self._library: _Library | None = None
        self._own = client is None
        self._closed = False
        self._lock = threading.Lock()
        if client is not None:
            self._library = _library_of(client, asynchronous=asynchronous)

    def _open(self) -> tuple[Any, _Library]:
        if self._closed:
            raise ConfigurationError("This client is closed")
        if self._client is None or self._library is None:
            with self._lock:
                if self._client is None or self._library is None:
                    library = _installed()
                    module = library.module
                    make = module.AsyncClient if self._asynchronous else module.Client
                    self._client = _without_cookies(make())
                    self._library = library
        return self._client, self._library

    def _close(self) -> Any:
        """Mark as closed; gives the client to close, None if there is none of our own."""
        with self._lock:
            self._closed = True
            client, self._client = self._client, None
        return client if self._own else None


def _without_cookies(client: Any) -> Any:
    """``client`` with a jar that takes no cookies: they would go to other ports of a host, too."""
    client.cookies.jar.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    return client


class SyncConnections(_Connections):
    def __init__(self, client: object | None) -> None:
        super().__init__(client, asynchronous=False)

    def send(
        self,
        method: str,
        url: str,
        headers: Sequence[tuple[bytes, bytes]],
        content: Content | None,
        timeout: float | Timeout | None,
        *,
        stream: bool = False,
    ) -> Reply | OpenReply | Fault:
        """Send once, without following redirects; a failure is given back, not raised.

        With ``stream``, the body of a success is left to be read.
        """
        client, library = self._open()
        if isinstance(content, AsyncIterable):
            raise TypeError("An async iterator can only be sent by the async client")
        request = library.request(client, method, url, headers, content, timeout)
        try:
            if not stream:
                return Reply(client.send(request, follow_redirects=False))
            response = client.send(request, stream=True, follow_redirects=False)
            if response.is_success:
                return OpenReply(response, library)
            try:
                response.read()
            finally:
                response.close()
            return Reply(response)
        except library.errors as error:
            return library.fault(error)

    def close(self) -> None:
        client = self._close()
        if client is not None:
            client.close()


class AsyncConnections(_Connections):
    def __init__(self, client: object | None) -> None:
        super().__init__(client, asynchronous=True)

    async def send(
        self,
        method: str,
        url: str,
        headers: Sequence[tuple[bytes, bytes]],
        content: Content | None,
        timeout: float | Timeout | None,
        *,
        stream: bool = False,
    ) -> Reply | OpenReply | Fault:
        """Send once, without following redirects; a failure is given back, not raised.

        With ``stream``, the body of a success is left to be read.
        """
        client, library = self._open()
        if isinstance(content, Iterable) and not isinstance(content, bytes):
            content = in_thread(content)
        request = library.request(client, method, url, headers, content, timeout)
        try:
            if not stream:
                return Reply(await client.send(request, follow_redirects=False))
            response = await client.send(request, stream=True, follow_redirects=False)
            if response.is_success:
                return OpenReply(response, library)
            try:
                await response.aread()
            finally:
                await response.aclose()
            return Reply(response)
        except library.errors as error:
            return library.fault(error)

    async def aclose(self) -> None:
        client = self._close()
        if client is not None:
            closing = client.aclose()
            if inspect.isawaitable(closing):
                await closing
