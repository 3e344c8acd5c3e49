"""What starting the generated command line costs: help, help of every group, one call.

Run by hand, from anywhere::

    python benchmarks/cli [--client DIR] [--rounds N] [--groups NAME ...]

Every run is a process of its own, from its start to its end. The programs take turns, so that the
other load of the machine falls on all alike. Processor time is what counts: on a quiet machine
nobody waits for longer, and on a busy one the clock on the wall, which stands beside it, says more
about the others. Prints a table in Markdown, and what misses its target; then the exit status is 1.
"""

from __future__ import annotations

import argparse
import importlib
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from answering import answering

ROOT = Path(__file__).parents[2]
HELP_LIMIT = 0.120
ANY_HELP_LIMIT = 0.150
"""Seconds of processor time of a process, from start to end."""


@dataclass
class Timed:
    """Runs of one program: seconds on the wall and of processor time."""

    name: str
    words: Sequence[str]
    limit: float | None = None
    wall: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)

    def run(self, environment: Mapping[str, str]) -> None:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        started = time.perf_counter()
        done = subprocess.run(
            [sys.executable, *self.words],
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
        )
        self.wall.append(time.perf_counter() - started)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        self.processor.append(after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime)
        if done.returncode:
            sys.exit(f"{self.name}: exit status {done.returncode}\n{done.stderr.decode()}")

    @property
    def seconds(self) -> float:
        return statistics.median(self.processor)

    def row(self, bare: Timed) -> str:
        limit = "" if self.limit is None else f"{self.limit * 1000:.0f}"
        return (
            f"| {self.name} | {self.seconds * 1000:.0f} | "
            f"{statistics.median(self.wall) * 1000:.0f} | {min(self.wall) * 1000:.0f} | "
            f"{self.seconds / bare.seconds:.1f} | {limit} |"
        )


def main() -> int:
    parser = argparse.ArgumentParser(prog="benchmarks/cli", description=__doc__.partition("\n")[0])
    parser.add_argument(
        "--client",
        type=Path,
        default=ROOT / "generated" / "hoody",
        help="folder that holds the package hoody (default: generated/hoody)",
    )
    parser.add_argument("--rounds", type=int, default=9, help="runs of each program (9)")
    parser.add_argument(
        "--groups", nargs="*", metavar="NAME", help="groups at the top (default: all of them)"
    )
    arguments = parser.parse_args()
    client = arguments.client.resolve()
    if not (client / "hoody" / "cli").is_dir():
        parser.error(f"{client} holds no package hoody with a command line")
    sys.path.insert(0, str(client))
    names = [group.name for group in importlib.import_module("hoody.cli.app").APP.tree]
    program = ("-m", "hoody.cli")
    bare = Timed("`python -c pass`", ("-c", "pass"))
    parsing = Timed("`python -c 'import click'`", ("-c", "import click"))
    first = Timed("`hoody --help`", (*program, "--help"), HELP_LIMIT)
    groups = [
        Timed(f"`hoody {name} --help`", (*program, name, "--help"), ANY_HELP_LIMIT)
        for name in (arguments.groups or names)
    ]
    groups.append(
        Timed(
            "`hoody projects list --help`", (*program, "projects", "list", "--help"), ANY_HELP_LIMIT
        )
    )
    call = Timed("`hoody projects list -o json`", (*program, "projects", "list", "-o", "json"))
    table = Timed("`hoody projects list -o table`", (*program, "projects", "list", "-o", "table"))
    everything = [bare, parsing, first, *groups, call, table]
    with tempfile.TemporaryDirectory() as home, answering() as url:
        environment = {
            "PATH": os.environ.get("PATH", ""),
            "PYTHONPATH": str(client),
            "HOME": home,
            "HOODY_TOKEN": "benchmark",
            "HOODY_BASE_URL": url,
        }
        for one in everything:  # byte code is written once, for all
            one.run(environment)
            one.wall.clear()
            one.processor.clear()
        for _ in range(arguments.rounds):
            for one in everything:
                one.run(environment)
    return _report(everything, bare, arguments.rounds)


def _report(everything: Sequence[Timed], bare: Timed, rounds: int) -> int:
    print(f"Python {platform.python_version()}, {rounds} runs of each, milliseconds\n")
    print("| program | processor | wall | least wall | to bare Python | target |")
    print("|---|---:|---:|---:|---:|---:|")
    for one in everything:
        print(one.row(bare))
    missed = [one for one in everything if one.limit is not None and one.seconds > one.limit]
    checks = sum(one.limit is not None for one in everything)
    print(f"\n{checks - len(missed)} of {checks} targets are met.")
    for one in missed:
        print(f"* {one.name}: {one.seconds * 1000:.0f} ms, target {(one.limit or 0) * 1000:.0f} ms")
    return int(bool(missed))


if __name__ == "__main__":
    sys.exit(main())
