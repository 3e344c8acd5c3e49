"""Request bodies: OpenAPI Request Body Objects (OAS 3.1.0, §4.8.13)."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from .anatomy import Anatomy, says_no_body
from .announce import part
from .blocks import Block, Kind, plain
from .body_prose import (
    named_schema,
    only_required,
    open_object,
    prose_alternatives,
    prose_fields,
)
from .facts import Schema
from .js_values import OPAQUE, read_arguments
from .nested import attach_parts
from .operations import Operation
from .payloads import is_binary_type, media_types
from .report import Ledger
from .samples import CurlCall, curl_calls, sdk_calls
from .schemas import example_schema, fields_schema, merged, undemanding
from .shape_tables import shape_schema
from .tables import is_field_table, is_shape_table

RequestBody = dict[str, Any]
JSON = "application/json"
_WITH_BODY = ("POST", "PUT", "PATCH")
_ANYTHING = re.compile(r"\bany content[- ]type\b", re.I)
_ANY_JSON = re.compile(r"\bany JSON (?:payload|value|body)\b", re.I)
_A_VALUE = re.compile(r"^(?:a|the) (?:raw )?value\b", re.I)
_NULL_REMOVES = re.compile(r"\bto `?null`? to (?:remove|clear|delete)\b", re.I)
_SENT_RAW = re.compile(r"\bsent\b[^.]*\b(?:raw|binary)\b[^.]*\brequest body\b", re.I)


@dataclass(slots=True)
class Samples:
    """Bodies that samples of calls send: from curl as sent, from SDK calls without parameters."""

    curl: list[Any] = field(default_factory=list)
    sdk: list[Any] = field(default_factory=list)
    calls: list[CurlCall] = field(default_factory=list)

    @property
    def values(self) -> list[Any]:
        return [*self.curl, *self.sdk]


Choice = tuple[frozenset[str], str]
"""Values that bullets list as the modes of something, and the one they call the default."""


@dataclass(slots=True)
class Body:
    """A request body, and the name of its schema where only the name is documented."""

    content: RequestBody
    schema_name: str = ""
    values: list[Any] = field(default_factory=list)
    required: list[str] = field(default_factory=list)
    path: str = ""
    choices: list[Choice] = field(default_factory=list)
    partial: bool = False
    tabled: bool = False
    nullable: bool = False


class BodyReader:
    """Reads the request bodies of operations."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def read(
        self, operation: Operation, anatomies: Sequence[Anatomy], parameters: Sequence[str]
    ) -> Body | None:
        """The body of an operation, or None if it has none; ``parameters`` are wire names."""
        texts = [b for a in anatomies for b in a.body.texts]
        tables = [t for a in anatomies for t in a.body.tables]
        fences = [f for a in anatomies for f in a.body.fences]
        samples = read_samples(operation, anatomies, parameters)
        headed = any(a.body.headed for a in anatomies)
        if not tables and not fences:
            around = [b for a in anatomies for b in (*a.parameter_texts, *a.intro)]
            if says_no_body([*texts, *(() if headed else around)]):
                return None
            if not headed and not self._is_implied(operation, anatomies, samples):
                return None
        for anatomy in anatomies:
            self._account(anatomy)
        around = [b for a in anatomies for b in (*a.intro, *a.parameter_texts)]
        return self._body(operation, texts, tables, fences, samples, around)

    def _account(self, anatomy: Anatomy) -> None:
        page = anatomy.section.page.name
        for labelled in anatomy.body.tables:
            self._ledger.use(page, labelled.block, "body fields")
        for labelled in anatomy.body.fences:
            self._ledger.use(page, labelled.block, "body example")
        for block in anatomy.body.texts:
            if block.kind is Kind.LIST:
                self._ledger.use(page, block, "body description")

    @staticmethod
    def _is_implied(operation: Operation, anatomies: Sequence[Anatomy], samples: Samples) -> bool:
        """Without a heading: a sample sends a body, or the text names its schema."""
        if operation.method not in _WITH_BODY:
            return False
        if samples.curl:
            return True
        texts = [b for a in anatomies for b in (*a.intro, *a.parameter_texts, *a.notes)]
        if named_schema(texts) or any(_SENT_RAW.search(block.text) for block in texts):
            return True
        said = re.compile(r"\b(?:JSON|request) body\b", re.I)
        return bool(samples.sdk) and any(said.search(block.text) for block in texts)

    def _body(
        self,
        operation: Operation,
        texts: Sequence[Block],
        tables: Sequence[Any],
        fences: Sequence[Any],
        samples: Samples,
        around: Sequence[Block],
    ) -> Body:
        content: dict[str, Any] = {}
        words = " ".join(plain(b.text) + " " + _listed(b) for b in texts)
        if tables:
            described = media_types(" ".join(s for s in _sentences(words) if _is_of_body(s)))
        else:
            described = media_types(words) or media_types(" ".join(plain(b.text) for b in around))
        description = " ".join(plain(b.text) for b in texts if b.text and not _is_label(b))
        shown = [value for fence in fences for value in _json_values(fence.block)]
        name = named_schema([*texts, *(() if tables or fences else around)])
        raw = [m for m in described if m != JSON]
        inferred = ""
        if _ANYTHING.search(words):
            raw = ["*/*", *raw]
        elif (
            tables
            or shown
            or not raw
            or JSON in described
            or _is_free(samples, described)
            or prose_alternatives(texts)
        ):
            schema, inferred = self._schema(operation, texts, tables, shown, samples, around)
            media = JSON
            if "application/x-www-form-urlencoded" in raw:
                media = "application/x-www-form-urlencoded"
                raw = []
            content[media] = _media(schema, fences, shown, samples)
        for media in raw:
            content[media] = {"schema": _raw(media)}
        body: RequestBody = {}
        if description:
            body["description"] = description
        body["content"] = content
        body["required"] = _is_required(words)
        if inferred:
            body["x-inferred"] = inferred
        if name and not tables and JSON in content:
            values = list(shown) or samples.values
            choices = [found for block in around if (found := _choice(block))]
            return Body(body, name, values, only_required(texts), operation.path, choices)
        return Body(
            body,
            partial=operation.method == "PATCH" and JSON in content,
            tabled=bool(tables),
            nullable=bool(_NULL_REMOVES.search(words)),
        )

    def _schema(
        self,
        operation: Operation,
        texts: Sequence[Block],
        tables: Sequence[Any],
        shown: Sequence[Any],
        samples: Samples,
        around: Sequence[Block],
    ) -> tuple[Schema, str]:
        context = " ".join(plain(block.text) for block in texts)
        shapes = [t.block for t in tables if is_shape_table(t.block)]
        if shapes:
            return shape_schema(shapes[0]), ""
        alternatives = prose_alternatives(texts)
        if alternatives:
            return alternatives, ""
        fields = [t for t in tables if is_field_table(t.block)]
        if fields:
            schema = attach_parts(fields_schema([fields[0].block]), fields[1:], texts)
            known = set(schema.get("properties", {}))
            values = [*shown, *(_only(value, known) for value in samples.values)]
            return merged(schema, values, context), ""
        values = list(shown) or samples.curl or samples.sdk
        if any(_ANY_JSON.search(b.text) or _A_VALUE.search(b.text) for b in texts):
            return {}, ""
        told = prose_fields(texts or around)
        schema = open_object(texts)
        inferred = ""
        if values:
            shape = example_schema(values, context)
            schema = {**undemanding(shape), **schema}
            inferred = str(schema.pop("x-inferred", ""))
            if not shown:
                inferred = "schema from the samples"
            names = list(shape.get("properties", {}))
            if "additionalProperties" not in schema and _is_whole(names, operation, around):
                schema["required"] = names
        if told:
            schema = merged(told, values, context)
        required = only_required(texts)
        if required:
            schema["required"] = required
        return schema or {"type": "object"}, inferred


