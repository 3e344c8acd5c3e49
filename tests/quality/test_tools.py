"""The tools that judge code find nothing, in what we write and in what we generate."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from support.source import GENERATED, ROOT

OURS = ("generator", "tests", "examples")
PACKAGES = sorted(path.parent for path in GENERATED.glob("*/pyproject.toml"))
OLDEST_PYTHON = "3.10"
"""That generated packages support."""

each_package = pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.name)


def run(tool: str, *arguments: str | Path) -> None:
    """Run a tool in the root of the repository; what it says is the message of the failure."""
    command: Sequence[str] = [sys.executable, "-m", tool, *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, f"{tool} {' '.join(command[3:])}\n{done.stdout}{done.stderr}"


def run_pyright(config: Path, *, least: int) -> None:
    """Run pyright, which says nothing of what it skips, and look at how many files it read."""
    command = [sys.executable, "-m", "pyright", "--outputjson", "--project", str(config)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    report = json.loads(done.stdout)
    found = [
        f"{fault['file']}:{fault['range']['start']['line'] + 1}: {fault['message']}"
        for fault in report["generalDiagnostics"]
        if fault["severity"] != "information"
    ]
    assert not found, "\n".join(found[:30])
    assert report["summary"]["filesAnalyzed"] >= least
    assert done.returncode == 0, done.stderr


def test_there_is_something_to_judge() -> None:
    assert [package.name for package in PACKAGES] == ["hoody"]


def test_ruff_check() -> None:
    run("ruff", "check", *OURS)


def test_ruff_format() -> None:
    run("ruff", "format", "--check", *OURS)


def test_black() -> None:
    run("black", "--check", "--quiet", "--diff", *OURS)


def test_mypy_on_generator_and_runtime() -> None:
    run("mypy", "--strict", "generator/hoody_codegen")


def test_mypy_on_the_runtime_for_the_oldest_python() -> None:
    runtime = "generator/hoody_codegen/runtime"
    run("mypy", "--strict", "--python-version", OLDEST_PYTHON, runtime)


def test_mypy_on_tests_and_examples() -> None:
    run("mypy", "--strict", "tests", "examples")


def test_pyright() -> None:
    run_pyright(ROOT / "pyproject.toml", least=200)


@each_package
def test_generated_ruff_check(package: Path) -> None:
    run("ruff", "check", "--no-cache", package)


@each_package
def test_generated_ruff_format(package: Path) -> None:
    run("ruff", "format", "--no-cache", "--check", package)


@each_package
def test_generated_black(package: Path) -> None:
    config = package / "pyproject.toml"
    run("black", "--check", "--quiet", "--diff", "--config", config, package)


@each_package
def test_generated_mypy(package: Path) -> None:
    run(
        "mypy",
        "--strict",
        "--python-version",
        OLDEST_PYTHON,
        "--config-file",
        package / "pyproject.toml",
        package,
    )


@each_package
def test_generated_pyright(package: Path, tmp_path: Path) -> None:
    config = tmp_path / "pyrightconfig.json"
    settings = {
        "include": [os.path.relpath(package, tmp_path)],
        "pythonVersion": OLDEST_PYTHON,
        "venvPath": os.path.relpath(ROOT, tmp_path),
        "venv": ".venv",
    }
    config.write_text(json.dumps(settings), encoding="utf-8")
    run_pyright(config, least=1000)
