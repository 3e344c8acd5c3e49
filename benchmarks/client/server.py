"""A loopback server that costs next to nothing, so that the client's share is what is measured.

Started by :func:`started` in a process of its own. Answers are built once; what is asked for is
told by the path alone:

* ``/stream/<name>``: the body of that name, sent in pieces of chunked transfer coding;
* ``/bytes/<count>``: that many bytes of one mebibyte repeated, with a Content-Length;
* anything else: the answer whose key starts the path, else a small JSON object.
"""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import payloads

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_BLOCK = bytes(range(256)) * 4096
_NO_ANSWER = b'{"statusCode":200,"message":"fine","data":{}}'


def _head(content_type: str, framing: str, status: str = "200 OK") -> bytes:
    return (
        f"HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\n{framing}\r\n"
        "Date: Sun, 22 Nov 2026 12:00:00 GMT\r\nX-Request-Id: 0123456789abcdef\r\n\r\n"
    ).encode("ascii")


def _whole(body: bytes, content_type: str = "application/json; charset=utf-8") -> bytes:
    return _head(content_type, f"Content-Length: {len(body)}") + body


def _chunked(pieces: Iterable[bytes]) -> Iterator[bytes]:
    for piece in pieces:
        yield b"%x\r\n%s\r\n" % (len(piece), piece)
    yield b"0\r\n\r\n"


class _Answers:
    def __init__(self, more: Iterable[tuple[str, str]]) -> None:
        self._whole = [
            (method.encode(), path.encode(), _whole(body))
            for method, path, body in payloads.answers()
        ]
        self._whole += [(b"GET", path.encode(), _whole(body.encode())) for path, body in more]
        self._streams = {
            name: [_head(content_type, "Transfer-Encoding: chunked"), *_blocks(_chunked(pieces))]
            for name, content_type, pieces in payloads.streams()
        }
        self._fallback = _whole(_NO_ANSWER)

    def find(self, method: bytes, path: bytes) -> Iterable[bytes]:
        if path.startswith(b"/stream/"):
            return self._streams[path[8:].decode("ascii").partition("?")[0].partition("/")[0]]
        if path.startswith(b"/bytes/"):
            return _bytes(int(path[7:].partition(b"?")[0].partition(b"/")[0]))
        for wanted, start, answer in self._whole:
            if method == wanted and path.startswith(start):
                return (answer,)
        return (self._fallback,)


def _blocks(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in larger blocks: framing is the client's to read, not ours to send."""
    block = bytearray()
    for piece in pieces:
        block += piece
        if len(block) >= 65536:
            yield bytes(block)
            block.clear()
    yield bytes(block)


def _bytes(count: int) -> Iterator[bytes]:
    yield _head("application/octet-stream", f"Content-Length: {count}")
    while count:
        piece = _BLOCK[:count]
        count -= len(piece)
        yield piece


class _Connection(asyncio.Protocol):
    def __init__(self, answers: _Answers) -> None:
        self._answers = answers
        self._received = b""
        self._pieces: Iterator[bytes] = iter(())
        self._paused = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def connection_lost(self, error: Exception | None) -> None:
        self._pieces = iter(())

    def data_received(self, data: bytes) -> None:
        self._received += data
        end = self._received.find(b"\r\n\r\n")
        if end < 0:
            return
        found = _LENGTH.search(self._received, 0, end + 2)
        end += 4 + (int(found[1]) if found else 0)
        if len(self._received) < end:
            return
        method, path, _ = self._received.split(b" ", 2)
        self._received = self._received[end:]
        self._pieces = iter(self._answers.find(method, path))
        self._pump()

    def pause_writing(self) -> None:
        self._paused = True

    def resume_writing(self) -> None:
        self._paused = False
        self._pump()

    def _pump(self) -> None:
        while not self._paused:
            piece = next(self._pieces, None)
            if piece is None:
                return
            self._transport.write(piece)


async def _serve() -> None:
    answers = _Answers(json.loads(sys.stdin.readline()))
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Connection(answers), "127.0.0.1", 0, backlog=512)
    print(server.sockets[0].getsockname()[1], flush=True)
    # The parent's end of the pipe is our leash: when it closes, so do we.
    await loop.run_in_executor(None, sys.stdin.read)


@contextmanager
def started(answers: Iterable[tuple[str, bytes]] = ()) -> Iterator[str]:
    """The server in a process of its own, by its address; it ends with the block.

    ``answers`` are further ones to GET, by the start of the path.
    """
    with subprocess.Popen(
        [sys.executable, Path(__file__)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            json.dump([(path, body.decode()) for path, body in answers], process.stdin)
            print(file=process.stdin, flush=True)
            yield f"http://127.0.0.1:{int(process.stdout.readline())}"
        finally:
            process.stdin.close()


if __name__ == "__main__":
    asyncio.run(_serve())
