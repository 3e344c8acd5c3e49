"""JSON to values and places."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hoody_codegen.diagnostics import Diagnostics
from hoody_codegen.document import Source
from hoody_codegen.document.json_reader import read_json
from hoody_codegen.document.limits import DEFAULT_LIMITS, Limits
from hypothesis import given
from hypothesis import strategies as st


def parse(text: str, limits: Limits = DEFAULT_LIMITS) -> tuple[Any, list[str]]:
    diagnostics = Diagnostics()
    read = read_json(text, "spec.json", limits, diagnostics)
    return (Source("spec.json", *read) if read is not None else None), [
        str(item) for item in diagnostics
    ]


characters = st.text(st.characters(codec="utf-8"))


@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats(allow_nan=False, allow_infinity=False)
        | characters,
        lambda inner: st.lists(inner) | st.dictionaries(characters, inner),
        max_leaves=20,
    ),
    st.sampled_from([None, 2]),
    st.booleans(),
)
def test_what_the_library_writes_is_read_back(value: object, indent: int, ascii_: bool) -> None:
    source, messages = parse(json.dumps(value, indent=indent, ensure_ascii=ascii_))
    assert messages == []
    assert source.tree == value


def test_places_are_those_of_keys_and_items() -> None:
    source, _ = parse('{\n  "a": [1,\n    {"b/c": true}]\n}')
    assert str(source.node("/a").location) == "spec.json:2:3"
    assert str(source.node("/a/1").location) == "spec.json:3:5"
    assert str(source.node("/a/1/b~1c").location) == "spec.json:3:6"


@pytest.mark.parametrize(
    ("text", "place", "code"),
    [
        ("", "1:1", "json-syntax"),
        ('{"a" 1}', "1:6", "json-syntax"),
        ("{a: 1}", "1:2", "json-syntax"),
        ('{"a": 1,}', "1:9", "json-syntax"),
        ("[1 2]", "1:4", "json-syntax"),
        ('[1,\n"open]', "2:1", "json-syntax"),
        ('["\t"]', "1:3", "json-syntax"),
        ("[1] x", "1:5", "json-syntax"),
        ("[NaN]", "1:2", "json-syntax"),
        ("[01]", "1:3", "json-syntax"),
        ('{"a": 1, "a": 2}', "1:10", "duplicate-key"),
        ("[" * 300 + "]" * 300, "1:202", "document-too-deep"),
    ],
)
def test_faults_have_a_place(text: str, place: str, code: str) -> None:
    source, messages = parse(text)
    assert source is None
    assert len(messages) == 1
    assert messages[0].startswith(f"spec.json:{place}: error: ")
    assert f"[{code}]" in messages[0]


def test_a_lone_surrogate_is_replaced() -> None:
    source, _ = parse('["\\ud800"]')
    assert source.tree == ["?"]


def test_nodes_are_limited() -> None:
    assert "more than 3 nodes" in parse("[1, 2, 3]", Limits(nodes=3))[1][0]


@given(st.text(alphabet='{}[]",:tfn1 \n\\u', max_size=30))
def test_no_text_raises(text: str) -> None:
    source, messages = parse(text)
    try:
        expected = json.loads(text)
    except ValueError:
        assert source is None
        assert messages
        return
    assert source is not None or "duplicate-key" in messages[0]
    if source is not None:
        assert source.tree == expected
