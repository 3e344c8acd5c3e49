"""Values for calls, made from a document: its own examples where they are valid, else the schema.

The same document gives the same values. What is made is checked against the schema before it is
used, because documented examples don't always fit (spec dialect, traps 13 and 14).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import hypothesis
import hypothesis.strategies as st
from hypothesis.errors import NoSuchExample
from openapi_schema_validator import OAS31Validator, oas31_format_checker

from .specs import Spec

MISSING: Any = object()
"""No value could be made."""

_DEEPEST = 5
"""Optional fields below this depth are left out; recursive schemas end here."""

_FORMATS: Mapping[str, str] = {
    "date-time": "2026-01-02T03:04:05Z",
    "date": "2026-01-02",
    "time": "03:04:05Z",
    "duration": "PT5M",
    "email": "someone@example.com",
    "hostname": "host.example.com",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "uri": "https://example.com/some/where",
    "url": "https://example.com/some/where",
    "uri-reference": "some/where",
    "uuid": "6f0e7a52-9d1c-4c3a-8b7e-2d4f5a6b7c8d",
    "byte": "c29tZSBieXRlcw==",
    "base64": "c29tZSBieXRlcw==",
}


class ValueMaker:
    """Makes values for the schemas of one document."""

    def __init__(self, spec: Spec) -> None:
        self._spec = spec
        self._root = {k: v for k, v in spec.document.items() if k in ("components", "paths")}

    def fits(self, value: Any, schema: Any) -> bool:
        """Whether ``value`` is valid, references and formats included."""
        if not isinstance(schema, Mapping):
            return schema is not False
        # The schema becomes the root of its own document, so that "#/components/…" is found.
        rooted = {**self._root, **schema}
        validator = OAS31Validator(rooted, format_checker=oas31_format_checker)
        return bool(validator.is_valid(value))

    def parameter(self, parameter: Mapping[str, Any]) -> Any:
        """A value for a parameter, or MISSING."""
        schema = schema_of(parameter)
        candidates = [*_examples(parameter), self.make(schema)]
        return self._first_fit(candidates, schema)

    def body(self, media: Mapping[str, Any]) -> Any:
        """A value for a body: the richest one that is valid, or MISSING."""
        schema = media.get("schema", {})
        full = self.make(schema)
        # Examples first where they say as much as the schema allows, else the fuller value.
        candidates = [*_examples(media), full]
        candidates.sort(key=_size, reverse=True)
        return self._first_fit([*candidates, self.make(schema, optional=False)], schema)

    def required_only(self, media: Mapping[str, Any]) -> Any:
        """The smallest valid body, or MISSING."""
        schema = media.get("schema", {})
        return self._first_fit(
            [self.make(schema, optional=False), *_examples(media), self.make(schema)], schema
        )

    def _first_fit(self, candidates: list[Any], schema: Any) -> Any:
        for candidate in candidates:
            if candidate is not MISSING and self.fits(candidate, schema):
                return candidate
        return MISSING

    def make(self, schema: Any, *, optional: bool = True, depth: int = 0) -> Any:
        """A value made from ``schema``, with its optional fields or without."""
        schema = self._spec.resolve(schema)
        if not isinstance(schema, Mapping):
            return "anything"
        for candidate in self._stated(schema):
            if self.fits(candidate, schema):
                return candidate
        value = self._made(schema, optional, depth)
        if value is not MISSING and not self.fits(value, schema) and optional:
            without = self._made(schema, False, depth)
            if self.fits(without, schema):
                return without
        return value

    def _stated(self, schema: Mapping[str, Any]) -> Iterator[Any]:
        if "const" in schema:
            yield schema["const"]
        yield from _examples(schema)
        yield from (value for value in schema.get("enum", ()) if value is not None)
        if "default" in schema:
            yield schema["default"]

    def _made(self, schema: Mapping[str, Any], optional: bool, depth: int) -> Any:
        if "allOf" in schema:
            return self.make(self._merged(schema), optional=optional, depth=depth)
        for key in ("oneOf", "anyOf"):
            if key in schema:
                return self._branch(schema, key, optional, depth)
        match _type_of(schema):
            case "object":
                return self._object(schema, optional, depth)
            case "array":
                count = max(1, schema.get("minItems", 0))
                if depth > _DEEPEST and not schema.get("minItems"):
                    return []
                item = self.make(schema.get("items", {}), optional=optional, depth=depth + 1)
                return [item] * count
            case "string":
                return _string(schema)
            case "integer":
                return _number(schema, whole=True)
            case "number":
                return _number(schema, whole=False)
            case "boolean":
                return True
            case "null":
                return None
            case _:
                return "anything"

    def _merged(self, schema: Mapping[str, Any]) -> dict[str, Any]:
        merged: dict[str, Any] = {k: v for k, v in schema.items() if k != "allOf"}
        for part in schema["allOf"]:
            part = self._spec.resolve(part)
            if "allOf" in part:
                part = self._merged(part)
            for key, value in part.items():
                if key == "properties":
                    merged[key] = {**value, **merged.get(key, {})}
                elif key == "required":
                    merged[key] = [*merged.get(key, ()), *value]
                else:
                    merged.setdefault(key, value)
        return merged

    def _branch(self, schema: Mapping[str, Any], key: str, optional: bool, depth: int) -> Any:
        siblings = {k: v for k, v in schema.items() if k != key}
        last: Any = MISSING
        for branch in schema[key]:
            branch = self._spec.resolve(branch)
            if not isinstance(branch, Mapping) or branch.get("type") == "null":
                continue
            merged = self._merged({**siblings, "allOf": [branch]})
            value = self.make(merged, optional=optional, depth=depth)
            if self.fits(value, schema):
                return value
            last = value
        return last

    def _object(self, schema: Mapping[str, Any], optional: bool, depth: int) -> Any:
        required = set(schema.get("required", ()))
        value: dict[str, Any] = {}
        for name, inner in schema.get("properties", {}).items():
            if self._spec.resolve(inner).get("readOnly") and name not in required:
                continue
            if name in required or (optional and depth <= _DEEPEST):
                value[name] = self.make(inner, optional=optional, depth=depth + 1)
        # An object without known fields is a free one, as is one that says so.
        extra = schema.get("additionalProperties", "properties" not in schema)
        if extra is not False and (optional or not value) and depth <= _DEEPEST:
            inner = extra if isinstance(extra, Mapping) else {}
            value.setdefault("some-key", self.make(inner, optional=optional, depth=depth + 1))
        for name in required - value.keys():
            value[name] = "anything"
        return {name: item for name, item in value.items() if item is not MISSING}


def _examples(node: Mapping[str, Any]) -> Iterator[Any]:
    """Examples of a parameter, a media type or a schema, the official double wrapping removed."""
    if "example" in node:
        yield node["example"]
    examples = node.get("examples", {})
    if isinstance(examples, list):
        yield from examples
    elif isinstance(examples, Mapping):
        for example in examples.values():
            if isinstance(example, Mapping) and "value" in example:
                value = example["value"]
                if isinstance(value, Mapping) and value.keys() == {"summary", "value"}:
                    value = value["value"]
                yield value


def text_of(value: Any) -> str:
    """A scalar as it stands in a URL or a header."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ",".join(map(text_of, value))
    return str(value)


