"""A loopback WebSocket server on the library's own server: records handshakes, breaks on demand."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Final, TypeAlias

from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.sync.server import ServerConnection, serve

Handler: TypeAlias = Callable[[ServerConnection], None]


@dataclass(frozen=True)
class Refusal:
    """An HTTP answer in place of a WebSocket."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


class SocketServer:
    """Each connection takes the next of ``handlers``, else ``handler``; a Refusal opens none."""

    def __init__(self, *subprotocols: str, tls: bool = False) -> None:
        self._tls = tls
        self.requests: list[Request] = []
        self.closes: list[tuple[int | None, str | None]] = []
        """Code and reason of each connection that has ended, as this side saw it."""
        self.handlers: deque[Handler | Refusal] = deque()
        self.handler: Handler = echo
        self._chosen: dict[int, Handler] = {}
        self._ended = threading.Condition()
        self._server = serve(
            self._serve,
            "127.0.0.1",
            0,
            process_request=self._choose,
            # The first that is offered and known; a client that offers none is let in, too.
            select_subprotocol=lambda _connection, offered: next(
                (name for name in offered if name in subprotocols), None
            ),
            ssl=_server_context() if tls else None,
            ping_interval=None,
            close_timeout=2,
        )
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()

    @property
    def url(self) -> str:
        scheme = "https" if self._tls else "http"
        return f"{scheme}://127.0.0.1:{self._server.socket.getsockname()[1]}"

    def header(self, name: str, request: int = -1) -> str | None:
        """A header of a handshake; several of the same name are joined."""
        return ", ".join(self.requests[request].headers.get_all(name)) or None

    def wait_for_end(self, count: int = 1) -> None:
        """Wait until so many connections have ended."""
        with self._ended:
            assert self._ended.wait_for(lambda: len(self.closes) >= count, timeout=10)

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()

    def _choose(self, connection: ServerConnection, request: Request) -> Response | None:
        self.requests.append(request)
        chosen = self.handlers.popleft() if self.handlers else self.handler
        if isinstance(chosen, Refusal):
            fields = {"Content-Length": str(len(chosen.body)), "Connection": "close"}
            headers = Headers({**fields, **chosen.headers})
            return Response(chosen.status, HTTPStatus(chosen.status).phrase, headers, chosen.body)
        self._chosen[id(connection)] = chosen
        return None

    def _serve(self, connection: ServerConnection) -> None:
        handler = self._chosen.pop(id(connection))
        try:
            with contextlib.suppress(ConnectionClosed):
                handler(connection)
            connection.close()
        finally:
            with self._ended:
                self.closes.append((connection.close_code, connection.close_reason))
                self._ended.notify_all()


CERTIFICATE: Final = Path(__file__).with_name("loopback.pem")
"""Self-signed, with its key in the same file."""


def _server_context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    return context


def echo(connection: ServerConnection) -> None:
    """Send every message back."""
    for message in connection:
        connection.send(message)


def sends(*messages: str | bytes, code: int = 1000, reason: str = "") -> Handler:
    """A handler that sends messages and closes."""

    def handler(connection: ServerConnection) -> None:
        for message in messages:
            connection.send(message)
        connection.close(code, reason)

    return handler


def breaks_off(*messages: str | bytes) -> Handler:
    """A handler that sends messages and drops the connection without a close frame."""

    def handler(connection: ServerConnection) -> None:
        for message in messages:
            connection.send(message)
        connection.socket.shutdown(socket.SHUT_RDWR)

    return handler


def waits(connection: ServerConnection) -> None:
    """Say nothing until the other side closes."""
    for _ in connection:
        pass


class Hanging:
    """A handler that reads nothing, pings included, until it is released; then it breaks off."""

    def __init__(self) -> None:
        self._released = threading.Event()
        self._hangs = threading.Event()

    def __call__(self, connection: ServerConnection) -> None:
        # The library's reader can't go on while this is held.
        with connection.protocol_mutex:
            self._hangs.set()
            self._released.wait(10)
            connection.socket.shutdown(socket.SHUT_RDWR)

    def wait(self) -> None:
        """Wait until it hangs."""
        assert self._hangs.wait(10)

    def release(self) -> None:
        self._released.set()
