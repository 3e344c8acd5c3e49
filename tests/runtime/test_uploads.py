"""Bodies from files and iterators: what is sent, as what, how often, and what stays open."""

from __future__ import annotations

import asyncio
import codecs
import contextlib
import io
import os
import tempfile
import threading
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from hoody_codegen.runtime import OMIT, Operation, RequestOptions, errors
from hoody_codegen.runtime import files as files_module
from hoody_codegen.runtime.files import CHUNK
from hoody_codegen.runtime.progress import Progress
from support.runtime_calls import Caller, operation
from support.wire_server import Answer, WireServer

DATA = bytes(range(256)) * 2500
"""More than two pieces."""

PUT = operation("PUT", "/file", media_type="application/octet-stream", result="none")
IMAGE = operation("POST", "/avatar", media_type="image/jpeg, image/png, image/webp", result="none")
ANY = operation("POST", "/pipe", media_type="*/*", result="none")
STORE = operation(
    "PUT", "/value", media_type="application/json, application/octet-stream", result="none"
)
FORM = operation("POST", "/form", media_type="multipart/form-data", result="none")

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20
WEBP = b"RIFF\x10\0\0\0WEBPVP8 " + b"\0" * 20


def send(caller: Caller, op: Operation, body: Any, **options: Any) -> None:
    caller.call(op, None, body=body, options=RequestOptions(**options))


def is_open(path: Path) -> bool:
    """Whether this process has the file open."""
    found = []
    for number in os.listdir("/proc/self/fd"):
        with contextlib.suppress(OSError):  # the folder itself was open, too
            found.append(os.readlink(f"/proc/self/fd/{number}"))
    return str(path) in found


async def pieces(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


# Where bytes come from


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "data.bin"
    made.write_bytes(DATA)
    return made


def test_a_path_is_sent_with_its_length(caller: Caller, server: WireServer, path: Path) -> None:
    send(caller, PUT, path)
    assert server.last.body == DATA
    assert server.last.header("content-length") == str(len(DATA))
    assert server.last.header("content-type") == "application/octet-stream"


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_bytes_are_sent_as_they_are(colour_caller: Caller, server: WireServer, kind: type) -> None:
    send(colour_caller, PUT, kind(DATA))
    assert server.last.body == DATA


def test_an_open_file_is_sent_from_where_it_stands(
    colour_caller: Caller, server: WireServer, path: Path
) -> None:
    with path.open("rb") as file:
        file.seek(100)
        send(colour_caller, PUT, file)
        assert not file.closed
    assert server.last.body == DATA[100:]
    assert server.last.header("content-length") == str(len(DATA) - 100)


def test_what_cannot_be_measured_is_sent_in_chunks(
    colour_caller: Caller, server: WireServer
) -> None:
    reading, writing = os.pipe()

    def write() -> None:
        os.write(writing, b"piped")
        os.close(writing)

    thread = threading.Thread(target=write)
    thread.start()
    with open(reading, "rb") as file:
        send(colour_caller, PUT, file)
    thread.join()
    assert server.last.body == b"piped"
    assert server.last.header("transfer-encoding") == "chunked"


def test_a_named_pipe_is_read_once(
    colour_caller: Caller, server: WireServer, tmp_path: Path
) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    thread = threading.Thread(target=lambda: fifo.write_bytes(b"piped"))
    thread.start()
    send(colour_caller, PUT, fifo)
    thread.join()
    assert server.last.body == b"piped"


def test_an_iterator_is_sent_as_it_comes(colour_caller: Caller, server: WireServer) -> None:
    send(colour_caller, PUT, iter([b"one", b"two"]))
    assert server.last.body == b"onetwo"
    assert server.last.header("transfer-encoding") == "chunked"


def test_an_async_iterator_is_for_the_async_client(
    colour_caller: Caller, server: WireServer
) -> None:
    if colour_caller.colour == "async":
        send(colour_caller, PUT, pieces(b"one", b"two"))
        assert server.last.body == b"onetwo"
    else:
        with pytest.raises(errors.InvalidArgumentError, match="async client"):
            send(colour_caller, PUT, pieces(b"one"))
        assert server.requests == []


@pytest.mark.parametrize("encoding", ["latin-1", "utf-8"])
def test_text_files_are_refused(
    colour_caller: Caller, server: WireServer, path: Path, encoding: str
) -> None:
    """Whether or not what is in them is text of that encoding."""
    with path.open(encoding=encoding) as file:
        for op, body in ((PUT, file), (PUT, ("name", file)), (IMAGE, file), (FORM, {"a": file})):
            with pytest.raises(errors.InvalidArgumentError, match="binary mode"):
                send(colour_caller, op, body)
    assert server.requests == []


@pytest.mark.parametrize("encoding", ["latin-1", "utf-8"])
def test_what_wraps_a_text_file_is_refused_when_it_is_read(path: Path, encoding: str) -> None:
    with (
        codecs.open(str(path), encoding=encoding) as file,
        pytest.raises(errors.InvalidArgumentError, match="binary mode"),
    ):
        list(files_module.read_pieces(file, None))  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]


