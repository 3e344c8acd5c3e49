"""Lists that come in pages."""

from __future__ import annotations

from collections.abc import (
    AsyncGenerator,
    AsyncIterator,
    Awaitable,
    Callable,
    Coroutine,
    Generator,
    Iterator,
)
from copy import deepcopy
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from .positions import PageContent, Position
from .walks import (
    NO_LIMITS,
    Limits,
    walk_async_items,
    walk_async_pages,
    walk_items,
    walk_pages,
)

if TYPE_CHECKING:
    from typing_extensions import Self

T = TypeVar("T")


class _Loaded:
    """What can be copied, but not taken to another process: it loads further pages."""

    items: list[Any]
    body: object

    def __copy__(self) -> Self:
        made = type(self).__new__(type(self))
        made.__dict__.update(self.__dict__)
        return made

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        made = self.__copy__()
        made.items = deepcopy(self.items, memo)
        made.body = deepcopy(self.body, memo)
        return made

    def __reduce__(self) -> str:
        name = type(self).__name__
        raise TypeError(f"A {name} can't be pickled: keep its items, or its body (JSON data)")


class Page(_Loaded, Generic[T]):
    """One page of a list. Iterating over it goes on to the items of all further pages.

    ``items`` are those of this page, ``total`` is the number of all items as the server counts
    them (None if it doesn't say), ``body`` the whole page as JSON data.

    A list ends where the server says so: by a "has more" that is false, by the lack of a cursor,
    by the total, or else by an empty page. A page or a cursor that comes twice raises
    PaginationError: such a list would never end.
    """

    def __init__(self, content: PageContent, load: Callable[[Position], Page[T]]) -> None:
        self.items: list[T] = content.items
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

    def all(
        self, *, max_items: int | None = None, max_pages: int | None = None, prefetch: int = 0
    ) -> Generator[T, None, None]:
        """The items of this page and all further ones, as iterating over the page gives them.

        * ``max_items``, ``max_pages``: where to stop, this page counted; None for no limit.
        * ``prefetch``: how many pages to load ahead, in a thread, while the items of the one
          before are used. Closing or dropping the iterator ends the thread, after the request
          that it is waiting for.
        """
        return walk_items(self._this, Limits(max_items, max_pages, prefetch))

    def pages(
        self, *, max_items: int | None = None, max_pages: int | None = None, prefetch: int = 0
    ) -> Generator[Page[T], None, None]:
        """This page and all further ones, each loaded when its turn comes.

        The options are those of :meth:`all`; pages stay whole, so the last one may hold more than
        is missing to ``max_items``.
        """
        return walk_pages(self._this, Limits(max_items, max_pages, prefetch))

    def _this(self) -> Page[T]:
        return self

    def __iter__(self) -> Iterator[T]:
        return walk_items(self._this, NO_LIMITS)

    def __repr__(self) -> str:
        return f"Page({len(self.items)} items, total={self.total}, has_next={self.has_next})"


class AsyncPage(_Loaded, Generic[T]):
    """One page of a list. ``async for`` over it goes on to the items of all further pages.

    As :class:`Page`, with ``await`` and ``async for``.
    """

    def __init__(
        self, content: PageContent, load: Callable[[Position], Awaitable[AsyncPage[T]]]
    ) -> None:
        self.items: list[T] = content.items
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

    def all(
        self, *, max_items: int | None = None, max_pages: int | None = None, prefetch: int = 0
    ) -> AsyncGenerator[T, None]:
        """The items of this page and all further ones, as iterating over the page gives them.

        * ``max_items``, ``max_pages``: where to stop, this page counted; None for no limit.
        * ``prefetch``: how many pages to load ahead, in a task, while the items of the one before
          are used. Closing or dropping the iterator cancels the task.
        """
        return walk_async_items(self._this, Limits(max_items, max_pages, prefetch))

    def pages(
        self, *, max_items: int | None = None, max_pages: int | None = None, prefetch: int = 0
    ) -> AsyncGenerator[AsyncPage[T], None]:
        """This page and all further ones, each loaded when its turn comes.

        The options are those of :meth:`all`; pages stay whole, so the last one may hold more than
        is missing to ``max_items``.
        """
        return walk_async_pages(self._this, Limits(max_items, max_pages, prefetch))

    async def _this(self) -> AsyncPage[T]:
        return self

    def __aiter__(self) -> AsyncIterator[T]:
        return walk_async_items(self._this, NO_LIMITS)

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

    def all(
        self, *, max_items: int | None = None, max_pages: int | None = None, prefetch: int = 0
    ) -> AsyncGenerator[T, None]:
        """All items, as iterating over the pager gives them; options as :meth:`AsyncPage.all`."""
        return walk_async_items(self._first, Limits(max_items, max_pages, prefetch))

    def pages(
        self, *, max_items: int | None = None, max_pages: int | None = None, prefetch: int = 0
    ) -> AsyncGenerator[AsyncPage[T], None]:
        """All pages, each loaded when its turn comes; options as :meth:`AsyncPage.pages`."""
        return walk_async_pages(self._first, Limits(max_items, max_pages, prefetch))

    def __aiter__(self) -> AsyncIterator[T]:
        return walk_async_items(self._first, NO_LIMITS)
