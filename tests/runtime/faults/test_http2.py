"""HTTP/2 through the own client: many calls on one connection, and streams that are reset."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any, Final

import httpx
import httpx2
import pytest
from hoody_codegen.runtime import RequestOptions, RetryPolicy
from hoody_codegen.runtime.errors import APIConnectionError
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

pytest.importorskip("h2")

LIBRARY: Final[dict[str, Any]] = {"httpx": httpx, "httpx2": httpx2}


@pytest.fixture
def h2_server() -> Iterator[Any]:
    from support.h2_server import H2Server

    running = H2Server()
    yield running
    running.close()


@pytest.mark.parametrize("library", LIBRARIES)
def test_calls_over_http2(h2_server: Any, library: str) -> None:
    time = FakeTime()
    with (
        LIBRARY[library].Client(http1=False, http2=True) as own,
        Demo(token=TOKEN, base_url=h2_server.url, http_client=own) as opened,
    ):
        things = Things(opened.with_options(retry=RetryPolicy(clock=time.clock())))
        assert things.call(operation("POST"), body={"a": 1}) == {"path": "/things"}
        h2_server.resets.append("GET")
        deadline = RequestOptions(deadline=1e6)
        assert things.call(operation(), options=deadline) == {"path": "/things"}
        assert len(time.waits) == 1
        h2_server.resets.append("POST")
        with pytest.raises(APIConnectionError):
            things.call(operation("POST"))
    assert [method for method, _ in h2_server.requests] == ["POST", "GET", "GET", "POST"]
    assert h2_server.connections == 1


@pytest.mark.parametrize("library", LIBRARIES)
async def test_many_calls_share_one_connection(h2_server: Any, library: str) -> None:
    async with (
        LIBRARY[library].AsyncClient(http1=False, http2=True) as own,
        AsyncDemo(token=TOKEN, base_url=h2_server.url, http_client=own) as client,
    ):
        things = AsyncThings(client)
        await things.call(operation())
        found = await asyncio.gather(
            *(things.call(operation(), query={"n": number}) for number in range(50))
        )
    assert found == [{"path": f"/things?n={number}"} for number in range(50)]
    assert h2_server.connections == 1
