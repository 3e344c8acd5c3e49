"""The clients: settings, their copies, and the two colours of sending a call."""

from __future__ import annotations

import copy
import logging
import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cached_property
from inspect import isawaitable
from typing import TYPE_CHECKING, Any, ClassVar, cast

from ._http import AsyncConnections, HttpClient, OpenReply, Reply, SyncConnections
from .addresses import Addresses, check_names, check_realm
from .calls import Call
from .errors import ConfigurationError
from .exchange import NeedToken, Send, Wait, exchange
from .info import ClientInfo
from .options import Timeout
from .requests import DEFAULT_TIMEOUT, Prepared, Settings, TokenSource, prepare
from .responses import RawResponse
from .results import read_result
from .retry import RetryPolicy

if TYPE_CHECKING:
    from types import TracebackType

    from typing_extensions import Self

    from .paging import AsyncPage, AsyncPager, Page
    from .positions import Position


class _BaseClient:
    """What both colours share: settings that never change, and copies with other ones."""

    _info: ClassVar[ClientInfo]

    def __init__(self, settings: Settings) -> None:
        self._use(settings)
        self._owns_connections = True

    def _use(self, settings: Settings) -> None:
        check_names(settings.info, settings.addresses)
        if not (
            settings.token is None or isinstance(settings.token, str) or callable(settings.token)
        ):
            raise ConfigurationError(
                f"token has to be a text or a function that returns one, not a "
                f"{type(settings.token).__name__}"
            )
        self._settings = settings
        self._bases: dict[tuple[str, str | None], str] = {}
        self._logger = logging.getLogger(settings.info.package)

    def _copy(self, settings: Settings) -> Self:
        made = copy.copy(self)
        for name in list(made.__dict__):
            # Resources are made for one client: the copy makes its own.
            if isinstance(getattr(type(self), name, None), cached_property):
                del made.__dict__[name]
        made._use(settings)
        made._owns_connections = False
        return made

    def with_options(
        self,
        *,
        token: TokenSource | None = None,
        timeout: float | Timeout | None = None,
        max_retries: int | None = None,
        headers: Mapping[str, str] | None = None,
        service_urls: Mapping[str, str] | None = None,
        retry: RetryPolicy | None = None,
    ) -> Self:
        """A copy with other settings that shares this client's connections.

        What is left out stays as it is; ``headers`` and ``service_urls`` are added to the present
        ones. Closing a copy does nothing: its connections belong to the client it comes from.
        """
        now = self._settings
        policy = now.retry if retry is None else retry
        if max_retries is not None:
            policy = replace(policy, max_retries=max_retries)
        addresses = now.addresses
        if service_urls is not None:
            addresses = replace(addresses, overrides={**addresses.overrides, **service_urls})
        return self._copy(
            replace(
                now,
                addresses=addresses,
                token=now.token if token is None else token,
                timeout=now.timeout if timeout is None else timeout,
                headers=now.headers if headers is None else {**now.headers, **headers},
                retry=policy,
            )
        )

    def with_variables(self, **variables: str | int) -> Self:
        """A copy with values for variables of addresses, such as the server a service runs on."""
        addresses = self._settings.addresses
        given = {name: str(value) for name, value in variables.items()}
        return self._copy(
            replace(
                self._settings,
                addresses=replace(addresses, variables={**addresses.variables, **given}),
            )
        )

    def with_realm(self, realm: str | None) -> Self:
        """A copy that routes calls by ``realm``, for services that support it; None ends that."""
        if realm is not None:
            check_realm(realm)
        addresses = replace(self._settings.addresses, realm=realm)
        return self._copy(replace(self._settings, addresses=addresses))

    def __repr__(self) -> str:
        base = self._settings.addresses.base_url
        return f"<{type(self).__name__}{'' if base is None else f' {base}'}>"


def _settings(
    info: ClientInfo,
    *,
    token: TokenSource | None,
    addresses: Addresses,
    timeout: float | Timeout | None,
    max_retries: int,
    headers: Mapping[str, str] | None,
) -> Settings:
    """Settings from arguments, with the environment in place of what wasn't given."""
    if token is None:
        token = os.environ.get(f"{info.env_prefix}_TOKEN") or None
    if addresses.base_url is None and info.main_service is not None:
        base_url = os.environ.get(f"{info.env_prefix}_BASE_URL") or None
        addresses = replace(addresses, base_url=base_url)
    return Settings(
        info=info,
        addresses=addresses,
        token=token,
        headers=dict(headers or {}),
        timeout=timeout,
        retry=RetryPolicy(max_retries=max_retries),
        user_agent=f"{info.package}/{info.version}" if info.version else info.package,
    )


