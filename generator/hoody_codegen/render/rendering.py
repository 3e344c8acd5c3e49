"""From plans to text, for one target or several, with one formatter batch each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from ..python.plan import FilePlan
from .formatting import Formatter, format_files
from .printing import print_files


@dataclass(frozen=True, slots=True)
class Rendered:
    """What is to be rendered together for one target."""

    plans: tuple[FilePlan, ...]
    formatter: Formatter = "ruff"


def render(plans: Iterable[FilePlan], *, formatter: Formatter = "ruff") -> dict[PurePosixPath, str]:
    """The formatted text of each plan, by path."""
    return format_files(print_files(plans), formatter)


def render_all(jobs: Sequence[Rendered]) -> list[dict[PurePosixPath, str]]:
    """Like :func:`render` for several targets; each formatter still runs only once."""
    printed = [print_files(job.plans) for job in jobs]
    results: list[dict[PurePosixPath, str]] = [{} for _ in jobs]
    formatters: set[Formatter] = {job.formatter for job in jobs}
    for formatter in sorted(formatters):
        chosen = [number for number, job in enumerate(jobs) if job.formatter == formatter]
        batch = {
            PurePosixPath(str(number)) / path: text
            for number in chosen
            for path, text in printed[number].items()
        }
        for path, text in format_files(batch, formatter).items():
            results[int(path.parts[0])][PurePosixPath(*path.parts[1:])] = text
    return results
