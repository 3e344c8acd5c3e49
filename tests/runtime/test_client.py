"""Clients: which HTTP library they take, who closes what, threads, options, scopes."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Iterator
from functools import cached_property
from importlib import import_module
from typing import Any, cast

import httpx
import httpx2
import pytest
from hoody_codegen.runtime import RequestOptions, RetryPolicy, Timeout, _http
from hoody_codegen.runtime.errors import ConfigurationError, InvalidArgumentError
from hoody_codegen.runtime.models import Model
from hoody_codegen.runtime.scopes import ScopeArgument, ScopeInfo, scope_variables
from pydantic import Field
from support.runtime_calls import (
    INFO,
    TOKEN,
    AsyncDemo,
    AsyncThings,
    Caller,
    Demo,
    FakeTime,
    Things,
    operation,
)
from support.wire_server import Answer, Recorded, WireServer, json_answer


@pytest.fixture
def fresh_libraries() -> Iterator[None]:
    """Libraries are looked up anew, before and after."""
    _http._libraries.clear()
    yield
    _http._libraries.clear()


def library_of(client: Demo) -> str:
    return type(client._connections._client).__module__.partition(".")[0]


@pytest.mark.parametrize(
    ("missing", "taken"), [((), "httpx"), (("httpx2",), "httpx"), (("httpx",), "httpx2")]
)
def test_the_installed_library_is_taken(
    fresh_libraries: None,
    monkeypatch: pytest.MonkeyPatch,
    server: WireServer,
    missing: tuple[str, ...],
    taken: str,
) -> None:
    hide(monkeypatch, *missing)
    with Demo(token="t", base_url=server.url) as client:
        Things(client).call(operation())
        assert library_of(client) == taken
    assert len(server.requests) == 1


def hide(monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    def importing(name: str) -> Any:
        if name in names:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return import_module(name)

    monkeypatch.setattr(_http, "import_module", importing)


def test_without_any_library_the_error_says_what_to_install(
    fresh_libraries: None, monkeypatch: pytest.MonkeyPatch, server: WireServer
) -> None:
    hide(monkeypatch, "httpx", "httpx2")
    with (
        Demo(token="t", base_url=server.url) as client,
        pytest.raises(ConfigurationError, match="install httpx or httpx2"),
    ):
        Things(client).call(operation())


def test_a_broken_library_is_not_taken_for_a_missing_one(
    fresh_libraries: None, monkeypatch: pytest.MonkeyPatch, server: WireServer
) -> None:
    def importing(name: str) -> Any:
        raise ModuleNotFoundError("No module named 'certifi'", name="certifi")

    monkeypatch.setattr(_http, "import_module", importing)
    with Demo(token="t", base_url=server.url) as client, pytest.raises(ModuleNotFoundError):
        Things(client).call(operation())


class Derived(httpx2.Client):
    """A client of the user's own making."""


@pytest.mark.parametrize("kind", [httpx.Client, httpx2.Client, Derived])
def test_a_passed_client_is_used_and_left_open(server: WireServer, kind: Any) -> None:
    with kind(headers={"X-From-Client": "1"}) as own:
        with Demo(token="t", base_url=server.url, http_client=own) as client:
            Things(client).call(operation())
        assert server.last.header("x-from-client") == "1"
        assert not own.is_closed
        with pytest.raises(ConfigurationError, match="closed"):
            Things(client).call(operation())


async def test_a_passed_async_client_is_left_open(server: WireServer) -> None:
    async with httpx2.AsyncClient() as own:
        async with AsyncDemo(token="t", base_url=server.url, http_client=own) as client:
            await AsyncThings(client).call(operation())
        assert not own.is_closed


async def test_clients_of_the_wrong_kind_are_refused() -> None:
    with (
        httpx.Client() as sync,
        pytest.raises(ConfigurationError, match=r"has to be a httpx\.AsyncClient"),
    ):
        AsyncDemo(http_client=sync)
    async with httpx2.AsyncClient() as asynchronous:
        with pytest.raises(ConfigurationError, match=r"has to be a httpx2\.Client"):
            Demo(http_client=asynchronous)
    with pytest.raises(ConfigurationError, match=r"httpx\.Client or httpx2\.Client, not object"):
        Demo(http_client=cast("Any", object()))


