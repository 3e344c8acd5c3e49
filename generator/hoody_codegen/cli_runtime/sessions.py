"""Stored sign-ins: one for each profile and address, apart from the settings.

Kept in a file that only its owner can read, or in the system's keyring.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any, Final

import click

from . import private_files
from .profiles import directory

if TYPE_CHECKING:
    from .model import App

_SESSIONS: Final = "sessions"


class Store:
    """The sign-ins of a program.

    What is stored: ``token``, ``refresh_token``, ``expires_at`` (seconds since the epoch) and
    ``identity``, who signed in. A sign-in counts for its address alone: a token never goes to
    another place because ``--base-url`` was given.
    """

    def __init__(self, app: App, *, keyring: bool = False) -> None:
        self._app = app
        self._keyring = keyring
        self.path = os.path.join(directory(app), "sessions.json")

    @property
    def place(self) -> str:
        """Where new sign-ins go, for people."""
        return "keyring" if self._keyring else self.path

    def load(self, profile: str, address: str) -> dict[str, Any] | None:
        """The sign-in of a profile at an address; one from before the keyring was used counts."""
        if self._keyring:
            text = self._call("get_password", _user(profile, address))
            if text:
                return _checked(text)
        found = self._all().get(profile)
        session = found.get(address) if isinstance(found, dict) else None
        return dict(session) if isinstance(session, dict) else None

    def save(self, profile: str, address: str, session: dict[str, Any]) -> None:
        if self._keyring:
            text = json.dumps(session)
            self._call("set_password", _user(profile, address), text)
            self._remove(profile, address)
            return

        def edit(data: dict[str, Any]) -> None:
            private_files.object_at(data, self.path, _SESSIONS, profile)[address] = session

        private_files.change(self.path, edit)

    def delete(self, profile: str, address: str) -> None:
        """Forget a sign-in, wherever it is kept."""
        if self._keyring and self._call("get_password", _user(profile, address)):
            self._call("delete_password", _user(profile, address))
        self._remove(profile, address)

    def profiles(self) -> list[str]:
        """The profiles that have a sign-in in the file."""
        return sorted(name for name, kept in self._all().items() if kept)

    def _all(self) -> dict[str, Any]:
        data = private_files.read(self.path)
        return private_files.object_at(data, self.path, _SESSIONS)

    def _remove(self, profile: str, address: str) -> None:
        found = self._all().get(profile)
        if not isinstance(found, dict) or address not in found:
            return

        def edit(data: dict[str, Any]) -> None:
            sessions = private_files.object_at(data, self.path, _SESSIONS)
            own = private_files.object_at(sessions, self.path, profile)
            own.pop(address, None)
            if not own:
                del sessions[profile]

        private_files.change(self.path, edit)

    def _call(self, name: str, *arguments: str) -> Any:
        backend = self._backend()
        try:
            return getattr(backend, name)(self._app.name, *arguments)
        except Exception as error:  # each backend has exceptions of its own
            kind = type(error).__name__
            raise click.ClickException(f"The keyring refused ({kind}: {error})") from error

    def _backend(self) -> Any:
        try:
            import keyring
        except ImportError:
            extra = f"{self._app.package.replace('_', '-')}[keyring]"
            raise click.ClickException(
                "The setting keyring needs the library 'keyring', which isn't installed: "
                f'pip install "{extra}", or "{self._app.name} config unset keyring"'
            ) from None
        return keyring


def _user(profile: str, address: str) -> str:
    return f"{profile} {address}"


def _checked(text: str) -> dict[str, Any] | None:
    try:
        data = json.loads(text)
    except ValueError:
        return None
    return data if isinstance(data, dict) else None
