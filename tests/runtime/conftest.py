from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest
from support.runtime_calls import COLOURS, LIBRARIES, Caller
from support.sign_in_server import SignInServer, User
from support.socket_calls import Opener
from support.socket_server import SocketServer
from support.wire_server import WireServer


@pytest.fixture
def server() -> Iterator[WireServer]:
    running = WireServer()
    yield running
    running.close()


@pytest.fixture(params=[(c, lib) for c in COLOURS for lib in LIBRARIES], ids="-".join)
def caller(request: pytest.FixtureRequest, server: WireServer) -> Caller:
    """Calls in each colour over each HTTP library."""
    colour, library = request.param
    return Caller(server.url, colour, library)


@pytest.fixture(params=COLOURS)
def colour_caller(request: pytest.FixtureRequest, server: WireServer) -> Caller:
    """Calls in each colour over the default library."""
    return Caller(server.url, request.param, None)


@pytest.fixture
def peer() -> Iterator[SocketServer]:
    """A server of WebSockets."""
    running = SocketServer()
    yield running
    running.close()


@pytest.fixture(params=COLOURS)
async def opener(request: pytest.FixtureRequest, peer: SocketServer) -> AsyncIterator[Opener]:
    """Opens WebSockets in each colour."""
    made = Opener(request.param, peer.url)
    yield made
    await made.close()


@pytest.fixture
def auth_server() -> Iterator[SignInServer]:
    running = SignInServer()
    running.issued = 1
    yield running
    running.close()


@pytest.fixture(params=COLOURS)
def user(request: pytest.FixtureRequest, auth_server: SignInServer) -> User:
    return User(request.param, auth_server)


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DEMO_TOKEN", "DEMO_BASE_URL", "DEMO_REALM", "DEMO_PROJECT_ID", "DEMO_SERVER"):
        monkeypatch.delenv(name, raising=False)
