"""Profiles: named sets of settings in a file, of which one is in use."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import click

from . import private_files

if TYPE_CHECKING:
    from .context import Invocation
    from .model import App

DEFAULT: Final = "default"


class Chosen(NamedTuple):
    """The profile in use. ``source`` says who chose it: a flag, a variable, the file, nobody."""

    name: str
    source: str

    @property
    def explicit(self) -> bool:
        """Whether this very call names it."""
        return self.source in ("flag", "environment")


def directory(app: App) -> str:
    """Where settings and sessions are kept: ``<PREFIX>_CONFIG_DIR``, else the user's own place."""
    given = os.environ.get(f"{app.env_prefix}_CONFIG_DIR")
    return os.path.expanduser(given) if given else click.get_app_dir(app.name)


class Profiles:
    """The file of settings: ``{"profile": NAME, "profiles": {NAME: {SETTING: VALUE}}}``."""

    def __init__(self, app: App) -> None:
        self.path = os.path.join(directory(app), "config.json")
        self._data: dict[str, Any] | None = None

    def _read(self) -> dict[str, Any]:
        if self._data is None:
            self._data = private_files.read(self.path)
        return self._data

    @property
    def current(self) -> str | None:
        """The profile that the file says is in use; None if it says nothing."""
        name = self._read().get("profile")
        return name if isinstance(name, str) and name else None

    def names(self) -> list[str]:
        """The profiles that have settings."""
        return sorted(private_files.object_at(dict(self._read()), self.path, "profiles"))

    def settings(self, profile: str) -> dict[str, Any]:
        """The settings of a profile; none for one that isn't there."""
        profiles = private_files.object_at(dict(self._read()), self.path, "profiles")
        return dict(private_files.object_at(dict(profiles), self.path, profile))

    def set(self, profile: str, name: str, value: str | None) -> None:
        """Write a setting; None takes it away."""

        def edit(data: dict[str, Any]) -> None:
            own = private_files.object_at(data, self.path, "profiles", profile)
            if value is None:
                own.pop(name, None)
            else:
                own[name] = value

        private_files.change(self.path, edit)
        self._data = None

    def use(self, profile: str) -> None:
        """Make ``profile`` the one that is used where none is named."""

        def edit(data: dict[str, Any]) -> None:
            data["profile"] = profile
            private_files.object_at(data, self.path, "profiles", profile)

        private_files.change(self.path, edit)
        self._data = None


def chosen(invocation: Invocation) -> Chosen:
    """The profile of this call: by flag, ``<PREFIX>_PROFILE``, the file, or ``default``."""
    app = invocation.app
    if invocation.settings.profile:
        return Chosen(invocation.settings.profile, "flag")
    given = os.environ.get(f"{app.env_prefix}_PROFILE")
    if given:
        return Chosen(given, "environment")
    current = Profiles(app).current
    return Chosen(current, "file") if current else Chosen(DEFAULT, "default")
