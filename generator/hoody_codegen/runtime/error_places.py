"""Reading error bodies by their documented places (:class:`ErrorShape`)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

_MOST_ITEMS: Final = 100


def values_at(body: object, place: str) -> Iterator[object]:
    """What stands at a place: nothing, one value, or one for each item of a list."""
    yield from _values(body, place.split("."))


def texts_at(body: object, places: Iterable[str]) -> Iterator[str]:
    """Texts and whole numbers at the places, in their order; empty texts are left out."""
    for place in places:
        for value in values_at(body, place):
            if isinstance(value, str) and value.strip():
                yield value.strip()
            elif isinstance(value, int) and not isinstance(value, bool):
                yield str(value)


def _values(value: object, parts: list[str]) -> Iterator[object]:
    if not parts:
        yield value
        return
    key = parts[0].removesuffix("[]")
    if not isinstance(value, dict) or key not in value:
        return
    inner = value[key]
    if key == parts[0]:
        yield from _values(inner, parts[1:])
    elif isinstance(inner, list):
        for item in inner[:_MOST_ITEMS]:
            yield from _values(item, parts[1:])
