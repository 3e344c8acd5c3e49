"""The course of one call, written once for both colours.

:func:`exchange` is a generator: it yields what is to be done (ask for the token, send, wait) and is
sent the outcome. The clients do these steps and nothing else.
"""

from __future__ import annotations

import logging
from collections.abc import Generator
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias
from urllib.parse import urljoin, urlsplit

from ._http import Fault, OpenReply, Reply, Send
from .addresses import origin
from .authorizing import NeedToken, authorize, renew
from .errors import (
    APIConnectionError,
    APIError,
    APIStatusError,
    APITimeoutError,
    DeadlineExceededError,
    RedirectError,
    RetryAfterError,
    SecondFactorRequiredError,
)
from .messages import redact
from .requests import Prepared, Settings
from .retry import (
    Deadline,
    Stop,
    read_retry_after,
    retry_failure,
    retry_status,
    wait_before_retry,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from .files import Content
    from .headers import HeaderFields
    from .hooks import RequestEvent, ResponseEvent, RetryEvent

MAX_REDIRECTS: Final = 10

_SAFE: Final = ("GET", "HEAD")

# Header fields that may go to another origin: they say nothing about who is calling.
_PUBLIC_HEADERS: Final = frozenset(
    {"accept", "accept-encoding", "accept-language", "if-range", "range", "user-agent"}
)


class Wait(NamedTuple):
    """Wait so many seconds; the answer is None."""

    seconds: float


class Tell(NamedTuple):
    """Call a hook with an event; the answer is None. If it raises, ``reply`` is to be closed."""

    hook: Callable[[Any], object]
    event: object
    reply: OpenReply | None = None


Step: TypeAlias = "NeedToken | Send | Wait | Tell | Reply | OpenReply"
"""What is to be done next. The answer to Send is a Reply, or a Fault, or, to a stream that
succeeded, an OpenReply."""


def exchange(
    settings: Settings, prepared: Prepared, logger: logging.Logger
) -> Generator[Step, Any, None]:
    """Send ``prepared`` until there is an answer, or raise what is to be raised.

    The answer is the last step.
    """
    clock = prepared.retry.clock
    deadline = None if prepared.deadline is None else Deadline(prepared.deadline, clock)
    hooks = settings.hooks
    renewed = False
    if prepared.credentials:
        yield from authorize(prepared)
    attempt = 1
    redirects = 0
    failed: Reply | Fault | None = None
    while True:
        debug = logger.isEnabledFor(logging.DEBUG)
        if debug:
            logger.debug("%s %s (try %d)", prepared.method, _address(prepared), attempt)
        headers = prepared.headers
        content = None if prepared.body is None else prepared.body.open()
        if hooks is not None and hooks.request is not None:
            headers = headers.copy()
            yield Tell(hooks.request, _request_event(prepared, headers, content, attempt))
        if deadline is not None and deadline.passed:
            raise _too_late(settings, prepared, deadline, failed)
        tell = None if hooks is None else hooks.response
        timed = debug or tell is not None
        started = clock.monotonic() if timed else 0.0
        try:
            outcome: Reply | OpenReply | Fault = yield Send(
                prepared.method,
                prepared.target,
                headers.encoded(),
                content,
                prepared.timeout,
                prepared.stream,
                deadline,
                prepared.foreign,
            )
        finally:
            if prepared.body is not None:
                prepared.body.close(content)
        if timed:
            elapsed = clock.monotonic() - started
            if debug:
                _log_outcome(logger, prepared, outcome, elapsed)
            if tell is not None and not isinstance(outcome, Fault):
                event = _response_event(prepared, outcome, attempt, elapsed)
                opened = outcome if isinstance(outcome, OpenReply) else None
                yield Tell(tell, event, opened)
        if isinstance(outcome, OpenReply):
            yield outcome
            return
        if isinstance(outcome, Reply):
            status = outcome.status
            redirected = 300 <= status < 400 and status != 304
            if status < 300 or (redirected and prepared.operation.redirect):
                yield outcome
                return
            if status < 400 and redirects < MAX_REDIRECTS and _redirect(prepared, outcome):
                redirects += 1
                failed = None
                continue
            if status == 401 and prepared.credentials and not renewed:
                # Once, and beside the tries: nothing has failed but the credentials.
                renewed = True
                if (yield from _replay(settings, prepared, outcome)):
                    continue
        elif deadline is not None and deadline.passed:
            raise _too_late(settings, prepared, deadline, outcome)
        wait = _wait(prepared, outcome, attempt - 1)
        if isinstance(wait, Stop):
            raise _error(settings, prepared, outcome, refused=wait is Stop.REFUSED)
        if deadline is not None and wait >= deadline.remaining:
            raise _too_late(settings, prepared, deadline, outcome, wait=wait)
        if logger.isEnabledFor(logging.INFO):
            logger.info(
                "%s %s: %s; trying again in %.2f s",
                prepared.method,
                _address(prepared),
                _reason(outcome),
                wait,
            )
        if hooks is not None and hooks.retry is not None:
            yield Tell(hooks.retry, _retry_event(prepared, outcome, attempt, wait))
        yield Wait(wait)
        failed = outcome
        attempt += 1


def _replay(
    settings: Settings, prepared: Prepared, outcome: Reply
) -> Generator[NeedToken, Any, bool]:
    """After a 401: whether to send again, with other credentials.

    Where no others can be had, what the server said is raised, with the reason as its cause.
    """
    try:
        changed = yield from renew(prepared)
    except SecondFactorRequiredError as error:
        raise error from _error(settings, prepared, outcome)
    except APIError as error:
        raise _error(settings, prepared, outcome) from error
    if changed and not prepared.replayable:
        failed = _error(settings, prepared, outcome)
        failed.message += (
            " (the token has been renewed since, but the body of this request can't be sent twice)"
        )
        failed.args = (failed.message,)
        raise failed
    return changed


def _address(prepared: Prepared) -> str:
    """The URL without its query, which may hold secrets."""
    return prepared.url.partition("?")[0]


def _reason(outcome: Reply | Fault) -> str:
    return outcome.message if isinstance(outcome, Fault) else f"status {outcome.status}"


def _log_outcome(
    logger: logging.Logger, prepared: Prepared, outcome: Reply | OpenReply | Fault, elapsed: float
) -> None:
    if isinstance(outcome, Fault):
        said = outcome.message
    else:
        name = outcome.described().request_id
        said = str(outcome.status) if name is None else f"{outcome.status}, request id {name}"
    logger.debug("%s %s: %s (%.3f s)", prepared.method, _address(prepared), said, elapsed)


def _request_event(
    prepared: Prepared, headers: HeaderFields, content: Content | None, attempt: int
) -> RequestEvent:
    # Imported late, like the other events: most calls have no hooks.
    from .hooks import RequestEvent, RequestHeaders

    return RequestEvent(
        operation=prepared.operation,
        method=prepared.method,
        url=prepared.target,
        attempt=attempt,
        headers=RequestHeaders(headers),
        content=content if isinstance(content, bytes) else None,
    )


def _response_event(
    prepared: Prepared, reply: Reply | OpenReply, attempt: int, elapsed: float
) -> ResponseEvent:
    from .hooks import ResponseEvent

    return ResponseEvent(
        operation=prepared.operation,
        method=prepared.method,
        url=prepared.url,
        attempt=attempt,
        status=reply.status,
        headers=reply.described().headers,
        elapsed=elapsed,
    )


def _retry_event(
    prepared: Prepared, outcome: Reply | Fault, attempt: int, wait: float
) -> RetryEvent:
    from .hooks import RetryEvent

    return RetryEvent(
        operation=prepared.operation,
        method=prepared.method,
        url=prepared.url,
        attempt=attempt,
        reason=_reason(outcome),
        status=None if isinstance(outcome, Fault) else outcome.status,
        wait=wait,
    )


def _wait(prepared: Prepared, outcome: Reply | Fault, attempt: int) -> float | Stop:
    """Seconds until further try ``attempt`` (from 0), or why there is none."""
    if isinstance(outcome, Fault):
        again = retry_failure(
            outcome.delivery,
            prepared.method,
            replayable=prepared.replayable,
            idempotency_key=prepared.idempotency_key,
        )
        return wait_before_retry(prepared.retry, attempt, None) if again else Stop.FINAL
    again = retry_status(
        outcome.status,
        prepared.method,
        replayable=prepared.replayable,
        idempotency_key=prepared.idempotency_key,
    )
    if not again:
        return Stop.FINAL
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
    if location is None or _obstacle(prepared, reply.status, location) is not None:
        return False
    target = urljoin(prepared.url, location)
    if reply.status == 303 and prepared.method not in _SAFE:
        prepared.method = "GET"
        prepared.body = None
        prepared.headers.update({"Content-Type": None, "Content-Length": None})
    if origin(target) != origin(prepared.url):
        prepared.headers.keep_only(_PUBLIC_HEADERS)
        # Nor is it called with them when that place asks for credentials.
        prepared.credentials = ()
        prepared.secret_query = {}
        prepared.foreign = True
    prepared.url = target.partition("#")[0]
    return True


def _obstacle(prepared: Prepared, status: int, location: str | None) -> str | None:
    """Why a redirect isn't followed; None if it can be."""
    method = prepared.method
    safe = method in _SAFE
    if location is None:
        return "the answer has no Location"
    if status not in (301, 302, 303, 307, 308):
        return f"a status {status} isn't one to follow"
    if not safe and status in (301, 302):
        return f"what becomes of a {method} after a {status} isn't certain"
    try:
        target = urljoin(prepared.url, location)
        place = origin(target)
    except ValueError:
        return "its Location can't be read"
    if place[0] not in ("http", "https") or not place[1]:
        return "its Location is no http or https URL"
    if "@" in target.partition("?")[0]:
        return "its Location holds credentials, or an @ that looks like them"
    if (safe and prepared.body is None) or (status == 303 and not safe):
        return None
    if place != origin(prepared.url):
        what = "a body" if prepared.body is not None else f"a {method}"
        return f"{what} isn't sent to another origin"
    return None if prepared.replayable else "the body of this request can't be sent twice"


def _not_followed(prepared: Prepared, reply: Reply, said: str) -> str:
    """The message for a redirect that isn't followed: why, and where it points to."""
    location = reply.header("location")
    why = _obstacle(prepared, reply.status, location)
    if why is None:
        why = f"{MAX_REDIRECTS} redirects were followed before it"
    return f"The redirect{_pointing(prepared, location)} isn't followed: {why} ({said})"


def _pointing(prepared: Prepared, location: str | None) -> str:
    """``" to https://host/path"``, without what may be secret: the query and credentials."""
    try:
        parts = urlsplit(urljoin(prepared.url, location or ""))
    except ValueError:
        return ""
    if location is None or not parts.netloc:
        return ""
    host = parts.netloc.rpartition("@")[2]
    return " to " + redact(f"{parts.scheme}://{host}{parts.path}", prepared.secrets)[:300]


def _error(
    settings: Settings,
    prepared: Prepared,
    outcome: Reply | Fault,
    *,
    refused: bool = False,
) -> APIError:
    """The exception for what a try came to; ``refused``: a Retry-After isn't waited for."""
    if isinstance(outcome, Fault):
        return connection_error(prepared, outcome)
    from .error_bodies import status_error  # for the first error; most programs see none

    found = status_error(
        prepared.operation,
        prepared.described(),
        outcome.described(),
        settings.info.error_types(),
        now=prepared.retry.clock.now(),
        secrets=prepared.secrets,
        also=RetryAfterError if refused else APIStatusError,
    )
    if isinstance(found, RedirectError):
        found.message = _not_followed(prepared, outcome, found.message)
        found.args = (found.message,)
    return found


def _too_late(
    settings: Settings,
    prepared: Prepared,
    deadline: Deadline,
    failed: Reply | Fault | None,
    *,
    wait: float | None = None,
) -> APIError:
    """The exception for a deadline that has passed, or that would pass in a ``wait``."""
    message = f"The deadline of {deadline.seconds:g} s "
    if wait is None:
        message += "has passed"
    else:
        message += f"would pass in the wait of {wait:.3g} s for the next try"
    if failed is not None:
        message += f"; last failure: {_reason(failed)}"
    error = DeadlineExceededError(
        message,
        operation=prepared.operation,
        request=prepared.described(),
        deadline=deadline.seconds,
    )
    if failed is not None:
        error.__cause__ = _error(settings, prepared, failed)
    return error


def connection_error(prepared: Prepared, fault: Fault) -> APIConnectionError:
    """The exception for a connection that failed."""
    kind = APITimeoutError if fault.timeout else APIConnectionError
    error = kind(fault.message, operation=prepared.operation, request=prepared.described())
    error.__cause__ = fault.error
    return error
