"""Types as trees. They say what is on the wire; how Python spells it is decided elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import NewType, TypeAlias

from ..text import UntrustedJson, UntrustedText

ModelId = NewType("ModelId", str)
"""A key for one model, unique in the whole API and independent of document order.

Components have ``<service>#<component name>``, inline schemas
``<service>#<operation key or parent id>/<where>``. It's a key to look up with, never text to print.
"""


class ScalarKind(Enum):
    """What one JSON scalar (or a raw body) carries."""

    STRING = "string"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    NULL = "null"
    DATE_TIME = "date-time"
    DATE = "date"
    BINARY = "binary"
    """Raw bytes: a whole body or a multipart part, never inside JSON."""
    BASE64 = "byte"
    """Bytes inside JSON, written as base64 text (RFC 4648 section 4)."""


@dataclass(frozen=True, slots=True)
class AnyType:
    """Any JSON value."""


@dataclass(frozen=True, slots=True)
class ScalarType:
    kind: ScalarKind
    format: UntrustedText | None = None
    """The documented ``format`` where it says more than the kind (``uuid``, ``int64``)."""


@dataclass(frozen=True, slots=True)
class EnumType:
    """Allowed values in documented order. ``const`` marks a single fixed value (a tag)."""

    values: tuple[UntrustedJson, ...]
    base: ScalarType
    const: bool = False


@dataclass(frozen=True, slots=True)
class ArrayType:
    items: TypeRef


@dataclass(frozen=True, slots=True)
class MapType:
    """An object with free keys."""

    values: TypeRef


@dataclass(frozen=True, slots=True)
class NullableType:
    """``inner`` or JSON null. Never wraps another NullableType, AnyType or the null scalar."""

    inner: TypeRef


@dataclass(frozen=True, slots=True)
class UnionType:
    """One of ``members`` (two or more, flat, without null: that is NullableType's).

    ``discriminator`` is the property that tells object members apart, declared or found: every
    member then has an own constant for it.
    """

    members: tuple[TypeRef, ...]
    discriminator: UntrustedText | None = None


@dataclass(frozen=True, slots=True)
class ModelType:
    """A reference to a model; recursion goes through here."""

    id: ModelId


TypeRef: TypeAlias = (
    AnyType | ScalarType | EnumType | ArrayType | MapType | NullableType | UnionType | ModelType
)


@dataclass(frozen=True, slots=True)
class Constraints:
    """Documented limits. They go into documentation; the server is the judge of values."""

    minimum: float | int | None = None
    maximum: float | int | None = None
    exclusive_minimum: float | int | None = None
    exclusive_maximum: float | int | None = None
    multiple_of: float | int | None = None
    min_length: int | None = None
    max_length: int | None = None
    pattern: UntrustedText | None = None
    min_items: int | None = None
    max_items: int | None = None
    unique_items: bool = False
    unit: UntrustedText | None = None
    """From ``x-unit``: seconds, bytes, percent …"""


def walk_types(type_: TypeRef) -> Iterator[TypeRef]:
    """``type_`` and everything inside it, outermost first; models are not entered."""
    yield type_
    match type_:
        case ArrayType(items=inner) | MapType(values=inner) | NullableType(inner=inner):
            yield from walk_types(inner)
        case UnionType(members=members):
            for member in members:
                yield from walk_types(member)
        case _:
            pass
