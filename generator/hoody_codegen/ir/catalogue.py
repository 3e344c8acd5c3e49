"""The error catalogue: every documented error of an API, and where the documents disagree."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from ..diagnostics import Location
from ..text import UntrustedText


@dataclass(frozen=True, slots=True)
class ErrorText:
    """What is said about an error. Entries with the same text share one object."""

    title: UntrustedText | None = None
    description: UntrustedText | None = None
    resolution: UntrustedText | None = None


@dataclass(frozen=True, slots=True)
class CatalogueEntry:
    """One documented error: unique by service, operation, status and code.

    ``code`` is None for a status that is documented without one.
    """

    service: UntrustedText
    operation: str
    """Key of the operation."""
    method: str
    path: UntrustedText
    status: int
    code: UntrustedText | None
    text: ErrorText
    origin: Location
    messages: tuple[UntrustedText, ...] = ()
    listed: bool = True
    in_body: bool = False
    inferred: UntrustedText | None = None


class ConflictKind(Enum):
    """What can be at odds in error tables, and how it is settled (``docs/errors.md``)."""

    TITLE = "title"
    DESCRIPTION = "description"
    RESOLUTION = "resolution"
    SPELLING = "spelling"
    STATUS = "status"
    COPIED = "copied"
    REPEATED = "repeated"
    NOT_IN_BODY = "not-in-body"
    ONLY_IN_BODY = "only-in-body"

    @property
    def meaning(self) -> str:
        """What is at odds, in one sentence."""
        return _MEANING[self][0]

    @property
    def answer(self) -> str:
        """How it is settled, in one sentence."""
        return _MEANING[self][1]


_TEXTS_KEPT = "Each operation keeps its own text under each status."

_MEANING = {
    ConflictKind.TITLE: ("One code has several titles.", _TEXTS_KEPT),
    ConflictKind.DESCRIPTION: ("One code has several descriptions.", _TEXTS_KEPT),
    ConflictKind.RESOLUTION: ("One code has several resolutions.", _TEXTS_KEPT),
    ConflictKind.SPELLING: (
        "Codes differ only in case.",
        "They keep their spellings and share one class.",
    ),
    ConflictKind.STATUS: (
        "One code comes under several statuses.",
        "Its class is caught both by code and by the status of the answer.",
    ),
    ConflictKind.COPIED: (
        "One list of codes stands at several statuses of an operation.",
        "All pairs are kept: a list may name more than can happen, never less.",
    ),
    ConflictKind.REPEATED: (
        "A code is described more than once for one status of an operation.",
        "It is one entry; texts that say something else are added as paragraphs.",
    ),
    ConflictKind.NOT_IN_BODY: (
        "No documented body of a service names the code.",
        "It is recognised by a documented message, or else is among the possible ones.",
    ),
    ConflictKind.ONLY_IN_BODY: (
        "Documented bodies name a code that no table of their statuses lists.",
        "The body counts as documentation: an entry without title and resolution.",
    ),
}


@dataclass(frozen=True, slots=True)
class Variant:
    """One side of a conflict, and how many entries are on it."""

    text: UntrustedText
    count: int


@dataclass(frozen=True, slots=True)
class Conflict:
    """A place where documents disagree.

    ``service`` and ``operation`` are set where the conflict is inside of one.
    """

    kind: ConflictKind
    code: UntrustedText | None
    variants: tuple[Variant, ...]
    service: UntrustedText | None = None
    operation: str | None = None
    status: int | None = None


@dataclass(frozen=True, slots=True)
class ErrorCatalogue:
    """Entries in order of service, code, status and operation; conflicts in order of kind."""

    entries: tuple[CatalogueEntry, ...]
    conflicts: tuple[Conflict, ...]
