"""Streams that are left half-way, by whatever way, close their connection."""

from __future__ import annotations

import asyncio
import gc
import itertools
import threading
import time
from typing import Any, cast

import httpx
import httpx2
import pytest
from hoody_codegen.runtime import (
    AsyncResource,
    Clock,
    RequestOptions,
    Resource,
    RetryPolicy,
    Timeout,
)
from hoody_codegen.runtime.errors import NotFoundError
from support.runtime_calls import AsyncDemo, Demo, operation
from support.stream_calls import ANY, ENDLESS, RESUMED, event
from support.stream_server import Script, StreamServer


def test_leaving_a_loop_closes_the_connection() -> None:
    server = StreamServer(ENDLESS)
    with Demo(token="secret-token", base_url=server.url) as client:
        stream = Resource(client)._events(operation(), ANY)
        for found in stream:
            assert found.data == {"n": 0}
            break
        assert server.was_abandoned()
        assert repr(stream).endswith(": closed>")
        with pytest.raises(RuntimeError, match="This stream is closed"):
            next(iter(stream))
    server.close()


async def test_leaving_an_async_loop_closes_the_connection() -> None:
    server = StreamServer(ENDLESS)
    async with AsyncDemo(token="secret-token", base_url=server.url) as client:
        stream = AsyncResource(client)._events(operation(), ANY)
        async for found in stream:
            assert found.data == {"n": 0}
            break
        assert await asyncio.to_thread(server.was_abandoned)
        with pytest.raises(RuntimeError, match="This stream is closed"):
            await anext(stream.__aiter__())
    server.close()


def test_a_stream_that_is_forgotten_closes_its_connection() -> None:
    server = StreamServer(ENDLESS, ENDLESS)
    with Demo(token="secret-token", base_url=server.url) as client:
        gc.disable()  # by counting references alone: there are no circles
        try:
            running = iter(Resource(client)._events(operation(), ANY))
            next(running)
            del running
            assert server.was_abandoned()
            stream = Resource(client)._events(operation(), ANY).__enter__()
            next(iter(stream))
            del stream
            assert server.was_abandoned()
        finally:
            gc.enable()
    server.close()


async def test_an_async_stream_that_is_forgotten_closes_its_connection() -> None:
    server = StreamServer(ENDLESS)
    async with AsyncDemo(token="secret-token", base_url=server.url) as client:
        running = AsyncResource(client)._events(operation(), ANY).__aiter__()
        await anext(running)
        del running
        assert await asyncio.to_thread(server.was_abandoned)
    server.close()


def test_a_block_keeps_a_stream_open_for_several_loops() -> None:
    server = StreamServer(ENDLESS)
    with Demo(token="secret-token", base_url=server.url) as client:
        stream = Resource(client)._events(operation(), ANY)
        with stream as same:
            assert same is stream
            assert stream.response is not None
            assert [cast("Any", next(iter(stream)).data)["n"] for _ in range(3)] == [0, 1, 2]
            assert server.abandoned.acquire(blocking=False) is False
        assert server.was_abandoned()
        assert len(server.requests) == 1
    server.close()


async def test_an_async_block_keeps_a_stream_open_for_several_loops() -> None:
    server = StreamServer(ENDLESS)
    async with AsyncDemo(token="secret-token", base_url=server.url) as client:
        found = []
        async with AsyncResource(client)._events(operation(), ANY) as stream:
            for _ in range(3):
                async for one in stream:
                    found.append(one.data)
                    break
            assert server.abandoned.acquire(blocking=False) is False
        assert found == [{"n": 0}, {"n": 1}, {"n": 2}]
        assert await asyncio.to_thread(server.was_abandoned)
    server.close()


def test_an_error_in_the_loop_closes_the_connection() -> None:
    server = StreamServer(ENDLESS)
    with Demo(token="secret-token", base_url=server.url) as client:
        events = Resource(client)._events(operation(), ANY)
        with pytest.raises(KeyError, match="message"):
            [{"other": 1}[one.event] for one in events]
        assert server.was_abandoned()
    server.close()


async def test_cancellation_closes_the_connection() -> None:
    server = StreamServer(ENDLESS)
    arrived = asyncio.Event()

    async def read() -> None:
        async for found in stream:
            if found.data == {"n": 2}:
                arrived.set()

    async with AsyncDemo(token="secret-token", base_url=server.url) as client:
        stream = AsyncResource(client)._events(operation(stream=RESUMED), ANY)
        task = asyncio.create_task(read())
        await arrived.wait()
        await asyncio.sleep(0.01)  # until it waits for what never comes
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await asyncio.to_thread(server.was_abandoned)
        assert len(server.requests) == 1
    server.close()


def test_a_stream_that_has_ended_has_nothing_more() -> None:
    server = StreamServer(Script([event({})]))
    with Demo(token="secret-token", base_url=server.url) as client:
        stream = Resource(client)._events(operation(), ANY)
        assert len(list(stream)) == 1
        assert list(stream) == []
        assert repr(stream) == "<EventStream GET /things: ended>"
    server.close()


def test_a_stream_that_could_not_be_opened_can_be_opened_again() -> None:
    server = StreamServer(
        Script([b"{}"], status=404, media_type="application/json"), Script([event({})])
    )
    with Demo(token="secret-token", base_url=server.url) as client:
        stream = Resource(client)._events(operation(), ANY)
        with pytest.raises(NotFoundError), stream:
            pass
        assert len(list(stream)) == 1
    server.close()