_OF_BODY = re.compile(r"\bbody\b|\bsend\b|\bsent\b", re.I)


def _is_of_body(sentence: str) -> bool:
    return bool(_OF_BODY.search(sentence)) and "response" not in sentence.lower()


def _sentences(text: str) -> list[str]:
    return re.split(r"(?<=[.!?])\s+", text)


def _is_whole(names: Sequence[str], operation: Operation, around: Sequence[Block]) -> bool:
    """Whether the one field of a sample is all there is, so that it must be sent."""
    if len(names) != 1:
        return False
    shown = any(f'`{{"{names[0]}"' in block.text for block in around)
    return operation.method != "PATCH" or shown


def _choice(block: Block) -> Choice | None:
    """Bullets such as ``- `sync` (default): waits for the end``."""
    found = [re.match(r"`(?P<value>[^`]+)`(?P<default> \(default\))?", i.text) for i in block.items]
    values = [match for match in found if match]
    default = [match.group("value") for match in values if match.group("default")]
    if len(values) != len(block.items) or len(default) != 1:
        return None
    return frozenset(match.group("value") for match in values), default[0]


def _is_free(samples: Samples, described: Sequence[str]) -> bool:
    """A sample sends JSON although the text names another type: both are accepted."""
    return bool(samples.curl) and "application/x-www-form-urlencoded" not in described


