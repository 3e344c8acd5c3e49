"""What a call puts on the wire, in both colours and over both HTTP libraries."""

from __future__ import annotations

import io
import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from enum import Enum
from pathlib import Path, PurePosixPath
from typing import Any, cast
from urllib.parse import parse_qsl
from uuid import UUID

import pytest
from hoody_codegen.runtime import OMIT, RequestOptions, ResponseType, ServiceInfo
from hoody_codegen.runtime.errors import InvalidArgumentError
from hoody_codegen.runtime.models import JsonValue, Model
from pydantic import BaseModel, Field
from support.runtime_calls import TOKEN, Caller, operation
from support.wire_server import Answer, Recorded, WireServer, json_answer


class Part(Model):
    name: str
    when: datetime | None = None


def test_get_sends_path_query_headers_and_token(caller: Caller, server: WireServer) -> None:
    server.default = json_answer({"statusCode": 200, "message": "ok", "data": {"id": 7}})
    found = caller.call(
        operation(path="/a/{id}/b", envelope="data"),
        dict[str, int],
        path={"id": "x y/z"},
        query={"n": 3, "on": True, "left": OMIT, "null": None},
        headers={"If-Match": "v1", "X-Left": OMIT},
    )
    assert found == {"id": 7}
    sent = server.last
    assert (sent.method, sent.target) == ("GET", "/a/x%20y%2Fz/b?n=3&on=true")
    assert sent.header("authorization") == f"Bearer {TOKEN}"
    assert sent.header("if-match") == "v1"
    assert sent.header("accept") == "application/json"
    assert sent.header("user-agent") == "demo/1.2.3"
    assert sent.header("x-left") is None
    assert sent.header("content-length") is None
    assert sent.body == b""


def test_json_body_leaves_out_what_is_omitted_and_sends_null(
    caller: Caller, server: WireServer
) -> None:
    zone = timezone(timedelta(hours=2))
    caller.call(
        operation("POST", media_type="application/json"),
        body={
            "alias": "ä",
            "left": OMIT,
            "null": None,
            "part": Part(name="p", when=datetime(2026, 1, 2, 3, 4, 5, 120_000, zone)),
            "nested": {"keep": 1, "left": OMIT, "day": date(2026, 1, 2)},
            "list": [Part(name="q"), (1, 2.5), b"\x00\xff"],
        },
    )
    sent = server.last
    assert sent.header("content-type") == "application/json"
    assert sent.header("content-length") == str(len(sent.body))
    assert sent.json() == {
        "alias": "ä",
        "null": None,
        "part": {"name": "p", "when": "2026-01-02T03:04:05.120+02:00"},
        "nested": {"keep": 1, "day": "2026-01-02"},
        "list": [{"name": "q"}, [1, 2.5], "AP8="],
    }


def test_extras_of_the_request_options_are_joined(caller: Caller, server: WireServer) -> None:
    caller.settings["headers"] = {"X-All": "client", "X-Gone": "1"}
    caller.call(
        operation("POST", media_type="application/json"),
        query={"a": 1, "b": 2},
        body={"name": "x", "size": 1},
        headers={"X-Op": "op"},
        options=RequestOptions(
            headers={"X-All": "call", "x-op": "mine", "X-Gone": None},
            query={"b": 3, "c": [4, 5]},
            body={"size": 2, "more": True},
            idempotency_key="key-1",
        ),
    )
    sent = server.last
    assert sent.query == "a=1&b=3&c=4&c=5"
    assert sent.json() == {"name": "x", "size": 2, "more": True}
    assert sent.header("x-all") == "call"
    assert sent.header("x-op") == "mine"
    assert sent.header("x-gone") is None
    assert sent.header("idempotency-key") == "key-1"


@pytest.mark.parametrize(
    ("body", "required", "expected", "kind"),
    [
        (OMIT, False, b"", None),
        (OMIT, True, b"{}", "application/json"),
        ({"a": OMIT}, False, b"", None),
        ({"a": OMIT}, True, b"{}", "application/json"),
        ({}, False, b"{}", "application/json"),
        (None, False, b"null", "application/json"),
        ([1], False, b"[1]", "application/json"),
        ("text", False, b'"text"', "application/json"),
        (False, False, b"false", "application/json"),
    ],
)
def test_absent_empty_and_null_bodies_differ(
    colour_caller: Caller,
    server: WireServer,
    body: object,
    required: bool,
    expected: bytes,
    kind: str | None,
) -> None:
    colour_caller.call(
        operation("PUT", media_type="application/json", body_required=required), body=body
    )
    assert server.last.body == expected
    assert server.last.header("content-type") == kind


