"""Lists that come in pages."""

from __future__ import annotations

import hashlib
from collections.abc import (
    AsyncIterator,
    Awaitable,
    Callable,
    Coroutine,
    Generator,
    Iterator,
    Mapping,
)
from dataclasses import dataclass, field, replace
from typing import Any, Final, Generic, TypeVar, cast

from ._http import Reply
from .calls import Call
from .decoding import NotJsonError, decode_items, parse
from .errors import PaginationError
from .operation import PageInfo
from .requests import Prepared
from .results import annotation_of, invalid_response, is_empty
from .sentinels import OMIT

T = TypeVar("T")

_MISSING: Final = object()


def look_up(body: object, path: str) -> object:
    """The value at a dotted ``path`` of ``body``; a private marker if it isn't there.

    The empty path is the body itself, ``x.length`` the length of list ``x``, and ``a + b`` the sum
    of numbers or the lists one after the other.
    """
    if "+" in path:
        return _sum([look_up(body, part.strip()) for part in path.split("+")])
    value = body
    for key in path.split(".") if path else ():
        if isinstance(value, dict) and key in value:
            value = value[key]
        elif key == "length" and isinstance(value, list):
            value = len(value)
        else:
            return _MISSING
    return value


def _sum(values: list[object]) -> object:
    known = [value for value in values if value is not _MISSING and value is not None]
    if known and all(isinstance(value, list) for value in known):
        return [item for value in known for item in cast("list[object]", value)]
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
    if isinstance(value, str) and value.strip().isdigit():
        return int(value)
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """Where a list stands after a page: what is needed to ask for the next one, and to stop."""

    call: Call
    before: int = 0
    """Number of items in front of this page, as far as that can be known."""
    digest: bytes = b""
    """Of the previous page's items."""
    cursors: frozenset[str] = field(default_factory=frozenset)
    """Cursors that were followed already."""


@dataclass(frozen=True, slots=True)
class PageContent(Generic[T]):
    """One page as it was read, and the position of the next; None at the end."""

    items: list[T]
    total: int | None
    body: object
    next: Position | None


def first_position(call: Call) -> Position:
    """The position of the page that ``call`` asks for."""
    info = _page_info(call)
    given = _integer(_parameter(call, info.position))
    before = 0
    if info.style == "offset" and given is not None:
        before = given
    elif info.style == "page" and given is not None and given > 1:
        before = (given - 1) * (_limit(call, info) or 0)
    cursor = _parameter(call, info.position) if info.style == "cursor" else None
    return Position(
        call=call,
        before=before,
        cursors=frozenset() if cursor is None or cursor is OMIT else frozenset({str(cursor)}),
    )


def read_page(
    position: Position, prepared: Prepared, reply: Reply, item: object
) -> PageContent[Any]:
    """Read one page and find out whether, and how, the list goes on.

    Raises APIResponseValidationError for an answer without a list, PaginationError for a page or
    cursor that was there before.
    """
    info = _page_info(position.call)
    if is_empty(prepared, reply):
        return PageContent([], None, None, None)
    try:
        body = parse(reply.content)
    except NotJsonError as error:
        raise invalid_response(
            prepared, reply, f"The answer should be JSON and isn't: {error}"
        ) from error
    raw = _items(body, info, prepared.operation.envelope)
    if raw is None:
        raise invalid_response(prepared, reply, f"The answer has no list at {info.items!r}")
    items, text = decode_items(raw, annotation_of(item))
    digest = hashlib.blake2b(text, digest_size=16).digest() if raw else b""
    if digest and digest == position.digest:
        raise PaginationError(
            "The server sent the same page twice",
            operation=prepared.operation,
            request=prepared.described(),
        )
    total = None if info.total is None else _integer(look_up(body, info.total))
    following = _following(position, info, body, len(raw), total, digest)
    if following is not None and following.cursors == position.cursors and info.style == "cursor":
        raise PaginationError(
            "The server sent the same cursor twice",
            operation=prepared.operation,
            request=prepared.described(),
        )
    return PageContent(items, total, body, following)


def _page_info(call: Call) -> PageInfo:
    info = call.operation.pagination
    if info is None:
        raise TypeError(f"{call.operation.name} isn't a list in pages")
    return info


def _items(body: object, info: PageInfo, envelope: str | None) -> list[object] | None:
    """The items of a page; None if there is no list. A missing or null list is an empty one."""
    value = look_up(body, info.items)
    if value is _MISSING and envelope is not None and isinstance(body, dict):
        # Some servers wrap an answer that is documented bare, or the other way round.
        prefix = f"{envelope}."
        if envelope in body:
            value = look_up(body[envelope], info.items)
        elif info.items.startswith(prefix):
            value = look_up(body, info.items.removeprefix(prefix))
    if value is _MISSING and isinstance(body, list):
        return body
    if value is _MISSING or value is None:
        return [] if isinstance(body, dict) else None
    return value if isinstance(value, list) else None


