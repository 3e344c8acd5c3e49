"""Media types of successful responses, and the kind of stream, from what the prose says."""

from __future__ import annotations

import re
from collections.abc import Sequence

from .payloads import is_binary_type, media_types

_NAMED: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.I), media)
    for pattern, media in (
        (r"\bserver[- ]sent events? stream\b|\bSSE stream\b|\bover SSE\b", "text/event-stream"),
        (
            r"\bas NDJSON\b|\bNDJSON stream\w*|\bnewline-delimited JSON stream",
            "application/x-ndjson",
        ),
        (r"\b(?:returns|download\w*|as)\b[^.]*\bPDF\b", "application/pdf"),
        (r"\bJPEG (?:binary|image)\b|\bas JPEG\b", "image/jpeg"),
        (r"\bWebDAV XML\b|\bXML format\b|\bMulti-Status\b", "application/xml"),
        (r"\bbinary PNG\b|\braw PNG\b|\bPNG image\b", "image/png"),
        (
            r"\b(?:HTML page|page HTML|returns\b[^.]*\bHTML\b|HTML dashboard|rendered HTML)",
            "text/html",
        ),
        (r"\bstreams the contents of a log\b", "text/plain"),
        (r"\bas YAML\b|\bYAML (?:document|format)\b", "application/yaml"),
        (r"\bPrometheus\b[^.]*\bformat\b|\bPrometheus (?:text|metrics)\b", "text/plain"),
        (
            r"\braw (?:file )?(?:bytes|content)\b|\b(?:object|file) content or\b"
            r"|\bbinary (?:stream|content|data|file)\b|\bas binary\b|\braw binary\b"
            r"|\bfile content or directory\b|\bzip archive\b",
            "application/octet-stream",
        ),
    )
)


_ANY_CONTENT = re.compile(
    r"\braw (?:stored )?value\b|\breturns (?:the )?raw response\b"
    r"|\bserves (?:compiled )?static files\b",
    re.I,
)
_ALWAYS = (
    (_ANY_CONTENT, "application/octet-stream"),
    (re.compile(r"\bNDJSON streaming\b", re.I), "application/x-ndjson"),
)
_BODY_IS = re.compile(
    r"\b(?:response (?:body )?is|returned as|served as|streamed as) (?:raw |a |an )?"
    r"(?:binary |raw )?`?(?P<media>[a-z]+/[\w.+-]+)",
    re.I,
)


def said_type(texts: Sequence[str]) -> str | None:
    """The media type that a sentence states: ``The response body is raw `image/svg+xml```."""
    for text in texts:
        if found := _BODY_IS.search(text):
            return found.group("media")
    return None


def content_types(
    own: Sequence[str], around: Sequence[str], has_json: bool, *, has_content: bool
) -> list[str]:
    """The media types of a success: what its own words name, else the words around it.

    The words around are only asked where nothing else is known about the body.
    """
    found = _in_texts(own, has_json)
    for pattern, media in _ALWAYS:
        if any(pattern.search(text) for text in (*own, *around)):
            found = list(dict.fromkeys([*found, media]))
    if found or has_content:
        return found
    return _in_texts(around, has_json)


def _in_texts(texts: Sequence[str], has_json: bool) -> list[str]:
    exact = list(dict.fromkeys(m for text in texts for m in media_types(text)))
    if any(media != "application/json" for media in exact):
        return exact
    for pattern, media in _NAMED:
        if any(pattern.search(text) for text in texts):
            if has_json and not is_binary_type(media):
                continue
            return [media]
    return []
