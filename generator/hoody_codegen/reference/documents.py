"""OpenAPI documents (OAS 3.1.0), one per service, from operation objects."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from .introductions import Descriptions
from .operations import HTTP_METHODS, Operation
from .paths import templated
from .rules import ImportRules, ServiceRule

Document = dict[str, Any]
OpenApiOperation = dict[str, Any]

BEARER = "bearerAuth"


def build_document(
    service: ServiceRule,
    operations: Sequence[tuple[Operation, OpenApiOperation]],
    rules: ImportRules,
    schemas: Mapping[str, Any],
    descriptions: Descriptions,
) -> Document:
    """The document of one service; paths are sorted, methods follow the specification's order.

    ``schemas`` are components that the reference names.
    """
    info: dict[str, Any] = {"title": service.title}
    if descriptions.service:
        info["description"] = descriptions.service
    info |= {"version": rules.version, "x-namespace": service.name}
    if rules.realms.get("service") == service.name:
        info["x-realm-support"] = dict(rules.realms["value"])
    document: Document = {
        "openapi": rules.openapi,
        "info": info,
        "servers": [_server(kind, service, rules) for kind in service.servers],
        "tags": [
            _tag(name, descriptions)
            for name in sorted({t for _, o in operations for t in o["tags"]})
        ],
        "paths": _paths(operations),
    }
    if schemas:
        document["components"] = {"schemas": dict(schemas)}
    if rules.secured == service.name:
        scheme = {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
        document.setdefault("components", {})["securitySchemes"] = {BEARER: scheme}
    return document


def _tag(name: str, descriptions: Descriptions) -> dict[str, str]:
    described = descriptions.tags.get(name)
    return {"name": name, "description": described} if described else {"name": name}


def _server(kind: str, service: ServiceRule, rules: ImportRules) -> dict[str, Any]:
    """One Server Object. Those behind the first are chosen by their names (``x-name``)."""
    template = rules.servers[kind]
    server: dict[str, Any] = {
        "url": template["url"].replace("{segment}", service.segment),
        "description": template["description"],
    }
    if kind != service.servers[0]:
        server["x-name"] = kind
    if "inferred" in template:
        server["x-inferred"] = template["inferred"]
    variables = template.get("variables", {})
    if variables:
        server["variables"] = {name: dict(value) for name, value in variables.items()}
    return server


def _paths(
    operations: Sequence[tuple[Operation, OpenApiOperation]],
) -> dict[str, dict[str, Any]]:
    by_path: dict[str, dict[str, OpenApiOperation]] = defaultdict(dict)
    for operation, content in operations:
        by_path[templated(operation.path)][operation.method] = content
    return {path: _path_item(by_path[path]) for path in sorted(by_path)}


def _path_item(methods: Mapping[str, OpenApiOperation]) -> dict[str, Any]:
    item: dict[str, Any] = {m.lower(): methods[m] for m in HTTP_METHODS if m in methods}
    additional = {m: methods[m] for m in sorted(methods) if m not in HTTP_METHODS}
    if additional:
        item["x-additional-operations"] = additional
    return item
