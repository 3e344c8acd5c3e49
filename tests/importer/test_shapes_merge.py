"""Field tables: nested by their names, and laid over what examples show."""

from __future__ import annotations

from typing import Any

import pytest
from hoody_codegen.reference.shapes import (
    FieldRow,
    nest_fields,
    overlay_fields,
    schema_from_examples,
    tidy,
    widen,
)
from hoody_codegen.reference.shapes.unify import NULL_ONLY, join
from hypothesis import given, settings
from hypothesis import strategies as st
from importer.test_shapes_examples import json_values
from jsonschema import Draft202012Validator

TEXT = {"type": "string"}
WHOLE = {"type": "integer"}


def test_dotted_names_nest() -> None:
    rows = [
        FieldRow("model", {"type": "object", "description": "Which."}, True),
        FieldRow("model.id", TEXT, True),
        FieldRow("model.hint", TEXT, False),
        FieldRow("users[].name", TEXT, True),
        FieldRow("users[].tags[]", TEXT, False),
    ]
    assert nest_fields(rows) == {
        "type": "object",
        "properties": {
            "model": {
                "type": "object",
                "description": "Which.",
                "properties": {"id": TEXT, "hint": TEXT},
                "required": ["id"],
            },
            "users": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {"name": TEXT, "tags": {"type": "array", "items": TEXT}},
                    "required": ["name"],
                },
            },
        },
        "required": ["model"],
    }


def test_parts_of_a_documented_array_belong_to_its_items() -> None:
    rows = [FieldRow("list", {"type": "array"}), FieldRow("list.id", TEXT)]
    items = nest_fields(rows)["properties"]["list"]["items"]
    assert items == {"type": "object", "properties": {"id": TEXT}}


def test_parts_win_over_a_vague_type_and_null_stays() -> None:
    rows = [FieldRow("icon", {"type": ["string", "null"]}), FieldRow("icon.url", TEXT)]
    assert nest_fields(rows)["properties"]["icon"]["type"] == ["object", "null"]


def test_a_table_without_requiredness_says_nothing_about_it() -> None:
    assert "required" not in nest_fields([FieldRow("a", TEXT), FieldRow("b", TEXT)])
    assert nest_fields([FieldRow("a", TEXT, False)])["required"] == []
    assert "required" not in tidy(nest_fields([FieldRow("a", TEXT, False)]))


def test_names_that_are_no_paths_are_taken_as_they_are() -> None:
    for name in (".hidden", "a..b", "x-y", "2fa", "$ref", "a[", "*"):
        assert list(nest_fields([FieldRow(name, TEXT)])["properties"]) == [name]


def test_the_table_wins_and_both_sides_keep_their_fields() -> None:
    inferred = schema_from_examples([{"a": "x", "n": {"k": 1}, "only": True}], context="")
    documented = nest_fields(
        [
            FieldRow("a", {"type": "string", "enum": ["x", "y"], "description": "A."}, True),
            FieldRow("n.k", {"type": "number"}, False),
            FieldRow("n.more", TEXT, False),
            FieldRow("late", TEXT, False),
        ]
    )
    assert overlay_fields(inferred, documented) == {
        "type": "object",
        "properties": {
            "a": {"type": "string", "enum": ["x", "y"], "description": "A."},
            "n": {
                "type": "object",
                "properties": {"k": {"type": "number"}, "more": TEXT},
            },
            "late": TEXT,
            "only": {"type": "boolean"},
        },
        "required": ["a"],
        "x-inferred": "schema from example",
    }


def test_requiredness_of_examples_counts_where_the_table_is_silent() -> None:
    inferred = schema_from_examples([{"a": 1, "b": 2}, {"a": 1}], context="")
    documented = nest_fields([FieldRow("a", WHOLE), FieldRow("b", WHOLE)])
    assert overlay_fields(inferred, documented)["required"] == ["a"]


@pytest.mark.parametrize(
    ("documented", "value", "types"),
    [
        ("string", None, ["string", "null"]),
        ("integer", 1.5, "number"),
        ("number", 1, "number"),
        ("string", 5, ["string", "integer"]),
        ("object", "text", ["object", "string"]),
    ],
)
def test_a_contradiction_keeps_the_documented_type_and_lets_the_example_in(
    documented: str, value: Any, types: Any
) -> None:
    inferred = schema_from_examples([{"a": value}], context="")
    table = nest_fields([FieldRow("a", {"type": documented})])
    assert overlay_fields(inferred, table, [{"a": value}])["properties"]["a"]["type"] == types


