"""WebSockets against a real server, in both colours: messages and closes."""

from __future__ import annotations

import threading
from typing import Any, Literal

import pytest
from hoody_codegen.runtime import (
    Model,
    ResponseType,
    SocketOptions,
)
from hoody_codegen.runtime._websockets import Closed, SyncLink
from hoody_codegen.runtime.errors import (
    APIConnectionError,
    APIResponseValidationError,
    InvalidArgumentError,
    WebSocketClosedError,
)
from support.socket_calls import (
    ANYTHING,
    RAW,
    Opener,
    closed,
    done,
    messages_of,
)
from support.socket_server import Hanging, SocketServer, breaks_off, sends
from websockets import exceptions
from websockets.frames import Close


async def test_text_and_binary_messages_come_back_as_they_were_sent(opener: Opener) -> None:
    async with opener.open() as connected:
        for message in ("text: ü", b"\x00\xff", ""):
            await done(connected.send(message))
            assert await done(connected.recv()) == message
        await done(connected.send(bytearray(b"ab")))
        assert await done(connected.recv()) == b"ab"
        await done(connected.send(memoryview(b"cd")))
        assert await done(connected.recv()) == b"cd"


async def test_anything_else_is_sent_as_json(opener: Opener) -> None:
    async with opener.open() as connected:
        await done(connected.send({"a": [1, None, "ü"]}))
        assert await done(connected.recv()) == '{"a":[1,null,"ü"]}'
        await done(connected.send(Ended(event="ended", job_id="7", ok=True)))
        assert await done(connected.recv_json()) == {"event": "ended", "job_id": "7", "ok": True}
        await done(connected.send_json("text"))
        assert await done(connected.recv()) == '"text"'


async def test_iterating_ends_when_the_server_closes(opener: Opener, peer: SocketServer) -> None:
    peer.handler = sends("a", b"b", reason="all said")

    async with opener.open() as connected:
        assert await messages_of(connected) == ["a", b"b"]
        assert connected.close_code == 1000
        assert connected.close_reason == "all said"
        with pytest.raises(WebSocketClosedError) as caught:
            await done(connected.recv())
        assert (caught.value.code, caught.value.reason) == (1000, "all said")
        with pytest.raises(WebSocketClosedError):
            await done(connected.send("more"))


async def test_the_end_of_with_closes_cleanly(opener: Opener, peer: SocketServer) -> None:
    async with opener.open():
        pass

    peer.wait_for_end()
    assert peer.closes == [(1000, "")]


async def test_an_exception_in_with_says_going_away(opener: Opener, peer: SocketServer) -> None:
    with pytest.raises(KeyError):
        async with opener.open():
            raise KeyError

    peer.wait_for_end()
    assert peer.closes == [(1001, "")]


async def test_close_sends_code_and_reason(opener: Opener, peer: SocketServer) -> None:
    async with opener.open() as connected:
        assert connected.close_code is None
        assert connected.close_reason is None
        await closed(connected, 4001, "enough")
        assert connected.close_code == 4001
        # After the caller's own close there is nothing more to come, and no fault.
        assert await messages_of(connected) == []
        await closed(connected)

    peer.wait_for_end()
    assert peer.closes == [(4001, "enough")]


@pytest.mark.parametrize(
    ("code", "reason"),
    [(1005, ""), (1006, ""), (999, ""), (2000, ""), (5000, ""), (1000, "ü" * 62)],
)
async def test_what_no_close_frame_can_hold_is_refused(
    opener: Opener, code: int, reason: str
) -> None:
    async with opener.open() as connected:
        with pytest.raises(InvalidArgumentError):
            await closed(connected, code, reason)
        await done(connected.send("still open"))
        assert await done(connected.recv()) == "still open"


@pytest.mark.parametrize("code", [1001, 1008, 1011, 4000])
async def test_a_close_that_is_no_end_raises(opener: Opener, peer: SocketServer, code: int) -> None:
    peer.handler = sends("a", code=code, reason="why \x07 not")

    async with opener.open() as connected:
        assert await done(connected.recv()) == "a"
        with pytest.raises(WebSocketClosedError, match=rf"GET /ws: .*{code} why . not") as caught:
            await messages_of(connected)
        assert caught.value.code == connected.close_code == code
        assert caught.value.reason == connected.close_reason == "why \ufffd not"


async def test_a_connection_that_breaks_off_raises(opener: Opener, peer: SocketServer) -> None:
    peer.handler = breaks_off("a")

    async with opener.open() as connected:
        assert await done(connected.recv()) == "a"
        with pytest.raises(WebSocketClosedError) as caught:
            await messages_of(connected)
    assert caught.value.code == 1006
    assert isinstance(caught.value, APIConnectionError)


async def test_ping_measures_and_notices_a_lost_connection(
    opener: Opener, peer: SocketServer
) -> None:
    async with opener.open() as connected:
        assert 0 <= await done(connected.ping()) < 5
    peer.handler = sends()
    async with opener.open() as connected:
        assert await messages_of(connected) == []
        with pytest.raises(WebSocketClosedError):
            await done(connected.ping())


