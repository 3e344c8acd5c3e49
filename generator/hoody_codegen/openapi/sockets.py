"""``x-websocket`` of an operation: what goes over the WebSocket that it opens."""

from __future__ import annotations

import re

from ..document import Node
from ..ir import Socket, TypeRef
from ..text import Untrusted, UntrustedText
from .context import Context
from .sites import Site

# RFC 6455, section 4.1: the names of sub-protocols are tokens (RFC 9110, section 5.6.2).
_TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+\Z")
_KEYS = ("subprotocols", "receive", "x-inferred")


def read_socket(context: Context, operation: Node, site: Site) -> Socket | None:
    """``x-websocket``: ``subprotocols``, those to offer, best first, and ``receive``, the schema of
    the messages that the server sends. None where there is none."""
    node = operation.child("x-websocket")
    if node is None or node.value is None:
        return None
    if not node.is_mapping:
        context.diagnostics.warning(
            "invalid-websocket", node.location, "'x-websocket' is left out: expected an object"
        )
        return None
    for key, member in node.items():
        if key not in _KEYS:
            context.diagnostics.warning(
                "invalid-websocket",
                member.location,
                f"{key!r} is left out: it isn't known here",
                f"Known are {', '.join(_KEYS)}.",
            )
    receive = node.child("receive")
    type_: TypeRef | None = None
    if receive is not None:
        type_ = context.schemas.type_at(receive, site.child("message"))
    return Socket(_subprotocols(context, node), type_)


def _subprotocols(context: Context, node: Node) -> tuple[UntrustedText, ...]:
    listed = context.list(node, "subprotocols")
    found: dict[str, None] = {}
    for member in listed.elements() if listed is not None else ():
        if isinstance(member.value, str) and _TOKEN.match(member.value):
            found[member.value] = None
        else:
            context.diagnostics.warning(
                "invalid-websocket",
                member.location,
                f"{member.value!r} is left out: it can't be the name of a sub-protocol",
            )
    return tuple(map(Untrusted, found))
