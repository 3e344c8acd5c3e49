"""Shows commands at work: a recipe is written with the first commands that it fits."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple, TypeAlias

from ..cli_runtime.model import Command
from ..python.code import Code
from ..python.escape import markdown, markdown_block


@dataclass(frozen=True, slots=True)
class Recipe:
    title: Code
    text: Code
    script: Code


class _Plain(NamedTuple):
    title: str
    text: str
    script: str


_Maker: TypeAlias = Callable[[Sequence[Command], str], "Iterator[_Plain]"]


_USUAL: Final = frozenset({"list", "get", "create", "delete"})


def plan_recipes(
    commands: Sequence[Command], program: str, login: tuple[str, ...] = ()
) -> tuple[Recipe, ...]:
    """All recipes for which there are commands. Groups that have what most have come first, the
    one of the command ``login`` comes last.
    """
    usual: dict[tuple[str, ...], set[str]] = {}
    for command in commands:
        usual.setdefault(command.path[:-1], set()).add(command.path[-1])

    def rank(command: Command) -> tuple[bool, int, int, tuple[str, ...]]:
        group = command.path[:-1]
        missing = len(_USUAL - usual[group])
        return (group == login[:-1], missing, len(group), command.path)

    simple = sorted(commands, key=rank)
    return tuple(
        Recipe(markdown(one.title), markdown(one.text), markdown_block(one.script))
        for make in (
            _lists,
            _loops,
            _bodies,
            _dry_runs,
            _unattended,
            _downloads,
            _events,
            _statuses,
        )
        for one in make(simple, program)
    )


def _lists(commands: Sequence[Command], program: str) -> Iterator[_Plain]:
    listing = _listing(commands)
    if listing is None:
        return
    call = _call(listing, program)
    columns = [column.field for column in listing.output.columns][:3] or ["id"]
    yield _Plain(
        "Look, choose, count",
        "A table on a terminal, JSON in a pipe; -o says it, --columns and --query choose.",
        f"{call}\n"
        f"{call} --columns {','.join(columns)}\n"
        f"{call} --all -o json > all.json\n"
        f"{call} --all --query 'length(@)'",
    )


def _loops(commands: Sequence[Command], program: str) -> Iterator[_Plain]:
    for listing in filter(_is_listing, commands):
        single = next(
            (
                command
                for command in commands
                if command.path == (*listing.path[:-1], "get") and len(command.arguments) == 1
            ),
            None,
        )
        if single is not None and any(c.field == "id" for c in listing.output.columns):
            words = " ".join((program, *single.path))
            yield _Plain(
                "One after the other",
                "-o raw prints one item a line, without quotes.",
                f"{_call(listing, program)} --all --query '[].id' -o raw |\n"
                "while read -r id; do\n"
                f'    {words} "$id" -o json > "$id.json"\n'
                "done",
            )
            return


def _bodies(commands: Sequence[Command], program: str) -> Iterator[_Plain]:
    for command in commands:
        if command.has_body and command.path[-1] in ("create", "update") and not command.arguments:
            call = " ".join((program, *command.path))
            yield _Plain(
                "A body from a file, or from another program",
                "--body takes the whole body: JSON, @FILE, or - for stdin.",
                f"{call} --body @new.json\njq '.[0]' all.json | {call} --body -",
            )
            return


def _dry_runs(commands: Sequence[Command], program: str) -> Iterator[_Plain]:
    command = next((c for c in commands if c.destructive), None)
    if command is not None:
        yield _Plain(
            "See what would be sent",
            "Nothing is sent, and secrets are masked: the curl command can be shown to others.",
            f"{_call(command, program)} --dry-run",
        )


def _unattended(commands: Sequence[Command], program: str) -> Iterator[_Plain]:
    command = next((c for c in commands if c.destructive), None)
    if command is not None:
        yield _Plain(
            "Without anybody to ask",
            "What destroys is asked for on a terminal, and refused without one unless --yes is "
            "given.",
            f"{_call(command, program)} --yes",
        )


def _downloads(commands: Sequence[Command], program: str) -> Iterator[_Plain]:
    command = min(filter(_is_content, commands), key=_needed, default=None)
    if command is not None:
        call = _call(command, program)
        yield _Plain(
            "Content into a file, or into a pipe",
            "With -O there is a progress bar, and the file appears when all of it has come.",
            f"{call} -O content.bin\n{call} | sha256sum",
        )


def _events(commands: Sequence[Command], program: str) -> Iterator[_Plain]:
    command = next((c for c in commands if c.output.form == "events"), None)
    if command is not None:
        yield _Plain(
            "Events as they come",
            "One JSON object a line; Ctrl-C ends it.",
            f"{_call(command, program)} -o json | jq --unbuffered .data",
        )


def _statuses(commands: Sequence[Command], program: str) -> Iterator[_Plain]:
    command = next((c for c in commands if c.path[-1] == "get" and len(c.arguments) == 1), None)
    if command is not None:
        yield _Plain(
            "Tell what went wrong",
            "Each kind of failure has an exit status of its own.",
            f"{_call(command, program)} > found.json\n"
            "case $? in\n"
            "    0) ;;\n"
            "    3) echo 'sign in first' >&2; exit 1 ;;\n"
            "    4) echo 'there is no such thing' >&2; exit 1 ;;\n"
            "    5 | 6) echo 'try again later' >&2; exit 75 ;;\n"
            "    *) exit 1 ;;\n"
            "esac",
        )


def _is_content(command: Command) -> bool:
    return command.output.form == "download" and command.request.startswith("GET ")


def _needed(command: Command) -> int:
    return sum(option.required for option in command.options)


def _listing(commands: Sequence[Command]) -> Command | None:
    return next(filter(_is_listing, commands), None)


def _is_listing(command: Command) -> bool:
    return command.output.form == "table" and not command.arguments and not _needed(command)


def _call(command: Command, program: str) -> str:
    """The command with variables of the shell for all that it needs."""
    parts = [program, *command.path]
    parts += [_variable(argument.name) for argument in command.arguments]
    for option in command.options:
        if option.required and not option.path and not option.secret:
            parts += [option.flag, _variable(option.flag)]
    return " ".join(parts)


def _variable(name: str) -> str:
    return f'"${re.sub(r"[^A-Z0-9]+", "_", name.upper()).strip("_")}"'
