"""What the use of query parameters shows: flags, and the items of arrays.

Flags are sent without a value (``?json``, ``?touch=``); tables call them strings. That they are
flags shows in use: a sample sends them bare or empty, the path key carries them bare, or a
description mentions them as ``?json``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from .anatomy import Anatomy
from .blocks import plain
from .js_values import read_arguments
from .paths import PathKey
from .samples import curl_calls, sdk_calls
from .tables import parameter_cells

Parameter = dict[str, Any]

_TAKES_A_VALUE = re.compile(
    r"\bnon-empty\b|\bselective\b|\baccept(?:s|ed)\b|\bvalues?\b|\bformats?:|\be\.g\."
    r"|\burl\b|\bname of\b",
    re.I,
)
_SAYS_SO = re.compile(r"\bbare flag\b", re.I)
_ALIAS = re.compile(r"\balias (?:for|of) `?\??(?P<name>[a-z_]\w*)", re.I)


def mark_flags(path: str, parameters: Sequence[Parameter], anatomies: Sequence[Anatomy]) -> None:
    """Give flags their one value, the empty text (``enum: [""]``)."""
    bare = {name for name, value in _pairs(PathKey.parse(path).query) if not value}
    filled: set[str] = set()
    for name, value in _sent(anatomies):
        (filled if value else bare).add(name)
    bare |= _mentioned(anatomies)
    free = [p for p in parameters if p["in"] == "query" and p["schema"] == {"type": "string"}]
    for parameter in free:
        text = parameter.get("description", "")
        is_bare = parameter["name"] in bare - filled and not _TAKES_A_VALUE.search(text)
        if is_bare or _SAYS_SO.search(text):
            _mark(parameter, "flag from its use")
    flags = {p["name"] for p in parameters if p["schema"].get("enum") == [""]}
    for parameter in free:
        said = _ALIAS.search(parameter.get("description", ""))
        if said and said.group("name") in flags and parameter["name"] not in filled | flags:
            _mark(parameter, "flag like the one it is an alias for")


def _mark(parameter: Parameter, reason: str) -> None:
    parameter["schema"] = {"type": "string", "enum": [""]}
    parameter["x-inferred"] = reason


def fill_items(parameters: Sequence[Parameter], anatomies: Sequence[Anatomy]) -> None:
    """Say what arrays hold: what SDK samples pass, else text, as everything in a query is."""
    shown = {
        name: value
        for values in _arguments(anatomies)
        for name, value in values.items()
        if isinstance(value, list) and value
    }
    for parameter in parameters:
        schema = parameter["schema"]
        if parameter["in"] != "query" or schema.get("type") != "array" or schema.get("items"):
            continue
        whole = all(type(item) is int for item in shown.get(parameter["name"], [""]))
        parameter["schema"] = {**schema, "items": {"type": "integer" if whole else "string"}}
        known = parameter.get("x-inferred")
        parameter["x-inferred"] = f"{known}; items from use" if known else "items from use"


def _arguments(anatomies: Sequence[Anatomy]) -> Iterable[dict[str, Any]]:
    """The objects that SDK samples pass."""
    for anatomy in anatomies:
        for block in anatomy.sdk:
            for call in sdk_calls(block)[:1]:
                yield from (v for v in read_arguments(call.arguments) if isinstance(v, dict))


def _pairs(query: str) -> Iterable[tuple[str, str]]:
    for pair in filter(None, query.split("&")):
        name, _, value = pair.partition("=")
        yield name, value


def _sent(anatomies: Sequence[Anatomy]) -> Iterable[tuple[str, str]]:
    """What the samples put into the query, and what SDK calls pass as text."""
    for anatomy in anatomies:
        for block in anatomy.curl:
            for call in curl_calls(block):
                yield from _pairs(call.query)
    for values in _arguments(anatomies):
        yield from ((name, value) for name, value in values.items() if isinstance(value, str))


def _mentioned(anatomies: Sequence[Anatomy]) -> set[str]:
    """Names that the rows of the tables mention with a question mark and without a value."""
    texts = [
        plain(cells.description)
        for anatomy in anatomies
        for table in anatomy.parameter_tables
        for cells in parameter_cells(table)
    ]
    return {
        name for text in texts for name in re.findall(r"(?<![\w/])\?([a-z_]\w*)(?![\w=])", text)
    }
