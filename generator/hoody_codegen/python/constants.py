"""The constants of a resource's module: documented errors and the operations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from .. import ir
from ..naming.identifiers import ConstantName, Name
from ..naming.table import NameTable
from ..naming.words import snake
from ..text import Untrusted, UntrustedText
from .bodies import RequestBody
from .code import Code, code, join
from .docstrings import is_reason_phrase
from .escape import literal
from .literals import Keyword, keyword, text_keyword, texts_keyword
from .service_errors import shape_code
from .streams import stream_keyword
from .wrapping import same_words


@dataclass(frozen=True, slots=True)
class Constant:
    """``name = class_name(arguments)``."""

    name: Name
    arguments: tuple[Keyword, ...]


ErrorKey: TypeAlias = tuple[int | None, str | None, str, str, str]
"""Status (only of an error without a code), code, title, description, resolution."""


def plan_errors(
    operations: Sequence[ir.Operation], names: NameTable
) -> tuple[tuple[Constant, ...], Mapping[ErrorKey, ConstantName]]:
    """One constant for each distinct documented error of a module, and where to find it.

    A code that is described in one way gets its own name (``_TOKEN_EXPIRED``). Where operations
    describe it differently, each text is named after the first operation that uses it.
    """
    uses: dict[str, dict[ErrorKey, tuple[str, int]]] = {}
    messages: dict[ErrorKey, set[str]] = {}
    for operation in operations:
        constant = names.constant(operation.key)
        for entry in operation.errors:
            if entry.status is None or not _says_something(entry):
                continue
            texts = uses.setdefault(_base_name(entry, names), {})
            use = (str(constant), entry.status)
            texts[error_key(entry)] = min(texts.get(error_key(entry), use), use)
            messages.setdefault(error_key(entry), set()).update(_messages(entry))
    taken = {str(names.constant(operation.key)) for operation in operations}
    found: dict[ErrorKey, ConstantName] = {}
    for base, texts in sorted(uses.items()):
        for key, (constant_name, status) in sorted(texts.items(), key=lambda item: item[1]):
            candidates = (
                [f"_{base}", f"_ERROR_{base}"]
                if len(texts) == 1
                else [f"_{base}{constant_name}_{status}", f"_ERROR_{base}{constant_name}_{status}"]
            )
            name = next(candidate for candidate in candidates if candidate not in taken)
            taken.add(name)
            found[key] = ConstantName(name)
    constants = [
        Constant(name, _error_arguments(key, sorted(messages[key]))) for key, name in found.items()
    ]
    return tuple(sorted(constants, key=lambda constant: constant.name)), found


def error_key(entry: ir.ErrorEntry) -> ErrorKey:
    """What tells one documented error from another."""
    title, description, resolution = (
        text.reveal().strip() if text else ""
        for text in (entry.title, entry.description, entry.resolution)
    )
    if entry.code is None:
        return (entry.status, None, title, description, resolution)
    return (None, entry.code.reveal(), title, description, resolution)


def plan_operation(
    operation: ir.Operation,
    body: RequestBody | None,
    errors: Mapping[ErrorKey, ConstantName],
    names: NameTable,
    *,
    paged: bool,
) -> Constant:
    """The constant that describes an operation to the runtime; defaults are left out.

    Only an operation whose method returns pages (``paged``) says how they go on.
    """
    arguments = list(_operation_arguments(operation, body, errors, names))
    if paged and operation.pagination is not None:
        pages = [
            code("{}={}", argument.name, argument.value)
            for argument in _page_arguments(operation.pagination)
        ]
        arguments.append(keyword("pagination", code("PageInfo({})", join(", ", pages))))
    return Constant(names.constant(operation.key), tuple(arguments))


def attribute_path(operation: ir.Operation, names: NameTable) -> Code:
    """Where the method is on the client: ``api.auth_tokens.create``."""
    groups = [
        names.resource(operation.service, operation.group[:depth]).attribute
        for depth in range(1, len(operation.group) + 1)
    ]
    service = names.service(operation.service).attribute
    return join(".", [service, *groups, names.method(operation.key)])


def _operation_arguments(
    operation: ir.Operation,
    body: RequestBody | None,
    errors: Mapping[ErrorKey, ConstantName],
    names: NameTable,
) -> Iterable[Keyword]:
    yield text_keyword("name", str(attribute_path(operation, names)), after=".")
    yield keyword("service", literal(operation.service))
    yield keyword("method", literal(operation.method))
    yield text_keyword("path", operation.path, after="/")
    if operation.servers:
        yield text_keyword("server", operation.servers[0].url)
    if operation.fixed_query:
        yield keyword("query", literal(tuple(operation.fixed_query)))
    if wildcards := sorted(p.name for p in operation.parameters if p.wildcard):
        items = join(", ", [literal(name) for name in wildcards])
        yield keyword("wildcards", code("frozenset([{}])", items))
    if styles := _styles(operation, ir.ParameterLocation.QUERY):
        yield keyword("styles", literal(styles))
    if styles := _styles(operation, ir.ParameterLocation.PATH):
        yield keyword("path_styles", literal(styles))
    if styles := _styles(operation, ir.ParameterLocation.HEADER):
        yield keyword("header_styles", literal(styles))
    if styles := _styles(operation, ir.ParameterLocation.COOKIE):
        yield keyword("cookie_styles", literal(styles))
    if body is not None:
        yield keyword("media_type", literal(body.media_type))
        if styles := _field_styles(operation, body):
            yield keyword("field_styles", literal(styles))
        if body.sends_empty:
            yield keyword("body_required", literal(True))
    yield from _result_arguments(operation)
    if statuses := _errors_by_status(operation, errors):
        entries = [
            (
                code("{}: ({},)", literal(status), join(", ", constants))
                if len(constants) == 1
                else code("{}: ({})", literal(status), join(", ", constants))
            )
            for status, constants in statuses.items()
        ]
        yield keyword("errors", code("{{}}", join(", ", entries)))
    stream = stream_keyword(operation)
    if stream is not None:
        yield stream
    if operation.error_shape is not None:
        yield keyword("error_shape", shape_code(operation.error_shape))
    if operation.socket is not None and operation.socket.subprotocols:
        yield keyword("subprotocols", literal(operation.socket.subprotocols))
    if operation.security is not None:
        yield keyword("security", literal(_schemes(operation.security)))


def _result_arguments(operation: ir.Operation) -> Iterable[Keyword]:
    result = operation.result
    kind = result_kind(operation)
    media_types = result.media_types if result else ()
    if operation.stream is ir.StreamKind.BINARY:
        media_types = _binary_types(media_types)
    if media_types and media_types != ("application/json",):
        yield text_keyword("accept", _accept(operation, media_types))
    elif operation.stream in _STREAM_TYPES and not media_types:
        yield keyword("accept", literal(_STREAM_TYPES[operation.stream]))
    elif kind in (ir.ResultKind.BINARY, ir.ResultKind.TEXT) and not media_types:
        yield keyword("accept", literal("*/*"))
    if _answers_by_redirect(operation):
        yield keyword("redirect", literal(True))
    if operation.stream is not None and kind not in (ir.ResultKind.JSON, ir.ResultKind.BINARY):
        return
    match kind:
        case ir.ResultKind.TEXT:
            yield keyword("result", literal("text"))
        case ir.ResultKind.NONE:
            yield keyword("result", literal("none"))
        case ir.ResultKind.JSON | ir.ResultKind.BINARY:
            pass
    if result and result.envelope:
        yield keyword("envelope", literal(result.envelope))


def _accept(operation: ir.Operation, media_types: Sequence[str]) -> str:
    """An Accept header (RFC 9110, section 12.5.1): what the method reads comes before what the
    server might send as well."""
    others = operation.result.other_types if operation.result is not None else ()
    if operation.stream is not None:
        others = ()
    return ", ".join(f"{name};q=0.5" if name in others else name for name in media_types)


def _binary_types(media_types: tuple[str, ...]) -> tuple[str, ...]:
    """What to accept for content: its own types before JSON, of which some servers take the first.

    Where the document says no more than "bytes", the content may be anything.
    """
    if "application/octet-stream" in media_types:
        return ("*/*",)
    return tuple(sorted(media_types, key=lambda name: name.endswith("json")))


def _answers_by_redirect(operation: ir.Operation) -> bool:
    """Whether a redirect is what callers get: documented, and not just on the way to a success."""
    statuses = {response.status for response in operation.responses}
    redirects = any(status.startswith("3") for status in statuses - {"304"})
    followed = operation.method in ("GET", "HEAD") and any(s.startswith("2") for s in statuses)
    return redirects and not followed


_STREAM_TYPES: Mapping[ir.StreamKind | None, str] = {
    ir.StreamKind.SSE: "text/event-stream",
    ir.StreamKind.NDJSON: "application/x-ndjson",
    ir.StreamKind.BINARY: "*/*",
}


def result_kind(operation: ir.Operation) -> ir.ResultKind:
    """How an answer that is read as a whole is understood."""
    return operation.result.kind if operation.result else ir.ResultKind.NONE


def _page_arguments(pagination: ir.Pagination) -> Iterable[Keyword]:
    yield keyword("style", literal(pagination.style.value))
    yield keyword("items", literal(pagination.items))
    if pagination.position is not None:
        yield keyword("position", literal(pagination.position))
    if pagination.in_body:
        yield keyword("in_body", literal(True))
    if pagination.first_page != 1:
        yield keyword("first_page", literal(pagination.first_page))
    if pagination.limit is not None:
        yield keyword("limit", literal(pagination.limit))
    if pagination.unless:
        yield keyword("unless", literal(tuple(pagination.unless)))
    if pagination.total is not None:
        yield keyword("total", literal(pagination.total))
    if pagination.total_pages is not None:
        yield keyword("total_pages", literal(pagination.total_pages))
    if pagination.has_more is not None:
        yield keyword("has_more", literal(pagination.has_more))
    if pagination.next_cursor is not None:
        yield keyword("next_cursor", literal(pagination.next_cursor))
    if pagination.default_limit is not None:
        yield keyword("default_limit", literal(pagination.default_limit))


def _styles(operation: ir.Operation, location: ir.ParameterLocation) -> dict[str, str]:
    return {
        parameter.name.reveal(): style
        for parameter in operation.parameters
        if parameter.location is location and (style := _style(parameter))
    }


def _style(parameter: ir.Parameter) -> str | None:
    """The runtime's name for how a parameter is written, None for the usual way."""
    if parameter.flag:
        return "flag"
    if parameter.style == "json":
        return "json"
    match parameter.location:
        case ir.ParameterLocation.QUERY:
            explode = parameter.explode
            if explode is None:
                explode = parameter.style in ("form", None)
            return _query_style(parameter.style, explode=explode, reserved=parameter.reserved)
        case ir.ParameterLocation.PATH if parameter.style in ("label", "matrix"):
            return f"{parameter.style} explode" if parameter.explode else parameter.style
        case ir.ParameterLocation.PATH | ir.ParameterLocation.HEADER:
            return "explode" if parameter.explode else None
        case ir.ParameterLocation.COOKIE if parameter.explode is False:
            return "comma"
        case ir.ParameterLocation.COOKIE:
            return parameter.style


