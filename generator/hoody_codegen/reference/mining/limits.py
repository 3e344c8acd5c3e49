"""Bounds told in sentences: ranges of numbers, lengths of text, counts of items, patterns."""

from __future__ import annotations

import re
from typing import Any

from .defaults import types_of
from .text import Sentence, literal
from .types import Schema

_NUMBER = r"-?\d[\d,_]*(?:\.\d+)?(?![\d.]*\s*(?:[KMGT]i?B\b))"
_TO = r"\s*(?:–|—|-|\.\.\.?|to|and|through)\s*"
_RANGE = re.compile(
    rf"(?:\b(?:valid\s+)?range\s*:?\s*|\bfrom\s+|\bbetween\s+|[(,;]\s*(?:numeric\s+|seconds,\s*)?|^)"
    rf"(?P<low>{_NUMBER}){_TO}(?P<high>{_NUMBER})"
    r"(?=\s*(?:[),.;:—]|$|stars?\b|scale|inclusive|seconds|ms\b|milliseconds|items|entries"
    r"|hex|char|per\b|when|days))",
    re.I,
)
_AT_MOST = re.compile(
    rf"(?:\b(?:hard\s+)?max(?:imum)?(?:\s+(?:value|of|is|allowed))?\s*:?\s*|\bat most\s+"
    rf"|\bno more than\s+|\bup to\s+|(?:≤|<=)\s*)(?P<bound>{_NUMBER}K?)",
    re.I,
)
_AT_LEAST = re.compile(
    rf"(?:\bmin(?:imum)?(?:\s+(?:value|of|is))?\s*:?\s*|\bat least\s+|\bno less than\s+"
    rf"|(?:≥|>=)\s*)(?P<bound>{_NUMBER})",
    re.I,
)
_ABOVE = re.compile(rf"\b(?:must be\s+)?(?:greater than|more than)\s+(?P<bound>{_NUMBER})", re.I)
_BELOW = re.compile(rf"(?:\b(?:must be\s+)?less than\s+|\(<\s*)(?P<bound>{_NUMBER})", re.I)
_FIRST = re.compile(r"\b(?P<bound>[01])-(?:based|indexed)\b|\bstarts from (?P<from>[01])\b", re.I)
_POSITIVE = re.compile(r"\bpositive integer\b", re.I)
_CLAMPED = re.compile(r"\b(?:clamped|capped|truncated)\b[^.;]*", re.I)

_CHARS = r"(?:UTF-8\s+)?(?:hex(?:adecimal)?\s+|alphanumeric\s+)?(?:chars?|characters)\b"
_LENGTH_RANGE = re.compile(rf"(?P<low>{_NUMBER}){_TO}(?P<high>{_NUMBER})\s*-?\s*{_CHARS}", re.I)
_MAX_LENGTH = re.compile(
    rf"(?:max(?:imum)?|at most|up to|≤|<=)\s*:?\s*(?:length\s*:?\s*)?(?:of\s+)?"
    rf"(?P<bound>{_NUMBER}K?)\s*{_CHARS}|max(?:imum)? length\s*:?\s*(?P<length>{_NUMBER})",
    re.I,
)
_MIN_LENGTH = re.compile(
    rf"(?:min(?:imum)?|at least|≥|>=)\s*:?\s*(?:of\s+)?(?P<bound>{_NUMBER})\s*{_CHARS}"
    rf"|min(?:imum)? length\s*:?\s*(?P<length>{_NUMBER})",
    re.I,
)
_EXACT_LENGTH = re.compile(
    rf"\((?P<bound>\d+)\s+{_CHARS}\)|\bexactly\s+(?P<exactly>\d+)\s+{_CHARS}"
    r"|\((?P<hex>\d+)-char(?:acter)?\s+(?:lowercase\s+)?hex\b"
    r"|^(?P<first>\d+)-char(?:acter)?\b|\bmust be an? (?P<word>\d+)-char(?:acter)? hex",
    re.I,
)
_ALTERNATIVES = re.compile(r"\bOR\b|\bor (?:a )?(?:backup|null|`|\d+-char)|\bgenerated\b")
_ITEMS = r"(?:items?|entries|elements|IDs?|users?|per call)"
_LENGTH_IS = re.compile(r"\bLength\s*:\s*(?P<low>\d+)\s*(?:to|–|-)\s*(?P<high>\d+)", re.I)
_PROPERTIES = re.compile(rf"\bmax(?:imum)?\s+(?P<bound>{_NUMBER})\s+(?:properties|keys)\b", re.I)
_EACH = re.compile(
    rf"\beach\s+(?:value\s+)?(?:max(?:imum)?(?: length)?|≤|<=)\s*(?P<bound>{_NUMBER})"
    r"\s*(?:char|$|[).,])",
    re.I,
)
_PATTERN = re.compile(r"\bmatch(?:es)?\s+(?P<span>[\ue000-\uf8ff])", re.I)
_NON_EMPTY = re.compile(r"\bmust (?:be non-?empty|not be empty)\b", re.I)


