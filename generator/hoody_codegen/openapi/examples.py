"""Documented example values of parameters, bodies and responses."""

from __future__ import annotations

from typing import Any

from ..document import Node
from ..ir import Example
from ..text import Untrusted
from .context import Context
from .facts import text

_WRAPPER = frozenset({"summary", "description", "value"})


def read_examples(context: Context, node: Node) -> tuple[Example, ...]:
    """From ``example`` and ``examples`` of a Parameter, Header or Media Type Object."""
    found: list[Example] = []
    if "example" in node.value:
        found.append(Example(Untrusted(node.value["example"])))
    examples = node.child("examples")
    if examples is None:
        return tuple(found)
    if examples.is_list:
        found.extend(Example(Untrusted(value)) for value in examples.value)
    for name, reference in examples.items():
        example = context.resolve(reference)
        if example is None or not example.is_mapping or "value" not in example.value:
            continue
        value, summary = _unwrap(example.value["value"])
        found.append(
            Example(
                Untrusted(value),
                name=Untrusted(name),
                summary=text(example.value.get("summary")) or text(summary),
            )
        )
    return tuple(found)


def _unwrap(value: Any) -> tuple[Any, Any]:
    """An Example Object inside an Example Object: some tools wrap twice."""
    if isinstance(value, dict) and "value" in value and len(value) > 1 and value.keys() <= _WRAPPER:
        return value["value"], value.get("summary")
    return value, None
