"""Questions before what can't be undone."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from .masking import harmless

if TYPE_CHECKING:
    from .context import Invocation
    from .model import Command


def confirm(invocation: Invocation, command: Command, values: Mapping[str, Any]) -> None:
    """Ask before a destructive command is sent; the default answer is no.

    ``values`` are the arguments of the client's method: those of the path say what is meant.
    Raises Exit for a no, and UsageError where nobody can answer. With ``--yes``, and for a dry run,
    there is no question.
    """
    if not command.destructive or invocation.settings.yes or invocation.settings.dry_run:
        return
    named = [
        f"{argument.name} {values[argument.argument]}"
        for argument in command.arguments
        if values.get(argument.argument) is not None
    ]
    what = command.summary.strip().rstrip(".")
    told = harmless(f"{what}: {', '.join(named)}" if named else what).replace("\n", " ")
    if not invocation.can_ask:
        words = " ".join((invocation.app.name, *command.path))
        raise click.UsageError(
            f"{words!r} can't be undone, and there is no terminal to ask on. Nothing was sent.\n"
            f"  {told}\n"
            f"Add --yes to do it without a question, or --dry-run to see what would be sent."
        )
    if not agrees(invocation, f"{told}\nThis can't be undone. Go on?"):
        print("Nothing was sent.", file=invocation.err, flush=True)
        raise click.exceptions.Exit(1)


def agrees(invocation: Invocation, question: str) -> bool:
    """Whether the user says yes; anything that is neither a yes nor a no is asked again."""
    while True:
        answer = ask(invocation, f"{question} [y/N] ").strip().lower()
        if answer in ("y", "yes"):
            return True
        if answer in ("", "n", "no"):
            return False
        question = "Please answer y or n."


def ask(invocation: Invocation, prompt: str) -> str:
    """A line from the terminal. Its end (Ctrl-D) aborts."""
    invocation.err.write(prompt)
    invocation.err.flush()
    line = sys.stdin.readline()
    if not line:
        invocation.err.write("\n")
        raise click.Abort
    return line.rstrip("\r\n")


def ask_secret(invocation: Invocation, prompt: str) -> str:
    """As :func:`ask`, without showing what is typed."""
    from getpass import getpass

    try:
        return getpass(prompt, stream=invocation.err)
    except EOFError:
        raise click.Abort from None
