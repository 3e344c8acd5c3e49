"""Results: on standard output, in the form that was asked for; everything else goes to stderr.

* ``-o table``: the default on a terminal. Lists become tables that fit it, objects two columns.
* ``-o json``: the default everywhere else, but for a bare text, which is printed as it is. A list
  is one array, written as its pages come. One that breaks off has no closing bracket, so it can't
  be taken for the whole. Streams: one value a line.
* ``-o yaml``: the same as YAML; streams: one document each.
* ``-o raw``: for the shell. Text as it is, lists one item a line, the rest as compact JSON.

``--query`` sees what ``-o json`` would print; lists are collected for it, streams go on one by one.
Content of downloads follows ``-o`` only where it is JSON.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import closing
from typing import TYPE_CHECKING, Final

import click

from .shapes import (
    Json,
    Page,
    is_download,
    is_page,
    is_socket,
    is_stream,
    plain,
)
from .sinks import ReaderGone, Sink

if TYPE_CHECKING:
    from .context import Invocation
    from .model import Command
    from .printing import Printer
    from .queries import Query


STDOUT: Final = "-"
"""Stands for standard output as the name of a file."""


def check(invocation: Invocation, command: Command) -> None:
    """Refuse options that can't work, before anything is sent: raises UsageError."""
    settings = invocation.settings
    if settings.query is not None:
        from .queries import Query

        Query(settings.query)
    if settings.output_file is None:
        if settings.resume:
            raise click.UsageError("--resume needs the file that it goes on with: -O FILE")
        return
    from .saving import check_file

    if command.output.form != "download":
        raise click.UsageError(
            "--output-file is for downloads; the result of this command can be redirected: > FILE"
        )
    check_file(settings.output_file, resume=settings.resume)


def show(invocation: Invocation, command: Command, result: object) -> None:
    """Print what a method of the client gave.

    Ends early, and quietly, when nobody reads on. Raises UsageError for what can't be printed, and
    what the client raises while more is loaded. KeyboardInterrupt closes what is open.
    """
    sink = Sink(invocation)
    try:
        _show(invocation, command, result, sink)
        sink.flush()
    except ReaderGone:
        sink.give_up()


def _show(invocation: Invocation, command: Command, result: object, sink: Sink) -> None:
    from .printing import Printer

    settings = invocation.settings
    if result is None and command.output.form == "none":
        if invocation.err.isatty():
            invocation.tell("Done.")
        return
    name = settings.output_file
    if is_download(result) and name is not None and name != STDOUT:
        from .saving import save

        save(invocation, result, name, resume=settings.resume)
        return
    query = None
    if settings.query is not None:
        from .queries import Query

        query = Query(settings.query)
    printer = Printer(invocation, command, sink)
    if is_download(result):
        from . import saving

        saving.show(invocation, printer, query, result)
    elif is_socket(result):
        from . import streaming

        streaming.show_socket(invocation, streaming.LivePrinter(printer, query), result)
    elif is_stream(result):
        from . import streaming

        streaming.show_stream(invocation, streaming.LivePrinter(printer, query), result)
    elif is_page(result):
        _show_pages(invocation, printer, query, result)
    else:
        printer.found(plain(result), query)


def _show_pages(invocation: Invocation, printer: Printer, query: Query | None, page: Page) -> None:
    from .printing import ListPrinter

    with closing(_parts(invocation, page)) as parts:
        if query is None:
            rows = ListPrinter(printer)
            for part in parts:
                rows.add(part)
            rows.end()
        else:
            printer.found([item for part in parts for item in part], query)
    settings = invocation.settings
    if page.has_next and not settings.all and settings.max_items is None:
        count = len(page.items)
        shown = f"the first {count} of {page.total}" if page.total else f"the first {count}"
        invocation.tell(f"These are {shown}; --all gives the rest.")


def _parts(invocation: Invocation, page: Page) -> Generator[list[Json], None, None]:
    """The items that were asked for, a page at a time."""
    settings = invocation.settings
    left = settings.max_items
    if not settings.all and left is None:
        yield [plain(item) for item in page.items]
        return
    with closing(page.pages(max_items=left)) as pages:
        for each in pages:
            items = each.items if left is None else each.items[:left]
            left = None if left is None else left - len(items)
            yield [plain(item) for item in items]
