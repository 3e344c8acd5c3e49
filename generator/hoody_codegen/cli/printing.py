"""What commands say: faults and summaries to standard error and output, progress to a terminal.

rich is imported where it prints, so that help and completion don't wait for it.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from ..diagnostics import Diagnostic, Severity

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

_STYLES = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.NOTE: "cyan"}
_SHOWN_OF_A_KIND = 20


def console(*, stderr: bool = False, wrap: bool = True, width: int | None = None) -> Console:
    """A terminal in colour, or plain text where it isn't one or colours aren't wanted.

    ``NO_COLOR`` (https://no-color.org) also ends bold and dim: they are of the same escapes.
    """
    from rich.console import Console

    return Console(
        stderr=stderr,
        color_system=None if os.environ.get("NO_COLOR") else "auto",
        soft_wrap=not wrap,
        width=width,
        highlight=False,
        markup=False,
        emoji=False,
    )


def say(text: str) -> None:
    """A line of the result, on standard output."""
    click.echo(visible(text))


def print_faults(diagnostics: Iterable[Diagnostic]) -> None:
    """All errors of documents; files in the way and warnings, at most a few of each code.

    Notes are only counted.
    """
    faults = [one for one in diagnostics if one.severity is not Severity.NOTE]
    if not faults:
        return
    screen = console(stderr=True, wrap=False)
    shown: Counter[tuple[Severity, str]] = Counter()
    limits: dict[tuple[Severity, str], int] = {}
    for diagnostic in faults:
        shown[diagnostic.severity, diagnostic.code] += 1
        if shown[diagnostic.severity, diagnostic.code] <= _limit(diagnostic):
            screen.print(_as_text(diagnostic))
            limits[diagnostic.severity, diagnostic.code] = _limit(diagnostic)
    for kind, count in sorted(shown.items()):
        if count > limits[kind]:
            rest = f"… and {count - limits[kind]:,} more [{kind[1]}]; --json lists them all"
            screen.print(rest, style=_STYLES[kind[0]])


def _limit(diagnostic: Diagnostic) -> int:
    if diagnostic.severity is Severity.WARNING or diagnostic.code.startswith("output-"):
        return _SHOWN_OF_A_KIND
    return sys.maxsize


def print_error(message: str, hint: str = "") -> None:
    """A fault that has no place in a file."""
    from rich.text import Text

    screen = console(stderr=True, wrap=False)
    screen.print(Text("error: ", style="red").append(Text(visible(message), style="default")))
    if hint:
        screen.print(f"    hint: {visible(hint)}")


def count_by_code(diagnostics: Iterable[Diagnostic], severity: Severity) -> dict[str, int]:
    """How many diagnostics of a severity there are of each code."""
    codes = Counter(one.code for one in diagnostics if one.severity is severity)
    return dict(sorted(codes.items()))


@contextmanager
def progress(quiet: bool) -> Iterator[Callable[[str], None]]:
    """A function to say what comes next; it shows, with the time so far, only on a terminal."""
    if quiet or not sys.stderr.isatty() or os.environ.get("TERM") in ("dumb", "unknown"):
        yield lambda _: None
        return
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console(stderr=True), transient=True) as bar:
        task = bar.add_task("starting", total=None)
        # At once, and not with the next turn of the spinner: a step may be over by then.
        yield lambda step: bar.update(task, description=visible(step), refresh=True)


def visible(text: str) -> str:
    """Text from documents without what a terminal would obey: controls and direction marks."""
    return "".join(
        c if c.isprintable() or c == "\n" else c.encode("unicode_escape").decode() for c in text
    )


def many(count: int, noun: str) -> str:
    """``1 error``, ``2,000 errors``."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _as_text(diagnostic: Diagnostic) -> Text:
    from rich.text import Text

    severity = diagnostic.severity
    text = Text(visible(f"{diagnostic.location}: "), style="bold")
    text.append(f"{severity.name.lower()}: ", style=_STYLES[severity])
    text.append(visible(f"{diagnostic.message} "), style="not bold")
    text.append(f"[{diagnostic.code}]", style="not bold dim")
    if diagnostic.hint:
        text.append(visible(f"\n    hint: {diagnostic.hint}"), style="not bold")
    return text
