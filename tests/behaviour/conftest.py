"""A loopback server, and both colours of a generated client that talk to it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from inspect import isawaitable
from typing import Any

import pytest
from support.generated import Packages
from support.wire_server import Recorded, WireServer


class Colour:
    """A generated client, sync or async, that is called in one way."""

    def __init__(self, name: str, module: Any, server: WireServer, **options: Any) -> None:
        self.module = module
        self.server = server
        self.is_async = name == "async"
        factory = module.AsyncAcme if self.is_async else module.Acme
        self.client = factory(**{"token": "secret", "base_url": server.url, **options})

    async def call(self, path: str, *arguments: Any, **keywords: Any) -> Any:
        """The result of a method, by its path on the client: ``"shop.items.get"``."""
        method: Any = self.client
        for name in path.split("."):
            method = getattr(method, name)
        result = method(*arguments, **keywords)
        return await result if isawaitable(result) else result

    async def items(self, path: str, **keywords: Any) -> list[Any]:
        """All items of a list, through all its pages."""
        method: Any = self.client
        for name in path.split("."):
            method = getattr(method, name)
        if self.is_async:
            return [item async for item in method(**keywords)]
        return list(method(**keywords))

    async def close(self) -> None:
        closed = self.client.aclose() if self.is_async else self.client.close()
        if isawaitable(closed):
            await closed

    @property
    def last(self) -> Recorded:
        return self.server.last


Generate = Callable[..., Colour]


@pytest.fixture
def server() -> Iterator[WireServer]:
    server = WireServer()
    yield server
    server.close()


@pytest.fixture(scope="session")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Packages]:
    packages = Packages(tmp_path_factory.mktemp("packages"))
    yield packages
    packages.forget()


@pytest.fixture(params=["sync", "async"])
async def generate(
    request: pytest.FixtureRequest, packages: Packages, server: WireServer
) -> AsyncIterator[Generate]:
    """A function: document → client that talks to the server; ``client`` holds client options."""
    made: list[Colour] = []

    def make(document: str, *, client: dict[str, Any] | None = None, **settings: Any) -> Colour:
        module = packages.get(document, **settings)
        made.append(Colour(request.param, module, server, **(client or {})))
        return made[-1]

    yield make
    for colour in made:
        await colour.close()
