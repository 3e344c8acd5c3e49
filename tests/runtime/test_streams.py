"""Streams over a real connection: what comes, and how they end, go on and break off."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final, Literal
from urllib.parse import parse_qsl

import pytest
from hoody_codegen.runtime import (
    ErrorEntry,
    ErrorRegistry,
    EventTypes,
    JsonValue,
    RequestOptions,
    RetryPolicy,
    ServerSentEvent,
    StreamInfo,
    StreamInterruptedError,
    StreamSwitch,
)
from hoody_codegen.runtime.errors import (
    APIConnectionError,
    APIResponseValidationError,
    APIStatusError,
    APITimeoutError,
    ConflictError,
    GoneError,
    NotFoundError,
    RateLimitError,
)
from support import runtime_calls
from support.runtime_calls import COLOURS, operation
from support.stream_calls import RESUMED, TRAILED, Done, Snapshot, Streams, event
from support.stream_server import Script


@pytest.fixture(params=COLOURS)
def streams(request: pytest.FixtureRequest) -> Iterator[Streams]:
    made = Streams(request.param)
    yield made
    if made.server is not None:
        made.server.close()


def data_of(events: list[ServerSentEvent[Any]]) -> list[Any]:
    return [one.data for one in events]


# What comes


def test_events_come_in_the_types_of_their_names(streams: Streams) -> None:
    sent: dict[str, object] = {"job": "a", "percent": 5, "new": True}
    streams.serve(
        Script(
            [
                event(sent, "snapshot", 1),
                event({"free": [1]}, "other"),
                event({"status": "ok"}, "done", 2),
            ]
        )
    )
    snapshot, other, done = streams.events()
    assert snapshot == ServerSentEvent("snapshot", Snapshot.from_dict(sent), "1")
    assert isinstance(snapshot.data, Snapshot)
    assert (other.event, other.data, other.id) == ("other", {"free": [1]}, "1")
    assert (type(done.data), done.id) == (Done, "2")
    assert streams.handle.last_event_id == "2"
    assert streams.handle.response.status == 200
    assert streams.server is not None
    assert streams.server.sent("authorization") == ["Bearer secret-token"]


def test_data_that_fits_no_type_comes_as_json_or_text(streams: Streams) -> None:
    streams.serve(
        Script(
            [
                event("not json", "snapshot"),
                event({"job": 5, "percent": "many"}, "snapshot"),
                event("[DONE]"),
                event(""),
                event("12\n13"),
                event("5"),
            ]
        )
    )
    text, odd, done, empty, lines, number = data_of(streams.events())
    assert text == "not json"
    assert isinstance(odd, Snapshot)
    assert odd.to_dict() == {"job": 5, "percent": "many"}
    assert (done, empty, lines, number) == ("[DONE]", "", "12\n13", 5)


def test_text_that_is_documented_as_text_stays_text(streams: Streams) -> None:
    streams.serve(Script([event("5", "n"), event("6")]))
    assert data_of(streams.events(types=EventTypes({"n": str}, JsonValue))) == ["5", 6]


def test_borders_of_pieces_make_no_difference(streams: Streams) -> None:
    body = (
        event({"job": "ä€"}, "snapshot", "ü") + b": beat\r\n\r\n" + event({"status": "x"}, "done")
    )
    body = body.replace(b"\n\n", b"\r\r", 1)
    streams.serve(Script([body[i : i + 1] for i in range(len(body))]))
    assert data_of(streams.events()) == [Snapshot(job="ä€"), Done(status="x")]
    assert streams.handle.last_event_id == "ü"


def test_heartbeats_and_ignored_events_are_no_events(streams: Streams) -> None:
    beats = [b":\n\n", b": ping\n\n", event({}, "heartbeat", 7), b"id: 8\n\n"]
    streams.serve(Script([*beats, event({"job": "a"}, "snapshot"), *beats]))
    found = streams.events(StreamInfo(ignore=("heartbeat",)))
    assert [one.event for one in found] == ["snapshot"]
    assert streams.handle.last_event_id == "8"


def test_nothing_is_sent_before_a_stream_is_used(streams: Streams) -> None:
    server = streams.serve()
    if streams.colour == "sync":
        streams.events(use=lambda stream: stream.close())
    else:
        streams.events(use=lambda stream: stream.aclose())
    assert server.requests == []
    assert streams.handle.response is None
    assert repr(streams.handle).endswith("EventStream GET /things: not opened yet>")


# How a stream ends


def test_a_documented_end_event_is_the_last_one(streams: Streams) -> None:
    end = event({"status": "ok"}, "done") + event({"job": "late"}, "snapshot")
    server = streams.serve(Script([event({"job": "a"}, "snapshot"), end], "hold"))
    found = streams.events(StreamInfo(end=("done", "failed")))
    assert [one.event for one in found] == ["snapshot", "done"]
    assert server.was_abandoned()


@pytest.mark.parametrize("end", ["end", "cut", "reset"])
def test_without_its_documented_end_a_stream_is_interrupted(
    streams: Streams, end: Literal["end", "cut", "reset"]
) -> None:
    streams.serve(Script([event({"job": "a"}, "snapshot", 41)], end))
    with pytest.raises(StreamInterruptedError) as caught:
        streams.events(StreamInfo(end=("done",)))
    assert [one.event for one in streams.found] in ([], ["snapshot"])
    if end == "end":
        assert "without its end event ('done')" in str(caught.value)
    else:
        assert "broke off" in str(caught.value)
        assert isinstance(caught.value.__cause__, APIConnectionError)
    if end != "reset":  # a reset may overtake what was sent before it
        assert caught.value.last_event_id == "41"
    assert isinstance(caught.value, APIConnectionError)


def test_without_a_documented_end_the_server_ends_a_stream(streams: Streams) -> None:
    streams.serve(Script([event({"job": "a"}, "snapshot"), b"data: unfinished"]))
    assert len(streams.events()) == 1


def test_without_a_documented_end_a_broken_connection_is_an_error(streams: Streams) -> None:
    streams.serve(Script([event({"job": "a"}, "snapshot")], "cut"))
    with pytest.raises(APIConnectionError, match="GET /things: The stream broke off"):
        streams.events()
    assert len(streams.found) == 1


def test_silence_is_no_end_unless_the_caller_says_how_long(streams: Streams) -> None:
    streams.serve(Script([event({"job": "a"}, "snapshot")], "hold"))
    with pytest.raises(StreamInterruptedError, match="timed out") as caught:
        streams.events(options=RequestOptions(timeout=0.05))
    assert isinstance(caught.value.__cause__, APITimeoutError)
    assert len(streams.found) == 1


def test_silence_beyond_several_heartbeats_is_the_end(streams: Streams) -> None:
    streams.serve(Script([event({"job": "a"}, "snapshot")], "hold"))
    with pytest.raises(StreamInterruptedError, match="timed out"):
        streams.events(StreamInfo(heartbeat=0.02))


# How a stream goes on


def test_a_stream_goes_on_behind_the_last_event(streams: Streams) -> None:
    server = streams.serve(
        Script([event({}, "a", 1), event({}, "b", "2 ü")], "cut"),
        Script([event({}, "c", 3)], "end"),
        Script([event({"status": "ok"}, "done")], "hold"),
    )
    found = streams.events(RESUMED._replace(end=("done",)))
    assert [one.event for one in found] == ["a", "b", "c", "done"]
    assert server.sent("last-event-id") == [None, "2 ü", "3"]
    assert streams.time.waits == [0.4375, 0.4375]


def test_a_stream_without_ids_is_opened_as_it_was(streams: Streams) -> None:
    server = streams.serve(Script([event({}, "a")], "cut"), Script([event({}, "done")]))
    streams.events(
        RESUMED._replace(end=("done",)),
        headers={"Last-Event-ID": "17"},
        query={"level": "warn"},
    )
    assert server.sent("last-event-id") == ["17", "17"]
    assert [request.query for request in server.requests] == ["level=warn", "level=warn"]


def test_the_server_says_how_long_to_wait(streams: Streams) -> None:
    streams.serve(
        Script([b"retry: 2500\n\n", event({}, "a", 1)], "cut"),
        Script([event({}, "b", 2)], "cut"),
        Script([b"retry: 0\n\n", event({}, "c", 3)], "cut"),
        Script([event({}, "done")]),
    )
    assert len(streams.events(RESUMED._replace(end=("done",)))) == 4
    assert streams.time.waits == [2.5, 2.5, 0.0]


def test_a_wait_beyond_the_cap_is_refused(streams: Streams) -> None:
    streams.serve(Script([b"retry: 61000\n\n", event({}, "a", 1)], "cut"))
    with pytest.raises(StreamInterruptedError, match="wait 61 seconds before reconnecting"):
        streams.events(RESUMED)
    assert streams.time.waits == []


def test_no_content_is_the_end_of_reconnecting(streams: Streams) -> None:
    streams.serve(Script([event({}, "a", 1)], "cut"), Script(status=204))
    assert [one.event for one in streams.events(RESUMED)] == ["a"]


def test_a_server_that_sends_nothing_is_given_up(streams: Streams) -> None:
    server = streams.serve(*[Script([event({}, "a", 1)], "cut")] * 2, *[Script([], "cut")] * 2)
    with pytest.raises(StreamInterruptedError, match="2 reconnections in a row") as caught:
        streams.events(RESUMED)
    assert caught.value.last_event_id == "1"
    assert len(server.requests) == 4
    assert streams.time.waits == [0.4375, 0.4375, 0.875]


def test_a_clock_that_is_set_forward_allows_no_further_tries(streams: Streams) -> None:
    """How long a stream was open is a duration, which the time of day doesn't tell."""
    days = itertools.count(step=86400.0)
    clock = replace(streams.time.clock(), now=lambda: next(days))
    streams.policy = replace(streams.policy, clock=clock)
    streams.serve(Script([event({}, "a", 1)], "cut"), *[Script([], "cut")] * 4)
    with pytest.raises(StreamInterruptedError, match="2 reconnections in a row"):
        streams.events(RESUMED)


