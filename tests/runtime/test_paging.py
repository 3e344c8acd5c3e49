"""Lists in pages: every style, where they end, and servers that would never end."""

from __future__ import annotations

import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, Literal, cast
from urllib.parse import parse_qs

import pytest
from hoody_codegen.runtime import (
    OMIT,
    PageInfo,
    RequestOptions,
    async_raw_response,
    raw_response,
)
from hoody_codegen.runtime.calls import Call
from hoody_codegen.runtime.errors import APIResponseValidationError, PaginationError
from hoody_codegen.runtime.models import Model
from hoody_codegen.runtime.positions import Position, first_position, look_up, read_page
from hypothesis import given
from hypothesis import strategies as st
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
    for total in ({}, {"total": "data.length"}, {"total": "data.length", "limit": "limit"}):
        single = listing("single", **{"items": "data", **total})
        (page,) = colour_caller.pages(single, Item)
        assert (ids(page.items), page.total, page.has_next) == ([0, 1, 2], 3, False)
        assert page.body == {"data": items(0, 3)}
    # What may be cut short doesn't know how long it would be.
    (page,) = colour_caller.pages(listing("single", items="data", limit="limit"), Item)
    assert page.total is None


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


def test_cursors_of_bodies_that_are_given_whole_or_by_options(
    colour_caller: Caller, server: WireServer
) -> None:
    def answer(request: Recorded) -> Answer:
        sent: Any = request.json()
        start = int(sent.get("cursor") or 0)
        return json_answer({"items": items(start, start + 1), "next": (start + 1) % 3 or None})

    server.default = answer
    info = PageInfo(
        style="cursor", items="items", position="cursor", next_cursor="next", in_body=True
    )
    search = operation("POST", pagination=info, media_type="application/json")
    assert ids(colour_caller.items(search, Item, body={"q": "x"})) == [0, 1, 2]
    assert [request.json() for request in server.requests] == [
        {"q": "x"},
        {"q": "x", "cursor": 1},
        {"q": "x", "cursor": 2},
    ]
    options = RequestOptions(body={"cursor": 1, "page_size": 1})
    assert ids(colour_caller.items(search, Item, body={"q": "x"}, options=options)) == [1, 2]
    assert server.last.json() == {"q": "x", "cursor": 2, "page_size": 1}


def counting(server: WireServer, length: int, size: int, **more: Any) -> None:
    """A server of numbered pages of ``size`` items that says ``more`` about itself."""

    def answer(query: dict[str, str]) -> object:
        page = int(query.get("page", 1))
        return {"items": items((page - 1) * size, min(page * size, length)), **more}

    server.default = numbered(answer)


def test_the_number_of_pages_ends_a_list(colour_caller: Caller, server: WireServer) -> None:
    pages = listing("page", position="page", limit="limit", total_pages="meta.pages")
    counting(server, 6, 2, meta={"pages": 3})
    assert ids(colour_caller.items(pages, Item)) == list(range(6))
    assert len(server.requests) == 3
    assert ids(colour_caller.items(pages, Item, query={"page": 3})) == [4, 5]
    assert len(server.requests) == 4


def test_pages_may_be_numbered_from_zero(colour_caller: Caller, server: WireServer) -> None:
    def answer(query: dict[str, str]) -> object:
        page = int(query.get("page", 0))
        return {"items": items(page * 2, page * 2 + 2), "pages": 3}

    server.default = numbered(answer)
    pages = listing("page", position="page", total_pages="pages", first_page=0)
    assert ids(colour_caller.items(pages, Item)) == list(range(6))
    assert [request.query for request in server.requests] == ["", "page=1", "page=2"]


def test_has_more_has_the_first_word(colour_caller: Caller, server: WireServer) -> None:
    """It is heard before a total, a number of pages and an empty page."""
    server.answers.extend(
        [
            json_answer({"items": items(0, 2), "total": 2, "pages": 1, "more": True}),
            json_answer({"items": [], "total": 2, "pages": 1, "more": True}),
            json_answer({"items": items(2, 3), "total": 99, "pages": 99, "more": False}),
        ]
    )
    pages = listing("page", position="page", has_more="more", total="total", total_pages="pages")
    assert ids(colour_caller.items(pages, Item)) == [0, 1, 2]
    assert [request.query for request in server.requests] == ["", "page=2", "page=3"]


def test_a_cursor_has_the_word_before_a_total(colour_caller: Caller, server: WireServer) -> None:
    server.answers.extend(
        [
            json_answer({"items": items(0, 2), "total": 2, "next": "a"}),
            json_answer({"items": items(2, 3), "total": 99, "next": None}),
        ]
    )
    cursors = listing("cursor", position="cursor", next_cursor="next", total="total")
    assert ids(colour_caller.items(cursors, Item)) == [0, 1, 2]


