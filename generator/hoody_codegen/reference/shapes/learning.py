"""What a table says about a field, learnt for the examples that show a field of the same name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from .candidates import media_schemas, operations
from .unify import join_all, types_of

Schema: TypeAlias = dict[str, Any]

LEARNT = "map from the description of the same field elsewhere"
_SCALARS = {"string", "integer", "number", "boolean"}


def learn_maps(document: Schema) -> Schema:
    """Make maps of the objects that are described as maps elsewhere in ``document``.

    A table says that ``overrides`` maps names to booleans; a response shows ``overrides`` with two
    members and no words. The members are data there, too, if they are all of the type that the
    table gives. Changes ``document`` in place and returns it.
    """
    described: dict[str, set[str]] = {}

    def note(name: str, schema: Schema) -> None:
        more = schema.get("additionalProperties")
        kinds = set(types_of(more)) if isinstance(more, dict) else set()
        if "map" in str(schema.get("x-inferred", "")).partition(" from ")[0] and kinds <= _SCALARS:
            described.setdefault(name, set()).update(kinds)

    def convert(name: str, schema: Schema) -> None:
        members = list(schema.get("properties", {}).values())
        kinds = described.get(name)
        if kinds and members and all(set(types_of(member)) <= kinds for member in members):
            del schema["properties"]
            schema.pop("required", None)
            schema["additionalProperties"] = join_all(members)
            known = schema.get("x-inferred")
            schema["x-inferred"] = f"{known}; {LEARNT}" if known else LEARNT

    for visit in (note, convert):
        for _, _, operation in operations(document):
            for _, _, _, body in media_schemas(operation):
                _visit(body.get("schema", {}), visit)
    return document


def _visit(schema: Any, visit: Callable[[str, Schema], None]) -> None:
    """Call ``visit`` with the name and schema of every member below ``schema``."""
    if not isinstance(schema, dict):
        return
    for name, part in schema.get("properties", {}).items():
        if isinstance(part, dict):
            visit(name, part)
            _visit(part, visit)
    for key in ("items", "additionalProperties"):
        _visit(schema.get(key), visit)
    for key in ("anyOf", "oneOf"):
        for branch in schema.get(key, []):
            _visit(branch, visit)
