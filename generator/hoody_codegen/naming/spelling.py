"""From the text of a document to candidates for a name, best first."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache

from . import words
from .identifiers import MAX_MODULE_LENGTH, ClassName, Identifier, ModuleName
from .reserved import MODULES
from .resolve import digest

MAX_LENGTH = 60
"""Characters of a name; a longer one would be no help to anybody, and with what is put around it
(``AsyncXWithRawResponse``) it wouldn't fit into a line."""


def snake_name(text: str, *, filler: str, reserved: Collection[str] = ()) -> str:
    """``text`` as a snake-case identifier that isn't reserved.

    ``filler`` is the word to begin with where ``text`` has none that can (``404``).
    """
    return _free(_begin(words.snake(text), text, filler), reserved)


def spelled_name(text: str, *, filler: str, reserved: Collection[str] = ()) -> str:
    """Like :func:`snake_name`, with punctuation and case written out."""
    return _free(_begin(words.spelled(text), text, filler), reserved)


def class_name(*texts: str) -> str:
    """The texts side by side in PascalCase; ``Model404`` where the first begins with a digit."""
    pascal = words.join_pascal(tuple(filter(None, map(words.pascal, texts))))
    if not pascal or pascal[0].isdigit() or not ClassName.accepts(pascal):
        pascal = f"Model{_ascii(pascal) if pascal else ''}"
    return _cut(pascal, "")


@cache
def module_name(class_name_: str) -> ModuleName:
    """The module of a class (or of any other name): snake case, short, ASCII."""
    name = _ascii(words.snake(class_name_))
    if not name or name[0].isdigit():
        name = f"m_{name}"
    if len(name) > MAX_MODULE_LENGTH - 1:
        name = f"{name[: MAX_MODULE_LENGTH - 8].rstrip('_')}_{digest(name)}"
    return ModuleName(_free(name, MODULES))


def _begin(name: str, text: str, filler: str) -> str:
    """``name`` with a first character that an identifier can have."""
    if not name or name[0].isdigit():
        spelled = words.spelled(text)
        # "+1" and "-1" are better told by their sign than by a filler.
        name = spelled if spelled and not spelled[0].isdigit() else f"{filler}_{name}".rstrip("_")
    if not Identifier.accepts(f"{name}_"):
        name = _ascii(name)
    return _cut(name, "_")


def _free(name: str, reserved: Collection[str]) -> str:
    return f"{name}_" if name in reserved or not Identifier.accepts(name) else name


def _cut(name: str, separator: str) -> str:
    if len(name) <= MAX_LENGTH:
        return name
    return f"{name[: MAX_LENGTH - 7].rstrip('_')}{separator}{digest(name)}"


def _ascii(text: str) -> str:
    return "".join(c if c.isascii() else f"u{ord(c):04x}" for c in text)
