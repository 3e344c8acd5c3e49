"""Response headers told in sentences and lists: Header Objects (OAS 3.1.0, §4.8.21)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from .anatomy import Anatomy
from .blocks import Block, Kind, code_spans, plain
from .tables import parameter_cells

Headers = dict[str, dict[str, Any]]

_LABEL = re.compile(r"\bheaders (?:returned|on response|forwarded)\b|response headers", re.I)
_SENTENCE = re.compile(
    r"\b(?:responses? (?:also )?(?:includes?|carries|is served with)|served with|sets)\b[^.]*", re.I
)
_NAME = r"`(?P<name>[A-Za-z][\w-]*)`"
_NAMED = (
    re.compile(rf"\breturned in the {_NAME} (?:response )?header\b", re.I),
    re.compile(rf"{_NAME} response header\b", re.I),
    re.compile(rf"\bsigned via {_NAME}", re.I),
    re.compile(rf"{_NAME} header included\b", re.I),
    re.compile(rf"\b(?:returns|response)\b[^.]*\bwith (?:an? |the )?{_NAME} header\b", re.I),
    re.compile(r"\bresponse headers include (?:the )?(?:new )?(?P<name>[A-Z]\w*(?:-\w+)+)"),
    re.compile(r"^Response headers include (?:the )?(?:new )?(?P<name>[A-Z]\w*(?:-\w+)+)"),
)


REFUSED = re.compile(r"^the (?:upgrade|handshake|connection) is (?:rejected|refused)\b", re.I)
"""A sentence about a handshake that fails."""


def named_headers(text: str) -> Headers:
    """Headers that a text says the response has."""
    names: dict[str, None] = {}
    for sentence in _SENTENCE.findall(text):
        if "header" in sentence:
            names.update(dict.fromkeys(span.partition(":")[0] for span in code_spans(sentence)))
    for pattern in _NAMED:
        names.update(dict.fromkeys(found.group("name") for found in pattern.finditer(text)))
    return {name: {"schema": {"type": "string"}} for name in names if _is_header_name(name)}


def introduced_headers(anatomies: Sequence[Anatomy]) -> Headers:
    """Headers of the success: the introduction lists or names them, or a parameter's row does."""
    headers: Headers = {}
    for anatomy in anatomies:
        label = ""
        for block in (*anatomy.intro, *anatomy.notes):
            if block.kind is Kind.LIST and _LABEL.search(label):
                headers |= listed_headers(block)
            if not REFUSED.search(block.text):
                headers = named_headers(block.text) | headers
            label = block.text
        for table in anatomy.parameter_tables:
            for cells in parameter_cells(table):
                headers = named_headers(cells.description) | headers
    return headers


def listed_headers(block: Block) -> Headers:
    """Bullets such as ``- `X-Created-At` — when …`` under a response."""
    headers: Headers = {}
    for item in block.items:
        spans = code_spans(item.text)
        name, _, value = (spans[0] if spans else "").partition(":")
        if not item.text.startswith("`") or not _is_header_name(name):
            continue
        rest = plain(item.text.split("`", 2)[2]).lstrip(" —–-:")
        headers[name] = {"schema": {"type": "string"}}
        if rest:
            headers[name]["description"] = rest
        if value.strip():
            headers[name]["example"] = value.strip()
    return headers


def _is_header_name(name: str) -> bool:
    if name == "ETag":
        return True
    known = name[:1].isupper() or name.startswith("x-")
    return "-" in name and name.replace("-", "").isalnum() and known
