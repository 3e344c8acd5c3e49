"""Judges a request: routing is ours, parameters, body and content type are openapi-core's matter.

The library can't route what this dialect holds (methods of their own, a query in the path key,
path parameters with ``/`` in them), so an operation is found here and handed to it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote
from xml.etree.ElementTree import Element, tostring

from jsonschema_path import SchemaPath
from openapi_core import V31RequestValidator
from openapi_core.datatypes import RequestParameters
from openapi_core.deserializing.styles.exceptions import EmptyQueryParameterValue
from openapi_core.protocols import Request
from openapi_core.templating.datatypes import TemplateResult
from openapi_core.templating.paths.datatypes import PathOperationServer
from werkzeug.datastructures import Headers, ImmutableMultiDict

from .kinds import is_socket
from .specs import Spec, SpecOperation, is_sent


@dataclass(frozen=True)
class WireRequest:
    """What stood on the wire. ``path`` is still percent-encoded and begins below the service."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...]
    headers: tuple[tuple[str, str], ...]
    body: bytes

    @classmethod
    def read(
        cls, method: str, target: str, headers: Sequence[tuple[str, str]], body: bytes
    ) -> WireRequest:
        path, _, query = target.partition("?")
        pairs = tuple(parse_qsl(query, keep_blank_values=True))
        return cls(method, path, pairs, tuple(headers), body)

    def header(self, name: str) -> str | None:
        """The header's value; several of the same name are joined (RFC 9110 section 5.3)."""
        values = [value for key, value in self.headers if key.lower() == name.lower()]
        return ", ".join(values) if values else None


@dataclass(frozen=True)
class Verdict:
    """``operation`` is None where no operation fits; ``reasons`` is empty for a valid request."""

    operation: SpecOperation | None
    path_values: Mapping[str, str] = field(default_factory=dict)
    reasons: tuple[str, ...] = ()

    @property
    def valid(self) -> bool:
        return self.operation is not None and not self.reasons


class Judge:
    """Holds requests of one service against its document."""

    def __init__(self, spec: Spec) -> None:
        self._by_specificity = sorted(spec.operations, key=_specificity, reverse=True)
        self._root = SchemaPath.from_dict(_prepared(spec))
        self._validator = _PickedOperationValidator(self._root)
        self._known: dict[WireRequest, Verdict] = {}

    def judge(self, request: WireRequest) -> Verdict:
        """The verdict; the same bytes get the same one without being looked at again."""
        verdict = self._known.get(request)
        if verdict is None:
            verdict = self._known[request] = self._judge(request)
        return verdict

    def _judge(self, request: WireRequest) -> Verdict:
        """The verdict of the first operation that accepts the request, else of the best fit.

        A request may fit several: ``GET /{path}?q=x`` is ``/{directory}?q`` or ``/{path}`` with
        its parameter ``q``. What else it carries decides. A path that is less literal than the
        best fit is none of them: a wildcard must not swallow what is wrong.
        """
        fits = self._fits(request)
        if not fits:
            return Verdict(None, reasons=("no operation has this method, path and query",))
        literal = _literal_segments(fits[0][0])
        equal = [fit for fit in fits if _literal_segments(fit[0]) == literal]
        verdicts = [self._hold_against(request, *fit) for fit in equal]
        return next((verdict for verdict in verdicts if verdict.valid), verdicts[0])

    def _hold_against(
        self, request: WireRequest, operation: SpecOperation, path_values: Mapping[str, str]
    ) -> Verdict:
        reasons = [
            *_undeclared(operation, request),
            *self._validator.faults(request, operation, path_values),
        ]
        return Verdict(operation, path_values, tuple(reasons))

    def _fits(self, request: WireRequest) -> list[tuple[SpecOperation, Mapping[str, str]]]:
        """More literal paths first, then those with more fixed query pairs."""
        found: list[tuple[SpecOperation, Mapping[str, str]]] = []
        for operation in self._by_specificity:
            if operation.method == request.method and _has_fixed_query(operation, request):
                match = operation.pattern.fullmatch(request.path)
                if match is not None:
                    values = zip(operation.path_names, match.groups(), strict=True)
                    found.append((operation, {name: unquote(value) for name, value in values}))
        return found


