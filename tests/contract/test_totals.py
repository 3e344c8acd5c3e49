"""The closing line of the contract run counts what happened, and a gap fails the run."""

from __future__ import annotations

from dataclasses import asdict
from types import SimpleNamespace
from typing import Any, cast

import pytest
from support.contract import totals
from support.contract.kinds import Kind
from support.contract.totals import ContractReport, Totals


def _filled() -> Totals:
    made = Totals(calls=5)
    for colour in ("sync", "async"):
        made.expect(colour, "files", 2)
        made.count(colour, "files", "files GET /a")
        made.count(colour, "files", "files GET /b")
    return made


def test_an_operation_counts_when_it_was_called_in_every_colour() -> None:
    made = _filled()
    assert str(made) == "contract: 2 of 2 operations, 5 calls, 0 invalid"
    assert made.complete

    made.called["async files"].remove("files GET /b")
    assert str(made) == "contract: 1 of 2 operations, 5 calls, 0 invalid"
    assert not made.complete


def test_calling_one_operation_twice_is_no_second_operation() -> None:
    made = _filled()
    made.called["sync files"] = ["files GET /a", "files GET /a"]

    assert not made.complete


def test_one_invalid_request_is_enough() -> None:
    made = _filled()
    made.invalid = 1

    assert not made.complete


def test_what_is_spoken_counts_when_it_was_spoken_in_every_colour() -> None:
    made = _filled()
    for colour in ("sync", "async"):
        made.expect_spoken(colour, Kind.EVENTS, ["files GET /a", "files GET /b"])
        made.expect_spoken(colour, Kind.SOCKET, ["files GET /a"])
        made.speak(colour, Kind.EVENTS, "files GET /a")
        made.speak(colour, Kind.SOCKET, "files GET /a")
    made.speak("sync", Kind.EVENTS, "files GET /b")
    assert str(made).endswith("0 invalid; 1 of 2 event streams, 1 sockets")
    assert not made.complete

    made.speak("async", Kind.EVENTS, "files GET /b")
    assert str(made).endswith("0 invalid; 2 event streams, 1 sockets")
    assert made.complete


def test_shares_of_workers_are_added_up() -> None:
    made = Totals(calls=1)
    made.expect("sync", "files", 3)
    made.count("sync", "files", "files GET /c")
    made.expect_spoken("sync", Kind.LINES, ["files GET /c"])
    other = _filled()
    other.expect_spoken("sync", Kind.LINES, ["files GET /a"])
    other.speak("sync", Kind.LINES, "files GET /a")
    made.add(asdict(other))

    assert made.calls == 6
    assert made.documented == {"sync files": 2, "async files": 2}
    assert made.speakable == {"sync NDJSON": ["files GET /c", "files GET /a"]}
    assert made.spoken == {"sync NDJSON": ["files GET /a"]}
    assert made.called["sync files"] == ["files GET /c", "files GET /a", "files GET /b"]


def test_an_error_that_is_not_raised_is_a_gap() -> None:
    made = _filled()
    made.count_errors("sync", "files", documented=3, raised=3)
    made.count_errors("async", "files", documented=3, raised=3)
    assert made.complete
    assert made.error_line == "documented errors raised: 3 of 3 sync, 3 of 3 async"

    made.count_errors("async", "files", documented=3, raised=2)
    assert made.error_line == "documented errors raised: 3 of 3 sync, 2 of 3 async"
    assert not made.complete


@pytest.mark.parametrize(
    ("gap", "expected"), [(True, pytest.ExitCode.TESTS_FAILED), (False, pytest.ExitCode.OK)]
)
def test_a_gap_fails_a_run_that_passed(
    monkeypatch: pytest.MonkeyPatch, gap: bool, expected: pytest.ExitCode
) -> None:
    made = _filled()
    made.invalid = int(gap)
    monkeypatch.setattr(totals, "TOTALS", made)
    session = cast("Any", SimpleNamespace(config=object(), exitstatus=pytest.ExitCode.OK))

    ContractReport().pytest_sessionfinish(session, pytest.ExitCode.OK)

    assert session.exitstatus == expected
