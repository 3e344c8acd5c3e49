"""Compares what a client gives back with what was on the wire and with the type it declares."""

from __future__ import annotations

import types
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Literal, Union, get_args, get_origin

from typing_extensions import TypeAliasType


def same_json(left: Any, right: Any) -> bool:
    """Equal as JSON: true isn't 1; times are equal if they name the same instant."""
    if isinstance(left, Mapping) and isinstance(right, Mapping):
        return left.keys() == right.keys() and all(same_json(left[k], right[k]) for k in left)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(same_json, left, right))
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    return bool(left == right) or _same_instant(left, right)


def _same_instant(left: Any, right: Any) -> bool:
    if not (isinstance(left, str) and isinstance(right, str)):
        return False
    try:
        return datetime.fromisoformat(left) == datetime.fromisoformat(right)
    except (ValueError, TypeError):
        return False


def to_wire(value: Any) -> Any:
    """A decoded result as JSON data again."""
    if hasattr(value, "to_dict"):
        return value.to_dict()
    if isinstance(value, list | tuple):
        return [to_wire(item) for item in value]
    if isinstance(value, dict):
        return {name: to_wire(item) for name, item in value.items()}
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value


def conforms(value: Any, annotation: Any) -> bool:
    """Whether a value is of a declared type: models, unions, containers, literals, scalars."""
    if isinstance(annotation, TypeAliasType):
        return conforms(value, annotation.__value__)
    origin, arguments = get_origin(annotation), get_args(annotation)
    if annotation is Any or annotation is object:
        return True
    if annotation is None or annotation is type(None):
        return value is None
    if origin is Union or origin is types.UnionType:
        return any(conforms(value, member) for member in arguments)
    if origin is Literal:
        return any(value == option and type(value) is type(option) for option in arguments)
    if origin is list:
        return isinstance(value, list) and all(conforms(item, arguments[0]) for item in value)
    if origin is dict or (origin is not None and issubclass(origin, Mapping)):
        return isinstance(value, Mapping) and all(
            conforms(item, arguments[1]) for item in value.values()
        )
    if isinstance(annotation, type):
        if annotation is float:
            return isinstance(value, int | float) and not isinstance(value, bool)
        if annotation is int and isinstance(value, bool):
            return False
        return isinstance(value, annotation)
    return True
