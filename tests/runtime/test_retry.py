"""Decisions about trying again, and the tries themselves against a server that breaks."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import format_datetime

import pytest
from hoody_codegen.runtime import RequestOptions, RetryPolicy, Timeout
from hoody_codegen.runtime.errors import (
    APIConnectionError,
    APITimeoutError,
    InternalServerError,
    RateLimitError,
    RetryAfterError,
    ServiceUnavailableError,
)
from hoody_codegen.runtime.retry import (
    Clock,
    Delivery,
    Stop,
    backoff,
    read_retry_after,
    retry_failure,
    retry_status,
    wait_before_retry,
)
from hypothesis import given
from hypothesis import strategies as st
from support.runtime_calls import TOKEN, AsyncDemo, AsyncThings, Caller, operation
from support.wire_server import Answer, Fault, WireServer, json_answer

NOW = 1_700_000_000.0


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "PUT", "DELETE"])
def test_idempotent_methods_retry_passing_faults(status: int, method: str) -> None:
    assert retry_status(status, method, replayable=True, idempotency_key=False)
    assert not retry_status(status, method, replayable=False, idempotency_key=False)


@pytest.mark.parametrize("method", ["POST", "PATCH", "LOCK", "MKCOL"])
def test_other_methods_retry_only_what_was_turned_away(method: str) -> None:
    assert retry_status(429, method, replayable=True, idempotency_key=False)
    assert not retry_status(503, method, replayable=True, idempotency_key=False)
    assert retry_status(503, method, replayable=True, idempotency_key=True)
    assert not retry_status(429, method, replayable=False, idempotency_key=True)


@given(status=st.integers(100, 599).filter(lambda s: s not in (408, 425, 429, 500, 502, 503, 504)))
def test_other_statuses_are_final(status: int) -> None:
    assert not retry_status(status, "GET", replayable=True, idempotency_key=True)


def test_failures_before_sending_are_retried_with_every_method() -> None:
    assert retry_failure(Delivery.NOT_SENT, "POST", replayable=True, idempotency_key=False)
    assert not retry_failure(Delivery.NOT_SENT, "POST", replayable=False, idempotency_key=False)
    assert not retry_failure(Delivery.MAYBE_SENT, "POST", replayable=True, idempotency_key=False)
    assert retry_failure(Delivery.MAYBE_SENT, "POST", replayable=True, idempotency_key=True)
    assert retry_failure(Delivery.MAYBE_SENT, "PUT", replayable=True, idempotency_key=False)


@given(attempt=st.integers(0, 5000), chance=st.floats(0, 1, exclude_max=True))
def test_backoff_stays_in_its_bounds(attempt: int, chance: float) -> None:
    policy = RetryPolicy(clock=Clock(random=lambda: chance))
    full = min(0.5 * 2.0 ** min(attempt, 10), 8.0)
    assert 0.75 * full <= backoff(policy, attempt) <= full


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("5", 5.0),
        ("0", 0.0),
        ("1.5", 1.5),
        (" 7 ", 7.0),
        ("-3", None),
        ("nan", None),
        ("inf", None),
        ("soon", None),
        ("", None),
        ("Tue, 14 Nov 2023 22:13:30 GMT", 10.0),
        ("Tuesday, 14-Nov-23 22:13:30 GMT", 10.0),
        ("Tue Nov 14 22:13:30 2023", 10.0),
        ("Tue, 14 Nov 2023 23:13:30 +0100", 10.0),
        ("Tue, 14 Nov 2023 22:13:10 GMT", 0.0),
        ("Tue, 99 Nov 2023 22:13:10 GMT", None),
    ],
)
def test_retry_after_in_both_forms(value: str, seconds: float | None) -> None:
    assert read_retry_after({"retry-after": value}, NOW) == seconds


@given(value=st.text())
def test_any_retry_after_is_a_sane_wait_or_none(value: str) -> None:
    seconds = read_retry_after({"retry-after": value}, NOW)
    assert seconds is None or 0 <= seconds < float("inf")


def test_retry_after_beyond_the_cap_ends_the_tries() -> None:
    policy = RetryPolicy(max_retries=2, max_retry_after=60, clock=Clock(random=lambda: 0.0))
    assert wait_before_retry(policy, 0, 60.0) == 60.0
    assert wait_before_retry(policy, 0, 60.1) is Stop.REFUSED
    assert wait_before_retry(policy, 0, None) == 0.5
    assert wait_before_retry(policy, 1, None) == 1.0
    assert wait_before_retry(policy, 2, None) is Stop.FINAL
    assert wait_before_retry(policy, 2, 1.0) is Stop.FINAL
    assert wait_before_retry(policy, 2, 3600.0) is Stop.FINAL


def test_503_then_200(caller: Caller, server: WireServer) -> None:
    server.answers.extend([Answer(503), json_answer({"ok": True})])
    assert caller.call(operation()) == {"ok": True}
    assert len(server.requests) == 2
    assert caller.time.waits == [0.5 * 0.875]


def test_429_with_seconds_and_with_a_date(caller: Caller, server: WireServer) -> None:
    date = format_datetime(datetime.fromtimestamp(NOW + 13, UTC), usegmt=True)
    server.answers.extend(
        [
            Answer(429, headers={"Retry-After": "3"}),
            Answer(429, headers={"Retry-After": date}),
            json_answer({"ok": True}),
        ]
    )
    assert caller.call(operation("POST"), body={"a": 1}) == {"ok": True}
    assert caller.time.waits == [3.0, 10.0]
    assert [request.body for request in server.requests] == [b'{"a":1}'] * 3


def test_a_long_retry_after_is_raised_and_not_shortened(caller: Caller, server: WireServer) -> None:
    server.default = Answer(429, headers={"Retry-After": "3600"})
    with pytest.raises(RateLimitError) as caught:
        caller.call(operation())
    error = caught.value
    assert isinstance(error, RetryAfterError)
    assert (error.status, error.retry_after) == (429, 3600)
    assert str(error).endswith(
        "retry after: 3600 s\n  not tried again: that is longer than this client waits"
    )
    assert caller.time.waits == []
    assert len(server.requests) == 1


def test_a_long_retry_after_is_only_refused_where_there_would_be_a_try(
    caller: Caller, server: WireServer
) -> None:
    server.default = Answer(503, headers={"Retry-After": "3600"})
    for call, values in (
        (operation("POST"), {}),
        (operation(), {"options": RequestOptions(max_retries=0)}),
    ):
        with pytest.raises(ServiceUnavailableError) as caught:
            caller.call(call, **values)
        assert not isinstance(caught.value, RetryAfterError)
        assert caught.value.retry_after == 3600


def test_tries_end(caller: Caller, server: WireServer) -> None:
    server.default = Answer(503, b"<html><title>Down for repair</title></html>")
    with pytest.raises(ServiceUnavailableError, match="Down for repair"):
        caller.call(operation())
    assert len(server.requests) == 3
    server.requests.clear()
    with pytest.raises(ServiceUnavailableError):
        caller.call(operation(), options=RequestOptions(max_retries=0))
    assert len(server.requests) == 1


def test_a_post_is_not_repeated_after_a_server_fault(caller: Caller, server: WireServer) -> None:
    server.default = Answer(500)
    with pytest.raises(InternalServerError):
        caller.call(operation("POST"), body={"a": 1})
    assert len(server.requests) == 1
    with pytest.raises(InternalServerError):
        caller.call(operation("POST"), options=RequestOptions(idempotency_key="k"))
    assert [request.header("idempotency-key") for request in server.requests[1:]] == ["k"] * 3


@pytest.mark.parametrize("fault", ["reset", "close", "half"])
def test_broken_connections_are_tried_again_where_that_is_harmless(
    caller: Caller, server: WireServer, fault: Fault
) -> None:
    broken = replace(json_answer({"long": "body" * 10}), fault=fault)
    server.answers.extend([broken, broken])
    assert caller.call(operation()) == {}
    assert len(server.requests) == 3

    server.answers.append(broken)
    with pytest.raises(APIConnectionError) as caught:
        caller.call(operation("POST"), body={"a": 1})
    assert len(server.requests) == 4
    assert not isinstance(caught.value, APITimeoutError)
    assert str(caught.value).startswith("POST /things: The connection failed")
    assert caught.value.__cause__ is not None


def test_a_refused_connection_is_tried_again_with_every_method(
    caller: Caller, server: WireServer
) -> None:
    server.close()
    with pytest.raises(APIConnectionError):
        caller.call(operation("POST"), body={"a": 1})
    assert len(caller.time.waits) == 2


@pytest.mark.parametrize("fault", ["stall", "stall-half"])
@pytest.mark.parametrize("timeout", [0.05, Timeout(read=0.05)])
def test_a_stalled_answer_times_out_by_try(
    caller: Caller, server: WireServer, fault: Fault, timeout: float | Timeout
) -> None:
    server.answers.append(Answer(200, b"0123456789", fault=fault))
    assert caller.call(operation(), options=RequestOptions(timeout=timeout)) == {}
    server.answers.append(Answer(200, b"0123456789", fault=fault))
    with pytest.raises(APITimeoutError, match=r"POST /things: The connection timed out"):
        caller.call(operation("POST"), options=RequestOptions(timeout=timeout))
    assert len(server.requests) == 3


def test_bodies_that_can_be_replayed_are_replayed(caller: Caller, server: WireServer) -> None:
    server.answers.extend([Answer(503), Answer(503)])
    file = io.BytesIO(b"skipped+sent")
    file.seek(8)
    caller.call(operation("PUT", media_type="application/octet-stream"), body=file)
    assert [request.body for request in server.requests] == [b"sent"] * 3

    server.requests.clear()
    server.answers.append(Answer(503))
    caller.call(operation("PUT", media_type="multipart/form-data"), body={"f": io.BytesIO(b"x")})
    assert len({request.body for request in server.requests}) == 1
    assert len(server.requests) == 2


def test_bodies_that_can_not_be_replayed_are_sent_once(caller: Caller, server: WireServer) -> None:
    def pieces() -> Iterator[bytes]:
        yield b"once"

    server.default = Answer(503)
    with pytest.raises(ServiceUnavailableError):
        caller.call(operation("PUT", media_type="application/octet-stream"), body=pieces())
    assert [request.body for request in server.requests] == [b"once"]


async def test_async_bodies_that_can_not_be_replayed_are_sent_once(server: WireServer) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        yield b"once"

    server.default = Answer(503)
    async with AsyncDemo(token=TOKEN, base_url=server.url) as client:
        put = operation("PUT", media_type="application/octet-stream")
        with pytest.raises(ServiceUnavailableError):
            await AsyncThings(client).call(put, body=pieces())
    assert [request.body for request in server.requests] == [b"once"]


class Pipe:
    """A source of bytes that can't go back."""

    def __init__(self) -> None:
        self.left = b"piped"

    def read(self, size: int = -1, /) -> bytes:
        content, self.left = self.left, b""
        return content


def test_a_pipe_is_sent_once(caller: Caller, server: WireServer) -> None:
    server.default = Answer(429)
    with pytest.raises(RateLimitError):
        caller.call(operation("PUT", media_type="application/octet-stream"), body=Pipe())
    assert [request.body for request in server.requests] == [b"piped"]


@pytest.mark.parametrize("timeout", [0, None, float("inf")])
def test_no_timeout(caller: Caller, server: WireServer, timeout: float | None) -> None:
    caller.settings["timeout"] = timeout
    assert caller.call(operation()) == {}
