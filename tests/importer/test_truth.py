"""The imported documents against truth tables that were made by reading the reference."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from support.truth import Entry, Finding, Specification, compare, load_specification, load_tables
from support.truth.differences import as_lines, summary

_HERE = Path(__file__).parent
_SPECS = _HERE.parents[1] / "specs" / "hoody"
_TABLES = load_tables(_HERE / "truth")
_ENTRIES = [entry for table in _TABLES for entry in table.entries]


@cache
def _specification(service: str) -> Specification:
    overlays = sorted((_SPECS / "overlays").glob("*.yaml"))
    return load_specification(_SPECS / f"{service}.yaml", overlays)


@cache
def _findings(entry_index: int) -> tuple[Finding, ...]:
    entry = _ENTRIES[entry_index]
    return tuple(compare(entry, _specification(entry.service)))


@pytest.fixture(scope="module", autouse=True)
def _print_summary(request: pytest.FixtureRequest) -> Iterator[None]:
    """Ends the module with the score by kind of fact."""
    yield
    plugins = request.config.pluginmanager
    reporter = plugins.get_plugin("terminalreporter")
    capture = plugins.get_plugin("capturemanager")
    if reporter is not None and capture is not None:
        with capture.global_and_fixture_disabled():
            reporter.write_line("")
            for line in as_lines(summary(_all_findings())):
                reporter.write_line(line)


def _all_findings() -> list[Finding]:
    return [finding for index in range(len(_ENTRIES)) for finding in _findings(index)]


def _name(entry: Entry) -> str:
    return re.sub(r"[^\w/{}?=.-]+", "_", f"{entry.service}_{entry.method}_{entry.path}")


@pytest.mark.parametrize("index", range(len(_ENTRIES)), ids=[_name(entry) for entry in _ENTRIES])
def test_operation_is_what_the_reference_says(index: int) -> None:
    entry = _ENTRIES[index]
    wrong = [str(finding) for finding in _findings(index) if finding.verdict != "right"]
    heading = f"{entry.name}, line {entry.line} of the reference:"
    assert not wrong, "\n  ".join([heading, *wrong])


def test_every_service_has_a_table() -> None:
    services = {path.stem for path in _SPECS.glob("*.yaml")}
    assert services == {table.service for table in _TABLES}
    assert len(_ENTRIES) > 400
