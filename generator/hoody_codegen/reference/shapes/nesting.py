"""Dotted names of field tables (`a.b`, `a[].b`) as nested JSON Schema objects."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

Schema: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class FieldRow:
    """One row of a field table: ``name`` as written, ``schema`` with its description inside.

    ``required`` is None where the table has no such column.
    """

    name: str
    schema: Schema
    required: bool | None = None


@dataclass(slots=True)
class _Node:
    """A field and its parts; ``listed`` says that the parts are those of the array's items."""

    schema: Schema | None = None
    required: bool | None = None
    parts: dict[str, _Node] = field(default_factory=dict)
    listed: _Node | None = None


def nest_fields(rows: Sequence[FieldRow]) -> Schema:
    """The object schema of a table, in the order of its rows.

    A parent that no row names is an object, or an array where its name carries ``[]``. An object
    says ``required`` (perhaps empty) as soon as one of its rows has a Required cell, so that
    "nothing is required" and "the table doesn't say" stay apart; :func:`.merge.overlay_fields`
    needs the difference and :func:`.merge.tidy` removes the empty lists.
    """
    root = _Node(schema={"type": "object"})
    for row in rows:
        node = root
        for part in _parts(row.name):
            if part == "[]":
                node.listed = node.listed or _Node()
                node = node.listed
            else:
                node = node.parts.setdefault(part, _Node())
        if node is root:
            continue
        # A name that occurs twice: the first row describes it, a later one adds what it lacks.
        node.schema = {**row.schema, **(node.schema or {})}
        if node.required is None:
            node.required = row.required
    return _schema(root)


def _parts(name: str) -> list[str]:
    """``a[].b`` as ``a``, ``[]``, ``b``; a name with dots at its ends is one part."""
    text = name.strip()
    if not re.fullmatch(r"[^.\[\]]+(?:\[\]|\[[\w*]+\]|\.[^.\[\]]+)*", text):
        return [text] if text else []
    return [
        "[]" if part.startswith("[") else part for part in re.findall(r"\[[^\]]*\]|[^.\[\]]+", text)
    ]


def _schema(node: _Node) -> Schema:
    schema = dict(node.schema or {})
    if node.listed is not None:
        inner = _schema(node.listed)
        known = schema.get("items")
        schema["items"] = {**known, **inner} if isinstance(known, dict) else inner
        _add_type(schema, "array")
    if node.parts:
        target = schema
        # `models` says array, and its parts are written `models.id`: the parts are the items'.
        if _types(schema)[:1] == ["array"] and node.listed is None:
            target = dict(schema.get("items") or {})
            schema["items"] = target
        _add_type(target, "object")
        # Members that the description of the parent names already stand there.
        known = target.get("properties", {})
        parts = {name: {**known.get(name, {}), **_schema(p)} for name, p in node.parts.items()}
        target["properties"] = {**known, **parts}
        told = {name: part.required for name, part in node.parts.items()}
        if any(required is not None for required in told.values()):
            before = [name for name in target.get("required", []) if name not in told]
            target["required"] = [*before, *(name for name, needed in told.items() if needed)]
    return schema


def _types(schema: Schema) -> list[str]:
    declared = schema.get("type", [])
    return [declared] if isinstance(declared, str) else list(declared)


def _add_type(schema: Schema, kind: str) -> None:
    types = _types(schema)
    if kind in types or "anyOf" in schema:
        return
    # The parts are documented, so the value has them, whatever else the cell says.
    others = [known for known in types if known not in {"string", "null"}]
    kept = [kind, *others, *(["null"] if "null" in types else [])]
    schema["type"] = kept[0] if len(kept) == 1 else kept
