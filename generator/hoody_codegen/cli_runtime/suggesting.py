"""What somebody may have meant."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

_MOST: Final = 4
"""More names than these are no help."""


def nearest(word: str, known: Iterable[str], count: int = 3) -> list[str]:
    """Those of ``known`` that look like ``word``, the most alike first."""
    from difflib import get_close_matches  # only needed when something is wrong

    by_key: dict[str, str] = {}
    for name in known:
        by_key.setdefault(_key(name), name)
    key = _key(word)
    found = get_close_matches(key, by_key, n=count, cutoff=0.6)
    if len(key) > 2:
        # "proj" is meant for "projects", however unlike they are by their lengths.
        longer = sorted(name for name in by_key if name.startswith(key) and name not in found)
        found = [*found, *longer][:count]
    return [by_key[name] for name in found]


def _key(name: str) -> str:
    # The dashes of flags would make all of them look alike.
    return name.lstrip("-").casefold()


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """``" Did you mean 'a' or 'b'?"``, or nothing."""
    return one_of(nearest(word, known))


def one_of(names: Sequence[str]) -> str:
    """``" Did you mean 'a', 'b' or 'c'?"``; nothing of none or of many."""
    if not 0 < len(names) <= _MOST:
        return ""
    *front, last = [f"'{name}'" for name in names]
    return f" Did you mean {', '.join(front)} or {last}?" if front else f" Did you mean {last}?"
