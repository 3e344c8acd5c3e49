"""Kinds of stream: server-sent events, NDJSON, WebSocket, bytes."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from .facts import Schema
from .payloads import is_binary_type
from .shapes import schema_from_examples, tidy
from .shapes.examples import INFERRED

_WEBSOCKET = re.compile(
    r"\bwebsocket (?:upgrade endpoint|terminal connection)\b|\buses the websocket protocol\b"
    r"|\b(?:an|the) HTTP connection to a websocket\b|\bconnection is upgraded to a websocket\b"
    r"|\b(?:opens?|establish(?:es)?) a websocket connection\b|^open a websocket\b",
    re.I,
)
_EVENTS = re.compile(
    r"\btext/event-stream\b|\bserver-sent[- ]events?\b[^.]*\bstream|\bSSE stream\b"
    r"|\bstream\w*\b[^.]*\b(?:via|over|as|using) (?:server-sent events|SSE)\b",
    re.I,
)
_ELSEWHERE = re.compile(r"\bunavailable\b|\bpoll\b|\binstead of\b", re.I)
_LINES = re.compile(r"\bas NDJSON\b", re.I)


_EVENT_STREAM = "text/event-stream"
_OR_JSON = re.compile(r"\bJSON response\b|\bor JSON\b", re.I)


def stream_kind(
    method: str,
    texts: Sequence[str],
    responses: Mapping[str, Mapping[str, Any]],
) -> str | None:
    """What comes back: ``websocket``, ``sse``, ``ndjson`` or ``binary``; None for all else.

    ``texts`` are the title and the introduction, ``responses`` the Response Objects.
    """
    success = {status: r for status, r in responses.items() if int(status) < 400}
    media = [m for response in success.values() for m in response.get("content", {})]
    if "101" in responses or (method == "GET" and _any(_WEBSOCKET, texts)):
        return "websocket"
    if _any(_EVENTS, texts):
        return "sse"
    if media == ["application/x-ndjson"] or _any(_LINES, texts):
        return "ndjson"
    first = min(success, default="")
    shown = success.get(first, {}).get("content", {})
    if any(_is_bytes(name, part, shown) for name, part in shown.items()):
        return "binary"
    return None


def _is_bytes(media: str, part: Mapping[str, Any], content: Mapping[str, Any]) -> bool:
    """Bytes come back; beside a JSON body only if the response itself says so."""
    return is_binary_type(media) and ("application/json" not in content or "x-inferred" not in part)


def _any(pattern: re.Pattern[str], texts: Sequence[str]) -> bool:
    sentences = [s for text in texts for s in re.split(r"(?<=[.!?])\s+", text)]
    return any(pattern.search(s) and not _ELSEWHERE.search(s) for s in sentences)


def with_stream_media(
    responses: Mapping[str, Any], kind: str, texts: Sequence[str]
) -> dict[str, Any]:
    """The responses with the media type of the stream in their success."""
    media = {"sse": _EVENT_STREAM, "ndjson": "application/x-ndjson"}.get(kind)
    result = dict(responses)
    if media is None:
        return result
    status = next((s for s in sorted(result) if int(s) < 300), None)
    if status and media not in result[status].get("content", {}):
        shown = result[status].get("content", {})
        # The example of a pure stream is one of its events.
        kept = shown if any(_OR_JSON.search(text) for text in texts) else {}
        content = {media: {"schema": {"type": "string"}}, **kept}
        one = {} if kept else shown.get("application/json", {})
        if media == _EVENT_STREAM and "example" in one:
            items = {"properties": {"data": _data(one["schema"])}, "x-inferred": INFERRED}
            content[media]["x-item-schema"] = items
        result[status] = {**result[status], "content": content}
    if status and media == _EVENT_STREAM:
        content = dict(result[status]["content"])
        found = item_schema(content[media].get("example"))
        if found is not None:
            content[media] = {**content[media], "x-item-schema": found}
            result[status] = {**result[status], "content": content}
    return result


def item_schema(example: object) -> Schema | None:
    """What the events of an example are, as OpenAPI 3.2 says it in ``itemSchema``.

    One variant for each name, in the order of the example; None if no data in it is JSON.
    """
    if not isinstance(example, str):
        return None
    values: dict[str, list[Any]] = {}
    for block in re.split(r"\n{2,}", example.replace("\r\n", "\n")):
        fields = [line.partition(":") for line in block.splitlines()]
        names = [value.strip() for key, _, value in fields if key.strip() == "event"]
        data = "\n".join(value for key, _, value in fields if key.strip() == "data")
        try:
            values.setdefault(names[-1] if names else "", []).append(json.loads(data))
        except ValueError:
            continue
    variants = [_variant(name, shown) for name, shown in values.items() if shown]
    if not variants:
        return None
    whole = variants[0] if len(variants) == 1 else {"oneOf": variants}
    return {**whole, "x-inferred": INFERRED}


def _variant(name: str, values: Sequence[Any]) -> Schema:
    event = {"event": {"const": name}} if name else {}
    data = _data(tidy(schema_from_examples(values, context="")))
    return {"properties": {**event, "data": data}}


def _data(schema: Schema) -> Schema:
    """The data of an event: text that holds JSON (OpenAPI 3.2, section 4.14.3)."""
    content = {key: value for key, value in schema.items() if key != "x-inferred"}
    return {"type": "string", "contentMediaType": "application/json", "contentSchema": content}
