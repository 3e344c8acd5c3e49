"""Text from a document becomes code in one place."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

import pytest
from support.source import GENERATOR, ROOT, Module, modules

REVEALS: Mapping[str, str] = {
    "text": "the type itself",
    "openapi": "reads documents and decides what their parts mean",
    "commands": "names and describes commands; what it prints passes the escaper",
    "passes": "decides by what documents say; what it passes on is Untrusted again",
    "naming": "makes validated identifiers from names",
    "python": "plans; what it hands on is Code, and the renderer refuses everything else",
    "pipeline": "finds the main service of a target by its name",
    "cli/errors.py": "prints JSON, or text without anything that a terminal acts on",
}
"""Where an Untrusted value may be opened, and why that is safe."""

MAKES_CODE: Mapping[str, str] = {
    "python/code.py": "the type itself and its two safe ways to be put together",
    "python/escape.py": "the escaper",
    "python/errors.py": "names of the classes of the runtime",
    "python/literals.py": "the name of a keyword is a literal of ours, says its type",
    "python/methods.py": "gathers code and validated names",
    "python/package.py": "names of the runtime and of the client class",
    "commands/docs.py": "links of letters, digits and hyphens, and words of ours",
    "render/printing.py": "what a template has printed has passed the check part by part",
}
"""Where Code may be made by calling the class, and why."""


VALIDATED = frozenset({"ClassName", "ConstantName", "Identifier", "ModuleName"})
"""Calls that fail for anything that isn't a name."""


def _calls(module: Module, name: str) -> Iterator[str]:
    """Calls of a function or method, and calls that are given it to call (``map(Code, …)``)."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and not _is_harmless(node):
            called = [node.func]
            if _called_name(node.func) not in ("isinstance", "issubclass", "cast"):
                called += node.args
            if name in map(_called_name, called):
                yield f"{module.name}:{node.lineno}"


def _called_name(node: ast.expr) -> str | None:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else None


def _is_harmless(call: ast.Call) -> bool:
    """The only argument is a literal of ours or a validated name: no text of a document."""
    if len(call.args) != 1:
        return False
    return _is_ours(call.args[0])


def _is_ours(expression: ast.expr) -> bool:
    if isinstance(expression, ast.IfExp):
        return _is_ours(expression.body) and _is_ours(expression.orelse)
    if isinstance(expression, ast.Call):
        return _called_name(expression.func) in VALIDATED
    return isinstance(expression, ast.Constant)


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


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("Code(text)", True),
        ("Code('a' if short else text)", True),
        ("Code('a' if short else 'b')", False),
        ("map(Code, texts)", True),
        ("code.Code(f'{text}')", True),
        ("Code('def')", False),
        ("Code(Identifier(text))", False),
        ("isinstance(value, Code)", False),
    ],
)
def test_the_check_sees_what_it_should(code: str, found: bool) -> None:
    path = ROOT / "generator" / "example.py"
    module = Module(path, path.parent)
    module.__dict__["tree"] = ast.parse(code)

    assert bool(list(_calls(module, "Code"))) is found
