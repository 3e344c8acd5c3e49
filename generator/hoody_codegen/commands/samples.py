"""Plausible values for types, for examples where nothing is documented."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from .. import ir
from ..naming import words
from .kinds import bare

UUID: Final = "0b0f1c9e-4a51-4c8e-9d6b-2f1a7c3e5d10"
OBJECT_ID: Final = "665f1c2ab34d5e6f7a8b9c0d"
MOMENT: Final = "2027-04-12T00:00:00Z"
DAY: Final = "2027-04-12"

_DEPTH: Final = 4
_PLAUSIBLE: Final[Mapping[str, str]] = {
    "email": "you@example.com",
    "url": "https://example.com",
    "uri": "https://example.com",
    "path": "notes/readme.txt",
    "file": "notes/readme.txt",
    "filename": "readme.txt",
    "title": "Example",
    "username": "your_username",
    "password": "your_password",
    "token": "your_token",
    "secret": "your_secret",
    "command": "ls",
    "pattern": "*.txt",
    "host": "example.com",
    "hostname": "example.com",
    "domain": "example.com",
    "ip": "203.0.113.7",
    "region": "eu",
    "content": "Hello",
    "text": "Hello",
    "message": "Hello",
    "code": "123456",
    "uuid": UUID,
    "id": OBJECT_ID,
}
_OTHERS: Final = ("example", OBJECT_ID, UUID, "1", "a", "A", "abc", "0" * 64, "example-1", MOMENT)


def sample(
    type_: ir.TypeRef,
    models: ir.ModelIndex,
    name: str,
    constraints: ir.Constraints | None = None,
    depth: int = 0,
) -> Any:
    """A JSON value of ``type_``; objects hold what they have to."""
    plain, _ = bare(type_, models)
    constraints = constraints or ir.Constraints()
    match plain:
        case ir.EnumType(values=values):
            return values[0].reveal()
        case ir.ScalarType():
            return _scalar(plain, name, constraints)
        case ir.ArrayType(items=items):
            return [sample(items, models, words.singular(name), None, depth + 1)]
        case ir.UnionType(members=members):
            return sample(members[0], models, name, None, depth)
        case ir.ModelType(id=model_id) if depth < _DEPTH:
            shape = models[model_id].shape
            fields = shape.properties if isinstance(shape, ir.ObjectShape) else ()
            return {
                field.name.reveal(): sample(
                    field.type, models, field.name.reveal(), field.constraints, depth + 1
                )
                for field in fields
                if field.required and not field.read_only
            }
        case ir.AnyType():
            return "example"
        case _:
            return {}


def plausible_text(name: str, constraints: ir.Constraints | None = None) -> str:
    """A text for something with this name, of the right length and form."""
    constraints = constraints or ir.Constraints()
    for text in _texts(name, constraints):
        if _fits(text, constraints):
            return text
    return _lengthened(next(_texts(name, constraints)), constraints)


def _scalar(type_: ir.ScalarType, name: str, constraints: ir.Constraints) -> Any:
    match type_.kind:
        case ir.ScalarKind.INTEGER | ir.ScalarKind.NUMBER:
            return _number(constraints, whole=type_.kind is ir.ScalarKind.INTEGER)
        case ir.ScalarKind.BOOLEAN:
            return True
        case ir.ScalarKind.NULL:
            return None
        case ir.ScalarKind.DATE_TIME:
            return MOMENT
        case ir.ScalarKind.DATE:
            return DAY
        case ir.ScalarKind.BASE64:
            return "SGVsbG8="
    format_ = type_.format.reveal() if type_.format is not None else ""
    return plausible_text(
        {"uuid": "uuid", "uri": "url", "email": "email"}.get(format_, name), constraints
    )


def _number(constraints: ir.Constraints, *, whole: bool) -> float | int:
    low = constraints.minimum
    if low is None and constraints.exclusive_minimum is not None:
        low = constraints.exclusive_minimum + 1
    high = constraints.maximum
    if high is None and constraints.exclusive_maximum is not None:
        high = constraints.exclusive_maximum - 1
    value: float | int = max(1, low) if low is not None else 1
    value = min(value, high) if high is not None else value
    return int(value) if whole or float(value).is_integer() else value


def _texts(name: str, constraints: ir.Constraints) -> Iterator[str]:
    parts = words.lower(name)
    last = parts[-1] if parts else ""
    if parts[-2:] in (("expires", "at"), ("created", "at")):
        yield MOMENT
    yield _PLAUSIBLE.get(last, "example")
    pattern = constraints.pattern.reveal() if constraints.pattern is not None else ""
    prefix = re.match(r"\^([A-Za-z0-9_-]+)", pattern)
    if prefix is not None:
        yield f"{prefix[1].rstrip('_-')}_1"
        yield f"{prefix[1]}{OBJECT_ID}"
    yield from _OTHERS


def _fits(text: str, constraints: ir.Constraints) -> bool:
    if _lengthened(text, constraints) != text:
        return False
    if constraints.pattern is None:
        return True
    try:
        return re.search(constraints.pattern.reveal(), text) is not None
    except re.error:
        return True


def _lengthened(text: str, constraints: ir.Constraints) -> str:
    shortest, longest = constraints.min_length or 0, constraints.max_length
    if len(text) < shortest:
        text = (text * (shortest // len(text) + 1))[:shortest]
    return text[:longest] if longest else text
