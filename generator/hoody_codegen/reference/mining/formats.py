"""Formats and units told in sentences (JSON Schema 2020-12, Validation, §7.3)."""

from __future__ import annotations

import re

from .defaults import types_of
from .text import Sentence
from .types import Schema

_ISO = r"(?:ISO[- ]?8601|RFC[- ]?3339|ISO(?= (?:timestamp|date-time|datetime)))"
_ALTERNATIVE = re.compile(
    r"\bor\b(?!\s+(?:null|\S?`?null)|[^.]*\bnull\b)|\bUnix\b|\baccepted formats\b"
    r"|,\s*[\ue000-\uf8ff]",
    re.I,
)
_URL_HEAD = re.compile(
    r"^(?:(?:The|An?|Your|Optional|Full|Explicit|Override)\s+)?(?:[\w.'’()/-]+\s+){0,4}?UR[LI]"
    r"(?=$|[\s.,;(])(?!\s+(?:or|path|identifier|shorthand|construction|encoded|parameters?)\b)"
)
_URL_BAD = re.compile(
    r"\brelative\b|\bor URL\b|\bURL or\b|\bidentifier or\b|\bleave blank\b|\bfilter\b|\bSAS\b"
    r"|\bgit\b|\bhost\b|\bJSON\b",
    re.I,
)
_UUID = re.compile(r"\bUUID(?:\s*v\d)?(?:\s+format)?(?=\)|$|[\s.,;—])(?!\s+or\b)")
_EMAIL = re.compile(r"^(?:The\s+|New\s+|An?\s+)?e-?mail address\b", re.I)
_BASE64 = re.compile(r"\b(base64(?:url)?)[- ]encoded\b|\((base64(?:url)?)\)$", re.I)

_NOT_ENCODED = re.compile(r"\b(?:(?:can|may) be|or|as) base64|\b(?:JSON|hash)\b")

_UNITS = {
    "second": "seconds",
    "sec": "seconds",
    "millisecond": "milliseconds",
    "ms": "milliseconds",
    "minute": "minutes",
    "hour": "hours",
    "day": "days",
    "byte": "bytes",
    "pixel": "pixels",
    "px": "pixels",
    "bits per second": "bits per second",
    "mbps": "megabits per second",
    "gb": "gigabytes",
    "tb": "terabytes",
    "mb": "megabytes",
    "kb": "kilobytes",
    "percent": "percent",
    "percentage": "percent",
    "token": "tokens",
    "usd": "USD",
}
_UNIT_WORDS = "|".join(sorted((re.escape(unit) for unit in _UNITS), key=len, reverse=True))
_UNIT = re.compile(
    rf"\b(?:in|of)\s+(?P<in>{_UNIT_WORDS})s?\b(?!\s+ago)"
    rf"|^(?P<first>{_UNIT_WORDS})s\b|\bthis many (?P<many>{_UNIT_WORDS})s?\b"
    rf"|\((?:[^()]*[,;]\s*)?(?P<alone>{_UNIT_WORDS})s?(?:[,;][^()]*)?\)"
    rf"|\(\d[\d,]*\s*[–-]\s*\d[\d,]*\s*(?P<ranged>seconds?|milliseconds?|ms|bytes?|pixels?)\)",
    re.I,
)
_EPOCH = re.compile(
    r"\bUnix (?:epoch )?(?:timestamp|time)(?:\s*(?:in\s+|\()(?P<unit>seconds|milliseconds|ms)\)?)?"
    r"|\bUnix (?P<short>ms|seconds|milliseconds)\b|\bms since epoch\b|\bmilliseconds since\b",
    re.I,
)
_SUFFIXES = (
    ("_ms", "milliseconds"),
    ("_millis", "milliseconds"),
    ("_milliseconds", "milliseconds"),
    ("_seconds", "seconds"),
    ("_secs", "seconds"),
    ("_bytes", "bytes"),
    ("_days", "days"),
    ("_hours", "hours"),
    ("_minutes", "minutes"),
    ("_percent", "percent"),
    ("_usd", "USD"),
)


def text_format(sentence: Sentence, schema: Schema) -> Schema:
    """``format`` or ``contentEncoding`` of a string field, where the text leaves no other way."""
    if set(types_of(schema)) - {"null"} != {"string"} or "format" in schema or "enum" in schema:
        return {}
    text = sentence.masked
    first = re.split(r"(?<=[a-z)\ue000-\uf8ff])\.(?:\s|$)", text, maxsplit=1)[0]
    if re.search(_ISO, text) and not _ALTERNATIVE.search(_near_iso(text)):
        dated = re.search(rf"{_ISO} date\b(?!-?time)[^.]*YYYY-MM-DD\)|ISO date \(YYYY", text)
        return {"format": "date" if dated else "date-time"}
    if re.search(r"\bISO date \(YYYY-MM-DD\)", text):
        return {"format": "date"}
    encoded = _BASE64.search(text)
    if encoded and not re.search(
        r"\b(?:can|may) be base64|\b(?:or|as) base64|\b(?:JSON|hash)\b", text
    ):
        return {"contentEncoding": (encoded.group(1) or encoded.group(2)).lower()}
    if _UUID.search(first) and not re.search(r"\bUUID\b.*\bor\b", first):
        return {"format": "uuid"}
    if _EMAIL.match(first):
        return {"format": "email"}
    if _URL_HEAD.match(first) and not _URL_BAD.search(text):
        return {"format": "uri"}
    return {}


def _near_iso(text: str) -> str:
    """The clause around the name of the standard, where alternatives would stand."""
    found = re.search(_ISO, text)
    if found is None:
        return text
    before = text[: found.start()].rpartition(". ")[2]
    after = text[found.end() :].split(". ")[0]
    return f"{before} {after}"


def unit(sentence: Sentence, schema: Schema, name: str) -> str | None:
    """The unit of a number: told by the text, else by the last word of the name."""
    kinds = set(types_of(schema)) - {"null"}
    if not kinds or not kinds <= {"integer", "number"}:
        return None
    epoch = _EPOCH.search(sentence.masked)
    if epoch:
        word = (epoch.group("unit") or epoch.group("short") or epoch.group()).lower()
        if "ms" in word or "milli" in word:
            return "milliseconds since the Unix epoch"
        return "seconds since the Unix epoch"
    found = _UNIT.search(sentence.masked)
    if found:
        word = next(group for group in found.groups() if group).lower()
        return _UNITS.get(word) or _UNITS.get(word.rstrip("s"))
    snake = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name.rpartition(".")[2]).lower()
    return next((unit for suffix, unit in _SUFFIXES if snake.endswith(suffix)), None)
