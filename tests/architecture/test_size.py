"""Files stay readable: past these limits a module or a function usually holds two ideas."""

from __future__ import annotations

import ast

import pytest
from support.source import GENERATOR, ROOT, Module, modules

LONGEST = 600
MOST_PARAMETERS = 8

OURS = (*modules(GENERATOR), *(m for m in modules(ROOT / "tests") if "golden" not in m.parts))


@pytest.mark.parametrize("module", OURS, ids=lambda module: module.name)
def test_no_file_is_too_long(module: Module) -> None:
    assert module.text.count("\n") <= LONGEST


@pytest.mark.parametrize("module", OURS, ids=lambda module: module.name)
def test_no_function_has_too_many_parameters(module: Module) -> None:
    wrong = [
        f"{module.name}:{node.lineno}: {node.name}"
        for node in ast.walk(module.tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and len([a for a in _parameters(node.args) if a not in ("self", "cls")]) > MOST_PARAMETERS
    ]

    assert not wrong


def _parameters(arguments: ast.arguments) -> list[str]:
    named = (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)
    return [argument.arg for argument in named]
