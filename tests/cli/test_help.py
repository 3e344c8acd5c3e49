"""``--help`` of every command says all there is to know, and its example works.

What has to stand there is taken from two sides: the command's own data, and the document together
with the method of the client that the command runs.
"""

from __future__ import annotations

import importlib
import itertools
import json
import re
import shlex
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from support.command_line.catalog import commands_of, groups_of
from support.command_line.commands import Caller, run_folder
from support.command_line.running import Program
from support.contract.answers import Answers
from support.contract.client import ClientMethod, plain
from support.contract.run import methods_by_colour
from support.contract.server import ContractServer
from support.contract.specs import SpecOperation
from support.contract.targets import load_specs

if TYPE_CHECKING:
    from hoody_codegen.cli_runtime.model import App, Command

SPECS = {spec.service: spec for spec in load_specs("hoody")}
PROJECT = "507f1f77bcf86cd799439011"
SERVER = "507f1f77bcf86cd799439012"
CONTAINER = {
    "HOODY_PROJECT_ID": PROJECT,
    "HOODY_CONTAINER_ID": "507f1f77bcf86cd799439013",
    "HOODY_SERVER": "node-1",
}
"""The container that somebody works in who pastes examples."""

FILES = ("notes.txt", "request.txt")
"""Files that lie there, which examples send."""
MOST_SHOWN = 20
EXIT_STATUSES = {
    0: "fine",
    1: "failed",
    2: "wrong use",
    3: "not signed in",
    4: "not found",
    5: "server",
    6: "no connection",
    130: "interrupted",
}

each_service = pytest.mark.parametrize("service", SPECS)


@cache
def app() -> App:
    found: App = importlib.import_module("hoody.cli.app").APP
    return found


@cache
def commands() -> dict[str, Command]:
    return {command.method: command for command in commands_of(app())}


def operations(service: str) -> Iterator[tuple[SpecOperation, ClientMethod, Command]]:
    spec = SPECS[service]
    methods = methods_by_colour(spec, "hoody")["sync"]
    for operation, method in zip(spec.operations, methods, strict=True):
        yield operation, method, commands()[method.operation.name]


@pytest.fixture(scope="module")
def caller(hoody: Program) -> Iterator[Caller]:
    with ContractServer(SPECS.values()) as server, httpx.Client() as http_client:
        yield Caller(hoody, server, http_client)


@pytest.fixture(scope="module")
def hoody(tmp_path_factory: pytest.TempPathFactory) -> Program:
    run = importlib.import_module("hoody.cli._runtime.main").run
    environment = run_folder(tmp_path_factory.mktemp("home"))
    return Program(run, app(), {**environment, **CONTAINER})


def squeezed(text: str) -> str:
    """Without spaces and breaks of lines: help is wrapped."""
    return "".join(text.split())


def check(faults: list[str]) -> None:
    shown = "\n".join(faults[:MOST_SHOWN])
    assert not faults, f"{len(faults)} faults\n{shown}"


def told_by_data(command: Command) -> Iterator[str]:
    """What the help of a command has to hold, from the command's own data."""
    yield command.request
    yield command.summary
    yield from (argument.name for argument in command.arguments)
    kinds = [option.kind for option in command.options]
    kinds += [argument.kind for argument in command.arguments]
    for option in command.options:
        yield option.flag
        if option.default:
            yield option.default
    for kind in kinds:
        yield from kind.choices
        for bound in (kind.minimum, kind.maximum):
            if bound is not None:
                yield f"{bound:g}" if abs(bound) < 10_000 else ""
    if command.has_body:
        yield "--body"


@each_service
def test_help_is_complete(service: str, hoody: Program) -> None:
    faults: list[str] = []
    answers = Answers(SPECS[service])
    for operation, _, command in operations(service):
        done = hoody(*command.path, "--help")
        name = " ".join(command.path)
        if done.status or done.errors:
            faults.append(f"{name} --help: exit status {done.status}: {done.messages}")
            continue
        said = squeezed(done.text)
        missing = [text for text in told_by_data(command) if squeezed(text) not in said]
        errors = {error.code for error in answers.errors(operation) if error.code}
        missing += [code for code in sorted(errors) if squeezed(code) not in said]
        if squeezed(command.example) not in said or not command.example:
            missing.append(f"its example {command.example!r}")
        if plain(operation.path) not in plain(done.text) or operation.method not in said:
            missing.append(f"{operation.method} {operation.path}")
        faults += [f"{name} --help doesn't say {text}" for text in missing]
    check(faults)


@each_service
def test_everything_of_an_operation_can_be_said(service: str) -> None:
    """Each documented parameter and field has a flag or an argument that is named like it."""
    faults: list[str] = []
    for operation, method, command in operations(service):
        given = {argument.argument for argument in command.arguments}
        given |= {option.argument for option in command.options}
        given |= {command.body} if command.has_body else set()
        flags: dict[str, list[str]] = {}
        for option in command.options:
            flags.setdefault(option.argument, []).append(option.flag)
        for (location, wire), argument in method.arguments.items():
            if argument not in given:
                faults.append(f"{operation.name}: {location} {wire!r} can't be said")
            elif location in ("query", "header") and not any(
                plain(argument) in plain(flag) for flag in flags.get(argument, ())
            ):
                faults.append(f"{operation.name}: {wire!r} is said by {flags.get(argument)}")
    check(faults)


