"""Walks along the pages of a list, in both colours, within limits and ahead of their consumer.

Between two pages a walk holds nothing: each page is read to its end before it is given out. A walk
that loads ahead has a thread (sync) or a task (async) for that, which ends with the walk: at its
end, when it is closed, and when nobody refers to it any more.
"""

from __future__ import annotations

import contextvars
import threading
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

from .errors import InvalidArgumentError

if TYPE_CHECKING:
    import asyncio

    from .paging import AsyncPage, Page

T = TypeVar("T")
E = TypeVar("E")


class Limits:
    """How far a walk goes: at most so many items and pages; ``prefetch`` pages are loaded while
    the consumer is still busy with the one before them."""

    __slots__ = ("max_items", "max_pages", "prefetch")

    def __init__(
        self, max_items: int | None = None, max_pages: int | None = None, prefetch: int = 0
    ) -> None:
        self.max_items = None if max_items is None else _checked("max_items", max_items)
        self.max_pages = None if max_pages is None else _checked("max_pages", max_pages)
        self.prefetch = _checked("prefetch", prefetch)

    def is_reached(self, pages: int, items: int) -> bool:
        """Whether a walk that has given out so many pages and items ends there."""
        return (self.max_pages is not None and pages >= self.max_pages) or (
            self.max_items is not None and items >= self.max_items
        )


def _checked(name: str, value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise InvalidArgumentError(f"{name} has to be a whole number from 0, not {value!r}")
    return value


NO_LIMITS: Final = Limits()


def walk_pages(start: Callable[[], Page[T]], limits: Limits) -> Generator[Page[T], None, None]:
    """The page that ``start`` gives and those after it, each loaded when its turn comes, or
    ahead."""
    walk = _pages(start, limits)
    return _run_ahead(walk, limits.prefetch) if limits.prefetch else walk


def _pages(start: Callable[[], Page[T]], limits: Limits) -> Generator[Page[T], None, None]:
    pages = items = 0
    page: Page[T] | None = None
    while not limits.is_reached(pages, items):
        page = start() if page is None else page.next_page()
        if page is None:
            return
        pages += 1
        items += len(page.items)
        yield page


def walk_items(start: Callable[[], Page[T]], limits: Limits) -> Generator[T, None, None]:
    """The items of :func:`walk_pages`, cut off at the limit."""
    left = limits.max_items
    pages = walk_pages(start, limits)
    try:
        for page in pages:
            if left is None or left >= len(page.items):
                yield from page.items
            else:
                yield from page.items[:left]
            left = None if left is None else left - len(page.items)
    finally:
        pages.close()


class _Ahead(Generic[E]):
    """What a thread that loads ahead shares with its consumer.

    The thread refers to this and not to the consumer, so that an abandoned one can be collected.
    """

    __slots__ = ("buffer", "changed", "depth", "done", "error", "stopped")

    def __init__(self, depth: int) -> None:
        self.depth = depth
        self.buffer: deque[E] = deque()
        self.changed = threading.Condition()
        self.done = False
        self.stopped = False
        self.error: BaseException | None = None

    def fill(self, source: Generator[E, None, None]) -> None:
        """Runs in the thread: take from ``source`` while there is room."""
        try:
            for element in source:
                with self.changed:
                    self.buffer.append(element)
                    self.changed.notify_all()
                    self.changed.wait_for(lambda: self.stopped or len(self.buffer) < self.depth)
                    if self.stopped:
                        return
        except BaseException as error:
            self.error = error
        finally:
            source.close()
            with self.changed:
                self.done = True
                self.changed.notify_all()

    def take(self) -> E | None:
        """The next element; None at the end. Raises what ``source`` raised."""
        with self.changed:
            self.changed.wait_for(lambda: self.done or self.buffer)
            if self.buffer:
                self.changed.notify_all()
                return self.buffer.popleft()
        if self.error is not None:
            error, self.error = self.error, None
            try:
                raise error
            finally:
                del error
        return None

    def stop(self) -> None:
        with self.changed:
            self.stopped = True
            self.buffer.clear()
            self.changed.notify_all()


def _run_ahead(source: Generator[E, None, None], depth: int) -> Generator[E, None, None]:
    """The elements of ``source``, which runs in a thread and is ``depth`` of them ahead.

    Closing doesn't wait for a request that is under way: its thread ends with it.
    """
    ahead: _Ahead[E] = _Ahead(depth)
    context = contextvars.copy_context()
    thread = threading.Thread(
        target=context.run, args=(ahead.fill, source), name="load-pages-ahead", daemon=True
    )
    thread.start()
    try:
        while (element := ahead.take()) is not None:
            yield element
    finally:
        ahead.stop()
        if ahead.done and thread is not threading.current_thread():
            thread.join()


def walk_async_pages(
    start: Callable[[], Awaitable[AsyncPage[T]]], limits: Limits
) -> AsyncGenerator[AsyncPage[T], None]:
    """As :func:`walk_pages`."""
    walk = _async_pages(start, limits)
    return _run_async_ahead(walk, limits.prefetch) if limits.prefetch else walk


async def _async_pages(
    start: Callable[[], Awaitable[AsyncPage[T]]], limits: Limits
) -> AsyncGenerator[AsyncPage[T], None]:
    pages = items = 0
    page: AsyncPage[T] | None = None
    while not limits.is_reached(pages, items):
        page = await (start() if page is None else page.next_page())
        if page is None:
            return
        pages += 1
        items += len(page.items)
        yield page


async def walk_async_items(
    start: Callable[[], Awaitable[AsyncPage[T]]], limits: Limits
) -> AsyncGenerator[T, None]:
    """As :func:`walk_items`."""
    left = limits.max_items
    pages = walk_async_pages(start, limits)
    try:
        async for page in pages:
            for item in page.items if left is None else page.items[:left]:
                yield item
            left = None if left is None else max(0, left - len(page.items))
    finally:
        await pages.aclose()


class _End:
    """The end of a walk, and what went wrong if something did."""

    __slots__ = ("error",)

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error


async def _fill_async(
    source: AsyncGenerator[E, None],
    queue: asyncio.Queue[E | _End],
    room: asyncio.Semaphore,
) -> None:
    """The task that loads ahead: what goes wrong is told through the queue."""
    try:
        await room.acquire()
        async for element in source:
            queue.put_nowait(element)
            await room.acquire()
        queue.put_nowait(_End())
    except Exception as error:
        queue.put_nowait(_End(error))
    finally:
        await source.aclose()


async def _run_async_ahead(source: AsyncGenerator[E, None], depth: int) -> AsyncGenerator[E, None]:
    """The elements of ``source``, which runs in a task and is ``depth`` of them ahead.

    Closing cancels the task, and with it a request that is under way.
    """
    import asyncio

    queue: asyncio.Queue[Any] = asyncio.Queue()
    room = asyncio.Semaphore(depth)
    task = asyncio.create_task(_fill_async(source, queue, room))
    try:
        while not isinstance(element := await queue.get(), _End):
            room.release()
            yield element
        if element.error is not None:
            raise element.error
    finally:
        task.cancel()
        await asyncio.wait([task])
