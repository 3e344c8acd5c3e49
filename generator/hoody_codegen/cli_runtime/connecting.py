"""The client of a run: whose token, which address, and which scope a command is for."""

from __future__ import annotations

import os
from collections.abc import Mapping
from time import time
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

import click

from .masking import runtime_module
from .profiles import Chosen, Profiles, chosen
from .sessions import Store
from .settings import Found, find, is_on, seconds_of, text_of

if TYPE_CHECKING:
    from .context import Invocation
    from .model import Command, Scope, ScopeArgument

TokenSource = Literal["flag", "environment", "session"]

_RANKS: Final = {"flag": 0, "environment": 1, "profile": 2, "default": 3}


class NotSignedIn(click.ClickException):
    """There is no token to call with."""

    exit_code = 3


class SignIn(NamedTuple):
    """Where the sign-in of a run is kept, and what is there; None where nobody is signed in."""

    profile: Chosen
    address: str
    store: Store
    kept: dict[str, Any] | None


def connect(invocation: Invocation) -> Any:
    """The client for this run.

    Its token comes from the flag, the environment, or the stored sign-in of the profile, in this
    order. A sign-in renews itself, and what is new is stored. In a dry run it sends nothing, and
    has no token. Who calls this closes the client.
    """
    if invocation.settings.dry_run:
        return client_with(invocation, None)
    _check_profile(invocation)
    given = given_token(invocation)
    if given is not None:
        return client_with(invocation, given[0])
    signed = sign_in(invocation)
    return client_with(invocation, None if signed.kept is None else session_of(invocation, signed))


def client_with(invocation: Invocation, token: object) -> Any:
    """A client with the settings of this run, and ``token``."""
    app = invocation.app
    options: dict[str, Any] = {
        **_place(invocation),
        "headers": {"User-Agent": f"{app.package}/{app.version} ({app.name} command line)"},
    }
    timeout = seconds_of(invocation, "timeout")
    if timeout is not None:
        options["timeout"] = timeout
    if invocation.settings.dry_run:
        from .dry_run import silent

        return silent(invocation, options)
    if invocation.settings.verbose:
        from .exchanges import hooks

        options["hooks"] = hooks(invocation)
    if token is not None:
        options["token"] = token
    return app.client()(**options)


def _place(invocation: Invocation) -> dict[str, Any]:
    """Address and realm, as far as anybody gave them."""
    found = {name: text_of(invocation, name) for name in ("base_url", "realm")}
    return {name: value for name, value in found.items() if value is not None}


def given_token(invocation: Invocation) -> tuple[str, TokenSource] | None:
    """The token of the flag or of the environment, and which of them."""
    if invocation.settings.token:
        return invocation.settings.token, "flag"
    text = os.environ.get(f"{invocation.app.env_prefix}_TOKEN")
    return (text, "environment") if text else None


def sign_in(invocation: Invocation) -> SignIn:
    """The stored sign-in for this run. Nothing is sent."""
    profile = chosen(invocation)
    store = Store(invocation.app, keyring=is_on(invocation, "keyring"))
    address = _address(invocation)
    return SignIn(profile, address, store, store.load(profile.name, address))


def _address(invocation: Invocation) -> str:
    """The address that a sign-in counts for: that of the main service, without a realm."""
    place = _place(invocation)
    client = invocation.app.client()(**place)
    main = client._info.main_service
    url: str = place.get("base_url", "") if main is None else client.with_realm(None).url(main)
    return url.rstrip("/")


def session_of(invocation: Invocation, signed: SignIn) -> Any:
    """The stored sign-in as a session of the client; its changes are stored."""
    kept = signed.kept or {}
    identity = kept.get("identity")

    def keep(session: Any) -> None:
        if session.token is None:
            signed.store.delete(signed.profile.name, signed.address)
        else:
            keep_session(signed, session, identity)

    base: Any = runtime_module(invocation.app, "sessions").Session

    def refuse(self: Any, refresh_token: str, refusal: Exception) -> None:
        newer = signed.store.load(signed.profile.name, signed.address) or {}
        if newer.get("refresh_token") in (None, refresh_token):
            base.refuse(self, refresh_token, refusal)
            return
        # Another run has renewed it meanwhile: its tokens are as good.
        now = time()
        ends = newer.get("expires_at")
        lifetime = None if ends is None else ends - now
        self.update(
            newer["token"], refresh_token=newer["refresh_token"], lifetime=lifetime, now=now
        )

    made: Any = type("KeptSession", (base,), {"refuse": refuse})
    return made.from_dict(kept, on_change=keep)


