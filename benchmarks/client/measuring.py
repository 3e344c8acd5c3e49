"""Comparing two ways to do the same thing on a machine that isn't quiet.

Both ways take turns within a short time, several times over, so that what else the machine does
falls on both alike. Processor time is what counts; the clock on the wall is shown beside it.
"""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Spent:
    """Seconds of one run: processor time of this process, all threads, and time on the wall."""

    processor: float
    wall: float


@dataclass(frozen=True)
class Ratio:
    """Of one way to another: the median of all rounds and its quartiles."""

    median: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.median:.2f} ({self.low:.2f}–{self.high:.2f})"


@dataclass(frozen=True)
class Compared:
    """What ``rounds`` rounds of both ways gave. Times are medians, in seconds for one run."""

    ours: Spent
    theirs: Spent
    processor: Ratio
    wall: Ratio


def spent(run: Callable[[], object]) -> Spent:
    gc.collect()
    wall = time.perf_counter()
    processor = time.process_time()
    run()
    return Spent(time.process_time() - processor, time.perf_counter() - wall)


def compare(
    ours: Callable[[], object], theirs: Callable[[], object], *, rounds: int, warm: int = 1
) -> Compared:
    """Run both in turn, the first of a round being the second of the next."""
    for _ in range(warm):
        theirs()
        ours()
    pairs: list[tuple[Spent, Spent]] = []
    for number in range(rounds):
        if number % 2:
            first = spent(ours)
            pairs.append((first, spent(theirs)))
        else:
            first = spent(theirs)
            pairs.append((spent(ours), first))
    return Compared(
        ours=_median([pair[0] for pair in pairs]),
        theirs=_median([pair[1] for pair in pairs]),
        processor=ratio([a.processor / b.processor for a, b in pairs]),
        wall=ratio([a.wall / b.wall for a, b in pairs]),
    )


def _median(runs: Sequence[Spent]) -> Spent:
    return Spent(
        statistics.median(run.processor for run in runs),
        statistics.median(run.wall for run in runs),
    )


def ratio(values: Sequence[float]) -> Ratio:
    low, median, high = statistics.quantiles(values, n=4, method="inclusive")
    return Ratio(median, low, high)


@dataclass(frozen=True)
class Check:
    """One target: what was measured, and what it may be at most."""

    what: str
    measured: float
    limit: float

    @property
    def kept(self) -> bool:
        return self.measured <= self.limit


def table(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a Markdown table; the first column is text, the others are numbers."""
    print(f"\n### {title}\n")
    print(f"| {' | '.join(columns)} |")
    print("|---|" + "---:|" * (len(columns) - 1))
    for row in rows:
        print(f"| {' | '.join(row)} |")
