"""The API as data: services, operations, models and documented errors.

Everything is frozen and knows no Python spelling. Text stays untrusted; only HTTP methods, media
types and status keys have been checked against their grammar at the door (``openapi/``) and are
plain strings. Every part carries its ``origin``, so that a later message can point at it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum
from typing import Literal

from ..diagnostics import Location
from ..text import UntrustedJson, UntrustedText
from .types import Constraints, ModelId, TypeRef


class ParameterLocation(Enum):
    PATH = "path"
    QUERY = "query"
    HEADER = "header"
    COOKIE = "cookie"


class StreamKind(Enum):
    """How a body arrives when it isn't read as one value."""

    SSE = "sse"
    NDJSON = "ndjson"
    WEBSOCKET = "websocket"
    BINARY = "binary"


class PaginationStyle(Enum):
    PAGE = "page"
    OFFSET = "offset"
    CURSOR = "cursor"
    SINGLE = "single"
    """One page holds everything (``simple-array``, ``none`` …)."""


class ResultKind(Enum):
    """What a successful call gives back."""

    JSON = "json"
    TEXT = "text"
    BINARY = "binary"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Example:
    """A documented example value (of a body, a response or a parameter)."""

    value: UntrustedJson
    name: UntrustedText | None = None
    summary: UntrustedText | None = None


@dataclass(frozen=True, slots=True)
class Parameter:
    name: UntrustedText
    location: ParameterLocation
    type: TypeRef
    required: bool
    origin: Location
    description: UntrustedText | None = None
    default: UntrustedJson | None = None
    """Documented default; never sent. ``None`` here means that there is none."""
    constraints: Constraints = field(default_factory=Constraints)
    style: str | None = None
    """Only where it differs from the default of its location (OpenAPI 3.1, Parameter Object);
    ``json`` for a parameter whose ``content`` is JSON."""
    explode: bool | None = None
    reserved: bool = False
    """The value keeps reserved characters (``allowReserved``), in the query."""
    flag: bool = False
    """Only present or absent (``enum: [""]``)."""
    wildcard: bool = False
    """The value may hold ``/``, which survives encoding (``x-wildcard``)."""
    host_injected: bool = False
    """Set from the host name by a proxy; callers aren't asked for it (``x-host-injected``)."""
    deprecated: bool = False
    examples: tuple[Example, ...] = ()
    cli_flag: UntrustedText | None = None
    """What a command line calls it, beside or in place of the derived name (``x-cli-flag``)."""
    inferred: UntrustedText | None = None


@dataclass(frozen=True, slots=True)
class Property:
    """A field of an object."""

    name: UntrustedText
    type: TypeRef
    required: bool
    origin: Location
    description: UntrustedText | None = None
    default: UntrustedJson | None = None
    constraints: Constraints = field(default_factory=Constraints)
    deprecated: bool = False
    read_only: bool = False
    write_only: bool = False
    inferred: UntrustedText | None = None


@dataclass(frozen=True, slots=True)
class ObjectShape:
    """An object with known fields. ``extra`` types the others; None means not described."""

    properties: tuple[Property, ...]
    extra: TypeRef | None = None


@dataclass(frozen=True, slots=True)
class Model:
    """A named schema: an object, or a name for another type (a union, an enum, a list).

    ``name`` is the component's name, or ``None`` for an inline schema; ``context`` says where it
    stands, outermost first (``("AuthTokens", "create", "body", "permissions")``), and is what
    names are made from when there is no better one. ``title`` is the schema's own.
    """

    id: ModelId
    service: UntrustedText
    shape: ObjectShape | TypeRef
    origin: Location
    name: UntrustedText | None = None
    title: UntrustedText | None = None
    context: tuple[UntrustedText, ...] = ()
    description: UntrustedText | None = None
    in_request: bool = False
    in_response: bool = False
    inferred: UntrustedText | None = None


