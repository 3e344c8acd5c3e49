"""A document that was merged from several services."""

from __future__ import annotations

from hoody_codegen.ir import ModelType
from hoody_codegen.text import Untrusted
from support.reading import fields, read

MERGED = """
openapi: 3.0.3
info: {title: Unified API, version: 1.0.0, x-namespace: main}
servers:
  - url: https://main.example
  - url: https://{project}-db-{index}.{server}.example
paths:
  /tokens:
    get:
      operationId: main_listTokens
      tags: ['main:Tokens']
      responses: {200: {content: {application/json: {schema: {type: object, properties: {a: {}}}}}}}
  /kv:
    get:
      operationId: db_getKv
      tags: ['db:KV Store']
      responses:
        200:
          content:
            application/json:
              schema: {type: object, properties: {e: {$ref: '#/components/schemas/db_main.Entry'}}}
  /raw: {put: {operationId: db_putRaw, tags: []}}
  /odd: {put: {operationId: unknown_put}}
components:
  schemas:
    db_main.Entry: {type: object, properties: {x: {$ref: '#/components/schemas/Shared'}}}
    Shared: {type: object, properties: {y: {}}}
"""


def test_it_is_taken_apart_by_namespace() -> None:
    api, messages = read(MERGED, passes=True)
    assert messages == []
    assert {
        service.name.reveal(): [operation.key for operation in service.operations]
        for service in api.services
    } == {
        "db": ["db GET /kv", "db PUT /raw"],
        "main": ["main GET /tokens", "main PUT /odd"],
    }
    db, main = api.services
    assert [server.url.reveal() for server in db.servers] == [
        "https://{project}-db-{index}.{server}.example"
    ]
    assert len(main.servers) == 2
    assert db.operations[0].group == (Untrusted("KV Store"),)
    assert db.operations[0].action == Untrusted("getKv")


def test_models_go_with_their_service() -> None:
    api, _ = read(MERGED, passes=True)
    entry = next(model for model in api.models if model.name == Untrusted("main.Entry"))
    assert entry.service == Untrusted("db")
    shared = next(model for model in api.models if model.name == Untrusted("Shared"))
    assert shared.service == Untrusted("db")
    inline = next(model for model in api.models if "GET /kv" in model.id)
    assert inline.service == Untrusted("db")
    assert inline.context[0] == Untrusted("KV Store")
    assert fields(inline)["e"].type == ModelType(entry.id)


def test_tags_with_a_colon_alone_split_nothing() -> None:
    api, _ = read(MERGED.replace("db_getKv", "getKv").replace("db_putRaw", "putRaw"))
    assert [service.name.reveal() for service in api.services] == ["main"]


def test_tags_go_with_the_operations_that_carry_them() -> None:
    tags = "tags: [{name: 'db:KV Store', description: Keys}, {name: 'main:Tokens'}, {name: idle}]\n"
    api, messages = read(tags + MERGED.lstrip())
    assert messages == []
    assert [[tag.name.reveal() for tag in service.tags] for service in api.services] == [
        ["db:KV Store"],
        ["main:Tokens"],
    ]
