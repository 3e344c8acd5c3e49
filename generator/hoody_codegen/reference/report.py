"""What became of every block: the import report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from .blocks import Block, Kind

COUNTED = (Kind.TABLE, Kind.FENCE, Kind.LIST)
"""The kinds of block that must be used or listed; headings and prose are read as text."""

TOTALS = (
    "operations",
    "detailed sections",
    "summary bullets",
    "parameter rows",
    "parameters",
    "request bodies",
    "body fields",
    "response fields",
    "responses",
    "error tables",
    "error rows",
    "error codes",
    "examples",
    "pagination",
    "streams",
    "inferred",
)
"""The columns of the totals, in their order."""


@dataclass(frozen=True, slots=True, order=True)
class Leftover:
    """A block that gave nothing, or only a remark, and why."""

    line: int
    page: str
    kind: str
    reason: str


@dataclass(slots=True)
class Ledger:
    """Keeps account of blocks while the pages are read."""

    _used: dict[int, tuple[str, str]] = field(default_factory=dict)
    _left: dict[int, Leftover] = field(default_factory=dict)
    _remarks: dict[int, Leftover] = field(default_factory=dict)

    def use(self, page: str, block: Block, role: str) -> None:
        """The block was read; the first role counts."""
        self._used.setdefault(block.line, (page, role))
        self._left.pop(block.line, None)

    def leave(self, page: str, block: Block, reason: str) -> None:
        """The block wasn't used, for a reason; a later use wins."""
        if block.line not in self._used:
            self._left.setdefault(block.line, Leftover(block.line, page, block.kind.value, reason))

    def remark(self, page: str, block: Block, reason: str) -> None:
        """The block was used, but not as it stands."""
        self._remarks[block.line] = Leftover(block.line, page, block.kind.value, reason)

    def knows(self, block: Block) -> bool:
        return block.line in self._used or block.line in self._left

    def close(self, page: str, blocks: Iterable[Block]) -> None:
        """List what nobody touched."""
        for block in blocks:
            if block.kind in COUNTED and not self.knows(block):
                self.leave(page, block, "not recognised")

    @property
    def leftovers(self) -> list[Leftover]:
        return sorted(self._left.values())

    @property
    def remarks(self) -> list[Leftover]:
        return sorted(self._remarks.values())

    @property
    def roles(self) -> Counter[str]:
        return Counter(role for _, role in self._used.values())


@dataclass(slots=True)
class ImportReport:
    """The outcome of an import: totals per service, blocks by role, leftovers, remarks."""

    services: dict[str, Counter[str]] = field(default_factory=dict)
    codes: dict[str, set[str]] = field(default_factory=dict)
    roles: Counter[str] = field(default_factory=Counter)
    leftovers: list[Leftover] = field(default_factory=list)
    remarks: list[Leftover] = field(default_factory=list)
    pages: Counter[str] = field(default_factory=Counter)

    def count(self, service: str, what: str, number: int = 1) -> None:
        self.services.setdefault(service, Counter())[what] += number

    def totals(self) -> dict[str, int]:
        """The sums over all services; error codes are counted once."""
        total = {name: sum(c[name] for c in self.services.values()) for name in TOTALS}
        total["error codes"] = len(set().union(*self.codes.values())) if self.codes else 0
        return total

    def as_json(self) -> dict[str, object]:
        """The totals for machines: ``{"total": {…}, "services": {name: {…}}, …}``."""
        return {
            "total": self.totals(),
            "services": {
                name: {what: self.services[name][what] for what in TOTALS}
                for name in sorted(self.services)
            },
            "pages": dict(sorted(self.pages.items())),
            "blocks": dict(sorted(self.roles.items())),
            "unused": len(self.leftovers),
        }

    def as_markdown(self) -> str:
        """The report for people."""
        lines = [
            "# Import report",
            "",
            "Written by `hoody-codegen import-reference`; don't edit. Every table, fence and list",
            "of the reference is either used for an operation (counted under *Blocks used*) or",
            "listed with its reason under *Blocks not used*.",
            "",
            "## Pages",
            "",
            *(f"- {kind}: {count}" for kind, count in sorted(self.pages.items())),
            "",
            "## Blocks used",
            "",
            "| Used as | Blocks |",
            "|---|---:|",
            *(f"| {role} | {count} |" for role, count in sorted(self.roles.items())),
            "",
            "## Remarks",
            "",
            *_listing(self.remarks),
            "## Blocks not used",
            "",
            *_listing(self.leftovers),
            "## Totals",
            "",
            *self._totals_table(),
            "",
        ]
        return "\n".join(lines)

    def _totals_table(self) -> list[str]:
        head = "| Service | " + " | ".join(TOTALS) + " |"
        lines = [head, "|---|" + "---:|" * len(TOTALS)]
        for name in sorted(self.services):
            cells = " | ".join(str(self.services[name][what]) for what in TOTALS)
            lines.append(f"| {name} | {cells} |")
        total = self.totals()
        lines.append("| **all** | " + " | ".join(str(total[what]) for what in TOTALS) + " |")
        lines += ["", "An error code that several services use is counted once in the last row."]
        return lines


def _listing(entries: Iterable[Leftover]) -> list[str]:
    found = sorted(entries)
    if not found:
        return ["None.", ""]
    lines = ["| Line | Page | Block | Reason |", "|---:|---|---|---|"]
    lines += [
        f"| {e.line} | {e.page} | {e.kind} | {e.reason.replace('|', chr(92) + '|')} |"
        for e in found
    ]
    return [*lines, ""]
