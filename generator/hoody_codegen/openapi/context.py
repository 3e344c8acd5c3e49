"""What the readers of one document share."""

from __future__ import annotations

from dataclasses import dataclass

from ..diagnostics import Diagnostics
from ..document import BrokenReference, Document, Node, is_reference, resolve
from .schemas import SchemaReader


@dataclass(frozen=True, slots=True)
class Context:
    document: Document
    diagnostics: Diagnostics
    schemas: SchemaReader

    def resolve(self, node: Node) -> Node | None:
        """The object behind a reference; None, with a warning, if there is none."""
        if not is_reference(node):
            return node
        try:
            return resolve(self.document, node)
        except BrokenReference as fault:
            place = node.child("$ref") or node
            self.diagnostics.warning(fault.code, place.location, str(fault), fault.hint)
            return None

    def mapping(self, node: Node, key: str) -> Node | None:
        """The object under ``key``; None if it is absent, or with a warning if it is no object."""
        found = node.child(key)
        if found is None or found.is_mapping:
            return found
        if found.value is not None:
            self.diagnostics.warning(
                "not-an-object", found.location, f"{key!r} is left out: expected an object"
            )
        return None

    def not_generated(self, node: Node, key: str) -> None:
        """Say so where a part of the document has no counterpart in a client."""
        found = node.child(key)
        if found is not None and found.value:
            self.diagnostics.note(
                "not-generated", found.location, f"{key!r} are requests to the caller: left out"
            )

    def list(self, node: Node, key: str) -> Node | None:
        """The list under ``key``; None if it is absent, or with a warning if it is no list."""
        found = node.child(key)
        if found is None or found.is_list:
            return found
        if found.value is not None:
            self.diagnostics.warning(
                "not-a-list", found.location, f"{key!r} is left out: expected a list"
            )
        return None
