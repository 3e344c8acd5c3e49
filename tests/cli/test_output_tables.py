"""Tables: what fits, what is cut, and how values are written for people."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hoody_codegen.cli_runtime.formats import (
    cell,
    guess,
    human_duration,
    human_size,
    read_time,
    relative_time,
    safe,
    safe_line,
)
from hoody_codegen.cli_runtime.model import Column
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from support.shown_results import Screen, Shown, command_of, show

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
COLUMNS = (
    Column("id", "ID"),
    Column("name", "NAME"),
    Column("state.kind", "KIND"),
    Column("size_bytes", "SIZE", "size"),
    Column("on", "ON", "flag"),
)
LIST = command_of("table", COLUMNS)
ROWS: list[dict[str, Any]] = [
    {"id": "a" * 24, "name": "first", "state": {"kind": "local"}, "size_bytes": 1500, "on": True},
    {"id": "b" * 24, "name": "日本", "state": None, "size_bytes": 5, "on": False},
    {"id": "c" * 24, "name": None, "size_bytes": None},
]


def test_a_table_stands_in_columns() -> None:
    assert show(ROWS, LIST, output="table").lines == [
        "ID                        NAME   KIND     SIZE  ON",
        f"{'a' * 24}  first  local  1.5 kB  ✓",
        f"{'b' * 24}  日本   –         5 B  ✗",
        f"{'c' * 24}  –      –           –  –",
    ]


def test_columns_can_be_chosen_by_field_and_heading() -> None:
    shown = show(ROWS[:1], LIST, columns=("name", "SIZE", "state.kind", "state"))
    assert shown.lines == ["NAME     SIZE  KIND   STATE", 'first  1.5 kB  local  {"kind":"local"}']
    assert shown.notes == ""


def test_a_column_that_is_nowhere_says_what_is_there() -> None:
    shown = show(ROWS, LIST, columns=("nam",))
    assert "'nam'" in shown.notes
    assert "id, name, state.kind, size_bytes, on" in shown.notes


def test_columns_can_be_written_like_headings() -> None:
    rows = [{"createdBy": {"userName": "u"}, "b_c": 1}]
    shown = show(rows, columns=("CREATED_BY.USER_NAME", "BC"))
    assert shown == (b"CREATED_BY.USER_NAME  B_C\nu                       1\n", b"")


def test_columns_are_no_matter_of_json() -> None:
    shown = show(ROWS, LIST, columns=("name",), output="json")
    assert shown.json == ROWS
    assert "--query" in shown.notes


def test_without_a_plan_the_single_values_are_columns_names_first() -> None:
    rows = [{"deep": {"a": 1}, "size_bytes": 5, "tags": ["x", "y"], "name": "n", "rows": [{}]}]
    assert show(rows, output="table").lines == ["NAME  SIZE_BYTES  TAGS", "n            5 B  x, y"]
    assert show([{"deep": {"a": 1}}], output="table").lines == ["DEEP", '{"a":1}']


def test_a_list_of_single_values_is_one_a_line() -> None:
    assert show(["a", 1, None], output="table").lines == ["a", "1", "–"]


def test_an_empty_list_says_so_on_stderr() -> None:
    assert show([], LIST, output="table") == (b"", b"Nothing found.\n")
    assert show([], LIST, output="table", quiet=True) == (b"", b"")
    assert show([], LIST, output="json") == (b"[]\n", b"")


def test_a_pipe_gets_whole_cells() -> None:
    long = "x" * 5000
    assert show([{"name": long}], output="table").lines == ["NAME", long]


def at_width(width: int, rows: object = ROWS, **settings: Any) -> Shown:
    return Screen(terminal=True, width=width).show(rows, LIST, color="never", **settings)


def test_long_cells_are_cut() -> None:
    rows = [{**ROWS[0], "name": "n" * 200}]
    shown = at_width(60, rows)
    assert max(map(len, shown.lines)) <= 60
    assert "nnn…  local" in shown.lines[1]
    assert "a" * 24 in shown.lines[1]
    assert shown.notes == ""


def test_columns_without_room_are_left_out_and_named() -> None:
    shown = at_width(40)
    assert shown.lines[0] == "ID                        NAME   KIND"
    assert "No room for: size_bytes, on." in shown.notes


def test_one_wide_column_is_cut_at_the_edge() -> None:
    assert at_width(10).lines[1] == "aaaaaaaaa…"


# Building the tables of Unicode for the first text takes its time on a busy machine.
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    width=st.integers(1, 200),
    rows=st.lists(
        st.fixed_dictionaries({c.field: st.text(max_size=80) for c in COLUMNS[:3]}), min_size=1
    ),
)
def test_no_table_is_wider_than_its_terminal(width: int, rows: list[dict[str, str]]) -> None:
    lines = at_width(width, rows, quiet=True).text.removesuffix("\n").split("\n")
    assert len(lines) == len(rows) + 1
    assert all(cell_len(line) <= width for line in lines)
    assert all(character.isprintable() or character == " " for character in safe_line(lines[0]))


def test_cells_can_not_leave_their_line_or_steer_the_terminal() -> None:
    rows = [{"id": "x\n\ty\x1b[2J\x9b\u202ez", "\x1b[1mkey": 1}]
    heading, row = Screen(terminal=True).show(rows, color="never").lines
    assert heading.split() == ["ID", "\\x1b[1MKEY"]
    assert row.split("  ")[0] == "x y\\x1b[2J\\x9b\\u202ez"
    assert "\x1b" not in Screen(terminal=True).show(rows[0], color="never").text


def test_colours_are_for_terminals_alone() -> None:
    rows = [{"id": 1, "status": "running"}, {"id": 2, "status": "failed"}]
    coloured = Screen(terminal=True).show(rows).text
    assert coloured.splitlines()[0].startswith("\x1b[1mID\x1b[0m")
    assert "\x1b[32mrunning\x1b[0m" in coloured
    assert "\x1b[31mfailed\x1b[0m" in coloured
    plain = ["ID  STATUS", " 1  running", " 2  failed"]
    assert Screen(terminal=True).show(rows, color="never").lines == plain
    for environment in ({"NO_COLOR": "1"}, {"TERM": "dumb"}):
        assert Screen(terminal=True, environment=environment).show(rows).lines == plain
    assert Screen().show(rows, output="table").lines == plain
    forced = Screen(environment={"NO_COLOR": "1"}).show(rows, output="table", color="always")
    assert forced.text == coloured


def test_marks_have_a_plainer_form_for_old_encodings() -> None:
    shown = Screen(encoding="ascii").show([{"a": True, "b": None, "c": "ü"}], output="table")
    assert shown.lines[1].split() == ["yes", "-", "\\xfc"]


# How values are written


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "just now"),
        (-1, "just now"),
        (2, "2 s ago"),
        (59, "59 s ago"),
        (60, "1 min ago"),
        (3599, "59 min ago"),
        (3 * 3600 + 1, "3 h ago"),
        (86400, "1 d ago"),
        (40 * 86400, "1 mo ago"),
        (800 * 86400, "2 y ago"),
        (-7200, "in 2 h"),
        (-3 * 86400, "in 3 d"),
    ],
)
def test_times_are_relative(seconds: int, said: str) -> None:
    assert relative_time(NOW - timedelta(seconds=seconds), NOW) == said


@pytest.mark.parametrize(
    "written",
    [
        "2026-11-22T09:00:00Z",
        "2026-11-22t09:00:00.123456789z",
        "2026-11-22 09:00",
        "2026-11-22T10:00:00.5+01:00",
        "2026-11-22T10:00:00+0100",
        1795338000,
        1795338000000,
    ],
)
def test_times_are_read_however_they_come(written: Any) -> None:
    assert cell(written, "time", now=NOW) == "3 h ago"


@pytest.mark.parametrize("written", ["", "soon", "2026-11-22", "2026-99-99T00:00:00Z", True, None])
def test_what_is_no_time_stays(written: Any) -> None:
    assert read_time(written) is None
    expected = {"": "–", True: "✓", None: "–"}.get(written, written)
    assert cell(written, "time", now=NOW) == expected


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1 kB"),
        (1500, "1.5 kB"),
        (99_940, "99.9 kB"),
        (999_400, "999 kB"),
        (999_949, "1 MB"),
        (123_456_789, "123 MB"),
        (5e9, "5 GB"),
        (1e30, "1000000000000 EB"),
        (-1500, "-1.5 kB"),
    ],
)
def test_sizes(count: float, said: str) -> None:
    assert human_size(count) == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0 s"),
        (0.02, "20 ms"),
        (1.5, "1.5 s"),
        (2.0, "2 s"),
        (59.7, "1 min"),
        (200, "3 min 20 s"),
        (3600, "1 h"),
        (3605, "1 h"),
        (100_000, "1 d 3 h"),
        (-2, "-2 s"),
    ],
)
def test_durations(seconds: float, said: str) -> None:
    assert human_duration(seconds) == said


def test_the_unit_of_a_duration_is_in_its_name() -> None:
    columns = (Column("a_ms", "A", "duration"), Column("b", "B", "duration"))
    shown = show([{"a_ms": 1500, "b": 90}], command_of("table", columns), output="table")
    assert shown.lines[1].split("  ") == ["1.5 s", "1 min 30 s"]


def test_formats_are_guessed_only_from_names_that_say_a_unit() -> None:
    assert guess("a.size_bytes", 5) == "size"
    assert guess("size", 5) == "number"
    assert guess("took_ms", 5) == "duration"
    assert guess("created_at", 1_700_000_000) == "time"
    assert guess("created_at", 5) == "number"
    assert guess("x", "2026-11-22T09:00:00Z") == "time"
    assert guess("x", True) == "flag"
    assert guess("x", "abc") == "text"


@given(st.text())
def test_no_text_has_control_characters_left(text: str) -> None:
    assert all(ord(c) >= 32 and not 127 <= ord(c) < 160 for c in safe_line(text))
    assert all(ord(c) >= 32 or c in "\n\t" for c in safe(text))