def test_a_server_that_is_gone_is_given_up(streams: Streams) -> None:
    server = streams.serve(Script([event({}, "a", 5)], "cut"))

    def gone(seconds: float) -> None:
        server.close()

    async def gone_async(seconds: float) -> None:
        server.close()

    clock = replace(streams.time.clock(), sleep=gone, async_sleep=gone_async)
    streams.policy = RetryPolicy(clock=clock, max_retries=1)
    with pytest.raises(StreamInterruptedError, match="couldn't be opened again") as caught:
        streams.events(RESUMED)
    assert caught.value.last_event_id == "5"
    assert isinstance(caught.value.__cause__, APIConnectionError)


def test_an_id_that_no_header_can_hold_ends_the_stream(streams: Streams) -> None:
    server = streams.serve(Script([event({}, "a", "5\x01")], "cut"))
    with pytest.raises(
        StreamInterruptedError, match=r"couldn't be opened again.*control"
    ) as caught:
        streams.events(RESUMED)
    assert caught.value.last_event_id == "5\x01"
    assert len(server.requests) == 1


def test_an_error_answer_to_a_reconnection_is_raised_as_what_it_is(streams: Streams) -> None:
    gap = b'{"code": "HISTORY_GAP", "message": "too old"}'
    streams.serve(
        Script([event({}, "a", 1)], "cut"),
        Script([gap], status=409, media_type="application/json"),
    )
    with pytest.raises(ConflictError) as caught:
        streams.events(RESUMED)
    assert caught.value.code == "HISTORY_GAP"


