"""Resumable uploads against a server that cuts, forgets, moves and miscounts."""

from __future__ import annotations

import contextlib
import io
import os
import threading
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from hoody_codegen.runtime import OMIT, RequestOptions, errors
from hoody_codegen.runtime.calls import Call
from hoody_codegen.runtime.progress import Progress
from hoody_codegen.runtime.tus import run_async_upload, run_upload
from hoody_codegen.runtime.uploads import UploadCalls, Uploaded, UploadSettings
from support.file_service import Handles
from support.runtime_calls import COLOURS, operation
from support.tus_server import TusServer, Upload
from support.wire_server import Answer, WireServer

DATA = bytes(range(251)) * 40
SIZE = 4096
"""Bytes of a piece: DATA has three."""

CALLS = UploadCalls(
    create=operation("POST", "/files/{id}/tus", result="none"),
    check=operation("HEAD", "/files/{id}/tus", result="none"),
    append=operation(
        "PATCH",
        "/files/{id}/tus",
        media_type="application/offset+octet-stream",
        result="none",
    ),
)


@pytest.fixture(params=COLOURS)
def handles(request: pytest.FixtureRequest, server: WireServer) -> Handles:
    return Handles(server.url, request.param)


@pytest.fixture
def tus(server: WireServer) -> TusServer:
    made = TusServer()
    server.default = made
    return made


def upload(
    handles: Handles, source: Any, *, options: RequestOptions | None = None, **settings: Any
) -> Uploaded:
    call = Call(CALLS.create, {"id": "7"}, {}, {}, {}, source, options)
    chosen = UploadSettings(chunk_size=SIZE)._replace(**settings)
    run: Any = run_async_upload if handles.is_async else run_upload
    found = handles.use(lambda client: run(client, CALLS, call, chosen))
    assert isinstance(found, Uploaded)
    return found


def got(tus: TusServer) -> bytes:
    return bytes(tus.uploads["/files/7/tus"].data)


def course(server: WireServer) -> list[tuple[str, str | None, int]]:
    return [(r.method, r.header("upload-offset"), len(r.body)) for r in server.requests]


WHOLE = [("POST", None, 0), ("PATCH", "0", 4096), ("PATCH", "4096", 4096), ("PATCH", "8192", 1848)]


class Stream(io.RawIOBase):
    """An open file that can't go back."""

    def __init__(self, data: bytes) -> None:
        self._file = io.BytesIO(data)

    def read(self, size: int = -1, /) -> bytes:
        return self._file.read(size)


async def pieces(data: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(data), 1000):
        yield data[start : start + 1000]


def is_open(path: Path) -> bool:
    """Whether this process has the file open."""
    found = []
    for number in os.listdir("/proc/self/fd"):
        with contextlib.suppress(OSError):  # the folder itself was open, too
            found.append(os.readlink(f"/proc/self/fd/{number}"))
    return str(path) in found


# The whole way


def test_an_upload_is_created_and_grows(
    handles: Handles, tus: TusServer, server: WireServer, tmp_path: Path
) -> None:
    (tmp_path / "grün.txt").write_bytes(DATA)
    uploaded = upload(handles, tmp_path / "grün.txt")
    assert got(tus) == DATA
    assert course(server) == WHOLE
    assert uploaded == Uploaded(f"{server.url}/files/7/tus", len(DATA))
    assert tus.uploads["/files/7/tus"].metadata == {
        "filename": "grün.txt",
        "filetype": "text/plain",
    }


