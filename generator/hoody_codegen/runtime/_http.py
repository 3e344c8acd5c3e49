"""The only module that touches the HTTP library: httpx, or httpx2 in its place.

Both libraries have the same surface as far as it is used here, and different classes. Which one a
client speaks is read off the client that was passed in; without one, the library that is
installed is taken, httpx first.
"""

from __future__ import annotations

import inspect
import math
import os
import threading
import warnings
import weakref
from collections.abc import (
    AsyncGenerator,
    AsyncIterable,
    Coroutine,
    Generator,
    Iterable,
    Iterator,
)
from contextlib import suppress
from functools import cached_property
from http.cookiejar import DefaultCookiePolicy
from importlib import import_module
from typing import Any, Final, NamedTuple, Protocol, TypeAlias

from .bodies import in_thread
from .errors import AddressError, ConfigurationError, InvalidArgumentError
from .files import Content
from .logs import LibraryLogs
from .messages import HttpResponse
from .options import Timeout
from .retry import Deadline, Delivery

LIBRARIES: Final = ("httpx", "httpx2")


class HttpClient(Protocol):
    """What is used of ``httpx.Client`` or ``httpx2.Client``, or their async forms."""

    def build_request(
        self, method: str, url: Any, *, content: Any = ..., headers: Any = ..., timeout: Any = ...
    ) -> Any: ...

    def send(
        self, request: Any, *, stream: bool = ..., auth: Any = ..., follow_redirects: Any = ...
    ) -> Any: ...


class Send(NamedTuple):
    """What is to be sent once.

    ``stream`` leaves the body of a success to be read piece by piece. With a ``deadline`` every
    phase is given no more time than remains when it begins. ``foreign``: to an origin that the call
    wasn't made for; credentials of the HTTP client itself don't go there either.
    """

    method: str
    url: str
    headers: list[tuple[bytes, bytes]]
    content: Content | None
    timeout: float | Timeout | None
    stream: bool
    deadline: Deadline | None
    foreign: bool = False

    def __repr__(self) -> str:
        # Some tools show the variables of each frame of a traceback.
        return f"<Send {self.method}>"


class Fault(NamedTuple):
    """Why no complete answer came."""

    error: Exception
    delivery: Delivery
    timeout: bool

    @property
    def message(self) -> str:
        kind = "timed out" if self.timeout else "failed"
        detail = str(self.error) or type(self.error).__name__
        return f"The connection {kind}: {detail}"


_Defaults: TypeAlias = "list[tuple[bytes, tuple[bytes, bytes]]]"
"""Header fields that a client adds to those of a request, by name in lower case."""


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

    def chunks(self) -> Generator[bytes, None, None]:
        try:
            yield from self._response.iter_bytes()
        except self._library.errors as error:
            raise BrokenBody(self._library.fault(error)) from error

    async def async_chunks(self) -> AsyncGenerator[bytes, None]:
        try:
            async for chunk in self._response.aiter_bytes():
                yield chunk
        except self._library.errors as error:
            raise BrokenBody(self._library.fault(error)) from error

    def allow_silence(self, seconds: float | None) -> None:
        """How long the rest of the body may pause between two pieces; None for as long as it likes.

        To be said before the first piece is asked for: the library looks it up then.
        """
        limits = self._response.request.extensions.get("timeout")
        if isinstance(limits, dict):
            limits["read"] = seconds

    def interrupt(self) -> None:
        """Break the connection off, for a reader in another thread: closing wouldn't wake it."""
        stream = self._response.extensions.get("network_stream")
        raw = None if stream is None else stream.get_extra_info("socket")
        if raw is not None:
            import socket

            # Whoever reads closes it then; it may be closed already.
            with suppress(OSError):
                raw.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self._response.close()

    async def aclose(self) -> None:
        await self._response.aclose()


