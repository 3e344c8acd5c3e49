"""How WebSockets are opened: the request, its credentials, and answers that refuse."""

from __future__ import annotations

import asyncio
import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hoody_codegen.runtime import (
    ErrorRegistry,
    KeyAuth,
    Operation,
    RequestOptions,
    SocketOptions,
    Timeout,
)
from hoody_codegen.runtime._websockets import _fault
from hoody_codegen.runtime.errors import (
    AddressError,
    APIConnectionError,
    APIResponseValidationError,
    APITimeoutError,
    AuthenticationError,
    ConfigurationError,
    ConflictError,
    DeadlineExceededError,
    InvalidArgumentError,
    MissingTokenError,
    PermissionDeniedError,
    RateLimitError,
    RedirectError,
    WebSocketClosedError,
)
from hoody_codegen.runtime.operation import ErrorEntry
from hoody_codegen.runtime.retry import RetryPolicy
from support.runtime_calls import COLOURS, TOKEN, set_registry
from support.socket_calls import (
    RAW,
    Opener,
    as_async,
    closed,
    done,
    messages_of,
    socket_of,
)
from support.socket_server import CERTIFICATE, Refusal, SocketServer, breaks_off, sends
from websockets import exceptions


async def test_the_handshake_is_the_prepared_request(opener: Opener, peer: SocketServer) -> None:
    opener.settings["headers"] = {"X-Client": "yes"}
    options = RequestOptions(headers={"X-Call": "1"}, query={"extra": "a b"})

    async with opener.open(
        socket_of("/ws/{id}"), path={"id": "ü/1"}, query={"job_id": "7"}, options=None
    ) as connected:
        assert connected.response.status == 101
        assert connected.connections == 1
    assert peer.requests[0].path == "/ws/%C3%BC%2F1?job_id=7"
    assert peer.header("authorization") == f"Bearer {TOKEN}"
    assert peer.header("user-agent") == "demo/1.2.3"
    assert peer.header("x-client") == "yes"
    assert peer.header("sec-websocket-protocol") is None

    handle = opener.handle()
    handle = type(handle)(opener.client, handle._call._replace(options=options), RAW)
    connected = await done(handle.connect())
    await closed(connected)
    assert peer.requests[1].path == "/ws?extra=a%20b"
    assert peer.header("x-call") == "1"


async def test_nothing_is_sent_before_the_handle_is_used(
    opener: Opener, peer: SocketServer
) -> None:
    assert repr(opener.handle()).endswith("WebSocket /ws>")
    assert peer.requests == []


async def test_a_handle_serves_again_but_not_twice_at_once(
    opener: Opener, peer: SocketServer
) -> None:
    handle = opener.handle()
    for _ in range(2):
        async with as_async(handle) as connected:
            await done(connected.send("a"))
            assert await done(connected.recv()) == "a"
            with pytest.raises(RuntimeError, match="connected already"):
                async with as_async(handle):
                    pass
    assert len(peer.requests) == 2


async def test_many_tasks_or_threads_use_sockets_of_one_client(opener: Opener) -> None:
    async def one(number: int) -> str:
        if opener.is_async:
            async with opener.handle() as connected:
                await connected.send(str(number))
                return str(await connected.recv())

        def run() -> str:
            with opener.handle() as connected:
                connected.send(str(number))
                return str(connected.recv())

        return await asyncio.to_thread(run)

    assert await asyncio.gather(*map(one, range(20))) == [str(n) for n in range(20)]


@pytest.mark.parametrize(
    ("documented", "header", "asked", "sent"),
    [
        (("acme.v2", "acme.v1"), None, None, "acme.v2, acme.v1"),
        (("acme.v2", "acme.v1"), "acme.v1", None, "acme.v1"),
        (("acme.v2", "acme.v1"), "acme.v1 , other", None, "acme.v1, other"),
        (("acme.v2", "acme.v1"), "acme.v1", ["x"], "x"),
        (("acme.v2",), None, [], None),
        ((), None, ["a", "b", "a"], "a, b"),
    ],
)
async def test_subprotocols_are_offered_once(
    opener: Opener,
    peer: SocketServer,
    documented: tuple[str, ...],
    header: str | None,
    asked: list[str] | None,
    sent: str | None,
) -> None:
    headers = {} if header is None else {"Sec-WebSocket-Protocol": header}

    async with opener.open(
        socket_of(subprotocols=documented),
        options=SocketOptions(subprotocols=asked),
        headers=headers,
    ) as connected:
        assert connected.subprotocol is None

    assert peer.header("sec-websocket-protocol") == sent


