"""Walks along pages: limits, pages that are loaded ahead, and walks that are given up half-way."""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import gc
import threading
from collections.abc import AsyncIterator, Iterator
from typing import Any
from urllib.parse import parse_qs

import pytest
from hoody_codegen.runtime import PageInfo
from hoody_codegen.runtime.errors import APIStatusError, InvalidArgumentError
from hoody_codegen.runtime.models import Model
from hoody_codegen.runtime.paging import AsyncPager, Page
from support.runtime_calls import AsyncDemo, AsyncThings, Demo, Things, operation
from support.wire_server import Answer, Recorded, WireServer, json_answer

THREAD = "load-pages-ahead"
LISTED = operation(
    pagination=PageInfo(style="page", items="items", position="page", total_pages="pages")
)


class Item(Model):
    id: int


class Gate:
    """Pages of two items, 1 and 2 on the first; answers to later ones wait until they may go."""

    def __init__(self, server: WireServer, pages: int = 4) -> None:
        self.server = server
        self.pages = pages
        self.asked: dict[int, threading.Event] = {n: threading.Event() for n in range(1, 20)}
        self.open = threading.Event()
        self.open.set()
        server.default = self._answer

    def _answer(self, request: Recorded) -> Answer:
        number = int(parse_qs(request.query).get("page", ["1"])[0])
        self.asked[number].set()
        if number > 1:
            assert self.open.wait(10)
        rows = [{"id": number * 2 - 1}, {"id": number * 2}]
        return json_answer({"items": rows, "pages": self.pages})

    @property
    def loaded(self) -> int:
        return len(self.server.requests)


@pytest.fixture
def gate(server: WireServer) -> Iterator[Gate]:
    gate = Gate(server)
    yield gate
    gate.open.set()


@pytest.fixture
def client(server: WireServer) -> Iterator[Demo]:
    with Demo(token="t", base_url=server.url) as client:
        yield client


@pytest.fixture
def page(client: Demo, gate: Gate) -> Page[Item]:
    found: Page[Item] = Things(client).page(LISTED, Item)
    return found


@pytest.fixture
async def things(server: WireServer) -> AsyncIterator[AsyncThings]:
    async with AsyncDemo(token="t", base_url=server.url) as client:
        yield AsyncThings(client)


def loaders() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == THREAD]


def join_loaders() -> None:
    for thread in loaders():
        thread.join(10)
    assert loaders() == []


LIMITS: list[tuple[dict[str, Any], list[int], int]] = [
    ({}, [1, 2, 3, 4, 5, 6, 7, 8], 4),
    ({"max_items": 3}, [1, 2, 3], 2),
    ({"max_items": 4}, [1, 2, 3, 4], 2),
    ({"max_items": 99, "max_pages": 99}, [1, 2, 3, 4, 5, 6, 7, 8], 4),
    ({"max_pages": 1}, [1, 2], 1),
    ({"max_pages": 2, "max_items": 3}, [1, 2, 3], 2),
    ({"max_pages": 0}, [], 0),
    ({"max_items": 0}, [], 0),
]


@pytest.mark.parametrize("prefetch", [0, 1, 5])
@pytest.mark.parametrize(("limits", "expected", "requests"), LIMITS)
def test_limits(
    page: Page[Item],
    gate: Gate,
    limits: dict[str, int],
    expected: list[int],
    requests: int,
    prefetch: int,
) -> None:
    assert [item.id for item in page.all(**limits, prefetch=prefetch)] == expected
    # The first page is there already.
    assert gate.loaded == max(1, requests)
    assert len(list(page.pages(**limits, prefetch=prefetch))) == requests
    assert loaders() == []


@pytest.mark.parametrize("prefetch", [0, 1, 5])
@pytest.mark.parametrize(("limits", "expected", "requests"), LIMITS)
async def test_async_limits(
    things: AsyncThings,
    gate: Gate,
    limits: dict[str, int],
    expected: list[int],
    requests: int,
    prefetch: int,
) -> None:
    pager: AsyncPager[Item] = things._page(LISTED, Item)
    assert [item.id async for item in pager.all(**limits, prefetch=prefetch)] == expected
    assert gate.loaded == requests
    assert len([page async for page in pager.pages(**limits, prefetch=prefetch)]) == requests
    page = await pager
    assert [item.id async for item in page.all(**limits, prefetch=prefetch)] == expected
    assert len([found async for found in page.pages(**limits, prefetch=prefetch)]) == requests