def keep_session(signed: SignIn, session: Any, identity: str | None) -> None:
    """Store the tokens of ``session``, and who it is."""
    data = {**session.to_dict(), "identity": identity}
    signed.store.save(signed.profile.name, signed.address, data)


def _check_profile(invocation: Invocation) -> None:
    """A profile that was named has to be there: a typo shouldn't act as somebody else."""
    profile = chosen(invocation)
    if not profile.explicit:
        return
    names = {*Profiles(invocation.app).names(), *Store(invocation.app).profiles()}
    if profile.name in names or profile.name == "default":
        return
    there = f"There are: {', '.join(sorted(names))}." if names else "There is none yet."
    words = f"{invocation.app.name} config use {profile.name}"
    raise click.UsageError(f"There is no profile {profile.name!r}. {there} {words!r} makes it.")


def target(invocation: Invocation, command: Command) -> Any:
    """What the method of ``command`` is looked up on: the client, or a scope of it."""
    if not command.scope:
        return invocation.client
    scope = next(one for one in invocation.app.scopes if one.name == command.scope)
    values = _scope_values(invocation, scope, " ".join((invocation.app.name, *command.path)))
    return getattr(invocation.client, scope.name)(**values)


def _scope_values(invocation: Invocation, scope: Scope, words: str) -> dict[str, str]:
    """What opens ``scope``; UsageError says what is missing and how to give it."""
    found = {one.argument: find(invocation, one.argument) for one in scope.arguments}
    key = found.get(scope.key)
    if scope.lookup and key is not None:
        # Values of lower rank may belong to another one: that of a profile, say.
        rank = _RANKS[key.source]
        doubtful = [
            one
            for one in scope.arguments
            if one.field and one.argument != scope.key and _is_below(found[one.argument], rank)
        ]
        if doubtful:
            complete = all(found[one.argument] is not None for one in doubtful)
            told = _look_up(invocation, scope, key.value, required=not complete)
            for one in doubtful:
                if told.get(one.field):
                    found[one.argument] = Found(told[one.field], "default")
    missing = [one for one in scope.arguments if found[one.argument] is None]
    if missing:
        raise click.UsageError(_missing(invocation, scope, missing, words))
    return {name: value.value for name, value in found.items() if value is not None}


def _is_below(found: Found | None, rank: int) -> bool:
    return found is None or _RANKS[found.source] > rank


def _missing(invocation: Invocation, scope: Scope, missing: list[ScopeArgument], words: str) -> str:
    name = invocation.app.name
    lines = [f"{words!r} has to know which {scope.name} is meant. Give"]
    for one in missing:
        ways = [f"{one.flag} {one.argument.upper()}"]
        ways += [f"the variable {one.environment}"] if one.environment else []
        ways += [f'a default: "{name} config set {one.argument} …"']
        lines.append(f"  {', or '.join(ways)}")
    return "\n".join(lines)


def _look_up(invocation: Invocation, scope: Scope, key: str, *, required: bool) -> dict[str, str]:
    """The values of a scope by field, asked of the API once an hour; nothing in a dry run.

    Unless it is ``required``, nothing is asked where nobody is signed in.
    """
    from .lookups import Lookups

    signed = sign_in(invocation)
    cache = Lookups(invocation.app, f"{signed.profile.name} {signed.address}", scope.name)
    known = cache.get(key)
    if known is not None:
        return known
    signed_in = signed.kept is not None or given_token(invocation) is not None
    if invocation.settings.dry_run or not (required or signed_in):
        return {}
    method = invocation.client
    for name in scope.lookup.split("."):
        method = getattr(method, name)
    fields: Mapping[str, Any] = runtime_module(invocation.app, "wire").as_mapping(method(key)) or {}
    told = {
        one.field: str(fields[one.field])
        for one in scope.arguments
        if one.field and isinstance(fields.get(one.field), (str, int))
    }
    cache.set(key, told)
    return told
