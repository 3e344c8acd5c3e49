"""What is generated from odd documents holds the same bar as any other code, and runs."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath

import pytest
from hoody_codegen.config import Target
from hoody_codegen.pipeline import generate, generate_all
from hoody_codegen.render import format_files
from support.golden import find_cases, generate_cases

IMPORT_ALL = """
import importlib, pkgutil, sys
count = 0
for case in sys.argv[1:]:
    package = importlib.import_module(case)
    for info in pkgutil.walk_packages(package.__path__, f"{case}."):
        if info.name.endswith(".__main__"):
            continue  # importing it is running the program
        module = importlib.import_module(info.name)
        count += 1
        for value in vars(module).values():
            # Models are built when they are first used: use them all.
            if hasattr(value, "model_rebuild") and value.__module__ == info.name:
                value.model_rebuild()
print(count)
"""


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the package of each case, under the name of the case."""
    root = tmp_path_factory.mktemp("golden")
    for name, result in generate_cases(find_cases()).items():
        package = PurePosixPath(result.target.package)
        for path, text in result.files.items():
            if path.is_relative_to(package):
                place = root / name / path.relative_to(package)
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_text(text, encoding="utf-8", newline="\n")
    return root


def run(arguments: Sequence[str], folder: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-m", *arguments], cwd=folder, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    return done.stdout


def test_every_module_imports_and_every_model_builds(packages: Path) -> None:
    names = sorted(path.name for path in packages.iterdir())
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", IMPORT_ALL, *names],
        cwd=packages,
        capture_output=True,
        text=True,
    )

    assert done.returncode == 0, done.stderr[-4000:]
    assert int(done.stdout) > 10 * len(names)


def test_ruff_finds_nothing(packages: Path) -> None:
    options = ["--isolated", "--no-cache", "--line-length", "100", "--target-version", "py310"]
    run(["ruff", "check", *options, "--select", "E,F,I,UP,B", "."], packages)


@pytest.mark.parametrize("formatter", ["ruff", "black"])
def test_output_is_a_fixed_point_of_both_formatters(packages: Path, formatter: str) -> None:
    files = {
        PurePosixPath(path.relative_to(packages).as_posix()): path.read_text(encoding="utf-8")
        for path in packages.rglob("*.py")
        if "_runtime" not in path.parts
    }

    formatted = format_files(files, "black" if formatter == "black" else "ruff")

    assert [path for path in files if files[path] != formatted[path]] == []


def test_the_choice_of_formatter_makes_no_difference() -> None:
    targets = [replace(case.target(), name=case.name) for case in find_cases()]

    by_ruff = generate_all(targets)
    by_black = generate_all([replace(target, formatter="black") for target in targets])

    for one, other in zip(by_ruff, by_black, strict=True):
        different = [path for path, text in one.files.items() if other.files.get(path) != text]
        assert different == [], one.target.name


@pytest.fixture(scope="module")
def merged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One package with the documents of all cases as its services, and so with one runtime."""
    root = tmp_path_factory.mktemp("merged")
    specs: list[Path] = []
    for case in find_cases():
        specs.append(root / f"{case.name}.yaml")
        text = (case.folder / "spec.yaml").read_text(encoding="utf-8")
        specs[-1].write_text(text.replace("shop", case.name), encoding="utf-8")
    target = Target(name="all", specs=tuple(specs), output=root / "out", package="acme")
    for path, text in generate(target).files.items():
        place = root / "out" / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8", newline="\n")
    return root / "out"


def test_mypy_finds_nothing(merged: Path) -> None:
    run(["mypy", "--strict", "--python-version", "3.10", "--cache-dir", "../cache", "acme"], merged)


def test_pyright_finds_nothing(merged: Path) -> None:
    run(["pyright", "--pythonpath", sys.executable, "--pythonversion", "3.10", "acme"], merged)
