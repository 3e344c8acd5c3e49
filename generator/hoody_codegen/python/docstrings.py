"""What the docstrings of methods say: one text from everything that is documented about a call."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from .. import ir
from ..naming.identifiers import ClassName, Identifier
from ..text import UntrustedJson, UntrustedText
from .code import Code
from .escape import docstring as escaped_docstring
from .forms import ResultForm
from .wrapping import (
    LINE_LENGTH,
    blocks,
    hanging,
    indented,
    same_words,
    sentence,
    shown_width,
    starts_with,
    wrap,
)

_METHOD_INDENT = 8
_CLASS_INDENT = 4
_QUOTES = 6
"""Columns of the quotes around a docstring of one line."""

# Descriptions of responses that say no more than the status does.
_TRIVIAL = frozenset(
    [
        *("ok", "success", "successful", "successful response", "successful operation"),
        *("success response", "default response", "response", "request successful"),
        *("created", "no content", "accepted", "operation successful"),
    ]
)

_UNIT_SIGNS = {
    "milliseconds": ("ms",),
    "seconds": ("sec", "secs"),
    "minutes": ("min",),
    "percent": ("%",),
    "pixels": ("px",),
}
"""How a description may write a unit."""


@dataclass(frozen=True, slots=True)
class DocumentedArgument:
    """An argument as the docstring describes it."""

    name: Identifier
    type: ir.TypeRef
    description: UntrustedText | None = None
    default: UntrustedJson | None = None
    constraints: ir.Constraints = field(default_factory=ir.Constraints)
    deprecated: bool = False
    needed_with_body: bool = False
    """Optional in the signature, because the body may be left out, but not within the body."""


@dataclass(frozen=True, slots=True)
class DocumentedError:
    """An error of the call with the class that is raised for it."""

    class_name: ClassName
    entry: ir.ErrorEntry


@dataclass(frozen=True, slots=True)
class DocumentedEvent:
    """An event of a stream, and what its data is in code. Without a name: all others."""

    name: UntrustedText | None
    data: Code
    description: UntrustedText | None = None


def method_docstring(
    operation: ir.Operation,
    arguments: Sequence[DocumentedArgument],
    errors: Sequence[DocumentedError],
    *,
    form: ResultForm,
    events: Sequence[DocumentedEvent] = (),
) -> Code:
    """The docstring of a method, indented for the body of a method of a class."""
    width = LINE_LENGTH - _METHOD_INDENT
    text = blocks(
        *_opening(operation, width),
        _request_lines(operation, width),
        _section("Args", [_argument(argument, width) for argument in arguments]),
        _section("Returns", [_returns(operation, width, form)]),
        _section("Events", [_event(event, operation, width) for event in events]),
        _section("Raises", [_error(error, width) for error in errors]),
    )
    return docstring(text, indent=_METHOD_INDENT)


def field_docstring(field: DocumentedArgument) -> Code | None:
    """The docstring below a field of a class; None if there is nothing to say."""
    text = _with_facts(field)
    if not text:
        return None
    return docstring(wrap(text, LINE_LENGTH - _CLASS_INDENT - _QUOTES), indent=_CLASS_INDENT)


def class_docstring(*paragraphs: str) -> Code:
    """The docstring of a class."""
    width = LINE_LENGTH - _CLASS_INDENT - _QUOTES
    return docstring(blocks(*(wrap(text, width) for text in paragraphs)), indent=_CLASS_INDENT)


def resource_docstring(name: str, path: str, description: str) -> Code:
    """The docstring of a resource or service that is reached by ``path``.

    A description that begins with a line of its own is the better summary than the name.
    """
    first, _, rest = description.strip().partition("\n\n")
    if first and len(wrap(first, LINE_LENGTH - _CLASS_INDENT - _QUOTES)) == 1:
        return class_docstring(sentence(first), rest, f"Reached by `{path}`.")
    return class_docstring(f"{name}: `{path}`." if name else f"`{path}`.", description)


def module_docstring(*paragraphs: str) -> Code:
    """The docstring of a module."""
    return docstring(blocks(*(wrap(text, LINE_LENGTH - _QUOTES) for text in paragraphs)))


def argument_docstring(described: str, arguments: Iterable[tuple[str, str]]) -> Code:
    """The docstring of a method that isn't an operation, with its arguments."""
    width = LINE_LENGTH - _METHOD_INDENT
    args = [hanging(f"{name}:", text, width - 4) for name, text in arguments]
    return docstring(
        blocks(wrap(described, width - _QUOTES), _section("Args", args)), indent=_METHOD_INDENT
    )


