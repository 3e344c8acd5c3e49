"""What a successful call returns.

All success responses together decide. JSON bodies of several statuses make a union, and a status
without a body beside them makes null possible. Between kinds, the first documented media type of
the lowest status has the word; JSON without any schema gives way to what is described.
"""

from __future__ import annotations

from dataclasses import replace

from ..config import EnvelopeRule
from ..ir import (
    AnyType,
    Api,
    Content,
    Model,
    ModelId,
    ModelType,
    NullableType,
    ObjectShape,
    Operation,
    Property,
    Response,
    Result,
    ResultKind,
    StreamKind,
    TypeRef,
    UnionType,
)
from ..ir.rewrite import rewrite_operations
from ..text import Untrusted
from .media import kind_of, stream_of


def decide_results(api: Api, envelope: EnvelopeRule | None) -> Api:
    """Set ``result`` of every operation."""
    models = {model.id: model for model in api.models}

    def decide(operation: Operation) -> Operation:
        return replace(operation, result=_result(operation, models, envelope))

    return rewrite_operations(api, decide)


def success_responses(operation: Operation) -> list[Response]:
    """2XX in order of status; ``default`` only where no success is described otherwise."""
    found = [item for item in operation.responses if item.status.startswith("2")]
    if not found and not any(item.status[0] in "13" for item in operation.responses):
        found = [item for item in operation.responses if item.status == "default"]
    return found


def is_switched(operation: Operation) -> bool:
    """Whether an argument chooses between JSON and a stream, and both are documented."""
    facts = operation.stream_facts
    if facts is None or facts.switch is None:
        return False
    contents = [item for response in success_responses(operation) for item in response.contents]
    return any(kind_of(item) is ResultKind.JSON for item in contents) and any(
        stream_of(item.media_type) is StreamKind.SSE for item in contents
    )


def _result(
    operation: Operation, models: dict[ModelId, Model], envelope: EnvelopeRule | None
) -> Result:
    responses = success_responses(operation)
    statuses = tuple(int(item.status) for item in responses if item.status.isdigit())
    contents = [content for item in responses for content in item.contents]
    if operation.method == "HEAD" or not contents:
        return Result(ResultKind.NONE, statuses=statuses)
    if is_switched(operation):
        # The stream is no part of the result: an argument chooses between them.
        contents = [item for item in contents if stream_of(item.media_type) is None]
    kind = _kind(contents)
    first = [item.media_type for item in contents if kind_of(item) is kind]
    others = [item.media_type for item in contents if kind_of(item) is not kind]
    media_types = tuple(dict.fromkeys([*first, *others]))
    other_types = tuple(name for name in media_types if name not in first)
    types = [
        content.type if content.type is not None else AnyType()
        for content in contents
        if kind_of(content) is ResultKind.JSON
    ]
    if kind not in (ResultKind.JSON, ResultKind.BINARY) or not types:
        return Result(kind, statuses=statuses, media_types=media_types, other_types=other_types)
    unwrapped = [_unwrap(type_, models, envelope) for type_ in types] if envelope else [None]
    key = None
    if envelope is not None and all(type_ is not None for type_ in unwrapped):
        key = Untrusted(envelope.key)
        types = [type_ for type_ in unwrapped if type_ is not None]
    type_ = _one_of(types)
    if (
        kind is ResultKind.JSON
        and any(not item.contents for item in responses)
        and not isinstance(type_, NullableType | AnyType)
    ):
        type_ = NullableType(type_)
    return Result(kind, type_, key, statuses, media_types, other_types)


def _kind(contents: list[Content]) -> ResultKind:
    described = [
        content
        for content in contents
        if kind_of(content) is not ResultKind.JSON or content.type is not None
    ]
    # A format of some vendor is no good to a caller where the same comes as JSON.
    common = [content for content in described if not _is_opaque(content)]
    offers_json = any(kind_of(content) is ResultKind.JSON for content in common)
    return kind_of((common if offers_json else described or contents)[0])


def _is_opaque(content: Content) -> bool:
    """Bytes in the vendor tree (RFC 6838, section 3.2)."""
    is_vendors = content.media_type.startswith("application/vnd.")
    return is_vendors and kind_of(content) is ResultKind.BINARY


def _one_of(types: list[TypeRef]) -> TypeRef:
    flat: list[TypeRef] = []
    null = False
    for type_ in types:
        if isinstance(type_, NullableType):
            null, type_ = True, type_.inner
        members = type_.members if isinstance(type_, UnionType) else (type_,)
        flat.extend(member for member in members if member not in flat)
    if len(types) == 1:
        return types[0]
    if any(isinstance(member, AnyType) for member in flat):
        return AnyType()
    result: TypeRef = UnionType(tuple(flat)) if len(flat) > 1 else flat[0]
    return NullableType(result) if null else result


def _unwrap(
    type_: TypeRef, models: dict[ModelId, Model], rule: EnvelopeRule | None
) -> TypeRef | None:
    """The type under the envelope's key; None if this is no envelope."""
    if rule is None:
        return None
    if isinstance(type_, UnionType):
        inner = [_unwrap(member, models, rule) for member in type_.members]
        found = [member for member in inner if member is not None]
        return _one_of(found) if len(found) == len(inner) else None
    properties = object_properties(type_, models)
    if rule.key not in properties or not all(name in properties for name in rule.markers):
        return None
    return properties[rule.key].type


def object_properties(type_: TypeRef | None, models: dict[ModelId, Model]) -> dict[str, Property]:
    """The fields of an object type by name; nothing for other types."""
    while isinstance(type_, ModelType | NullableType):
        if isinstance(type_, NullableType):
            type_ = type_.inner
            continue
        model = models.get(type_.id)
        if model is None:
            return {}
        if isinstance(model.shape, ObjectShape):
            return {item.name.reveal(): item for item in model.shape.properties}
        type_ = model.shape
    return {}
