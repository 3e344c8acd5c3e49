"""One call of one operation: arguments from the document, and what must then be on the wire."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from werkzeug.formparser import parse_form_data

from .client import WHOLE_BODY, ClientMethod, plain
from .judge import WireRequest
from .kinds import is_json, takes_files
from .scripts import switch_of
from .specs import Spec, SpecOperation
from .values import MISSING, ValueMaker, text_of

OCTETS = "application/octet-stream"
FORM = "application/x-www-form-urlencoded"


class CallFault(AssertionError):
    """A call can't be made, or something of it is not as documented."""


@dataclass
class PreparedCall:
    """Arguments for a method, and what they must become."""

    positional: list[Any] = field(default_factory=list)
    keywords: dict[str, Any] = field(default_factory=dict)
    path: dict[str, str] = field(default_factory=dict)
    query: list[tuple[str, str]] | None = None
    """None where the style of a value leaves the judgement to the document alone."""
    headers: dict[str, str] = field(default_factory=dict)
    json: Any = MISSING
    content: bytes | None = None
    parts: dict[str, Any] = field(default_factory=dict)
    """Fields of a form, of several parts or not; files are bytes."""
    files: dict[str, str] = field(default_factory=dict)
    """Arguments that take bytes, and the names of the parts; the body itself has none."""
    media_type: str | None = None
    """Of the body; None where it stands for a range of types, or where there is none."""

    def uploading(self, source: Callable[[], Any], content: bytes) -> PreparedCall:
        """The same call with other bytes; each of its files comes from a ``source`` of its own."""
        made = replace(self, keywords={**self.keywords, **{name: source() for name in self.files}})
        if "" in self.files.values():
            made.content, made.json, made.parts = content, MISSING, {}
            if self.media_type is not None and not takes_files(self.media_type):
                # The value decides which of several documented types it is.
                made.media_type = OCTETS
        else:
            made.parts = {**self.parts, **dict.fromkeys(self.files.values(), content)}
        return made

    def differences(self, request: WireRequest, path_values: Mapping[str, str]) -> list[str]:
        """What on the wire isn't what was given."""
        found: list[str] = []
        if dict(path_values) != self.path:
            found.append(f"path parameters are {dict(path_values)}, given were {self.path}")
        if self.query is not None and sorted(request.query) != sorted(self.query):
            found.append(f"the query is {list(request.query)}, given was {self.query}")
        for name, value in self.headers.items():
            if request.header(name) != value:
                found.append(f"header {name} is {request.header(name)!r}, given was {value!r}")
        if self.json is not MISSING:
            found.extend(_json_differences(request.body, self.json))
        elif self.content is not None and request.body != self.content:
            found.append(f"the body is {request.body[:80]!r}, given was {self.content[:80]!r}")
        if self.parts:
            sent = _sent_parts(request)
            for name, value in self.parts.items():
                if sent.get(name) != _as_parts(value):
                    found.append(
                        f"part {name!r} is {sent.get(name)!r:.80}, given was {value!r:.80}"
                    )
        sent_type = (request.header("content-type") or "").partition(";")[0]
        if self.media_type is not None and sent_type != self.media_type:
            found.append(f"the body is sent as {sent_type!r}, documented is {self.media_type!r}")
        return found


def _json_differences(body: bytes, given: Any) -> list[str]:
    try:
        sent = json.loads(body)
    except ValueError:
        return [f"the body is no JSON: {body[:80]!r}"]
    return [] if sent == given else [f"the body is {sent!r}, given was {given!r}"]


def _sent_parts(request: WireRequest) -> dict[str, list[bytes]]:
    """The parts of a form body by name."""
    environ = {
        "REQUEST_METHOD": "POST",
        "CONTENT_TYPE": request.header("content-type") or "",
        "CONTENT_LENGTH": str(len(request.body)),
        "wsgi.input": io.BytesIO(request.body),
    }
    _, fields, files = parse_form_data(environ)
    found = {name: [value.encode() for value in fields.getlist(name)] for name in fields}
    for name in files:
        for file in files.getlist(name):
            found.setdefault(name, []).append(file.read())
            file.close()
    return found


def _as_parts(value: Any) -> list[bytes]:
    """A given value as the content of its parts."""
    if isinstance(value, bytes):
        return [value]
    if isinstance(value, list):
        return [part for item in value for part in _as_parts(item)]
    if isinstance(value, Mapping):
        return [json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()]
    return [b"" if value is None else text_of(value).encode()]


