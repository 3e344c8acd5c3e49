"""Names of the generated commands: those of the documentation, and none that stutters."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from hoody_codegen.cli_runtime.model import App, Command, Group

OPERATIONS = 986
BUILT_IN = {"commands", "completion", "config", "help", "whoami"}


def app() -> App:
    found: App = importlib.import_module("hoody.cli.app").APP
    return found


def _groups(groups: tuple[Group, ...], around: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for group in groups:
        yield (*around, group.name)
        yield from _groups(group.groups, (*around, group.name))


def _modules(groups: tuple[Group, ...]) -> Iterator[str]:
    for group in groups:
        if group.module:
            yield group.module
        yield from _modules(group.groups)


@pytest.fixture(scope="module")
def commands() -> list[Command]:
    program = app()
    return [
        command
        for module in _modules(program.tree)
        for command in program.commands(module).COMMANDS
    ]


def test_every_operation_is_one_command(commands: list[Command]) -> None:
    assert len(commands) == OPERATIONS
    assert len({command.path for command in commands}) == OPERATIONS
    assert len({command.method for command in commands}) == OPERATIONS


def test_no_command_is_called_as_a_group_or_a_built_in_one(commands: list[Command]) -> None:
    groups = set(_groups(app().tree))

    assert not groups & {command.path for command in commands}
    assert not BUILT_IN & {group[0] for group in groups}
    assert not {("auth", "login"), ("auth", "logout"), ("auth", "status")} & {
        command.path for command in commands
    }


@pytest.mark.parametrize(
    ("words", "method", "flags"),
    [
        ("auth create", "api.auth_tokens.create", {"--alias", "--expires-at"}),
        ("auth profile current", "api.authentication.get_current_user", set()),
        ("projects create", "api.projects.create", {"--alias"}),
        ("projects list", "api.projects.list", set()),
        ("containers create", "api.containers.create", {"--project", "--server-id", "--name"}),
        ("containers list", "api.containers.list", set()),
        ("agent branches list", "agent.branches.list_branches", set()),
        ("agent mcp connect", "agent.mcp.connect", set()),
    ],
)
def test_documented_commands(
    commands: list[Command], words: str, method: str, flags: set[str]
) -> None:
    (command,) = [one for one in commands if " ".join(one.path) == words]
    found = {option.flag for option in command.options}
    found |= {argument.flag for argument in command.arguments}

    assert command.method == method
    assert flags <= found


def test_no_name_ends_in_the_words_of_its_group_behind_a_verb(commands: list[Command]) -> None:
    stuttering = [
        command.path
        for command in commands
        if command.path[-1].partition("-")[2] in {command.path[-2], command.path[-2].rstrip("s")}
    ]

    assert not stuttering


def test_flags_are_told_apart_and_hide_no_global_one(commands: list[Command]) -> None:
    scopes = {one.flag for scope in app().scopes for one in scope.arguments}
    taken = {"--output", "--query", "--columns", "--all", "--yes", "--dry-run", "--body"} | scopes
    for command in commands:
        flags = [option.flag for option in command.options]
        assert len(flags) == len(set(flags)), command.path
        assert not taken & set(flags), command.path
