"""Where a list that doesn't end is, and what pages are good for elsewhere."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest
from hoody_codegen.runtime import PageInfo
from hoody_codegen.runtime.errors import PaginationError
from hoody_codegen.runtime.models import Model
from support.runtime_calls import Caller, operation
from support.wire_server import WireServer, json_answer


class Item(Model):
    id: int


def listing(style: Any, **fields: Any) -> Any:
    return operation(pagination=PageInfo(style=style, items="items", **fields))


def rows(*numbers: int) -> list[dict[str, int]]:
    return [{"id": number} for number in numbers]


def test_the_place_of_a_page_that_comes_twice_is_told(
    colour_caller: Caller, server: WireServer
) -> None:
    pages = [rows(1, 2), rows(3, 4), rows(1, 2)]
    server.answers.extend(json_answer({"items": page}) for page in pages)
    with pytest.raises(PaginationError) as caught:
        colour_caller.items(listing("page", position="page"), Item, query={"page": 4})
    assert str(caught.value).endswith(
        "The server sent the same page twice (after 2 pages with items, at page=6)"
    )
    server.answers.extend(json_answer({"items": page}) for page in [rows(1, 2), rows(1, 2)])
    with pytest.raises(PaginationError, match=r"\(after 1 page with items, at skip=2\)"):
        colour_caller.items(listing("offset", position="skip"), Item)


def test_cursors_are_not_shown(colour_caller: Caller, server: WireServer) -> None:
    server.answers.extend(
        json_answer({"items": rows(number), "next": "cursor-secret"}) for number in (1, 2)
    )
    with pytest.raises(PaginationError) as caught:
        colour_caller.items(listing("cursor", position="at", next_cursor="next"), Item)
    assert str(caught.value).endswith(
        "The server sent the same cursor twice (after 1 page with items, at the next 'at')"
    )
    assert "cursor-secret" not in str(caught.value)


def test_a_page_says_that_it_cannot_be_pickled(colour_caller: Caller, server: WireServer) -> None:
    server.default = json_answer({"items": rows(1, 2)})
    (page,) = colour_caller.pages(listing("single"), Item)
    with pytest.raises(TypeError, match="can't be pickled: keep its items, or its body"):
        pickle.dumps(page)
    assert pickle.loads(pickle.dumps(page.body)) == {"items": rows(1, 2)}


def test_a_page_can_be_copied(colour_caller: Caller, server: WireServer) -> None:
    server.default = json_answer({"items": rows(1, 2)})
    (page,) = colour_caller.pages(listing("single"), Item)
    shallow, deep = copy.copy(page), copy.deepcopy(page)
    assert shallow.items is page.items
    assert deep.items == page.items
    assert deep.items[0] is not page.items[0]
    assert deep.body == page.body
    assert deep.body is not page.body
    assert (deep.has_next, deep.total) == (page.has_next, page.total)
