"""Summaries and descriptions of operations."""

from __future__ import annotations

import re

from .anatomy import Anatomy
from .blocks import Block, Item, Kind, prose
from .operations import Operation

_SPELLED = re.compile(r"\b(?:[A-Z] ){1,}[A-Z]\b(?![a-z])")
_SENTENCE = re.compile(r"^(.+?[.!?])(?:\s|$)", re.S)
_LINK = re.compile(r"\[([^\]]+)\]\([^)]*\)")


def summary(operation: Operation) -> str:
    """The summary page's words, else the title, else the first sentence of the description."""
    for found in operation.summaries:
        if found.bullet.summary:
            return joined_acronyms(found.bullet.summary)
    for section in operation.sources:
        if section.title:
            return prose(section.title)
    return ""


def joined_acronyms(text: str) -> str:
    """``Import S D K`` as it was before somebody split it at its capitals."""
    return _SPELLED.sub(lambda match: match.group(0).replace(" ", ""), text)


def first_sentence(text: str) -> str:
    """The first sentence of a Markdown text, without links and the full stop."""
    line = _LINK.sub(r"\1", " ".join(text.split("\n\n", 1)[0].split()))
    match = _SENTENCE.match(line)
    return (match.group(1) if match else line).rstrip(".").strip()


def markdown(blocks: list[Block]) -> str:
    """Paragraphs and lists as Markdown again, entities decoded."""
    return "\n\n".join(filter(None, (_one(block) for block in blocks)))


def _one(block: Block) -> str:
    if block.kind is Kind.LIST:
        return "\n".join(_items(block.items, ""))
    return prose(block.text)


def _items(items: tuple[Item, ...], indent: str) -> list[str]:
    lines = []
    for item in items:
        text = prose(item.text).replace("\n", f"\n{indent}  ")
        lines.append(f"{indent}- {text}")
        lines += _items(item.items, indent + "  ")
    return lines


def description(anatomies: list[Anatomy]) -> str:
    """The introductions and the notes of all sections, each paragraph once."""
    seen: dict[str, None] = {}
    for anatomy in anatomies:
        # Words of a group of one speak of the operation only where every group is a title.
        above = anatomy.section.above if anatomy.section.title or not anatomy.intro else ()
        for block in (*above, *anatomy.intro):
            seen.setdefault(_one(block))
    for anatomy in anatomies:
        if not anatomy.section.last_on_page:
            for block in anatomy.notes:
                seen.setdefault(_one(block))
    return "\n\n".join(text for text in seen if text)
