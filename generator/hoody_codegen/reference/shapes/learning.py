"""What a document says about a field at one place, learnt for the places that don't say it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

from .candidates import media_schemas, operations
from .nouns import words
from .unify import NULL_ONLY, canonical, copy_tree, join_all, types_of

Schema: TypeAlias = dict[str, Any]
_Words: TypeAlias = tuple[str, ...]
_Visitor: TypeAlias = Callable[[str, Schema, frozenset[str]], None]

_MAP = re.compile(r"(?:[\w -]+, )*map\b[^;]* from description")
LEARNT_MAP = "map from the description of the same field elsewhere"
LEARNT_TYPE = "type from the same field elsewhere"
LEARNT_LIKE = "type from fields of like name"
LEARNT_NUMBER = "number from the same field elsewhere or its name"
_ANSWERS = frozenset({"success", "error"})
_PARTS = {("percent",), ("percentage",), ("ratio",), ("fraction",)}
_SCALARS = {"string", "integer", "number", "boolean"}
_ENOUGH = 3
_MOST = 0.85
"""So many names with one last word, and this part of them, have to agree before it tells a type."""


def learn(document: Schema) -> Schema:
    """``document`` with what its fields tell about fields of the same, or of like, name.

    An object shown by an example becomes a map where a table describes a field of that name as a
    map of such values. A field that is null in every example gets the type that all other fields of
    its name have, else the one that all fields with its last word have (``expires_at`` that of the
    other ``…_at``); null stays allowed. A field whose samples happen to be whole is a number where
    another place shows a fraction, or where it counts parts. Each conclusion is marked.
    """
    copied = copy_tree(document)
    _learn_maps(copied)
    _learn_types(copied)
    _learn_numbers(copied)
    return copied


def _learn_maps(document: Schema) -> None:
    described: dict[str, list[tuple[Schema, frozenset[str]]]] = {}

    def note(name: str, schema: Schema, siblings: frozenset[str]) -> None:
        more = schema.get("additionalProperties")
        if isinstance(more, dict) and _MAP.match(str(schema.get("x-inferred", ""))):
            described.setdefault(name, []).append((more, siblings))

    def convert(name: str, schema: Schema, siblings: frozenset[str]) -> None:
        members = list(schema.get("properties", {}).values())
        if not members:
            return
        like = [
            more
            for more, others in described.get(name, ())
            if _is_like(members, frozenset(types_of(more)), siblings, others)
        ]
        if like:
            del schema["properties"]
            schema.pop("required", None)
            # Values that are described as maps themselves say more than one sample of them.
            maps = [more for more in like if "additionalProperties" in more]
            values = min(maps, key=canonical) if maps else join_all(members)
            # What one sample of many has isn't what each of them has to have.
            schema["additionalProperties"] = {k: v for k, v in values.items() if k != "required"}
            known = schema.get("x-inferred")
            schema["x-inferred"] = f"{known}; {LEARNT_MAP}" if known else LEARNT_MAP

    _visit_all(document, note)
    _visit_all(document, convert)


def _is_like(
    members: Iterable[Schema], kinds: frozenset[str], here: frozenset[str], there: frozenset[str]
) -> bool:
    """Whether the members seen can be the values described; where these are no scalars, the fields
    beside the map have to be the same ones, too."""
    found = [set(types_of(member)) for member in members]
    if kinds and kinds <= _SCALARS:
        return all(types <= kinds for types in found)
    shared = len(here & there)
    return (
        all(types == found[0] and types & {"object", "array"} for types in found)
        and (not kinds or found[0] <= kinds)
        and shared > 1
        and shared * 2 >= min(len(here), len(there))
    )


def _learn_types(document: Schema) -> None:
    seen: dict[_Words, dict[str, Schema]] = {}

    def note(name: str, schema: Schema, siblings: frozenset[str]) -> None:
        kinds = set(types_of(schema)) - {"null"}
        if not kinds and not {"anyOf", "oneOf", "$ref"} & schema.keys():
            return
        # Not a single scalar: nothing can be learnt from this name.
        plain: Schema = {"type": kinds.pop() if len(kinds) == 1 and kinds <= _SCALARS else ""}
        if "format" in schema and plain["type"]:
            plain["format"] = schema["format"]
        seen.setdefault(tuple(words(name)), {})[canonical(plain)] = plain

    _visit_all(document, note)
    for _, _, operation in operations(document):
        for parameter in operation.get("parameters", []):
            # Everything in a URL is text, so that a parameter of type string says nothing.
            if set(types_of(parameter.get("schema", {}))) & (_SCALARS - {"string"}):
                note(str(parameter.get("name", "")), parameter["schema"], frozenset())
    known = {name: _agreed(found.values()) for name, found in sorted(seen.items())}

    def convert(name: str, schema: Schema, siblings: frozenset[str]) -> None:
        if schema.get("x-inferred") != NULL_ONLY or "type" in schema:
            return
        parts = tuple(words(name))
        found, reason = known.get(parts), LEARNT_TYPE
        if parts not in known:
            found, reason = _from_like_names(parts, known), LEARNT_LIKE
        if found is not None:
            schema.update(found)
            schema["type"] = [found["type"], "null"]
            schema["x-inferred"] = f"{NULL_ONLY}; {reason}"

    _visit_all(document, convert)


def _from_like_names(parts: _Words, known: Mapping[_Words, Schema | None]) -> Schema | None:
    """The type of the field whose name ends the name (`after_id` in `next_after_id`), or of most
    fields that have its last word."""
    endings = [parts[start:] for start in range(1, len(parts)) if parts[start:] in known]
    if endings and len(endings[0]) > 1:
        return known[endings[0]]
    like = [
        found
        for others, found in known.items()
        if found is not None and len(others) > 1 and others[-1:] == parts[-1:]
    ]
    kinds = [str(found["type"]) for found in like]
    kind = max(sorted(set(kinds)), key=kinds.count, default="")
    formats = {found.get("format") for found in like}
    enough = 2 if len(formats) == 1 and formats != {None} else _ENOUGH
    if len(parts) > 1 and len(like) >= enough and kinds.count(kind) >= _MOST * len(kinds):
        return _agreed(found for found in like if found["type"] == kind)
    return known[endings[0]] if endings else None


def _learn_numbers(document: Schema) -> None:
    fractions: dict[_Words, set[str]] = {}

    def note(name: str, schema: Schema, siblings: frozenset[str]) -> None:
        if "number" in types_of(schema) and "description" not in schema:
            fractions.setdefault(tuple(words(name)), set()).update(siblings)

    def convert(name: str, schema: Schema, siblings: frozenset[str]) -> None:
        parts = tuple(words(name))
        kinds = types_of(schema)
        # What a table describes has the type of the table.
        if "integer" not in kinds or schema.keys() - {"type", "x-inferred"}:
            return
        # One word is used for many things (`total`), so that the fields beside it have to agree.
        beside = fractions.get(parts)
        is_same = beside is not None and (len(parts) > 1 or bool(siblings & beside))
        if not is_same and parts[-1:] not in _PARTS:
            return
        kinds = ["number" if kind == "integer" else kind for kind in kinds]
        schema["type"] = kinds[0] if len(kinds) == 1 else kinds
        known = schema.get("x-inferred")
        schema["x-inferred"] = f"{known}; {LEARNT_NUMBER}" if known else LEARNT_NUMBER

    _visit_all(document, note, roles=_ANSWERS)
    _visit_all(document, convert, roles=_ANSWERS)


def _agreed(seen: Iterable[Schema]) -> Schema | None:
    """The one type that all places have; its format only where all have it, too."""
    places = list(seen)
    types = {one["type"] for one in places}
    if len(types) != 1 or "" in types:
        return None
    formats = {one.get("format") for one in places}
    result: Schema = {"type": types.pop()}
    only = formats.pop() if len(formats) == 1 else None
    if only:
        result["format"] = only
    return result


def _visit_all(document: Schema, visit: _Visitor, roles: frozenset[str] | None = None) -> None:
    for _, _, operation in operations(document):
        for role, _, _, body in media_schemas(operation):
            if roles is None or role in roles:
                _visit(body.get("schema", {}), visit)
    if roles is not None:
        return
    for schema in document.get("components", {}).get("schemas", {}).values():
        _visit(schema, visit)


def _visit(schema: Any, visit: _Visitor) -> None:
    """Call ``visit`` for every member below ``schema``: its name, its schema, the names beside."""
    if not isinstance(schema, dict):
        return
    members = schema.get("properties", {})
    for name, part in members.items():
        if isinstance(part, dict):
            visit(name, part, frozenset(members) - {name})
            _visit(part, visit)
    for key in ("items", "additionalProperties"):
        _visit(schema.get(key), visit)
    for key in ("anyOf", "oneOf"):
        for branch in schema.get(key, []):
            _visit(branch, visit)