class _Library:
    """The exception and setting classes of one HTTP library, and its logs."""

    def __init__(self, module: Any) -> None:
        self.module = module
        name = module.__name__
        self.logs = LibraryLogs(name, name.replace("httpx", "httpcore"), module.URL)
        self.errors: tuple[type[Exception], ...] = (
            # Not HTTPStatusError: it comes from a hook of the user's own client (raise_for_status),
            # and no connection has failed.
            module.RequestError,
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
        self, client: Any, step: Send, content: Content | None, defaults: _Defaults | None
    ) -> Any:
        """What ``client`` is to send; its only settings are the headers ``defaults``, if given."""
        timeout = self.timeout(step.timeout)
        try:
            if step.foreign:
                defaults = _public(client)
            if defaults is None:
                request = client.build_request(
                    step.method, step.url, content=content, headers=step.headers, timeout=timeout
                )
            else:
                # As the client would build it: but merging settings that aren't there takes it
                # longer than all the rest.
                given = {name.lower() for name, _ in step.headers}
                added = [field for name, field in defaults if name not in given]
                request = self.module.Request(
                    step.method,
                    step.url,
                    content=content,
                    headers=step.headers + added,
                    extensions={"timeout": timeout.as_dict()},
                )
        except self.module.InvalidURL as error:
            raise AddressError(f"The address can't be used: {error}") from error
        if step.deadline is not None:
            limits = _Limits(request.extensions["timeout"])
            limits.deadline = step.deadline
            request.extensions["timeout"] = limits
        return request

    @cached_property
    def watched(self) -> Any:
        """A body that ends with an error at a deadline, however slowly its pieces come."""
        module = self.module

        class Watched(module.SyncByteStream):  # type: ignore[misc, name-defined] # of either library
            def __init__(self, stream: Any, deadline: Deadline) -> None:
                self._stream = stream
                self._deadline = deadline

            def __iter__(self) -> Iterator[bytes]:
                for piece in self._stream:
                    yield piece
                    if self._deadline.passed:
                        raise module.ReadTimeout("the deadline passed in the middle of the body")

            def close(self) -> None:
                self._stream.close()

        return Watched

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


# What a client adds that says nothing about who is calling.
_PUBLIC: Final = frozenset(
    {b"accept", b"accept-encoding", b"accept-language", b"connection", b"user-agent"}
)


def _public(client: Any) -> _Defaults:
    """The header fields of ``client`` that may go anywhere; its cookies are none of them."""
    fields = [(name.lower(), (name, text)) for name, text in client.headers.raw]
    return [field for field in fields if field[0] in _PUBLIC]


def _seconds(value: float | None) -> float | None:
    return None if value is None or value <= 0 or math.isinf(value) else value


class _Limits(dict[str, float | None]):
    """The seconds for each phase of a try, no more than what remains of a deadline.

    The library looks each up when that phase begins.
    """

    deadline: Deadline | None = None

    def get(self, key: str, default: Any = None) -> Any:
        seconds = super().get(key, default)
        if self.deadline is None:
            return seconds
        remaining = max(self.deadline.remaining, 0.001)
        return remaining if seconds is None else min(seconds, remaining)


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
    """One pool of connections, opened on first use and shared by all copies of a client.

    A child process (``os.fork``) opens a pool of its own: two processes on one connection would
    read each other's answers.
    """

    def __init__(self, client: object | None, *, asynchronous: bool) -> None:
        self._asynchronous = asynchronous
        self._client: Any = client
        self._library: _Library | None = None
        self._own = client is None
        self._defaults: _Defaults | None = None
        self._used = False
        self._refusal = ""
        self._lock = threading.Lock()
        if client is not None:
            self._library = _library_of(client, asynchronous=asynchronous)
        _all_connections.add(self)

    def _open(self) -> tuple[Any, _Library]:
        self._used = True
        client, library = self._client, self._library
        if client is None or library is None:
            return self._make()
        return client, library

    def _make(self) -> tuple[Any, _Library]:
        with self._lock:
            if self._refusal:
                raise ConfigurationError(self._refusal)
            if self._client is None or self._library is None:
                library = _installed()
                module = library.module
                make = module.AsyncClient if self._asynchronous else module.Client
                made = _without_cookies(make())
                self._defaults = [(name.lower(), (name, text)) for name, text in made.headers.raw]
                self._client = made
                self._library = library
            return self._client, self._library

    def _close(self) -> Any:
        """Mark as closed; gives the client to close, None if there is none of our own."""
        with self._lock:
            self._refusal = "This client is closed"
            client, self._client = self._client, None
        return client if self._own else None

    def leave_to_parent(self) -> None:
        """In a new child process: let go of the parent's connections without a word to anyone."""
        # Another thread may have held the lock; there are no other threads here to release it.
        self._lock = threading.Lock()
        if self._own:
            client, self._client = self._client, None
            if not self._asynchronous:
                _close_copies(client)
            with warnings.catch_warnings():
                # Those of the async client stay: closing them would go through the parent's loop.
                warnings.simplefilter("ignore", ResourceWarning)
                del client
        elif self._used and not self._refusal:
            self._client = None
            self._refusal = (
                "The http_client of this client was used before this process was forked, and two "
                "processes can't share connections: make both anew in the child"
            )


def _close_copies(client: Any) -> None:
    """Close this process's copies of the sockets of ``client``: the connections themselves go on,
    in the parent. The pool's own way to close takes locks that nobody may be left to release.
    """
    for transport in (
        getattr(client, "_transport", None),
        *getattr(client, "_mounts", {}).values(),
    ):
        for connection in getattr(getattr(transport, "_pool", None), "connections", ()):
            connection.close()


