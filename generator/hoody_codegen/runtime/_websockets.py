"""The only module that touches the WebSocket library: ``websockets``, from release 15 on.

A link is one connection: it sends and receives whole messages, and says why it is closed. What is
to be sent, and what happens after a loss, is decided elsewhere (``sockets``).
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, NoReturn, TypeAlias

from ._http import Fault, Reply
from .errors import AddressError, ConfigurationError
from .messages import Headers, HttpResponse
from .options import Timeout
from .retry import Deadline, Delivery
from .socket_options import ABNORMAL, SocketOptions

if TYPE_CHECKING:
    _Adapter: TypeAlias = logging.LoggerAdapter[logging.Logger]
else:  # Python 3.10 doesn't subscribe it.
    _Adapter = logging.LoggerAdapter

LIBRARY: Final = "websockets"
_OLDEST: Final = 15
"""The first release with all that is used here, in both colours."""

# A copy of the package inside of another one has no extras of its own.
_VENDORED: Final = f' (for a vendored copy: pip install "{LIBRARY}>={_OLDEST}")'

_PROMPT_CLOSE: Final = 0.5
"""Seconds for the server to confirm a close while an exception is on its way."""

# Fields of the handshake itself, which the library writes (RFC 6455 section 4.1).
_OWN_FIELDS: Final = frozenset(
    {
        "connection",
        "host",
        "sec-websocket-extensions",
        "sec-websocket-key",
        "sec-websocket-protocol",
        "sec-websocket-version",
        "upgrade",
        "user-agent",
    }
)


class Closed(Exception):
    """The connection is closed. Code and reason are those of the side that closed it first."""

    def __init__(self, code: int, reason: str, error: Exception | None) -> None:
        super().__init__(code, reason)
        self.code = code
        self.reason = reason
        self.error = error


class BadHandshake(Exception):
    """The server agreed to a WebSocket, but not in the way of RFC 6455 section 4.2.2."""


class HandshakeReply(Reply):
    """The server's answer to a handshake, with a link if that was successful."""

    __slots__ = ("_fields", "link")

    def __init__(self, response: Any, link: SyncLink | AsyncLink | None = None) -> None:
        self._fields = Headers(response.headers.raw_items())
        self.status = response.status_code
        self.content = response.body or b""
        self.content_type = self._fields.get("content-type", "")
        self.link = link

    def header(self, name: str) -> str | None:
        return self._fields.get(name)

    def described(self) -> HttpResponse:
        fields = [(name, value) for name in self._fields for value in self._fields.get_all(name)]
        return HttpResponse(self.status, fields, self.content)


@dataclass(frozen=True, slots=True)
class Handshake:
    """All that a connection is opened with. ``url`` is an HTTP address."""

    url: str
    headers: tuple[tuple[str, str], ...]
    subprotocols: tuple[str, ...]
    timeout: float | Timeout | None
    deadline: Deadline | None
    options: SocketOptions
    logger: logging.Logger
    install: str
    """How to install the library, for the message that it is missing."""


def open_link(handshake: Handshake) -> HandshakeReply | Fault:
    """Connect once, without following redirects; a failure is given back, not raised."""
    library = _library(handshake.install)
    client = import_module(f"{LIBRARY}.sync.client")

    def connection(*arguments: Any, **settings: Any) -> Any:
        made = client.ClientConnection(*arguments, **settings)
        shake_hands = made.handshake

        def handshake_once(*arguments: Any, **settings: Any) -> None:
            try:
                with _refusals(library):
                    shake_hands(*arguments, **settings)
            except Exception:
                raise
            except BaseException:
                # Ctrl-C: the library only cleans up after exceptions of its own kind.
                made.close_socket()
                made.recv_events_thread.join()
                raise

        made.handshake = handshake_once
        return made

    try:
        opening = client.connect(**_settings(handshake, connection))
        # Entered, because a later release of the library connects no sooner than that.
        made = opening.__enter__()
    except _Refused as refusal:
        return HandshakeReply(refusal.response)
    except Exception as error:
        return _fault(library, error)
    return HandshakeReply(made.response, SyncLink(made, library))


async def open_async_link(handshake: Handshake) -> HandshakeReply | Fault:
    """As :func:`open_link`."""
    library = _library(handshake.install)
    client = import_module(f"{LIBRARY}.asyncio.client")

    def connection(*arguments: Any, **settings: Any) -> Any:
        made = client.ClientConnection(*arguments, **settings)
        shake_hands = made.handshake

        async def handshake_once(*arguments: Any, **settings: Any) -> None:
            with _refusals(library):
                await shake_hands(*arguments, **settings)

        made.handshake = handshake_once
        return made

    try:
        made = await client.connect(**_settings(handshake, connection))
    except _Refused as refusal:
        return HandshakeReply(refusal.response)
    except Exception as error:
        return _fault(library, error)
    return HandshakeReply(made.response, AsyncLink(made, library))


