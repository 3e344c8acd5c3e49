"""Running the program: from the arguments to the exit status."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

import click

from .context import Invocation
from .model import App


def run(app: App, argv: Sequence[str] | None = None) -> int:
    """Run the program with ``argv``, those of the process without it; gives the exit status.

    Nothing is raised but what ends the interpreter, and nothing of the process is changed.
    """
    invocation = Invocation(app)
    try:
        return _run(invocation, sys.argv[1:] if argv is None else list(argv))
    except BrokenPipeError:
        return _nobody_reads()
    except click.exceptions.Exit as done:  # as after --help: nothing failed
        return done.exit_code
    except (Exception, KeyboardInterrupt) as error:
        from .failures import report

        try:
            return report(invocation, error)
        except BrokenPipeError:
            return _nobody_reads()
    finally:
        _close(invocation)


def _run(invocation: Invocation, args: list[str]) -> int:
    from .building import Tree
    from .extension import load

    app = invocation.app
    root = Tree(app, load(app, invocation.warn)).root()
    instruction = os.environ.get(f"_{app.name.upper().replace('-', '_')}_COMPLETE")
    if instruction:
        from .completing import respond

        return respond(app, root, instruction)
    color = None if invocation.may_colour else False
    with root.make_context(app.name, args, obj=invocation, color=color) as ctx:
        try:
            root.invoke(ctx)
        except Exception as error:
            if not _was_dry(invocation, error):
                raise
    invocation.out.flush()
    return 0


def _was_dry(invocation: Invocation, error: Exception) -> bool:
    """Whether ``error`` says that a dry run came to its end: it has printed what would be sent."""
    if not invocation.settings.dry_run:
        return False
    from .dry_run import NotSent

    return isinstance(error, NotSent)


def _close(invocation: Invocation) -> None:
    try:
        invocation.close()
    except Exception as error:  # the command is done: its status is what counts
        invocation.warn(f"closing: {type(error).__name__}")


def _nobody_reads() -> int:
    """The reader of stdout has gone, as ``head`` does: no reason to complain."""
    # What is still in the buffer has nowhere to go, and would be complained about at the exit.
    try:
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, sys.stdout.fileno())
        os.close(null)
    except (OSError, ValueError):
        pass  # stdout isn't a file of the system
    return 0
