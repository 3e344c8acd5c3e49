"""What comes back: models, lists, errors, and the truth about what the server sent."""

from __future__ import annotations

from datetime import UTC, datetime
from inspect import isawaitable
from typing import Any
from urllib.parse import parse_qs

import pytest
from hoody_codegen.config import EnvelopeRule
from support.wire_server import Answer, Recorded, json_answer

MODELS = """
paths:
  /thing:
    get:
      operationId: get
      tags: ["shop:Things"]
      responses:
        "200":
          description: Ok
          content: {application/json: {schema: {$ref: "#/components/schemas/Thing"}}}
  /raw:
    get:
      operationId: getRaw
      tags: ["shop:Things"]
      responses: {"200": {description: Ok, content: {application/octet-stream: {}}}}
  /text:
    get:
      operationId: getText
      tags: ["shop:Things"]
      responses: {"200": {description: Ok, content: {text/plain: {schema: {type: string}}}}}
  /any:
    get:
      operationId: getAny
      tags: ["shop:Things"]
      responses: {"200": {description: Ok, content: {application/json: {}}}}
components:
  schemas:
    Thing:
      type: object
      required: [id]
      properties:
        id: {type: string}
        state: {type: string, enum: [on, off]}
        note: {type: [string, "null"]}
        at: {type: string, format: date-time}
        first-name: {type: string}
        event: {oneOf: [{$ref: "#/components/schemas/Sale"}, {$ref: "#/components/schemas/Refund"}],
                discriminator: {propertyName: type}}
        children: {type: array, items: {$ref: "#/components/schemas/Thing"}}
        labels: {type: object, additionalProperties: {type: string}}
    Sale:
      type: object
      required: [type]
      properties: {type: {type: string, const: sale}, total: {type: number}}
    Refund:
      type: object
      required: [type]
      properties: {type: {type: string, const: refund}, reason: {type: string}}
"""


async def test_a_model_has_what_was_sent(generate: Any) -> None:
    shop = generate(MODELS)
    shop.server.default = json_answer(
        {
            "id": "1",
            "state": "on",
            "at": "2026-01-02T03:04:05Z",
            "first-name": "Ann",
            "event": {"type": "refund", "reason": "late"},
            "children": [{"id": "2", "children": []}],
            "labels": {"a": "b"},
        }
    )

    thing = await shop.call("shop.things.get")

    assert (thing.id, thing.state, thing.first_name) == ("1", "on", "Ann")
    assert thing.at == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert type(thing.event).__name__ == "Refund"
    assert thing.event.reason == "late"
    assert [type(child) for child in thing.children] == [type(thing)]
    assert thing.labels == {"a": "b"}


@pytest.mark.parametrize(
    "sent",
    [
        {"id": "1"},
        {"id": "1", "note": None},
        {"id": "1", "state": "paused"},
        {"id": "1", "unknown": {"deep": [1, None]}},
        {"id": "1", "event": {"type": "gift", "from": "Bob"}},
        {"id": "1", "children": [{"id": "2", "new": True, "children": []}]},
        {"id": 7},
        {"note": "no id"},
    ],
)
async def test_nothing_that_was_sent_is_lost_or_added(
    generate: Any, sent: dict[str, object]
) -> None:
    shop = generate(MODELS)
    shop.server.default = json_answer(sent)

    thing = await shop.call("shop.things.get")

    assert thing.to_dict() == sent


async def test_results_that_are_no_models(generate: Any) -> None:
    shop = generate(MODELS)
    shop.server.default = Answer(200, b"\x00\xff", {"Content-Type": "application/octet-stream"})
    content = (await shop.call("shop.things.get_raw")).read()
    assert (await content if isawaitable(content) else content) == b"\x00\xff"
    shop.server.default = Answer(200, "ü".encode(), {"Content-Type": "text/plain; charset=utf-8"})
    assert await shop.call("shop.things.get_text") == "ü"
    shop.server.default = json_answer([1, {"a": None}])
    assert await shop.call("shop.things.get_any") == [1, {"a": None}]


ENVELOPE = """
paths:
  /thing:
    get:
      operationId: get
      tags: ["shop:Things"]
      responses:
        "200":
          description: Ok
          content:
            application/json:
              schema:
                type: object
                required: [statusCode, data]
                properties:
                  statusCode: {type: integer, enum: [200]}
                  message: {type: string}
                  data: {type: object, properties: {id: {type: string}}}
"""


async def test_an_envelope_is_taken_off_and_can_still_be_seen(generate: Any) -> None:
    shop = generate(ENVELOPE, envelope=EnvelopeRule("data", ("statusCode",)))
    body = {"statusCode": 200, "message": "fine", "data": {"id": "1"}}
    shop.server.default = json_answer(body, x_request_id="r1")

    thing = await shop.call("shop.things.get")
    raw = await shop.call("shop.things.with_raw_response.get")

    assert thing.id == "1"
    assert (raw.status, raw.body, raw.parsed.id) == (200, body, "1")
    assert raw.headers["x-request-id"] == "r1"


