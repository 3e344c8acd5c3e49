"""A client of the user's own: each exception of its transport is understood, in both libraries."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import Any, Final

import httpx
import httpx2
import pytest
from hoody_codegen.runtime import Hooks, RequestOptions, RetryPolicy
from hoody_codegen.runtime.errors import (
    APIConnectionError,
    APITimeoutError,
    DeadlineExceededError,
    RetryAfterError,
)
from support.fault_server import FaultServer, drip, page, reset
from support.runtime_calls import (
    COLOURS,
    LIBRARIES,
    TOKEN,
    AsyncDemo,
    AsyncThings,
    Demo,
    FakeTime,
    Things,
    operation,
)

LIBRARY: Final[dict[str, Any]] = {"httpx": httpx, "httpx2": httpx2}

NOT_SENT: Final = ("ConnectError", "ConnectTimeout", "PoolTimeout", "ProxyError")
MAYBE_SENT: Final = (
    "ReadError",
    "ReadTimeout",
    "WriteError",
    "WriteTimeout",
    "CloseError",
    "RemoteProtocolError",
    "DecodingError",
)


class Mocked:
    """Calls over a transport in memory, in one colour and over one library."""

    def __init__(self, colour: str, library: str) -> None:
        self.colour = colour
        self.module = LIBRARY[library]
        self.seen: list[Any] = []
        self.time = FakeTime()
        self.settings: dict[str, Any] = {}

    def call(self, handler: Callable[[Any], Any], method: str = "GET", **arguments: Any) -> Any:
        def handle(request: Any) -> Any:
            self.seen.append(request)
            return handler(request)

        transport = self.module.MockTransport(handle)
        settings = {"token": TOKEN, "base_url": "https://api.test", **self.settings}
        retry = RetryPolicy(clock=self.time.clock())
        if self.colour == "sync":
            with (
                self.module.Client(transport=transport) as own,
                Demo(**settings, http_client=own) as client,
            ):
                things = Things(client.with_options(retry=retry))
                return things.call(operation(method), **arguments)

        async def run() -> Any:
            async with (
                self.module.AsyncClient(transport=transport) as own,
                AsyncDemo(**settings, http_client=own) as client,
            ):
                things = AsyncThings(client.with_options(retry=retry))
                return await things.call(operation(method), **arguments)

        return asyncio.run(run())


@pytest.fixture(params=[(c, lib) for c in COLOURS for lib in LIBRARIES], ids="-".join)
def mocked(request: pytest.FixtureRequest) -> Mocked:
    colour, library = request.param
    return Mocked(colour, library)


def raising(mocked: Mocked, name: str) -> Callable[[Any], Any]:
    def handler(request: Any) -> Any:
        raise getattr(mocked.module, name)("said the transport", request=request)

    return handler


@pytest.mark.parametrize("name", [*NOT_SENT, *MAYBE_SENT])
def test_each_exception_of_a_transport(mocked: Mocked, name: str) -> None:
    for method in ("GET", "POST"):
        mocked.seen.clear()
        with pytest.raises(APIConnectionError) as caught:
            mocked.call(raising(mocked, name), method)
        assert isinstance(caught.value, APITimeoutError) == name.endswith("Timeout")
        assert type(caught.value.__cause__).__name__ == name
        assert str(caught.value).endswith(": said the transport")
        repeated = method == "GET" or name in NOT_SENT
        assert len(mocked.seen) == (3 if repeated else 1)


def test_a_programming_error_in_a_transport_comes_through(mocked: Mocked) -> None:
    def handler(request: Any) -> Any:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        mocked.call(handler)
    assert len(mocked.seen) == 1


def test_the_whole_course_of_a_call_over_a_mock(mocked: Mocked) -> None:
    answers: Iterator[dict[str, Any]] = iter(
        [
            {"status_code": 503},
            {"status_code": 307, "headers": {"Location": "/moved"}},
            {"status_code": 200, "json": {"a": 1}},
        ]
    )
    statuses: list[int] = []
    mocked.settings = {
        "hooks": Hooks(response=lambda event: statuses.append(event.status)),
        "deadline": 60,
    }
    assert mocked.call(lambda request: mocked.module.Response(**next(answers))) == {"a": 1}
    assert [request.url.path for request in mocked.seen] == ["/things", "/things", "/moved"]
    assert statuses == [503, 307, 200]
    assert {request.headers["authorization"] for request in mocked.seen} == {f"Bearer {TOKEN}"}


def test_a_refused_wait_and_a_deadline_over_a_mock(mocked: Mocked) -> None:
    def turned_away(request: Any) -> Any:
        return mocked.module.Response(429, headers={"Retry-After": "61"})

    with pytest.raises(RetryAfterError):
        mocked.call(turned_away)
    with pytest.raises(DeadlineExceededError):
        mocked.call(
            lambda request: mocked.module.Response(503), options=RequestOptions(deadline=0.1)
        )


@pytest.mark.parametrize("colour", COLOURS)
@pytest.mark.parametrize("library", LIBRARIES)
def test_event_hooks_and_settings_of_the_own_client_stay(
    server: FaultServer, colour: str, library: str
) -> None:
    seen: list[str] = []
    module = LIBRARY[library]

    def on_request(request: Any) -> None:
        seen.append(request.headers["x-own"])

    async def on_request_async(request: Any) -> None:
        on_request(request)

    headers = {"X-Own": "1"}
    if colour == "sync":
        with (
            module.Client(headers=headers, event_hooks={"request": [on_request]}) as own,
            Demo(token=TOKEN, base_url=server.url, http_client=own) as client,
        ):
            Things(client).call(operation())
    else:

        async def run() -> None:
            async with (
                module.AsyncClient(
                    headers=headers, event_hooks={"request": [on_request_async]}
                ) as own,
                AsyncDemo(token=TOKEN, base_url=server.url, http_client=own) as client,
            ):
                await AsyncThings(client).call(operation())

        asyncio.run(run())
    assert seen == ["1"]
    assert server.last.header("x-own") == "1"


@pytest.mark.parametrize("colour", COLOURS)
@pytest.mark.parametrize("library", LIBRARIES)
def test_an_event_hook_that_raises_for_a_status_is_no_broken_connection(
    server: FaultServer, colour: str, library: str
) -> None:
    """What a hook of the own client raises reaches the caller as it is, after one try."""
    module = LIBRARY[library]
    server.scripts.append(page(502, "Bad Gateway"))

    def check(response: Any) -> None:
        response.raise_for_status()

    async def check_async(response: Any) -> None:
        response.raise_for_status()

    async def run() -> None:
        async with (
            module.AsyncClient(event_hooks={"response": [check_async]}) as own,
            AsyncDemo(token=TOKEN, base_url=server.url, http_client=own) as client,
        ):
            await AsyncThings(client).call(operation())

    def call() -> None:
        if colour == "async":
            return asyncio.run(run())
        with (
            module.Client(event_hooks={"response": [check]}) as own,
            Demo(token=TOKEN, base_url=server.url, http_client=own) as client,
        ):
            Things(client).call(operation())
        return None

    with pytest.raises(module.HTTPStatusError, match="502"):
        call()
    assert len(server.requests) == 1


@pytest.mark.parametrize("colour", COLOURS)
@pytest.mark.parametrize("library", LIBRARIES)
def test_a_full_pool_is_a_failure_before_sending(
    server: FaultServer, colour: str, library: str
) -> None:
    """With its only connection busy, a POST waits for the pool and is tried again."""
    server.scripts.append(drip)
    module = LIBRARY[library]
    limits = module.Limits(max_connections=1)
    time = FakeTime()
    retry = RetryPolicy(clock=time.clock())
    options = RequestOptions(timeout=0.02)
    if colour == "sync":
        with (
            module.Client(limits=limits) as own,
            own.stream("GET", server.url),
            Demo(token=TOKEN, base_url=server.url, http_client=own) as client,
            pytest.raises(APITimeoutError) as caught,
        ):
            Things(client.with_options(retry=retry)).call(operation("POST"), options=options)
    else:

        async def run() -> None:
            async with (
                module.AsyncClient(limits=limits) as own,
                own.stream("GET", server.url),
                AsyncDemo(token=TOKEN, base_url=server.url, http_client=own) as client,
            ):
                things = AsyncThings(client.with_options(retry=retry))
                await things.call(operation("POST"), options=options)

        with pytest.raises(APITimeoutError) as caught:
            asyncio.run(run())
    assert type(caught.value.__cause__).__name__ == "PoolTimeout"
    assert len(time.waits) == 2
    assert len(server.requests) == 1


@pytest.mark.parametrize("colour", COLOURS)
@pytest.mark.parametrize("library", LIBRARIES)
def test_faults_of_a_proxy(server: FaultServer, colour: str, library: str) -> None:
    """What a proxy breaks is tried again, and so is a proxy that isn't there, with every method."""
    module = LIBRARY[library]
    time = FakeTime()
    retry = RetryPolicy(clock=time.clock())
    server.scripts.extend([reset, page(502, "Bad Gateway")])
    settings: dict[str, Any] = {"token": TOKEN, "base_url": "http://api.test"}

    async def run(method: str) -> Any:
        async with (
            module.AsyncClient(proxy=server.url) as own,
            AsyncDemo(**settings, http_client=own) as client,
        ):
            return await AsyncThings(client.with_options(retry=retry)).call(operation(method))

    def call(method: str) -> Any:
        if colour == "async":
            return asyncio.run(run(method))
        with (
            module.Client(proxy=server.url) as own,
            Demo(**settings, http_client=own) as client,
        ):
            return Things(client.with_options(retry=retry)).call(operation(method))

    assert call("GET") == {"ok": True}
    assert [request.target for request in server.requests] == ["http://api.test/things"] * 3
    assert len(time.waits) == 2
    server.close()
    with pytest.raises(APIConnectionError):
        call("POST")
    assert len(time.waits) == 4
