"""What an error answer says: code, message and fields, from whatever shape its body has.

The places that are documented for the operation are read first; where they say nothing, every usual
place is. Nothing here fails: any bytes under any status give an answer.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from .error_codes import decide_code, reason_phrase
from .error_places import texts_at, values_at
from .error_registry import ErrorRegistry, joined_class
from .errors import APIStatusError, ErrorFacts, status_class
from .messages import HttpRequest, HttpResponse, redact
from .operation import ErrorShape, Operation
from .retry import read_retry_after

_LONGEST_MESSAGE: Final = 500
_NO_SHAPE: Final = ErrorShape()
_MESSAGE_KEYS: Final = ("message", "error_description", "detail", "msg", "error", "title", "reason")
_NESTED_KEYS: Final = ("error", "data", "details", "detail", "errors")
_FIELD_LIST_KEYS: Final = ("errors", "details", "detail", "fields", "issues", "violations")
_FIELD_MAP_KEYS: Final = ("errors", "fields", "fieldErrors", "field_errors")
_FIELD_NAME_KEYS: Final = (
    "field",
    "path",
    "loc",
    "param",
    "parameter",
    "pointer",
    "property",
    "propertyNames",
    "name",
)
_FIELD_TEXT_KEYS: Final = ("message", "msg", "error", "detail", "reason", "description")
_RETRY_KEYS: Final = {
    "retryAfter": 1.0,
    "retry_after": 1.0,
    "retryAfterSeconds": 1.0,
    "retry_after_seconds": 1.0,
    "retryAfterMs": 0.001,
    "retry_after_ms": 0.001,
}
"""Keys of the body that hold a time to wait, with their unit in seconds."""
_REQUEST_ID_KEYS: Final = ("requestId", "request_id")
_TAG: Final = re.compile(r"<[^>]*>")
_TITLE: Final = re.compile(r"<(title|h1)\b[^>]*>(.*?)</\1\s*>", re.IGNORECASE | re.DOTALL)
_HIDDEN: Final = re.compile(r"<(script|style)\b.*?</\1\s*>", re.IGNORECASE | re.DOTALL)


def status_error(
    operation: Operation,
    request: HttpRequest,
    response: HttpResponse,
    registry: ErrorRegistry,
    *,
    now: float,
    secrets: Iterable[str] = (),
    also: type[APIStatusError] = APIStatusError,
) -> APIStatusError:
    """The exception for an error answer, of the class documented for its code or else its status.

    ``now`` (seconds since the epoch) turns a ``Retry-After`` date into seconds; ``secrets`` are
    masked in the message. The exception is one of the class ``also``, too.
    """
    body = response.body
    service = registry.service(operation.service)
    shape = operation.error_shape or service.shape or _NO_SHAPE
    message = read_message(response, secrets, shape)
    code, entry = decide_code(operation, response, service, shape, message)
    documented = operation.errors.get(response.status, ())
    if entry is None and [one.code for one in documented] == [None]:
        # The status is documented without codes: what is said about it holds for every answer.
        entry = documented[0]
    facts = ErrorFacts(
        code=None if code is None else redact(code, secrets),
        entry=entry,
        possible=() if entry in documented else documented,
        fields={
            name: tuple(redact(text, secrets) for text in texts)
            for name, texts in read_fields(body, shape, message).items()
        },
        retry_after=_retry_after(response, now),
        request_id=response.request_id or _first_text(body, _REQUEST_ID_KEYS),
    )
    found = None if code is None else registry.find(response.status, code)
    return joined_class(found or status_class(response.status), also)(
        message,
        operation=operation,
        request=request,
        response=response,
        facts=facts,
    )


def read_message(response: HttpResponse, secrets: Iterable[str], shape: ErrorShape) -> str:
    """What the answer says to people, on one line, never empty for a known status.

    Secrets are masked first of all, so that none is cut in two by the bound on the length.
    """
    body = response.body
    codes = set(texts_at(body, shape.code))
    said = (text for text in _strings_at(body, shape.message) if text not in codes)
    text = next(said, None) or _body_message(body, depth=0)
    if text is None and isinstance(body, str):
        text = _page_text(body) if _is_page(response, body) else body
    return _one_line(redact(text or "", secrets)) or reason_phrase(response.status)


def _strings_at(body: object, places: Iterable[str]) -> Iterator[str]:
    for place in places:
        for value in values_at(body, place):
            if isinstance(value, str) and value.strip():
                yield value


def _one_line(text: str) -> str:
    """``text`` of bounded length, without line breaks and anything that a terminal acts on."""
    text = " ".join(text[: 4 * _LONGEST_MESSAGE].split())
    if len(text) > _LONGEST_MESSAGE:
        text = text[: _LONGEST_MESSAGE - 1] + "…"
    return "".join(c if c.isprintable() else "\ufffd" for c in text)


def _body_message(body: object, depth: int) -> str | None:
    if depth > 3:
        return None
    if isinstance(body, dict):
        for key in _MESSAGE_KEYS:
            value = body.get(key)
            if isinstance(value, str) and value.strip():
                return value
        for key in _NESTED_KEYS:
            found = _body_message(body.get(key), depth + 1)
            if found is not None:
                return found
    elif isinstance(body, list):
        for item in body[:10]:
            if isinstance(item, str) and item.strip():
                return item
            found = _body_message(item, depth + 1)
            if found is not None:
                return found
    return None


def _is_page(response: HttpResponse, text: str) -> bool:
    return "html" in response.content_type.lower() or text.lstrip()[:1] == "<"


def _page_text(page: str) -> str:
    """The title or first heading of an HTML page, else its text."""
    page = page[:20_000]
    found = _TITLE.search(page)
    text = found[2] if found is not None else _HIDDEN.sub(" ", page)
    return html.unescape(_TAG.sub(" ", text))


def read_fields(body: object, shape: ErrorShape, message: str) -> dict[str, tuple[str, ...]]:
    """Messages by field of the request: from the documented places, and from the usual shapes of
    validation errors.

    ``{"details": [{"path": "a.b", "message": "…"}]}``, ``{"errors": {"a": ["…"]}}``,
    ``{"detail": [{"loc": ["body", "a"], "msg": "…"}]}`` and their kin, also below ``error`` or
    ``data``. Where only the name of a field is given, ``message`` is about it.
    """
    found: dict[str, list[str]] = {}
    for name, text in _all_fields(body, shape, message):
        texts = found.setdefault(_one_line(name), [])
        if _one_line(text) not in texts:
            texts.append(_one_line(text))
    return {name: tuple(texts) for name, texts in found.items()}


def _all_fields(body: object, shape: ErrorShape, message: str) -> Iterator[tuple[str, str]]:
    for place in shape.fields:
        for value in values_at(body, place):
            if isinstance(value, list):
                yield from _fields_in_list(value)
            elif isinstance(value, dict):
                yield from _fields_in_map(value)
            elif isinstance(value, str) and value.strip():
                yield value, message
    places = [body]
    if isinstance(body, dict):
        places += [body.get(key) for key in ("error", "data", "details")]
    for inner in places:
        if isinstance(inner, dict):
            yield from _fields_of(inner)


def _fields_of(body: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    for key in _FIELD_LIST_KEYS:
        items = body.get(key)
        if isinstance(items, list):
            yield from _fields_in_list(items)
    for key in _FIELD_MAP_KEYS:
        named = body.get(key)
        if isinstance(named, dict):
            yield from _fields_in_map(named)


def _fields_in_list(items: Iterable[object]) -> Iterator[tuple[str, str]]:
    for item in items:
        if isinstance(item, dict):
            name = next(filter(None, (_field_name(item.get(k)) for k in _FIELD_NAME_KEYS)), None)
            text = _first_text(item, _FIELD_TEXT_KEYS)
            if name is not None and text is not None:
                yield name, text


def _fields_in_map(named: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    for name, value in named.items():
        for text in value if isinstance(value, list) else [value]:
            if isinstance(text, str):
                yield name, text


def _field_name(value: object) -> str | None:
    if isinstance(value, str) and value.strip():
        # A JSON pointer (RFC 6901) reads better as a dotted path.
        return value.strip("/").replace("/", ".") if value.startswith("/") else value
    if isinstance(value, list) and value and all(isinstance(part, (str, int)) for part in value):
        parts = value[1:] if len(value) > 1 and value[0] in ("body", "query", "path") else value
        return ".".join(str(part) for part in parts)
    return None


def _retry_after(response: HttpResponse, now: float) -> float | None:
    seconds = read_retry_after(response.headers, now)
    if seconds is not None or not isinstance(response.body, dict):
        return seconds
    for place in (response.body, *(response.body.get(key) for key in ("data", "details", "error"))):
        for key, unit in _RETRY_KEYS.items():
            value = place.get(key) if isinstance(place, dict) else None
            if isinstance(value, (int, float)) and not isinstance(value, bool) and value >= 0:
                return value * unit
    return None


def _first_text(body: object, keys: Iterable[str]) -> str | None:
    return next(texts_at(body, keys), None)
