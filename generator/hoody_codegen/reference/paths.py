"""Paths: templates, their parameters, and the rules that settle which of two versions is true.

Summary pages and detailed pages disagree about some paths. The rules, in their order:

1. A detailed path that starts with ``/api/`` and the name of its own page carries an address of
   the documentation, not of the service. The prefix goes, if a summary page knows the path without
   it, or if that happened to another operation of the same page.
2. A versioned detailed path (``/api/v1/…``) that ends like an unversioned summary path is newer:
   the detailed one stays.
3. A detailed path that is the end of exactly one summary path was shortened: the summary path wins.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

_BRACES = re.compile(r"\{([^{}/]+)\}")
_COLON = re.compile(r"(?<=/):([A-Za-z_][A-Za-z0-9_]*)(?=/|$)")
_VERSIONED = re.compile(r"^/api/v\d+/")


@dataclass(frozen=True, slots=True)
class PathKey:
    """A path as written, taken apart at the question mark."""

    path: str
    query: str = ""

    @classmethod
    def parse(cls, text: str) -> PathKey:
        path, _, query = text.partition("?")
        return cls(path, query)

    def __str__(self) -> str:
        return f"{self.path}?{self.query}" if self.query else self.path


def parameter_names(path: str) -> list[str]:
    """The names of the template parameters, in path order; ``:id`` counts like ``{id}``."""
    text = PathKey.parse(path).path
    found = [(m.start(), m.group(1)) for m in _BRACES.finditer(text)]
    found += [(m.start(), m.group(1)) for m in _COLON.finditer(text)]
    return [name for _, name in sorted(found)]


def templated(path: str) -> str:
    """The path with ``{id}`` for ``:id``: OpenAPI knows templates in braces only."""
    return _COLON.sub(r"{\1}", path)


def segments(path: str) -> list[str]:
    return PathKey.parse(path).path.split("/")


def is_variable(segment: str) -> bool:
    return bool(_BRACES.search(segment)) or segment.startswith(":")


def fits_template(path: str, template: str) -> int | None:
    """How many segments of a concrete path a template fixes, or None when it doesn't fit."""
    ours, theirs = segments(path), segments(template)
    if len(ours) != len(theirs):
        return None
    fixed = 0
    for mine, other in zip(ours, theirs, strict=True):
        if is_variable(other):
            if not mine:
                return None
        elif mine == other:
            fixed += 1
        else:
            return None
    return fixed


def best_template(path: str, templates: Iterable[str]) -> str | None:
    """The template that fits a concrete path and fixes most of it."""
    scored = [(fits_template(path, t), t) for t in templates]
    fitting = sorted((-score, t) for score, t in scored if score is not None)
    return fitting[0][1] if fitting else None


def page_prefix(page: str) -> str:
    """What the documentation puts in front of the paths of a page (``/api/browser/control``)."""
    return "/api/" + re.sub(r"(?:/index)?\.mdx?$", "", page)


def without_prefix(path: str, prefix: str) -> str | None:
    """The path without a prefix of whole segments, or None when it doesn't have it."""
    if path.startswith(prefix + "/"):
        return path[len(prefix) :]
    return None


def is_newer(detailed: str, flat: str) -> bool:
    """Rule 2: both end alike, and only the detailed path has a version."""
    if not _VERSIONED.match(detailed) or _VERSIONED.match(flat):
        return False
    tail = re.sub(r"^/api(?=/)", "", flat)
    return tail != "/" and detailed.endswith(tail)


def is_shortened(detailed: str, flat: str) -> bool:
    """Rule 3: the detailed path is a proper end of the summary path."""
    return flat != detailed and detailed != "/" and flat.endswith(detailed)
