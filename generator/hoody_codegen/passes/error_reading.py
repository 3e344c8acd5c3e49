"""Reading error bodies by places: what stands where, and what looks like a code or a message.

A place is a dotted path of keys; ``[]`` behind a key stands for each item of its list. Keys that
hold a dot or brackets themselves have no place. This is the generator's half of a rule: the
runtime (``runtime/error_shapes.py``) reads answers by the places found here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from http import HTTPStatus
from typing import Any, Final

CODE_KEYS: Final = ("code", "error_code", "errorCode", "err_code", "errcode")
WEAK_KEYS: Final = ("error", "type", "kind", "reason", "name", "title")
"""Keys that hold a code in some bodies and text in others: here a code has to look like one."""
MESSAGE_KEYS: Final = (
    "message",
    "error_message",
    "errorMessage",
    "error_description",
    "detail",
    "msg",
    "error",
    "description",
    "title",
    "reason",
)
FIELD_NAME_KEYS: Final = (
    "field",
    "path",
    "loc",
    "param",
    "parameter",
    "pointer",
    "property",
    "propertyNames",
)
FIELD_MAP_KEYS: Final = ("errors", "fields", "fieldErrors", "field_errors")
SINGLE_FIELD_KEYS: Final = ("field", "param", "parameter")

_TOKEN: Final = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[_.\-:/][A-Za-z0-9]+)*|[0-9]+")
_PLAIN_KEY: Final = re.compile(r"[^.\[\]]+")
_DEEPEST: Final = 4


def walk(body: object, place: str = "", depth: int = 0) -> Iterator[tuple[str, object]]:
    """Every value inside ``body`` with its place, outermost first; not ``body`` itself."""
    if depth >= _DEEPEST:
        return
    if isinstance(body, Mapping):
        for key, value in body.items():
            if isinstance(key, str) and _PLAIN_KEY.fullmatch(key):
                inner = f"{place}.{key}" if place else key
                yield inner, value
                yield from walk(value, inner, depth + 1)
    elif isinstance(body, list) and place:
        for item in body:
            yield f"{place}[]", item
            yield from walk(item, f"{place}[]", depth + 1)


def last_key(place: str) -> str:
    """The key that a place ends with, without what marks a list."""
    return place.rpartition(".")[2].removesuffix("[]")


def place_depth(place: str) -> int:
    return place.count(".") + place.count("[]")


def read_code(body: object, places: Iterable[str], status: int) -> str | None:
    """The code that ``body`` names in one of ``places``; not one that restates its status."""
    for place in places:
        for found, value in walk(body):
            if found == place:
                code = code_text(value)
                if code is not None and counts_as_code(place, code, status):
                    return code
    return None


def read_message(body: object, places: Iterable[str], code: str | None) -> str | None:
    """What ``body`` says to people in the first of ``places`` that has a text; plain text says
    itself, a page (HTML) nothing that could be compared."""
    if isinstance(body, str):
        return " ".join(body.split()) if body.strip() and body.lstrip()[:1] != "<" else None
    for place in places:
        for found, value in walk(body):
            if found == place and isinstance(value, str) and value.strip() not in ("", code):
                return value.strip()
    return None


def code_text(value: object) -> str | None:
    """A value as the text of a code; None for what can't be one."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, str) and len(value) <= 100 and _TOKEN.fullmatch(value.strip()):
        return value.strip()
    return None


def counts_as_code(place: str, code: str, status: int) -> bool:
    """Whether ``code``, found in ``place``, says more than the status.

    Under a key that is made for codes every word is one; elsewhere it has to look like a code.
    """
    if restates_status(code, status):
        return False
    return last_key(place) in CODE_KEYS or looks_like_code(code)


def looks_like_code(code: str) -> bool:
    """``TOKEN_EXPIRED``, ``token_expired``, ``token-expired``, ``EXPIRED``, but no plain word."""
    return code.isupper() or "_" in code or "-" in code


def restates_status(code: str, status: int) -> bool:
    """``404``, ``ERROR_404``, ``HTTP-404`` … under status 404."""
    return re.sub(r"(?i)^(error|err|http|status|e)?[_\-]?", "", code) == str(status)


def reason_phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""


def words(text: str) -> tuple[str, ...]:
    """The words of a text in lower case, without punctuation: what messages are compared by."""
    return tuple(re.findall(r"[^\W_]+", text.casefold()))


def same_words(one: str, other: str) -> bool:
    return words(one) == words(other)


def same_code(one: str, other: str) -> bool:
    """Whether two spellings are one code: case and the mark between words aside."""
    return _normal(one) == _normal(other)


def _normal(code: str) -> str:
    return re.sub(r"[\-. ]", "_", code).casefold()


def field_list(value: Any) -> bool:
    """Whether ``value`` is a list of errors that name a field and say something about it."""
    return isinstance(value, list) and any(
        isinstance(item, Mapping)
        and any(key in item for key in FIELD_NAME_KEYS)
        and any(isinstance(item.get(key), str) for key in MESSAGE_KEYS)
        for item in value
    )


def field_map(place: str, value: Any) -> bool:
    """Whether ``value`` maps fields to messages: ``{"errors": {"name": ["is too long"]}}``."""
    return (
        place.rpartition(".")[2] in FIELD_MAP_KEYS
        and isinstance(value, Mapping)
        and bool(value)
        and all(
            isinstance(said, str)
            or (isinstance(said, list) and said and all(isinstance(one, str) for one in said))
            for said in value.values()
        )
    )
