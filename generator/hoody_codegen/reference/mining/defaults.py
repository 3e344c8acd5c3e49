"""Default cells: the value that a Default column or a sentence shows, fitted to the type."""

from __future__ import annotations

import re
from enum import Enum

from ..kinds import json_kind
from .text import clean, literal, mask
from .types import Schema

_NO_VALUE = {"", "—", "-", "unset", "none", "n/a", "not set", "null", "undefined", "no default"}


class Nothing(Enum):
    """The type of :data:`NOTHING`."""

    NOTHING = "nothing"


NOTHING = Nothing.NOTHING
"""No default at all, which differs from a default of null."""


def parse_default(cell: str, schema: Schema, *, description: str = "") -> object | Nothing:
    """The default that ``cell`` shows, or :data:`NOTHING`.

    A value that doesn't fit the type of ``schema`` is converted where nothing is lost (``"10"`` of
    an integer field to 10, an array of a string field to a separated list; ``description`` tells
    the separator) and is :data:`NOTHING` where that can't be done.
    """
    text = clean(cell)
    if text.lower() in _NO_VALUE:
        return NOTHING
    sentence = mask(text)
    if len(sentence.spans) == 1 and not re.sub(r"[\ue000-\uf8ff\s.]", "", sentence.masked):
        text = sentence.spans[0]
        if text in {"unset", "—"}:
            return NOTHING
    return fit(literal(text), schema, separator=_separator(description))


def types_of(schema: Schema) -> tuple[str, ...]:
    """The plain types that ``schema`` allows; empty where it allows all or can't say."""
    declared = schema.get("type")
    if isinstance(declared, str):
        return (declared,)
    if isinstance(declared, list):
        return tuple(declared)
    branches = schema.get("anyOf") or schema.get("oneOf")
    if not branches:
        return ()
    found: dict[str, None] = {}
    for branch in branches:
        kinds = types_of(branch)
        if not kinds:
            return ()
        found.update(dict.fromkeys(kinds))
    return tuple(found)


def fit(value: object, schema: Schema, *, separator: str = ",") -> object | Nothing:
    """``value`` as a value of the type of ``schema``, converted if that loses nothing."""
    kinds = types_of(schema)
    if not kinds or json_kind(value) in kinds:
        return value
    if isinstance(value, int | float) and not isinstance(value, bool) and "number" in kinds:
        return value
    if "integer" in kinds and isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str):
        return _from_text(value, kinds)
    if "string" in kinds:
        return _to_text(value, separator)
    return NOTHING


def _from_text(value: str, kinds: tuple[str, ...]) -> object | Nothing:
    if "integer" in kinds and re.fullmatch(r"-?\d[\d,_]*", value):
        return int(re.sub("[,_]", "", value))
    if "number" in kinds and re.fullmatch(r"-?\d+(\.\d+)?", value):
        return float(value) if "." in value else int(value)
    if "boolean" in kinds and value.lower() in {"true", "false"}:
        return value.lower() == "true"
    if "array" in kinds or "object" in kinds:
        parsed = literal(value)
        if json_kind(parsed) in kinds:
            return parsed
    return NOTHING


def _to_text(value: object, separator: str) -> object | Nothing:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, list) and all(isinstance(item, str | int) for item in value):
        return separator.join(str(item) for item in value)
    return NOTHING


def _separator(description: str) -> str:
    return " " if re.search(r"\bspace[- ]separated\b", description, re.I) else ","
