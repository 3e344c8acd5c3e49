"""``hoody-codegen generate``."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NoReturn

import click

from ..config import Config, Target, load_config
from ..diagnostics import CodegenError, Diagnostic, Diagnostics, Severity
from ..output import ChangeKind, Comparison, compare, write
from ..packaged import CONFIG_NAME, default_config
from ..pipeline import GenerationResult, RenderError, generate_all
from .printing import as_json, count_by_code, print_error, print_faults, progress, say

_HELP = f"""Generate clients from the documents that {CONFIG_NAME} names.

Without a {CONFIG_NAME} in this folder, --out DIR generates the client of the documents that come
with the program.

Only generated files are written: a file that you wrote, or a generated one that you edited, is
reported and left alone, and nothing is written as long as one is in the way. Files that aren't
generated any more are removed unless they were edited.
"""


@dataclass(frozen=True, slots=True)
class Options:
    """The flags of one run."""

    check: bool
    diff: bool
    strict: bool
    quiet: bool
    as_json: bool
    force: bool

    @property
    def only_compares(self) -> bool:
        return self.check or self.diff


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one target."""

    result: GenerationResult
    comparison: Comparison


@click.command(help=_HELP)
@click.option(
    "--config",
    "config_path",
    type=click.Path(path_type=Path),
    help=f"Settings to use in place of ./{CONFIG_NAME}.",
)
@click.option("--target", "target_name", help="Only this target of the settings.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder to write to, in place of the target's own.",
)
@click.option("--check", is_flag=True, help="Write nothing; exit 1 if something would change.")
@click.option("--diff", is_flag=True, help="Write nothing; print what would change.")
@click.option("--strict", is_flag=True, help="Treat warnings as errors.")
@click.option("--force", is_flag=True, help="Overwrite generated files that were edited.")
@click.option("--quiet", is_flag=True, help="Print faults only.")
@click.option("--json", "json_output", is_flag=True, help="Print the outcome as one JSON object.")
def generate(
    config_path: Path | None,
    target_name: str | None,
    out: Path | None,
    json_output: bool,
    **flags: bool,
) -> None:
    options = Options(as_json=json_output, **flags)
    targets = _targets(config_path, target_name, out, options)
    try:
        with progress(options.quiet or options.as_json) as tell:
            results = generate_all(targets, tell)
        outcomes = _finish(results, options)
    except CodegenError as error:
        _fail(error.diagnostics, options)
    except RenderError as error:
        print_error(str(error), "This is a fault of hoody-codegen; please report it.")
        raise SystemExit(1) from None
    except OSError as error:
        print_error(f"{error.filename or 'output'}: {error.strerror}")
        raise SystemExit(1) from None
    if options.as_json:
        _print_json(outcomes, [d for one in outcomes for d in one.result.diagnostics])
    else:
        for outcome in outcomes:
            _print(outcome, options)
    if options.check and any(outcome.comparison.changes for outcome in outcomes):
        raise SystemExit(1)


def _targets(
    config_path: Path | None, target_name: str | None, out: Path | None, options: Options
) -> tuple[Target, ...]:
    try:
        config, embedded = _config(config_path, out)
    except CodegenError as error:
        _fail(error.diagnostics, options)
    targets = config.targets
    if target_name is not None:
        targets = tuple(target for target in targets if target.name == target_name)
        if not targets:
            names = ", ".join(target.name for target in config.targets)
            raise click.BadParameter(f"there is no {target_name!r}; known are: {names}")
    elif embedded:
        targets = targets[:1]
    if out is not None:
        if len(targets) > 1:
            raise click.UsageError("--out needs --target: the settings have several targets")
        targets = tuple(replace(target, output=out) for target in targets)
    return targets


def _config(path: Path | None, out: Path | None) -> tuple[Config, bool]:
    """The settings, and whether they are the embedded ones."""
    if path is not None:
        return load_config(path), False
    local = Path(CONFIG_NAME)
    if local.exists():
        return load_config(local), False
    if out is None:
        raise click.UsageError(
            f"there is no {CONFIG_NAME} in this folder. Name one with --config, or give --out DIR "
            "to generate the client of the embedded documents."
        )
    return load_config(default_config()), True


def _finish(results: Sequence[GenerationResult], options: Options) -> list[Outcome]:
    """Compare all targets, then write them; nothing is written if one can't be."""
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


def _fail(diagnostics: Sequence[Diagnostic], options: Options) -> NoReturn:
    if options.as_json:
        _print_json([], diagnostics)
    else:
        print_faults(diagnostics)
        count = sum(diagnostic.severity is Severity.ERROR for diagnostic in diagnostics)
        print_error(f"{_many(count, 'error')}; nothing was written")
    raise SystemExit(1)


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
        f"{_many(statistics.services, 'service')}, {_many(statistics.operations, 'operation')}, "
        f"{_many(statistics.models, 'model')}"
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
            say(f"  {_many(sum(codes.values()), what)}: {listed}")


def _files(comparison: Comparison, options: Options) -> str:
    counts = {kind: comparison.count(kind) for kind in ChangeKind}
    verb = "would be " if options.only_compares else ""
    parts = [
        f"{counts[ChangeKind.CREATE]} {verb}created",
        f"{counts[ChangeKind.UPDATE]} {verb}updated",
        f"{counts[ChangeKind.REMOVE]} {verb}removed",
        f"{comparison.unchanged} unchanged",
    ]
    return f"files: {', '.join(parts)}"


def _print_json(outcomes: Sequence[Outcome], diagnostics: Sequence[Diagnostic]) -> None:
    targets = [
        {
            "name": outcome.result.target.name,
            "output": outcome.result.target.output.as_posix(),
            "services": outcome.result.statistics.services,
            "operations": outcome.result.statistics.operations,
            "models": outcome.result.statistics.models,
            "unchanged": outcome.comparison.unchanged,
            "changes": [
                {"kind": change.kind.value, "path": str(change.path)}
                for change in outcome.comparison.changes
            ],
            "kept": [str(path) for path in outcome.comparison.kept],
        }
        for outcome in outcomes
    ]
    document = {"targets": targets, "diagnostics": [as_json(one) for one in diagnostics]}
    click.echo(json.dumps(document, indent=2, ensure_ascii=True))


def _many(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