def limits(sentence: Sentence, schema: Schema) -> Schema:
    """The bounds that the text gives for a value of this type, as JSON Schema keywords."""
    kinds = set(types_of(schema)) - {"null"}
    # Values in code spans read like bare ones: `1`–`100`.
    text = sentence.masked
    for place, span in enumerate(sentence.spans):
        if re.fullmatch(r"-?\d[\d,.]*|-?\d+\.\.\d+|[≥≤<>]=?", span):
            text = text.replace(chr(0xE000 + place), span)
    text = _CLAMPED.sub(" ", text)
    if kinds and kinds <= {"integer", "number"}:
        return _numeric(text)
    # Keywords for strings say nothing about values of other types.
    if "string" in kinds and kinds <= {"string", "boolean"}:
        return {**_lengths(text), **_pattern(sentence)}
    if kinds == {"array"}:
        return _counts(text, sentence)
    if kinds == {"object"}:
        found = _PROPERTIES.search(text)
        return {"maxProperties": _int(found.group("bound"))} if found else {}
    return {}


def _numeric(text: str) -> Schema:
    found: Schema = {}
    # What is said about lengths or sizes in other units doesn't bound the number.
    text = re.sub(rf"{_NUMBER}\s*(?:{_CHARS}|[KMGT]i?B\b|per second)", " ", text)
    ranged = _RANGE.search(text)
    if ranged:
        low, high = _number(ranged.group("low")), _number(ranged.group("high"))
        if low < high:
            if not _zero_is_special(text) or low <= 0:
                found["minimum"] = low
            found["maximum"] = high
    for pattern, keyword in (
        (_AT_LEAST, "minimum"),
        (_AT_MOST, "maximum"),
        (_ABOVE, "exclusiveMinimum"),
        (_BELOW, "exclusiveMaximum"),
    ):
        bound = pattern.search(text)
        if bound and keyword not in found and not (ranged and keyword.startswith("exclusive")):
            found[keyword] = _number(bound.group("bound"))
    first = _FIRST.search(text)
    if first and "minimum" not in found:
        found["minimum"] = int(first.group("bound") or first.group("from"))
    if _POSITIVE.search(text) and "minimum" not in found:
        found["minimum"] = 1
    if found.get("minimum", 0) > found.get("maximum", float("inf")):
        return {}
    return found


def _zero_is_special(text: str) -> bool:
    return bool(re.search(r"\b0 (?:to disable|disables|= )|\b0 = |\(0 ", text))


def _lengths(text: str) -> Schema:
    found: Schema = {}
    ranged = _LENGTH_RANGE.search(text) or _LENGTH_IS.search(text)
    if ranged:
        found = {"minLength": _int(ranged.group("low")), "maxLength": _int(ranged.group("high"))}
    else:
        least, most = _MIN_LENGTH.search(text), _MAX_LENGTH.search(text)
        if least:
            found["minLength"] = _int(least.group("bound") or least.group("length"))
        if most:
            found["maxLength"] = _int(most.group("bound") or most.group("length"))
        exact = _EXACT_LENGTH.search(text)
        if exact and not found and not _ALTERNATIVES.search(text):
            length = int(next(group for group in exact.groups() if group))
            found = {"minLength": length, "maxLength": length}
    if _NON_EMPTY.search(text) and "minLength" not in found:
        found["minLength"] = 1
    if found.get("minLength", 0) > found.get("maxLength", float("inf")):
        return {}
    return found


def _counts(text: str, sentence: Sentence) -> Schema:
    found: Schema = {}
    each = _EACH.search(text)
    own = _EACH.sub(" ", text)
    ranged = re.search(rf"(?P<low>\d+){_TO}(?P<high>\d+)\s+{_ITEMS}", own, re.I)
    if ranged:
        found = {"minItems": int(ranged.group("low")), "maxItems": int(ranged.group("high"))}
    else:
        least, most = _AT_LEAST.search(own), _AT_MOST.search(own)
        if least:
            found["minItems"] = _int(least.group("bound"))
        if most:
            found["maxItems"] = _int(most.group("bound"))
    items: Schema = {}
    if each:
        items["maxLength"] = _int(each.group("bound"))
    elif re.search(r"\beach item\b", text, re.I):
        items.update(_pattern(sentence))
    if items:
        found["items"] = items
    return found


def _pattern(sentence: Sentence) -> Schema:
    for found in _PATTERN.finditer(sentence.masked):
        span = sentence.span(found.group("span"))
        if span.startswith("^") and _compiles(span):
            return {"pattern": span}
    return {}


def _compiles(pattern: str) -> bool:
    try:
        re.compile(pattern)
    except re.error:
        return False
    return True


def _number(text: str) -> int | float:
    value: Any = literal(re.sub("[,_]", "", text.rstrip("Kk")))
    number: int | float = value if isinstance(value, int | float) else 0
    return number * 1000 if text[-1:] in "Kk" else number


def _int(text: str) -> int:
    return int(_number(text))
