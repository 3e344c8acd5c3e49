"""Built-in commands: signing in and out, and who is signed in."""

from __future__ import annotations

import os
import sys
from datetime import timezone
from typing import TYPE_CHECKING, Any, Final

import click

from .connecting import (
    NotSignedIn,
    SignIn,
    client_with,
    given_token,
    keep_session,
    session_of,
    sign_in,
)
from .context import Invocation
from .model import Column, Command, Output
from .safety import ask, ask_secret

if TYPE_CHECKING:
    from .model import App

_STATUS: Final = (
    Column("signed_in", "SIGNED IN", "flag"),
    Column("identity", "WHO"),
    Column("token", "TOKEN FROM"),
    Column("expires_at", "EXPIRES", "time"),
    Column("renews_itself", "RENEWS ITSELF", "flag"),
    Column("profile", "PROFILE"),
    Column("address", "ADDRESS"),
    Column("kept_in", "KEPT IN"),
)


def login(app: App) -> click.Command:
    """``auth login``."""
    names = " or ".join(f"--{name.replace('_', '-')}" for name in app.identity)
    params: list[click.Parameter] = [
        click.Option(
            [f"--{name.replace('_', '-')}", name],
            metavar="TEXT",
            help=f"Who signs in [variable: {_variable(app, name)}].",
        )
        for name in app.identity
    ]
    params += [
        click.Option(
            ["--password"],
            metavar="TEXT",
            help=f"The password; - reads it from stdin [variable: {_variable(app, 'password')}]. "
            "Best left out: then it is asked for, and no history keeps it.",
        ),
        click.Option(
            ["--code"],
            metavar="TEXT",
            help="The code of the second factor; asked for where one is needed.",
        ),
        click.Option(
            ["--with-token"],
            is_flag=True,
            help="Keep a token in place of signing in; it is asked for, or read from stdin.",
        ),
    ]
    words = " ".join((app.name, *app.login))
    text = (
        f"Sign in, and keep the session for further commands.\n\nIt renews itself until you sign "
        f"out. It is kept in a file that only you can read, or in the system's keyring: "
        f'"{app.name} config set keyring true". Give {names}, or be asked.\n\n'
        f"\b\nExamples:\n  {words}\n  {words} --{app.identity[0]} ada --password - < password.txt\n"
        f"  {words} --with-token < token.txt"
    )
    return click.Command(
        app.login[-1],
        params=params,
        callback=click.pass_obj(_log_in),
        help=text,
        short_help="Sign in, and keep the session.",
    )


def _log_in(invocation: Invocation, **values: Any) -> None:
    app = invocation.app
    signed = sign_in(invocation)
    if values["with_token"]:
        token = _secret(invocation, "-" if not invocation.can_ask else None, "Token")
        signed.store.save(signed.profile.name, signed.address, _bare(token))
        invocation.tell(f"The token is kept in {signed.store.place}{_for(signed)}.")
        _tell_precedence(invocation)
        return
    identity = _identity(invocation, values)
    password = _password(invocation, values)
    code = values["code"] or (_asking(invocation) if invocation.can_ask else None)
    client = client_with(invocation, None)
    try:
        session = client.login(**identity, password=password, code=code).session
    except app.errors().SecondFactorRequiredError:
        print("The code of the second factor is missing: give --code.", file=invocation.err)
        raise
    finally:
        client.close()
    who = next(iter(identity.values()))
    keep_session(signed, session, who)
    invocation.tell(f"Signed in as {who}{_for(signed)}. Kept in {signed.store.place}.")
    _tell_precedence(invocation)


def _bare(token: str) -> dict[str, Any]:
    return {"token": token, "refresh_token": None, "expires_at": _claims(token).get("exp")}


def _for(signed: SignIn) -> str:
    return f" (profile {signed.profile.name}, {signed.address})"


def _tell_precedence(invocation: Invocation) -> None:
    if given_token(invocation) is not None:
        name = _variable(invocation.app, "token")
        invocation.warn(f"{name} (or --token) takes precedence over what is kept")


def _variable(app: App, name: str) -> str:
    return f"{app.env_prefix}_{name.upper()}"


def _identity(invocation: Invocation, values: dict[str, Any]) -> dict[str, str]:
    """Who signs in: what a flag says, else a variable, else the answer to a question."""
    app = invocation.app
    given = {name: values[name] for name in app.identity if values[name]}
    if not given:
        found = {name: os.environ.get(_variable(app, name)) for name in app.identity}
        given = dict([(name, text) for name, text in found.items() if text][:1])
    flags = " or ".join(f"--{name.replace('_', '-')}" for name in app.identity)
    if len(given) > 1:
        raise click.UsageError(f"Give one of {flags}, not both.")
    if given:
        return given
    if not invocation.can_ask:
        raise click.UsageError(f"Who signs in? Give {flags}: there is no terminal to ask on.")
    named = " or ".join(name.replace("_", " ") for name in app.identity)
    text = ask(invocation, f"{named.capitalize()}: ").strip()
    if not text:
        raise click.UsageError(f"Who signs in? Give {flags}.")
    mail = "email" in app.identity and "@" in text
    return {"email" if mail else app.identity[0]: text}


def _password(invocation: Invocation, values: dict[str, Any]) -> str:
    given = values["password"] or os.environ.get(_variable(invocation.app, "password"))
    if given is None and invocation.settings.dry_run:
        return "***"
    if given is None and not invocation.can_ask:
        raise click.UsageError(
            "There is no terminal to ask for the password on. Give it on standard input with "
            f"--password -, or in {_variable(invocation.app, 'password')}."
        )
    return _secret(invocation, given, "Password")


