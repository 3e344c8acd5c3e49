"""A client in a child process opens connections of its own and leaves its parent's alone."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import hoody_codegen.runtime as runtime
import pytest
from support.fault_server import FaultServer, Line, answer

GENERATOR: Final = Path(runtime.__file__).parents[2]
TESTS: Final = Path(__file__).parents[1]

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system doesn't fork")

BEGIN: Final = """
import asyncio, os, signal, sys, threading, warnings

signal.alarm(30)  # or else a deadlock would last for ever
sys.path[:0] = [{generator!r}, {tests!r}]
from support.runtime_calls import AsyncDemo, AsyncThings, Demo, Things, operation

URL = {url!r}

def wait_for(child):
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0, status

def leave(work):
    # What a child does, without the parent's clean-up behind it.
    signal.alarm(20)
    try:
        work()
    except BaseException:
        import traceback
        traceback.print_exc()
        os._exit(1)
    sys.stderr.flush()
    os._exit(0)
"""


def run(server: FaultServer, script: str) -> None:
    """Run a script in a process of its own; it and its children have to end without a word."""
    begin = BEGIN.format(generator=str(GENERATOR), tests=str(TESTS), url=server.url)
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", begin + textwrap.dedent(script)],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.fixture
def server() -> Iterator[FaultServer]:
    running = FaultServer()
    yield running
    running.close()


def test_a_child_opens_its_own_connection(server: FaultServer) -> None:
    run(
        server,
        """
        client = Demo(token="t", base_url=URL)
        copy = client.with_options(headers={"X-From": "copy"})
        Things(client).call(operation(), query={"from": "parent-1"})
        def work():
            Things(client).call(operation(), query={"from": "child-1"})
            Things(copy).call(operation(), query={"from": "child-2"})
            client.close()
        child = os.fork()
        if child == 0:
            leave(work)
        wait_for(child)
        # The parent's connection still stands, although the child has closed its client.
        Things(client).call(operation(), query={"from": "parent-2"})
        client.close()
        """,
    )
    assert [request.query for request in server.requests] == [
        "from=parent-1",
        "from=child-1",
        "from=child-2",
        "from=parent-2",
    ]
    assert server.connections == 2
    server.wait_for_hang_ups(2)


def test_a_child_keeps_no_connection_of_its_parent_open(server: FaultServer) -> None:
    """When the parent hangs up, the server hears of it, although the child lives on."""

    def when_the_first_has_ended(line: Line) -> bool:
        server.wait_for_ends(1)
        return bool(answer()(line))

    server.scripts.extend([answer(), when_the_first_has_ended])
    run(
        server,
        """
        client = Demo(token="t", base_url=URL)
        Things(client).call(operation())
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(writing)
            leave(lambda: os.read(reading, 1))
        client.close()
        with Demo(token="t", base_url=URL) as other:
            # The server answers this one when the first connection has ended.
            Things(other).call(operation())
        os.close(writing)
        wait_for(child)
        """,
    )


def test_a_child_that_is_forked_while_others_call(server: FaultServer) -> None:
    """Locks that other threads hold at that moment don't hold up the child."""
    run(
        server,
        """
        warnings.filterwarnings("ignore", category=DeprecationWarning)  # fork beside threads
        # What the other threads were about to open has no owner in a child.
        warnings.filterwarnings("ignore", category=ResourceWarning)
        client = Demo(token="t", base_url=URL)
        Things(client).call(operation())  # imports what it needs: Python's own locks aren't ours
        done = threading.Event()
        def call():
            while not done.is_set():
                Things(client).call(operation())
        threads = [threading.Thread(target=call) for _ in range(4)]
        for thread in threads:
            thread.start()
        for _ in range(5):
            with client._connections._lock:
                child = os.fork()
                if child == 0:
                    leave(lambda: Things(client).call(operation(), query={"from": "child"}))
            wait_for(child)
        done.set()
        for thread in threads:
            thread.join()
        client.close()
        """,
    )
    assert sum(request.query == "from=child" for request in server.requests) == 5


def test_locks_that_other_threads_hold_are_free_in_a_child(server: FaultServer) -> None:
    run(
        server,
        """
        warnings.filterwarnings("ignore", category=DeprecationWarning)  # fork beside threads
        from hoody_codegen.runtime import decoding
        client = Demo(token="t", base_url=URL)
        Things(client).call(operation())
        held, done = threading.Event(), threading.Event()
        def hold():
            with client._connections._lock, decoding._building:
                held.set()
                done.wait()
        thread = threading.Thread(target=hold)
        thread.start()
        held.wait()
        child = os.fork()
        if child == 0:
            leave(lambda: Things(client).call(operation(), dict[str, bool]))
        wait_for(child)
        done.set()
        thread.join()
        client.close()
        """,
    )
    assert len(server.requests) == 2


def test_an_async_client_in_a_child(server: FaultServer) -> None:
    run(
        server,
        """
        client = AsyncDemo(token="t", base_url=URL)
        async def call(name):
            return await AsyncThings(client).call(operation(), query={"from": name})
        async def main():
            await call("parent-1")
            child = os.fork()
            if child == 0:
                async def work():
                    await call("child")
                    await client.aclose()
                leave(lambda: asyncio.run(work()))
            wait_for(child)
            await call("parent-2")
            await client.aclose()
        asyncio.run(main())
        """,
    )
    assert [request.query for request in server.requests] == [
        "from=parent-1",
        "from=child",
        "from=parent-2",
    ]
    assert server.connections == 2


@pytest.mark.parametrize("library", ["httpx", "httpx2"])
def test_an_own_http_client_is_not_shared_between_processes(
    server: FaultServer, library: str
) -> None:
    run(
        server,
        f"""
        import {library} as library
        from hoody_codegen.runtime.errors import ConfigurationError
        own = library.Client()
        client = Demo(token="t", base_url=URL, http_client=own)
        def first():
            Things(client).call(operation(), query={{"from": "child-1"}})
            own.close()
        child = os.fork()
        if child == 0:
            leave(first)  # it wasn't used before: nothing is shared
        wait_for(child)
        Things(client).call(operation(), query={{"from": "parent-1"}})
        def second():
            try:
                Things(client).call(operation(), query={{"from": "child-2"}})
            except ConfigurationError as error:
                assert "make both anew in the child" in str(error), error
                return
            raise AssertionError("not refused")
        child = os.fork()
        if child == 0:
            leave(second)
        wait_for(child)
        Things(client).call(operation(), query={{"from": "parent-2"}})
        own.close()
        """,
    )
    assert [request.query for request in server.requests] == [
        "from=child-1",
        "from=parent-1",
        "from=parent-2",
    ]


def test_a_closed_client_stays_closed_in_a_child(server: FaultServer) -> None:
    run(
        server,
        """
        from hoody_codegen.runtime.errors import ConfigurationError
        client = Demo(token="t", base_url=URL)
        client.close()
        def work():
            try:
                Things(client).call(operation())
            except ConfigurationError as error:
                assert "This client is closed" in str(error)
                return
            raise AssertionError("not refused")
        child = os.fork()
        if child == 0:
            leave(work)
        wait_for(child)
        """,
    )
    assert server.requests == []
