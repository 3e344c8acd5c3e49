"""Changing the types inside models and operations: the same parts, with other types in them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from .model import Api, Content, Model, ObjectShape, Operation, Response, StreamItem
from .types import (
    ArrayType,
    MapType,
    ModelId,
    ModelType,
    NullableType,
    TypeRef,
    UnionType,
    walk_types,
)

Change = Callable[[TypeRef], TypeRef]


def rewrite_type(type_: TypeRef, change: Change) -> TypeRef:
    """``change`` applied to everything inside ``type_``, innermost first, then to itself."""
    match type_:
        case ArrayType(items=inner):
            type_ = ArrayType(rewrite_type(inner, change))
        case MapType(values=inner):
            type_ = MapType(rewrite_type(inner, change))
        case NullableType(inner=inner):
            type_ = NullableType(rewrite_type(inner, change))
        case UnionType(members=members, discriminator=discriminator):
            type_ = UnionType(
                tuple(rewrite_type(member, change) for member in members), discriminator
            )
        case _:
            pass
    return change(type_)


def rewrite_model(model: Model, change: Change) -> Model:
    """The model with every type in its shape changed."""
    shape = model.shape
    if not isinstance(shape, ObjectShape):
        return replace(model, shape=rewrite_type(shape, change))
    properties = tuple(
        replace(item, type=rewrite_type(item.type, change)) for item in shape.properties
    )
    extra = rewrite_type(shape.extra, change) if shape.extra is not None else None
    return replace(model, shape=ObjectShape(properties, extra))


def rewrite_operation(operation: Operation, change: Change) -> Operation:
    """The operation with every type in it changed, wherever it stands."""

    def contents(items: tuple[Content, ...]) -> tuple[Content, ...]:
        return tuple(
            replace(
                item,
                type=rewrite_type(item.type, change) if item.type is not None else None,
                items=streamed(item.items),
            )
            for item in items
        )

    def streamed(items: tuple[StreamItem, ...]) -> tuple[StreamItem, ...]:
        return tuple(replace(item, type=rewrite_type(item.type, change)) for item in items)

    def response(item: Response) -> Response:
        return replace(
            item,
            contents=contents(item.contents),
            headers=tuple(
                replace(header, type=rewrite_type(header.type, change)) for header in item.headers
            ),
            errors=tuple(
                (
                    replace(error, details=rewrite_type(error.details, change))
                    if error.details is not None
                    else error
                )
                for error in item.errors
            ),
        )

    body = operation.body
    result = operation.result
    socket = operation.socket
    return replace(
        operation,
        parameters=tuple(
            replace(item, type=rewrite_type(item.type, change)) for item in operation.parameters
        ),
        body=replace(body, contents=contents(body.contents)) if body is not None else None,
        responses=tuple(response(item) for item in operation.responses),
        errors=tuple(
            (
                replace(error, details=rewrite_type(error.details, change))
                if error.details is not None
                else error
            )
            for error in operation.errors
        ),
        result=(
            replace(result, type=rewrite_type(result.type, change))
            if result is not None and result.type is not None
            else result
        ),
        items=streamed(operation.items),
        socket=(
            replace(socket, received=rewrite_type(socket.received, change))
            if socket is not None and socket.received is not None
            else socket
        ),
    )


def rewrite_operations(api: Api, change: Callable[[Operation], Operation]) -> Api:
    """The API with every operation changed."""
    return replace(
        api,
        services=tuple(
            replace(service, operations=tuple(change(item) for item in service.operations))
            for service in api.services
        ),
    )


def operation_types(operation: Operation) -> Iterator[TypeRef]:
    """Every type that an operation speaks of, in parameters, body, responses and errors."""
    for parameter in operation.parameters:
        yield parameter.type
    for content in operation.body.contents if operation.body is not None else ():
        yield from content.types
    for response in operation.responses:
        yield from response_types(response)
    for error in operation.errors:
        if error.details is not None:
            yield error.details
    if operation.result is not None and operation.result.type is not None:
        yield operation.result.type
    if operation.socket is not None and operation.socket.received is not None:
        yield operation.socket.received


def response_types(response: Response) -> Iterator[TypeRef]:
    """Every type in a response: bodies, headers, details of errors."""
    for content in response.contents:
        yield from content.types
    for header in response.headers:
        yield header.type
    for error in response.errors:
        if error.details is not None:
            yield error.details


def model_types(model: Model) -> Iterator[TypeRef]:
    """The types that stand in a model's own shape."""
    if isinstance(model.shape, ObjectShape):
        for item in model.shape.properties:
            yield item.type
        if model.shape.extra is not None:
            yield model.shape.extra
    else:
        yield model.shape


def reachable_models(api: Api) -> set[ModelId]:
    """The models that an operation speaks of, directly or through other models."""
    shapes = {model.id: model for model in api.models}
    waiting = [
        type_
        for service in api.services
        for operation in service.operations
        for type_ in operation_types(operation)
    ]
    return reachable_from(waiting, shapes)


def reachable_from(types: Iterable[TypeRef], models: Mapping[ModelId, Model]) -> set[ModelId]:
    """The models in ``types`` and in each other's shapes."""
    found: set[ModelId] = set()
    waiting = list(types)
    while waiting:
        for inner in walk_types(waiting.pop()):
            if isinstance(inner, ModelType) and inner.id not in found and inner.id in models:
                found.add(inner.id)
                waiting.extend(model_types(models[inner.id]))
    return found
