"""Values in the constants of generated modules, laid out so that no line grows too long."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import LiteralString

from ..text import Untrusted, UntrustedText
from .code import Code, code, join
from .escape import LINE_LENGTH, literal


@dataclass(frozen=True, slots=True)
class Keyword:
    """A keyword argument of a call."""

    name: Code
    value: Code


def keyword(name: LiteralString, value: Code) -> Keyword:
    return Keyword(Code(name), value)


def text_keyword(
    name: LiteralString, text: UntrustedText | str, *, indent: int = 4, after: str = " "
) -> Keyword:
    """A keyword argument with a text, cut between words where its line would be too long.

    Words end ``after`` this character: a path may be cut after any ``/``.
    """
    value = text.reveal() if isinstance(text, Untrusted) else text
    whole = literal(value)
    if indent + len(name) + len("=,") + len(whole) <= LINE_LENGTH:
        return keyword(name, whole)
    pieces = [literal(piece) for piece in _pieces(value, LINE_LENGTH - indent - 4, after)]
    return keyword(name, code("(\n{}\n)", join("\n", pieces)))


def texts_keyword(
    name: LiteralString, texts: Iterable[UntrustedText], *, indent: int = 8
) -> Keyword:
    """A keyword argument with a tuple of texts, each of them cut where it would be too long."""
    items: list[Code] = []
    for text in texts:
        whole = literal(text)
        if indent + len(whole) + len(",") > LINE_LENGTH:
            pieces = [literal(piece) for piece in _pieces(text.reveal(), LINE_LENGTH - indent - 4)]
            whole = code("(\n{}\n)", join("\n", pieces)) if len(pieces) > 1 else whole
        items.append(whole)
    if len(items) == 1:
        return keyword(name, code("({},)", items[0]))
    return keyword(name, code("({})", join(", ", items)))


def _pieces(text: str, width: int, after: str = " ") -> list[str]:
    """Parts of ``text``, each of which fits into ``width`` as a literal if its words are short."""
    pieces: list[str] = []
    current = ""
    for word in re.split(rf"(?<={re.escape(after)})", text):
        if current and len(literal(current + word)) > width:
            pieces.append(current)
            current = ""
        current += word
    return [*pieces, current] if current else pieces