class CallMaker:
    """Prepares calls of the operations of one service."""

    def __init__(self, spec: Spec) -> None:
        self._spec = spec
        self._values = ValueMaker(spec)

    def prepare(
        self, operation: SpecOperation, method: ClientMethod, *, optional: bool
    ) -> PreparedCall:
        """Arguments for everything documented, or only for what is required."""
        call = PreparedCall(query=list(operation.fixed_query))
        by_name = {p["name"]: p for p in operation.of("path")}
        for name in operation.path_names:
            value = self._value(operation, by_name[name])
            if name in operation.wildcards and isinstance(value, str) and "/" not in value:
                value = f"{value}/with a part/below"
            self._argument(method, "path", name)
            call.positional.append(value)
            call.path[name] = text_of(value)
        for location in ("query", "header"):
            for parameter in operation.of(location):
                if optional or parameter.get("required") is True:
                    self._add(call, operation, method, parameter)
        self._add_body(call, operation, method, optional)
        return call

    def _value(self, operation: SpecOperation, parameter: Mapping[str, Any]) -> Any:
        switch = switch_of(operation)
        if switch is not None and switch["name"] == parameter["name"]:
            return switch["values"][0]
        value = self._values.parameter(parameter)
        if value is MISSING:
            raise CallFault(f"{operation.name}: no value fits parameter {parameter['name']!r}")
        return value

    def _argument(self, method: ClientMethod, location: str, name: str) -> str:
        """The argument for a documented name, which must be recognizable in it."""
        argument = method.arguments.get((location, name))
        if argument is None:
            raise CallFault(f"{method.operation.name} has no argument for {location} {name!r}")
        if plain(name.removeprefix("X-")) not in plain(argument):
            raise CallFault(f"{method.operation.name}: {argument!r} stands for {name!r}")
        return argument

    def _add(
        self,
        call: PreparedCall,
        operation: SpecOperation,
        method: ClientMethod,
        parameter: Mapping[str, Any],
    ) -> None:
        name, location = parameter["name"], parameter["in"]
        fixed = {key for key, _ in operation.fixed_query}
        if location == "query" and name in fixed and (location, name) not in method.arguments:
            return
        argument = self._argument(method, location, name)
        value = self._value(operation, parameter)
        if value is None:
            return
        flag = method.operation.styles.get(name) == "flag"
        call.keywords[argument] = True if flag else value
        if location == "header":
            call.headers[name] = text_of(value)
        elif isinstance(value, dict) or "content" in parameter:
            call.query = None
        elif call.query is not None:
            # A value that is given replaces a fixed pair of the same name.
            call.query = [pair for pair in call.query if pair[0] != name]
            call.query.extend(_pairs(parameter, value))

    def _add_body(
        self, call: PreparedCall, operation: SpecOperation, method: ClientMethod, optional: bool
    ) -> None:
        body = self._spec.resolve(operation.node.get("requestBody"))
        if body is None or not (optional or body.get("required") is True):
            return
        media_type, media = self._media(operation, method, body)
        if media_type == method.operation.media_type and "*" not in media_type:
            call.media_type = media_type
        if not is_json(media_type) and not media_type.startswith(("multipart/", FORM)):
            xml = media_type.endswith(("/xml", "+xml"))
            text = "<some-text/>" if xml else "some text"
            call.content = text.encode()
            takes_text = xml or media_type.startswith("text/") or media_type.endswith("yaml")
            argument = self._whole(method)
            call.keywords[argument] = text if takes_text else call.content
            if not takes_text:
                call.files[argument] = ""
            return
        value = self._values.body(media) if optional else self._values.required_only(media)
        if value is MISSING:
            raise CallFault(f"{operation.name}: no value fits the body ({media_type})")
        if WHOLE_BODY in method.arguments:
            argument = self._whole(method)
            call.keywords[argument] = sent = value
            if any(map(takes_files, body["content"])):
                call.files[argument] = ""
        else:
            sent = self._add_fields(call, operation, method, media, value)
        if is_json(media_type):
            call.json = sent
        else:
            call.parts = sent

    def _whole(self, method: ClientMethod) -> str:
        argument = method.arguments.get(WHOLE_BODY)
        if argument is None:
            raise CallFault(f"{method.operation.name} has no argument for its body")
        return argument

    def _media(
        self, operation: SpecOperation, method: ClientMethod, body: Mapping[str, Any]
    ) -> tuple[str, Mapping[str, Any]]:
        stated = [name.strip() for name in str(method.operation.media_type).split(",")]
        for media_type in (*stated, "*/*"):
            if media_type in body["content"]:
                chosen = stated[0] if media_type == "*/*" else media_type
                return chosen, body["content"][media_type]
        raise CallFault(f"{operation.name}: the client sends {stated}, which isn't documented")

    def _add_fields(
        self,
        call: PreparedCall,
        operation: SpecOperation,
        method: ClientMethod,
        media: Mapping[str, Any],
        value: Any,
    ) -> dict[str, Any]:
        """Give each field as an argument; fields that only an example has can't be given."""
        if not isinstance(value, dict):
            raise CallFault(f"{operation.name}: {value!r} isn't an object, but has arguments")
        documented = self._fields(media.get("schema", {}))
        sent: dict[str, Any] = {}
        for name, item in value.items():
            if name not in documented and ("body", name) not in method.arguments:
                continue
            schema = self._spec.resolve(documented.get(name, {}))
            binary = schema.get("format") == "binary" and isinstance(item, str)
            argument = self._argument(method, "body", name)
            call.keywords[argument] = sent[name] = item.encode() if binary else item
            if binary:
                call.files[argument] = name
        return sent

    def _fields(self, schema: Any) -> dict[str, Any]:
        schema = self._spec.resolve(schema)
        fields = dict(schema.get("properties", {}))
        for key in ("allOf", "anyOf", "oneOf"):
            for part in schema.get(key, ()):
                fields.update(self._fields(part))
        return fields


def _pairs(parameter: Mapping[str, Any], value: Any) -> list[tuple[str, str]]:
    """Query pairs of a value (OpenAPI 3.1, style values)."""
    name = parameter["name"]
    if not isinstance(value, list):
        return [(name, text_of(value))]
    style = parameter.get("style", "form")
    if parameter.get("explode", style == "form"):
        return [(name, text_of(item)) for item in value]
    separator = {"spaceDelimited": " ", "pipeDelimited": "|"}.get(style, ",")
    return [(name, separator.join(map(text_of, value)))]
