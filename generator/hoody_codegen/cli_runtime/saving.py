"""Downloads: to a file, to a pipe, or, if it is text, to the terminal."""

from __future__ import annotations

import codecs
import json
import os
from collections.abc import Generator
from contextlib import closing, nullcontext
from typing import TYPE_CHECKING, cast

import click

from . import formats, progress
from .output import STDOUT
from .shapes import Content, Download, Json
from .shapes import Progress as Transferred

if TYPE_CHECKING:
    from .context import Invocation
    from .printing import Printer
    from .queries import Query


def check_file(name: str, *, resume: bool) -> None:
    """Refuse a place where nothing can be saved, before anything is sent."""
    if name == STDOUT:
        if resume:
            raise click.UsageError("--resume needs a file that it can go on with: -O FILE")
        return
    if not name or name.endswith(("/", os.sep)) or os.path.isdir(name):
        raise click.UsageError(f"--output-file: {name!r} is a folder; give the name of a file")
    folder = os.path.dirname(name) or "."
    if not os.path.isdir(folder):
        raise click.UsageError(f"--output-file: there is no folder {folder!r}")


def save(invocation: Invocation, download: Download, name: str, *, resume: bool) -> None:
    """Save to a file, which appears when it is complete."""
    with progress.bar(invocation, os.path.basename(name)) as update:

        def report(state: Transferred) -> None:
            update(state.done, state.total)

        count = download.save(name, resume=resume, progress=report)
    invocation.tell(f"Saved {formats.human_size(count)} to {name}")


def show(invocation: Invocation, printer: Printer, query: Query | None, download: Download) -> None:
    """Print the content: as it is to a pipe, and what is no text not at all on a terminal."""
    sink = printer.sink
    as_data = query is not None or invocation.settings.output not in (None, "raw")
    forced = invocation.settings.output_file == STDOUT
    with download.open() as content:
        is_json = _is_json(content.content_type)
        if query is not None and not is_json:
            kind = formats.safe_line(content.content_type) or "of unknown type"
            raise click.UsageError(f"--query is for JSON, and this content is {kind}")
        if is_json and not forced and (as_data or sink.is_terminal):
            _show_json(printer, query, b"".join(content.chunks()))
        elif sink.is_terminal and not forced:
            _show_text(printer, content)
        else:
            _pass_on(invocation, printer, content)


def _pass_on(invocation: Invocation, printer: Printer, content: Content) -> None:
    sink = printer.sink
    shown = progress.bar(invocation, content.filename or "download")
    # A bar would be drawn in the middle of what is printed.
    with nullcontext(_nothing) if sink.is_terminal else shown as update:
        done = 0
        for piece in content.chunks():
            sink.write_bytes(piece)
            done += len(piece)
            update(done, content.length)


def _nothing(done: int, total: int | None) -> None:
    pass


def _show_json(printer: Printer, query: Query | None, body: bytes) -> None:
    try:
        data = cast("Json", json.loads(body))
    except ValueError as error:
        raise click.ClickException(f"The content should be JSON and isn't: {error}") from error
    printer.found(data, query)


def _show_text(printer: Printer, content: Content) -> None:
    sink = printer.sink
    with closing(_texts(content)) as texts:
        last = "\n"
        for text in texts:
            sink.write(formats.safe(text))
            last = text[-1:] or last
        if last != "\n":
            sink.write("\n")


def _texts(content: Content) -> Generator[str, None, None]:
    decoder = codecs.getincrementaldecoder("utf-8")()
    held = ""
    for piece in content.chunks():
        try:
            text = held + decoder.decode(piece)
        except UnicodeDecodeError:
            raise _binary(content) from None
        if "\0" in text:
            raise _binary(content)
        # The second half of a line break may be in the next piece.
        held = "\r" if text.endswith("\r") else ""
        yield text.removesuffix("\r")
    if held:
        yield held


def _binary(content: Content) -> click.UsageError:
    kind = formats.safe_line(content.content_type) or "binary content"
    size = "" if content.length is None else f", {formats.human_size(content.length)}"
    return click.UsageError(
        f"This is no text ({kind}{size}), and would garble the terminal. "
        "-O FILE saves it, a pipe gets it as it is, and -O - prints it all the same."
    )


def _is_json(content_type: str) -> bool:
    kind = content_type.partition(";")[0].strip().lower()
    return kind in ("application/json", "text/json") or kind.endswith("+json")