@pytest.mark.parametrize("kind", ["bytes", "file", "stream", "iterator", "async", "pipe"])
def test_every_kind_of_content_can_be_uploaded(
    handles: Handles, tus: TusServer, server: WireServer, tmp_path: Path, kind: str
) -> None:
    sources: dict[str, Any] = {
        "bytes": DATA,
        "file": io.BytesIO(b"skip" + DATA),
        "stream": Stream(DATA),
        "iterator": iter([DATA[:10], b"", DATA[10:9000], DATA[9000:]]),
        "async": pieces(DATA),
        "pipe": tmp_path / "pipe",
    }
    sources["file"].seek(4)
    writer = None
    if kind == "pipe":
        os.mkfifo(tmp_path / "pipe")
        writer = threading.Thread(target=lambda: (tmp_path / "pipe").write_bytes(DATA))
        writer.start()
    if kind == "async" and not handles.is_async:
        with pytest.raises(errors.InvalidArgumentError, match="async client"):
            upload(handles, sources[kind])
        return
    tus.faults = [None, (1000, "reset")]
    upload(handles, sources[kind])
    if writer is not None:
        writer.join()
    assert got(tus) == DATA
    deferred = server.requests[0].header("upload-defer-length")
    assert deferred == (None if kind in ("bytes", "file") else "1")
    assert tus.uploads["/files/7/tus"].length == len(DATA)


@pytest.mark.parametrize("size", [0, SIZE, 2 * SIZE])
@pytest.mark.parametrize("kind", [bytes, lambda data: iter([data])], ids=["bytes", "iterator"])
def test_lengths_at_the_edge(handles: Handles, tus: TusServer, size: int, kind: Any) -> None:
    assert upload(handles, kind(DATA[:size])).length == size
    assert got(tus) == DATA[:size]
    assert tus.uploads["/files/7/tus"].length == size


def test_files_of_the_caller_stay_open_and_ours_are_closed(
    handles: Handles, tus: TusServer, tmp_path: Path
) -> None:
    (tmp_path / "file").write_bytes(DATA)
    with (tmp_path / "file").open("rb") as file:
        upload(handles, file)
        assert not file.closed
    tus.uploads.clear()
    upload(handles, tmp_path / "file")
    assert not is_open(tmp_path / "file")


def test_metadata_is_the_callers(handles: Handles, tus: TusServer) -> None:
    upload(handles, ("x.png", DATA), metadata={"filename": "y.png", "empty": "", "note": "ü, 1"})
    assert tus.uploads["/files/7/tus"].metadata == {
        "filename": "y.png",
        "filetype": "image/png",
        "empty": "",
        "note": "ü, 1",
    }


@pytest.mark.parametrize("key", ["", "a b", "a,b", "ü"])
def test_metadata_that_cannot_be_written_is_refused(
    handles: Handles, server: WireServer, key: str
) -> None:
    with pytest.raises(errors.InvalidArgumentError, match="no key of upload metadata"):
        upload(handles, DATA, metadata={key: "x"})
    assert server.requests == []


def test_progress_counts_the_upload(handles: Handles, tus: TusServer) -> None:
    seen: list[Progress] = []
    upload(handles, DATA, progress=seen.append)
    assert [item.done for item in seen] == sorted(item.done for item in seen)
    assert (seen[0], seen[-1]) == (Progress(0, len(DATA)), Progress(len(DATA), len(DATA)))
    again: list[Progress] = []
    tus.uploads.clear()
    upload(handles, DATA, options=RequestOptions(progress=again.append))
    assert again == seen


def test_a_key_for_the_upload_is_not_a_key_for_its_pieces(
    handles: Handles, tus: TusServer, server: WireServer
) -> None:
    upload(handles, DATA, options=RequestOptions(idempotency_key="x"))
    assert [request.header("idempotency-key") for request in server.requests] == [None] * 4


@pytest.mark.parametrize("source", [OMIT, 42, "text", None])
def test_what_is_no_content_is_refused(handles: Handles, source: Any) -> None:
    with pytest.raises(errors.InvalidArgumentError, match="an open binary file"):
        upload(handles, source)


def test_pieces_have_a_size(handles: Handles) -> None:
    with pytest.raises(errors.InvalidArgumentError, match="chunk_size"):
        upload(handles, DATA, chunk_size=0)


# Where it goes on