def test_form_body(caller: Caller, server: WireServer) -> None:
    caller.call(
        operation("POST", media_type="application/x-www-form-urlencoded"),
        body={"user": "a b&c", "left": OMIT, "many": ["1", "ü"], "flag": True, "none": None},
    )
    assert server.last.header("content-type") == "application/x-www-form-urlencoded"
    assert server.last.body == b"user=a%20b%26c&many=1&many=%C3%BC&flag=true&none="


def test_objects_in_forms_are_json_under_their_name(caller: Caller, server: WireServer) -> None:
    caller.call(
        operation("POST", media_type="application/x-www-form-urlencoded"),
        body={"card": {"month": 1, "year": None}, "cards": [{"month": 2}]},
    )
    assert parse_qsl(server.last.body.decode()) == [
        ("card", '{"month":1,"year":null}'),
        ("cards", '{"month":2}'),
    ]


def test_multipart_body(caller: Caller, server: WireServer, tmp_path: Path) -> None:
    named = tmp_path / "notes.txt"
    named.write_bytes(b"from disk")
    caller.call(
        operation("POST", media_type="multipart/form-data"),
        body={
            "title": "T\u00fc",
            "left": OMIT,
            "meta": {"a": 1},
            "raw": b"\x00\x01",
            "open": io.BytesIO(b"from memory"),
            "path": named,
            "described": ('we"ird\n.bin', b"x", "application/x-demo"),
        },
    )
    sent = server.last
    parts = _parts(sent)
    disposition = 'Content-Disposition: form-data; name="{}"'
    assert parts == [
        (disposition.format("title"), "T\u00fc".encode()),
        (disposition.format("meta") + "\r\nContent-Type: application/json", b'{"a":1}'),
        (_file("raw", "file", "application/octet-stream"), b"\x00\x01"),
        (_file("open", "file", "application/octet-stream"), b"from memory"),
        (_file("path", "notes.txt", "text/plain"), b"from disk"),
        (_file("described", "we%22ird%0A.bin", "application/x-demo"), b"x"),
    ]
    assert sent.header("content-length") == str(len(sent.body))


def _file(name: str, filename: str, kind: str) -> str:
    return (
        f'Content-Disposition: form-data; name="{name}"; filename="{filename}"'
        f"\r\nContent-Type: {kind}"
    )


def _parts(sent: Recorded) -> list[tuple[str, bytes]]:
    kind, _, boundary = (sent.header("content-type") or "").partition("; boundary=")
    assert kind == "multipart/form-data"
    pieces = sent.body.split(f"--{boundary}".encode())
    assert pieces[0] == b""
    assert pieces[-1] == b"--\r\n"
    found: list[tuple[str, bytes]] = []
    for piece in pieces[1:-1]:
        head, _, content = piece.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        found.append((head.decode(), content.removesuffix(b"\r\n")))
    return found


@pytest.mark.parametrize("media_type", ["application/octet-stream", "image/png", None])
def test_bytes_are_sent_as_they_are(
    caller: Caller, server: WireServer, media_type: str | None
) -> None:
    caller.call(operation("PUT", media_type=media_type), body=b"\x00raw\xff")
    assert server.last.body == b"\x00raw\xff"
    assert server.last.header("content-type") == (media_type or "application/octet-stream")
    assert server.last.header("content-length") == "5"


def test_text_body_has_its_charset(caller: Caller, server: WireServer) -> None:
    caller.call(operation("POST", media_type="text/plain"), body="grüße")
    assert server.last.body == "grüße".encode()
    assert server.last.header("content-type") == "text/plain; charset=utf-8"


@pytest.mark.parametrize(
    ("body", "kind", "sent"),
    [
        (b"\x00", "application/octet-stream", b"\x00"),
        (io.BytesIO(b"f"), "application/octet-stream", b"f"),
        ("t\u00fc", "text/plain; charset=utf-8", "t\u00fc".encode()),
        ({"a": 1}, "application/json", b'{"a":1}'),
    ],
)
@pytest.mark.parametrize("media_type", ["*/*", "image/*"])
def test_a_range_of_media_types_leaves_the_choice_to_the_value(
    colour_caller: Caller,
    server: WireServer,
    media_type: str,
    body: Any,
    kind: str,
    sent: bytes,
) -> None:
    if isinstance(body, io.BytesIO):
        body.seek(0)
    colour_caller.call(operation("POST", media_type=media_type), body=body)
    assert server.last.header("content-type") == kind
    assert server.last.body == sent


