"""Operation Objects to operations: one for every method of every path, whatever else is wrong."""

from __future__ import annotations

from collections.abc import Iterator

from openapi_pydantic.v3.v3_1 import Operation as OperationView

from ..document import Node
from ..ir import Operation
from ..text import Untrusted
from .bodies import read_body, read_responses
from .context import Context
from .errors import read_error_codes
from .extensions import read_confirm, read_pagination, read_sdk_name, read_stream
from .facts import inferred, text
from .parameters import read_parameters
from .paths import Path, read_methods, read_path
from .servers import read_security, read_servers
from .sites import Site
from .sockets import read_socket
from .streams import read_stream_facts
from .uploads import read_upload
from .view import view


def read_operations(context: Context, service: str) -> tuple[Operation, ...]:
    """All operations of a document in order of key."""
    found: dict[str, Operation] = {}
    for path, item in _path_items(context):
        for method, node in read_methods(context, item):
            key = f"{service} {method} {path}"
            if key in found:
                context.diagnostics.warning(
                    "duplicate-operation",
                    node.location,
                    f"{method} {path!r} is described twice; the first description counts",
                )
                continue
            found[key] = _Reader(context, service, key, method, path, item).read(node)
    return tuple(found[key] for key in sorted(found))


def _path_items(context: Context) -> Iterator[tuple[str, Node]]:
    paths = context.mapping(context.document.root, "paths")
    for path, reference in paths.items() if paths is not None else ():
        if path.startswith("x-"):
            continue
        item = context.resolve(reference)
        if item is None:
            continue
        if item.is_mapping:
            yield path, item
        else:
            context.diagnostics.warning(
                "not-an-object", item.location, f"the path {path!r} has no operations: no object"
            )


class _Reader:
    """Reads one operation."""

    def __init__(
        self, context: Context, service: str, key: str, method: str, path: str, item: Node
    ) -> None:
        self.context = context
        self.service = service
        self.key = key
        self.method = method
        self.path_key = path
        self.item = item
        self.site = Site(f"{service}#{key}", (Untrusted(key),))

    def read(self, node: Node) -> Operation:
        typed = None
        if node.value is not None:
            typed = view(OperationView, node, self.context.diagnostics)
        if typed is None:
            node, typed = node.with_value({}), OperationView()
        self.context.not_generated(node, "callbacks")
        path = self._path(node)
        fixed = frozenset(name for name, _ in path.fixed_query)
        sources = [
            self.context.list(self.item, "parameters"),
            self.context.list(node, "parameters"),
        ]
        body = node.child("requestBody")
        security = read_security(self.context, node)
        if security is None:
            security = read_security(self.context, self.context.document.root)
        return Operation(
            key=self.key,
            service=Untrusted(self.service),
            method=self.method,
            path=Untrusted(path.template),
            origin=node.location,
            fixed_query=tuple(
                (Untrusted(name), Untrusted(value)) for name, value in path.fixed_query
            ),
            operation_id=text(typed.operationId),
            sdk_name=read_sdk_name(self.context, node),
            cli_name=text(node.text("x-cli-name")),
            cli_confirm=read_confirm(self.context, node),
            tags=tuple(Untrusted(tag) for tag in typed.tags or () if tag.strip()),
            summary=text(typed.summary) or text(self.item.text("summary")),
            description=text(typed.description) or text(self.item.text("description")),
            deprecated=typed.deprecated,
            parameters=read_parameters(
                self.context,
                [source for source in sources if source is not None],
                path.template,
                fixed,
                self.site,
                node,
            ),
            body=read_body(self.context, body, self.site.child("body")),
            responses=read_responses(self.context, node, self.site),
            errors=tuple(
                read_error_codes(self.context, node.child("x-error-codes"), self.site, None)
            ),
            pagination=read_pagination(self.context, node),
            stream=read_stream(self.context, node),
            stream_facts=read_stream_facts(self.context, node),
            socket=read_socket(self.context, node, self.site),
            upload=read_upload(self.context, self.item, self.method, self.service, self.path_key),
            security=security,
            servers=read_servers(self.context, node) or read_servers(self.context, self.item),
            inferred=inferred(node.value),
        )

    def _path(self, node: Node) -> Path:
        """``x-original-path`` is the path on the wire where a merged document changed the key; a
        query of the key still belongs to the call."""
        path = read_path(self.path_key)
        original = node.text("x-original-path")
        if original is None or not original.startswith("/"):
            return path
        sent = read_path(original)
        return Path(sent.template, sent.fixed_query or path.fixed_query)
