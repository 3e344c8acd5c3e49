"""Which types the fragments of a schema allow, null among them, and the scalars they make."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ..diagnostics import Diagnostics
from ..document import Node
from ..ir import AnyType, ScalarKind, ScalarType, TypeRef
from .combine import enumeration, nullable
from .facts import text
from .flatten import Flattener, Fragment, Part
from .lift import NULLABLE

_STRING_FORMATS = {
    "date-time": ScalarKind.DATE_TIME,
    "date": ScalarKind.DATE,
    "binary": ScalarKind.BINARY,
    "byte": ScalarKind.BASE64,
}
_SCALARS = {
    "string": ScalarKind.STRING,
    "integer": ScalarKind.INTEGER,
    "number": ScalarKind.NUMBER,
    "boolean": ScalarKind.BOOLEAN,
    "null": ScalarKind.NULL,
}
# What a keyword says about the type where ``type`` itself is missing.
_IMPLIED = (
    ("object", ("properties", "patternProperties", "additionalProperties", "propertyNames")),
    ("array", ("items", "prefixItems", "minItems", "maxItems", "uniqueItems")),
    ("string", ("pattern", "minLength", "maxLength", "contentEncoding", "contentMediaType")),
    ("number", ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")),
)


@dataclass(slots=True)
class Kinds:
    """Answers for all fragments together."""

    flat: Flattener
    diagnostics: Diagnostics

    def types(self, fragments: Sequence[Fragment]) -> list[str]:
        """The types that all fragments allow, without null."""
        allowed: list[str] | None = None
        for fragment in fragments:
            own = types_of(fragment)
            own = [kind for kind in own if kind != "null"] if own else own
            if not own:
                continue
            if allowed is None:
                allowed = own
                continue
            both = [kind for kind in allowed if kind in own]
            if not both and {"integer", "number"} <= {*allowed, *own}:
                both = ["integer"]
            if both:
                allowed = both
            else:
                self.diagnostics.warning(
                    "type-conflict",
                    fragment.node.location,
                    f"no value can be {' or '.join(own)} and {' or '.join(allowed)} at once; the "
                    "second is left out of account",
                )
        if allowed is not None:
            return list(dict.fromkeys(allowed))
        if any("type" in fragment.raw and types_of(fragment) == ["null"] for fragment in fragments):
            return []
        for kind, keywords in _IMPLIED:
            if any(keyword in fragment.raw for fragment in fragments for keyword in keywords):
                return [kind]
        if any("required" in fragment.raw for fragment in fragments):
            return ["object"]
        formats = [fragment.view.schema_format for fragment in fragments]
        return ["string"] if any(name in _STRING_FORMATS for name in formats) else []

    def allows_null(
        self, fragments: Sequence[Fragment], seen: frozenset[Node] = frozenset()
    ) -> bool:
        """Authors who write null anywhere mean it: also beside ``allOf``, where strictly all of
        its members would have to allow it too."""
        for fragment in fragments:
            if fragment.raw.get(NULLABLE) is True or "null" in (types_of(fragment) or ()):
                return True
            branches = self.branches(fragment)
            if any(is_null_branch(node) for node in branches):
                return True
            if len(branches) == 1 and branches[0] not in seen:
                inner = self.flat.fragments((Part(branches[0]),))
                if self.allows_null(inner, seen | {branches[0]}):
                    return True
        values = self.values(fragments)
        return values is not None and None in values

    def only_null(self, fragments: Sequence[Fragment]) -> bool:
        return any(types_of(fragment) == ["null"] for fragment in fragments)

    # Enumerations and scalars

    def values(self, fragments: Sequence[Fragment]) -> list[Any] | None:
        """The allowed values, if they are listed; what several lists share."""
        allowed: list[Any] | None = None
        for fragment in fragments:
            if "const" in fragment.raw:
                own = [fragment.raw["const"]]
            elif fragment.view.enum is not None:
                own = fragment.raw["enum"]
            else:
                continue
            if allowed is None:
                allowed = list(own)
            else:
                shared = [value for value in allowed if value in own]
                allowed = shared or allowed
        return allowed

    def enum(
        self, values: Sequence[Any], kinds: Sequence[str], fragments: Sequence[Fragment]
    ) -> TypeRef:
        base = self.scalar(kinds[0], fragments) if len(kinds) == 1 else None
        scalar = base if isinstance(base, ScalarType) else None
        kept = list(values)
        if scalar is not None and scalar.kind is ScalarKind.STRING:
            kept = []
            for value in values:
                if isinstance(value, bool | int | float):
                    self.diagnostics.warning(
                        "enum-type",
                        fragments[0].node.location,
                        f"the allowed value {value!r} of a string is not text and is read as such",
                        "Put it in quotes.",
                    )
                    word = str(value)
                    kept.append(word.lower() if isinstance(value, bool) else word)
                else:
                    kept.append(value)
        found = enumeration(kept, scalar)
        null = self.allows_null(fragments) and None not in kept
        return nullable(found) if null else found

    def scalar(self, kind: str, fragments: Sequence[Fragment]) -> TypeRef:
        scalar = _SCALARS.get(kind)
        if scalar is None:
            return AnyType()
        formats = [fragment.view.schema_format for fragment in fragments]
        format_ = next((name for name in formats if name), None)
        if scalar is ScalarKind.STRING:
            if format_ in _STRING_FORMATS:
                return ScalarType(_STRING_FORMATS[format_])
            if any(fragment.view.contentEncoding == "base64" for fragment in fragments):
                return ScalarType(ScalarKind.BASE64)
        return ScalarType(scalar, text(format_))

    def branches(self, fragment: Fragment) -> list[Node]:
        return [
            node
            for keyword in ("oneOf", "anyOf")
            if keyword in fragment.raw
            for node in self.flat.members(fragment.part, keyword)
        ]


def types_of(fragment: Fragment) -> list[str] | None:
    kind = fragment.view.type
    if kind is None:
        return None
    return [item.value for item in (kind if isinstance(kind, list) else [kind])]


def is_null_branch(node: Node) -> bool:
    value = node.value
    if not isinstance(value, dict):
        return False
    if value.get("type") in ("null", ["null"]):
        return True
    return value.get("enum") == [None] or ("const" in value and value["const"] is None)
