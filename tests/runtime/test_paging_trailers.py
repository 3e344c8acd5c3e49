"""Lists whose pages may come as JSON lines with a last line that says how they go on."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl

import pytest
from hoody_codegen.runtime import ErrorEntry, PageInfo, RequestOptions, StreamInfo
from hoody_codegen.runtime.errors import (
    APIResponseValidationError,
    GoneError,
    PaginationError,
    StreamInterruptedError,
)
from support.runtime_calls import Caller, operation
from support.wire_server import Answer, WireServer, json_answer

LIST = operation(
    pagination=PageInfo(style="offset", items="entries", position="offset", total="total"),
    stream=StreamInfo(
        trailer="__trailer",
        trailer_error="error",
        trailer_status="status",
        trailer_cursor="cursor",
        cursor_query="cursor",
    ),
    errors={410: (ErrorEntry(code="snapshot_expired", title="Too old"),)},
)


def lines(*values: object) -> Answer:
    body = b"".join(json.dumps(value).encode() + b"\n" for value in values)
    return Answer(200, body, {"Content-Type": "application/x-ndjson; charset=utf-8"})


def trailer(**values: Any) -> dict[str, Any]:
    return {"__trailer": True, **values}


def test_a_cursor_in_the_last_line_leads_to_the_next_page(
    caller: Caller, server: WireServer
) -> None:
    server.answers.extend(
        [
            lines({"id": 1}, {"id": 2}, trailer(cursor="b", stoppedReason="limit")),
            lines(trailer(cursor="c", stoppedReason="limit")),
            lines({"id": 3}, trailer(cursor=None, stoppedReason="end")),
        ]
    )
    options = RequestOptions(query={"offset": 0, "cursor": "a"})
    found = caller.items(LIST, dict, query={"level": "warn"}, options=options)
    assert found == [{"id": 1}, {"id": 2}, {"id": 3}]
    assert [dict(parse_qsl(request.query)) for request in server.requests] == [
        {"level": "warn", "offset": "0", "cursor": "a"},
        {"level": "warn", "cursor": "b"},
        {"level": "warn", "cursor": "c"},
    ]


def test_the_same_list_in_json_goes_on_by_offset(caller: Caller, server: WireServer) -> None:
    server.answers.extend(
        [
            json_answer({"entries": [{"id": 1}, {"id": 2}], "total": 3}),
            json_answer({"entries": [{"id": 3}], "total": 3}),
        ]
    )
    assert len(caller.items(LIST, dict)) == 3
    assert [request.query for request in server.requests] == ["", "offset=2"]


def test_an_error_in_the_last_line_is_raised(colour_caller: Caller, server: WireServer) -> None:
    server.default = lines({"id": 1}, trailer(error="snapshot_expired", status=410))
    with pytest.raises(GoneError) as caught:
        colour_caller.items(LIST, dict)
    assert (caught.value.code, caught.value.title) == ("snapshot_expired", "Too old")


def test_a_page_without_its_last_line_is_cut_short(
    colour_caller: Caller, server: WireServer
) -> None:
    server.default = lines({"id": 1})
    with pytest.raises(StreamInterruptedError, match="ends after 1 lines without its last line"):
        colour_caller.items(LIST, dict)


def test_half_a_line_is_no_page(colour_caller: Caller, server: WireServer) -> None:
    server.default = Answer(200, b'{"id": 1}\n{"id"', {"Content-Type": "application/x-ndjson"})
    with pytest.raises(APIResponseValidationError, match="should be JSON"):
        colour_caller.items(LIST, dict)


@pytest.mark.parametrize("message", ["same cursor", "same page"])
def test_a_list_that_turns_in_circles_is_an_error(
    colour_caller: Caller, server: WireServer, message: str
) -> None:
    cursors = ["b", "b"] if message == "same cursor" else ["b", "c"]
    shown = [1, 2] if message == "same cursor" else [1, 1]
    server.answers.extend(
        lines({"id": number}, trailer(cursor=cursor))
        for number, cursor in zip(shown, cursors, strict=True)
    )
    with pytest.raises(PaginationError, match=message):
        colour_caller.items(LIST, dict)
