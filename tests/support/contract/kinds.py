"""What an operation speaks besides JSON, read from its document."""

from __future__ import annotations

from enum import Enum

from .specs import Spec, SpecOperation

EVENT_STREAM = "text/event-stream"
NDJSON = "application/x-ndjson"


class Kind(Enum):
    """A kind of call; the value is how the closing line of the run counts it."""

    EVENTS = "event streams"
    SWITCHED = "streams switched to JSON"
    LINES = "NDJSON"
    SOCKET = "sockets"
    DOWNLOAD = "downloads"
    UPLOAD = "uploads"
    RESUMABLE = "resumable uploads"
    PAGES = "paged lists followed"
    LINE_PAGES = "paged lists followed in NDJSON"


_STREAMS = ((EVENT_STREAM, Kind.EVENTS, "sse"), (NDJSON, Kind.LINES, "ndjson"))


def kinds_of(spec: Spec, operation: SpecOperation) -> frozenset[Kind]:
    """The kinds of an operation; most have none."""
    found: set[Kind] = set()
    if is_socket(operation):
        found.add(Kind.SOCKET)
    media_types = success_types(spec, operation)
    for media_type, kind, streamed in _STREAMS:
        if media_types == (media_type,) or operation.node.get("x-streaming") == streamed:
            found.add(kind)
    if is_download(spec, operation):
        found.add(Kind.DOWNLOAD)
    if "switch" in operation.node.get("x-stream", {}):
        found.add(Kind.SWITCHED)
    body = spec.resolve(operation.node.get("requestBody"))
    if body is not None and _is_upload(tuple(body["content"])):
        found.add(Kind.UPLOAD)
    if operation.method == "POST" and spec.document["paths"][operation.path_key].get("x-tus"):
        found.add(Kind.RESUMABLE)
    if "x-pagination" in operation.node:
        found.add(Kind.PAGES)
        if NDJSON in media_types and "trailer" in operation.node.get("x-stream", {}):
            found.add(Kind.LINE_PAGES)
    return frozenset(found)


def is_socket(operation: SpecOperation) -> bool:
    """Whether its success is an upgrade (RFC 9110, section 15.2.2)."""
    return "101" in operation.node.get("responses", {})


def is_download(spec: Spec, operation: SpecOperation) -> bool:
    """Whether its success is a file: the document says so, or it can be nothing else."""
    media_types = success_types(spec, operation)
    if operation.node.get("x-streaming") == "binary":
        return True
    return bool(media_types) and all(map(is_binary, media_types))


def success_types(spec: Spec, operation: SpecOperation) -> tuple[str, ...]:
    """Media types of all documented successes, in documented order."""
    found: dict[str, None] = {}
    for status, response in operation.node.get("responses", {}).items():
        if str(status).startswith("2"):
            found.update(dict.fromkeys(spec.resolve(response).get("content", {})))
    return tuple(found)


def is_json(media_type: str) -> bool:
    """Whether a media type is JSON: ``application/json`` or ``…+json``."""
    plain = media_type.partition(";")[0].strip().lower()
    return plain == "application/json" or plain.endswith("+json")


def is_binary(media_type: str) -> bool:
    """Whether it names bytes: octets, archives, pictures that are no text."""
    main, _, rest = media_type.partition("/")
    if main in ("image", "audio", "video"):
        return not rest.endswith("+xml")
    return media_type in ("application/octet-stream", "application/zip", "application/pdf")


def _is_upload(media_types: tuple[str, ...]) -> bool:
    """Whether bytes are sent; the fields of a form can be those of a JSON object as well."""
    forms = [name for name in media_types if name.startswith("multipart/")]
    raw = any(takes_files(name) and name not in forms for name in media_types)
    return raw or (bool(forms) and not any(map(is_json, media_types)))


def takes_files(media_type: str) -> bool:
    """Whether a request body of this type is bytes, or holds some."""
    return (
        media_type.startswith("multipart/")
        or media_type.endswith("octet-stream")
        or media_type == "*/*"
        or is_binary(media_type)
    )
