"""``hoody-codegen errors``."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import click
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ..config import Config, Target, load_config
from ..diagnostics import CodegenError
from ..ir import CatalogueEntry, Conflict, ConflictKind, ErrorCatalogue
from ..packaged import CONFIG_NAME, default_config
from ..pipeline import ErrorListing, RenderError, list_errors
from ..text import Untrusted
from .printing import print_error, print_faults, progress, say, visible

_HELP = f"""Print what is documented about the errors of an API: by service, code and status.

Reads the documents that {CONFIG_NAME} names, as `generate` does; without a {CONFIG_NAME} in this
folder, those that come with the program.

\b
  hoody-codegen errors --code TOKEN_EXPIRED       one code, wherever it is documented
  hoody-codegen errors --service files --status 404
  hoody-codegen errors --conflicts                where error tables disagree, and what then holds
  hoody-codegen errors --format markdown          the error reference, as generated into docs/
  hoody-codegen errors --format json              everything, statuses without a code included

A code is found in any case. In a client, `except errors.<class>` catches it, and
`errors.of(client.<service>.<resource>.<method>)` tells what a method may raise.
"""

_PLAIN_WIDTH = 160
"""Columns of a table that isn't printed to a terminal."""


@click.command(help=_HELP)
@click.option("--service", help="Only errors of this service.")
@click.option("--code", help="Only this code, in any case.")
@click.option("--status", type=click.IntRange(100, 599), help="Only this HTTP status.")
@click.option("--conflicts", is_flag=True, help="List where error tables disagree, by kind.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json", "markdown"]),
    default="table",
    show_default=True,
    help="How to print it.",
)
@click.option(
    "--config",
    "config_path",
    type=click.Path(path_type=Path),
    help=f"Settings to use in place of ./{CONFIG_NAME}.",
)
@click.option("--target", "target_name", help="Only this target of the settings.")
def errors(
    service: str | None,
    code: str | None,
    status: int | None,
    conflicts: bool,
    form: str,
    config_path: Path | None,
    target_name: str | None,
) -> None:
    try:
        target = _target(config_path, target_name)
        with progress(quiet=False) as tell:
            listing = list_errors(target, tell)
        _check(listing, service, code)
        selected = listing.select(service=service, code=code, status=status)
        if form == "json":
            _print_json(listing, selected, conflicts=conflicts)
        elif form == "markdown":
            form_of = listing.conflicts_markdown if conflicts else listing.markdown
            click.echo(form_of(selected), nl=False)
        elif conflicts:
            _print_conflicts(selected)
        else:
            _print_table(listing, selected)
    except CodegenError as error:
        print_faults(error.diagnostics)
        print_error("the documents have faults; there is no catalogue")
        raise SystemExit(1) from None
    except RenderError as error:
        print_error(str(error), "This is a fault of hoody-codegen; please report it.")
        raise SystemExit(1) from None


def _target(config_path: Path | None, name: str | None) -> Target:
    config = _config(config_path)
    if name is None and len(config.targets) == 1:
        return config.targets[0]
    known = ", ".join(target.name for target in config.targets)
    if name is None:
        raise click.UsageError(f"the settings have several targets; name one by --target: {known}")
    for target in config.targets:
        if target.name == name:
            return target
    raise click.BadParameter(f"there is no {name!r}; known are: {known}", param_hint="--target")


def _config(path: Path | None) -> Config:
    if path is not None:
        return load_config(path)
    local = Path(CONFIG_NAME)
    return load_config(local if local.exists() else default_config())


def _check(listing: ErrorListing, service: str | None, code: str | None) -> None:
    """Refuse a service or code that isn't there, rather than print nothing."""
    entries = listing.catalogue.entries
    services = sorted({text(entry.service) for entry in entries})
    if service is not None and service not in services:
        raise click.BadParameter(
            _not_found(service, services) or f"no errors are documented for {service!r}",
            param_hint="--service",
        )
    codes = sorted({text(entry.code) for entry in entries if entry.code is not None})
    if code is not None and code.casefold() not in {one.casefold() for one in codes}:
        raise click.BadParameter(_not_found(code, codes), param_hint="--code")


def _not_found(given: str, known: Sequence[str]) -> str:
    by_case = {one.casefold(): one for one in reversed(known)}
    close = difflib.get_close_matches(given.casefold(), list(by_case), n=3, cutoff=0.5)
    hint = f"; did you mean {', '.join(visible(by_case[one]) for one in close)}?" if close else ""
    return f"{given!r} is documented nowhere{hint}"


# Tables


