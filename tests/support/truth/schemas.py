"""Schemas against the described fields, level by level."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .differences import Finding, equal, judged
from .specs import UNSET, Shape, Specification
from .table import NOT, NULL, OPEN, Fact, parse_fact


@dataclass(frozen=True, slots=True)
class Level:
    """Where a comparison stands: in which document, for which kind of field, in a shared schema."""

    specification: Specification
    kind: str
    shared: bool = False
    """Below a component of a response, which may hold what other operations show of the thing."""

    def below(self, shape: Shape) -> Level:
        shared = self.shared or (shape.shared and self.kind == "response fields")
        return Level(self.specification, self.kind, shared)


def compare_schema(expected: Any, shape: Shape, where: str, level: Level) -> Iterator[Finding]:
    """A field's words, a mapping of fields, or a list of variants."""
    level = level.below(shape)
    if isinstance(expected, str):
        if expected != OPEN:
            fact = parse_fact(expected)
            yield from compare_attributes(fact, shape, where, level.shared)
            described = "fields" in fact.flags or level.kind != "body fields"
            if "object" in fact.types and not described:
                yield from _open(shape, where, level)
    elif isinstance(expected, Mapping):
        yield from _object(expected, shape, where, level)
    else:
        yield from compare_variants(expected, shape, where, level)


def _open(shape: Shape, where: str, level: Level) -> Iterator[Finding]:
    """A request's object without described fields takes any: none may come from an example."""
    for name in sorted(shape.properties):
        yield Finding(level.kind, f"{where}.{name}", "extra", found="field of an open object")
    if isinstance(shape.additional, Mapping) and shape.additional:
        yield Finding(level.kind, f"{where}.*", "extra", found="values of one type")


def compare_variants(
    expected: Sequence[Mapping[str, Any]], shape: Shape, where: str, level: Level
) -> Iterator[Finding]:
    """Each described variant has an alternative with the same fields."""
    left = list(shape.alternatives)
    for variant in expected:
        match = next((item for item in left if set(item.properties) == set(variant)), None)
        label = f"{where} variant {{{', '.join(variant)}}}"
        if match is None:
            have = "; ".join(", ".join(item.properties) for item in left) or "no alternatives"
            yield Finding(level.kind, label, "wrong", "an alternative with these fields", have)
            continue
        left.remove(match)
        yield from _object(variant, match, label, level)
    for item in left:
        yield Finding(level.kind, where, "extra", found=f"variant {{{', '.join(item.properties)}}}")


def _object(
    expected: Mapping[str, Any], shape: Shape, where: str, level: Level
) -> Iterator[Finding]:
    if NULL in expected:
        yield _null(where, True, shape.nullable, level.shared)
    if "[]" in expected:
        yield _types(where, {"array"}, shape.types)
        items = _joined(shape.items, level.specification)
        yield from compare_schema(expected["[]"], items, f"{where}[]", level)
        return
    yield _types(where, {"object"}, shape.types)
    if "*" in expected:
        values: Any = {} if shape.additional is True else shape.additional
        if not isinstance(values, Mapping):
            have = ", ".join(shape.properties) or "no fields"
            yield Finding(level.kind, where, "wrong", "a map from any key", have)
            return
        value = level.specification.shape(values)
        yield from compare_schema(expected["*"], value, f"{where}.*", level)
        return
    stated = set()
    for key, value in expected.items():
        if key not in {OPEN, NOT, NULL}:
            field = _key(key, value)
            stated.add(field.name)
            yield from _field(field, value, shape, where, level)
    wrong = set(str(expected.get(NOT, "")).split(" "))
    for name in sorted(set(shape.properties) - stated):
        if name in wrong or not (OPEN in expected or level.shared):
            yield Finding(level.kind, f"{where}.{name}", "extra", found="field")


@dataclass(frozen=True, slots=True)
class _Field:
    name: str
    required: bool | None = None
    array: bool = False
    nullable: bool = False


def _field(field: _Field, value: Any, shape: Shape, where: str, level: Level) -> Iterator[Finding]:
    path = f"{where}.{field.name}"
    schemas = shape.properties.get(field.name)
    if schemas is None:
        yield Finding(level.kind, path, "missing", str(value))
        return
    yield Finding(level.kind, path, "right")
    if field.required is not None and (field.required or level.kind == "body fields"):
        yield equal("required", path, str(field.required), str(field.name in shape.required))
    member = _joined(schemas, level.specification)
    if not isinstance(value, str):
        yield _null(path, field.nullable, member.nullable, level.shared)
    if field.array:
        yield _types(path, {"array"}, member.types)
        member = _joined(member.items, level.specification)
        path += "[]"
    yield from compare_schema(value, member, path, level)


