"""Types from types: null branches, unions and enumerations in their one normal form."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from ..ir import (
    AnyType,
    EnumType,
    NullableType,
    ScalarKind,
    ScalarType,
    TypeRef,
    UnionType,
)
from ..text import Untrusted

NULL = ScalarType(ScalarKind.NULL)


def nullable(type_: TypeRef) -> TypeRef:
    if type_ == NULL or isinstance(type_, AnyType | NullableType):
        return type_
    return NullableType(type_)


def union(members: Iterable[TypeRef]) -> TypeRef:
    """One of ``members``: flat, without repetition, null outside.

    Constants of one kind become one enumeration; a union with "anything" is anything.
    """
    flat: list[TypeRef] = []
    has_null = False
    waiting = list(members)[::-1]
    while waiting:
        member = waiting.pop()
        if member == NULL:
            has_null = True
        elif isinstance(member, NullableType):
            has_null = True
            waiting.append(member.inner)
        elif isinstance(member, UnionType):
            waiting.extend(reversed(member.members))
        elif isinstance(member, AnyType):
            return AnyType()
        elif member not in flat:
            flat.append(member)
    flat = _join_enums(flat)
    if not flat:
        return NULL if has_null else AnyType()
    result: TypeRef = flat[0] if len(flat) == 1 else UnionType(tuple(flat))
    return nullable(result) if has_null else result


def _join_enums(members: Sequence[TypeRef]) -> list[TypeRef]:
    joined: list[TypeRef] = []
    for member in members:
        if isinstance(member, EnumType):
            for index, other in enumerate(joined):
                if isinstance(other, EnumType) and other.base == member.base:
                    values = tuple(dict.fromkeys((*other.values, *member.values)))
                    joined[index] = EnumType(values, other.base, const=len(values) == 1)
                    break
            else:
                joined.append(member)
        else:
            joined.append(member)
    return joined


def enumeration(values: Sequence[Any], base: ScalarType | None) -> TypeRef:
    """One of ``values``, split by kind; ``base`` is the declared type where it fits."""
    members: list[TypeRef] = []
    for value in values:
        kind = scalar_kind(value)
        if value is None:
            members.append(NULL)
        elif kind is None:
            return AnyType()
        else:
            own = base if base is not None and _fits(kind, base.kind) else ScalarType(kind)
            members.append(EnumType((Untrusted(value),), own, const=True))
    return union(members)


def scalar_kind(value: Any) -> ScalarKind | None:
    """The kind of a JSON scalar; None for lists and objects."""
    if value is None:
        return ScalarKind.NULL
    if isinstance(value, bool):
        return ScalarKind.BOOLEAN
    if isinstance(value, int):
        return ScalarKind.INTEGER
    if isinstance(value, float):
        return ScalarKind.NUMBER
    return ScalarKind.STRING if isinstance(value, str) else None


_TEXT = (ScalarKind.STRING, ScalarKind.DATE, ScalarKind.DATE_TIME, ScalarKind.BASE64)


def _fits(kind: ScalarKind, declared: ScalarKind) -> bool:
    if kind is ScalarKind.STRING:
        return declared in _TEXT
    return kind is declared or (kind is ScalarKind.INTEGER and declared is ScalarKind.NUMBER)