def test_an_unused_client_closes() -> None:
    Demo(token="t").close()
    asyncio.run(AsyncDemo(token="t").aclose())


def test_one_client_in_many_threads(server: WireServer) -> None:
    server.default = lambda request: json_answer({"seen": request.query})
    wrong: list[object] = []
    barrier = threading.Barrier(8)

    with Demo(token="t", base_url=server.url) as client:

        def work(number: int) -> None:
            barrier.wait()
            for turn in range(10):
                mine = f"n={number}&t={turn}"
                found = Things(client.with_options(headers={"X-N": str(number)})).call(
                    operation(), query={"n": number, "t": turn}
                )
                if found != {"seen": mine}:
                    wrong.append((mine, found))

        threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert wrong == []
    assert len(server.requests) == 80


async def test_one_async_client_in_many_tasks(server: WireServer) -> None:
    server.default = lambda request: json_answer({"seen": request.query})
    async with AsyncDemo(token="t", base_url=server.url) as client:
        things = AsyncThings(client)
        calls = [things.call(operation(), query={"n": number}) for number in range(30)]
        found = await asyncio.gather(*calls)
    assert found == [{"seen": f"n={number}"} for number in range(30)]


def test_options_make_a_copy(server: WireServer) -> None:
    time = FakeTime()
    with Demo(token="one", base_url=server.url, headers={"X-A": "1", "X-B": "1"}) as client:
        copy = client.with_options(
            token="two",
            timeout=Timeout(read=1),
            max_retries=1,
            headers={"X-B": "2"},
            retry=RetryPolicy(max_retries=9, clock=time.clock()),
        )
        assert copy._settings.retry.max_retries == 1
        server.answers.append(Answer(503))
        Things(copy).call(operation())
        sent = server.last
        assert sent.header("authorization") == "Bearer two"
        assert (sent.header("x-a"), sent.header("x-b")) == ("1", "2")
        assert len(time.waits) == 1
        Things(client).call(operation())
        assert server.last.header("authorization") == "Bearer one"
        assert server.last.header("x-b") == "1"


def test_copies_make_their_own_resources(server: WireServer) -> None:
    class WithResource(Demo):
        @cached_property
        def things(self) -> Things:
            return Things(self)

    with WithResource(token="one", base_url=server.url) as client:
        assert client.things is client.things
        copy = client.with_options(token="two")
        assert copy.things is not client.things
        copy.things.call(operation())
        assert server.last.header("authorization") == "Bearer two"


def test_closing_a_copy_keeps_the_connections(server: WireServer) -> None:
    with Demo(token="t", base_url=server.url) as client:
        with client.with_options(timeout=1.0) as copy:
            Things(copy).call(operation())
        Things(client).call(operation())
    assert len(server.requests) == 2


def test_realms_reach_the_wire(server: WireServer) -> None:
    # A proxy shows where a request was meant to go without any name being looked up.
    with (
        httpx.Client(proxy=server.url) as through,
        Demo(token=TOKEN, base_url="http://api.example.test", http_client=through) as client,
    ):
        Things(client.with_realm("r1")).call(operation())
        assert server.last.target == "http://r1.api.example.test/things"
        options = RequestOptions(realm="r2")
        Things(client.with_realm("r1")).call(operation(), options=options)
        assert server.last.target == "http://r2.api.example.test/things"
        Things(client.with_realm("r1").with_realm(None)).call(operation())
        assert server.last.target == "http://api.example.test/things"


