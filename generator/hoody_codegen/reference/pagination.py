"""Pagination, concluded from the parameters and the body of the success together.

The key ``x-pagination`` names the style, the request parameters and the places in the body:
``{type, default_limit, max_limit, request_params: {page|offset|cursor, limit}, response_fields:
{items, total, has_more, next_cursor}}``. Paths are dotted, from the root of the body; an empty path
is the body itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Parameter = Mapping[str, Any]

_PAGE = {"page", "page_number", "pagenumber"}
_OFFSET = {"offset", "skip"}
_CURSOR = {
    "cursor", "next_cursor", "page_token", "starting_after",
    "after", "after_id", "since_id", "before_id",
}  # fmt: skip
_LIMIT = {"limit", "per_page", "page_size", "pagesize", "max_results", "size"}
_TOTAL = {"total", "total_count", "totalcount", "total_items", "totalitems"}
_MORE = {"has_more", "hasmore", "has_next", "hasnext", "has_next_page"}
_NEXT = re.compile(
    r"^next_?(?:cursor|after_id|page_token|before_id|since_id|offset|token|id|seq)$", re.I
)
_PREFERRED = ("items", "data", "results", "entries", "records", "list", "rows")


def pagination(
    parameters: Sequence[Parameter], body: Any, path: str, *, is_iterated: bool
) -> dict[str, Any] | None:
    """The ``x-pagination`` of an operation, or None.

    ``body`` is an example of the success; ``is_iterated`` says that the SDK's call is an iterator.
    """
    query = {str(p["name"]): p for p in parameters if p["in"] == "query"}
    fields = _fields(body, path)
    if "items" not in fields:
        return None
    limit = _named(query, _LIMIT)
    result: dict[str, Any] | None = None
    if "count" in query and limit is None:
        limit = "count"
    page, offset, cursor = (_named(query, names) for names in (_PAGE, _OFFSET, _CURSOR))
    if page:
        result = _entry("page-number", {"page": page, "limit": limit}, query, fields)
    elif offset:
        result = _entry("offset", {"offset": offset, "limit": limit}, query, fields)
    elif cursor and ("next_cursor" in fields or "has_more" in fields or is_iterated):
        result = _entry("cursor", {"cursor": cursor, "limit": limit}, query, fields)
    elif is_iterated:
        plain = {name: where for name, where in fields.items() if name in ("items", "total")}
        result = {"type": "simple-array", "response_fields": plain}
    return result


def _entry(
    kind: str,
    names: Mapping[str, str | None],
    query: Mapping[str, Parameter],
    fields: dict[str, str],
) -> dict[str, Any]:
    entry: dict[str, Any] = {"type": kind}
    limit = names["limit"]
    schema = query[limit]["schema"] if limit else {}
    if isinstance(schema.get("default"), int):
        entry["default_limit"] = schema["default"]
    if isinstance(schema.get("maximum"), int):
        entry["max_limit"] = schema["maximum"]
    if kind != "cursor":
        fields = {name: where for name, where in fields.items() if name != "next_cursor"}
    entry["request_params"] = {role: name for role, name in names.items() if name}
    entry["response_fields"] = fields
    return entry


def _named(query: Mapping[str, Parameter], names: set[str]) -> str | None:
    for name in query:
        if name.lower() in names:
            return name
    return None


def _fields(body: Any, path: str) -> dict[str, str]:
    """Where the items, the total and the position of the next page stand in the body."""
    fields: dict[str, str] = {}
    items = _items(body, path)
    if items is not None:
        fields["items"] = items
    for where, name, value in _members(body, ""):
        lowered = name.lower()
        if lowered in _TOTAL and isinstance(value, int):
            fields.setdefault("total", where)
        elif lowered in _MORE and isinstance(value, bool):
            fields.setdefault("has_more", where)
        elif _NEXT.match(name):
            fields.setdefault("next_cursor", where)
    return {
        key: fields[key] for key in ("items", "total", "has_more", "next_cursor") if key in fields
    }


def _members(value: Any, prefix: str) -> Iterator[tuple[str, str, Any]]:
    """Members of objects, the outer ones first; arrays aren't entered."""
    if not isinstance(value, dict):
        return
    for name, part in value.items():
        yield f"{prefix}{name}", name, part
    for name, part in value.items():
        yield from _members(part, f"{prefix}{name}.")


def _items(body: Any, path: str) -> str | None:
    if isinstance(body, list):
        return ""
    arrays = [
        (where, name, part) for where, name, part in _members(body, "") if isinstance(part, list)
    ]
    if not arrays:
        return None
    words = [w.lower() for w in re.findall(r"[A-Za-z]+", path)]

    def rank(entry: tuple[str, str, Any]) -> tuple[int, int, int]:
        where, name, part = entry
        lowered = name.lower()
        liked = 0 if lowered in words else 1 if lowered in _PREFERRED else 2
        objects = 0 if not part or isinstance(part[0], dict) else 1
        return (where.count("."), objects, liked)

    ranked = sorted(arrays, key=rank)
    best = [entry for entry in ranked if rank(entry) == rank(ranked[0])]
    # Two lists of equal standing aren't one list of items.
    return best[0][0] if len(best) == 1 else None
