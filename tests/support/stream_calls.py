"""Streams of both colours, for tests of the runtime."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final, cast

from hoody_codegen.runtime import (
    AsyncEventStream,
    AsyncJsonLines,
    AsyncResource,
    EventStream,
    EventTypes,
    JsonLines,
    JsonValue,
    Model,
    Operation,
    Resource,
    ResponseType,
    RetryPolicy,
    ServerSentEvent,
    StreamInfo,
)

from .runtime_calls import AsyncDemo, Demo, FakeTime, operation
from .stream_server import Script, StreamServer


class Snapshot(Model):
    job: str
    percent: int | None = None


class Done(Model):
    status: str


TYPES: EventTypes[Snapshot | Done | JsonValue] = EventTypes(
    {"snapshot": Snapshot, "done": Done}, JsonValue
)
ANY: ResponseType[JsonValue] = ResponseType(JsonValue)
RESUMED: Final = StreamInfo(resume_header="Last-Event-ID")
TRAILED: Final = StreamInfo(trailer="__trailer", trailer_error="error", trailer_status="status")


def event(data: object, name: str | None = None, id: object = None) -> bytes:
    text = data if isinstance(data, str) else json.dumps(data)
    lines = [f"event: {name}"] if name else []
    lines += [] if id is None else [f"id: {id}"]
    return "\n".join([*lines, *(f"data: {line}" for line in text.split("\n"))]).encode() + b"\n\n"


class Streams:
    """Streams of one colour, read to their end; time is fake."""

    def __init__(self, colour: str) -> None:
        self.colour = colour
        self.time = FakeTime()
        self.policy = RetryPolicy(clock=self.time.clock())
        self.server: StreamServer | None = None
        self.handle: Any = None

    def serve(self, *scripts: Script) -> StreamServer:
        self.server = StreamServer(*scripts)
        return self.server

    def events(
        self,
        info: StreamInfo | None = None,
        types: Any = TYPES,
        use: Callable[[Any], Any] | None = None,
        **arguments: Any,
    ) -> list[ServerSentEvent[Any]]:
        run = self._run("_events", operation(stream=info), (types,), use, arguments)
        return cast("list[ServerSentEvent[Any]]", run)

    def lines(
        self,
        info: StreamInfo | None = None,
        returns: Any = ANY,
        use: Callable[[Any], Any] | None = None,
        of: Operation | None = None,
        **arguments: Any,
    ) -> list[Any]:
        found = replace(of or operation(), stream=info)
        return cast("list[Any]", self._run("_lines", found, (returns,), use, arguments))

    def either(self, of: Operation, **arguments: Any) -> Any:
        return self._run("_either", of, ((Snapshot, TYPES),), None, arguments)

    def _run(
        self,
        way: str,
        of: Operation,
        types: tuple[Any, ...],
        use: Callable[[Any], Any] | None,
        arguments: dict[str, Any],
    ) -> Any:
        assert self.server is not None
        settings: dict[str, Any] = {"token": "secret-token", "base_url": self.server.url}
        self.found: list[Any] = []
        if self.colour == "sync":
            with Demo(**settings) as opened:
                client = opened.with_options(retry=self.policy)
                self.handle = getattr(Resource(client), way)(of, *types, **arguments)
                if use is not None:
                    return use(self.handle)
                if not isinstance(self.handle, EventStream | JsonLines):
                    return self.handle
                for item in self.handle:
                    self.found.append(item)
            return self.found
        return asyncio.run(self._run_async(way, of, types, use, settings, arguments))

    async def _run_async(
        self,
        way: str,
        of: Operation,
        types: tuple[Any, ...],
        use: Callable[[Any], Any] | None,
        settings: dict[str, Any],
        arguments: dict[str, Any],
    ) -> Any:
        async with AsyncDemo(**settings) as opened:
            client = opened.with_options(retry=self.policy)
            self.handle = getattr(AsyncResource(client), way)(of, *types, **arguments)
            if use is not None:
                return await use(self.handle)
            if not isinstance(self.handle, AsyncEventStream | AsyncJsonLines):
                return await self.handle
            async for item in self.handle:
                self.found.append(item)
        return self.found


ENDLESS: Final = Script([event({"n": n}) for n in range(3)], "hold")
