"""Path keys and the methods under them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote

from ..document import Node
from .context import Context
from .view import type_name

_METHODS = frozenset({"delete", "get", "head", "options", "patch", "post", "put", "query", "trace"})
_FIELDS = frozenset({"$ref", "summary", "description", "servers", "parameters"})
_MORE = ("x-additional-operations", "additionalOperations")
_TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+\Z", re.ASCII)
# Express writes a parameter as a whole segment; "/sessions/{id}/answer:assist" has none.
_EXPRESS = re.compile(r"(?<=/):([A-Za-z_][A-Za-z0-9_]*)(?=/|\Z)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Path:
    """``template`` is what is sent, ``fixed_query`` the pairs that are part of the path key."""

    template: str
    fixed_query: tuple[tuple[str, str], ...]


def read_path(key: str) -> Path:
    """The parts of a path key such as ``/{path}?type=ssh`` or ``/api/:id``."""
    path, _, query = key.partition("#")[0].partition("?")
    if not path.startswith("/"):
        path = f"/{path}"
    pairs = []
    for pair in filter(None, query.split("&")):
        name, _, value = pair.partition("=")
        pairs.append((unquote(name), unquote(value)))
    return Path(_EXPRESS.sub(r"{\1}", path), tuple(pairs))


def read_methods(context: Context, item: Node) -> Iterator[tuple[str, Node]]:
    """The methods of a path item with their operations.

    Besides the known ones, OpenAPI's ``additionalOperations`` (3.2) and its extension form, and
    keys that are methods and hold what looks like an operation: servers speak WebDAV.
    """
    for key, node in item.items():
        if key.lower() in _METHODS:
            yield key.upper(), node
        elif key in _MORE:
            yield from _additional(context, node)
        elif key not in _FIELDS and not key.startswith("x-"):
            if _TOKEN.match(key) and _is_operation(node):
                yield key.upper(), node
            else:
                context.diagnostics.warning(
                    "unknown-path-key",
                    node.location,
                    f"{key!r} is neither a method nor a field of a path",
                )


def _additional(context: Context, node: Node) -> Iterator[tuple[str, Node]]:
    if not node.is_mapping:
        context.diagnostics.warning(
            "not-an-object",
            node.location,
            f"expected methods with their operations and found {type_name(node.value)}",
        )
    for key, operation in node.items():
        if _TOKEN.match(key):
            yield key.upper(), operation
        else:
            context.diagnostics.warning(
                "invalid-method",
                operation.location,
                f"{key!r} is no method (RFC 9110, section 9.1); its operation can't be called",
            )


def _is_operation(node: Node) -> bool:
    return node.is_mapping and ("responses" in node.value or "operationId" in node.value)
