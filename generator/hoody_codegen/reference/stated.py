"""What sentences state about fields of bodies: where null is possible, which values there are."""

from __future__ import annotations

import re
from collections.abc import Iterable

from .blocks import code_spans
from .facts import Schema

_ALL_FIELDS = re.compile(
    r"\bthe response fields are `?null`?|^a field is `null` (?:only )?when", re.I
)
_FIELD = (
    re.compile(r"`(?P<name>\w+)` field\b[^.]*\. Otherwise the field is `?null`?", re.I),
    re.compile(r"`(?P<name>\w+)` field is `null`", re.I),
    re.compile(r"\ba `null` `(?P<name>\w+)`", re.I),
)
_OR_NULL = re.compile(r"^returns? (?P<what>[^.]*?),? or `null` (?:if|when)\b", re.I)
_NAMES = r"(?P<names>`\w+`(?:(?:, | and |, and )`\w+`)*)(?: (?:objects?|fields?|arrays?|lists?))?"
_SOMETIMES = re.compile(
    rf"{_NAMES} (?:is|are) (?P<how>(?:only )?(?:present|included|returned|populated)(?: only)?)"
    r" (?:if|when)\b"
)
_CLEARED = (
    re.compile(r"\bset the `?(?P<name>\w+)`? to `null`", re.I),
    re.compile(r"\bpass `(?P<name>\w+): null`", re.I),
)


def nullable_response(schema: Schema, texts: Iterable[str]) -> Schema:
    """The schema of a response with null wherever the texts say that it may be."""
    for text in texts:
        for sentence in re.split(r"(?<=[.!?])\s+", text):
            if _ALL_FIELDS.search(sentence):
                schema = _with_null_fields(schema)
            if said := _OR_NULL.search(sentence):
                schema = _thing_or_null(schema, said.group("what"))
        for pattern in _FIELD:
            for found in pattern.finditer(text):
                schema = _with_null(schema, [found.group("name")])
    return schema


def optional_response(schema: Schema, texts: Iterable[str]) -> Schema:
    """The schema of a response without a demand for fields that the texts call there sometimes.

    A field that is "only populated when" something holds may be absent or null else.
    """
    for text in texts:
        for found in _SOMETIMES.finditer(text):
            if "only" in found.group("how"):
                names = code_spans(found.group("names"))
                schema = _undemanded(schema, names, nullable="populated" in found.group("how"))
    return schema


def _undemanded(schema: Schema, names: list[str], *, nullable: bool) -> Schema:
    result = dict(schema)
    properties = schema.get("properties", {})
    if properties:
        inner = {k: _undemanded(v, names, nullable=nullable) for k, v in properties.items()}
        for name in names if nullable else ():
            if name in inner:
                inner[name] = _or_null(inner[name])
        result["properties"] = inner
    if "required" in schema:
        result["required"] = [name for name in schema["required"] if name not in names]
    for key in ("items", "additionalProperties"):
        if isinstance(schema.get(key), dict):
            result[key] = _undemanded(schema[key], names, nullable=nullable)
    return result


_ONE_OF = re.compile(
    r"`(?P<name>\w+)`(?: field)? is (?:always )?(?:one of|either) (?P<values>(?:[^.`]|`[^`]*`)+)"
)


def with_stated_values(schema: Schema, texts: Iterable[str]) -> Schema:
    """The schema of a response whose fields have the values that sentences list."""
    for text in texts:
        for found in _ONE_OF.finditer(text):
            values = [span.strip("\"'") for span in code_spans(found.group("values"))]
            if len(values) > 1:
                schema = _with_values(schema, found.group("name"), values)
    return schema


def _with_values(schema: Schema, name: str, values: list[str]) -> Schema:
    result = dict(schema)
    properties = {
        key: _with_values(part, name, values) for key, part in schema.get("properties", {}).items()
    }
    if properties.get(name, {}).get("type") == "string" and "enum" not in properties[name]:
        properties[name] = {**properties[name], "enum": values, "x-inferred": "enum from prose"}
    if properties:
        result["properties"] = properties
    for key in ("items", "additionalProperties"):
        if isinstance(schema.get(key), dict):
            result[key] = _with_values(schema[key], name, values)
    return result


def nullable_request(schema: Schema, texts: Iterable[str]) -> Schema:
    """The schema of a request whose fields take the null that the texts tell to send."""
    names = [
        found.group("name")
        for text in texts
        for pattern in _CLEARED
        for found in pattern.finditer(text)
    ]
    return _with_null(schema, names)


def _with_null_fields(schema: Schema) -> Schema:
    properties = schema.get("properties", {})
    data = properties.get("data")
    if "statusCode" in properties and isinstance(data, dict) and "properties" in data:
        # The envelope itself is never empty.
        return {**schema, "properties": {**properties, "data": _with_null_fields(data)}}
    return _with_null(schema, list(properties))


def _thing_or_null(schema: Schema, what: str) -> Schema:
    """The member that the sentence names, if the body wraps it; else the body itself."""
    words = {word.lower() for word in re.findall(r"\w+", what)}
    wrapped = [
        name
        for name, part in schema.get("properties", {}).items()
        if name.lower() in words and "object" in _kinds(part)
    ]
    return _with_null(schema, wrapped) if wrapped else _or_null(schema)


def _with_null(schema: Schema, names: Iterable[str]) -> Schema:
    properties = dict(schema.get("properties", {}))
    for name in names:
        if name in properties:
            properties[name] = _or_null(properties[name])
    return {**schema, "properties": properties} if properties else schema


def _or_null(schema: Schema) -> Schema:
    kinds = _kinds(schema)
    if not kinds or "null" in kinds:
        return schema
    result = {**schema, "type": [*kinds, "null"]}
    if "enum" in result and None not in result["enum"]:
        result["enum"] = [*result["enum"], None]
    return result


def _kinds(schema: Schema) -> list[str]:
    kind = schema.get("type", [])
    return [kind] if isinstance(kind, str) else list(kind)
