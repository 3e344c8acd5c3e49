"""All generated commands of a program, as its own tree leads to them."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hoody_codegen.cli_runtime.model import App, Command, Group


def _folder_of(package: str) -> str:
    spec = importlib.util.find_spec(package)
    assert spec is not None
    assert spec.origin is not None
    return str(Path(spec.origin).parents[1])


CLIENT = _folder_of("hoody")
"""The folder that holds the generated package."""


def groups_of(app: App) -> Iterator[tuple[tuple[str, ...], Group]]:
    """Every group with the words that lead to it."""
    yield from _groups(app.tree, ())


def commands_of(app: App) -> tuple[Command, ...]:
    """The commands of all groups, in the order of the tree."""
    found: list[Command] = []
    for _, group in groups_of(app):
        found.extend(commands_in(app, group))
    return tuple(found)


def commands_in(app: App, group: Group) -> tuple[Command, ...]:
    """The commands of a group itself."""
    return tuple(app.commands(group.module).COMMANDS) if group.module else ()


def _groups(
    groups: Iterable[Group], above: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], Group]]:
    for group in groups:
        words = (*above, group.name)
        yield words, group
        yield from _groups(group.groups, words)
