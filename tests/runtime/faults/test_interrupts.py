"""Ctrl-C and cancellation close what is open, wherever they come, and leave the client usable."""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import AsyncIterator, Iterator
from typing import Any, Final

import httpx
import httpx2
import pytest
from hoody_codegen.runtime import RequestOptions, RetryPolicy
from hoody_codegen.runtime.calls import Call
from hoody_codegen.runtime.retry import Clock
from hoody_codegen.runtime.sentinels import OMIT
from support.fault_server import (
    FaultServer,
    Line,
    Script,
    answer,
    head,
    stall,
    stall_in_body,
    stall_in_headers,
)
from support.runtime_calls import LIBRARIES, TOKEN, AsyncDemo, Demo, operation

LIBRARY: Final[dict[str, Any]] = {"httpx": httpx, "httpx2": httpx2}
NO_LIMIT: Final = RequestOptions(timeout=0)
WITH_DEADLINE: Final = RequestOptions(timeout=0, deadline=60)
OPTIONS: Final = pytest.mark.parametrize("options", [NO_LIMIT, WITH_DEADLINE], ids=["", "deadline"])
STALLS: Final = pytest.mark.parametrize(
    "script", [stall, stall_in_headers, stall_in_body], ids=lambda script: script.__name__
)


def call_of(options: RequestOptions = NO_LIMIT, method: str = "GET", body: object = OMIT) -> Call:
    kind = None if body is OMIT else "application/octet-stream"
    return Call(operation(method, media_type=kind), {}, {}, {}, {}, body, options)


@pytest.fixture(params=LIBRARIES)
def own(request: pytest.FixtureRequest) -> Iterator[Any]:
    with LIBRARY[request.param].Client() as client:
        yield client


@pytest.fixture(params=LIBRARIES)
async def own_async(request: pytest.FixtureRequest) -> AsyncIterator[Any]:
    async with LIBRARY[request.param].AsyncClient() as client:
        yield client


def connections(own: Any) -> list[Any]:
    found: list[Any] = own._transport._pool.connections
    return found


def interrupt_main() -> None:
    """What Ctrl-C does: SIGINT, to the thread that waits."""
    ident = threading.main_thread().ident
    assert ident is not None
    signal.pthread_kill(ident, signal.SIGINT)


def then_interrupt(script: Script) -> Script:
    """The script, with a Ctrl-C as soon as the client has to wait for it."""

    def interrupting(line: Line) -> None:
        timer = threading.Timer(0.03, interrupt_main)
        timer.start()
        script(line)
        timer.join()

    return interrupting


# Ctrl-C.


@STALLS
@OPTIONS
def test_ctrl_c_in_the_middle_of_an_answer(
    own: Any, server: FaultServer, script: Script, options: RequestOptions
) -> None:
    server.scripts.append(then_interrupt(script))
    with Demo(token=TOKEN, base_url=server.url, http_client=own) as client:
        with pytest.raises(KeyboardInterrupt):
            client._run(call_of(options), dict, raw=False)
        server.wait_for_ends(1)
        assert connections(own) == []
        assert client._run(call_of(options), dict, raw=False) == {"ok": True}
    assert len(server.requests) == 2


def test_ctrl_c_in_the_middle_of_a_connection_that_was_used_before(
    own: Any, server: FaultServer
) -> None:
    server.scripts.extend([answer(), then_interrupt(stall_in_body)])
    with Demo(token=TOKEN, base_url=server.url, http_client=own) as client:
        client._run(call_of(), dict, raw=False)
        assert len(connections(own)) == 1
        with pytest.raises(KeyboardInterrupt):
            client._run(call_of(), dict, raw=False)
        assert connections(own) == []
    server.wait_for_ends(1)
    assert server.connections == 1


def test_ctrl_c_between_two_tries(own: Any, server: FaultServer) -> None:
    def sleep(seconds: float) -> None:
        interrupt_main()

    server.default = answer(503)
    with Demo(token=TOKEN, base_url=server.url, http_client=own) as client:
        copy = client.with_options(retry=RetryPolicy(clock=Clock(sleep=sleep)))
        with pytest.raises(KeyboardInterrupt):
            copy._run(call_of(), dict, raw=False)
        assert [connection.is_idle() for connection in connections(own)] == [True]
    assert len(server.requests) == 1


def test_ctrl_c_while_a_body_is_sent(own: Any, server: FaultServer) -> None:
    def pieces() -> Iterator[bytes]:
        yield b"a"
        interrupt_main()
        yield b"b"

    with Demo(token=TOKEN, base_url=server.url, http_client=own) as client:
        with pytest.raises(KeyboardInterrupt):
            client._run(call_of(NO_LIMIT, "PUT", pieces()), dict, raw=False)
        assert connections(own) == []
    server.wait_for_ends(1)
    assert server.requests == []


def test_ctrl_c_while_an_open_answer_is_read(own: Any, server: FaultServer) -> None:
    server.scripts.append(stall_in_body)
    with Demo(token=TOKEN, base_url=server.url, http_client=own) as client:
        _, reply = client._open(call_of())

        def read() -> None:
            timer = threading.Timer(0.03, interrupt_main)
            timer.start()
            try:
                list(reply.chunks())
            finally:
                timer.join()

        with pytest.raises(KeyboardInterrupt):
            read()
        # Already here: nobody has called close.
        assert connections(own) == []
    server.wait_for_ends(1)


