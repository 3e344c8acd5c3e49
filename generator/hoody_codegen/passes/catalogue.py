"""The error catalogue of a whole API, and the conflicts in it.

Built from the operations after the error passes, so that whatever the catalogue says is what the
generated client does. Texts are compared without the space around them; equal ones are shared.
Which kinds of conflicts there are, and how each is settled, stands in :class:`ConflictKind`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from operator import attrgetter

from ..ir import (
    Api,
    CatalogueEntry,
    Conflict,
    ConflictKind,
    ErrorCatalogue,
    ErrorEntry,
    ErrorText,
    Operation,
    Service,
    Variant,
)
from ..text import Untrusted, UntrustedText
from .error_shapes import error_bodies

_TEXT_KINDS = (ConflictKind.TITLE, ConflictKind.DESCRIPTION, ConflictKind.RESOLUTION)


def build_catalogue(api: Api) -> ErrorCatalogue:
    """The catalogue of an API that has been through the passes."""
    texts: dict[ErrorText, ErrorText] = {}
    entries = sorted(
        (
            _entry(operation, entry, texts)
            for service in api.services
            for operation in service.operations
            for entry in operation.errors
        ),
        key=_order,
    )
    coded = [entry for entry in entries if entry.code is not None]
    conflicts = [
        *_differing_texts(coded),
        *_spellings(coded),
        *_statuses(coded),
        *(one for service in api.services for one in _in_operations(service)),
        *(one for service in api.services for one in _bodies(service, coded)),
    ]
    return ErrorCatalogue(tuple(entries), tuple(sorted(conflicts, key=_conflict_order)))


def select_errors(
    catalogue: ErrorCatalogue,
    *,
    service: str | None = None,
    code: str | None = None,
    status: int | None = None,
) -> ErrorCatalogue:
    """The part of a catalogue about a service, a code (in any case) or a status.

    Conflicts between texts stay as they are: they are about a code, wherever it occurs.
    """
    entries = tuple(
        entry
        for entry in catalogue.entries
        if (service is None or entry.service.reveal() == service)
        and (code is None or _code(entry).casefold() == code.casefold())
        and (status is None or entry.status == status)
    )
    codes = {_code(entry).casefold() for entry in entries if entry.code is not None}
    operations = {entry.operation for entry in entries}
    conflicts = tuple(
        one
        for one in catalogue.conflicts
        if (one.code is None or one.code.reveal().casefold() in codes)
        and (service is None or one.service is None or one.service.reveal() == service)
        and (one.operation is None or one.operation in operations)
        and (status is None or one.status is None or one.status == status)
    )
    return ErrorCatalogue(entries, conflicts)


def _entry(
    operation: Operation, entry: ErrorEntry, texts: dict[ErrorText, ErrorText]
) -> CatalogueEntry:
    text = ErrorText(*map(_stripped, (entry.title, entry.description, entry.resolution)))
    return CatalogueEntry(
        service=operation.service,
        operation=operation.key,
        method=operation.method,
        path=operation.path,
        status=entry.status or 0,
        code=entry.code,
        text=texts.setdefault(text, text),
        origin=entry.origin,
        messages=entry.messages,
        listed=entry.listed,
        in_body=entry.in_body,
        inferred=entry.inferred,
    )


def _stripped(text: UntrustedText | None) -> UntrustedText | None:
    value = text.reveal().strip() if text is not None else ""
    return Untrusted(value) if value else None


def _differing_texts(coded: Iterable[CatalogueEntry]) -> Iterator[Conflict]:
    for code, entries in _grouped(coded, _code).items():
        for kind in _TEXT_KINDS:
            listed = [entry for entry in entries if entry.listed]
            texts = map(attrgetter(f"text.{kind.value}"), listed)
            variants = _variants(text for text in texts if text is not None)
            if len(variants) > 1:
                yield Conflict(kind, Untrusted(code), variants)


def _spellings(coded: Iterable[CatalogueEntry]) -> Iterator[Conflict]:
    for entries in _grouped(coded, lambda entry: _code(entry).casefold()).values():
        variants = _variants(Untrusted(_code(entry)) for entry in entries)
        if len(variants) > 1:
            yield Conflict(ConflictKind.SPELLING, variants[0].text, variants)


def _statuses(coded: Iterable[CatalogueEntry]) -> Iterator[Conflict]:
    for entries in _grouped(coded, lambda entry: _code(entry).casefold()).values():
        variants = _variants(Untrusted(str(entry.status)) for entry in entries)
        if len(variants) > 1:
            code = min(_code(entry) for entry in entries)
            yield Conflict(ConflictKind.STATUS, Untrusted(code), variants)


def _in_operations(service: Service) -> Iterator[Conflict]:
    for operation in service.operations:
        lists: dict[frozenset[str], list[int]] = {}
        for status, codes in _codes_by_status(operation).items():
            lists.setdefault(codes, []).append(status)
        for codes, statuses in lists.items():
            if len(codes) > 1 and len(statuses) > 1:
                yield Conflict(
                    ConflictKind.COPIED,
                    None,
                    tuple(Variant(Untrusted(str(one)), len(codes)) for one in statuses),
                    service.name,
                    operation.key,
                )
        yield from _repeated(service, operation)


def _codes_by_status(operation: Operation) -> dict[int, frozenset[str]]:
    found: dict[int, set[str]] = {}
    for entry in operation.errors:
        if entry.code is not None and entry.status is not None and entry.listed:
            found.setdefault(entry.status, set()).add(entry.code.reveal())
    return {status: frozenset(codes) for status, codes in found.items()}


def _repeated(service: Service, operation: Operation) -> Iterator[Conflict]:
    for entry in operation.errors:
        if entry.code is not None and entry.times > 1:
            yield Conflict(
                ConflictKind.REPEATED,
                entry.code,
                (Variant(entry.title or Untrusted(""), entry.times),),
                service.name,
                operation.key,
                entry.status,
            )


def _bodies(service: Service, coded: Iterable[CatalogueEntry]) -> Iterator[Conflict]:
    has_body = {
        (operation.key, status)
        for operation in service.operations
        for response in operation.responses
        for status, _ in error_bodies(response)
    }
    own = [entry for entry in coded if entry.service == service.name]
    for code, entries in _grouped(own, _code).items():
        shown = [entry for entry in entries if (entry.operation, entry.status) in has_body]
        if shown and not any(entry.in_body for entry in shown):
            yield _about_bodies(ConflictKind.NOT_IN_BODY, service, code, shown)
        unlisted = [entry for entry in entries if not entry.listed]
        if unlisted:
            yield _about_bodies(ConflictKind.ONLY_IN_BODY, service, code, unlisted)


def _about_bodies(
    kind: ConflictKind, service: Service, code: str, entries: Iterable[CatalogueEntry]
) -> Conflict:
    variants = _variants(Untrusted(str(entry.status)) for entry in entries)
    return Conflict(kind, Untrusted(code), variants, service.name)


def _variants(texts: Iterable[UntrustedText]) -> tuple[Variant, ...]:
    counts = Counter(texts)
    return tuple(Variant(text, counts[text]) for text in sorted(counts))


def _grouped(
    entries: Iterable[CatalogueEntry], key: Callable[[CatalogueEntry], str]
) -> dict[str, list[CatalogueEntry]]:
    groups: dict[str, list[CatalogueEntry]] = {}
    for entry in entries:
        groups.setdefault(key(entry), []).append(entry)
    return groups


def _code(entry: CatalogueEntry) -> str:
    return entry.code.reveal() if entry.code is not None else ""


def _order(entry: CatalogueEntry) -> tuple[str, bool, str, str, int, str]:
    code = _code(entry)
    return (
        entry.service.reveal(),
        entry.code is None,
        code.casefold(),
        code,
        entry.status,
        entry.operation,
    )


def _conflict_order(conflict: Conflict) -> tuple[int, str, str, str, str, int]:
    code = conflict.code.reveal() if conflict.code is not None else ""
    return (
        list(ConflictKind).index(conflict.kind),
        code.casefold(),
        code,
        conflict.service.reveal() if conflict.service is not None else "",
        conflict.operation or "",
        conflict.status or 0,
    )