def test_offsets_step_over_an_empty_page_by_the_limit(
    colour_caller: Caller, server: WireServer
) -> None:
    server.answers.extend(
        [
            json_answer({"items": [], "more": True}),
            json_answer({"items": items(0, 1), "more": False}),
        ]
    )
    offsets = listing("offset", position="offset", limit="limit", has_more="more")
    assert ids(colour_caller.items(offsets, Item, query={"limit": 5})) == [0]
    assert [request.query for request in server.requests] == ["limit=5", "limit=5&offset=5"]


@pytest.mark.parametrize(
    ("style", "fields"), [("offset", {"items": []}), ("cursor", {"items": [{"id": 1}]})]
)
def test_more_without_a_place_to_go_on_is_an_error(
    colour_caller: Caller, server: WireServer, style: Style, fields: dict[str, Any]
) -> None:
    server.default = json_answer({**fields, "more": True})
    info = listing(style, position="at", has_more="more", next_cursor="next")
    with pytest.raises(PaginationError, match="says that there is more"):
        colour_caller.items(info, Item)


def test_a_last_page_that_is_shorter_doesnt_mislead_a_later_start(
    colour_caller: Caller, server: WireServer
) -> None:
    """A server may give fewer items than it is asked for: the total is counted with what came."""
    counting(server, 5, 2, total=5)
    pages = listing("page", position="page", limit="limit", total="total")
    found = colour_caller.items(pages, Item, query={"page": 2, "limit": 1000})
    assert ids(found) == [2, 3, 4]


def test_a_page_that_comes_again_later_raises(colour_caller: Caller, server: WireServer) -> None:
    rows = [items(0, 2), items(2, 4), items(0, 2)]
    server.answers.extend(json_answer({"items": row}) for row in rows)
    with pytest.raises(PaginationError, match="the same page twice"):
        colour_caller.items(listing("page", position="page"), Item)
    assert len(server.requests) == 3


def test_each_walk_has_its_own_memory(colour_caller: Caller, server: WireServer) -> None:
    server.default = numbered(page_server)
    for _ in range(2):
        assert len(colour_caller.items(PAGES, Item, query={"limit": 3})) == 7


def test_empty_pages_for_ever_raise(colour_caller: Caller, server: WireServer) -> None:
    server.default = lambda request: json_answer(
        {"items": [], "more": True, "next": len(server.requests)}
    )
    cursors = listing("cursor", position="cursor", next_cursor="next", has_more="more")
    with pytest.raises(PaginationError, match="1000 empty pages"):
        colour_caller.items(cursors, Item)


def test_the_last_item_as_the_cursor(colour_caller: Caller, server: WireServer) -> None:
    def answer(query: dict[str, str]) -> object:
        start = int(query.get("after", -1)) + 1
        return items(start, min(start + 2, 5))

    server.default = numbered(answer)
    info = PageInfo(style="cursor", items="", position="after", next_cursor="-1.id")
    assert ids(colour_caller.items(operation(pagination=info), Item)) == list(range(5))
    assert [request.query for request in server.requests] == [
        "",
        *map("after={}".format, (1, 3, 4)),
    ]


def test_parameters_with_which_there_is_one_page(colour_caller: Caller, server: WireServer) -> None:
    server.default = json_answer({"items": items(0, 2)})
    offsets = listing("offset", position="offset", limit="limit", unless=("at", "last"))
    assert ids(colour_caller.items(offsets, Item, query={"at": 5, "last": OMIT})) == [0, 1]
    assert len(server.requests) == 1
    with pytest.raises(PaginationError):
        colour_caller.items(offsets, Item, query={"at": OMIT, "last": None})


def test_other_fields_move_with_the_list(colour_caller: Caller, server: WireServer) -> None:
    """An envelope that is documented and missing, or the other way round, hides no cursor."""
    server.answers.append(json_answer({"items": items(0, 1), "next": "a", "total": 2}))
    server.answers.append(json_answer({"data": {"items": items(1, 2), "next": None, "total": 2}}))
    info = PageInfo(
        style="cursor",
        items="data.items",
        position="cursor",
        next_cursor="data.next",
        total="data.total",
    )
    pages = colour_caller.pages(operation(pagination=info, envelope="data"), Item)
    assert [(ids(page.items), page.total) for page in pages] == [([0], 2), ([1], 2)]


