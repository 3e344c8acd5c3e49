"""Reading of JSON lines."""

from __future__ import annotations

import json
from itertools import chain, pairwise

import pytest
from hoody_codegen.runtime.ndjson import LineParser
from hoody_codegen.runtime.sse import TooLongError
from hypothesis import given
from hypothesis import strategies as st

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


def lines_of(*chunks: bytes) -> list[bytes]:
    parser = LineParser()
    found = [line for chunk in chunks for line in parser.feed(chunk)]
    last = parser.finish()
    return [*found, last] if last else found


@given(
    values=st.lists(VALUES, max_size=6),
    end=st.sampled_from(["\n", "\r\n", "\n\n", " \t\n"]),
    is_ascii=st.booleans(),
    last=st.booleans(),
    cuts=st.lists(st.integers(0, 300), max_size=8),
)
def test_any_cutting_gives_the_same_values(
    values: list[object], end: str, is_ascii: bool, last: bool, cuts: list[int]
) -> None:
    text = end.join(json.dumps(value, ensure_ascii=is_ascii) for value in values)
    body = (text + (end if last else "")).encode("utf-8", "surrogatepass")
    places = [0, *sorted(min(cut, len(body)) for cut in cuts), len(body)]
    chunks = [body[a:b] for a, b in pairwise(places)]
    for pieces in ([body], chunks, [body[i : i + 1] for i in range(len(body))]):
        found = [json.loads(line.decode("utf-8", "surrogatepass")) for line in lines_of(*pieces)]
        assert found == values


def test_line_separators_of_unicode_end_no_line() -> None:
    body = '{"a": "\u2028\u2029\x85"}\n'.encode()
    assert lines_of(body) == [body.rstrip(b"\n")]


def test_a_json_text_sequence_is_read_too() -> None:
    assert lines_of(b'\x1e{"a": 1}\n\x1e{"b": 2}\n') == [b'{"a": 1}', b'{"b": 2}']


@pytest.mark.parametrize("chunks", [[b"1234567"] * 20, [b"1" * 51 + b"\n"]])
def test_an_endless_line_is_given_up(chunks: list[bytes]) -> None:
    parser = LineParser(50)
    assert list(parser.feed(b"1\n2\n")) == [b"1", b"2"]
    with pytest.raises(TooLongError, match="A line is longer than 50 bytes"):
        list(chain.from_iterable(map(parser.feed, chunks)))
