"""Every rule about trying again, against a server on which the fault really happens.

The rules: methods that may be repeated (GET, HEAD, OPTIONS, PUT, DELETE, and every method with an
idempotency key) are sent again after a broken connection and after 408, 425, 429, 500, 502, 503 and
504; a 429 is sent again with every method, and so is what never reached the server; a body that
can't be replayed is sent once, whatever happens.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from typing import Any, Final

import pytest
from hoody_codegen.runtime import RequestOptions
from hoody_codegen.runtime.errors import (
    APIConnectionError,
    APIError,
    APIStatusError,
    APITimeoutError,
    ContentTooLargeError,
    GatewayTimeoutError,
    RateLimitError,
    status_class,
)
from support.fault_server import (
    FaultServer,
    FullServer,
    Line,
    Script,
    answer,
    chunks_broken,
    chunks_cut,
    close,
    closing,
    endless_headers,
    garbage,
    half_body,
    half_body_reset,
    head,
    length_in_words,
    longer_than_said,
    not_gzip,
    page,
    reset,
    stall,
    stall_in_body,
    stall_in_headers,
    stall_in_status,
    two_lengths,
)
from support.runtime_calls import Caller, operation

TRIES: Final = 3
"""One try and the two further ones that are made without being told."""

KEY: Final = RequestOptions(idempotency_key="k-1")
REPEATABLE: Final = ("GET", "HEAD", "OPTIONS", "PUT", "DELETE")
OTHERS: Final = ("POST", "PATCH", "MKCOL", "LOCK")

BROKEN: Final[dict[str, Script]] = {
    script.__name__: script
    for script in (
        reset,
        close,
        half_body,
        half_body_reset,
        two_lengths,
        length_in_words,
        chunks_cut,
        chunks_broken,
        garbage,
        endless_headers,
        not_gzip,
    )
}
STALLS: Final[dict[str, Script]] = {
    script.__name__: script for script in (stall, stall_in_status, stall_in_headers, stall_in_body)
}


class Pipe:
    """A source of bytes that can't go back."""

    def __init__(self) -> None:
        self.left = b"piped"

    def read(self, size: int = -1, /) -> bytes:
        content, self.left = self.left, b""
        return content


def pieces() -> Iterator[bytes]:
    yield b"pie"
    yield b"ces"


REPLAYABLE: Final[dict[str, Callable[[], object]]] = {
    "bytes": lambda: b"bytes",
    "file": lambda: io.BytesIO(b"bytes"),
}
NOT_REPLAYABLE: Final[dict[str, Callable[[], object]]] = {"pipe": Pipe, "iterator": pieces}


def upload(method: str) -> Any:
    return operation(method, media_type="application/octet-stream")


def fails(caller: Caller, *arguments: Any, **values: Any) -> APIError:
    with pytest.raises(APIError) as caught:
        caller.call(*arguments, **values)
    return caught.value


# What breaks in the middle: the server may have acted.


@pytest.mark.parametrize("name", BROKEN)
def test_a_get_is_tried_again_when_the_answer_breaks(
    caller: Caller, server: FaultServer, name: str
) -> None:
    server.scripts.extend([BROKEN[name], BROKEN[name]])
    assert caller.call(operation()) == {"ok": True}
    assert len(server.requests) == TRIES
    assert len(caller.time.waits) == TRIES - 1


@pytest.mark.parametrize("name", BROKEN)
def test_a_post_is_not_tried_again_when_the_answer_breaks(
    caller: Caller, server: FaultServer, name: str
) -> None:
    server.default = BROKEN[name]
    error = fails(caller, operation("POST"), body={"a": 1})
    assert isinstance(error, APIConnectionError)
    assert not isinstance(error, APITimeoutError)
    assert error.__cause__ is not None
    assert str(error).startswith("POST /things: The connection failed: ")
    assert len(server.requests) == 1
    assert caller.time.waits == []


@pytest.mark.parametrize("name", ["reset", "half_body", "not_gzip"])
def test_the_error_of_the_last_try_is_raised(
    caller: Caller, server: FaultServer, name: str
) -> None:
    server.default = BROKEN[name]
    assert isinstance(fails(caller, operation()), APIConnectionError)
    assert len(server.requests) == TRIES


@pytest.mark.parametrize("method", [*REPEATABLE, *OTHERS])
def test_methods_after_a_reset(caller: Caller, server: FaultServer, method: str) -> None:
    server.default = reset
    fails(caller, operation(method))
    assert len(server.requests) == (TRIES if method in REPEATABLE else 1)


@pytest.mark.parametrize("method", OTHERS)
@pytest.mark.parametrize("name", ["reset", "close", "half_body"])
def test_an_idempotency_key_lets_every_method_be_repeated(
    caller: Caller, server: FaultServer, method: str, name: str
) -> None:
    server.scripts.extend([BROKEN[name], BROKEN[name]])
    assert caller.call(operation(method), body={"a": 1}, options=KEY) == {"ok": True}
    assert [request.header("idempotency-key") for request in server.requests] == ["k-1"] * TRIES
    assert server.bodies == [b'{"a":1}'] * TRIES


