"""Members of objects told in sentences: ``Requires `start` and `end```, ```{ name, url? }```."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from .defaults import types_of
from .text import SPAN, Sentence
from .types import Schema, parse_type

_NOTE = r"(?:\s*\((?P<{0}>[^()]*)\))?"
_MEMBER = re.compile(rf"(?P<span>{SPAN}){_NOTE.format('note')}")
_LIST = (
    rf"{SPAN}(?:\s*\([^()]*\))?"
    rf"(?:(?:\s*,\s*(?:and\s+)?|\s+and\s+)(?:a typed\s+|an?\s+)?{SPAN}(?:\s*\([^()]*\))?)*"
)
_HOLDS = re.compile(
    rf"\b(?P<verb>contains|requires|has|with(?: an?)?)\s+(?:an?\s+)?(?P<list>{_LIST})", re.I
)
_ARE_REQUIRED = re.compile(
    rf"(?P<list>{_LIST})\s*"
    r"(?:\((?:both |all )?required[^()]*\)|(?:is|are)(?: both| all)? required\b)"
    rf"|\((?P<inside>{_LIST})\s+required\)",
    re.I,
)
_ARE_OPTIONAL = re.compile(
    rf"(?P<list>{_LIST})\s+(?:is|are) optional\b|\boptionally\s+(?P<after>{_LIST})", re.I
)
_IS_A = re.compile(rf"(?P<span>{SPAN})\s+is\s+an?\s+(?P<kind>[^.;]+)")
_ONLY_LIST = re.compile(rf"\((?P<list>{SPAN}(?:\s*,\s*{SPAN})+)\)")
_SHAPE = re.compile(r"\{\s*\w+\??(?:\s*,\s*\w+\??)*\s*\}")
_NAME = re.compile(r"[A-Za-z_][\w-]*")
_EACH = re.compile(r"\beach (?:\w+ )?(?:item|entry|part|element|object|rule)\b|\barray of\b", re.I)
_ABOUT_VALUES = re.compile(
    r"\b(?:keyed by|keys? (?:is|are)|map of|e\.g\.|such as|for example)\b", re.I
)

Miner = Callable[[str, Schema, str], Schema]


def members(sentence: Sentence, schema: Schema, mine_part: Miner) -> Schema:
    """``properties`` and ``required`` of an object, or ``items`` of an array, as the text has them.

    ``mine_part`` reads the remark on a member: its text, its schema so far and its name.
    """
    kinds = set(types_of(schema)) - {"null"}
    if not kinds <= {"object", "array"} or len(kinds) != 1:
        return {}
    if "properties" in schema or "additionalProperties" in schema:
        return {}
    text = sentence.masked
    if _ABOUT_VALUES.search(text):
        return {}
    is_array = kinds == {"array"}
    if is_array and (
        not _EACH.search(text) or types_of(schema.get("items", {})) not in ((), ("object",))
    ):
        return {}
    found = _found(sentence, mine_part)
    if not found["properties"] or (is_array and len(found["properties"]) < 2):
        return {}
    if not found["required"]:
        del found["required"]
    return {"items": {"type": "object", **found}} if is_array else found


def _found(sentence: Sentence, mine_part: Miner) -> Schema:
    properties: dict[str, Any] = {}
    required: list[str] = []
    for name, note, needed in _told(sentence):
        part = _typed(sentence.unmask(note), name, mine_part) if note else {}
        properties[name] = {**properties.get(name, {}), **part}
        if needed and name not in required:
            required.append(name)
    for found in _IS_A.finditer(sentence.masked):
        name = sentence.span(found.group("span"))
        if name in properties or not _NAME.fullmatch(name):
            continue
        part = _typed(sentence.unmask(found.group("kind")), name, mine_part)
        if types_of(part):
            properties[name] = part
    return {"properties": properties, "required": required}


def _told(sentence: Sentence) -> Iterator[tuple[str, str, bool]]:
    """Name, remark and requiredness of each member that the text lists."""
    text = sentence.masked
    for span in sentence.spans:
        if _SHAPE.fullmatch(span):
            for name in re.findall(r"\w+\??", span):
                yield name.rstrip("?"), "", False
    for found in _HOLDS.finditer(text):
        verb = found.group("verb").lower()
        if verb.startswith("with") and not re.search(r"\blocation\b|\bobject\b", text, re.I):
            continue
        yield from _listed(sentence, found.group("list"), needed=verb == "requires")
    for found in _ARE_REQUIRED.finditer(text):
        yield from _listed(sentence, found.group("list") or found.group("inside"), needed=True)
    for found in _ARE_OPTIONAL.finditer(text):
        yield from _listed(sentence, found.group("list") or found.group("after"), needed=False)
    for found in _ONLY_LIST.finditer(text):
        yield from _listed(sentence, found.group("list"), needed=False)


def _listed(sentence: Sentence, text: str, *, needed: bool) -> Iterator[tuple[str, str, bool]]:
    for found in _MEMBER.finditer(text):
        name = sentence.span(found.group("span"))
        note = found.group("note") or ""
        assigned = re.fullmatch(r"(?P<name>[A-Za-z_]\w*): (?P<value>\"[\w-]+\")", name)
        if assigned:
            name, note = assigned.group("name"), f"Must be {assigned.group('value')}"
        if _NAME.fullmatch(name):
            yield name, note, needed


_KINDS = (
    (r"array of [\w ]*strings?\b", {"type": "array", "items": {"type": "string"}}),
    (r"string or array of strings\b", parse_type("string | string[]")),
    (r"object of string values\b", parse_type("object (string → string)")),
)


def _typed(note: str, name: str, mine_part: Miner) -> Schema:
    """The schema that a remark gives: its type, if it starts with one, and what else it says."""
    schema: Schema = {}
    for pattern, known in reversed(_KINDS):
        if re.match(pattern, note, re.I):
            schema = dict(known)
            break
    else:
        head = re.split(r"[,;(]", note, maxsplit=1)[0].strip()
        parsed = parse_type(head)
        if types_of(parsed):
            schema = parsed
        elif re.search(r"\b(?:bytes|ms since|seconds|milliseconds)\b", note):
            schema = {"type": "integer"}
    return mine_part(note, schema, name)
