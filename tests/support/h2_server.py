"""A loopback server that speaks HTTP/2 without TLS, to clients that know it (RFC 9113, 3.3)."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections import deque
from typing import Any, Final

import h2.config
import h2.connection
import h2.errors
import h2.events

_CONFIG: Final = h2.config.H2Configuration(client_side=False, header_encoding="utf-8")


class H2Server:
    """Answers with ``{"path": …}``; a request whose method is in ``resets`` is reset, once."""

    def __init__(self) -> None:
        self.requests: list[tuple[str, str]] = []
        self.resets: deque[str] = deque()
        self.connections = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._open: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._threads[0].join()
        self._listener.close()
        for connection in self._open:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads[1:]:
            thread.join()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                self.connections += 1
                self._open.append(connection)
                thread = threading.Thread(target=self._serve, args=(connection,), daemon=True)
                self._threads.append(thread)
                thread.start()

    def _serve(self, connection: socket.socket) -> None:
        state = h2.connection.H2Connection(config=_CONFIG)
        state.initiate_connection()
        headers: dict[int, dict[str, str]] = {}
        with connection, contextlib.suppress(OSError):
            connection.sendall(state.data_to_send())
            while data := connection.recv(65536):
                for event in state.receive_data(data):
                    self._react(state, event, headers)
                connection.sendall(state.data_to_send())

    def _react(self, state: Any, event: Any, headers: dict[int, dict[str, str]]) -> None:
        if isinstance(event, h2.events.RequestReceived):
            headers[event.stream_id] = {str(name): str(value) for name, value in event.headers}
        elif isinstance(event, h2.events.DataReceived):
            state.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
        elif isinstance(event, h2.events.StreamEnded):
            asked = headers.pop(event.stream_id)
            method, path = asked[":method"], asked[":path"]
            self.requests.append((method, path))
            if method in self.resets:
                self.resets.remove(method)
                state.reset_stream(event.stream_id, h2.errors.ErrorCodes.INTERNAL_ERROR)
                return
            body = f'{{"path":"{path}"}}'.encode()
            fields = [(":status", "200"), ("content-type", "application/json")]
            state.send_headers(event.stream_id, fields)
            state.send_data(event.stream_id, body, end_stream=True)