def _secret(invocation: Invocation, given: str | None, name: str) -> str:
    """A secret as it was given; ``-`` reads stdin, None asks."""
    text = given if given is not None else ask_secret(invocation, f"{name}: ")
    if given == "-":
        text = sys.stdin.readline().rstrip("\r\n")
    if not text:
        raise click.UsageError(f"The {name.lower()} is empty.")
    return text


def _asking(invocation: Invocation) -> Any:
    return lambda: ask(invocation, "Code of the second factor: ").strip()


def logout(app: App) -> click.Command:
    """``auth logout``."""
    return click.Command(
        "logout",
        callback=click.pass_obj(_log_out),
        help="Sign out: end the kept session on the server, and forget it here in any case.\n\n"
        f"A token from --token or {_variable(app, 'token')} stays as it is.",
        short_help="Sign out, and forget the session.",
    )


def _log_out(invocation: Invocation) -> None:
    signed = sign_in(invocation)
    if signed.kept is None:
        invocation.tell(f"Nobody is signed in{_for(signed)}.")
        return
    dry = invocation.settings.dry_run
    client = client_with(invocation, None if dry else session_of(invocation, signed))
    try:
        client.logout()
    finally:
        client.close()
        if not dry:
            signed.store.delete(signed.profile.name, signed.address)
    invocation.tell(f"Signed out{_for(signed)}.")


def status(app: App) -> click.Command:
    """``auth status``."""
    return click.Command(
        "status",
        callback=click.pass_obj(_status),
        help="Who is signed in, until when, and where that is kept. Nothing is sent.\n\n"
        "Exit status 3 if there is no token to call with.",
        short_help="Who is signed in, without asking the server.",
    )


def _status(invocation: Invocation) -> None:
    told = _described(invocation)
    _show(invocation, "status", told, _STATUS)
    if not told["signed_in"]:
        raise click.exceptions.Exit(3)


def whoami(app: App) -> click.Command:
    """``whoami``."""
    params: list[click.Parameter] = []
    if app.whoami:
        params.append(
            click.Option(["--check"], is_flag=True, help="Ask the server, in place of the files.")
        )
    return click.Command(
        "whoami",
        params=params,
        callback=click.pass_obj(_whoami),
        help="Who commands act as: the one who signed in, or what the token itself says.\n\n"
        "Nothing is sent"
        + (", unless --check is given. Exit" if app.whoami else ". Exit")
        + " status 3 if there is no token to call with.",
        short_help="Who commands act as.",
    )


def _whoami(invocation: Invocation, check: bool = False) -> None:
    if check:
        method = invocation.client
        for name in invocation.app.whoami.split("."):
            method = getattr(method, name)
        _show(invocation, "whoami", method(), ())
        return
    told = _described(invocation)
    if not told["signed_in"]:
        words = " ".join((invocation.app.name, *invocation.app.login))
        raise NotSignedIn(f'Nobody is signed in: "{words}" does it.')
    shown = {name: told[name] for name in ("identity", "token", "expires_at", "profile", "address")}
    _show(invocation, "whoami", shown, tuple(one for one in _STATUS if one.field in shown))
    if told["identity"] is None:
        hint = " --check asks the server." if invocation.app.whoami else ""
        invocation.tell(f"The token doesn't say whose it is.{hint}")


def _described(invocation: Invocation) -> dict[str, Any]:
    """All that is known of the sign-in without the server."""
    signed = sign_in(invocation)
    given = given_token(invocation)
    kept = signed.kept or {}
    if given is not None:
        source = "--token" if given[1] == "flag" else _variable(invocation.app, "token")
        session: dict[str, Any] = _bare(given[0])
    else:
        source = "sign-in" if kept.get("refresh_token") else "kept token"
        session = kept
    token = session.get("token")
    ends = session.get("expires_at")
    renews = bool(session.get("refresh_token"))
    return {
        "signed_in": bool(token) and (renews or not _is_over(ends)),
        "identity": session.get("identity") or _name_in(token),
        "token": source if token else None,
        "expires_at": _moment(ends),
        "renews_itself": renews,
        "profile": signed.profile.name,
        "address": signed.address,
        "kept_in": signed.store.place if given is None and token else None,
    }


def _is_over(ends: object) -> bool:
    from time import time

    return isinstance(ends, (int, float)) and ends <= time()


def _moment(seconds: object) -> str | None:
    from datetime import datetime

    if not isinstance(seconds, (int, float)):
        return None
    try:
        moment = datetime.fromtimestamp(int(seconds), timezone.utc)
    except (ValueError, OverflowError, OSError):
        return None
    return moment.isoformat().replace("+00:00", "Z")


def _name_in(token: object) -> str | None:
    claims = _claims(token)
    found = (claims.get(name) for name in ("username", "preferred_username", "email", "sub"))
    return next((text for text in found if isinstance(text, str) and text), None)


def _claims(token: object) -> dict[str, Any]:
    """What a JSON Web Token (RFC 7519) says of itself, unverified; nothing of other tokens."""
    import json
    from base64 import urlsafe_b64decode

    parts = token.split(".") if isinstance(token, str) else []
    if len(parts) != 3:
        return {}
    try:
        data = json.loads(urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except ValueError:
        return {}
    return data if isinstance(data, dict) else {}


def _show(invocation: Invocation, name: str, data: object, columns: tuple[Column, ...]) -> None:
    from .output import show
    from .settings import fill

    fill(invocation)
    path = (*invocation.app.login[:-1], name) if name != "whoami" else (name,)
    show(invocation, Command(path, "", "", "", output=Output("object", columns)), data)
