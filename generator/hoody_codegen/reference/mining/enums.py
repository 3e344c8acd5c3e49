"""Allowed values: lists of code spans that a sentence declares to be all there is.

A list counts only when the words before it say so (`One of`, `Allowed values:`, a noun and a
colon) and nothing after it opens it again (`etc.`, `or a custom value`). Lists that merely show
something (`e.g.`, `such as`, aliases, formats) never count.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from .defaults import NOTHING, fit, types_of
from .text import SPAN, Sentence, literal
from .types import Schema

# One value: a code span or a quoted word, perhaps with its meaning (`1`=left, `fit` (inside)).
_NOTE = r"(?:\s*\([^()]*\))"
_QUOTED = r"(?:\"[\w.+-]+\"|'[\w.+-]+')"
_ITEM = rf"(?:{SPAN}|{_QUOTED})(?:\s*=\s*[\w -]+?(?=[,;)]))?{_NOTE}?"
_SEPARATOR = r"(?:\s*,\s*(?:(?:or|and)\s+)?|\s*[/|;]\s*|\s+(?:or|and)\s+)"
_LIST = rf"{_ITEM}(?:{_SEPARATOR}{_ITEM})*"
_PAIR = rf"{_ITEM}(?:{_SEPARATOR}{_ITEM})+"

_TRIGGER = re.compile(
    r"\b(?P<words>(?:must be\s+|can be\s+|should be\s+)?(?:either\s+)?one of(?: the following)?"
    r"|(?:allowed|accepted|valid|possible|supported|permitted)\s+values?(?:\s+are|\s+is)?"
    r"|allowed|expected value|(?<!common )values|options|choices"
    r"|must be(?:\s+either)?|always|currently only|fixed to|only)"
    r"\s*:?\s*"
    # The flag form names the empty value in words: "empty (`?download`), `1`, or `true`".
    rf"(?P<empty>empty{_NOTE}?\s*,\s*(?:or\s+)?)?(?P<list>{_LIST})",
    re.I,
)
# Words that make a single value or a list of values a fact about the field itself.
_SINGLE = re.compile(
    r"(?:must be|always|currently only|fixed to|only|expected value|allowed values?"
    r"|one of|accepted values?|valid values?)",
    re.I,
)
_EXAMPLES = re.compile(
    r"(?:e\.g\.|i\.e\.|\bfor example|\bsuch as|\bexamples?|\blike|\balias(?:es)?|\bsee|\bnote"
    r"|\bnot be|\bnever|\bexcept|\breserved|\bcommon values|\btypically|\busually"
    r"|\bsupports?|\baccepts|\bcannot|\bcan't|\bwith"
    r"|(?:^|[.;]\s+)(?:accepted |supported )?formats?)[\s:,(\"']*$",
    re.I,
)
# What may follow a list that is complete.
_CLOSED_END = re.compile(
    r"^\s*(?:$|[.;)—–\-(]|,\s*default|default\b|when\b|if\b|for\b|to\b|,?\s*or unset|/unset|on\b)",
    re.I,
)
_OPEN_END = re.compile(
    r"^\s*(?:[,/]?\s*(?:etc\b|…|\.\.\.|and (?:so on|more|others)|or (?:a|an|any|comma|RGB|custom"
    r"|another|your|other|the name|numeric|path))|\((?:or|and) )",
    re.I,
)
_COLON = re.compile(rf"(?:^|[.;(]\s*)(?P<noun>[A-Z][^.:;]*?):\s*(?P<list>{_PAIR})")
_PARENTHESES = re.compile(
    rf"(?P<noun>[^.;()]*)\((?P<list>{_PAIR}(?:\s*/\s*unset|,?\s+or\s+unset)?)\)"
)
_WHOLE = re.compile(rf"(?:^|[.:—]\s+)(?P<list>{_PAIR})\s*(?:\.|$)")
_MEANINGS = re.compile(
    rf"\bUse\s+(?P<first>{SPAN})\s+for\s[^.\ue000-\uf8ff]*,\s*(?P<second>{SPAN})\s+for\b"
)
_ACTIONS = re.compile(rf"^(?P<first>{SPAN}) [a-z]+s [^,.;]*, (?P<second>{SPAN}) [a-z]+s ")
_OPEN = re.compile(rf"(?:^|[.;]\s+)(?P<noun>[^.;:]*?)(?::\s*|\bOne of:?\s*)(?P<list>{_PAIR})", re.I)
_COMMON = re.compile(r"\bcommon values$", re.I)
_OPEN_NOTE = re.compile(r"\((?:or|and) [^()]*\)$", re.I)
_SEPARATED = re.compile(r"\b(comma|space|semicolon)[- ]separated\b", re.I)
_MARKS = {"comma": ",", "space": " ", "semicolon": ";"}
_SCALARS = {"string", "integer", "number"}


def allowed_values(sentence: Sentence, schema: Schema, name: str) -> list[Any] | None:
    """The values that the text allows, fitted to the type, in the order of the text."""
    kinds = set(types_of(schema)) - {"null"}
    if types_of(schema) and not (kinds and kinds <= _SCALARS):
        return None
    values = (
        _declared(sentence)
        or _flag(sentence, name)
        or _meanings(sentence)
        or _after_colon(sentence)
        or _in_parentheses(sentence)
        or _as_sentence(sentence)
    )
    if not values or name.rpartition(".")[2] in values:
        # "Provide `id` or `name`" speaks of fields, not of values.
        return None
    separated = _SEPARATED.search(sentence.masked)
    if separated and not any(_MARKS[separated.group(1).lower()] in str(value) for value in values):
        # The values of the parts of a list, which is one text.
        return None
    return _fitted(values, schema)


def shown_values(sentence: Sentence, schema: Schema) -> list[Any] | None:
    """Values of a list that the text leaves open: `Common values: …`, `…, or a custom value`."""
    if not set(types_of(schema)) - {"null"} <= _SCALARS:
        return None
    for found in _OPEN.finditer(sentence.masked):
        noun, after = found.group("noun"), sentence.masked[found.end() :]
        if _COMMON.search(noun) or _OPEN_END.match(after) or _OPEN_NOTE.search(found.group("list")):
            values = [value for value in _values(sentence, found.group("list")) if value != ""]
            return _fitted(values, schema) if len(values) > 1 else None
    return None


def _declared(sentence: Sentence) -> list[Any] | None:
    """`One of …`, `Allowed values: …`, `Must be …`, `Always …`."""
    for found in _TRIGGER.finditer(sentence.masked):
        if not _is_closed(sentence, found.start(), found.end()):
            continue
        values = _values(sentence, found.group("list"))
        if len(values) == 1 and not found.group("empty"):
            if not _SINGLE.search(found.group("words")):
                continue
            if _negated(sentence.masked[: found.start()]):
                continue
        return ["", *values] if found.group("empty") else values
    return None


def _flag(sentence: Sentence, name: str) -> list[Any] | None:
    """Spans such as `?zip`, `?zip=true`: the values of a flag in a query string."""
    values: list[Any] = []
    for span in sentence.spans:
        found = re.fullmatch(rf"\?{re.escape(name)}(?:=(\w*))?", span)
        if found:
            values.append(found.group(1) or "")
    if len(set(values)) >= 3:
        return values
    text = sentence.masked
    if re.search(r"\bempty (?:literal )?(?:value|string) (?:that|to) \w+", text, re.I):
        return [""]
    return None


def _meanings(sentence: Sentence) -> list[Any] | None:
    """``Use `"true"` for …, `"false"` for …``, `` `a` starts …, `b` disables …``."""
    found = _MEANINGS.search(sentence.masked) or _ACTIONS.search(sentence.masked)
    if found is None:
        return None
    return [literal(sentence.span(found.group(part))) for part in ("first", "second")]


def _after_colon(sentence: Sentence) -> list[Any] | None:
    """A noun, a colon and a list: ``Search scope: `screen` (default), `scrollback`, or `all```."""
    for found in _COLON.finditer(sentence.masked):
        noun = found.group("noun")
        if _EXAMPLES.search(noun) or re.search(r"\bdefaults?\b", noun, re.I):
            continue
        if _is_closed(sentence, found.start("list"), found.end()):
            return _values(sentence, found.group("list"))
    return None


def _in_parentheses(sentence: Sentence) -> list[Any] | None:
    """A noun and its values: ``Candidate selection mode (`ask`, `first`, `index`, `id`)``."""
    lists = list(_PARENTHESES.finditer(sentence.masked))
    if len(lists) != 1:
        return None
    found = lists[0]
    noun = found.group("noun")
    before = sentence.masked[: found.start("list")]
    if not noun.strip() or re.search(rf"{SPAN}\s*$", noun) or _EXAMPLES.search(noun):
        return None
    if re.search(r"\b(?:or|not|cannot|contains?|supports?|accepts)\b", noun, re.I):
        return None
    if re.search(r"\bdefault\b", before, re.I):
        return None
    return _values(sentence, found.group("list"))


def _as_sentence(sentence: Sentence) -> list[Any] | None:
    """A list that is a sentence by itself: ``Output format. `json` (default) or `yaml`.``"""
    for found in _WHOLE.finditer(sentence.masked):
        before = sentence.masked[: found.start("list")]
        if _EXAMPLES.search(before):
            continue
        return _values(sentence, found.group("list"))
    return None


def _is_closed(sentence: Sentence, start: int, end: int) -> bool:
    before, after = sentence.masked[:start], sentence.masked[end:]
    if _EXAMPLES.search(before) or _OPEN_NOTE.search(sentence.masked[start:end]):
        return False
    return bool(_CLOSED_END.match(after)) and not _OPEN_END.match(after)


def _negated(before: str) -> bool:
    return bool(re.search(r"\b(?:not|only applies|if)\s*$", before, re.I))


def _values(sentence: Sentence, text: str) -> list[Any]:
    without_notes = re.sub(_NOTE, "", text)
    without_meanings = re.sub(rf"({SPAN})\s*=[^,;\ue000-\uf8ff]*", r"\1", without_notes)
    values: list[Any] = []
    for token in re.finditer(rf"{SPAN}|{_QUOTED}", without_meanings):
        span = token.group()
        values.append(literal(sentence.span(span) if len(span) == 1 else span))
    return values


def _fitted(values: Iterable[Any], schema: Schema) -> list[Any] | None:
    """All values with the type of the schema; None where one of them can't have it."""
    fitted: list[Any] = []
    for value in values:
        if isinstance(value, list | dict):
            return None
        converted = fit(value, schema)
        if converted is NOTHING:
            if value is None:
                continue
            return None
        if not any(type(known) is type(converted) and known == converted for known in fitted):
            fitted.append(converted)
    # A list of words in braces or with blanks is prose, not values.
    if any(isinstance(value, str) and re.search(r"[{}<>]", value) for value in fitted):
        return None
    return fitted or None
