"""What one call costs: the generated client beside bare httpx that does the same by hand.

By hand means: the same headers, the same timeout, a JSON body, ``raise_for_status``, the answer's
JSON read and validated by the same pydantic model. Nothing is retried, no error is read, no page
follows: that is what the difference pays for.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib import import_module
from types import ModuleType
from typing import Any
from unittest.mock import patch

import payloads
from measuring import Check, Compared, compare, table

TOKEN = "benchmark"
AT_ONCE = 100
LIMIT = 1.15


@dataclass(frozen=True)
class Result:
    library: str
    call: str
    colour: str
    at_once: int
    calls: int
    compared: Compared


class Bare:
    """The three calls, by hand; ``send`` is ``request`` of a client of either colour."""

    def __init__(self, library: ModuleType, base: str, user_agent: str) -> None:
        from hoody.types.api.project import Project

        self._model = Project
        self._projects = f"{base}/api/v1/projects"
        self._headers = {
            "Accept": "application/json",
            "User-Agent": user_agent,
            "Authorization": f"Bearer {TOKEN}",
        }
        self._timeout = library.Timeout(60.0)

    def get(self, send: Callable[..., Any]) -> Any:
        return send(
            "GET",
            f"{self._projects}/{payloads.PROJECT_ID}",
            headers=self._headers,
            timeout=self._timeout,
        )

    def page(self, send: Callable[..., Any]) -> Any:
        return send(
            "GET",
            f"{self._projects}/",
            params={"limit": payloads.PAGE, "page": 1},
            headers=self._headers,
            timeout=self._timeout,
        )

    def create(self, send: Callable[..., Any]) -> Any:
        return send(
            "POST",
            f"{self._projects}/",
            json={"alias": "Production", "color": "#4287F5", "max_containers": 10},
            headers=self._headers,
            timeout=self._timeout,
        )

    def read(self, response: Any) -> object:
        response.raise_for_status()
        return self._model.model_validate(response.json()["data"])

    def read_page(self, response: Any) -> object:
        response.raise_for_status()
        data = response.json()["data"]
        return [self._model.model_validate(item) for item in data["projects"]], data["pagination"]


@dataclass(frozen=True)
class Call:
    """One call in both forms: on the generated resource, and by hand as request and reading."""

    name: str
    ours: Callable[[Any], Any]
    ask: Callable[[Bare, Callable[..., Any]], Any]
    read: Callable[[Bare, Any], object]


CALLS = (
    Call(
        "GET, a model",
        lambda projects: projects.get(payloads.PROJECT_ID),
        Bare.get,
        Bare.read,
    ),
    Call(
        f"GET, a page of {payloads.PAGE}",
        lambda projects: projects.list(limit=payloads.PAGE, page=1),
        Bare.page,
        Bare.read_page,
    ),
    Call(
        "POST, a body and a model",
        lambda projects: projects.create(alias="Production", color="#4287F5", max_containers=10),
        Bare.create,
        Bare.read,
    ),
)


@dataclass(frozen=True)
class Case:
    """What is compared: ``calls`` calls in each run, ``at_once`` of them in flight."""

    base: str
    library: ModuleType
    call: Call
    at_once: int
    calls: int
    rounds: int


def measure(base: str, library_name: str, rounds: int, calls: int) -> list[Result]:
    """All calls in both colours; ``calls`` is a multiple of ``AT_ONCE``."""
    library = import_module(library_name)
    with patch("hoody._runtime._http.LIBRARIES", (library_name,)):
        # The client takes the library by itself, as if no other were installed.
        return [
            Result(library_name, call.name, colour, at_once, calls, compared(case))
            for colour, compared in (("sync", _sync), ("async", _async))
            for call in CALLS
            for at_once in (1, AT_ONCE)
            for case in [Case(base, library, call, at_once, calls, rounds)]
        ]


def _sync(case: Case) -> Compared:
    from hoody import Hoody

    call = case.call
    with (
        case.library.Client() as by_hand,
        Hoody(token=TOKEN, base_url=case.base) as client,
        ThreadPoolExecutor(case.at_once) as pool,
    ):
        projects = client.api.projects
        bare = Bare(case.library, case.base, client._settings.user_agent)

        def several(one: Callable[[], object]) -> None:
            for _ in range(case.calls // case.at_once):
                one()

        def run(one: Callable[[], object]) -> None:
            if case.at_once == 1:
                several(one)
                return
            for done in [pool.submit(several, one) for _ in range(case.at_once)]:
                done.result()

        return compare(
            lambda: run(lambda: call.ours(projects)),
            lambda: run(lambda: call.read(bare, call.ask(bare, by_hand.request))),
            rounds=case.rounds,
        )


def _async(case: Case) -> Compared:
    from hoody import AsyncHoody

    call = case.call

    async def several(one: Callable[[], Awaitable[object]]) -> None:
        for _ in range(case.calls // case.at_once):
            await one()

    async def run(one: Callable[[], Awaitable[object]]) -> None:
        if case.at_once == 1:
            await several(one)
        else:
            await asyncio.gather(*(several(one) for _ in range(case.at_once)))

    @asynccontextmanager
    async def opened() -> AsyncIterator[tuple[Any, Any]]:
        async with (
            case.library.AsyncClient() as by_hand,
            AsyncHoody(token=TOKEN, base_url=case.base) as client,
        ):
            yield client, by_hand

    # One loop for all runs: connections last from run to run as they do in a program.
    with asyncio.Runner() as runner:
        clients = opened()
        client, by_hand = runner.run(clients.__aenter__())
        projects = client.api.projects
        bare = Bare(case.library, case.base, client._settings.user_agent)

        async def theirs() -> object:
            return call.read(bare, await call.ask(bare, by_hand.request))

        try:
            return compare(
                lambda: runner.run(run(lambda: call.ours(projects))),
                lambda: runner.run(run(theirs)),
                rounds=case.rounds,
            )
        finally:
            runner.run(clients.__aexit__(None, None, None))


def report(results: list[Result]) -> list[Check]:
    table(
        "One call",
        ["call", "library", "in flight", "bare", "ours", "processor", "on the wall"],
        [
            [
                f"{result.call}, {result.colour}",
                result.library,
                str(result.at_once),
                f"{result.compared.theirs.processor / result.calls * 1e6:.0f} µs",
                f"{result.compared.ours.processor / result.calls * 1e6:.0f} µs",
                str(result.compared.processor),
                str(result.compared.wall),
            ]
            for result in results
        ],
    )
    return [
        Check(
            f"{result.call}, {result.colour}, {result.at_once} in flight, {result.library}",
            result.compared.processor.median,
            LIMIT,
        )
        for result in results
    ]