def _following(
    position: Position,
    info: PageInfo,
    body: object,
    count: int,
    total: int | None,
    digest: bytes,
) -> Position | None:
    """The position of the next page, or None: has_more, cursor, total and an empty page decide."""
    if info.style == "single" or info.position is None:
        return None
    more = None if info.has_more is None else look_up(body, info.has_more)
    if more is False:
        return None
    call = position.call
    seen = position.before + count
    if info.style == "cursor":
        cursor = None if info.next_cursor is None else look_up(body, info.next_cursor)
        if cursor is None or cursor is _MISSING or cursor == "":
            return None
        if count == 0 and more is not True:
            return None
        return Position(
            call=_at(call, info.position, cursor),
            before=seen,
            digest=digest,
            cursors=position.cursors | {str(cursor)},
        )
    if count == 0 or (total is not None and seen >= total):
        return None
    limit = _limit(call, info)
    if limit is None and info.default_limit == 0 and more is not True and total is None:
        # Without a limit everything comes at once, and nothing says that there is more.
        return None
    step = count if info.style == "offset" else 1
    start = _integer(_parameter(call, info.position))
    if start is None:
        start = 0 if info.style == "offset" else 1
    return Position(call=_at(call, info.position, start + step), before=seen, digest=digest)


def _limit(call: Call, info: PageInfo) -> int | None:
    given = _integer(_parameter(call, info.limit))
    return given if given is not None else info.default_limit or None


def _parameter(call: Call, name: str | None) -> object:
    if name is None:
        return None
    if call.options is not None and name in call.options.query:
        return call.options.query[name]
    if name in call.query:
        return call.query[name]
    return call.body.get(name) if isinstance(call.body, Mapping) else None


def _at(call: Call, name: str, value: object) -> Call:
    """The same call, asking for another page."""
    if name not in call.query and isinstance(call.body, Mapping) and name in call.body:
        return call._replace(body={**call.body, name: value})
    options = call.options
    if options is not None and name in options.query:
        query = {key: item for key, item in options.query.items() if key != name}
        options = replace(options, query=query)
    return call._replace(query={**call.query, name: value}, options=options)


class Page(Generic[T]):
    """One page of a list. Iterating over it goes on to the items of all further pages.

    ``items`` are those of this page, ``total`` is the number of all items as the server counts
    them (None if it doesn't say), ``body`` the whole page as JSON data.
    """

    def __init__(self, content: PageContent[T], load: Callable[[Position], Page[T]]) -> None:
        self.items = content.items
        self.total = content.total
        self.body = content.body
        self._next = content.next
        self._load = load

    @property
    def has_next(self) -> bool:
        """Whether there is, or may be, a further page."""
        return self._next is not None

    def next_page(self) -> Page[T] | None:
        """Load the next page; None after the last one."""
        return None if self._next is None else self._load(self._next)

    def pages(self) -> Iterator[Page[T]]:
        """This page and all further ones, each loaded when its turn comes."""
        page: Page[T] | None = self
        while page is not None:
            yield page
            page = page.next_page()

    def __iter__(self) -> Iterator[T]:
        for page in self.pages():
            yield from page.items

    def __repr__(self) -> str:
        return f"Page({len(self.items)} items, total={self.total}, has_next={self.has_next})"


class AsyncPage(Generic[T]):
    """One page of a list. ``async for`` over it goes on to the items of all further pages.

    ``items`` are those of this page, ``total`` is the number of all items as the server counts
    them (None if it doesn't say), ``body`` the whole page as JSON data.
    """

    def __init__(
        self, content: PageContent[T], load: Callable[[Position], Awaitable[AsyncPage[T]]]
    ) -> None:
        self.items = content.items
        self.total = content.total
        self.body = content.body
        self._next = content.next
        self._load = load

    @property
    def has_next(self) -> bool:
        """Whether there is, or may be, a further page."""
        return self._next is not None

    async def next_page(self) -> AsyncPage[T] | None:
        """Load the next page; None after the last one."""
        return None if self._next is None else await self._load(self._next)

    async def pages(self) -> AsyncIterator[AsyncPage[T]]:
        """This page and all further ones, each loaded when its turn comes."""
        page: AsyncPage[T] | None = self
        while page is not None:
            yield page
            page = await page.next_page()

    async def __aiter__(self) -> AsyncIterator[T]:
        async for page in self.pages():
            for item in page.items:
                yield item

    def __repr__(self) -> str:
        return f"AsyncPage({len(self.items)} items, total={self.total}, has_next={self.has_next})"


class AsyncPager(Generic[T]):
    """A list that is about to be loaded: await it for its first page, or iterate over all items.

    Nothing is sent before that.
    """

    def __init__(self, first: Callable[[], Coroutine[Any, Any, AsyncPage[T]]]) -> None:
        self._first = first

    def __await__(self) -> Generator[Any, Any, AsyncPage[T]]:
        return self._first().__await__()

    async def __aiter__(self) -> AsyncIterator[T]:
        async for item in await self._first():
            yield item

    async def pages(self) -> AsyncIterator[AsyncPage[T]]:
        """All pages, each loaded when its turn comes."""
        async for page in (await self._first()).pages():
            yield page
