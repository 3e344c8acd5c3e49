"""Whether to try again, and when: pure decisions without clock, network or chance of their own."""

from __future__ import annotations

import math
import random
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from enum import Enum
from typing import Final

IDEMPOTENT_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS", "PUT", "DELETE"})
"""Methods whose repetition does no more than one call (RFC 9110 section 9.2.2), without TRACE."""

RETRIED_STATUSES: Final = frozenset({408, 425, 429, 500, 502, 503, 504})


class Delivery(Enum):
    """How far a failed try got."""

    NOT_SENT = "not sent"
    """The server can't have seen any of it."""
    MAYBE_SENT = "maybe sent"
    """The server may have acted on it."""


async def _async_sleep(seconds: float) -> None:
    import asyncio  # a sync client has no use for it, and it takes its time to load

    await asyncio.sleep(seconds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """Time, waiting and chance; tests bring their own."""

    now: Callable[[], float] = time.time
    """Seconds since the epoch."""
    monotonic: Callable[[], float] = time.monotonic
    """Seconds since whenever, never going back: deadlines and durations are taken from it."""
    sleep: Callable[[float], None] = time.sleep
    async_sleep: Callable[[float], Awaitable[None]] = _async_sleep
    random: Callable[[], float] = random.random
    """A number in [0, 1)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """How often and how long to wait. All times are seconds.

    The wait before further try ``n`` (from 0) is ``first_delay * 2**n``, at most ``max_delay``,
    less a random part of up to a quarter. A ``Retry-After`` of the server takes its place; one
    above ``max_retry_after`` isn't waited for: RetryAfterError is raised at once and names it.
    """

    max_retries: int = 2
    first_delay: float = 0.5
    max_delay: float = 8.0
    max_retry_after: float = 60.0
    clock: Clock = field(default_factory=Clock)


class Deadline:
    """The end of the time for one call, tries, waits and all."""

    __slots__ = ("_end", "_monotonic", "seconds")

    def __init__(self, seconds: float, clock: Clock) -> None:
        self.seconds = seconds
        self._monotonic = clock.monotonic
        self._end = clock.monotonic() + seconds

    @property
    def remaining(self) -> float:
        """Seconds until the end; 0 or less behind it."""
        return self._end - self._monotonic()

    @property
    def passed(self) -> bool:
        # A wait that ends with the deadline can end a little before it, by the system's rounding.
        return self.remaining <= 0.001


class Stop(Enum):
    """Why there is no further try."""

    FINAL = "final"
    """The outcome isn't worth one, the request can't be repeated, or the tries are used up."""
    REFUSED = "refused"
    """The server asks to wait for longer than ``max_retry_after``."""


def can_repeat(method: str, *, replayable: bool, idempotency_key: bool) -> bool:
    """Whether a second sending is harmless."""
    return replayable and (idempotency_key or method in IDEMPOTENT_METHODS)


def retry_status(status: int, method: str, *, replayable: bool, idempotency_key: bool) -> bool:
    """Whether an answer of this status is worth another try.

    A 429 says that the request was turned away, so it is repeated with every method.
    """
    if status not in RETRIED_STATUSES or not replayable:
        return False
    return status == 429 or can_repeat(
        method, replayable=replayable, idempotency_key=idempotency_key
    )


def retry_failure(
    delivery: Delivery, method: str, *, replayable: bool, idempotency_key: bool
) -> bool:
    """Whether a failed connection is worth another try."""
    if delivery is Delivery.NOT_SENT:
        return replayable
    return can_repeat(method, replayable=replayable, idempotency_key=idempotency_key)


def backoff(policy: RetryPolicy, attempt: int) -> float:
    """Seconds to wait before further try ``attempt``, counted from 0."""
    # The exponent is bounded so that a great many retries can't overflow a float.
    delay = min(policy.first_delay * 2.0 ** min(attempt, 64), policy.max_delay)
    return delay * (1 - 0.25 * policy.clock.random())


def read_retry_after(headers: Mapping[str, str], now: float) -> float | None:
    """Seconds that ``Retry-After`` asks to wait (RFC 9110 section 10.2.3); None without one.

    Both forms are read: a number of seconds (fractions are tolerated) and an HTTP date, which is
    compared with ``now`` (seconds since the epoch). A date that has passed gives 0.
    """
    value = headers.get("retry-after", "").strip()
    if not value:
        return None
    try:
        seconds = float(value)
    except ValueError:
        return _seconds_until(value, now)
    return seconds if seconds >= 0 and math.isfinite(seconds) else None


def _seconds_until(date: str, now: float) -> float | None:
    try:
        moment: datetime = parsedate_to_datetime(date)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    if moment.tzinfo is None:
        # "-0000" and a missing zone both mean UTC in an HTTP date.
        moment = moment.replace(tzinfo=timezone.utc)
    return max(0.0, moment.timestamp() - now)


def wait_before_retry(policy: RetryPolicy, attempt: int, retry_after: float | None) -> float | Stop:
    """Seconds to wait before further try ``attempt``, or why there is none.

    A ``Retry-After`` beyond the cap ends the tries: a shorter wait would break the server's wish.
    """
    if attempt >= policy.max_retries:
        return Stop.FINAL
    if retry_after is None:
        return backoff(policy, attempt)
    return retry_after if retry_after <= policy.max_retry_after else Stop.REFUSED
