"""Where a list stands after each page, and what a page says about how it goes on."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final, NamedTuple, cast

from ._http import Reply
from .calls import Call
from .decoding import NotJsonError, decode_items, parse
from .errors import PaginationError
from .messages import media_type
from .operation import PageInfo, StreamInfo
from .requests import Prepared, Settings
from .results import annotation_of, invalid_response, is_empty
from .sentinels import OMIT

MAX_EMPTY_PAGES: Final = 1000
"""So many empty pages one after the other are a list that doesn't come to an end."""

_JSON_LINES: Final = frozenset({"application/x-ndjson", "application/ndjson", "application/jsonl"})
_MISSING: Final = object()


def look_up(body: object, path: str) -> object:
    """The value at a dotted ``path`` of ``body``; a private marker if it isn't there.

    The empty path is the body itself, ``x.length`` the length of list ``x``, ``x.-1`` its last
    item, and ``a + b`` the sum of numbers or the lists one after the other.
    """
    if "+" in path:
        return _sum([look_up(body, part.strip()) for part in path.split("+")])
    value = body
    for key in path.split(".") if path else ():
        if isinstance(value, dict) and key in value:
            value = value[key]
        elif isinstance(value, list):
            value = _of_list(value, key)
        else:
            return _MISSING
    return value


def _of_list(values: list[object], key: str) -> object:
    if key == "length":
        return len(values)
    try:
        return values[int(key)]
    except (ValueError, IndexError):
        return _MISSING


def _sum(values: list[object]) -> object:
    known = [value for value in values if value is not _MISSING and value is not None]
    if known and all(isinstance(value, list) for value in known):
        return [item for value in known for item in cast("list[object]", value)]
    if not known and None in values:
        return None
    numbers = [_integer(value) for value in known]
    if not numbers or None in numbers:
        return _MISSING
    return sum(number for number in numbers if number is not None)


def _integer(value: object) -> int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str) and value.strip().isdecimal():
        return int(value)
    return None


class Seen(NamedTuple):
    """What was seen on the way to a page: a chain, so that every page can keep its own."""

    what: bytes
    before: Seen | None

    def holds(self, what: bytes) -> bool:
        link: Seen | None = self
        while link is not None:
            if link.what == what:
                return True
            link = link.before
        return False


class Position(NamedTuple):
    """Where a list stands after a page: what is needed to ask for the next one, and to stop."""

    call: Call
    before: int | None = 0
    """Number of items in front of this page, as far as that is known; None where only the page
    itself tells how many fit on one."""
    pages: Seen | None = None
    """Digests of the items of all pages before."""
    cursors: Seen | None = None
    """Cursors that were followed already."""
    empty: int = 0
    """Number of empty pages just before this one."""


class PageContent(NamedTuple):
    """One page as it was read, and the position of the next; None at the end."""

    items: list[Any]
    total: int | None
    body: object
    next: Position | None


def first_position(call: Call) -> Position:
    """The position of the page that ``call`` asks for."""
    info = page_info(call)
    given = _parameter(call, info, info.position)
    if info.style == "cursor":
        start = None if given is None or given is OMIT else Seen(str(given).encode(), None)
        return Position(call=call, cursors=start)
    number = _integer(given)
    before: int | None = 0
    if info.style == "offset" and number is not None:
        before = number
    elif info.style == "page" and number is not None and number > info.first_page:
        before = None
    return Position(call=call, before=before)


def read_page(
    settings: Settings, position: Position, prepared: Prepared, reply: Reply, item: object
) -> PageContent:
    """Read one page and find out whether, and how, the list goes on.

    Raises APIResponseValidationError for an answer without a list, PaginationError for a page or
    cursor that was there before, and for one that has no end. An answer in JSON lines is read, too;
    where it has a documented last line, that says how the list goes on, or which error ended it.
    """
    info = page_info(position.call)
    if is_empty(prepared, reply):
        return PageContent([], None, None, None)
    body: object
    trailer: dict[str, Any] | None = None
    stream = prepared.operation.stream
    try:
        if stream is not None and stream.trailer is not None and _has_lines(reply):
            from .trailers import read_lines

            body, trailer = read_lines(settings, prepared, reply)
        else:
            body = _parse(reply)
    except NotJsonError as error:
        raise invalid_response(
            prepared, reply, f"The answer should be JSON and isn't: {error}"
        ) from error
    fields = _Fields(body, info, prepared.operation.envelope)
    if fields.items is None:
        raise invalid_response(
            prepared,
            reply,
            f"The answer has no list at {fields.places}: it is {_outline(body)}",
        )
    items, text = decode_items(fields.items, annotation_of(item))
    try:
        following = (
            _following(position, info, fields, text)
            if stream is None or trailer is None
            else _behind(position, info, stream, trailer, text if items else b"")
        )
    except _Endless as error:
        raise PaginationError(
            f"{error} ({_whereabouts(position, info)})",
            operation=prepared.operation,
            request=prepared.described(),
        ) from None
    return PageContent(items, fields.total, body, following)


