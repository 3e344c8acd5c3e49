"""The reference as pages: one source file of the documentation each."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from .blocks import Block, Kind, read_blocks

_MARKER = re.compile(r"^<!-- === (?P<name>\S+) === -->\s*$")
_SOURCE = re.compile(r"^_Source: `[^`]*`_$")


class PageKind(Enum):
    """``FLAT``: bullets of operations; ``DETAILED``: sections; ``OVERVIEW``: prose only."""

    FLAT = "flat"
    DETAILED = "detailed"
    OVERVIEW = "overview"


@dataclass(frozen=True, slots=True)
class Page:
    """A page: its name (``agent/mcp.mdx``), title, place and blocks (without title and source)."""

    name: str
    title: str
    line: int
    blocks: tuple[Block, ...]


def read_pages(text: str) -> list[Page]:
    """Split the whole reference at its page markers; text before the first one is no page."""
    lines = text.split("\n")
    starts = [(i, m.group("name")) for i, line in enumerate(lines) if (m := _MARKER.match(line))]
    pages = []
    for position, (start, name) in enumerate(starts):
        end = starts[position + 1][0] if position + 1 < len(starts) else len(lines)
        source = "\n".join(lines[start + 1 : end])
        blocks = read_blocks(source, first_line=start + 2)
        pages.append(_page(name, start + 1, blocks))
    return pages


def _page(name: str, line: int, blocks: list[Block]) -> Page:
    title = ""
    kept: list[Block] = []
    for block in blocks:
        if not title and block.kind is Kind.HEADING:
            title = block.text
        elif not (block.kind is Kind.PARAGRAPH and _SOURCE.match(block.text)):
            kept.append(block)
    return Page(name, title, line, tuple(kept))