@dataclass(frozen=True, slots=True)
class StreamItem:
    """What comes piece by piece: a line, or the data of an event.

    ``name`` is the event's; None stands for lines, and for all events that have no item of their
    own.
    """

    name: UntrustedText | None
    type: TypeRef
    description: UntrustedText | None = None


@dataclass(frozen=True, slots=True)
class FieldEncoding:
    """How one field of a form is written (OpenAPI 3.1, Encoding Object)."""

    name: UntrustedText
    media_type: str | None = None
    """One type without wildcards; None where nothing is said, or several are allowed."""
    style: str | None = None
    """``form`` unless another is named; None where neither style, explode nor allowReserved is
    given, so that the media type has the word."""
    explode: bool = True
    reserved: bool = False


@dataclass(frozen=True, slots=True)
class Content:
    """One media type of a body. ``type`` is None where nothing is said (``{}``)."""

    media_type: str
    type: TypeRef | None
    examples: tuple[Example, ...] = ()
    items: tuple[StreamItem, ...] = ()
    """Of a body that is a sequence (OpenAPI 3.2, ``itemSchema``)."""
    encodings: tuple[FieldEncoding, ...] = ()
    """Of single fields of a form, in document order."""

    @property
    def types(self) -> Iterator[TypeRef]:
        """Every type in it."""
        if self.type is not None:
            yield self.type
        for item in self.items:
            yield item.type


@dataclass(frozen=True, slots=True)
class Body:
    contents: tuple[Content, ...]
    required: bool
    origin: Location
    description: UntrustedText | None = None
    nullable: bool = False
    inferred: UntrustedText | None = None


@dataclass(frozen=True, slots=True)
class Header:
    name: UntrustedText
    type: TypeRef
    description: UntrustedText | None = None


@dataclass(frozen=True, slots=True)
class ErrorEntry:
    """One documented error: unique by (operation, status, code) after the error pass.

    ``status`` is None only before the pass has found it; ``code`` is None for a documented status
    without a code.
    """

    status: int | None
    code: UntrustedText | None
    origin: Location
    title: UntrustedText | None = None
    description: UntrustedText | None = None
    resolution: UntrustedText | None = None
    example: UntrustedJson | None = None
    details: TypeRef | None = None
    messages: tuple[UntrustedText, ...] = ()
    """Messages of documented bodies that stand for this error alone, in order."""
    times: int = 1
    """How many documented entries it stands for."""
    listed: bool = True
    """Whether an error table names it; False where only a documented body does."""
    in_body: bool = False
    """Whether a documented body of its status names its code."""
    inferred: UntrustedText | None = None


@dataclass(frozen=True, slots=True)
class ErrorShape:
    """Where error bodies say what: places in order, the first that says something has the word.

    A place is a dotted path of keys; ``[]`` behind a key stands for each item of its list:
    ``code``, ``data.message``, ``errors[].message``.
    """

    code: tuple[UntrustedText, ...] = ()
    message: tuple[UntrustedText, ...] = ()
    fields: tuple[UntrustedText, ...] = ()
    """Lists of errors of single fields, maps from fields to messages, or the name of one field."""
    headers: tuple[UntrustedText, ...] = ()
    """Response headers that hold the code, in lower case."""


@dataclass(frozen=True, slots=True)
class Response:
    """``status`` is ``"200"``, ``"4XX"`` or ``"default"``."""

    status: str
    contents: tuple[Content, ...]
    origin: Location
    description: UntrustedText | None = None
    headers: tuple[Header, ...] = ()
    errors: tuple[ErrorEntry, ...] = ()
    inferred: UntrustedText | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """What a successful call returns, decided by the result pass from all success responses.

    ``type`` is the type under ``envelope`` where there is one. ``envelope`` is the key to unwrap.
    Binary results have a type where they may be JSON instead.
    """

    kind: ResultKind
    type: TypeRef | None = None
    envelope: UntrustedText | None = None
    statuses: tuple[int, ...] = ()
    media_types: tuple[str, ...] = ()
    other_types: tuple[str, ...] = ()
    """Those of ``media_types`` that are of another kind."""


