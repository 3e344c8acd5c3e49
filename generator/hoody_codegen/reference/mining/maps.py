"""Maps told in sentences: objects whose keys are data."""

from __future__ import annotations

import re

from .defaults import types_of
from .text import SPAN, Sentence, literal
from .types import Schema

_MAP = re.compile(
    r"\bkey(?:ed by|s are|(?: is|-?/?value)\b)|\bmap of \w+(?: \w+){0,2} to\b|\bkey/value map\b"
    r"|\bstring-to-string map\b|^environment variables\b"
    r"|^(?:additional |custom |extra )?(?:HTTP |request )?headers to send\b",
    re.I,
)
_TEXTS = re.compile(
    r"\bstring pairs\b|\bstring-to-string\b|^environment variables\b|\bheaders\b",
    re.I,
)
_BOOLEANS = re.compile(r"\bto (?:a )?boolean\b", re.I)
_OF_MAPS = re.compile(r"\bvalues? (?:is|are) (?:a )?maps? of\b", re.I)
_CHOICES = re.compile(rf"\bto (?P<list>{SPAN}(?:,\s*(?:or\s+)?{SPAN}|\s+or\s+{SPAN})+)", re.I)


def map_values(sentence: Sentence, schema: Schema) -> Schema | None:
    """What the values of a map look like, ``{}`` where only the map is sure; None for no map."""
    if set(types_of(schema)) - {"null"} != {"object"}:
        return None
    if "additionalProperties" in schema or "properties" in schema:
        return None
    text = sentence.masked
    if not _MAP.search(text):
        return None
    choices = _CHOICES.search(text)
    if choices:
        values = [literal(sentence.span(mark)) for mark in re.findall(SPAN, choices.group("list"))]
        return {"type": "string", "enum": values}
    if _BOOLEANS.search(text):
        return {"type": "boolean"}
    if _OF_MAPS.search(text):
        return {"type": "object", "additionalProperties": {}}
    return {"type": "string"} if _TEXTS.search(text) else {}
