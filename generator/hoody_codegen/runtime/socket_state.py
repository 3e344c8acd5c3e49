"""What a connected WebSocket knows and decides; it neither sends nor receives nor waits itself."""

from __future__ import annotations

import logging
import os
import types
import warnings
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar, Union, get_args, get_origin

from ._websockets import AsyncLink, BadHandshake, Closed, Handshake, HandshakeReply, SyncLink
from .errors import (
    APIError,
    APIResponseValidationError,
    APIStatusError,
    ConfigurationError,
    WebSocketClosedError,
)
from .messages import HttpResponse, is_secret_header, redact
from .requests import prepare
from .results import annotation_of
from .socket_options import (
    SocketOptions,
    can_reconnect,
    can_try_again,
    ends_well,
    offered,
    wait_before_reconnect,
)
from .wire import encode_json

if TYPE_CHECKING:
    from ._http import OpenReply, Reply, Send
    from .calls import Call
    from .client import AsyncClient, SyncClient
    from .requests import Prepared

T = TypeVar("T")

_SUBPROTOCOLS: Final = "Sec-WebSocket-Protocol"
_RAW: Final = frozenset({str, bytes})


class SocketState(Generic[T]):
    """What both colours share: everything but sending, receiving and waiting."""

    def __init__(
        self, client: SyncClient | AsyncClient, call: Call, returns: object, options: SocketOptions
    ) -> None:
        self._settings = client._settings
        self._bases = client._bases
        self._logger = client._logger
        self._clock = client._settings.retry.clock
        self._call = call
        self._annotation = annotation_of(returns)
        self._is_raw = _is_raw(self._annotation)
        self._options = options
        self._prepared: Prepared | None = None
        self._response: HttpResponse | None = None
        self._closing = False
        self._lost: Closed | None = None
        self._attempt = 0
        self._last_event_id: object = None
        self._current: SyncLink | AsyncLink
        self._process = os.getpid()
        self.connections = 0
        """How many connections were made: more than 1 if it was connected again."""

    @property
    def subprotocol(self) -> str | None:
        """The sub-protocol that the server chose."""
        return self._current.subprotocol

    @property
    def close_code(self) -> int | None:
        """Why the connection was closed (RFC 6455 section 7.4); None if it is open."""
        return self._current.close_code if self._lost is None else self._lost.code

    @property
    def close_reason(self) -> str | None:
        """What was said to that; None if the connection is open."""
        said = self._current.close_reason if self._lost is None else self._lost.reason
        return None if said is None else self._redacted(said)

    @property
    def response(self) -> HttpResponse | None:
        """The server's answer to the last handshake."""
        return self._response

    @property
    def last_event_id(self) -> object:
        """The id of the last message, where ids are documented for going on after a loss."""
        return self._last_event_id

    def _prepare(self, *, first: bool) -> tuple[Prepared, tuple[str, ...]]:
        """The handshake as a request, and the sub-protocols that it offers."""
        call = self._call
        resume = call.operation.stream
        if resume is not None and resume.resume_query and self._last_event_id is not None:
            query = {n: v for n, v in call.query.items() if n not in resume.resume_replaces}
            query[resume.resume_query] = self._last_event_id
            call = call._replace(query=query)
        prepared = prepare(self._settings, self._bases, call)
        listed = prepared.headers.get(_SUBPROTOCOLS)
        if self._options.subprotocols is not None:
            names = self._options.subprotocols
        elif listed:
            names = [name.strip() for name in listed.split(",") if name.strip()]
        else:
            names = call.operation.subprotocols
        if self._options.open_timeout is not None:
            prepared.timeout = self._options.open_timeout
        if not first:
            # Each handshake is one try of connecting again, which has its own waits.
            prepared.retry = replace(prepared.retry, max_retries=0)
        self._prepared = prepared
        return prepared, offered(names)

    def _handshake(self, step: Send, subprotocols: tuple[str, ...]) -> Handshake:
        extra = f"{self._settings.info.package.replace('_', '-')}[websockets]"
        return Handshake(
            url=step.url,
            headers=tuple((name.decode(), value.decode()) for name, value in step.headers),
            subprotocols=subprotocols,
            timeout=step.timeout,
            deadline=step.deadline,
            options=self._options,
            logger=self._logger,
            install=f'pip install "{extra}"',
        )

    def _opened(self, prepared: Prepared, reply: Reply | OpenReply) -> None:
        """Take over a connection, if the answer is one."""
        if not isinstance(reply, HandshakeReply) or reply.link is None:
            raise APIResponseValidationError(
                f"The server answered {reply.status} in place of opening a WebSocket",
                operation=prepared.operation,
                request=prepared.described(),
                response=reply.described(),
            )
        self._response = reply.described()
        self._current = reply.link
        self._lost = None
        self.connections += 1

    def _bad_handshake(self, prepared: Prepared, error: BadHandshake) -> APIError:
        found = APIResponseValidationError(
            f"The server's answer to the handshake isn't valid: {error}",
            operation=prepared.operation,
            request=prepared.described(),
        )
        found.__cause__ = error.__cause__
        return found

    def _closed(self, closed: Closed) -> WebSocketClosedError:
        """The public error for a connection that is closed."""
        self._lost = closed
        reason = self._redacted(closed.reason)
        said = f"{closed.code} {reason}".strip()
        error = WebSocketClosedError(
            f"The WebSocket is closed: {said}",
            code=closed.code,
            reason=reason,
            operation=self._call.operation,
            request=None if self._prepared is None else self._prepared.described(),
        )
        error.__cause__ = closed.error
        return error

    def _redacted(self, text: str) -> str:
        """What the server said, without this side's credentials and control characters."""
        prepared = self._prepared
        secrets: list[str] = []
        if prepared is not None:
            secrets += prepared.secrets
            for name, value in prepared.headers.items():
                if is_secret_header(name):
                    secrets.append(value.rpartition(" ")[2])
        return "".join(c if c.isprintable() else "\ufffd" for c in redact(text, secrets))

    def _wait_after(self, error: APIError) -> float:
        """Seconds until the next try of connecting after ``error``; raises it if there is none."""
        policy = self._options.policy
        if policy is None or self._closing:
            raise error
        if isinstance(error, WebSocketClosedError):
            again = can_reconnect(error.code)
        else:
            again = can_try_again(error)
        wait = wait_before_reconnect(policy, self._attempt, self._clock.random()) if again else None
        if wait is None:
            raise error
        if isinstance(error, APIStatusError) and error.retry_after is not None:
            if error.retry_after > self._settings.retry.max_retry_after:
                raise error
            wait = max(wait, error.retry_after)
        self._attempt += 1
        if self._logger.isEnabledFor(logging.INFO):
            self._logger.info(
                "WebSocket %s: %s; connecting again in %.2f s",
                self._call.operation.path,
                error.message,
                wait,
            )
        return wait

    def _is_end(self, error: WebSocketClosedError) -> bool:
        return self._closing or ends_well(error.code)

    def _read(self, message: str | bytes) -> Any:
        """A message as its documented type, as far as it fits."""
        self._attempt = 0
        resume = self._call.operation.stream
        if resume is not None and resume.resume_field is not None:
            found = _at(_json_or_none(message), resume.resume_field)
            if found is not None:
                self._last_event_id = found
        return message if self._is_raw else _decoded(message, self._annotation)

    def _json(self, message: str | bytes) -> Any:
        from .decoding import NotJsonError, parse

        self._read(message)
        try:
            return parse(_bytes(message))
        except NotJsonError as error:
            raise APIResponseValidationError(
                f"The message should be JSON and isn't: {error}", operation=self._call.operation
            ) from error

    @property
    def _is_forked(self) -> bool:
        """Whether this is a child process: the connection is its parent's, and left to it."""
        return os.getpid() != self._process

    def _check_process(self) -> None:
        if self._is_forked:
            raise ConfigurationError(
                "This WebSocket was connected before this process was forked, and two processes "
                "can't share one: connect anew in the child",
                operation=self._call.operation,
            )

    def __del__(self, _warn: Callable[..., None] = warnings.warn) -> None:
        # The library's threads and tasks would keep a forgotten connection open for ever.
        link = getattr(self, "_current", None)
        if link is None or self._closing or self._is_forked:
            return
        if link.abandon():
            _warn(f"unclosed {self!r}", ResourceWarning, source=self)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._call.operation.path}>"


