"""``x-error-codes``: documented machine codes, at a schema, a response or an operation."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..document import Node
from ..ir import ErrorEntry
from ..text import Untrusted, UntrustedText
from .context import Context
from .facts import inferred, text
from .sites import Site
from .view import type_name

_CODE_KEYS = ("code", "error_code", "errorCode")


def error_status(status: str) -> int | None:
    """The number of a status key; None for ranges and ``default``."""
    return int(status) if re.fullmatch(r"[1-5][0-9]{2}", status, re.ASCII) else None


def read_error_codes(
    context: Context, node: Node | None, site: Site, status: int | None
) -> Iterator[ErrorEntry]:
    """The entries of a list of codes; also of a mapping from codes to descriptions."""
    if node is None or node.value is None:
        return
    if node.is_list:
        for item in node.elements():
            if isinstance(item.value, str):
                yield ErrorEntry(status, Untrusted(item.value), item.location)
            elif item.is_mapping:
                yield _entry(context, item, _code(item), site, status)
            else:
                _invalid(context, item)
    elif node.is_mapping:
        for code, item in node.items():
            if item.is_mapping:
                yield _entry(context, item, _code(item) or Untrusted(code), site, status)
            else:
                description = text(item.value)
                yield ErrorEntry(status, Untrusted(code), item.location, description=description)
    else:
        _invalid(context, node)


def _invalid(context: Context, node: Node) -> None:
    context.diagnostics.warning(
        "invalid-error-code",
        node.location,
        f"expected an error code with its description and found {type_name(node.value)}",
    )


def _code(item: Node) -> UntrustedText | None:
    for key in _CODE_KEYS:
        value = item.value.get(key)
        if isinstance(value, int) and not isinstance(value, bool):
            return Untrusted(str(value))
        if isinstance(value, str) and value:
            return Untrusted(value)
    return None


def _entry(
    context: Context, item: Node, code: UntrustedText | None, site: Site, status: int | None
) -> ErrorEntry:
    own = item.value.get("status")
    if isinstance(own, str):
        own = error_status(own)
    if isinstance(own, int) and not isinstance(own, bool) and 100 <= own <= 599:
        status = own
    schema = item.child("detailsSchema")
    details = None
    if schema is not None:
        word = code.reveal() if code is not None else "error"
        inner = site.child(f"details {word} {item.pointer}", word).child("details")
        details = context.schemas.type_at(schema, inner)
    return ErrorEntry(
        status=status,
        code=code,
        origin=item.location,
        title=text(item.value.get("title")),
        description=text(item.value.get("description")),
        resolution=text(item.value.get("resolution")),
        example=Untrusted(item.value["example"]) if "example" in item.value else None,
        details=details,
        inferred=inferred(item.value),
    )