def _print_table(listing: ErrorListing, catalogue: ErrorCatalogue) -> None:
    groups: dict[tuple[str, str, int, str], int] = {}
    for entry in catalogue.entries:
        if entry.code is not None:
            key = (text(entry.service), text(entry.code), entry.status, text(entry.text.title))
            groups[key] = groups.get(key, 0) + 1
    table = _table("Service", "Code", "Status", "Class", "Title", "Methods")
    for (service, code, status, title), count in groups.items():
        name = listing.classes[code.casefold()]
        table.add_row(*_cells(service, code, str(status), str(name), title, str(count)))
    _print(table, bool(groups))
    say(_summary(catalogue))


def _summary(catalogue: ErrorCatalogue) -> str:
    coded = [entry for entry in catalogue.entries if entry.code is not None]
    codes = {text(entry.code) for entry in coded}
    texts = {entry.text for entry in coded}
    rest = len(catalogue.entries) - len(coded)
    return (
        f"documented errors: {len(coded):,}; codes: {len(codes):,}; texts: {len(texts):,}; "
        f"statuses without a code: {rest:,}; conflicts: {len(catalogue.conflicts):,} (--conflicts)"
    )


def _print_conflicts(catalogue: ErrorCatalogue) -> None:
    for kind, found in _by_kind(catalogue):
        say(f"{kind.value}: {len(found):,}. {kind.meaning}\n  {kind.answer}")
        table = _table("Code", "Where", "Variants")
        for conflict in found:
            table.add_row(
                *_cells(text(conflict.code) or "–", _where(conflict), _variants(conflict))
            )
        _print(table, True)
    if not catalogue.conflicts:
        say("no conflicts")


def _by_kind(catalogue: ErrorCatalogue) -> Iterable[tuple[ConflictKind, list[Conflict]]]:
    for kind in ConflictKind:
        found = [conflict for conflict in catalogue.conflicts if conflict.kind is kind]
        if found:
            yield kind, found


def _where(conflict: Conflict) -> str:
    if conflict.operation is not None:
        place = conflict.operation
        return f"{place} {conflict.status}" if conflict.status is not None else place
    return text(conflict.service) or "everywhere"


def _variants(conflict: Conflict) -> str:
    return "; ".join(f"{text(one.text) or '–'} ({one.count})" for one in conflict.variants)


def _table(*headings: str) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for heading in headings:
        table.add_column(
            heading,
            overflow="fold",
            justify="right" if heading in ("Status", "Methods") else "left",
        )
    return table


def _cells(*texts: str) -> list[Text]:
    return [Text(visible(" ".join(one.split()))) for one in texts]


def _print(table: Table, rows: bool) -> None:
    if not rows:
        return
    console = Console(highlight=False, markup=False, emoji=False)
    if console.is_terminal:
        console.print(table)
        return
    plain = Console(highlight=False, markup=False, emoji=False, width=_PLAIN_WIDTH)
    with plain.capture() as printed:
        plain.print(table)
    for line in printed.get().splitlines():
        if line.strip():
            click.echo(line.rstrip())


# JSON


def _print_json(listing: ErrorListing, catalogue: ErrorCatalogue, *, conflicts: bool) -> None:
    document: Mapping[str, Any] = (
        {"conflicts": [_conflict_json(conflict) for conflict in catalogue.conflicts]}
        if conflicts
        else {"errors": [_entry_json(listing, entry) for entry in catalogue.entries]}
    )
    click.echo(json.dumps(document, indent=2, ensure_ascii=True))


def _entry_json(listing: ErrorListing, entry: CatalogueEntry) -> Mapping[str, Any]:
    code = text(entry.code) or None
    return {
        "service": text(entry.service),
        "method": str(listing.methods[entry.operation]),
        "http": f"{entry.method} {text(entry.path)}",
        "status": entry.status,
        "code": code,
        "class": str(listing.classes[code.casefold()]) if code else None,
        "title": text(entry.text.title) or None,
        "description": text(entry.text.description) or None,
        "resolution": text(entry.text.resolution) or None,
        "messages": [text(message) for message in entry.messages],
        "listed": entry.listed,
        "in_body": entry.in_body,
        "inferred": text(entry.inferred) or None,
        "place": str(entry.origin),
    }


def _conflict_json(conflict: Conflict) -> Mapping[str, Any]:
    return {
        "kind": conflict.kind.value,
        "code": text(conflict.code) or None,
        "service": text(conflict.service) or None,
        "operation": conflict.operation,
        "status": conflict.status,
        "variants": [{"text": text(one.text), "count": one.count} for one in conflict.variants],
        "settled": conflict.kind.answer,
    }


def text(value: Untrusted[str] | None) -> str:
    """The text itself, for what prints it safely: JSON, or :func:`visible`."""
    return value.reveal() if value is not None else ""
