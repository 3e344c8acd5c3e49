"""Whole messages for bad input: every directory here is a case.

A case holds the input and ``expected.txt``; without a ``hoody-codegen.toml`` of its own it is
generated from ``spec.yaml``. ``pytest --update-golden tests/errors`` writes what is expected.
"""

from __future__ import annotations

import difflib
from pathlib import Path

import pytest
from hoody_codegen import pipeline
from hoody_codegen.config import load_config, read_config
from hoody_codegen.diagnostics import CodegenError

FOLDER = Path(__file__).parent
CASES = sorted(path.parent.name for path in FOLDER.glob("*/expected.txt"))
CONFIG = Path("hoody-codegen.toml")
DEFAULT = '[targets.demo]\nspecs = ["spec.yaml"]\noutput = "out"\n'


def messages() -> list[str]:
    """What a run in the current directory has to say; it has to fail."""
    try:
        config = load_config(CONFIG) if CONFIG.exists() else read_config(DEFAULT, CONFIG)
        pipeline.generate_all(config.targets)
    except CodegenError as error:
        return [str(diagnostic) for diagnostic in error.diagnostics]
    pytest.fail("bad input was accepted")


def test_every_directory_is_a_case() -> None:
    folders = [path for path in FOLDER.iterdir() if path.is_dir() and path.name != "__pycache__"]
    assert sorted(path.name for path in folders) == CASES
    assert len(CASES) >= 20


@pytest.mark.parametrize("case", CASES)
def test_messages(
    case: str, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    monkeypatch.chdir(FOLDER / case)
    found = "\n".join(messages()) + "\n"
    expected = Path("expected.txt")
    if request.config.getoption("--update-golden"):
        expected.write_text(found, encoding="utf-8")
    wanted = expected.read_text(encoding="utf-8")
    if found != wanted:
        diff = difflib.unified_diff(
            wanted.splitlines(), found.splitlines(), "expected.txt", "found", lineterm=""
        )
        pytest.fail("\n".join([*diff, "update: pytest --update-golden tests/errors"]))
    assert not Path("out").exists()
