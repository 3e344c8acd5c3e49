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
# A plain path in the wire body; expressions of several paths aren't.
_PATH = re.compile(r"[^\s.+*/()\[\]]+(\.[^\s.+*/()\[\]]+)*\Z")


def read_pagination(context: Context, operation: Node) -> Pagination | None:
    """``x-pagination`` in all of its forms; None, with a warning, where it can't be used.

    A missing ``items`` path is left empty, for the pagination pass to find.
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
    return Pagination(
        style=style,
        items=Untrusted(_path(response.get("items")) or ""),
        position=_optional(position),
        limit=_optional(request.get("limit")),
        total=_optional(_path(response.get("total"))),
        has_more=_optional(_path(response.get("has_more"))),
        next_cursor=_optional(_path(response.get("next_cursor"))),
        default_limit=_positive(node.value.get("default_limit")),
        max_limit=_positive(node.value.get("max_limit")),
        inferred=inferred(node.value),
    )


def _texts(node: Node | None) -> dict[str, str]:
    if node is None:
        return {}
    return {key: member.value for key, member in node.items() if isinstance(member.value, str)}


def _path(value: str | None) -> str | None:
    """A path to a field. ``data.length`` is no field: it says how long this page is."""
    if value is None or value.endswith(".length") or not _PATH.match(value):
        return None
    return value


def _optional(value: str | None) -> UntrustedText | None:
    return Untrusted(value) if value else None


def _positive(value: Any) -> int | None:
    """A limit; 0 stands for "no limit" in this dialect."""
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return value if is_number and value > 0 else None


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


def read_realms(info: Node) -> RealmSupport | None:
    """``info.x-realm-support``."""
    node = info.child("x-realm-support")
    if node is None or not node.is_mapping or node.value.get("enabled") is False:
        return None
    base, parameter = text(node.value.get("baseDomain")), text(node.value.get("parameterName"))
    return RealmSupport(base, parameter) if base is not None and parameter is not None else None
