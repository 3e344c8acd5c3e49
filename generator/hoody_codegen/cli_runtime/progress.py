"""Progress bars of transfers, on stderr."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeAlias

from .formats import safe_line

if TYPE_CHECKING:
    from .context import Invocation

Update: TypeAlias = Callable[[int, "int | None"], object]
"""Called with the bytes so far, and those of the whole; None if they aren't known."""


@contextmanager
def bar(invocation: Invocation, description: str) -> Generator[Update, None, None]:
    """Shows how far a transfer is while the block runs; nothing is left of it afterwards.

    Nothing is shown with ``--quiet``, or where stderr is no terminal that can draw.
    """
    is_dumb = os.environ.get("TERM") == "dumb"
    if invocation.settings.quiet or is_dumb or not invocation.err.isatty():
        yield lambda done, total: None
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        DownloadColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
        TransferSpeedColumn,
    )

    console = Console(
        file=invocation.err,
        force_terminal=True,
        no_color=not invocation.has_colour(invocation.err),
    )
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task(safe_line(description), total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)
