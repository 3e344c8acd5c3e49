"""One answer for everyone who wants a name in one scope, whoever came first.

Each wish brings candidates of rising force (the short name, the qualified one, the full one …). All
wishes start with their first. Where two meet, the one that has the better right (the lower rank:
documented before derived, exact spelling before approximate) keeps the name and the other moves on;
where none has, all of them move on, because nothing but order could tell them apart. This repeats
until nobody meets anybody. The last candidate of each wish carries a digest of what it stands for,
so that the end is certain; a counter, which would depend on the neighbours, is never used.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from ..diagnostics import Location

KeyT = TypeVar("KeyT", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Wish(Generic[KeyT]):
    """Someone who wants a name: ``what`` and ``origin`` tell a reader who it is."""

    key: KeyT
    candidates: tuple[str, ...]
    identity: str
    """What makes it different from all others in the scope; feeds the digest."""
    what: str
    origin: Location
    rank: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    name: str
    rivals: tuple[str, ...] = ()
    """Who else wanted the first choice; empty if it was free."""
    wanted: str = ""
    """The first choice, if it wasn't granted."""


def digest(identity: str) -> str:
    """Six letters and digits that depend on nothing but ``identity``; a letter comes first."""
    return "x" + hashlib.sha256(identity.encode("utf-8", "surrogatepass")).hexdigest()[:5]


def resolve(
    wishes: Iterable[Wish[KeyT]],
    *,
    accepts: Callable[[str], bool],
    claims: Callable[[str], Iterable[str]] = lambda name: (name,),
    taken: Iterable[str] = (),
) -> Mapping[KeyT, Answer]:
    """A name for each wish.

    Args:
        wishes: In any order; it doesn't matter.
        accepts: Whether a name can stand in this place at all.
        claims: Everything that a name occupies (a class also takes its module, say).
        taken: Claims that are gone already.
    """
    standing = [_Standing(wish, accepts) for wish in wishes]
    gone = frozenset(taken)
    while True:
        owners: dict[str, list[_Standing[KeyT]]] = {}
        for one in standing:
            for claim in set(claims(one.name)):
                owners.setdefault(claim, []).append(one)
        losers: dict[int, _Standing[KeyT]] = {}
        for claim, group in owners.items():
            if claim in gone:
                losing = group
            elif len(group) > 1:
                losing = _losers(group)
                for one in group:
                    one.met(group)
            else:
                continue
            losers.update((id(one), one) for one in losing if one.can_move)
        if not losers:
            return {one.wish.key: one.answer for one in standing}
        for one in losers.values():
            one.move()


def _losers(group: list[_Standing[KeyT]]) -> list[_Standing[KeyT]]:
    best = min(one.wish.rank for one in group)
    winners = [one for one in group if one.wish.rank == best]
    if len(winners) > 1:
        return group
    return [one for one in group if one is not winners[0]]


class _Standing(Generic[KeyT]):
    """A wish on its way down its candidates."""

    def __init__(self, wish: Wish[KeyT], accepts: Callable[[str], bool]) -> None:
        self.wish = wish
        last = f"{wish.candidates[-1]}_{digest(wish.identity)}"
        usable = [name for name in wish.candidates if accepts(name)]
        # Accepted or not, the digest form of a valid name is valid.
        self._names = tuple(dict.fromkeys([*usable, last]))
        self._level = 0
        self._rivals: set[str] = set()

    @property
    def name(self) -> str:
        return self._names[self._level]

    @property
    def can_move(self) -> bool:
        return self._level + 1 < len(self._names)

    def move(self) -> None:
        self._level += 1

    def met(self, group: list[_Standing[KeyT]]) -> None:
        if self._level == 0:
            self._rivals.update(one.wish.what for one in group if one is not self)

    @property
    def answer(self) -> Answer:
        first = self.wish.candidates[0]
        if self.name == first:
            return Answer(self.name)
        return Answer(self.name, tuple(sorted(self._rivals)), first)