_all_connections: Final[weakref.WeakSet[_Connections]] = weakref.WeakSet()


def _after_fork() -> None:
    for connections in list(_all_connections):
        connections.leave_to_parent()


if hasattr(os, "register_at_fork"):  # not on Windows, which doesn't fork
    os.register_at_fork(after_in_child=_after_fork)


def _without_cookies(client: Any) -> Any:
    """``client`` with a jar that takes no cookies: they would go to other ports of a host, too."""
    client.cookies.jar.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    # So there is no need to look for any in every answer.
    client.cookies.extract_cookies = _take_none
    return client


def _take_none(_: object) -> None:
    """In place of looking for cookies in a response."""


_SEND: Final[dict[str, Any]] = {"follow_redirects": False}
_SEND_FOREIGN: Final[dict[str, Any]] = {"follow_redirects": False, "auth": None}


def _how(step: Send) -> dict[str, Any]:
    return _SEND_FOREIGN if step.foreign else _SEND


class SyncConnections(_Connections):
    def __init__(self, client: object | None) -> None:
        super().__init__(client, asynchronous=False)

    def send(self, step: Send) -> Reply | OpenReply | Fault:
        """Send once, without following redirects; a failure is given back, not raised."""
        client, library = self._open()
        content = step.content
        if not (content is None or isinstance(content, bytes)) and isinstance(
            content, AsyncIterable
        ):
            raise InvalidArgumentError("An async iterator can only be sent by the async client")
        request = library.request(client, step, content, self._defaults)
        try:
            if library.logs.on:
                with library.logs.masked():
                    return self._send(client, library, request, step)
            return self._send(client, library, request, step)
        except library.errors as error:
            return library.fault(error)

    def _send(self, client: Any, library: _Library, request: Any, step: Send) -> Reply | OpenReply:
        deadline = step.deadline
        if deadline is None and not step.stream:
            return Reply(client.send(request, **_how(step)))
        response = client.send(request, stream=True, **_how(step))
        if step.stream and response.is_success:
            _lift_deadline(request, step)
            return OpenReply(response, library)
        try:
            if deadline is not None:
                response.stream = library.watched(response.stream, deadline)
            response.read()
        finally:
            response.close()
        return Reply(response)

    def close(self) -> None:
        client = self._close()
        if client is not None:
            client.close()


class AsyncConnections(_Connections):
    def __init__(self, client: object | None) -> None:
        super().__init__(client, asynchronous=True)

    async def send(self, step: Send) -> Reply | OpenReply | Fault:
        """Send once, without following redirects; a failure is given back, not raised."""
        client, library = self._open()
        content = step.content
        reading = None
        if not (content is None or isinstance(content, bytes)) and isinstance(content, Iterable):
            content = reading = in_thread(content)
        request = library.request(client, step, content, self._defaults)
        sending = _send_async(client, library, request, step)
        if step.deadline is not None:
            sending = _in_time(sending, step.deadline)
        try:
            if library.logs.on:
                with library.logs.masked():
                    return await sending
            return await sending
        except library.errors as error:
            return library.fault(error)
        finally:
            if reading is not None:
                await reading.aclose()

    async def aclose(self) -> None:
        client = self._close()
        if client is not None:
            closing = client.aclose()
            if inspect.isawaitable(closing):
                await closing


async def _send_async(
    client: Any, library: _Library, request: Any, step: Send
) -> Reply | OpenReply | Fault:
    if not step.stream:
        return Reply(await client.send(request, **_how(step)))
    response = await client.send(request, stream=True, **_how(step))
    if response.is_success:
        _lift_deadline(request, step)
        return OpenReply(response, library)
    try:
        await response.aread()
    finally:
        await response.aclose()
    return Reply(response)


async def _in_time(
    sending: Coroutine[Any, Any, Reply | OpenReply | Fault], deadline: Deadline
) -> Reply | OpenReply | Fault:
    """What ``sending`` gives; a Fault if it isn't there by the deadline."""
    import asyncio  # a sync client has no use for it, and it takes its time to load

    try:
        return await asyncio.wait_for(sending, deadline.remaining)
    except asyncio.TimeoutError as error:
        if not deadline.passed:  # the error is another's, such as a file's that is being sent
            raise
        late = TimeoutError("no whole answer before the deadline")
        late.__cause__ = error
        return Fault(late, Delivery.MAYBE_SENT, timeout=True)


def _lift_deadline(request: Any, step: Send) -> None:
    """Let the body of a stream take its time: only the answer itself had to come in time."""
    if step.deadline is not None:
        request.extensions["timeout"].deadline = None