def _has_fixed_query(operation: SpecOperation, request: WireRequest) -> bool:
    return all(
        any(key == name and (not value or value == sent) for key, sent in request.query)
        for name, value in operation.fixed_query
    )


def _specificity(operation: SpecOperation) -> tuple[tuple[bool, ...], int, int]:
    return (
        _literal_segments(operation),
        -len(operation.wildcards),
        len(operation.fixed_query),
    )


def _literal_segments(operation: SpecOperation) -> tuple[bool, ...]:
    """Literal segments beat parameters from left to right, as in most routers."""
    return tuple("{" not in segment for segment in operation.path.split("/"))


def _undeclared(operation: SpecOperation, request: WireRequest) -> Iterator[str]:
    """What the library lets pass: names nobody documented, and required ones with a default."""
    declared = {p["name"]: p for p in operation.of("query")}
    fixed = {name for name, _ in operation.fixed_query}
    sent = {name for name, _ in request.query}
    for name in sorted(sent - declared.keys() - fixed):
        base = name.partition("[")[0]
        if base == name or declared.get(base, {}).get("style") != "deepObject":
            yield f"query parameter {name!r} is not documented"
    for name, parameter in declared.items():
        if parameter.get("required") and name not in sent:
            yield f"query parameter {name!r} is required and missing"
    if operation.wildcards and "%2f" in request.path.lower():
        yield "a slash in a wildcard path is encoded"
    upgrade = (request.header("upgrade") or "").lower() == "websocket"
    statuses = operation.node.get("responses", {})
    if upgrade and not is_socket(operation):
        yield "a WebSocket is asked for, but none is documented"
    if is_socket(operation) and not upgrade and not any(s.startswith("2") for s in statuses):
        yield "it isn't asked for as a WebSocket"
    if is_socket(operation):
        documented = operation.node.get("x-websocket", {}).get("subprotocols", ())
        offered = offered_subprotocols(request)
        if documented and not offered:
            yield "it offers no sub-protocol"
        for name in offered:
            if name not in documented:
                yield f"sub-protocol {name!r} is not documented"
    if request.body and "requestBody" not in operation.node:
        yield "a body is sent, but none is documented"


def offered_subprotocols(request: WireRequest) -> list[str]:
    """Sub-protocols that an upgrade to a WebSocket offers (RFC 6455, section 4.1)."""
    listed = request.header("sec-websocket-protocol") or ""
    return [name.strip() for name in listed.split(",") if name.strip()]


def accept_faults(request: WireRequest, media_type: str | None) -> tuple[str, ...]:
    """Whether the request accepts what the operation is documented to answer (RFC 9110, 12.5.1)."""
    accepted = request.header("accept")
    if accepted is None or media_type is None:
        return ()
    answered = media_type.partition(";")[0]
    main = answered.partition("/")[0]
    for part in accepted.split(","):
        if part.partition(";")[0].strip() in (answered, f"{main}/*", "*/*"):
            return ()
    return (f"it accepts {accepted!r}, the documented answer is {media_type!r}",)


def _prepared(spec: Spec) -> dict[str, Any]:
    """The document as the judge needs it, saying the same.

    Parameters that no caller sends are gone, as is ``deprecated``, at which the library warns
    instead of judging. A list of types becomes ``anyOf``: the library can't cast to a list.
    """
    document: dict[str, Any] = deepcopy(dict(spec.document))
    nodes: list[Any] = [document]
    while nodes:
        node = nodes.pop()
        if isinstance(node, dict):
            parameters = node.get("parameters")
            if isinstance(parameters, list):
                node["parameters"] = [p for p in parameters if is_sent(spec.resolve(p))]
                for parameter in node["parameters"]:
                    _prepare_parameter(parameter)
            if isinstance(node.get("type"), list):
                types = sorted(node.pop("type"), key=_CASTING_ORDER.index)
                choice = {"anyOf": [{"type": name} for name in types]}
                node["allOf"] = [*node.get("allOf", ()), choice]
            nodes.extend(node.values())
        elif isinstance(node, list):
            nodes.extend(node)
    return document


