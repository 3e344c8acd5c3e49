"""Schemas from tables and examples: the thin layer above :mod:`.shapes`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from .blocks import Block
from .facts import Schema, row_facts
from .shapes import FieldRow, nest_fields, overlay_fields, schema_from_examples, tidy
from .tables import Cells, parameter_cells


def field_row(cells: Cells) -> FieldRow:
    """A row of a field table with everything it says."""
    facts = row_facts(cells, "field")
    schema: Schema = dict(facts.schema)
    if facts.description:
        schema["description"] = facts.description
    if facts.deprecated:
        schema["deprecated"] = True
    if facts.inferred:
        known = schema.get("x-inferred")
        schema["x-inferred"] = f"{known}; {facts.inferred}" if known else facts.inferred
    required = None if cells.required is None else facts.required
    return FieldRow(cells.name, schema, required)


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
        return tidy(documented)
    inferred = undemanding(example_schema(values, context))
    inferred.pop("x-inferred", None)
    return _demanding(overlay_fields(inferred, documented, values), tidy(documented))


def _demanding(schema: Schema, documented: Schema) -> Schema:
    """``schema`` with the demands of the documented one, however few of them a sample meets."""
    result = dict(schema)
    if "required" in documented:
        result["required"] = documented["required"]
    for name, part in documented.get("properties", {}).items():
        known = result.get("properties", {}).get(name)
        if isinstance(known, dict):
            result["properties"] = {**result["properties"], name: _demanding(known, part)}
    items, known = documented.get("items"), result.get("items")
    if isinstance(items, dict) and isinstance(known, dict):
        result["items"] = _demanding(known, items)
    return result


def undemanding(schema: Schema) -> Schema:
    """A schema in which no object requires anything."""
    result: Schema = {}
    for key, value in schema.items():
        if key == "required":
            continue
        if key == "properties":
            result[key] = {name: undemanding(part) for name, part in value.items()}
        elif key in ("items", "additionalProperties") and isinstance(value, dict):
            result[key] = undemanding(value)
        elif key in ("anyOf", "oneOf", "allOf"):
            result[key] = [undemanding(branch) for branch in value]
        else:
            result[key] = value
    return result


def merged_within(schema: Schema, documented: Schema) -> Schema:
    """Lay a field table over that object inside ``schema`` which has most of its names.

    Tables after a response may describe the body, its ``data``, or the items of an array.
    """
    names = set(documented.get("properties", {}))
    scored = [
        (len(names & set(part.get("properties", {}))), -depth, path)
        for path, depth, part in _objects(schema, (), 0)
    ]
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


def map_schema(schema: Schema, values: Sequence[Any], context: str) -> Schema:
    """The object of the examples read as a map, since the text calls it one."""
    inner = [v for value in values if isinstance(value, dict) for v in value.values()]
    if not inner or not all(isinstance(value, dict) for value in inner):
        return schema
    items = {k: v for k, v in example_schema(inner, context).items() if k != "x-inferred"}
    kept = {k: v for k, v in schema.items() if k not in ("properties", "required")}
    return {**kept, "type": "object", "additionalProperties": items}


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