@pytest.mark.parametrize(
    ("body", "sent"),
    [
        (b'{"ready": 1}', b'{"ready": 1}'),
        (io.BytesIO(b"[1]"), b"[1]"),
        (iter([1, {"a": 2}]), b'[1,{"a":2}]'),
        ((n for n in (1, 2)), b"[1,2]"),
    ],
)
def test_json_from_bytes_files_and_iterators(server: WireServer, body: Any, sent: bytes) -> None:
    merge = operation("POST", media_type="application/merge-patch+json")
    Caller(server.url, "sync", None).call(merge, body=body)
    assert server.last.body == sent
    assert server.last.header("content-type") == "application/merge-patch+json"


@pytest.mark.parametrize("value", [float("nan"), float("inf"), object(), "\ud800", {1, object()}])
def test_what_json_can_not_hold_is_refused(server: WireServer, value: object) -> None:
    with pytest.raises(InvalidArgumentError):
        Caller(server.url, "sync", None).call(
            operation("POST", media_type="application/json"), body={"a": [value]}
        )
    loop: list[object] = []
    loop.append(loop)
    with pytest.raises(InvalidArgumentError):
        Caller(server.url, "sync", None).call(operation("POST"), body=loop)
    assert server.requests == []


def test_other_values_in_json(server: WireServer) -> None:
    class Plain(BaseModel):
        some_name: int = Field(alias="someName")

    body = {
        "decimal": [Decimal("1.50"), Decimal("3")],
        "uuid": UUID(int=1),
        "set": {1},
        "plain": Plain(someName=1),
        "enum": Colour.RED,
        "path": PurePosixPath("/a/b"),
        "time": time(1, 2, 3),
        "big": 10**30,
    }
    Caller(server.url, "sync", None).call(operation("POST"), body=body)
    assert server.last.json() == {
        "decimal": [1.5, 3],
        "uuid": "00000000-0000-0000-0000-000000000001",
        "set": [1],
        "plain": {"someName": 1},
        "enum": "red",
        "path": "/a/b",
        "time": "01:02:03",
        "big": 10**30,
    }


class Colour(Enum):
    RED = "red"


def test_files_are_sent_from_where_they_stand(caller: Caller, server: WireServer) -> None:
    file = io.BytesIO(b"0123456789" * 20_000)
    file.seek(10)
    caller.call(operation("PUT", media_type="application/octet-stream"), body=file)
    assert server.last.body == b"0123456789" * 19_999
    assert server.last.header("content-length") == "199990"
    assert server.last.header("transfer-encoding") is None


def test_path_objects_are_read(caller: Caller, server: WireServer, tmp_path: Path) -> None:
    (tmp_path / "data.bin").write_bytes(b"content")
    caller.call(operation("PUT", media_type="application/octet-stream"), body=tmp_path / "data.bin")
    assert server.last.body == b"content"
    assert server.last.header("content-length") == "7"


def test_iterators_are_sent_in_chunks(caller: Caller, server: WireServer) -> None:
    def pieces() -> Iterator[bytes]:
        yield b"one,"
        yield b"two"

    caller.call(operation("PUT", media_type="application/octet-stream"), body=pieces())
    assert server.last.body == b"one,two"
    assert server.last.header("transfer-encoding") == "chunked"


@pytest.mark.parametrize("library", ["httpx", "httpx2"])
def test_async_iterators_are_for_the_async_client(server: WireServer, library: str) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        yield b"one,"
        yield b"two"

    upload = operation("PUT", media_type="application/octet-stream")
    Caller(server.url, "async", library).call(upload, body=pieces())
    assert server.last.body == b"one,two"
    with pytest.raises(InvalidArgumentError, match="async client"):
        Caller(server.url, "sync", library).call(upload, body=pieces())


def test_a_structure_for_a_raw_media_type_is_refused(
    colour_caller: Caller, server: WireServer
) -> None:
    with pytest.raises(InvalidArgumentError, match="application/xml body is sent as it is"):
        colour_caller.call(operation("POST", media_type="application/xml"), body={"a": 1})
    assert server.requests == []


def test_fixed_query_pairs_give_way_to_declared_parameters(
    caller: Caller, server: WireServer
) -> None:
    fixed = operation(path="/{path}", query=(("type", "ssh"), ("zip", "")))
    caller.call(fixed, path={"path": "p"}, query={"depth": 1})
    assert server.last.target == "/p?type=ssh&zip&depth=1"
    caller.call(fixed, path={"path": "p"}, query={"type": "s3", "zip": OMIT})
    assert server.last.target == "/p?zip&type=s3"


def test_wildcards_keep_slashes_on_the_wire(caller: Caller, server: WireServer) -> None:
    wild = operation(path="/files/{path}", wildcards=frozenset({"path"}))
    caller.call(wild, path={"path": "/srv/a b/ü#?.tar"})
    assert server.last.target == "/files/srv/a%20b/%C3%BC%23%3F.tar"
    caller.call(wild, path={"path": "dir/"})
    assert server.last.target == "/files/dir/"
    caller.call(operation(path="/files/{path}"), path={"path": "a/b%2Fc"})
    assert server.last.target == "/files/a%2Fb%252Fc"


