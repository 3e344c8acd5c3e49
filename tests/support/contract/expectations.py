"""What a client must make of an answer: the documented value, or the documented error."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import ModuleType
from typing import Any, get_args

from .answers import Answer, DocumentedError
from .client import ClientMethod, plain
from .conformity import conforms, same_json, to_wire
from .values import MISSING, ValueMaker

_ENVELOPE = {"statusCode", "data"}
"""A body with these keys is an envelope (spec dialect, section 3.1 and section 6)."""


def result_faults(
    method: ClientMethod, answer: Answer, result: Any, values: ValueMaker
) -> Iterator[str]:
    """What is wrong with a decoded result."""
    operation = method.operation
    if answer.value is MISSING or operation.result in ("text", "bytes"):
        yield from _raw_faults(answer, result)
        return
    expected, found = answer.value, result
    if operation.pagination is not None:
        expected = _at(expected, operation.pagination.items)
        found = result.items
        if expected is MISSING:
            expected = []
    elif operation.result == "none":
        if result is not None:
            yield f"returns {result!r} where nothing is documented"
        return
    elif isinstance(expected, Mapping):
        if expected.keys() >= _ENVELOPE and operation.envelope is None:
            yield "leaves the result in its envelope"
        if operation.envelope in expected:
            expected = expected[operation.envelope]
    if not same_json(to_wire(found), expected):
        yield f"gives {to_wire(found)!r}, on the wire was {expected!r}"
    documented = answer.schema is not None and values.fits(answer.value, answer.schema)
    if documented and not _conforms(method, result):
        yield f"gives a {type(result).__name__}, declared is {method.returns}"


def _conforms(method: ClientMethod, result: Any) -> bool:
    if method.operation.pagination is not None:
        (item,) = get_args(method.returns)
        return all(conforms(value, item) for value in result.items)
    return conforms(result, method.returns)


def _raw_faults(answer: Answer, result: Any) -> Iterator[str]:
    text = answer.content.decode()
    if not answer.content:
        if result not in (None, "", b""):
            yield f"gives {result!r} for an answer without a body"
    elif result not in (answer.content, text):
        yield f"gives {result!r}, on the wire was {answer.content!r}"


def _at(value: Any, path: str) -> Any:
    """The value at a dotted path of a body."""
    for part in path.split(".") if path else []:
        if not isinstance(value, Mapping) or part not in value:
            return MISSING
        value = value[part]
    return value


def error_faults(
    errors: ModuleType, error: Any, documented: DocumentedError, answer: Answer
) -> Iterator[str]:
    """What is wrong with a raised error: its classes, and what it says."""
    public = [c for c in type(error).__mro__ if getattr(errors, c.__name__, None) is c]
    if error.status != documented.status:
        yield f"has status {error.status}"
    if not any(vars(c).get("status") == documented.status for c in public):
        hundred = "ServerError" if documented.status >= 500 else "ClientError"
        if documented.status in _own_classes(errors) or hundred not in map(_name, public):
            yield f"is a {type(error).__name__}, no class of status {documented.status}"
    if documented.code is None:
        return
    if documented.code.encode() not in answer.content and answer.code_header is None:
        if documented.code not in [entry.code for entry in error.possible]:
            yield f"doesn't offer {documented.code} where the body names no code"
        return
    if error.code != documented.code:
        yield f"has code {error.code!r}"
    if not any(plain(c.__name__).startswith(plain(documented.code)) for c in public):
        yield f"is a {type(error).__name__}, no class of code {documented.code}"
    # A code that is listed twice under one status has the texts of both.
    for key in ("title", "description", "resolution"):
        said: str = getattr(error, key)
        texts = [entry[key] for entry in documented.entries if entry.get(key)]
        if key == "title" and texts and said not in texts:
            yield f"has title {said!r}, documented are {texts}"
        if key != "title" and not all(text in said for text in texts):
            yield f"has {key} {said!r}, documented are {texts}"
        if said and not texts:
            yield f"has {key} {said!r}, documented is none"
    yield from _text_faults(error, documented)


def _text_faults(error: Any, documented: DocumentedError) -> Iterator[str]:
    """What is missing from the error's attributes and from what it prints."""
    request, response, operation = error.request, error.response, error.operation
    if request is None or response is None or operation is None:
        yield "doesn't know its request, response and operation"
        return
    if response.status != documented.status or error.body != response.body:
        yield "doesn't hold the answer as it came"
    # A title that only repeats the server's message is left out, whatever its capitals.
    text = _plain_text(str(error))
    for part in (
        request.method,
        request.path,
        str(documented.status),
        documented.code,
        error.title,
        error.resolution,
    ):
        if part and _plain_text(part) not in text:
            yield f"doesn't print {part!r}: {text!r}"


def _plain_text(text: str) -> str:
    return " ".join(text.split()).casefold()


def _name(cls: type) -> str:
    return cls.__name__


def _own_classes(errors: ModuleType) -> set[int]:
    classes = [c for c in vars(errors).values() if isinstance(c, type)]
    return {c.__dict__["status"] for c in classes if isinstance(c.__dict__.get("status"), int)}
