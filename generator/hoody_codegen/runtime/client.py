"""The clients: the two colours of sending a call."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from inspect import isawaitable
from typing import TYPE_CHECKING, Any, cast

from ._http import AsyncConnections, HttpClient, OpenReply, Reply, Send, SyncConnections
from .calls import Call
from .exchange import Tell, Wait, exchange
from .options import Timeout
from .requests import DEFAULT_TIMEOUT, Prepared, prepare
from .responses import RawResponse
from .results import read_result
from .sessions import Session
from .setup import first_settings
from .signing import AsyncSigning, SyncSigning, refuse_awaitable

if TYPE_CHECKING:
    from types import TracebackType

    from typing_extensions import Self, Unpack

    from .auth import TokenSource
    from .paging import AsyncPage, AsyncPager, Page
    from .positions import Position
    from .sessions import Credentials
    from .setup import ClientOptions


class SyncClient(SyncSigning):
    """Base of generated clients. One client can be used by many threads at once.

    * ``token``: the bearer token, a function that returns it, asked before every call, or a
      :class:`Session`. Without one, the environment variable ``<PREFIX>_TOKEN`` is read.
    * ``credentials``: what to sign in with when a token is first needed.
    * ``base_url``: address of the main service; without one, ``<PREFIX>_BASE_URL`` is read.
    * ``timeout``: seconds for each phase of one try; 0 or None for no limit.
    * ``max_retries``: further tries after the first one.
    * ``headers``: sent with every call, to every service.
    * ``http_client``: an ``httpx.Client`` or ``httpx2.Client`` to send with; who made it closes it.
    * ``options``: those of :class:`ClientOptions`: ``service_urls``, ``variables``, ``realm``,
      ``service_auth``, ``scheme_auth``, ``deadline``, ``hooks``. Without a realm,
      ``<PREFIX>_REALM`` is read.
    """

    def __init__(
        self,
        *,
        token: str | Callable[[], str] | Session | None = None,
        credentials: Credentials | None = None,
        base_url: str | None = None,
        timeout: float | Timeout | None = DEFAULT_TIMEOUT,
        max_retries: int = 2,
        headers: Mapping[str, str] | None = None,
        http_client: HttpClient | None = None,
        **options: Unpack[ClientOptions],
    ) -> None:
        super().__init__(
            first_settings(
                self._info,
                options,
                token=token,
                credentials=credentials,
                base_url=base_url,
                timeout=timeout,
                max_retries=max_retries,
                headers=headers,
            )
        )
        self._connections = SyncConnections(http_client)

    def close(self) -> None:
        """Close the connections. A copy, or a client over an own ``http_client``, keeps them."""
        if self._owns_connections:
            self._connections.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _exchange(self, call: Call) -> tuple[Prepared, Reply]:
        prepared = prepare(self._settings, self._bases, call)
        return prepared, cast("Reply", self._take_steps(prepared))

    def _open(self, call: Call) -> tuple[Prepared, OpenReply]:
        """Send ``call`` and leave the body of its answer to be read; the caller closes it."""
        prepared = prepare(self._settings, self._bases, call)
        prepared.stream = True
        return prepared, cast("OpenReply", self._take_steps(prepared))

    def _take_steps(
        self, prepared: Prepared, send: Callable[[Send], object] | None = None
    ) -> Reply | OpenReply:
        """The course of a call; ``send`` sends in another way than over HTTP."""
        steps = exchange(self._settings, prepared, self._logger)
        step = next(steps)
        while not isinstance(step, (Reply, OpenReply)):
            answer: object = None
            if isinstance(step, Send):
                try:
                    answer = self._connections.send(step) if send is None else send(step)
                except BaseException:
                    steps.close()  # now, not whenever the traceback is let go: files are open
                    raise
            elif isinstance(step, Wait):
                prepared.retry.clock.sleep(step.seconds)
            elif isinstance(step, Tell):
                _tell(step)
            else:
                try:
                    answer = self._secret(step)
                except Exception as error:
                    step = steps.throw(error)
                    continue
            step = steps.send(answer)
        return step

    def _run(self, call: Call, returns: object, *, raw: bool) -> Any:
        prepared, reply = self._exchange(call)
        result = read_result(prepared, reply, returns)
        return RawResponse(result, prepared.described(), reply.described()) if raw else result

    def _run_page(self, call: Call, item: object, *, raw: bool) -> Any:
        from .paging import Page
        from .positions import first_position, read_page

        def load(position: Position) -> Page[Any]:
            return fetch(position)[0]

        def fetch(position: Position) -> tuple[Page[Any], Prepared, Reply]:
            prepared, reply = self._exchange(position.call)
            return (
                Page(read_page(self._settings, position, prepared, reply, item), load),
                prepared,
                reply,
            )

        page, prepared, reply = fetch(first_position(call))
        return RawResponse(page, prepared.described(), reply.described()) if raw else page


def _tell(step: Tell) -> None:
    try:
        refuse_awaitable(step.hook(step.event), "hook")
    except BaseException:
        if step.reply is not None:
            step.reply.close()
        raise


async def _tell_async(step: Tell) -> None:
    try:
        result = step.hook(step.event)
        if isawaitable(result):
            await result
    except BaseException:
        if step.reply is not None:
            await step.reply.aclose()
        raise


class AsyncClient(AsyncSigning):
    """Base of generated async clients; as :class:`SyncClient`, with ``await``.

    ``token`` may be an async function, ``http_client`` is an ``httpx.AsyncClient`` or
    ``httpx2.AsyncClient``.
    """

    def __init__(
        self,
        *,
        token: TokenSource | None = None,
        credentials: Credentials | None = None,
        base_url: str | None = None,
        timeout: float | Timeout | None = DEFAULT_TIMEOUT,
        max_retries: int = 2,
        headers: Mapping[str, str] | None = None,
        http_client: HttpClient | None = None,
        **options: Unpack[ClientOptions],
    ) -> None:
        super().__init__(
            first_settings(
                self._info,
                options,
                token=token,
                credentials=credentials,
                base_url=base_url,
                timeout=timeout,
                max_retries=max_retries,
                headers=headers,
            )
        )
        self._connections = AsyncConnections(http_client)

    async def aclose(self) -> None:
        """Close the connections. A copy, or a client over an own ``http_client``, keeps them."""
        if self._owns_connections:
            await self._connections.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.aclose()

    async def _exchange(self, call: Call) -> tuple[Prepared, Reply]:
        prepared = prepare(self._settings, self._bases, call)
        return prepared, cast("Reply", await self._take_steps(prepared))

    async def _open(self, call: Call) -> tuple[Prepared, OpenReply]:
        """Send ``call`` and leave the body of its answer to be read; the caller closes it."""
        prepared = prepare(self._settings, self._bases, call)
        prepared.stream = True
        return prepared, cast("OpenReply", await self._take_steps(prepared))

    async def _take_steps(
        self, prepared: Prepared, send: Callable[[Send], Awaitable[object]] | None = None
    ) -> Reply | OpenReply:
        """The course of a call; ``send`` sends in another way than over HTTP."""
        steps = exchange(self._settings, prepared, self._logger)
        step = next(steps)
        while not isinstance(step, (Reply, OpenReply)):
            answer: object = None
            if isinstance(step, Send):
                try:
                    answer = await (self._connections.send(step) if send is None else send(step))
                except BaseException:
                    steps.close()
                    raise
            elif isinstance(step, Wait):
                await prepared.retry.clock.async_sleep(step.seconds)
            elif isinstance(step, Tell):
                await _tell_async(step)
            else:
                try:
                    answer = await self._secret(step)
                except Exception as error:
                    step = steps.throw(error)
                    continue
            step = steps.send(answer)
        return step

    async def _run(self, call: Call, returns: object, *, raw: bool) -> Any:
        prepared, reply = await self._exchange(call)
        result = read_result(prepared, reply, returns)
        return RawResponse(result, prepared.described(), reply.described()) if raw else result

    def _run_page(self, call: Call, item: object, *, raw: bool) -> AsyncPager[Any]:
        from .paging import AsyncPage, AsyncPager
        from .positions import first_position, read_page

        async def load(position: Position) -> AsyncPage[Any]:
            return (await fetch(position))[0]

        async def fetch(position: Position) -> tuple[AsyncPage[Any], Prepared, Reply]:
            prepared, reply = await self._exchange(position.call)
            return (
                AsyncPage(read_page(self._settings, position, prepared, reply, item), load),
                prepared,
                reply,
            )

        async def first() -> Any:
            page, prepared, reply = await fetch(first_position(call))
            return RawResponse(page, prepared.described(), reply.described()) if raw else page

        return AsyncPager(first)
