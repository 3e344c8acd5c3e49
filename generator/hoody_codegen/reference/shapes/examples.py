"""Schemas from examples: all examples of one status, taken together."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TypeAlias

from .maps import is_map, says_map, uniform
from .unify import FORMAT_GUESS, NULL_ONLY

Schema: TypeAlias = dict[str, Any]

INFERRED = "schema from example"
_MAP = "map from example"

_DATE_TIME = re.compile(
    r"\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:[Zz]|[+-]\d{2}:\d{2})", re.ASCII
)
_UUID = re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")
_URI = re.compile(r"[a-z][a-z0-9+.-]*://[^\s<>{}|\\^`\"]+", re.ASCII)
_EMAIL = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+", re.ASCII)
_TAGS = ("type", "kind", "event", "op", "action")


def schema_from_examples(values: Sequence[Any], *, context: str) -> Schema:
    """A schema that every one of ``values`` is valid against.

    ``context`` are sentences about the values; they may say that the whole is a map. The result is
    marked ``x-inferred`` at its top; below it only formats and maps are, which are guesses of their
    own. With no value at all the schema allows everything.
    """
    plain = [value for value in values if isinstance(value, Mapping) and "statusCode" not in value]
    if says_map(context) and plain and len(plain) == len(values):
        return {**_map(values, context), "x-inferred": f"{_MAP}; {INFERRED}"}
    # A path that ends in a tell-tale word (`/cookies`) answers with a report as often as a map.
    return {**infer(list(values), ""), "x-inferred": INFERRED}


def infer(values: Sequence[Any], name: str) -> Schema:
    """:func:`schema_from_examples` without the mark at the top."""
    branches: list[Schema] = []
    if any(isinstance(value, bool) for value in values):
        branches.append({"type": "boolean"})
    numbers = [v for v in values if isinstance(v, int | float) and not isinstance(v, bool)]
    if numbers:
        whole = all(isinstance(number, int) for number in numbers)
        branches.append({"type": "integer" if whole else "number"})
    texts = [value for value in values if isinstance(value, str)]
    if texts:
        branches.append(_text(texts, name))
    arrays = [value for value in values if _is_array(value)]
    if arrays:
        branches.append({"type": "array", "items": infer([v for a in arrays for v in a], name)})
    objects = [value for value in values if isinstance(value, Mapping)]
    if objects:
        branches.append(_objects(objects, name))
    return join(branches, nullable=any(value is None for value in values))


def join(branches: Sequence[Schema], *, nullable: bool) -> Schema:
    """One schema for all branches; null alone says nothing about what else may come."""
    if not branches:
        return {"x-inferred": NULL_ONLY} if nullable else {}
    if len(branches) == 1:
        only = dict(branches[0])
        if nullable and "oneOf" in only:
            only["oneOf"] = [*only["oneOf"], {"type": "null"}]
        elif nullable:
            only["type"] = [only["type"], "null"]
        return only
    if all(set(branch) == {"type"} for branch in branches):
        types = [branch["type"] for branch in branches]
        return {"type": [*types, "null"] if nullable else types}
    # Texts of a union may be anything: their format was seen in a part of the values only.
    plain = [
        (
            {k: v for k, v in branch.items() if k not in {"format", "x-inferred"}}
            if branch.get("type") == "string"
            else branch
        )
        for branch in branches
    ]
    return {"anyOf": [*plain, {"type": "null"}] if nullable else plain}


def text_format(texts: Sequence[str]) -> str | None:
    """The format that all of ``texts`` have (RFC 3339, RFC 4122, RFC 3986, RFC 5321)."""
    if all(_is_date_time(text) for text in texts):
        return "date-time"
    for pattern, name in ((_UUID, "uuid"), (_URI, "uri"), (_EMAIL, "email")):
        if all(pattern.fullmatch(text) for text in texts):
            return name
    return None


def _text(texts: Sequence[str], name: str) -> Schema:
    found = text_format(texts)
    # A login looks like an address as often as not; a field for addresses says so.
    if found is None or (found == "email" and "mail" not in name.lower()):
        return {"type": "string"}
    return {"type": "string", "format": found, "x-inferred": FORMAT_GUESS}


def _is_date_time(text: str) -> bool:
    if not _DATE_TIME.fullmatch(text):
        return False
    try:
        datetime.fromisoformat(text.upper())
    except ValueError:
        return False
    return True


def _is_array(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str | bytes)


def _objects(objects: Sequence[Mapping[str, Any]], name: str) -> Schema:
    if is_map(objects, name):
        return _map(objects, name)
    groups = _tagged(objects)
    if groups is not None:
        tag, variants = groups
        return {
            "oneOf": [
                _variant(_properties(members), tag, value) for value, members in variants.items()
            ]
        }
    return _properties(objects)


def _map(objects: Sequence[Mapping[str, Any]], name: str) -> Schema:
    members = [value for entry in objects for value in entry.values()]
    values = infer(members, name)
    if values.get("type") == "string":
        # The keys are arbitrary, and so is what the few texts seen have in common.
        values = {"type": "string"}
    elif not uniform(members):
        values = {}
    return {"type": "object", "additionalProperties": values, "x-inferred": _MAP}


def _properties(objects: Sequence[Mapping[str, Any]]) -> Schema:
    names = list(dict.fromkeys(name for entry in objects for name in entry))
    if not names:
        return {"type": "object"}
    schema: Schema = {
        "type": "object",
        "properties": {
            name: infer([entry[name] for entry in objects if name in entry], name) for name in names
        },
    }
    required = [name for name in names if all(name in entry for entry in objects)]
    if required:
        schema["required"] = required
    return schema


def _tagged(
    objects: Sequence[Mapping[str, Any]],
) -> tuple[str, dict[str, list[Mapping[str, Any]]]] | None:
    """The property that tells the variants apart, and the objects of each of its values.

    The variants must be of different make, see :func:`_differ`. One object with optional members is
    the likelier reading otherwise.
    """
    for tag in _TAGS:
        if not all(isinstance(entry.get(tag), str) for entry in objects):
            continue
        groups: dict[str, list[Mapping[str, Any]]] = {}
        for entry in objects:
            groups.setdefault(entry[tag], []).append(entry)
        if len(groups) > 1 and _differ(list(groups.values())):
            return tag, groups
    return None


def _differ(groups: Sequence[Sequence[Mapping[str, Any]]]) -> bool:
    """Whether each of two groups has members of its own, or most of many groups have.

    With three groups and more, the rest must at least be told apart by their members.
    """
    always = [frozenset.intersection(*(frozenset(entry) for entry in group)) for group in groups]
    ever = [frozenset().union(*group) for group in groups]
    others = [
        frozenset().union(*(keys for other, keys in enumerate(ever) if other != place))
        for place in range(len(groups))
    ]
    own = sum(bool(keys - elsewhere) for keys, elsewhere in zip(always, others, strict=True))
    if len(groups) == 2:
        return own == 2
    return own * 2 > len(groups) and len(set(ever)) == len(groups)


def _variant(schema: Schema, tag: str, value: str) -> Schema:
    properties = {**schema["properties"], tag: {"type": "string", "enum": [value]}}
    return {**schema, "properties": properties}
