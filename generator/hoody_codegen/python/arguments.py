"""The arguments of a method: which parameters and body fields are asked for, and in what order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .. import ir
from ..naming.identifiers import Identifier
from ..naming.table import ArgumentPlace, NameTable
from ..text import UntrustedText
from .bodies import RequestBody
from .docstrings import DocumentedArgument


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument. ``wire_name`` is None for a body that is given as a whole."""

    name: Identifier
    place: ArgumentPlace
    wire_name: UntrustedText | None
    type: ir.TypeRef
    required: bool
    documented: DocumentedArgument


def plan_arguments(
    operation: ir.Operation, body: RequestBody | None, names: NameTable
) -> tuple[Argument, ...]:
    """All arguments: the path in its order, then what is required, then what may be left out."""
    path: list[Argument] = []
    others: list[Argument] = []
    for argument in _parameters(operation, names):
        (path if argument.place is ir.ParameterLocation.PATH else others).append(argument)
    if body is not None:
        others = [*_body_arguments(operation, body, names), *others]
    required = [argument for argument in others if argument.required]
    optional = [argument for argument in others if not argument.required]
    return (*path, *required, *optional)


def _parameters(operation: ir.Operation, names: NameTable) -> Iterable[Argument]:
    for parameter in operation.parameters:
        if not is_asked_for(parameter):
            continue
        name = names.argument(operation.key, parameter.location, parameter.name)
        yield Argument(
            name,
            parameter.location,
            parameter.name,
            parameter.type,
            parameter.required or parameter.location is ir.ParameterLocation.PATH,
            DocumentedArgument(
                name=name,
                type=parameter.type,
                description=parameter.description,
                default=parameter.default,
                constraints=parameter.constraints,
                deprecated=parameter.deprecated,
            ),
        )


def is_asked_for(parameter: ir.Parameter) -> bool:
    """Whether a caller gives a parameter: not what a proxy sets."""
    return parameter.location is ir.ParameterLocation.PATH or not parameter.host_injected


def _body_arguments(
    operation: ir.Operation, body: RequestBody, names: NameTable
) -> Iterable[Argument]:
    if not body.fields:
        name = names.argument(operation.key, "body", None)
        described = operation.body.description if operation.body else None
        yield Argument(
            name,
            "body",
            None,
            body.type,
            body.required,
            DocumentedArgument(name=name, type=body.type, description=described),
        )
        return
    for field in body.fields:
        name = names.argument(operation.key, "body", field.name)
        yield Argument(
            name,
            "body",
            field.name,
            field.type,
            field.required and body.required,
            DocumentedArgument(
                name=name,
                type=field.type,
                description=field.description,
                default=field.default,
                constraints=field.constraints,
                deprecated=field.deprecated,
                needed_with_body=field.required and not body.required,
            ),
        )
