"""The join of two schemas: the narrowest one of this dialect that accepts what either accepts.

The join widens and loses no field: properties are united, requiredness and bounds are kept where
both sides agree. It doesn't depend on the order of its arguments, except that the properties of
the first come first.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import reduce
from typing import Any, TypeAlias

from ..kinds import json_kind

Schema: TypeAlias = dict[str, Any]

NULL_ONLY = "null in every example"
"""``x-inferred`` of a value that was null wherever it was seen: its type is unknown."""

FORMAT_GUESS = "format from example"
"""``x-inferred`` of a format that the texts of all examples have."""

_ANNOTATIONS = (
    "title",
    "description",
    "default",
    "examples",
    "deprecated",
    "readOnly",
    "writeOnly",
)
_BY_KIND = {
    "string": ("enum", "format", "pattern", "minLength", "maxLength", "contentEncoding"),
    "integer": ("enum", "format"),
    "number": ("enum", "format"),
    "boolean": ("enum",),
    "array": ("items", "minItems", "maxItems", "uniqueItems"),
    "object": ("properties", "required", "additionalProperties", "maxProperties"),
    "null": (),
}
_NUMERIC = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")
_ORDER = ("string", "integer", "number", "boolean", "array", "object", "$ref", "oneOf", "null")


def join_all(schemas: Iterable[Schema]) -> Schema:
    """The join of all ``schemas``; without any, the schema that allows everything."""
    return reduce(join, schemas) if (schemas := list(schemas)) else {}


def join(one: Schema, other: Schema) -> Schema:
    """The join of two schemas."""
    if one == other:
        return one
    notes = _annotations(one, other)
    if _is_null_only(one) or _is_null_only(other):
        known, null = (other, one) if _is_null_only(one) else (one, other)
        if _is_null_only(known):
            return {**null, **notes}
        return {**_build([*_branches(known), {"type": "null"}]), **_without_note(notes, NULL_ONLY)}
    if not _constraints(one) or not _constraints(other):
        return notes
    merged: list[Schema] = []
    for branch in (*_branches(one), *_branches(other)):
        _add(merged, branch)
    joined = {**_build(merged), **notes}
    if "format" not in joined:
        joined = _without_note(joined, FORMAT_GUESS)
    return joined


def types_of(schema: Schema) -> list[str]:
    """The plain types of ``schema`` (empty for a union or a reference)."""
    declared = schema.get("type", [])
    return [declared] if isinstance(declared, str) else list(declared)


def copy_tree(tree: Schema) -> Schema:
    """A copy in which no two places share an object."""
    copied: Schema = json.loads(json.dumps(tree))
    return copied


def canonical(value: Any) -> str:
    """A text that is the same for equal JSON values."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


def _is_null_only(schema: Schema) -> bool:
    return schema.get("x-inferred") == NULL_ONLY and not _constraints(schema)


def _without_note(notes: Schema, dropped: str) -> Schema:
    """Without one of the reasons in ``x-inferred``."""
    parts = [part for part in notes.get("x-inferred", "").split("; ") if part != dropped]
    rest = {key: value for key, value in notes.items() if key != "x-inferred"}
    return {**rest, "x-inferred": "; ".join(parts)} if any(parts) else rest


def _constraints(schema: Schema) -> Schema:
    return {
        key: value
        for key, value in schema.items()
        if key not in _ANNOTATIONS and not key.startswith("x-")
    }


def _annotations(one: Schema, other: Schema) -> Schema:
    """What both say, or only one; of two different texts the longer, which says more."""
    notes: Schema = {}
    for key in (*one, *(key for key in other if key not in one)):
        if key not in _ANNOTATIONS and not key.startswith("x-"):
            continue
        if key == "x-inferred":
            parts = {p for side in (one, other) for p in str(side.get(key, "")).split("; ") if p}
            notes[key] = "; ".join(sorted(parts))
        elif key in one and key in other:
            if one[key] == other[key]:
                notes[key] = one[key]
            elif isinstance(one[key], str) and key != "default":
                notes[key] = max(one[key], other[key], key=lambda text: (len(str(text)), str(text)))
        elif key != "default":
            notes[key] = one.get(key, other.get(key))
    return notes


