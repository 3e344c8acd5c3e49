"""Arguments and options of a command, from the arguments of its method."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from typing import Final

from .. import ir
from ..cli_runtime.model import Argument, Kind, Option
from ..naming import words
from ..naming.resolve import digest
from ..python import arguments as method
from ..python.bodies import RequestBody, is_text
from ..text import UntrustedJson, UntrustedText
from .kinds import JSON, Taken, bare, is_secret, shown, taken_for
from .names import kebab
from .texts import first_paragraph

GLOBAL: Final = frozenset(
    [
        *("all", "base-url", "body", "color", "columns", "dry-run", "help", "max-items"),
        *("no-color", "output", "output-file", "profile", "query", "quiet", "realm", "resume"),
        *("timeout", "token", "verbose", "version", "yes"),
    ]
)
"""Options that every command has; those of the scopes come on top."""

_DEPTH: Final = 4
"""How deep the fields of objects become options of their own; below, an object is JSON."""

_PLACES: Final = {
    ir.ParameterLocation.QUERY: "param",
    ir.ParameterLocation.HEADER: "header",
    ir.ParameterLocation.COOKIE: "cookie",
    "body": "body",
}
"""What stands before the name of an option that a global one hides."""

_SEGMENT: Final = re.compile(r"\{([^}]*)\}")


@dataclass(frozen=True, slots=True)
class Input:
    """What a command takes."""

    arguments: tuple[Argument, ...]
    options: tuple[Option, ...]
    body: str = ""
    has_body: bool = False
    body_kind: Kind = JSON
    body_required: bool = False


def plan_input(
    operation: ir.Operation,
    body: RequestBody | None,
    planned: Sequence[method.Argument],
    models: ir.ModelIndex,
    reserved: Set[str],
) -> Input:
    """Arguments and options, from ``planned``, those of the method; ``reserved`` are flags (without
    dashes) that mean something else."""
    planner = _Planner(operation, models, GLOBAL | reserved)
    arguments = [one for one in planned if one.place is ir.ParameterLocation.PATH]
    others = [one for one in planned if one.place is not ir.ParameterLocation.PATH]
    whole = next((one for one in others if one.wire_name is None), None)
    options = [option for one in others if one is not whole for option in planner.options(one)]
    if whole is not None and body is not None:
        options += planner.whole_options(whole, body)
    return Input(
        arguments=tuple(planner.argument(one) for one in arguments),
        options=tuple(_distinct(options)),
        body=str(whole.name) if whole is not None else "",
        has_body=body is not None,
        body_kind=_body_kind(body) if whole is not None and body is not None else JSON,
        body_required=body is not None and body.required and whole is not None,
    )


def _body_kind(body: RequestBody) -> Kind:
    if body.type == ir.ScalarType(ir.ScalarKind.BINARY):
        return Kind("bytes")
    return Kind("text") if is_text(body.media_types[0]) else JSON


def _takes_bytes(type_: ir.TypeRef) -> bool:
    members = type_.members if isinstance(type_, ir.UnionType) else (type_,)
    return ir.ScalarType(ir.ScalarKind.BINARY) in members


@dataclass(frozen=True, slots=True)
class _Planner:
    operation: ir.Operation
    models: ir.ModelIndex
    reserved: Set[str]

    def argument(self, one: method.Argument) -> Argument:
        taken = self._taken(one)
        parameter = self._parameter(one)
        flag = parameter.cli_flag.reveal() if parameter and parameter.cli_flag else ""
        return Argument(
            name=self._metavar(one),
            argument=str(one.name),
            kind=taken.kind,
            flag=f"--{flag.lstrip('-')}" if flag else "",
            help=_help(one.documented.description),
        )

    def options(self, one: method.Argument) -> Iterator[Option]:
        """The option of an argument, and those of the fields inside of it."""
        taken = self._taken(one)
        parameter = self._parameter(one)
        name = kebab(one.name) or digest(one.name)
        if parameter is not None and parameter.cli_flag is not None:
            name = parameter.cli_flag.reveal().lstrip("-")
        elif name in self.reserved:
            name = f"{_PLACES[one.place]}-{name}"
        wire = one.wire_name.reveal() if one.wire_name is not None else ""
        if parameter is not None and parameter.flag:
            taken = Taken(Kind("flag"))
        documented = one.documented
        option = Option(
            flag=f"--{name}",
            argument=str(one.name),
            kind=taken.kind,
            required=one.required,
            many=taken.many,
            mapping=taken.mapping,
            nullable=taken.nullable,
            secret=is_secret(wire, taken.kind, _format(one.type)) and not taken.many,
            help=_help(documented.description, documented.default),
            default=shown(documented.default.reveal()) if documented.default is not None else "",
            field=wire if one.place == "body" else "",
        )
        yield option
        if one.place == "body":
            yield from self._inside(one.type, option, ())

    def whole_options(self, one: method.Argument, body: RequestBody) -> Iterator[Option]:
        """Options for a body that the method takes as one argument."""
        if _takes_bytes(body.type):
            yield Option(
                flag="--file",
                argument=str(one.name),
                kind=Kind("bytes"),
                required=False,
                help="File to send; - reads the standard input.",
            )
        outer = Option("-", str(one.name))
        members = body.type.members if isinstance(body.type, ir.UnionType) else (body.type,)
        flat = [
            inner
            for member in members
            for inner in (member.members if isinstance(member, ir.UnionType) else (member,))
        ]
        alone = len(flat) == 1
        for member in flat:
            for option in self._inside(member, outer, ()):
                yield option if alone else option._replace(required=False)

    def _inside(
        self, type_: ir.TypeRef, outer: Option, seen: tuple[ir.ModelId, ...]
    ) -> Iterator[Option]:
        plain, _ = bare(type_, self.models)
        if not isinstance(plain, ir.ModelType) or plain.id in seen or len(seen) >= _DEPTH:
            return
        shape = self.models[plain.id].shape
        if not isinstance(shape, ir.ObjectShape):
            return
        for field in shape.properties:
            wire = field.name.reveal()
            name = kebab(wire) or digest(wire)
            if field.read_only:
                continue
            prefix = f"{outer.flag}." if outer.flag != "-" else "--"
            if outer.flag == "-" and name in self.reserved:
                name = f"body-{name}"
            taken = self._field_taken(field)
            option = Option(
                flag=f"{prefix}{name}",
                argument=outer.argument,
                path=(*outer.path, wire),
                kind=taken.kind,
                required=field.required,
                many=taken.many,
                mapping=taken.mapping,
                nullable=taken.nullable,
                secret=is_secret(wire, taken.kind, _format(field.type)) and not taken.many,
                help=_help(field.description, field.default),
                default=shown(field.default.reveal()) if field.default is not None else "",
                field=outer.field,
            )
            yield option
            yield from self._inside(field.type, option, (*seen, plain.id))

    def _taken(self, one: method.Argument) -> Taken:
        parameter = self._parameter(one)
        inferred = parameter.inferred if parameter is not None else self._inferred(one)
        described = one.documented.description
        return taken_for(
            one.type,
            self.models,
            constraints=one.documented.constraints,
            text=described.reveal() if described is not None else "",
            open_choices=inferred is not None,
        )

    def _field_taken(self, field: ir.Property) -> Taken:
        return taken_for(
            field.type,
            self.models,
            constraints=field.constraints,
            text=field.description.reveal() if field.description is not None else "",
            open_choices=field.inferred is not None,
        )

    def _parameter(self, one: method.Argument) -> ir.Parameter | None:
        return next(
            (
                parameter
                for parameter in self.operation.parameters
                if parameter.location is one.place and parameter.name == one.wire_name
            ),
            None,
        )

    def _inferred(self, one: method.Argument) -> object:
        """What a field of the body was concluded from."""
        contents = self.operation.body.contents if self.operation.body is not None else ()
        for content in contents:
            model = ir.object_model(self.models, content.type)
            if model is None or not isinstance(model.shape, ir.ObjectShape):
                continue
            for field in model.shape.properties:
                if field.name == one.wire_name and field.inferred is not None:
                    return field.inferred
        return None

    def _metavar(self, one: method.Argument) -> str:
        """``CONTAINER_ID`` for ``/containers/{id}``: an id says whose it is."""
        wire = one.wire_name.reveal() if one.wire_name is not None else str(one.name)
        parts = tuple(words.lower(wire)) or (str(one.name),)
        if parts in (("id",), ("name",), ("uuid",), ("key",)):
            path = self.operation.path.reveal()
            found = path.find("{" + wire + "}")
            before = [part for part in path[: max(found, 0)].split("/") if part]
            if before and not _SEGMENT.search(before[-1]):
                noun = list(words.lower(before[-1]))
                noun[-1:] = [words.singular(word) for word in noun[-1:]]
                parts = (*noun, *parts)
        return re.sub(r"[^A-Z0-9_]", "", "_".join(parts).upper()) or str(one.name).upper()


def _distinct(options: Sequence[Option]) -> Iterable[Option]:
    """The options, each flag once: of several that would share one, those after the first carry
    their whole path, or else a digest of it."""
    given: dict[str, Option] = {}
    for option in options:
        flag = option.flag
        same = given.get(flag)
        if same is not None and (same.argument, same.path) == (option.argument, option.path):
            # The same field in two variants of a body: what both say.
            given[flag] = same if same.kind == option.kind else same._replace(kind=_either(same))
            continue
        if same is not None:
            flag = f"{flag}-{digest(repr((option.argument, option.path)))}"
        given[flag] = option._replace(flag=flag)
    return given.values()


def _either(option: Option) -> Kind:
    return Kind("text") if option.kind.name == "text" else JSON


def _format(type_: ir.TypeRef) -> str:
    if isinstance(type_, ir.NullableType):
        type_ = type_.inner
    if isinstance(type_, ir.ScalarType) and type_.format is not None:
        return type_.format.reveal()
    return ""


def _help(description: UntrustedText | None, default: UntrustedJson | None = None) -> str:
    """What is said, without the default at its end: the help text tells that by itself."""
    said = first_paragraph(description)
    if default is None:
        return said
    value = re.escape(shown(default.reveal()))
    return re.sub(
        rf"[\s;,]*\(?default(?:s to|:|)\s*[`\"']?{value}[`\"']?\)?\.?\Z",
        "",
        said,
        flags=re.IGNORECASE,
    )
