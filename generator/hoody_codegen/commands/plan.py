"""The plan of a command line: every operation as a command, and the groups that hold them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from .. import ir
from ..cli_runtime.model import Command, Group, Scope, ScopeArgument
from ..config import CommandLine as Settings
from ..config import Scope as ScopeSettings
from ..config import Target
from ..diagnostics import Diagnostics, Location
from ..naming.identifiers import ModuleName
from ..naming.resolve import digest
from ..naming.table import NameTable
from ..naming.words import split
from ..python.arguments import plan_arguments
from ..python.bodies import choose_body
from ..python.client import services_of
from ..python.constants import attribute_path
from ..python.docstrings import one_line, summary_of
from ..python.results import choose_result
from .destruction import is_destructive
from .examples import example
from .names import CommandNames, Words, name_commands
from .options import plan_input
from .outputs import plan_output
from .texts import first_paragraph

_SUMMARY = 100
"""Characters of a line about a group."""


@dataclass(frozen=True, slots=True)
class CommandLine:
    """All of it. ``commands`` are those of each module below ``commands``; ``operations`` are the
    operations behind them, by the path of the method."""

    program: str
    summary: str
    groups: tuple[Group, ...]
    commands: Mapping[str, tuple[Command, ...]]
    operations: Mapping[str, ir.Operation]
    scopes: tuple[Scope, ...]
    login: Words = ()
    identity: tuple[str, ...] = ()
    whoami: str = ""


def plan_command_line(
    api: ir.Api, names: NameTable, target: Target, diagnostics: Diagnostics
) -> CommandLine | None:
    """The command line of a target; None if its settings don't ask for one."""
    if target.cli is None:
        return None
    named = name_commands(api, names, target, target.cli, diagnostics)
    return _Planner(api, names, target, target.cli, named, diagnostics).plan()


