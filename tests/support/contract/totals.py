"""What the contract run did, added up over all workers and printed at the end of the run."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

import pytest

from .kinds import Kind

_KEY = "contract_totals"


@dataclass
class Totals:
    """What was asked for and what was done. Keys are ``"sync api"``: colour and service."""

    documented: dict[str, int] = field(default_factory=dict)
    called: dict[str, list[str]] = field(default_factory=dict)
    calls: int = 0
    invalid: int = 0
    errors: dict[str, list[int]] = field(default_factory=dict)
    """Documented (operation, status, code) triples, and how many were raised as documented."""

    speakable: dict[str, list[str]] = field(default_factory=dict)
    """Operations that have to be spoken, by colour and kind: ``"sync event streams"``."""
    spoken: dict[str, list[str]] = field(default_factory=dict)
    """Those of them that were."""

    def expect(self, colour: str, service: str, operations: int) -> None:
        """A test begins that calls all operations of a service."""
        self.documented[f"{colour} {service}"] = operations

    def expect_spoken(self, colour: str, kind: Kind, operations: Iterable[str]) -> None:
        """A test begins that speaks these operations of a kind."""
        key = f"{colour} {kind.value}"
        known = self.speakable.setdefault(key, [])
        known.extend(name for name in operations if name not in known)

    def speak(self, colour: str, kind: Kind, operation: str) -> None:
        """An operation of a kind was spoken as documented."""
        self.spoken.setdefault(f"{colour} {kind.value}", []).append(operation)

    def count(self, colour: str, service: str, operation: str) -> None:
        """A valid request of an operation arrived."""
        self.called.setdefault(f"{colour} {service}", []).append(operation)

    def count_errors(self, colour: str, service: str, *, documented: int, raised: int) -> None:
        """All documented errors of a service were asked for."""
        self.errors[f"{colour} {service}"] = [documented, raised]

    def add(self, other: dict[str, Any]) -> None:
        """Add another worker's share."""
        self.documented.update(other["documented"])
        for key, names in other["called"].items():
            self.called.setdefault(key, []).extend(names)
        self.calls += other["calls"]
        self.invalid += other["invalid"]
        self.errors.update(other["errors"])
        for mine, theirs in ((self.speakable, other["speakable"]), (self.spoken, other["spoken"])):
            for key, names in theirs.items():
                mine.setdefault(key, []).extend(names)

    @property
    def complete(self) -> bool:
        """Whether every operation was called in every colour, and every request was valid."""
        return (
            self.invalid == 0
            and all(documented == raised for documented, raised in self.errors.values())
            and all(
                len(set(self.called.get(key, ()))) == count
                for key, count in self.documented.items()
            )
            and all(
                set(names) <= set(self.spoken.get(key, ())) for key, names in self.speakable.items()
            )
        )

    def __str__(self) -> str:
        documented = {key.partition(" ")[2]: count for key, count in self.documented.items()}
        called: dict[str, set[str]] = {}
        for key in self.documented:
            names = set(self.called.get(key, ()))
            service = key.partition(" ")[2]
            called[service] = called[service] & names if service in called else names
        operations = sum(map(len, called.values()))
        return (
            f"contract: {operations} of {sum(documented.values())} operations, "
            f"{self.calls} calls, {self.invalid} invalid{self._spoken_text}"
        )

    @property
    def _spoken_text(self) -> str:
        """``; 12 event streams, 2 NDJSON``: what was spoken in every colour that was run."""
        parts: list[str] = []
        for kind in Kind:
            keys = [key for key in self.speakable if key.partition(" ")[2] == kind.value]
            wanted = set[str]().union(*(self.speakable[key] for key in keys))
            done = set(wanted)
            for key in keys:
                done &= set(self.spoken.get(key, ()))
            if wanted:
                of = "" if done == wanted else f" of {len(wanted)}"
                parts.append(f"{len(done)}{of} {kind.value}")
        return f"; {', '.join(parts)}" if parts else ""

    @property
    def error_line(self) -> str:
        """How many documented errors were raised, per colour."""
        parts: list[str] = []
        for colour in ("sync", "async"):
            counts = [n for key, n in self.errors.items() if key.partition(" ")[0] == colour]
            documented, raised = (sum(n[i] for n in counts) for i in (0, 1))
            parts.append(f"{raised} of {documented} {colour}")
        return f"documented errors raised: {', '.join(parts)}"


TOTALS = Totals()
"""Of this process."""


class ContractReport:
    """Gathers the totals of the workers, prints them, and fails the run if they have a gap."""

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any, error: object) -> None:
        """A worker of pytest-xdist ends: take its share."""
        share = getattr(node, "workeroutput", {}).get(_KEY)
        if share:
            TOTALS.add(share)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        output = getattr(session.config, "workeroutput", None)
        if output is not None:
            output[_KEY] = asdict(TOTALS)
        elif not TOTALS.complete and exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if TOTALS.documented:
            colour = {"green": True} if TOTALS.complete else {"red": True}
            terminalreporter.write_line(str(TOTALS), **colour)
            if TOTALS.errors:
                terminalreporter.write_line(TOTALS.error_line, **colour)
