"""What a comparison finds, fact by fact, and the score of many."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Verdict = Literal["right", "wrong", "missing", "extra"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One fact: of which kind, where in the operation, and how the document stands to it."""

    kind: str
    where: str
    verdict: Verdict
    expected: str = ""
    found: str = ""

    def __str__(self) -> str:
        if self.verdict == "missing":
            return f"{self.kind}: {self.where}: missing, expected {self.expected}"
        if self.verdict == "extra":
            return f"{self.kind}: {self.where}: not in the reference: {self.found}"
        return f"{self.kind}: {self.where}: expected {self.expected}, found {self.found}"


def judged(kind: str, where: str, right: bool, expected: str, found: str = "") -> Finding:
    """A fact that both sides have."""
    return Finding(kind, where, "right" if right else "wrong", expected, found)


def stated(kind: str, where: str, present: bool, expected: str = "") -> Finding:
    """A fact that the document has or lacks."""
    return Finding(kind, where, "right" if present else "missing", expected)


def equal(kind: str, where: str, expected: str, found: str) -> Finding:
    """A fact that is one word on both sides."""
    return judged(kind, where, expected == found, expected, found)


@dataclass(slots=True)
class Score:
    """Counts of one kind of fact."""

    right: int = 0
    wrong: int = 0
    missing: int = 0
    extra: int = 0

    @property
    def recall(self) -> float:
        """The share of the stated facts that the document has right."""
        stated = self.right + self.wrong + self.missing
        return self.right / stated if stated else 1.0

    @property
    def precision(self) -> float:
        """The share of the document's facts of this kind that the reference supports."""
        given = self.right + self.wrong + self.extra
        return self.right / given if given else 1.0


def summary(findings: Iterable[Finding]) -> dict[str, Score]:
    """The score of each kind, in the order of the alphabet."""
    scores: dict[str, Score] = defaultdict(Score)
    for finding in findings:
        score = scores[finding.kind]
        setattr(score, finding.verdict, getattr(score, finding.verdict) + 1)
    return dict(sorted(scores.items()))


def as_lines(scores: dict[str, Score]) -> list[str]:
    """A table to print."""
    lines = [f"{'kind':18}{'facts':>7}{'recall':>9}{'precision':>11}"]
    for kind, score in scores.items():
        facts = score.right + score.wrong + score.missing
        lines.append(f"{kind:18}{facts:>7}{score.recall:>9.1%}{score.precision:>11.1%}")
    return lines
