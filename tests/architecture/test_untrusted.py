"""Text from a document becomes code in one place."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from support.source import GENERATOR, Module, modules

REVEALS: Mapping[str, str] = {
    "text": "the type itself",
    "openapi": "reads documents and decides what their parts mean",
    "passes": "decides by what documents say; what it passes on is Untrusted again",
    "naming": "makes validated identifiers from names",
    "python/escape.py": "the escaper",
    "python/annotations.py": "compares types",
    "changes": "compares two APIs",
}
"""Where an Untrusted value may be opened, and why that is safe."""

MAKES_CODE: Mapping[str, str] = {
    "python/code.py": "the type itself and its two safe ways to be put together",
    "python/escape.py": "the escaper",
    "render/printing.py": "what a template has printed has passed the check part by part",
}
"""Where Code may be made by calling the class, and why."""


def _calls(module: Module, name: str) -> Iterator[str]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call):
            function = node.func
            called = function.attr if isinstance(function, ast.Attribute) else None
            if isinstance(function, ast.Name):
                called = function.id
            if called == name and not _is_literal(node):
                yield f"{module.name}:{node.lineno}"


def _is_literal(call: ast.Call) -> bool:
    """A literal of ours as the only argument: nothing of a document can be in it."""
    return len(call.args) == 1 and isinstance(call.args[0], ast.Constant)


def _outside(allowed: Mapping[str, str], name: str) -> list[str]:
    wrong: list[str] = []
    for module in modules(GENERATOR):
        inside = module.path.relative_to(GENERATOR).as_posix()
        if not any(
            inside == place or inside.startswith(f"{place}/") or inside == f"{place}.py"
            for place in allowed
        ):
            wrong.extend(_calls(module, name))
    return wrong


def test_untrusted_text_is_opened_only_where_it_is_listed() -> None:
    assert not _outside(REVEALS, "reveal")


def test_code_is_made_only_where_it_is_listed() -> None:
    assert not _outside(MAKES_CODE, "Code")


def test_the_lists_name_no_place_that_is_gone() -> None:
    gone = [
        place
        for place in {*REVEALS, *MAKES_CODE}
        if not (GENERATOR / place).exists() and not (GENERATOR / f"{place}.py").exists()
    ]

    assert not gone
