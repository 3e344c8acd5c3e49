"""How much memory a large file takes on its way, up and down.

Run by hand, from anywhere::

    python benchmarks/client/memory.py [--client DIR] [--size BYTES]

Each transfer runs in a process of its own, against a loopback server in another one that drops what
it gets and sends a sparse file. What counts is the peak of the resident set (``ru_maxrss``) after
the transfer, less that after a transfer of one byte by the same process: importing and connecting
are not what is measured. A peak that grows by more than the limit gives exit status 1.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import resource
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any, BinaryIO

ROOT = Path(__file__).parents[2]
MB = 1024 * 1024
LIMIT = 48 * MB
"""Growth that is still constant: pieces, buffers, and what the allocator keeps of them."""

TRANSFERS = ("upload path", "upload file", "upload iterator", "upload tus", "save", "save file")


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--client", type=Path, default=ROOT / "generated" / "hoody")
    parser.add_argument("--size", type=int, default=2048 * MB)
    parser.add_argument("--child", nargs=2, metavar=("COLOUR", "TRANSFER"), help=argparse.SUPPRESS)
    parser.add_argument("--url", help=argparse.SUPPRESS)
    parser.add_argument("--serve", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.serve is not None:
        return serve(arguments.serve)
    if arguments.child is not None:
        sys.path.insert(0, str(arguments.client))
        colour, what = arguments.child
        return transfer(colour, what, arguments.url)
    return measure(arguments.client, arguments.size)


def measure(client: Path, size: int) -> int:
    failed = False
    with tempfile.TemporaryDirectory() as folder:
        for name, length in (("large", size), ("small", 1)):
            with (Path(folder) / name).open("wb") as file:
                file.truncate(length)
        own = [sys.executable, __file__, "--client", str(client), "--size", str(size)]
        with subprocess.Popen(
            [*own, "--serve", folder], stdout=subprocess.PIPE, text=True
        ) as server:
            assert server.stdout is not None
            url = f"http://127.0.0.1:{server.stdout.readline().strip()}"
            print(f"| {size / MB:,.0f} MB | colour | peak before | growth | MB a second |")
            print("|---|---|---:|---:|---:|")
            for what in TRANSFERS:
                for colour in ("sync", "async"):
                    done = subprocess.run(
                        [*own, "--child", colour, what, "--url", url],
                        check=True,
                        cwd=folder,
                        capture_output=True,
                        text=True,
                    )
                    before, growth, seconds = json.loads(done.stdout)
                    failed |= growth > LIMIT
                    print(
                        f"| {what} | {colour} | {before / MB:.0f} MB | {growth / MB:.1f} MB "
                        f"| {size / MB / seconds:,.0f} |",
                        flush=True,
                    )
            server.terminate()
    return int(failed)


def peak() -> int:
    """Bytes; Linux counts in KiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def transfer(colour: str, what: str, url: str) -> int:
    """Transfer a file of one byte and then a large one, and print what that took; both lie in the
    working directory."""
    hoody = import_module("hoody")
    urls = {"files": url, "notes": url}
    act = _sync if colour == "sync" else _async
    factory = hoody.Hoody if colour == "sync" else hoody.AsyncHoody
    act(factory, urls, what, "small")
    before = peak()
    start = time.perf_counter()
    act(factory, urls, what, "large")
    seconds = time.perf_counter() - start
    print(json.dumps([before, peak() - before, seconds]))
    return 0


def _sync(factory: Any, urls: dict[str, str], what: str, name: str) -> None:
    with factory(token="benchmark", service_urls=urls) as client, open(name, "rb") as file:
        _begin(client, what, name, file)
    _check(what, name)


def _async(factory: Any, urls: dict[str, str], what: str, name: str) -> None:
    async def run() -> None:
        async with factory(token="benchmark", service_urls=urls) as client:
            with open(name, "rb") as file:
                await _begin(client, what, name, file)

    asyncio.run(run())
    _check(what, name)


def _begin(client: Any, what: str, name: str, file: BinaryIO) -> Any:
    if what == "upload path":
        return client.files.upload(name, body=Path(name))
    if what == "upload file":
        return client.files.upload(name, body=file)
    if what == "upload iterator":
        return client.files.upload(name, body=_pieces(file))
    if what == "upload tus":
        return client.notes.files.upload_resumable("notebook", name, Path(name))
    handle = client.files.list_directory(name)
    if what == "save":
        return handle.save("saved")
    return handle.save(_Counting())


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    while piece := file.read(64 * 1024):
        yield piece


def _check(what: str, name: str) -> None:
    if what == "save":
        saved = Path("saved").stat().st_size
        assert saved == Path(name).stat().st_size, saved
        Path("saved").unlink()


class _Counting:
    """A file that drops what is written to it."""

    def write(self, data: bytes) -> int:
        return len(data)


def serve(folder: Path) -> int:
    """Answer for ever; prints the port."""
    listener = socket.create_server(("127.0.0.1", 0))
    print(listener.getsockname()[1], flush=True)
    offsets: dict[str, int] = {}
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=_answer, args=(connection, folder, offsets), daemon=True).start()


def _answer(connection: socket.socket, folder: Path, offsets: dict[str, int]) -> None:
    with connection, connection.makefile("rb") as reader:
        while line := reader.readline():
            method, target, _ = line.decode().split(" ", 2)
            headers = dict(_headers(reader))
            got = _drain(reader, headers)
            if method == "GET":
                _send_file(connection, folder / target.strip("/"))
                continue
            offsets[target] = 0 if method == "POST" else offsets.get(target, 0) + got
            status = "201 Created" if method == "POST" else "200 OK"
            connection.sendall(
                f"HTTP/1.1 {status}\r\nContent-Length: 0\r\nTus-Resumable: 1.0.0\r\n"
                f"Upload-Offset: {offsets[target]}\r\n\r\n".encode()
            )


def _headers(reader: BinaryIO) -> Iterator[tuple[str, str]]:
    while line := reader.readline().strip():
        name, _, value = line.decode("latin-1").partition(":")
        yield name.lower(), value.strip()


def _drain(reader: BinaryIO, headers: dict[str, str]) -> int:
    if headers.get("transfer-encoding") != "chunked":
        return _skip(reader, int(headers.get("content-length", "0")))
    total = 0
    while size := int(reader.readline(), 16):
        total += _skip(reader, size)
        reader.readline()
    reader.readline()
    return total


def _skip(reader: BinaryIO, size: int) -> int:
    left = size
    while left and (piece := reader.read(min(left, MB))):
        left -= len(piece)
    return size - left


def _send_file(connection: socket.socket, path: Path) -> None:
    size = path.stat().st_size
    connection.sendall(f"HTTP/1.1 200 OK\r\nContent-Length: {size}\r\n\r\n".encode())
    with path.open("rb") as file:
        sent = 0
        while sent < size:
            sent += os.sendfile(connection.fileno(), file.fileno(), sent, size - sent)


if __name__ == "__main__":
    raise SystemExit(main())
