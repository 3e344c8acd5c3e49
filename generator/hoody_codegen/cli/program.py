"""The program itself: how every command ends, whatever happened, and with which status."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise, takewhile
from typing import Any

import click

from ..diagnostics import CodegenError, Severity
from .options import nearest
from .printing import many, print_error, print_faults
from .reports import print_report

PROGRAM = "hoody-codegen"

FINE, FAULTS, USAGE, INTERRUPTED, CUT_OFF = 0, 1, 2, 130, 141
"""Exit statuses; the last two are those that shells give for SIGINT and SIGPIPE."""

STATUSES = """\b
Exit status:
  0    fine
  1    faults in documents, settings or files in the way, or differences found by --check
  2    wrong use of the command line
  130  interrupted (Ctrl-C); no client is left half-written
  141  whoever read the output stopped reading
"""

_CONSEQUENCES = {
    "generate": "nothing was written",
    "errors": "there is no catalogue",
    "import-reference": "nothing was written",
}
_HINTS: dict[type[OSError], str] = {
    PermissionError: "Change its permissions, or choose another place.",
    NotADirectoryError: "A file stands where a folder is needed; move it away.",
    IsADirectoryError: "A folder stands where a file is needed; move it away.",
    FileExistsError: "Something stands where a folder is needed; move it away.",
}


class Failure(Exception):
    """A fault that has no place in a document; it ends the program with :data:`FAULTS`."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


@contextmanager
def rendering() -> Iterator[None]:
    """Where our own templates may turn out to be wrong: told as that."""
    from ..pipeline import RenderError

    try:
        yield
    except RenderError as error:
        hint = "This is a fault of hoody-codegen; please report it."
        raise Failure(str(error), hint) from None


class Program(click.Group):
    """A group whose commands return their exit status and raise what is told here.

    A user's mistake never shows a traceback. A fault of this program does: it is what a report of
    the fault needs.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:
        """By use, not by alphabet."""
        return list(self.commands)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if name not in self.commands and not name.startswith("-") and not ctx.resilient_parsing:
            ctx.fail(f"No such command {name!r}{nearest(name, list(self.commands))}")
        return super().resolve_command(ctx, args)

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        windows_expand_args: bool = True,
        **extra: Any,
    ) -> Any:
        given = list(sys.argv[1:] if args is None else args)
        expand = windows_expand_args and args is None
        options: dict[str, Any] = {"standalone_mode": False, "windows_expand_args": expand, **extra}
        run = super().main
        if not standalone_mode:
            return run(args, prog_name, complete_var, **options)
        _print_anything()
        try:
            status = run(args, prog_name, complete_var, **options) or FINE
        except click.ClickException as error:
            status = _refuse(error, given)
        except OSError as error:  # of printing the help
            status = _fail(error, None, given)
        sys.exit(status)

    def invoke(self, ctx: click.Context) -> int:
        """Run the command; its status, also where it fails."""
        try:
            status: int = super().invoke(ctx) or FINE
            sys.stdout.flush()
        except KeyboardInterrupt:
            if sys.stderr.isatty():
                click.echo(err=True)  # ends the line of "^C"
            return INTERRUPTED
        except (CodegenError, Failure, OSError) as error:
            return _fail(error, ctx.invoked_subcommand, ctx.meta.get(_GIVEN, ()))
        return status

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,
    ) -> click.Context:
        given = tuple(args)  # parsing empties the list
        context = super().make_context(info_name, args, parent, **extra)
        context.meta[_GIVEN] = given
        return context


_GIVEN = f"{__name__}.given"


def _print_anything() -> None:
    """Names of files may hold bytes that no encoding knows; a screen may know few letters."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


def _wants_json(given: Sequence[str]) -> bool:
    """Whether the arguments ask for a report, also where they can't be parsed."""
    words = list(takewhile(lambda word: word != "--", given))
    return "--json" in words or "--format=json" in words or ("--format", "json") in pairwise(words)


def _refuse(error: click.ClickException, given: Sequence[str]) -> int:
    """A wrong use of the command line."""
    if _wants_json(given):
        context = error.ctx if isinstance(error, click.UsageError) else None
        command = context.info_name if context is not None and context.parent else None
        print_report(command, status=error.exit_code, error=(error.format_message(), ""))
    else:
        error.show()
    return error.exit_code


def _fail(
    error: CodegenError | Failure | OSError, command: str | None, given: Sequence[str]
) -> int:
    if isinstance(error, BrokenPipeError):
        _discard_output()
        return CUT_OFF
    if isinstance(error, CodegenError):
        if _wants_json(given):
            print_report(command, status=FAULTS, diagnostics=error.diagnostics)
            return FAULTS
        print_faults(error.diagnostics)
        count = sum(found.severity is Severity.ERROR for found in error.diagnostics)
        print_error(f"{many(count, 'error')}; {_CONSEQUENCES.get(command or '', 'ended')}")
        return FAULTS
    failure = _explain(error) if isinstance(error, OSError) else error
    told = False
    try:
        if _wants_json(given):
            print_report(command, status=FAULTS, error=(failure.message, failure.hint))
            told = True
        sys.stdout.flush()
    except OSError:  # standard output itself can't be written
        _discard_output()
        told = False
    if not told:
        print_error(failure.message, failure.hint)
    return FAULTS


def _explain(error: OSError) -> Failure:
    place = error.filename if error.filename is not None else "output"
    hint = next((hint for kind, hint in _HINTS.items() if isinstance(error, kind)), "")
    return Failure(f"{os.fsdecode(place)}: {error.strerror or error}", hint)


def _discard_output() -> None:
    """What waits to be written can't be; the interpreter would complain about it at its end."""
    try:
        place = sys.stdout.fileno()
    except OSError:  # a stream in memory
        return
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, place)
    os.close(null)
