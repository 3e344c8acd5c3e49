"""Where schemas stand, and what they are called when nobody has named them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..document import Node, split_pointer
from ..text import Untrusted, UntrustedText
from .flatten import Part

UnionKey = tuple[str, str, str]
"""File, pointer and keyword of a union."""


@dataclass(frozen=True, slots=True)
class Site:
    """Where an inline schema stands: the id and the context of the model it may become."""

    id: str
    context: tuple[UntrustedText, ...]

    def child(self, where: str, word: str | None = None) -> Site:
        step = where.replace("~", "~0").replace("/", "~1")
        return Site(f"{self.id}/{step}", (*self.context, Untrusted(word or where)))


@dataclass(frozen=True, slots=True)
class UnionBranches:
    """An ``oneOf`` or ``anyOf`` with its branches, without null ones."""

    part: Part
    keyword: str
    branches: tuple[Node, ...]

    @property
    def key(self) -> UnionKey:
        return (*self.part.node.identity, self.keyword)


def constant(schema: Any) -> Any:
    """The only allowed value of a schema, if it has one."""
    if not isinstance(schema, dict):
        return None
    if "const" in schema:
        return schema["const"]
    values = schema.get("enum")
    return values[0] if isinstance(values, list) and len(values) == 1 else None


def pointer_words(node: Node) -> tuple[UntrustedText, ...]:
    """Words for a schema that has no name: the keys on the way to it that aren't keywords."""
    skipped = {"components", "schemas", "properties", "paths", "content", "schema", "responses"}
    words = [token for token in split_pointer(node.pointer) if token not in skipped]
    return tuple(Untrusted(word) for word in words[-3:])
