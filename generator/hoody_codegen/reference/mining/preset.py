"""Defaults told in sentences: `Default: …`, `(default …)`, `Defaults to …`, `… (default)`."""

from __future__ import annotations

import re

from .defaults import NOTHING, Nothing, fit
from .text import SPAN, Sentence, literal
from .types import Schema

_BARE = r"(?:true|false|-?\d+(?:\.\d+)?(?![\w.]*\w)|\"[^\"]*\")"
_STATED = re.compile(
    rf"(?<!the )\b(?:default(?: value)?(?:\s+is|\s*:|\s*=)?|defaults\s+to)"
    rf"\s+(?P<value>{SPAN}|{_BARE})",
    re.I,
)
_MARKED = re.compile(rf"(?P<value>{SPAN})\s*\(default\b[^()]*\)", re.I)
_IS_DEFAULT = re.compile(rf"(?P<value>{SPAN})\s+is the default\b", re.I)
_MEANING = re.compile(
    rf"(?P<value>{SPAN})(?:,\s*{SPAN})*\s*(?:=|→|->)\s*[^;,.\ue000-\uf8ff()]*(?:\([^()]*\)\s*)?"
    r"\(default\)",
    re.I,
)
# The default holds only under a condition, so it is no default of the schema.
_CONDITION = re.compile(
    r"^\s*(?:for\b|when\b(?! (?:not|omitted|absent|unset|neither))|if\b(?! (?:not|omitted|absent"
    r"|unset|un|the (?:parameter|field) is (?:not|omitted)|no\b))|in \w+ mode|otherwise)",
    re.I,
)


def stated_default(sentence: Sentence, schema: Schema) -> object | Nothing:
    """The default that the text states without a condition, fitted to the type."""
    for pattern in (_STATED, _MARKED, _IS_DEFAULT, _MEANING):
        for found in pattern.finditer(sentence.masked):
            if _CONDITION.match(sentence.masked[found.end() :]):
                continue
            token = found.group("value")
            text = sentence.span(token) if len(token) == 1 and ord(token) >= 0xE000 else token
            value = literal(text)
            if isinstance(value, str) and re.search(r"[{}<>]", value):
                continue
            fitted = fit(value, schema)
            if fitted is not NOTHING:
                return fitted
    return NOTHING
