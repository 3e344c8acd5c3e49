"""Extensions with a meaning of their own: pagination, streaming, SDK names, realms."""

from __future__ import annotations

import re
from typing import Any

from ..document import Node
from ..ir import Pagination, PaginationStyle, RealmSupport, StreamKind
from ..text import Untrusted, UntrustedText
from .context import Context
from .facts import inferred, text

_STYLES = {
    "page": PaginationStyle.PAGE,
    "page-number": PaginationStyle.PAGE,
    "offset": PaginationStyle.OFFSET,
    "offset-based": PaginationStyle.OFFSET,
    "cursor": PaginationStyle.CURSOR,
    "cursor-based": PaginationStyle.CURSOR,
    "simple-array": PaginationStyle.SINGLE,
    "simple-list": PaginationStyle.SINGLE,
    "single": PaginationStyle.SINGLE,
    "count-based": PaginationStyle.SINGLE,
    "dual-array": PaginationStyle.SINGLE,
}
_POSITION_KEYS = {
    PaginationStyle.PAGE: ("page", "offset"),
    PaginationStyle.OFFSET: ("offset", "page", "skip"),
    PaginationStyle.CURSOR: ("cursor", "after", "offset"),
    PaginationStyle.SINGLE: (),
}
# A plain path in the wire body. Some documents add up several: "data.a.length + data.b.length".
_PATH = re.compile(r"[^\s.+*/()\[\]]+(\.[^\s.+*/()\[\]]+)*\Z")


def read_pagination(context: Context, operation: Node) -> Pagination | None:
    """``x-pagination`` in all of its forms; None, with a warning, where it can't be used.

    ``request_params`` are names of query parameters, or of fields of the request body.
    ``response_fields`` are dotted paths from the top of the body; a number stands for an item of a
    list (``-1.id``: the last one's), ``a + b`` for several lists that are one. A missing ``items``
    path is left empty, for the pagination pass to find. ``unless`` lists parameters with which the
    server sends but one page.
    """
    node = operation.child("x-pagination")
    if node is None or node.value in (None, False):
        return None
    if not node.is_mapping:
        context.diagnostics.warning(
            "invalid-pagination", node.location, "'x-pagination' is left out: expected an object"
        )
        return None
    kind = node.text("type") or node.text("style")
    if kind == "none":
        return None
    style = _STYLES.get(kind or "")
    if style is None:
        context.diagnostics.warning(
            "invalid-pagination",
            (node.child("type") or node).location,
            f"the pagination type {kind!r} is unknown; the list is not followed",
            f"Known are {', '.join(sorted([*_STYLES, 'none']))}.",
        )
        return None
    request = _texts(node.child("request_params"))
    response = _texts(node.child("response_fields"))
    position = next((request[key] for key in _POSITION_KEYS[style] if key in request), None)
    total = _expression(response.get("total"))
    unless = node.value.get("unless")
    return Pagination(
        style=style,
        items=Untrusted(_items(response.get("items"), total)),
        position=_optional(position),
        limit=_optional(request.get("limit")),
        unless=tuple(
            Untrusted(name)
            for name in (unless if isinstance(unless, list) else ())
            if isinstance(name, str)
        ),
        # The length of a list says how long this page is.
        total=_optional(total if total is not None and ".length" not in total else None),
        total_pages=_optional(_path(response.get("total_pages"))),
        has_more=_optional(_path(response.get("has_more"))),
        next_cursor=_optional(_path(response.get("next_cursor"))),
        default_limit=_count(node.value.get("default_limit")),
        max_limit=_count(node.value.get("max_limit")) or None,
        inferred=inferred(node.value),
    )


def _items(said: str | None, total: str | None) -> str:
    """Where the items are; of several lists, those that the total adds up if nothing else is
    said."""
    found = _expression(said)
    if found is None and total is not None and " + " in total:
        found = total
    parts = [part.removesuffix(".length") for part in (found or "").split(" + ")]
    return " + ".join(parts)


def _texts(node: Node | None) -> dict[str, str]:
    if node is None:
        return {}
    return {key: member.value for key, member in node.items() if isinstance(member.value, str)}


def _path(value: str | None) -> str | None:
    """A path to a field."""
    if value is None or value.endswith(".length") or not _PATH.match(value):
        return None
    return value


def _expression(value: str | None) -> str | None:
    """A path, the length of a list, or a sum of several."""
    parts = [part.strip() for part in value.split("+")] if value is not None else []
    if not parts or not all(_PATH.match(part) for part in parts):
        return None
    return " + ".join(parts)


def _optional(value: str | None) -> UntrustedText | None:
    return Untrusted(value) if value else None


def _count(value: Any) -> int | None:
    """A limit; 0 stands for "no limit" in this dialect."""
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return value if is_number and value >= 0 else None


def read_stream(context: Context, operation: Node) -> StreamKind | None:
    """``x-streaming``."""
    node = operation.child("x-streaming")
    if node is None or node.value is None:
        return None
    value = node.value
    if isinstance(value, dict):
        value = value.get("kind", value.get("type"))
    try:
        return StreamKind(value)
    except ValueError:
        kinds = ", ".join(kind.value for kind in StreamKind)
        context.diagnostics.warning(
            "invalid-streaming",
            node.location,
            f"'x-streaming' is left out: {value!r} is no kind of stream",
            f"Known are {kinds}.",
        )
        return None


def read_sdk_name(context: Context, operation: Node) -> tuple[UntrustedText, ...]:
    """``x-sdk-name``, split at the dots."""
    node = operation.child("x-sdk-name")
    if node is None or node.value is None:
        return ()
    parts = node.value.strip().split(".") if isinstance(node.value, str) else []
    if not parts or not all(part.strip() for part in parts):
        context.diagnostics.warning(
            "invalid-sdk-name", node.location, "'x-sdk-name' is left out: not a dotted name"
        )
        return ()
    return tuple(Untrusted(part.strip()) for part in parts)


def read_confirm(context: Context, operation: Node) -> bool | None:
    """``x-cli-confirm``."""
    node = operation.child("x-cli-confirm")
    if node is None or isinstance(node.value, bool | None):
        return node.value if node is not None else None
    context.diagnostics.warning(
        "invalid-confirm", node.location, "'x-cli-confirm' is left out: expected true or false"
    )
    return None


def read_realms(context: Context, info: Node) -> RealmSupport | None:
    """``info.x-realm-support``."""
    node = info.child("x-realm-support")
    if node is None or not node.is_mapping or node.value.get("enabled") is False:
        return None
    base, parameter = text(node.value.get("baseDomain")), text(node.value.get("parameterName"))
    if base is None or parameter is None:
        return None
    return RealmSupport(base, parameter, _realm_pattern(context, node))


def _realm_pattern(context: Context, node: Node) -> UntrustedText | None:
    pattern = text(node.value.get("pattern"))
    if pattern is None:
        return None
    try:
        re.compile(pattern.reveal())
    except re.error as error:
        context.diagnostics.warning(
            "invalid-pattern", node.location, f"the pattern of realms is left out: {error}"
        )
        return None
    return pattern
