"""Commands that every program has beside the generated ones; each is imported when it is used."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final, NamedTuple, cast

if TYPE_CHECKING:
    from collections.abc import Callable

    import click

    from .model import App


class BuiltIn(NamedTuple):
    """A command: ``attribute`` of ``module`` (beside this one) takes the App and gives it."""

    path: tuple[str, ...]
    summary: str
    module: str
    attribute: str

    def load(self, app: App) -> click.Command:
        module = import_module(f".{self.module}", __package__)
        make = cast("Callable[[App], click.Command]", getattr(module, self.attribute))
        return make(app)


BUILT_IN: Final[tuple[BuiltIn, ...]] = (
    BuiltIn(("commands",), "List all commands, with their requests.", "listing", "commands"),
    BuiltIn(("completion",), "Print the script that completes in a shell.", "completing", "script"),
    BuiltIn(("config", "get"), "The value of a setting that counts.", "configuring", "get"),
    BuiltIn(("config", "list"), "All settings, and where they are from.", "configuring", "list_"),
    BuiltIn(("config", "path"), "Where the settings are kept.", "configuring", "path"),
    BuiltIn(("config", "profiles"), "All profiles.", "configuring", "profiles"),
    BuiltIn(("config", "set"), "Keep a setting in a profile.", "configuring", "set_"),
    BuiltIn(("config", "unset"), "Take a setting out of a profile.", "configuring", "unset"),
    BuiltIn(("config", "use"), "Choose the profile that is used.", "configuring", "use"),
)

SIGNING_IN: Final[tuple[BuiltIn, ...]] = (
    BuiltIn(("login",), "Sign in, and keep the session.", "signing_in", "login"),
    BuiltIn(("logout",), "Sign out, and forget the session.", "signing_in", "logout"),
    BuiltIn(("status",), "Who is signed in, without asking.", "signing_in", "status"),
)
"""Stand where the program's own command for signing in does."""

WHOAMI: Final = BuiltIn(("whoami",), "Who commands act as.", "signing_in", "whoami")

GROUPS: Final = {
    "auth": "Sign in and out.",
    "config": "Settings and profiles of this program.",
}
"""What the groups are for that hold built-in commands, where no operation says it."""


def built_in(app: App) -> tuple[BuiltIn, ...]:
    """Those that this program has: without a login there is nobody to be."""
    if not app.login:
        return BUILT_IN
    around = app.login[:-1]
    signing_in = (one._replace(path=(*around, *one.path)) for one in SIGNING_IN)
    return (*BUILT_IN, *signing_in, WHOAMI)
