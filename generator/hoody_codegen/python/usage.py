"""Which models generated code mentions: what a method takes, what it gives back, what these hold.

Schemas that nobody can meet (envelopes that are unwrapped, bodies whose fields became arguments,
error bodies) get no class.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .. import ir
from ..ir.rewrite import reachable_from
from .bodies import choose_body
from .results import choose_result


@dataclass(frozen=True, slots=True)
class Usage:
    """Ids of models by the side they are printed for; a model can be on both.

    ``variants`` are the members of unions of objects: their constants tell them apart.
    """

    requests: frozenset[ir.ModelId]
    responses: frozenset[ir.ModelId]
    variants: frozenset[ir.ModelId]


def find_usage(api: ir.Api) -> Usage:
    """The models that the methods of ``api`` need."""
    models = ir.index_models(api)
    asked: list[ir.TypeRef] = []
    given: list[ir.TypeRef] = []
    for service in api.services:
        for operation in service.operations:
            given += choose_result(operation, models).types
            asked += [parameter.type for parameter in operation.parameters]
            body = choose_body(operation.body, models)
            if body is not None:
                asked += [field.type for field in body.fields] or [body.type]
    return Usage(
        requests=frozenset(reachable_from(asked, models)),
        responses=frozenset(reachable_from(given, models)),
        variants=frozenset(_variants(api.models)),
    )


def _variants(models: Iterable[ir.Model]) -> Iterable[ir.ModelId]:
    for model in models:
        for type_ in ir.types_of(model):
            for part in ir.walk_types(type_):
                if isinstance(part, ir.UnionType):
                    yield from ir.mentioned(part.members)
