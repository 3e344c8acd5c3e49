"""The operations of OpenAPI documents, read straight from the tree and without the generator."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl, unquote

STANDARD_METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
"""Path item keys that are operations (OpenAPI 3.1, Path Item Object)."""

ADDITIONAL_OPERATIONS = "x-additional-operations"
_MARKER = re.compile(r"\{([^{}]+)\}")
_EXPRESS_MARKER = re.compile(r"/:([A-Za-z_]\w*)")


@dataclass(frozen=True)
class SpecOperation:
    """One operation as its document states it."""

    service: str
    path_key: str
    location: tuple[str, ...]
    """Keys that lead from the root of the document to the operation."""
    node: Mapping[str, Any]
    parameters: tuple[Mapping[str, Any], ...]
    """Of the path item and the operation, without those that the host name sets."""

    @property
    def method(self) -> str:
        return self.location[-1].upper()

    @cached_property
    def path(self) -> str:
        """The template that goes over the wire, ``:id`` written as ``{id}``."""
        sent = str(self.node.get("x-original-path", self.path_key)).partition("?")[0]
        return _EXPRESS_MARKER.sub(r"/{\1}", sent)

    @cached_property
    def fixed_query(self) -> tuple[tuple[str, str], ...]:
        """Query pairs of the path key; a key without a value has an empty one."""
        query = self.path_key.partition("?")[2]
        return tuple(parse_qsl(query, keep_blank_values=True))

    @property
    def name(self) -> str:
        """How messages call it: ``files GET /{path}?type=ssh``."""
        query = "&".join(f"{k}={v}" if v else k for k, v in self.fixed_query)
        return f"{self.service} {self.method} {self.path}{'?' if query else ''}{query}"

    @cached_property
    def wildcards(self) -> frozenset[str]:
        """Names of path parameters whose value may hold ``/``."""
        return frozenset(p["name"] for p in self.of("path") if p.get("x-wildcard") is True)

    @cached_property
    def path_names(self) -> tuple[str, ...]:
        return tuple(_MARKER.findall(self.path))

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Matches a path on the wire, still percent-encoded; one group for each parameter."""
        parts: list[str] = []
        position = 0
        for marker in _MARKER.finditer(self.path):
            parts.append(re.escape(self.path[position : marker.start()]))
            parts.append("(.+)" if marker[1] in self.wildcards else "([^/]+)")
            position = marker.end()
        parts.append(re.escape(self.path[position:]))
        return re.compile("".join(parts))

    def of(self, location: str) -> list[Mapping[str, Any]]:
        """Its parameters in ``path``, ``query`` or ``header``."""
        return [p for p in self.parameters if p["in"] == location]


@dataclass(frozen=True)
class Spec:
    """One document with its operations."""

    service: str
    document: Mapping[str, Any]
    operations: tuple[SpecOperation, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "operations", tuple(self._read()))

    def resolve(self, node: Any) -> Any:
        """``node``, or what its ``$ref`` names; chains are followed."""
        for _ in range(32):
            if not isinstance(node, Mapping) or "$ref" not in node:
                return node
            target: Any = self.document
            for part in str(node["$ref"]).removeprefix("#/").split("/"):
                key = unquote(part).replace("~1", "/").replace("~0", "~")
                target = target[int(key)] if isinstance(target, list) else target[key]
            node = target
        raise ValueError(f"{self.service}: a reference that leads to itself: {node['$ref']}")

    def _read(self) -> Iterator[SpecOperation]:
        for path_key, item in self.document["paths"].items():
            shared = [self.resolve(p) for p in item.get("parameters", ())]
            for location, node in _operations_of(path_key, item):
                own = [self.resolve(p) for p in node.get("parameters", ())]
                merged = {(p["in"], p["name"]): p for p in [*shared, *own]}
                parameters = tuple(p for p in merged.values() if is_sent(p))
                yield SpecOperation(self.service, path_key, location, node, parameters)


def is_sent(parameter: Any) -> bool:
    """Whether a caller sends it. What a path needs is sent even where the host name decides."""
    return not (
        isinstance(parameter, Mapping)
        and parameter.get("x-host-injected") is True
        and parameter["in"] != "path"
    )


def _operations_of(
    path_key: str, item: Mapping[str, Any]
) -> Iterator[tuple[tuple[str, ...], Mapping[str, Any]]]:
    for method in STANDARD_METHODS:
        if method in item:
            yield ("paths", path_key, method), item[method]
    for method, node in item.get(ADDITIONAL_OPERATIONS, {}).items():
        yield ("paths", path_key, ADDITIONAL_OPERATIONS, method), node
