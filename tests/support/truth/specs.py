"""Reading the OpenAPI documents for the comparison, apart from the code that generates clients."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hoody_codegen.diagnostics import Diagnostics
from hoody_codegen.document import load
from hoody_codegen.document.overlay import apply_all

_METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
UNSET: Any = object()


@dataclass(slots=True)
class Shape:
    """A schema with its references, ``allOf`` and alternatives laid together."""

    types: set[str] = field(default_factory=set)
    nullable: bool = False
    enum: set[str] | None = None
    default: Any = UNSET
    bounds: tuple[Any, Any] = (None, None)
    length: tuple[Any, Any] = (None, None)
    format: str | None = None
    properties: dict[str, list[Any]] = field(default_factory=dict)
    required: set[str] = field(default_factory=set)
    additional: Any = None
    items: list[Any] = field(default_factory=list)
    alternatives: list[Shape] = field(default_factory=list)
    shared: bool = False
    """From a component: it may hold what other operations show of the same thing."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of a document."""

    specification: Specification
    method: str
    path: str
    data: Mapping[str, Any]
    shared: Sequence[Any]
    """Parameters of the path item."""

    def parameters(self) -> list[Mapping[str, Any]]:
        found: dict[tuple[str, str], Mapping[str, Any]] = {}
        for raw in (*self.shared, *self.data.get("parameters", ())):
            parameter = self.specification.resolved(raw)
            found[(parameter["in"], parameter["name"])] = parameter
        return list(found.values())

    def responses(self) -> dict[str, Mapping[str, Any]]:
        responses = self.data.get("responses", {})
        return {str(key): self.specification.resolved(value) for key, value in responses.items()}


class Specification:
    """A document with its overlays applied."""

    def __init__(self, tree: Mapping[str, Any]) -> None:
        self.tree = tree
        self.operations = tuple(self._operations())

    def _operations(self) -> Iterator[Operation]:
        for path, raw in self.tree.get("paths", {}).items():
            item = self.resolved(raw)
            shared = item.get("parameters", ())
            for method in _METHODS:
                if method in item:
                    yield Operation(self, method.upper(), path, item[method], shared)
            for method, data in item.get("x-additional-operations", {}).items():
                yield Operation(self, method.upper(), path, data, shared)

    def find(self, method: str, path: str, sdk: str | None) -> Operation | None:
        """By method and path key; else by the documented call, whose path is then a difference."""
        for operation in self.operations:
            if operation.method == method and operation.path == path:
                return operation
        for operation in self.operations:
            if sdk is not None and operation.data.get("x-sdk-name") == sdk:
                return operation
        return None

    def resolved(self, value: Any) -> Any:
        seen = 0
        while isinstance(value, Mapping) and isinstance(value.get("$ref"), str):
            pointer = value["$ref"]
            seen += 1
            if seen > 20 or not pointer.startswith("#/"):
                raise ValueError(f"can't resolve {pointer!r}")
            siblings = {key: entry for key, entry in value.items() if key != "$ref"}
            target: Any = self.tree
            for token in pointer[2:].split("/"):
                target = target[token.replace("~1", "/").replace("~0", "~")]
            value = {**target, **siblings} if isinstance(target, Mapping) else target
        return value

    def shape(self, schema: Any, depth: int = 0) -> Shape:
        shape = Shape(shared=isinstance(schema, Mapping) and "$ref" in schema)
        schema = self.resolved(schema)
        if not isinstance(schema, Mapping) or depth > 40:
            return shape
        _own(schema, shape)
        for part in schema.get("allOf", ()):
            _join(shape, self.shape(part, depth + 1))
        for keyword in ("oneOf", "anyOf"):
            parts = [self.shape(part, depth + 1) for part in schema.get(keyword, ())]
            for part in parts:
                _join(shape, part)
                if part.types or not part.nullable:
                    shape.alternatives.append(part)
        return shape


def _own(schema: Mapping[str, Any], shape: Shape) -> None:
    types = schema.get("type", [])
    shape.types = {types} if isinstance(types, str) else set(types)
    enum = schema.get("enum", [schema["const"]] if "const" in schema else None)
    if enum is not None:
        shape.enum = {_text(value) for value in enum if value is not None}
    shape.nullable = "null" in shape.types or schema.get("nullable") is True
    shape.types.discard("null")
    shape.default = schema.get("default", UNSET)
    shape.bounds = (schema.get("minimum"), schema.get("maximum"))
    shape.length = (
        schema.get("minLength", schema.get("minItems")),
        schema.get("maxLength", schema.get("maxItems")),
    )
    shape.format = schema.get("format")
    shape.properties = {key: [value] for key, value in schema.get("properties", {}).items()}
    shape.required = set(schema.get("required", ()))
    shape.additional = schema.get("additionalProperties")
    if "items" in schema:
        shape.items.append(schema["items"])
    if shape.properties and not shape.types:
        shape.types = {"object"}


def _join(shape: Shape, part: Shape) -> None:
    shape.types |= part.types
    shape.nullable = shape.nullable or part.nullable
    if part.enum is not None:
        shape.enum = (shape.enum or set()) | part.enum
    if shape.default is UNSET:
        shape.default = part.default
    shape.bounds = shape.bounds if shape.bounds != (None, None) else part.bounds
    shape.length = shape.length if shape.length != (None, None) else part.length
    shape.format = shape.format or part.format
    for key, schemas in part.properties.items():
        shape.properties.setdefault(key, []).extend(schemas)
    shape.required |= part.required
    if part.additional is not None and shape.additional is None:
        shape.additional = part.additional
    shape.items.extend(part.items)
    shape.shared = shape.shared or part.shared


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def load_specification(path: Path, overlays: Sequence[Path]) -> Specification:
    """The document of one service, with those overlays that belong to it."""
    diagnostics = Diagnostics()
    document = load(path, diagnostics)
    if document is None:
        raise ValueError(f"{path.name} can't be read")
    own = [overlay for overlay in overlays if overlay.name.split(".")[0] == path.stem]
    (changed,) = apply_all([document], own, diagnostics)
    return Specification(changed.main.tree)
