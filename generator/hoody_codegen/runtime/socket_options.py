"""Settings of WebSockets, and the decisions about them: pure, without network or clock."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from .errors import APIConnectionError, APIError, APIStatusError, InvalidArgumentError
from .headers import is_header_name
from .retry import RETRIED_STATUSES

if TYPE_CHECKING:
    from ssl import SSLContext

NORMAL: Final = 1000
GOING_AWAY: Final = 1001
NO_CODE: Final = 1005
"""Stands for a close frame without a code (RFC 6455 section 7.4.1)."""
ABNORMAL: Final = 1006
"""Stands for a connection that broke off without a close frame."""

_LASTING: Final = frozenset({1002, 1003, 1007, 1008, 1009, 1010})
"""Codes about the messages themselves: the next connection would end in the same way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconnect:
    """How a WebSocket is connected again after the connection was lost. All times are seconds.

    The wait before try ``n`` (from 0) is ``first_delay * factor**n``, at most ``max_delay``, more
    or less by a random part of up to ``jitter`` of it. A message that arrives starts the count
    again. After ``max_attempts`` tries in a row the error is raised; None goes on for ever.

    There is no way back after the close codes 1002, 1003, 1007 to 1010 and 4000 to 4999, nor after
    a handshake that the server refuses for good (401, 403, 404 …): these raise. 1000 is the end.
    """

    first_delay: float = 1.0
    factor: float = 1.5
    max_delay: float = 30.0
    jitter: float = 0.5
    max_attempts: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SocketOptions:
    """Settings of a WebSocket. All times are seconds, None is no limit unless said otherwise.

    * ``subprotocols``: those to offer, best first; None offers the documented ones.
    * ``open_timeout``: for the whole handshake; None takes the timeout of the call, 0 is no limit.
    * ``ping_interval``, ``ping_timeout``: how often the connection is probed, and how long an
      answer may take before the connection counts as lost.
    * ``close_timeout``: how long the server may take to confirm a close.
    * ``max_size``: bytes of the longest message that is accepted.
    * ``proxy``: True takes the proxy of the environment (``HTTPS_PROXY``, ``NO_PROXY`` …), False
      takes none; else the address of one. Settings of an own ``http_client`` don't reach sockets.
    * ``ssl``: the context for ``wss``, such as one that trusts an own authority.
    * ``reconnect``: True, or a :class:`Reconnect`, connects again after the connection was lost.
      What was sent before is never sent again.
    * ``on_connect``: called with the socket after each connection, the first included: the place
      for a first message, or for asking for messages again. May be async with the async client.
    """

    subprotocols: Sequence[str] | None = None
    open_timeout: float | None = None
    ping_interval: float | None = 20.0
    ping_timeout: float | None = 20.0
    close_timeout: float | None = 10.0
    max_size: int | None = 16 * 2**20
    proxy: str | bool = field(default=True, repr=False)
    ssl: SSLContext | None = None
    reconnect: Reconnect | bool = False
    on_connect: Callable[[Any], object] | None = None

    @property
    def policy(self) -> Reconnect | None:
        """How to connect again; None if that isn't wanted."""
        if isinstance(self.reconnect, bool):
            return Reconnect() if self.reconnect else None
        return self.reconnect


def ends_well(code: int) -> bool:
    """Whether a close of this code is the end of what was to be said, and not a loss."""
    return code in (NORMAL, NO_CODE)


def can_reconnect(code: int) -> bool:
    """Whether another connection may do better after a close of this code."""
    return not (ends_well(code) or code in _LASTING or 4000 <= code <= 4999)


def can_try_again(error: APIError) -> bool:
    """Whether a handshake that failed like this may succeed later."""
    if isinstance(error, APIStatusError):
        return error.status in RETRIED_STATUSES
    return isinstance(error, APIConnectionError)


def wait_before_reconnect(policy: Reconnect, attempt: int, chance: float) -> float | None:
    """Seconds before try ``attempt`` (from 0); None to give up. ``chance`` is in [0, 1)."""
    if policy.max_attempts is not None and attempt >= policy.max_attempts:
        return None
    # The exponent is bounded so that a great many tries can't overflow a float.
    delay = min(policy.first_delay * policy.factor ** min(attempt, 64), policy.max_delay)
    return delay * (1 + policy.jitter * (2 * chance - 1))


def offered(names: Sequence[str]) -> tuple[str, ...]:
    """Sub-protocols as they are offered, each once; tokens by RFC 6455 section 4.1."""
    if isinstance(names, str):
        raise InvalidArgumentError("subprotocols has to be a list of names, not one text")
    for name in names:
        if not is_header_name(name):
            raise InvalidArgumentError(f"{name!r} can't be the name of a sub-protocol")
    return tuple(dict.fromkeys(names))


def check_close(code: int, reason: str) -> None:
    """Refuse what can't stand in a close frame (RFC 6455 sections 5.5 and 7.4)."""
    if not (1000 <= code <= 1014 or 3000 <= code <= 4999) or code in (1004, NO_CODE, ABNORMAL):
        raise InvalidArgumentError(f"{code} can't be sent as a close code")
    if len(reason.encode("utf-8")) > 123:
        raise InvalidArgumentError("The reason of a close can have 123 bytes at most")