@dataclass(frozen=True, slots=True)
class _Planner:
    api: ir.Api
    names: NameTable
    target: Target
    settings: Settings
    named: CommandNames
    diagnostics: Diagnostics

    def plan(self) -> CommandLine:
        models = ir.index_models(self.api)
        scoped = self._scoped()
        scopes = tuple(map(self._scope, self.target.scopes))
        reserved = frozenset(
            argument.flag.lstrip("-") for scope in scopes for argument in scope.arguments
        )
        placed: dict[Words, list[Command]] = {}
        operations: dict[str, ir.Operation] = {}
        summaries: dict[Words, list[str]] = {}
        for service in self.api.services:
            scope = scoped.get(service.name.reveal(), "")
            for operation in service.operations:
                command = self._command(operation, models, scope, reserved)
                placed.setdefault(command.path[:-1], []).append(command)
                operations[command.method] = operation
                said = _tag_description(service, operation)
                summaries.setdefault(command.path[:-1], []).append(said)
        modules = _modules(placed)
        for method in (self.settings.whoami, *self.settings.lookup.values()):
            if method and method not in operations:
                self.diagnostics.error(
                    "cli-unknown-method",
                    Location(self.target.name),
                    f"the command line of {self.target.name} names a method {method!r} that the "
                    "client doesn't have",
                )
        signs_in = self.target.sign_in is not None
        return CommandLine(
            program=self.settings.program,
            summary=self.target.description.strip(),
            groups=self._groups((), tuple(placed), modules, summaries),
            commands={
                modules[place]: tuple(sorted(commands)) for place, commands in placed.items()
            },
            operations=operations,
            scopes=scopes,
            login=self.settings.login if signs_in else (),
            identity=self.target.sign_in.identity if self.target.sign_in is not None else (),
            whoami=self.settings.whoami,
        )

    def _command(
        self, operation: ir.Operation, models: ir.ModelIndex, scope: str, reserved: frozenset[str]
    ) -> Command:
        path = self.named.commands[operation.key]
        body = choose_body(operation.body, models)
        planned = plan_arguments(operation, body, self.names)
        given = plan_input(operation, body, planned, models, reserved)
        summary = summary_of(operation)
        description = operation.description.reveal().strip() if operation.description else ""
        return Command(
            path=path,
            method=str(attribute_path(operation, self.names)),
            request=_request(operation),
            summary=one_line(summary, 4 * _SUMMARY),
            description="" if description == summary else description,
            arguments=given.arguments,
            options=given.options,
            body=given.body,
            has_body=given.has_body,
            body_kind=given.body_kind,
            body_required=given.body_required,
            output=plan_output(choose_result(operation, models), models),
            scope=scope,
            destructive=is_destructive(operation, self.names),
            deprecated=operation.deprecated,
            example=example(
                (self.settings.program, *path), operation, given, planned, body, models
            ),
            home=self._home(operation),
        )

    def _home(self, operation: ir.Operation) -> str:
        """Module and class of the method: ``services.api.projects:Projects``."""
        service = self.names.service(operation.service)
        if not operation.group:
            return f"services.{service.module}:{service.class_name}"
        resource = self.names.resource(operation.service, operation.group)
        return f"services.{service.module}.{resource.module}:{resource.class_name}"

    def _scoped(self) -> Mapping[str, str]:
        """The scope of each service that has one."""
        return {
            service.name.reveal(): scope.name
            for scope in self.target.scopes
            for service in services_of(scope, self.api.services)
        }

    def _scope(self, scope: ScopeSettings) -> Scope:
        lookup = self.settings.lookup.get(scope.name, "")
        key = next((one.name for one in scope.arguments if one.field == "id"), "")
        return Scope(
            name=scope.name,
            arguments=tuple(
                ScopeArgument(
                    flag=f"--{one.name.removesuffix('_id').replace('_', '-')}",
                    argument=one.name,
                    environment=(
                        f"{self.target.env_prefix}_{one.environment}" if one.environment else ""
                    ),
                    default=one.default or "",
                    help=f"{' '.join(split(one.name)).capitalize()} of the {scope.name}.",
                    field=one.field or "",
                )
                for one in scope.arguments
            ),
            lookup=lookup,
            key=key if lookup else "",
        )

    def _groups(
        self,
        place: Words,
        places: Sequence[Words],
        modules: Mapping[Words, str],
        summaries: Mapping[Words, Sequence[str]],
    ) -> tuple[Group, ...]:
        below = sorted({one[: len(place) + 1] for one in places if one[: len(place)] == place})
        return tuple(
            Group(
                name=one[-1],
                summary=self._summary(
                    one, summaries, below=[p for p in places if p[: len(one)] == one]
                ),
                module=modules.get(one, ""),
                groups=self._groups(one, places, modules, summaries),
            )
            for one in below
            if len(one) > len(place)
        )

    def _summary(
        self, place: Words, summaries: Mapping[Words, Sequence[str]], below: Sequence[Words]
    ) -> str:
        """What the settings say; what is said of the service, or of the one tag of all its
        operations; else the names of what is in it."""
        said = self.settings.summaries.get(" ".join(place))
        if said:
            return said
        for service in self.api.services:
            own = str(self.names.service(service.name).attribute).replace("_", "-")
            if place == (own,) and service.title is not None:
                described = first_paragraph(service.description)
                return one_line(described or service.title.reveal(), _SUMMARY)
        found = {text for text in summaries.get(place, ()) if text}
        if len(found) == 1 and all(summaries.get(place, ())):
            (said,) = found
            if len(said) <= _SUMMARY:
                return said
        words = [path[-1] for path in sorted(self.named.commands.values()) if path[:-1] == place]
        words += [path[len(place)] for path in below if len(path) > len(place)]
        return one_line(", ".join(dict.fromkeys(words)), _SUMMARY)


def _modules(places: Iterable[Words]) -> Mapping[Words, str]:
    """A module for each group; those of groups that would share one carry a digest."""
    wanted: dict[str, list[Words]] = {}
    for place in places:
        name = "_".join(place).replace("-", "_") or "root"
        wanted.setdefault(name if ModuleName.accepts(name) else f"{name}_group", []).append(place)
    found: dict[Words, str] = {}
    for name, sharing in wanted.items():
        for place in sharing:
            alone = len(sharing) == 1 and ModuleName.accepts(name)
            found[place] = str(
                ModuleName(name if alone else f"{name[:40]}_{digest(' '.join(place))}")
            )
    return found


def _request(operation: ir.Operation) -> str:
    path = operation.path.reveal()
    query = "&".join(
        f"{name.reveal()}={value.reveal()}" if value.reveal() else name.reveal()
        for name, value in operation.fixed_query
    )
    return f"{operation.method} {path}{'?' + query if query else ''}"


def _tag_description(service: ir.Service, operation: ir.Operation) -> str:
    for tag in service.tags:
        if operation.tags[:1] == (tag.name,) and tag.description is not None:
            return first_paragraph(tag.description)
    return ""
