"""Text that came from a document, kept apart from text that is code.

A description, a name, a path, a default: whatever a document says is hostile until the one escaper
(:mod:`hoody_codegen.python.escape`) has turned it into a literal, a docstring or an identifier. The
type here makes the rule hold by itself: an :class:`Untrusted` value refuses to become a string, so
it can't slip into an f-string, a template or a file name by accident.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import total_ordering
from typing import Any, Generic, NoReturn, TypeAlias, TypeVar

T_co = TypeVar("T_co", covariant=True)
R = TypeVar("R")


@total_ordering
class Untrusted(Generic[T_co]):
    """A value read from a document: text, or any JSON value.

    It compares, hashes and sorts like the value it wraps (JSON values hash by their canonical
    form), and gives the value away only through :meth:`reveal`.
    """

    __slots__ = ("_value",)
    _value: Any

    def __init__(self, value: T_co) -> None:
        object.__setattr__(self, "_value", value)

    def reveal(self) -> T_co:
        """The value itself. For reading and deciding; what is printed goes through the escaper."""
        value: T_co = self._value
        return value

    def map(self, change: Callable[[T_co], R]) -> Untrusted[R]:
        """The result of ``change``, which is just as untrusted."""
        return Untrusted(change(self._value))

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError("Untrusted values can't be changed")

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Untrusted):
            return NotImplemented
        return _key(self._value) == _key(other._value)

    def __lt__(self, other: Untrusted[Any]) -> bool:
        return _key(self._value) < _key(other._value)

    def __hash__(self) -> int:
        return hash(_key(self._value))

    def __bool__(self) -> bool:
        return bool(self._value)

    def __repr__(self) -> str:
        return f"Untrusted({self._value!r})"

    def __str__(self) -> NoReturn:
        raise TypeError(
            "untrusted text can't be printed as it is: pass it through the escaper "
            "(hoody_codegen.python.escape)"
        )

    def __format__(self, format_spec: str) -> NoReturn:
        str(self)
        raise AssertionError("unreachable")


UntrustedText: TypeAlias = Untrusted[str]
"""Text from a document: a name, a path, a description."""

UntrustedJson: TypeAlias = Untrusted[Any]
"""A JSON value from a document: a default, an example, an allowed value."""


def _key(value: Any) -> tuple[Any, ...]:
    """A sortable, hashable key; the type is part of it, so that 1, 1.0 and True stay apart."""
    if type(value) is str:
        return ("str", value)
    if isinstance(value, Mapping):
        return ("object", tuple((_key(k), _key(v)) for k, v in value.items()))
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return ("array", tuple(_key(item) for item in value))
    if value is None:
        return ("null",)
    return (type(value).__name__, value)
