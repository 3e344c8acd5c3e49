"""A loopback HTTP/1.1 server whose answers come in pieces, as a script says."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
import time
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from .wire_server import Recorded, read_request

End = Literal["end", "cut", "reset", "hold"]


@dataclass(frozen=True)
class Script:
    """One answer: its pieces, each sent by itself, and how it ends.

    ``end`` finishes the body, ``cut`` closes the connection in the middle of it, ``reset`` breaks
    it off, and ``hold`` leaves it open until the client closes it.
    """

    pieces: Sequence[bytes] = ()
    end: End = "end"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    media_type: str = "text/event-stream"
    pause: float = 0.0
    """Seconds of silence before each piece but the first."""


class StreamServer:
    """Answers requests from ``scripts`` in order; one connection for each."""

    def __init__(self, *scripts: Script) -> None:
        self.scripts = deque(scripts)
        self.requests: list[Recorded] = []
        self.abandoned = threading.Semaphore(0)
        """Released once for each held answer that the client closes."""
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

    def sent(self, header: str) -> list[str | None]:
        """The values of a header, one for each request."""
        return [request.header(header) for request in self.requests]

    def was_abandoned(self) -> bool:
        """Whether the client closes a held answer, at once or very soon."""
        return self.abandoned.acquire(timeout=2)

    def close(self) -> None:
        """Stop listening and break off what is open; a second call does nothing."""
        if self._closing:
            return
        self._closing = True
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
                request = read_request(reader)
                if request is not None:
                    with self._lock:
                        self.requests.append(request)
                        script = self.scripts.popleft()
                    try:
                        self._play(connection, script)
                    finally:
                        if script.end == "hold" and not self._closing:
                            self.abandoned.release()
        except OSError:
            pass
        finally:
            with self._lock:
                self._open.discard(connection)

    def _play(self, connection: socket.socket, script: Script) -> None:
        head = f"HTTP/1.1 {script.status} X\r\nConnection: close\r\n"
        if script.status != 204:
            head += f"Content-Type: {script.media_type}\r\nTransfer-Encoding: chunked\r\n"
        head += "".join(f"{name}: {value}\r\n" for name, value in script.headers.items())
        connection.sendall(head.encode("latin-1") + b"\r\n")
        for number, piece in enumerate(script.pieces):
            if number and script.pause:
                time.sleep(script.pause)
            connection.sendall(b"%x\r\n%s\r\n" % (len(piece), piece))
        if script.end == "end" and script.status != 204:
            connection.sendall(b"0\r\n\r\n")
        elif script.end == "reset":
            # Linger of zero seconds: closing sends RST in place of FIN.
            linger = struct.pack("ii", 1, 0)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        elif script.end == "hold":
            while connection.recv(1024):
                pass
