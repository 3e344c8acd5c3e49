"""How long the generator takes and how much memory, beside other generators if they are there.

Run by hand, on a quiet machine::

    python benchmarks/generator.py [--reference FILE] [--peers DIR] [--runs N]

``--reference`` also measures ``import-reference`` on that file; ``--peers`` names the folder with
the commands of other generators, which get the largest document of ours. Exit status 1 if a ratio
is above its limit.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
SPECS = ROOT / "specs" / "hoody"
DOCUMENT = SPECS / "api.yaml"

# Times depend on the machine, ratios hardly do. Each limit leaves room above what was measured.
LIMITS = {
    "time of the same document again, unchanged": 1.25,
    "time of 19 documents to that of the largest": 5.0,
    "time to that of datamodel-code-generator": 1.25,
    "memory to that of datamodel-code-generator": 0.9,
    "time to that of openapi-python-client": 0.9,
    "memory to that of openapi-python-client": 1.25,
}


@dataclass(frozen=True)
class Measured:
    """Medians of several runs."""

    seconds: float
    """Processor time of the command and of what it starts."""
    megabytes: float
    """Peak resident memory of the largest of these processes."""
    lines: int
    """Lines of Python that it wrote."""


def measure(
    command: Sequence[str | Path], output: Path, runs: int, *, anew: bool = True
) -> Measured:
    """Run ``command`` several times; ``anew`` removes its output before each."""
    seconds: list[float] = []
    megabytes: list[float] = []
    for _ in range(runs):
        if anew:
            shutil.rmtree(output, ignore_errors=True)
        with tempfile.TemporaryFile() as said:
            process = subprocess.Popen([str(part) for part in command], stdout=said, stderr=said)
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            if process.returncode:
                said.seek(0)
                sys.exit(f"{command}:\n{said.read().decode(errors='replace')}")
        seconds.append(usage.ru_utime + usage.ru_stime)
        megabytes.append(usage.ru_maxrss / 1024)
    lines = sum(len(path.read_text(encoding="utf-8").splitlines()) for path in output.rglob("*.py"))
    return Measured(statistics.median(seconds), statistics.median(megabytes), lines)


def ours(*arguments: str | Path) -> list[str | Path]:
    """Our command, from the sources beside this file, installed or not."""
    code = f"import sys; sys.path.insert(0, {str(ROOT / 'generator')!r}); "
    code += "from hoody_codegen.cli import main; main()"
    return [sys.executable, "-c", code, *arguments]


def openapi_python_client(command: Path, output: Path) -> list[str | Path]:
    return [command, "generate", "--path", DOCUMENT, "--output-path", output]


def datamodel_code_generator(command: Path, output: Path) -> list[str | Path]:
    return [
        *(command, "--input", DOCUMENT, "--input-file-type", "openapi"),
        *("--output-model-type", "pydantic_v2.BaseModel", "--generate-client", "httpx2"),
        *("--output", output / "models", "--client-output", output / "client"),
        *("--client-package", "client", "--client-model-package", "models"),
        *("--formatters", "ruff-check", "ruff-format"),  # its fast ones, as ours are
    ]


PEERS: dict[str, tuple[str, Callable[[Path, Path], list[str | Path]]]] = {
    "datamodel-code-generator": ("datamodel-codegen", datamodel_code_generator),
    "openapi-python-client": ("openapi-python-client", openapi_python_client),
}


def show(what: str, found: Measured) -> None:
    size = f"{found.lines:>9,} lines" if found.lines else ""
    print(f"{what:<44} {found.seconds:>7.2f} s {found.megabytes:>7.0f} MB {size}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--reference", type=Path, help="documentation to import, too")
    parser.add_argument("--peers", type=Path, help="folder with the commands of other generators")
    parser.add_argument("--runs", type=int, default=3)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        ratios = run(Path(name), arguments.reference, arguments.peers, arguments.runs)
    above = False
    for what, ratio in ratios.items():
        limit = LIMITS[what]
        above |= ratio > limit
        print(f"{what:<44} {ratio:>7.2f}   limit {limit:.2f}{'  ABOVE' if ratio > limit else ''}")
    return int(above)


def run(folder: Path, reference: Path | None, peers: Path | None, runs: int) -> dict[str, float]:
    """Measure and print; the ratios by name."""
    ratios: dict[str, float] = {}
    if reference is not None:
        out = folder / "specs"
        out.mkdir()
        shutil.copy(SPECS / "import.toml", out)
        show(
            "import-reference",
            measure(ours("import-reference", reference, "--out", out), out, runs, anew=False),
        )
    config = ROOT / "hoody-codegen.toml"
    out = folder / "all"
    whole = measure(ours("generate", "--config", config, "--out", out), out, runs)
    show("generate, 19 documents", whole)

    settings = folder / "one.toml"
    settings.write_text(f'[targets.one]\nspecs = ["{DOCUMENT}"]\noutput = "one"\n')
    out = folder / "one"
    one = measure(ours("generate", "--config", settings), out, runs)
    show(f"generate, {DOCUMENT.name} alone", one)
    again = measure(ours("generate", "--config", settings), out, runs, anew=False)
    show("the same again, unchanged", again)
    ratios["time of the same document again, unchanged"] = again.seconds / one.seconds
    ratios["time of 19 documents to that of the largest"] = whole.seconds / one.seconds

    for peer, (command, arguments) in PEERS.items():
        path = peers / command if peers is not None else None
        if path is None or not path.exists():
            continue
        out = folder / peer
        out.parent.mkdir(exist_ok=True)
        found = measure(arguments(path, out), out, runs)
        show(peer, found)
        ratios[f"time to that of {peer}"] = one.seconds / found.seconds
        ratios[f"memory to that of {peer}"] = one.megabytes / found.megabytes
    return ratios


if __name__ == "__main__":
    sys.exit(main())
