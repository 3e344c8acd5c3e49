"""Cookie parameters and the Cookie header."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from hoody_codegen.runtime import OMIT, RequestOptions
from hoody_codegen.runtime.cookies import encode_cookies, merge_cookies
from hoody_codegen.runtime.errors import InvalidArgumentError
from support.runtime_calls import Caller, operation
from support.wire_server import Answer, WireServer


@pytest.fixture
def other() -> Iterator[WireServer]:
    running = WireServer()
    yield running
    running.close()


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"a": "1", "b": OMIT, "c": None, "d": True}, "a=1; d=true"),
        ({"a": 'x; y=1, "z" \\ 100%'}, "a=x%3B%20y=1%2C%20%22z%22%20%5C%20100%25"),
        ({"a": "Zm9v+/=="}, "a=Zm9v+/=="),
        ({"a": "ü\r\n"}, "a=%C3%BC%0D%0A"),
        ({"a=b; c": "1"}, "a%3Db%3B%20c=1"),
        ({"list": ["x", "y"]}, "list=x; list=y"),
        ({"object": {"x": 1, "y": None}}, "x=1"),
        ({"comma": ["x,y", "z"]}, "comma=x%2Cy,z"),
        ({"comma": {"x": 1, "y": [2]}}, "comma=x,1,y,[2]"),
        ({"comma": []}, ""),
        ({"plain": "a b%20"}, "plain=a b%20"),
        ({"flag": True}, "flag="),
        ({"flag": False}, ""),
    ],
)
def test_cookies_are_written_by_their_style(values: Mapping[str, Any], expected: str) -> None:
    styles = {"comma": "comma", "plain": "cookie", "flag": "flag"}
    assert encode_cookies(values, styles) == expected


@pytest.mark.parametrize("value", ["a; b=1", "\ud800", object()])
def test_what_cannot_be_sent_is_refused(value: Any) -> None:
    with pytest.raises(InvalidArgumentError):
        encode_cookies({"a": value}, {"a": "cookie" if value == "a; b=1" else "form"})


def test_later_pairs_replace_earlier_ones_of_their_name() -> None:
    assert merge_cookies(None, "a=1") == "a=1"
    assert merge_cookies(" a=1;b=2;; ", "b=3; b=4") == "a=1; b=3; b=4"


def test_arguments_join_the_headers_of_the_caller(caller: Caller, server: WireServer) -> None:
    options = RequestOptions(headers={"cookie": "mine=1; a=2"})
    caller.call(operation(), cookies={"a": "1", "b": "x y"}, options=options)
    assert server.last.header("cookie") == "b=x%20y; mine=1; a=2"
    caller.call(operation(), cookies={"a": "1"}, headers={"Cookie": "a=0; c=3"})
    assert server.last.header("cookie") == "c=3; a=1"
    caller.call(operation(), cookies={"a": OMIT})
    assert server.last.header("cookie") is None


def test_cookies_stay_with_their_origin(
    caller: Caller, server: WireServer, other: WireServer
) -> None:
    server.answers.append(Answer(302, headers={"Location": "/there"}))
    caller.call(operation(), cookies={"a": "1"})
    assert server.last.header("cookie") == "a=1"
    server.answers.append(Answer(302, headers={"Location": other.url + "/there"}))
    caller.call(operation(), cookies={"a": "1"})
    assert other.last.path == "/there"
    assert other.last.header("cookie") is None
