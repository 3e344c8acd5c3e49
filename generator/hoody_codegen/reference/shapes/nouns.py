"""Names for shapes: nouns from paths and property names."""

from __future__ import annotations

import re

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
    "kubernetes": "kubernetes",
}
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
    if len(word) < 4 or not lowered.endswith("s") or re.search(r"(?:ss|us|is|os)$", lowered):
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


def segments(path: str, service: str) -> list[str]:
    """The words of a path that name resources; parameters are kept as ``{}``.

    The prefix of the API (`/api/v1`) and the name of the service itself are left out.
    """
    kept: list[str] = []
    for segment in path.partition("?")[0].split("/"):
        if _PARAMETER.fullmatch(segment):
            kept.append("{}")
        elif segment and not _STRUCTURE.fullmatch(segment) and (kept or segment != service):
            kept.append(segment)
    return kept
