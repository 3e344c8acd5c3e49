"""Parameters in every style: OpenAPI's own table, and decoders of others that read them back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal
from enum import Enum, IntEnum, StrEnum
from typing import Any
from urllib.parse import parse_qs, parse_qsl, unquote
from uuid import UUID

import pytest
from hoody_codegen.runtime import OMIT
from hoody_codegen.runtime.bodies import encode_body
from hoody_codegen.runtime.cookies import encode_cookies
from hoody_codegen.runtime.errors import InvalidArgumentError
from hoody_codegen.runtime.headers import HeaderFields
from hoody_codegen.runtime.paths import fill_path
from hoody_codegen.runtime.query import encode_query
from hoody_codegen.runtime.wire import encode_json, format_scalar
from hypothesis import assume, given
from hypothesis import strategies as st
from openapi_core.deserializing.styles.util import (
    deep_object_loads,
    label_loads,
    matrix_loads,
    simple_loads,
)
from werkzeug.datastructures import MultiDict
from werkzeug.formparser import parse_form_data
from werkzeug.test import EnvironBuilder
from werkzeug.urls import iri_to_uri

NONE: frozenset[str] = frozenset()
ARRAY = ["blue", "black", "brown"]
OBJECT = {"R": 100, "G": 200, "B": 150}
TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)
WORDS = st.text(st.characters(categories=["L", "Nd", "Zs", "Sc"]), min_size=1)


# OpenAPI 3.1, Parameter Object, Style Examples: the parameter is called "color".
@pytest.mark.parametrize(
    ("style", "empty", "one", "array", "many"),
    [
        ("matrix", ";color", ";color=blue", ";color=blue,black,brown", ";color=R,100,G,200,B,150"),
        (
            "matrix explode",
            ";color",
            ";color=blue",
            ";color=blue;color=black;color=brown",
            ";R=100;G=200;B=150",
        ),
        ("label", ".", ".blue", ".blue,black,brown", ".R,100,G,200,B,150"),
        ("label explode", ".", ".blue", ".blue.black.brown", ".R=100.G=200.B=150"),
        (None, None, "blue", "blue,black,brown", "R,100,G,200,B,150"),
        ("explode", None, "blue", "blue,black,brown", "R=100,G=200,B=150"),
    ],
)
def test_the_table_for_paths(
    style: str | None, empty: str | None, one: str, array: str, many: str
) -> None:
    styles = {} if style is None else {"color": style}
    for value, written in (("blue", one), (ARRAY, array), (OBJECT, many), (tuple(ARRAY), array)):
        assert fill_path("/a{color}/b", NONE, {"color": value}, styles) == f"/a{written}/b"
    if empty is None:
        with pytest.raises(InvalidArgumentError, match="color"):
            fill_path("/a{color}/b", NONE, {"color": ""}, styles)
    else:
        assert fill_path("/a{color}/b", NONE, {"color": ""}, styles) == f"/a{empty}/b"
    for nothing in ([], {}, [None], {"a": OMIT}):
        with pytest.raises(InvalidArgumentError, match="color"):
            fill_path("/a{color}/b", NONE, {"color": nothing}, styles)


@pytest.mark.parametrize("value", ["", "."])
def test_a_label_cant_climb_up(value: str) -> None:
    with pytest.raises(InvalidArgumentError, match="leave its place"):
        fill_path("/a/{color}/b", NONE, {"color": value}, {"color": "label"})


def test_json_in_a_path() -> None:
    path = fill_path("/a/{v}", NONE, {"v": {"x": [1, None, "a/b"]}}, {"v": "json"})
    assert json.loads(unquote(path.removeprefix("/a/"))) == {"x": [1, None, "a/b"]}
    assert path.count("/") == 2


@pytest.mark.parametrize(
    ("style", "one", "array", "many"),
    [
        ("form", "color=blue", "color=blue&color=black&color=brown", "R=100&G=200&B=150"),
        ("comma", "color=blue", "color=blue,black,brown", "color=R,100,G,200,B,150"),
        ("space", "color=blue", "color=blue%20black%20brown", "color=R%20100%20G%20200%20B%20150"),
        ("pipe", "color=blue", "color=blue%7Cblack%7Cbrown", "color=R%7C100%7CG%7C200%7CB%7C150"),
        (
            "deepObject",
            "color=blue",
            "color=blue&color=black&color=brown",
            "color%5BR%5D=100&color%5BG%5D=200&color%5BB%5D=150",
        ),
    ],
)
def test_the_table_for_queries(style: str, one: str, array: str, many: str) -> None:
    for value, written in (("blue", one), ("", "color="), (ARRAY, array), (OBJECT, many)):
        assert encode_query((), {"color": value}, {"color": style}) == written


@pytest.mark.parametrize(
    ("style", "many"), [(None, "R,100,G,200,B,150"), ("explode", "R=100,G=200,B=150")]
)
def test_the_table_for_headers(style: str | None, many: str) -> None:
    styles = {} if style is None else {"X-Color": style}
    for value, written in (("blue", "blue"), (ARRAY, "blue,black,brown"), (OBJECT, many)):
        fields = HeaderFields()
        fields.update({"X-Color": value}, styles)
        assert fields.get("x-color") == written


def test_json_in_headers_and_cookies_is_ascii() -> None:
    fields = HeaderFields()
    value = {"name": "é ✓", "at": datetime(2026, 1, 2, tzinfo=UTC), "none": None, "gone": OMIT}
    fields.update({"X-Filter": value}, {"X-Filter": "json"})
    text = fields.get("X-Filter") or ""
    assert text.isascii()
    expected = {"name": "é ✓", "at": "2026-01-02T00:00:00Z", "none": None}
    assert json.loads(text) == expected
    cookie = encode_cookies({"filter": value}, {"filter": "json"})
    assert cookie.isascii()
    assert ";" not in cookie
    assert json.loads(unquote(cookie.removeprefix("filter="))) == expected


# Decoders of others


def _read(loads: Any, style: str, text: str, kind: str) -> Any:
    explode = style.endswith("explode")
    mark = {"label": ".", "matrix": ";"}.get(style.partition(" ")[0], "")
    key = f"{mark}v{'*' if explode and mark else ''}"
    return loads(explode, "v", kind, {key: text})


LOADERS = {"label": label_loads, "matrix": matrix_loads, "explode": simple_loads}


@given(
    items=st.lists(WORDS, min_size=1),
    style=st.sampled_from(["label", "label explode", "matrix", "matrix explode", "explode"]),
)
def test_arrays_in_paths_come_back(items: list[str], style: str) -> None:
    segment = fill_path("/{v}", NONE, {"v": items}, {"v": style}).removeprefix("/")
    found = _read(LOADERS[style.partition(" ")[0]], style, segment, "array")
    assert [unquote(item) for item in found] == items


@given(
    fields=st.dictionaries(WORDS, WORDS, min_size=1),
    style=st.sampled_from(["label explode", "matrix explode", "explode"]),
)
def test_objects_in_paths_come_back(fields: dict[str, str], style: str) -> None:
    segment = fill_path("/{v}", NONE, {"v": fields}, {"v": style}).removeprefix("/")
    found = _read(LOADERS[style.partition(" ")[0]], style, segment, "object")
    assert {unquote(key): unquote(value) for key, value in found.items()} == fields


@given(fields=st.dictionaries(st.from_regex(r"[A-Za-z]\w*\Z", fullmatch=True), TEXT, min_size=1))
def test_deep_objects_come_back(fields: dict[str, str]) -> None:
    text = encode_query((), {"v": fields}, {"v": "deepObject"})
    query = dict(parse_qsl(text, keep_blank_values=True))
    assert deep_object_loads(True, "v", "object", query) == fields


@given(items=st.lists(TEXT, min_size=1), reserved=st.booleans())
def test_repeated_and_reserved_values_come_back(items: list[str], reserved: bool) -> None:
    style = "form reserved" if reserved else "form"
    text = encode_query((), {"v": items}, {"v": style})
    assert parse_qs(text, keep_blank_values=True) == {"v": items}
    # Nothing in it has to be mended for a URL: werkzeug would encode what isn't allowed.
    assert iri_to_uri(f"http://x/?{text}") == f"http://x/?{text}"


def test_reserved_characters_stay_where_they_are_allowed() -> None:
    value = "a/b:c?d@e!$'()*,;=x&y+z#[] %"
    text = encode_query((), {"v": value}, {"v": "form reserved"})
    assert text == "v=a/b:c?d@e!$'()*,;=x%26y%2Bz%23%5B%5D%20%25"
    listed = encode_query((), {"v": ["a,b", "c/d"]}, {"v": "comma reserved"})
    assert listed == "v=a%2Cb,c/d"
    assert encode_query((), {"v": {"k": "a/b"}}, {"v": "deepObject reserved"}) == "v%5Bk%5D=a/b"


def test_what_deep_objects_hold() -> None:
    value = {
        "a": {"b": {"c": 1}},
        "list": ["x", None, "y"],
        "rows": [{"id": 1}, OMIT, {"id": 2}],
        "grid": [[1, 2], [3]],
        "none": None,
        "empty": [],
    }
    pairs = parse_qsl(encode_query((), {"v": value}, {"v": "deepObject"}))
    assert pairs == [
        ("v[a][b][c]", "1"),
        ("v[list]", "x"),
        ("v[list]", "y"),
        ("v[rows][0][id]", "1"),
        ("v[rows][1][id]", "2"),
        ("v[grid][0]", "1"),
        ("v[grid][0]", "2"),
        ("v[grid][1]", "3"),
    ]


@pytest.mark.parametrize("style", ["form", "comma", "space", "pipe", "deepObject"])
@pytest.mark.parametrize("value", [[], {}, (), [None], {"a": None}, None, OMIT])
def test_nothing_leaves_a_parameter_out(style: str, value: object) -> None:
    assert encode_query((), {"v": value}, {"v": style}) == ""


# Single values


class Word(Enum):
    YES = "yes"


class Number(IntEnum):
    TWO = 2


class Mixed(StrEnum):
    TRUE = "true"


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (1e22, "10000000000000000000000"),
        (1e-7, "0.0000001"),
        (1.0, "1"),
        (-0.0, "0"),
        (0.1, "0.1"),
        (-2.50, "-2.5"),
        (100.0, "100"),
        (10**30, str(10**30)),
        (Decimal("1E+3"), "1000"),
        (Decimal("0.10"), "0.1"),
        (Decimal("100"), "100"),
        (Decimal("1E+400"), "1" + "0" * 400),
        (Decimal("-0.000"), "0"),
        (Word.YES, "yes"),
        (Number.TWO, "2"),
        (Mixed.TRUE, "true"),
        ("true", "true"),
        (True, "true"),
        (date(2026, 1, 2), "2026-01-02"),
        (time(3, 4, 5), "03:04:05"),
        (UUID(int=5), "00000000-0000-0000-0000-000000000005"),
    ],
)
def test_single_values(value: object, written: str) -> None:
    assert format_scalar(value, "v") == written
    assert parse_qsl(encode_query((), {"v": value}, {})) == [("v", written)]
    fields = HeaderFields()
    fields.update({"X": value})
    assert fields.get("X") == written


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_come_back(value: float) -> None:
    text = format_scalar(value, "v")
    assert float(text) == value
    assert "e" not in text.lower()
    assert not text.endswith(".0")


@pytest.mark.parametrize(
    "value",
    [float("nan"), float("inf"), Decimal("NaN"), Decimal("sNaN"), Decimal("-Infinity"), b"x", {}],
)
def test_what_is_no_number_is_refused(value: object) -> None:
    with pytest.raises(InvalidArgumentError, match="v:"):
        format_scalar(value, "v")


@pytest.mark.parametrize("value", [Decimal("NaN"), Decimal("Infinity"), Decimal("sNaN")])
def test_what_is_no_number_is_refused_in_json(value: object) -> None:
    with pytest.raises(InvalidArgumentError, match="isn't a number"):
        encode_json({"a": value})


def test_null_and_left_out_are_two_things_at_every_depth() -> None:
    value = {"a": None, "b": OMIT, "c": {"d": None, "e": OMIT}, "f": [None, OMIT, {"g": None}]}
    assert json.loads(encode_json(value)) == {"a": None, "c": {"d": None}, "f": [None, {"g": None}]}


def test_header_values_beyond_ascii() -> None:
    fields = HeaderFields()
    fields.update({"X-Name": "żółw"})
    assert fields.encoded() == [(b"X-Name", "żółw".encode())]
    with pytest.raises(InvalidArgumentError, match="X-Name: the value isn't valid text"):
        fields.update({"X-Name": "\ud800"})


# Forms


def form(value: Mapping[str, object], kind: str, styles: Mapping[str, str]) -> tuple[Any, Any]:
    """What werkzeug reads out of a form."""
    body = encode_body(value, kind, required=True, extra=None, styles=styles)
    assert body is not None
    content = body.open()
    data = content if isinstance(content, bytes) else b"".join(content)  # type: ignore[arg-type]
    builder = EnvironBuilder(method="POST", content_type=body.content_type, data=data)
    _, fields, files = parse_form_data(builder.get_environ())
    return fields, files


URLENCODED = "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    ("value", "style", "expected"),
    [
        ({"a": 1, "b": ["x"]}, None, [("v", '{"a":1,"b":["x"]}')]),
        ({"a": 1, "b": 2}, "form", [("a", "1"), ("b", "2")]),
        ({"a": 1, "b": {"c": 2}}, "deepObject", [("v[a]", "1"), ("v[b][c]", "2")]),
        (["x", "y z"], None, [("v", "x"), ("v", "y z")]),
        (["x", "y z"], "comma", [("v", "x,y z")]),
        (["x", "y"], "pipe", [("v", "x|y")]),
        (["x", 1], "json", [("v", '["x",1]')]),
        ("a+b&c=d", "form reserved", [("v", "a+b&c=d")]),
        (None, None, [("v", "")]),
        (OMIT, None, []),
    ],
)
def test_fields_of_forms(value: object, style: str | None, expected: list[tuple[str, str]]) -> None:
    styles = {} if style is None else {"v": style}
    fields, _ = form({"v": value}, URLENCODED, styles)
    assert isinstance(fields, MultiDict)
    assert list(fields.items(multi=True)) == expected


@given(fields=st.dictionaries(TEXT, st.lists(TEXT, min_size=1)))
def test_forms_come_back(fields: dict[str, list[str]]) -> None:
    assume(sum(map(len, fields.values())) < 900)
    found, _ = form(fields, URLENCODED, {})
    assert {name: found.getlist(name) for name in found} == fields


def test_parts_of_forms_have_their_documented_types() -> None:
    value = {
        "meta": {"a": 1},
        "list": [{"a": 1}, {"a": 2}],
        "note": "x",
        "flag": True,
        "null": None,
        "gone": OMIT,
        "icon": b"...",
        "named": ("a.bin", b"...", "text/csv"),
    }
    types = {
        "meta": "application/vnd.x+json",
        "note": "text/markdown",
        "flag": "application/json",
        "icon": "image/png",
        "named": "image/png",
    }
    body = encode_body(value, "multipart/form-data", required=True, extra=None, styles=types)
    assert body is not None
    text = b"".join(body.open()).decode()  # type: ignore[arg-type]
    kinds = {}
    for part in text.split("--" + body.content_type.partition("boundary=")[2])[1:-1]:
        head, _, content = part.strip().partition("\r\n\r\n")
        name = head.partition('name="')[2].partition('"')[0]
        kinds[name] = (head.partition("Content-Type: ")[2], content)
    assert kinds == {
        "meta": ("application/vnd.x+json", '{"a":1}'),
        "list": ("application/json", '{"a":2}'),
        "note": ("text/markdown", "x"),
        "flag": ("application/json", "true"),
        "null": ("", ""),
        "icon": ("image/png", "..."),
        "named": ("text/csv", "..."),
    }


def test_an_empty_object_is_sent_where_it_is_asked_for() -> None:
    left_out = {"a": OMIT, "b": OMIT}
    assert encode_body(left_out, "application/json", required=False, extra=None) is None
    assert encode_body(OMIT, "application/json", required=False, extra=None) is None
    for value in (left_out, OMIT, {}):
        body = encode_body(value, "application/json", required=False, extra={})
        assert body is not None
        assert body.open() == b"{}"
