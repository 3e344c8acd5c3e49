"""How fast streams and files come: the generated client beside bare httpx.

By hand, events and lines come from ``iter_lines``: fields are told apart by their names, data is
validated by the same model. A download by hand writes what ``iter_bytes`` gives to a file. What the
client does beyond that: it limits the size of an event, notices a stream that is cut short, keeps
data that doesn't fit, remembers where to go on, verifies lengths, and renames the file when all of
it is there.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import aclosing, closing
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import payloads
from measuring import Check, Compared, compare, table

LIMIT = 1.10
MEGABYTES = 32
_MB = 1024 * 1024


@dataclass(frozen=True)
class Result:
    library: str
    what: str
    items: int
    size: int
    compared: Compared


class _Events:
    """Server-sent events by hand, line by line."""

    def __init__(self, validate: Callable[[str], object]) -> None:
        self._validate = validate
        self._kind = self._id = ""
        self._data: list[str] = []

    def read(self, line: str) -> tuple[str, str, object] | None:
        if line.startswith("data: "):
            self._data.append(line[6:])
        elif line.startswith("event: "):
            self._kind = line[7:]
        elif line.startswith("id: "):
            self._id = line[4:]
        elif not line and self._data:
            data, self._data = self._data, []
            return self._kind, self._id, self._validate("\n".join(data))
        return None


@dataclass(frozen=True)
class Case:
    """One stream: its path on the server, the call of the client, and how it is read by hand."""

    what: str
    stream: str
    items: int
    size: int
    call: Callable[[Any], Any]

    def by_hand(self) -> Callable[[str], object]:
        from hoody.types.proxy_logs.log_entry import LogEntry

        validate = LogEntry.model_validate_json
        return _Events(validate).read if "events" in self.stream else validate


def _size(pieces: Iterator[bytes]) -> int:
    return sum(map(len, pieces))


def _cases() -> list[Case]:
    events = _size(map(payloads.event, range(payloads.EVENTS)))
    lines = _size(map(payloads.line, range(payloads.LINES)))
    cases: list[Case] = []
    for how, prefix in (("one at a time", ""), ("in pieces of 16 kB", "packed-")):
        cases += [
            Case(
                f"events, {how}",
                f"{prefix}events",
                payloads.EVENTS,
                events,
                lambda client: client.proxy_logs.logs.stream_logs(),
            ),
            Case(
                f"lines of JSON, {how}",
                f"{prefix}lines",
                payloads.LINES,
                lines,
                lambda client: client.proxy_logs.logs.export_as_ndjson(),
            ),
        ]
    return cases


def measure(base: str, library_name: str, rounds: int) -> list[Result]:
    library = import_module(library_name)
    return [*_sync(base, library, rounds), *_async(base, library, rounds)]


def _urls(base: str, stream: str) -> dict[str, str]:
    return {
        "proxyLogs": f"{base}/stream/{stream}",
        "pipe": f"{base}/bytes/{MEGABYTES * _MB}",
    }


def _sync(base: str, library: ModuleType, rounds: int) -> Iterator[Result]:
    from hoody import Hoody

    with library.Client() as mine, library.Client() as theirs:
        hoody = Hoody(token="benchmark", http_client=mine)
        for case in _cases():
            client = hoody.with_options(service_urls=_urls(base, case.stream))
            compared = compare(
                partial(_ours, client, case),
                partial(_theirs, theirs, f"{base}/stream/{case.stream}", case),
                rounds=rounds,
            )
            yield Result(library.__name__, f"{case.what}, sync", case.items, case.size, compared)
        client = hoody.with_options(service_urls=_urls(base, ""))
        url = f"{base}/bytes/{MEGABYTES * _MB}"
        with tempfile.TemporaryDirectory() as folder:
            file, other = Path(folder, "ours"), Path(folder, "theirs")
            chunks = compare(
                partial(_ours_chunks, client), partial(_their_chunks, theirs, url), rounds=rounds
            )
            save = compare(
                partial(_ours_file, client, file),
                partial(_their_file, theirs, url, other),
                rounds=rounds,
            )
        yield Result(library.__name__, "download, pieces, sync", 0, MEGABYTES * _MB, chunks)
        yield Result(library.__name__, "download to a file, sync", 0, MEGABYTES * _MB, save)


def _ours(client: Any, case: Case) -> None:
    count = 0
    with closing(iter(case.call(client))) as items:
        for _ in items:
            count += 1
            # The stream never ends by itself: what comes after its last event is a reconnection.
            if count == case.items:
                return


def _theirs(client: Any, url: str, case: Case) -> None:
    count = 0
    read = case.by_hand()
    with client.stream("GET", url) as response:
        response.raise_for_status()
        for line in response.iter_lines():
            if read(line) is not None:
                count += 1
                if count == case.items:
                    return


def _ours_chunks(client: Any) -> None:
    assert sum(map(len, client.pipe.receive("x").chunks())) == MEGABYTES * _MB


def _their_chunks(client: Any, url: str) -> None:
    with client.stream("GET", url, headers={"Accept-Encoding": "identity"}) as response:
        response.raise_for_status()
        assert sum(map(len, response.iter_bytes())) == MEGABYTES * _MB


def _ours_file(client: Any, path: Path) -> None:
    client.pipe.receive("x").save(path)


def _their_file(client: Any, url: str, path: Path) -> None:
    with client.stream("GET", url, headers={"Accept-Encoding": "identity"}) as response:
        response.raise_for_status()
        with path.open("wb") as file:
            for piece in response.iter_bytes():
                file.write(piece)


def _async(base: str, library: ModuleType, rounds: int) -> Iterator[Result]:
    from hoody import AsyncHoody

    with asyncio.Runner() as runner:
        mine, theirs = library.AsyncClient(), library.AsyncClient()
        hoody = AsyncHoody(token="benchmark", http_client=mine)
        for case in _cases():
            client = hoody.with_options(service_urls=_urls(base, case.stream))
            url = f"{base}/stream/{case.stream}"

            async def ours(client: Any = client, case: Case = case) -> None:
                count = 0
                async with aclosing(aiter(case.call(client))) as items:
                    async for _ in items:
                        count += 1
                        if count == case.items:
                            return

            async def by_hand(url: str = url, case: Case = case) -> None:
                count = 0
                read = case.by_hand()
                async with theirs.stream("GET", url) as response:
                    response.raise_for_status()
                    async for line in response.aiter_lines():
                        if read(line) is not None:
                            count += 1
                            if count == case.items:
                                return

            compared = _in_loop(runner, ours, by_hand, rounds)
            yield Result(library.__name__, f"{case.what}, async", case.items, case.size, compared)

        client = hoody.with_options(service_urls=_urls(base, ""))
        url = f"{base}/bytes/{MEGABYTES * _MB}"

        async def our_chunks() -> None:
            assert await _length(client.pipe.receive("x").chunks()) == MEGABYTES * _MB

        async def their_chunks() -> None:
            async with theirs.stream(
                "GET", url, headers={"Accept-Encoding": "identity"}
            ) as response:
                response.raise_for_status()
                assert await _length(response.aiter_bytes()) == MEGABYTES * _MB

        compared = _in_loop(runner, our_chunks, their_chunks, rounds)
        yield Result(library.__name__, "download, pieces, async", 0, MEGABYTES * _MB, compared)
        runner.run(mine.aclose())
        runner.run(theirs.aclose())


async def _length(pieces: AsyncIterator[bytes]) -> int:
    return sum([len(piece) async for piece in pieces])


def _in_loop(
    runner: asyncio.Runner, ours: Callable[[], Any], by_hand: Callable[[], Any], rounds: int
) -> Compared:
    return compare(lambda: runner.run(ours()), lambda: runner.run(by_hand()), rounds=rounds)


def report(results: list[Result]) -> list[Check]:
    table(
        "Streams",
        ["stream", "library", "bare", "ours", "processor", "on the wall"],
        [
            [
                result.what,
                result.library,
                _rate(result, result.compared.theirs.processor),
                _rate(result, result.compared.ours.processor),
                str(result.compared.processor),
                str(result.compared.wall),
            ]
            for result in results
        ],
    )
    return [
        Check(f"{result.what}, {result.library}", result.compared.processor.median, LIMIT)
        for result in results
    ]


def _rate(result: Result, seconds: float) -> str:
    megabytes = f"{result.size / seconds / _MB:,.0f} MB/s"
    return f"{result.items / seconds:,.0f}/s, {megabytes}" if result.items else megabytes
