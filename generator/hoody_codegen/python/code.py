"""Text that is code: written by us, or let through by the escaper."""

from __future__ import annotations

from collections.abc import Iterable
from keyword import iskeyword
from typing import LiteralString

from ..naming.identifiers import Name


class Code(str):
    """A piece of Python (or of the TOML and Markdown around it) that is safe to print.

    Only text of ours may be wrapped by calling the class; what comes from a document passes
    :mod:`hoody_codegen.python.escape`, and pieces are put together with :func:`code`.
    """

    __slots__ = ()


def code(template: LiteralString, *parts: Code | Name) -> Code:
    """``template`` with each ``{}`` replaced by a part: ``code("{}[{}]", base, argument)``.

    Raises:
        TypeError: A part is plain text, which may come from anywhere.
        ValueError: The number of parts is not the number of ``{}``.
    """
    for part in parts:
        _require(part)
    pieces = template.split("{}")
    if len(pieces) != len(parts) + 1:
        raise ValueError(f"{template!r} has {len(pieces) - 1} places for {len(parts)} parts")
    return Code(pieces[0] + "".join(f"{p!s}{t}" for p, t in zip(parts, pieces[1:], strict=True)))


def join(separator: LiteralString, parts: Iterable[Code | Name]) -> Code:
    """The parts with ``separator`` between them."""
    return Code(separator.join(_require(part) for part in parts))


def dotted(path: str) -> Code:
    """Names with dots between, or in front of them (``dt.date``, ``..api.token``), as code.

    Raises:
        ValueError: A part is no identifier.
    """
    inner = path.lstrip(".")
    parts = inner.split(".") if inner else []
    if not path or not all(part.isidentifier() and not iskeyword(part) for part in parts):
        raise ValueError(f"{path!r} is no dotted name")
    return Code(path)


def _require(part: Code | Name) -> str:
    if not isinstance(part, Code | Name):
        raise TypeError(f"{part!r} is plain text: pass it through the escaper first")
    return part
