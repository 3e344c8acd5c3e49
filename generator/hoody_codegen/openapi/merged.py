"""Documents that hold several services, merged by a tool into one.

Their operations say so twice: the tag is ``<namespace>:<Group>`` and the operationId starts with
``<namespace>_``. Only where both agree, and for more than one namespace, is a document taken apart.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ..ir import Model, ModelId, Operation, Server, Service
from ..ir.rewrite import operation_types, reachable_from
from ..text import Untrusted, UntrustedText


def split_service(
    service: Service, models: Sequence[Model]
) -> tuple[tuple[Service, ...], tuple[Model, ...]]:
    """The services of a document, with their models; one if nothing says that it holds more.

    The document's own namespace keeps its servers and realms. Another one gets the servers that
    have its name as a word in their URL: those of a merged document are a mixture.
    """
    names = sorted(_namespaces(service.operations) | {service.name.reveal()})
    if len(_namespaces(service.operations)) < 2:
        return (service,), tuple(models)
    own = service.name.reveal()
    by_name: dict[str, list[Operation]] = {}
    keys: dict[str, str] = {}
    for operation in service.operations:
        name = _namespace_of(operation, names) or own
        key = name + operation.key[len(own) :]
        keys[operation.key] = key
        by_name.setdefault(name, []).append(replace(operation, key=key, service=Untrusted(name)))
    services = tuple(
        replace(
            service,
            name=Untrusted(name),
            title=service.title if name == own else None,
            description=service.description if name == own else None,
            servers=service.servers if name == own else _servers(service, name),
            realms=service.realms if name == own else None,
            tags=tuple(
                tag
                for tag in service.tags
                if any(tag.name in operation.tags for operation in operations)
            ),
            operations=tuple(sorted(operations, key=lambda operation: operation.key)),
        )
        for name, operations in sorted(by_name.items())
    )
    return services, _placed(models, services, names, keys)


def _namespaces(operations: Sequence[Operation]) -> set[str]:
    found = set()
    for operation in operations:
        for tag in operation.tags:
            name, colon, _ = tag.reveal().partition(":")
            id_ = operation.operation_id
            if colon and name and id_ is not None and id_.reveal().startswith(f"{name}_"):
                found.add(name)
    return found


def _namespace_of(operation: Operation, names: Sequence[str]) -> str | None:
    """By operationId, else by tag."""
    texts = [operation.operation_id.reveal().partition("_")[0]] if operation.operation_id else []
    texts.extend(tag.reveal().partition(":")[0] for tag in operation.tags)
    return next((text for text in texts if text in names), None)


def _servers(service: Service, name: str) -> tuple[Server, ...]:
    word = re.compile(rf"(?<![A-Za-z0-9]){re.escape(name)}(?![A-Za-z0-9])", re.IGNORECASE)
    return tuple(server for server in service.servers if word.search(server.url.reveal()))


def _placed(
    models: Sequence[Model],
    services: Sequence[Service],
    names: Sequence[str],
    keys: dict[str, str],
) -> tuple[Model, ...]:
    """Each model in its service: by the prefix of its name, which it loses, else by who uses it."""
    shapes = {model.id: model for model in models}
    users: dict[ModelId, set[str]] = {}
    for service in services:
        types = [item for operation in service.operations for item in operation_types(operation)]
        for id_ in reachable_from(types, shapes):
            users.setdefault(id_, set()).add(service.name.reveal())
    present = {service.name.reveal() for service in services}
    placed = []
    for model in models:
        using = users.get(model.id, set())
        owner = next(iter(using)) if len(using) == 1 else model.service.reveal()
        name = model.name
        if name is not None:
            prefix, separator, rest = name.reveal().partition("_")
            if separator and rest and prefix in names and prefix in present:
                owner, name = prefix, Untrusted(rest)
        context: tuple[UntrustedText, ...] = model.context
        if context and context[0].reveal() in keys:
            context = (Untrusted(keys[context[0].reveal()]), *context[1:])
        placed.append(replace(model, service=Untrusted(owner), name=name, context=context))
    return tuple(placed)
