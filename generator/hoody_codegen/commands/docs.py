"""Plans the documentation of a command line, from the same data that its commands are made of.

``docs/cli.md`` lists the groups, ``docs/cli/<group>.md`` describes the commands of one,
``docs/operations.md`` says for each operation how it is called from Python, from a shell and over
HTTP, ``docs/recipes.md`` shows commands at work, and ``docs/man/<program>.1`` is the manual page.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from ..cli_runtime.helping import usage_line, value_name
from ..cli_runtime.model import Argument, Command, Group, Kind, Option, Scope
from ..cli_runtime.values import body_flag
from ..config import Target
from ..python.code import Code, code
from ..python.escape import markdown, markdown_block, markdown_code, markdown_prose, roff, slug
from ..python.plan import FilePlan
from .plan import CommandLine
from .recipes import Recipe, plan_recipes

_DOCS: Final = PurePosixPath("docs")

Modules = Mapping[str, Sequence[Command]]
"""The commands of each module below ``commands``."""


@dataclass(frozen=True, slots=True)
class Row:
    """An argument or a flag: what is typed, and what is said of it."""

    typed: Code
    required: bool
    text: Code


@dataclass(frozen=True, slots=True)
class CommandSection:
    heading: Code
    anchor: Code
    summary: Code
    request: Code
    method: Code
    usage: Code
    destructive: bool
    deprecated: bool
    paragraphs: tuple[Code, ...]
    arguments: tuple[Row, ...]
    options: tuple[Row, ...]
    example: Code | None


@dataclass(frozen=True, slots=True)
class GroupPage:
    """The page of a group at the top, with all groups below it."""

    heading: Code
    summary: Code
    usage: Code
    sections: tuple[CommandSection, ...]


@dataclass(frozen=True, slots=True)
class GroupLine:
    name: Code
    page: Code
    summary: Code
    commands: int


@dataclass(frozen=True, slots=True)
class Overview:
    program: Code
    summary: Code
    groups: tuple[GroupLine, ...]
    commands: int


@dataclass(frozen=True, slots=True)
class OperationRow:
    method: Code
    command: Code
    link: Code
    request: Code


@dataclass(frozen=True, slots=True)
class ServiceSection:
    name: Code
    rows: tuple[OperationRow, ...]


@dataclass(frozen=True, slots=True)
class OperationMap:
    program: Code
    total: int
    services: tuple[ServiceSection, ...]


@dataclass(frozen=True, slots=True)
class RecipePage:
    program: Code
    recipes: tuple[Recipe, ...]


@dataclass(frozen=True, slots=True)
class ManualCommand:
    words: Code
    summary: Code


@dataclass(frozen=True, slots=True)
class ManualGroup:
    name: Code
    summary: Code
    commands: tuple[ManualCommand, ...]


@dataclass(frozen=True, slots=True)
class ManualFlag:
    typed: Code
    summary: Code


@dataclass(frozen=True, slots=True)
class ManualPage:
    title: Code
    program: Code
    prefix: Code
    summary: Code
    scope_flags: tuple[ManualFlag, ...]
    groups: tuple[ManualGroup, ...]


def plan_docs(line: CommandLine, target: Target) -> tuple[FilePlan, ...]:
    """All pages; their paths start at the target's folder. None if there is no command."""
    program, groups = line.program, line.groups
    found = {group.name: tuple(_commands(group, line.commands)) for group in groups}
    every = [command for commands in found.values() for command in commands]
    if not every:
        return ()
    name = markdown(program)
    summary = line.summary or f"The command line of {target.name}."
    overview = Overview(
        program=name,
        summary=markdown(summary),
        groups=tuple(
            GroupLine(
                name=markdown_code(f"{program} {group.name}"),
                page=_page(group.name),
                summary=markdown(group.summary),
                commands=len(found[group.name]),
            )
            for group in groups
        ),
        commands=len(every),
    )
    return (
        FilePlan(_DOCS / "cli.md", "cli_overview.md.jinja", overview),
        *(
            FilePlan(
                _DOCS / _page(group.name),
                "cli_group.md.jinja",
                GroupPage(
                    heading=markdown(f"{program} {group.name}"),
                    summary=markdown(group.summary),
                    usage=markdown_block(f"{program} {group.name} COMMAND …"),
                    sections=tuple(_section(command, program) for command in found[group.name]),
                ),
            )
            for group in groups
        ),
        FilePlan(_DOCS / "operations.md", "cli_operations.md.jinja", _operations(every, program)),
        FilePlan(
            _DOCS / "recipes.md",
            "cli_recipes.md.jinja",
            RecipePage(name, plan_recipes(every, program, line.login)),
        ),
        FilePlan(
            _DOCS / "man" / f"{program}.1",
            "cli_manual.1.jinja",
            ManualPage(
                title=roff(program.upper()),
                program=roff(program),
                prefix=roff(target.env_prefix),
                summary=roff(summary),
                scope_flags=_scope_flags(line.scopes),
                groups=tuple(
                    ManualGroup(
                        name=roff(group.name),
                        summary=roff(group.summary),
                        commands=tuple(
                            ManualCommand(roff(_usage(command, program)), roff(command.summary))
                            for command in found[group.name]
                        ),
                    )
                    for group in groups
                ),
            ),
        ),
    )


