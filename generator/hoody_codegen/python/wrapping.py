"""Plain text for docstrings: Markdown from a document, wrapped and tidied.

The text stays hostile here: what these functions return goes through the escaper before it is
printed.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable

LINE_LENGTH = 100

_ITEM = re.compile(r"(\s*)([-*+•]|\d{1,3}[.)])\s+(?=\S)")
_FENCE = re.compile(r"\s*(`{3,}|~{3,})")
_OWN_LINE = re.compile(r"\s*(\||#{1,6}\s|>)")
# To another place of the same documentation; whole URLs stay.
_LINK_INSIDE = re.compile(r"\[([^\[\]]+)\]\([#/.][^()\s]*\)")
# Follows characters that are longer in code than they look, so that filling counts them right. It
# is no character (Unicode 23.7), and goes before anything is returned.
_FILLER = "\ufdd0"

_SENTENCE_END = (".", "!", "?", ":", "…", "。")


def wrap(text: str, width: int) -> list[str]:
    """Lines of at most ``width`` characters (longer only where one word is).

    Paragraphs are filled; list items keep their marker and get a hanging indent; table rows,
    headings and fenced code keep their lines. Links that lead nowhere from a docstring become
    their text.
    """
    lines: list[str] = []
    paragraph: list[str] = []
    lead = hang = ""
    fence: str | None = None

    def flush() -> None:
        nonlocal lead, hang
        if paragraph:
            lines.extend(_fill(" ".join(paragraph), width, lead, hang))
            paragraph.clear()
        lead = hang = ""

    for line in text.expandtabs(4).strip().splitlines():
        if fence is not None:
            lines.extend(_fill(line.rstrip(), width, "", "", keep=True))
            if line.strip().startswith(fence) and not line.strip().strip(fence[0]):
                fence = None
        elif opening := _FENCE.match(line):
            flush()
            fence = opening[1]
            lines.append(line.strip())
        elif not line.strip():
            flush()
            if lines and lines[-1]:
                lines.append("")
        elif item := _ITEM.match(line):
            flush()
            lead = f"{item[1]}{'-' if item[2] in '*+•' else item[2]} "
            hang = " " * len(lead)
            paragraph.append(line[item.end() :].strip())
        elif _OWN_LINE.match(line):
            flush()
            lines.extend(_fill(line.strip(), width, "", "    "))
        else:
            paragraph.append(line.strip())
    flush()
    return lines


def _fill(text: str, width: int, lead: str, hang: str, *, keep: bool = False) -> list[str]:
    if keep and shown_width(text) <= width:
        return [text]
    if not keep:
        text = _LINK_INSIDE.sub(r"\1", text)
    lines = textwrap.wrap(
        _with_filler(text),
        width,
        initial_indent=lead,
        subsequent_indent=hang,
        break_long_words=False,
        break_on_hyphens=False,
        drop_whitespace=True,
    )
    return [line.replace(_FILLER, "") for line in lines] or [""]


def shown_width(text: str) -> int:
    """Columns that the text takes in a docstring, where some characters have to be escaped."""
    return len(_with_filler(text))


def _with_filler(text: str) -> str:
    return "".join(
        character + _FILLER * (_columns(character) - 1) for character in text.replace(_FILLER, "")
    )


def _columns(character: str) -> int:
    if character in '\\"':
        return 2
    if character.isprintable() or character.isspace():
        return 1
    return 6 if ord(character) < 0x10000 else 10


def hanging(head: str, text: str, width: int) -> list[str]:
    """``head`` followed by ``text``; further lines are indented under it (Google style).

    Only the first paragraph runs on behind the head; lists and code keep their lines.
    """
    indent = "    "
    inner = wrap(text, width - len(indent))
    if not inner:
        return [head.rstrip()]
    first, rest = inner[0], inner[1:]
    if _ITEM.match(first) or _FENCE.match(first) or _OWN_LINE.match(first):
        return [head.rstrip(), *(indented(inner, indent))]
    paragraph = [first]
    while rest and rest[0] and not (_ITEM.match(rest[0]) or _FENCE.match(rest[0])):
        paragraph.append(rest.pop(0))
    return [
        *_fill(f"{head} {' '.join(paragraph)}", width, "", indent),
        *indented(rest, indent),
    ]


def indented(lines: Iterable[str], indent: str = "    ") -> list[str]:
    return [f"{indent}{line}" if line else "" for line in lines]


def sentence(text: str) -> str:
    """One line that ends like a sentence."""
    joined = " ".join(text.split())
    if not joined or joined.endswith(_SENTENCE_END):
        return joined
    return f"{joined}."


def same_words(first: str, second: str) -> bool:
    """Whether two texts say the same but for case, spaces and closing marks."""
    return _bare(first) == _bare(second)


def starts_with(text: str, start: str) -> bool:
    """Whether ``text`` begins with the words of ``start``."""
    return _bare(text).startswith(_bare(start))


def _bare(text: str) -> str:
    return " ".join(text.split()).casefold().strip(" .!:;`*_")


def blocks(*parts: Iterable[str]) -> str:
    """Groups of lines with an empty line between them; empty groups vanish."""
    groups = ["\n".join(part).strip("\n") for part in map(list, parts)]
    return "\n\n".join(group for group in groups if group)
