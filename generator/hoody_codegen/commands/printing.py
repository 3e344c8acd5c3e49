"""Commands and groups as code: calls of their classes with what differs from the defaults."""

from __future__ import annotations

from typing import Any

from ..cli_runtime.model import (
    Argument,
    Column,
    Command,
    Group,
    Kind,
    Option,
    Output,
    Scope,
    ScopeArgument,
)
from ..naming.identifiers import ClassName, Identifier
from ..python.code import Code, code, join
from ..python.escape import literal
from ..python.literals import text_keyword

_CLASSES: tuple[type[Any], ...] = (
    *(Argument, Column, Command, Group, Kind, Option, Output, Scope, ScopeArgument),
)
_LEADING = {Kind: 1, Output: 1, Column: 3}
"""Fields that are given by place."""


def printed(value: Any, *, depth: int = 1) -> Code:
    """An expression for a value of the model; ``depth`` of brackets around it."""
    if isinstance(value, _CLASSES):
        return _call(value, depth)
    if isinstance(value, tuple) and any(isinstance(item, _CLASSES) for item in value):
        items = [printed(item, depth=depth + 1) for item in value]
        if len(items) == 1:
            return code("({},)", items[0])
        return code("({},)", join(", ", items))
    if isinstance(value, tuple) and value and all(isinstance(item, str) for item in value):
        texts = [text_keyword("", item, indent=4 * (depth + 2)).value for item in value]
        return code("({},)" if len(texts) == 1 else "({})", join(", ", texts))
    return literal(value)


def used_classes(value: Any) -> frozenset[str]:
    """Names of the classes of the model that the expression names."""
    found: set[str] = set()
    if isinstance(value, _CLASSES):
        found.add(type(value).__name__)
        defaults = type(value)._field_defaults
        for name, item in zip(value._fields, value, strict=True):
            if name not in defaults or item != defaults[name]:
                found |= used_classes(item)
    elif isinstance(value, tuple):
        for item in value:
            found |= used_classes(item)
    return frozenset(found)


def _call(value: Any, depth: int) -> Code:
    kind = type(value)
    defaults = kind._field_defaults
    leading = _LEADING.get(kind, 0)
    arguments: list[Code] = []
    for place, (name, item) in enumerate(zip(value._fields, value, strict=True)):
        if name in defaults and item == defaults[name]:
            leading = min(leading, place)
            continue
        if isinstance(item, str):
            keyword = text_keyword("", item, indent=4 * (depth + 1) + len(name))
            shown = keyword.value
        else:
            shown = printed(item, depth=depth + 1)
        if place < leading:
            arguments.append(shown)
        else:
            arguments.append(code("{}={}", Identifier(name), shown))
    return code("{}({})", ClassName(kind.__name__), join(", ", arguments))
