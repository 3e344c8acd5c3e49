"""Field tables laid over the shapes of examples, and schemas widened until an example fits."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

from .examples import infer
from .unify import join_all

Schema: TypeAlias = dict[str, Any]

UNKNOWN_TYPE = "type unknown"
"""How the mark of a field begins whose table doesn't say its type."""
_NULL_TYPE = {"type": "null"}


def overlay_fields(inferred: Schema, documented: Schema, examples: Iterable[Any] = ()) -> Schema:
    """``inferred`` (from examples) with all that ``documented`` (from tables) says on top.

    The documented description, type, enum and requiredness win; fields that only one side knows
    are kept. Where the sides contradict each other, the documented type stays and is widened by
    the example's, so that the example is valid; with ``examples`` the result is checked against
    each of them and widened further (an enum that lacks a value, a bound that is exceeded).
    """
    result = tidy(_overlay(inferred, documented))
    for example in examples:
        result = widen(result, example)
    return result


def tidy(schema: Schema) -> Schema:
    """``schema`` without empty ``required`` lists (see :func:`.nesting.nest_fields`)."""
    out: Schema = {}
    for key, value in schema.items():
        if key == "required" and value == []:
            continue
        if key == "properties":
            out[key] = {name: tidy(part) for name, part in value.items()}
        elif key in {"items", "additionalProperties"} and isinstance(value, dict):
            out[key] = tidy(value)
        elif key in {"anyOf", "oneOf", "allOf"}:
            out[key] = [tidy(branch) for branch in value]
        else:
            out[key] = value
    return out


def _overlay(inferred: Schema, documented: Schema) -> Schema:
    if not documented:
        return inferred
    if _is_any(documented):
        return documented
    unknown = str(documented.get("x-inferred", "")).startswith(UNKNOWN_TYPE)
    if unknown and inferred.keys() - {"x-inferred"}:
        documented = {key: value for key, value in documented.items() if key != "x-inferred"}
    if "anyOf" in documented or "oneOf" in documented:
        return {**documented, **_marks(inferred)}
    if "anyOf" in inferred or "oneOf" in inferred:
        return _over_union(inferred, documented)
    result: Schema = {**_facts(inferred, documented), **documented}
    types = _joined_types(inferred, documented)
    if types:
        result["type"] = types[0] if len(types) == 1 else types
    if _is_map(documented) and "properties" in inferred:
        # The table says that the keys are data, so the members seen are values of one kind.
        del result["additionalProperties"]
        seen = join_all(inferred["properties"].values())
        told = documented["additionalProperties"]
        result["additionalProperties"] = _overlay(seen, told if isinstance(told, dict) else {})
    elif "properties" in inferred or "properties" in documented:
        _overlay_properties(result, inferred, documented)
    if "items" in inferred or "items" in documented:
        result["items"] = _overlay(inferred.get("items") or {}, documented.get("items") or {})
    more = inferred.get("additionalProperties")
    if isinstance(more, dict) and isinstance(documented.get("additionalProperties"), dict):
        result["additionalProperties"] = _overlay(more, documented["additionalProperties"])
    return result


def _is_map(schema: Schema) -> bool:
    more = schema.get("additionalProperties")
    return "properties" not in schema and more is not None and more is not False


def _is_any(documented: Schema) -> bool:
    """A described value of any type: its example is one of many."""
    notes = {"description", "title", "default", "examples", "deprecated", "readOnly"}
    return "description" in documented and set(documented) <= notes


def _overlay_properties(result: Schema, inferred: Schema, documented: Schema) -> None:
    known, told = inferred.get("properties", {}), documented.get("properties", {})
    result["properties"] = {
        name: (
            _overlay(known[name], told[name])
            if name in known and name in told
            else dict(told.get(name, known.get(name, {})))
        )
        for name in (*told, *(name for name in known if name not in told))
    }
    seen = inferred.get("required", [])
    if "properties" not in inferred:
        required = list(documented.get("required", []))
    elif "required" not in documented:
        required = list(seen)
    else:
        # Required by the table and absent from an example: the example shows that it may lack.
        # What the table doesn't know at all, it doesn't ask for either.
        required = [
            name for name in documented["required"] if name in seen or "properties" not in inferred
        ]
    result["required"] = required
    if inferred.get("additionalProperties") is not None and "properties" not in inferred:
        # The example looked like a map, the table knows the keys: they are properties.
        result.pop("additionalProperties", None)
        if result.get("x-inferred") == "map from example":
            del result["x-inferred"]


def _over_union(inferred: Schema, documented: Schema) -> Schema:
    """A union of the examples: the table describes its objects, the other branches stay."""
    key = "anyOf" if "anyOf" in inferred else "oneOf"
    branches = inferred[key]
    if documented.get("properties"):
        branches = [
            _overlay(branch, documented) if branch.get("type") == "object" else branch
            for branch in branches
        ]
    remarks = {k: v for k, v in documented.items() if k in {"description", "title", "deprecated"}}
    rest = {k: v for k, v in inferred.items() if k != key}
    return {**rest, **remarks, key: branches}


def _facts(inferred: Schema, documented: Schema) -> Schema:
    """What the examples add; a format of theirs needs a text without one of its own."""
    dropped = {"type", "properties", "required", "items"}
    if "string" not in _types(documented) and "type" in documented:
        dropped |= {"format"}
    if any(key in documented for key in ("format", "enum", "contentEncoding", "pattern")):
        dropped |= {"format"}
    kept = {key: value for key, value in inferred.items() if key not in dropped}
    if "format" in dropped and kept.get("x-inferred") == "format from example":
        del kept["x-inferred"]
    return kept


