"""The course of one call, written once for both colours.

:func:`exchange` is a generator: it yields what is to be done (ask for the token, send, wait) and is
sent the outcome. The clients do these steps and nothing else.
"""

from __future__ import annotations

import logging
from collections.abc import Generator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeAlias
from urllib.parse import urljoin

from ._http import Fault, OpenReply, Reply
from .addresses import origin
from .bodies import Content
from .error_bodies import status_error
from .errors import APIConnectionError, APITimeoutError, MissingTokenError, RedirectError
from .options import Timeout
from .requests import Prepared, Settings, TokenSource
from .retry import read_retry_after, retry_failure, retry_status, wait_before_retry

if TYPE_CHECKING:
    from .errors import APIError

MAX_REDIRECTS: Final = 10

# Header fields that may go to another origin: they say nothing about who is calling.
_PUBLIC_HEADERS: Final = frozenset({"accept", "accept-language", "user-agent", "range"})


@dataclass(frozen=True, slots=True)
class NeedToken:
    """Ask for the token; the answer is its text."""

    source: TokenSource


@dataclass(frozen=True, slots=True)
class Send:
    """Send once; the answer is a Reply or a Fault, or an OpenReply to a ``stream``."""

    method: str
    url: str
    headers: list[tuple[bytes, bytes]]
    content: Content | None
    timeout: float | Timeout | None
    stream: bool


@dataclass(frozen=True, slots=True)
class Wait:
    """Wait so many seconds; the answer is None."""

    seconds: float


Step: TypeAlias = "NeedToken | Send | Wait | Reply | OpenReply"


def exchange(
    settings: Settings, prepared: Prepared, logger: logging.Logger
) -> Generator[Step, Any, None]:
    """Send ``prepared`` until there is an answer, or raise what is to be raised.

    The answer is the last step.
    """
    secret: str | None = None
    if prepared.token is not None:
        secret = yield NeedToken(prepared.token)
        _authorize(settings, prepared, secret)
    attempt = 0
    redirects = 0
    while True:
        if logger.isEnabledFor(logging.DEBUG):
            logger.debug("%s %s (try %d)", prepared.method, _address(prepared), attempt + 1)
        outcome: Reply | OpenReply | Fault = yield Send(
            prepared.method,
            prepared.url,
            prepared.headers.encoded(),
            None if prepared.body is None else prepared.body.open(),
            prepared.timeout,
            prepared.stream,
        )
        if isinstance(outcome, OpenReply):
            if logger.isEnabledFor(logging.DEBUG):
                logger.debug("%s %s: %d", prepared.method, _address(prepared), outcome.status)
            yield outcome
            return
        if isinstance(outcome, Reply):
            status = outcome.status
            if logger.isEnabledFor(logging.DEBUG):
                logger.debug("%s %s: %d", prepared.method, _address(prepared), status)
            if status < 300 or status == 304 or (status < 400 and prepared.operation.redirect):
                yield outcome
                return
            if status < 400 and redirects < MAX_REDIRECTS and _redirect(prepared, outcome):
                redirects += 1
                continue
        wait = _wait(prepared, outcome, attempt)
        if wait is None:
            raise _error(settings, prepared, outcome, secret)
        if logger.isEnabledFor(logging.INFO):
            reason = outcome.message if isinstance(outcome, Fault) else f"status {outcome.status}"
            logger.info(
                "%s %s: %s; trying again in %.2f s",
                prepared.method,
                _address(prepared),
                reason,
                wait,
            )
        yield Wait(wait)
        attempt += 1


def _authorize(settings: Settings, prepared: Prepared, token: object) -> None:
    if not isinstance(token, str) or not token:
        raise MissingTokenError(
            f"The token is {'empty' if token == '' else type(token).__name__}, not a text",
            operation=prepared.operation,
        )
    try:
        prepared.headers.set("Authorization", f"Bearer {token}")
    except ValueError:
        # The fault's own words would be the token's neighbours; say what is wrong and no more.
        raise MissingTokenError(
            "The token holds line breaks or control characters", operation=prepared.operation
        ) from None


def _address(prepared: Prepared) -> str:
    """The URL without its query, which may hold secrets."""
    return prepared.url.partition("?")[0]


def _wait(prepared: Prepared, outcome: Reply | Fault, attempt: int) -> float | None:
    """Seconds until the next try; None if there is none."""
    if isinstance(outcome, Fault):
        again = retry_failure(
            outcome.delivery,
            prepared.method,
            replayable=prepared.replayable,
            idempotency_key=prepared.idempotency_key,
        )
        return wait_before_retry(prepared.retry, attempt, None) if again else None
    again = retry_status(
        outcome.status,
        prepared.method,
        replayable=prepared.replayable,
        idempotency_key=prepared.idempotency_key,
    )
    if not again:
        return None
    value = outcome.header("retry-after")
    now = prepared.retry.clock.now()
    after = None if value is None else read_retry_after({"retry-after": value}, now)
    return wait_before_retry(prepared.retry, attempt, after)


def _redirect(prepared: Prepared, reply: Reply) -> bool:
    """Point ``prepared`` at the place the answer names; False if it isn't to be followed.

    To another origin goes only a request without a body, and no field that could tell who sends
    it. 301, 302 and 303 turn into a GET where the method allows it (RFC 9110 section 15.4).
    """
    location = reply.header("location")
    if location is None or reply.status not in (301, 302, 303, 307, 308):
        return False
    safe = prepared.method in ("GET", "HEAD")
    if not safe and reply.status in (301, 302):
        return False
    try:
        target = urljoin(prepared.url, location)
        place = origin(target)
    except ValueError:
        return False
    if place[0] not in ("http", "https") or not place[1] or "@" in target.partition("?")[0]:
        return False
    same = place == origin(prepared.url)
    if reply.status == 303 and not safe:
        prepared.method = "GET"
        prepared.body = None
        prepared.headers.update({"Content-Type": None, "Content-Length": None})
    elif not (same and prepared.replayable) and (prepared.body is not None or not safe):
        return False
    if not same:
        prepared.headers.keep_only(_PUBLIC_HEADERS)
    prepared.url = target.partition("#")[0]
    return True


def _error(
    settings: Settings, prepared: Prepared, outcome: Reply | Fault, secret: str | None
) -> APIError:
    if isinstance(outcome, Fault):
        return connection_error(prepared, outcome)
    found = status_error(
        prepared.operation,
        prepared.described(),
        outcome.described(),
        settings.info.error_types(),
        now=prepared.retry.clock.now(),
        secrets=() if secret is None else (secret,),
    )
    if isinstance(found, RedirectError):
        found.message = f"The redirect isn't followed ({found.message})"
    return found


def connection_error(prepared: Prepared, fault: Fault) -> APIConnectionError:
    """The exception for a connection that failed."""
    kind = APITimeoutError if fault.timeout else APIConnectionError
    error = kind(fault.message, operation=prepared.operation, request=prepared.described())
    error.__cause__ = fault.error
    return error
