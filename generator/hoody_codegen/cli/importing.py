"""``hoody-codegen import-reference``."""

from __future__ import annotations

from pathlib import Path

import click

from ..diagnostics import CodegenError, Diagnostics
from .printing import print_error, print_faults, progress, say

_HELP = """Recover OpenAPI documents from the documentation at PATH (Markdown).

Writes one document for each service into --out, whose import.toml holds the rules of the import,
together with a report on what was used, what was not, and why.
"""


@click.command("import-reference", help=_HELP)
@click.argument("source", metavar="PATH", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder with the rules, for the documents.",
)
@click.option("--quiet", is_flag=True, help="Print faults only.")
def import_reference(source: Path, out: Path, quiet: bool) -> None:
    # Here, because no other command needs the importer.
    from ..reference import run_import

    diagnostics = Diagnostics()
    try:
        with progress(quiet) as tell:
            tell(f"importing {source}")
            report = run_import(source, out, diagnostics)
    except CodegenError as error:
        print_faults(error.diagnostics)
        raise SystemExit(1) from None
    except OSError as error:
        print_error(f"{error.filename or out}: {error.strerror}")
        raise SystemExit(1) from None
    print_faults(diagnostics)
    if quiet:
        return
    totals = ", ".join(f"{count:,} {what}" for what, count in report.totals().items())
    say(f"{source.name} → {out}: {len(report.services):,} services, {totals}")
