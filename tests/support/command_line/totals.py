"""What the command runs did, added up over all workers and printed at the end of the test run."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

import pytest

_KEY = "command_line_totals"


@dataclass
class CommandTotals:
    """Keys are ``"json api"``: form of output and service."""

    expected: dict[str, int] = field(default_factory=dict)
    """Operations of the service, each of which has to have a command that works."""
    passed: dict[str, list[str]] = field(default_factory=dict)
    """Commands that were called without a fault."""
    runs: int = 0

    def expect(self, output: str, service: str, operations: int) -> None:
        """A test begins that calls all commands of a service."""
        self.expected[f"{output} {service}"] = operations

    def count(self, output: str, service: str, command: str) -> None:
        """A command was called, and everything about it was right."""
        self.passed.setdefault(f"{output} {service}", []).append(command)

    def add(self, other: dict[str, Any]) -> None:
        """Add another worker's share."""
        self.expected.update(other["expected"])
        for key, names in other["passed"].items():
            self.passed.setdefault(key, []).extend(names)
        self.runs += other["runs"]

    @property
    def complete(self) -> bool:
        """Whether every operation has a command that passed in every form that was asked for."""
        return all(
            len(set(self.passed.get(key, ()))) == count for key, count in self.expected.items()
        )

    def __str__(self) -> str:
        documented = {key.partition(" ")[2]: count for key, count in self.expected.items()}
        passed: dict[str, set[str]] = {}
        for key in self.expected:
            service = key.partition(" ")[2]
            names = set(self.passed.get(key, ()))
            passed[service] = passed[service] & names if service in passed else names
        return (
            f"command line: {sum(map(len, passed.values()))} of {sum(documented.values())} "
            f"commands, {self.runs} runs"
        )


COMMAND_TOTALS = CommandTotals()
"""Of this process."""


class CommandReport:
    """Gathers the totals of the workers, prints them, and fails the run if a command is missing."""

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any, error: object) -> None:
        """A worker of pytest-xdist ends: take its share."""
        share = getattr(node, "workeroutput", {}).get(_KEY)
        if share:
            COMMAND_TOTALS.add(share)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        output = getattr(session.config, "workeroutput", None)
        if output is not None:
            output[_KEY] = asdict(COMMAND_TOTALS)
        elif not COMMAND_TOTALS.complete and exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if COMMAND_TOTALS.expected:
            colour = {"green": True} if COMMAND_TOTALS.complete else {"red": True}
            terminalreporter.write_line(str(COMMAND_TOTALS), **colour)
