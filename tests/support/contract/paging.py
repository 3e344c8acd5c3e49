"""Lists in pages, as ``x-pagination`` documents them (spec dialect, section 2.6).

The same list stands behind every page, so that a client that asks for a wrong position, or stops
too early, comes out with other items than these.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from .judge import WireRequest
from .specs import Spec, SpecOperation
from .values import MISSING

COUNT = 5
"""Items of a whole list."""

PAGE_SIZE = 2
"""Items of a page where the caller sets no limit: three pages, the last one not full."""

_NUMBER = "contractNumber"
_PAGE_COUNTS = frozenset({"totalPages", "total_pages", "pages", "pageCount", "lastPage"})
_PAGE_NUMBERS = frozenset({"page", "currentPage", "current_page"})
_SIZES = frozenset({"limit", "perPage", "per_page", "pageSize", "page_size"})
_MORE = frozenset({"hasMore", "has_more", "hasNext", "has_next"})


@dataclass(frozen=True)
class Paging:
    """How a list is documented to go on; paths are paths in the body."""

    style: str
    """``page``, ``offset``, ``cursor`` or ``single``."""
    items: str
    position: str | None
    limit: str | None
    total: str | None
    has_more: str | None
    next_cursor: str | None

    @property
    def cursor_in_item(self) -> str | None:
        """Where an item holds the cursor of what is behind it: ``-1`` is the last item."""
        last, _, path = (self.next_cursor or "").removeprefix(f"{self.items}.").partition(".")
        return path if last == "-1" else None

    @property
    def known_end(self) -> bool:
        """Whether a page says that it is the last one."""
        has_cursor = self.next_cursor is not None and self.cursor_in_item is None
        return bool(self.total or self.has_more or has_cursor)


_STYLES = {
    "page-number": "page",
    "offset": "offset",
    "offset-based": "offset",
    "count-based": "offset",
    "cursor": "cursor",
}


def documented_paging(operation: SpecOperation) -> Paging | None:
    """What the document says; None if it says nothing."""
    stated = operation.node.get("x-pagination")
    if stated is None:
        return None
    asked = stated.get("request_params", {})
    answered = stated.get("response_fields", {})
    style = _STYLES.get(stated["type"], "single")
    key = {"page": "page", "offset": "offset", "cursor": "cursor"}.get(style, "")
    # The official document names the page parameter `offset` in some of its services.
    position = asked.get(key, asked.get("offset"))
    total = answered.get("total")
    return Paging(
        style=style if position else "single",
        items=answered.get("items", ""),
        position=position,
        limit=asked.get("limit"),
        total=None if total is None or total.endswith(".length") else total,
        has_more=answered.get("has_more"),
        next_cursor=answered.get("next_cursor"),
    )


class PagedList:
    """The whole list of an operation, and its pages."""

    def __init__(self, spec: Spec, operation: SpecOperation, paging: Paging, body: Any) -> None:
        """``body`` is a documented page; its items stand for all that come."""
        self.paging = paging
        self._body = body
        found = _at(body, paging.items)
        samples = found if isinstance(found, list) and found else [{}]
        self.items = [_numbered(samples[n % len(samples)], n) for n in range(COUNT)]
        if paging.cursor_in_item is not None:
            self.items = [
                _put(deepcopy(item), paging.cursor_in_item, f"after-{n}")
                for n, item in enumerate(self.items, 1)
            ]
        self._parameters = {p["name"]: p for p in operation.of("query")}
        self._spec = spec

    def requests(self, first: WireRequest) -> int:
        """How many requests it takes to see all items, and that there are no more."""
        if self.paging.style == "single":
            return 1
        pages = -(-COUNT // self._size(first))
        return pages if self.paging.known_end else pages + 1

    def _size(self, request: WireRequest) -> int:
        return _whole(_given(request, self.paging.limit)) or PAGE_SIZE

    def without_position(self, request: WireRequest) -> Any:
        """What has to be the same in all requests for one list."""
        position = self.paging.position
        query = sorted(pair for pair in request.query if pair[0] != position)
        try:
            body = json.loads(request.body)
        except ValueError:
            return request.path, query
        return request.path, query, {k: v for k, v in body.items() if k != position}

    def page(self, request: WireRequest) -> Any:
        """The page that a request asks for, as JSON data."""
        paging = self.paging
        size = self._size(request)
        start = self._start(request, size)
        if paging.style == "single":
            start, size = 0, COUNT
        chosen = self.items[start : start + size]
        end = start + len(chosen)
        body = deepcopy(self._body)
        body = _put(body, paging.items, chosen)
        more = end < COUNT
        if paging.total is not None:
            body = _put(body, paging.total, COUNT)
            self._set_neighbours(body, paging.total, start, size, more)
        if paging.has_more is not None:
            body = _put(body, paging.has_more, more)
        if paging.next_cursor is not None and paging.cursor_in_item is None:
            body = _put(body, paging.next_cursor, self._cursor(end) if more else None)
        return body

    def _start(self, request: WireRequest, size: int) -> int:
        given = _given(request, self.paging.position)
        if given is None:
            return 0
        if self.paging.style == "page":
            return max(0, (_whole(given) or 1) - 1) * size
        if self.paging.style == "offset":
            return _whole(given) or 0
        return _whole(str(given).removeprefix("after-")) or 0

    def _cursor(self, end: int) -> Any:
        parameter = self._parameters.get(self.paging.position or "", {})
        schema = self._spec.resolve(parameter.get("schema", {}))
        types = schema.get("type")
        whole = types == "integer" or (isinstance(types, list) and "integer" in types)
        return end if whole else f"after-{end}"

    def _set_neighbours(self, body: Any, path: str, start: int, size: int, more: bool) -> None:
        """What stands beside the total in a documented page must not contradict it."""
        place = _at(body, path.rpartition(".")[0])
        if not isinstance(place, dict):
            return
        for name, value in place.items():
            if isinstance(value, bool) or value is None:
                if name in _MORE:
                    place[name] = more
            elif name in _PAGE_COUNTS:
                place[name] = -(-COUNT // size)
            elif name in _PAGE_NUMBERS:
                place[name] = start // size + 1
            elif name in _SIZES:
                place[name] = size
            elif name == "offset":
                place[name] = start


def _numbered(sample: Any, number: int) -> Any:
    """A sample made unlike all others; models keep fields that they don't know."""
    if isinstance(sample, Mapping):
        return {**sample, _NUMBER: number}
    return f"{sample}-{number}" if isinstance(sample, str) else number


def _given(request: WireRequest, name: str | None) -> Any:
    for key, value in request.query:
        if key == name:
            return value
    try:
        body = json.loads(request.body)
    except ValueError:
        return None
    return body.get(name) if isinstance(body, Mapping) else None


def _whole(value: Any) -> int | None:
    text = str(value)
    return int(text) if text.isdigit() else None


def _at(body: Any, path: str) -> Any:
    for part in path.split(".") if path else ():
        if not isinstance(body, Mapping) or part not in body:
            return MISSING
        body = body[part]
    return body


def _put(body: Any, path: str, value: Any) -> Any:
    """``body`` with ``value`` at a dotted path; objects on the way are made."""
    if not path:
        return value
    place = body = body if isinstance(body, dict) else {}
    *way, last = path.split(".")
    for part in way:
        if not isinstance(place.get(part), dict):
            place[part] = {}
        place = place[part]
    place[last] = value
    return body
