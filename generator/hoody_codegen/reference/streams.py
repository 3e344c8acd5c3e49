"""Kinds of stream: server-sent events, NDJSON, WebSocket, bytes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from .payloads import is_binary_type

_WEBSOCKET = re.compile(
    r"\bwebsocket (?:upgrade|endpoint|handshake|protocol|connection (?:for|that|upgraded))"
    r"|\bupgrade\w*\b[^.]*\bto (?:a |the )?websocket|\buses the websocket protocol"
    r"|\b(?:open|opens|establish\w*|connect\w*)\b[^.]*\bwebsocket\b",
    re.I,
)
_EVENTS = re.compile(
    r"\btext/event-stream\b|\bserver-sent events?\b[^.]*\bstream|\bserver-sent event stream\b"
    r"|\bstream\w*\b[^.]*\b(?:via|over|as|using) (?:server-sent events|SSE)\b|\bSSE stream\b",
    re.I,
)
_LINES = re.compile(r"\bNDJSON\b|\bnewline-delimited JSON\b|application/x-ndjson", re.I)


def stream_kind(
    method: str,
    texts: Sequence[str],
    responses: Mapping[str, Mapping[str, Any]],
    body: Mapping[str, Any] | None,
) -> str | None:
    """``websocket``, ``sse``, ``ndjson`` or ``binary``; None for everything else.

    ``texts`` are the title and the introduction, ``responses`` and ``body`` the OpenAPI objects.
    """
    success = {status: r for status, r in responses.items() if int(status) < 400}
    media = [m for response in success.values() for m in response.get("content", {})]
    if "101" in responses or (method == "GET" and _any(_WEBSOCKET, texts)):
        return "websocket"
    if "text/event-stream" in media or _any(_EVENTS, texts):
        return "sse"
    if "application/x-ndjson" in media or _any(_LINES, texts):
        return "ndjson"
    sent = list((body or {}).get("content", {}))
    if any(is_binary_type(m) or m.endswith("+octet-stream") or m == "*/*" for m in [*media, *sent]):
        return "binary"
    return None


def _any(pattern: re.Pattern[str], texts: Sequence[str]) -> bool:
    return any(pattern.search(text) for text in texts)
