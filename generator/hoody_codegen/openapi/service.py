"""Documents to services and models: the way from OpenAPI into the IR."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import PurePosixPath

from openapi_pydantic.v3.v3_1 import Info as InfoView
from openapi_pydantic.v3.v3_1 import Tag as TagView

from ..diagnostics import Diagnostics
from ..document import Document, Node, paused_collector
from ..ir import Api, Model, Service, Tag
from ..text import Untrusted
from .context import Context
from .extensions import read_realms
from .facts import text
from .finish import finish
from .merged import split_service
from .operations import read_operations
from .schemas import SchemaReader
from .servers import read_security_schemes, read_servers
from .version import check_openapi
from .view import view


def read_api(documents: Iterable[Document], diagnostics: Diagnostics) -> Api:
    """One service for each document, or several for one that was merged from several.

    What is no OpenAPI document is left out with an error.
    """
    with paused_collector():
        return _read_api(documents, diagnostics)


def _read_api(documents: Iterable[Document], diagnostics: Diagnostics) -> Api:
    services: dict[str, Service] = {}
    models: list[Model] = []
    for document in documents:
        if not check_openapi(document, diagnostics):
            continue
        found, own = split_service(*read_service(document, diagnostics))
        taken = [item.name.reveal() for item in found if item.name.reveal() in services]
        for name in taken:
            diagnostics.error(
                "duplicate-service",
                document.location("/info/x-namespace"),
                f"the service {name!r} is described by {services[name].origin.file!r} already",
                "Give each document its own info.x-namespace, or its own file name.",
            )
        if not taken:
            services.update((item.name.reveal(), item) for item in found)
            models.extend(own)
    return Api(
        services=tuple(services[name] for name in sorted(services)),
        models=tuple(sorted(models, key=lambda model: model.id)),
    )


def read_service(document: Document, diagnostics: Diagnostics) -> tuple[Service, tuple[Model, ...]]:
    """The service that a document describes, and the models it speaks of.

    Faults of parts are warnings in ``diagnostics``; the rest of the document is read all the same.
    """
    name = service_name(document)
    context = Context(document, diagnostics, SchemaReader(document, name, diagnostics))
    root = document.root
    info = root.child("info") or root.with_value({})
    typed = view(InfoView, info, diagnostics) if info.is_mapping else None
    context.not_generated(root, "webhooks")
    servers = read_servers(context, root)
    operations = tuple(
        # Servers that are those of the document are none of its own.
        replace(operation, servers=()) if operation.servers == servers else operation
        for operation in read_operations(context, name)
    )
    context.schemas.read_components()
    service = Service(
        name=Untrusted(name),
        title=text(typed.title) if typed is not None else None,
        origin=root.location,
        operations=operations,
        description=text(typed.description) if typed is not None else None,
        servers=servers,
        realms=read_realms(context, info),
        version=text(typed.version) if typed is not None else None,
        security_schemes=read_security_schemes(context),
        tags=_read_tags(context, root),
    )
    return finish(service, context.schemas)


def _read_tags(context: Context, root: Node) -> tuple[Tag, ...]:
    tags = context.list(root, "tags")
    views = [
        view(TagView, tag, context.diagnostics)
        for tag in (tags.elements() if tags is not None else ())
    ]
    found = [Tag(Untrusted(one.name), text(one.description)) for one in views if one is not None]
    # A name is to stand once; where it doesn't, the order of the document decides nothing.
    return tuple(sorted(found, key=lambda tag: (tag.name, tag.description or Untrusted(""))))


def service_name(document: Document) -> str:
    """``info.x-namespace``, else the name of the file without its endings."""
    info = document.root.child("info")
    name = info.text("x-namespace") if info is not None else None
    return name or PurePosixPath(document.file).name.partition(".")[0]
