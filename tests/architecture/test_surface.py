"""The public surface, pinned: a change of it is seen and meant.

``pytest --update-golden tests/architecture/test_surface.py`` writes it anew.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from support.contract.client import methods_of
from support.contract.targets import load_specs

SNAPSHOTS = Path(__file__).parent / "surface"


def _compare(name: str, lines: list[str], update: bool) -> None:
    path = SNAPSHOTS / name
    text = "".join(f"{line}\n" for line in lines)
    if update:
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    pinned = path.read_text(encoding="utf-8")
    assert text == pinned, f"if this change is meant: pytest --update-golden {__file__}"


@pytest.fixture
def update(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--update-golden"))


def test_command_line(update: bool) -> None:
    from hoody_codegen.cli import main

    _compare("hoody_codegen.txt", list(_commands(main, "hoody-codegen")), update)


def _commands(command: click.Command, name: str) -> Iterator[str]:
    yield name
    for parameter in command.params:
        yield f"{name} {' '.join(parameter.opts)}"
    if isinstance(command, click.Group):
        for key in sorted(command.commands):
            yield from _commands(command.commands[key], f"{name} {key}")


def test_generated_package(update: bool) -> None:
    package = importlib.import_module("hoody")
    errors = importlib.import_module("hoody.errors")
    lines = [f"hoody.{name}" for name in sorted(package.__all__)]
    lines += [f"hoody.errors.{name}" for name in sorted(errors.__all__)]
    for spec in load_specs("hoody"):
        sync, _ = methods_of("hoody", spec.service)
        for method in sorted(sync, key=lambda found: str(found.operation.name)):
            arguments = ", ".join(name for name in method.parameters if name != "self")
            lines.append(f"client.{method.operation.name}({arguments})")
    _compare("hoody.txt", lines, update)
