"""Default cells, fitted to the type of their field."""

from __future__ import annotations

from typing import Any

import pytest
from hoody_codegen.reference.mining import NOTHING, parse_default


@pytest.mark.parametrize(
    ("cell", "kind", "value"),
    [
        ("`true`", "boolean", True),
        ("`5`", "integer", 5),
        ("`-1`", "integer", -1),
        ("`0.5`", "number", 0.5),
        ('`""`', "string", ""),
        ('`"dark"`', "string", "dark"),
        ("`dark`", "string", "dark"),
        ("dark", "string", "dark"),
        ("`[]`", "array", []),
        ("`{}`", "object", {}),
        ('`["a", "b"]`', "array", ["a", "b"]),
        # Converted, because nothing is lost.
        ('`"10485760"`', "integer", 10485760),
        ('`"10485760"`', "string", "10485760"),
        ("`10`", "string", "10"),
        ('`"true"`', "boolean", True),
        ("`true`", "string", "true"),
        ('`["md5","sha1"]`', "string", "md5,sha1"),
        ("`[]`", "string", ""),
    ],
)
def test_a_default_has_the_type_of_its_field(cell: str, kind: str, value: Any) -> None:
    found = parse_default(cell, {"type": kind})
    assert (type(found), found) == (type(value), value)


@pytest.mark.parametrize("cell", ["—", "unset", "`unset`", "", "-", "None", "n/a"])
def test_no_default_is_not_a_default_of_null(cell: str) -> None:
    assert parse_default(cell, {"type": "string"}) is NOTHING


@pytest.mark.parametrize(
    ("cell", "kind"), [('`"soon"`', "integer"), ('`"soon"`', "boolean"), ('`""`', "array")]
)
def test_a_default_that_contradicts_the_type_is_none(cell: str, kind: str) -> None:
    assert parse_default(cell, {"type": kind}) is NOTHING


def test_the_description_tells_how_a_list_is_written_as_text() -> None:
    text = "Space-separated scopes."
    assert parse_default('`["a","b"]`', {"type": "string"}, description=text) == "a b"


def test_any_branch_of_a_union_will_do() -> None:
    schema = {"anyOf": [{"type": "integer"}, {"type": "array", "items": {"type": "string"}}]}
    assert parse_default("`[]`", schema) == []
    assert parse_default("`7`", schema) == 7
    assert parse_default("`x`", {}) == "x"
