"""A loopback HTTP/1.1 server on bare sockets: records the wire, and breaks on demand."""

from __future__ import annotations

import contextlib
import json
import socket
import struct
import threading
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import BinaryIO, Literal, TypeAlias

Fault: TypeAlias = Literal["reset", "close", "half", "stall", "stall-half"]


@dataclass(frozen=True)
class Recorded:
    """One request as it arrived. Header names are in lower case."""

    method: str
    target: str
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key == name), None)

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]

    @property
    def query(self) -> str:
        return self.target.partition("?")[2]

    def json(self) -> object:
        return json.loads(self.body)


@dataclass(frozen=True)
class Answer:
    """What the server sends back; ``fault`` says how it goes wrong."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    fault: Fault | None = None


def json_answer(data: object, status: int = 200, **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status, json.dumps(data).encode(), {"Content-Type": "application/json", **named})


class WireServer:
    """Answers requests from ``answers`` in order, then with ``default``, which may look at them."""

    def __init__(self) -> None:
        self.requests: list[Recorded] = []
        self.answers: deque[Answer] = deque()
        self.default: Answer | Callable[[Recorded], Answer] = json_answer({})
        self._stalled = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._threads: list[threading.Thread] = []
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._closing = False
        self._accepting = threading.Thread(target=self._accept, daemon=True)
        self._accepting.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def last(self) -> Recorded:
        return self.requests[-1]

    def close(self) -> None:
        """Stop listening and break off what is open; a second call does nothing."""
        if self._closing:
            return
        self._closing = True
        self._stalled.set()
        # Accept has no timeout of its own: a last connection wakes it up.
        socket.create_connection(("127.0.0.1", self.port)).close()
        self._accepting.join()
        self._listener.close()
        with self._lock:
            for connection in self._open:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()

    def _accept(self) -> None:
        while True:
            connection, _ = self._listener.accept()
            if self._closing:
                connection.close()
                return
            with self._lock:
                self._open.add(connection)
            thread = threading.Thread(target=self._serve, args=(connection,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        try:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with connection, connection.makefile("rb") as reader:
                while (request := read_request(reader)) is not None:
                    with self._lock:
                        self.requests.append(request)
                        answer = self.answers.popleft() if self.answers else self.default
                    if callable(answer):
                        answer = answer(request)
                    if not self._send(connection, request, answer):
                        return
        except OSError:
            pass
        finally:
            with self._lock:
                self._open.discard(connection)

    def _send(self, connection: socket.socket, request: Recorded, answer: Answer) -> bool:
        """Whether the connection can be used further."""
        if answer.fault == "stall":
            self._stalled.wait()
            return False
        if answer.fault == "reset":
            # Linger of zero seconds: closing sends RST in place of FIN.
            linger = struct.pack("ii", 1, 0)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            return False
        if answer.fault == "close":
            return False
        headers = {"Content-Length": str(len(answer.body)), **answer.headers}
        head = f"HTTP/1.1 {answer.status} X\r\n"
        head += "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        sent = b"" if request.method == "HEAD" else answer.body
        if answer.fault in ("half", "stall-half"):
            sent = sent[: len(sent) // 2]
        connection.sendall(head.encode("latin-1") + b"\r\n" + sent)
        if answer.fault == "stall-half":
            self._stalled.wait()
        return answer.fault is None


def read_request(reader: BinaryIO) -> Recorded | None:
    """One request from ``reader``; None if the connection ends before one."""
    line = reader.readline().decode("latin-1").strip()
    if not line:
        return None
    method, target, _ = line.split(" ", 2)
    headers: list[tuple[str, str]] = []
    while field_line := reader.readline().decode("utf-8", "surrogateescape").rstrip("\r\n"):
        name, _, value = field_line.partition(":")
        headers.append((name.lower(), value.strip()))
    named = dict(headers)
    if named.get("transfer-encoding", "").lower() == "chunked":
        body = b""
        while size := int(reader.readline(), 16):
            body += reader.read(size)
            reader.readline()
        reader.readline()
    else:
        body = reader.read(int(named.get("content-length", "0")))
    return Recorded(method, target, tuple(headers), body)
