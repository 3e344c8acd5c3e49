"""Uses what methods return: reads downloads, iterates over streams, talks over sockets.

The same steps for both colours: what is awaited and what isn't is decided here alone.
"""

from __future__ import annotations

import inspect
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

GREETINGS = 2
"""Messages that the server says first."""

SAID: tuple[str | bytes, ...] = ('{"type": "ask", "text": "ä ♥"}', b"\x00\xfe\x02")
"""What a client says over a socket; the server echoes it."""


async def settle(value: Any) -> Any:
    """``value``, awaited if that is what it is for."""
    return await value if inspect.isawaitable(value) else value


async def take(items: Any, limit: int | None = None, *, into: list[Any] | None = None) -> list[Any]:
    """The items of a sync or async iterable; with a limit, iteration is left behind the last.

    They are added to ``into``, which has them also where iterating ends with an exception.
    """
    found: list[Any] = [] if into is None else into
    if limit == 0:
        return found
    if hasattr(items, "__aiter__"):
        async for item in items:
            found.append(item)
            if len(found) == limit:
                break
    else:
        for item in items:
            found.append(item)
            if len(found) == limit:
                break
    return found


@asynccontextmanager
async def opened(handle: Any) -> AsyncIterator[Any]:
    """``handle`` entered and left, whatever its colour."""
    if hasattr(handle, "__aenter__"):
        async with handle as value:
            yield value
    else:
        with handle as value:
            yield value


def is_async(result: Any) -> bool:
    """Whether a method's result is for asyncio: a coroutine, or one of the async classes."""
    name = type(result).__name__
    return inspect.isawaitable(result) or (name[:5] == "Async" and name[5:] in _USES)


def is_lazy(result: Any) -> bool:
    """Whether a method's result sends nothing before it is used."""
    return inspect.isawaitable(result) or type(result).__name__.removeprefix("Async") in _USES


async def use_plainly(result: Any) -> Any:
    """What a caller sees who uses the result of a method to its end."""
    use = _USES.get(type(result).__name__.removeprefix("Async"))
    return await settle(result) if use is None else await use(result)


async def _download(download: Any) -> bytes:
    content = await settle(download.read())
    assert isinstance(content, bytes), f"read gives a {type(content).__name__}"
    return content


async def _events(stream: Any) -> list[Any]:
    async with opened(stream) as events:
        return await take(events)


async def converse(socket: Any, greetings: int = GREETINGS) -> list[Any]:
    """Hear which sub-protocol it is and what the server says first, then say SAID and hear its
    echo; close at the end."""
    async with opened(socket) as connected:
        heard = [connected.subprotocol]
        heard.extend([await settle(connected.recv()) for _ in range(greetings)])
        for message in SAID:
            await settle(connected.send(message))
            heard.append(await settle(connected.recv()))
        return heard


_USES: Mapping[str, Callable[[Any], Awaitable[Any]]] = {
    "Download": _download,
    "EventStream": _events,
    "JsonLines": _events,
    "WebSocket": converse,
}