def _query_style(style: str | None, *, explode: bool, reserved: bool) -> str | None:
    """``spaceDelimited`` and ``pipeDelimited`` with ``explode`` are ``form``."""
    if style == "deepObject":
        name = style
    elif explode:
        name = "form"
    else:
        name = {"spaceDelimited": "space", "pipeDelimited": "pipe"}.get(style or "", "comma")
    if reserved:
        return f"{name} reserved"
    return None if name == "form" else name


def _field_styles(operation: ir.Operation, body: RequestBody) -> dict[str, str]:
    """How fields of a form are written where it isn't the usual way."""
    contents = operation.body.contents if operation.body is not None else ()
    content = next((item for item in contents if item.media_type == body.media_type), None)
    found = {}
    for encoding in content.encodings if content is not None else ():
        style = _field_style(encoding, as_parts=body.media_type.startswith("multipart/"))
        if style is not None:
            found[encoding.name.reveal()] = style
    return found


def _field_style(encoding: ir.FieldEncoding, *, as_parts: bool) -> str | None:
    kind = encoding.media_type
    if as_parts:
        return kind
    if encoding.style is not None:
        style = _query_style(encoding.style, explode=encoding.explode, reserved=encoding.reserved)
        return style or "form"
    if kind is None:
        return None
    essence = kind.partition(";")[0]
    return "json" if essence == "application/json" or essence.endswith("+json") else None