def schema_of(parameter: Mapping[str, Any]) -> Any:
    """The schema of a parameter, which may stand under its one media type."""
    for media in parameter.get("content", {}).values():
        return media.get("schema", {})
    return parameter.get("schema", {})


def examples_of(media: Mapping[str, Any]) -> list[Any]:
    """The documented examples of a media type, in documented order."""
    return list(_examples(media))


def _size(value: Any) -> int:
    if value is MISSING:
        return -1
    return len(json.dumps(value, default=str)) if isinstance(value, dict | list) else 0


def _type_of(schema: Mapping[str, Any]) -> str | None:
    stated = schema.get("type")
    if isinstance(stated, list):
        stated = next((name for name in stated if name != "null"), "null")
    if stated is None:
        if "properties" in schema or "additionalProperties" in schema:
            return "object"
        if "items" in schema:
            return "array"
        if "pattern" in schema or "minLength" in schema:
            return "string"
    return stated


def _string(schema: Mapping[str, Any]) -> Any:
    if schema.get("format") == "binary":
        return "some bytes"
    low, high = schema.get("minLength", 0), schema.get("maxLength")
    pattern = schema.get("pattern")
    if pattern is not None:
        return _matching(pattern, low, high)
    text = _FORMATS.get(schema.get("format", ""), "some text")
    text += "x" * (low - len(text))
    return text if high is None else text[:high]


@cache
def _matching(pattern: str, low: int, high: int | None) -> Any:
    """The simplest text of a fitting length that matches; MISSING for a pattern ``re`` can't read.

    JSON Schema patterns aren't anchored and are ECMA 262's; what Python can't compile is skipped.
    """
    try:
        compiled = re.compile(pattern, re.ASCII)
    except re.error:
        return MISSING
    strategy = st.from_regex(compiled).filter(
        lambda text: (
            len(text) >= low
            and (high is None or len(text) <= high)
            and text.isprintable()
            and text.strip() == text
        )
    )
    settings = hypothesis.settings(
        derandomize=True,
        database=None,
        deadline=None,
        max_examples=2000,
        phases=[hypothesis.Phase.generate, hypothesis.Phase.shrink],
        suppress_health_check=[
            hypothesis.HealthCheck.filter_too_much,
            hypothesis.HealthCheck.too_slow,
        ],
    )
    try:
        return hypothesis.find(strategy, bool, settings=settings)
    except NoSuchExample:
        return MISSING


def _number(schema: Mapping[str, Any], *, whole: bool) -> float | int:
    step = schema.get("multipleOf", 1)
    low = schema.get("minimum")
    if "exclusiveMinimum" in schema:
        low = schema["exclusiveMinimum"] + step
    high = schema.get("maximum")
    if "exclusiveMaximum" in schema:
        high = schema["exclusiveMaximum"] - step
    value = 1 if whole else 1.5
    if low is not None and value < low:
        value = low
    if high is not None and value > high:
        value = high
    if "multipleOf" in schema:
        value = -(-value // step) * step
    return int(value) if whole else value