def test_no_retries_means_no_reconnection(streams: Streams) -> None:
    server = streams.serve(Script([event({}, "a", 1)], "cut"))
    with pytest.raises(StreamInterruptedError):
        streams.events(RESUMED, options=RequestOptions(max_retries=0))
    assert len(server.requests) == 1
    server.close()
    streams.serve(Script([event({}, "a", 1)], "end"))
    assert len(streams.events(RESUMED, options=RequestOptions(max_retries=0))) == 1


def test_a_reset_starts_anew(streams: Streams) -> None:
    server = streams.serve(
        Script([event({}, "a", 900), event({"why": "restart"}, "reset", 901)], "hold"),
        Script([event({}, "b")], "cut"),
        Script([event({}, "c", 3)], "cut"),
        Script([event({}, "gone")]),
    )
    info = RESUMED._replace(end=("gone",), reset=("reset",))
    found = streams.events(info, headers={"last-event-id": "17"})
    assert [one.event for one in found] == ["a", "reset", "b", "c", "gone"]
    assert server.sent("last-event-id") == ["17", None, None, "3"]
    assert server.was_abandoned()


@pytest.mark.parametrize("way", ["query", "options"])
def test_a_position_in_the_data_goes_into_the_query(streams: Streams, way: str) -> None:
    server = streams.serve(
        Script([event({"id": 7, "at": {"seq": 70}}), event({"id": 8}, id=5)], "cut"),
        Script([event("no json"), event({"at": {"seq": 90}})], "cut"),
        Script([event({}, "done")]),
    )
    info = StreamInfo(
        end=("done",), resume_query="since", resume_field="at.seq", resume_replaces=("after",)
    )
    given = {"since": 3, "after": "2026-01-01", "kind": "x"}
    if way == "query":
        streams.events(info, query=given)
    else:
        streams.events(info, options=RequestOptions(query=given))
    assert [dict(parse_qsl(request.query)) for request in server.requests] == [
        {"since": "3", "after": "2026-01-01", "kind": "x"},
        {"since": "5", "kind": "x"},
        {"since": "90", "kind": "x"},
    ]