@dataclass(frozen=True, slots=True)
class Pagination:
    """How a list operation continues. Paths are dotted paths in the wire body."""

    style: PaginationStyle
    items: UntrustedText
    position: UntrustedText | None = None
    """The parameter that says where to go on: page number, offset or cursor."""
    in_body: bool = False
    """Whether position and limit are fields of the request body."""
    first_page: int = 1
    """The number of the first page."""
    limit: UntrustedText | None = None
    unless: tuple[UntrustedText, ...] = ()
    """Parameters with which the server sends but one page."""
    total: UntrustedText | None = None
    total_pages: UntrustedText | None = None
    has_more: UntrustedText | None = None
    next_cursor: UntrustedText | None = None
    default_limit: int | None = None
    max_limit: int | None = None
    inferred: UntrustedText | None = None


@dataclass(frozen=True, slots=True)
class StreamSwitch:
    """The argument that decides between one JSON value and a stream: with one of ``values`` the
    answer is JSON."""

    location: ParameterLocation | Literal["body"]
    name: UntrustedText
    values: tuple[UntrustedJson, ...]


@dataclass(frozen=True, slots=True)
class StreamFacts:
    """How a stream goes on and ends (``x-stream``); names of events, parameters and fields."""

    end: tuple[UntrustedText, ...] = ()
    """Events that are the last one."""
    reset: tuple[UntrustedText, ...] = ()
    """Events after which the client forgets where it stands and opens the stream anew."""
    ignore: tuple[UntrustedText, ...] = ()
    """Events that only show that the server is there."""
    heartbeat: float | None = None
    """Seconds between two signs of life."""
    resume_header: UntrustedText | None = None
    resume_query: UntrustedText | None = None
    resume_field: UntrustedText | None = None
    """Dotted path in the data of an event to what the query parameter takes."""
    resume_replaces: tuple[UntrustedText, ...] = ()
    """Query parameters that are left out when resuming."""
    trailer: UntrustedText | None = None
    """Key that marks the last line."""
    trailer_error: UntrustedText | None = None
    trailer_status: UntrustedText | None = None
    trailer_cursor: UntrustedText | None = None
    """Key of the cursor with which a list goes on."""
    cursor_query: UntrustedText | None = None
    """The parameter that takes it."""
    switch: StreamSwitch | None = None


@dataclass(frozen=True, slots=True)
class Socket:
    """What goes over a WebSocket (``x-websocket``)."""

    subprotocols: tuple[UntrustedText, ...] = ()
    """Those to offer, best first."""
    received: TypeRef | None = None
    """The type of the messages from the server; None where nothing is said about them."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A resumable upload that begins with an operation (``x-tus``); keys of the other two."""

    check: str
    append: str

    @staticmethod
    def key(create: str) -> str:
        """What stands for the whole upload, beside the key of the operation that begins it."""
        return f"{create} upload"


@dataclass(frozen=True, slots=True)
class Security:
    """One alternative: the schemes that are needed together. Empty means that none is."""

    schemes: tuple[UntrustedText, ...]


@dataclass(frozen=True, slots=True)
class SecurityScheme:
    """How a caller proves who it is (OpenAPI 3.1, Security Scheme Object)."""

    name: UntrustedText
    type: UntrustedText
    """``http``, ``apiKey``, ``oauth2``, ``openIdConnect`` or ``mutualTLS``."""
    origin: Location
    scheme: UntrustedText | None = None
    """For ``http``: ``bearer``, ``basic`` … (RFC 9110, section 11)."""
    location: UntrustedText | None = None
    """For ``apiKey``: ``query``, ``header`` or ``cookie``."""
    parameter: UntrustedText | None = None
    description: UntrustedText | None = None


@dataclass(frozen=True, slots=True)
class ServerVariable:
    name: UntrustedText
    default: UntrustedText | None = None
    description: UntrustedText | None = None
    values: tuple[UntrustedText, ...] = ()


