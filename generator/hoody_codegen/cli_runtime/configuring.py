"""Built-in commands: ``config``, the settings of profiles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import click

from .context import Invocation
from .model import Column, Command, Output
from .profiles import DEFAULT, Profiles, chosen
from .sessions import Store
from .settings import check, find, known, named

if TYPE_CHECKING:
    from .model import App

_LIST: Final = (
    Column("setting", "SETTING"),
    Column("value", "VALUE"),
    Column("from", "FROM"),
    Column("help", "HELP"),
)
_PROFILES: Final = (
    Column("profile", "PROFILE"),
    Column("in_use", "IN USE", "flag"),
    Column("signed_in", "SIGNED IN", "flag"),
    Column("settings", "SETTINGS"),
)


def _command(
    name: str, callback: Any, short: str, text: str, *arguments: click.Parameter
) -> click.Command:
    return click.Command(
        name,
        params=list(arguments),
        callback=click.pass_obj(callback),
        help=f"{short}\n\n{text}" if text else short,
        short_help=short,
    )


def _setting(app: App) -> click.Argument:
    return click.Argument(["setting"], shell_complete=lambda *_: _completed(app, _[2]))


def _completed(app: App, start: str) -> list[Any]:
    return [one.name for one in known(app) if one.name.startswith(start)]


def get(app: App) -> click.Command:
    return _command(
        "get",
        _get,
        "The value of a setting that counts.",
        "A flag comes before the environment, that before the profile, that before the default. "
        "Exit status 1 if there is no value.",
        _setting(app),
    )


def _get(invocation: Invocation, setting: str) -> None:
    found = find(invocation, setting)
    if found is None:
        raise click.exceptions.Exit(1)
    print(found.value, file=invocation.out)


def set_(app: App) -> click.Command:
    names = "\n".join(f"  {one.name:<14} {one.help}" for one in known(app))
    return _command(
        "set",
        _set,
        "Keep a setting in a profile.",
        f"\b\nSettings:\n{names}",
        _setting(app),
        click.Argument(["value"]),
    )


def _set(invocation: Invocation, setting: str, value: str) -> None:
    one = named(invocation.app, setting)
    profile = chosen(invocation).name
    profiles = Profiles(invocation.app)
    profiles.set(profile, one.name, check(one, value))
    invocation.tell(f"{one.name} is set in profile {profile}.")


def unset(app: App) -> click.Command:
    return _command(
        "unset",
        _unset,
        "Take a setting out of a profile.",
        "",
        _setting(app),
    )


def _unset(invocation: Invocation, setting: str) -> None:
    one = named(invocation.app, setting)
    profile = chosen(invocation).name
    profiles = Profiles(invocation.app)
    if one.name not in profiles.settings(profile):
        invocation.tell(f"Profile {profile} has no {one.name}.")
        return
    profiles.set(profile, one.name, None)
    invocation.tell(f"{one.name} is no longer set in profile {profile}.")


def list_(app: App) -> click.Command:
    return _command("list", _list, "All settings, and where their values are from.", "")


def _list(invocation: Invocation) -> None:
    rows: list[dict[str, Any]] = []
    for setting in known(invocation.app):
        found = find(invocation, setting.name)
        rows.append(
            {
                "setting": setting.name,
                "value": None if found is None else found.value,
                "from": None if found is None else found.source,
                "help": setting.help,
            }
        )
    _show(invocation, "list", rows, _LIST)


def path(app: App) -> click.Command:
    return _command("path", _path, "Where the settings are kept.", "")


def _path(invocation: Invocation) -> None:
    print(Profiles(invocation.app).path, file=invocation.out)


def profiles(app: App) -> click.Command:
    return _command("profiles", _profiles, "All profiles.", "")


def _profiles(invocation: Invocation) -> None:
    kept = Profiles(invocation.app)
    signed = Store(invocation.app).profiles()
    current = chosen(invocation).name
    rows = [
        {
            "profile": name,
            "in_use": name == current,
            "signed_in": name in signed,
            "settings": ", ".join(f"{k}={v}" for k, v in kept.settings(name).items()),
        }
        for name in sorted({DEFAULT, current, *kept.names(), *signed})
    ]
    _show(invocation, "profiles", rows, _PROFILES)


def use(app: App) -> click.Command:
    return _command(
        "use",
        _use,
        "Make a profile the one that is used where none is named.",
        "A profile that isn't there yet is made.",
        click.Argument(["profile_name"], metavar="PROFILE"),
    )


def _use(invocation: Invocation, profile_name: str) -> None:
    name = profile_name.strip()
    if not name or not name.isprintable():
        raise click.UsageError("The name of a profile has to be a text of one line.")
    Profiles(invocation.app).use(name)
    invocation.tell(f"Profile {name} is in use.")


def _show(
    invocation: Invocation, name: str, rows: list[dict[str, Any]], columns: tuple[Column, ...]
) -> None:
    from .output import show
    from .settings import fill

    fill(invocation)
    command = Command(("config", name), "", "", "", output=Output("table", columns))
    show(invocation, command, rows)
