"""Descriptions of parameters and fields: the facts in their sentences."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Literal

from .defaults import NOTHING, types_of
from .enums import allowed_values, shown_values
from .formats import text_format, unit
from .limits import limits
from .maps import map_values
from .members import members
from .preset import stated_default
from .text import SPAN, Sentence, clean, mask
from .types import Schema

Place = Literal["parameter", "field"]

_NULL = r"(?:null|[\ue000-\uf8ff])"
_NULLABLE = re.compile(
    rf"(?P<null>{_NULL})\s+(?:to\s+(?:clear|remove|unset|reset|delete|never|disable|inherit)"
    rf"|clears|removes)"
    rf"|\b(?:or|may be|can be|set to|be|if|to)\s+(?P<or>{_NULL})"
    rf"(?=\s+(?:if|when|for|to|or|removes)\b|\s*[.,)]|\s*$|/)"
    rf"|\((?P<for>{_NULL})\s+for\s",
    re.I,
)
_DEPRECATED = re.compile(
    r"(?:^|[.(]\s*)\**deprecated\b(?:\s*[.:—–)*]|\s+alias\b)|\bdeprecated\.$", re.I
)
_READ_ONLY = re.compile(r"(?:^|[.]\s+)\**read-only\**(?:\.|$)|\bread-only field\b", re.I)
_REQUIRED = re.compile(r"(?:^|[.;]\s+)\**required\**(?:\s*[.—–]|\s*$)", re.I)
_OPTIONAL = re.compile(r"^\**optional\b", re.I)


@dataclass(frozen=True, slots=True)
class Mined:
    """What a description says.

    ``schema`` is the given one with the facts added; ``deprecated``, ``readOnly`` and ``x-unit``
    stand in it too. ``required`` is what the prose claims, None where it claims nothing (a value
    that is required *if* something holds stays optional). ``inferred`` says which facts came from
    the prose (``"enum, default from description"``), None if none did.
    """

    schema: Schema
    description: str
    required: bool | None
    inferred: str | None


def mine(description: str, schema: Schema, *, name: str, place: Place) -> Mined:
    """Find the facts about a value in its description.

    ``schema`` is what the Type column says and is never contradicted; ``name`` is the wire name.
    """
    text = clean(description)
    sentence = mask(text)
    result: Schema = dict(schema)
    facts: list[str] = []

    if place == "field" and _is_nullable(sentence, result):
        result["type"] = [*types_of(result), "null"]
        facts.append("null")
    if place == "parameter" and set(result) == {"title", "x-inferred"}:
        # Only the name of the schema is known, and what goes into a URL or header is text.
        result["type"] = "string"
    values = None if "enum" in result else allowed_values(sentence, result, name)
    if values is not None:
        if not types_of(result):
            result["type"] = "string"
            result.pop("x-inferred", None)
        if "null" in types_of(result) and None not in values:
            values = [*values, None]
        result["enum"] = values
        facts.append("enum")
    shown = None if "enum" in result else shown_values(sentence, result)
    if shown:
        result["examples"] = shown
    default = NOTHING if "default" in result else stated_default(sentence, result)
    if default is not NOTHING and not _contradicts(default, result):
        result["default"] = default
        facts.append("default")
    map_members = map_values(sentence, result)
    if map_members is not None:
        result["additionalProperties"] = map_members
        facts.append("map")
    parts = members(sentence, result, _mine_part)
    if parts:
        result.update(parts)
        facts.append("members")
    bounds = {} if "enum" in result else limits(sentence, result)
    if bounds:
        _add_bounds(result, bounds)
        facts.append("limits")
    form = text_format(sentence, result)
    if form and not _breaks_format(result.get("default"), form):
        result.update(form)
        facts.append("format")
    measure = unit(sentence, result, name)
    if measure and "enum" not in result:
        result["x-unit"] = measure
        facts.append("unit")
    if _DEPRECATED.search(text):
        result["deprecated"] = True
        facts.append("deprecated")
    if place == "field" and _READ_ONLY.search(text):
        result["readOnly"] = True
        facts.append("read-only")
    return Mined(
        schema=result,
        description=text,
        required=_required(text),
        inferred=f"{', '.join(facts)} from description" if facts else None,
    )


def _mine_part(note: str, schema: Schema, name: str) -> Schema:
    return mine(note, schema, name=name, place="field").schema


def _is_nullable(sentence: Sentence, schema: Schema) -> bool:
    kinds = types_of(schema)
    if not kinds or "null" in kinds or "type" not in schema or "enum" in schema:
        return False
    for found in _NULLABLE.finditer(sentence.masked):
        mark = found.group("null") or found.group("or") or found.group("for")
        if re.match(SPAN, mark) and sentence.span(mark) != "null":
            continue
        if _is_about_a_part(sentence.masked, found.start()):
            continue
        return True
    return False


def _is_about_a_part(masked: str, place: int) -> bool:
    """Whether ``place`` is in a remark on a code span: ``Contains `heap` (bytes, or `null`)``."""
    opened = masked.rfind("(", 0, place)
    if opened < 0 or ")" in masked[opened:place]:
        return False
    return bool(re.search(rf"{SPAN}\s*$", masked[:opened]))


def _contradicts(default: object, schema: Schema) -> bool:
    values: list[Any] | None = schema.get("enum")
    return values is not None and default not in values


def _breaks_format(default: object, form: Schema) -> bool:
    """Whether the default is empty, or no absolute URI where the format says so (RFC 3986)."""
    if not isinstance(default, str):
        return False
    return not default or (form.get("format") == "uri" and "://" not in default)


def _add_bounds(schema: Schema, bounds: Schema) -> None:
    items = bounds.pop("items", None)
    schema.update({key: value for key, value in bounds.items() if key not in schema})
    if items is not None:
        known = schema.get("items")
        if isinstance(known, dict) and set(types_of(known)) - {"string"}:
            return
        schema["items"] = {"type": "string", **(known or {}), **items}


def _required(text: str) -> bool | None:
    if _OPTIONAL.match(text):
        return False
    return True if _REQUIRED.search(text) else None
