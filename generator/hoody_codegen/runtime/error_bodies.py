"""What an error answer says: code, message and fields, from whatever shape its body has.

Nothing here fails: any bytes under any status give an answer.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Mapping
from http import HTTPStatus
from typing import Final

from .errors import APIStatusError, ErrorFacts, ErrorRegistry, status_class
from .messages import HttpRequest, HttpResponse, redact
from .operation import ErrorEntry, Operation
from .retry import read_retry_after

_LONGEST_MESSAGE: Final = 500
_CODE: Final = re.compile(r"[A-Za-z][A-Za-z0-9]*([_.\-:/][A-Za-z0-9]+)*")
_CODE_KEYS: Final = ("code", "error_code", "errorCode")
_WEAK_CODE_KEYS: Final = ("error", "name", "type", "kind", "reason", "status")
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
) -> APIStatusError:
    """The exception for an error answer, of the class documented for its code or else its status.

    ``now`` (seconds since the epoch) turns a ``Retry-After`` date into seconds; ``secrets`` are
    masked in the message.
    """
    body = response.body
    code, entry = _decide_code(operation, response, registry)
    documented = operation.errors.get(response.status, ())
    facts = ErrorFacts(
        code=None if code is None else redact(code, secrets),
        entry=entry,
        possible=() if entry in documented else documented,
        fields={
            name: tuple(redact(text, secrets) for text in texts)
            for name, texts in read_fields(body).items()
        },
        retry_after=_retry_after(response, now),
        request_id=response.request_id or _first_text(body, _REQUEST_ID_KEYS),
    )
    found = None if code is None else registry.find(response.status, code)
    return (found or status_class(response.status))(
        read_message(response, secrets),
        operation=operation,
        request=request,
        response=response,
        facts=facts,
    )


def _decide_code(
    operation: Operation, response: HttpResponse, registry: ErrorRegistry
) -> tuple[str | None, ErrorEntry | None]:
    """The code of the answer, and its documented entry.

    First comes a code that is documented for this operation and status, then one that is
    documented for the operation at all, then one that the registry knows under this status, and
    at last what only looks like a code. A status with one documented code isn't enough to say
    that this was it.
    """
    named = list(dict.fromkeys(named_codes(response)))
    candidates = list(dict.fromkeys([*named, *_possible_codes(response.body, depth=0)]))
    here = operation.errors.get(response.status, ())
    elsewhere = [entry for entries in operation.errors.values() for entry in entries]
    for entries in (here, elsewhere):
        for candidate in candidates:
            for entry in entries:
                if entry.code is not None and _same_code(entry.code, candidate):
                    return entry.code, entry
    for candidate in candidates:
        if registry.find(response.status, candidate) is not None:
            return candidate, None
    return next((code for code in named if _is_code(code, response.status)), None), None


def _same_code(documented: str, given: str) -> bool:
    return documented == given or _normal(documented) == _normal(given)


def _normal(code: str) -> str:
    return code.upper().replace("-", "_").replace(" ", "_")


def _is_code(text: str, status: int) -> bool:
    """Whether ``text`` can be a machine-readable code rather than a word for people."""
    if _CODE.fullmatch(text) is None or len(text) > 100 or text == str(status):
        return False
    return text.isupper() or "_" in text or "-" in text or any(c.isdigit() for c in text)


def named_codes(response: HttpResponse) -> Iterator[str]:
    """What stands in an answer where codes stand, most telling first."""
    body = response.body
    if isinstance(body, dict):
        yield from _text_values(body, _CODE_KEYS)
    for name in response.headers:
        if name.startswith("x-") and name.endswith("error-code"):
            yield response.headers[name].strip()
    if isinstance(body, dict):
        yield from _text_values(body, ("error",))
        inner = body.get("error")
        if isinstance(inner, dict):
            yield from _text_values(inner, _CODE_KEYS)
        errors = body.get("errors")
        for item in errors[:10] if isinstance(errors, list) else ():
            if isinstance(item, dict):
                yield from _text_values(item, _CODE_KEYS)


def _possible_codes(body: object, depth: int) -> Iterator[str]:
    """Every other text that counts as the code if it is a documented one."""
    if depth > 3:
        return
    if isinstance(body, dict):
        yield from _text_values(body, (*_CODE_KEYS, *_WEAK_CODE_KEYS))
        for key in _NESTED_KEYS:
            yield from _possible_codes(body.get(key), depth + 1)
    elif isinstance(body, list):
        for item in body[:10]:
            if isinstance(item, dict):
                yield from _possible_codes(item, depth + 1)
    elif isinstance(body, str) and depth == 0:
        # A plain text answer that is nothing but a code.
        yield body.strip()


def _text_values(body: Mapping[str, object], keys: Iterable[str]) -> Iterator[str]:
    for key in keys:
        value = body.get(key)
        if isinstance(value, str) and value.strip():
            yield value.strip()
        elif isinstance(value, int) and not isinstance(value, bool):
            yield str(value)


def _first_text(body: object, keys: Iterable[str]) -> str | None:
    return next(_text_values(body, keys), None) if isinstance(body, dict) else None


def read_message(response: HttpResponse, secrets: Iterable[str] = ()) -> str:
    """What the answer says to people, on one line, never empty for a known status.

    Secrets are masked first of all, so that none is cut in two by the bound on the length.
    """
    body = response.body
    text = _body_message(body, depth=0)
    if text is None and isinstance(body, str):
        text = _page_text(body) if _is_page(response, body) else body
    return _one_line(redact(text or "", secrets)) or _reason(response.status)


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


def _reason(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""


def read_fields(body: object) -> dict[str, tuple[str, ...]]:
    """Messages by field of the request, from the usual shapes of validation errors.

    ``{"details": [{"path": "a.b", "message": "…"}]}``, ``{"errors": {"a": ["…"]}}``,
    ``{"detail": [{"loc": ["body", "a"], "msg": "…"}]}`` and their kin, also below ``error`` or
    ``data``.
    """
    found: dict[str, list[str]] = {}
    places = [body]
    if isinstance(body, dict):
        places += [body.get(key) for key in ("error", "data", "details")]
    for place in places:
        if isinstance(place, dict):
            for name, text in _fields_of(place):
                texts = found.setdefault(_one_line(name), [])
                if _one_line(text) not in texts:
                    texts.append(_one_line(text))
    return {name: tuple(texts) for name, texts in found.items()}


def _fields_of(body: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    for key in _FIELD_LIST_KEYS:
        items = body.get(key)
        if isinstance(items, list):
            for item in items:
                if isinstance(item, dict):
                    name = next(
                        filter(None, (_field_name(item.get(k)) for k in _FIELD_NAME_KEYS)), None
                    )
                    text = _first_text(item, _FIELD_TEXT_KEYS)
                    if name is not None and text is not None:
                        yield name, text
    for key in _FIELD_MAP_KEYS:
        named = body.get(key)
        if isinstance(named, dict):
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
    if seconds is None and isinstance(response.body, dict):
        for key, unit in _RETRY_KEYS.items():
            value = response.body.get(key)
            if isinstance(value, (int, float)) and not isinstance(value, bool) and value >= 0:
                return value * unit
    return seconds
