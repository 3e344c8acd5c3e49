"""``hoody-codegen import-reference``."""

from __future__ import annotations

from pathlib import Path

import click

from ..diagnostics import CodegenError, Diagnostics
from ..packaged import default_import_rules
from .printing import print_error, print_faults, progress, say

_HELP = """Recover OpenAPI documents from the documentation at PATH (Markdown).

Writes one document for each service into --out, together with a report on what was used, what was
not, and why. The rules of the import say what the documentation doesn't: which page belongs to
which service, where the services live. They are in --rules, or else in import.toml in --out, or
else those that the embedded documents were made with.
"""


@click.command("import-reference", help=_HELP)
@click.argument("source", metavar="PATH", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for the documents; it is made if it isn't there.",
)
@click.option(
    "--rules",
    type=click.Path(path_type=Path, dir_okay=False),
    help="File with the rules of the import (TOML).",
)
@click.option("--quiet", is_flag=True, help="Print faults only.")
def import_reference(source: Path, out: Path, rules: Path | None, quiet: bool) -> None:
    # Here, because no other command needs the importer.
    from ..reference import RULES_FILE, run_import

    if rules is None and not (out / RULES_FILE).exists():
        rules = default_import_rules()

    diagnostics = Diagnostics()
    try:
        with progress(quiet) as tell:
            tell(f"importing {source}")
            report = run_import(source, out, diagnostics, rules_file=rules)
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
