"""A server's file with ranges, validators and faults, and handles in both colours to read it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from email.utils import formatdate
from pathlib import Path
from typing import Any

import httpx
import httpx2
from hoody_codegen.runtime import AsyncClient, Operation, RequestOptions, RetryPolicy, SyncClient
from hoody_codegen.runtime.calls import Call
from hoody_codegen.runtime.downloads import AsyncDownload, Download
from hoody_codegen.runtime.sentinels import OMIT

from support.runtime_calls import TOKEN, AsyncDemo, Demo, FakeTime, operation
from support.wire_server import Answer, Recorded, WireServer

NOW = 1_700_000_000.0
DATA = bytes(range(256)) * 1024
"""256 KiB: several pieces."""
BINARY = operation(path="/file", result="bytes", accept="*/*")


@dataclass
class FileService:
    """Answers GET like RFC 9110 wants it, as far as it isn't told otherwise.

    ``cuts`` says after how many bytes the next bodies break off; None is not at all.
    """

    content: bytes
    etag: str | None = '"v1"'
    modified: float | None = None
    ranges: bool = True
    headers: Mapping[str, str] = field(default_factory=dict)
    cuts: list[int | None] = field(default_factory=list)
    before: Callable[[Recorded], None] = lambda request: None

    def __call__(self, request: Recorded) -> Answer:
        self.before(request)
        headers = {"Content-Type": "application/octet-stream", **self.headers}
        if self.etag is not None:
            headers["ETag"] = self.etag
        if self.modified is not None:
            headers |= {"Last-Modified": formatdate(self.modified, usegmt=True)}
            headers |= {"Date": formatdate(NOW, usegmt=True)}
        if self.ranges:
            headers["Accept-Ranges"] = "bytes"
        found = re.fullmatch(r"bytes=(\d+)-(\d*)", request.header("range") or "")
        if found and self.ranges and self._unchanged(request):
            return self._part(int(found[1]), found[2], headers)
        return self._cut(200, self.content, headers)

    def _unchanged(self, request: Recorded) -> bool:
        wanted = request.header("if-range")
        modified = None if self.modified is None else formatdate(self.modified, usegmt=True)
        return wanted is None or wanted in (self.etag, modified)

    def _part(self, first: int, end: str, headers: Mapping[str, str]) -> Answer:
        size = len(self.content)
        if first >= size:
            return Answer(416, b"", {"Content-Range": f"bytes */{size}"})
        last = min(int(end), size - 1) if end else size - 1
        stretch = {"Content-Range": f"bytes {first}-{last}/{size}"}
        return self._cut(206, self.content[first : last + 1], {**headers, **stretch})

    def _cut(self, status: int, body: bytes, headers: Mapping[str, str]) -> Answer:
        at = self.cuts.pop(0) if self.cuts else None
        if at is None or at >= len(body):
            return Answer(status, body, headers)
        return cut(status, body, at, headers)


def cut(status: int, body: bytes, at: int, headers: Mapping[str, str]) -> Answer:
    """An answer that breaks off after ``at`` bytes of its body."""
    # The wire server sends half of what it is given.
    length = {"Content-Length": str(len(body))}
    return Answer(status, body[:at] * 2, {**length, **headers}, fault="half")


class Handles:
    """Opens a client of its colour for each use; time is fake."""

    def __init__(self, url: str, colour: str, library: str = "httpx") -> None:
        self.is_async = colour == "async"
        self.library = httpx if library == "httpx" else httpx2
        # Certificates would take longer to load than most tests take.
        self.time = FakeTime(NOW)
        self.retries = 2
        self.settings: dict[str, Any] = {"token": TOKEN, "base_url": url}

    def use(self, act: Callable[[Any], Any]) -> Any:
        """What ``act`` makes of an open client."""
        policy = RetryPolicy(clock=self.time.clock(), max_retries=self.retries)

        async def use_async() -> Any:
            async with self.library.AsyncClient(verify=False) as http_client:
                client = AsyncDemo(**self.settings, http_client=http_client)
                result = act(client.with_options(retry=policy))
                return await result if isinstance(result, Awaitable) else result

        if self.is_async:
            return asyncio.run(use_async())
        with self.library.Client(verify=False) as http_client:
            return act(Demo(**self.settings, http_client=http_client).with_options(retry=policy))

    def download(
        self,
        act: Callable[[Any], Any],
        op: Operation = BINARY,
        *,
        options: RequestOptions | None = None,
        **values: Any,
    ) -> Any:
        """What ``act`` makes of a download."""
        return self.use(lambda client: act(download(client, op, options=options, **values)))

    def chunks(self, op: Operation = BINARY, *, count: int | None = None, **values: Any) -> bytes:
        """The pieces of a download joined, or the first ``count`` of them."""

        async def collect(handle: AsyncDownload[Any]) -> bytes:
            pieces = handle.chunks()
            found = b""
            number = 0
            async for piece in pieces:
                found += piece
                number += 1
                if number == count:
                    await pieces.aclose()
            return found

        def collect_sync(handle: Download[Any]) -> bytes:
            pieces = handle.chunks()
            found = b""
            for number, piece in enumerate(pieces, 1):
                found += piece
                if number == count:
                    pieces.close()
            return found

        act = collect if self.is_async else collect_sync
        return bytes(self.download(act, op, **values))


def download(
    client: SyncClient | AsyncClient,
    op: Operation = BINARY,
    *,
    options: RequestOptions | None = None,
    headers: Mapping[str, object] | None = None,
    path: Mapping[str, object] | None = None,
    query: Mapping[str, object] | None = None,
) -> Download[Any] | AsyncDownload[Any]:
    call = Call(op, path or {}, query or {}, headers or {}, {}, OMIT, options)
    if isinstance(client, AsyncClient):
        return AsyncDownload(client, call)
    return Download(client, call)


def with_method(method: str) -> Operation:
    return replace(BINARY, method=method)


def ranges(server: WireServer) -> list[str | None]:
    return [request.header("range") for request in server.requests]


def save(path: Path, **options: Any) -> Callable[[Any], Any]:
    return lambda handle: handle.save(path, **options)


def names(folder: Path) -> list[str]:
    return sorted(item.name for item in folder.iterdir())
