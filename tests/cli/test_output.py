"""Results as JSON, YAML, text and lists of two columns."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import Enum
from typing import Any

import click
import pytest
import yaml
from hoody_codegen.cli_runtime.model import Column
from hoody_codegen.runtime import ResponseHeaders
from hoody_codegen.runtime.models import Model
from support.shown_results import Screen, command_of, show


class Config(Model):
    kind: str
    size: int | None = None


class Thing(Model):
    id: str
    alias: str | None = None
    config: Config | None = None
    created_at: datetime | None = None


DATA = {
    "id": "t1",
    "alias": "grün 日本",
    "config": {"kind": "local", "size": 3},
    "created_at": "2026-01-02T03:04:05Z",
    "later": [1, {"a": None}],
}
THING = Thing.from_dict(DATA)


# JSON


def test_json_is_the_wire_data_indented_in_its_order() -> None:
    shown = show(THING, output="json")
    assert shown.text == json.dumps(DATA, ensure_ascii=False, indent=2) + "\n"
    assert shown.notes == ""


def test_json_is_the_default_of_a_pipe() -> None:
    assert show(THING).output == show(THING, output="json").output


@pytest.mark.parametrize("count", [0, 1, 3])
def test_a_list_is_one_array_written_like_any_other_json(count: int) -> None:
    data = [{"n": n, "in": [n, {"a": {}}]} for n in range(count)]
    assert show(data, output="json").text == json.dumps(data, indent=2) + "\n"


@pytest.mark.parametrize("value", [0, 1.5, True, False, 'a "b"', None])
def test_single_values_are_json_too(value: object) -> None:
    assert show(value, output="json").json == value


def test_values_of_python_become_those_of_the_wire() -> None:
    class Colour(Enum):
        RED = "red"

    data: dict[str, Any] = {
        "enum": Colour.RED,
        "bytes": b"\xff",
        "time": datetime(2026, 1, 2, 3, tzinfo=timezone(timedelta(hours=1))),
        "day": date(2026, 1, 2),
        "exact": Decimal("1.5"),
        "whole": Decimal("2"),
        "nan": float("nan"),
        "set": (1, 2),
        "model": Config(kind="x"),
    }
    assert show(data).json == {
        "enum": "red",
        "bytes": "/w==",
        "time": "2026-01-02T02:00:00Z",
        "day": "2026-01-02",
        "exact": 1.5,
        "whole": 2,
        "nan": "nan",
        "set": [1, 2],
        "model": {"kind": "x"},
    }


def test_json_has_no_characters_that_steer_a_terminal_and_stays_equal() -> None:
    data = {"a": "\x1b[2J\x9b31m\u202eabc\x7f", "b": "\ud800"}
    for screen in (Screen(), Screen(terminal=True)):
        shown = screen.show(data, output="json", color="never")
        assert not {"\x1b", "\x9b", "\u202e", "\x7f"} & set(shown.text)
        assert shown.json == data


def test_json_goes_through_an_encoding_that_has_not_all_characters() -> None:
    shown = Screen(encoding="latin-1").show({"a": "日本 👍 ü"}, output="json")
    assert json.loads(shown.output.decode("latin-1")) == {"a": "日本 👍 ü"}


def test_json_is_coloured_where_colours_are_and_stays_the_same_below_them() -> None:
    data = {"a": ["x", 1, -1.5e10, True, None], "b: 1": 'true "1"'}
    coloured = Screen(terminal=True).show(data, output="json").text
    plain = Screen(terminal=True).show(data, output="json", color="never").text
    assert '\x1b[34m"a"\x1b[0m:' in coloured
    assert "\x1b[36m1\x1b[0m" in coloured
    for style in ("34", "32", "36", "2", "0"):
        coloured = coloured.replace(f"\x1b[{style}m", "")
    assert coloured == plain == json.dumps(data, indent=2) + "\n"


# YAML


@pytest.mark.parametrize("data", [DATA, [], [DATA, DATA], [[1], "x"], "x", "1", None, 3, {}])
def test_yaml_reads_back(data: Any) -> None:
    assert yaml.safe_load(show(data, output="yaml").text) == data


def test_yaml_is_pleasant() -> None:
    data = {"z": "grün", "a": "one\ntwo\n", "list": [{"b": 1}]}
    assert show(data, output="yaml").lines == [
        "z: grün",
        "a: |",
        "  one",
        "  two",
        "list:",
        "- b: 1",
    ]


def test_yaml_has_no_characters_that_steer_a_terminal() -> None:
    data = {"a": "\x1b[2J\n\x9b\u202e\ud800"}
    text = show(data, output="yaml").text
    assert not {"\x1b", "\x9b", "\u202e"} & set(text)
    assert yaml.safe_load(text) == data


# Raw, and text


def test_raw_is_for_the_shell() -> None:
    assert show("a", output="raw").text == "a\n"
    assert show(3, output="raw").text == "3\n"
    assert show(True, output="raw").text == "true\n"
    assert (
        show(THING, output="raw").text
        == json.dumps(DATA, ensure_ascii=False, separators=(",", ":")) + "\n"
    )
    assert show(["a", 1, {"b": [1]}], output="raw").lines == ["a", "1", '{"b":[1]}']
    assert show([], output="raw").text == ""


def test_a_text_is_printed_as_it_is() -> None:
    assert show("a: [", None).text == "a: [\n"
    exact = "\x1b[1mno line break"
    assert show(exact, command_of("text")).text == exact
    assert show(exact, command_of("text"), output="raw").text == exact
    assert show("a", command_of("text"), output="json").json == "a"


def test_no_text_steers_the_terminal() -> None:
    screen = Screen(terminal=True)
    shown = screen.show("a\x1b]0;title\x07\tb\r\nc\rd\x9b1m\n", command_of("text"))
    assert shown.text == "a\\x1b]0;title\\x07\tb\nc\\x0dd\\x9b1m\n"
    assert Screen(terminal=True).show(["\x1b[2J"], output="raw").text == "\\x1b[2J\n"


# Nothing, and headers


def test_nothing_is_nothing() -> None:
    for output in ("table", "json", "yaml", "raw", None):
        assert show(None, command_of("none"), output=output) == (b"", b"")
    assert Screen(terminal=True).show(None, command_of("none")) == (b"", b"Done.\n")
    quiet = Screen(terminal=True).show(None, command_of("none"), quiet=True)
    assert quiet == (b"", b"")


def test_a_null_is_said() -> None:
    assert show(None).text == "null\n"


def test_headers_come_with_their_status() -> None:
    headers = ResponseHeaders(200, [("ETag", '"v1"'), ("Link", "a"), ("link", "b")])
    assert show(headers, command_of("headers")).json == {
        "status": 200,
        "headers": {"etag": '"v1"', "link": "a, b"},
    }
    table = show(headers, command_of("headers"), output="table").lines
    assert table == ["status  200", 'etag    "v1"', "link    a, b"]


# Objects


def test_an_object_is_a_list_of_two_columns() -> None:
    ago = datetime.now(UTC) - timedelta(hours=3, minutes=1)
    data: dict[str, Any] = {
        **DATA,
        "created_at": ago.isoformat(),
        "on": True,
        "off": None,
        "tags": ["a", "b"],
        "note": "one\ntwo",
        "keys": [{"k": 1}, {"k": 2}],
        "empty": {},
    }
    del data["later"]
    when = ago.isoformat(sep=" ", timespec="seconds")
    assert Screen(terminal=True).show(data, color="never").lines == [
        "id           t1",
        "alias        grün 日本",
        "config.kind  local",
        "config.size  3",
        f"created_at   {when} (3 h ago)",
        "on           ✓",
        "off          –",
        "tags         a, b",
        "note         one",
        "             two",
        'keys         {"k":1}',
        '             {"k":2}',
        "empty        {}",
    ]


def test_long_values_of_objects_go_on_below_and_lose_nothing() -> None:
    key = "0123456789" * 10
    shown = Screen(terminal=True, width=40).show({"key": key, "b": 1}, color="never")
    assert all(len(line) <= 40 for line in shown.lines)
    assert "".join(line[5:] for line in shown.lines[:-1]) == key


def test_planned_lines_are_those_that_are_there() -> None:
    columns = (Column("config.kind", "Kind"), Column("gone", "Gone"), Column("id", "ID"))
    shown = show(THING, command_of("object", columns), output="table")
    assert shown.lines[:2] == ["Kind         local", "ID           t1"]
    # Nothing is lost: what isn't planned comes behind, under its own name.
    rest = [line.split()[0] for line in shown.lines[2:] if not line.startswith(" ")]
    assert rest == ["alias", "config.size", "created_at", "later"]
    chosen = show(THING, command_of("object", columns), columns=("alias", "ID"))
    assert chosen.lines == ["ALIAS  grün 日本", "ID     t1"]
    other = show({"x": 1}, command_of("object", columns), output="table")
    assert other.lines == ["x  1"]


def test_keys_of_maps_stay_as_they_are() -> None:
    assert show({"env": {"Path": 1, "PATH": 2}}, output="table").lines == [
        "env.Path  1",
        "env.PATH  2",
    ]


def test_a_long_list_in_an_object_is_shortened_and_says_so() -> None:
    lines = show({"rows": [{"n": n} for n in range(30)]}, output="table").lines
    assert len(lines) == 21
    assert lines[-1].strip() == "… and 10 more"


def test_the_list_of_an_object_is_the_table() -> None:
    command = command_of("object", (Column("id", "ID"),), rows="items")
    data = {"items": [{"id": 1}], "total": 1}
    assert show(data, command, output="table").lines == ["ID", "1"]
    assert show(data, command, output="json").json == data


# Queries


def test_a_query_sees_what_json_prints() -> None:
    assert show(THING, query="config.{k: kind}").json == {"k": "local"}
    assert show([THING, THING], query="[].id").json == ["t1", "t1"]
    assert show(THING, query="alias", output="raw").text == "grün 日本\n"
    assert show(THING, query="alias").text == "grün 日本\n"
    assert show(THING, query="nothing").text == "null\n"
    assert show(THING, query="length(later)", output="table").text == "2\n"


def test_what_a_query_only_filters_keeps_its_columns() -> None:
    command = command_of("table", (Column("id", "The ID"),))
    things = [{"id": 1, "x": 1}, {"id": 2, "x": 2}]
    assert show(things, command, query="[?x==`2`]", output="table").lines == ["The ID", "2"]
    made = show(things, command, query="[].{id: id, n: x}", output="table")
    assert made.lines == ["ID  N", " 1  1", " 2  2"]


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("a.[?", "unexpected '[?' at position 3\n  a.[?\n    ^"),
        ("foo bar", "unexpected 'bar' at position 5\n  foo bar\n      ^"),
        ("a[", "ends too early at position 3\n  a[\n    ^"),
        ("a.'", 'unexpected "\'" at position 3\n'),
        ("  ", "the expression is empty"),
        ("a[?lenght(b) > `1`]", "no function lenght() at position 4"),
    ],
)
def test_bad_queries_are_refused_before_anything_is_sent(query: str, says: str) -> None:
    from hoody_codegen.cli_runtime import output

    with Screen().placed(query=query) as invocation, pytest.raises(click.UsageError) as caught:
        output.check(invocation, command_of())
    assert caught.value.message.startswith("--query: ")
    assert says in caught.value.message
    assert caught.value.exit_code == 2


def test_lists_that_a_query_makes_are_rows_without_a_heading() -> None:
    things = [{"id": 1, "n": "a"}, {"id": 22, "n": None}]
    assert show(things, query="[].[id, n]", output="table").lines == [" 1  a", "22  –"]
    assert show(things, query="[].[id, n]", output="raw").lines == ['[1,"a"]', "[22,null]"]
    assert show(things, query="[].id", output="table").lines == ["1", "22"]
    assert show([1, {"a": [2]}, [3]], output="table").lines == ["1", '{"a":[2]}', "3"]


def test_a_query_that_does_not_fit_says_why() -> None:
    with pytest.raises(click.UsageError, match=r"doesn't fit this result.*abs\(\)"):
        show({"a": "x"}, query="abs(a)")
    with pytest.raises(click.UsageError, match="doesn't fit this result: Expected 1 argument"):
        show({"a": "x"}, query="abs(a, a)")
    with pytest.raises(click.UsageError, match=r"\\x1b\[2J"):
        show({"a": "\x1b[2J"}, query="abs(a)")
