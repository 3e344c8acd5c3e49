"""Schemas from examples: what all of them show together, and never what one of them contradicts."""

from __future__ import annotations

from typing import Any

import pytest
from hoody_codegen.reference.shapes import schema_from_examples
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker

CHECKER = FormatChecker(["date-time", "uuid", "email"])


def inferred(*values: Any, context: str = "thing") -> dict[str, Any]:
    """The schema of some examples without the mark at its top."""
    schema = schema_from_examples(values, context=context)
    assert "schema from example" in schema.pop("x-inferred")
    return schema


def valid(schema: dict[str, Any], value: Any) -> bool:
    return Draft202012Validator(schema, format_checker=CHECKER).is_valid(value)


def test_members_are_united_and_required_where_no_example_lacks_them() -> None:
    assert inferred({"a": 1, "b": "x"}, {"a": 2.5}) == {
        "type": "object",
        "properties": {"a": {"type": "number"}, "b": {"type": "string"}},
        "required": ["a"],
    }


def test_members_of_all_elements_count() -> None:
    schema = inferred({"items": [{"a": 1}, {"a": None, "b": True}]}, {"items": []})
    assert schema["properties"]["items"]["items"] == {
        "type": "object",
        "properties": {"a": {"type": ["integer", "null"]}, "b": {"type": "boolean"}},
        "required": ["a"],
    }


def test_null_alone_says_that_null_is_allowed_and_nothing_more() -> None:
    member = inferred({"a": None})["properties"]["a"]
    assert "type" not in member
    assert "null" in member["x-inferred"]


def test_nothing_seen_is_nothing_said() -> None:
    assert inferred([]) == {"type": "array", "items": {}}
    assert inferred({}) == {"type": "object"}
    assert inferred() == {}


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["2026-01-02T03:04:05Z", "2026-01-02T03:04:05.678+01:00"], "date-time"),
        (["123e4567-e89b-12d3-a456-426614174000"], "uuid"),
        (["https://example.com/a?b=c"], "uri"),
        (["someone@example.com"], "email"),
        (["2026-01-02T03:04:05Z", "later"], None),
        (["2026-13-02T03:04:05Z"], None),
        (["https://{host}/a"], None),
        (["2026-01-02"], None),
        (["a.b"], None),
    ],
)
def test_a_format_needs_all_values(values: list[str], expected: str | None) -> None:
    member = inferred(*({"email": value} for value in values))["properties"]["email"]
    assert member.get("format") == expected


def test_what_looks_like_an_address_is_one_where_the_name_says_so() -> None:
    members = inferred({"user": "a@example.com", "userEmail": "a@example.com"})["properties"]
    assert [member.get("format") for member in members.values()] == [None, "email"]


def test_formats_are_marked_as_guesses() -> None:
    member = inferred({"at": "2026-01-02T03:04:05Z"})["properties"]["at"]
    assert member == {"type": "string", "format": "date-time", "x-inferred": "format from example"}


def test_mixed_scalars_are_a_list_of_types_and_other_mixtures_branches() -> None:
    assert inferred("a", 1, None) == {"type": ["integer", "string", "null"]}
    assert inferred([1], "a") == {
        "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "integer"}}]
    }


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("things", {"507f1f77bcf86cd799439011": {"n": 1}}),
        ("byDay", {"mon": 3, "tue": 4}),
        ("env", {"shell": "sh"}),
        ("x", {"NODE_ENV": "test", "PORT": "1"}),
        ("x", {"/api/users": {"n": 1}, "/api/orders": {"n": 2}}),
        ("x", {"proj_a1b2c3": 1, "proj_d4e5f6": 2}),
        ("x", {"200": {"n": 1}, "404": {"n": 2}}),
        ("headers", {"Accept": "text/html"}),
        ("values", {"user:1": {"n": 1}, "settings:theme": "dark"}),
        ("byShop", {"north": {"n": 1}, "south": {"n": 2}}),
        ("x", {"disk": {"name": "disk", "up": True}, "net": {"name": "net", "up": False}}),
        ("fields", {"state": {"type": "text", "value": "a"}, "n": {"type": "number", "value": 1}}),
    ],
)
def test_keys_that_are_data_make_a_map(name: str, value: dict[str, Any]) -> None:
    schema = inferred({name: value})["properties"][name]
    assert "additionalProperties" in schema
    assert "properties" not in schema
    assert schema["x-inferred"] == "map from example"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("user", {"id": "a", "name": "b"}),
        ("usage", {"cpu": {"used": 1, "total": 2}, "disk": {"used": 1, "total": 2}}),
        ("x", {"507f1f77bcf86cd799439011": {"n": 1}, "507f1f77bcf86cd799439012": "text"}),
        ("OK", {"OK": "yes"}),
        ("step", {"step_1": 1}),
    ],
)
def test_names_of_members_make_an_object(name: str, value: dict[str, Any]) -> None:
    assert "properties" in inferred({name: value})["properties"][name]


