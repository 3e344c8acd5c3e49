"""Any document gives a command line that Python can read: those of all golden cases do."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import PurePosixPath

import pytest
from hoody_codegen.cli_runtime import model
from hoody_codegen.commands.printing import printed, used_classes
from hoody_codegen.config import CommandLine
from hoody_codegen.pipeline import GenerationResult, generate_all
from support.golden import Case, find_cases

CASES = find_cases()
WORD = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*\Z")
FLAG = re.compile(r"--[a-z0-9]+([-.][a-z0-9]+)*\Z")


@pytest.fixture(scope="module")
def results() -> Mapping[str, GenerationResult]:
    targets = [
        replace(case.target(), name=case.name, cli=case.target().cli or CommandLine("acme"))
        for case in CASES
    ]
    return {result.target.name: result for result in generate_all(targets)}


def _commands(result: GenerationResult) -> list[model.Command]:
    folder = PurePosixPath(result.target.package, "cli", "commands")
    found: list[model.Command] = []
    for path, text in result.files.items():
        if path.parent != folder or path.name == "__init__.py":
            continue
        tree = ast.parse(text)
        names = {name: getattr(model, name) for name in vars(model) if name[:1].isupper()}
        body = [node for node in tree.body if isinstance(node, ast.AnnAssign)]
        module = ast.fix_missing_locations(ast.Module(list[ast.stmt](body), []))
        exec(compile(module, str(path), "exec"), names)
        found += names["COMMANDS"]
    return found


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_each_operation_is_a_command_with_words_and_flags(
    case: Case, results: Mapping[str, GenerationResult]
) -> None:
    result = results[case.name]
    commands = _commands(result)

    assert len({command.path for command in commands}) == result.statistics.operations
    for command in commands:
        flags = [option.flag for option in command.options]
        assert all(map(WORD.match, command.path)), command.path
        assert all(map(FLAG.match, flags)), flags
        assert len(flags) == len(set(flags))
        assert command.example.startswith(f"acme {' '.join(command.path)}")


def test_a_value_is_printed_as_what_it_is() -> None:
    hostile = '\'"""\\\n\u202e{{ x }} {% raw %} ' + "long " * 40
    value = model.Command(
        ("a", "b"),
        "api.a.b",
        "GET /{x}",
        hostile,
        options=(
            model.Option(
                "--x", "x", kind=model.Kind("integer", choices=(hostile, "1"), minimum=1.5)
            ),
        ),
        output=model.Output("table", (model.Column("a", "A", "time"),)),
        destructive=True,
    )

    code = printed(value)

    names = {name: getattr(model, name) for name in used_classes(value)}
    assert eval(code, names) == value
    assert used_classes(value) == {"Command", "Option", "Kind", "Output", "Column"}
