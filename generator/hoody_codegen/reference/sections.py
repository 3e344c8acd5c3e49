"""Pages cut into sections: the blocks that document one operation each."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from .announce import Announcement, announcement, part
from .blocks import Block, Kind
from .pages import Page
from .samples import is_sdk_sample


@dataclass(frozen=True, slots=True)
class Section:
    """One documented occurrence of an operation.

    ``announced`` is None where only a sample says what is called. ``title`` is the heading of this
    one operation, ``group`` the nearest heading above that isn't. ``blocks`` hold everything after
    the title but the announcement itself. ``above`` are the texts between the title and an
    announcing heading, ``shared`` the tables of a group that its operations share.
    """

    page: Page
    line: int
    announced: Announcement | None
    title: str
    group: str
    blocks: tuple[Block, ...]
    above: tuple[Block, ...] = ()
    shared: tuple[Block, ...] = ()
    last_on_page: bool = False


@dataclass(frozen=True, slots=True)
class Cut:
    """A page after the cut: its sections, and the blocks that belong to none of them."""

    sections: tuple[Section, ...]
    outside: tuple[Block, ...]


@dataclass(slots=True)
class _Start:
    index: int
    level: int
    announced: Announcement | None
    announced_at: int
    title: str
    end: int = 0
    group: str = ""
    alone: bool = False


def cut(page: Page) -> Cut:
    """Find the sections of a page: see :mod:`.announce` for the forms."""
    blocks = page.blocks
    starts = _starts(blocks)
    for position, start in enumerate(starts):
        limit = starts[position + 1].index if position + 1 < len(starts) else len(blocks)
        start.end = _end(blocks, start, limit)
    _titles(blocks, starts)
    sections = []
    inside: set[int] = set()
    for start in starts:
        inside.update(range(start.index, start.end))
        body = [
            i
            for i in range(start.index, start.end)
            if i != start.announced_at and not _is_title(blocks, start, i)
        ]
        sections.append(
            Section(
                page=page,
                line=blocks[max(start.announced_at, start.index)].line,
                announced=start.announced,
                title=start.title,
                group=start.group,
                blocks=tuple(blocks[i] for i in body),
            )
        )
    outside = [block for i, block in enumerate(blocks) if i not in inside]
    return Cut(_with_shared(blocks, starts, sections), tuple(outside))


def _is_title(blocks: Sequence[Block], start: _Start, index: int) -> bool:
    return index == start.index and blocks[index].kind is Kind.HEADING


def is_foreign_heading(block: Block) -> bool:
    """A heading that names no part of an operation: a title or a group."""
    return block.kind is Kind.HEADING and part(block.text) is None


def _starts(blocks: Sequence[Block]) -> list[_Start]:
    starts: list[_Start] = []
    taken = -1
    for index, block in enumerate(blocks):
        announced = announcement(block)
        if announced and block.kind is Kind.HEADING:
            starts.append(_Start(index, block.level, announced, index, ""))
            taken = index
        elif announced:
            title = _title_above(blocks, index, taken)
            level = blocks[title].level if title < index else 6
            starts.append(_Start(title, level, announced, index, ""))
            taken = index
        elif (
            is_foreign_heading(block)
            and not _is_inside(blocks, starts, index)
            and _holds_only_samples(blocks, index)
        ):
            starts.append(_Start(index, block.level, None, -1, ""))
            taken = index
    return starts


def _is_inside(blocks: Sequence[Block], starts: Sequence[_Start], index: int) -> bool:
    """Whether the heading at ``index`` is deeper than the running operation's own."""
    return bool(starts) and _end(blocks, starts[-1], index + 1) == index + 1


def _title_above(blocks: Sequence[Block], index: int, taken: int) -> int:
    """The place of the heading that belongs to the announcing line at ``index``."""
    for place in range(index - 1, taken, -1):
        if is_foreign_heading(blocks[place]):
            return place
    return index


def _holds_only_samples(blocks: Sequence[Block], index: int) -> bool:
    """Whether an SDK call stands under this heading, and no announcement before it."""
    for block in blocks[index + 1 :]:
        if is_foreign_heading(block) or announcement(block):
            return False
        if block.kind is Kind.FENCE and is_sdk_sample(block):
            return True
    return False


def _end(blocks: Sequence[Block], start: _Start, limit: int) -> int:
    first = max(start.index, start.announced_at) + 1
    for index in range(first, limit):
        block = blocks[index]
        if not is_foreign_heading(block):
            continue
        after_rule = blocks[index - 1].kind is Kind.RULE
        if block.level <= start.level or after_rule:
            return index
    return limit


def _titles(blocks: Sequence[Block], starts: Sequence[_Start]) -> None:
    """Give every start its own title, and the group heading above it."""
    own = {start.index for start in starts if not _announces(blocks[start.index])}
    for start in starts:
        if start.index in own:
            start.title = blocks[start.index].text
        for place in range(start.index - 1, -1, -1):
            block = blocks[place]
            if is_foreign_heading(block) and not _announces(block) and place not in own:
                start.group = block.text
                start.alone = start.index not in own and _alone_under(starts, place, start)
                break
    if all(start.alone or start.index in own for start in starts):
        # One heading for each operation: they are titles. Elsewhere a heading that covers a single
        # operation is the name of a group that happens to be small.
        for start in starts:
            start.title = start.title or start.group


def _announces(block: Block) -> bool:
    return announcement(block) is not None


def _alone_under(starts: Sequence[_Start], heading: int, start: _Start) -> bool:
    """Whether the heading stands right above this operation and above no other one."""
    position = starts.index(start)
    if position and starts[position - 1].index > heading:
        return False
    return position + 1 == len(starts) or starts[position + 1].index > start.end


def _with_shared(
    blocks: Sequence[Block], starts: Sequence[_Start], sections: Sequence[Section]
) -> tuple[Section, ...]:
    """Hand out the texts and tables between a heading and its operations.

    A group's tables go to all its operations where the group says that they share them; the texts
    under a title of one operation are about that operation.
    """
    result = []
    for start, section in zip(starts, sections, strict=True):
        group: list[Block] = []
        for place in range(start.index - 1, -1, -1):
            block = blocks[place]
            if any(s.index <= place < s.end for s in starts):
                continue
            if is_foreign_heading(block):
                break
            group.insert(0, block)
        said = any(b.kind is Kind.PARAGRAPH and _SHARING.search(b.text) for b in group)
        tables = tuple(b for b in group if b.kind is Kind.TABLE) if said else ()
        texts = tuple(b for b in group if b.kind in (Kind.PARAGRAPH, Kind.LIST))
        result.append(
            replace(
                section,
                above=texts if start.alone else (),
                shared=tables,
                last_on_page=section is sections[-1],
            )
        )
    return tuple(result)


_SHARING = re.compile(r"\bshare the same path and parameters\b|\bshare the same parameters\b", re.I)