@pytest.mark.parametrize("name", ["max_items", "max_pages", "prefetch"])
@pytest.mark.parametrize("value", [-1, "3", True, 1.5])
def test_limits_are_whole_numbers(page: Page[Item], name: str, value: Any) -> None:
    for method in (page.all, page.pages):
        with pytest.raises(InvalidArgumentError, match=f"{name} has to be a whole number"):
            method(**{name: value})
    with pytest.raises(InvalidArgumentError):
        page.all(prefetch=None)  # type: ignore[arg-type]


def test_without_prefetch_a_page_is_loaded_when_its_turn_comes(
    page: Page[Item], gate: Gate
) -> None:
    walk = page.all()
    assert [next(walk).id, next(walk).id] == [1, 2]
    assert gate.loaded == 1
    assert next(walk).id == 3
    assert gate.loaded == 2


def test_prefetch_loads_ahead_and_no_further(page: Page[Item], gate: Gate) -> None:
    walk = page.pages(prefetch=2)
    assert loaders() == []
    assert [item.id for item in next(walk).items] == [1, 2]
    # Without anyone asking for them, the next two pages come; the third waits for its turn.
    assert gate.asked[2].wait(10)
    assert gate.asked[3].wait(10)
    assert not gate.asked[4].wait(0.02)
    next(walk)
    assert gate.asked[4].wait(10)
    assert [page.items[0].id for page in walk] == [5, 7]
    assert loaders() == []


@pytest.mark.parametrize("how", ["break", "close", "exception", "collected"])
def test_a_walk_that_is_given_up_leaves_no_thread(page: Page[Item], gate: Gate, how: str) -> None:
    gate.open.clear()
    walk = page.all(prefetch=1)
    assert next(walk).id == 1
    # The second page is under way, and nobody will ask for it.
    assert gate.asked[2].wait(10)
    assert len(loaders()) == 1
    if how == "close":
        walk.close()
    elif how == "break":
        for _ in walk:
            break
        del walk
    elif how == "exception":
        with pytest.raises(ZeroDivisionError):
            _fail_with(walk)
        del walk
    else:
        holder: list[Any] = [walk]
        holder.append(holder)
        del walk, holder
        gc.collect()
    gate.open.set()
    join_loaders()
    assert gate.loaded == 2
    assert not gate.asked[3].is_set()
    # The connection went back: the client goes on with it.
    assert [item.id for item in page.all(max_pages=2)] == [1, 2, 3, 4]


def _fail_with(walk: Iterator[Item]) -> None:
    for _ in walk:
        raise ZeroDivisionError


def test_a_client_can_be_closed_under_a_walk_that_is_given_up(
    server: WireServer, gate: Gate
) -> None:
    gate.open.clear()
    with Demo(token="t", base_url=server.url, max_retries=0) as client:
        for _ in Things(client).page(LISTED, Item).all(prefetch=1):
            assert gate.asked[2].wait(10)
            break
    gate.open.set()
    join_loaders()


def test_what_goes_wrong_ahead_is_raised_in_its_turn(
    page: Page[Item], server: WireServer, gate: Gate
) -> None:
    walk = page.all(prefetch=3)
    server.default = json_answer({"message": "no"}, status=404)
    assert [next(walk).id, next(walk).id] == [1, 2]
    with pytest.raises(APIStatusError) as caught:
        next(walk)
    assert caught.value.status == 404
    join_loaders()
    assert list(walk) == []


def test_a_thread_that_loads_ahead_sees_the_callers_context(server: WireServer) -> None:
    variable: contextvars.ContextVar[str] = contextvars.ContextVar("variable", default="none")
    seen: list[tuple[str, str]] = []

    def token() -> str:
        seen.append((threading.current_thread().name, variable.get()))
        return "t"

    Gate(server, pages=2)
    with Demo(token=token, base_url=server.url) as client:
        variable.set("mine")
        assert len(list(Things(client).page(LISTED, Item).all(prefetch=1))) == 4
    assert seen == [("MainThread", "mine"), (THREAD, "mine")]