def _errors_by_status(
    operation: ir.Operation, errors: Mapping[ErrorKey, ConstantName]
) -> Mapping[int, tuple[ConstantName, ...]]:
    statuses: dict[int, list[ConstantName]] = {}
    for entry in operation.errors:
        name = errors.get(error_key(entry))
        if entry.status is not None and name is not None and _says_something(entry):
            constants = statuses.setdefault(entry.status, [])
            if name not in constants:
                constants.append(name)
    return {status: tuple(statuses[status]) for status in sorted(statuses)}


def _schemes(
    security: tuple[ir.Security, ...],
) -> tuple[UntrustedText | str | tuple[UntrustedText, ...], ...]:
    """Alternatives: the name of a scheme, names of those that are needed together, or ``""`` where
    none is needed."""
    alternatives: list[UntrustedText | str | tuple[UntrustedText, ...]] = [
        item.schemes if len(item.schemes) > 1 else item.schemes[0] if item.schemes else ""
        for item in security
    ]
    return tuple(dict.fromkeys(alternatives))


def _says_something(entry: ir.ErrorEntry) -> bool:
    """Whether an error is more than a status with its usual name."""
    if entry.code or entry.resolution:
        return True
    texts = (text.reveal() for text in (entry.title, entry.description) if text)
    return any(not is_reason_phrase(entry.status or 0, text) for text in texts)


def _base_name(entry: ir.ErrorEntry, names: NameTable) -> str:
    if entry.code is None:
        return f"HTTP_{entry.status}"
    upper = snake(names.error_class(entry.code)).upper()
    return upper if ConstantName.accepts(f"_{upper}") else f"CODE_{upper.encode().hex().upper()}"


def _messages(entry: ir.ErrorEntry) -> Iterable[str]:
    """The documented messages that give an error away, but for one that is its title anyway."""
    title = entry.title.reveal() if entry.title is not None else ""
    return (
        message.reveal()
        for message in entry.messages
        if entry.code is not None and not same_words(message.reveal(), title)
    )


def _error_arguments(key: ErrorKey, messages: Sequence[str]) -> tuple[Keyword, ...]:
    _, error_code, title, description, resolution = key
    arguments: list[Keyword] = []
    if error_code is not None:
        arguments.append(keyword("code", literal(error_code)))
    if title:
        arguments.append(text_keyword("title", title))
    if description:
        arguments.append(text_keyword("description", description))
    if resolution:
        arguments.append(text_keyword("resolution", resolution))
    if messages:
        arguments.append(texts_keyword("messages", map(Untrusted, messages)))
    return tuple(arguments)