def test_a_file_that_grows_is_sent_as_long_as_it_was(
    colour_caller: Caller, server: WireServer, path: Path
) -> None:
    def grow(progress: Progress) -> None:
        with path.open("ab") as file:
            file.write(b"more")

    send(colour_caller, PUT, path, progress=grow)
    assert server.last.body == DATA


def test_a_file_that_shrinks_is_an_error(
    colour_caller: Caller, server: WireServer, path: Path
) -> None:
    def shrink(progress: Progress) -> None:
        os.truncate(path, CHUNK)

    with pytest.raises(errors.InvalidArgumentError, match="shorter while it was sent"):
        send(colour_caller, PUT, path, progress=shrink)


# Further tries


def test_a_further_try_begins_where_the_file_stood(
    colour_caller: Caller, server: WireServer, path: Path
) -> None:
    server.answers.append(Answer(503))
    with path.open("rb") as file:
        file.seek(7)
        send(colour_caller, PUT, file)
    assert [request.body for request in server.requests] == [DATA[7:]] * 2


def test_a_path_is_opened_for_each_try_and_closed(
    colour_caller: Caller, server: WireServer, path: Path
) -> None:
    server.answers.extend([Answer(503), Answer(200, fault="reset")])
    send(colour_caller, PUT, path)
    assert [request.body for request in server.requests] == [DATA] * 3
    assert not is_open(path)


def test_what_came_from_an_iterator_is_not_sent_twice(
    colour_caller: Caller, server: WireServer
) -> None:
    server.default = Answer(503)
    with pytest.raises(errors.ServiceUnavailableError):
        send(colour_caller, PUT, iter([b"one"]))
    assert len(server.requests) == 1


def test_a_form_is_sent_again_with_all_its_files(
    colour_caller: Caller, server: WireServer, path: Path
) -> None:
    server.answers.append(Answer(503))
    with path.open("rb") as file:
        send(colour_caller, FORM, {"a": file, "b": path}, idempotency_key="once")
    first, second = server.requests
    assert first.body == second.body
    assert first.body.count(DATA) == 2


