"""Places in documents, faults found there, and a collector that keeps them all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import IntEnum


@dataclass(frozen=True, slots=True, order=True)
class Location:
    """A place in a document.

    ``file`` is the path as the user gave it (never made absolute), ``pointer`` a JSON Pointer
    (RFC 6901) into it, ``line`` and ``column`` start at 1; 0 means that the place isn't known.
    """

    file: str
    pointer: str = ""
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        if self.line:
            return f"{self.file}:{self.line}:{self.column}"
        return f"{self.file}#{self.pointer}" if self.pointer else self.file


class Severity(IntEnum):
    """How bad it is: a note informs, a warning degrades a part, an error stops the run."""

    NOTE = 0
    WARNING = 1
    ERROR = 2


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One fault: a stable code (``ref-not-found``), where, what is wrong and what to do."""

    code: str
    severity: Severity
    location: Location
    message: str
    hint: str = ""

    def __str__(self) -> str:
        text = f"{self.location}: {self.severity.name.lower()}: {self.message} [{self.code}]"
        return f"{text}\n    hint: {self.hint}" if self.hint else text

    @property
    def sort_key(self) -> tuple[str, int, int, str, str, str]:
        """Order by place, so that the list doesn't depend on who found what first."""
        place = self.location
        return (place.file, place.line, place.column, place.pointer, self.code, self.message)


@dataclass(slots=True)
class Diagnostics:
    """Collects faults; a step reports and goes on, and the pipeline decides when to stop."""

    _found: dict[Diagnostic, None] = field(default_factory=dict)

    def add(self, diagnostic: Diagnostic) -> None:
        self._found[diagnostic] = None

    def extend(self, diagnostics: Iterable[Diagnostic]) -> None:
        for diagnostic in diagnostics:
            self.add(diagnostic)

    def error(self, code: str, location: Location, message: str, hint: str = "") -> None:
        self.add(Diagnostic(code, Severity.ERROR, location, message, hint))

    def warning(self, code: str, location: Location, message: str, hint: str = "") -> None:
        self.add(Diagnostic(code, Severity.WARNING, location, message, hint))

    def note(self, code: str, location: Location, message: str, hint: str = "") -> None:
        self.add(Diagnostic(code, Severity.NOTE, location, message, hint))

    def __iter__(self) -> Iterator[Diagnostic]:
        return iter(sorted(self._found, key=lambda diagnostic: diagnostic.sort_key))

    def __len__(self) -> int:
        return len(self._found)

    @property
    def errors(self) -> list[Diagnostic]:
        return [d for d in self if d.severity is Severity.ERROR]

    @property
    def warnings(self) -> list[Diagnostic]:
        return [d for d in self if d.severity is Severity.WARNING]


class CodegenError(Exception):
    """The run can't go on; carries every fault found so far."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics = sorted(diagnostics, key=lambda diagnostic: diagnostic.sort_key)
        super().__init__("\n".join(str(diagnostic) for diagnostic in self.diagnostics))
