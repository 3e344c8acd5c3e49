"""Bodies of responses: media types, schemas and examples (OAS 3.1.0, §4.8.14)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from .blocks import Block
from .facts import Schema
from .media import content_types, said_type
from .payloads import Payload, is_binary_type
from .schemas import (
    as_map,
    example_schema,
    fields_schema,
    merged_everywhere,
    merged_within,
)
from .stated import nullable_response, optional_response, with_stated_values
from .statuses import tells_success
from .tables import ErrorRow

BODYLESS = {101, 204, 205, 304}


@dataclass(slots=True)
class SharedShape:
    """A table of a page that describes a shape which its operations share."""

    schema: Schema
    uses: int = 0


@dataclass(slots=True)
class Collected:
    """Everything that is said about one status of an operation."""

    texts: list[str] = field(default_factory=list)
    payloads: list[Payload] = field(default_factory=list)
    tables: list[Block] = field(default_factory=list)
    errors: list[ErrorRow] = field(default_factory=list)
    headers: dict[str, dict[str, Any]] = field(default_factory=dict)
    reasons: list[str] = field(default_factory=list)
    shapes: Sequence[SharedShape] = ()
    keyed: Sequence[str] = ()
    around: Sequence[str] = ()


def response_content(
    status: int, entry: Collected, context: str, texts: Sequence[str]
) -> dict[str, Any]:
    if status in BODYLESS or 300 <= status < 400:
        return {}
    content: dict[str, Any] = {}
    for payload in entry.payloads:
        content |= {media: dict(part) for media, part in payload.content.items()}
    values = [payload.value for payload in entry.payloads if payload.is_json]
    if values or entry.tables:
        content["application/json"] = _json_content(values, entry, context)
    for payload in entry.payloads:
        if payload.is_json or (payload.leaked and not payload.media_type):
            continue
        said = said_type(texts) if status < 400 and payload.media_type != "text/html" else None
        if status < 400 and payload.media_type == "text/plain" and _is_bytes(entry.texts):
            continue  # Text that stands for bytes, "shown for illustration".
        for media in [said or payload.media_type] if payload.media_type else []:
            part = content.setdefault(media, _raw_schema(media, payload))
            if payload.text is not None and not payload.binary and len(payload.text) > 1:
                part.setdefault("example", payload.text)
    if status < 400:
        undecided = [p for p in entry.payloads if p.binary and not p.media_type]
        said = said_type(texts)
        if undecided and said:
            content.setdefault(said, _raw_schema(said, None))
            undecided = []
        around = [] if undecided else texts
        has_json = bool(values)
        for media in content_types(entry.texts, around, has_json, has_content=bool(content)):
            fallback: dict[str, Any] = (
                {"schema": {}} if _is_json(media) else _raw_schema(media, None)
            )
            if media not in content_types(entry.texts, [], has_json, has_content=False):
                fallback["x-inferred"] = "media type from the description"
            content.setdefault(media, fallback)
        if not content and _returns_something(entry, texts):
            content["application/json"] = {"schema": {}, "x-inferred": "content from the words"}
        if undecided and not any(is_binary_type(media) for media in content):
            content["application/octet-stream"] = _raw_schema("application/octet-stream", None)
    return content


def _is_json(media: str) -> bool:
    return media == "application/json" or media.endswith("+json")


_RETURNS = re.compile(
    r"^(?:returns?|retrieves?|lists?|gets?)\b|\breturns the\b|\bbut reports\b", re.I
)


def _returns_something(entry: Collected, texts: Sequence[str]) -> bool:
    """A leaked description without a type, of an operation that the text says returns something."""
    described = [p for p in entry.payloads if p.leaked and p.description and not p.headers]
    if not described or any("header" in p.description.lower() for p in described):
        return False
    if any(tells_success(p.description) for p in described):
        return False
    return any(_RETURNS.search(text) for text in texts)


def _is_bytes(texts: Sequence[str]) -> bool:
    found = content_types(texts, [], has_json=False, has_content=False)
    return any(is_binary_type(media) for media in found)


def _raw_schema(media: str, payload: Payload | None) -> dict[str, Any]:
    if is_binary_type(media) or (payload is not None and payload.binary):
        return {"schema": {"type": "string", "format": "binary"}}
    return {"schema": {"type": "string"}}


def _json_content(values: Sequence[Any], entry: Collected, context: str) -> dict[str, Any]:
    schema = example_schema(values, context) if values else {"type": "object"}
    for table in entry.tables:
        schema = merged_within(schema, fields_schema([table]))
    schema = nullable_response(schema, entry.around)
    schema = optional_response(schema, [*entry.texts, *entry.around])
    schema = with_stated_values(schema, [*entry.texts, *entry.around])
    for name in entry.keyed:
        schema = as_map(schema, name)
    for shape in entry.shapes:
        schema, found = merged_everywhere(schema, shape.schema)
        shape.uses += found
    content: dict[str, Any] = {"schema": schema}
    distinct: list[Any] = []
    for value in values:
        if value not in distinct:
            distinct.append(value)
    if len(distinct) == 1:
        content["example"] = distinct[0]
    elif distinct:
        content["examples"] = {
            f"example{position}": {"value": value} for position, value in enumerate(distinct, 1)
        }
    return content