@pytest.mark.parametrize("colour", COLOURS)
async def test_the_server_chooses_a_subprotocol(colour: str) -> None:
    peer = SocketServer("acme.v1")
    opener = Opener(colour, peer.url)
    try:
        async with opener.open(socket_of(subprotocols=("acme.v2", "acme.v1"))) as connected:
            assert connected.subprotocol == "acme.v1"
    finally:
        await opener.close()
        peer.close()


@pytest.fixture
def secure_peer() -> Iterator[SocketServer]:
    running = SocketServer(tls=True)
    yield running
    running.close()


@pytest.mark.parametrize("colour", COLOURS)
async def test_https_becomes_wss_with_the_context_of_the_options(
    colour: str, secure_peer: SocketServer
) -> None:
    opener = Opener(colour, secure_peer.url)
    trusting = ssl.create_default_context(cafile=CERTIFICATE)

    async with opener.open(options=SocketOptions(ssl=trusting)) as connected:
        await done(connected.send("private"))
        assert await done(connected.recv()) == "private"
    assert secure_peer.header("authorization") == f"Bearer {TOKEN}"
    await opener.close()


@pytest.mark.parametrize("colour", COLOURS)
async def test_a_certificate_that_is_not_trusted_is_a_connection_error(
    colour: str, secure_peer: SocketServer
) -> None:
    opener = Opener(colour, secure_peer.url)

    with pytest.raises(APIConnectionError, match=r"(?i)certificate"):
        async with opener.open():
            pass
    assert secure_peer.requests == []
    await opener.close()


@pytest.mark.parametrize(
    ("auth", "path", "header"),
    [
        (KeyAuth("gate-secret-1", query="t"), "/ws?a=1&t=gate-secret-1", None),
        (KeyAuth("gate-secret-1", header="X-Gate"), "/ws?a=1", "gate-secret-1"),
    ],
)
async def test_the_credentials_of_a_service_go_along(
    opener: Opener, peer: SocketServer, auth: KeyAuth, path: str, header: str | None
) -> None:
    opener.settings.update(service_urls={"files": peer.url}, service_auth=auth)
    peer.handler = sends(code=1008, reason="no gate-secret-1")
    target = Operation(name="files.watch", service="files", method="GET", path="/ws")

    async with opener.open(target, query={"a": 1}) as connected:
        with pytest.raises(WebSocketClosedError, match=r"no \*\*\*"):
            await done(connected.recv())

    assert peer.requests[0].path == path
    assert peer.header("x-gate") == header
    assert peer.header("authorization") is None


async def test_a_refused_token_is_asked_for_again(opener: Opener, peer: SocketServer) -> None:
    tokens = iter(["old-token", "new-token", "newest-token"])
    opener.settings["token"] = lambda: next(tokens)
    peer.handlers += [Refusal(401), breaks_off("a"), sends("b")]

    async with opener.open(options=SocketOptions(reconnect=True)) as connected:
        assert await messages_of(connected) == ["a", "b"]

    sent = [peer.header("authorization", number) for number in range(3)]
    assert sent == ["Bearer old-token", "Bearer new-token", "Bearer newest-token"]


@pytest.mark.parametrize("names", ["acme.v1", ["a b"], ["a,b"], [""]])
async def test_subprotocols_that_are_no_names_are_refused(
    opener: Opener, peer: SocketServer, names: Any
) -> None:
    with pytest.raises(InvalidArgumentError, match=r"sub-?protocol"):
        async with opener.open(options=SocketOptions(subprotocols=names)):
            pass
    assert peer.requests == []


ERRORS = {
    403: (ErrorEntry(code="MAX_CLIENTS", title="Server at capacity", resolution="Try later"),),
    429: (ErrorEntry(code="TOO_MANY"),),
}


@pytest.mark.parametrize(
    ("status", "kind"),
    [(401, AuthenticationError), (403, PermissionDeniedError), (409, ConflictError)],
)
async def test_a_refused_handshake_raises_the_error_of_its_answer(
    opener: Opener, peer: SocketServer, status: int, kind: type[Any]
) -> None:
    body = json.dumps({"code": "MAX_CLIENTS", "message": f"No room, {TOKEN}"}).encode()
    peer.handlers.append(Refusal(status, body, {"Content-Type": "application/json"}))

    with pytest.raises(kind) as caught:
        async with opener.open(socket_of(errors=ERRORS)):
            pass

    assert caught.value.code == "MAX_CLIENTS"
    assert caught.value.body["message"].startswith("No room")
    assert caught.value.resolution == "Try later"
    assert caught.value.request.path == "/ws"
    assert TOKEN not in str(caught.value)
    assert len(peer.requests) == 1