# Asynchronous walks


def other_tasks() -> set[asyncio.Task[Any]]:
    return asyncio.all_tasks() - {asyncio.current_task()}


async def settle() -> None:
    """Let tasks that were told to end come to their end."""
    for _ in range(1000):
        if not other_tasks():
            return
        await asyncio.sleep(0.001)
    raise AssertionError(other_tasks())


async def asked(gate: Gate, number: int) -> None:
    assert await asyncio.to_thread(gate.asked[number].wait, 10)


async def test_async_prefetch_loads_ahead_and_no_further(things: AsyncThings, gate: Gate) -> None:
    walk = things._page(LISTED, Item).pages(prefetch=2)
    assert other_tasks() == set()
    first = await anext(walk)
    assert [item.id for item in first.items] == [1, 2]
    await asked(gate, 2)
    await asked(gate, 3)
    assert not await asyncio.to_thread(gate.asked[4].wait, 0.02)
    await anext(walk)
    await asked(gate, 4)
    assert [page.items[0].id async for page in walk] == [5, 7]
    assert other_tasks() == set()


@pytest.mark.parametrize("how", ["break", "close", "exception", "cancelled"])
async def test_an_async_walk_that_is_given_up_leaves_no_task(
    things: AsyncThings, gate: Gate, how: str
) -> None:
    gate.open.clear()
    walk = things._page(LISTED, Item).all(prefetch=1)
    assert (await anext(walk)).id == 1
    await asked(gate, 2)
    assert len(other_tasks()) == 1
    if how == "close":
        await walk.aclose()
        assert other_tasks() == set()
    elif how == "break":
        async for _ in walk:
            break
        del walk
    elif how == "exception":
        with contextlib.suppress(ZeroDivisionError):
            async for _ in walk:
                raise ZeroDivisionError
        del walk
    else:
        assert (await anext(walk)).id == 2
        waiting = asyncio.ensure_future(anext(walk))
        await asyncio.sleep(0.005)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        del walk, waiting
    await settle()
    gate.open.set()
    # The task was cancelled with its request, and nothing of it is in the way of the next one.
    page = await things._page(LISTED, Item)
    assert [item.id async for item in page.all(max_pages=2)] == [1, 2, 3, 4]


async def test_an_async_client_can_be_closed_under_a_walk_that_is_given_up(
    server: WireServer, gate: Gate
) -> None:
    gate.open.clear()
    async with AsyncDemo(token="t", base_url=server.url) as client:
        async for _ in AsyncThings(client)._page(LISTED, Item).all(prefetch=1):
            await asked(gate, 2)
            break
    await settle()
    gate.open.set()


def test_an_event_loop_can_end_under_a_walk(server: WireServer, gate: Gate) -> None:
    walks: list[Any] = []

    async def main() -> None:
        async with AsyncDemo(token="t", base_url=server.url) as client:
            walk = AsyncThings(client)._page(LISTED, Item).all(prefetch=1)
            walks.append(walk)
            await anext(walk)

    asyncio.run(main())
    walks.clear()
    gc.collect()


async def test_what_goes_wrong_ahead_is_raised_in_its_turn_async(
    things: AsyncThings, server: WireServer, gate: Gate
) -> None:
    page = await things._page(LISTED, Item)
    server.default = json_answer({"message": "no"}, status=404)
    walk = page.all(prefetch=3)
    assert [(await anext(walk)).id, (await anext(walk)).id] == [1, 2]
    with pytest.raises(APIStatusError) as caught:
        await anext(walk)
    assert caught.value.status == 404
    assert [item async for item in walk] == []
    assert other_tasks() == set()


async def test_a_pager_sends_nothing_before_it_is_used(things: AsyncThings, gate: Gate) -> None:
    pager = things._page(LISTED, Item)
    walks = [pager.all(), pager.pages(prefetch=3), pager.all(max_items=0), aiter(pager)]
    with pytest.raises(InvalidArgumentError):
        pager.all(max_items=-1)
    assert gate.loaded == 0
    for walk in walks:
        await walk.aclose()  # type: ignore[attr-defined]
    assert other_tasks() == set()