def one_line_docstring(text: str) -> Code:
    """The docstring of a method or property that needs no more than a line."""
    return docstring(text, indent=_METHOD_INDENT)


def docstring(text: str | Sequence[str], *, indent: int = 0) -> Code:
    """A docstring that both formatters leave as it is: they disagree on a quote at the end."""
    whole = text if isinstance(text, str) else "\n".join(text)
    return escaped_docstring(f"{whole}." if whole.rstrip().endswith('"') else whole, indent=indent)


def one_line(text: str, width: int) -> str:
    """The first sentence of a text as one line, cut at a word if it is longer than ``width``."""
    joined = " ".join(text.split())
    end = joined.find(". ")
    first = joined[: end + 1] if end > 0 else joined
    if len(first) <= width:
        return first
    return first[: width - 2].rsplit(" ", 1)[0].rstrip(",;:") + " …"


def summary_of(operation: ir.Operation) -> str:
    """The summary, else the first sentence of the description, else the request line."""
    for text in (operation.summary, operation.description):
        if text and text.reveal().strip():
            return sentence(one_line(text.reveal(), 4 * LINE_LENGTH))
    return f"{_request_line(operation)}."


def _opening(operation: ir.Operation, width: int) -> list[list[str]]:
    summary = summary_of(operation)
    description = operation.description.reveal() if operation.description else ""
    groups = [wrap(summary, width - _QUOTES)]
    if operation.deprecated:
        groups.append(["Deprecated."])
    if not description.strip() or same_words(description, summary):
        return groups
    if starts_with(description, summary) and "\n\n" not in description.strip():
        # The description repeats the summary and goes on: say it once.
        rest = _without_first_sentence(description, summary)
        return [*groups, wrap(rest, width)] if rest else groups
    return [*groups, wrap(description, width)]


def _without_first_sentence(description: str, summary: str) -> str:
    joined = description.strip()
    bare = summary.rstrip(" .!:;")
    if joined[: len(bare)].casefold() != bare.casefold():
        return joined
    rest = joined[len(bare) :]
    # Only at the end of a sentence: "List files" must not be cut off "List files of a container".
    return rest.lstrip(".! \n") if rest[:1] in (".", "!", "\n") else joined


def _request_line(operation: ir.Operation) -> str:
    path = operation.path.reveal()
    pairs = [
        f"{name.reveal()}={value.reveal()}" if value.reveal() else name.reveal()
        for name, value in operation.fixed_query
    ]
    query = f"?{'&'.join(pairs)}" if pairs else ""
    return f"`{operation.method} {path}{query}`"


def _request_lines(operation: ir.Operation, width: int) -> list[str]:
    line = _request_line(operation)
    if summary_of(operation) == f"{line}.":
        return []
    if shown_width(line) <= width:
        return [line]
    method, _, path = line.partition(" ")
    return [f"{method}`", f"`{path}"]


def _section(title: str, entries: Iterable[list[str]]) -> list[str]:
    lines = [line for entry in entries for line in indented(entry)]
    return [f"{title}:", *lines] if lines else []


def _argument(argument: DocumentedArgument, width: int) -> list[str]:
    """The entry of an argument; none where the signature has said everything."""
    text = _with_facts(argument)
    return hanging(f"{argument.name}:", text, width - 4) if text else []


def _with_facts(argument: DocumentedArgument) -> str:
    description = argument.description.reveal().strip() if argument.description else ""
    facts = " ".join(_facts(argument, description))
    return f"{_ended(description)} {facts}".strip()


def _ended(description: str) -> str:
    """The description as whole sentences; behind a list or a code block goes an empty line."""
    last = description.rsplit("\n", 1)[-1]
    if "\n" in description and last.lstrip()[:1] in ("-", "*", "`", "|", "~"):
        return f"{description}\n\n"
    if not description or description.endswith((".", "!", "?", ":", "…")):
        return description
    return f"{description}."