def _commands(group: Group, modules: Modules) -> Iterator[Command]:
    """Those of the group itself by name, then those of the groups below it."""
    yield from sorted(modules.get(group.module, ()), key=lambda command: command.path)
    for inner in group.groups:
        yield from _commands(inner, modules)


def _section(command: Command, program: str) -> CommandSection:
    return CommandSection(
        heading=markdown(" ".join((program, *command.path))),
        anchor=_anchor(command, program),
        summary=markdown(command.summary),
        request=markdown_code(command.request),
        method=markdown_code(f"client.{command.method}()"),
        usage=markdown_block(_usage(command, program)),
        destructive=command.destructive,
        deprecated=command.deprecated,
        paragraphs=tuple(
            markdown_prose(part) for part in command.description.split("\n\n") if part.strip()
        ),
        arguments=tuple(map(_argument_row, command.arguments)),
        options=(
            *(_option_row(command, option) for option in command.options),
            *_body_row(command),
        ),
        example=markdown_block(command.example) if command.example else None,
    )


def _usage(command: Command, program: str) -> str:
    """What has to be typed."""
    return usage_line((program, *command.path), command)


def _argument_row(argument: Argument) -> Row:
    also = f" Also: {argument.flag}." if argument.flag else ""
    text = _sentences(argument.help, *_limits(argument.kind, argument.help))
    return Row(markdown_code(argument.name), True, markdown_prose(f"{text}{also}".strip()))


def _option_row(command: Command, option: Option) -> Row:
    notes = [
        *_limits(option.kind, option.help),
        "Can be repeated." if option.many or option.mapping else "",
        "The word null sends null." if option.nullable else "",
        "Also read from the environment, or asked for." if option.secret else "",
        (
            f"Default: {option.default}"
            if option.default and "default" not in option.help.lower()
            else ""
        ),
    ]
    text = _sentences(option.help, *notes)
    return Row(markdown_code(_typed(command, option)), option.required, markdown_prose(text))


def _body_row(command: Command) -> tuple[Row, ...]:
    flag = body_flag(command)
    if not flag:
        return ()
    typed = f"{flag} {value_name(command.body_kind, None)}".rstrip()
    text = Code("The whole body: itself, @FILE, or - for stdin.")
    return (Row(markdown_code(typed), command.body_required and not command.options, text),)


def _typed(command: Command, option: Option) -> str:
    negated = f"--no-{option.flag.removeprefix('--')}"
    if (
        option.kind.name == "boolean"
        and not (option.many or option.mapping)
        and all(other.flag != negated for other in command.options)
    ):
        return f"{option.flag}, {negated}"
    return f"{option.flag} {value_name(option.kind, option)}".rstrip()


_UNITS: Final[Mapping[str, str]] = {"bytes": "bytes", "s": "seconds", "ms": "milliseconds"}
_SIZES: Final[Mapping[str, str]] = {"bytes": "10MiB", "s": "2h30m", "ms": "2h30m"}


def _limits(kind: Kind, said: str) -> Iterator[str]:
    if kind.choices and not all(choice in said for choice in kind.choices):
        yield f"{'One' if kind.closed else 'Known values: one'} of: {', '.join(kind.choices)}."
    yield _range(kind.minimum, kind.maximum, "")
    if kind.unit:
        yield f"A number of {_UNITS[kind.unit]}: also {_SIZES[kind.unit]}."
    yield _range(kind.shortest, kind.longest, " characters")


def _range(least: float | None, most: float | None, unit: str) -> str:
    if least is not None and most is not None:
        return f"{_number(least)} to {_number(most)}{unit}."
    if least is not None:
        return f"At least {_number(least)}{unit}."
    return f"At most {_number(most)}{unit}." if most is not None else ""


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else str(value)


def _sentences(*parts: str) -> str:
    said = [" ".join(part.split()) for part in parts]
    return " ".join(part if part[-1] in ".!?:" else f"{part}." for part in said if part)


def _scope_flags(scopes: Sequence[Scope]) -> tuple[ManualFlag, ...]:
    found = {argument.flag: argument for scope in scopes for argument in scope.arguments}
    return tuple(
        ManualFlag(
            typed=roff(flag),
            summary=roff(
                _sentences(
                    argument.help or "Where the services are",
                    f"Default: {argument.default}" if argument.default else "",
                    f"Also: {argument.environment}" if argument.environment else "",
                )
            ),
        )
        for flag, argument in found.items()
    )


def _operations(commands: Iterable[Command], program: str) -> OperationMap:
    services: dict[str, list[Command]] = {}
    for command in commands:
        services.setdefault(command.method.partition(".")[0], []).append(command)
    return OperationMap(
        program=markdown(program),
        total=len({command.method for group in services.values() for command in group}),
        services=tuple(
            ServiceSection(
                name=markdown_code(service),
                rows=tuple(
                    OperationRow(
                        method=markdown_code(command.method),
                        command=markdown_code(" ".join((program, *command.path))),
                        link=code("{}#{}", _page(command.path[0]), _anchor(command, program)),
                        request=markdown_code(command.request),
                    )
                    for command in sorted(services[service], key=lambda one: (one.method, one.path))
                ),
            )
            for service in sorted(services)
        ),
    )


def _page(group: str) -> Code:
    return code("cli/{}.md", slug(group))


def _anchor(command: Command, program: str) -> Code:
    """What sites make of the heading: lower case, with hyphens between the words."""
    return slug(" ".join((program, *command.path)))
