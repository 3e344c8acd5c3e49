"""The deadline of a whole call: tries, waits and bodies, however slowly they come."""

from __future__ import annotations

import asyncio
import pickle
import threading
import time
from dataclasses import replace
from typing import Any, Final

import httpx
import httpx2
import pytest
from hoody_codegen.runtime import Clock, RequestOptions, RetryPolicy
from hoody_codegen.runtime.calls import Call
from hoody_codegen.runtime.errors import (
    APIConnectionError,
    APIStatusError,
    APITimeoutError,
    DeadlineExceededError,
    RateLimitError,
    RetryAfterError,
    ServiceUnavailableError,
)
from hoody_codegen.runtime.sentinels import OMIT
from support.fault_server import (
    FaultServer,
    FullServer,
    Line,
    Script,
    answer,
    drip,
    drip_headers,
    head,
    reset,
    stall,
    stall_in_body,
    stall_in_headers,
)
from support.runtime_calls import LIBRARIES, TOKEN, AsyncDemo, Caller, Demo, FakeTime, operation

SHORT: Final = 0.06
"""Seconds of a deadline that is waited for in earnest."""


def too_late(caller: Caller, *arguments: Any, **values: Any) -> DeadlineExceededError:
    with pytest.raises(DeadlineExceededError) as caught:
        caller.call(*arguments, **values)
    return caught.value


def options(deadline: float | None, **values: Any) -> RequestOptions:
    return RequestOptions(deadline=deadline, **values)


# Waits are never begun in vain.


def test_a_wait_that_would_pass_the_deadline_is_not_begun(
    caller: Caller, server: FaultServer
) -> None:
    server.default = answer(503)
    error = too_late(caller, operation(), options=options(1.0))
    assert len(server.requests) == 2
    assert caller.time.waits == [0.4375]
    assert error.deadline == 1.0
    assert isinstance(error.__cause__, ServiceUnavailableError)
    assert str(error) == (
        "GET /things: The deadline of 1 s would pass in the wait of 0.875 s for the next try; "
        "last failure: status 503"
    )


def test_the_failure_of_a_connection_is_the_cause(caller: Caller, server: FaultServer) -> None:
    server.default = reset
    error = too_late(caller, operation(), options=options(0.4))
    cause = error.__cause__
    assert isinstance(cause, APIConnectionError)
    assert cause.__cause__ is not None
    assert "last failure: The connection failed: " in str(error)
    assert len(server.requests) == 1


def test_a_retry_after_beyond_the_deadline(caller: Caller, server: FaultServer) -> None:
    server.default = answer(429, Retry_After="30")
    error = too_late(caller, operation("POST"), options=options(10))
    assert isinstance(error.__cause__, RateLimitError)
    assert error.__cause__.retry_after == 30
    assert caller.time.waits == []


def test_a_retry_after_beyond_the_cap_is_refused_first(caller: Caller, server: FaultServer) -> None:
    server.default = answer(429, Retry_After="3600")
    with pytest.raises(RetryAfterError):
        caller.call(operation(), options=options(10))


def test_tries_that_end_before_the_deadline_raise_their_own_error(
    caller: Caller, server: FaultServer
) -> None:
    server.default = answer(503)
    with pytest.raises(ServiceUnavailableError):
        caller.call(operation(), options=options(100))
    assert len(server.requests) == 3


def test_a_wait_that_took_longer_than_asked_for_ends_the_call(
    caller: Caller, server: FaultServer
) -> None:
    def oversleep(seconds: float) -> None:
        caller.time.sleep(seconds + 100)

    async def async_oversleep(seconds: float) -> None:
        oversleep(seconds)

    clock = replace(caller.time.clock(), sleep=oversleep, async_sleep=async_oversleep)
    caller.policy = replace(caller.policy, clock=clock)
    server.default = answer(503)
    error = too_late(caller, operation(), options=options(10))
    assert len(server.requests) == 1
    assert "The deadline of 10 s has passed; last failure: status 503" in str(error)
    assert isinstance(error.__cause__, ServiceUnavailableError)


def test_a_slow_token_counts(caller: Caller, server: FaultServer) -> None:
    def token() -> str:
        caller.time.now += 11
        return TOKEN

    caller.settings["token"] = token
    error = too_late(caller, operation(), options=options(10))
    assert server.requests == []
    assert error.__cause__ is None
    assert str(error) == "GET /things: The deadline of 10 s has passed"
    assert TOKEN not in repr(error)