async def test_a_ping_without_an_answer_times_out(opener: Opener, peer: SocketServer) -> None:
    peer.handler = hangs = Hanging()
    try:
        async with opener.open(options=SocketOptions(close_timeout=0.01)) as connected:
            hangs.wait()
            with pytest.raises(TimeoutError):
                await done(connected.ping(timeout=0.01))
    finally:
        hangs.release()


async def test_a_ping_ends_with_the_connection(opener: Opener, peer: SocketServer) -> None:
    peer.handler = hangs = Hanging()
    async with opener.open() as connected:
        hangs.wait()
        threading.Timer(0.02, hangs.release).start()
        with pytest.raises(WebSocketClosedError) as caught:
            await done(connected.ping())
    assert caught.value.code == 1006


async def test_a_server_that_answers_no_ping_is_lost(opener: Opener, peer: SocketServer) -> None:
    peer.handler = hangs = Hanging()
    options = SocketOptions(ping_interval=0.01, ping_timeout=0.01, close_timeout=0.01)
    try:
        async with opener.open(options=options) as connected:
            with pytest.raises(WebSocketClosedError) as caught:
                await done(connected.recv())
    finally:
        hangs.release()
    assert caught.value.code == 1011
    assert "ping timeout" in caught.value.reason


async def test_a_wait_that_times_out_leaves_the_connection_open(opener: Opener) -> None:
    async with opener.open() as connected:
        with pytest.raises(TimeoutError):
            await done(connected.recv(timeout=0.01))
        with pytest.raises(TimeoutError):
            await done(connected.recv(timeout=0))
        await done(connected.send("a"))
        assert await done(connected.recv(timeout=5)) == "a"


async def test_a_message_that_is_too_long_closes(opener: Opener, peer: SocketServer) -> None:
    peer.handler = sends("x" * 2000)

    async with opener.open(options=SocketOptions(max_size=1000)) as connected:
        with pytest.raises(WebSocketClosedError) as caught:
            await done(connected.recv())
    assert caught.value.code == 1009


def test_the_side_that_closed_first_has_the_word() -> None:
    """A server that confirms with 1000 what this side has refused hasn't come to its end."""
    refused = Close(1009, "too long")

    class Connection:
        close_timeout = None

        def recv(self, timeout: float | None) -> str:
            raise exceptions.ConnectionClosedError(Close(1000, ""), refused, rcvd_then_sent=False)

    with pytest.raises(Closed) as caught:
        SyncLink(Connection(), exceptions).receive(None)
    assert (caught.value.code, caught.value.reason) == (1009, "too long")


class Started(Model):
    event: Literal["started"]
    job_id: str


class Ended(Model):
    event: Literal["ended"]
    job_id: str
    ok: bool


EVENT: ResponseType[Any] = ResponseType(Started | Ended)


# Typed messages.


async def test_json_messages_come_as_their_documented_type(
    opener: Opener, peer: SocketServer
) -> None:
    peer.handler = sends(
        '{"event": "started", "job_id": "7", "new": 1}',
        b'{"event": "ended", "job_id": "7", "ok": true}',
    )

    started, ended = await opener.received(returns=EVENT)

    assert isinstance(started, Started)
    assert started.model_extra == {"new": 1}
    assert isinstance(ended, Ended)
    assert ended.ok is True


async def test_a_message_of_no_documented_type_never_fails(
    opener: Opener, peer: SocketServer
) -> None:
    peer.handler = sends("no json", b"\xff\x00", "[1]", '{"event": "paused"}', '{"event": 5}', "")

    assert await opener.received(returns=EVENT) == [
        "no json",
        b"\xff\x00",
        [1],
        {"event": "paused"},
        {"event": 5},
        "",
    ]


async def test_any_type_takes_json_text_and_bytes(opener: Opener, peer: SocketServer) -> None:
    peer.handler = sends('{"a": 1}', "no json", b'{"a": 1}')

    assert await opener.received(returns=ANYTHING) == [
        {"a": 1},
        "no json",
        b'{"a": 1}',
    ]


@pytest.mark.parametrize("returns", [str, bytes, RAW])
async def test_text_and_bytes_are_never_taken_for_json(
    opener: Opener, peer: SocketServer, returns: Any
) -> None:
    peer.handler = sends('{"a": 1}', b"[1]")

    assert await opener.received(returns=returns) == ['{"a": 1}', b"[1]"]


async def test_recv_json_says_what_is_no_json(opener: Opener, peer: SocketServer) -> None:
    peer.handler = sends("no json", '{"a": 1}')

    async with opener.open() as connected:
        with pytest.raises(APIResponseValidationError, match="should be JSON"):
            await done(connected.recv_json())
        assert await done(connected.recv_json()) == {"a": 1}
