"""What the generated client costs beside bare httpx.

Run by hand, from anywhere::

    python benchmarks/client [--client DIR] [--only PART ...] [--library NAME ...] [--rounds N]

``--client`` names the folder that holds the package ``hoody``. Prints tables in Markdown, and what
misses its target; then the exit status is 1.
"""

from __future__ import annotations

import argparse
import platform
import sys
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).parents[2]
PARTS = ("calls", "decoding", "streams", "starting")
CALLS = 100
"""In each run: short, so that both ways see the same of what else the machine does."""


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="benchmarks/client", description=__doc__.partition("\n")[0]
    )
    parser.add_argument(
        "--client",
        type=Path,
        default=ROOT / "generated" / "hoody",
        help="folder that holds the package hoody (default: generated/hoody)",
    )
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS, metavar="PART")
    parser.add_argument(
        "--library",
        nargs="+",
        choices=("httpx", "httpx2"),
        default=[name for name in ("httpx", "httpx2") if find_spec(name)],
        help="HTTP libraries to measure with (default: those that are installed)",
    )
    parser.add_argument(
        "--rounds",
        type=int,
        default=6,
        help="of each comparison of streams; calls have twice as many, new processes half (6)",
    )
    arguments = parser.parse_args()
    if not (arguments.client / "hoody" / "__init__.py").exists():
        parser.error(f"{arguments.client} holds no package hoody")
    sys.path.insert(0, str(arguments.client.resolve()))
    return _run(arguments)


def _run(arguments: argparse.Namespace) -> int:
    # These import the package that is measured: it has to be found first.
    import calls
    import decoding
    import starting
    import streams
    from server import started

    versions = [f"{name} {version(name)}" for name in (*arguments.library, "pydantic")]
    print(f"Python {platform.python_version()}, {', '.join(versions)}")
    checks = []
    with started(starting.answers()) as base:
        if "calls" in arguments.only:
            found = [
                result
                for library in arguments.library
                for result in calls.measure(base, library, 2 * arguments.rounds, CALLS)
            ]
            checks += calls.report(found)
        if "decoding" in arguments.only:
            decoding.report(decoding.measure(arguments.rounds))
        if "streams" in arguments.only:
            checks += streams.report(
                [
                    result
                    for library in arguments.library
                    for result in streams.measure(base, library, arguments.rounds)
                ]
            )
        if "starting" in arguments.only:
            checks += starting.report(
                starting.measure(base, arguments.client.resolve(), max(2, arguments.rounds // 2))
            )
    missed = [check for check in checks if not check.kept]
    print(f"\n{len(checks) - len(missed)} of {len(checks)} targets are met.")
    for check in missed:
        print(f"* {check.what}: {check.measured:.2f}, target {check.limit:.2f}")
    return int(bool(missed))


if __name__ == "__main__":
    sys.exit(main())
