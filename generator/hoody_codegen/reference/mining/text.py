"""Cells and sentences as tokens: code spans set apart from prose, entities decoded.

The reference is Markdown that went through MDX: entities stand even inside code spans, pipes of
table cells are escaped, and an empty value is written as two backticks with nothing between them
(which CommonMark reads as text). :class:`Sentence` keeps each code span as one private-use
character, so that the rules of this package can be plain regular expressions over prose.
"""

from __future__ import annotations

import html
import json
import re
from dataclasses import dataclass

SPAN = "[\ue000-\uf8ff]"
"""Regular expression for one code span of a masked text."""

_FIRST_SPAN = 0xE000
_LAST_SPAN = 0xF8FF
_RUN = re.compile(r"`+")
_QUOTES = {'"': '"', "'": "'", "“": "”", "‘": "’"}


def clean(cell: str) -> str:
    """The text of a cell: entities decoded, pipes unescaped, white space folded, `—` dropped."""
    text = re.sub(r"\s+", " ", html.unescape(cell).replace("\\|", "|")).strip()
    return "" if text in {"—", "–", "-"} else text


@dataclass(frozen=True, slots=True)
class Sentence:
    """Prose whose code spans are masked: ``masked[i]`` of the private-use area is a span."""

    masked: str
    spans: tuple[str, ...]

    def span(self, mark: str) -> str:
        """The content of the code span that ``mark`` stands for."""
        return self.spans[ord(mark) - _FIRST_SPAN]

    def unmask(self, text: str) -> str:
        """``text`` with its code spans written out again."""
        return re.sub(SPAN, lambda found: f"`{self.span(found.group())}`", text)


def mask(text: str) -> Sentence:
    """Split ``text`` into prose and code spans; an unclosed pair of backticks is an empty span."""
    spans: list[str] = []
    out: list[str] = []
    place = 0
    while (opening := _RUN.search(text, place)) is not None:
        out.append(text[place : opening.start()])
        closing = _closing(text, opening.end(), opening.group())
        if closing is not None:
            content = text[opening.end() : closing]
            place = closing + len(opening.group())
        elif opening.group() == "``":
            content, place = "", opening.end()
        else:
            out.append(opening.group())
            place = opening.end()
            continue
        if len(spans) > _LAST_SPAN - _FIRST_SPAN:
            raise ValueError("a text with more code spans than the private-use area has characters")
        out.append(chr(_FIRST_SPAN + len(spans)))
        spans.append(content.strip() if content.strip() else "")
    out.append(text[place:])
    return Sentence("".join(out), tuple(spans))


def _closing(text: str, start: int, run: str) -> int | None:
    for found in _RUN.finditer(text, start):
        if found.group() == run:
            return found.start()
    return None


def literal(text: str) -> object:
    """The JSON value that a code span or a bare word shows; a word that isn't JSON is a string.

    ``"a"`` and ``'a'`` give ``a``; ``5`` a number, ``true`` a boolean, ``[]`` an array.
    """
    stripped = text.strip()
    closing = _QUOTES.get(stripped[:1])
    if len(stripped) >= 2 and closing and stripped.endswith(closing):
        try:
            value = json.loads(stripped)
        except ValueError:
            return stripped[1:-1]
        return value
    try:
        return json.loads(stripped, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return stripped


def _refuse(constant: str) -> object:
    """NaN and Infinity are no JSON."""
    raise ValueError(constant)