def _whereabouts(position: Position, info: PageInfo) -> str:
    """How far a walk has come. A cursor isn't shown: what is in it is the server's own."""
    count = 0
    link = position.pages
    while link is not None:
        count, link = count + 1, link.before
    before = f"after {count} page{'' if count == 1 else 's'} with items"
    if info.position is None:
        return before
    value = _integer(_parameter(position.call, info, info.position))
    if value is None or info.style == "cursor":
        return f"{before}, at the next {info.position!r}" if count else before
    return f"{before}, at {info.position}={value}"


def _parse(reply: Reply) -> object:
    """The body as JSON data; a body of JSON lines is the list of its values."""
    if not _has_lines(reply):
        return parse(reply.content)
    return [parse(line) for line in reply.content.split(b"\n") if line.strip()]


def _has_lines(reply: Reply) -> bool:
    return media_type(reply.content_type) in _JSON_LINES


def page_info(call: Call) -> PageInfo:
    """How the operation's list goes on; TypeError if it has no pages."""
    info = call.operation.pagination
    if info is None:
        raise TypeError(f"{call.operation.name} isn't a list in pages")
    return info


class _Endless(Exception):
    """The list doesn't come to an end."""


class _Fields:
    """What a page says about itself.

    Some servers wrap an answer that is documented bare, or the other way round: the places of all
    fields then move with that of the list. A null list is an empty one.
    """

    __slots__ = ("_info", "_prefix", "_root", "items", "places")

    def __init__(self, body: object, info: PageInfo, envelope: str | None) -> None:
        self._info = info
        self._root = body
        self._prefix = ""
        self.places = repr(info.items)
        """Where the list was looked for, for a message."""
        found = look_up(body, info.items)
        if found is _MISSING and envelope is not None and isinstance(body, dict):
            if envelope in body:
                self._root = body[envelope]
                self.places += f", nor there below {envelope!r}"
            elif all(part.strip().startswith(f"{envelope}.") for part in info.items.split("+")):
                self._prefix = f"{envelope}."
                self.places += f", nor there without {envelope!r}"
            found = self.look_up(info.items)
        if found is _MISSING and isinstance(body, list):
            found = body
        self.items: list[object] | None = None
        if isinstance(found, list):
            self.items = found
        elif found is None and body is not None:
            self.items = []

    def look_up(self, path: str | None) -> object:
        if path is None:
            return _MISSING
        if self._prefix:
            path = " + ".join(part.strip().removeprefix(self._prefix) for part in path.split("+"))
        return look_up(self._root, path)

    @property
    def total(self) -> int | None:
        """As the server counts; a list that always comes whole counts itself."""
        if self._info.total is None and self._info.style == "single" and self._info.limit is None:
            return None if self.items is None else len(self.items)
        return _integer(self.look_up(self._info.total))

    @property
    def total_pages(self) -> int | None:
        return _integer(self.look_up(self._info.total_pages))

    @property
    def more(self) -> bool | None:
        value = self.look_up(self._info.has_more)
        return value if isinstance(value, bool) else None

    @property
    def cursor(self) -> object:
        """The next cursor; None if there is none."""
        value = self.look_up(self._info.next_cursor)
        return None if value is _MISSING or value == "" else value


def _outline(body: object) -> str:
    """The outer form of a body in words: names of fields, and no values."""
    if isinstance(body, dict):
        names = ", ".join(repr(name[:40]) for name in list(body)[:8])
        more = ", …" if len(body) > 8 else ""
        return f"an object with {names}{more}" if names else "an empty object"
    kinds = {str: "text", bool: "a boolean", type(None): "null", list: "a list"}
    return kinds.get(type(body), "a number")


def _following(position: Position, info: PageInfo, fields: _Fields, text: bytes) -> Position | None:
    """The position of the next page, or None: has_more, cursor, total and an empty page decide,
    in this order. Raises _Endless."""
    count = len(fields.items or ())
    pages = _noted(position, count, text)
    if info.style == "single" or info.position is None or _is_off(position.call, info):
        return None
    more = fields.more
    if more is False:
        return None
    if info.style == "cursor":
        change = _next_cursor(position, info, fields, count, more)
    else:
        change = _next_number(position, info, fields, count, more)
    if change is None:
        return None
    empty = 0 if count else position.empty + 1
    if empty > MAX_EMPTY_PAGES:
        raise _Endless(f"The server sent {MAX_EMPTY_PAGES} empty pages and says there is more")
    return change._replace(pages=pages, empty=empty)


