"""Signing in, renewing and signing out: which calls to make, and how to read what they answer.

The generators here yield a :class:`Step` and are sent its outcome, so that both colours decide in
the same way: the clients only call.
"""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable, Generator, Mapping
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

from .calls import Call
from .errors import (
    APIError,
    APIResponseValidationError,
    APIStatusError,
    ConfigurationError,
    SecondFactorRequiredError,
)
from .messages import redact
from .sentinels import OMIT
from .wire import as_mapping

if TYPE_CHECKING:
    from .operation import Operation
    from .sessions import Code, Credentials, Session

_REFUSED: Final = frozenset({400, 401, 403, 404, 422})
"""Statuses that say that the refresh token is no good, and not that the server has troubles."""


class SecondFactor(NamedTuple):
    """The second step of signing in.

    * ``needed``: field of the login's answer that is true when it has to be taken.
    * ``ticket``: field of the login's answer that stands for the first step; ``ticket_field``: the
      field of the body that takes it.
    * ``code``: field of the body that takes the code.
    * ``method``: field of the login's answer that says what kind of code is meant.
    """

    operation: Operation
    needed: str
    ticket: str
    ticket_field: str
    code: str
    method: str | None = None


class SignIn(NamedTuple):
    """How an API is signed in to. Places in answers are dotted paths of keys.

    * ``login``: takes one field of ``identity`` and ``password``.
    * ``token``, ``refresh_token``, ``expires_in``: where an answer has the access token, the
      refresh token and the seconds that the access token lives.
    * ``refresh``: takes the refresh token in ``refresh_field``, and as bearer token if it asks for
      one.
    * ``logout``: takes the access token as bearer token.
    """

    login: Operation
    identity: tuple[str, ...]
    password: str
    token: str
    refresh_token: str | None = None
    expires_in: str | None = None
    second_factor: SecondFactor | None = None
    refresh: Operation | None = None
    refresh_field: str | None = None
    logout: Operation | None = None


class SignInCall(NamedTuple):
    """Make this call with ``token`` alone; the outcome is its result as plain data."""

    call: Call
    token: str | None


class Ask(NamedTuple):
    """Call this function, and await what it returns if that can be awaited."""

    function: Callable[[], str] | Callable[[], Awaitable[str]]


Step: TypeAlias = "SignInCall | Ask"
Steps: TypeAlias = "Generator[Step, Any, None]"


def log_in(
    sign_in: SignIn, session: Session, credentials: Credentials, now: Callable[[], float]
) -> Steps:
    """Sign ``session`` in; SecondFactorRequiredError if a code is needed and none is given."""
    unknown = [name for name in credentials.identity if name not in sign_in.identity]
    if unknown or len(credentials.identity) != 1:
        raise ConfigurationError(
            f"Signing in needs one of {', '.join(sign_in.identity)}, and a password"
        )
    body = {**credentials.identity, sign_in.password: credentials.password}
    secrets = (credentials.password,)
    answer = yield from _sent(sign_in.login, body, None, secrets)
    step = sign_in.second_factor
    if step is None or not _at(answer, step.needed):
        _take(sign_in, sign_in.login, session, answer, now())
        return
    ticket = _at(answer, step.ticket)
    if not isinstance(ticket, str) or not ticket:
        raise _unreadable(sign_in.login, step.ticket)
    if credentials.code is None:
        method = _at(answer, step.method) if step.method is not None else None
        raise SecondFactorRequiredError(
            method=method if isinstance(method, str) else None,
            ticket=ticket,
            session=session,
            operation=sign_in.login,
        )
    yield from _second_step(sign_in, session, ticket, credentials.code, now)


def complete_login(
    sign_in: SignIn, pending: SecondFactorRequiredError, code: Code, now: Callable[[], float]
) -> Steps:
    """The second step of a sign-in that ended in ``pending``."""
    if pending.ticket is None or pending.session is None:
        raise ConfigurationError("This error was copied or stored: sign in again to go on")
    yield from _second_step(sign_in, pending.session, pending.ticket, code, now)


def renew(sign_in: SignIn, session: Session, now: Callable[[], float]) -> Steps:
    """A new access token for ``session``: by its refresh token, else by its credentials."""
    refresh_token = session.refresh_token
    credentials = session.credentials
    if refresh_token is not None and sign_in.refresh is not None:
        body = {} if sign_in.refresh_field is None else {sign_in.refresh_field: refresh_token}
        try:
            answer = yield from _sent(sign_in.refresh, body, refresh_token, (refresh_token,))
            _take(sign_in, sign_in.refresh, session, answer, now())
            return
        except APIStatusError as error:
            if error.status not in _REFUSED:
                raise
            session.refuse(refresh_token, error)
            if credentials is None:
                raise
    if credentials is None:
        raise ConfigurationError("The session can't be renewed: the API has no operation for it")
    yield from log_in(sign_in, session, credentials, now)


def log_out(sign_in: SignIn | None, session: Session | None, token: str | None) -> Steps:
    """End the session, here in any case; an access token that is refused already is no error."""
    if session is not None:
        token = session.token
        session.clear()
    if sign_in is None or sign_in.logout is None or token is None:
        return
    try:
        yield from _sent(sign_in.logout, None, token, (token,))
    except APIStatusError as error:
        if error.status != 401:
            raise


def _second_step(
    sign_in: SignIn, session: Session, ticket: str, code: Code, now: Callable[[], float]
) -> Steps:
    step = sign_in.second_factor
    if step is None:
        raise ConfigurationError("This API has no second factor")
    text = code if isinstance(code, str) else (yield Ask(code))
    if not isinstance(text, str) or not text:
        raise ConfigurationError("The code of the second factor has to be a text")
    body = {step.ticket_field: ticket, step.code: text}
    answer = yield from _sent(step.operation, body, None, (ticket,))
    _take(sign_in, step.operation, session, answer, now())


def _sent(
    operation: Operation,
    body: Mapping[str, object] | None,
    token: str | None,
    secrets: tuple[str, ...],
) -> Generator[Step, Any, object]:
    """The result of a call; an error says none of the ``secrets``."""
    call = Call(operation, {}, {}, {}, {}, OMIT if body is None else body, None)
    try:
        answer: object = yield SignInCall(call, token)
    except APIError as error:
        error.message = redact(error.message, secrets)
        error.args = (error.message,)
        raise
    return answer


def _take(
    sign_in: SignIn, operation: Operation, session: Session, answer: object, now: float
) -> None:
    token = _at(answer, sign_in.token)
    if not isinstance(token, str) or not token:
        raise _unreadable(operation, sign_in.token)
    refresh_token = _at(answer, sign_in.refresh_token)
    lifetime = _at(answer, sign_in.expires_in)
    session.update(
        token,
        refresh_token=refresh_token if isinstance(refresh_token, str) else None,
        lifetime=_seconds(lifetime),
        now=now,
    )


def _seconds(value: object) -> float | None:
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    return float(value) if math.isfinite(value) and value > 0 else None


def _at(answer: object, place: str | None) -> object:
    value: object = answer if place is not None else None
    for key in place.split(".") if place is not None else ():
        fields = as_mapping(value)
        value = None if fields is None else fields.get(key)
    return value


def _unreadable(operation: Operation, place: str) -> APIResponseValidationError:
    return APIResponseValidationError(
        f"The answer to signing in has no text in {place!r}", operation=operation
    )
