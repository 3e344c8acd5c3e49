"""Every command of the generated command line is called, once in text and once in JSON.

The server of the contract run judges what arrives; what it answers must be what is printed. All in
this process, over one connection.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from support.command_line.catalog import commands_of
from support.command_line.commands import Caller, CommandRun, Form, run_folder
from support.command_line.running import Program
from support.command_line.totals import COMMAND_TOTALS
from support.command_line.words import Speller
from support.contract.server import ContractServer
from support.contract.targets import load_specs

if TYPE_CHECKING:
    from hoody_codegen.cli_runtime.model import App

SPECS = {spec.service: spec for spec in load_specs("hoody")}
ERRORS_OF_A_STATUS = 2
"""Documented errors asked for, of each service and status."""

each_service = pytest.mark.parametrize("service", SPECS)


@pytest.fixture(scope="module")
def app() -> App:
    found: App = importlib.import_module("hoody.cli.app").APP
    return found


@pytest.fixture(scope="module")
def server() -> Iterator[ContractServer]:
    with ContractServer(SPECS.values()) as running:
        yield running


@pytest.fixture(scope="module")
def caller(
    app: App, server: ContractServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Caller]:
    run = importlib.import_module("hoody.cli._runtime.main").run
    program = Program(run, app, run_folder(tmp_path_factory.mktemp("home")))
    with httpx.Client() as http_client:
        yield Caller(program, server, http_client)


@pytest.fixture(scope="module")
def commands(app: App) -> dict[str, Any]:
    return {command.method: command for command in commands_of(app)}


@pytest.fixture
def run(
    service: str, app: App, caller: Caller, commands: dict[str, Any], tmp_path: Path
) -> CommandRun:
    return CommandRun(
        SPECS[service],
        commands,
        caller,
        Speller(app, tmp_path),
        package="hoody",
        totals=COMMAND_TOTALS,
    )


@each_service
@pytest.mark.parametrize("form", ["table", "json"])
def test_commands(run: CommandRun, form: Form) -> None:
    run.call_all(form)
    run.check()


@each_service
def test_documented_errors(run: CommandRun) -> None:
    asked = run.fail_some(ERRORS_OF_A_STATUS)
    run.check()
    assert asked


def test_no_command_is_superfluous(commands: dict[str, Any], app: App) -> None:
    """As many commands as operations, each with a method and words of its own."""
    found = commands_of(app)
    assert len(found) == sum(len(spec.operations) for spec in SPECS.values())
    assert len(commands) == len(found)
    assert len({command.path for command in found}) == len(found)
