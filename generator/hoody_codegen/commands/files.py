"""The files of a command line, as plans."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from ..cli_runtime.model import Command
from ..config import Target
from ..naming.identifiers import ClassName
from ..python.code import Code, code, join
from ..python.docstrings import module_docstring
from ..python.escape import literal
from ..python.literals import Keyword, keyword, text_keyword
from ..python.plan import FilePlan
from .plan import CommandLine
from .printing import printed, used_classes


@dataclass(frozen=True, slots=True)
class CommandsModule:
    """The commands of one group."""

    docstring: Code
    classes: Code
    commands: tuple[Code, ...]


@dataclass(frozen=True, slots=True)
class TreeModule:
    docstring: Code
    groups: tuple[Code, ...]


@dataclass(frozen=True, slots=True)
class AppModule:
    docstring: Code
    classes: Code
    client: ClassName
    arguments: tuple[Keyword, ...]


@dataclass(frozen=True, slots=True)
class MainModule:
    docstring: Code
    missing: Code
    """What to do where the libraries of the command line are not installed."""


@dataclass(frozen=True, slots=True)
class OnlyDocstring:
    docstring: Code


def plan_command_files(line: CommandLine, target: Target) -> tuple[FilePlan, ...]:
    """The modules of ``cli``; paths start at the folder of the package."""
    folder = PurePosixPath("cli")
    distribution = target.package.replace("_", "-")
    missing = (
        f"{line.program}: the command line needs further libraries. Install them: "
        f'pip install "{distribution}[cli]"'
    )
    plans = [
        FilePlan(
            folder / "__init__.py",
            "cli_init.py.jinja",
            MainModule(
                module_docstring(f"The command line: `{line.program}`."),
                text_keyword("", missing, indent=12).value,
            ),
        ),
        FilePlan(
            folder / "__main__.py",
            "cli_main.py.jinja",
            OnlyDocstring(module_docstring(f"`python -m {target.package}.cli`.")),
        ),
        FilePlan(folder / "app.py", "cli_app.py.jinja", _app(line, target)),
        FilePlan(
            folder / "tree.py",
            "cli_tree.py.jinja",
            TreeModule(
                module_docstring("All groups of commands, each with the module that holds them."),
                tuple(printed(group) for group in line.groups),
            ),
        ),
        FilePlan(
            folder / "commands" / "__init__.py",
            "package.py.jinja",
            OnlyDocstring(
                module_docstring("The commands, group by group, each loaded when it is used.")
            ),
        ),
    ]
    plans += [
        FilePlan(
            folder / "commands" / f"{module}.py",
            "cli_commands.py.jinja",
            _commands(line, commands),
        )
        for module, commands in line.commands.items()
    ]
    return tuple(plans)


def _commands(line: CommandLine, commands: Sequence[Command]) -> CommandsModule:
    words = " ".join((line.program, *commands[0].path[:-1]))
    return CommandsModule(
        docstring=module_docstring(f"`{words}`."),
        classes=_imported(used_classes(tuple(commands))),
        commands=tuple(printed(command) for command in commands),
    )


def _app(line: CommandLine, target: Target) -> AppModule:
    arguments = [
        keyword("name", literal(line.program)),
        keyword("package", literal(target.package)),
        keyword("version", literal(target.version)),
        keyword("env_prefix", literal(target.env_prefix)),
        text_keyword("summary", line.summary),
        *(keyword("client", Code("_client")), keyword("errors", Code("_errors"))),
        *(keyword("runtime", Code("_runtime")), keyword("commands", Code("_commands"))),
        keyword("tree", Code("GROUPS")),
    ]
    if line.scopes:
        arguments.append(keyword("scopes", printed(line.scopes)))
    if line.login:
        arguments.append(keyword("login", literal(line.login)))
        arguments.append(keyword("identity", literal(line.identity)))
    if line.whoami:
        arguments.append(keyword("whoami", literal(line.whoami)))
    return AppModule(
        docstring=module_docstring("The program, and how to reach the client it stands on."),
        classes=_imported(used_classes(line.scopes) | {"App"}),
        client=ClassName(target.client_name),
        arguments=tuple(arguments),
    )


def _imported(names: frozenset[str]) -> Code:
    return join(", ", [code("{}", ClassName(name)) for name in sorted(names)])