def _library(install: str) -> Any:
    """The exceptions of the library; ConfigurationError if it isn't there, or too old."""
    try:
        library = import_module(f"{LIBRARY}.exceptions")
        release: str = import_module(f"{LIBRARY}.version").version
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != LIBRARY:
            raise
        raise ConfigurationError(
            f"WebSockets need the library {LIBRARY!r}, which isn't installed: {install}{_VENDORED}"
        ) from None
    if int(release.partition(".")[0]) < _OLDEST:
        raise ConfigurationError(
            f"WebSockets need release {_OLDEST} or later of the library {LIBRARY!r}, and {release} "
            f"is installed: {install}{_VENDORED}"
        )
    return library


class _Refused(Exception):
    """The server answered the handshake with an HTTP response.

    Not the library's own exception, which it would follow if the answer is a redirect.
    """

    def __init__(self, response: Any) -> None:
        super().__init__(response.status_code)
        self.response = response


@contextlib.contextmanager
def _refusals(library: Any) -> Iterator[None]:
    try:
        yield
    except library.InvalidStatus as error:
        raise _Refused(error.response) from None


def _settings(handshake: Handshake, connection: Callable[..., Any]) -> dict[str, Any]:
    options = handshake.options
    scheme, colon, rest = handshake.url.partition(":")
    scheme = {"http": "ws", "https": "wss"}.get(scheme.lower(), scheme)
    fields = {name.lower(): value for name, value in handshake.headers}
    settings: dict[str, Any] = {
        "uri": f"{scheme}{colon}{rest}",
        "subprotocols": list(handshake.subprotocols) or None,
        "additional_headers": [
            (name, value) for name, value in handshake.headers if name.lower() not in _OWN_FIELDS
        ],
        "user_agent_header": fields.get("user-agent"),
        "proxy": options.proxy if options.proxy is not False else None,
        "open_timeout": _open_timeout(handshake),
        "ping_interval": _limit(options.ping_interval),
        "ping_timeout": _limit(options.ping_timeout),
        "close_timeout": _limit(options.close_timeout),
        "max_size": options.max_size,
        "logger": _Discreet(handshake.logger, {}),
        "create_connection": connection,
    }
    if options.ssl is not None and scheme == "wss":
        settings["ssl"] = options.ssl
    return settings


class _Discreet(_Adapter):
    """A logger that keeps what the library says for debugging to itself: headers with their
    secrets, and every frame."""

    def isEnabledFor(self, level: int) -> bool:
        return level > logging.DEBUG and super().isEnabledFor(level)


def _limit(seconds: float | None) -> float | None:
    return None if seconds is None or not 0 < seconds < float("inf") else seconds


def _open_timeout(handshake: Handshake) -> float | None:
    seconds = _seconds(handshake.timeout)
    if handshake.deadline is None:
        return seconds
    remaining = max(handshake.deadline.remaining, 0.001)
    return remaining if seconds is None else min(seconds, remaining)


def _seconds(timeout: float | Timeout | None) -> float | None:
    """The time for a handshake: that for connecting, and that for the first piece of an answer."""
    if not isinstance(timeout, Timeout):
        return _limit(timeout)
    connect, read = _limit(timeout.connect), _limit(timeout.read)
    return None if connect is None or read is None else connect + read


def _fault(library: Any, error: Exception) -> Fault:
    """A failed connection as data; raises what no other try could change."""
    if isinstance(error, library.InvalidURI):
        # Its message holds the URL with its query.
        raise AddressError("The address can't be used for a WebSocket") from None
    if isinstance(error, library.InvalidProxy):
        # Its message holds the address with its password.
        raise ConfigurationError("The address of the proxy can't be used") from None
    if isinstance(error, (TimeoutError, asyncio.TimeoutError)):
        return Fault(error, Delivery.MAYBE_SENT, timeout=True)
    # Before ValueError: a certificate that isn't trusted is both.
    if isinstance(error, (OSError, library.ProxyError)):
        return Fault(error, Delivery.NOT_SENT, timeout=False)
    if isinstance(error, (ImportError, TypeError, ValueError)):
        raise ConfigurationError(f"The WebSocket can't be set up like this: {error}") from error
    if isinstance(error, library.InvalidMessage):
        return Fault(error, Delivery.MAYBE_SENT, timeout=False)
    if isinstance(error, library.InvalidHandshake):
        raise BadHandshake(str(error)) from error
    raise error


