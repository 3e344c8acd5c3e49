"""Operations with servers of their own, and what a method says it accepts."""

from __future__ import annotations

from typing import Any

import pytest
from support.wire_server import Answer, WireServer, json_answer

SERVERS = """\
openapi: 3.1.0
info: {title: Shop, version: 1.0.0, x-namespace: shop}
servers: [{url: "https://shop.example.test/api"}]
security: [{token: []}]
paths:
  /usual:
    get:
      operationId: usual
      tags: ["shop:Map"]
      servers: [{url: "https://shop.example.test/api"}]
      responses: {"204": {description: Done}}
  /up:
    servers:
      - {url: "https://{region}.up.example.test:{port}/v2",
         variables: {region: {default: eu}, port: {default: ""}}}
    get: {operationId: up, tags: ["shop:Map"], responses: {"204": {description: Done}}}
  /beside:
    get:
      operationId: beside
      tags: ["shop:Map"]
      servers: [{url: /v9/}]
      responses: {"204": {description: Done}}
  /open:
    get:
      operationId: open
      tags: ["shop:Map"]
      servers: [{url: "http://shop.example.test"}]
      responses: {"204": {description: Done}}
components:
  securitySchemes: {token: {type: http, scheme: bearer}}
"""


class Recorder:
    """Takes what is sent in place of the network."""

    def __init__(self, httpx: Any) -> None:
        self.sent: list[tuple[str, str | None]] = []
        self.transport = httpx.MockTransport(self._answer)
        self._httpx = httpx

    def _answer(self, request: Any) -> Any:
        self.sent.append((str(request.url), request.headers.get("authorization")))
        return self._httpx.Response(204)


@pytest.fixture
def shop(generate: Any) -> Any:
    """The client with its documented addresses, and a recorder of what it sends."""
    import httpx

    recorder = Recorder(httpx)
    colour = generate(SERVERS)
    kind = httpx.AsyncClient if colour.is_async else httpx.Client
    factory = colour.module.AsyncAcme if colour.is_async else colour.module.Acme
    client = kind(transport=recorder.transport)
    colour.client = factory(token="secret", http_client=client)
    colour.recorder = recorder
    colour.http_client = client
    return colour


async def close(shop: Any) -> None:
    await shop.http_client.aclose() if shop.is_async else shop.http_client.close()


async def test_an_operation_goes_to_its_own_server(shop: Any) -> None:
    shop.client = shop.client.with_variables(port=8443)
    await shop.call("shop.map.up")
    await shop.call("shop.map.usual")
    await shop.call("shop.map.beside")
    shop.client = shop.client.with_variables(region="us")
    await shop.call("shop.map.up")
    await close(shop)

    assert shop.recorder.sent == [
        ("https://eu.up.example.test:8443/v2/up", "Bearer secret"),
        ("https://shop.example.test/api/usual", "Bearer secret"),
        ("https://shop.example.test/v9/beside", "Bearer secret"),
        ("https://us.up.example.test:8443/v2/up", "Bearer secret"),
    ]


async def test_what_is_missing_in_its_address_is_named(shop: Any) -> None:
    with pytest.raises(shop.module.errors.AddressError, match="needs port"):
        await shop.call("shop.map.up")
    await close(shop)
    assert shop.recorder.sent == []


async def test_a_server_without_encryption_gets_nothing(shop: Any) -> None:
    with pytest.raises(shop.module.errors.AddressError, match="without encryption"):
        await shop.call("shop.map.open")
    await close(shop)
    assert shop.recorder.sent == []


async def test_an_address_that_is_given_stands_for_all(generate: Any, server: WireServer) -> None:
    shop = generate(SERVERS)
    server.default = Answer(204)

    for name in ("up", "usual", "beside", "open"):
        await shop.call(f"shop.map.{name}")

    assert [request.path for request in server.requests] == ["/up", "/usual", "/v9/beside", "/open"]


ACCEPT = """
paths:
  /mixed:
    get:
      operationId: mixed
      tags: ["shop:Map"]
      responses:
        "200":
          description: Ok
          content:
            application/json: {schema: {type: object, properties: {a: {type: integer}}}}
            image/png: {}
            application/vnd.more+json: {schema: {type: object}}
  /vendor:
    get:
      operationId: vendor
      tags: ["shop:Map"]
      responses:
        "200":
          description: Ok
          content:
            application/vnd.acme.table: {schema: {type: string, format: binary}}
            application/json: {schema: {type: object, properties: {a: {type: integer}}}}
"""


async def test_what_a_method_reads_comes_first(generate: Any, server: WireServer) -> None:
    shop = generate(ACCEPT)
    server.default = json_answer({"a": 1})

    found = await shop.call("shop.map.mixed")
    assert found.a == 1
    assert shop.last.header("accept") == (
        "application/json, application/vnd.more+json, image/png;q=0.5"
    )


async def test_json_is_preferred_to_what_only_a_vendor_reads(
    generate: Any, server: WireServer
) -> None:
    shop = generate(ACCEPT)
    server.default = json_answer({"a": 1})

    assert (await shop.call("shop.map.vendor")).a == 1
    assert shop.last.header("accept") == "application/json, application/vnd.acme.table;q=0.5"
