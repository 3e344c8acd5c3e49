"""A loopback server that goes wrong on purpose, at every point of an exchange.

Each request is answered by a script: a function that is given the :class:`Line` to the client and
does with it what it likes. Scripts are taken from ``server.scripts`` in order, then
``server.default``. A script that returns True keeps the connection for further requests.
"""

from __future__ import annotations

import contextlib
import json
import socket
import struct
import threading
from collections import deque
from collections.abc import Callable, Iterable
from typing import Final, TypeAlias

from .wire_server import Recorded, read_request

_PATIENCE: Final = 10.0
"""Seconds after which a test that waits for the other side has failed."""


class Line:
    """One connection, from the server's side."""

    def __init__(self, connection: socket.socket, stopping: threading.Event) -> None:
        self._connection = connection
        self._stopping = stopping
        self.number = 0
        self.request: Recorded = Recorded("", "", (), b"")

    def send(self, data: bytes) -> None:
        self._connection.sendall(data)

    def reset(self) -> None:
        """Make the end of this connection an RST in place of a FIN."""
        linger = struct.pack("ii", 1, 0)
        self._connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)

    def pause(self, seconds: float) -> bool:
        """Wait; False if the server stops meanwhile."""
        return not self._stopping.wait(seconds)

    def wait_for_hang_up(self) -> None:
        """Say nothing until the client closes the connection, or the server stops."""
        self._connection.settimeout(0.05)
        while not self._stopping.is_set():
            try:
                if not self._connection.recv(65536):
                    return
            except TimeoutError:
                continue


Script: TypeAlias = Callable[[Line], "bool | None"]


