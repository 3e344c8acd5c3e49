"""Methods that open WebSockets: what they send, what comes back, and how they fail."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, TypeAlias

import pytest
from support.socket_calls import as_async, done, messages_of
from support.socket_server import Refusal, SocketServer, breaks_off, echo, sends

from .conftest import Generate

SOCKETS = """
paths:
  /events/{id}:
    get:
      operationId: watchEvents
      tags: ["shop:Sockets"]
      parameters:
        - {name: id, in: path, required: true, schema: {type: string}}
        - {name: since_id, in: query, schema: {type: integer}}
        - {name: since_time, in: query, schema: {type: string}}
      responses:
        "101": {description: Switched}
        "429":
          description: Too many
          content: {application/json: {schema: {type: object, properties: {code: {type: string}}}}}
          x-error-codes: [{code: TOO_MANY_CLIENTS, title: Full, resolution: Disconnect one}]
      x-websocket:
        subprotocols: [shop.v2, shop.v1]
        receive:
          oneOf:
            - $ref: "#/components/schemas/SaleMessage"
            - $ref: "#/components/schemas/RefundMessage"
          discriminator: {propertyName: event}
      x-stream: {resume: {query: since_id, field: id, replaces: [since_time]}}
  /raw:
    get:
      operationId: openRaw
      tags: ["shop:Sockets"]
      parameters:
        - {name: Upgrade, in: header, required: true, schema: {type: string}}
        - {name: Sec-WebSocket-Protocol, in: header, required: true, schema: {type: string}}
        - {name: X-Tenant, in: header, required: true, schema: {type: string}}
      responses: {"101": {description: Switched}}
  /frames:
    get:
      operationId: openFrames
      tags: ["shop:Sockets"]
      responses: {"101": {description: Switched}}
      x-websocket: {receive: {type: string, format: binary}}
components:
  schemas:
    SaleMessage:
      type: object
      required: [event, id]
      properties: {event: {type: string, const: sale}, id: {type: integer}, total: {type: number}}
    RefundMessage:
      type: object
      required: [event, id]
      properties:
        {event: {type: string, const: refund}, id: {type: integer}, reason: {type: string}}
"""

Open: TypeAlias = Callable[..., AbstractAsyncContextManager[Any]]


@pytest.fixture
def peer() -> Iterator[SocketServer]:
    running = SocketServer("shop.v1", "shop.v2")
    yield running
    running.close()


@pytest.fixture
def shop(generate: Generate, peer: SocketServer) -> Any:
    return generate(SOCKETS, client={"base_url": peer.url, "max_retries": 0})


@pytest.fixture
def open_socket(shop: Any) -> Open:
    @asynccontextmanager
    async def opened(
        method: str, *path: str, options: Any = None, **given: Any
    ) -> AsyncIterator[Any]:
        handle = getattr(shop.client.shop.sockets, method)(*path, **given)
        async with as_async(handle if options is None else handle.with_options(options)) as socket:
            yield socket

    return opened


async def test_messages_are_models(shop: Any, peer: SocketServer, open_socket: Open) -> None:
    peer.handler = sends(
        '{"event": "sale", "id": 1, "total": 2.5}',
        '{"event": "refund", "id": 2, "reason": "broken"}',
        '{"event": "gift", "id": 3}',
        "no json",
    )

    async with open_socket("watch_events", "a/b", since_id=0) as socket:
        sale, refund, gift, other = await messages_of(socket)
        assert socket.subprotocol == "shop.v2"

    assert (type(sale).__name__, sale.id, sale.total) == ("SaleMessage", 1, 2.5)
    assert (type(refund).__name__, refund.reason) == ("RefundMessage", "broken")
    assert gift.to_dict() == {"event": "gift", "id": 3}
    assert other == "no json"
    assert peer.requests[0].path == "/events/a%2Fb?since_id=0"
    assert peer.header("authorization") == "Bearer secret"
    assert peer.header("sec-websocket-protocol") == "shop.v2, shop.v1"


async def test_a_lost_connection_goes_on_behind_the_last_message(
    shop: Any, peer: SocketServer, open_socket: Open
) -> None:
    peer.handlers += [
        breaks_off('{"event": "sale", "id": 41}'),
        sends('{"event": "sale", "id": 42}'),
    ]
    options = shop.module.SocketOptions(reconnect=shop.module.Reconnect(first_delay=0.001))

    async with open_socket("watch_events", "x", since_time="then", options=options) as socket:
        assert [message.id for message in await messages_of(socket)] == [41, 42]

    assert [request.path for request in peer.requests] == [
        "/events/x?since_time=then",
        "/events/x?since_id=41",
    ]


async def test_a_refusal_is_the_documented_error(
    shop: Any, peer: SocketServer, open_socket: Open
) -> None:
    peer.handlers.append(Refusal(429, b'{"code": "TOO_MANY_CLIENTS"}'))

    with pytest.raises(shop.module.errors.TooManyClients) as caught:
        async with open_socket("watch_events", "x"):
            pass
    assert caught.value.status == 429
    assert caught.value.resolution == "Disconnect one"
    assert isinstance(caught.value, shop.module.errors.RateLimitError)


async def test_the_parts_of_the_handshake_are_not_sent_twice(
    peer: SocketServer, open_socket: Open
) -> None:
    peer.handler = echo

    async with open_socket("open_raw", sec_web_socket_protocol="shop.v1", tenant="t") as socket:
        await done(socket.send("text"))
        assert await done(socket.recv()) == "text"
        await done(socket.send({"cursor": [1, 2]}))
        assert await done(socket.recv_json()) == {"cursor": [1, 2]}
        assert socket.subprotocol == "shop.v1"

    assert peer.requests[0].headers.get_all("Sec-WebSocket-Protocol") == ["shop.v1"]
    assert peer.requests[0].headers.get_all("Upgrade") == ["websocket"]
    assert peer.header("x-tenant") == "t"


async def test_frames_stay_bytes(peer: SocketServer, open_socket: Open) -> None:
    peer.handler = echo

    async with open_socket("open_frames") as socket:
        await done(socket.send(b'\x01{"a": 1}'))
        assert await done(socket.recv()) == b'\x01{"a": 1}'
        await done(socket.send(b'{"a": 1}'))
        assert await done(socket.recv()) == b'{"a": 1}'


async def test_a_close_that_is_no_end_is_an_error_of_the_package(
    shop: Any, peer: SocketServer, open_socket: Open
) -> None:
    peer.handler = sends(code=4401, reason="expired")

    async with open_socket("open_frames") as socket:
        with pytest.raises(shop.module.errors.WebSocketClosedError) as caught:
            await messages_of(socket)
    assert (caught.value.code, caught.value.reason) == (4401, "expired")
    assert isinstance(caught.value, shop.module.AcmeError)


async def test_a_copy_of_the_client_sends_its_own_token(shop: Any, peer: SocketServer) -> None:
    peer.handler = echo
    copy = shop.client.with_options(token="another")

    async with as_async(copy.shop.sockets.open_frames()):
        pass

    assert peer.header("authorization") == "Bearer another"