@pytest.mark.parametrize("method", ["PROPFIND", "MKCOL", "CHECKAUTH", "HEAD", "DELETE"])
def test_other_methods_go_out_as_they_are(caller: Caller, server: WireServer, method: str) -> None:
    server.default = Answer(204)
    assert caller.call(operation(method, result="none"), None) is None
    assert server.last.method == method


JSON_OR_RAW: ResponseType[Any] = ResponseType(dict[str, int] | str | bytes)


@pytest.mark.parametrize(
    ("result", "answer", "returns", "expected"),
    [
        ("text", Answer(200, "grüße".encode(), {"Content-Type": "text/plain"}), str, "grüße"),
        (
            "text",
            Answer(200, "é".encode("latin-1"), {"Content-Type": "text/plain; charset=latin-1"}),
            str,
            "é",
        ),
        ("text", json_answer({"a": 1}), str, '{"a": 1}'),
        ("bytes", Answer(200, b"\x00\xff", {"Content-Type": "image/png"}), bytes, b"\x00\xff"),
        ("bytes", Answer(200, b""), bytes, b""),
        ("none", json_answer({"ignored": 1}), None, None),
        ("json", Answer(204), dict, None),
        ("json", Answer(200, b""), dict, None),
        ("json", Answer(200, b"plain", {"Content-Type": "text/plain"}), str, "plain"),
        ("json", Answer(200, b"\x89PNG", {"Content-Type": "image/png"}), bytes, b"\x89PNG"),
        ("json", json_answer("json text"), str, "json text"),
        ("json", Answer(200, b"a: 1", {"Content-Type": "text/yaml"}), JSON_OR_RAW, "a: 1"),
        ("json", Answer(200, b"\x89", {"Content-Type": "image/png"}), JSON_OR_RAW, b"\x89"),
        ("json", json_answer({"a": 1}), JSON_OR_RAW, {"a": 1}),
        ("json", Answer(200, b"p", {"Content-Type": "text/plain"}), ResponseType(JsonValue), "p"),
        ("json", Answer(200, b"\x89", {"Content-Type": "image/png"}), ResponseType(Any), b"\x89"),
        ("json", Answer(200, b'{"a": 1}', {"Content-Type": "text/plain"}), dict, {"a": 1}),
        ("json", Answer(200, b'\xef\xbb\xbf{"a": 1}'), dict, {"a": 1}),
    ],
)
def test_results_follow_the_content(
    colour_caller: Caller,
    server: WireServer,
    result: str,
    answer: Answer,
    returns: Any,
    expected: object,
) -> None:
    server.default = answer
    assert colour_caller.call(operation(result=result), returns) == expected


def test_raw_response_has_everything(caller: Caller, server: WireServer) -> None:
    envelope = {"statusCode": 201, "message": "made", "data": {"name": "p", "new": 1}}
    server.default = json_answer(envelope, 201, X_Request_Id="r-1", X_Two="2")
    raw = caller.raw(operation("POST", envelope="data"), Part)
    assert raw.status == 201
    assert raw.headers["x-two"] == "2"
    assert "X-TWO" in raw.headers
    assert raw.body == envelope
    assert json.loads(raw.content) == envelope
    assert raw.request_id == "r-1"
    assert isinstance(raw.parsed, Part)
    assert raw.parsed.to_dict() == {"name": "p", "new": 1}
    assert raw.request.method == "POST"


def test_raw_response_of_a_call_without_result(caller: Caller, server: WireServer) -> None:
    server.default = Answer(204, headers={"ETag": "v2"})
    raw = caller.raw(operation("DELETE", result="none"), None)
    assert (raw.status, raw.headers["etag"], raw.parsed, raw.body) == (204, "v2", None, None)


def test_the_other_service_gets_its_own_address_and_no_token(
    caller: Caller, server: WireServer
) -> None:
    caller.settings["service_urls"] = {"files": server.url + "/kit/{container}"}
    caller.change = lambda client: client.with_variables(container=12)
    files = operation(path="/list")
    caller.call(replace(files, service="files"))
    assert server.last.path == "/kit/12/list"
    assert server.last.header("authorization") is None


def test_service_info_defaults_are_safe_to_share() -> None:
    service = ServiceInfo(name="a", base_url="https://a.test")

    with pytest.raises(TypeError, match="does not support item assignment"):
        cast("dict[str, str]", service.variables)["project"] = "p"
