"""The real reference, where it is at hand: counts, validity, and the committed bytes."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

import pytest
import yaml
from hoody_codegen.diagnostics import Diagnostics
from hoody_codegen.reference import Import, import_reference, render_files
from hoody_codegen.reference.rules import load_rules
from openapi_spec_validator import OpenAPIV31SpecValidator

ROOT = Path(__file__).parents[2]
SPECS = ROOT / "specs" / "hoody"
REFERENCE = Path(
    os.environ.get("HOODY_REFERENCE", ROOT / "../shared/reference/hoody-api-reference.md")
)
needs_reference = pytest.mark.skipif(
    not REFERENCE.is_file(),
    reason="the reference isn't here: set HOODY_REFERENCE to the path of hoody-api-reference.md",
)


@cache
def outcome() -> Import:
    diagnostics = Diagnostics()
    rules = load_rules(SPECS / "import.toml")
    result = import_reference(REFERENCE.read_text(encoding="utf-8"), rules, diagnostics)
    assert list(diagnostics) == []
    return result


@needs_reference
def test_the_import_reproduces_the_committed_files() -> None:
    for name, text in render_files(outcome()).items():
        committed = (SPECS / name).read_text(encoding="utf-8")
        assert committed == text, f"{name} differs: run hoody-codegen import-reference again"


@needs_reference
def test_the_counts_of_the_reference() -> None:
    totals = outcome().report.totals()
    counted = {
        "operations": 986,
        "detailed sections": 962,
        "summary bullets": 882,
        "parameter rows": 1937,
        "error tables": 691,
        "error rows": 1216,
        "error codes": 240,
    }
    assert {name: totals[name] for name in counted} == counted
    assert outcome().report.pages == {"flat": 170, "detailed": 141, "overview": 11}


@needs_reference
def test_no_table_of_an_operation_is_left_over() -> None:
    left = [entry for entry in outcome().report.leftovers if entry.reason == "not recognised"]
    assert left == []


def test_nineteen_documents_are_committed() -> None:
    assert len(list(SPECS.glob("*.yaml"))) == 19


@pytest.mark.parametrize("path", sorted(SPECS.glob("*.yaml")), ids=lambda path: path.stem)
def test_committed_documents_are_valid(path: Path) -> None:
    document = yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)
    OpenAPIV31SpecValidator(document).validate()


def test_streams_are_what_the_reference_lists() -> None:
    kinds: dict[str, int] = {}
    for path in SPECS.glob("*.yaml"):
        document = yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)
        for item in document["paths"].values():
            for operation in [*item.values(), *item.get("x-additional-operations", {}).values()]:
                kind = operation.get("x-streaming")
                if kind:
                    kinds[kind] = kinds.get(kind, 0) + 1
    assert (kinds["sse"], kinds["websocket"]) == (12, 6)
