"""How a type becomes what the command line takes: one value, a list of them, or pairs."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from .. import ir
from ..cli_runtime.model import Kind, KindName
from ..naming import words

JSON: Final = Kind("json")
ANY: Final = Kind("any")

_SCALARS: Mapping[ir.ScalarKind, KindName] = {
    ir.ScalarKind.STRING: "text",
    ir.ScalarKind.INTEGER: "integer",
    ir.ScalarKind.NUMBER: "number",
    ir.ScalarKind.BOOLEAN: "boolean",
    ir.ScalarKind.NULL: "any",
    ir.ScalarKind.DATE_TIME: "datetime",
    ir.ScalarKind.DATE: "date",
    ir.ScalarKind.BINARY: "bytes",
    ir.ScalarKind.BASE64: "text",
}

_UNITS: Final = {
    "bytes": "bytes",
    "byte": "bytes",
    "seconds": "s",
    "second": "s",
    "sec": "s",
    "secs": "s",
    "milliseconds": "ms",
    "millisecond": "ms",
    "ms": "ms",
}
_SAID_UNIT: Final = re.compile(r"\bin (bytes|seconds|milliseconds|ms)\b|\((bytes|seconds|ms)\)")

_SECRET_ENDS: Final = (
    *(("password",), ("passwd",), ("passphrase",), ("secret",), ("token",), ("credential",)),
    *(("api", "key"), ("apikey",), ("private", "key"), ("secret", "key"), ("encryption", "key")),
    *(("master", "key"), ("account", "key"), ("key", "pem"), ("pass",), ("credentials",)),
)
_NO_SECRETS: Final = frozenset({"page", "next", "cursor", "continuation", "sync", "cancel"})
"""Tokens that only say where a list goes on, by the word before them."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What is taken for a type: ``many`` by repeating, ``mapping`` as KEY=VALUE."""

    kind: Kind
    many: bool = False
    mapping: bool = False
    nullable: bool = False


def taken_for(
    type_: ir.TypeRef,
    models: ir.ModelIndex,
    *,
    constraints: ir.Constraints | None = None,
    text: str = "",
    open_choices: bool = False,
) -> Taken:
    """How values of ``type_`` are given.

    Args:
        text: What is said about it; units are found in it.
        open_choices: Whether its values were concluded rather than documented.
    """
    plain, nullable = bare(type_, models)
    constraints = constraints or ir.Constraints()
    match plain:
        case ir.ArrayType(items=items):
            inner = taken_for(items, models, text=text, open_choices=open_choices)
            if inner.many:
                # Lists of lists: each list given would be taken for some of the items.
                return Taken(JSON, nullable=nullable)
            kind = JSON if inner.mapping else inner.kind
            return Taken(kind, many=True, nullable=nullable)
        case ir.MapType(values=values):
            inner = taken_for(values, models, open_choices=open_choices)
            is_plain = not (inner.many or inner.mapping)
            return Taken(inner.kind if is_plain else JSON, mapping=True, nullable=nullable)
        case ir.UnionType(members=members):
            return Taken(_union(members, models), nullable=nullable)
        case _:
            kind = _single(plain, constraints, text, open_choices=open_choices)
            return Taken(kind, nullable=nullable)


def bare(type_: ir.TypeRef, models: ir.ModelIndex) -> tuple[ir.TypeRef, bool]:
    """The type behind null and names, down to objects; and whether null is allowed."""
    nullable = False
    seen: set[ir.ModelId] = set()
    while True:
        match type_:
            case ir.NullableType(inner=inner):
                nullable, type_ = True, inner
            case ir.ModelType(id=model_id) if model_id not in seen:
                seen.add(model_id)
                shape = models[model_id].shape
                if isinstance(shape, ir.ObjectShape):
                    return type_, nullable
                type_ = shape
            case _:
                return type_, nullable


def is_secret(name: str, kind: Kind, format_: str = "") -> bool:
    """Whether a text with this name (or ``format: password``) should not be seen."""
    if kind.name != "text" or kind.choices:
        return False
    if format_ == "password":
        return True
    parts = tuple(words.lower(name))
    for end in _SECRET_ENDS:
        if parts[-len(end) :] == end:
            before = parts[-len(end) - 1] if len(parts) > len(end) else ""
            return before not in _NO_SECRETS
    return False


def shown(value: object) -> str:
    """A documented value as one would write it on the command line."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _union(members: tuple[ir.TypeRef, ...], models: ir.ModelIndex) -> Kind:
    kinds = {taken_for(member, models) for member in members}
    if len(kinds) == 1:
        (only,) = kinds
        return only.kind if not (only.many or only.mapping) else JSON
    choices = [choice for one in kinds for choice in one.kind.choices]
    if all(one.kind.name == "text" and not one.many and not one.mapping for one in kinds):
        return Kind("text", choices=tuple(sorted(choices)))
    texts = any(one.kind.name == "text" and not one.many and not one.mapping for one in kinds)
    return ANY if texts else JSON


def _single(
    type_: ir.TypeRef, constraints: ir.Constraints, text: str, *, open_choices: bool
) -> Kind:
    match type_:
        case ir.EnumType(values=values, base=base):
            name = _SCALARS[base.kind]
            allowed = [shown(value.reveal()) for value in values if value.reveal() is not None]
            choices = tuple(dict.fromkeys(allowed))
            if name in ("text", "integer", "number"):
                return Kind(name, choices=choices, closed=not open_choices)
            return Kind(name)
        case ir.ScalarType(kind=kind):
            name = _SCALARS[kind]
            if name in ("integer", "number"):
                return _number(name, constraints, text)
            if name == "text":
                return Kind(
                    name, shortest=constraints.min_length or None, longest=constraints.max_length
                )
            return Kind(name)
        case ir.AnyType():
            return ANY
        case _:
            return JSON


def _number(name: KindName, constraints: ir.Constraints, text: str) -> Kind:
    low, high = constraints.minimum, constraints.maximum
    step = 1 if name == "integer" else 0
    if low is None and constraints.exclusive_minimum is not None:
        low = constraints.exclusive_minimum + step
    if high is None and constraints.exclusive_maximum is not None:
        high = constraints.exclusive_maximum - step
    said = constraints.unit.reveal() if constraints.unit is not None else ""
    if not said and (found := _SAID_UNIT.search(text.lower())) is not None:
        said = found[1] or found[2]
    unit = _UNITS.get(said.lower(), "")
    kind = Kind(name, minimum=low, maximum=high)
    match unit:
        case "bytes":
            return kind._replace(unit="bytes")
        case "s":
            return kind._replace(unit="s")
        case "ms":
            return kind._replace(unit="ms")
        case _:
            return kind
