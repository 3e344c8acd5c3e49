"""What starting costs: importing the package, the first call to each service, and memory.

Everything runs in processes of its own, several times; processor time counts.

The first call is measured in a process that has already imported httpx and the names of pydantic
that any program with models has (pydantic itself loads them when they are asked for): from
``from hoody import Hoody`` to the decoded answer. That holds importing the client, opening the HTTP
library's client (which loads the certificates of all authorities), importing the service and the
model, building pydantic's validator, and the call. ``by hand`` is the same with bare httpx and one
small model that is defined on the spot.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import payloads
from measuring import Check, table
from samples import example_of

IMPORT_LIMIT = 0.015
FIRST_CALL_LIMIT = 0.080

# Without httpx's extra for HTTP/2: where it is installed, every client of httpx loads it.
_BARE = """\
import sys
sys.modules["h2"] = None
import httpx
from pydantic import BaseModel, Field, TypeAdapter
"""

_MEASURED = """\
import resource, sys, time
def peak():
    try:
        with open("/proc/self/status") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
{before}
memory = peak()
started = time.process_time()
{code}
print(time.process_time() - started, peak() - memory, len(sys.modules))
"""

_SYNC = """\
from hoody import Hoody
with Hoody(token="benchmark", service_urls={{{service!r}: {url!r}}}) as client:
    result = client.{call}
"""

_ASYNC = """\
from hoody import AsyncHoody
async def main():
    async with AsyncHoody(token="benchmark", service_urls={{{service!r}: {url!r}}}) as client:
        return await client.{call}
result = asyncio.run(main())
"""

_BY_HAND = """\
class Project(BaseModel):
    id: str
    alias: str
    created_at: datetime
    max_containers: int | None
with httpx.Client(headers={{"Authorization": "Bearer benchmark"}}) as client:
    response = client.get({url!r})
    response.raise_for_status()
    result = Project.model_validate(response.json()["data"])
"""


_BY_HAND_ASYNC = """\
class Project(BaseModel):
    id: str
    alias: str
    created_at: datetime
    max_containers: int | None
async def main():
    async with httpx.AsyncClient(headers={{"Authorization": "Bearer benchmark"}}) as client:
        response = await client.get({url!r})
    response.raise_for_status()
    return Project.model_validate(response.json()["data"])
result = asyncio.run(main())
"""

_SMALL = """\
with Hoody(token="benchmark", service_urls={{"pipe": {base!r} + "/bytes/1000"}}) as client:
    client.pipe.receive("x").read()
"""

# Both after a first call, so that only the content counts.
_SAVE = """\
import tempfile
with Hoody(token="benchmark", service_urls={{"pipe": {base!r} + "/bytes/268435456"}}) as client:
    with tempfile.TemporaryFile() as file:
        assert client.pipe.receive("x").save(file) == 268435456
"""

_EVENTS = """\
url = {base!r} + "/stream/events"
with Hoody(token="benchmark", service_urls={{"proxyLogs": url}}) as client:
    for number, event in enumerate(client.proxy_logs.logs.stream_logs(), 1):
        if number == {events}:
            break
