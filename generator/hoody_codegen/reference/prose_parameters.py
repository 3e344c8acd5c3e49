"""Parameters that only the prose knows, and demands that only the prose makes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from .blocks import code_spans

Parameter = dict[str, Any]

_QUERY_SPAN = re.compile(r"^\?(?P<name>[A-Za-z_]\w*)(?:=(?P<value>.*))?$")
_QUERY_SENTENCE = re.compile(r"\bquery parameters?\b|\bsupports\b", re.I)
_HEADER_SPAN = re.compile(
    r"^(?P<name>(?:[A-Z][A-Za-z0-9]*-)+[A-Z][A-Za-z0-9]*)(?::\s*(?P<value>.*))?$"
)
_HEADER_SENTENCE = re.compile(r"\brequest headers?\b|\breconnect with\b", re.I)
_HEADER_NEEDED = re.compile(
    r"(?P<name>(?:[A-Z][A-Za-z0-9]*-)+[A-Z][A-Za-z0-9]*) header is required"
)


def prose_parameters(texts: Iterable[str], known: Iterable[str]) -> list[Parameter]:
    """Query parameters and headers that a sentence tells callers to send.

    A sentence counts if it shows the parameter as a code span (``?scope=global``, ``X-Name: 1``)
    and calls it a query parameter or a request header, or says that it is supported.
    """
    taken = {name.lower() for name in known}
    found: dict[str, Parameter] = {}
    for text in texts:
        for sentence in re.split(r"(?<=[.!?;])\s+", text):
            spans = code_spans(sentence)
            if _QUERY_SENTENCE.search(sentence):
                for name, values in _query(spans).items():
                    if name.lower() not in taken:
                        found.setdefault(name, _query_parameter(name, values, sentence))
            if _HEADER_SENTENCE.search(sentence):
                for span in spans:
                    header = _HEADER_SPAN.match(span)
                    if header and header.group("name").lower() not in taken:
                        name = header.group("name")
                        found.setdefault(name, _header(name, sentence, required=False))
    return list(found.values())


def _query(spans: Sequence[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for span in spans:
        match = _QUERY_SPAN.match(span)
        if match:
            found.setdefault(match.group("name"), []).append(match.group("value") or "")
    return found


def _query_parameter(name: str, values: Sequence[str], sentence: str) -> Parameter:
    schema: dict[str, Any] = {"type": "string"}
    if list(values) == ["N"]:
        schema = {"type": "integer"}
    elif len(values) > 1 and all(values):
        schema["enum"] = list(dict.fromkeys(values))
    return {
        "name": name,
        "in": "query",
        "required": False,
        "description": sentence,
        "schema": schema,
        "x-inferred": "parameter from prose",
    }


def _header(name: str, sentence: str, *, required: bool) -> Parameter:
    return {
        "name": name,
        "in": "header",
        "required": required,
        "description": sentence,
        "schema": {"type": "string"},
        "x-inferred": "parameter from prose",
    }


def demanded_headers(
    responses: Mapping[str, Mapping[str, Any]], known: Iterable[str]
) -> list[Parameter]:
    """Headers that an example of an error calls required, though no table lists them."""
    taken = {name.lower() for name in known}
    found: dict[str, Parameter] = {}
    for status in sorted(responses):
        for media in responses[status].get("content", {}).values():
            example = media.get("example")
            message = example.get("error") if isinstance(example, dict) else None
            match = _HEADER_NEEDED.search(message) if isinstance(message, str) else None
            if match and match.group("name").lower() not in taken:
                name = match.group("name")
                found.setdefault(name, _header(name, message or "", required=True))
    return list(found.values())


def require_headers(
    parameters: Sequence[Parameter],
    responses: Mapping[str, Mapping[str, Any]],
    texts: Sequence[str],
) -> None:
    """Make a conditional header required where its absence is an error (RFC 6585 §3: 428).

    The tables call such headers optional; the prose of the operation or of its page, or the
    documented 428, is more specific.
    """
    for parameter in parameters:
        if parameter["in"] != "header" or parameter["required"]:
            continue
        name = re.escape(parameter["name"])
        said = re.compile(
            rf"\brequires?\b[^.]*`{name}\b|\b{name}\b[^.]*\bis required\b"
            rf"|\bgated via the `{name}\b",
            re.I,
        )
        precondition = parameter["name"].lower().startswith("if-") and "428" in responses
        if precondition or any(said.search(text) for text in texts):
            parameter["required"] = True
            parameter["x-inferred"] = "required from prose"
