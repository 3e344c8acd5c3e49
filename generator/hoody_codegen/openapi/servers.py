"""Server Objects, security requirements and security schemes."""

from __future__ import annotations

from openapi_pydantic.v3.v3_1 import SecurityScheme as SecuritySchemeView
from openapi_pydantic.v3.v3_1 import Server as ServerView
from openapi_pydantic.v3.v3_1 import ServerVariable as ServerVariableView

from ..document import Node
from ..ir import Security, SecurityScheme, Server, ServerVariable
from ..text import Untrusted
from .context import Context
from .facts import text
from .view import view


def read_servers(context: Context, node: Node) -> tuple[Server, ...]:
    """The ``servers`` of a document, a path or an operation, in order."""
    servers = context.list(node, "servers")
    found = []
    for server in servers.elements() if servers is not None else ():
        typed = view(ServerView, server, context.diagnostics)
        if typed is None:
            continue
        variables = context.mapping(server, "variables")
        found.append(
            Server(
                Untrusted(typed.url),
                tuple(
                    _variable(context, name, variable)
                    for name, variable in (variables.items() if variables is not None else ())
                ),
                text(typed.description),
                text(server.text("name")) or text(server.text("x-name")),
            )
        )
    return tuple(found)


def _variable(context: Context, name: str, node: Node) -> ServerVariable:
    """An empty default stands for none: OpenAPI asks for one even where there can't be any."""
    typed = view(ServerVariableView, node, context.diagnostics)
    if typed is None:
        return ServerVariable(Untrusted(name))
    return ServerVariable(
        Untrusted(name),
        text(typed.default),
        text(typed.description),
        tuple(Untrusted(value) for value in typed.enum or ()),
    )


def read_security(context: Context, node: Node) -> tuple[Security, ...] | None:
    """Alternatives in order; () where an empty list says that none is needed, None where nothing
    is said (OpenAPI 3.1, Security Requirement Object)."""
    security = context.list(node, "security")
    if security is None or security.value is None:
        return None
    found = []
    for requirement in security.elements():
        if not requirement.is_mapping:
            context.diagnostics.warning(
                "invalid-security", requirement.location, "the security requirement is no object"
            )
            continue
        found.append(Security(tuple(Untrusted(name) for name, _ in requirement.items())))
    return tuple(found)


def read_security_schemes(context: Context) -> tuple[SecurityScheme, ...]:
    """``components.securitySchemes`` in order of name."""
    components = context.document.root.child("components")
    schemes = context.mapping(components, "securitySchemes") if components is not None else None
    found = []
    for name, reference in sorted(schemes.items()) if schemes is not None else ():
        node = context.resolve(reference)
        typed = view(SecuritySchemeView, node, context.diagnostics) if node is not None else None
        if node is None or typed is None:
            continue
        found.append(
            SecurityScheme(
                name=Untrusted(name),
                type=Untrusted(typed.type),
                origin=reference.location,
                scheme=text(typed.scheme),
                location=text(typed.security_scheme_in),
                parameter=text(typed.name),
                description=text(typed.description),
            )
        )
    return tuple(found)