def _behind(
    position: Position,
    info: PageInfo,
    stream: StreamInfo,
    trailer: Mapping[str, object],
    text: bytes,
) -> Position | None:
    """The position behind a last line: where its cursor points. Raises _Endless."""
    pages = _noted(position, len(text), text)
    cursor = None if stream.trailer_cursor is None else trailer.get(stream.trailer_cursor)
    if stream.cursor_query is None or cursor is None or cursor == "":
        return None
    call = position.call
    query = dict(call.query)
    options = call.options
    if info.position is not None:
        query.pop(info.position, None)
        if options is not None and info.position in options.query:
            options = replace(options, query=_without(options.query, info.position))
    if options is not None and stream.cursor_query in options.query:
        options = replace(options, query=_without(options.query, stream.cursor_query))
    query[stream.cursor_query] = cursor
    key = str(cursor).encode("utf-8", "surrogatepass")
    if position.cursors is not None and position.cursors.holds(key):
        raise _Endless("The server sent the same cursor twice")
    return position._replace(
        call=call._replace(query=query, options=options),
        before=None,
        pages=pages,
        cursors=Seen(key, position.cursors),
    )


def _noted(position: Position, count: int, text: bytes) -> Seen | None:
    """The pages before and this one. Empty ones all look alike and aren't noted."""
    if not count:
        return position.pages
    digest = hashlib.blake2b(text, digest_size=16).digest()
    if position.pages is not None and position.pages.holds(digest):
        raise _Endless("The server sent the same page twice")
    return Seen(digest, position.pages)


def _next_cursor(
    position: Position, info: PageInfo, fields: _Fields, count: int, more: bool | None
) -> Position | None:
    cursor = fields.cursor
    if cursor is None:
        if more:
            raise _Endless("The server says that there is more, and not where it goes on")
        return None
    if count == 0 and not more:
        return None
    key = str(cursor).encode("utf-8", "surrogatepass")
    if position.cursors is not None and position.cursors.holds(key):
        raise _Endless("The server sent the same cursor twice")
    return position._replace(
        call=_at(position.call, info, cursor),
        before=None,
        cursors=Seen(key, position.cursors),
    )


def _next_number(
    position: Position, info: PageInfo, fields: _Fields, count: int, more: bool | None
) -> Position | None:
    """The next page number or offset."""
    call = position.call
    given = _integer(_parameter(call, info, info.position))
    limit = _limit(call, info)
    first = 0 if info.style == "offset" else info.first_page
    number = first if given is None else given
    before = position.before
    if before is None:
        # The walk began on a later page: the pages before it held what fits on one. A server may
        # give fewer than it is asked for, so the last page doesn't tell; one request more does.
        before = (number - first) * (count if limit is None else min(limit, count))
    seen = before + count
    total, last = fields.total, fields.total_pages
    if not more:
        if total is not None and seen >= total:
            return None
        if last is not None and info.style == "page" and number - first + 1 >= last:
            return None
        if count == 0:
            return None
        if limit is None and info.default_limit == 0 and total is None and last is None:
            # Without a limit everything comes at once, and nothing says that there is more.
            return None
    step = 1 if info.style == "page" else count or limit
    if step is None:
        raise _Endless("The server says that there is more, and sent nothing")
    return position._replace(call=_at(call, info, number + step), before=seen)


def _is_off(call: Call, info: PageInfo) -> bool:
    """Whether a parameter is given with which the server doesn't go on by pages."""
    given = (_parameter(call, info, name) for name in info.unless)
    return any(value is not None and value is not OMIT for value in given)


def _limit(call: Call, info: PageInfo) -> int | None:
    given = _integer(_parameter(call, info, info.limit))
    return given if given is not None else info.default_limit or None


def _parameter(call: Call, info: PageInfo, name: str | None) -> object:
    """The value that is sent for ``name``; None if there is none."""
    if name is None:
        return None
    options = call.options
    if not info.in_body:
        if options is not None and name in options.query:
            return options.query[name]
        if name in call.query:
            return call.query[name]
    if options is not None and options.body and name in options.body:
        return options.body[name]
    return call.body.get(name) if isinstance(call.body, Mapping) else None


def _at(call: Call, info: PageInfo, value: object) -> Call:
    """The same call, asking for another page."""
    name = cast("str", info.position)
    options = call.options
    in_body = isinstance(call.body, Mapping) and name in call.body and name not in call.query
    if info.in_body or in_body:
        if options is not None and options.body and name in options.body:
            options = replace(options, body=_without(options.body, name))
        body = call.body if isinstance(call.body, Mapping) else {}
        return call._replace(body={**body, name: value}, options=options)
    if options is not None and name in options.query:
        options = replace(options, query=_without(options.query, name))
    return call._replace(query={**call.query, name: value}, options=options)


def _without(values: Mapping[str, object], name: str) -> dict[str, object]:
    return {key: item for key, item in values.items() if key != name}
