"""What is said about a value besides its type: description, default, limits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from ..ir import Constraints, Example
from ..text import Untrusted, UntrustedJson, UntrustedText
from .flatten import Fragment

Number = int | float


_LIMITS = frozenset(
    {
        "exclusiveMaximum",
        "exclusiveMinimum",
        "maxItems",
        "maxLength",
        "maximum",
        "minItems",
        "minLength",
        "minimum",
        "multipleOf",
        "pattern",
        "uniqueItems",
        "x-unit",
    }
)
_UNLIMITED = Constraints()


@dataclass(frozen=True, slots=True)
class Facts:
    description: UntrustedText | None = None
    default: UntrustedJson | None = None
    constraints: Constraints = field(default_factory=Constraints)
    deprecated: bool = False
    read_only: bool = False
    write_only: bool = False
    title: UntrustedText | None = None
    inferred: UntrustedText | None = None
    examples: tuple[Example, ...] = ()


def text(value: Any) -> UntrustedText | None:
    """Text that says something; None for anything else."""
    return Untrusted(value) if isinstance(value, str) and value.strip() else None


def read_facts(fragments: Sequence[Fragment]) -> Facts:
    """The first fragment that says something has the word; of limits, the tightest hold."""
    default: UntrustedJson | None = None
    for fragment in fragments:
        if "default" in fragment.raw:
            default = Untrusted(fragment.raw["default"])
            break
    return Facts(
        description=_first(fragments, "description"),
        default=default,
        constraints=_constraints(fragments),
        deprecated=any(fragment.view.deprecated for fragment in fragments),
        read_only=any(fragment.view.readOnly for fragment in fragments),
        write_only=any(fragment.view.writeOnly for fragment in fragments),
        title=text(fragments[0].view.title) if fragments else None,
        inferred=inferred(fragments[0].raw) if fragments else None,
        examples=_examples(fragments),
    )


def inferred(raw: Any) -> UntrustedText | None:
    """``x-inferred``: text that says from what, or just ``true``."""
    if not isinstance(raw, dict):
        return None
    value = raw.get("x-inferred")
    if value is True:
        return Untrusted("inferred")
    if isinstance(value, list):
        value = "; ".join(str(item) for item in value)
    return text(value)


def _first(fragments: Sequence[Fragment], keyword: str) -> UntrustedText | None:
    for fragment in fragments:
        found = text(getattr(fragment.view, keyword))
        if found is not None:
            return found
    return None


def _examples(fragments: Sequence[Fragment]) -> tuple[Example, ...]:
    for fragment in fragments:
        values = fragment.raw.get("examples")
        if isinstance(values, list) and values:
            return tuple(Example(Untrusted(value)) for value in values)
    return ()


def _constraints(fragments: Sequence[Fragment]) -> Constraints:
    if not any(_LIMITS & fragment.raw.keys() for fragment in fragments):
        return _UNLIMITED
    patterns = [fragment.view.pattern for fragment in fragments if fragment.view.pattern]
    units = [unit for fragment in fragments if (unit := text(fragment.raw.get("x-unit")))]
    return Constraints(
        minimum=_limit(fragments, "minimum", max),
        maximum=_limit(fragments, "maximum", min),
        exclusive_minimum=_limit(fragments, "exclusiveMinimum", max),
        exclusive_maximum=_limit(fragments, "exclusiveMaximum", min),
        multiple_of=_limit(fragments, "multipleOf", max),
        min_length=_count(fragments, "minLength", max),
        max_length=_count(fragments, "maxLength", min),
        pattern=Untrusted(patterns[0]) if patterns else None,
        min_items=_count(fragments, "minItems", max),
        max_items=_count(fragments, "maxItems", min),
        unique_items=any(fragment.view.uniqueItems for fragment in fragments),
        unit=units[0] if units else None,
    )


def _limit(fragments: Sequence[Fragment], keyword: str, choose: Any) -> Number | None:
    """Numbers as they were written: the view has checked them, but made floats of all of them."""
    values: list[Number] = []
    for fragment in fragments:
        if getattr(fragment.view, keyword) is not None:
            raw = fragment.raw[keyword]
            is_number = isinstance(raw, int | float) and not isinstance(raw, bool)
            values.append(raw if is_number else getattr(fragment.view, keyword))
    found: Number | None = choose(values, default=None)
    return found


def _count(fragments: Sequence[Fragment], keyword: str, choose: Any) -> int | None:
    values = [getattr(fragment.view, keyword) for fragment in fragments]
    found: int | None = choose([value for value in values if value is not None], default=None)
    return found
