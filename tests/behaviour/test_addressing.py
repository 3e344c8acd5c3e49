"""Addresses of a generated client: one domain, named servers, aliases, and what a proxy sets."""

from __future__ import annotations

from inspect import isawaitable
from typing import Any

import pytest
from hoody_codegen.config import Scope, ScopeArgument
from support.wire_server import WireServer

DOCUMENT = """\
openapi: 3.1.0
info: {title: Shop, version: 1.0.0, x-namespace: shop}
servers:
  - url: https://{projectId}-shop-{index}.{server}.machines.{domain}
    variables:
      projectId: {default: ""}
      index: {default: "1"}
      server: {default: ""}
      domain: {default: example.test}
  - {url: "https://localhost.{domain}/shop", x-name: local, variables: {domain: {default: x.test}}}
  - {url: "https://nameless.test"}
paths:
  /run/{terminal_id}:
    post:
      operationId: run
      tags: ["shop:Jobs"]
      parameters:
        - {name: terminal_id, in: path, required: true, x-host-injected: true, schema: {}}
        - {name: displayId, in: query, required: true, x-host-injected: true, schema: {}}
      responses: {"204": {description: Done}}
"""
SCOPE = Scope(
    name="machine",
    arguments=(
        ScopeArgument("projectId", "project_id", field="id", environment="PROJECT_ID"),
        ScopeArgument("server", "server", field="server", environment="SERVER"),
        ScopeArgument("index", "index", default="1"),
    ),
    servers=("local",),
    addresses={"ssh": "https://{projectId}-ssh.{server}.machines.{domain}"},
)


@pytest.fixture
def shop(generate: Any) -> Any:
    return generate(DOCUMENT, scopes=(SCOPE,), env_prefix="SHOP", client={"base_url": None})


def test_addresses(shop: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    client = shop.client
    machine = client.machine({"id": "p", "server": "s"}, index=2)
    assert machine.url("shop") == "https://p-shop-2.s.machines.example.test"
    assert machine.url("ssh") == "https://p-ssh.s.machines.example.test"
    assert client.machine(local=True).url("shop") == "https://localhost.example.test/shop"
    moved = client.with_variables(domain="example.icu").machine(project_id=1, server="s")
    assert moved.url("ssh") == "https://1-ssh.s.machines.example.icu"
    errors = shop.module.errors
    with pytest.raises(errors.ConfigurationError, match=r"SHOP_PROJECT_ID.*SHOP_SERVER"):
        client.machine()
    with pytest.raises(errors.AddressError, match=r"Give them by machine\(…\) or with_variables"):
        client.url("shop")
    monkeypatch.setenv("SHOP_PROJECT_ID", "e")
    monkeypatch.setenv("SHOP_SERVER", "s")
    assert client.machine().url("ssh") == "https://e-ssh.s.machines.example.test"


async def test_what_the_proxy_sets_is_asked_for_in_the_path_alone(
    shop: Any, server: WireServer
) -> None:
    machine = shop.client.machine(local=True).at(shop=server.url)
    done = machine.shop.jobs.run("t 1")
    if isawaitable(done):
        await done
    assert server.last.target == "/run/t%201"
