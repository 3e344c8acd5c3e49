"""What sentences and bullets say about a request body."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from .blocks import Block, Item, Kind, code_spans, plain
from .facts import Schema
from .mining import mine, parse_type

_NAMED = re.compile(
    r"(?:conform\w* to|defined by|uses|matches|is an?|matching) (?:the |an? )?"
    r"`(?P<name>[A-Za-z]\w*)` (?:schema|object)",
    re.I,
)
_ONLY_REQUIRED = (
    re.compile(r"`(?P<name>[\w.-]+)` is the only required field", re.I),
    re.compile(
        r"only (?:field (?:that is )?)?(?:always )?required(?: field)? is `(?P<name>[\w.-]+)`", re.I
    ),
)
_OPEN = re.compile(
    r"\b(?:open|open-ended|free-form|unconstrained|partial)\b[^.]*\b(?:object|body|update"
    r"|configuration)\b|schema is empty|no specific fields|does not define a request body schema",
    re.I,
)
_LISTED = re.compile(
    r"\b(?:common|supported|allowed|accepted|available|supported merge|mergeable)?\s*"
    r"(?:fields|keys|properties) (?:are|include)\b:?(?P<names>[^.]*)",
    re.I,
)
_MAP = re.compile(
    r"\bkey-value pairs\b|\bvalues must be strings\b|\beach value is a string\b", re.I
)


def named_schema(texts: Sequence[Block]) -> str:
    """The name of the schema that a sentence refers to, such as ``app_Selector``."""
    for block in texts:
        if found := _NAMED.search(block.text):
            return found.group("name")
    return ""


def only_required(texts: Sequence[Block]) -> list[str]:
    """Names that a sentence calls the only required ones."""
    for block in texts:
        for pattern in _ONLY_REQUIRED:
            if found := pattern.search(block.text):
                return [found.group("name")]
    return []


def open_object(texts: Sequence[Block]) -> Schema:
    """The schema of an object that a sentence calls open, or of a map of strings; else empty."""
    words = " ".join(plain(block.text) for block in texts)
    if _MAP.search(words):
        kind: Any = ["string", "null"] if re.search(r"\bor `?null`?", words) else "string"
        result: Schema = {"type": "object", "additionalProperties": {"type": kind}}
        if found := _VALUE_LENGTH.search(words):
            result["additionalProperties"]["maxLength"] = int(found.group(1).replace(",", ""))
        if patterns := [m.group(1) for b in texts for m in _KEY_PATTERN.finditer(b.text)]:
            result["propertyNames"] = {"pattern": patterns[0]}
        if found := _COUNT.search(words):
            result["minProperties"] = int(found.group(1))
            result["maxProperties"] = int(found.group(2).replace(",", ""))
        if names := _listed_names(texts):
            result["properties"] = {name: {"type": kind} for name in names}
        return result
    if _OPEN.search(words):
        return {"type": "object", "additionalProperties": True}
    return {}


def prose_fields(texts: Sequence[Block]) -> Schema:
    """Fields that bullets describe or sentences list; empty if there are none."""
    words = " ".join(plain(block.text) for block in texts)
    if _MAP.search(words):
        return {}
    for block in texts:
        if block.kind is Kind.LIST and (fields := bullet_fields(block.items)):
            return fields
    names = _listed_names(texts)
    if not names:
        return {}
    return {
        "type": "object",
        "properties": {name: {} for name in names},
        "additionalProperties": True,
        "x-inferred": "fields from the description",
    }


def _listed_names(texts: Sequence[Block]) -> list[str]:
    names: dict[str, None] = {}
    for block in texts:
        for found in _LISTED.finditer(block.text):
            for name in code_spans(found.group("names")):
                if re.fullmatch(r"[A-Za-z_][\w.-]*", name):
                    names.setdefault(name)
    return list(names)


_VALUE_LENGTH = re.compile(r"\beach value\b[^.]*\bmaximum length of ([\d,]+)", re.I)
_KEY_PATTERN = re.compile(r"\bkeys must match (?:the pattern )?`(\^[^`]*\$)`", re.I)
_COUNT = re.compile(r"\bbetween (\d+) and ([\d,]+) properties\b")
_BULLET = re.compile(
    r"^`(?P<name>[A-Za-z_][\w.-]*)`\s*(?:\((?P<note>[^)]*)\))?\s*(?:—|–|-|:)\s+(?P<rest>.+)$", re.S
)
_KINDS = re.compile(
    r"\b(?P<array>arrays?|list) of (?P<items>strings?|integers?|numbers?|objects?|\w+ IDs)"
    r"|`?\b(?P<kind>object|boolean|integer|number|string|array)\b`?",
    re.I,
)


def bullet_fields(items: Sequence[Item]) -> Schema:
    """Bullets such as ``- `priority` — one of "high", "low"`` as the fields of an object."""
    matches = [_BULLET.match(item.text.strip()) for item in items]
    if not matches or not all(matches):
        return {}
    properties: dict[str, Schema] = {}
    required: list[str] = []
    for match in matches:
        assert match is not None
        name, text = match.group("name"), plain(match.group("rest"))
        schema, needed = worded_field(name, text, match.group("note") or "")
        properties[name] = schema
        if needed:
            required.append(name)
    result: Schema = {"type": "object", "properties": properties}
    if required:
        result["required"] = required
    return result


def worded_field(name: str, text: str, note: str = "") -> tuple[Schema, bool]:
    """A field that words describe, and whether they call it required."""
    words = f"{note} {text}".strip()
    schema = _worded_type(words.split(" with ")[0])
    if not schema and name.endswith(("_id", "Id", "ID")):
        schema = {"type": "string"}
    mined = mine(text, schema, name=name, place="field")
    result = dict(mined.schema)
    parts = _worded_parts(text)
    if parts:
        result = {**result, **parts}
    if text:
        result["description"] = mined.description
    result["x-inferred"] = "field from prose"
    needed = bool(re.search(r"\brequired\b", note)) or mined.required is True
    return result, needed


def _worded_type(words: str) -> Schema:
    if re.search(r"\bone of\b", words, re.I):
        return {"type": "string"}
    if re.search(r"\b(?:spend cap|cost|price)\b", words, re.I):
        return {"type": "number"}
    if re.search(r"\bup to \d+ \w+", words, re.I):
        return {"type": "array", "items": {"type": "string"}}
    found = _KINDS.search(words)
    if not found:
        return {}
    if found.group("array"):
        kind = found.group("items").lower().rstrip("s")
        return {"type": "array", "items": {"type": "string" if kind.endswith(" id") else kind}}
    return parse_type(found.group("kind").lower())


_PARTS = re.compile(r"`(?P<name>[A-Za-z_]\w*)`(?:\s*\((?P<note>[^()]*(?:\([^()]*\)[^()]*)*)\))?")


def _worded_parts(text: str) -> Schema:
    """``object with `a` (required), `b` (array of strings), and optional `c`, `d```."""
    if not re.search(r"\bobject`? with\b", text):
        return {}
    rest = text.split(" with ", 1)[1]
    optional_from = rest.find(" optional ")
    properties: dict[str, Schema] = {}
    required = []
    for found in _PARTS.finditer(rest):
        note = found.group("note") or ""
        schema = _worded_type(note)
        properties[found.group("name")] = {**schema, "x-inferred": "field from prose"}
        if "required" in note and (optional_from < 0 or found.start() < optional_from):
            required.append(found.group("name"))
    if not properties:
        return {}
    result: Schema = {"type": "object", "properties": properties}
    if required:
        result["required"] = required
    return result


_EACH_ACCEPTS = re.compile(r"`(?P<parent>\w+)`[^.]*?\beach\b[^.]*?\baccepts\b(?P<fields>.*)$", re.S)


def sentence_parts(text: str) -> tuple[str, Schema] | None:
    """``When `reviewers` entries are objects, each accepts `name` (required, …), …``."""
    found = _EACH_ACCEPTS.search(text)
    if not found:
        return None
    properties: dict[str, Schema] = {}
    required = []
    for match in _PARTS.finditer(found.group("fields")):
        note = plain(match.group("note") or "")
        if not note:
            continue
        schema, needed = worded_field(match.group("name"), note, note)
        schema.setdefault("type", "string")
        properties[match.group("name")] = schema
        if needed:
            required.append(match.group("name"))
    if len(properties) < 2:
        return None
    result: Schema = {"type": "object", "properties": properties}
    if required:
        result["required"] = required
    return found.group("parent"), result


_ALTERNATIVE = re.compile(
    r"^\*\*(?P<title>[A-Za-z]\w*)\*\*\s*\((?P<span>`+)(?P<json>.*?)(?P=span)\)\s*(?:[—–-]\s*)?(?P<rest>.*)$",
    re.S,
)


def prose_alternatives(texts: Sequence[Block]) -> Schema:
    """``one of:`` and bullets with a name and an example each; empty if there are none."""
    if not any(re.search(r"\bone of:?\s*$", block.text.strip(), re.I) for block in texts):
        return {}
    branches = []
    for block in texts:
        for item in block.items:
            found = _ALTERNATIVE.match(item.text.strip())
            if not found:
                continue
            try:
                value = json.loads(found.group("json"))
            except ValueError:
                continue
            branches.append(_branch(found.group("title"), value, plain(found.group("rest"))))
    return {"oneOf": branches, "x-inferred": "schema from example"} if branches else {}


def _branch(title: str, value: dict[str, Any], text: str) -> Schema:
    properties = {name: {"type": "string"} for name in value}
    branch: Schema = {"title": title, "type": "object"}
    if text:
        branch["description"] = text
    branch["properties"] = properties
    branch["required"] = list(properties)
    return branch
