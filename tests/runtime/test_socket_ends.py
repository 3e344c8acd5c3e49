"""WebSockets that are cancelled or interrupted, and what they tell to whom."""

from __future__ import annotations

import asyncio
import logging
import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import hoody_codegen.runtime as runtime
import pytest
from hoody_codegen.runtime import (
    SocketOptions,
)
from hoody_codegen.runtime.errors import (
    ConfigurationError,
    WebSocketClosedError,
)
from hoody_codegen.runtime.hooks import Hooks, ResponseEvent
from support.runtime_calls import COLOURS, TOKEN
from support.socket_calls import (
    Opener,
    done,
    messages_of,
)
from support.socket_server import Hanging, SocketServer, breaks_off, sends, waits


async def test_a_cancelled_task_closes_its_connection(peer: SocketServer) -> None:
    opener = Opener("async", peer.url)
    peer.handler = waits
    connected = asyncio.Event()

    async def listen() -> None:
        async with opener.open() as socket:
            connected.set()
            await socket.recv()

    task = asyncio.create_task(listen())
    await connected.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await asyncio.to_thread(peer.wait_for_end)
    assert peer.closes == [(1001, "")]
    await opener.close()


async def test_cancelling_does_not_wait_for_a_server_that_hangs(peer: SocketServer) -> None:
    opener = Opener("async", peer.url)
    peer.handler = hangs = Hanging()
    connected = asyncio.Event()

    async def listen() -> None:
        async with opener.open(options=SocketOptions(close_timeout=60)) as socket:
            connected.set()
            await socket.recv()

    task = asyncio.create_task(listen())
    await connected.wait()
    task.cancel()
    try:
        with pytest.raises(asyncio.CancelledError):
            await asyncio.wait_for(task, 5)
    finally:
        hangs.release()
    await opener.close()


async def test_a_handshake_can_be_cancelled() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        opener = Opener("async", f"http://127.0.0.1:{listener.getsockname()[1]}")
        task = asyncio.ensure_future(opener.received())
        accepted = await asyncio.to_thread(listener.accept)
        with accepted[0] as connection:
            await asyncio.to_thread(connection.recv, 65536)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            # Nothing is left open: the other side sees the end.
            assert await asyncio.to_thread(connection.recv, 1) == b""
        await opener.close()


def interrupted(url: str, where: str) -> subprocess.CompletedProcess[str]:
    """A program that gets a Ctrl-C while it waits for ``where``, and then looks for leftovers."""
    program = """
import os, signal, sys, threading, time
sys.path[:0] = sys.argv[3:]
from hoody_codegen.runtime import Resource, ResponseType
from support.runtime_calls import Demo, operation
url, where = sys.argv[1:3]
def interrupt():
    time.sleep(0.3)
    os.kill(os.getpid(), signal.SIGINT)
before = threading.active_count()
client = Demo(token="very-secret-token", base_url=url)
started = time.monotonic()
try:
    if where == "handshake":
        threading.Thread(target=interrupt).start()
    with Resource(client)._socket(operation(), str) as socket:
        threading.Thread(target=interrupt).start()
        socket.recv()
except KeyboardInterrupt:
    for _ in range(200):
        if threading.active_count() == before:
            break
        time.sleep(0.01)
    print("interrupted", threading.active_count() - before, time.monotonic() - started < 5)
"""
    folders = [str(Path(runtime.__file__).parents[2]), str(Path(__file__).parents[1])]
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", program, url, where, *folders],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_ctrl_c_while_receiving_closes(peer: SocketServer) -> None:
    peer.handler = waits

    done = interrupted(peer.url, "message")

    assert (done.stdout, done.stderr) == ("interrupted 0 True\n", "")
    peer.wait_for_end()
    assert peer.closes == [(1001, "")]


def test_ctrl_c_in_the_handshake_leaves_nothing_open() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        done = interrupted(f"http://127.0.0.1:{listener.getsockname()[1]}", "handshake")

    assert (done.stdout, done.stderr) == ("interrupted 0 True\n", "")


@pytest.mark.parametrize("colour", COLOURS)
async def test_a_hook_that_raises_leaves_no_connection(colour: str, peer: SocketServer) -> None:
    def refuse(event: ResponseEvent) -> None:
        assert event.status == 101
        raise KeyError

    opener = Opener(colour, peer.url)
    opener.settings["hooks"] = Hooks(response=refuse)
    with pytest.raises(KeyError):
        async with opener.open():
            pass
    await asyncio.to_thread(peer.wait_for_end)
    assert peer.closes == [(1001, "")]
    await opener.close()


def test_another_thread_can_close_what_is_waited_for(peer: SocketServer) -> None:
    peer.handler = waits
    opener = Opener("sync", peer.url)
    handle = opener.handle()

    with handle as connected:
        closing = threading.Thread(target=connected.close)
        closing.start()
        assert list(connected) == []
        closing.join()
    opener.client.close()


async def test_another_task_can_close_what_is_waited_for(peer: SocketServer) -> None:
    peer.handler = waits
    opener = Opener("async", peer.url)

    async with opener.open() as connected:
        listening = asyncio.create_task(messages_of(connected))
        await asyncio.sleep(0)
        await connected.aclose()
        assert await listening == []
    await opener.close()


def test_one_thread_receives_while_others_send(peer: SocketServer) -> None:
    opener = Opener("sync", peer.url)

    with opener.handle() as connected:
        senders = [
            threading.Thread(target=lambda: [connected.send("x" * 100) for _ in range(50)])
            for _ in range(4)
        ]
        for sender in senders:
            sender.start()
        assert [connected.recv(timeout=10) for _ in range(200)] == ["x" * 100] * 200
        for sender in senders:
            sender.join()