def _key(key: str, value: Any) -> _Field:
    """A key with its suffixes; plain values carry their requiredness themselves."""
    if isinstance(value, str):
        return _Field(key, None if value == OPEN else parse_fact(value).required)
    required = key.endswith("!")
    key = key.removesuffix("!")
    nullable = key.endswith("?")
    key = key.removesuffix("?")
    return _Field(key.removesuffix("[]"), required, key.endswith("[]"), nullable)


def _joined(schemas: Sequence[Any], specification: Specification) -> Shape:
    if len(schemas) == 1:
        return specification.shape(schemas[0])
    return specification.shape({"anyOf": list(schemas)}) if schemas else Shape()


def _types(where: str, expected: set[str], found: set[str]) -> Finding:
    want, have = "|".join(sorted(expected)), "|".join(sorted(found)) or "any"
    return equal("types", where, want, have)


def _null(where: str, expected: bool, found: bool, shared: bool) -> Finding:
    want = "nullable" if expected else "not nullable"
    have = "nullable" if found else "not nullable"
    return judged("nullable", where, want == have or (shared and found), want, have)


def compare_attributes(
    fact: Fact, shape: Shape, where: str, shared: bool = False
) -> Iterator[Finding]:
    """Type, null, default, enum, bounds and format of one value."""
    if fact.null_only:
        accepted = shape.nullable or not shape.types
        yield judged("nullable", where, accepted, "nullable", "|".join(sorted(shape.types)))
        return
    yield _type(fact, shape, where, shared)
    if "any" not in fact.types:
        yield _null(where, fact.nullable, shape.nullable, shared)
    if fact.items and shape.items:
        items = {name for schema in shape.items for name in _plain_types(schema)}
        yield _types(f"{where}[]", set(fact.items), items)
    elif fact.items:
        yield Finding("types", f"{where}[]", "missing", "|".join(fact.items))
    yield from _default(fact, shape, where)
    yield from _enum(fact, shape, where)
    if not fact.bounds_open:
        yield from _bounds("ranges", where, fact.bounds, shape.bounds)
    if not fact.length_open:
        yield from _bounds("ranges", f"length of {where}", fact.length, shape.length)
    if fact.format is not None:
        yield equal("formats", where, fact.format, shape.format or "none")


def _plain_types(schema: Any) -> list[str]:
    types = schema.get("type", []) if isinstance(schema, Mapping) else []
    return [types] if isinstance(types, str) else [name for name in types if name != "null"]


def _type(fact: Fact, shape: Shape, where: str, shared: bool) -> Finding:
    if fact.types == {"num"} or (shared and fact.types == {"integer"}):
        right = bool(shape.types) and shape.types <= {"integer", "number"}
        have = "|".join(sorted(shape.types)) or "any"
        return judged("types", where, right, "integer or number", have)
    if "any" in fact.types:
        return _types(where, {"any"}, shape.types)
    return _types(where, set(fact.types), shape.types)


def _default(fact: Fact, shape: Shape, where: str) -> Iterator[Finding]:
    if fact.default_state == "open":
        return
    if fact.default_state == "none":
        if shape.default is not UNSET and shape.default is not None:
            yield Finding("defaults", where, "extra", found=repr(shape.default))
    elif shape.default is UNSET:
        yield Finding("defaults", where, "missing", repr(fact.default))
    else:
        same = shape.default == fact.default and type(shape.default) is type(fact.default)
        yield judged("defaults", where, same, repr(fact.default), repr(shape.default))


def _enum(fact: Fact, shape: Shape, where: str) -> Iterator[Finding]:
    if fact.enum_open:
        return
    if fact.enum is None:
        if shape.enum is not None:
            yield Finding("enums", where, "extra", found=", ".join(sorted(shape.enum)))
    elif shape.enum is None:
        yield Finding("enums", where, "missing", ", ".join(sorted(fact.enum)))
    else:
        want, have = ", ".join(sorted(fact.enum)), ", ".join(sorted(shape.enum))
        yield equal("enums", where, want, have)


def _bounds(
    kind: str, where: str, expected: tuple[Any, Any], found: tuple[Any, Any]
) -> Iterator[Finding]:
    for side, want, have in zip(("minimum", "maximum"), expected, found, strict=True):
        label = f"{side} of {where}"
        if want is None:
            if have is not None:
                yield Finding(kind, label, "extra", found=str(have))
        elif have is None:
            yield Finding(kind, label, "missing", f"{want:g}")
        else:
            yield judged(kind, label, float(have) == want, f"{want:g}", str(have))
