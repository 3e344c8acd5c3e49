"""Reading of event streams, held against a second reading that follows the standard literally."""

from __future__ import annotations

import codecs
import re
from itertools import pairwise

import pytest
from hoody_codegen.runtime.sse import EventParser, Frame, TooLongError
from hypothesis import example, given
from hypothesis import strategies as st


def parse(*chunks: bytes, limit: int = 1 << 20) -> list[Frame]:
    parser = EventParser(limit)
    return [frame for chunk in chunks for frame in parser.feed(chunk)]


def by_the_standard(stream: bytes) -> tuple[list[Frame], str, int | None]:
    """HTML Living Standard, sections 9.2.5 and 9.2.6, step by step and as slow as it likes.

    Gives the events, the last event ID and the reconnection time.
    """
    text = stream.decode("utf-8", "replace")
    text = text.removeprefix("\ufeff")
    lines = re.split("\r\n|\n|\r", text)[:-1]  # what follows the last line end is no line
    found: list[Frame] = []
    data, event, id_buffer, last_id = "", "", "", ""
    reconnection: int | None = None
    own_retry: int | None = None
    for line in lines:
        if line == "":
            last_id = id_buffer
            if data != "":
                data = data.removesuffix("\n")
                found.append((event or "message", data, last_id, own_retry))
            data, event, own_retry = "", "", None
        elif line.startswith(":"):
            continue
        else:
            name, _, value = line.partition(":")
            value = value.removeprefix(" ")
            if name == "event":
                event = value
            elif name == "data":
                data += value + "\n"
            elif name == "id":
                if "\0" not in value:
                    id_buffer = value
            elif name == "retry" and value and all(c in "0123456789" for c in value):
                reconnection = own_retry = int(value)
    return found, last_id, reconnection


FIELDS = st.sampled_from(
    [
        b"data",
        b"data:",
        b"data: x",
        b"data:  two spaces",
        b'data: {"a": "b"}',
        "data: äöü €\U0001f600".encode(),
        b"data: broken \xff\xfe\xe2\x82",
        b"event: done",
        b"event:",
        b"id: 12",
        b"id",
        b"id: a\0b",
        b"retry: 1500",
        b"retry: 0015",
        b"retry: 15s",
        b"retry: -1",
        "retry: ٣".encode(),
        b": comment",
        b":",
        b"other: field",
        b" data: a space before",
        b"DATA: upper case",
        b"\xef\xbb\xbfdata: mark",
    ]
)
ENDS = st.sampled_from([b"\n", b"\r", b"\r\n"])
LINES = st.builds(lambda field, end: field + end, FIELDS | st.just(b""), ENDS)
STREAMS = st.lists(LINES, max_size=12).map(b"".join)
TAILS = st.sampled_from([b"", b"data: never finished", b"\xe2\x82"])


@given(
    stream=st.builds(
        lambda mark, lines, tail: mark + lines + tail,
        st.sampled_from([b"", codecs.BOM_UTF8, codecs.BOM_UTF8 * 2, b"\xef\xbb"]),
        STREAMS | st.binary(max_size=60),
        TAILS,
    ),
    cuts=st.lists(st.integers(0, 400), max_size=8),
)
@example(stream=b"data: a\r\n\r\ndata: b\r\n\r\n", cuts=[8, 9, 10, 11])
@example(stream=b"\xef\xbb\xbfdata: a\n\n", cuts=[1, 2])
@example(stream=b"id: 1\n\n", cuts=[])
def test_any_cutting_reads_the_same_as_the_standard(stream: bytes, cuts: list[int]) -> None:
    expected, last_id, reconnection = by_the_standard(stream)
    places = [0, *sorted(min(cut, len(stream)) for cut in cuts), len(stream)]
    chunks = [stream[a:b] for a, b in pairwise(places)]
    for pieces in ([stream], chunks, [stream[i : i + 1] for i in range(len(stream))]):
        parser = EventParser()
        found = [frame for chunk in pieces for frame in parser.feed(chunk)]
        assert found == expected
        assert parser.last_event_id == last_id
        assert parser.retry == reconnection


@pytest.mark.parametrize(
    ("stream", "events"),
    [  # the examples of section 9.2.6
        (b"data: YHOO\ndata: +2\ndata: 10\n\n", [("message", "YHOO\n+2\n10", "")]),
        (
            b": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\n"
            b"data:  third event\n\n",
            [
                ("message", "first event", "1"),
                ("message", "second event", ""),
                ("message", " third event", ""),
            ],
        ),
        (b"data\n\ndata\ndata\n\ndata:", [("message", "", ""), ("message", "\n", "")]),
        (b"data:test\n\ndata: test\n\n", [("message", "test", ""), ("message", "test", "")]),
        (b"event: add\ndata: 73857293\n\n", [("add", "73857293", "")]),
    ],
)
def test_examples_of_the_standard(stream: bytes, events: list[tuple[str, str, str]]) -> None:
    assert [frame[:3] for frame in parse(stream)] == events


def test_a_time_to_wait_counts_at_once_and_belongs_to_its_event() -> None:
    parser = EventParser()
    assert [f[3] for f in parser.feed(b"retry: 250\ndata: a\n\ndata: b\n\n")] == [250, None]
    assert not list(parser.feed(b"retry: 99999999999999999999999\n"))
    assert parser.retry is not None
    assert parser.retry > 10**12


@pytest.mark.parametrize("piece", [b"data: 12345\n", b"1234567"])
def test_an_endless_event_is_given_up(piece: bytes) -> None:
    with pytest.raises(TooLongError, match="longer than 100 bytes"):
        parse(*[piece] * 20, limit=100)
    assert parse(*[piece] * 8, limit=100) == []


def test_events_before_one_that_is_too_long_still_come() -> None:
    frames = EventParser(20).feed(b"data: a\n\ndata: " + b"x" * 30 + b"\n\n")
    assert next(frames)[1] == "a"
    with pytest.raises(TooLongError):
        next(frames)


def test_comments_without_end_are_no_event() -> None:
    parser = EventParser(100)
    for _ in range(1000):
        assert not list(parser.feed(b": ping\n"))
    assert [frame[1] for frame in parser.feed(b"data: a\n\n")] == ["a"]