"""


@dataclass(frozen=True)
class FirstCall:
    """A call as the first one of a process; ``model`` is what it answers, by module and class."""

    service: str
    call: str
    model: str | None
    envelope: bool = False

    @property
    def name(self) -> str:
        return self.call.partition("(")[0]


_ID = payloads.PROJECT_ID

# One plain call for each service, and more for the two with the most models.
FIRST_CALLS = (
    FirstCall("api", f"api.projects.get({_ID!r})", "api.project.Project", True),
    FirstCall("api", f"api.containers.get({_ID!r})", "api.container.Container", True),
    FirstCall("api", f"api.rentals.get({_ID!r})", "api.rental.Rental", True),
    FirstCall(
        "agent", "agent.health.health_check()", "agent.health_check_result.HealthCheckResult"
    ),
    FirstCall("agent", "agent.config.get('main')", "agent.config.Config"),
    FirstCall("agent", "agent.sessions.get_message('w', 's', 'm')", "agent.message.Message"),
    *(
        FirstCall(
            service,
            f"{service}.health.check()",
            f"{service}.health_check_result.HealthCheckResult",
        )
        for service in (
            *("app", "browser", "code", "cron", "curl", "daemon", "display", "exec", "files"),
            *("notes", "notifications", "pipe", "terminal", "tunnel", "watch"),
        )
    ),
    FirstCall("proxyLogs", "proxy_logs.maintenance.check_database_health()", None),
    FirstCall("sqlite", "sqlite.health.get_health()", "sqlite.get_health_result.GetHealthResult"),
)


def answers() -> list[tuple[str, bytes]]:
    """Start of the path and body for each of ``FIRST_CALLS``."""
    found = []
    for number, call in enumerate(FIRST_CALLS):
        value = {} if call.model is None else example_of(call.model)
        body = payloads.enveloped(value) if call.envelope else payloads.encoded(value)
        found.append((f"/first/{number}/", body))
    return found


@dataclass(frozen=True)
class Cost:
    """Of several processes: seconds of processor time, and the median growth of memory."""

    least: float
    median: float
    kilobytes: float
    modules: int


@dataclass(frozen=True)
class Script:
    """``code`` is measured, after ``before`` has run."""

    name: str
    before: str
    code: str
    limit: float | None = None


def _scripts(base: str) -> list[Script]:
    url = f"{base}/first/0"
    service, call = FIRST_CALLS[0].service, FIRST_CALLS[0].call
    used = _BARE + "from hoody import Hoody\n" + _SMALL.format(base=base)
    return [
        Script("import hoody", "", "import hoody", IMPORT_LIMIT),
        Script("import httpx", "", "import httpx"),
        Script("import httpx and pydantic", "", _BARE),
        Script("httpx.Client()", _BARE, "httpx.Client()"),
        Script(
            "first call by hand",
            _BARE + "from datetime import datetime\n",
            _BY_HAND.format(url=f"{url}/"),
        ),
        Script(
            "first call by hand, async",
            _BARE + "import asyncio\nfrom datetime import datetime\n",
            _BY_HAND_ASYNC.format(url=f"{url}/"),
        ),
        Script(
            f"first call, async: {FIRST_CALLS[0].name}",
            _BARE + "import asyncio\n",
            _ASYNC.format(service=service, url=url, call=call),
        ),
        *(
            Script(
                f"first call: {first.name}",
                _BARE,
                _SYNC.format(service=first.service, url=f"{base}/first/{number}", call=first.call),
                FIRST_CALL_LIMIT,
            )
            for number, first in enumerate(FIRST_CALLS)
        ),
        Script("256 MB to a file", used, _SAVE.format(base=base)),
        Script(
            f"{payloads.EVENTS:,} events", used, _EVENTS.format(base=base, events=payloads.EVENTS)
        ),
    ]


def measure(base: str, client: Path, runs: int) -> list[tuple[Script, Cost]]:
    """Every script in turn, ``runs`` times over, after one time that fills the caches."""
    scripts = _scripts(base)
    found: list[list[tuple[float, float, int]]] = [[] for _ in scripts]
    with tempfile.TemporaryDirectory() as folder:
        # Bytecode is kept, as of an installed package, and doesn't land beside the sources.
        environment = {**os.environ, "PYTHONPATH": str(client), "PYTHONPYCACHEPREFIX": folder}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        for number in range(runs + 1):
            for script, results in zip(scripts, found, strict=True):
                result = _run(script, environment)
                if number:
                    results.append(result)
    return [
        (
            script,
            Cost(
                min(result[0] for result in results),
                statistics.median(result[0] for result in results),
                statistics.median(result[1] for result in results),
                results[0][2],
            ),
        )
        for script, results in zip(scripts, found, strict=True)
    ]


def _run(script: Script, environment: Mapping[str, str]) -> tuple[float, float, int]:
    done = subprocess.run(
        [sys.executable, "-c", _MEASURED.format(before=script.before, code=script.code)],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    )
    seconds, kilobytes, modules = done.stdout.split()
    return float(seconds), float(kilobytes), int(modules)


def report(results: list[tuple[Script, Cost]]) -> list[Check]:
    table(
        "Starting",
        ["", "least", "median", "memory", "modules"],
        [
            [
                script.name,
                f"{cost.least * 1000:.1f} ms",
                f"{cost.median * 1000:.1f} ms",
                f"{cost.kilobytes / 1024:.1f} MB",
                str(cost.modules),
            ]
            for script, cost in results
        ],
    )
    return [
        Check(f"{script.name}, ms", cost.median * 1000, script.limit * 1000)
        for script, cost in results
        if script.limit is not None
    ]
