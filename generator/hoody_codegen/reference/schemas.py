"""Schemas from tables and examples: the thin layer above :mod:`.shapes`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from .blocks import Block
from .facts import Schema, row_facts
from .shapes import FieldRow, nest_fields, overlay_fields, schema_from_examples, tidy
from .tables import Cells, parameter_cells


def field_row(cells: Cells) -> FieldRow:
    """A row of a field table with everything it says."""
    facts = row_facts(cells, "field")
    schema: Schema = dict(facts.schema)
    if cells.type_cell.strip("` ").lower() == "any":
        schema[_ANY] = True
    if facts.description:
        schema["description"] = facts.description
    if facts.deprecated:
        schema["deprecated"] = True
    if facts.inferred:
        known = schema.get("x-inferred")
        schema["x-inferred"] = f"{known}; {facts.inferred}" if known else facts.inferred
    required = None if cells.required is None else facts.required
    return FieldRow(cells.name, schema, required)


_ANY = "any value, said so"
"""Marks a field whose table says that it takes any value, while examples are laid under it."""


def fields_schema(tables: Iterable[Block]) -> Schema:
    """The object that the rows of these tables describe together."""
    return nest_fields([field_row(cells) for table in tables for cells in parameter_cells(table)])


def example_schema(values: Sequence[Any], context: str) -> Schema:
    return tidy(schema_from_examples(values, context=context))


def merged(documented: Schema, values: Sequence[Any], context: str) -> Schema:
    """A documented request body with what its examples add, valid for each of them.

    A sample shows what can be sent, not what must be.
    """
    if not values:
        bare: Schema = _unmarked(tidy(documented))
        return bare
    inferred = undemanding(example_schema(values, context))
    inferred.pop("x-inferred", None)
    known = _demanding(overlay_fields(inferred, documented, values), tidy(documented))
    result: Schema = _unmarked(known)
    return result


def _unmarked(schema: Any) -> Any:
    """The schema without what examples say about fields that take any value."""
    if isinstance(schema, list):
        return [_unmarked(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    if schema.get(_ANY) is True:
        keep = ("title", "description", "x-inferred", "deprecated")
        schema = {key: value for key, value in schema.items() if key in keep}
    return {key: _unmarked(value) for key, value in schema.items()}


_MAP_OF_MAPS = re.compile(r"\bvalue is (?:a )?map\b", re.I)


_MAP_OF_OBJECTS = re.compile(
    r"\bvalue is (?:an? |the )?(?:\w+ )?(?:config|object|settings)\b", re.I
)


def _demanding(schema: Schema, documented: Schema) -> Schema:
    """``schema`` with the demands of the documented one, however few of them a sample meets."""
    if is_open(documented):
        # "Any object", or any map, whatever its one example holds.
        text = documented.get("description", "")
        if _MAP_OF_MAPS.search(text):
            values = {"type": "object", "additionalProperties": {}}
            return {**documented, "additionalProperties": values}
        if _MAP_OF_OBJECTS.search(text):
            return {**documented, "additionalProperties": {"type": "object"}}
        return {"additionalProperties": True, **documented}
    result = dict(schema)
    if "required" in documented:
        result["required"] = documented["required"]
    for name, part in documented.get("properties", {}).items():
        known = result.get("properties", {}).get(name)
        if isinstance(known, dict):
            result["properties"] = {**result["properties"], name: _demanding(known, part)}
    for key in ("items", "additionalProperties"):
        part, known = documented.get(key), result.get(key)
        if isinstance(part, dict) and part and isinstance(known, dict):
            result[key] = _demanding(known, part)
    return result


def is_open(schema: Schema) -> bool:
    """An object of a table of which nothing more is said."""
    kind = schema.get("type")
    known = {"properties", "anyOf", "oneOf", "$ref"} & set(schema)
    values = schema.get("additionalProperties", True)
    return kind in ("object", ["object", "null"]) and not known and values in (True, {})


def request_shape(values: Sequence[Any]) -> Schema:
    """One object for all samples of a body: they are uses of one schema, not variants of it."""
    schema: Schema = {}
    for value in values:
        shape = undemanding(example_schema([value], ""))
        schema = overlay_fields(schema, shape) if schema else shape
    return schema


def undemanding(schema: Schema) -> Schema:
    """A schema in which no object requires anything."""
    result: Schema = {}
    for key, value in schema.items():
        if key == "required":
            continue
        if key == "format" and schema.get("x-inferred") == "format from example":
            continue
        if key == "x-inferred" and value == "format from example":
            continue
        if key == "properties":
            result[key] = {name: undemanding(part) for name, part in value.items()}
        elif key in ("items", "additionalProperties") and isinstance(value, dict):
            result[key] = undemanding(value)
        elif key in ("anyOf", "oneOf", "allOf"):
            result[key] = [undemanding(branch) for branch in value]
        else:
            result[key] = value
    if {"object", "array"} & set(_kinds(result)) and len(set(_kinds(result)) - {"null"}) > 1:
        # One sample sends a text, another an object: the field takes anything.
        return {}
    return result


def _kinds(schema: Schema) -> list[str]:
    branches = schema.get("anyOf") or schema.get("oneOf")
    if branches:
        return [kind for branch in branches for kind in _kinds(branch)]
    kind = schema.get("type", [])
    return [kind] if isinstance(kind, str) else list(kind)


def merged_within(schema: Schema, documented: Schema) -> Schema:
    """Lay a field table over that object inside ``schema`` which has most of its names.

    Tables after a response may describe the body, its ``data``, or the items of an array.
    """
    names = set(documented.get("properties", {}))
    scored = [
        (len(names & set(part.get("properties", {}))), -depth, path)
        for path, depth, part in _objects(schema, (), 0)
    ]
    documented = _unmarked(documented)
    best = max(scored, default=(0, 0, ()), key=lambda entry: (entry[0], entry[1]))
    path = best[2] if best[0] else ()
    return _replaced(schema, path, documented)


def merged_everywhere(schema: Schema, documented: Schema) -> tuple[Schema, int]:
    """Lay a table that describes a shared shape over every object that has most of its names.

    Returns the schema and the number of objects that were found.
    """
    names = set(documented.get("properties", {}))
    found = 0
    for path, _, part in list(_objects(schema, (), 0)):
        own = set(part.get("properties", {}))
        if len(own & names) >= max(3, len(own) // 2):
            schema = _replaced(schema, path, _limited(documented, own))
            found += 1
    return schema, found


def _limited(documented: Schema, names: set[str]) -> Schema:
    known = {k: v for k, v in documented["properties"].items() if k in names}
    return {**documented, "properties": known}


def share_named_enums(contents: Sequence[Any]) -> None:
    """Give every use of a named type the values that another place documents for it.

    A table cell may hold nothing but the name of a type (kept as ``title``); its values are often
    listed in one row only.
    """
    named = [s for content in contents for s in _named_types(content)]
    values: dict[str, list[Any]] = {}
    for schema in named:
        if "enum" in schema:
            known = values.setdefault(schema["title"], [])
            known += [value for value in schema["enum"] if value not in known]
    for schema in named:
        if "enum" not in schema and schema["title"] in values:
            schema["enum"] = list(values[schema["title"]])
            schema["x-inferred"] = "enum from another use of the type"


def _named_types(content: Any) -> Iterator[Schema]:
    if isinstance(content, dict):
        if isinstance(content.get("title"), str) and content.get("type") == "string":
            yield content
        for key, part in content.items():
            if key not in ("example", "examples"):
                yield from _named_types(part)
    elif isinstance(content, list):
        for part in content:
            yield from _named_types(part)


_KEYED = (
    re.compile(r"`(?P<name>\w+)` \(per-\w+"),
    re.compile(r"`(?P<name>\w+)`[^.`]*\b(?:keyed by|grouped by|map of)\b"),
    # What a route takes out of a path: the template of each path names its own.
    re.compile(r"\bextracted (?P<name>param)(?:eter)?s\b", re.I),
    re.compile(r"\b(?:every|all) (?P<name>[a-z]+)\b[^.]*\bgrouped by\b", re.I),
)


def keyed_names(texts: Iterable[str]) -> list[str]:
    """Names of fields that sentences call maps: ``every hook, grouped by service``."""
    names: dict[str, None] = {}
    for text in texts:
        for pattern in _KEYED:
            for found in pattern.finditer(text):
                names.setdefault(found.group("name"))
                names.setdefault(found.group("name") + "s")
    return list(names)


def as_map(schema: Schema, name: str) -> Schema:
    """``schema`` with every object field ``name`` turned into a map of its members."""
    result = dict(schema)
    if "properties" in schema:
        result["properties"] = {
            key: _mapped(part) if key == name else as_map(part, name)
            for key, part in schema["properties"].items()
        }
    for key in ("items", "additionalProperties"):
        if isinstance(schema.get(key), dict):
            result[key] = as_map(schema[key], name)
    return result


def _mapped(schema: Schema) -> Schema:
    members = list(schema.get("properties", {}).values())
    if not members:
        return schema
    rest = {k: v for k, v in schema.items() if k not in ("properties", "required")}
    values = members[0]
    for member in members[1:]:
        values = overlay_fields(values, member)
    return {**rest, "additionalProperties": values, "x-inferred": "map from the description"}


def _objects(
    schema: Schema, path: tuple[str, ...], depth: int
) -> Iterable[tuple[tuple[str, ...], int, Schema]]:
    if "properties" in schema or schema.get("type") == "object":
        yield path, depth, schema
        for name, part in schema.get("properties", {}).items():
            if isinstance(part, dict):
                yield from _objects(part, (*path, "properties", name), depth + 1)
    for key in ("items", "additionalProperties"):
        inner = schema.get(key)
        if isinstance(inner, dict):
            yield from _objects(inner, (*path, key), depth + 1)


def _replaced(schema: Schema, path: Sequence[str], documented: Schema) -> Schema:
    if not path:
        return overlay_fields(schema, documented)
    key, *rest = path
    inner = schema[key]
    return {**schema, key: _replaced(inner, rest, documented)}
