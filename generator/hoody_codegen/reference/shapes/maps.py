"""Maps or objects: whether the keys of examples are names of a shape or data."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

# Keys that are data: nobody names a property like this.
_DATA_KEY = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-.*"  # UUID
    r"|(?=.*\d)(?=.*[a-f])[0-9a-f]{12,}"  # hexadecimal id
    r"|[0-9A-HJKMNP-TV-Z]{26}"  # ULID
    r"|\d+(?:[-:.]\d+)*"  # number, date, address
    r"|[\w-]*/.*|~.*|\*"  # path or pattern
    r"|[\w-]+(?:\.[\w-]+)*\.(?:com|org|net|io|dev|ts|js|json|py|md|txt|local)"  # host or file
    r"|[^@\s]+@[^@\s]+"  # address
    r"|[a-z]+_[0-9a-zA-Z]*\d[0-9a-zA-Z]*"  # prefixed id
    r"|:\d+",
    re.I,
)
# Keys that can't be anything else, whatever their values are: `user:1`, `a b`, `x@y`.
_NO_NAME = re.compile(r"\w[\w.-]*(?:[:@ ][\w.-]+)+")
_PREFIXED_ID = re.compile(r"[a-z]+_(?=[0-9a-zA-Z]*\d)(?=[0-9a-zA-Z]*[A-Za-z])[0-9a-zA-Z]{6,}")
_VARIABLE = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*")
# Names of values that are maps wherever they occur.
_MAP_NAMES = re.compile(
    r"(?:.*_)?(?:env|environment|environment_vars|env_vars|headers|labels|variables|annotations"
    r"|counts|cookies|dependencies|scripts)|(?:\w*[a-z])?(?:Env|Headers|Dependencies)"
)
_BY_NAMES = re.compile(r"(?:.*_)?(?:by|per)_\w+|(?:.*(?:By|Per)|by|per)[A-Z]\w*")
_SAYS_MAP = re.compile(
    r"\breturns? an? (?:map|object|dictionary|record) (?:of \w+(?: \w+)? to|keyed by)\b"
    r"|\bmap keyed by\b|\bobject keyed by\b",
    re.I,
)


def says_map(text: str) -> bool:
    """Whether a sentence about the whole says that it is a map."""
    return bool(_SAYS_MAP.search(text))


def is_map(objects: Sequence[Mapping[str, Any]], name: str) -> bool:
    """Whether the keys of all ``objects`` are data, and their values of one kind.

    One key is enough where it can't be a name (a UUID, a path); keys that look like names need a
    tell-tale name of the whole (``env``, ``headers``, ``by_status``).
    """
    keys = sorted({key for entry in objects for key in entry})
    if keys and all(_NO_NAME.fullmatch(key) for key in keys):
        return True
    if not keys or not uniform([value for entry in objects for value in entry.values()]):
        return False
    if all(_is_data(key) for key in keys):
        return True
    values = [value for entry in objects for value in entry.values()]
    scalar = not any(isinstance(value, Mapping | list) for value in values)
    if scalar and (_MAP_NAMES.fullmatch(name) or _BY_NAMES.fullmatch(name)):
        return True
    if len(keys) > 1 and not scalar and (_BY_NAMES.fullmatch(name) or _names_itself(objects)):
        return True
    if name == "properties" and not scalar:
        # The member of a JSON Schema, shown as data.
        return True
    if not scalar and all(
        isinstance(value, Mapping) and set(value) == {"type", "value"} for value in values
    ):
        # Cells of a record: typed values under the names of its columns.
        return True
    texts = all(isinstance(value, str) for value in values)
    return len(keys) > 1 and texts and all(_VARIABLE.fullmatch(key) for key in keys)


def _names_itself(objects: Sequence[Mapping[str, Any]]) -> bool:
    """Whether every value has a member that repeats its key: `{"a": {"name": "a"}}`."""
    return all(
        isinstance(value, Mapping) and key in (value.get("name"), value.get("id"), value.get("key"))
        for entry in objects
        for key, value in entry.items()
    )


def _is_data(key: str) -> bool:
    if _PREFIXED_ID.fullmatch(key):
        return True
    found = _DATA_KEY.fullmatch(key)
    # `step_1` and the like are names as often as ids.
    return bool(found) and not re.fullmatch(r"[a-z]+_[0-9a-zA-Z]*", key, re.I)


def uniform(values: Sequence[Any]) -> bool:
    """One JSON type for all values (numbers count as one), and objects that share a member."""
    kinds = {_kind(value) for value in values if value is not None}
    if len(kinds) > 1:
        return False
    objects = [set(value) for value in values if isinstance(value, Mapping)]
    return not objects or not all(objects) or bool(set.intersection(*objects))


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    if isinstance(value, str):
        return "string"
    return "object" if isinstance(value, Mapping) else "array"
