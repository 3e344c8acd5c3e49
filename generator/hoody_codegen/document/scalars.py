"""What a plain YAML scalar means.

The YAML 1.2 core schema (chapter 10.3), held to what JSON can say, as OpenAPI 3.1 (section 4.3)
asks: ``no``, ``on``, dates, octal and hexadecimal numbers, ``.inf`` and ``.nan`` stay text.
"""

from __future__ import annotations

import math
import re

JsonScalar = str | int | float | bool | None

_INTEGER = re.compile(r"[-+]?[0-9]+\Z", re.ASCII)
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\Z", re.ASCII)
_WORDS: dict[str, JsonScalar] = {
    "": None,
    "~": None,
    "null": None,
    "Null": None,
    "NULL": None,
    "true": True,
    "True": True,
    "TRUE": True,
    "false": False,
    "False": False,
    "FALSE": False,
}
_NUMBER_START = frozenset("+-.0123456789")
# Longer ones are no numbers any program calculates with, and reading them takes quadratic time.
_MAX_DIGITS = 400


def plain_scalar(text: str) -> JsonScalar:
    """The value of an unquoted scalar."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in _NUMBER_START:
        return text
    return number(text)


def number(text: str) -> str | int | float:
    """The number written here; the text itself if it is none that JSON can hold."""
    if len(text) > _MAX_DIGITS:
        return text
    if _INTEGER.match(text):
        return int(text)
    if _FLOAT.match(text):
        value = float(text)
        return value if math.isfinite(value) else text
    return text