def _branches(schema: Schema) -> list[Schema]:
    """One schema for each type that ``schema`` allows, without annotations."""
    plain = _constraints(schema)
    if "$ref" in plain or "oneOf" in plain:
        return [plain]
    if "anyOf" in plain:
        return [branch for member in plain["anyOf"] for branch in _branches(member)]
    branches = []
    for kind in types_of(plain):
        keys = (*_BY_KIND[kind], *(_NUMERIC if kind in {"integer", "number"} else ()))
        branch: Schema = {"type": kind, **{key: plain[key] for key in keys if key in plain}}
        if "enum" in branch:
            branch["enum"] = [value for value in branch["enum"] if json_kind(value) == kind]
        branches.append(branch)
    return branches


def _add(merged: list[Schema], branch: Schema) -> None:
    """Join ``branch`` with the one of its kind, or append it."""
    if branch in merged:
        return
    kind = branch.get("type")
    for place, known in enumerate(merged):
        both = {kind, known.get("type")}
        # Listed values and any values stand side by side, so that the list isn't lost.
        if both == {kind} and kind is not None and ("enum" in known) == ("enum" in branch):
            merged[place] = _same_kind(known, branch)
            return
        if both == {"integer", "number"} and "enum" not in known and "enum" not in branch:
            merged[place] = {**_same_kind(known, branch), "type": "number"}
            merged[place].pop("format", None)
            return
    merged.append(branch)


def _same_kind(one: Schema, other: Schema) -> Schema:
    kind = one["type"]
    if kind == "object":
        return _objects(one, other)
    result: Schema = {"type": kind}
    for key in (*one, *(key for key in other if key not in one)):
        if key == "enum":
            result["enum"] = _united(one["enum"], other["enum"])
        elif key == "items":
            result["items"] = _evidence(one.get("items", {}), other.get("items", {}))
        elif key in one and key in other and one[key] == other[key]:
            result[key] = one[key]
    return result


def _objects(one: Schema, other: Schema) -> Schema:
    result: Schema = {"type": "object"}
    first, second = one.get("properties", {}), other.get("properties", {})
    if first or second:
        result["properties"] = {
            name: (
                join(first[name], second[name])
                if name in first and name in second
                else _known_once(first.get(name, second.get(name)), other if name in first else one)
            )
            for name in (*first, *(name for name in second if name not in first))
        }
    required = [name for name in one.get("required", []) if name in other.get("required", [])]
    if required:
        result["required"] = required
    more = [side["additionalProperties"] for side in (one, other) if "additionalProperties" in side]
    if len(more) == 2 and all(isinstance(rest, dict) for rest in more):
        result["additionalProperties"] = _evidence(*more)
    elif len(more) == 2 and more[0] == more[1]:
        result["additionalProperties"] = more[0]
    elif len(more) == 2:
        result["additionalProperties"] = True
    elif more and (more[0] is not False or {"type": "object"} in (one, other)):
        # The members of an open object are those listed: silence about others is no evidence.
        result["additionalProperties"] = more[0]
    return result


def _known_once(member: Schema, other: Schema) -> Schema:
    """A member that only one side lists; to a map on the other side it is one of its values."""
    values = other.get("additionalProperties")
    return join(member, values) if isinstance(values, dict) and values else member


def _evidence(one: Schema, other: Schema) -> Schema:
    """The join of what elements look like; no element seen says nothing about them."""
    if not one or not other:
        return one or other
    return join(one, other)


def _united(one: list[Any], other: list[Any]) -> list[Any]:
    extra = [value for value in other if value not in one]
    if not extra:
        return one
    if all(value in other for value in one):
        return other
    return sorted([*one, *extra], key=canonical)


def _build(branches: list[Schema]) -> Schema:
    kinds = [_rank(branch) for branch in branches]
    ordered = [
        branch for _, branch in sorted(zip(kinds, branches, strict=True), key=lambda p: p[0])
    ]
    null = [branch for branch in ordered if branch == {"type": "null"}]
    others = [branch for branch in ordered if branch != {"type": "null"}]
    if not others:
        return {"type": "null"} if null else {}
    if len(others) == 1 and "type" in others[0]:
        only = dict(others[0])
        if null:
            only["type"] = [only["type"], "null"]
            if "enum" in only:
                only["enum"] = [*only["enum"], None]
        return only
    if len(others) == 1 and not null:
        return others[0]
    if all(set(branch) == {"type"} for branch in ordered):
        return {"type": [branch["type"] for branch in ordered]}
    return {"anyOf": ordered}


def _rank(branch: Schema) -> tuple[int, str]:
    kind = branch.get("type") or ("$ref" if "$ref" in branch else "oneOf")
    return (_ORDER.index(kind), canonical(branch))
