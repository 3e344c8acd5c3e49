"""Many threads, or tasks, on one client over a server that fails every other time."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from typing import Any, Final

import httpx
import httpx2
import pytest
from hoody_codegen.runtime import RequestOptions, RetryPolicy
from support.fault_server import FaultServer, Line, Script, answer, half_body, reset
from support.runtime_calls import (
    LIBRARIES,
    TOKEN,
    AsyncDemo,
    AsyncThings,
    Demo,
    FakeTime,
    Things,
    operation,
)

THREADS: Final = 50
CALLS: Final = 6
LIBRARY: Final[dict[str, Any]] = {"httpx": httpx, "httpx2": httpx2}


def failing_first() -> Script:
    """Fails the first request with each query in one of three ways, and echoes the next."""
    seen: Counter[str] = Counter()
    lock = threading.Lock()
    faults: tuple[Script, ...] = (reset, answer(503), half_body)

    def script(line: Line) -> bool | None:
        query = line.request.query
        with lock:
            seen[query] += 1
            first = seen[query] == 1
        if first:
            return faults[len(query) % 3](line)
        return answer(200, f'{{"seen":"{query}"}}'.encode())(line)

    return script


@pytest.mark.parametrize("library", LIBRARIES)
def test_many_threads_on_one_client(server: FaultServer, library: str) -> None:
    server.default = failing_first()
    wrong: list[object] = []
    start = threading.Barrier(THREADS)
    own = LIBRARY[library].Client()

    def work(number: int) -> None:
        try:
            start.wait()
            things = Things(client.with_options(headers={"X-N": str(number)}))
            for turn in range(CALLS):
                query = {"n": number, "t": "x" * turn}
                found = things.call(operation("PUT"), query=query, body={"n": number})
                if found != {"seen": f"n={number}&t={'x' * turn}"}:
                    wrong.append(found)
        except Exception as error:
            wrong.append(error)

    with own, Demo(token=TOKEN, base_url=server.url, http_client=own) as opened:
        client = opened.with_options(retry=RetryPolicy(clock=FakeTime().clock()))
        threads = [threading.Thread(target=work, args=(number,)) for number in range(THREADS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert wrong == []
    assert len(server.requests) == 2 * THREADS * CALLS
    for request in server.requests:
        number = request.header("x-n")
        assert f"n={number}&" in request.query
        assert request.body == f'{{"n":{number}}}'.encode()


@pytest.mark.parametrize("library", LIBRARIES)
async def test_many_tasks_on_one_client(server: FaultServer, library: str) -> None:
    server.default = failing_first()
    async with (
        LIBRARY[library].AsyncClient() as own,
        AsyncDemo(token=TOKEN, base_url=server.url, http_client=own) as opened,
    ):
        client = opened.with_options(retry=RetryPolicy(clock=FakeTime().clock()))
        things = AsyncThings(client)
        options = RequestOptions(deadline=1e6)
        found = await asyncio.gather(
            *(things.call(operation(), query={"n": n}, options=options) for n in range(200))
        )
    assert found == [{"seen": f"n={n}"} for n in range(200)]
    assert len(server.requests) == 400


def test_one_pool_is_opened_by_many_threads(server: FaultServer) -> None:
    """The first calls of all threads come at once, and make one pool between them."""
    start = threading.Barrier(16)
    pools: list[int] = []

    with Demo(token=TOKEN, base_url=server.url) as client:

        def work() -> None:
            start.wait()
            Things(client).call(operation())
            pools.append(id(client._connections._client))

        threads = [threading.Thread(target=work) for _ in range(16)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(pools) == 16
    assert len(set(pools)) == 1
