"""Plans ``docs/errors.md`` of a generated package: every documented code, and who raises it.

One section for each exception class of a code, in order of code: class, statuses, what is said
under each status, and the methods that say it. Spellings of one code share a section, because they
share a class. Nothing depends on how many there are, so that the file changes only with its codes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from .. import ir
from ..naming.identifiers import ClassName, Identifier
from ..naming.table import NameTable
from ..text import UntrustedText
from .code import Code, join
from .constants import attribute_path
from .errors import status_class
from .escape import literal, markdown, markdown_code
from .plan import FilePlan

_REFERENCE = PurePosixPath("docs", "errors.md")
_CONFLICTS = PurePosixPath("conflicts.md")


@dataclass(frozen=True, slots=True)
class Cause:
    """One text under one status, with the methods that are documented with it.

    ``text`` and ``resolution`` are paragraphs.
    """

    status: Code
    title: Code
    text: tuple[Code, ...]
    resolution: tuple[Code, ...]
    methods: Code


@dataclass(frozen=True, slots=True)
class Section:
    """One code, in all of its spellings."""

    codes: Code
    class_name: ClassName
    statuses: Code
    unnamed: Code
    """Services whose documented answers never name the code; empty if there is none."""
    causes: tuple[Cause, ...]


@dataclass(frozen=True, slots=True)
class ErrorReference:
    package: Identifier
    client: ClassName
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True)
class ConflictRow:
    code: Code
    place: Code
    variants: tuple[Code, ...]


@dataclass(frozen=True, slots=True)
class ConflictKindSection:
    """All conflicts of one kind."""

    heading: Code
    meaning: Code
    answer: Code
    rows: tuple[ConflictRow, ...]


@dataclass(frozen=True, slots=True)
class ConflictReport:
    kinds: tuple[ConflictKindSection, ...]


def plan_conflicts(catalogue: ir.ErrorCatalogue) -> FilePlan:
    """The plan of a report on where error tables disagree."""
    kinds: dict[ir.ConflictKind, list[ir.Conflict]] = {}
    for conflict in catalogue.conflicts:
        kinds.setdefault(conflict.kind, []).append(conflict)
    sections = tuple(
        ConflictKindSection(
            heading=markdown(kind.value),
            meaning=markdown(kind.meaning),
            answer=markdown(kind.answer),
            rows=tuple(map(_conflict_row, conflicts)),
        )
        for kind, conflicts in kinds.items()
    )
    return FilePlan(_CONFLICTS, "error_conflicts.md.jinja", ConflictReport(sections))


def _conflict_row(conflict: ir.Conflict) -> ConflictRow:
    place = conflict.operation or _said(conflict.service) or "everywhere"
    if conflict.status is not None:
        place = f"{place} {conflict.status}"
    return ConflictRow(
        code=markdown_code(_said(conflict.code)) if conflict.code is not None else Code(""),
        place=markdown(place),
        variants=tuple(
            markdown(f"{_said(variant.text)} ({variant.count})") for variant in conflict.variants
        ),
    )


def plan_error_reference(
    api: ir.Api,
    catalogue: ir.ErrorCatalogue,
    names: NameTable,
    *,
    package: Identifier,
    client: ClassName,
) -> tuple[FilePlan, ...]:
    """The plan of the reference; none if no code is documented."""
    sections = _sections(catalogue, method_paths(api, names), names)
    if not sections:
        return ()
    reference = ErrorReference(package, client, sections)
    return (FilePlan(_REFERENCE, "error_reference.md.jinja", reference),)


def method_paths(api: ir.Api, names: NameTable) -> Mapping[str, Code]:
    """Where the method of each operation is on the client, by key of the operation."""
    return {
        operation.key: attribute_path(operation, names)
        for service in api.services
        for operation in service.operations
    }


def entry_class(entry: ir.CatalogueEntry, names: NameTable) -> ClassName:
    """The public class that an entry is raised as."""
    if entry.code is not None:
        return names.error_class(entry.code)
    return status_class(entry.status)


def _sections(
    catalogue: ir.ErrorCatalogue, methods: Mapping[str, Code], names: NameTable
) -> tuple[Section, ...]:
    entries: dict[str, list[ir.CatalogueEntry]] = {}
    for entry in catalogue.entries:
        if entry.code is not None:
            entries.setdefault(entry.code.reveal().casefold(), []).append(entry)
    unnamed: dict[str, set[str]] = {}
    for conflict in catalogue.conflicts:
        if conflict.kind is ir.ConflictKind.NOT_IN_BODY and conflict.code and conflict.service:
            services = unnamed.setdefault(conflict.code.reveal().casefold(), set())
            services.add(names.service(conflict.service).attribute)
    return tuple(
        Section(
            codes=_listed(markdown_code(code) for code in _spellings(entries[key])),
            class_name=entry_class(entries[key][0], names),
            statuses=_listed(literal(status) for status in _statuses(entries[key])),
            unnamed=_listed(markdown_code(name) for name in sorted(unnamed.get(key, ()))),
            causes=_causes(entries[key], methods),
        )
        for key in sorted(entries)
    )


def _spellings(entries: Iterable[ir.CatalogueEntry]) -> Sequence[str]:
    return sorted({entry.code.reveal() for entry in entries if entry.code is not None})


def _statuses(entries: Iterable[ir.CatalogueEntry]) -> Sequence[int]:
    return sorted({entry.status for entry in entries})


def _causes(entries: Iterable[ir.CatalogueEntry], methods: Mapping[str, Code]) -> tuple[Cause, ...]:
    groups: dict[tuple[int, str, str, str], list[Code]] = {}
    for entry in entries:
        text = entry.text
        key = (entry.status, _said(text.title), _said(text.description), _said(text.resolution))
        groups.setdefault(key, []).append(methods[entry.operation])
    return tuple(
        Cause(
            status=literal(status),
            title=markdown(title),
            text=_paragraphs(description),
            resolution=_paragraphs(resolution),
            methods=_listed(markdown_code(method) for method in sorted(groups[key])),
        )
        for key in sorted(groups)
        for status, title, description, resolution in [key]
    )


def _said(text: UntrustedText | None) -> str:
    return text.reveal() if text is not None else ""


def _paragraphs(text: str) -> tuple[Code, ...]:
    return tuple(markdown(part) for part in text.split("\n\n") if part.strip())


def _listed(parts: Iterable[Code]) -> Code:
    return join(", ", list(parts))
