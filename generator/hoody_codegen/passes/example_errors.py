"""Documented error bodies: the codes they name, and the messages that tell codes apart.

A body that names a code documents an error just as a table does: the code becomes an entry of that
status (marked as inferred), unless the table of the status has it already. What only restates the
status (``ERROR_404`` under 404) is no code.

A body's message is kept with the entry it stands for, so that an answer without a code can be
recognised by its message. It stands for an entry if the body names its code; else, if the status
has one code, for that; else for the one entry whose title, description or code says the same in as
many words. A message that stands for several entries of a status, or that is only the name of the
status, is kept with none.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ..ir import Api, ErrorEntry, ErrorShape, Operation, Response, Service
from ..text import Untrusted
from .error_reading import read_code, read_message, reason_phrase, same_code, same_words
from .error_shapes import error_bodies, shape_places


def read_example_errors(api: Api) -> Api:
    """Add what documented bodies say to the error tables of all operations."""
    return replace(api, services=tuple(_with_examples(service) for service in api.services))


def _with_examples(service: Service) -> Service:
    operations = tuple(
        _read(operation, operation.error_shape or service.error_shape or ErrorShape())
        for operation in service.operations
    )
    return replace(service, operations=operations)


def _read(operation: Operation, shape: ErrorShape) -> Operation:
    said: dict[int, list[tuple[Response, object, str | None, str | None]]] = {}
    for response in operation.responses:
        for status, body in error_bodies(response):
            code = read_code(body, shape_places(shape.code), status)
            message = read_message(body, shape_places(shape.message), code)
            said.setdefault(status, []).append((response, body, code, message))
    entries = list(operation.errors)
    for status, bodies in said.items():
        for response, body, code, _ in bodies:
            if code is None:
                continue
            entry = _named(entries, status, code)
            if entry is None:
                entries = [e for e in entries if e.status != status or e.code is not None]
                entries.append(_entry(response, status, code, body))
            elif not entry.in_body:
                entries[entries.index(entry)] = replace(entry, in_body=True)
    messages: dict[tuple[int, str], set[str]] = {}
    for status, bodies in said.items():
        for _, _, code, message in bodies:
            entry = _stands_for(entries, status, code, message)
            if entry is not None and entry.code is not None and message is not None:
                messages.setdefault((status, entry.code.reveal()), set()).add(message)
    kept = [_with_messages(entry, messages) for entry in entries]
    return replace(operation, errors=tuple(sorted(kept, key=_order)))


def _named(entries: Iterable[ErrorEntry], status: int, code: str) -> ErrorEntry | None:
    """The entry of a code: in the same spelling if there is one, else in another."""
    coded = [entry for entry in entries if entry.status == status and entry.code is not None]
    return next(
        (e for e in coded if e.code is not None and e.code.reveal() == code),
        next((e for e in coded if e.code is not None and same_code(e.code.reveal(), code)), None),
    )


def _stands_for(
    entries: Iterable[ErrorEntry], status: int, code: str | None, message: str | None
) -> ErrorEntry | None:
    if message is None or same_words(message, reason_phrase(status)):
        return None
    if code is not None:
        return _named(entries, status, code)
    coded = [entry for entry in entries if entry.status == status and entry.code is not None]
    if len(coded) == 1:
        return coded[0]
    alike = [entry for entry in coded if _says(entry, message)]
    return alike[0] if len(alike) == 1 else None


def _says(entry: ErrorEntry, message: str) -> bool:
    texts = (entry.title, entry.description, entry.code)
    return any(text is not None and same_words(text.reveal(), message) for text in texts)


def _with_messages(entry: ErrorEntry, messages: dict[tuple[int, str], set[str]]) -> ErrorEntry:
    if entry.status is None or entry.code is None:
        return entry
    own = messages.get((entry.status, entry.code.reveal()), set())
    others = {
        message
        for (status, code), texts in messages.items()
        if status == entry.status and code != entry.code.reveal()
        for message in texts
    }
    return replace(entry, messages=tuple(Untrusted(message) for message in sorted(own - others)))


def _entry(response: Response, status: int, code: str, body: object) -> ErrorEntry:
    return ErrorEntry(
        status=status,
        code=Untrusted(code),
        origin=response.origin,
        description=response.description,
        example=Untrusted(body),
        listed=False,
        in_body=True,
        inferred=Untrusted("code from a documented body"),
    )


def _order(entry: ErrorEntry) -> tuple[int, str]:
    return (entry.status or 0, entry.code.reveal() if entry.code is not None else "")
