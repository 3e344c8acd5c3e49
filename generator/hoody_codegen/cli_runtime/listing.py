"""The command that lists all commands."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click

from .building import LazyGroup, OperationCommand
from .context import Invocation
from .model import App, Column, Command, Output
from .suggesting import did_you_mean

_COLUMNS = (
    Column("command", "Command"),
    Column("request", "Request"),
    Column("summary", "Summary"),
)


def every(ctx: click.Context, group: LazyGroup) -> Iterator[tuple[str, click.Command]]:
    """All commands below a group, with the words that call them. Imports all their modules."""
    for name in group.list_commands(ctx):
        command = group.get_command(ctx, name)
        if isinstance(command, LazyGroup):
            for words, inner in every(ctx, command):
                yield f"{name} {words}", inner
        elif command is not None and not command.hidden:
            yield name, command


def commands(app: App) -> click.Command:
    """The command ``commands``."""

    @click.pass_context
    def show(ctx: click.Context, group: str | None) -> None:
        from . import output

        invocation: Invocation = ctx.obj
        root = ctx.find_root().command
        assert isinstance(root, LazyGroup)
        rows: list[dict[str, Any]] = []
        for words, command in every(ctx.find_root(), root):
            if group is not None and words.split()[0] != group:
                continue
            data = command.data if isinstance(command, OperationCommand) else None
            rows.append(
                {
                    "command": words,
                    "request": data.request if data else None,
                    "method": data.method if data else None,
                    "summary": data.summary if data else command.get_short_help_str(200),
                }
            )
        if not rows:
            known = root.list_commands(ctx.find_root())
            raise click.UsageError(
                f"There is no group {group!r}.{did_you_mean(group or '', known)}"
            )
        listed = Command(("commands",), "", "", "All commands.", output=Output("table", _COLUMNS))
        output.show(invocation, listed, rows)

    return click.Command(
        "commands",
        callback=show,
        params=[click.Argument(["group"], required=False)],
        short_help="List all commands, with their requests.",
        help="List all commands, or those of one group, with the requests that they make. "
        "-o json also names the methods of the Python client.",
    )