def _facts(argument: DocumentedArgument, description: str) -> Iterable[str]:
    said = description.casefold()
    if argument.deprecated and "deprecated" not in said:
        yield "Deprecated."
    if argument.needed_with_body:
        yield "Required if a body is sent."
    values = _allowed(argument.type)
    if len(values) > 1 and not all(str(value).casefold() in said for value in values):
        yield f"One of {', '.join(f'`{_shown(value)}`' for value in values)}."
    scalar_format = _format(argument.type)
    if scalar_format and scalar_format.casefold() not in said:
        yield f"Format: {scalar_format}."
    yield from _limits(argument.constraints, said)
    if argument.default is not None:
        shown = _shown(argument.default.reveal())
        if shown and not ("default" in said and shown.casefold() in said):
            yield f"Server default: `{shown}`."


def _limits(limits: ir.Constraints, said: str) -> Iterable[str]:
    parts = [
        *_range(limits.minimum, limits.maximum, "", said),
        *(f"more than {bound}" for bound in (limits.exclusive_minimum,) if bound is not None),
        *(f"less than {bound}" for bound in (limits.exclusive_maximum,) if bound is not None),
        *(f"a multiple of {step}" for step in (limits.multiple_of,) if step is not None),
        # An empty text or list is allowed anyway: a lower limit of 0 says nothing.
        *_range(limits.min_length or None, limits.max_length, " characters", said),
        *_range(limits.min_items or None, limits.max_items, " items", said),
    ]
    if limits.unique_items:
        parts.append("no item twice")
    if parts:
        listed = ", ".join(parts)
        yield f"{listed[0].upper()}{listed[1:]}."
    unit = limits.unit.reveal() if limits.unit else ""
    names = (unit.casefold(), unit.casefold().removesuffix("s"), *_UNIT_SIGNS.get(unit, ()))
    if unit and not any(
        re.search(rf"(?<![a-z]){re.escape(name)}(?![a-z])", said) for name in names
    ):
        yield f"Unit: {unit}."
    pattern = limits.pattern.reveal() if limits.pattern else ""
    if pattern and pattern.casefold() not in said:
        yield f"Pattern: `{pattern}`."


def _range(low: float | None, high: float | None, unit: str, said: str) -> Iterable[str]:
    bounds = [bound for bound in (low, high) if bound is not None]
    if all(re.search(rf"(?<![\w.-]){re.escape(str(bound))}(?![\w.])", said) for bound in bounds):
        return
    if low is not None and low == high:
        yield f"exactly {low}{unit}"
        return
    if low is not None:
        yield f"at least {low}{unit if high is None else ''}"
    if high is not None:
        yield f"at most {high}{unit}"


def _allowed(type_: ir.TypeRef) -> list[Any]:
    match type_:
        case ir.EnumType(values=values):
            return [value.reveal() for value in values]
        case ir.NullableType(inner=inner) | ir.ArrayType(items=inner):
            return _allowed(inner)
        case _:
            return []


def _format(type_: ir.TypeRef) -> str:
    match type_:
        case ir.ScalarType(kind=ir.ScalarKind.DATE_TIME):
            return "date-time"
        case ir.ScalarType(kind=ir.ScalarKind.DATE):
            return "date"
        case ir.ScalarType(kind=ir.ScalarKind.BASE64):
            return "base64"
        case ir.ScalarType(kind=ir.ScalarKind.STRING, format=format_) if format_:
            return format_.reveal()
        case ir.NullableType(inner=inner) | ir.ArrayType(items=inner):
            return _format(inner)
        case _:
            return ""


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _returns(operation: ir.Operation, width: int, form: ResultForm) -> list[str]:
    if form is ResultForm.NOTHING:
        return []
    said = ""
    for response in operation.responses:
        if response.status.startswith("2") and response.description:
            text = response.description.reveal().strip()
            if text and text.casefold().strip(" .!") not in _TRIVIAL:
                said = text
                break
    kind = _HANDLES.get(form)
    media_types = operation.result.media_types if operation.result else ()
    if form is ResultForm.PAGE and operation.pagination is not None:
        is_single = operation.pagination.style is ir.PaginationStyle.SINGLE
        kind = "All items, on one page." if is_single else _PAGES
    elif form is ResultForm.DOWNLOAD or (form is ResultForm.VALUE and _is_text(operation)):
        kind = "The content" if form is ResultForm.DOWNLOAD else "The body as text"
        kind += f" ({', '.join(f'`{media}`' for media in media_types)})." if media_types else "."
        if form is ResultForm.DOWNLOAD:
            kind += " It is requested when it is read or saved."
    if form is ResultForm.HEAD:
        kind = _headers(operation)
    if form is ResultForm.EITHER:
        kind = _switched(operation)
    elif form is ResultForm.EVENTS:
        kind = " ".join((_HANDLES[form], *_course(operation)))
    offered = operation.socket.subprotocols if operation.socket is not None else ()
    if offered:
        listed = ", ".join(f"`{name.reveal()}`" for name in offered)
        kind = f"{kind} It offers the sub-protocols {listed}, if no others are given."
    text = " ".join(part for part in (sentence(said) if kind else said, kind) if part)
    return wrap(text, width - 4)


