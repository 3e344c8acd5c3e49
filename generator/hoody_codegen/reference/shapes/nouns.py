"""Names for shapes: nouns from paths and property names."""

from __future__ import annotations

import re
from collections.abc import Iterable

_IRREGULAR = {
    "people": "person",
    "children": "child",
    "indices": "index",
    "indexes": "index",
    "statuses": "status",
    "aliases": "alias",
    "buses": "bus",
    "news": "news",
    "series": "series",
    "metadata": "metadata",
    "data": "data",
    "criteria": "criterion",
    "matches": "match",
    "caches": "cache",
    "cookies": "cookie",
    "movies": "movie",
    "stats": "stats",
    "photos": "photo",
    "videos": "video",
    "repos": "repo",
    "macros": "macro",
}
_NO_PLURAL = re.compile(r"(?:ss|us|is|os|ias|vas|las|https|dns|nfs|vfs|fs|tls|css|js|aws|gcs)$")
# Words of paths that say how the API is organised, not what a resource is.
_STRUCTURE = re.compile(r"api|v\d+(?:\.\d+)*|rest|public|internal")
_CAMEL = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+")
_PARAMETER = re.compile(r"\{[^}]*\}|:\w+")


def words(text: str) -> list[str]:
    """The words of a name, in lower case: `tokenId`, `token_id` and `token-id` are alike."""
    return [word.lower() for word in _CAMEL.findall(text)]


def pascal(text: str) -> str:
    """``text`` as the name of a component: `auth-token` gives `AuthToken`."""
    return "".join(word[:1].upper() + word[1:] for word in words(text))


def singular(word: str) -> str:
    """The singular of an English plural; other words are returned as they are."""
    lowered = word.lower()
    if lowered in _IRREGULAR:
        return _IRREGULAR[lowered]
    if len(word) < 4 or not lowered.endswith("s") or _NO_PLURAL.search(lowered):
        return word
    if lowered.endswith("ies"):
        return word[:-3] + "y"
    if re.search(r"(?:sses|xes|ches|shes|zzes)$", lowered):
        return word[:-2]
    return word[:-1]


def singular_name(text: str) -> str:
    """The component name of one of many `text`: `auth_tokens` gives `AuthToken`."""
    parts = words(text)
    if not parts:
        return ""
    return pascal(" ".join([*parts[:-1], singular(parts[-1])]))


def segments(path: str, prefix: str = "") -> list[str]:
    """The words of a path that name resources; parameters are kept as ``{}``.

    The prefix of the API (`/api/v1`) and, after it, the word ``prefix`` are left out. A fixed query
    counts as a word: `/{archive}?extract` and `/{path}?type=ftp` are about `extract` and `ftp`. A
    single letter (`?q`) says nothing.
    """
    kept: list[str] = []
    plain, _, query = path.partition("?")
    fixed = [value or key for key, _, value in (part.partition("=") for part in query.split("&"))]
    for segment in (*plain.split("/"), *(word for word in fixed if len(word) > 1)):
        if _PARAMETER.fullmatch(segment):
            kept.append("{}")
        elif segment and not _STRUCTURE.fullmatch(segment) and (kept or segment != prefix):
            kept.append(segment)
    return kept


def common_prefix(paths: Iterable[str], service: str) -> str:
    """The word that most paths of a service begin with, and which therefore says nothing.

    A collection (a word before a parameter) isn't one: it says what everything belongs to.
    """
    firsts = [parts for parts in map(segments, paths) if len(parts) > 1]
    counts: dict[str, int] = {}
    for parts in firsts:
        counts[parts[0]] = counts.get(parts[0], 0) + 1
    for parts in firsts:
        if "{}" in parts[:2]:
            counts.pop(parts[0], None)
    common = [word for word, count in counts.items() if count * 3 >= len(firsts) * 2]
    return common[0] if common else service