def test_an_open_answer_that_is_left_is_closed(own: Any, server: FaultServer) -> None:
    server.scripts.append(stall_in_body)
    with Demo(token=TOKEN, base_url=server.url, http_client=own) as client:
        _, reply = client._open(call_of())
        assert next(reply.chunks()).startswith(b"{")
        reply.close()
        reply.close()
        assert connections(own) == []
    server.wait_for_hang_ups(1)


# Cancellation.


async def cancelled(task: asyncio.Task[Any]) -> None:
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def begun(server: FaultServer, running: Any) -> asyncio.Task[Any]:
    """A task that waits for the answer to the last request."""
    count = len(server.requests)
    task = asyncio.create_task(running)
    await asyncio.to_thread(server.wait_for_requests, count + 1)
    await asyncio.sleep(0.01)
    return task


@STALLS
@OPTIONS
async def test_cancelling_in_the_middle_of_an_answer(
    own_async: Any, server: FaultServer, script: Script, options: RequestOptions
) -> None:
    server.scripts.append(script)
    async with AsyncDemo(token=TOKEN, base_url=server.url, http_client=own_async) as client:
        await cancelled(await begun(server, client._run(call_of(options), dict, raw=False)))
        await asyncio.to_thread(server.wait_for_hang_ups, 1)
        assert connections(own_async) == []
        assert await client._run(call_of(options), dict, raw=False) == {"ok": True}
    assert len(server.requests) == 2


async def test_cancelling_between_two_tries(own_async: Any, server: FaultServer) -> None:
    waiting = asyncio.Event()

    async def sleep(seconds: float) -> None:
        waiting.set()
        await asyncio.Event().wait()

    server.default = answer(503)
    async with AsyncDemo(token=TOKEN, base_url=server.url, http_client=own_async) as client:
        copy = client.with_options(retry=RetryPolicy(clock=Clock(async_sleep=sleep)))
        task = asyncio.create_task(copy._run(call_of(), dict, raw=False))
        await waiting.wait()
        await cancelled(task)
        assert [connection.is_idle() for connection in connections(own_async)] == [True]
    assert len(server.requests) == 1


async def test_cancelling_while_a_body_is_sent(own_async: Any, server: FaultServer) -> None:
    waiting = asyncio.Event()

    async def pieces() -> AsyncIterator[bytes]:
        yield b"a"
        waiting.set()
        await asyncio.Event().wait()

    async with AsyncDemo(token=TOKEN, base_url=server.url, http_client=own_async) as client:
        call = call_of(NO_LIMIT, "PUT", pieces())
        task = asyncio.create_task(client._run(call, dict, raw=False))
        await waiting.wait()
        await cancelled(task)
        assert connections(own_async) == []
    await asyncio.to_thread(server.wait_for_ends, 1)
    assert server.requests == []


async def test_cancelling_while_an_open_answer_is_read(own_async: Any, server: FaultServer) -> None:
    server.scripts.append(stall_in_body)
    async with AsyncDemo(token=TOKEN, base_url=server.url, http_client=own_async) as client:
        _, reply = await client._open(call_of())

        async def read() -> None:
            async for _ in reply.async_chunks():
                pass

        task = asyncio.create_task(read())
        await asyncio.sleep(0.02)
        await cancelled(task)
        assert connections(own_async) == []
    await asyncio.to_thread(server.wait_for_hang_ups, 1)


async def test_a_timeout_around_a_call(own_async: Any, server: FaultServer) -> None:
    server.scripts.append(stall)
    async with AsyncDemo(token=TOKEN, base_url=server.url, http_client=own_async) as client:
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(client._run(call_of(), dict, raw=False), 0.03)
        assert connections(own_async) == []
    await asyncio.to_thread(server.wait_for_hang_ups, 1)


async def test_one_of_many_tasks_is_cancelled_alone(own_async: Any, server: FaultServer) -> None:
    held = threading.Event()

    def late(line: Line) -> bool:
        held.wait(5)
        return bool(answer()(line))

    server.default = late
    async with AsyncDemo(token=TOKEN, base_url=server.url, http_client=own_async) as client:
        tasks = [await begun(server, client._run(call_of(), dict, raw=False)) for _ in range(10)]
        await cancelled(tasks.pop(4))
        assert len(connections(own_async)) == 9
        held.set()
        assert await asyncio.gather(*tasks) == [{"ok": True}] * 9


def test_ctrl_c_under_asyncio_run(server: FaultServer) -> None:
    """``asyncio.run`` turns Ctrl-C into a cancellation of the main task."""
    server.scripts.append(then_interrupt(stall_in_body))

    async def main() -> None:
        async with AsyncDemo(token=TOKEN, base_url=server.url) as client:
            await client._run(call_of(), dict, raw=False)

    with pytest.raises(KeyboardInterrupt):
        asyncio.run(main())
    server.wait_for_ends(1)


async def test_half_sent_headers_are_closed(own_async: Any, server: FaultServer) -> None:
    def script(line: Line) -> None:
        line.send(head(200)[:-2])
        line.wait_for_hang_up()

    server.scripts.append(script)
    async with AsyncDemo(token=TOKEN, base_url=server.url, http_client=own_async) as client:
        await cancelled(await begun(server, client._open(call_of())))
        assert connections(own_async) == []
    await asyncio.to_thread(server.wait_for_ends, 1)
