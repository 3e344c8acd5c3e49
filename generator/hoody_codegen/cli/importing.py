"""``hoody-codegen import-reference``."""

from __future__ import annotations

from pathlib import Path

import click

from ..diagnostics import Diagnostics
from ..packaged import default_import_rules
from .options import reporting
from .printing import print_faults, progress, say
from .program import FINE
from .reports import print_report

_HELP = """Recover OpenAPI documents from the documentation at PATH (Markdown).

Writes one document for each service into --out, together with a report on what was used, what was
not, and why (import-report.md). The rules of the import say what the documentation doesn't: which
page belongs to which service, where the services live. They are in --rules, or else in import.toml
in --out, or else those that the embedded documents were made with.

\b
  hoody-codegen import-reference hoody-api-reference.md --out specs/hoody
  hoody-codegen import-reference hoody-api-reference.md --out specs/hoody --json

Documents that can't be written leave those of an earlier run as they were.

Exit status: 0 if the documents are written, also where parts of the documentation had to be left
out (a warning names each); 1 if it or the rules can't be read; 2 for a wrong use of the command.
"""


@click.command(
    "import-reference", help=_HELP, short_help="Recover OpenAPI documents from documentation."
)
@click.argument("source", metavar="PATH", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--out",
    metavar="DIR",
    required=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for the documents; it is made if it isn't there.",
)
@click.option(
    "--rules",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="File with the rules of the import (TOML).",
)
@reporting
def import_reference(
    source: Path, out: Path, rules: Path | None, quiet: bool, json_output: bool
) -> int:
    from ..reference import RULES_FILE, run_import

    if rules is None and not (out / RULES_FILE).exists():
        rules = default_import_rules()

    diagnostics = Diagnostics()
    with progress(quiet) as tell:
        tell(f"importing {source}")
        report = run_import(source, out, diagnostics, rules_file=rules)
    if json_output:
        parts = {
            "source": source.as_posix(),
            "output": out.as_posix(),
            "report": report.as_json(),
        }
        print_report("import-reference", parts, diagnostics=diagnostics)
        return FINE
    print_faults(diagnostics)
    if not quiet:
        totals = ", ".join(f"{count:,} {what}" for what, count in report.totals().items())
        say(f"{source.name} → {out}: {len(report.services):,} services, {totals}")
    return FINE
