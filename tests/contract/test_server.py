"""The contract server can say no: every fault that a client could make is seen and counted."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from support.contract.answers import ANSWER_HEADER, CUT, PAGES, Answers
from support.contract.server import CALL_HEADER, MOST_ARRIVALS, ContractServer
from support.contract.specs import Spec
from support.contract.values import ValueMaker
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Subprotocol

UUID = "6f0e7a52-9d1c-4c3a-8b7e-2d4f5a6b7c8d"
BEARER = {"Authorization": "Bearer secret"}


@pytest.fixture(scope="module")
def spec() -> Spec:
    text = (Path(__file__).parent / "small.yaml").read_text(encoding="utf-8")
    return Spec("small", yaml.safe_load(text))


@pytest.fixture(scope="module")
def server(spec: Spec) -> Iterator[ContractServer]:
    with ContractServer([spec]) as running:
        yield running


@pytest.fixture(scope="module")
def http(server: ContractServer) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"{server.url}/small") as client:
        yield client


VALID: list[tuple[str, str, dict[str, Any]]] = [
    ("GET", "/things?order=name", {}),
    ("GET", "/things?order=name&limit=50&kind=a&tag=x&tag=y&since=7&verbose", {}),
    ("GET", '/things?order=name&shape={"wide":3}', {}),
    ("POST", "/things", {"json": {"name": "abc", "size": None, "parent": {"name": "de"}}}),
    ("POST", "/things", {"data": {"name": "abc", "size": "3"}}),
    ("POST", "/things", {"files": {"file": b"\x00\xff"}, "data": {"note": "n"}}),
    ("DELETE", f"/things/{UUID}", {"headers": {"if-match": "v3", **BEARER}}),
    ("GET", "/some/deep/file.txt", {}),
    ("GET", "/some/deep/file.txt?type=ssh", {}),
    ("PUT", "/a/b", {"content": b"\x00\xff"}),
    ("PROPFIND", "/a/b", {"headers": {"Depth": "1"}}),
]

INVALID: list[tuple[str, str, dict[str, Any], str]] = [
    ("GET", "/things?order=name&limit=51", {}, "limit"),
    ("GET", "/things?order=name&limit=many", {}, "limit"),
    ("GET", "/things?order=name&kind=c", {}, "kind"),
    ("GET", "/things", {}, "'order' is required"),
    ("GET", "/things?order=name&unheard=1", {}, "'unheard' is not documented"),
    ("GET", "/things?order=name&verbose=1", {}, "verbose"),
    ("GET", '/things?order=name&shape={"wide":"x"}', {}, "'x' is not of type 'integer'"),
    ("GET", "/things?order=name&wide=3", {}, "'wide' is not documented"),
    ("GET", "/things?order=name", {"content": b"x"}, "a body is sent"),
    ("POST", "/things", {}, "request body"),
    ("POST", "/things", {"json": {"size": 1}}, "'name' is a required property"),
    ("POST", "/things", {"json": {"name": "abc", "colour": 1}}, "colour"),
    ("POST", "/things", {"json": {"name": "abc", "size": "1"}}, "size"),
    ("POST", "/things", {"json": {"name": "abc", "when": "today"}}, "today"),
    ("POST", "/things", {"content": b"{", "headers": {"Content-Type": "application/json"}}, "json"),
    (
        "POST",
        "/things",
        {"content": b"\xff", "headers": {"Content-Type": "application/json"}},
        "isn't JSON",
    ),
    ("POST", "/things", {"content": b"<a/>", "headers": {"Content-Type": "text/xml"}}, "text/xml"),
    ("POST", "/things", {"data": {"size": "3"}}, "'name' is a required property"),
    ("POST", "/things", {"files": {"other": b"x"}}, "'file' is a required property"),
    ("DELETE", f"/things/{UUID}", {"headers": BEARER}, "if-match"),
    ("DELETE", f"/things/{UUID}", {"headers": {"if-match": "3", **BEARER}}, "if-match"),
    ("DELETE", f"/things/{UUID}", {"headers": {"if-match": "v3"}}, "ecurity"),
    ("DELETE", "/things/7", {"headers": {"if-match": "v3", **BEARER}}, "uuid"),
    ("DELETE", f"/things/{UUID}%2Fx", {"headers": {"if-match": "v3", **BEARER}}, "uuid"),
    ("GET", "/a%2Fb", {}, "slash"),
    ("GET", "/a/b", {"headers": {"Accept": "application/json"}}, "it accepts"),
    ("PATCH", "/things", {}, "no operation"),
    ("PROPFIND", "/a", {"headers": {"Depth": "2"}}, "Depth"),
]


@pytest.mark.parametrize(("method", "target", "options"), VALID)
def test_valid_requests_get_the_documented_answer(
    server: ContractServer, http: httpx.Client, method: str, target: str, options: dict[str, Any]
) -> None:
    before = server.valid, server.invalid

    answer = http.request(method, target, **options)

    assert answer.status_code < 400, answer.text
    assert (server.valid, server.invalid) == (before[0] + 1, before[1])


@pytest.mark.parametrize(("method", "target", "options", "reason"), INVALID)
def test_invalid_requests_are_counted_and_answered_with_the_reason(
    server: ContractServer,
    http: httpx.Client,
    method: str,
    target: str,
    options: dict[str, Any],
    reason: str,
) -> None:
    before = server.valid, server.invalid

    answer = http.request(method, target, **options)

    assert answer.status_code == 400
    assert answer.headers["X-Contract-Verdict"] == "invalid"
    assert any(reason in text for text in answer.json()["reasons"]), answer.json()
    assert (server.valid, server.invalid) == (before[0], before[1] + 1)


def test_the_server_keeps_what_it_saw_of_a_call(server: ContractServer, http: httpx.Client) -> None:
    http.get("/a%20b/c%3Fd?type=ssh", headers={CALL_HEADER: "call-1"})

    assert server.has_seen("call-1")
    (arrival,) = server.take("call-1")
    assert arrival.verdict.operation is not None
    assert arrival.verdict.operation.name == "small GET /{path}?type=ssh"
    assert arrival.verdict.path_values == {"path": "a b/c?d"}
    assert arrival.request.path == "/a%20b/c%3Fd"
    assert server.take("call-1") == []


def test_a_caller_chooses_the_answer(http: httpx.Client) -> None:
    def ask(wish: str) -> httpx.Response:
        return http.post("/things", json={"name": "abc"}, headers={ANSWER_HEADER: wish})

    assert ask("409").json() == {"error": "Conflict", "message": "taken"}
    assert ask("409 THING_LOCKED").json() == {"error": "THING_LOCKED"}
    exists = ask("409 THING_EXISTS")
    assert exists.status_code == 409
    assert exists.json() == {"error": "Conflict", "message": "taken", "code": "THING_EXISTS"}


def test_every_documented_error_is_listed(spec: Spec) -> None:
    answers = Answers(spec)
    operation = next(o for o in spec.operations if o.name == "small POST /things")

    assert [error.key for error in answers.errors(operation)] == [
        "409",
        "409 THING_EXISTS",
        "409 THING_LOCKED",
    ]


def test_answers_are_the_documented_examples_without_their_double_wrapping(
    http: httpx.Client,
) -> None:
    assert http.get("/things?order=name").json() == [{"name": "one", "size": 1}]
    assert http.get("/a/file?type=ssh").text == "over ssh"
    assert http.request("PROPFIND", "/a").text == "<a/>"


def test_streams_come_in_pieces_and_are_cut_and_continued(http: httpx.Client) -> None:
    events = http.get("/api/events", headers={"Accept": "text/event-stream"})
    rest = http.get("/api/events", headers={"Last-Event-ID": "7"})
    cut = {ANSWER_HEADER: CUT, CALL_HEADER: "call-2"}

    assert events.headers["content-type"] == "text/event-stream"
    assert b"\r\n" in events.content
    assert b"event: made" in events.content
    assert b"event: made" not in rest.content
    assert b"four" in rest.content
    with pytest.raises(httpx.RemoteProtocolError):
        http.get("/api/events", headers=cut)
    assert http.get("/api/events", headers=cut).status_code == 200
    with pytest.raises(httpx.RemoteProtocolError):
        http.get("/a/file", headers={ANSWER_HEADER: CUT})


def test_files_are_given_in_part(http: httpx.Client) -> None:
    whole = http.get("/a/file")
    part = http.get("/a/file", headers={"Range": "bytes=2990-"})
    changed = {"Range": "bytes=2990-", "If-Range": '"another"'}
    behind = http.get("/a/file", headers={"Range": "bytes=3000-"})

    assert (len(whole.content), whole.headers["content-length"]) == (3000, "3000")
    assert (part.status_code, part.content) == (206, whole.content[-10:])
    assert part.headers["content-range"] == "bytes 2990-2999/3000"
    assert http.get("/a/file", headers=changed).status_code == 200
    assert (behind.status_code, behind.headers["content-range"]) == (416, "bytes */3000")


def test_pages_hold_one_list(http: httpx.Client) -> None:
    def page(target: str) -> Any:
        return http.get(target, headers={ANSWER_HEADER: PAGES}).json()

    first, last = page("/api/pages"), page("/api/pages?page=3")
    assert [len(one["data"]["things"]) for one in (first, last)] == [2, 1]
    assert first["data"]["pagination"] == {"total": 5, "page": 1}
    assert page("/api/offsets?offset=4")["things"] == ["abc-4"]
    assert page("/api/cursors")["next"] == "after-2"
    assert page("/api/cursors?after=after-4") == {"things": [4], "next": None, "more": False}


def test_sockets_are_opened_as_documented_or_not_at_all(
    server: ContractServer, http: httpx.Client
) -> None:
    url = f"{server.url}/small/api/socket".replace("http", "ws")
    offered = [Subprotocol("small.v2"), Subprotocol("small.v1")]
    with connect(f"{url}?room=1", subprotocols=offered, proxy=None) as socket:
        said = [socket.recv(), socket.recv()]
        socket.send("echo")
        assert (socket.subprotocol, socket.recv()) == ("small.v1", "echo")
    assert isinstance(said[0], str)
    assert isinstance(said[1], bytes)

    refused = [
        (f"{url}?room=x", offered),
        (f"{url}?room=1", None),
        (f"{url}?room=1", [Subprotocol("small.v9")]),
    ]
    before = server.invalid
    for target, protocols in refused:
        with pytest.raises(InvalidStatus), connect(target, subprotocols=protocols, proxy=None):
            pass
    assert http.get("/api/socket?room=1").status_code == 400
    assert server.invalid == before + 4


def test_who_goes_round_in_circles_is_stopped(http: httpx.Client) -> None:
    def ask() -> int:
        return http.get("/a/file", headers={CALL_HEADER: "call-3"}).status_code

    assert [ask() for _ in range(MOST_ARRIVALS + 1)] == [200] * MOST_ARRIVALS + [400]


def test_values_are_made_from_the_schema_and_fit_it(spec: Spec) -> None:
    maker = ValueMaker(spec)
    media = {"schema": {"$ref": "#/components/schemas/Thing"}}

    full, small = maker.body(media), maker.required_only(media)

    assert full.keys() >= {"name", "size", "when", "parent"}
    assert small.keys() == {"name"}
    assert maker.fits(full, media["schema"])
    assert maker.fits(small, media["schema"])
    assert ValueMaker(spec).body(media) == full


def test_an_example_that_breaks_its_schema_is_not_used(spec: Spec) -> None:
    parameter = {"schema": {"type": "integer", "minimum": 3}, "example": "100"}

    assert ValueMaker(spec).parameter(parameter) == 3