class TooManyError(RateLimitError):
    """Documented."""


async def test_a_documented_code_has_its_own_class(opener: Opener, peer: SocketServer) -> None:
    set_registry(ErrorRegistry({(429, "TOO_MANY"): TooManyError}))
    try:
        opener.settings["max_retries"] = 0
        opener.policy = RetryPolicy(max_retries=0, clock=opener.time.clock())
        peer.handlers.append(Refusal(429, b'{"code": "TOO_MANY"}'))
        with pytest.raises(TooManyError):
            async with opener.open(socket_of(errors=ERRORS)):
                pass
    finally:
        set_registry(ErrorRegistry({}))


async def test_a_handshake_is_retried_like_a_call(opener: Opener, peer: SocketServer) -> None:
    peer.handlers += [Refusal(503), Refusal(429, headers={"Retry-After": "7"})]

    async with opener.open() as connected:
        assert connected.connections == 1

    assert len(peer.requests) == 3
    assert opener.time.waits == [0.4375, 7.0]


async def test_a_same_origin_redirect_keeps_credentials_and_another_one_loses_them(
    opener: Opener, peer: SocketServer
) -> None:
    other = SocketServer()
    try:
        peer.handlers += [
            Refusal(302, headers={"Location": "/moved"}),
            Refusal(307, headers={"Location": f"{other.url}/away"}),
        ]
        async with opener.open(query={"a": "1"}, headers={"X-Session": "s"}) as connected:
            await done(connected.send("there"))
            assert await done(connected.recv()) == "there"
        assert peer.requests[1].path == "/moved"
        assert peer.header("authorization") == f"Bearer {TOKEN}"
        assert other.requests[0].path == "/away"
        assert other.header("authorization") is None
        assert other.header("x-session") is None
    finally:
        other.close()


async def test_a_redirect_to_nowhere_is_an_error(opener: Opener, peer: SocketServer) -> None:
    peer.handlers.append(Refusal(302, headers={"Location": "ftp://127.0.0.1/"}))

    with pytest.raises(RedirectError):
        async with opener.open():
            pass


async def test_an_answer_that_opens_nothing_is_an_error(opener: Opener, peer: SocketServer) -> None:
    peer.handlers.append(Refusal(200, b"<html>hello</html>", {"Content-Type": "text/html"}))

    with pytest.raises(APIResponseValidationError, match="answered 200") as caught:
        async with opener.open():
            pass
    assert caught.value.body == "<html>hello</html>"


@pytest.fixture
def bare() -> Iterator[Callable[[bytes], str]]:
    """Listeners that send bytes after the first bytes of a request, and hang up."""
    listeners: list[socket.socket] = []
    threads: list[threading.Thread] = []

    def listen(answer: bytes) -> str:
        listener = socket.create_server(("127.0.0.1", 0))
        listeners.append(listener)

        def serve() -> None:
            while True:
                connection, _ = listener.accept()
                with connection:
                    if not connection.recv(65536):
                        return
                    connection.sendall(answer)

        threads.append(threading.Thread(target=serve))
        threads[-1].start()
        return f"http://127.0.0.1:{listener.getsockname()[1]}"

    yield listen
    for listener, thread in zip(listeners, threads, strict=True):
        # A connection without a request ends the loop.
        socket.create_connection(listener.getsockname()).close()
        thread.join()
        listener.close()


@pytest.mark.parametrize("colour", COLOURS)
async def test_a_wrong_answer_to_the_handshake_is_no_matter_of_luck(
    colour: str, bare: Callable[[bytes], str]
) -> None:
    answer = (
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Accept: wrong\r\n\r\n"
    )
    opener = Opener(colour, bare(answer))

    with pytest.raises(APIResponseValidationError, match="Sec-WebSocket-Accept"):
        async with opener.open():
            pass
    assert opener.time.waits == []
    await opener.close()