def test_a_null_list_is_an_empty_one(colour_caller: Caller, server: WireServer) -> None:
    server.default = json_answer({"items": None})
    assert colour_caller.items(listing("page", position="page"), Item) == []


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "no list at 'items': it is an empty object"),
        ({"other": 1, "data": []}, "no list at 'items': it is an object with 'other', 'data'"),
        (dict.fromkeys("abcdefghi", 1), "'g', 'h', …"),
        ({"statusCode": 200, "data": {"rows": []}}, "no list at 'items', nor there below 'data'"),
        (None, "it is null"),
        (5, "it is a number"),
    ],
)
def test_a_missing_list_is_an_error_that_says_where_it_looked(
    colour_caller: Caller, server: WireServer, body: object, message: str
) -> None:
    server.default = json_answer(body)
    info = PageInfo(style="page", items="items", position="page")
    envelope = "data" if isinstance(body, dict) and "statusCode" in body else None
    with pytest.raises(APIResponseValidationError) as caught:
        colour_caller.items(operation(pagination=info, envelope=envelope), Item)
    assert message in str(caught.value)
    below = PageInfo(style="page", items="data.items", position="page")
    if body == {}:
        with pytest.raises(APIResponseValidationError, match=r"'data\.items', nor there without"):
            colour_caller.items(operation(pagination=below, envelope="data"), Item)


def test_no_content_is_an_empty_list(colour_caller: Caller, server: WireServer) -> None:
    server.default = Answer(204)
    assert colour_caller.items(listing("page", position="page"), Item) == []


@pytest.mark.parametrize("body", [{"items": {"a": 1}}, {"items": 5}, "text", True])
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


def test_a_list_may_come_as_json_lines(colour_caller: Caller, server: WireServer) -> None:
    kind = {"Content-Type": "application/x-ndjson; charset=utf-8"}
    server.default = Answer(200, b'{"id": 1}\n\n{"id": 2}\r\n', kind)
    assert ids(colour_caller.items(listing("single"), Item)) == [1, 2]
    server.default = Answer(200, b'{"id": 1}\n{"id', kind)
    with pytest.raises(APIResponseValidationError, match="should be JSON"):
        colour_caller.items(listing("single"), Item)


@given(
    length=st.integers(0, 12),
    size=st.integers(1, 5),
    style=st.sampled_from(["page", "offset", "cursor"]),
    says=st.sets(st.sampled_from(["total", "pages", "more"])),
    start=st.integers(0, 3),
)
def test_every_item_comes_once(
    length: int, size: int, style: Style, says: set[str], start: int
) -> None:
    """Whatever a server that tells the truth says about itself, and wherever one begins."""
    info = PageInfo(
        style=style,
        items="items",
        position="at",
        next_cursor="next",
        total="total",
        total_pages="pages",
        has_more="more",
    )
    first: dict[str, int] = {}
    begins = 0
    if start and style == "page":
        first, begins = {"at": start}, (start - 1) * size
    elif start and style != "page":
        first, begins = {"at": start}, start
    call = Call(operation(pagination=info), {}, first, {}, {}, OMIT, None)
    position: Position | None = first_position(call)
    found: list[int] = []
    requests = 0
    while position is not None:
        given = cast("int", position.call.query.get("at", 1 if style == "page" else 0))
        low = (given - 1) * size if style == "page" else given
        rows = items(low, min(low + size, length))
        body: dict[str, object] = {"items": rows}
        body |= {"total": length} if "total" in says else {}
        body |= {"pages": -(-length // size)} if "pages" in says else {}
        body |= {"more": low + size < length} if "more" in says else {}
        body |= {"next": low + size if low + size < length else None} if style == "cursor" else {}
        answer = cast("Any", FakeReply(json.dumps(body).encode()))
        content = read_page(NO_SETTINGS, position, FAKE_PREPARED, answer, Item)
        found += ids(content.items)
        position = content.next
        requests += 1
    assert found == list(range(begins, length))
    needed = max(1, -(-(length - begins) // size))
    # Where nothing is said that could be counted on, one empty page more tells the end.
    silent = style != "cursor" and not says & {"more", "total"}
    assert requests <= needed + (1 if silent or start else 0)


class FakeReply:
    status = 200
    content_type = "application/json"

    def __init__(self, content: bytes) -> None:
        self.content = content


FAKE_PREPARED: Any = SimpleNamespace(method="GET", operation=operation())
NO_SETTINGS: Any = None


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
        ("a.b.-1", 2),
        ("d.-1.id", 7),
        ("z", None),
        ("z + missing", None),
    ],
)
def test_paths(path: str, expected: object) -> None:
    body = {"a": {"b": [1, 2]}, "c": [3], "d": [{"id": 6}, {"id": 7}], "n": "5", "z": None}
    assert look_up(body, path) == expected


@pytest.mark.parametrize("path", ["x", "a.b.9", "a.b.x", "a.b.x.y", "n.length", "x + y", "a + n"])
def test_paths_that_lead_nowhere(path: str) -> None:
    body = {"a": {"b": [1, 2]}, "n": "5"}
    assert look_up(body, path) is look_up({}, "missing")
