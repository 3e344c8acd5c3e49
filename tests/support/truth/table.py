"""The tables as data; their notation is described in ``tests/importer/truth/README.md``."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

OPEN = "~"
"""Marks what the reference leaves open: nothing is compared."""
NOT = "-"
"""The key of names that must not be among the fields."""
NULL = "?"
"""The key that says that the object itself may be null."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A parsed field or parameter."""

    location: str = ""
    types: frozenset[str] = frozenset()
    items: frozenset[str] = frozenset()
    nullable: bool = False
    null_only: bool = False
    required: bool | None = False
    default: Any = None
    default_state: str = "none"
    """``none``, ``given`` or ``open``; the same for ranges and lengths."""
    enum: frozenset[str] | None = None
    enum_open: bool = False
    bounds: tuple[float | None, float | None] = (None, None)
    bounds_open: bool = False
    length: tuple[float | None, float | None] = (None, None)
    length_open: bool = False
    format: str | None = None
    flags: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Entry:
    """One operation of a table."""

    service: str
    method: str
    path: str
    line: int
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return f"{self.service}: {self.method} {self.path}"

    @property
    def sdk(self) -> str | None:
        value = self.facts.get("sdk")
        return value if isinstance(value, str) else None


@dataclass(frozen=True, slots=True)
class Table:
    service: str
    entries: tuple[Entry, ...]


_KEYS = {
    "op", "line", "sdk", "security", "params", "total_params", "body", "fields", "variants",
    "success", "result", "errors", "also", "pagination",
}  # fmt: skip
_TOKEN = re.compile(r'(?:[a-z]+:|=)?"[^"]*"|\S+')
_RANGE = re.compile(r"(-?[\d.]*?)\.\.(-?[\d.]*)")


def load_tables(folder: Path) -> tuple[Table, ...]:
    """All tables of a folder, by service. A key that no comparison reads is an error."""
    tables = []
    for path in sorted(folder.glob("*.yaml")):
        data = _marked(yaml.safe_load(path.read_text(encoding="utf-8")))
        entries = []
        for raw in data["operations"]:
            unknown = set(raw) - _KEYS
            if unknown:
                raise ValueError(f"{path.name}: {raw.get('op')}: unknown keys {sorted(unknown)}")
            method, _, target = raw["op"].partition(" ")
            entries.append(Entry(data["service"], method, target, raw["line"], raw))
        tables.append(Table(data["service"], tuple(entries)))
    return tuple(tables)


def _marked(value: Any) -> Any:
    """YAML reads a plain ``~`` as null; here it is the mark of what is open."""
    if isinstance(value, dict):
        return {_marked(key): _marked(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [_marked(entry) for entry in value]
    return OPEN if value is None else value


def parse_fact(text: str, *, parameter: bool = False) -> Fact:
    """``query integer! 1..100 =20 in:a|b``; without a location for fields."""
    tokens = _TOKEN.findall(text)
    location = tokens.pop(0) if parameter else ""
    values: dict[str, Any] = {"location": location, "required": False}
    _types(tokens.pop(0), values)
    flags = set()
    for token in tokens:
        if not _attribute(token, values):
            flags.add(token)
    if not flags <= {"wild", "wild~", "may", "fields"}:
        raise ValueError(f"unknown words {sorted(flags)} in {text!r}")
    if values.get("default_state") == "given":
        values["default"] = _default(values["default"], values["types"])
    return Fact(flags=frozenset(flags), **values)


def _types(token: str, values: dict[str, Any]) -> None:
    if token.endswith(("!", OPEN)) and token != OPEN:
        values["required"] = True if token[-1] == "!" else None
        token = token[:-1]
    names = set(token.split("|"))
    values["null_only"] = names == {"null"}
    values["nullable"] = "null" in names
    types = set()
    for name in names - {"null"}:
        base, _, items = name.partition(":")
        types.add(base)
        if items:
            values["items"] = frozenset({items})
    values["types"] = frozenset(types)


def _attribute(token: str, values: dict[str, Any]) -> bool:
    if token.startswith("="):
        values["default_state"] = "open" if token[1:] == OPEN else "given"
        values["default"] = token[1:]
    elif token.startswith("in:"):
        values["enum_open"] = token[3:] == OPEN
        values["enum"] = None if token[3:] == OPEN else frozenset(token[3:].split("|"))
    elif token.startswith("fmt:"):
        values["format"] = token[4:]
    elif token.startswith("len:"):
        values["length_open"] = token[4:] == OPEN
        values["length"] = (None, None) if token[4:] == OPEN else _bounds(token[4:])
    elif token == "..~":
        values["bounds_open"] = True
    elif _RANGE.fullmatch(token):
        values["bounds"] = _bounds(token)
    else:
        return False
    return True


def _bounds(token: str) -> tuple[float | None, float | None]:
    match = _RANGE.fullmatch(token)
    if match is None:
        raise ValueError(f"{token!r} is not a range")
    low, high = match.groups()
    return (float(low) if low else None, float(high) if high else None)


def _default(token: str, types: frozenset[str]) -> Any:
    if types <= {"string"} and not token.startswith('"'):
        return token
    try:
        return json.loads(token)
    except json.JSONDecodeError:
        return token
