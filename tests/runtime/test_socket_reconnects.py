"""WebSockets that connect again after a loss, and those that do not."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

import pytest
from hoody_codegen.runtime import (
    Clock,
    Reconnect,
    SocketOptions,
    StreamInfo,
)
from hoody_codegen.runtime.errors import (
    APIResponseValidationError,
    AuthenticationError,
    ConflictError,
    RateLimitError,
    WebSocketClosedError,
)
from hoody_codegen.runtime.retry import RetryPolicy
from hoody_codegen.runtime.socket_options import wait_before_reconnect
from support.runtime_calls import TOKEN
from support.socket_calls import (
    ANYTHING,
    Opener,
    closed,
    done,
    messages_of,
    socket_of,
)
from support.socket_server import Refusal, SocketServer, breaks_off, echo, sends
from websockets.sync.server import ServerConnection


def again(**values: Any) -> SocketOptions:
    return SocketOptions(reconnect=Reconnect(**values))


async def test_a_lost_connection_is_made_again(opener: Opener, peer: SocketServer) -> None:
    peer.handlers += [breaks_off("a"), sends("b", code=1011), sends("c", code=1001), sends("d")]

    async with opener.open(options=SocketOptions(reconnect=True)) as connected:
        assert await messages_of(connected) == ["a", "b", "c", "d"]
        assert connected.connections == 4

    # Each message that came starts the count again; chance says 0.5, which is no deviation.
    assert opener.time.waits == [1.0, 1.0, 1.0]
    assert peer.header("authorization") == f"Bearer {TOKEN}"


async def test_the_waits_grow_up_to_a_bound(opener: Opener, peer: SocketServer) -> None:
    peer.handlers += [breaks_off()] * 4

    options = again(first_delay=2.0, max_delay=5.0, jitter=0.0)
    peer.handler = sends("end")
    assert await opener.received(options=options) == ["end"]

    assert opener.time.waits == [2.0, 3.0, 4.5, 5.0]


def test_chance_moves_the_waits_in_both_directions() -> None:
    policy = Reconnect(first_delay=10.0, jitter=0.5)

    assert [wait_before_reconnect(policy, 0, chance) for chance in (0.0, 0.5, 1.0)] == [5, 10, 15]


async def test_after_the_callers_own_close_nothing_is_connected_again(
    opener: Opener, peer: SocketServer
) -> None:
    async with opener.open(options=SocketOptions(reconnect=True)) as connected:
        await closed(connected, 1001)
        assert await messages_of(connected) == []
    assert len(peer.requests) == 1


async def test_so_many_tries_and_no_more(opener: Opener, peer: SocketServer) -> None:
    peer.handler = breaks_off()

    with pytest.raises(WebSocketClosedError):
        await opener.received(options=again(max_attempts=3))
    assert len(opener.time.waits) == 3
    assert len(peer.requests) == 4


@pytest.mark.parametrize("code", [1002, 1003, 1007, 1008, 1009, 1010, 4000, 4999])
async def test_some_closes_are_for_good(opener: Opener, peer: SocketServer, code: int) -> None:
    peer.handler = sends("a", code=code)

    with pytest.raises(WebSocketClosedError) as caught:
        await opener.received(options=SocketOptions(reconnect=True))
    assert caught.value.code == code
    assert opener.time.waits == []


async def test_without_the_option_nothing_is_connected_again(
    opener: Opener, peer: SocketServer
) -> None:
    peer.handlers.append(breaks_off("a"))

    with pytest.raises(WebSocketClosedError):
        await opener.received()
    assert len(peer.requests) == 1


async def test_it_goes_on_behind_the_last_message_where_that_is_documented(
    opener: Opener, peer: SocketServer
) -> None:
    peer.handlers += [
        sends('{"id": 6}', '{"id": 7}', "no json", code=1011),
        breaks_off(),
        sends('{"id": 8}'),
    ]
    resume = StreamInfo(
        resume_query="since_id", resume_field="id", resume_replaces=("since_timestamp",)
    )

    async with opener.open(
        socket_of(stream=resume),
        returns=ANYTHING,
        options=SocketOptions(reconnect=True),
        query={"since_timestamp": "then", "all": True},
    ) as connected:
        assert await messages_of(connected) == [{"id": 6}, {"id": 7}, "no json", {"id": 8}]
        assert connected.last_event_id == 8

    assert [request.path for request in peer.requests] == [
        "/ws?since_timestamp=then&all=true",
        "/ws?all=true&since_id=7",
        "/ws?all=true&since_id=7",
    ]


async def test_a_handshake_that_fails_for_now_is_tried_again(
    opener: Opener, peer: SocketServer
) -> None:
    peer.handlers += [
        breaks_off("a"),
        Refusal(503),
        Refusal(429, headers={"Retry-After": "9"}),
        sends("b"),
    ]

    assert await opener.received(options=SocketOptions(reconnect=True)) == ["a", "b"]

    assert opener.time.waits == [1.0, 1.5, 9.0]
    # One try of connecting again is one handshake: its own retries don't multiply.
    assert len(peer.requests) == 4


@pytest.mark.parametrize(
    ("refusal", "kind"),
    [
        (Refusal(409, b'{"code": "HISTORY_GAP"}'), ConflictError),
        (Refusal(401), AuthenticationError),
        (Refusal(429, headers={"Retry-After": "9999"}), RateLimitError),
        (Refusal(200), APIResponseValidationError),
    ],
)
async def test_a_handshake_that_fails_for_good_raises(
    opener: Opener, peer: SocketServer, refusal: Refusal, kind: type[Exception]
) -> None:
    peer.handlers += [breaks_off("a"), refusal]

    with pytest.raises(kind):
        await opener.received(options=SocketOptions(reconnect=True))
    assert opener.time.waits == [1.0]


async def test_nothing_is_sent_twice(opener: Opener, peer: SocketServer) -> None:
    heard: list[str | bytes] = []

    def listen(connection: ServerConnection) -> None:
        heard.append(connection.recv())
        connection.socket.shutdown(socket.SHUT_RDWR)

    peer.handlers += [listen, echo]

    async with opener.open(options=SocketOptions(reconnect=True)) as connected:
        await done(connected.send("once"))
        with pytest.raises(TimeoutError):
            await done(connected.recv(timeout=0.05))
        assert connected.connections == 2
        await done(connected.send("after"))
        assert await done(connected.recv()) == "after"
    assert heard == ["once"]


async def test_sending_into_a_lost_connection_raises(opener: Opener, peer: SocketServer) -> None:
    peer.handlers.append(breaks_off())

    async with opener.open(options=SocketOptions(reconnect=True)) as connected:
        peer.wait_for_end()
        with pytest.raises(WebSocketClosedError):
            await send_often(connected)
        assert connected.connections == 1


async def send_often(connected: Any) -> None:
    for _ in range(1000):
        await done(connected.send("x"))
        await asyncio.sleep(0.001)


async def test_on_connect_greets_each_connection(opener: Opener, peer: SocketServer) -> None:
    def answer_and_break(connection: ServerConnection) -> None:
        connection.send(connection.recv())
        connection.socket.shutdown(socket.SHUT_RDWR)

    peer.handlers += [answer_and_break, answer_and_break, echo]

    def greet(connected: Any) -> Any:
        return connected.send(f"hello {connected.connections}")

    options = SocketOptions(reconnect=True, on_connect=greet)
    async with opener.open(options=options) as connected:
        received = [await done(connected.recv()) for _ in range(3)]
    assert received == ["hello 1", "hello 2", "hello 3"]


async def test_a_greeting_that_fails_closes(opener: Opener, peer: SocketServer) -> None:
    def greet(_connected: Any) -> None:
        raise KeyError("no greeting")

    with pytest.raises(KeyError):
        async with opener.open(options=SocketOptions(on_connect=greet)):
            pass
    peer.wait_for_end()
    assert peer.closes == [(1001, "")]


async def test_closing_while_it_waits_to_connect_again_ends(
    opener: Opener, peer: SocketServer
) -> None:
    peer.handlers.append(breaks_off("a"))
    opened: list[Any] = []

    async def close_async(_seconds: float) -> None:
        await opened[0].aclose()

    clock = Clock(sleep=lambda _seconds: opened[0].close(), async_sleep=close_async)
    opener.policy = RetryPolicy(clock=clock)
    async with opener.open(options=SocketOptions(reconnect=True)) as connected:
        opened.append(connected)
        assert await messages_of(connected) == ["a"]
    peer.wait_for_end(2)
    assert [code for code, _ in peer.closes] == [1006, 1000]