def _addresses(
    base_url: str | None,
    service_urls: Mapping[str, str] | None,
    variables: Mapping[str, str | int] | None,
) -> Addresses:
    return Addresses(
        base_url=base_url,
        overrides=dict(service_urls or {}),
        variables={name: str(value) for name, value in (variables or {}).items()},
    )


class SyncClient(_BaseClient):
    """Base of generated clients. One client can be used by many threads at once.

    * ``token``: the bearer token, or a function that returns it, asked before every call. Without
      one, the environment variable ``<PREFIX>_TOKEN`` is read.
    * ``base_url``: address of the main service; without one, ``<PREFIX>_BASE_URL`` is read.
    * ``service_urls``: addresses of services by name; they may hold ``{variables}``.
    * ``variables``: values for the variables of addresses.
    * ``timeout``: seconds for each phase of one try; 0 or None for no limit.
    * ``max_retries``: further tries after the first one.
    * ``headers``: sent with every call, to every service.
    * ``http_client``: an ``httpx.Client`` or ``httpx2.Client`` to send with; who made it closes it.
    """

    def __init__(
        self,
        *,
        token: str | Callable[[], str] | None = None,
        base_url: str | None = None,
        service_urls: Mapping[str, str] | None = None,
        variables: Mapping[str, str | int] | None = None,
        timeout: float | Timeout | None = DEFAULT_TIMEOUT,
        max_retries: int = 2,
        headers: Mapping[str, str] | None = None,
        http_client: HttpClient | None = None,
    ) -> None:
        super().__init__(
            _settings(
                self._info,
                token=token,
                addresses=_addresses(base_url, service_urls, variables),
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

    def _take_steps(self, prepared: Prepared) -> Reply | OpenReply:
        steps = exchange(self._settings, prepared, self._logger)
        step = next(steps)
        while not isinstance(step, (Reply, OpenReply)):
            answer: object = None
            if isinstance(step, Send):
                answer = self._connections.send(
                    step.method,
                    step.url,
                    step.headers,
                    step.content,
                    step.timeout,
                    stream=step.stream,
                )
            elif isinstance(step, Wait):
                prepared.retry.clock.sleep(step.seconds)
            else:
                answer = _ask(step)
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
            return Page(read_page(position, prepared, reply, item), load), prepared, reply

        page, prepared, reply = fetch(first_position(call))
        return RawResponse(page, prepared.described(), reply.described()) if raw else page


def _ask(step: NeedToken) -> object:
    if isinstance(step.source, str):
        return step.source
    token: object = step.source()
    if isawaitable(token):
        close = getattr(token, "close", None)
        if close is not None:
            close()
        raise TypeError("An async token function needs the async client")
    return token


class AsyncClient(_BaseClient):
    """Base of generated async clients; as :class:`SyncClient`, with ``await``.

    ``token`` may be an async function, ``http_client`` is an ``httpx.AsyncClient`` or
    ``httpx2.AsyncClient``.
    """

    def __init__(
        self,
        *,
        token: TokenSource | None = None,
        base_url: str | None = None,
        service_urls: Mapping[str, str] | None = None,
        variables: Mapping[str, str | int] | None = None,
        timeout: float | Timeout | None = DEFAULT_TIMEOUT,
        max_retries: int = 2,
        headers: Mapping[str, str] | None = None,
        http_client: HttpClient | None = None,
    ) -> None:
        super().__init__(
            _settings(
                self._info,
                token=token,
                addresses=_addresses(base_url, service_urls, variables),
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

    async def _take_steps(self, prepared: Prepared) -> Reply | OpenReply:
        steps = exchange(self._settings, prepared, self._logger)
        step = next(steps)
        while not isinstance(step, (Reply, OpenReply)):
            answer: object = None
            if isinstance(step, Send):
                answer = await self._connections.send(
                    step.method,
                    step.url,
                    step.headers,
                    step.content,
                    step.timeout,
                    stream=step.stream,
                )
            elif isinstance(step, Wait):
                await prepared.retry.clock.async_sleep(step.seconds)
            elif isinstance(step.source, str):
                answer = step.source
            else:
                answer = step.source()
                if isawaitable(answer):
                    answer = await answer
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
            return AsyncPage(read_page(position, prepared, reply, item), load), prepared, reply

        async def first() -> Any:
            page, prepared, reply = await fetch(first_position(call))
            return RawResponse(page, prepared.described(), reply.described()) if raw else page

        return AsyncPager(first)
