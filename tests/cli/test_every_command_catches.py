"""The run over all commands finds faults: a command that is wrong in one place doesn't pass it."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from support.command_line.catalog import commands_of
from support.command_line.commands import Caller, CommandRun, run_folder
from support.command_line.running import Program
from support.command_line.totals import CommandTotals
from support.command_line.words import Speller
from support.contract.server import ContractServer
from support.contract.specs import Spec
from support.contract.targets import load_specs

if TYPE_CHECKING:
    from hoody_codegen.cli_runtime.model import App, Command

SERVICE = "cron"
Change = Callable[["Command"], "Command | None"]


@pytest.fixture(scope="module")
def spec() -> Spec:
    [found] = [spec for spec in load_specs("hoody") if spec.service == SERVICE]
    return found


@pytest.fixture(scope="module")
def server(spec: Spec) -> Iterator[ContractServer]:
    with ContractServer([spec]) as running:
        yield running


def changed(app: App, change: Change) -> App:
    """The same program with other data of this service's commands."""

    def commands(module: str) -> Any:
        found = app.commands(module).COMMANDS
        if not module.startswith(SERVICE):
            return SimpleNamespace(COMMANDS=found)
        made = [change(command) for command in found]
        return SimpleNamespace(COMMANDS=tuple(command for command in made if command is not None))

    return app._replace(commands=commands)


def faults(
    spec: Spec,
    server: ContractServer,
    folder: Path,
    change: Change = lambda command: command,
    wrong: Callable[[int], int] = lambda status: status,
) -> tuple[list[str], CommandTotals]:
    """What the run says about a program with these changes."""
    app = changed(importlib.import_module("hoody.cli.app").APP, change)
    run = importlib.import_module("hoody.cli._runtime.main").run

    def wrongly(app: App, words: Sequence[str]) -> int:
        return wrong(run(app, words))

    totals = CommandTotals()
    with httpx.Client() as http_client:
        judged = CommandRun(
            spec,
            {command.method: command for command in commands_of(app)},
            Caller(Program(wrongly, app, run_folder(folder)), server, http_client),
            Speller(app, folder),
            package="hoody",
            totals=totals,
        )
        judged.call_all("table")
        judged.call_all("json")
        judged.fail_some(1)
    return judged.faults, totals


def test_right_commands_pass(spec: Spec, server: ContractServer, tmp_path: Path) -> None:
    found, totals = faults(spec, server, tmp_path)
    assert found == []
    assert totals.complete


def lose_last_flag(command: Command) -> Command:
    return command._replace(options=command.options[:-1])


def lose_command(command: Command) -> Command | None:
    return None if command.request.startswith("DELETE") else command


def call_another(command: Command) -> Command:
    method = command.method.rpartition(".")[0]
    return command._replace(method=f"{method}.gone")


CHANGES: dict[Change, str] = {
    lose_last_flag: "has no flag for",
    lose_command: "has no command",
    call_another: "has no command",
}


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_wrong_data_is_found_out(
    spec: Spec, server: ContractServer, tmp_path: Path, change: Change
) -> None:
    found, totals = faults(spec, server, tmp_path, change)
    assert any(CHANGES[change] in fault for fault in found), found
    assert not totals.complete


def chatter(status: int) -> int:
    sys.stdout.write("Done.\n")
    return status


def say_nothing(status: int) -> int:
    sys.stdout.seek(0)
    sys.stdout.truncate()
    return status


def hide_messages(status: int) -> int:
    sys.stderr.seek(0)
    sys.stderr.truncate()
    return status


WRONG: dict[Callable[[int], int], str] = {
    chatter: "prints no JSON",
    say_nothing: "prints no JSON",
    hide_messages: "doesn't name",
    bool: "not 5",
}


@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: wrong.__name__)
def test_wrong_output_is_found_out(
    spec: Spec, server: ContractServer, tmp_path: Path, wrong: Callable[[int], int]
) -> None:
    found, _ = faults(spec, server, tmp_path, wrong=wrong)
    assert any(WRONG[wrong] in fault for fault in found), found


def test_a_wrong_request_is_found_out(
    spec: Spec, server: ContractServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Values that get lost on their way from the words to the call."""
    values = importlib.import_module("hoody.cli._runtime.values")
    parse = values.parse

    def wrongly(kind: Any, text: str, inputs: Any) -> Any:
        found = parse(kind, text, inputs)
        return f"{found}x" if isinstance(found, str) else found

    monkeypatch.setattr(values, "parse", wrongly)
    found, _ = faults(spec, server, tmp_path)
    assert any("given was" in fault for fault in found), found
