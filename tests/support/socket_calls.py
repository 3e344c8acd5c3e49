"""WebSockets of a client, used in one way in both colours."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from inspect import isawaitable
from typing import Any, Final

from hoody_codegen.runtime import (
    AsyncResource,
    Operation,
    Resource,
    ResponseType,
    RetryPolicy,
    SocketOptions,
)

from .runtime_calls import TOKEN, AsyncDemo, Demo, FakeTime

RAW: Final[ResponseType[Any]] = ResponseType(str | bytes)
ANYTHING: Final[ResponseType[Any]] = ResponseType(Any)


def socket_of(path: str = "/ws", **values: Any) -> Operation:
    return Operation(name="api.things.watch", service="api", method="GET", path=path, **values)


class Opener:
    """A client of one colour; its sockets are used in one way."""

    def __init__(self, colour: str, url: str) -> None:
        self.is_async = colour == "async"
        self.time = FakeTime()
        self.url = url
        self.settings: dict[str, Any] = {"token": TOKEN, "base_url": url}
        self.policy = RetryPolicy(clock=self.time.clock())
        self._client: Any = None

    @property
    def client(self) -> Any:
        if self._client is None:
            factory: Any = AsyncDemo if self.is_async else Demo
            self._client = factory(**self.settings)
        return self._client.with_options(retry=self.policy)

    def handle(
        self,
        operation: Operation | None = None,
        returns: Any = RAW,
        options: SocketOptions | None = None,
        **arguments: Any,
    ) -> Any:
        resource: Any = (AsyncResource if self.is_async else Resource)(self.client)
        found = resource._socket(operation or socket_of(), returns, **arguments)
        return found if options is None else found.with_options(options)

    @asynccontextmanager
    async def open(self, *arguments: Any, **keywords: Any) -> AsyncIterator[Any]:
        handle = self.handle(*arguments, **keywords)
        if self.is_async:
            async with handle as connected:
                yield connected
        else:
            with handle as connected:
                yield connected

    async def received(self, *arguments: Any, **keywords: Any) -> list[Any]:
        """All messages until the server ends the connection."""
        async with self.open(*arguments, **keywords) as connected:
            return await messages_of(connected)

    async def close(self) -> None:
        if self._client is not None:
            await done(self._client.aclose() if self.is_async else self._client.close())


async def done(value: Any) -> Any:
    return await value if isawaitable(value) else value


async def messages_of(connected: Any) -> list[Any]:
    if hasattr(connected, "__aiter__"):
        return [message async for message in connected]
    return list(connected)


async def closed(connected: Any, *arguments: Any) -> None:
    await done((connected.aclose if hasattr(connected, "aclose") else connected.close)(*arguments))


@asynccontextmanager
async def as_async(handle: Any) -> AsyncIterator[Any]:
    if hasattr(handle, "__aenter__"):
        async with handle as connected:
            yield connected
    else:
        with handle as connected:
            yield connected