# What is no stream


def test_an_error_answer_is_raised_before_any_event(streams: Streams) -> None:
    streams.serve(Script([b'{"message": "gone"}'], status=404, media_type="application/json"))
    with pytest.raises(NotFoundError, match="gone"):
        streams.events()


def test_a_stream_that_is_turned_away_is_asked_for_again(streams: Streams) -> None:
    server = streams.serve(
        Script([b"{}"], status=429, media_type="application/json", headers={"Retry-After": "3"}),
        Script([event({"status": "x"}, "done")]),
    )
    assert len(streams.events()) == 1
    assert streams.time.waits == [3.0]
    assert len(server.requests) == 2
    server.close()
    streams.serve(*[Script([b"{}"], status=429, media_type="application/json")] * 3)
    with pytest.raises(RateLimitError):
        streams.events()


@pytest.mark.parametrize("way", ["events", "lines"])
def test_json_in_place_of_a_stream_says_so(streams: Streams, way: str) -> None:
    streams.serve(Script([b'{"job": ', b'"a"}'], media_type="application/json; charset=utf-8"))
    with pytest.raises(
        APIResponseValidationError, match=r"be a stream .* and is application/json"
    ) as caught:
        getattr(streams, way)()
    assert caught.value.body == {"job": "a"}


def test_an_event_beyond_the_limit_is_an_error(streams: Streams) -> None:
    streams.serve(Script([event("x" * 500), event("y" * 5000)], "hold"))
    with pytest.raises(APIResponseValidationError, match="max_event_bytes"):
        streams.events(options=RequestOptions(max_event_bytes=1000))
    assert len(streams.found) == 1


# JSON lines


def lines(*values: object) -> bytes:
    return b"".join(json.dumps(value).encode() + b"\n" for value in values)


def test_json_lines_come_one_by_one_in_their_type(streams: Streams) -> None:
    body = lines({"job": "ä"}, {"job": "b"}) + b"\r\n" + json.dumps({"job": "c"}).encode()
    streams.serve(
        Script([body[i : i + 3] for i in range(0, len(body), 3)], media_type="application/x-ndjson")
    )
    found = streams.lines(returns=Snapshot)
    assert found == [Snapshot(job="ä"), Snapshot(job="b"), Snapshot(job="c")]
    assert streams.handle.trailer is None


@pytest.mark.parametrize("end", ["end", "cut"])
def test_half_a_line_is_an_error(streams: Streams, end: Literal["end", "cut"]) -> None:
    streams.serve(Script([lines(1, 2), b'{"job": "c'], end, media_type="application/x-ndjson"))
    with pytest.raises(StreamInterruptedError, match="broke off"):
        streams.lines()
    assert streams.found == [1, 2]


def test_a_line_that_is_no_json_is_an_error(streams: Streams) -> None:
    streams.serve(Script([lines(1), b"oops\n"], media_type="application/jsonl"))
    with pytest.raises(APIResponseValidationError, match="Line 2 isn't JSON"):
        streams.lines()


def test_a_trailer_ends_the_lines_and_is_none(streams: Streams) -> None:
    trailer = {"__trailer": True, "cursor": "abc", "stoppedReason": "limit"}
    body = lines({"job": '"__trailer"'}, trailer, {"job": "late"})
    streams.serve(Script([body], "hold", media_type="application/x-ndjson"))
    assert streams.lines(TRAILED) == [{"job": '"__trailer"'}]
    assert streams.handle.trailer == trailer


