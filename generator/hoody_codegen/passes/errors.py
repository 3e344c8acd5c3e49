"""One table of documented errors for each operation, unique by status and code.

Codes may stand at the schema of a response, at the response, or at the operation; a response
without codes is an entry of its own. Entries for one status and code are merged: the first has the
word, and titles, descriptions and resolutions of the others that say something else are added as
paragraphs, so that no documented cause gets lost. First is what stands at the response or its
schema, then what stands at a range (``4XX``, ``default``), then what stands at the operation;
within a list its order counts, between lists their place in the document, never the order of keys.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from ..ir import Api, ErrorEntry, Operation, Response
from ..ir.rewrite import rewrite_operations
from ..text import Untrusted, UntrustedText

_RANGES = {"4XX": 400, "5XX": 500, "default": 500}


def collect_errors(api: Api) -> Api:
    """Set ``errors`` of every operation, in order of status and code."""
    return rewrite_operations(api, _collect)


def _collect(operation: Operation) -> Operation:
    found: dict[tuple[int, str | None], ErrorEntry] = {}
    for entry in _entries(operation):
        key = (entry.status or 0, entry.code.reveal() if entry.code is not None else None)
        found[key] = _merge(found[key], entry) if key in found else entry
    coded = {status for status, code in found if code is not None}
    errors = tuple(
        found[key]
        for key in sorted(found, key=lambda item: (item[0], item[1] or ""))
        if key[1] is not None or key[0] not in coded
    )
    return replace(operation, errors=errors)


def _entries(operation: Operation) -> Iterator[ErrorEntry]:
    """What is documented about errors, each with its status; what has the word comes first."""
    documented = [int(item.status) for item in operation.responses if _is_error(item)]
    for response in sorted(operation.responses, key=lambda item: not item.status.isdigit()):
        for entry in sorted(response.errors, key=_place):
            yield from _placed(entry, response.status, documented)
        if _is_error(response):
            example = next(
                (item.value for content in response.contents for item in content.examples), None
            )
            yield ErrorEntry(
                status=int(response.status),
                code=None,
                origin=response.origin,
                description=response.description,
                example=example,
                inferred=response.inferred,
            )
    for entry in operation.errors:
        yield from _placed(entry, "default", documented)


def _place(entry: ErrorEntry) -> tuple[str, tuple[tuple[bool, int, str], ...]]:
    """The place in the document; list items in the order of their numbers."""
    parts = entry.origin.pointer.split("/")
    return entry.origin.file, tuple(
        (part.isdigit(), int(part) if part.isdigit() else 0, part) for part in parts
    )


def _is_error(response: Response) -> bool:
    """304 is no failure, but it comes without the result that the operation is called for."""
    return response.status.isdigit() and (response.status[0] in "45" or response.status == "304")


def _placed(entry: ErrorEntry, status: str, documented: list[int]) -> Iterator[ErrorEntry]:
    """The entry with its status. One that stands at a range gets the range's first status, one
    without any the only documented error status, and both say so."""
    if entry.status is not None:
        yield entry
        return
    if status == "default" and len(documented) == 1:
        number, reason = documented[0], "status from the only documented error response"
    else:
        number, reason = _RANGES.get(status, 500), f"status from {status}"
    yield replace(entry, status=number, inferred=entry.inferred or Untrusted(reason))


def _merge(first: ErrorEntry, second: ErrorEntry) -> ErrorEntry:
    return replace(
        first,
        title=first.title or second.title,
        description=_joined((first.description, _further(first, second))),
        resolution=_joined((first.resolution, second.resolution)),
        example=first.example if first.example is not None else second.example,
        details=first.details if first.details is not None else second.details,
        times=first.times + second.times,
        inferred=first.inferred or second.inferred,
    )


def _further(first: ErrorEntry, second: ErrorEntry) -> UntrustedText | None:
    """The description of ``second``, below its title where that is another than the first's."""
    if not second.title or not first.title or _same(first.title, second.title):
        return second.description
    title = second.title.reveal().strip()
    description = second.description.reveal().strip() if second.description else ""
    said = first.description.reveal() if first.description else ""
    if not description or description in said:
        return Untrusted(title)
    return Untrusted(f"{title}: {description}")


def _same(one: UntrustedText, other: UntrustedText) -> bool:
    return one.reveal().strip().casefold() == other.reveal().strip().casefold()


def _joined(texts: Iterable[UntrustedText | None]) -> UntrustedText | None:
    """Different texts as paragraphs of one."""
    parts: list[str] = []
    for text in texts:
        value = text.reveal().strip() if text is not None else ""
        if value and not any(value in part for part in parts):
            parts.append(value)
    return Untrusted("\n\n".join(parts)) if parts else None
