"""What a media type says about a body. It has more weight than the schema: documents describe
pictures as objects."""

from __future__ import annotations

from ..ir import Content, ResultKind, ScalarKind, ScalarType, StreamKind

_TEXT = frozenset(
    {
        "application/graphql",
        "application/javascript",
        "application/sql",
        "application/toml",
        "application/x-javascript",
        "application/x-ndjson",
        "application/x-sh",
        "application/x-www-form-urlencoded",
        "application/x-yaml",
        "application/xml",
        "application/yaml",
    }
)
_STREAMS = {
    "text/event-stream": StreamKind.SSE,
    "application/x-ndjson": StreamKind.NDJSON,
    "application/ndjson": StreamKind.NDJSON,
    "application/jsonl": StreamKind.NDJSON,
    "application/jsonlines": StreamKind.NDJSON,
    "application/json-seq": StreamKind.NDJSON,
}


def base_type(media_type: str) -> str:
    """The media type without its parameters."""
    return media_type.partition(";")[0].strip()


def stream_of(media_type: str) -> StreamKind | None:
    return _STREAMS.get(base_type(media_type))


def kind_of(content: Content) -> ResultKind:
    """How a body of this media type is given to the caller."""
    name = base_type(content.media_type)
    if name in ("application/json", "text/json") or name.endswith("+json"):
        return ResultKind.JSON
    if name.startswith("text/") or name in _TEXT or name.endswith(("+xml", "+yaml")):
        return ResultKind.TEXT
    if name in _STREAMS:
        return ResultKind.TEXT
    if name in ("*/*", "application/*"):
        return _by_schema(content)
    return ResultKind.BINARY


def _by_schema(content: Content) -> ResultKind:
    if content.type is None or content.type == ScalarType(ScalarKind.BINARY):
        return ResultKind.BINARY
    if isinstance(content.type, ScalarType) and content.type.kind is ScalarKind.STRING:
        return ResultKind.TEXT
    return ResultKind.JSON