def test_logs_are_named_after_the_package(
    colour_caller: Caller, server: WireServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger=INFO.package)
    server.answers.append(Answer(503, headers={"X-Request-Id": "r-1"}))
    colour_caller.call(operation(), query={"token": "in-the-query"})
    mine = [record.getMessage() for record in caplog.records if record.name == INFO.package]
    assert mine == [
        f"GET {server.url}/things (try 1)",
        f"GET {server.url}/things: 503, request id r-1 (0.000 s)",
        f"GET {server.url}/things: status 503; trying again in 0.44 s",
        f"GET {server.url}/things (try 2)",
        f"GET {server.url}/things: 200 (0.000 s)",
    ]


def test_a_service_without_address_says_so(server: WireServer) -> None:
    class Nowhere(Demo):
        _info = INFO._replace(
            services={"api": INFO.services["api"]._replace(base_url="")}, main_service="api"
        )

    with (
        Nowhere(token="t") as client,
        pytest.raises(ConfigurationError, match=r"No address of service 'api' is known"),
    ):
        Things(client).call(operation())


def test_base_url_needs_a_main_service() -> None:
    class NoMain(Demo):
        _info = INFO._replace(main_service=None)

    with pytest.raises(ConfigurationError, match="use service_urls"):
        NoMain(base_url="http://a.test")


ARGUMENTS = (
    ScopeArgument(variable="project", name="project_id", field="project_id"),
    ScopeArgument(variable="index", name="index", default="1"),
    ScopeArgument(variable="server", name="server", field="serverName"),
)
CONTAINER = ScopeInfo(name="container", arguments=ARGUMENTS, services=())


class Holder:
    project_id = "p1"
    serverName = 5


@pytest.mark.parametrize(
    "source", [Holder(), {"project_id": "p1", "serverName": 5, "other": 1}], ids=["object", "dict"]
)
def test_scopes_read_objects(source: object) -> None:
    found = scope_variables(CONTAINER, source, {"index": None})
    assert found == {"project": "p1", "index": "1", "server": "5"}
    given: dict[str, str | int | None] = {"index": 3, "server": "mine", "project_id": None}
    found = scope_variables(CONTAINER, source, given)
    assert found == {"project": "p1", "index": "3", "server": "mine"}


def test_scopes_read_models_by_wire_name() -> None:
    class Box(Model):
        project: str = Field(alias="project_id")
        server_name: str = Field(alias="serverName")

    found = scope_variables(CONTAINER, Box(project_id="p", serverName="s"), {})
    assert found == {"project": "p", "index": "1", "server": "s"}


def test_scopes_say_what_is_missing() -> None:
    with pytest.raises(ConfigurationError) as caught:
        scope_variables(CONTAINER, {"serverName": ""}, {})
    assert str(caught.value) == (
        "container() needs project_id=… (or an object with 'project_id') and "
        "server=… (or an object with 'serverName')"
    )


def test_large_answers_come_whole(caller: Caller, server: WireServer) -> None:
    big = bytes(range(256)) * 8192
    server.default = Answer(200, big, {"Content-Type": "application/octet-stream"})
    assert caller.call(operation(result="bytes"), bytes) == big


def test_recorded_requests_are_complete(caller: Caller, server: WireServer) -> None:
    def echo(request: Recorded) -> Answer:
        return Answer(200, request.body, {"Content-Type": "application/octet-stream"})

    server.default = echo
    body = b"\x00" * 300_000
    upload = operation("PUT", media_type="application/octet-stream", result="bytes")
    assert caller.call(upload, bytes, body=body) == body


def test_arguments_of_the_wrong_kind_are_named(caller: Caller) -> None:
    with pytest.raises(ConfigurationError, match=r"has to be a text or a .* not a int"):
        Demo(token=cast("str", 5))
    with Demo(token="t") as client, pytest.raises(ConfigurationError, match="not a int"):
        client.with_options(token=cast("str", 5))
    with pytest.raises(InvalidArgumentError, match="has to be a RequestOptions, not a dict"):
        caller.call(operation(), options={"timeout": 1})
    with pytest.raises(InvalidArgumentError, match="a value of type object can't be sent here"):
        caller.call(operation(), query={"q": object()})