@pytest.mark.parametrize("colour", COLOURS)
@pytest.mark.parametrize("answer", [b"", b"HTTP/1.1 ", b"SSH-2.0-server\r\n"])
async def test_a_connection_that_fails_in_the_handshake_is_tried_again(
    colour: str, answer: bytes, bare: Callable[[bytes], str]
) -> None:
    opener = Opener(colour, bare(answer))

    with pytest.raises(APIConnectionError, match="The connection failed") as caught:
        async with opener.open():
            pass
    assert type(caught.value) is APIConnectionError
    assert caught.value.__cause__ is not None
    assert len(opener.time.waits) == 2
    await opener.close()


@pytest.mark.parametrize("colour", COLOURS)
async def test_a_closed_port_is_a_connection_error(colour: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    opener = Opener(colour, f"http://127.0.0.1:{port}")

    with pytest.raises(APIConnectionError):
        async with opener.open():
            pass
    assert len(opener.time.waits) == 2
    await opener.close()


@pytest.mark.parametrize(
    ("options", "timeout"),
    [
        (SocketOptions(open_timeout=0.02), None),
        (SocketOptions(), 0.02),
        (SocketOptions(), Timeout(connect=0.01, read=0.01)),
    ],
)
@pytest.mark.parametrize("colour", COLOURS)
async def test_a_handshake_that_stalls_times_out(
    colour: str, options: SocketOptions, timeout: Any
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        opener = Opener(colour, f"http://127.0.0.1:{listener.getsockname()[1]}")
        opener.policy = RetryPolicy(max_retries=1, clock=opener.time.clock())
        if timeout is not None:
            opener.settings["timeout"] = timeout
        with pytest.raises(APITimeoutError, match="timed out"):
            async with opener.open(options=options):
                pass
        assert len(opener.time.waits) == 1
        await opener.close()


@pytest.mark.parametrize("colour", COLOURS)
async def test_a_handshake_ends_at_the_deadline_of_the_call(colour: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        opener = Opener(colour, f"http://127.0.0.1:{listener.getsockname()[1]}")
        opener.policy = RetryPolicy()
        opener.settings["deadline"] = 0.03
        with pytest.raises(DeadlineExceededError):
            async with opener.open():
                pass
        await opener.close()


async def test_fields_of_the_handshake_itself_cannot_be_changed(
    opener: Opener, peer: SocketServer
) -> None:
    changed = {"Connection": "close", "Upgrade": "h2c", "Sec-WebSocket-Version": "8", "Host": "x"}

    async with opener.open(options=None, headers=changed):
        pass

    for name in changed:
        assert peer.header(name) not in (None, changed[name])
        assert "," not in str(peer.header(name))


def test_an_address_that_is_refused_is_not_quoted() -> None:
    error = exceptions.InvalidURI("ws://host/?password=very-secret", "no reason")

    with pytest.raises(AddressError) as caught:
        _fault(exceptions, error)
    assert "very-secret" not in str(caught.value)
    assert caught.value.__suppress_context__


async def test_a_missing_token_is_said_before_anything_is_sent(
    opener: Opener, peer: SocketServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DEMO_TOKEN", raising=False)
    opener.settings["token"] = None

    with pytest.raises(MissingTokenError):
        async with opener.open():
            pass
    assert peer.requests == []


async def test_the_proxy_of_the_options_is_used(opener: Opener, peer: SocketServer) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    opener.policy = RetryPolicy(max_retries=0)

    with pytest.raises(APIConnectionError):
        async with opener.open(options=SocketOptions(proxy=f"http://127.0.0.1:{port}")):
            pass
    assert peer.requests == []


async def test_the_proxy_of_the_environment_is_used_unless_it_is_refused(
    opener: Opener, peer: SocketServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("no_proxy", "NO_PROXY", "wss_proxy", "socks_proxy", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        monkeypatch.setenv("ws_proxy", f"http://127.0.0.1:{listener.getsockname()[1]}")
    opener.policy = RetryPolicy(max_retries=0)

    with pytest.raises(APIConnectionError):
        async with opener.open():
            pass
    async with opener.open(options=SocketOptions(proxy=False)):
        pass
    assert len(peer.requests) == 1


async def test_a_proxy_that_makes_no_sense_keeps_its_password(opener: Opener) -> None:
    options = SocketOptions(proxy="ftp://me:very-secret@127.0.0.1:1")

    with pytest.raises(ConfigurationError, match="proxy") as caught:
        async with opener.open(options=options):
            pass
    assert "very-secret" not in f"{caught.value!r} {caught.value} {options!r}"
    assert caught.value.__suppress_context__
