"""Each case generates what its folder expects, to the byte."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath

import pytest
from hoody_codegen.packaged import cli_runtime_files, runtime_files
from hoody_codegen.pipeline import GenerationResult
from support.golden import (
    Case,
    difference,
    find_cases,
    generate_cases,
    read_tree,
    selected,
    write_tree,
)

CASES = find_cases()


@pytest.fixture(scope="module")
def results() -> Mapping[str, GenerationResult]:
    return generate_cases(CASES)


def test_there_are_cases() -> None:
    assert len(CASES) >= 20


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case(
    case: Case, results: Mapping[str, GenerationResult], request: pytest.FixtureRequest
) -> None:
    found = selected(case, results[case.name])
    if request.config.getoption("--update-golden"):
        write_tree(case.expected, found)
        return

    lines = difference(read_tree(case.expected), found)

    command = f"pytest tests/golden --update-golden -k '{case.name}'"
    assert not lines, "\n".join([*lines, "", f"If this is what you want: {command}"])


def test_the_runtime_is_copied_unchanged(results: Mapping[str, GenerationResult]) -> None:
    runtime = runtime_files()
    assert runtime
    for result in results.values():
        folder = PurePosixPath(result.target.package, "_runtime")
        copied = {
            path.relative_to(folder): text
            for path, text in result.files.items()
            if path.is_relative_to(folder)
        }
        assert copied.keys() == runtime.keys()
        assert all(copied[path].partition("\n")[2] == runtime[path] for path in runtime)


def test_the_runtime_of_command_lines_is_copied_unchanged(
    results: Mapping[str, GenerationResult],
) -> None:
    runtime = cli_runtime_files()
    assert runtime
    with_line = [result for result in results.values() if result.target.cli is not None]
    assert with_line
    for result in results.values():
        folder = PurePosixPath(result.target.package, "cli", "_runtime")
        copied = {
            path.relative_to(folder): text
            for path, text in result.files.items()
            if path.is_relative_to(folder)
        }
        if result not in with_line:
            assert not copied
            continue
        assert copied.keys() == runtime.keys()
        assert all(copied[path].partition("\n")[2] == runtime[path] for path in runtime)
