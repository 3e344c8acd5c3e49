"""What pages say of a whole group of operations, or of a whole service, before the first of them.

An introduction describes the tag that the page's operations carry (OpenAPI 3.1.0, section 4.8.22);
that of a service's own page describes the service (section 4.8.2).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from .blocks import Block, Kind, plain
from .names import words
from .pages import Page
from .texts import markdown

_COMMENT = re.compile(r"\{/\*.*?\*/\}", re.S)
_HEADINGS = frozenset(["about", "introduction", "overview"])
_NEARLY_ALL = 0.8


@dataclass(slots=True)
class Descriptions:
    """The texts of one service: its own, and that of each tag."""

    service: str = ""
    tags: dict[str, str] = field(default_factory=dict)


def introduction(page: Page, outside: Collection[Block]) -> tuple[Block, ...]:
    """The paragraphs and lists at the start of a page, of the blocks that no operation holds.

    A heading that repeats the title, or only says that an introduction follows, doesn't end it.
    """
    found: list[Block] = []
    for block in page.blocks:
        if block not in outside:
            break
        if block.kind is Kind.PARAGRAPH and not _COMMENT.sub("", block.text).strip():
            continue
        if block.kind in (Kind.PARAGRAPH, Kind.LIST):
            found.append(block)
        elif found or (block.kind is Kind.HEADING and not _opens(block, page)):
            break
    return tuple(found)


def _opens(heading: Block, page: Page) -> bool:
    said = {word.lower() for word in words(plain(heading.text))}
    title = {word.lower() for word in words(plain(page.title))}
    return heading.level == 1 or said == title or (len(said) == 1 and said <= _HEADINGS)


def describe(
    service: str,
    introductions: Sequence[tuple[Page, Sequence[Block]]],
    tags: Mapping[str, Sequence[str]],
    told: Iterable[str],
) -> tuple[Descriptions, list[Page]]:
    """The descriptions of a service and its tags, and the pages whose words are told by now.

    Args:
        service: Its name, which its own page has, too.
        introductions: Pages of the service that hold operations, in their order.
        tags: The tags of a page's operations, by its name, one for each operation.
        told: The descriptions of the operations: what they tell already isn't said again.
    """
    known = {paragraph for text in told for paragraph in text.split("\n\n")}
    by_tag: dict[str, list[str]] = {}
    own: list[str] = []
    used: list[Page] = []
    for page, blocks in introductions:
        text = markdown([block for block in blocks if markdown([block]) not in known])
        if text and _is_of_service(page, service):
            own.append(text)
        elif text and (tag := _main_tag(page, tags.get(page.name, ()))):
            by_tag.setdefault(tag, []).append(text)
        elif text:
            continue
        used.append(page)
    joined = {tag: "\n\n".join(texts) for tag, texts in by_tag.items()}
    return Descriptions("\n\n".join(own), joined), used


def _is_of_service(page: Page, service: str) -> bool:
    """Whether the page is ``<service>/index.mdx`` or ``<service>.mdx``, however it is spelled."""
    return _file(page.name.replace("/index.", ".")) == _plain(service)


def _main_tag(page: Page, tags: Sequence[str]) -> str | None:
    """The tag that the page is named for, else that of (nearly) all its operations."""
    names = (_plain(page.title), _file(page.name))
    counted = Counter(tags).most_common()
    named = [tag for tag, _ in counted if _plain(tag.partition(":")[2]) in names]
    if len(named) == 1:
        return named[0]
    return next((tag for tag, count in counted if count > _NEARLY_ALL * len(tags)), None)


def _file(name: str) -> str:
    return _plain(name.rpartition(".")[0].rpartition("/")[2])


def _plain(text: str) -> str:
    return "".join(words(text)).lower()