def test_a_documented_map_turns_the_members_seen_into_values() -> None:
    inferred = schema_from_examples([{"rules": {"read": True, "list": False}}], context="")
    table = nest_fields(
        [FieldRow("rules", {"type": "object", "additionalProperties": True, "description": "R."})]
    )
    assert overlay_fields(inferred, table)["properties"]["rules"] == {
        "type": "object",
        "additionalProperties": {"type": "boolean"},
        "description": "R.",
    }


def test_a_documented_any_stays_any_and_an_unknown_type_is_learnt() -> None:
    inferred = schema_from_examples([{"a": {"k": 1}, "b": 5}], context="")
    table = nest_fields(
        [
            FieldRow("a", {"description": "Any JSON value."}),
            FieldRow("b", {"description": "A number.", "x-inferred": "type unknown"}),
        ]
    )
    assert overlay_fields(inferred, table)["properties"] == {
        "a": {"description": "Any JSON value."},
        "b": {"type": "integer", "description": "A number."},
    }


def test_members_of_the_description_and_rows_of_the_table_come_together() -> None:
    parent = {"type": "object", "properties": {"id": {}, "hint": {}}, "required": ["id"]}
    rows = [FieldRow("model", parent, True), FieldRow("model.hint", TEXT, True)]
    assert nest_fields(rows)["properties"]["model"] == {
        "type": "object",
        "properties": {"id": {}, "hint": TEXT},
        "required": ["id", "hint"],
    }


def test_an_example_outside_an_enum_or_a_bound_widens_it() -> None:
    schema = {
        "type": "object",
        "properties": {
            "a": {"type": "string", "enum": ["x"], "maxLength": 3},
            "n": {"type": "integer", "minimum": 1, "maximum": 5},
        },
        "required": ["a", "b"],
    }
    assert widen(schema, {"a": "long", "n": 9}) == {
        "type": "object",
        "properties": {
            "a": {"type": "string", "enum": ["x", "long"], "maxLength": 4},
            "n": {"type": "integer", "minimum": 1, "maximum": 9},
        },
        "required": ["a"],
    }


def test_what_fits_changes_nothing() -> None:
    schema = {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]}
    assert widen(schema, {"a": 1, "b": 2}) == schema


types = st.sampled_from(["string", "integer", "number", "boolean", "array", "object", "null"])
documented_tables = st.lists(
    st.builds(
        FieldRow,
        st.sampled_from(["a", "b", "a.b", "a[].b", "b[]", "type", "env.a"]),
        st.builds(lambda kind: {"type": kind}, types),
        st.sampled_from([True, False, None]),
    ),
    max_size=4,
).map(nest_fields)


@settings(deadline=None)
@given(
    st.lists(
        st.dictionaries(st.sampled_from(["a", "b", "type"]), json_values), min_size=1, max_size=3
    ),
    documented_tables,
)
def test_examples_are_valid_whatever_the_table_says(
    values: list[dict[str, Any]], table: dict[str, Any]
) -> None:
    inferred = schema_from_examples(values, context="")
    result = overlay_fields(inferred, table, values)
    Draft202012Validator.check_schema(result)
    for value in values:
        assert Draft202012Validator(result).is_valid(value)


@settings(deadline=None)
@given(json_values, json_values, json_values)
def test_the_join_accepts_what_each_side_accepts(one: Any, other: Any, third: Any) -> None:
    schemas = [schema_from_examples([value], context="") for value in (one, other, third)]
    joined = join(join(schemas[0], schemas[1]), schemas[2])
    for value in (one, other, third):
        assert Draft202012Validator(joined).is_valid(value)
    assert join(joined, joined) == joined


def test_a_format_that_is_dropped_takes_its_mark_along() -> None:
    dated = {"type": "string", "format": "date-time", "x-inferred": "format from example"}
    assert join(dated, {"type": "string"}) == {"type": "string"}
    assert join(dated, dated) == dated


def test_the_join_loses_no_field_and_no_listed_value() -> None:
    one = {
        "type": "object",
        "properties": {"a": {"type": "string", "enum": ["x"]}, "n": {"x-inferred": NULL_ONLY}},
        "required": ["a", "n"],
    }
    other = {
        "type": "object",
        "properties": {"a": {"type": "string", "enum": ["y"]}, "n": TEXT, "b": WHOLE},
        "required": ["a", "b"],
    }
    assert join(one, other) == {
        "type": "object",
        "properties": {
            "a": {"type": "string", "enum": ["x", "y"]},
            "n": {"type": ["string", "null"]},
            "b": WHOLE,
        },
        "required": ["a"],
    }
    assert join({"type": "string", "enum": ["x"]}, TEXT) == {
        "anyOf": [{"type": "string", "enum": ["x"]}, TEXT]
    }