class _Link:
    """What both colours share."""

    def __init__(self, connection: Any, library: Any) -> None:
        self._connection = connection
        self._library = library

    @property
    def subprotocol(self) -> str | None:
        chosen: str | None = self._connection.subprotocol
        return chosen

    @property
    def close_code(self) -> int | None:
        """None as long as the connection is open."""
        code: int | None = self._connection.close_code
        return code

    @property
    def close_reason(self) -> str | None:
        reason: str | None = self._connection.close_reason
        return reason

    def _raise_closed(self, error: Any) -> NoReturn:
        """``error`` is the library's ConnectionClosed."""
        first = error.rcvd
        if error.sent is not None and (first is None or not error.rcvd_then_sent):
            first = error.sent
        code, reason = (ABNORMAL, "") if first is None else (int(first.code), first.reason)
        cause = error.__cause__
        raise Closed(code, reason, cause if isinstance(cause, Exception) else error) from None

    def _hurry(self, *, prompt: bool) -> None:
        if prompt:
            limit = self._connection.close_timeout
            self._connection.close_timeout = min(limit or _PROMPT_CLOSE, _PROMPT_CLOSE)


class SyncLink(_Link):
    """One connection of the sync client. One thread may receive while others send."""

    def send(self, message: str | bytes) -> None:
        """Send one message. Raises Closed."""
        try:
            self._connection.send(message)
        except self._library.ConnectionClosed as error:
            self._raise_closed(error)

    def receive(self, timeout: float | None) -> str | bytes:
        """The next message: text or binary. Raises Closed, and TimeoutError after ``timeout``."""
        try:
            message: str | bytes = self._connection.recv(timeout)
        except self._library.ConnectionClosed as error:
            self._raise_closed(error)
        return message

    def ping(self, timeout: float | None) -> float:
        """Seconds until the pong. Raises Closed, and TimeoutError after ``timeout``."""
        started = time.monotonic()
        try:
            pong = self._connection.ping(ack_on_close=True)
        except self._library.ConnectionClosed as error:
            self._raise_closed(error)
        if not pong.wait(timeout):
            raise TimeoutError("no pong came in the time allowed")
        if self._connection.close_code is not None:
            raise Closed(self._connection.close_code, self._connection.close_reason or "", None)
        return time.monotonic() - started

    def close(self, code: int, reason: str, *, prompt: bool = False) -> None:
        """Say goodbye and wait for the answer; ``prompt`` waits no longer than half a second."""
        self._hurry(prompt=prompt)
        try:
            self._connection.close(code, reason)
        except BaseException:
            self._connection.close_socket()
            raise

    def abandon(self) -> bool:
        """Drop the connection without a word; False if it is closed already."""
        is_open = self.close_code is None
        if is_open:
            self._connection.close_socket()
        return is_open


class AsyncLink(_Link):
    """One connection of the async client; as :class:`SyncLink`."""

    async def send(self, message: str | bytes) -> None:
        try:
            await self._connection.send(message)
        except self._library.ConnectionClosed as error:
            self._raise_closed(error)

    async def receive(self, timeout: float | None) -> str | bytes:
        try:
            message: str | bytes = await _within(timeout, self._connection.recv())
        except self._library.ConnectionClosed as error:
            self._raise_closed(error)
        return message

    async def ping(self, timeout: float | None) -> float:
        started = time.monotonic()
        try:
            await _within(timeout, await self._connection.ping())
        except self._library.ConnectionClosed as error:
            self._raise_closed(error)
        return time.monotonic() - started

    async def close(self, code: int, reason: str, *, prompt: bool = False) -> None:
        self._hurry(prompt=prompt)
        try:
            await self._connection.close(code, reason)
        except BaseException:
            self._connection.transport.abort()
            raise

    def abandon(self) -> bool:
        is_open = self.close_code is None
        if is_open and not self._connection.loop.is_closed():
            # Who collects the garbage may be another thread than the loop's.
            self._connection.loop.call_soon_threadsafe(self._connection.transport.abort)
        return is_open


async def _within(timeout: float | None, waiting: Awaitable[Any]) -> Any:
    if timeout is None:
        return await waiting
    try:
        # A time of 0 still lets what has arrived be taken.
        return await asyncio.wait_for(waiting, max(timeout, 0.001))
    except asyncio.TimeoutError:
        # Not TimeoutError itself before Python 3.11.
        raise TimeoutError("nothing came in the time allowed") from None