_PAGES = "The first page. Iterating over it goes on to the items of the pages behind it."

_HANDLES = {
    ResultForm.EVENTS: "The events as they come; iterating over them opens the stream.",
    ResultForm.LINES: "The JSON values as they come; iterating over them opens the stream.",
    ResultForm.SOCKET: "The WebSocket; `with` connects and closes it.",
}


def _headers(operation: ir.Operation) -> str:
    names = {
        header.name.reveal(): None
        for response in operation.responses
        if response.status[:1] in "23" and response.status != "304"
        for header in response.headers
    }
    listed = ", ".join(f"`{name}`" for name in names)
    return (
        f"The headers of the answer, among them {listed}."
        if listed
        else ("The headers of the answer.")
    )


def _switched(operation: ir.Operation) -> str:
    facts = operation.stream_facts
    switch = facts.switch if facts is not None else None
    if switch is None:
        return ""
    values = " or ".join(f"`{json.dumps(value.reveal())}`" for value in switch.values)
    return (
        f"With {values} for `{switch.name.reveal()}` the result; else the events as they come, and "
        "iterating over them opens the stream."
    )


def _course(operation: ir.Operation) -> Iterable[str]:
    """How a stream goes on and ends."""
    facts = operation.stream_facts
    if facts is None:
        return
    if facts.resume_header is not None or facts.resume_query is not None:
        yield "A stream that breaks off is opened again behind the last event."
    if facts.end:
        names = " or ".join(f"`{name.reveal()}`" for name in facts.end)
        yield f"It ends with {names}."


def _event(event: DocumentedEvent, operation: ir.Operation, width: int) -> list[str]:
    parts = [f"`{event.data}`."]
    if event.description is not None:
        parts.append(sentence(event.description.reveal()))
    facts = operation.stream_facts
    if facts is not None and event.name in facts.end:
        parts.append("The last event.")
    if facts is not None and event.name in facts.reset:
        parts.append("The stream starts anew after it.")
    name = "others" if event.name is None else " ".join(event.name.reveal().split())
    return hanging(f"{name}:", " ".join(parts), width - 4)


def _is_text(operation: ir.Operation) -> bool:
    return operation.result is not None and operation.result.kind is ir.ResultKind.TEXT


def _error(error: DocumentedError, width: int) -> list[str]:
    entry = error.entry
    title, resolution = (
        text.reveal().strip() if text else "" for text in (entry.title, entry.resolution)
    )
    said = title or (entry.description.reveal().strip() if entry.description else "")
    if entry.status is not None and is_reason_phrase(entry.status, said):
        said = ""
    parts = [
        f"{entry.status} `{entry.code.reveal()}`." if entry.code else f"Status {entry.status}."
    ]
    if said:
        parts.append(sentence(said))
    if resolution:
        parts.append(f"Resolution: {sentence(resolution)}")
    return hanging(f"{error.class_name}:", " ".join(parts), width - 4)


def is_reason_phrase(status: int, text: str) -> bool:
    """Whether a text says no more than the status (RFC 9110, section 15) does."""
    try:
        phrase = HTTPStatus(status).phrase
    except ValueError:
        return False
    return same_words(text, phrase) or same_words(text, f"{status} {phrase}")
