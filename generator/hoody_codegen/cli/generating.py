"""``hoody-codegen generate``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..diagnostics import CodegenError, Diagnostics, Severity
from ..packaged import CONFIG_NAME
from .options import choosing, find_target, load_settings, reporting
from .printing import count_by_code, many, print_faults, progress, say
from .program import FAULTS, FINE, rendering
from .reports import print_report

if TYPE_CHECKING:
    from ..config import Target
    from ..output import Comparison
    from ..pipeline import GenerationResult

_HELP = f"""Generate clients from the documents that {CONFIG_NAME} names.

Without a {CONFIG_NAME} in this folder, --out DIR generates the client of the documents that come
with the program.

\b
  hoody-codegen generate                          write all targets
  hoody-codegen generate --check                  fail if that would change a file (in CI)
  hoody-codegen generate --diff                   show what would change
  hoody-codegen generate --target hoody --out build/client
  hoody-codegen generate --strict --quiet         fail on warnings, say nothing else
  hoody-codegen generate --check --json           the outcome for a program

Only generated files are written: a file that you wrote, or a generated one that you edited, is
reported and left alone, and nothing is written as long as one is in the way. Files that aren't
generated any more are removed unless they were edited.

Exit status: 0 if all is written or as it should be; 1 for faults in documents or settings, files
in the way, and differences found by --check; 2 for a wrong use of the command.
"""


@dataclass(frozen=True, slots=True)
class Options:
    """The flags of one run."""

    check: bool
    diff: bool
    strict: bool
    quiet: bool
    force: bool

    @property
    def only_compares(self) -> bool:
        return self.check or self.diff


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one target."""

    result: GenerationResult
    comparison: Comparison


@click.command(help=_HELP, short_help="Write clients from documents, or check them.")
@choosing
@click.option(
    "--out",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder to write to, in place of the target's own.",
)
@click.option("--check", is_flag=True, help="Write nothing; exit 1 if something would change.")
@click.option("--diff", is_flag=True, help="Write nothing; print what would change.")
@click.option("--strict", is_flag=True, help="Treat warnings as errors.")
@click.option("--force", is_flag=True, help="Overwrite generated files that were edited.")
@reporting
def generate(
    config_path: Path | None,
    target_name: str | None,
    out: Path | None,
    json_output: bool,
    **flags: bool,
) -> int:
    options = Options(**flags)
    targets = _targets(config_path, target_name, out)
    outcomes = _run(targets, options)
    differs = any(outcome.comparison.changes for outcome in outcomes)
    status = FAULTS if options.check and differs else FINE
    if json_output:
        _print_json(outcomes, options, status)
    else:
        for outcome in outcomes:
            _print(outcome, options)
    return status


def _targets(
    config_path: Path | None, target_name: str | None, out: Path | None
) -> tuple[Target, ...]:
    config, embedded = load_settings(config_path)
    if embedded and out is None:
        raise click.UsageError(
            f"there is no {CONFIG_NAME} in this folder. Name one with --config, or give --out DIR "
            "to generate the client of the embedded documents."
        )
    targets = config.targets
    if target_name is not None:
        targets = (find_target(config, target_name),)
    elif embedded:
        targets = targets[:1]
    if out is not None:
        if len(targets) > 1:
            raise click.UsageError("--out needs --target: the settings have several targets")
        targets = tuple(replace(target, output=out) for target in targets)
    return targets


def _run(targets: Sequence[Target], options: Options) -> list[Outcome]:
    from ..pipeline import generate_all

    with progress(options.quiet) as tell:
        with rendering():
            results = generate_all(targets, tell)
        tell("comparing" if options.only_compares else "writing")
        return _finish(results, options)


def _finish(results: Sequence[GenerationResult], options: Options) -> list[Outcome]:
    """Compare all targets, then write them; nothing is written if one can't be."""
    from ..output import compare, write

    faults = Diagnostics()
    compared: list[Comparison] = []
    for result in results:
        if options.strict and result.diagnostics.warnings:
            faults.extend(
                replace(warning, severity=Severity.ERROR) for warning in result.diagnostics.warnings
            )
        try:
            compared.append(compare(result.target.output, result.files, force=options.force))
        except CodegenError as error:
            faults.extend(error.diagnostics)
    if faults.errors:
        raise CodegenError(faults)
    if not options.only_compares:
        compared = [
            write(result.target.output, result.files, force=options.force) for result in results
        ]
    return [Outcome(*pair) for pair in zip(results, compared, strict=True)]


def _print(outcome: Outcome, options: Options) -> None:
    result, comparison = outcome.result, outcome.comparison
    print_faults(result.diagnostics)
    if options.diff:
        for change in comparison.changes:
            for line in change.diff():
                say(line)
    if options.quiet or (options.diff and not options.check):
        return
    statistics = result.statistics
    say(
        f"{result.target.name} → {result.target.output}: "
        f"{many(statistics.services, 'service')}, {many(statistics.operations, 'operation')}, "
        f"{many(statistics.models, 'model')}"
    )
    say(f"  {_files(comparison, options)}")
    if options.check:
        for change in comparison.changes:
            say(f"  would {change.kind.value} {change.path}")
    for path in comparison.kept:
        say(f"  kept {path}: it isn't generated any more, but it was edited")
    for severity, what in ((Severity.WARNING, "warning"), (Severity.NOTE, "note")):
        codes = count_by_code(result.diagnostics, severity)
        if codes:
            listed = ", ".join(f"{code} {count}" for code, count in codes.items())
            say(f"  {many(sum(codes.values()), what)}: {listed}")


def _files(comparison: Comparison, options: Options) -> str:
    from ..output import ChangeKind

    verb = "would be " if options.only_compares else ""
    parts = [
        f"{comparison.count(ChangeKind.CREATE)} {verb}created",
        f"{comparison.count(ChangeKind.UPDATE)} {verb}updated",
        f"{comparison.count(ChangeKind.REMOVE)} {verb}removed",
        f"{comparison.unchanged} unchanged",
    ]
    return f"files: {', '.join(parts)}"


def _print_json(outcomes: Sequence[Outcome], options: Options, status: int) -> None:
    targets = [
        {
            "name": outcome.result.target.name,
            "output": outcome.result.target.output.as_posix(),
            "services": outcome.result.statistics.services,
            "operations": outcome.result.statistics.operations,
            "models": outcome.result.statistics.models,
            "unchanged": outcome.comparison.unchanged,
            "changes": [
                {
                    "kind": change.kind.value,
                    "path": str(change.path),
                    "diff": "\n".join(change.diff()) if options.diff else None,
                }
                for change in outcome.comparison.changes
            ],
            "kept": [str(path) for path in outcome.comparison.kept],
        }
        for outcome in outcomes
    ]
    print_report(
        "generate",
        {"written": not options.only_compares, "targets": targets},
        status=status,
        diagnostics=[found for outcome in outcomes for found in outcome.result.diagnostics],
    )
