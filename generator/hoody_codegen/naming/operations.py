"""Names of methods and their arguments."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal, TypeAlias

from ..diagnostics import Diagnostics, Location
from ..ir import (
    Api,
    ModelIndex,
    ObjectShape,
    Operation,
    ParameterLocation,
    Upload,
    allows_null,
    index_models,
    object_model,
)
from ..text import UntrustedText
from . import words
from .identifiers import Identifier
from .notes import note_answers
from .reserved import ARGUMENTS, METHODS
from .resolve import Wish, resolve
from .resources import ResourceKey, ResourceNames
from .spelling import snake_name, spelled_name

ArgumentKey: TypeAlias = tuple[str, ParameterLocation | Literal["body"], UntrustedText | None]

# Where two places want one argument name, the place further up keeps it: adding a header never
# renames a query parameter.
_PLACE_RANK: Mapping[ParameterLocation | Literal["body"], int] = {
    ParameterLocation.PATH: 0,
    "body": 1,
    ParameterLocation.QUERY: 2,
    ParameterLocation.HEADER: 3,
    ParameterLocation.COOKIE: 4,
}
_NOT_ASKED_FOR = 5
_WHOLE_BODY = 6


def name_methods(
    api: Api, resources: Mapping[ResourceKey, ResourceNames], diagnostics: Diagnostics
) -> Mapping[str, Identifier]:
    """The method of each operation, by the operation's key.

    Within a resource, an operation whose SDK name is documented keeps its name before one whose
    name was made from an operationId, and one with a plain path before one that is selected by a
    fixed query. Others that meet are told apart by the HTTP method, then by words of the path.
    """
    scopes: dict[ResourceKey, list[Operation]] = {}
    for service in api.services:
        for operation in service.operations:
            scopes.setdefault((service.name, operation.group), []).append(operation)
    names: dict[str, Identifier] = {}
    for (service_name, group), operations in scopes.items():
        inner = {
            str(resource.attribute)
            for (owner, other), resource in resources.items()
            if owner == service_name and other[:-1] == group and other
        }
        wishes = [
            Wish(
                key=operation.key,
                candidates=_method_candidates(operation),
                identity=operation.key,
                what=_what(operation),
                origin=operation.origin,
                rank=(0 if operation.sdk_name else 1, len(operation.fixed_query)),
            )
            for operation in operations
        ]
        wishes += [
            Wish(
                key=Upload.key(operation.key),
                candidates=_upload_candidates(operation),
                identity=Upload.key(operation.key),
                what=f"the whole upload that begins with {_what(operation)}",
                origin=operation.origin,
                # Operations go first: they are what is documented.
                rank=(2, 0),
            )
            for operation in operations
            if operation.upload is not None
        ]
        answers = resolve(
            wishes,
            accepts=lambda name: Identifier.accepts(name) and name not in METHODS,
            claims=lambda name: (name, name.upper()),
            taken=inner,
        )
        note_answers(diagnostics, wishes, answers)
        names.update((key, Identifier(answer.name)) for key, answer in answers.items())
    return names


def _method_candidates(operation: Operation) -> tuple[str, ...]:
    action = _action(operation)
    taken = words.lower(action)
    literal = [
        word
        for part in operation.path.reveal().split("/")
        if part and not part.startswith(("{", ":"))
        for word in words.lower(part)
    ]
    path = [
        word
        for part in operation.path.reveal().split("/")
        for word in (
            ("by", *words.lower(part)) if part.startswith(("{", ":")) else words.lower(part)
        )
    ]
    fixed = [
        word
        for name, value in operation.fixed_query
        for text in (name, value)
        for word in words.lower(text.reveal())
    ]
    last = words.lower(operation.path.reveal().rstrip("/").rpartition("/")[2].strip("{}:"))
    method = operation.method.lower()

    def name(*extra: str) -> str:
        fresh = [word for word in dict.fromkeys(extra) if word not in taken]
        return snake_name(" ".join([*taken, *fresh]), filler="call", reserved=METHODS)

    return (
        name(),
        name(*fixed),
        name(*fixed, *(() if fixed else (method,))),
        name(*fixed, *last),
        name(*fixed, *literal),
        name(*fixed, method, *path),
    )


def _upload_candidates(operation: Operation) -> tuple[str, ...]:
    last = operation.path.reveal().rstrip("/").rpartition("/")[2].strip("{}:")
    return (
        "upload_resumable",
        snake_name(f"upload resumable {last}", filler="call", reserved=METHODS),
        f"upload_resumable_{_method_candidates(operation)[-1]}",
    )


def _action(operation: Operation) -> str:
    """The text that the method's name is made from.

    A documented SDK name is taken as it is. An operationId, or what the grouping pass made of the
    path, loses the words that the service and the resource around the method already say.
    """
    if operation.sdk_name:
        text = operation.action or operation.sdk_name[-1]
        if words.split(text.reveal()):
            return words.without_iterator(text.reveal())
    for found in (operation.action, operation.operation_id):
        own = words.lower(found.reveal()) if found is not None else ()
        around = {
            words.singular(word)
            for part in (operation.service, *operation.group)
            for word in words.lower(part.reveal())
        }
        rest = [word for word in own if words.singular(word) not in around]
        if rest or own:
            return " ".join(rest or own)
    return f"{operation.method.lower()} {operation.path.reveal()}"


def _what(operation: Operation) -> str:
    query = "&".join(
        f"{name.reveal()}={value.reveal()}" if value else name.reveal()
        for name, value in operation.fixed_query
    )
    path = f"{operation.path.reveal()}?{query}" if query else operation.path.reveal()
    return f"{operation.method} {path!r} of {operation.service.reveal()!r}"


def name_arguments(api: Api, diagnostics: Diagnostics) -> Mapping[ArgumentKey, Identifier]:
    """The argument for each parameter and each field of an object body, for each operation."""
    models = index_models(api)
    names: dict[ArgumentKey, Identifier] = {}
    for service in api.services:
        for operation in service.operations:
            wishes = list(_argument_wishes(operation, models))
            answers = resolve(
                wishes, accepts=lambda name: Identifier.accepts(name) and name not in ARGUMENTS
            )
            note_answers(diagnostics, wishes, answers)
            names.update((key, Identifier(answer.name)) for key, answer in answers.items())
    return names


def _argument_wishes(operation: Operation, models: ModelIndex) -> Iterator[Wish[ArgumentKey]]:
    items = dict(_argument_items(operation, models))
    shared = [_argument_text(key) for key in items]
    for key, (origin, rank) in items.items():
        _, place, wire_name = key
        text = _argument_text(key)
        prefix = place if place == "body" else place.value
        short = snake_name(text, filler="value", reserved=ARGUMENTS)
        spelled = spelled_name(text, filler="value", reserved=ARGUMENTS)
        placed = snake_name(f"{prefix} {text}", filler="value")
        here = sum(
            other_place == place and words.snake(other) == words.snake(text)
            for (_, other_place, _), other in zip(items, shared, strict=True)
        )
        if wire_name is None:
            candidates: tuple[str, ...] = ("body", "request_body")
        elif here > 1:
            # Told apart by their place if they differ in it, by their spelling if they don't.
            candidates = (short, spelled, f"{prefix}_{spelled}")
        else:
            candidates = (short, placed, f"{prefix}_{spelled}")
        yield Wish(
            key=key,
            candidates=candidates,
            identity=f"{prefix} {'' if wire_name is None else wire_name.reveal()}",
            what=f"{prefix} {'' if wire_name is None else repr(wire_name.reveal())}".rstrip(),
            origin=origin,
            rank=(rank, text != short),
        )


def _argument_items(
    operation: Operation, models: ModelIndex
) -> Iterator[tuple[ArgumentKey, tuple[Location, int]]]:
    """Everything that wants an argument; a later item with an equal key changes nothing."""
    seen: set[ArgumentKey] = set()
    for parameter in operation.parameters:
        key: ArgumentKey = (operation.key, parameter.location, parameter.name)
        if key not in seen:
            seen.add(key)
            rank = _NOT_ASKED_FOR if parameter.host_injected else _PLACE_RANK[parameter.location]
            yield key, (parameter.origin, rank)
    if operation.body is None:
        return
    as_whole = False
    for content in operation.body.contents:
        model = object_model(models, content.type)
        if model is None or not isinstance(model.shape, ObjectShape):
            as_whole = True
            continue
        if allows_null(models, content.type) and "json" in content.media_type:
            # Null has to be a value of its own, so the object is not taken apart.
            as_whole = True
            continue
        as_whole |= allows_null(models, content.type)
        as_whole |= all(property_.read_only for property_ in model.shape.properties)
        for property_ in model.shape.properties:
            key = (operation.key, "body", property_.name)
            if key not in seen:
                seen.add(key)
                yield key, (property_.origin, _PLACE_RANK["body"])
    if as_whole:
        yield (operation.key, "body", None), (operation.body.origin, _WHOLE_BODY)


def _argument_text(key: ArgumentKey) -> str:
    _, place, wire_name = key
    if wire_name is None:
        return "body"
    text = wire_name.reveal()
    if place is ParameterLocation.HEADER and words.lower(text)[:1] == ("x",):
        # RFC 6648: the prefix says nothing.
        return text[2:] if text[:2].lower() == "x-" and words.split(text[2:]) else text
    return text
