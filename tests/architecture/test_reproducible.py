"""The same input gives the same bytes, wherever and however the generator runs."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from support.source import GENERATED, GENERATOR, ROOT

HAND_WRITTEN = ("custom.py", "copying.py")
"""Modules that extend the command line of a client (docs/extending-the-cli.md)."""

COMMAND = "from hoody_codegen.cli import main; main()"


def _tree(folder: Path) -> dict[str, bytes]:
    """What is generated in a folder: not what somebody wrote beside it."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts and path.name not in HAND_WRITTEN
    }


def _assert_same(left: Mapping[str, bytes], right: Mapping[str, bytes]) -> None:
    assert left.keys() == right.keys()
    different = [name for name in left if left[name] != right[name]]
    assert not different, f"{len(different)} files differ, first {different[:5]}"


def _run(arguments: list[str], folder: Path, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("seed", ["1"])
def test_another_process_with_another_hash_seed(tmp_path: Path, seed: str) -> None:
    _run(
        ["-c", COMMAND, "generate", "--quiet", "--out", str(tmp_path / "out")],
        ROOT,
        PYTHONHASHSEED=seed,
        PYTHONPATH=str(GENERATOR.parent),
    )

    _assert_same(_tree(tmp_path / "out"), _tree(GENERATED / "hoody"))


def test_an_installed_wheel_in_an_empty_folder(tmp_path: Path) -> None:
    wheels, site, empty = tmp_path / "wheels", tmp_path / "site", tmp_path / "empty"
    empty.mkdir()
    pip = ["-m", "pip", "--disable-pip-version-check", "--no-input"]
    _run([*pip, "wheel", "--no-deps", "--no-build-isolation", "-w", str(wheels), str(ROOT)], empty)
    (wheel,) = wheels.glob("*.whl")
    _run([*pip, "install", "--no-deps", "--no-index", "--target", str(site), str(wheel)], empty)

    where = _run(
        ["-c", "import hoody_codegen; print(hoody_codegen.__file__)"],
        empty,
        PYTHONPATH=str(site),
    )
    assert Path(where.strip()).is_relative_to(site)
    _run(["-c", COMMAND, "generate", "--quiet", "--out", "client"], empty, PYTHONPATH=str(site))

    _assert_same(_tree(empty / "client"), _tree(GENERATED / "hoody"))