class FaultServer:
    """Runs until ``close``; ``requests`` are those that arrived whole."""

    def __init__(self) -> None:
        self.requests: list[Recorded] = []
        self.scripts: deque[Script] = deque()
        self.default: Script = answer()
        self.greetings: deque[Script] = deque()
        """Scripts for new connections, before anything is read from them."""
        self.connections = 0
        self.ends = 0
        """How many connections have ended, by whomever."""
        self.hang_ups = 0
        """How many of them the client has ended."""
        self._stopping = threading.Event()
        self._changed = threading.Condition()
        self._open: set[socket.socket] = set()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def last(self) -> Recorded:
        return self.requests[-1]

    @property
    def bodies(self) -> list[bytes]:
        return [request.body for request in self.requests]

    def wait_for_requests(self, number: int) -> None:
        self._wait_for(lambda: len(self.requests) >= number, f"{number} requests")

    def wait_for_hang_ups(self, number: int) -> None:
        self._wait_for(lambda: self.hang_ups >= number, f"{number} hang-ups")

    def wait_for_ends(self, number: int) -> None:
        self._wait_for(lambda: self.ends >= number, f"{number} connections end")

    def _wait_for(self, condition: Callable[[], bool], what: str) -> None:
        with self._changed:
            if not self._changed.wait_for(condition, _PATIENCE):
                raise AssertionError(f"the server never saw {what}")

    def close(self) -> None:
        """Refuse connections from now on and end those that are open."""
        if self._stopping.is_set():
            return
        self._stopping.set()
        # Accept has no timeout of its own: a last connection wakes it up.
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", self.port), 1).close()
        self._threads[0].join()
        self._listener.close()
        with self._changed:
            for connection in self._open:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads[1:]:
            thread.join()

    def _accept(self) -> None:
        while True:
            connection, _ = self._listener.accept()
            if self._stopping.is_set():
                connection.close()
                return
            with self._changed:
                self._open.add(connection)
                self.connections += 1
            thread = threading.Thread(target=self._serve, args=(connection,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        ended_by_client = True
        try:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            line = Line(connection, self._stopping)
            with connection:
                ended_by_client = self._talk(connection, line)
        except (OSError, ValueError):
            pass  # the client ended the connection in the middle of a request, or of the script
        finally:
            with self._changed:
                self._open.discard(connection)
                self.ends += 1
                self.hang_ups += ended_by_client and not self._stopping.is_set()
                self._changed.notify_all()

    def _talk(self, connection: socket.socket, line: Line) -> bool:
        """Whether the client ends the connection."""
        if self.greetings and not self.greetings.popleft()(line):
            return False
        with connection.makefile("rb") as reader:
            while (request := read_request(reader)) is not None:
                line.request = request
                line.number += 1
                with self._changed:
                    self.requests.append(request)
                    script = self.scripts.popleft() if self.scripts else self.default
                    self._changed.notify_all()
                if not script(line):
                    return script in _UNTIL_HANG_UP
        return True


def head(status: int | str = 200, headers: Iterable[tuple[str, str]] = ()) -> bytes:
    lines = [f"HTTP/1.1 {status} X", *(f"{name}: {value}" for name, value in headers)]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


def answer(status: int = 200, body: bytes = b'{"ok":true}', **headers: str) -> Script:
    """A sound answer."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    fields = {"Content-Type": "application/json", "Content-Length": str(len(body)), **named}

    def script(line: Line) -> bool:
        line.send(head(status, fields.items()) + (b"" if line.request.method == "HEAD" else body))
        return True

    return script


def page(status: int, title: str) -> Script:
    """What a proxy says when the service behind it is gone."""
    text = f"<html><head><title>{title}</title></head><body><h1>nginx</h1></body></html>"
    return answer(status, text.encode(), Content_Type="text/html")


def closing(script: Script) -> Script:
    """The script, and then an end that wasn't announced."""

    def close(line: Line) -> None:
        script(line)

    return close


def reset(line: Line) -> None:
    """No answer but an RST."""
    line.reset()


def close(line: Line) -> None:
    """No answer, and a proper end of the connection."""


def stall(line: Line) -> None:
    """No answer, ever."""
    line.wait_for_hang_up()


def stall_in_status(line: Line) -> None:
    line.send(b"HTTP/1.1 20")
    line.wait_for_hang_up()


def stall_in_headers(line: Line) -> None:
    line.send(b"HTTP/1.1 200 OK\r\nContent-Type: applic")
    line.wait_for_hang_up()


_WHOLE: Final = json.dumps({"text": "x" * 100}).encode()
_HALF: Final = (
    head(200, [("Content-Type", "application/json"), ("Content-Length", str(len(_WHOLE)))])
    + _WHOLE[:50]
)


def half_body(line: Line) -> None:
    """Less than Content-Length says, and a proper end."""
    line.send(_HALF)


def half_body_reset(line: Line) -> None:
    line.send(_HALF)
    line.pause(0.02)  # or else the RST can overtake what was sent
    line.reset()


def stall_in_body(line: Line) -> None:
    line.send(_HALF)
    line.wait_for_hang_up()


def longer_than_said(line: Line) -> bool:
    """More than Content-Length says; the connection stays open."""
    line.send(head(200, [("Content-Type", "application/json"), ("Content-Length", "2")]))
    line.send(b"{} and more")
    return True


def two_lengths(line: Line) -> None:
    line.send(head(200, [("Content-Length", "2"), ("Content-Length", "5")]) + b"{}abc")


def length_in_words(line: Line) -> None:
    line.send(head(200, [("Content-Length", "two")]) + b"{}")


def chunks_cut(line: Line) -> None:
    """A chunked body without its last chunk."""
    line.send(head(200, [("Transfer-Encoding", "chunked")]) + b"2\r\n{}\r\n")


def chunks_broken(line: Line) -> None:
    line.send(head(200, [("Transfer-Encoding", "chunked")]) + b"zz\r\n{}\r\n0\r\n\r\n")


def garbage(line: Line) -> None:
    """No HTTP at all."""
    line.send(b"\x16\x03\x01 SSH-2.0-OpenSSH_9.6\r\n\r\n")


def not_gzip(line: Line) -> bool:
    return bool(answer(200, b"no gzip at all", Content_Encoding="gzip")(line))


def endless_headers(line: Line) -> None:
    line.send(b"HTTP/1.1 200 OK\r\n")
    while not line._stopping.is_set():
        line.send(b"X-More: " + b"a" * 1000 + b"\r\n")


def drip(line: Line) -> None:
    """A body that comes byte by byte and never ends, each byte soon enough for a read timeout."""
    line.send(head(200, [("Content-Type", "application/json"), ("Content-Length", "100000000")]))
    while line.pause(0.005):
        line.send(b" ")


def drip_headers(line: Line) -> None:
    line.send(b"HTTP/1.1 200 OK\r\nX-Long: ")
    while line.pause(0.005):
        line.send(b"a")


_UNTIL_HANG_UP: Final = frozenset({stall, stall_in_status, stall_in_headers, stall_in_body})


class FullServer:
    """Takes no further connection and doesn't refuse them either: connecting to it hangs."""

    def __init__(self) -> None:
        self._listener = socket.socket()
        self._listener.bind(("127.0.0.1", 0))
        self._listener.listen(0)
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._waiting = []
        for _ in range(4):
            waiting = socket.socket()
            waiting.setblocking(False)
            with contextlib.suppress(BlockingIOError):
                waiting.connect(self._listener.getsockname())
            self._waiting.append(waiting)

    def close(self) -> None:
        for waiting in self._waiting:
            waiting.close()
        self._listener.close()