def _marks(inferred: Schema) -> Schema:
    return {"x-inferred": inferred["x-inferred"]} if "x-inferred" in inferred else {}


def _joined_types(inferred: Schema, documented: Schema) -> list[str]:
    told, seen = _types(documented), _types(inferred)
    if not told:
        return seen if "anyOf" not in documented else []
    if "enum" in documented and "null" not in seen:
        return told
    extra = [kind for kind in seen if kind not in told]
    if "number" in told:
        extra = [kind for kind in extra if kind != "integer"]
    if "number" in extra and "integer" in told:
        told = ["number" if kind == "integer" else kind for kind in told]
        extra.remove("number")
    joined = [*told, *extra]
    return sorted(joined, key=lambda kind: kind == "null")


def _types(schema: Schema) -> list[str]:
    declared = schema.get("type", [])
    return [declared] if isinstance(declared, str) else list(declared)


def widen(schema: Schema, value: Any) -> Schema:
    """The smallest change of ``schema`` that makes ``value`` valid; ``schema`` itself if it is."""
    if not schema:
        return schema
    for key in ("anyOf", "oneOf"):
        if key in schema:
            return _widen_union(schema, key, value)
    result = _widen_type(schema, value)
    if "enum" in result and not any(_same(value, known) for known in result["enum"]):
        result = {**result, "enum": [*result["enum"], value]}
    if isinstance(value, str):
        result = _without_broken(result, value)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        result = _within(result, value)
    elif isinstance(value, Mapping):
        result = _widen_object(result, value)
    elif isinstance(value, list):
        result = _widen_array(result, value)
    return result


def _widen_union(schema: Schema, key: str, value: Any) -> Schema:
    branches: list[Schema] = schema[key]
    matching = [branch for branch in branches if widen(branch, value) == branch]
    if len(matching) == 1 or (matching and key == "anyOf"):
        return schema
    if matching:
        return {**{k: v for k, v in schema.items() if k != key}, "anyOf": branches}
    kind = infer([value], "").get("type", "null")
    for place, branch in enumerate(branches):
        if kind in _types(branch) and kind in {"object", "array"}:
            changed = [*branches]
            changed[place] = widen(branch, value)
            return {**schema, key: changed}
    return {**schema, key: [*branches, infer([value], "") or dict(_NULL_TYPE)]}


def _widen_type(schema: Schema, value: Any) -> Schema:
    types = _types(schema)
    if not types:
        return schema
    kind = "null" if value is None else str(infer([value], "")["type"])
    if kind in types or (kind == "integer" and "number" in types):
        return schema
    if kind == "number" and "integer" in types:
        types = ["number" if known == "integer" else known for known in types]
    else:
        types = sorted([*types, kind], key=lambda known: known == "null")
    return {**schema, "type": types[0] if len(types) == 1 else types}


def _without_broken(schema: Schema, value: str) -> Schema:
    """Without the string keywords that ``value`` breaks."""
    result = dict(schema)
    if len(value) > result.get("maxLength", len(value)):
        result["maxLength"] = len(value)
    if len(value) < result.get("minLength", 0):
        del result["minLength"]
    if "pattern" in result and not re.search(result["pattern"], value):
        del result["pattern"]
    if "format" in result:
        found = infer([value], "").get("format")
        checked = {"date-time", "uuid", "uri", "email", "date"}
        if result["format"] in checked and found != result["format"]:
            del result["format"]
            if result.get("x-inferred") == "format from example":
                del result["x-inferred"]
    return result


def _within(schema: Schema, value: float) -> Schema:
    result = dict(schema)
    if "minimum" in result and value < result["minimum"]:
        result["minimum"] = value
    if "maximum" in result and value > result["maximum"]:
        result["maximum"] = value
    if "exclusiveMinimum" in result and value <= result["exclusiveMinimum"]:
        del result["exclusiveMinimum"]
    if "exclusiveMaximum" in result and value >= result["exclusiveMaximum"]:
        del result["exclusiveMaximum"]
    return result


def _widen_object(schema: Schema, value: Mapping[str, Any]) -> Schema:
    result = dict(schema)
    known = result.get("properties", {})
    if known:
        result["properties"] = {
            name: widen(part, value[name]) if name in value else part
            for name, part in known.items()
        }
    if "required" in result:
        result["required"] = [name for name in result["required"] if name in value]
        if not result["required"]:
            del result["required"]
    more = result.get("additionalProperties")
    others = [member for name, member in value.items() if name not in known]
    if isinstance(more, dict):
        for member in others:
            more = widen(more, member)
        result["additionalProperties"] = more
    elif more is False and others:
        del result["additionalProperties"]
    if len(value) > result.get("maxProperties", len(value)):
        del result["maxProperties"]
    return result


def _widen_array(schema: Schema, value: list[Any]) -> Schema:
    result = dict(schema)
    items = result.get("items")
    if isinstance(items, dict):
        for member in value:
            items = widen(items, member)
        result["items"] = items
    if len(value) > result.get("maxItems", len(value)):
        result["maxItems"] = len(value)
    if len(value) < result.get("minItems", 0):
        del result["minItems"]
    return result


def _same(one: Any, other: Any) -> bool:
    return type(one) is type(other) and bool(one == other)
