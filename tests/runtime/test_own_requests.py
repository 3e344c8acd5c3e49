"""Requests of a client that nobody passed in are built without the library's detours."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from hoody_codegen.runtime import Timeout, _http
from hoody_codegen.runtime._http import AsyncConnections, Send, SyncConnections
from hoody_codegen.runtime.errors import AddressError
from hoody_codegen.runtime.retry import Clock, Deadline
from support.runtime_calls import LIBRARIES

URL = "http://example.test:8080/a%20b/c?q=%2F"
ACCEPT = (b"Accept", b"application/json")


def pieces() -> Iterator[bytes]:
    yield b"one"
    yield b"two"


async def async_pieces() -> AsyncIterator[bytes]:
    yield b"one"


def send(method: str = "GET", url: str = URL, **values: Any) -> Send:
    given: dict[str, Any] = {
        "headers": [ACCEPT],
        "content": None,
        "timeout": 5.0,
        "stream": False,
        "deadline": None,
    }
    return Send(method, url, **{**given, **values})


def opened(kind: type[Any], library: str, monkeypatch: pytest.MonkeyPatch) -> tuple[Any, Any, Any]:
    monkeypatch.setattr(_http, "LIBRARIES", (library,))
    connections = kind(None)
    client, found = connections._open()
    return client, found, connections._defaults


def shown(request: Any) -> tuple[object, ...]:
    fields = sorted((name.lower(), value) for name, value in request.headers.raw)
    content = request.content if hasattr(request, "_content") else None
    return request.method, str(request.url), fields, content, request.extensions


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize(
    "step",
    [
        send(),
        send(headers=[]),
        send("POST"),
        send("POST", content=b"{}", headers=[ACCEPT, (b"Content-Length", b"2")]),
        send("PUT", content=b"abc"),
        send("PUT", content=pieces()),
        send("PUT", content=async_pieces()),
        send(headers=[(b"ACCEPT-encoding", b"identity"), (b"user-Agent", b"mine")]),
        send(headers=[(b"Host", b"other.test"), (b"Connection", b"close")]),
        send(timeout=None),
        send(timeout=Timeout(connect=1.0, read=None)),
        send(url="http://b\u00fccher.test/\u00e4"),
    ],
    ids=lambda step: f"{step.method}-{len(step.headers)}-{type(step.content).__name__}",
)
@pytest.mark.parametrize("kind", [SyncConnections, AsyncConnections])
def test_a_request_is_what_the_library_would_build(
    kind: type[Any], step: Send, library: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, found, defaults = opened(kind, library, monkeypatch)
    assert defaults
    ours = found.request(client, step, step.content, defaults)
    theirs = found.request(client, step, step.content, None)
    assert shown(ours) == shown(theirs)


@pytest.mark.parametrize("library", LIBRARIES)
def test_each_request_has_timeouts_of_its_own(
    library: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, found, defaults = opened(SyncConnections, library, monkeypatch)
    deadline = Deadline(1.0, Clock(monotonic=lambda: 0.0))
    limited = found.request(client, send(deadline=deadline), None, defaults)
    plain = found.request(client, send(), None, defaults)
    assert limited.extensions["timeout"].get("read") == 1.0
    assert plain.extensions["timeout"]["read"] == 5.0
    plain.extensions["timeout"]["read"] = None
    assert found.request(client, send(), None, defaults).extensions["timeout"]["read"] == 5.0


@pytest.mark.parametrize("library", LIBRARIES)
def test_an_address_that_cannot_be_used_is_an_error(
    library: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, found, defaults = opened(SyncConnections, library, monkeypatch)
    with pytest.raises(AddressError, match="can't be used"):
        found.request(client, send(url="http://a.test:port/"), None, defaults)


@pytest.mark.parametrize("library", LIBRARIES)
def test_a_client_that_was_passed_in_keeps_its_settings(
    library: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = pytest.importorskip(library)
    with module.Client(headers={"X-Mine": "1"}, params={"key": "2"}) as client:
        connections = SyncConnections(client)
        same, found = connections._open()
        assert same is client
        request = found.request(client, send(url="http://a.test/"), None, connections._defaults)
    assert request.headers["x-mine"] == "1"
    assert str(request.url) == "http://a.test/?key=2"
