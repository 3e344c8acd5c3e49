"""What a command must print for an answer, and for a documented error."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..contract.answers import Answer, DocumentedError
from ..contract.conformity import same_json
from ..contract.kinds import Kind
from ..contract.values import MISSING
from .running import Done

if TYPE_CHECKING:
    from hoody_codegen.cli_runtime.model import Command


SAID = '{"type": "ask", "text": "ä ♥"}\n'.encode()
"""What is said to a socket, which echoes it behind its greetings."""


def exit_status(status: int) -> int:
    """As documented for the HTTP status of an error."""
    if status == 401:
        return 3
    if status == 404:
        return 4
    return 5 if status >= 500 else 1


def printed_faults(
    command: Command, operation: Any, answer: Answer, form: str, done: Done
) -> list[str]:
    """What is wrong with the output of a command that succeeded."""
    if answer.kind is Kind.DOWNLOAD:
        same = done.output == answer.content
        return [] if same else [f"gives {done.output[:40]!r}…, sent was {answer.content[:40]!r}…"]
    if answer.kind is Kind.EVENTS:
        expected = [_loose(event.data) for event in answer.parts]
        return [*_stream_faults(command, expected, form, done)]
    if answer.kind is Kind.LINES:
        return [*_stream_faults(command, list(answer.parts), form, done)]
    if answer.kind is Kind.SOCKET:
        return [*_text_faults([*answer.parts[:1], SAID.decode()], done.text)]
    if operation.result == "none" or not answer.content:
        return [*_header_faults(command, answer, form, done)]
    if answer.value is MISSING or operation.result in ("text", "bytes"):
        text = answer.content.decode()
        return [] if text.strip() in (done.text.strip(), _unquoted(done.text)) else [_other(text)]
    expected_value = unwrapped(operation, answer.value)
    if form == "json":
        return [*_json_faults(expected_value, done)]
    return [*_table_faults(command, expected_value, done)]


def unwrapped(operation: Any, value: Any) -> Any:
    """The value that the client gives: out of its envelope, the items of a page."""
    if operation.pagination is not None:
        for part in filter(None, operation.pagination.items.split(".")):
            value = value.get(part, []) if isinstance(value, Mapping) else []
        return value
    if isinstance(value, Mapping) and operation.envelope in value:
        return value[operation.envelope]
    return value


def error_faults(wanted: DocumentedError, answer: Answer, done: Done) -> Iterator[str]:
    """What is missing from the message for a documented error; results are never printed."""
    if done.output:
        yield f"prints {done.text!r} as a result"
    said = _plain(done.messages)
    if "traceback (most recent call last)" in said:
        yield f"shows a traceback: {done.messages[-300:]}"
    if str(wanted.status) not in said:
        yield f"doesn't name the status {wanted.status}: {done.messages!r}"
    if wanted.code is not None and _plain(wanted.code) not in said:
        yield f"doesn't name {wanted.code}: {done.messages!r}"
    if wanted.code is None or (
        wanted.code.encode() not in answer.content and answer.code_header is None
    ):
        return
    for entry in wanted.entries:
        for key in ("description", "resolution"):
            if entry.get(key) and _plain(entry[key]) not in said:
                yield f"doesn't say its {key} {entry[key]!r}: {done.messages!r}"


def _json_faults(expected: Any, done: Done) -> Iterator[str]:
    try:
        found = json.loads(done.output)
    except ValueError as error:
        yield f"prints no JSON ({error}): {done.text[:200]!r}"
        return
    if not same_json(found, expected):
        yield f"prints {found!r}, on the wire was {expected!r}"


def _stream_faults(
    command: Command, expected: Sequence[Any], form: str, done: Done
) -> Iterator[str]:
    """Every event or line is printed, or its columns; as JSON, each on a line of its own."""
    if form != "json":
        yield from _table_faults(command, list(expected), done)
        return
    lines = done.text.splitlines()
    try:
        found = [json.loads(line) for line in done.text.split("\n") if line]
    except ValueError:
        yield f"prints lines that are no JSON: {lines[:3]!r}"
        return
    data = [line["data"] if isinstance(line, dict) and "event" in line else line for line in found]
    if not same_json(data, list(expected)) and not same_json(found, list(expected)):
        yield f"prints {found!r}, on the wire was {list(expected)!r}"


def _header_faults(command: Command, answer: Answer, form: str, done: Done) -> Iterator[str]:
    """Nothing, null where there may be a value, or the header of the answer."""
    if command.output.form != "headers":
        nothing = b"null" if form == "json" and command.output.form != "none" else b""
        if done.output.strip() not in (b"", nothing):
            yield f"prints {done.text!r} where nothing is documented"
        return
    found = _loose(done.text) if form == "json" else None
    if form == "json" and (not isinstance(found, dict) or found.get("status") != answer.status):
        yield f"doesn't give the status {answer.status}: {done.text!r}"
        return
    for name, value in answer.headers.items():
        shown = found["headers"].get(name) if isinstance(found, dict) else None
        if shown != value and (form == "json" or _plain(value) not in _plain(done.text)):
            yield f"doesn't show {name}: {done.text!r}"


def _table_faults(command: Command, expected: Any, done: Done) -> Iterator[str]:
    """The texts of all columns of all items are there; without columns, all short texts are."""
    rows = getattr(command.output, "rows", "")
    if rows and isinstance(expected, Mapping):
        expected = _at(expected, rows)
    items = expected if isinstance(expected, list) else [expected]
    texts: list[Any] = []
    for item in items:
        if command.output.columns and isinstance(item, Mapping):
            found = [_at(item, c.field) for c in command.output.columns if c.format == "text"]
            texts += [value for value in found if isinstance(value, str)]
        elif not isinstance(item, Mapping | list):
            texts.append(item)
    yield from _text_faults(texts, done.text)
    if not done.output.strip() and items not in ([], [{}], [None], [""]):
        yield "prints nothing"


def _text_faults(expected: Sequence[Any], printed: str) -> Iterator[str]:
    """Texts (and texts within values) that aren't printed, whatever the breaks of lines."""
    said = _plain(printed)
    for value in expected:
        for text in _texts_of(value):
            if _plain(text) not in said and _plain(json.dumps(text)[1:-1]) not in said:
                yield f"doesn't print {text!r}: {printed[:300]!r}"


def _texts_of(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        loose = _loose(value)
        yield from ([loose] if isinstance(loose, str) else _texts_of(loose))
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _texts_of(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _texts_of(item)


def _loose(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _unquoted(text: str) -> str | None:
    value = _loose(text)
    return value.strip() if isinstance(value, str) else None


def _other(text: str) -> str:
    return f"doesn't print {text!r}"


def _at(value: Any, path: str) -> Any:
    for part in path.split("."):
        if not isinstance(value, Mapping) or part not in value:
            return None
        value = value[part]
    return value


def _plain(text: str) -> str:
    """Without breaks of lines, borders of tables, and case."""
    return "".join(text.split()).casefold()
