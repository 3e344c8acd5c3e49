"""What one call of the API is, as data: the generated modules hold one Operation per method."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple


class ErrorEntry(NamedTuple):
    """One documented error of an operation under one status.

    ``code`` is None for a status that is documented without a machine-readable code. ``messages``
    are documented messages that stand for this error alone: an answer that says one of them and
    names no code has this one.
    """

    code: str | None = None
    title: str = ""
    description: str = ""
    resolution: str = ""
    messages: tuple[str, ...] = ()


class ErrorShape(NamedTuple):
    """Where error bodies say what, as documented.

    Each place is a dotted path of keys; ``[]`` behind a key stands for each item of its list
    (``errors[].message``). Of several places the first that says something has the word.
    ``fields`` are lists of errors of single fields, maps from fields to messages, or the name of
    one field; ``headers`` are response headers that hold the code.
    """

    code: tuple[str, ...] = ()
    message: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()


class ServiceErrors(NamedTuple):
    """What is documented about the errors of a whole service.

    ``entries`` has one entry for each code that any of its operations documents, with the texts
    that most of them give.
    """

    shape: ErrorShape | None = None
    entries: tuple[ErrorEntry, ...] = ()


class PageInfo(NamedTuple):
    """How a list continues.

    ``items``, ``total``, ``has_more`` and ``next_cursor`` are dotted paths in the body as it is on
    the wire, envelope included. ``x.length`` is the number of items of the list ``x``; parts joined
    by `` + `` are added up; numbers stand for items of lists, -1 for the last one. ``position`` and
    ``limit`` are wire names of parameters, or of fields of the request body (``in_body``);
    ``first_page`` is the number of the first page. A ``default_limit`` of 0 says that without a
    limit everything comes at once, ``unless`` names parameters with which there is but one page.
    """

    style: Literal["page", "offset", "cursor", "single"]
    items: str
    position: str | None = None
    limit: str | None = None
    total: str | None = None
    total_pages: str | None = None
    has_more: str | None = None
    next_cursor: str | None = None
    default_limit: int | None = None
    first_page: int = 1
    in_body: bool = False
    unless: tuple[str, ...] = ()


class StreamSwitch(NamedTuple):
    """The argument that decides between one JSON value and a stream.

    ``place`` is ``"query"``, ``"header"`` or ``"body"``, ``name`` the wire name; with one of
    ``values`` the answer is JSON, with any other and without it a stream.
    """

    place: Literal["query", "header", "body"]
    name: str
    values: tuple[object, ...]


class StreamInfo(NamedTuple):
    """How a stream goes on and ends, as far as that is documented.

    Of server-sent events:

    * ``end``: names of the events that are the last one; ``reset``: of those after which the
      client forgets where it stands and opens the stream anew; ``ignore``: of those that only show
      that the server is there.
    * ``heartbeat``: seconds between two signs of life of the server.
    * ``resume_header``: the header that takes the ID of the last event; ``resume_query``: the
      parameter that takes it, or what stands under the dotted path ``resume_field`` of its data.
      ``resume_replaces``: parameters that are left out then.

    Of JSON lines:

    * ``trailer``: the key that marks the last line; ``trailer_error`` and ``trailer_status``: the
      keys in it under which the code and the status of an error stand; ``trailer_cursor``: the key
      of the cursor with which a list goes on, as the value of the parameter ``cursor_query``.

    ``switch``: the argument with which the answer is no stream but one JSON value.
    """

    end: tuple[str, ...] = ()
    reset: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    heartbeat: float | None = None
    resume_header: str | None = None
    resume_query: str | None = None
    resume_field: str | None = None
    resume_replaces: tuple[str, ...] = ()
    trailer: str | None = None
    trailer_error: str | None = None
    trailer_status: str | None = None
    trailer_cursor: str | None = None
    cursor_query: str | None = None
    switch: StreamSwitch | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Operation:
    """One call of the API.

    * ``name``: attribute path on the client, ``"api.auth_tokens.create"``.
    * ``path``: template, ``"/files/{path}"``; ``wildcards`` names the parameters that keep ``/``.
    * ``server``: where it is, if that isn't the address of its service: a template of a URL, or a
      path at the service's own address.
    * ``query``: fixed pairs that belong to the path; a declared parameter of the same name that is
      given replaces its pair.
    * ``styles``: wire name → ``"form"``, ``"comma"``, ``"space"``, ``"pipe"``, ``"deepObject"``,
      ``"json"`` or ``"flag"``; without one, an array repeats its parameter (OpenAPI 3.1: form,
      explode). ``reserved`` behind it (``"form reserved"``) keeps reserved characters.
    * ``path_styles``, ``header_styles``, ``cookie_styles``: the same for other places, where names
      may be those of query parameters. Paths: ``"explode"`` (of style simple), ``"label"``,
      ``"matrix"``, both with ``explode`` behind them, or ``"json"``; headers: ``"explode"`` or
      ``"json"``; cookies: ``"comma"``, ``"json"``, ``"cookie"`` or ``"flag"``.
    * ``field_styles``: how fields of a form are written: as ``styles``; of a multipart body, under
      which media types.
    * ``media_type``: of the request body; ``body_required`` sends ``{}`` where all fields were
      left out.
    * ``redirect``: a redirect is a documented answer: it isn't followed, and raw responses show
      where it points.
    * ``envelope``: the key of the body under which the result is.
    * ``errors``: documented errors by status; ``error_shape``: where its error bodies say what, if
      it is another place than in the rest of its service.
    * ``stream``: how a stream goes, where more is known than its media type.
    * ``subprotocols``: of a WebSocket, those that are documented, best first.
    * ``security``: names of the schemes that are accepted, several together as a tuple; ``()``
      sends no credentials, ``""`` among the names says that it works without, too; None is the
      service's default.
    """

    name: str
    service: str
    method: str
    path: str
    server: str | None = None
    query: tuple[tuple[str, str], ...] = ()
    wildcards: frozenset[str] = frozenset()
    styles: Mapping[str, str] = field(default_factory=dict)
    path_styles: Mapping[str, str] = field(default_factory=dict)
    header_styles: Mapping[str, str] = field(default_factory=dict)
    cookie_styles: Mapping[str, str] = field(default_factory=dict)
    field_styles: Mapping[str, str] = field(default_factory=dict)
    media_type: str | None = None
    body_required: bool = False
    accept: str = "application/json"
    result: Literal["json", "text", "bytes", "none"] = "json"
    redirect: bool = False
    envelope: str | None = None
    errors: Mapping[int, tuple[ErrorEntry, ...]] = field(default_factory=dict)
    error_shape: ErrorShape | None = None
    pagination: PageInfo | None = None
    stream: StreamInfo | None = None
    subprotocols: tuple[str, ...] = ()
    security: tuple[str | tuple[str, ...], ...] | None = None
