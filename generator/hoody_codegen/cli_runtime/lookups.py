"""What was looked up of scopes, kept for a while so that commands needn't ask twice."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Any, Final

import click

from . import private_files
from .profiles import directory

if TYPE_CHECKING:
    from .model import App

LIFETIME: Final = 3600
"""Seconds: a container may move to another server."""


class Lookups:
    """The values of one kind of scope, by the text that names one. ``who`` may see them."""

    def __init__(self, app: App, who: str, scope: str) -> None:
        self._path = os.path.join(directory(app), "lookups.json")
        self._keys = (who, scope)

    def get(self, key: str) -> dict[str, str] | None:
        """The values by field; None if they aren't known, or no longer."""
        try:
            data = private_files.read(self._path)
            found = private_files.object_at(data, self._path, *self._keys).get(key)
        except click.ClickException:
            return None  # it can be asked for again
        if not isinstance(found, dict) or not _is_fresh(found.get("until")):
            return None
        values = found.get("values")
        return {k: str(v) for k, v in values.items()} if isinstance(values, dict) else None

    def set(self, key: str, values: dict[str, str]) -> None:
        def edit(data: dict[str, Any]) -> None:
            own = private_files.object_at(data, self._path, *self._keys)
            for old in [name for name, one in own.items() if not _is_fresh(one.get("until"))]:
                del own[old]
            own[key] = {"values": values, "until": time.time() + LIFETIME}

        private_files.change(self._path, edit)


def _is_fresh(until: object) -> bool:
    return isinstance(until, (int, float)) and time.time() < until <= time.time() + LIFETIME
