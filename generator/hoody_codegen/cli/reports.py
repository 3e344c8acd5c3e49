"""What ``--json`` prints: one object, whose keys don't depend on how the run went."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict

import click

from ..diagnostics import Diagnostic

_PARTS: Mapping[str, Mapping[str, object]] = {
    "generate": {"written": False, "targets": []},
    "errors": {"target": None, "errors": [], "conflicts": []},
    "import-reference": {"source": None, "output": None, "report": None},
    "completion": {"shell": None, "script": None},
}
"""The keys of each command beside the common ones, with what they hold after a failure."""


def print_report(
    command: str | None,
    parts: Mapping[str, object] | None = None,
    *,
    status: int = 0,
    error: tuple[str, str] | None = None,
    diagnostics: Iterable[Diagnostic] = (),
) -> None:
    """Print the report of a run (docs/command.md).

    Args:
        command: The subcommand; None where the command line names none that there is.
        parts: What stands in the report of this command only.
        status: The exit status that follows.
        error: Message and hint of a fault that has no place in a document.
        diagnostics: Faults and warnings that have one.
    """
    own = {**_PARTS.get(command or "", {}), **(parts or {})}
    document = {
        "command": command,
        "status": status,
        "error": {"message": error[0], "hint": error[1]} if error is not None else None,
        "diagnostics": [_as_json(one) for one in diagnostics],
        **own,
    }
    click.echo(json.dumps(document, indent=2, ensure_ascii=True))


def _as_json(diagnostic: Diagnostic) -> dict[str, object]:
    return {**asdict(diagnostic), "severity": diagnostic.severity.name.lower()}
