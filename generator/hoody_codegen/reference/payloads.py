"""What a fence shows: a JSON body, raw HTTP, markup, bytes, or a leaked piece of OpenAPI."""

from __future__ import annotations

import html
import json
import re
from dataclasses import dataclass, field
from typing import Any

from .blocks import Block
from .js_values import read_arguments

MEDIA_TYPE = re.compile(
    r"(?<![\w/.])((?:application|text|image|audio|video|multipart|font)/[\w.+*-]+)(?![\w/])"
)

_BY_LANGUAGE = {
    "html": "text/html",
    "xml": "application/xml",
    "yaml": "application/yaml",
    "javascript": "application/javascript",
    "js": "application/javascript",
    "css": "text/css",
    "text": "text/plain",
    "": "text/plain",
}
_BINARY_NOTE = re.compile(
    r"^\s*(?:<(?:raw )?binary\b[^<>]*>|\((?:raw )?binary\b[^()]*\)|binary \w+ data"
    r"|<[^<>/!=]+ [^<>=]+>)\s*$",
    re.I,
)
_STATUS_LINE = re.compile(r"^HTTP/[\d.]+ (\d{3})[^\n]*\n?")
_HEADER_LINE = re.compile(r"^([A-Za-z][A-Za-z0-9-]*): *(.*)$")
_EVENTS = re.compile(r"^(?:event|data|id|retry|:)(?::| |$)", re.M)


@dataclass(slots=True)
class Payload:
    """The content of a fence.

    ``value`` is the parsed JSON when ``is_json``; ``text`` the raw text otherwise (None for bytes
    and for no content). ``description``, ``headers`` and ``content`` come from leaked OpenAPI.
    """

    is_json: bool = False
    value: Any = None
    text: str | None = None
    status: int | None = None
    media_type: str = ""
    binary: bool = False
    description: str = ""
    headers: dict[str, dict[str, Any]] = field(default_factory=dict)
    content: dict[str, Any] = field(default_factory=dict)
    leaked: bool = False
    broken: str = ""


def read_payload(fence: Block) -> Payload:
    """Read a fence that stands for a body."""
    text = fence.text.strip("\n")
    if _STATUS_LINE.match(text):
        return _http(text)
    if fence.info == "json":
        return _json(text)
    if _BINARY_NOTE.match(text):
        return Payload(binary=True)
    if fence.info == "http" or re.match(r"content-type:", text, re.I):
        return _http(text)
    if fence.info in ("", "text") and _looks_like_json(text):
        return _json(text)
    media = _BY_LANGUAGE.get(fence.info, "text/plain")
    if media == "text/plain" and text.startswith(("<!DOCTYPE", "<html")):
        media = "text/html"
    if media == "text/plain" and _is_event_stream(text):
        media = "text/event-stream"
    return Payload(text=html.unescape(text), media_type=media)


def _is_event_stream(text: str) -> bool:
    lines = [line for line in text.split("\n") if line.strip()]
    return bool(lines) and all(_EVENTS.match(line) for line in lines[:3])


def _looks_like_json(text: str) -> bool:
    if text[:1] not in "{[":
        return False
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def _json(text: str) -> Payload:
    if not text.strip():
        return Payload()
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        values = read_arguments(text)
        if len(values) == 1 and isinstance(values[0], dict | list):
            broken = f"not JSON ({error.msg}); read as a JavaScript literal"
            return Payload(True, values[0], media_type="application/json", broken=broken)
        broken = f"not JSON ({error.msg}); kept as text"
        return Payload(text=text, media_type="application/json", broken=broken)
    leaked = _leaked(value)
    if leaked:
        return leaked
    return Payload(is_json=True, value=value, media_type="application/json")


_OPENAPI_KEYS = {"description", "content", "headers", "schema"}


def _leaked(value: Any) -> Payload | None:
    """A Response Object that the documentation printed where an example belongs."""
    if not isinstance(value, dict) or not value:
        return None
    if set(value) <= _OPENAPI_KEYS and isinstance(value.get("description"), str):
        rest = [value[key] for key in value if key != "description"]
        if all(isinstance(part, dict) for part in rest):
            return _from_response_object(value)
    media = value.get("type")
    if isinstance(media, str) and MEDIA_TYPE.fullmatch(media):
        headers = {k: {"example": v} for k, v in value.items() if k.startswith("X-")}
        rest_keys = set(value) - {"type", "content"} - set(headers)
        if not rest_keys:
            return Payload(
                media_type=media,
                binary=not media.startswith("text/"),
                leaked=True,
                description=value["content"] if isinstance(value.get("content"), str) else "",
                headers={name: {"schema": {"type": "string"}, **h} for name, h in headers.items()},
            )
    return None


def _from_response_object(value: dict[str, Any]) -> Payload:
    payload = Payload(description=value["description"], leaked=True)
    payload.headers = {name: dict(h) for name, h in value.get("headers", {}).items()}
    content = value.get("content", {})
    if "schema" in value:
        kind = value["schema"].get("type")
        content = {"application/json" if kind == "object" else "text/plain": value}
    payload.content = {
        media: {"schema": part["schema"]} if "schema" in part else {}
        for media, part in content.items()
    }
    return payload


def _http(text: str) -> Payload:
    """Raw HTTP (RFC 9112 §2): an optional status line, header lines, an empty line, the body."""
    payload = Payload()
    status = _STATUS_LINE.match(text)
    if status:
        payload.status = int(status.group(1))
        text = text[status.end() :]
    lines = text.split("\n")
    while lines and (header := _HEADER_LINE.match(lines[0])):
        name, value = header.groups()
        if name.lower() == "content-type":
            payload.media_type = value.split(";")[0].strip()
        elif name.lower() not in ("content-length", "date", "connection"):
            schema: dict[str, Any] = {"type": "string"}
            payload.headers.setdefault(name, {"schema": schema, "example": html.unescape(value)})
        lines.pop(0)
    body = "\n".join(lines).strip()
    if not body:
        payload.binary = payload.media_type.startswith(("image/", "application/octet-stream"))
        return payload
    if _BINARY_NOTE.match(body):
        payload.binary = True
        return payload
    if not payload.media_type or "json" in payload.media_type:
        try:
            payload.value, payload.is_json = json.loads(body), True
            payload.media_type = payload.media_type or "application/json"
            return payload
        except ValueError:
            pass
    payload.text = html.unescape(body)
    payload.media_type = payload.media_type or "text/plain"
    return payload


def media_types(text: str) -> list[str]:
    """The media types that a text names, each once, in order."""
    found = MEDIA_TYPE.findall(text.replace("Multipart/", "multipart/"))
    return list(dict.fromkeys(media.rstrip(".") for media in found))


def is_binary_type(media: str) -> bool:
    """Whether bodies of this type are bytes."""
    if media.startswith(("image/", "audio/", "video/", "font/")):
        return True
    return media in ("application/octet-stream", "application/pdf", "application/zip")