def frame(message: object) -> str | bytes:
    """What is sent: text and bytes as they are, anything else as JSON."""
    if isinstance(message, str):
        return message
    if isinstance(message, (bytes, bytearray, memoryview)):
        return bytes(message)
    return encode_json(message).decode("utf-8")


def _bytes(message: str | bytes) -> bytes:
    # Half a character can't come out of UTF-8, but text may be made by any library.
    return message if isinstance(message, bytes) else message.encode("utf-8", "surrogatepass")


def _decoded(message: str | bytes, annotation: Any) -> Any:
    """``message`` as ``annotation`` if it is JSON; else the text or the bytes themselves."""
    # Imported late: text and bytes work without pydantic.
    from .decoding import NotJsonError, accepts, decode

    if isinstance(message, bytes) and accepts(annotation, bytes):
        return message
    try:
        return decode(_bytes(message), annotation)
    except NotJsonError:
        return message


def _is_raw(annotation: Any) -> bool:
    """Whether nothing but text and bytes is expected."""
    if get_origin(annotation) in (Union, types.UnionType):
        return set(get_args(annotation)) <= _RAW
    return annotation in _RAW


def _json_or_none(message: str | bytes) -> Any:
    from .decoding import NotJsonError, parse

    try:
        return parse(_bytes(message))
    except NotJsonError:
        return None


def _at(data: Any, path: str) -> Any:
    """What is at a dotted path; None where the path leads nowhere."""
    for name in path.split("."):
        data = data.get(name) if isinstance(data, dict) else None
    return data if isinstance(data, (str, int)) else None
