"""Names as types: a value of these classes can't exist unless Python accepts it in its place."""

from __future__ import annotations

import keyword
import re
import unicodedata
from typing import Self

from .reserved import WINDOWS_DEVICES

MAX_MODULE_LENGTH = 64
"""Characters of a module name: deep paths reach the 260 characters of Windows soon enough."""

_MODULE = re.compile(r"[a-z_][a-z0-9_]*\Z")
_CONSTANT = re.compile(r"_?[A-Z][A-Z0-9_]*\Z")


class Name(str):
    """A Python identifier (Python reference 2.3) that is no keyword and means the same in NFKC.

    Raises ValueError for anything else, names with two leading underscores included: inside a
    class Python would mangle them.
    """

    __slots__ = ()

    def __new__(cls, value: str) -> Self:
        if not cls.accepts(value):
            raise ValueError(f"{value!r} is no {cls.__name__}")
        return super().__new__(cls, value)

    @classmethod
    def accepts(cls, value: str) -> bool:
        """Whether ``value`` can stand in this place."""
        return (
            value.isidentifier()
            and not keyword.iskeyword(value)
            and not value.startswith("__")
            and unicodedata.normalize("NFKC", value) == value
        )


class Identifier(Name):
    """A method, an argument, an attribute."""

    __slots__ = ()


class ClassName(Name):
    """A class name: begins with a capital (or a letter without case) after an optional ``_``."""

    __slots__ = ()

    @classmethod
    def accepts(cls, value: str) -> bool:
        first = value.removeprefix("_")[:1]
        return super().accepts(value) and first != "_" and not first.islower()


class ModuleName(Name):
    """A module's name, which is also a file's: lower-case ASCII, short, safe on every system."""

    __slots__ = ()

    @classmethod
    def accepts(cls, value: str) -> bool:
        return (
            super().accepts(value)
            and _MODULE.match(value) is not None
            and len(value) <= MAX_MODULE_LENGTH
            and value not in WINDOWS_DEVICES
        )


class ConstantName(Name):
    """A module constant: ``_CREATE``."""

    __slots__ = ()

    @classmethod
    def accepts(cls, value: str) -> bool:
        return (
            super().accepts(value)
            and _CONSTANT.match(value.upper()) is not None
            and (value == value.upper())
        )
