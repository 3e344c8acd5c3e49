"""A small client over the runtime, and calls through it that are the same in both colours."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, cast

import httpx
import httpx2
from hoody_codegen.runtime import (
    AsyncClient,
    AsyncResource,
    ClientInfo,
    Clock,
    ErrorRegistry,
    Operation,
    Resource,
    RetryPolicy,
    ServiceInfo,
    SyncClient,
    async_raw_response,
    raw_response,
)
from hoody_codegen.runtime._http import HttpClient

COLOURS: Final = ("sync", "async")
LIBRARIES: Final = ("httpx", "httpx2")
TOKEN: Final = "hdy_very-secret-token"

_registry = ErrorRegistry({})


def set_registry(registry: ErrorRegistry) -> None:
    global _registry
    _registry = registry


INFO: Final = ClientInfo(
    package="demo",
    env_prefix="DEMO",
    version="1.2.3",
    main_service="api",
    error_types=lambda: _registry,
    services={
        "api": ServiceInfo(name="api", base_url="https://api.example.test", realms=True),
        "files": ServiceInfo(
            name="files",
            base_url="https://{project}-{container}-files-{index}.{server}.example.test",
            variables={"project": None, "container": None, "index": "1", "server": None},
            auth="none",
        ),
    },
)


class Demo(SyncClient):
    _info = INFO


class AsyncDemo(AsyncClient):
    _info = INFO


class Things(Resource):
    """One method that passes everything on, in the shape of a generated one."""

    def call(self, operation: Operation, returns: Any = dict, **arguments: Any) -> Any:
        if returns is None:
            return self._send(operation, **arguments)
        return self._call(operation, returns, **arguments)

    def page(self, operation: Operation, item: Any, **arguments: Any) -> Any:
        return self._page(operation, item, **arguments)


class AsyncThings(AsyncResource):
    async def call(self, operation: Operation, returns: Any = dict, **arguments: Any) -> Any:
        if returns is None:
            return await self._send(operation, **arguments)
        return await self._call(operation, returns, **arguments)

    async def page(self, operation: Operation, item: Any, **arguments: Any) -> Any:
        return await self._page(operation, item, **arguments)


@dataclass
class FakeTime:
    """A clock that only moves by waiting; chance always says 0.5."""

    now: float = 1_700_000_000.0
    waits: list[float] = field(default_factory=list)

    def clock(self) -> Clock:
        async def async_sleep(seconds: float) -> None:
            self.sleep(seconds)

        return Clock(
            now=lambda: self.now,
            monotonic=lambda: self.now,
            sleep=self.sleep,
            async_sleep=async_sleep,
            random=lambda: 0.5,
        )

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += seconds


class Caller:
    """Opens a client of its colour and library for each call; time is fake."""

    def __init__(self, url: str, colour: str, library: str | None) -> None:
        self.url = url
        self.colour = colour
        self.library = library
        self.time = FakeTime()
        self.policy = RetryPolicy(clock=self.time.clock())
        self.settings: dict[str, Any] = {"token": TOKEN, "base_url": url}
        self.change: Callable[[Any], Any] = lambda client: client

    def call(self, operation: Operation, returns: Any = dict, **arguments: Any) -> Any:
        """What the resource's method returns, or raises."""
        return self._run("call", operation, returns, arguments, raw=False)

    def calls(self, *operations: Operation, between: Callable[[], object] = lambda: None) -> Any:
        """Results of several calls of one client, one after the other."""
        arguments = {"between": between}
        return self._run("calls", cast("Any", operations), dict, arguments, raw=False)

    def raw(self, operation: Operation, returns: Any = dict, **arguments: Any) -> Any:
        """The RawResponse of the method."""
        return self._run("call", operation, returns, arguments, raw=True)

    def pages(self, operation: Operation, item: Any, **arguments: Any) -> list[Any]:
        """All pages, loaded one after the other."""
        return cast("list[Any]", self._run("pages", operation, item, arguments, raw=False))

    def items(self, operation: Operation, item: Any, **arguments: Any) -> list[Any]:
        """All items, by iterating over the first page."""
        return cast("list[Any]", self._run("items", operation, item, arguments, raw=False))

    def _run(
        self, what: str, operation: Operation, returns: Any, arguments: Mapping[str, Any], raw: bool
    ) -> Any:
        if self.colour == "sync":
            return self._run_sync(what, operation, returns, arguments, raw)
        return asyncio.run(self._run_async(what, operation, returns, arguments, raw))

    def _run_sync(
        self, what: str, operation: Operation, returns: Any, arguments: Mapping[str, Any], raw: bool
    ) -> Any:
        http_client: HttpClient | None = None
        if self.library is not None:
            http_client = httpx.Client() if self.library == "httpx" else httpx2.Client()
        try:
            with Demo(**self.settings, http_client=http_client) as opened:
                client = self.change(self._with_policy(opened))
                things = Things(client)
                if what == "calls":
                    return [
                        (arguments["between"](), things.call(one))[1]
                        for one in cast("Any", operation)
                    ]
                if what == "call":
                    method = raw_response(things.call) if raw else things.call
                    return method(operation, returns, **arguments)
                page = things.page(operation, returns, **arguments)
                return list(page.pages() if what == "pages" else page)
        finally:
            if http_client is not None:
                cast("httpx.Client", http_client).close()

    async def _run_async(
        self, what: str, operation: Operation, returns: Any, arguments: Mapping[str, Any], raw: bool
    ) -> Any:
        http_client: HttpClient | None = None
        if self.library is not None:
            http_client = httpx.AsyncClient() if self.library == "httpx" else httpx2.AsyncClient()
        try:
            async with AsyncDemo(**self.settings, http_client=http_client) as opened:
                client = self.change(self._with_policy(opened))
                things = AsyncThings(client)
                if what == "calls":
                    return [
                        (arguments["between"](), await things.call(one))[1]
                        for one in cast("Any", operation)
                    ]
                if what == "call":
                    method = async_raw_response(things.call) if raw else things.call
                    return await method(operation, returns, **arguments)
                page = await things.page(operation, returns, **arguments)
                walk = page.pages() if what == "pages" else page
                return [element async for element in walk]
        finally:
            if http_client is not None:
                await cast("httpx.AsyncClient", http_client).aclose()

    def _with_policy(self, client: Any) -> Any:
        retries = self.settings.get("max_retries", self.policy.max_retries)
        return client.with_options(retry=replace(self.policy, max_retries=retries))


def operation(method: str = "GET", path: str = "/things", **values: Any) -> Operation:
    """An operation of service ``api``."""
    return Operation(name="api.things.call", service="api", method=method, path=path, **values)
