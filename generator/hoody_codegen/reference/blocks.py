"""Markdown pages as a flat list of blocks with source lines.

The grammar is CommonMark (https://spec.commonmark.org/0.31.2/) with the table extension of GitHub
Flavored Markdown, read by markdown-it-py; nothing here looks for meaning.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.token import Token


class Kind(Enum):
    """What a block is; lists are kept whole, their items are in :attr:`Block.items`."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    FENCE = "fence"
    TABLE = "table"
    LIST = "list"
    RULE = "rule"
    HTML = "html"
    QUOTE = "quote"


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table: the Markdown source of its cells."""

    cells: tuple[str, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a list: the source of its paragraphs, joined, and the nested items."""

    text: str
    line: int
    items: tuple[Item, ...] = ()


@dataclass(frozen=True, slots=True)
class Block:
    """One block. ``text`` is Markdown source (a fence: its content, entities untouched)."""

    kind: Kind
    line: int
    text: str = ""
    level: int = 0
    info: str = ""
    header: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    items: tuple[Item, ...] = ()


def read_blocks(source: str, first_line: int = 1) -> list[Block]:
    """The blocks of a Markdown text whose first line has the number ``first_line``."""
    tokens = _markdown().parse(source)
    return list(_Reader(tokens, first_line).blocks())


@lru_cache(maxsize=1)
def _markdown() -> MarkdownIt:
    # The inline rules aren't needed: the importer reads the source of paragraphs and cells.
    return MarkdownIt("commonmark").enable("table").disable("inline")


class _Reader:
    def __init__(self, tokens: Sequence[Token], first_line: int) -> None:
        self._tokens = tokens
        self._offset = first_line

    def blocks(self) -> Iterator[Block]:
        index = 0
        while index < len(self._tokens):
            index, found = self._one(index)
            yield from found

    def _line(self, token: Token) -> int:
        return self._offset + (token.map[0] if token.map else 0)

    def _one(self, index: int) -> tuple[int, list[Block]]:
        token = self._tokens[index]
        line = self._line(token)
        match token.type:
            case "heading_open":
                text = self._tokens[index + 1].content
                block = Block(Kind.HEADING, line, text, level=int(token.tag[1:]))
                return index + 3, [block]
            case "paragraph_open":
                return index + 3, [Block(Kind.PARAGRAPH, line, self._tokens[index + 1].content)]
            case "fence" | "code_block":
                info = token.info.strip()
                return index + 1, [Block(Kind.FENCE, line, token.content, info=info)]
            case "hr":
                return index + 1, [Block(Kind.RULE, line)]
            case "html_block":
                return index + 1, [Block(Kind.HTML, line, token.content)]
            case "table_open":
                return self._table(index)
            case "bullet_list_open" | "ordered_list_open":
                end, items, nested = self._list(index)
                block = Block(Kind.LIST, line, items=tuple(items))
                return end, [block, *nested]
            case "blockquote_open":
                end = self._closing(index)
                texts = [t.content for t in self._tokens[index:end] if t.type == "inline"]
                return end, [Block(Kind.QUOTE, line, "\n\n".join(texts))]
        return index + 1, []

    def _closing(self, index: int) -> int:
        depth = 0
        while True:
            depth += self._tokens[index].nesting
            index += 1
            if depth == 0:
                return index

    def _table(self, index: int) -> tuple[int, list[Block]]:
        end = self._closing(index)
        rows: list[Row] = []
        cells: list[str] = []
        row_line = 0
        for token in self._tokens[index:end]:
            if token.type == "tr_open":
                cells, row_line = [], self._line(token)
            elif token.type == "inline":
                cells.append(token.content.strip())
            elif token.type == "tr_close":
                rows.append(Row(tuple(cells), row_line))
        head, *body = rows
        line = self._line(self._tokens[index])
        return end, [Block(Kind.TABLE, line, header=head.cells, rows=tuple(body))]

    def _list(self, index: int) -> tuple[int, list[Item], list[Block]]:
        """The items of a list, and the fences and tables inside it as blocks of their own."""
        end = self._closing(index)
        items: list[Item] = []
        loose: list[Block] = []
        index += 1
        while index < end - 1:
            item_end = self._closing(index)
            line = self._line(self._tokens[index])
            texts: list[str] = []
            children: list[Item] = []
            index += 1
            while index < item_end - 1:
                token = self._tokens[index]
                if token.type in ("bullet_list_open", "ordered_list_open"):
                    index, nested, more = self._list(index)
                    children += nested
                    loose += more
                    continue
                index, found = self._one(index)
                for block in found:
                    if block.kind in (Kind.FENCE, Kind.TABLE):
                        loose.append(block)
                    else:
                        texts.append(block.text)
            items.append(Item("\n\n".join(texts), line, tuple(children)))
            index = item_end
        return end, items, loose


_SPACES = re.compile(r"[ \t\u00a0]+")
_CODE = re.compile(r"^(`+)\s?(.*?)\s?\1$", re.S)


def plain(text: str) -> str:
    """Markdown source as one line of readable Markdown: entities decoded, lines joined."""
    return _SPACES.sub(" ", html.unescape(text).replace("\n", " ")).strip()


def prose(text: str) -> str:
    """Like :func:`plain`, but keeps the line breaks of the source."""
    lines = (_SPACES.sub(" ", line).strip() for line in html.unescape(text).split("\n"))
    return "\n".join(lines).strip()


def unquote_code(text: str) -> str:
    """The content of a cell that is one code span, or the cell itself."""
    text = text.strip()
    match = _CODE.match(text)
    if match and match.group(1) not in match.group(2):
        return html.unescape(match.group(2))
    return html.unescape(text)


def code_spans(text: str) -> list[str]:
    """The contents of all code spans of a text, in order, entities decoded."""
    return [html.unescape(m.group(2).strip()) for m in re.finditer(r"(`+)(.+?)\1", text, re.S)]
