"""Which models callers send and which they get.

A named schema is part of the API's vocabulary: one that nothing speaks of counts as received. An
inline shape of an error body is neither: errors carry their body as it came.
"""

from __future__ import annotations

from dataclasses import replace

from ..ir import Api, ModelType, TypeRef
from ..ir.rewrite import reachable_from
from .results import success_responses


def mark_usage(api: Api) -> Api:
    """Set ``in_request`` and ``in_response`` of every model."""
    models = {model.id: model for model in api.models}
    sent: list[TypeRef] = []
    received: list[TypeRef] = []
    for service in api.services:
        for operation in service.operations:
            sent.extend(parameter.type for parameter in operation.parameters)
            if operation.body is not None:
                sent.extend(item.type for item in operation.body.contents if item.type is not None)
            if operation.result is not None and operation.result.type is not None:
                received.append(operation.result.type)
            if operation.socket is not None and operation.socket.received is not None:
                received.append(operation.socket.received)
            for response in success_responses(operation):
                received.extend(type_ for item in response.contents for type_ in item.types)
                received.extend(header.type for header in response.headers)
            received.extend(item.details for item in operation.errors if item.details is not None)
    in_request = reachable_from(sent, models)
    in_response = reachable_from(received, models)
    for model in api.models:
        if model.name is None:
            continue
        if model.id not in in_request and model.id not in in_response:
            in_response |= reachable_from([ModelType(model.id)], models)
    return replace(
        api,
        models=tuple(
            replace(model, in_request=model.id in in_request, in_response=model.id in in_response)
            for model in api.models
        ),
    )
