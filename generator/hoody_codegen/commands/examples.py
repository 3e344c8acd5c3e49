"""An example for each command that can be pasted: documented values where there are any."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Mapping
from typing import Any, Final

from .. import ir
from ..cli_runtime.model import Argument, Kind, Option
from ..naming import words
from ..python.bodies import RequestBody
from .options import Input

_LONGEST: Final = 60
"""Characters of a documented value that still reads as an example."""

_PLAUSIBLE: Final[Mapping[str, str]] = {
    "email": "you@example.com",
    "url": "https://example.com",
    "uri": "https://example.com",
    "path": "notes/readme.txt",
    "file": "notes/readme.txt",
    "filename": "readme.txt",
    "name": "example",
    "alias": "example",
    "title": "Example",
    "username": "your_username",
    "password": "your_password",
    "token": "your_token",
    "secret": "your_secret",
    "command": "ls",
    "query": "example",
    "pattern": "*.txt",
    "host": "example.com",
    "hostname": "example.com",
    "domain": "example.com",
    "ip": "203.0.113.7",
    "region": "eu",
    "content": "Hello",
    "text": "Hello",
    "message": "Hello",
    "code": "123456",
}
_UUID: Final = "0b0f1c9e-4a51-4c8e-9d6b-2f1a7c3e5d10"
_OBJECT_ID: Final = "665f1c2ab34d5e6f7a8b9c0d"
_SHELL_VARIABLE: Final = re.compile(r"\A<|\{|\}|>\Z|\.\.\.|…")


def example(
    program: str,
    path: tuple[str, ...],
    operation: ir.Operation,
    given: Input,
    body: RequestBody | None,
) -> str:
    """``hoody containers get 665f1c2ab34d5e6f7a8b9c0d``: everything that has to be given."""
    parameters = _parameter_values(operation)
    fields = _body_example(operation)
    parts = [program, *path]
    options: list[str] = []
    for argument in given.arguments:
        value = _argument_value(argument, parameters)
        if argument.flag:
            options += [argument.flag, shlex.quote(value)]
        elif value.startswith("-"):
            options += ["--", shlex.quote(value)]
        else:
            parts.append(shlex.quote(value))
    needed = [option for option in given.options if option.required and not option.path]
    flags: list[str] = []
    for option in needed:
        flags += _given(option, given, parameters, fields)
    if given.body:
        flags += _whole(given, fields)
    elif given.has_body and not needed and isinstance(fields, Mapping):
        flags += _first_field(given, fields)
    if options[:1] == ["--"]:
        return " ".join([*parts, *flags, *options])
    return " ".join([*parts, *options, *flags])


def _given(
    option: Option, given: Input, parameters: Mapping[str, Any], fields: object
) -> list[str]:
    documented = fields.get(option.field) if isinstance(fields, Mapping) else None
    if documented is None:
        documented = parameters.get(option.argument)
    inner = [
        one
        for one in given.options
        if one.argument == option.argument and len(one.path) == 1 and one.required
    ]
    if inner and not option.many and not isinstance(documented, Mapping):
        documented = {one.path[0]: json.loads(_json_of(one)) for one in inner}
    if option.many and isinstance(documented, list):
        documented = documented[0] if documented else None
    if option.mapping:
        pairs = documented if isinstance(documented, Mapping) else {}
        for key, one in pairs.items():
            fitting = _fitting(one, option.kind)
            if fitting is not None and key:
                return [option.flag, shlex.quote(f"{key}={fitting}")]
        return [option.flag, f"KEY={shlex.quote(_plausible('', option.kind, ''))}"]
    if option.kind.name == "flag":
        return [option.flag]
    value = _fitting(documented, option.kind) or _plausible(option.flag, option.kind, "")
    return [option.flag, _quoted(value)]


def _quoted(value: str) -> str:
    return shlex.quote(value)


def _whole(given: Input, fields: object) -> list[str]:
    if given.body_kind.name == "bytes":
        return ["--file", "notes.txt"]
    if given.body_kind.name == "text":
        text = fields if isinstance(fields, str) and len(fields) <= _LONGEST else "@request.txt"
        return ["--body", shlex.quote(text)]
    first = next((one for one in given.options if len(one.path) == 1), None)
    if fields is None and first is not None:
        value = _plausible(first.flag, first.kind, first.help)
        return [first.flag, shlex.quote(f"KEY={value}" if first.mapping else value)]
    if fields is None or len(json.dumps(fields)) > 3 * _LONGEST:
        return ["--body", "'{}'" if fields is None else "@body.json"]
    return ["--body", shlex.quote(json.dumps(fields, ensure_ascii=False))]


def _first_field(given: Input, fields: Mapping[str, Any]) -> list[str]:
    """Of a body without required fields, the first that the documented example has."""
    for option in given.options:
        if option.field and not option.path and not option.many and not option.mapping:
            value = _fitting(fields.get(option.field), option.kind)
            if value and option.kind.name not in ("json", "any", "bytes"):
                return [option.flag, _quoted(value)]
    return []


def _argument_value(argument: Argument, parameters: Mapping[str, Any]) -> str:
    found = _fitting(parameters.get(argument.argument), argument.kind)
    return found or _plausible(argument.name, argument.kind, argument.help)


def _parameter_values(operation: ir.Operation) -> Mapping[str, Any]:
    """Documented example values, by wire name and by snake case, which arguments mostly have."""
    found: dict[str, Any] = {}
    for parameter in operation.parameters:
        if parameter.examples:
            value = parameter.examples[0].value.reveal()
            found[parameter.name.reveal()] = value
            found[words.snake(parameter.name.reveal())] = value
        elif _is_uuid(parameter.type):
            found[words.snake(parameter.name.reveal())] = _UUID
    return found


def _is_uuid(type_: ir.TypeRef) -> bool:
    if not isinstance(type_, ir.ScalarType) or type_.format is None:
        return False
    return type_.format.reveal() == "uuid"


def _body_example(operation: ir.Operation) -> Any:
    for content in operation.body.contents if operation.body is not None else ():
        for one in content.examples:
            return one.value.reveal()
    return None


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _fitting(value: Any, kind: Kind) -> str | None:
    """A documented value as text, if the command would take it."""
    if value is None or (isinstance(value, str) and (not value or _SHELL_VARIABLE.search(value))):
        return None
    if kind.name == "any" and isinstance(value, str):
        return value if value.isprintable() and len(value) <= _LONGEST else None
    if kind.name in ("json", "any"):
        text = json.dumps(value, ensure_ascii=False)
        return text if len(text) <= 3 * _LONGEST else None
    if isinstance(value, Mapping | list):
        return None
    text = _text(value)
    if kind.choices and kind.closed and text not in kind.choices:
        return None
    if kind.name in ("integer", "number"):
        if isinstance(value, bool) or not isinstance(value, int | float):
            return None
        low, high = kind.minimum, kind.maximum
        if (low is not None and value < low) or (high is not None and value > high):
            return None
    if kind.name == "text" and not (
        (kind.shortest or 0) <= len(text) <= (kind.longest or len(text))
    ):
        return None
    is_short = len(text) <= _LONGEST and "\n" not in text
    return text if is_short and text.isprintable() else None


def _plausible(name: str, kind: Kind, help_: str) -> str:
    if kind.choices:
        return kind.choices[0]
    parts = words.lower(name.lstrip("-").rpartition(".")[2])
    last = parts[-1] if parts else ""
    match kind.name:
        case "integer" | "number":
            return _number(kind)
        case "boolean":
            return "true"
        case "datetime":
            return "2027-04-12T00:00:00Z"
        case "date":
            return "2027-04-12"
        case "json" | "any":
            return "{}"
        case "bytes":
            return "@notes.txt"
    if "uuid" in help_.lower() or last == "uuid":
        return _UUID
    if last == "id":
        return _fit(_OBJECT_ID, kind)
    if len(parts) > 1 and " ".join(parts[-2:]) in ("expires at", "created at"):
        return "2027-04-12T00:00:00Z"
    return _fit(_PLAUSIBLE.get(last, "example"), kind)


def _number(kind: Kind) -> str:
    value: float = 1
    if kind.minimum is not None:
        value = max(value, kind.minimum)
    if kind.maximum is not None:
        value = min(value, kind.maximum)
    return str(int(value)) if float(value).is_integer() else str(value)


def _fit(text: str, kind: Kind) -> str:
    if kind.shortest is not None and len(text) < kind.shortest:
        text = (text * (kind.shortest // len(text) + 1))[: kind.shortest]
    return text[: kind.longest] if kind.longest else text


def _json_of(option: Option) -> str:
    value = _plausible(option.flag, option.kind, option.help)
    if option.many:
        return "[]"
    if option.mapping:
        return "{}"
    if option.kind.name in ("integer", "number", "boolean", "json", "any"):
        return value
    return json.dumps(value)
