"""Request bodies that are told elsewhere: named schemas, partial updates, references in prose."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from .bodies import JSON, Body
from .facts import Schema
from .schemas import is_open, request_shape

Lookup = Callable[[str, str], Sequence[Mapping[str, Any]]]
"""Gives the query parameters of ``GET`` of a path: service, path → Parameter Objects."""


def named_schemas(
    bodies: Sequence[tuple[str, Body]], query_of: Lookup
) -> dict[str, dict[str, Schema]]:
    """The schemas that bodies only name, per service: all their examples taken together.

    Where a path has a ``GET`` beside the operation, its query parameters are the same fields in
    another dress. The bodies are changed to refer to the schemas.
    """
    groups: dict[tuple[str, str], list[Body]] = {}
    for service, body in bodies:
        name = body.schema_name if "_" in body.schema_name else f"{service}_{body.schema_name}"
        groups.setdefault((service, name), []).append(body)
    schemas: dict[str, dict[str, Schema]] = {}
    for (service, name), members in sorted(groups.items(), key=lambda group: group[0]):
        values = [value for body in members for value in body.values]
        schema: Schema = {"type": "object"}
        if values:
            schema = request_shape(values)
        schema["x-inferred"] = "named in the text, fields from the samples"
        parameters = [p for body in members for p in query_of(service, body.path)]
        shown = set(schema.get("properties", {}))
        if len(shown & {p["name"] for p in parameters}) * 2 < len(shown) or not shown:
            parameters = []  # That GET does something else, such as listing.
        if parameters:
            choices = dict(choice for body in members for choice in body.choices)
            schema["properties"] = _borrowed(parameters, schema.get("properties", {}), choices)
            schema["x-inferred"] += " and from the query parameters of GET"
        required = {field for body in members for field in body.required}
        required |= {str(p["name"]) for p in parameters if p["required"]}
        if required:
            schema["required"] = sorted(required)
        schemas.setdefault(service, {})[name] = schema
        for body in members:
            media = body.content["content"][JSON]
            media["schema"] = {"$ref": f"#/components/schemas/{name}"}
            body.content.pop("x-inferred", None)
    return schemas


def _borrowed(
    parameters: Sequence[Mapping[str, Any]], shown: Schema, choices: Mapping[frozenset[str], str]
) -> Schema:
    """Fields from query parameters; one that samples show with another type is open."""
    fields: Schema = {}
    for parameter in parameters:
        name = parameter["name"]
        field_schema = {**parameter["schema"]}
        if "description" in parameter:
            field_schema["description"] = parameter["description"]
        kinds = {field_schema.get("type")}
        if name in shown and shown[name].get("type") not in kinds:
            # Text in a query, something else in JSON: any value will do.
            field_schema = {k: v for k, v in field_schema.items() if k == "description"}
        # The defaults of the other call are its own.
        field_schema.pop("default", None)
        values = frozenset(v for v in field_schema.get("enum", ()) if isinstance(v, str))
        if values in choices:
            field_schema["default"] = choices[values]
        fields.setdefault(name, field_schema)
    return {**fields, **{name: part for name, part in shown.items() if name not in fields}}


_SEE = re.compile(r"\bSee `?(?P<name>[A-Z]\w+)`? for the\b")


def refer_to_named(content: Any, names: Sequence[str], service: str) -> None:
    """Fields whose description sends the reader to a named schema refer to it, in place."""
    if isinstance(content, list):
        for part in content:
            refer_to_named(part, names, service)
    if not isinstance(content, dict):
        return
    found = _SEE.search(str(content.get("description", "")))
    if found and content.get("type") == "object" and "properties" not in content:
        name = f"{service}_{found.group('name')}"
        if name in names:
            text = content["description"]
            content.clear()
            content |= {"$ref": f"#/components/schemas/{name}", "description": text}
    for key, part in content.items():
        if key not in ("example", "examples"):
            refer_to_named(part, names, service)


def complete_partial(body: Body, whole: Mapping[str, Any]) -> None:
    """Give a partial update the fields of the whole, which another operation creates.

    Where a table lists the fields of the update, only its open objects are filled.
    ``whole`` is that operation's Request Body Object. Nothing is required of an update; where the
    text says that null removes a field, every field takes null.
    """
    own = body.content["content"][JSON]
    source = whole["content"].get(JSON, {}).get("schema", {})
    fields: Schema = source.get("properties", {})
    if not fields or "$ref" in own["schema"]:
        return
    known: Schema = own["schema"].get("properties", {})
    if body.tabled:
        _fill_open(known, fields)
        return
    listed = "fields from the description" in str(own["schema"].get("x-inferred", ""))
    names = [name for name in fields if name in known or not listed]
    merged_fields = {name: _optional(fields[name], body.nullable) for name in names}
    schema = {k: v for k, v in own["schema"].items() if k != "required"}
    schema["properties"] = {**known, **merged_fields}
    schema["x-inferred"] = "fields of the operation that creates the whole"
    own["schema"] = schema


def _fill_open(known: Schema, fields: Schema) -> None:
    """Objects that the update's table leaves open and the whole describes."""
    for name, schema in known.items():
        whole = fields.get(name, {})
        if is_open(schema) and "properties" in whole:
            parts = {key: _optional(part, False) for key, part in whole["properties"].items()}
            known[name] = {
                **{key: value for key, value in schema.items() if key != "additionalProperties"},
                "properties": parts,
                "x-inferred": "fields of the operation that creates the whole",
            }


def _optional(schema: Schema, nullable: bool) -> Schema:
    """A field of an update: without its default, which would overwrite, perhaps nullable."""
    result = {key: value for key, value in schema.items() if key != "default"}
    if "default" in schema and "x-inferred" in result:
        facts, _, source = str(result.pop("x-inferred")).partition(" from ")
        kept = [fact for fact in facts.split(", ") if fact != "default"]
        if kept:
            result["x-inferred"] = f"{', '.join(kept)} from {source}"
    kind = result.get("type")
    if nullable and isinstance(kind, str):
        result["type"] = [kind, "null"]
        if "enum" in result and None not in result["enum"]:
            result["enum"] = [*result["enum"], None]
    return result