@each_service
def test_examples_work_when_pasted(
    service: str, caller: Caller, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They parse, what they send is valid for their operation, and its answer is printed."""
    monkeypatch.chdir(tmp_path)
    for name in FILES:
        (tmp_path / name).write_text("<some-text/>")
    faults: list[str] = []
    for operation, _, command in operations(service):
        name, *words = shlex.split(command.example)
        if name != "hoody" or tuple(words[: len(command.path)]) != command.path:
            faults.append(f"{operation.name}: the example is {command.example!r}")
            continue
        if command.output.form == "socket":  # the server would go on for ever
            words.append("--max-items=1")
        done, arrivals = caller.call([*words, "--yes", "--output=json"])
        reasons = arrivals[0].verdict.reasons if arrivals else ("nothing is sent",)
        found = arrivals[0].verdict.operation if arrivals else None
        if done.status or reasons:
            faults.append(f"{command.example}: {', '.join(reasons)}: {done.messages}")
        elif found is None or found.location != operation.location:
            faults.append(f"{command.example}: is sent to {found and found.name}")
    check(faults)


def test_help_of_every_group_lists_what_is_in_it(hoody: Program) -> None:
    listed = commands_of(app())
    faults: list[str] = []
    for words, group in groups_of(app()):
        done = hoody(*words, "--help")
        names = {command.path[-1] for command in listed if command.path[:-1] == words}
        names |= {below.name for below in group.groups}
        lines = {line.split()[0] for line in done.text.splitlines() if line.strip()}
        if done.status or done.errors:
            faults.append(f"{words}: exit status {done.status}: {done.messages}")
        faults += [f"{words} --help doesn't list {name}" for name in sorted(names - lines)]
    check(faults)


def test_help_of_the_program_lists_groups_options_and_exit_statuses(hoody: Program) -> None:
    said = hoody("--help").text
    for group in app().tree:
        assert group.name in said
    for flag in ("--output", "--columns", "--query", "--all", "--dry-run", "--verbose", "--yes"):
        assert flag in said
    for status, meaning in EXIT_STATUSES.items():
        assert re.search(rf"^ *{status} .*{meaning}", said, re.MULTILINE), status


def test_commands_lists_all(hoody: Program) -> None:
    done = hoody("commands")
    assert done.status == 0
    lines = [" ".join(line.split()) for line in done.text.splitlines()]
    missing = [
        command.path
        for command in commands_of(app())
        if not any(" ".join(command.path) in line for line in lines)
    ]
    assert not missing
    assert len(lines) >= len(commands())


# From the documentation of the platform, word for word; identifiers stand for its variables.
DOCUMENTED: list[tuple[str, str, str, dict[str, Any] | None]] = [
    (
        'hoody auth create --alias "my-automation-token" --expires-at "2027-04-12T00:00:00Z"',
        "POST",
        "/api/v1/auth/tokens",
        {"alias": "my-automation-token", "expires_at": "2027-04-12T00:00:00Z"},
    ),
    ("hoody auth profile current", "GET", "/api/v1/users/auth/me", None),
    (
        'hoody projects create --alias "my-project"',
        "POST",
        "/api/v1/projects/",
        {"alias": "my-project"},
    ),
    ("hoody projects list", "GET", "/api/v1/projects/", None),
    (
        f'hoody containers create --project {PROJECT} --server-id {SERVER} --name "dev-env"',
        "POST",
        f"/api/v1/projects/{PROJECT}/containers",
        {"server_id": SERVER, "name": "dev-env"},
    ),
    ("hoody containers list", "GET", "/api/v1/containers/", None),
]


@pytest.mark.parametrize(("line", "method", "path", "body"), DOCUMENTED)
def test_documented_commands_send_what_they_should(
    hoody: Program, line: str, method: str, path: str, body: dict[str, Any] | None
) -> None:
    _, *words = shlex.split(line)
    done = hoody(*words, "--dry-run")

    assert done.status == 0, done.messages
    curl = shlex.split(done.text.replace("\\\n", " "))
    assert curl[0] == "curl"
    flags = dict(itertools.pairwise(curl))
    sent = next(
        (flags[flag] for flag in ("--data", "--data-raw", "-d", "--json") if flag in flags), None
    )
    stated = flags.get("-X", flags.get("--request", "GET" if sent is None else "POST"))
    assert stated == method
    [url] = [word for word in curl if word.startswith("http")]
    assert url.partition("://")[2].partition("/")[2].rstrip("/") == path.strip("/")
    assert (json.loads(sent) if sent else None) == body