@dataclass(frozen=True, slots=True)
class Server:
    url: UntrustedText
    """May hold ``{variable}`` parts (OpenAPI 3.1, Server Object)."""
    variables: tuple[ServerVariable, ...] = ()
    description: UntrustedText | None = None
    name: UntrustedText | None = None
    """What it can be chosen by: ``name`` (OpenAPI 3.2) or ``x-name``."""


@dataclass(frozen=True, slots=True)
class RealmSupport:
    """From ``info.x-realm-support``: calls can go to a sub-domain of ``base_domain``."""

    base_domain: UntrustedText
    parameter: UntrustedText
    pattern: UntrustedText | None = None
    """What a realm looks like: a regular expression that Python can use."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One call. ``key`` is unique in the API and independent of document order."""

    key: str
    service: UntrustedText
    method: str
    path: UntrustedText
    """The template that is sent, without a query: ``/files/{path}``."""
    origin: Location
    fixed_query: tuple[tuple[UntrustedText, UntrustedText], ...] = ()
    """Query pairs that are part of the path key (``/{path}?type=ssh``), sent as they are."""
    operation_id: UntrustedText | None = None
    sdk_name: tuple[UntrustedText, ...] = ()
    """From ``x-sdk-name``, split at the dots: ``("agent", "mcp", "addServer")``."""
    cli_name: UntrustedText | None = None
    """The words of its command, if not the derived ones (``x-cli-name``)."""
    cli_confirm: bool | None = None
    """Whether a command line asks before it sends (``x-cli-confirm``); None: decided by name."""
    tags: tuple[UntrustedText, ...] = ()
    group: tuple[UntrustedText, ...] = ()
    """Resource path below the service, set by the grouping pass; () is the service itself."""
    action: UntrustedText | None = None
    """Words of the method's name, set by the grouping pass."""
    summary: UntrustedText | None = None
    description: UntrustedText | None = None
    deprecated: bool = False
    parameters: tuple[Parameter, ...] = ()
    """Path parameters in path order, then query, header and cookie in document order."""
    body: Body | None = None
    responses: tuple[Response, ...] = ()
    errors: tuple[ErrorEntry, ...] = ()
    """All documented errors, by (status, code); set by the error pass."""
    error_shape: ErrorShape | None = None
    """Where it differs from the service's; set by the pass on error shapes."""
    result: Result | None = None
    """Set by the result pass."""
    pagination: Pagination | None = None
    stream: StreamKind | None = None
    stream_facts: StreamFacts | None = None
    socket: Socket | None = None
    items: tuple[StreamItem, ...] = ()
    """Of a stream; set by the streaming pass."""
    upload: Upload | None = None
    security: tuple[Security, ...] | None = None
    """Alternatives; () means that none is needed, None that nothing is said."""
    servers: tuple[Server, ...] = ()
    inferred: UntrustedText | None = None


@dataclass(frozen=True, slots=True)
class Tag:
    """A group of operations with what is said of it (OpenAPI 3.1, Tag Object)."""

    name: UntrustedText
    description: UntrustedText | None = None


@dataclass(frozen=True, slots=True)
class Service:
    """One document: a namespace with its operations, in order of key."""

    name: UntrustedText
    title: UntrustedText | None
    origin: Location
    operations: tuple[Operation, ...]
    description: UntrustedText | None = None
    servers: tuple[Server, ...] = ()
    realms: RealmSupport | None = None
    version: UntrustedText | None = None
    security_schemes: tuple[SecurityScheme, ...] = ()
    """In order of name."""
    tags: tuple[Tag, ...] = ()
    """Those that are declared, in order of name."""
    error_shape: ErrorShape | None = None
    """The usual shape of its error bodies; None where nothing is documented about them."""


@dataclass(frozen=True, slots=True)
class Api:
    """Everything that one target is generated from. Services and models are in order of key."""

    services: tuple[Service, ...]
    models: tuple[Model, ...]

    def model(self, model_id: ModelId) -> Model:
        """The model with this id; KeyError if there is none."""
        for model in self.models:
            if model.id == model_id:
                return model
        raise KeyError(model_id)
