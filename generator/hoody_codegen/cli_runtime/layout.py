"""Text for people: paragraphs and lists in lines that fit."""

from __future__ import annotations

import re
import shutil
import textwrap
from typing import Final

_CONTROL: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_OWN_LINE: Final = re.compile(r"\s*([-*•|>#]|\d+[.)]\s|`{3})|\s{4,}")

WIDEST: Final = 110


def width() -> int:
    """Columns to write in: those of the terminal, as long as lines can be read."""
    return max(40, min(WIDEST, shutil.get_terminal_size((100, 24)).columns))


def wrapped(text: str, indent: str, columns: int) -> str:
    """Paragraphs in lines of ``columns`` at most; items of lists and code keep their own lines.

    Control characters are left out: texts of a server come from strangers.
    """
    lines: list[str] = []
    for paragraph in _paragraphs(_CONTROL.sub("", text)):
        if not paragraph:
            lines.append("")
            continue
        lead = indent + paragraph[: len(paragraph) - len(paragraph.lstrip())]
        hang = "  " if _OWN_LINE.match(paragraph) else ""
        lines += textwrap.wrap(
            paragraph.strip(),
            columns,
            initial_indent=lead,
            subsequent_indent=lead + hang,
            break_long_words=False,
            break_on_hyphens=False,
        )
    return "\n".join(lines)


def _paragraphs(text: str) -> list[str]:
    found: list[str] = []
    fresh = True
    for line in text.strip("\n").splitlines():
        if not line.strip():
            found.append("")
            fresh = True
        elif fresh or _OWN_LINE.match(line):
            found.append(line.rstrip())
            fresh = False
        else:
            found[-1] = f"{found[-1]} {line.strip()}"
    return found


def definitions(rows: list[tuple[str, str]], columns: int, widest: int = 30) -> list[str]:
    """Two columns: a term, and what it means beside it or, if it is long, below."""
    room = min(widest, max((len(term) for term, _ in rows), default=0)) + 4
    lines: list[str] = []
    for term, meaning in rows:
        body = wrapped(meaning, " " * room, columns)
        head = f"  {term}"
        if not body:
            lines.append(head)
        elif len(head) + 2 <= room:
            lines.append(head.ljust(room) + body.lstrip(" "))
        else:
            lines += [head, body]
    return lines
