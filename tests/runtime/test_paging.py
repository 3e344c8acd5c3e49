"""Lists in pages: every style, where they end, and servers that would never end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal
from urllib.parse import parse_qs

import pytest
from hoody_codegen.runtime import (
    PageInfo,
    RequestOptions,
    async_raw_response,
    raw_response,
)
from hoody_codegen.runtime.errors import APIResponseValidationError, PaginationError
from hoody_codegen.runtime.models import Model
from hoody_codegen.runtime.paging import look_up
from support.runtime_calls import AsyncDemo, AsyncThings, Caller, Demo, Things, operation
from support.wire_server import Answer, Recorded, WireServer, json_answer

Style = Literal["page", "offset", "cursor", "single"]


class Item(Model):
    id: int


def items(start: int, stop: int) -> list[dict[str, int]]:
    return [{"id": number} for number in range(start, stop)]


def numbered(page: Callable[[dict[str, str]], object]) -> Callable[[Recorded], Answer]:
    """A server whose answer is made from the query."""

    def answer(request: Recorded) -> Answer:
        query = {name: values[0] for name, values in parse_qs(request.query).items()}
        return json_answer(page(query))

    return answer


def listing(style: Style, **values: Any) -> Any:
    info = PageInfo(style=style, **{"items": "items", **values})
    return operation(pagination=info)


def ids(found: list[Any]) -> list[int]:
    assert all(isinstance(item, Item) for item in found)
    return [item.id for item in found]


PAGES = listing("page", items="data.rows", position="page", limit="limit", total="data.meta.total")


def page_server(query: dict[str, str]) -> object:
    limit, page = int(query.get("limit", 3)), int(query.get("page", 1))
    rows = items((page - 1) * limit, min(page * limit, 7))
    return {"statusCode": 200, "data": {"rows": rows, "meta": {"total": 7}}}


def test_page_numbers_until_the_total(caller: Caller, server: WireServer) -> None:
    server.default = numbered(page_server)
    found = caller.items(PAGES, Item, query={"limit": 3, "sort": "x"})
    assert ids(found) == list(range(7))
    queries = [request.query for request in server.requests]
    assert queries == ["limit=3&sort=x", "limit=3&sort=x&page=2", "limit=3&sort=x&page=3"]
    pages = caller.pages(PAGES, Item, query={"limit": 4})
    assert [len(page.items) for page in pages] == [4, 3]
    assert [page.total for page in pages] == [7, 7]
    assert [page.has_next for page in pages] == [True, False]
    assert repr(pages[0]).endswith("Page(4 items, total=7, has_next=True)")


def test_a_later_start(colour_caller: Caller, server: WireServer) -> None:
    server.default = numbered(page_server)
    found = colour_caller.items(PAGES, Item, query={"limit": 3, "page": 2})
    assert ids(found) == [3, 4, 5, 6]
    assert len(server.requests) == 2


def test_a_total_that_ends_exactly_asks_no_more(colour_caller: Caller, server: WireServer) -> None:
    server.default = numbered(page_server)
    assert len(colour_caller.items(PAGES, Item, query={"limit": 7})) == 7
    assert len(server.requests) == 1


def test_without_a_total_an_empty_page_ends(colour_caller: Caller, server: WireServer) -> None:
    server.default = numbered(page_server)
    without = listing("page", items="data.rows", position="page", limit="limit")
    assert ids(colour_caller.items(without, Item, query={"limit": 3})) == list(range(7))
    assert len(server.requests) == 4


@pytest.mark.parametrize("flag", [False, True])
def test_offsets(colour_caller: Caller, server: WireServer, flag: bool) -> None:
    def answer(query: dict[str, str]) -> object:
        start = int(query.get("offset", 0))
        return {"items": items(start, min(start + 2, 5)), "more": start + 2 < 5}

    server.default = numbered(answer)
    has_more = {"has_more": "more"} if flag else {}
    offsets = listing("offset", position="offset", limit="limit", **has_more)
    assert ids(colour_caller.items(offsets, Item)) == list(range(5))
    assert [request.query for request in server.requests][1:3] == ["offset=2", "offset=4"]
    assert len(server.requests) == (3 if flag else 4)
    server.requests.clear()
    assert ids(colour_caller.items(offsets, Item, query={"offset": 3})) == [3, 4]


def test_offset_with_total_knows_its_start(colour_caller: Caller, server: WireServer) -> None:
    def answer(query: dict[str, str]) -> object:
        start = int(query.get("offset", 0))
        return {"items": items(start, min(start + 2, 4)), "total": 4}

    server.default = numbered(answer)
    offsets = listing("offset", position="offset", total="total")
    assert ids(colour_caller.items(offsets, Item, query={"offset": 2})) == [2, 3]
    assert len(server.requests) == 1


def test_integer_cursors(caller: Caller, server: WireServer) -> None:
    def answer(query: dict[str, str]) -> object:
        start = int(query.get("after_id", 0))
        return {"items": items(start, start + 2), "has_more": start < 4, "next_after_id": start + 2}

    server.default = numbered(answer)
    cursors = listing(
        "cursor", position="after_id", has_more="has_more", next_cursor="next_after_id"
    )
    assert ids(caller.items(cursors, Item)) == list(range(6))
    assert [request.query for request in server.requests] == ["", "after_id=2", "after_id=4"]


@pytest.mark.parametrize("end", [None, ""])
def test_a_cursor_ends_by_being_empty(
    colour_caller: Caller, server: WireServer, end: str | None
) -> None:
    chain: dict[str, Any] = {"": "a b", "a b": "c", "c": end}

    def answer(query: dict[str, str]) -> object:
        cursor = query.get("cursor", "")
        return {"items": items(len(cursor), len(cursor) + 1), "next": chain[cursor]}

    server.default = numbered(answer)
    cursors = listing("cursor", position="cursor", next_cursor="next")
    assert ids(colour_caller.items(cursors, Item)) == [0, 3, 1]


def test_an_empty_page_inside_a_cursor_list_is_passed(
    colour_caller: Caller, server: WireServer
) -> None:
    server.answers.extend(
        [
            json_answer({"items": items(0, 1), "more": True, "next": "a"}),
            json_answer({"items": [], "more": True, "next": "b"}),
            json_answer({"items": items(1, 2), "more": False, "next": "c"}),
        ]
    )
    cursors = listing("cursor", position="cursor", next_cursor="next", has_more="more")
    assert ids(colour_caller.items(cursors, Item)) == [0, 1]


def test_a_single_page(colour_caller: Caller, server: WireServer) -> None:
    server.default = json_answer({"data": items(0, 3)})
    single = listing("single", items="data", total="data.length")
    (page,) = colour_caller.pages(single, Item)
    assert (ids(page.items), page.total, page.has_next) == ([0, 1, 2], 3, False)
    assert page.body == {"data": items(0, 3)}


def test_a_limit_of_zero_means_all_at_once(colour_caller: Caller, server: WireServer) -> None:
    server.default = json_answer({"items": items(0, 3)})
    everything = listing("page", position="page", limit="limit", default_limit=0)
    assert ids(colour_caller.items(everything, Item)) == [0, 1, 2]
    assert len(server.requests) == 1


def test_a_page_that_comes_twice_raises(caller: Caller, server: WireServer) -> None:
    server.default = json_answer({"items": items(0, 3)})
    for style in ("page", "offset"):
        with pytest.raises(PaginationError, match="GET /things: The server sent the same page"):
            caller.items(listing(style, position="p"), Item)
    assert len(server.requests) == 4


def test_a_cursor_that_comes_twice_raises(caller: Caller, server: WireServer) -> None:
    ring = {"": "a", "a": "b", "b": "a"}

    def answer(query: dict[str, str]) -> object:
        cursor = query.get("cursor", "")
        return {"items": [{"id": len(server.requests)}], "next": ring[cursor]}

    server.default = numbered(answer)
    with pytest.raises(PaginationError, match="same cursor"):
        caller.items(listing("cursor", position="cursor", next_cursor="next"), Item)
    assert len(server.requests) == 3


def test_positions_in_options_and_bodies(colour_caller: Caller, server: WireServer) -> None:
    server.default = numbered(page_server)
    options = RequestOptions(query={"page": 2, "limit": 3})
    assert ids(colour_caller.items(PAGES, Item, options=options)) == [3, 4, 5, 6]

    server.requests.clear()
    server.default = lambda request: json_answer(page_server(_strings(request.json())))
    search = operation("POST", pagination=PAGES.pagination, media_type="application/json")
    body = {"filter": "x", "page": 1, "limit": 3}
    assert ids(colour_caller.items(search, Item, body=body)) == list(range(7))
    assert server.last.json() == {"filter": "x", "page": 3, "limit": 3}
    assert body["page"] == 1


def _strings(data: Any) -> dict[str, str]:
    return {key: str(value) for key, value in data.items()}


@pytest.mark.parametrize("body", [{"items": None}, {}, {"other": 1}])
def test_a_missing_list_is_an_empty_one(
    colour_caller: Caller, server: WireServer, body: object
) -> None:
    server.default = json_answer(body)
    assert colour_caller.items(listing("page", position="page"), Item) == []


def test_no_content_is_an_empty_list(colour_caller: Caller, server: WireServer) -> None:
    server.default = Answer(204)
    assert colour_caller.items(listing("page", position="page"), Item) == []


@pytest.mark.parametrize("body", [{"items": {"a": 1}}, {"items": 5}, 5, "text"])
def test_what_is_no_list_is_an_error(
    colour_caller: Caller, server: WireServer, body: object
) -> None:
    server.default = json_answer(body)
    with pytest.raises(APIResponseValidationError, match="no list at 'items'"):
        colour_caller.items(listing("page", position="page"), Item)
    server.default = Answer(200, b"<html>")
    with pytest.raises(APIResponseValidationError):
        colour_caller.items(listing("page", position="page"), Item)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("data.items", {"items": items(0, 1)}),
        ("items", {"data": {"items": items(0, 1)}}),
        ("items", items(0, 1)),
        ("", items(0, 1)),
    ],
)
def test_an_envelope_may_be_missing_or_added(
    colour_caller: Caller, server: WireServer, path: str, body: object
) -> None:
    server.default = json_answer(body)
    listed = operation(pagination=PageInfo(style="single", items=path), envelope="data")
    assert ids(colour_caller.items(listed, Item)) == [0]


def test_items_are_as_tolerant_as_models(colour_caller: Caller, server: WireServer) -> None:
    server.default = json_answer({"items": [{"id": "x", "new": 1}, 5]})
    found = colour_caller.items(listing("single"), Item)
    assert found[0].to_dict() == {"id": "x", "new": 1}
    assert found[1] == 5


def test_raw_pages(server: WireServer) -> None:
    server.default = json_answer({"items": items(0, 1)}, X_Request_Id="r")

    with Demo(token="t", base_url=server.url) as client:
        raw = raw_response(Things(client).page)(listing("single"), Item)
    assert raw.status == 200
    assert raw.request_id == "r"
    assert ids(raw.parsed.items) == [0]


async def test_async_pagers(server: WireServer) -> None:
    server.default = numbered(page_server)
    async with AsyncDemo(token="t", base_url=server.url) as client:
        things = AsyncThings(client)
        pager = things._page(PAGES, Item, query={"limit": 3})
        assert server.requests == []
        assert ids([item async for item in pager]) == list(range(7))
        assert [len(page.items) async for page in pager.pages()] == [3, 3, 1]
        first = await pager
        assert first.total == 7
        second = await first.next_page()
        assert second is not None
        assert ids(second.items) == [3, 4, 5]
        raw = await async_raw_response(things.page)(PAGES, Item)
        assert raw.status == 200
        assert len(raw.parsed.items) == 3


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("a.b", [1, 2]),
        ("a.b.length", 2),
        ("a.b.length + c.length", 3),
        ("a.b + c", [1, 2, 3]),
        ("n", "5"),
        ("n + a.b.length", 7),
        ("a.b + missing", [1, 2]),
    ],
)
def test_paths(path: str, expected: object) -> None:
    assert look_up({"a": {"b": [1, 2]}, "c": [3], "n": "5"}, path) == expected
