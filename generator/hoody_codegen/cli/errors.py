"""``hoody-codegen errors``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..packaged import CONFIG_NAME
from ..text import Untrusted
from .options import choosing, find_target, load_settings, nearest, reporting
from .printing import console, progress, say, visible
from .program import FINE, rendering
from .reports import print_report

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text

    from ..config import Target
    from ..ir import CatalogueEntry, Conflict, ConflictKind, ErrorCatalogue
    from ..pipeline import ErrorListing

_HELP = f"""Print what is documented about the errors of an API: by service, code and status.

Reads the documents that {CONFIG_NAME} names, as `generate` does; without a {CONFIG_NAME} in this
folder, those that come with the program.

\b
  hoody-codegen errors --code TOKEN_EXPIRED       one code, wherever it is documented
  hoody-codegen errors --service files --status 404
  hoody-codegen errors --conflicts                where error tables disagree, and what then holds
  hoody-codegen errors --format markdown          the error reference, as generated into docs/
  hoody-codegen errors --json                     everything, statuses without a code included

A code is found in any case. In a client, `except errors.<class>` catches it, and
`errors.of(client.<service>.<resource>.<method>)` tells what a method may raise.

Exit status: 0 if it is printed; 1 for faults in documents or settings; 2 for a wrong use of the
command, such as a code or a service that isn't documented.
"""

_PLAIN_WIDTH = 160
"""Columns of a table that isn't printed to a terminal."""


@click.command(help=_HELP, short_help="Print the documented errors of an API.")
@click.option("--service", metavar="NAME", help="Only errors of this service.")
@click.option("--code", metavar="CODE", help="Only this code, in any case.")
@click.option(
    "--status", metavar="STATUS", type=click.IntRange(100, 599), help="Only this HTTP status."
)
@click.option("--conflicts", is_flag=True, help="List where error tables disagree, by kind.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json", "markdown"]),
    default="table",
    show_default=True,
    help="How to print it.",
)
@choosing
@reporting
def errors(
    config_path: Path | None,
    target_name: str | None,
    form: str,
    conflicts: bool,
    **filters: Any,
) -> int:
    quiet: bool = filters.pop("quiet")
    if filters.pop("json_output"):
        if form == "markdown":
            raise click.UsageError("--json and --format markdown exclude each other")
        form = "json"
    listing = _listing(_target(config_path, target_name), quiet)
    _check(listing, filters["service"], filters["code"])
    selected = listing.select(**filters)
    if form == "json":
        _print_json(listing, selected, conflicts=conflicts)
    elif form == "markdown":
        form_of = listing.conflicts_markdown if conflicts else listing.markdown
        with rendering():
            page = form_of(selected)
        click.echo(page, nl=False)
    elif conflicts:
        _print_conflicts(selected)
    else:
        _print_table(listing, selected, quiet)
    return FINE


def _listing(target: Target, quiet: bool) -> ErrorListing:
    from ..pipeline import list_errors

    with progress(quiet) as tell:
        return list_errors(target, tell)


def _target(config_path: Path | None, name: str | None) -> Target:
    config, _ = load_settings(config_path)
    if name is not None:
        return find_target(config, name)
    if len(config.targets) == 1:
        return config.targets[0]
    known = ", ".join(target.name for target in config.targets)
    raise click.UsageError(f"the settings have several targets; name one by --target: {known}")


def _check(listing: ErrorListing, service: str | None, code: str | None) -> None:
    """Refuse a service or code that isn't there, rather than print nothing."""
    entries = listing.catalogue.entries
    services = sorted({text(entry.service) for entry in entries})
    if service is not None and service not in services:
        raise click.BadParameter(_not_found(service, services), param_hint="--service")
    codes = sorted({text(entry.code) for entry in entries if entry.code is not None})
    if code is not None and code.casefold() not in {one.casefold() for one in codes}:
        raise click.BadParameter(_not_found(code, codes), param_hint="--code")


def _not_found(given: str, known: Sequence[str]) -> str:
    return f"{given!r} is documented nowhere{nearest(given, known)}"


# Tables


def _print_table(listing: ErrorListing, catalogue: ErrorCatalogue, quiet: bool) -> None:
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
    if not quiet:
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
    from ..ir import ConflictKind

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
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for heading in headings:
        table.add_column(
            heading,
            overflow="fold",
            justify="right" if heading in ("Status", "Methods") else "left",
        )
    return table


def _cells(*texts: str) -> list[Text]:
    from rich.text import Text

    return [Text(visible(" ".join(one.split()))) for one in texts]


def _print(table: Table, rows: bool) -> None:
    if not rows:
        return
    screen = console()
    if screen.is_terminal:
        screen.print(table)
        return
    plain = console(width=_PLAIN_WIDTH)
    with plain.capture() as printed:
        plain.print(table)
    for line in printed.get().splitlines():
        if line.strip():
            click.echo(line.rstrip())


# JSON


def _print_json(listing: ErrorListing, catalogue: ErrorCatalogue, *, conflicts: bool) -> None:
    parts = {
        "target": listing.target.name,
        "errors": [] if conflicts else [_entry_json(listing, one) for one in catalogue.entries],
        "conflicts": [_conflict_json(one) for one in catalogue.conflicts] if conflicts else [],
    }
    print_report("errors", parts)


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