# A try gets no more time than remains. These wait in earnest, for a moment.


@pytest.mark.parametrize(
    "script", [stall, stall_in_headers, stall_in_body, drip], ids=lambda script: script.__name__
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_whatever_keeps_the_answer_back_is_ended(
    caller: Caller, server: FaultServer, script: Script, method: str
) -> None:
    caller.policy = RetryPolicy()
    server.default = script
    began = time.monotonic()
    error = too_late(caller, operation(method), options=options(SHORT, timeout=None))
    assert SHORT * 0.9 <= time.monotonic() - began < 5
    assert isinstance(error.__cause__, APITimeoutError)
    assert "The deadline of 0.06 s has passed; last failure: The connection timed out" in str(error)
    assert len(server.requests) <= 1, "none if this machine was busy with something else"
    server.wait_for_ends(server.connections)


def test_a_connection_that_is_never_taken_is_ended(caller: Caller, full_server: FullServer) -> None:
    caller.policy = RetryPolicy()
    caller.settings["base_url"] = full_server.url
    error = too_late(caller, operation(), options=options(SHORT))
    assert isinstance(error.__cause__, APITimeoutError)


@pytest.mark.parametrize("library", LIBRARIES)
def test_headers_that_drip_are_ended_in_the_async_client(library: str, server: FaultServer) -> None:
    server.default = drip_headers
    caller = Caller(server.url, "async", library)
    caller.policy = RetryPolicy()
    too_late(caller, operation(), options=options(SHORT))
    server.wait_for_ends(server.connections)


def test_a_shorter_timeout_of_a_try_stays(caller: Caller, server: FaultServer) -> None:
    server.scripts.extend([stall, stall_in_body])
    assert caller.call(operation(), options=options(100, timeout=0.2)) == {"ok": True}
    assert len(server.requests) == 3


def test_a_large_answer_comes_whole_before_its_deadline(
    caller: Caller, server: FaultServer
) -> None:
    big = bytes(range(256)) * 8192
    server.default = answer(200, big, Content_Type="application/octet-stream")
    found = caller.call(operation(result="bytes"), bytes, options=options(60))
    assert found == big


@pytest.mark.parametrize("status", [404, 503])
def test_an_error_that_drips_is_ended_too(caller: Caller, server: FaultServer, status: int) -> None:
    def script(line: Line) -> None:
        line.send(head(status, [("Content-Length", "1000000")]))
        while line.pause(0.005):
            line.send(b" ")

    caller.policy = RetryPolicy()
    server.default = script
    too_late(caller, operation(), options=options(SHORT))


@pytest.mark.parametrize("library", LIBRARIES)
def test_a_full_pool_is_waited_for_until_the_deadline(library: str, server: FaultServer) -> None:
    """Where all connections of the pool are busy, the deadline ends the wait for one."""
    module: Any = httpx if library == "httpx" else httpx2
    own = module.Client(limits=module.Limits(max_connections=1))
    server.scripts.append(drip)
    with own, Demo(token=TOKEN, base_url=server.url, http_client=own) as client:
        call = Call(operation(), {}, {}, {}, {}, OMIT, None)
        _, reply = client._open(call)
        with pytest.raises(DeadlineExceededError):
            client._run(call._replace(options=options(SHORT)), dict, raw=False)
        reply.close()
    assert len(server.requests) == 1


# Where the deadline comes from.


@pytest.mark.parametrize("none", [None, 0, float("inf")])
def test_without_a_deadline_there_is_no_limit(
    caller: Caller, server: FaultServer, none: float | None
) -> None:
    caller.settings["deadline"] = none
    server.default = answer(503)
    with pytest.raises(APIStatusError):
        caller.call(operation())
    assert len(server.requests) == 3


@pytest.mark.parametrize("none", [0, float("inf")])
def test_a_call_can_lift_the_deadline_of_its_client(
    caller: Caller, server: FaultServer, none: float
) -> None:
    caller.settings["deadline"] = 0.1
    server.default = answer(503)
    too_late(caller, operation())
    assert len(server.requests) == 1
    with pytest.raises(APIStatusError):
        caller.call(operation(), options=options(none))
    assert len(server.requests) == 4


def test_copies_have_their_own_deadline(caller: Caller, server: FaultServer) -> None:
    server.default = answer(503)
    caller.change = lambda client: client.with_options(deadline=0.1).with_options(max_retries=5)
    too_late(caller, operation())
    caller.change = lambda client: client.with_options(deadline=0.1).with_options(deadline=0)
    with pytest.raises(APIStatusError):
        caller.call(operation())


# Streams.


class SlowBody:
    """Sends the headers, and the body a good while after the test has read them."""

    def __init__(self) -> None:
        self.read = threading.Event()

    def __call__(self, line: Line) -> bool:
        line.send(head(200, [("Content-Length", "4")]))
        self.read.wait(10)
        line.pause(0.03)
        line.send(b"late")
        return True


@pytest.mark.parametrize("library", [None, *LIBRARIES])
def test_a_stream_only_has_to_begin_before_its_deadline(
    library: str | None, server: FaultServer
) -> None:
    slow = SlowBody()
    server.scripts.extend([slow, stall])
    call = Call(operation(), {}, {}, {}, {}, OMIT, options(60))
    time = FakeTime()
    own: Any = {None: None, "httpx": httpx.Client, "httpx2": httpx2.Client}[library]
    http_client = own() if own else None
    with Demo(token=TOKEN, base_url=server.url, http_client=http_client) as client:
        faked = client.with_options(retry=RetryPolicy(clock=time.clock()))
        _, reply = faked._open(call)
        time.now += 1000
        slow.read.set()
        assert b"".join(reply.chunks()) == b"late"
        reply.close()
        with pytest.raises(DeadlineExceededError):
            client._open(call._replace(options=options(SHORT)))
    if http_client is not None:
        http_client.close()


@pytest.mark.parametrize("library", [None, *LIBRARIES])
async def test_an_async_stream_only_has_to_begin_before_its_deadline(
    library: str | None, server: FaultServer
) -> None:
    slow = SlowBody()
    server.scripts.extend([slow, stall])
    call = Call(operation(), {}, {}, {}, {}, OMIT, options(60))
    time = FakeTime()
    own: Any = {None: None, "httpx": httpx.AsyncClient, "httpx2": httpx2.AsyncClient}[library]
    http_client = own() if own else None
    async with AsyncDemo(token=TOKEN, base_url=server.url, http_client=http_client) as client:
        faked = client.with_options(retry=RetryPolicy(clock=time.clock()))
        _, reply = await faked._open(call)
        time.now += 1000
        slow.read.set()
        assert b"".join([chunk async for chunk in reply.async_chunks()]) == b"late"
        await reply.aclose()
        with pytest.raises(DeadlineExceededError):
            await client._open(call._replace(options=options(SHORT)))
    if http_client is not None:
        await http_client.aclose()


async def test_a_cancelled_call_is_cancelled_and_not_late(server: FaultServer) -> None:
    server.default = stall
    call = Call(operation(), {}, {}, {}, {}, OMIT, options(60))
    async with AsyncDemo(token=TOKEN, base_url=server.url) as client:
        task = asyncio.create_task(client._run(call, dict, raw=False))
        await asyncio.to_thread(server.wait_for_requests, 1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    await asyncio.to_thread(server.wait_for_hang_ups, 1)


async def test_a_timeout_of_the_body_that_is_sent_is_not_taken_for_the_deadline(
    server: FaultServer,
) -> None:
    async def pieces() -> Any:
        yield b"a"
        raise TimeoutError

    put = operation("PUT", media_type="application/octet-stream")
    call = Call(put, {}, {}, {}, {}, pieces(), options(60))
    async with AsyncDemo(token=TOKEN, base_url=server.url) as client:
        with pytest.raises(TimeoutError) as caught:
            await client._run(call, dict, raw=False)
    assert not isinstance(caught.value, DeadlineExceededError)


def test_the_clock_is_the_users(server: FaultServer) -> None:
    """A clock that runs fast makes a drip end without any real time: each look is a second."""
    looks = iter(range(1000))
    clock = Clock(monotonic=lambda: float(next(looks)))
    server.default = drip
    with Demo(token=TOKEN, base_url=server.url) as client:
        fast = client.with_options(retry=RetryPolicy(clock=clock), deadline=20)
        call = Call(operation(), {}, {}, {}, {}, OMIT, None)
        with pytest.raises(DeadlineExceededError, match="The deadline of 20 s"):
            fast._run(call, dict, raw=False)


def test_the_error_can_be_pickled() -> None:
    error = DeadlineExceededError("late", deadline=2.5)
    copy = pickle.loads(pickle.dumps(error))
    assert (copy.deadline, str(copy)) == (2.5, "late")
