"""The JSON type of a value."""

from __future__ import annotations

from typing import Any


def json_kind(value: Any) -> str:
    """The ``type`` keyword (JSON Schema 2020-12, validation section 6.1.1) that fits ``value``.

    A whole number is an ``integer``, and what is no scalar and no list is an ``object``.
    """
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        return "integer"
    if isinstance(value, float):
        return "number"
    if isinstance(value, str):
        return "string"
    return "array" if isinstance(value, list) else "object"