@pytest.mark.parametrize("kind", REPLAYABLE)
@pytest.mark.parametrize("name", ["reset", "half_body"])
def test_a_body_that_can_be_replayed_is_sent_again_whole(
    caller: Caller, server: FaultServer, kind: str, name: str
) -> None:
    server.scripts.extend([BROKEN[name], BROKEN[name]])
    caller.call(upload("PUT"), body=REPLAYABLE[kind]())
    assert server.bodies == [b"bytes"] * TRIES


@pytest.mark.parametrize("kind", NOT_REPLAYABLE)
@pytest.mark.parametrize("method", ["PUT", "POST"])
@pytest.mark.parametrize("options", [None, KEY], ids=["no key", "key"])
@pytest.mark.parametrize("script", [reset, answer(503), answer(429)], ids=["reset", "503", "429"])
def test_a_body_that_can_not_be_replayed_is_sent_once(
    caller: Caller,
    server: FaultServer,
    kind: str,
    method: str,
    options: RequestOptions | None,
    script: Script,
) -> None:
    server.default = script
    fails(caller, upload(method), body=NOT_REPLAYABLE[kind](), options=options)
    assert server.bodies == [b"piped" if kind == "pipe" else b"pieces"]
    assert caller.time.waits == []


# What never got there: no server can have acted.


@pytest.mark.parametrize("method", ["GET", "PUT", "POST", "PATCH"])
def test_a_refused_connection_is_tried_again_with_every_method(
    caller: Caller, server: FaultServer, method: str
) -> None:
    server.close()
    error = fails(caller, operation(method))
    assert isinstance(error, APIConnectionError)
    assert not isinstance(error, APITimeoutError)
    assert len(caller.time.waits) == TRIES - 1


@pytest.mark.parametrize("kind", NOT_REPLAYABLE)
def test_a_refused_connection_is_final_for_a_body_that_can_not_be_replayed(
    caller: Caller, server: FaultServer, kind: str
) -> None:
    server.close()
    assert isinstance(fails(caller, upload("PUT"), body=NOT_REPLAYABLE[kind]()), APIConnectionError)
    assert caller.time.waits == []


def test_a_connection_that_is_never_taken_times_out_and_is_tried_again(
    caller: Caller, full_server: FullServer
) -> None:
    caller.settings["base_url"] = full_server.url
    error = fails(caller, operation("POST"), options=RequestOptions(timeout=0.03))
    assert isinstance(error, APITimeoutError)
    assert len(caller.time.waits) == TRIES - 1


def test_what_speaks_no_tls_is_never_sent_anything(caller: Caller, server: FaultServer) -> None:
    caller.settings["base_url"] = server.url.replace("http:", "https:")
    server.greetings.extend([garbage] * TRIES)
    assert isinstance(fails(caller, operation("POST")), APIConnectionError)
    assert len(caller.time.waits) == TRIES - 1
    assert server.requests == []


def test_a_connection_that_is_reset_at_once_may_have_been_read(
    caller: Caller, server: FaultServer
) -> None:
    def greet(line: Line) -> None:
        line.pause(0.02)  # or else connecting fails already
        line.reset()

    server.greetings.extend([greet] * 2)
    assert caller.call(operation()) == {"ok": True}
    assert len(caller.time.waits) == 2
    server.greetings.append(greet)
    assert isinstance(fails(caller, operation("POST")), APIConnectionError)
    assert len(caller.time.waits) == 2


# Silence.


@pytest.mark.parametrize("name", STALLS)
def test_silence_times_out_by_try(caller: Caller, server: FaultServer, name: str) -> None:
    options = RequestOptions(timeout=0.2)
    server.scripts.append(STALLS[name])
    assert caller.call(operation(), options=options) == {"ok": True}
    server.scripts.append(STALLS[name])
    error = fails(caller, operation("POST"), options=options)
    assert isinstance(error, APITimeoutError)
    assert str(error).startswith("POST /things: The connection timed out: ")
    assert len(server.requests) == 3
    server.wait_for_hang_ups(2)


# Statuses.


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
def test_passing_faults_are_tried_again(caller: Caller, server: FaultServer, status: int) -> None:
    server.scripts.extend([answer(status), page(status, "Sorry")])
    assert caller.call(operation()) == {"ok": True}
    assert len(server.requests) == TRIES


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 422, 423, 501, 505, 507])
def test_other_errors_are_final(caller: Caller, server: FaultServer, status: int) -> None:
    server.default = answer(status)
    assert type(fails(caller, operation(), options=KEY)) is status_class(status)
    assert len(server.requests) == 1


@pytest.mark.parametrize("method", OTHERS)
@pytest.mark.parametrize("status", [408, 425, 500, 502, 503, 504])
def test_other_methods_are_not_repeated_after_a_server_fault(
    caller: Caller, server: FaultServer, method: str, status: int
) -> None:
    server.default = answer(status)
    assert type(fails(caller, operation(method))) is status_class(status)
    assert len(server.requests) == 1


