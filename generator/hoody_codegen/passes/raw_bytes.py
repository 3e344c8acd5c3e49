"""Raw bytes only where there can be some.

``format: binary`` means the bytes themselves, which a multipart part or a whole body can hold and
JSON can't. Inside JSON it is text, whatever the author had in mind.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ..ir import Api, Content, Operation, ScalarKind, ScalarType, TypeRef
from ..ir.rewrite import reachable_from, rewrite_model, rewrite_operations, rewrite_type
from ..text import Untrusted
from .media import base_type

_TEXT = ScalarType(ScalarKind.STRING, Untrusted("binary"))


def settle_raw_bytes(api: Api) -> Api:
    """Turn raw bytes into text in JSON bodies and in the models that no multipart body uses."""
    models = {model.id: model for model in api.models}
    parts = [
        content.type
        for operation in _operations(api)
        for content in _contents(operation)
        if content.type is not None and _is_multipart(content)
    ]
    raw = reachable_from(parts, models)
    api = replace(
        api,
        models=tuple(
            model if model.id in raw else rewrite_model(model, _as_text) for model in api.models
        ),
    )
    return rewrite_operations(api, _settle)


def _operations(api: Api) -> Iterator[Operation]:
    for service in api.services:
        yield from service.operations


def _contents(operation: Operation) -> Iterator[Content]:
    if operation.body is not None:
        yield from operation.body.contents
    for response in operation.responses:
        yield from response.contents


def _is_multipart(content: Content) -> bool:
    return content.media_type.startswith("multipart/")


def _is_json(content: Content) -> bool:
    name = base_type(content.media_type)
    return name in ("application/json", "text/json") or name.endswith("+json")


def _as_text(type_: TypeRef) -> TypeRef:
    is_raw = isinstance(type_, ScalarType) and type_.kind is ScalarKind.BINARY
    return _TEXT if is_raw else type_


def _settle(operation: Operation) -> Operation:
    body = operation.body
    return replace(
        operation,
        body=replace(body, contents=_with_text(body.contents)) if body is not None else None,
        responses=tuple(
            replace(response, contents=_with_text(response.contents))
            for response in operation.responses
        ),
    )


def _with_text(contents: tuple[Content, ...]) -> tuple[Content, ...]:
    return tuple(
        (
            replace(content, type=rewrite_type(content.type, _as_text))
            if content.type is not None and _is_json(content)
            else content
        )
        for content in contents
    )
