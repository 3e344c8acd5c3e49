"""Type cells: what the Type column says, as a JSON Schema 2020-12 fragment."""

from __future__ import annotations

import re
from typing import Any, TypeAlias

from .text import clean, literal

Schema: TypeAlias = dict[str, Any]

_SIMPLE = {
    "string": "string",
    "str": "string",
    "text": "string",
    "integer": "integer",
    "int": "integer",
    "long": "integer",
    "number": "number",
    "float": "number",
    "double": "number",
    "decimal": "number",
    "boolean": "boolean",
    "bool": "boolean",
    "object": "object",
    "array": "array",
    "list": "array",
    "null": "null",
}
_PLURAL = {f"{word}s": word for word in _SIMPLE}
_MAP_WORDS = r"(?:object|map|record|dict|dictionary)"
_FORMATS = {
    "uri": "uri",
    "url": "uri",
    "uuid": "uuid",
    "email": "email",
    "date": "date",
    "datetime": "date-time",
    "date-time": "date-time",
    "timestamp": "date-time",
    "iso8601": "date-time",
    "password": "password",
    "binary": "binary",
    "file": "binary",
    "byte": "byte",
    "int32": "int32",
    "int64": "int64",
    "ipv4": "ipv4",
    "ipv6": "ipv6",
    "hostname": "hostname",
}
_ANYTHING = {"any", "unknown", "mixed", "json", "any json", "*"}
UNKNOWN = "type unknown"
"""How ``x-inferred`` begins where a table doesn't say the type; ``any`` is a type, though."""


def parse_type(cell: str) -> Schema:
    """The schema that a Type cell describes.

    Unions become a list of types where each member is plain, else ``anyOf``. A cell that only
    names a schema (``app_Os``) gives its name as ``title``, says nothing about the type, and is
    marked ``x-inferred``; an empty or unknown cell is marked likewise. ``any`` gives ``{}``.
    """
    text = clean(cell).replace("¦", "|").replace("`", "")
    return _union([_single(part) for part in _split(text, "|")])


def _single(text: str) -> Schema:
    text = text.strip()
    lowered = text.lower()
    if lowered in _ANYTHING:
        return {}
    if lowered in _SIMPLE:
        return {"type": _SIMPLE[lowered]}
    if lowered in _FORMATS:
        return {"type": "string", "format": _FORMATS[lowered]}
    if text[:1] in {'"', "'"}:
        value = literal(text)
        return {"type": "string", "enum": [value]} if isinstance(value, str) else {}
    for reader in (_array, _map, _qualified):
        found = reader(text)
        if found is not None:
            return found
    if re.fullmatch(r"[A-Za-z]\w*(?:[._][A-Za-z]\w*)*", text):
        return {"title": text, "x-inferred": f"{UNKNOWN}, only its schema name is documented"}
    return {"x-inferred": UNKNOWN}


def _array(text: str) -> Schema | None:
    """``string[]``, ``array of strings``, ``array<string>``, ``array (string)``."""
    suffix = re.fullmatch(r"(.+?)\s*\[\]", text)
    if suffix:
        inner = suffix.group(1)
        if inner.startswith("(") and inner.endswith(")"):
            inner = inner[1:-1]
        return {"type": "array", "items": parse_type(inner)}
    named = re.fullmatch(
        r"(?:array|list|set)\s*(?:of\s+(.+)|<(.+)>|\[(.+)\]|\((?:of\s+)?(.+)\))", text, re.I
    )
    if named is None:
        return None
    inner = next(group for group in named.groups() if group)
    word = inner.strip().lower()
    return {"type": "array", "items": parse_type(_PLURAL.get(word, inner))}


def _map(text: str) -> Schema | None:
    """``object (string → string)``, ``map<string, integer>``, ``Record<string, any>``."""
    arrow = re.fullmatch(
        rf"{_MAP_WORDS}\s*[(<\[]\s*string\s*(?:→|->|=>|:|,)\s*(.+?)\s*[)>\]]", text, re.I
    )
    of = re.fullmatch(r"(?:map|record|dict|dictionary)\s+of\s+(.+)", text, re.I)
    found = arrow or of
    if found is None:
        return None
    word = found.group(1).lower()
    return {"type": "object", "additionalProperties": parse_type(_PLURAL.get(word, word))}


def _qualified(text: str) -> Schema | None:
    """``string (uri)``, ``integer (int64)``, ``string, optional``: a type and a remark."""
    found = re.fullmatch(r"(\w+)\s*(?:\(([^()]*)\)|<([^<>]*)>|,\s*(.+))", text)
    if found is None or found.group(1).lower() not in _SIMPLE:
        return None
    schema: Schema = {"type": _SIMPLE[found.group(1).lower()]}
    remark = next(group for group in found.groups()[1:] if group is not None).strip().lower()
    if remark in _FORMATS:
        schema["format"] = _FORMATS[remark]
    elif remark == "nullable":
        schema["type"] = [schema["type"], "null"]
    return schema


def _union(members: list[Schema]) -> Schema:
    if len(members) == 1:
        return members[0]
    if all(set(member) == {"type"} and isinstance(member["type"], str) for member in members):
        names = list(dict.fromkeys(member["type"] for member in members))
        # `null` reads best, and is expected, at the end.
        names.sort(key=lambda name: name == "null")
        return {"type": names if len(names) > 1 else names[0]}
    constants = [member for member in members if "enum" in member]
    if constants and all(set(member) <= {"type", "enum"} for member in members):
        rest = [member["type"] for member in members if "enum" not in member]
        if all(kind == "null" for kind in rest):
            values = [value for member in constants for value in member["enum"]]
            if rest:
                return {"type": ["string", "null"], "enum": [*values, None]}
            return {"type": "string", "enum": values}
    unique: list[Schema] = []
    for member in members:
        if member not in unique:
            unique.append(member)
    return {"anyOf": unique} if len(unique) > 1 else unique[0]


def _split(text: str, separator: str) -> list[str]:
    """Split at ``separator`` and at `` or ``, but not inside brackets."""
    parts: list[str] = [""]
    depth = 0
    for token in re.split(r"(\||\s+or\s+|[()<>\[\]])", text):
        if token and token in "(<[":
            depth += 1
        elif token and token in ")>]":
            depth = max(0, depth - 1)
        if depth == 0 and (token == separator or token.strip() == "or"):
            parts.append("")
        else:
            parts[-1] += token
    return [part for part in (part.strip() for part in parts) if part] or [""]