@pytest.mark.parametrize("end", ["end", "cut"])
def test_lines_without_their_trailer_are_cut_short(
    streams: Streams, end: Literal["end", "cut"]
) -> None:
    streams.serve(Script([lines(1, 2)], end, media_type="application/x-ndjson"))
    with pytest.raises(StreamInterruptedError, match="last line" if end == "end" else "broke off"):
        streams.lines(TRAILED)
    assert streams.found == [1, 2]


class SnapshotExpired(GoneError):
    pass


@pytest.mark.parametrize(
    ("trailer", "status", "kind"),
    [
        ({"error": "snapshot_expired", "status": 410}, 410, SnapshotExpired),
        ({"error": "snapshot_expired"}, 410, SnapshotExpired),
        ({"error": "shard_failed", "status": 404}, 404, NotFoundError),
        ({"error": "shard_failed"}, 200, APIStatusError),
    ],
)
def test_an_error_in_the_trailer_is_raised(
    streams: Streams,
    monkeypatch: pytest.MonkeyPatch,
    trailer: dict[str, object],
    status: int,
    kind: type[APIStatusError],
) -> None:
    registry = ErrorRegistry({(410, "snapshot_expired"): SnapshotExpired})
    monkeypatch.setattr(runtime_calls, "_registry", registry)
    body = lines({"a": 1}, {"__trailer": True, **trailer})
    streams.serve(Script([body], media_type="application/x-ndjson"))
    expired = ErrorEntry(code="snapshot_expired", title="The snapshot is gone")
    with pytest.raises(APIStatusError) as caught:
        streams.lines(TRAILED, of=operation(errors={410: (expired,)}))
    assert type(caught.value) is kind
    assert (caught.value.status, caught.value.code) == (status, trailer["error"])
    assert streams.found == [{"a": 1}]
    if kind is SnapshotExpired:
        assert caught.value.title == "The snapshot is gone"


# JSON or a stream


SWITCHED: Final = operation(
    "POST",
    accept="application/json, text/event-stream",
    media_type="application/json",
    stream=StreamInfo(switch=StreamSwitch(place="body", name="wait", values=(True, "true"))),
)


@pytest.mark.parametrize(
    ("arguments", "is_stream"),
    [
        ({"body": {"wait": True}}, False),
        ({"body": {"wait": False}}, True),
        ({"body": {}}, True),
        ({"body": {"wait": False}, "options": RequestOptions(body={"wait": True})}, False),
    ],
)
def test_an_argument_decides_between_json_and_a_stream(
    streams: Streams, arguments: dict[str, Any], is_stream: bool
) -> None:
    script = (
        Script([event({"status": "ok"}, "done")])
        if is_stream
        else Script([b'{"job": "a"}'], media_type="application/json")
    )
    server = streams.serve(script)
    found = streams.either(SWITCHED, **arguments)
    if is_stream:
        assert data_of(found) == [Done(status="ok")]
    else:
        assert found == Snapshot(job="a")
    accepted = "text/event-stream" if is_stream else "application/json"
    assert server.sent("accept") == [accepted]


@pytest.mark.parametrize("place", ["query", "header"])
@pytest.mark.parametrize(
    ("given", "is_stream"), [("true", False), (True, False), ("false", True), (None, True)]
)
def test_outside_of_bodies_a_boolean_and_its_name_are_the_same(
    streams: Streams, place: Literal["query", "header"], given: object, is_stream: bool
) -> None:
    switch = StreamSwitch(place=place, name="wait", values=("true",))
    streams.serve(
        Script([event({"status": "ok"}, "done")])
        if is_stream
        else Script([b'{"job": "a"}'], media_type="application/json")
    )
    arguments = {"headers" if place == "header" else place: {"wait": given}}
    found = streams.either(operation(stream=StreamInfo(switch=switch)), **arguments)
    assert data_of(found) == [Done(status="ok")] if is_stream else found == Snapshot(job="a")


def test_a_stream_in_place_of_json_says_so(streams: Streams) -> None:
    streams.serve(Script([event({"status": "ok"}, "done")]))
    with pytest.raises(APIResponseValidationError, match="should be JSON"):
        streams.either(SWITCHED, body={"wait": True})
