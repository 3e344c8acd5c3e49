"""Tokens for calls, and signing in, renewing and signing out: what both colours do of it.

What is to be done is decided in :mod:`.sign_in` and :mod:`.sessions`; here it is done.
"""

from __future__ import annotations

import threading
from functools import partial
from inspect import isawaitable
from typing import TYPE_CHECKING, Any

from .auth import checked_secret
from .authorizing import NeedToken
from .base_client import BaseClient
from .sessions import Abandoned, Flight, Session
from .sign_in import SignInCall, complete_login, log_in, log_out, renew

if TYPE_CHECKING:
    from typing_extensions import Self

    from .calls import Call
    from .errors import SecondFactorRequiredError
    from .sessions import Code, Credentials
    from .sign_in import Steps


def refuse_awaitable(result: object, what: str) -> None:
    """Raise TypeError if a function of the user's turned out to be async in the sync client."""
    if isawaitable(result):
        close = getattr(result, "close", None)
        if close is not None:
            close()  # or else Python warns of a coroutine that was never awaited
        raise TypeError(f"An async {what} needs the async client")


class SyncSigning(BaseClient):
    """The part of the sync client that knows of tokens."""

    def _run(self, call: Call, returns: object, *, raw: bool) -> Any:
        raise NotImplementedError

    def _secret(self, step: NeedToken) -> object:
        """The text of a credential."""
        source = step.source
        if isinstance(source, str):
            return source
        if isinstance(source, Session):
            return self._session_token(source, step.rejected)
        token: object = source()
        refuse_awaitable(token, "token function")
        return token

    def _session_token(self, session: Session, rejected: str | None) -> str:
        """A token that isn't ``rejected``; of all who need a new one at a time, one renews it."""
        now = self._settings.retry.clock.now
        while True:
            found = session.board(rejected, now())
            if isinstance(found, str):
                return found
            flight, leading = found
            if leading:
                self._fly(session, flight)
            elif flight.thread == threading.get_ident():
                # Led by an event loop that this very call holds up: it would be waited for forever.
                session.land(flight, Abandoned())
            token = session.landed(flight.future.result(), rejected, now())
            if token is not None:
                return token

    def _fly(self, session: Session, flight: Flight) -> None:
        outcome: BaseException | None = Abandoned()
        try:
            self._sign(renew(self._sign_in(), session, self._settings.retry.clock.now))
            outcome = None
        except Exception as error:
            outcome = error
        finally:
            session.land(flight, outcome)
        if outcome is None:
            try:
                self._tell_changed(session)
            except Exception:
                # It isn't the caller's doing, and its call has what it needs.
                self._logger.exception("on_change of the session failed")

    def _sign(self, steps: Steps) -> None:
        """Make the calls that signing in, renewing or signing out consists of."""
        answer: object = None
        failed: Exception | None = None
        while True:
            try:
                step = steps.send(answer) if failed is None else steps.throw(failed)
            except StopIteration:
                return
            answer, failed = None, None
            try:
                if isinstance(step, SignInCall):
                    answer = self._bare(step.token)._run(step.call, dict, raw=False)
                else:
                    answer = step.function()
                    refuse_awaitable(answer, "function for the code")
            except Exception as error:
                failed = error

    def _tell_changed(self, session: Session | None) -> None:
        if session is not None and session.on_change is not None:
            refuse_awaitable(session.on_change(session), "on_change")

    def _log_in(self, credentials: Credentials) -> Self:
        """A copy that is signed in. The password isn't kept."""
        session = Session()
        now = self._settings.retry.clock.now
        self._sign(log_in(self._sign_in(), session, credentials, now))
        return self.with_options(token=session)

    def _complete_login(self, pending: SecondFactorRequiredError, code: Code) -> Self:
        session = pending.session
        now = self._settings.retry.clock.now
        self._sign(complete_login(self._sign_in(), pending, code, now))
        self._tell_changed(session)
        return self.with_options(token=session)

    def _log_out(self) -> None:
        source = self._settings.token
        session = self.session
        token = None
        if source is not None and session is None:
            token = checked_secret(self._secret(NeedToken(source)))
        try:
            self._sign(log_out(self._sign_in(), session, token))
        finally:
            self._tell_changed(session)


class AsyncSigning(BaseClient):
    """The part of the async client that knows of tokens."""

    async def _run(self, call: Call, returns: object, *, raw: bool) -> Any:
        raise NotImplementedError

    async def _secret(self, step: NeedToken) -> object:
        """The text of a credential."""
        source = step.source
        if isinstance(source, str):
            return source
        if isinstance(source, Session):
            return await self._session_token(source, step.rejected)
        token: object = source()
        return await token if isawaitable(token) else token

    async def _session_token(self, session: Session, rejected: str | None) -> str:
        """A token that isn't ``rejected``; of all who need a new one at a time, one renews it."""
        import asyncio

        now = self._settings.retry.clock.now
        while True:
            found = session.board(rejected, now())
            if isinstance(found, str):
                return found
            flight, leading = found
            if leading:
                # A task of its own: who waits for it may be cancelled without losing the new token.
                task = asyncio.ensure_future(self._fly(session, flight))
                task.add_done_callback(partial(_abandon, session, flight))
            outcome = await asyncio.wrap_future(flight.future)
            token = session.landed(outcome, rejected, now())
            if token is not None:
                return token

    async def _fly(self, session: Session, flight: Flight) -> None:
        outcome: BaseException | None = Abandoned()
        try:
            await self._sign(renew(self._sign_in(), session, self._settings.retry.clock.now))
            outcome = None
        except Exception as error:
            outcome = error
        finally:
            session.land(flight, outcome)
        if outcome is None:
            try:
                await self._tell_changed(session)
            except Exception:
                # It isn't the caller's doing, and its call has what it needs.
                self._logger.exception("on_change of the session failed")

    async def _sign(self, steps: Steps) -> None:
        """Make the calls that signing in, renewing or signing out consists of."""
        answer: object = None
        failed: Exception | None = None
        while True:
            try:
                step = steps.send(answer) if failed is None else steps.throw(failed)
            except StopIteration:
                return
            answer, failed = None, None
            try:
                if isinstance(step, SignInCall):
                    answer = await self._bare(step.token)._run(step.call, dict, raw=False)
                else:
                    answer = step.function()
                    if isawaitable(answer):
                        answer = await answer
            except Exception as error:
                failed = error

    async def _tell_changed(self, session: Session | None) -> None:
        if session is not None and session.on_change is not None:
            told = session.on_change(session)
            if isawaitable(told):
                await told

    async def _log_in(self, credentials: Credentials) -> Self:
        """A copy that is signed in. The password isn't kept."""
        session = Session()
        now = self._settings.retry.clock.now
        await self._sign(log_in(self._sign_in(), session, credentials, now))
        return self.with_options(token=session)

    async def _complete_login(self, pending: SecondFactorRequiredError, code: Code) -> Self:
        session = pending.session
        now = self._settings.retry.clock.now
        await self._sign(complete_login(self._sign_in(), pending, code, now))
        await self._tell_changed(session)
        return self.with_options(token=session)

    async def _log_out(self) -> None:
        source = self._settings.token
        session = self.session
        token = None
        if source is not None and session is None:
            token = checked_secret(await self._secret(NeedToken(source)))
        try:
            await self._sign(log_out(self._sign_in(), session, token))
        finally:
            await self._tell_changed(session)


def _abandon(session: Session, flight: Flight, _: object) -> None:
    """For a task that was cancelled before it began; after any other end this does nothing."""
    session.land(flight, Abandoned())