def test_a_sentence_may_say_that_the_whole_is_a_map() -> None:
    value = {"files": {"state": "up"}, "search": {"state": "down"}}
    text = "Returns a map of server name to its state."
    assert "additionalProperties" in inferred(value, context=text)
    assert "properties" in inferred(value)


def test_values_of_a_map_have_no_format() -> None:
    schema = inferred({"env": {"HOME": "https://example.com"}})["properties"]["env"]
    assert schema["additionalProperties"] == {"type": "string"}


def test_the_whole_is_no_map_for_the_name_of_its_path() -> None:
    assert "properties" in inferred({"cleared": True}, context="cookies")


def test_variants_are_told_apart_by_their_tag_when_each_has_members_of_its_own() -> None:
    schema = inferred(
        [{"type": "a", "left": 1}, {"type": "b", "right": "x"}, {"type": "a", "left": 2}]
    )
    variants = schema["items"]["oneOf"]
    assert [variant["properties"]["type"]["enum"] for variant in variants] == [["a"], ["b"]]
    assert [sorted(variant["properties"]) for variant in variants] == [
        ["left", "type"],
        ["right", "type"],
    ]


def test_many_variants_may_share_members_as_long_as_most_have_their_own() -> None:
    rules = [
        {"type": "match", "field": "a", "pattern": "x"},
        {"type": "range", "field": "a", "min": 1, "max": 2},
        {"type": "size", "field": "a", "max": 2},
        {"type": "one", "field": "a", "values": [1]},
    ]
    assert len(inferred(rules)["items"]["oneOf"]) == 4


def test_a_tag_over_equal_members_is_just_a_member() -> None:
    schema = inferred([{"type": "a", "n": 1}, {"type": "b", "n": 2, "more": True}])
    assert "oneOf" not in schema["items"]


scalars = (
    st.none()
    | st.booleans()
    | st.integers(-5, 5)
    | st.floats(allow_nan=False, allow_infinity=False, width=16)
    | st.sampled_from(["", "a", "2026-01-02T03:04:05Z", "a@b.cd", "x://y"])
)
keys = st.sampled_from(["a", "b", "type", "env", "/p", "507f1f77bcf86cd799439011", "200"])
json_values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3)
)


@settings(deadline=None)
@given(st.lists(json_values, min_size=1, max_size=4))
def test_every_example_is_valid_against_the_schema_of_all(values: list[Any]) -> None:
    schema = schema_from_examples(values, context="thing")
    Draft202012Validator.check_schema(schema)
    for value in values:
        assert valid(schema, value)


@settings(deadline=None)
@given(st.lists(json_values, min_size=2, max_size=4))
def test_the_order_of_examples_changes_nothing_that_validates(values: list[Any]) -> None:
    forwards = schema_from_examples(values, context="thing")
    backwards = schema_from_examples(values[::-1], context="thing")
    assert sorted(str(forwards.get("type"))) == sorted(str(backwards.get("type")))
    assert set(forwards.get("properties", {})) == set(backwards.get("properties", {}))
    assert set(forwards.get("required", [])) == set(backwards.get("required", []))