def test_files_are_closed_when_the_server_hangs_up(
    colour_caller: Caller,
    server: WireServer,
    path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    opened: list[Any] = []
    real = Path.open

    def remember(self: Path, *arguments: Any, **keywords: Any) -> Any:
        opened.append(real(self, *arguments, **keywords))
        return opened[-1]

    monkeypatch.setattr(Path, "open", remember)

    def fail(progress: Progress) -> None:
        if progress.done >= CHUNK:
            raise OSError("the line is dead")

    with pytest.raises(OSError, match="dead"):
        send(colour_caller, FORM, {"a": path}, progress=fail)
    assert opened
    assert all(file.closed for file in opened)


async def test_cancelling_closes_the_file(server: WireServer, path: Path) -> None:
    from support.runtime_calls import AsyncDemo, AsyncThings

    server.default = Answer(200, fault="stall")
    sent = asyncio.Event()
    loop = asyncio.get_running_loop()
    held: list[bool] = []

    def told(progress: Progress) -> None:
        held.append(is_open(path))
        if progress.done == CHUNK:
            loop.call_soon_threadsafe(sent.set)

    async with AsyncDemo(base_url=server.url, token="token-of-a-test") as client:
        options = RequestOptions(progress=told)
        call = AsyncThings(client).call(PUT, None, body=path, options=options)
        task = asyncio.create_task(call)
        await sent.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert held[0]
        assert not is_open(path)


# Progress


@pytest.mark.parametrize("source", ["bytes", "path", "file", "iterator", "async"])
def test_progress_counts_what_has_been_sent(
    colour_caller: Caller, server: WireServer, path: Path, source: str
) -> None:
    seen: list[Progress] = []
    total: int | None = len(DATA)
    parts = [DATA[:CHUNK], DATA[CHUNK : 2 * CHUNK], DATA[2 * CHUNK :]]
    with path.open("rb") as file:
        body: Any = {"bytes": DATA, "path": path, "file": file}.get(source)
        if source == "iterator":
            body, total = iter(parts), None
        elif source == "async":
            if colour_caller.colour == "sync":
                return
            body, total = pieces(*parts), None
        send(colour_caller, PUT, body, progress=seen.append)
    assert server.last.body == DATA
    assert seen == [
        Progress(CHUNK, total),
        Progress(2 * CHUNK, total),
        Progress(len(DATA), total),
    ]


def test_progress_counts_again_with_a_further_try(
    colour_caller: Caller, server: WireServer
) -> None:
    server.answers.append(Answer(503))
    seen: list[Progress] = []
    send(colour_caller, PUT, b"abc", progress=seen.append)
    assert seen == [Progress(3, 3), Progress(3, 3)]


def test_progress_of_a_form_counts_the_whole_form(
    colour_caller: Caller, server: WireServer, path: Path
) -> None:
    seen: list[Progress] = []
    send(colour_caller, FORM, {"file": path, "name": "x"}, progress=seen.append)
    assert seen[-1] == Progress(len(server.last.body), len(server.last.body))
    assert server.last.header("content-length") == str(len(server.last.body))


# Content types


@pytest.mark.parametrize(
    ("op", "body", "expected"),
    [
        (PUT, PNG, "application/octet-stream"),
        (PUT, ("x.png", PNG), "application/octet-stream"),
        (PUT, ("x.bin", PNG, "image/png"), "image/png"),
        (IMAGE, PNG, "image/png"),
        (IMAGE, WEBP, "image/webp"),
        (IMAGE, ("x.png", b"?"), "image/png"),
        (IMAGE, ("x.txt", PNG), "image/png"),
        (IMAGE, ("x.txt", b"?"), "image/jpeg"),
        (IMAGE, b"?", "image/jpeg"),
        (IMAGE, ("x", b"?", "image/x-own"), "image/x-own"),
        (IMAGE, iter([PNG]), "image/jpeg"),
        (ANY, b"?", "application/octet-stream"),
        (ANY, PNG, "image/png"),
        (ANY, ("x.csv", b"a,b"), "text/csv"),
        (ANY, ("x.tar.gz", b"?"), "application/gzip"),
        (ANY, ("x.svgz", b"?"), "application/gzip"),
        (ANY, ("x.tar.xz", b"?"), "application/octet-stream"),
        (ANY, "grün", "text/plain; charset=utf-8"),
        (ANY, {"a": 1}, "application/json"),
        (STORE, {"a": 1}, "application/json"),
        (STORE, ["x", b"y"], "application/json"),
        (STORE, "text", "application/json"),
        (STORE, b"{}", "application/octet-stream"),
        (STORE, Path(__file__), "application/octet-stream"),
        (STORE, ("x", b"y"), "application/octet-stream"),
        (STORE, iter([b"y"]), "application/octet-stream"),
    ],
)
def test_the_content_type_fits_the_content(
    colour_caller: Caller, server: WireServer, op: Operation, body: Any, expected: str
) -> None:
    send(colour_caller, op, body)
    assert server.last.header("content-type") == expected


def test_a_path_tells_its_content_type(
    colour_caller: Caller, server: WireServer, tmp_path: Path
) -> None:
    (tmp_path / "face.png").write_bytes(b"?")
    (tmp_path / "face").write_bytes(PNG)
    for name in ("face.png", "face"):
        send(colour_caller, IMAGE, tmp_path / name)
        assert server.last.header("content-type") == "image/png"
        assert server.last.body == (tmp_path / name).read_bytes()


def test_looking_at_an_open_file_does_not_move_it(
    colour_caller: Caller, server: WireServer
) -> None:
    file = io.BytesIO(b"skip" + PNG)
    file.seek(4)
    send(colour_caller, IMAGE, file)
    assert server.last.body == PNG
    assert server.last.header("content-type") == "image/png"


def test_the_callers_content_type_has_the_last_word(
    colour_caller: Caller, server: WireServer
) -> None:
    send(colour_caller, PUT, b"x", headers={"content-type": "text/css"})
    assert server.last.header("content-type") == "text/css"


def test_a_content_type_cannot_break_the_message(colour_caller: Caller) -> None:
    for op in (PUT, FORM):
        body: Any = ("x", b"", "a/b\r\nX: y")
        with pytest.raises(errors.InvalidArgumentError, match="content type"):
            send(colour_caller, op, {"f": body} if op is FORM else body)


# Forms


def test_a_form_holds_several_files(colour_caller: Caller, server: WireServer, path: Path) -> None:
    with tempfile.TemporaryFile() as unnamed:
        unnamed.write(b"unnamed")
        unnamed.seek(0)
        files = [path, ("täst.txt", b"text"), unnamed, ("two.bin", iter([b"it", b"er"]))]
        send(colour_caller, FORM, {"files": files, "note": "hi", "left": OMIT, "meta": {"a": [1]}})
    boundary = (server.last.header("content-type") or "").partition("boundary=")[2]
    parts = server.last.body.split(f"--{boundary}".encode())[1:-1]
    heads = [part.partition(b"\r\n\r\n")[0].decode().strip() for part in parts]
    contents = [part.partition(b"\r\n\r\n")[2].removesuffix(b"\r\n") for part in parts]
    assert heads == [
        'Content-Disposition: form-data; name="files"; filename="data.bin"\r\n'
        "Content-Type: application/octet-stream",
        'Content-Disposition: form-data; name="files"; filename="täst.txt"\r\n'
        "Content-Type: text/plain",
        'Content-Disposition: form-data; name="files"; filename="file"\r\n'
        "Content-Type: application/octet-stream",
        'Content-Disposition: form-data; name="files"; filename="two.bin"\r\n'
        "Content-Type: application/octet-stream",
        'Content-Disposition: form-data; name="note"',
        'Content-Disposition: form-data; name="meta"\r\nContent-Type: application/json',
    ]
    assert contents == [DATA, b"text", b"unnamed", b"iter", b"hi", b'{"a":[1]}']
    assert server.last.header("transfer-encoding") == "chunked"


def test_a_form_has_no_place_for_an_async_iterator(colour_caller: Caller) -> None:
    with pytest.raises(errors.InvalidArgumentError, match="f: a part of a form"):
        send(colour_caller, FORM, {"f": pieces(b"x")})


# Memory


def test_files_are_read_in_pieces(
    colour_caller: Caller, server: WireServer, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes: list[int] = []
    real = files_module.read_pieces

    def watch(file: Any, length: int | None) -> Iterator[bytes]:
        for chunk in real(file, length):
            sizes.append(len(chunk))
            yield chunk

    monkeypatch.setattr(files_module, "read_pieces", watch)
    send(colour_caller, PUT, path)
    assert max(sizes) == CHUNK
    assert sum(sizes) == len(DATA)
