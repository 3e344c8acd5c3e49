"""Type cells in all their spellings."""

from __future__ import annotations

from typing import Any

import pytest
from hoody_codegen.reference.mining import parse_type
from jsonschema import Draft202012Validator


@pytest.mark.parametrize(
    ("cell", "schema"),
    [
        ("string", {"type": "string"}),
        ("Integer", {"type": "integer"}),
        ("bool", {"type": "boolean"}),
        ("string \\| null", {"type": ["string", "null"]}),
        ("`null` \\| integer", {"type": ["integer", "null"]}),
        ("object &brvbar; null", {"type": ["object", "null"]}),
        ("integer \\| string", {"type": ["integer", "string"]}),
        ("string or number", {"type": ["string", "number"]}),
        ("null", {"type": "null"}),
        ("any", {}),
        ("", {"x-inferred": "type unknown"}),
        ("string[]", {"type": "array", "items": {"type": "string"}}),
        ("array of strings", {"type": "array", "items": {"type": "string"}}),
        ("array (integer)", {"type": "array", "items": {"type": "integer"}}),
        ("array&lt;integer&gt;", {"type": "array", "items": {"type": "integer"}}),
        (
            "(string \\| integer)[]",
            {"type": "array", "items": {"type": ["string", "integer"]}},
        ),
        (
            "string \\| string[]",
            {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]},
        ),
        (
            "object (string → integer)",
            {"type": "object", "additionalProperties": {"type": "integer"}},
        ),
        ("map of strings", {"type": "object", "additionalProperties": {"type": "string"}}),
        ("Record<string, any>", {"type": "object", "additionalProperties": {}}),
        ("string (uri)", {"type": "string", "format": "uri"}),
        ("string (`password`)", {"type": "string", "format": "password"}),
        ("integer (int64)", {"type": "integer", "format": "int64"}),
        ("string, nullable", {"type": ["string", "null"]}),
        ("uuid", {"type": "string", "format": "uuid"}),
        ('"on" \\| "off"', {"type": "string", "enum": ["on", "off"]}),
        (
            '"on" \\| "off" \\| null',
            {"type": ["string", "null"], "enum": ["on", "off", None]},
        ),
    ],
)
def test_a_type_cell_becomes_a_schema(cell: str, schema: dict[str, Any]) -> None:
    assert parse_type(cell) == schema
    Draft202012Validator.check_schema(parse_type(cell))


def test_the_name_of_an_unknown_schema_is_kept_and_its_type_is_not_invented() -> None:
    assert parse_type("`shop_Colour`") == {
        "title": "shop_Colour",
        "x-inferred": "type unknown, only its schema name is documented",
    }
    assert "type" not in parse_type("a thing of some sort")