PAGES = """
paths:
  /by-page:
    get:
      operationId: byPage
      tags: ["shop:Lists"]
      parameters:
        - {name: page, in: query, schema: {type: integer}}
        - {name: limit, in: query, schema: {type: integer}}
      x-pagination:
        type: page-number
        request_params: {page: page, limit: limit}
        response_fields: {items: items, total: total}
      responses: {"200": {$ref: "#/components/responses/Page"}}
  /by-offset:
    get:
      operationId: byOffset
      tags: ["shop:Lists"]
      parameters:
        - {name: offset, in: query, schema: {type: integer}}
        - {name: limit, in: query, schema: {type: integer}}
      x-pagination:
        type: offset
        request_params: {offset: offset, limit: limit}
        response_fields: {items: items, has_more: more}
      responses: {"200": {$ref: "#/components/responses/Page"}}
  /by-cursor:
    get:
      operationId: byCursor
      tags: ["shop:Lists"]
      parameters: [{name: after, in: query, schema: {type: string}}]
      x-pagination:
        type: cursor
        request_params: {cursor: after}
        response_fields: {items: items, next_cursor: next}
      responses: {"200": {$ref: "#/components/responses/Page"}}
components:
  responses:
    Page:
      description: A page
      content:
        application/json:
          schema:
            type: object
            properties:
              items: {type: array, items: {type: object, properties: {id: {type: integer}}}}
              total: {type: integer}
              more: {type: boolean}
              next: {type: [string, "null"]}
"""


def _pages(request: Recorded) -> Answer:
    query = {name: values[0] for name, values in parse_qs(request.query).items()}
    start = {
        "/by-page": (int(query.get("page", 1)) - 1) * 2,
        "/by-offset": int(query.get("offset", 0)),
        "/by-cursor": int(query.get("after", 0)),
    }[request.path]
    found = [{"id": number} for number in range(5)][start : start + 2]
    following = start + 2 if start + 2 < 5 else None
    return json_answer(
        {
            "items": found,
            "total": 5,
            "more": following is not None,
            "next": None if following is None else str(following),
        }
    )


@pytest.mark.parametrize("method", ["by_page", "by_offset", "by_cursor"])
async def test_a_list_goes_on_through_its_pages(generate: Any, method: str) -> None:
    shop = generate(PAGES)
    shop.server.default = _pages
    options = {} if method == "by_cursor" else {"limit": 2}

    items = await shop.items(f"shop.lists.{method}", **options)

    assert [item.id for item in items] == [0, 1, 2, 3, 4]
    assert len(shop.server.requests) == 3


async def test_a_page_is_at_hand_too(generate: Any) -> None:
    shop = generate(PAGES)
    shop.server.default = _pages

    page = await shop.call("shop.lists.by_page", page=2, limit=2)

    assert [item.id for item in page.items] == [2, 3]
    assert page.total == 5


ERRORS = """
paths:
  /tokens/{id}:
    delete:
      operationId: delete
      tags: ["shop:Tokens"]
      parameters: [{name: id, in: path, required: true, schema: {type: string}}]
      responses:
        "204": {description: Deleted}
        "404":
          description: Not found
          x-error-codes:
            - {code: TOKEN_NOT_FOUND, title: No such token, description: It is gone.,
               resolution: List your tokens.}
        "409":
          description: Conflict
          x-error-codes: [{code: IN_USE, title: In use}]
        "423":
          description: Locked
          x-error-codes: [{code: IN_USE, title: In use and locked}]
"""


async def test_a_documented_code_raises_its_class(generate: Any) -> None:
    shop = generate(ERRORS)
    errors = shop.module.errors
    shop.server.default = json_answer({"code": "TOKEN_NOT_FOUND", "message": "no 7"}, status=404)

    with pytest.raises(errors.TokenNotFound) as caught:
        await shop.call("shop.tokens.delete", "7")

    error = caught.value
    assert isinstance(error, errors.NotFoundError)
    assert isinstance(error, errors.ClientError)
    assert (error.status, error.code, error.message) == (404, "TOKEN_NOT_FOUND", "no 7")
    assert (error.title, error.description) == ("No such token", "It is gone.")
    assert error.resolution == "List your tokens."


@pytest.mark.parametrize(
    ("status", "name", "title"),
    [(409, "ConflictError", "In use"), (423, "LockedError", "In use and locked")],
)
async def test_a_code_of_several_statuses_is_caught_by_either_name(
    generate: Any, status: int, name: str, title: str
) -> None:
    shop = generate(ERRORS)
    errors = shop.module.errors
    shop.server.default = json_answer({"code": "IN_USE", "message": "no"}, status=status)

    with pytest.raises(errors.InUse) as caught:
        await shop.call("shop.tokens.delete", "7")

    assert isinstance(caught.value, getattr(errors, name))
    assert caught.value.title == title


async def test_an_unknown_code_raises_the_class_of_its_status(generate: Any) -> None:
    shop = generate(ERRORS)
    errors = shop.module.errors
    shop.server.default = json_answer({"code": "NEW_ONE", "message": "?"}, status=404)

    with pytest.raises(errors.NotFoundError) as caught:
        await shop.call("shop.tokens.delete", "7")

    assert type(caught.value) is errors.NotFoundError
    assert caught.value.code == "NEW_ONE"
    assert [entry.code for entry in caught.value.possible] == ["TOKEN_NOT_FOUND"]


async def test_an_undocumented_status_raises_its_class(generate: Any) -> None:
    shop = generate(ERRORS)
    shop.server.default = Answer(418, b"short and stout", {"Content-Type": "text/plain"})

    with pytest.raises(shop.module.errors.ClientError) as caught:
        await shop.call("shop.tokens.delete", "7")

    assert caught.value.status == 418