def _listed(block: Block) -> str:
    return " ".join(plain(item.text) for item in block.items)


def _is_label(block: Block) -> bool:
    text = block.text.strip()
    return (text.startswith("**") and text.rstrip(":").endswith("**")) or part(text) is not None


def _only(value: Any, names: set[str]) -> Any:
    """A sample's body without what the table doesn't know: samples invent fields."""
    if not isinstance(value, dict):
        return {}
    return {key: part for key, part in value.items() if key in names}


def _raw(media: str) -> Schema:
    if media == "multipart/form-data":
        part = {"type": "string", "format": "binary"}
        return {"type": "object", "properties": {"file": part}, "x-inferred": "name of the part"}
    if media == "*/*" or is_binary_type(media) or media.endswith("+octet-stream"):
        return {"type": "string", "format": "binary"}
    return {"type": "string"}


def _json_values(block: Block) -> list[Any]:
    try:
        return [json.loads(block.text)]
    except ValueError:
        return []


def _media(
    schema: Schema, fences: Sequence[Any], shown: Sequence[Any], samples: Samples
) -> dict[str, Any]:
    content: dict[str, Any] = {"schema": schema}
    examples: dict[str, Any] = {}
    for position, (fence, value) in enumerate(zip(fences, shown, strict=False), 1):
        label = re.sub(r"^examples?:? *", "", fence.label, flags=re.I)
        key = re.sub(r"[^A-Za-z0-9]+", "-", label).strip("-").lower() or f"example{position}"
        examples.setdefault(key, {"summary": label, "value": value} if label else {"value": value})
    if not examples and samples.curl:
        examples["curl"] = {"value": samples.curl[0]}
    if len(examples) == 1:
        content["example"] = next(iter(examples.values()))["value"]
    elif examples:
        content["examples"] = examples
    return content


_OPTIONAL = re.compile(
    r"\boptional\b[^.]{0,60}\b(?:body|payload)\b|\b(?:body|payload) is optional\b|\bempty POST\b"
    r"|\bno body\b|\brequired (?:only )?when\b",
    re.I,
)


def _is_required(words: str) -> bool:
    return not _OPTIONAL.search(words)


def read_samples(
    operation: Operation, anatomies: Sequence[Anatomy], parameters: Sequence[str]
) -> Samples:
    """What the samples of an operation send in their bodies."""
    samples = Samples()
    for anatomy in anatomies:
        for block in anatomy.curl:
            for call in curl_calls(block):
                samples.calls.append(call)
                value = call.json_body()
                if isinstance(value, dict | list) and call.method == operation.method:
                    samples.curl.append(value)
        for block in anatomy.sdk:
            for sdk in sdk_calls(block)[:1]:
                value = _sdk_body(sdk.arguments, parameters)
                if value:
                    samples.sdk.append(value)
    return samples


def _sdk_body(arguments: str, parameters: Sequence[str]) -> Any:
    objects = [value for value in read_arguments(arguments) if isinstance(value, dict)]
    if not objects:
        return None
    value = objects[-1]
    if isinstance(value.get("data"), dict | list):
        return value["data"]
    known = {_folded(name) for name in parameters}
    return {
        key: part for key, part in value.items() if _folded(key) not in known and part is not OPAQUE
    }


def _folded(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def sends_bytes(body: RequestBody) -> bool:
    """Whether a body can be something else than text."""
    return any(media == "*/*" or is_binary_type(media) for media in body["content"])
