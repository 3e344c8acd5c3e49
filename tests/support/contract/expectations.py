"""What a client must make of an answer: the documented value, or the documented error."""

from __future__ import annotations

import json
from collections.abc import Coroutine, Iterator, Mapping, Sequence
from types import ModuleType, UnionType
from typing import Any, Union, get_args, get_origin

from .answers import Answer, DocumentedError
from .client import ClientMethod, plain
from .conformity import conforms, same_json, to_wire
from .events import Event
from .handles import SAID
from .kinds import Kind
from .server import Arrival
from .values import MISSING, ValueMaker

NORMAL_CLOSURE = 1000
"""The code with which a client closes that is done (RFC 6455, section 7.4.1)."""

_ENVELOPE = {"statusCode", "data"}
"""A body with these keys is an envelope (spec dialect, section 3.1 and section 6)."""


def result_faults(
    method: ClientMethod, answer: Answer, result: Any, values: ValueMaker
) -> Iterator[str]:
    """What is wrong with a decoded result."""
    operation = method.operation
    if answer.kind is not None:
        yield from _spoken_faults(method, answer, result)
        return
    if type(result).__name__ == "ResponseHeaders":
        yield from _header_faults(answer, result)
        return
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
    return any(conforms(result, member) for member in _awaited(method.returns))


def _header_faults(answer: Answer, result: Any) -> Iterator[str]:
    """What is wrong with the header of an answer, where that is all of the result."""
    if result.status != answer.status:
        yield f"gives the status {result.status}, on the wire was {answer.status}"
    for name, value in answer.headers.items():
        if result.get(name.upper()) != value:
            yield f"gives {name} {result.get(name)!r}, on the wire was {value!r}"


def _spoken_faults(method: ClientMethod, answer: Answer, result: Any) -> Iterator[str]:
    """What is wrong with what came out of a download, a stream or a socket."""
    if answer.kind is Kind.DOWNLOAD:
        if result != answer.content:
            yield f"gives {result[:40]!r}…, on the wire was {answer.content[:40]!r}…"
    elif answer.kind is Kind.EVENTS:
        yield from event_faults(method, answer.parts, result)
    elif answer.kind is Kind.LINES:
        if not same_json(to_wire(result), list(answer.parts)):
            yield f"gives {to_wire(result)!r}, on the wire was {list(answer.parts)!r}"
        yield from _item_faults(method, result)
    elif answer.kind is Kind.SOCKET:
        yield from socket_faults(answer, answer.parts, result)


def socket_faults(
    answer: Answer, greetings: Sequence[str | bytes], heard: Sequence[Any]
) -> Iterator[str]:
    """What is wrong with what was heard: sub-protocol, greetings, the echo of what was said."""
    expected = [answer.subprotocol, *greetings, *SAID]
    if not same_json([*map(_message, heard)], [*map(_message, expected)]):
        yield f"hears {heard!r}, said was {expected!r}"


def closing_faults(arrivals: Sequence[Arrival]) -> Iterator[str]:
    """What is wrong with how the last of these sockets was used and closed by the client."""
    last = arrivals[-1]
    if not last.over.wait(timeout=5):
        yield "leaves its socket open"
    elif last.closed != [NORMAL_CLOSURE]:
        yield f"closes its socket with {last.closed}"
    if not same_json([*map(_message, last.received)], [*map(_message, SAID)]):
        yield f"says {last.received!r}, given was {SAID!r}"


def event_faults(
    method: ClientMethod, sent: Sequence[Event], found: Sequence[Any]
) -> Iterator[str]:
    """What is wrong with the events of a stream."""
    expected: list[Any] = []
    last_id = ""
    for event in sent:
        # An id is in force until another one comes.
        last_id = last_id if event.id is None else event.id
        expected.append([event.name or "message", _loose(event), last_id])
    given = [[event.event, to_wire(event.data), event.id] for event in found]
    if not same_json(given, expected):
        yield f"gives {given!r}, on the wire was {expected!r}"
    yield from _item_faults(method, [event.data for event in found])


def _loose(event: Event) -> Any:
    try:
        return event.value
    except ValueError:
        return event.data


def _item_faults(method: ClientMethod, items: Sequence[Any]) -> Iterator[str]:
    """Items that aren't of the type that the method declares for them."""
    declared = _declared_item(method.returns)
    for item in items:
        if not conforms(item, declared):
            yield f"gives a {type(item).__name__}, declared is {declared}"


def _declared_item(returns: Any) -> Any:
    """What a stream is declared to consist of; a method may return something else beside it."""
    if get_origin(returns) in (Union, UnionType):
        returns = next(m for m in get_args(returns) if _is_stream(m))
    return (get_args(returns) or (Any,))[0]


def _is_stream(annotation: Any) -> bool:
    name = getattr(get_origin(annotation), "__name__", "")
    return name.endswith(("EventStream", "JsonLines"))


def _message(message: Any) -> Any:
    """A message of a socket in a form in which its text and what is read from it are the same."""
    if isinstance(message, bytes):
        return ["binary", message.hex()]
    try:
        return json.loads(message) if isinstance(message, str) else to_wire(message)
    except ValueError:
        return message


def _awaited(returns: Any) -> Iterator[Any]:
    """The types of what a method gives, awaited where it has to be."""
    members = get_args(returns) if get_origin(returns) in (Union, UnionType) else (returns,)
    for member in members:
        yield get_args(member)[2] if get_origin(member) is Coroutine else member


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
