"""What commands say: faults and summaries to standard error and output, progress to a terminal."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict

import click
from rich.console import Console
from rich.text import Text

from ..diagnostics import Diagnostic, Severity

_STYLES = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.NOTE: "cyan"}
_SHOWN_OF_A_KIND = 20


def error_console() -> Console:
    return Console(stderr=True, soft_wrap=True, highlight=False, markup=False, emoji=False)


def say(text: str) -> None:
    """A line of the result, on standard output."""
    click.echo(visible(text))


def print_faults(diagnostics: Iterable[Diagnostic]) -> None:
    """All errors of documents; files in the way and warnings, at most a few of each code.

    Notes are only counted.
    """
    console = error_console()
    shown: Counter[tuple[Severity, str]] = Counter()
    limits: dict[tuple[Severity, str], int] = {}
    for diagnostic in diagnostics:
        if diagnostic.severity is Severity.NOTE:
            continue
        shown[diagnostic.severity, diagnostic.code] += 1
        if shown[diagnostic.severity, diagnostic.code] <= _limit(diagnostic):
            console.print(_as_text(diagnostic))
            limits[diagnostic.severity, diagnostic.code] = _limit(diagnostic)
    for kind, count in sorted(shown.items()):
        if count > limits[kind]:
            rest = f"… and {count - limits[kind]:,} more [{kind[1]}]; --json lists them all"
            console.print(rest, style=_STYLES[kind[0]])


def _limit(diagnostic: Diagnostic) -> int:
    if diagnostic.severity is Severity.WARNING or diagnostic.code.startswith("output-"):
        return _SHOWN_OF_A_KIND
    return sys.maxsize


def print_error(message: str, hint: str = "") -> None:
    """A fault that has no place in a file."""
    console = error_console()
    console.print(Text("error: ", style="red").append(Text(visible(message), style="default")))
    if hint:
        console.print(f"    hint: {visible(hint)}")


def count_by_code(diagnostics: Iterable[Diagnostic], severity: Severity) -> dict[str, int]:
    """How many diagnostics of a severity there are of each code."""
    codes = Counter(one.code for one in diagnostics if one.severity is severity)
    return dict(sorted(codes.items()))


def as_json(diagnostic: Diagnostic) -> dict[str, object]:
    return {**asdict(diagnostic), "severity": diagnostic.severity.name.lower()}


@contextmanager
def progress(quiet: bool) -> Iterator[Callable[[str], None]]:
    """A function to say what comes next; it shows only on a terminal."""
    console = error_console()
    if quiet or not console.is_terminal:
        yield lambda _: None
        return
    with console.status("starting") as status:
        yield lambda step: status.update(visible(step))


def visible(text: str) -> str:
    """Text from documents without what a terminal would obey: controls and direction marks."""
    return "".join(
        c if c.isprintable() or c == "\n" else c.encode("unicode_escape").decode() for c in text
    )


def _as_text(diagnostic: Diagnostic) -> Text:
    severity = diagnostic.severity
    text = Text(visible(f"{diagnostic.location}: "), style="bold")
    text.append(f"{severity.name.lower()}: ", style=_STYLES[severity])
    text.append(visible(f"{diagnostic.message} "), style="not bold")
    text.append(f"[{diagnostic.code}]", style="not bold dim")
    if diagnostic.hint:
        text.append(visible(f"\n    hint: {diagnostic.hint}"), style="not bold")
    return text
