"""Request bodies and responses: contents by media type, headers, documented errors."""

from __future__ import annotations

import re
from http import HTTPStatus

from openapi_pydantic.v3.v3_1 import Header as HeaderView
from openapi_pydantic.v3.v3_1 import RequestBody as RequestBodyView
from openapi_pydantic.v3.v3_1 import Response as ResponseView

from ..document import Node
from ..ir import (
    Body,
    Content,
    ErrorEntry,
    Header,
    NullableType,
    Response,
    ScalarKind,
    ScalarType,
    TypeRef,
)
from ..text import Untrusted
from .context import Context
from .encodings import read_encodings
from .errors import error_status, read_error_codes
from .examples import read_examples
from .facts import inferred, text
from .flatten import Part
from .media_types import media_type_of
from .sites import Site
from .streams import read_items
from .view import view

_STATUS = re.compile(r"([1-5])(?:[0-9][0-9]|XX)\Z", re.ASCII)


def read_body(context: Context, reference: Node | None, site: Site) -> Body | None:
    """The Request Body Object, if there is one."""
    if reference is None or reference.value is None:
        return None
    node = context.resolve(reference)
    typed = view(RequestBodyView, node, context.diagnostics) if node is not None else None
    if node is None or typed is None:
        return None
    contents = _contents(context, node, site)
    nullable = any(isinstance(content.type, NullableType) for content in contents)
    return Body(
        contents=contents,
        required=typed.required,
        origin=reference.location,
        description=text(typed.description),
        nullable=nullable,
        inferred=inferred(node.value),
    )


def read_responses(context: Context, operation: Node, site: Site) -> tuple[Response, ...]:
    """All responses in order of status, with the errors documented at and below them."""
    node = context.mapping(operation, "responses")
    found: dict[str, Response] = {}
    statuses = _statuses(context, node) if node is not None else {}
    success = [status for status in sorted(statuses) if status.startswith("2")]
    for status in sorted(statuses):
        words = _words(status, is_first_success=success[:1] == [status])
        own = Site(
            f"{site.id}/response {status}",
            (*site.context, *(Untrusted(word) for word in words)),
        )
        response = _response(context, statuses[status], status, own)
        if response is not None:
            found[status] = response
    return tuple(found.values())


def _statuses(context: Context, node: Node) -> dict[str, Node]:
    statuses: dict[str, Node] = {}
    for key, member in node.items():
        status = key.strip()
        status = status.upper() if status.lower().endswith("xx") else status
        if key.startswith("x-"):
            continue
        if status != "default" and not _STATUS.match(status):
            context.diagnostics.warning(
                "invalid-status",
                member.location,
                f"{key!r} is no status code; the response is left out",
                "Write a code (404), a range (4XX) or 'default'.",
            )
            continue
        statuses.setdefault(status, member)
    return statuses


def _words(status: str, *, is_first_success: bool) -> list[str]:
    if is_first_success:
        return ["response"]
    kind = "error" if status[0] in "45" else "response"
    if status.isdigit():
        try:
            return [HTTPStatus(int(status)).phrase.lower(), kind]
        except ValueError:
            return [status, kind]
    return {
        "4XX": ["client", "error"],
        "5XX": ["server", "error"],
        "default": ["default", "response"],
    }.get(status, [status, kind])


def _response(context: Context, reference: Node, status: str, site: Site) -> Response | None:
    node = context.resolve(reference)
    if node is None or not node.is_mapping:
        if node is not None:
            view(ResponseView, node, context.diagnostics)
        return Response(status, (), reference.location)
    typed = view(ResponseView, node, context.diagnostics)
    number = error_status(status)
    errors: list[ErrorEntry] = list(
        read_error_codes(context, node.child("x-error-codes"), site, number)
    )
    for schema in _schemas(node):
        # The codes may stand on a schema that this one refers to or takes over.
        for fragment in context.schemas.flat.fragments((Part(schema),)):
            codes = fragment.node.child("x-error-codes")
            errors.extend(read_error_codes(context, codes, site, number))
    return Response(
        status=status,
        contents=_contents(context, node, site),
        origin=reference.location,
        description=text(typed.description) if typed is not None else None,
        headers=_headers(context, node, site),
        errors=tuple(errors),
        inferred=inferred(node.value),
    )


def _schemas(node: Node) -> list[Node]:
    content = node.child("content")
    found = []
    for _, media in content.items() if content is not None else ():
        schema = media.child("schema")
        if schema is not None:
            found.append(schema)
    return found


def _headers(context: Context, node: Node, site: Site) -> tuple[Header, ...]:
    headers = context.mapping(node, "headers")
    found = []
    for name, reference in headers.items() if headers is not None else ():
        header = context.resolve(reference)
        typed = view(HeaderView, header, context.diagnostics) if header is not None else None
        type_: TypeRef = ScalarType(ScalarKind.STRING)
        schema = header.child("schema") if header is not None else None
        description = text(typed.description) if typed is not None else None
        if schema is not None:
            type_ = context.schemas.type_at(schema, site.child(f"header {name}", name))
            description = description or context.schemas.facts_at(schema).description
        found.append(Header(Untrusted(name), type_, description))
    return tuple(found)


def _contents(context: Context, node: Node, site: Site) -> tuple[Content, ...]:
    """The media types in document order; a name that is no media type is left out."""
    content = context.mapping(node, "content")
    found: dict[str, Content] = {}
    first = True
    for key, media in content.items() if content is not None else ():
        name = media_type_of(key)
        if name is None:
            context.diagnostics.warning(
                "invalid-media-type",
                media.location,
                f"{key!r} is no media type; this content is left out",
                "Write it as 'type/subtype', such as 'application/json'.",
            )
            continue
        if name in found:
            continue
        own = site if first else site.child(name, name.partition("/")[2].partition(";")[0])
        found[name] = _content(context, name, media, own)
        first = False
    return tuple(found.values())


def _content(context: Context, name: str, media: Node, site: Site) -> Content:
    if not media.is_mapping:
        if media.value is not None:
            context.diagnostics.warning(
                "not-an-object", media.location, "expected a media type object"
            )
        return Content(name, None)
    encodings = read_encodings(context, name, media)
    items = read_items(context, name, media, site)
    schema = media.child("schema")
    if schema is None:
        return Content(name, None, read_examples(context, media), items, encodings)
    type_ = context.schemas.type_at(schema, site)
    examples = read_examples(context, media) or context.schemas.facts_at(schema).examples
    said = schema.value is True or bool(schema.value)
    return Content(name, type_ if said else None, examples, items, encodings)
