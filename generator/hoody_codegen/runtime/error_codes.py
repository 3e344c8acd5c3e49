"""Which documented error an answer is: the code it names, or the message that gives it away."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from http import HTTPStatus
from typing import Final

from .error_places import texts_at
from .error_registry import same_code_key
from .messages import HttpResponse
from .operation import ErrorEntry, ErrorShape, Operation, ServiceErrors

_CODE: Final = re.compile(r"[A-Za-z][A-Za-z0-9]*([_.\-:/][A-Za-z0-9]+)*")
_CODE_KEYS: Final = ("code", "error_code", "errorCode")
_WEAK_CODE_KEYS: Final = ("error", "name", "type", "kind", "reason", "status")
_NESTED_KEYS: Final = ("error", "data", "details", "detail", "errors")
_LONGEST_CODE: Final = 100


def decide_code(
    operation: Operation,
    response: HttpResponse,
    service: ServiceErrors,
    shape: ErrorShape,
    message: str,
) -> tuple[str | None, ErrorEntry | None]:
    """The code of the answer, and what is documented about it.

    1. A code that the answer names and that is documented for this operation and status; else for
       the operation under another status; else anywhere in the service.
    2. Another code that stands where codes stand, as it came.
    3. If there is none but what restates the status (``ERROR_404``): the documented code whose
       message the answer gives, if it is only one of the operation and status.
    4. What restates the status, if it is no mere number; or else none. That a status has only one
       documented code isn't enough to say that this was it.
    """
    status = response.status
    candidates = list(dict.fromkeys(_candidates(response, shape)))
    here = operation.errors.get(status, ())
    elsewhere = [entry for entries in operation.errors.values() for entry in entries]
    for entries in (here, elsewhere, service.entries):
        for candidate in candidates:
            found = _documented(entries, candidate)
            if found is not None:
                return found.code, found
    given = list(_given(response, shape))
    own = next((code for code in given if not _restates(code, status)), None)
    if own is not None:
        return own, None
    said = _said_by(here, message, status)
    if said is not None:
        return said.code, said
    return next((code for code in given if not code.isdigit()), None), None


def reason_phrase(status: int) -> str:
    """The usual name of a status; empty if it has none."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""


def _documented(entries: Iterable[ErrorEntry], code: str) -> ErrorEntry | None:
    """The entry of a code: in this spelling if there is one, else in another."""
    alike = [
        entry
        for entry in entries
        if entry.code is not None and same_code_key(entry.code) == same_code_key(code)
    ]
    return next((entry for entry in alike if entry.code == code), alike[0] if alike else None)


def _said_by(entries: Iterable[ErrorEntry], message: str, status: int) -> ErrorEntry | None:
    """The one entry that has ``message`` for a documented message, or for its title."""
    said = _words(message)
    if not said or said == _words(reason_phrase(status)):
        return None
    found = [
        entry
        for entry in entries
        if entry.code is not None
        and any(said == _words(text) for text in (*entry.messages, entry.title))
    ]
    return found[0] if len(found) == 1 else None


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text.casefold())


def _restates(code: str, status: int) -> bool:
    """``404``, ``ERROR_404``, ``HTTP-404`` … under status 404."""
    return re.sub(r"(?i)^(error|err|http|status|e)?[_\-]?", "", code) == str(status)


def _given(response: HttpResponse, shape: ErrorShape) -> Iterator[str]:
    """What counts as a code although it is documented nowhere: in documented places any word
    under a key that is made for codes, elsewhere what looks like one."""
    for place in shape.code:
        key = place.rpartition(".")[2].removesuffix("[]")
        for text in texts_at(response.body, (place,)):
            if (
                _looks_like_code(text)
                or (key in _CODE_KEYS and (_CODE.fullmatch(text) or text.isdigit()))
            ) and len(text) <= _LONGEST_CODE:
                yield text
    yield from filter(_looks_like_code, _header_codes(response, shape))
    if isinstance(response.body, dict):
        yield from filter(_looks_like_code, _named(response.body))


def _looks_like_code(text: str) -> bool:
    """Whether ``text`` is a machine-readable code rather than a word for people."""
    if _CODE.fullmatch(text) is None or len(text) > _LONGEST_CODE:
        return False
    return text.isupper() or "_" in text or "-" in text or any(c.isdigit() for c in text)


def _candidates(response: HttpResponse, shape: ErrorShape) -> Iterator[str]:
    """Every text that is the code if it is a documented one, most telling first.

    The name of the status (``"error": "Not Found"``) is none, even where a code is spelt alike.
    """
    phrase = reason_phrase(response.status)
    body = response.body
    found = [*texts_at(body, shape.code), *_header_codes(response, shape)]
    if isinstance(body, dict):
        yield from texts_at(body, _CODE_KEYS)
        found += _named(body)
    found += _possible(body, depth=0)
    yield from (text for text in found if text != phrase)


def _header_codes(response: HttpResponse, shape: ErrorShape) -> Iterator[str]:
    for name in response.headers:
        if name in shape.headers or (name.startswith("x-") and name.endswith("error-code")):
            yield response.headers[name].strip()


def _named(body: Mapping[str, object]) -> Iterator[str]:
    """What stands in a body where codes usually stand."""
    yield from texts_at(body, (*_CODE_KEYS, "error"))
    inner = body.get("error")
    if isinstance(inner, dict):
        yield from texts_at(inner, _CODE_KEYS)
    errors = body.get("errors")
    for item in errors[:10] if isinstance(errors, list) else ():
        if isinstance(item, dict):
            yield from texts_at(item, _CODE_KEYS)


def _possible(body: object, depth: int) -> Iterator[str]:
    """Every other text that counts as the code if it is a documented one."""
    if depth > 3:
        return
    if isinstance(body, dict):
        yield from texts_at(body, (*_CODE_KEYS, *_WEAK_CODE_KEYS))
        for key in _NESTED_KEYS:
            yield from _possible(body.get(key), depth + 1)
    elif isinstance(body, list):
        for item in body[:10]:
            if isinstance(item, dict):
                yield from _possible(item, depth + 1)
    elif isinstance(body, str) and depth == 0:
        # A plain text answer that is nothing but a code.
        yield body.strip()
