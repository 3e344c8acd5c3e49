"""A schema with its references and ``allOf`` put together: the list of all that is said about it.

Several schemas that hold at once are a conjunction. It is kept as a list of parts, never merged
into a new document, so that every field remembers where it was written and none gets lost.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from openapi_pydantic.v3.v3_1 import Schema

from ..diagnostics import Diagnostics
from ..document import BrokenReference, Document, Node, is_reference, references
from .lift import NULLABLE, lift
from .view import type_name, view

NOTHING: frozenset[str] = frozenset()

# Keywords that say which shape a value has; the others describe or limit it.
SHAPING = frozenset(
    {
        "$ref",
        "allOf",
        "anyOf",
        "const",
        "enum",
        "items",
        "oneOf",
        "patternProperties",
        "prefixItems",
        "properties",
        "required",
    }
)


@dataclass(frozen=True, slots=True)
class Part:
    """A schema at a place, with some of its keywords left out of account."""

    node: Node
    without: frozenset[str] = NOTHING

    @property
    def key(self) -> tuple[str, str, frozenset[str]]:
        return (*self.node.identity, self.without)

    def drop(self, *keywords: str) -> Part:
        return Part(self.node, self.without | frozenset(keywords))


@dataclass(frozen=True, slots=True)
class Fragment:
    """One part without references and ``allOf``: its lifted keywords and the typed view of them."""

    part: Part
    raw: dict[str, Any]
    view: Schema

    @property
    def node(self) -> Node:
        return self.part.node


@dataclass(slots=True)
class Flattener:
    """Takes schemas apart; remembers what it has seen, because components are asked for often."""

    document: Document
    diagnostics: Diagnostics
    _raw: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    _fragments: dict[tuple[str, str, frozenset[str]], Fragment] = field(default_factory=dict)

    def raw(self, part: Part) -> dict[str, Any]:
        """The lifted keywords of a part."""
        key = part.node.identity
        lifted = self._raw.get(key)
        if lifted is None:
            value = part.node.value
            if not isinstance(value, dict | bool):
                self.diagnostics.warning(
                    "invalid-schema",
                    part.node.location,
                    f"expected a schema and found {type_name(value)}; any value is allowed",
                )
            lifted = self._raw[key] = lift(value)
        if part.without:
            return {key: value for key, value in lifted.items() if key not in part.without}
        return lifted

    def target(self, node: Node) -> Node | None:
        """The node a reference names directly; None, with a warning, if there is none."""
        try:
            return references.step(self.document, node)
        except BrokenReference as fault:
            place = node.child("$ref") or node
            self.diagnostics.warning(fault.code, place.location, str(fault), fault.hint)
            return None

    def fragments(self, parts: Iterable[Part]) -> list[Fragment]:
        """All that ``parts`` say together; a part's own words stand before those it takes over."""
        found: list[Fragment] = []
        seen: set[tuple[str, str, frozenset[str]]] = set()
        waiting = list(parts)[::-1]
        while waiting:
            part = waiting.pop()
            if part.key in seen:
                continue
            seen.add(part.key)
            own = part.drop("$ref", "allOf")
            found.append(self.fragment(own))
            waiting.extend(reversed(list(self.taken_over(part))))
        return found

    def taken_over(self, part: Part) -> Iterator[Part]:
        """The schemas that a part refers to or lists under ``allOf``."""
        if "$ref" not in part.without and is_reference(part.node):
            target = self.target(part.node)
            if target is not None:
                yield Part(target)
        if "allOf" not in part.without:
            yield from (Part(node) for node in self.members(part, "allOf"))

    def fragment(self, part: Part) -> Fragment:
        fragment = self._fragments.get(part.key)
        if fragment is None:
            raw = self.raw(part)
            found = Diagnostics()
            typed = view(Schema, part.node.with_value(raw), found)
            # The same schema with other keywords left out would tell its faults again.
            self.diagnostics.extend(found)
            fragment = Fragment(part, raw, typed or Schema.model_validate({}))
            self._fragments[part.key] = fragment
        return fragment

    def members(self, part: Part, keyword: str) -> list[Node]:
        """The schemas in a list keyword (``allOf``, ``oneOf`` …)."""
        node = part.node.child(keyword) if part.node.is_mapping else None
        if node is None:
            return []
        if not node.is_list:
            self.diagnostics.warning(
                "invalid-value",
                node.location,
                f"{keyword!r} is left out: expected a list of schemas and found "
                f"{type_name(node.value)}",
            )
            return []
        return list(node.elements())

    def telling(self, parts: Iterable[Part]) -> list[Part]:
        """The parts that say something about the shape of a value."""
        return [part for part in parts if self.shapes(part)]

    def shapes(self, part: Part) -> bool:
        raw = self.raw(part)
        if any(key in SHAPING for key in raw):
            return True
        return isinstance(raw.get("additionalProperties"), dict)

    def single(self, parts: Sequence[Part]) -> tuple[Node | None, bool]:
        """The referred schema that all of ``parts`` come down to, if there is exactly one.

        ``{"nullable": true, "allOf": [{"$ref": …}]}`` comes down to the reference; the second
        value says whether null was allowed on the way. ``type``, limits and descriptions beside a
        reference don't make another schema of it.
        """
        nullable = False
        seen: set[tuple[str, str, frozenset[str]]] = set()
        current: Sequence[Part] = parts
        while True:
            for part in current:
                kind = self.raw(part).get("type")
                nullable = nullable or self.raw(part).get(NULLABLE) is True
                nullable = nullable or (isinstance(kind, list) and "null" in kind)
            telling = self.telling(current)
            if len(telling) != 1 or telling[0].key in seen:
                return None, nullable
            part = telling[0]
            seen.add(part.key)
            raw = self.raw(part)
            shaping = [key for key in raw if key in SHAPING]
            if shaping == ["$ref"] and is_reference(part.node):
                target = self.target(part.node)
                return target, nullable
            if shaping == ["allOf"]:
                current = [Part(node) for node in self.members(part, "allOf")]
                continue
            return None, nullable
