"""Sub-tables and sentences that describe parts of a body, put where they belong.

Three kinds of label tell the place: the name of a field (``The `pin` object accepts …``), the name
of a type that a field's description mentions (``**Local config (`McpLocalConfig`)**``), and a noun
whose plural is a field (``Each action item …``).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from .anatomy import Labelled
from .blocks import Block, Kind, code_spans
from .body_prose import bullet_fields, sentence_parts
from .facts import Schema
from .schemas import fields_schema
from .shapes import overlay_fields


def attach_parts(schema: Schema, tables: Sequence[Labelled], texts: Sequence[Block]) -> Schema:
    """``schema`` with the sub-tables, bullets and sentences that describe its fields."""
    named: dict[str, Schema] = {}
    for table in tables:
        part = fields_schema([table.block])
        place = _field_of(schema, table.label)
        if place:
            schema = _within(schema, place, part)
            continue
        for name in code_spans(table.label):
            title = re.sub(r"\s*\(.*", "", table.label).strip()
            named[name] = {"title": name, "description": title, **part}
    if named:
        schema = _typed(schema, named)
    label = ""
    for block in texts:
        if block.kind is Kind.LIST:
            part, place = bullet_fields(block.items), _field_of(schema, label)
            if part and place:
                schema = _within(schema, place, part)
        elif (found := sentence_parts(block.text)) and found[0] in schema.get("properties", {}):
            schema = _within(schema, found[0], found[1])
        label = block.text
    return schema


def _field_of(schema: Schema, label: str) -> str | None:
    """The field that a label speaks of."""
    properties = schema.get("properties", {})
    for name in code_spans(label):
        if name in properties:
            return name
    noun = re.search(r"\beach (?P<noun>\w+)", label, re.I)
    if noun:
        word = noun.group("noun").lower()
        for name, part in properties.items():
            if _is_array(part) and name.lower() in (word, f"{word}s", f"{word[:-1]}ies"):
                return str(name)
    return None


_ITEM_REQUIRES = re.compile(r"\beach (?:item|entry|element)s? requires (?P<names>[^.]*)", re.I)


def _item_requires(schema: Schema) -> list[str]:
    """The fields that the description of an array demands of its items."""
    found = _ITEM_REQUIRES.search(schema.get("description", ""))
    return code_spans(found.group("names")) if found else []


def _is_array(schema: Schema) -> bool:
    kind = schema.get("type")
    return kind == "array" or (isinstance(kind, list) and "array" in kind)


def _within(schema: Schema, name: str, part: Schema) -> Schema:
    properties = dict(schema["properties"])
    known = properties[name]
    if _is_array(known):
        items = known.get("items") or {}
        if not items and re.search(r"\beither a string\b", known.get("description", ""), re.I):
            items = {"type": "string"}
        if needed := [n for n in _item_requires(known) if n in part["properties"]]:
            part = {**part, "required": needed}
        properties[name] = {**known, "items": _items(items, part)}
    else:
        properties[name] = overlay_fields(known, part)
    return {**schema, "properties": properties}


def _items(known: Schema, part: Schema) -> Schema:
    """The items of an array; a text that speaks of strings too keeps them."""
    branches = known.get("anyOf") or known.get("oneOf")
    if branches:
        others = [branch for branch in branches if branch.get("type") != "object"]
        return {"anyOf": [*others, part]}
    if known.get("type") == "string":
        return {"anyOf": [known, part]}
    return overlay_fields(known, part) if known else part


def _typed(schema: Schema, named: dict[str, Schema]) -> Schema:
    """Give every field whose description names one of the types that type."""
    properties: dict[str, Any] = {}
    for name, part in schema.get("properties", {}).items():
        mentioned = [n for n in code_spans(part.get("description", "")) if n in named]
        if not mentioned:
            properties[name] = part
            continue
        branches = [_typed(named[n], named) for n in mentioned]
        kinds = part.get("type", [])
        others = [k for k in ([kinds] if isinstance(kinds, str) else kinds) if k != "object"]
        branches += [{"type": kind} for kind in others]
        rest = {key: value for key, value in part.items() if key in ("description", "x-inferred")}
        properties[name] = (
            {**rest, "anyOf": branches} if len(branches) > 1 else {**branches[0], **rest}
        )
    return {**schema, "properties": properties} if properties else schema
