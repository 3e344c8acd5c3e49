"""How a page announces an operation, and which headings are parts of one.

Six forms are in use: a heading or a line that is one code span (``METHOD /path``), a heading of two
code spans, a flat bullet, a curl call under a title, and nothing but an SDK call under a title.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

from .blocks import Block, Item, Kind

_METHOD_AND_PATH = re.compile(r"^`(?P<method>[A-Z]+) +(?P<path>/[^`\s]*)`$")
_TWO_SPANS = re.compile(r"^`(?P<method>[A-Z]+)` +`(?P<path>/[^`\s]*)`$")
_BULLET = re.compile(r"^\*\*(?P<method>[A-Z]+)\*\* +`(?P<path>/[^`]*)`(?: +— +(?P<summary>.+))?$")

_PARTS = {
    "parameters": re.compile(r"^(?:(?:path|query|header|url) )?parameters$", re.I),
    "body": re.compile(r"^request body(?: \(.*\))?$", re.I),
    "fields": re.compile(r"^response (?:body )?fields$", re.I),
    "headers": re.compile(r"^response headers$", re.I),
    "response": re.compile(
        r"^(?:example )?responses?(?: statuses| body)?(?: *[—–-] *`?\d{3}`?| \(\d{3}\))?$", re.I
    ),
    "sdk": re.compile(r"^sdk(?: usage| example)?$", re.I),
    "curl": re.compile(r"^curl$", re.I),
    "request": re.compile(r"^(?:example requests?|requests?(?: example)?|examples?)$", re.I),
}


@dataclass(frozen=True, slots=True)
class Announcement:
    """A method and a path as the page writes them."""

    method: str
    path: str


@dataclass(frozen=True, slots=True)
class Bullet:
    """A line of a summary page."""

    method: str
    path: str
    summary: str
    line: int


def announcement(block: Block) -> Announcement | None:
    """The operation that a heading or a paragraph of one line announces, if it does."""
    if block.kind not in (Kind.HEADING, Kind.PARAGRAPH):
        return None
    text = block.text.strip()
    match = _METHOD_AND_PATH.match(text) or _TWO_SPANS.match(text)
    if not match:
        return None
    return Announcement(match.group("method"), html.unescape(match.group("path")))


def bullet(item: Item) -> Bullet | None:
    """The operation that an item of a summary list names, if it does."""
    match = _BULLET.match(item.text.strip())
    if not match:
        return None
    summary = html.unescape(match.group("summary") or "").strip()
    return Bullet(match.group("method"), html.unescape(match.group("path")), summary, item.line)


def part(text: str) -> str | None:
    """The part of an operation that a heading or bold label opens, or None for any other text.

    One of ``parameters``, ``body``, ``fields`` (of a response), ``headers`` (of a response),
    ``response``, ``sdk``, ``curl``, ``request``.
    """
    label = text.strip().rstrip(":").strip()
    for name, pattern in _PARTS.items():
        if pattern.match(label):
            return name
    return None


def bold_label(text: str) -> str | None:
    """The text of a paragraph that is one bold run, without the marks and the colon."""
    match = re.fullmatch(r"\*\*([^*]+)\*\*:?", text.strip())
    return match.group(1).rstrip(":").strip() if match else None
