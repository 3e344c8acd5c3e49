"""Paths, queries and headers as text; what is encoded can be decoded again."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from enum import Enum
from typing import Any
from urllib.parse import parse_qsl, unquote
from uuid import UUID

import pytest
from hoody_codegen.runtime import OMIT
from hoody_codegen.runtime.errors import APIError, InvalidArgumentError
from hoody_codegen.runtime.headers import HeaderFields
from hoody_codegen.runtime.paths import fill_path
from hoody_codegen.runtime.query import encode_query
from hoody_codegen.runtime.wire import format_datetime
from hypothesis import assume, given
from hypothesis import strategies as st

NONE: frozenset[str] = frozenset()
TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)


class Colour(Enum):
    RED = "red"


@given(value=TEXT)
def test_a_path_value_is_one_segment_and_comes_back(value: str) -> None:
    assume(value not in (".", ".."))
    path = fill_path("/a/{id}/b", NONE, {"id": value})
    before, segment, after = path.removeprefix("/").split("/")
    assert (before, after) == ("a", "b")
    assert unquote(segment) == value
    assert segment.isascii()
    assert not set("?#\\ ") & set(segment)


@given(segments=st.lists(TEXT.filter(lambda text: text not in (".", "..")), min_size=1))
def test_a_wildcard_comes_back_segment_by_segment(segments: list[str]) -> None:
    assume(all("/" not in segment for segment in segments))
    path = fill_path("/w/{rest}", frozenset({"rest"}), {"rest": "/".join(segments)})
    assert [unquote(part) for part in path.split("/")[2:]] == segments


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (5, "5"),
        (True, "true"),
        (Colour.RED, "red"),
        (UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        (date(2026, 1, 2), "2026-01-02"),
        ("a;b=c:d@e", "a%3Bb%3Dc%3Ad%40e"),
        ("~-._", "~-._"),
        ("...", "..."),
        (["a,b", 2, None], "a%2Cb,2"),
        ({"x": 1, "y/z": True, "n": None}, "x,1,y%2Fz,true"),
    ],
)
def test_path_values(value: object, written: str) -> None:
    assert fill_path("/x/{v}", NONE, {"v": value}) == f"/x/{written}"


def test_a_value_can_be_a_part_of_a_segment() -> None:
    assert fill_path("/{id}/answer:assist", NONE, {"id": "a"}) == "/a/answer:assist"
    assert fill_path("/v{major}.json", NONE, {"major": 1}) == "/v1.json"
    assert fill_path("/v{a}-{b}", NONE, {"a": "..", "b": "."}) == "/v..-."


@pytest.mark.parametrize("value", [None, OMIT, "", ".", "..", [], b"bytes", float("nan"), "\ud800"])
def test_bad_path_values_are_refused(value: object) -> None:
    with pytest.raises(InvalidArgumentError):
        fill_path("/x/{v}", NONE, {"v": value})


@pytest.mark.parametrize("value", ["", "a//b", "//a", "a/../b", "./a", "..", "/.."])
def test_bad_wildcards_are_refused(value: str) -> None:
    with pytest.raises(InvalidArgumentError):
        fill_path("/x/{v}", frozenset({"v"}), {"v": value})


def test_a_root_wildcard_is_the_root() -> None:
    assert fill_path("/x/{v}", frozenset({"v"}), {"v": "/"}) == "/x/"


def test_literal_text_of_a_template_is_encoded_once() -> None:
    assert fill_path("/a b/%41/{v}", NONE, {"v": 1}) == "/a%20b/%41/1"


@given(values=st.dictionaries(TEXT, TEXT))
def test_a_query_comes_back(values: dict[str, str]) -> None:
    text = encode_query((), values, {})
    assert dict(parse_qsl(text, keep_blank_values=True)) == values
    assert text.isascii()


@given(items=st.lists(TEXT, min_size=1), style=st.sampled_from(["comma", "pipe", "space"]))
def test_a_joined_list_keeps_delimiters_in_its_items(items: list[str], style: str) -> None:
    text = encode_query((), {"v": items}, {"v": style})
    delimiter = {"comma": ",", "pipe": "%7C", "space": "%20"}[style]
    if style == "comma":
        assert [unquote(part) for part in text.removeprefix("v=").split(delimiter)] == items
    else:
        # Here the delimiter is written encoded, so it can't be told from one inside an item.
        assert unquote(text) == "v=" + unquote(delimiter).join(items)


@pytest.mark.parametrize(
    ("value", "style", "written"),
    [
        ([1, True, None, "a b"], "form", "v=1&v=true&v=a%20b"),
        ([1, 2], "comma", "v=1,2"),
        (["a,b", "c"], "comma", "v=a%2Cb,c"),
        ([1, 2], "space", "v=1%202"),
        ([1, 2], "pipe", "v=1%7C2"),
        ([], "form", ""),
        ([], "comma", ""),
        ((1, 2), "form", "v=1&v=2"),
        ({"a": 1, "b": None}, "form", "a=1"),
        ({"a": 1, "b": 2}, "comma", "v=a,1,b,2"),
        ({"a": 1, "b": [2, 3]}, "deepObject", "v%5Ba%5D=1&v%5Bb%5D=2&v%5Bb%5D=3"),
        ({"c": {"d": "e"}}, "deepObject", "v%5Bc%5D%5Bd%5D=e"),
        ([{"a": 1}], "form", "v=%7B%22a%22%3A1%7D"),
        ({"a": [1, None]}, "json", "v=%7B%22a%22%3A%5B1%2Cnull%5D%7D"),
        ("a b", "json", "v=%22a%20b%22"),
        (True, "flag", "v"),
        ("", "flag", "v"),
        ("1", "flag", "v=1"),
        (False, "flag", ""),
        (None, "flag", ""),
        (False, "form", "v=false"),
        ("", "form", "v="),
        (Colour.RED, "form", "v=red"),
        (1.5, "form", "v=1.5"),
        (10**30, "form", f"v={10**30}"),
        (datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), "form", "v=2026-01-02T03%3A04%3A05Z"),
    ],
)
def test_query_styles(value: object, style: str, written: str) -> None:
    assert encode_query((), {"v": value}, {"v": style}) == written


def test_fixed_pairs_stand_first_unless_given() -> None:
    fixed = (("type", "ssh"), ("zip", ""))
    assert encode_query(fixed, {}, {}) == "type=ssh&zip"
    assert encode_query(fixed, {"zip": False}, {"zip": "flag"}) == "type=ssh&zip"
    assert encode_query(fixed, {"zip": True, "type": None}, {"zip": "flag"}) == "type=ssh&zip"
    assert encode_query(fixed, {"type": "s3"}, {}) == "zip&type=s3"


@pytest.mark.parametrize("value", [object(), b"bytes", float("inf"), "\udc80"])
def test_bad_query_values_are_refused_by_name(value: object) -> None:
    with pytest.raises(InvalidArgumentError, match="wanted"):
        encode_query((), {"wanted": value}, {})


@pytest.mark.parametrize(
    ("moment", "written"),
    [
        (datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), "2026-01-02T03:04:05Z"),
        (datetime(2026, 1, 2, 3, 4, 5, 123000, UTC), "2026-01-02T03:04:05.123Z"),
        (datetime(2026, 1, 2, 3, 4, 5, 123456, UTC), "2026-01-02T03:04:05.123456Z"),
        (
            datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone(timedelta(hours=-3, minutes=-30))),
            "2026-01-02T03:04:05-03:30",
        ),
    ],
)
def test_times_are_rfc_3339(moment: datetime, written: str) -> None:
    assert format_datetime(moment) == written


@pytest.fixture
def in_tokyo(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "JST-9")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="the zone can't be set here")
def test_a_time_without_zone_is_local_and_gets_one(in_tokyo: None) -> None:
    assert format_datetime(datetime(2026, 7, 2, 12, 4, 5)) == "2026-07-02T03:04:05Z"


@pytest.mark.parametrize("value", ["a\r\nX: y", "a\nb", "a\rb", "a\0b", "a\x7fb"])
def test_header_values_can_not_break_the_message(value: str) -> None:
    fields = HeaderFields()
    with pytest.raises(InvalidArgumentError, match="X-Demo"):
        fields.update({"X-Demo": value})


@pytest.mark.parametrize("name", ["", "a b", "a:b", "ä", "a\n"])
def test_header_names_are_tokens(name: str) -> None:
    with pytest.raises(InvalidArgumentError):
        HeaderFields().update({name: "v"})


@given(value=st.text())
def test_any_accepted_header_value_is_one_line(value: str) -> None:
    fields = HeaderFields()
    try:
        fields.update({"X-Demo": value})
        encoded = fields.encoded()
    except (InvalidArgumentError, UnicodeEncodeError):
        return
    assert not any(byte in encoded[0][1] for byte in b"\r\n\0")


def test_header_values_and_replacement() -> None:
    fields = HeaderFields()
    values: dict[str, Any] = {
        "A": [1, "b"],
        "B": True,
        "C": OMIT,
        "a": "later",
        "D": " x ",
        "E": "é",
        "F": {"x": 1, "y": None, "z": "a"},
    }
    fields.update(values)
    fields.update({"b": None})
    assert fields.items() == [("a", "later"), ("D", "x"), ("E", "é"), ("F", "x,1,z,a")]
    assert fields.encoded()[2] == (b"E", "é".encode())


def test_argument_errors_are_value_errors_of_the_client_family() -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011
        fill_path("/{v}", NONE, {})
    assert isinstance(caught.value, APIError)
