"""A sign-in that renews itself: tokens that threads, tasks and clients share.

Several of them may find at the same time that the token has expired. One renews it, the others wait
for the outcome: a *flight*. Deciding who does what takes place here, under one lock; the renewal
itself is done by a client.
"""

from __future__ import annotations

import os
import threading
import weakref
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from .errors import ConfigurationError, MissingTokenError

if TYPE_CHECKING:
    from concurrent.futures import Future

    from typing_extensions import Self

Code: TypeAlias = "str | Callable[[], str] | Callable[[], Awaitable[str]]"
"""A code of a second factor, or a function that gives it when it is needed."""

_LEEWAY: Final = 30.0
_SHARE: Final = 0.1
"""A token is renewed so many seconds, or such a part of its life, before it expires."""


class Credentials:
    """What signs in: who (``username=…``, ``email=…``: as the API calls it) and a password.

    ``code`` is the code of a second factor or a function that gives it. Nothing of it shows in
    ``repr``, and it isn't pickled.
    """

    __slots__ = ("code", "identity", "password")

    def __init__(self, *, password: str, code: Code | None = None, **identity: str | None) -> None:
        self.identity = {name: value for name, value in identity.items() if value is not None}
        self.password = password
        self.code = code
        for name, value in {**self.identity, "password": password}.items():
            if not isinstance(value, str) or not value:
                raise ConfigurationError(f"{name} has to be a text that isn't empty")

    def __repr__(self) -> str:
        return "<Credentials>"

    def __reduce__(self) -> str:
        raise TypeError("Credentials hold secrets and can't be pickled")


class Flight:
    """One renewal under way. ``outcome`` is None for a success, else what went wrong."""

    __slots__ = ("future", "pid", "thread")

    def __init__(self) -> None:
        self.pid = os.getpid()
        self.thread = threading.get_ident()
        # Imported late: it takes its time to load, and most clients never renew a token.
        from concurrent.futures import Future

        self.future: Future[BaseException | None] = Future()
        # From here on nobody who waits for it can cancel it for the others.
        self.future.set_running_or_notify_cancel()


class Abandoned(BaseException):
    """Who renewed was interrupted: another one may try."""


class Session:
    """An access token with what renews it.

    Give it to a client: ``token=session``; several clients, of both colours, may share it. It is
    renewed shortly before it expires (if ``expires_at``, seconds since the epoch, is known) and
    when the server says 401: by the refresh token, else by signing in with ``credentials``.

    ``on_change`` is called with the session after its tokens changed, to store them
    (:meth:`to_dict`); for an async client it may be an async function.
    """

    def __init__(
        self,
        token: str | None = None,
        *,
        refresh_token: str | None = None,
        expires_at: float | None = None,
        credentials: Credentials | None = None,
        on_change: Callable[[Session], object] | None = None,
    ) -> None:
        self._lock = threading.Lock()
        self._flight: Flight | None = None
        self._token = token
        self._refresh_token = refresh_token
        self._expires_at = expires_at
        self._renew_at = None if expires_at is None else expires_at - _LEEWAY
        self._credentials = credentials
        self._refusal: Exception | None = None
        self.on_change = on_change
        _sessions.add(self)

    @property
    def token(self) -> str | None:
        """The access token as it is now; None before signing in and after signing out."""
        return self._token

    @property
    def refresh_token(self) -> str | None:
        return self._refresh_token

    @property
    def expires_at(self) -> float | None:
        """When the access token expires, in seconds since the epoch; None if that isn't known."""
        return self._expires_at

    @property
    def credentials(self) -> Credentials | None:
        return self._credentials

    def to_dict(self) -> dict[str, Any]:
        """The tokens, to be stored in a safe place: ``token``, ``refresh_token``,
        ``expires_at``."""
        with self._lock:
            return {
                "token": self._token,
                "refresh_token": self._refresh_token,
                "expires_at": self._expires_at,
            }

    @classmethod
    def from_dict(
        cls,
        stored: Mapping[str, Any],
        *,
        credentials: Credentials | None = None,
        on_change: Callable[[Session], object] | None = None,
    ) -> Self:
        """A session from what :meth:`to_dict` gave."""
        return cls(
            stored.get("token"),
            refresh_token=stored.get("refresh_token"),
            expires_at=stored.get("expires_at"),
            credentials=credentials,
            on_change=on_change,
        )

    def update(
        self,
        token: str,
        *,
        refresh_token: str | None = None,
        lifetime: float | None = None,
        now: float = 0.0,
    ) -> None:
        """Take new tokens; without a new refresh token the present one stays.

        ``lifetime``: seconds from ``now`` until the access token expires, if that is known.
        """
        with self._lock:
            self._token = token
            self._refresh_token = refresh_token or self._refresh_token
            self._refusal = None
            self._expires_at = self._renew_at = None
            if lifetime is not None:
                self._expires_at = now + lifetime
                self._renew_at = self._expires_at - min(_LEEWAY, lifetime * _SHARE)

    def clear(self) -> None:
        """Forget everything: tokens and credentials."""
        with self._lock:
            self._token = self._refresh_token = self._credentials = None
            self._expires_at = self._renew_at = self._refusal = None

    def refuse(self, refresh_token: str, refusal: Exception) -> None:
        """This refresh token is no good; what said so is told to all who need a new token."""
        with self._lock:
            if self._refresh_token != refresh_token:
                return
            self._refresh_token = None
            if self._credentials is None:
                self._refusal = refusal

    @property
    def is_renewable(self) -> bool:
        return self._refresh_token is not None or self._credentials is not None

    def board(self, rejected: str | None, now: float) -> str | tuple[Flight, bool]:
        """What to do for a token that isn't ``rejected``: take this one; or wait for the flight
        that brings another, and do its work if True stands beside it.

        Where none can be had: the ``rejected`` token, or MissingTokenError if there is no token at
        all, or why the last renewal was refused.
        """
        with self._lock:
            token = self._token
            if token is not None and token != rejected and not self._is_due(now):
                return token
            if not self.is_renewable:
                if self._refusal is not None:
                    raise self._refusal
                if token is None:
                    raise MissingTokenError("The session is signed out: sign in again")
                return token
            if self._flight is not None and self._flight.pid == os.getpid():
                return self._flight, False
            self._flight = Flight()
            return self._flight, True

    def landed(self, outcome: BaseException | None, rejected: str | None, now: float) -> str | None:
        """The token to go on with after a flight; None to board again.

        Raises what went wrong, unless the present token may still do.
        """
        if isinstance(outcome, Abandoned):
            return None
        with self._lock:
            token = self._token
            alive = self._expires_at is None or now < self._expires_at
        if outcome is not None and (token is None or token == rejected or not alive):
            raise outcome
        return token

    def _is_due(self, now: float) -> bool:
        return self._renew_at is not None and self._renew_at <= now and self.is_renewable

    def land(self, flight: Flight, outcome: BaseException | None) -> None:
        """Tell all who wait how it went; a second call for one flight does nothing."""
        with self._lock:
            if self._flight is flight:
                self._flight = None
            if flight.future.done():
                return
            flight.future.set_result(outcome)

    def __repr__(self) -> str:
        state = "signed in" if self._token is not None else "signed out"
        return f"<Session {state}>"

    def __reduce__(self) -> str:
        raise TypeError("A session holds secrets and can't be pickled: store session.to_dict()")


_sessions: Final[weakref.WeakSet[Session]] = weakref.WeakSet()


def _after_fork() -> None:
    """In a child, no other thread is there to give a lock back or to end a flight."""
    for session in _sessions:
        session._lock = threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
