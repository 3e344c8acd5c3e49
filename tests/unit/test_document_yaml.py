"""YAML to values and places."""

from __future__ import annotations

import time

import pytest
from hoody_codegen.document.limits import Limits
from hypothesis import given
from hypothesis import strategies as st
from support.reading import document, parse


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no", "no"),
        ("on", "on"),
        ("yes", "yes"),
        ("2026-11-22", "2026-11-22"),
        ("0o17", "0o17"),
        ("0x1F", "0x1F"),
        ("1_000", "1_000"),
        ("12:30:45", "12:30:45"),
        (".nan", ".nan"),
        (".inf", ".inf"),
        ("1e999", "1e999"),
        ("017", 17),
        ("-3", -3),
        ("+3", 3),
        ("1.50", 1.5),
        ("1e3", 1000.0),
        ("1.2.3", "1.2.3"),
        ("true", True),
        ("False", False),
        ("~", None),
        ("", None),
        ('"1"', "1"),
        ("'true'", "true"),
        ("!!str 200", "200"),
        ("! 200", "200"),
        ("!!int '3'", 3),
        ("!custom x", "x"),
        ("|\n  1", "1\n"),
    ],
)
def test_scalars_follow_the_core_schema_within_json(text: str, value: object) -> None:
    parsed, messages = parse(f"a: {text}\n")
    assert messages == []
    assert parsed == {"a": value}
    assert type(parsed["a"]) is type(value)


def test_a_number_too_long_to_count_with_stays_text() -> None:
    parsed, _ = parse("a: " + "9" * 5000)
    assert parsed == {"a": "9" * 5000}


def test_keys_are_text() -> None:
    assert parse("{200: a, true: b, null: c, 1.50: d}")[0] == {
        "200": "a",
        "true": "b",
        "null": "c",
        "1.50": "d",
    }


def test_places_are_those_of_keys_and_items() -> None:
    read = document("# first\nopenapi: 3.1.0\npaths:\n  /a:\n    get: {tags: [x,\n      y]}\n")
    assert str(read.location("/openapi")) == "spec.yaml:2:1"
    assert str(read.location("/paths/~1a")) == "spec.yaml:4:3"
    assert str(read.location("/paths/~1a/get/tags/1")) == "spec.yaml:6:7"
    assert str(read.location("/paths/~1a/get/missing/deep")) == "spec.yaml:5:5"


def test_aliases_share_their_value() -> None:
    parsed, messages = parse("a: &x {k: [1]}\nb: *x\n")
    assert messages == []
    assert parsed["b"] == {"k": [1]}


def test_merge_keys_add_what_is_missing() -> None:
    parsed, _ = parse("a: &a {x: 1, y: 1}\nb: {<<: *a, y: 2}\nc: {'<<': 5}\n")
    assert parsed["b"] == {"y": 2, "x": 1}
    assert parsed["c"] == {"<<": 5}


def test_duplicate_keys_are_all_told() -> None:
    _, messages = parse("a: 1\nb: 2\na: 3\nc:\n  d: 1\n  d: 2\n")
    assert messages == [
        "spec.yaml:3:1: error: the key 'a' stands twice in this mapping [duplicate-key]\n"
        "    hint: The first one is on line 1.",
        "spec.yaml:6:3: error: the key 'd' stands twice in this mapping [duplicate-key]\n"
        "    hint: The first one is on line 5.",
    ]


@pytest.mark.parametrize(
    ("text", "place", "code"),
    [
        ("a: [1\nb: 2\n", "2:2", "yaml-syntax"),
        ("a: *missing\n", "1:4", "yaml-alias"),
        ("a: &x [*x]\n", "1:8", "yaml-alias"),
        ("a: 1\n---\nb: 2\n", "2:1", "yaml-documents"),
        ("? [a]\n: 1\n", "1:3", "yaml-key"),
        ("a: {<<: 3}\n", "1:9", "yaml-merge"),
        ("a: \x07\n", "1:4", "yaml-syntax"),
        ("a:\n\t- b\n", "2:1", "yaml-syntax"),
    ],
)
def test_faults_have_a_place(text: str, place: str, code: str) -> None:
    parsed, messages = parse(text)
    assert parsed is None
    assert len(messages) == 1
    assert messages[0].startswith(f"spec.yaml:{place}: error: ")
    assert f"[{code}]" in messages[0]


def test_a_bomb_of_aliases_ends_at_once() -> None:
    lines = ["a: &a [x, x, x, x, x, x, x, x, x]"]
    for before, name in zip("abcdefgh", "bcdefghi", strict=True):
        lines.append(f"{name}: &{name} [{', '.join(['*' + before] * 9)}]")
    start = time.perf_counter()
    parsed, messages = parse("\n".join(lines))
    assert time.perf_counter() - start < 1
    assert parsed is None
    assert "more than 5,000,000 nodes once its aliases are filled in" in messages[0]


def test_many_plain_aliases_are_fine() -> None:
    parsed, messages = parse("a: &a {x: 1}\nb: [" + ", ".join(["*a"] * 10_000) + "]")
    assert messages == []
    assert len(parsed["b"]) == 10_000


def test_depth_is_limited() -> None:
    parsed, messages = parse("[" * 5000 + "]" * 5000)
    assert parsed is None
    assert "nested more than 200 levels deep" in messages[0]


def test_the_budget_counts_written_nodes_too() -> None:
    assert "more than 10 nodes" in parse("[1,2,3,4,5,6,7,8,9,10,11]", Limits(nodes=10))[1][0]


@given(st.text(max_size=60))
def test_no_text_raises(text: str) -> None:
    parse(text)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(st.characters(codec="utf-8")),
        lambda inner: (
            st.lists(inner) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner)
        ),
        max_leaves=20,
    )
)
def test_what_the_dumper_writes_is_read_back(value: object) -> None:
    import yaml

    text = yaml.safe_dump(value, allow_unicode=False, sort_keys=False)
    parsed, messages = parse(text)
    assert messages == []
    assert parsed == value
