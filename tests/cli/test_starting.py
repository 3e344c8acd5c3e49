"""What the program loads before it shows help: nothing that only a call needs."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from support.command_line.catalog import CLIENT, groups_of

if TYPE_CHECKING:
    from hoody_codegen.cli_runtime.model import App

HEAVY = ("httpx", "httpx2", "pydantic", "rich", "yaml", "jmespath", "asyncio", "websockets")
MOST_OWN = 25
"""Modules of the client's package that help of one group may load; it has hundreds."""

MOST_WITH_ERRORS = 40
"""The same of one command, whose documented errors stand beside its method."""

_LOADED = """\
import contextlib, io, json, sys
before = set(sys.modules)
from {package}.cli.app import APP
from {package}.cli._runtime.main import run
with contextlib.redirect_stdout(io.StringIO()) as out:
    status = run(APP, {words!r})
assert status == 0 and out.getvalue().strip(), status
print(json.dumps(sorted(set(sys.modules) - before)))
"""


@cache
def loaded_by(*words: str) -> frozenset[str]:
    """The modules that a fresh interpreter loads for these words."""
    done = subprocess.run(
        [sys.executable, "-c", _LOADED.format(package="hoody", words=list(words))],
        cwd=CLIENT,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return frozenset(json.loads(done.stdout))


def app() -> App:
    found: App = importlib.import_module("hoody.cli.app").APP
    return found


def command_modules(names: frozenset[str]) -> set[str]:
    start = "hoody.cli.commands."
    return {name.removeprefix(start) for name in names if name.startswith(start)}


def test_help_loads_no_group() -> None:
    assert command_modules(loaded_by("--help")) == set()


def test_help_of_a_group_loads_that_group_alone() -> None:
    modules = {words: group.module for words, group in groups_of(app()) if group.module}
    assert len(modules) > 50
    for words in [("projects",), ("containers",)]:
        assert command_modules(loaded_by(*words, "--help")) == {modules[words]}


def test_help_of_a_command_loads_its_group_alone() -> None:
    modules = {words: group.module for words, group in groups_of(app())}
    loaded = loaded_by("projects", "list", "--help")
    assert command_modules(loaded) == {modules["projects",]}


@pytest.mark.parametrize(
    ("words", "most"),
    [
        ("--help", MOST_OWN),
        ("projects --help", MOST_OWN),
        ("projects list --help", MOST_WITH_ERRORS),
    ],
)
def test_help_loads_nothing_heavy(words: str, most: int) -> None:
    loaded = loaded_by(*words.split())
    assert {name for name in loaded if name.partition(".")[0] in HEAVY} == set()
    own = {name for name in loaded if name.partition(".")[0] == "hoody"}
    assert len(own) <= most, sorted(own)


def test_the_package_has_far_more() -> None:
    """The limits above say something: there is much that isn't loaded."""
    package = Path(str(importlib.import_module("hoody").__file__)).parent
    assert len(list(package.rglob("*.py"))) > 10 * MOST_OWN