def test_the_server_says_where_the_upload_is(
    handles: Handles, tus: TusServer, server: WireServer
) -> None:
    tus.location = "/elsewhere/9"
    assert upload(handles, DATA).url == f"{server.url}/elsewhere/9"
    assert {request.path for request in server.requests[1:]} == {"/elsewhere/9"}
    assert bytes(tus.uploads["/elsewhere/9"].data) == DATA


def test_an_upload_stays_on_its_server(
    handles: Handles, tus: TusServer, server: WireServer
) -> None:
    tus.location = "http://other.example.test/files/7/tus"
    upload(handles, DATA)
    assert got(tus) == DATA


@pytest.mark.parametrize("end", ["reset", "close", 503, 500, 423, 409])
def test_what_breaks_off_goes_on_where_the_server_is(
    handles: Handles, tus: TusServer, server: WireServer, end: Any
) -> None:
    tus.faults = [None, (1000, end)]
    upload(handles, DATA)
    assert got(tus) == DATA
    assert course(server) == [
        *WHOLE[:3],
        ("HEAD", None, 0),
        ("PATCH", "5096", 4096),
        ("PATCH", "9192", 848),
    ]
    assert len(handles.time.waits) == 1


def test_an_answer_that_was_lost_is_asked_for(
    handles: Handles, tus: TusServer, server: WireServer
) -> None:
    tus.faults = [None, None, (4096, "reset")]
    upload(handles, DATA)
    assert got(tus) == DATA
    assert course(server) == [*WHOLE, ("HEAD", None, 0)]


def test_the_answer_to_the_creation_may_be_lost(
    handles: Handles, tus: TusServer, server: WireServer
) -> None:
    tus.creation = ["reset"]
    upload(handles, DATA)
    assert got(tus) == DATA
    assert course(server) == [WHOLE[0], ("HEAD", None, 0), *WHOLE[1:]]


def test_a_creation_that_never_arrived_is_repeated(
    handles: Handles, tus: TusServer, server: WireServer
) -> None:
    server.answers.append(Answer(fault="reset"))
    upload(handles, DATA)
    assert got(tus) == DATA
    assert [request.method for request in server.requests[:3]] == ["POST", "HEAD", "POST"]


def test_retries_that_bring_nothing_are_used_up(
    handles: Handles, tus: TusServer, server: WireServer
) -> None:
    tus.faults = [(100, "reset"), (0, "reset"), (0, "reset"), (0, "reset")]
    with pytest.raises(errors.APIConnectionError):
        upload(handles, DATA)
    assert tus.faults == []
    assert len(handles.time.waits) == 3


def test_retries_that_bring_something_are_not(handles: Handles, tus: TusServer) -> None:
    tus.faults = [(100, "reset")] * 8
    upload(handles, DATA)
    assert got(tus) == DATA


def test_without_retries_a_break_is_the_end(handles: Handles, tus: TusServer) -> None:
    handles.retries = 0
    tus.faults = [(100, "reset")]
    with pytest.raises(errors.APIConnectionError):
        upload(handles, DATA)


def test_the_server_may_take_less(handles: Handles, tus: TusServer, server: WireServer) -> None:
    tus.faults = [(1000, 204)]
    upload(handles, DATA)
    assert got(tus) == DATA
    assert course(server)[1:3] == [("PATCH", "0", 4096), ("PATCH", "1000", 4096)]


# Resuming what an earlier call left


def test_resume_goes_on_with_what_the_server_has(
    handles: Handles, tus: TusServer, server: WireServer
) -> None:
    tus.uploads["/files/7/tus"] = Upload(len(DATA), {}, bytearray(DATA[:5000]))
    seen: list[Progress] = []
    upload(handles, DATA, resume=True, progress=seen.append)
    assert got(tus) == DATA
    assert course(server) == [("HEAD", None, 0), ("PATCH", "5000", 4096), ("PATCH", "9096", 944)]
    assert seen[0] == Progress(5000, len(DATA))


