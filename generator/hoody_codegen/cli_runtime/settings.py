"""Settings: what a flag, the environment or a profile may give, and which of these counts."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

import click

from .profiles import Profiles, chosen

if TYPE_CHECKING:
    from .context import Invocation
    from .model import App

Source = Literal["flag", "environment", "profile", "default"]


class Setting(NamedTuple):
    """One setting. ``environment`` is the whole name of the variable; empty where there is none."""

    name: str
    help: str
    kind: Literal["text", "number", "flag", "choice"] = "text"
    environment: str = ""
    flag: str = ""
    choices: tuple[str, ...] = ()
    default: str = ""


class Found(NamedTuple):
    """The value of a setting that counts, and where it is from."""

    value: str
    source: Source


_TRUE: Final = frozenset({"true", "yes", "on", "1"})
_FALSE: Final = frozenset({"false", "no", "off", "0"})

OUTPUTS: Final = ("table", "json", "yaml", "raw")
COLORS: Final = ("auto", "always", "never")


def known(app: App) -> tuple[Setting, ...]:
    """All settings of a program, in the order in which they are shown."""
    prefix = app.env_prefix
    general = (
        Setting("base_url", "Address of the main service.", "text", f"{prefix}_BASE_URL"),
        Setting("realm", "Realm to route calls by.", "text", f"{prefix}_REALM"),
        Setting("timeout", "Seconds for each phase of a try.", "number", f"{prefix}_TIMEOUT"),
        Setting("output", "How results are printed.", "choice", f"{prefix}_OUTPUT", "", OUTPUTS),
        Setting("color", "When to print in colour.", "choice", f"{prefix}_COLOR", "", COLORS),
        Setting("keyring", "Keep sessions in the system's keyring.", "flag"),
    )
    found = {setting.name: setting for setting in general}
    for scope in app.scopes:
        for one in scope.arguments:
            found.setdefault(
                one.argument,
                Setting(
                    one.argument,
                    one.help or f"Default for {one.flag}.",
                    environment=one.environment,
                    flag=one.flag,
                    default=one.default,
                ),
            )
    return tuple(found.values())


def named(app: App, name: str) -> Setting:
    """The setting that the user calls ``name``; - and _ are the same. UsageError names others."""
    wanted = name.strip().lower().replace("-", "_")
    settings = known(app)
    for setting in settings:
        if wanted in (setting.name, setting.flag.lstrip("-").replace("-", "_")):
            return setting
    if wanted == "token":
        raise click.UsageError(_no_token(app))
    from difflib import get_close_matches

    names = [setting.name for setting in settings]
    near = get_close_matches(wanted, names, 1)
    hint = f"Did you mean {near[0]!r}?" if near else f"There are: {', '.join(names)}."
    raise click.UsageError(f"There is no setting {name!r}. {hint}")


def _no_token(app: App) -> str:
    words = " ".join((app.name, *app.login))
    way = f"give it to '{words} --with-token', or" if app.login else "give it"
    return f"A token is kept apart from the settings: {way} in {app.env_prefix}_TOKEN."


def check(setting: Setting, text: str) -> str:
    """``text`` as it is kept; UsageError if it is no value of this setting."""
    text = text.strip()
    if not text or any(ord(character) < 32 for character in text):
        raise click.UsageError(f"{setting.name} has to be a text of one line that isn't empty.")
    if setting.kind == "flag":
        lower = text.lower()
        if lower in _TRUE:
            return "true"
        if lower in _FALSE:
            return "false"
        raise click.UsageError(f"{setting.name} has to be true or false, not {text!r}.")
    if setting.kind == "choice" and text not in setting.choices:
        listed = ", ".join(setting.choices)
        raise click.UsageError(f"{setting.name} has to be one of {listed}, not {text!r}.")
    if setting.kind == "number":
        _number(setting.name, text)
    return text


def _number(name: str, text: str) -> float:
    from math import isfinite

    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not isfinite(value) or value < 0:
        raise click.UsageError(f"{name} has to be a number of at least 0, not {text!r}.")
    return value


def find(invocation: Invocation, name: str) -> Found | None:
    """The value of a setting that counts: flag, then environment, then profile, then default."""
    setting = named(invocation.app, name)
    given = _given(invocation, setting.name)
    if given is not None:
        return Found(str(given), "flag")
    text = os.environ.get(setting.environment) if setting.environment else None
    if text:
        return Found(_checked(setting, text, setting.environment), "environment")
    profiles = Profiles(invocation.app)
    profile = chosen(invocation).name
    kept = profiles.settings(profile).get(setting.name)
    if kept is not None:
        where = f"profile {profile!r} in {profiles.path}"
        text = str(kept).lower() if isinstance(kept, bool) else str(kept)
        return Found(_checked(setting, text, where), "profile")
    return Found(setting.default, "default") if setting.default else None


def _checked(setting: Setting, text: str, where: str) -> str:
    try:
        return check(setting, text)
    except click.UsageError as error:
        raise click.UsageError(f"{where}: {error.message}") from None


def _given(invocation: Invocation, name: str) -> object:
    """What a flag of this call gave."""
    settings = invocation.settings
    if name in settings.scopes:
        return settings.scopes[name]
    return None if name in settings.filled else getattr(settings, name, None)


def is_on(invocation: Invocation, name: str) -> bool:
    found = find(invocation, name)
    return found is not None and found.value == "true"


def text_of(invocation: Invocation, name: str) -> str | None:
    found = find(invocation, name)
    return None if found is None else found.value


def seconds_of(invocation: Invocation, name: str) -> float | None:
    text = text_of(invocation, name)
    return None if text is None else _number(name, text)


def fill(invocation: Invocation) -> None:
    """Put what the environment and the profile say where no flag was given."""
    settings = invocation.settings
    for name in ("output", "color", "base_url", "realm", "timeout"):
        if getattr(settings, name, None) is None:
            text = text_of(invocation, name)
            value = _number(name, text) if name == "timeout" and text is not None else text
            setattr(settings, name, value)
            settings.filled.add(name)
