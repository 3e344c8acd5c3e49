"""Lists in pages, as a generated client has them: both colours, from the document to the wire."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

import pytest
from support.wire_server import Answer, Recorded, WireServer, json_answer

DOCUMENT = """
paths:
  /images:
    get:
      operationId: list
      tags: ["shop:Images"]
      parameters:
        - {name: page, in: query, schema: {type: integer, default: 1}}
        - {name: limit, in: query, schema: {type: integer, default: 2, maximum: 100}}
      x-pagination:
        type: page-number
        request_params: {offset: page, limit: limit}
        response_fields: {items: data.images}
      responses: {"200": {$ref: "#/components/responses/Images"}}
  /searches:
    post:
      operationId: search
      tags: ["shop:Images"]
      requestBody:
        required: true
        content:
          application/json:
            schema:
              type: object
              properties:
                query: {type: string}
                cursor: {type: string}
                page_size: {type: integer}
      responses:
        "200":
          description: Found
          content:
            application/json:
              schema:
                type: object
                properties:
                  items: {type: array, items: {$ref: "#/components/schemas/Image"}}
                  next_cursor: {type: [string, "null"]}
                  total_count: {type: integer}
  /rules:
    get:
      operationId: listRules
      tags: ["shop:Images"]
      x-pagination:
        type: dual-array
        response_fields: {items: data.in + data.out, total: data.in.length + data.out.length}
      responses:
        "200":
          description: Rules
          content:
            application/json:
              schema:
                type: object
                properties:
                  data:
                    type: object
                    properties:
                      in: {type: array, items: {type: string}}
                      out: {type: array, items: {type: string}}
  /log:
    get:
      operationId: listLog
      tags: ["shop:Images"]
      parameters:
        - {name: after, in: query, schema: {type: string}}
        - {name: last, in: query, schema: {type: integer}}
      x-pagination:
        type: cursor
        request_params: {cursor: after}
        response_fields: {next_cursor: -1.id}
        unless: [last]
      responses:
        "200":
          description: Log
          content:
            application/json:
              schema: {type: array, items: {$ref: "#/components/schemas/Image"}}
components:
  responses:
    Images:
      description: Images
      content:
        application/json:
          schema:
            type: object
            properties:
              data:
                type: object
                properties:
                  images: {type: array, items: {$ref: "#/components/schemas/Image"}}
                  pagination: {type: object, properties: {totalPages: {type: integer}}}
  schemas:
    Image: {type: object, required: [id], properties: {id: {type: string}}}
"""


def images(*numbers: int) -> list[dict[str, str]]:
    return [{"id": str(number)} for number in numbers]


def by_query(page: Callable[[dict[str, str]], object]) -> Callable[[Recorded], Answer]:
    def answer(request: Recorded) -> Answer:
        query = {name: values[0] for name, values in parse_qs(request.query).items()}
        return json_answer(page(query))

    return answer


async def test_the_number_of_pages_ends_a_list(generate: Any, server: WireServer) -> None:
    shop = generate(DOCUMENT)

    def page(query: dict[str, str]) -> object:
        number = int(query.get("page", 1))
        shown = images(2 * number - 1, 2 * number)
        return {"data": {"images": shown, "pagination": {"totalPages": 3}}}

    server.default = by_query(page)
    found = await shop.items("shop.images.list")
    assert [item.id for item in found] == list("123456")
    assert {type(item).__name__ for item in found} == {"Image"}
    assert [request.query for request in server.requests] == ["", "page=2", "page=3"]


async def test_limits_and_prefetch_are_options(generate: Any, server: WireServer) -> None:
    shop = generate(DOCUMENT)
    server.default = by_query(lambda query: {"data": {"images": images(int(query.get("page", 1)))}})
    method = shop.client.shop.images.list
    if shop.is_async:
        assert [item.id async for item in method().all(max_items=3, prefetch=1)] == list("123")
        assert len([page async for page in method().pages(max_pages=2)]) == 2
    else:
        assert [item.id for item in method().all(max_items=3, prefetch=1)] == list("123")
        assert len(list(method().pages(max_pages=2))) == 2
    assert len(server.requests) == 5


async def test_a_search_goes_on_by_a_cursor_in_its_body(generate: Any, server: WireServer) -> None:
    shop = generate(DOCUMENT)

    def answer(request: Recorded) -> Answer:
        sent: Any = request.json()
        following = {"": "b", "b": "c", "c": None}[sent.get("cursor", "")]
        shown = images(ord(following or "z"))
        return json_answer({"items": shown, "next_cursor": following, "total_count": 3})

    server.default = answer
    found = await shop.items("shop.images.search", query="x")
    assert len(found) == 3
    assert [request.json() for request in server.requests] == [
        {"query": "x"},
        {"query": "x", "cursor": "b"},
        {"query": "x", "cursor": "c"},
    ]


async def test_two_lists_are_read_as_one(generate: Any, server: WireServer) -> None:
    shop = generate(DOCUMENT)
    server.default = json_answer({"data": {"in": ["a"], "out": ["b", "c"]}})

    page = await shop.call("shop.images.list_rules")

    assert (page.items, page.total, page.has_next) == (["a", "b", "c"], 3, False)


async def test_the_last_item_is_the_cursor(generate: Any, server: WireServer) -> None:
    shop = generate(DOCUMENT)
    server.default = by_query(lambda query: images(*range(int(query.get("after", 0)) + 1, 3)))

    assert [item.id for item in await shop.items("shop.images.list_log")] == ["1", "2"]
    assert [request.query for request in server.requests] == ["", "after=2"]

    server.requests.clear()
    assert len(await shop.items("shop.images.list_log", last=5)) == 2
    assert len(server.requests) == 1


async def test_a_missing_list_says_where_it_was_looked_for(
    generate: Any, server: WireServer
) -> None:
    shop = generate(DOCUMENT)
    server.default = json_answer({"data": {"pictures": []}})

    with pytest.raises(shop.module.errors.APIResponseValidationError, match=r"'data\.images'"):
        await shop.call("shop.images.list")