def test_resume_creates_what_is_not_there(
    handles: Handles, tus: TusServer, server: WireServer
) -> None:
    upload(handles, DATA, resume=True)
    assert course(server) == [("HEAD", None, 0), *WHOLE]


def test_resume_of_what_is_complete_sends_nothing(
    handles: Handles, tus: TusServer, server: WireServer
) -> None:
    tus.uploads["/files/7/tus"] = Upload(len(DATA), {}, bytearray(DATA))
    assert upload(handles, DATA, resume=True).length == len(DATA)
    assert course(server) == [("HEAD", None, 0)]


def test_resume_reads_past_what_the_server_has(
    handles: Handles, tus: TusServer, server: WireServer
) -> None:
    tus.uploads["/files/7/tus"] = Upload(len(DATA), {}, bytearray(DATA[:5000]))
    upload(handles, iter([DATA[:3000], DATA[3000:]]), resume=True)
    assert got(tus) == DATA


def test_resume_refuses_an_upload_of_another_length(handles: Handles, tus: TusServer) -> None:
    tus.uploads["/files/7/tus"] = Upload(5, {})
    with pytest.raises(errors.UploadError, match=f"5 bytes, and this one {len(DATA)}"):
        upload(handles, DATA, resume=True)


def test_what_is_there_is_not_overwritten(handles: Handles, tus: TusServer) -> None:
    tus.uploads["/files/7/tus"] = Upload(5, {})
    with pytest.raises(errors.ConflictError):
        upload(handles, DATA)


# Servers that go astray


def test_a_server_that_speaks_another_version_is_an_error(
    handles: Handles, server: WireServer
) -> None:
    server.default = Answer(412, b"", {"Tus-Version": "2.0.0"})
    with pytest.raises(errors.PreconditionFailedError):
        upload(handles, DATA)
    assert len(server.requests) == 1


def test_a_server_that_forgets_the_upload_is_an_error(
    handles: Handles, tus: TusServer, server: WireServer
) -> None:
    server.answers.extend([Answer(201), Answer(404)])
    with pytest.raises(errors.NotFoundError):
        upload(handles, DATA)
    server.answers.extend([Answer(201), Answer(503)])
    with pytest.raises(errors.ServiceUnavailableError):
        upload(handles, DATA)


@pytest.mark.parametrize(
    ("headers", "said"),
    [
        ({}, "doesn't say how far"),
        ({"Upload-Offset": "x"}, "doesn't say how far"),
        ({"Upload-Offset": "4097"}, "is at 4097, and there are 4096"),
        ({"Upload-Offset": "0"}, "took none of 4096"),
    ],
)
def test_a_server_that_miscounts_is_an_error(
    handles: Handles, server: WireServer, headers: dict[str, str], said: str
) -> None:
    server.answers.extend([Answer(201), Answer(204, b"", headers)])
    with pytest.raises(errors.UploadError, match=said):
        upload(handles, DATA)


def test_what_has_gone_by_cannot_be_sent_again(handles: Handles, server: WireServer) -> None:
    server.answers.extend(
        [
            Answer(201),
            Answer(204, b"", {"Upload-Offset": "4096"}),
            Answer(204, b"", {"Upload-Offset": "8192"}, fault="reset"),
            Answer(200, b"", {"Upload-Offset": "0"}),
        ]
    )
    with pytest.raises(errors.UploadError, match="can't go back behind 4096"):
        upload(handles, iter([DATA]))


def test_content_that_ends_early_is_an_error(
    handles: Handles, tus: TusServer, tmp_path: Path
) -> None:
    (tmp_path / "file").write_bytes(DATA)

    def shrink(progress: Progress) -> None:
        os.truncate(tmp_path / "file", 5000)

    with pytest.raises(errors.InvalidArgumentError, match="shorter"):
        upload(handles, tmp_path / "file", progress=shrink)


def test_an_iterator_of_text_is_refused(handles: Handles, tus: TusServer) -> None:
    with pytest.raises(errors.InvalidArgumentError, match="not str"):
        upload(handles, iter(["text"]))
