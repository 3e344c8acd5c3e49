"""Hooks see each try, each answer and each decision to try again, and can change what is sent."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterator
from typing import Any

import pytest
from hoody_codegen.runtime import (
    Hooks,
    RequestEvent,
    RequestOptions,
    ResponseEvent,
    RetryEvent,
    RetryPolicy,
)
from hoody_codegen.runtime.calls import Call
from hoody_codegen.runtime.errors import (
    APIConnectionError,
    InvalidArgumentError,
    NotFoundError,
    ServiceUnavailableError,
)
from hoody_codegen.runtime.sentinels import OMIT
from support.runtime_calls import (
    TOKEN,
    AsyncDemo,
    AsyncThings,
    Caller,
    Demo,
    FakeTime,
    Things,
    operation,
)
from support.wire_server import Answer, WireServer, json_answer


class Seen:
    """All that hooks were given, in order."""

    def __init__(self) -> None:
        self.events: list[Any] = []

    def hooks(self) -> Hooks:
        return Hooks(request=self.events.append, response=self.events.append, retry=self.retry)

    def retry(self, event: RetryEvent) -> None:
        self.events.append(event)


def test_hooks_see_every_step(caller: Caller, server: WireServer) -> None:
    seen = Seen()
    caller.settings["hooks"] = seen.hooks()
    server.answers.extend(
        [Answer(fault="reset"), Answer(503, headers={"X-Request-Id": "r-1"}), json_answer({"a": 1})]
    )
    assert caller.call(operation(), query={"q": "1"}) == {"a": 1}
    assert [type(event).__name__ for event in seen.events] == [
        "RequestEvent",
        "RetryEvent",
        "RequestEvent",
        "ResponseEvent",
        "RetryEvent",
        "RequestEvent",
        "ResponseEvent",
    ]
    assert [event.attempt for event in seen.events] == [1, 1, 2, 2, 2, 3, 3]
    assert {event.operation.name for event in seen.events} == {"api.things.call"}
    assert {event.method for event in seen.events} == {"GET"}
    assert {event.url for event in seen.events} == {f"{server.url}/things?q=1"}
    broken, unavailable = seen.events[1], seen.events[4]
    assert broken.reason.startswith("The connection failed: ")
    assert (broken.status, broken.wait) == (None, 0.4375)
    assert (unavailable.reason, unavailable.status, unavailable.wait) == (
        "status 503",
        503,
        0.875,
    )
    answered = seen.events[3]
    assert (answered.status, answered.headers["x-request-id"]) == (503, "r-1")
    assert seen.events[6].status == 200


def test_a_request_can_be_signed(caller: Caller, server: WireServer) -> None:
    def sign(event: RequestEvent) -> None:
        assert "X-Signature" not in event.headers, "each try begins with what the call had"
        digest = hashlib.sha256(event.method.encode() + (event.content or b"")).hexdigest()
        event.headers["X-Signature"] = f"{digest[:8]};{event.attempt}"
        del event.headers["user-agent"]

    caller.settings["hooks"] = Hooks(request=sign)
    server.answers.append(Answer(429))
    caller.call(operation("POST"), body={"a": 1})
    digest = hashlib.sha256(b'POST{"a":1}').hexdigest()[:8]
    assert [request.header("x-signature") for request in server.requests] == [
        f"{digest};1",
        f"{digest};2",
    ]
    assert server.last.header("authorization") == f"Bearer {TOKEN}"
    assert server.last.header("user-agent") != "demo/1.2.3"


def test_the_headers_are_a_mapping(caller: Caller, server: WireServer) -> None:
    found: list[Any] = []

    def look(event: RequestEvent) -> None:
        headers = event.headers
        headers["x-new"] = "1"
        found.extend([headers["X-NEW"], "X-New" in headers, "no" in headers, headers.get("no")])
        names = list(headers)
        assert len(names) == len(headers)
        assert {"Accept", "Authorization", "User-Agent", "x-new"} == set(names)
        with pytest.raises(KeyError):
            headers["absent"]
        with pytest.raises(KeyError):
            del headers["absent"]
        with pytest.raises(InvalidArgumentError, match="can't hold line breaks"):
            headers["X-Split"] = "a\r\nX-Forged: b"
        with pytest.raises(InvalidArgumentError, match="isn't a header name"):
            headers["X Y"] = "a"

    caller.settings["hooks"] = Hooks(request=look)
    caller.call(operation())
    assert found == ["1", True, False, None]
    assert server.last.header("x-forged") is None


def test_streamed_bodies_are_not_in_memory(caller: Caller, server: WireServer) -> None:
    def pieces() -> Iterator[bytes]:
        yield b"piece"

    contents: list[bytes | None] = []
    caller.settings["hooks"] = Hooks(request=lambda event: contents.append(event.content))
    put = operation("PUT", media_type="application/octet-stream")
    caller.call(put, body=pieces())
    caller.call(put, body=b"bytes")
    caller.call(operation())
    assert contents == [None, b"bytes", None]
    assert server.requests[0].body == b"piece"


def test_redirects_are_seen_and_belong_to_the_same_try(caller: Caller, server: WireServer) -> None:
    seen = Seen()
    caller.settings["hooks"] = seen.hooks()
    server.answers.append(Answer(302, headers={"Location": "/elsewhere"}))
    caller.call(operation())
    assert [(event.url.removeprefix(server.url), event.attempt) for event in seen.events] == [
        ("/things", 1),
        ("/things", 1),
        ("/elsewhere", 1),
        ("/elsewhere", 1),
    ]
    assert [e.status for e in seen.events if isinstance(e, ResponseEvent)] == [302, 200]


def test_events_hide_secrets_in_their_reprs(caller: Caller, server: WireServer) -> None:
    shown: list[str] = []

    def show(event: RequestEvent | ResponseEvent | RetryEvent) -> None:
        shown.append(repr(event))
        if not isinstance(event, RetryEvent):
            shown.append(repr(event.headers))

    caller.settings["hooks"] = Hooks(request=show, response=show, retry=show)
    cookie = {"Set-Cookie": "sid=in-the-cookie"}
    server.answers.extend([Answer(503, headers=cookie), Answer(200, b"{}", cookie)])
    caller.call(
        operation(),
        query={"token": "in-the-query"},
        options=RequestOptions(headers={"X-Api-Key": "in-the-header"}),
    )
    text = "\n".join(shown)
    assert "in-the-" not in text
    assert TOKEN not in text
    assert f"<RequestEvent GET {server.url}/things (try 1)>" in shown
    assert f"<RetryEvent GET {server.url}/things (try 1)>" in shown


@pytest.mark.parametrize("which", ["request", "response", "retry"])
def test_an_exception_in_a_hook_ends_the_call(
    caller: Caller, server: WireServer, which: str
) -> None:
    class Mine(Exception):
        pass

    def fail(event: object) -> None:
        raise Mine

    caller.settings["hooks"] = Hooks(**{which: fail})
    server.default = Answer(503)
    with pytest.raises(Mine):
        caller.call(operation())
    assert len(server.requests) == (0 if which == "request" else 1)
    assert caller.time.waits == []


def test_hooks_see_errors_that_are_raised(caller: Caller, server: WireServer) -> None:
    seen = Seen()
    caller.settings["hooks"] = seen.hooks()
    server.default = Answer(404)
    with pytest.raises(NotFoundError):
        caller.call(operation())
    assert [type(event) for event in seen.events] == [RequestEvent, ResponseEvent]
    server.close()
    seen.events.clear()
    with pytest.raises(APIConnectionError):
        caller.call(operation(), options=RequestOptions(max_retries=0))
    assert [type(event) for event in seen.events] == [RequestEvent]


def test_elapsed_is_by_the_clock_of_the_client(caller: Caller, server: WireServer) -> None:
    def answer(request: object) -> Answer:
        caller.time.now += 1.5
        return json_answer({})

    elapsed: list[float] = []
    server.default = answer
    caller.settings["hooks"] = Hooks(response=lambda event: elapsed.append(event.elapsed))
    caller.call(operation())
    assert elapsed == [1.5]


def test_copies_can_have_other_hooks(caller: Caller, server: WireServer) -> None:
    seen = Seen()
    caller.change = lambda client: client.with_options(hooks=seen.hooks())
    caller.call(operation())
    assert len(seen.events) == 2
    caller.change = lambda client: client.with_options(hooks=seen.hooks()).with_options(timeout=9)
    caller.call(operation())
    assert len(seen.events) == 4
    caller.change = lambda client: client.with_options(hooks=seen.hooks()).with_options(
        hooks=Hooks()
    )
    caller.call(operation())
    assert len(seen.events) == 4


async def test_hooks_of_the_async_client_may_be_async(server: WireServer) -> None:
    seen: list[str] = []

    async def request(event: RequestEvent) -> None:
        await asyncio.sleep(0)
        event.headers["X-Async"] = "1"
        seen.append("request")

    async def response(event: ResponseEvent) -> None:
        await asyncio.sleep(0)
        seen.append(f"response {event.status}")

    async def retry(event: RetryEvent) -> None:
        await asyncio.sleep(0)
        seen.append(event.reason)

    time = FakeTime()
    server.answers.append(Answer(503))
    hooks = Hooks(request=request, response=response, retry=retry)
    async with AsyncDemo(token=TOKEN, base_url=server.url, hooks=hooks) as client:
        copy = client.with_options(retry=RetryPolicy(clock=time.clock()))
        await AsyncThings(copy).call(operation())
    assert seen == ["request", "response 503", "status 503", "request", "response 200"]
    assert server.last.header("x-async") == "1"


def test_the_sync_client_refuses_async_hooks(server: WireServer) -> None:
    async def hook(event: RequestEvent) -> None:
        raise AssertionError("never run")

    with (
        Demo(token=TOKEN, base_url=server.url, hooks=Hooks(request=hook)) as client,
        pytest.raises(TypeError, match="An async hook needs the async client"),
    ):
        Things(client).call(operation())
    assert server.requests == []


def fail(event: object) -> None:
    raise ServiceUnavailableError


def test_a_hook_that_fails_over_an_open_answer_closes_it(server: WireServer) -> None:
    server.default = Answer(200, b"x" * 100_000)
    call = Call(operation(), {}, {}, {}, {}, OMIT, None)
    with Demo(token=TOKEN, base_url=server.url, hooks=Hooks(response=fail)) as client:
        with pytest.raises(ServiceUnavailableError):
            client._open(call)
        pool = client._connections._client._transport._pool
        assert pool.connections == []


async def test_an_async_hook_that_fails_over_an_open_answer_closes_it(server: WireServer) -> None:
    server.default = Answer(200, b"x" * 100_000)
    call = Call(operation(), {}, {}, {}, {}, OMIT, None)
    waiting = asyncio.Event()

    async def wait(event: object) -> None:
        waiting.set()
        await asyncio.Event().wait()

    async with AsyncDemo(token=TOKEN, base_url=server.url, hooks=Hooks(response=fail)) as client:
        with pytest.raises(ServiceUnavailableError):
            await client._open(call)
        pool = client._connections._client._transport._pool
        assert pool.connections == []
        slow = client.with_options(hooks=Hooks(response=wait))
        task = asyncio.create_task(slow._open(call))
        await waiting.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert pool.connections == []