async def test_a_socket_that_is_forgotten_is_dropped_and_reported(
    opener: Opener, peer: SocketServer
) -> None:
    peer.handler = waits
    held = [await done(opener.handle().connect())]

    with pytest.warns(ResourceWarning, match=r"unclosed <\w+ /ws>"):
        held.clear()

    await asyncio.to_thread(peer.wait_for_end)
    assert peer.closes == [(1006, "")]


def test_a_forked_child_leaves_the_connection_to_its_parent(peer: SocketServer) -> None:
    program = """
import os, sys
sys.path[:0] = sys.argv[2:]
from hoody_codegen.runtime import Resource
from hoody_codegen.runtime.errors import ConfigurationError
from support.runtime_calls import Demo, operation
things = Resource(Demo(token="very-secret-token", base_url=sys.argv[1]))
handle = things._socket(operation(), str)
with handle as socket:
    child = os.fork()
    if child == 0:
        for use in (socket.recv, socket.ping, lambda: socket.send("x")):
            try:
                use()
            except ConfigurationError as error:
                assert "forked" in str(error)
            else:
                os._exit(1)
        with things._socket(operation(), str) as own:
            own.send("child")
            assert own.recv(timeout=5) == "child"
        handle.__exit__(None, None, None)
        del socket
        os._exit(0)
    print(os.waitpid(child, 0)[1])
    socket.send("parent")
    print(socket.recv(timeout=5))
"""
    folders = [str(Path(runtime.__file__).parents[2]), str(Path(__file__).parents[1])]
    warned = ["-W", "error", "-W", "ignore::DeprecationWarning"]
    done = subprocess.run(
        [sys.executable, *warned, "-c", program, peer.url, *folders],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert (done.stdout, done.stderr) == ("0\nparent\n", "")
    peer.wait_for_end(2)
    assert peer.closes == [(1000, ""), (1000, "")]


# What is told, and to whom.


async def test_nothing_secret_is_logged(
    opener: Opener, peer: SocketServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    peer.handlers += [breaks_off("very private message"), sends()]

    async with opener.open(
        options=SocketOptions(reconnect=True), query={"password": "pass-word"}
    ) as connected:
        await messages_of(connected)
        text = repr(connected) + repr(connected.response)

    # The server is the library's own and says all it hears; only this side is on trial.
    told = [record for record in caplog.records if record.name != "websockets.server"]
    assert {record.name for record in told} <= {"demo", "asyncio"}
    text += "\n".join(record.getMessage() for record in told)
    assert "connecting again in 1.00 s" in text
    assert "/ws" in text
    for secret in (TOKEN, "very private message", "pass-word"):
        assert secret not in text


async def test_a_reason_that_holds_the_token_is_masked(opener: Opener, peer: SocketServer) -> None:
    peer.handler = sends(code=1008, reason=f"bad token {TOKEN}")

    async with opener.open() as connected:
        with pytest.raises(WebSocketClosedError) as caught:
            await done(connected.recv())
        assert TOKEN not in f"{caught.value} {caught.value.reason} {connected.close_reason}"
        assert "bad token ***" in str(caught.value)


async def test_a_reason_that_holds_credentials_of_the_call_is_masked(
    opener: Opener, peer: SocketServer
) -> None:
    peer.handler = sends(code=1008, reason="no dXNlcjpwYXNz")

    async with opener.open(headers={"Authorization": "Basic dXNlcjpwYXNz"}) as connected:
        with pytest.raises(WebSocketClosedError) as caught:
            await done(connected.recv())
    assert caught.value.reason == "no ***"


async def test_a_missing_library_is_named_with_its_extra(
    opener: Opener, peer: SocketServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in list(sys.modules):
        if name.partition(".")[0] == "websockets":
            monkeypatch.setitem(sys.modules, name, None)

    with pytest.raises(ConfigurationError) as caught:
        async with opener.open():
            pass
    assert 'pip install "demo[websockets]"' in str(caught.value)
    assert 'for a vendored copy: pip install "websockets>=15"' in str(caught.value)
    assert peer.requests == []


async def test_a_library_that_is_too_old_is_named_with_its_extra(
    opener: Opener, peer: SocketServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("websockets.version.version", "14.2")

    with pytest.raises(ConfigurationError, match=r'release 15 .* 14\.2 .*"demo\[websockets\]"'):
        async with opener.open():
            pass
    assert peer.requests == []


async def test_a_fault_inside_the_library_is_not_called_missing(
    opener: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(name: str) -> Any:
        raise ModuleNotFoundError("No module named 'zlib'", name="zlib")

    monkeypatch.setattr("hoody_codegen.runtime._websockets.import_module", broken)

    with pytest.raises(ModuleNotFoundError, match="zlib"):
        async with opener.open():
            pass


def test_handles_load_the_library_only_when_they_connect() -> None:
    program = (
        "import sys; sys.path[:0] = sys.argv[1:]\n"
        "from hoody_codegen.runtime import Resource\n"
        "from support.runtime_calls import Demo, operation\n"
        "Resource(Demo(token='t', base_url='http://localhost'))._socket(operation(), str)\n"
        "print('websockets' in sys.modules, 'pydantic' in sys.modules)"
    )
    folders = [str(Path(runtime.__file__).parents[2]), str(Path(__file__).parents[1])]
    done = subprocess.run(
        [sys.executable, "-c", program, *folders], capture_output=True, text=True, check=True
    )
    assert done.stdout == "False False\n"