async def test_leaving_a_loop_and_its_block_closes_once(caplog: pytest.LogCaptureFixture) -> None:
    server = StreamServer(ENDLESS)
    async with AsyncDemo(token="secret-token", base_url=server.url) as client:
        async with AsyncResource(client)._events(operation(), ANY) as stream:
            async for _ in stream:
                break
        assert await asyncio.to_thread(server.was_abandoned)
        await asyncio.sleep(0.01)  # for what the loop does when it lets go of a generator
    gc.collect()
    assert not caplog.records
    server.close()


@pytest.mark.parametrize("library", [httpx, httpx2])
async def test_silence_ends_no_stream(library: Any) -> None:
    pausing = Script([event({"n": 0}), event({"n": 1})], pause=0.12)
    server = StreamServer(*[pausing] * 8)  # more than are needed: opening it may take too long
    timeout = Timeout(read=0.05)

    with library.Client() as own:
        client = Demo(token="secret-token", base_url=server.url, http_client=own, timeout=timeout)
        assert len(list(Resource(client)._events(operation(), ANY))) == 2

    async with library.AsyncClient() as own:
        async_client = AsyncDemo(
            token="secret-token", base_url=server.url, http_client=own, timeout=timeout
        )
        stream = AsyncResource(async_client)._events(operation(), ANY)
        assert len([one async for one in stream]) == 2
    server.close()


@pytest.mark.parametrize("library", [httpx, httpx2])
async def test_another_task_can_close_a_stream(library: Any) -> None:
    server = StreamServer(ENDLESS)
    found: list[object] = []
    arrived = asyncio.Event()

    async def read() -> None:
        async for one in stream:
            found.append(one.data)
            if len(found) == 3:
                arrived.set()

    async with library.AsyncClient() as http_client:
        client = AsyncDemo(token="secret-token", base_url=server.url, http_client=http_client)
        stream = AsyncResource(client)._events(operation(stream=RESUMED), ANY)
        task = asyncio.create_task(read())
        await arrived.wait()
        await asyncio.sleep(0.01)  # until it waits for what never comes
        await stream.aclose()
        await asyncio.wait_for(task, 2)
        assert await asyncio.to_thread(server.was_abandoned)
        assert len(server.requests) == 1
    server.close()


@pytest.mark.parametrize("library", [httpx, httpx2])
def test_another_thread_can_close_a_stream(library: Any) -> None:
    server = StreamServer(ENDLESS)
    found: list[object] = []
    arrived = threading.Event()

    def read() -> None:
        for one in stream:
            found.append(one.data)
            if len(found) == 3:
                arrived.set()

    with library.Client() as http_client:
        client = Demo(token="secret-token", base_url=server.url, http_client=http_client)
        stream = Resource(client)._events(operation(stream=RESUMED), ANY)
        thread = threading.Thread(target=read)
        thread.start()
        arrived.wait()
        time.sleep(0.01)  # until it waits for what never comes
        stream.close()
        thread.join(2)
        assert not thread.is_alive()
        assert server.was_abandoned()
        assert len(server.requests) == 1
    server.close()


def test_a_closed_stream_does_not_reconnect() -> None:
    server = StreamServer(Script([event({}, id=1)], "cut"))
    with Demo(token="secret-token", base_url=server.url) as client:
        clock = Clock(sleep=lambda seconds: stream.close())
        policy = RetryPolicy(clock=clock)
        resource = Resource(client.with_options(retry=policy))
        stream = resource._events(operation(stream=RESUMED), ANY)
        assert len(list(stream)) == 1
        assert len(server.requests) == 1
    server.close()


@pytest.mark.parametrize("opening", [1, 2])
def test_a_stream_can_be_closed_while_it_is_opened(opening: int) -> None:
    """From another thread; to this one, the generator that is at work looks the same."""
    options = RequestOptions(timeout=1)  # or else it would wait for ever if it weren't closed
    scripts = (Script([event({}, id=1)], "cut"), ENDLESS)
    server = StreamServer(*scripts[2 - opening :])
    with Demo(token="secret-token", base_url=server.url) as client:
        client = client.with_options(retry=RetryPolicy(clock=Clock(sleep=lambda seconds: None)))
        real, opened = client._open, []

        def open_and_close(call: Any) -> Any:
            opened.append(real(call))
            if len(opened) == opening:
                stream.close()
            return opened[-1]

        client._open = open_and_close  # type: ignore[method-assign]
        stream = Resource(client)._events(operation(stream=RESUMED), ANY, options=options)
        found = list(itertools.islice(stream, 5))
        assert len(found) == opening - 1
        assert server.was_abandoned()
    server.close()


@pytest.mark.parametrize("opening", [1, 2])
async def test_an_async_stream_can_be_closed_while_it_is_opened(opening: int) -> None:
    options = RequestOptions(timeout=1)  # or else it would wait for ever if it weren't closed
    scripts = (Script([event({}, id=1)], "cut"), ENDLESS)
    server = StreamServer(*scripts[2 - opening :])
    async with AsyncDemo(token="secret-token", base_url=server.url) as client:

        async def no_wait(_: float) -> None:
            pass

        client = client.with_options(retry=RetryPolicy(clock=Clock(async_sleep=no_wait)))
        real, opened = client._open, []

        async def open_and_close(call: Any) -> Any:
            opened.append(await real(call))
            if len(opened) == opening:
                await stream.aclose()
            return opened[-1]

        client._open = open_and_close  # type: ignore[method-assign]
        stream = AsyncResource(client)._events(operation(stream=RESUMED), ANY, options=options)
        found = 0
        async for _ in stream:
            found += 1
            if found == 5:
                break
        assert found == opening - 1
        assert await asyncio.to_thread(server.was_abandoned)
    server.close()