@pytest.mark.parametrize("status", [408, 500, 503])
def test_other_methods_are_repeated_with_a_key(
    caller: Caller, server: FaultServer, status: int
) -> None:
    server.scripts.extend([answer(status), answer(status)])
    assert caller.call(operation("POST"), body={"a": 1}, options=KEY) == {"ok": True}
    assert server.bodies == [b'{"a":1}'] * TRIES


@pytest.mark.parametrize("method", [*REPEATABLE, *OTHERS])
def test_what_was_turned_away_is_repeated_with_every_method(
    caller: Caller, server: FaultServer, method: str
) -> None:
    server.scripts.extend([answer(429), answer(429)])
    caller.call(operation(method), None)
    assert len(server.requests) == TRIES


def test_tries_end(caller: Caller, server: FaultServer) -> None:
    server.default = page(504, "Gateway Time-out")
    error = fails(caller, operation())
    assert isinstance(error, GatewayTimeoutError)
    assert error.message == "Gateway Time-out"
    assert len(server.requests) == TRIES
    for retries in (0, 1, 4):
        server.requests.clear()
        fails(caller, operation(), options=RequestOptions(max_retries=retries))
        assert len(server.requests) == retries + 1


def test_different_faults_share_the_tries(caller: Caller, server: FaultServer) -> None:
    server.scripts.extend([reset, answer(503), half_body, answer()])
    assert isinstance(fails(caller, operation()), APIConnectionError)
    assert len(server.requests) == TRIES


# Lies about the length, and connections that are used again.


def test_what_an_answer_is_longer_than_it_says_is_not_taken_for_another(
    caller: Caller, server: FaultServer
) -> None:
    """The surplus spoils its connection: the next request is lost on it, and another is opened."""
    server.scripts.append(longer_than_said)
    found = caller.calls(operation(), operation())
    assert found == [{}, {"ok": True}]
    assert server.connections == 2
    server.scripts.append(longer_than_said)
    with pytest.raises(APIConnectionError):
        caller.calls(operation(), operation("POST"))


def test_a_connection_that_the_server_has_closed_is_not_used_again(
    caller: Caller, server: FaultServer
) -> None:
    server.scripts.append(closing(answer()))
    found = caller.calls(
        operation(),
        operation("POST"),
        between=lambda: server.wait_for_ends(len(server.requests)),
    )
    assert found == [{"ok": True}] * 2
    assert server.connections == 2
    assert caller.time.waits == []


# Pages of somebody else.


@pytest.mark.parametrize("status", [404, 502, 503])
def test_a_page_says_what_it_is_called(caller: Caller, server: FaultServer, status: int) -> None:
    server.default = page(status, "Bad   Gateway")
    error = fails(caller, operation("POST"))
    assert isinstance(error, APIStatusError)
    assert type(error) is status_class(status)
    assert error.message == "Bad Gateway"
    assert error.code is None
    assert re.match(rf"POST /things: {status}: Bad Gateway", str(error))


def test_a_page_under_200_is_no_answer(caller: Caller, server: FaultServer) -> None:
    server.default = page(200, "Welcome")
    error = fails(caller, operation())
    assert str(error).startswith("GET /things: The answer should be JSON and isn't (text/html)")
    assert len(server.requests) == 1


def test_429_is_an_error_of_its_own(caller: Caller, server: FaultServer) -> None:
    server.default = answer(429)
    assert isinstance(fails(caller, operation("POST")), RateLimitError)
    assert len(server.requests) == TRIES


# Answers that come before the request is whole.


@pytest.mark.parametrize("kind", ["bytes", "iterator"])
def test_an_upload_that_is_turned_away_early(
    caller: Caller, server: FaultServer, kind: str
) -> None:
    """The error of the server is raised, and not that of the connection it ends."""

    def turn_away(line: Line) -> None:
        line.send(head(413, [("Content-Length", "0"), ("Connection", "close")]))
        line.wait_for_hang_up()

    def many() -> Iterator[bytes]:
        for _ in range(64):
            yield b"x" * 65536

    server.greetings.append(turn_away)
    body = b"x" * 4_000_000 if kind == "bytes" else many()
    assert isinstance(fails(caller, upload("PUT"), body=body), ContentTooLargeError)
    assert caller.time.waits == []
    assert server.connections == 1


def test_an_upload_whose_connection_is_reset_in_the_middle(
    caller: Caller, server: FaultServer
) -> None:
    def cut_off(line: Line) -> None:
        line.pause(0.02)
        line.reset()

    server.greetings.extend([cut_off, cut_off])
    body = bytes(range(256)) * 16384
    caller.call(upload("PUT"), body=io.BytesIO(body))
    assert server.connections == TRIES
    assert [len(sent) for sent in server.bodies] == [len(body)]
    server.greetings.append(cut_off)
    error = fails(caller, upload("POST"), body=io.BytesIO(body))
    assert isinstance(error, APIConnectionError)
    assert server.connections == TRIES + 1