def _prepare_parameter(parameter: dict[str, Any]) -> None:
    parameter.pop("deprecated", None)
    schema = parameter.get("schema", {})
    if isinstance(schema.get("type"), list) and "null" in schema["type"]:
        # A URL can't say null; without it the library sees which style an array has.
        rest = [name for name in schema["type"] if name != "null"]
        schema["type"] = rest[0] if len(rest) == 1 else rest


_CASTING_ORDER = ("integer", "number", "boolean", "array", "object", "string", "null")
"""The library takes the first type that text can be cast to, so ``string`` comes late."""


_NO_MATCH = TemplateResult("", {})
"""Stands for the library's own path match, which isn't asked for values."""


class _OpenApiRequest:
    """A request in the form the library asks for (``openapi_core.protocols.Request``)."""

    host_url = "http://contract"

    def __init__(
        self, request: WireRequest, operation: SpecOperation, path_values: Mapping[str, str]
    ) -> None:
        self.operation = operation
        self.path = request.path
        self.method = request.method.lower()
        self.body = request.body or None
        self.content_type = request.header("content-type") or "application/octet-stream"
        self.parameters = RequestParameters(
            query=ImmutableMultiDict(request.query),
            header=Headers(list(request.headers)),
            path=path_values,
        )


class _PickedOperationValidator(V31RequestValidator):
    """The library's validator, told which operation a request belongs to."""

    def faults(
        self, request: WireRequest, operation: SpecOperation, path_values: Mapping[str, str]
    ) -> Iterator[str]:
        try:
            for error in self.iter_errors(_OpenApiRequest(request, operation, path_values)):
                yield _explain(error)
        except UnicodeDecodeError as error:
            # The library lets JSON pass on to its parser that is no text at all.
            yield f"the body isn't JSON: {error}"

    def _find_path(self, request: Request) -> PathOperationServer:
        assert isinstance(request, _OpenApiRequest)
        path_item = self.spec / "paths" / request.operation.path_key
        operation = self.spec
        for key in request.operation.location:
            operation = operation / key
        return PathOperationServer(path_item, operation, None, _NO_MATCH, None)

    def _get_simple_param_or_header(
        self, param_or_header: SchemaPath, location: Mapping[str, Any], name: str | None = None
    ) -> tuple[Any, SchemaPath]:
        """An empty query value goes on to the schema: ``?zip`` is how a flag is sent."""
        try:
            return super()._get_simple_param_or_header(param_or_header, location, name=name)
        except EmptyQueryParameterValue:
            return "", param_or_header / "schema"

    def _validate_schema(self, schema: SchemaPath, value: Any) -> None:
        """Bytes and XML are what ``type: string`` means for such bodies, but no Python strings."""
        super()._validate_schema(schema, _readable(value))


def _readable(value: Any) -> Any:
    if isinstance(value, bytes):
        return value.decode("latin-1")
    if isinstance(value, Element):
        return tostring(value, encoding="unicode")
    if isinstance(value, Mapping):
        return {name: _readable(item) for name, item in value.items()}
    return value


def _explain(error: BaseException) -> str:
    """The library's message with its causes, outermost first, and the failing place."""
    parts: list[str] = []
    current: BaseException | None = error
    while current is not None:
        text = str(current) or type(current).__name__
        details = getattr(current, "schema_errors", ())
        text += "".join(f" [{detail.json_path}: {detail.message}]" for detail in details)
        if text not in parts:
            parts.append(text)
        current = current.__cause__
    return " <- ".join(parts)
