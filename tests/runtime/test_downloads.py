"""Downloads against a server that cuts, lies, ignores ranges and changes."""

from __future__ import annotations

import io
import os
import stat
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hoody_codegen.runtime import RequestOptions, errors
from hoody_codegen.runtime.options import Timeout
from hoody_codegen.runtime.progress import Progress
from support.file_service import (
    DATA,
    FileService,
    Handles,
    cut,
    names,
    ranges,
    save,
    with_method,
)
from support.runtime_calls import COLOURS, LIBRARIES
from support.wire_server import Answer, Recorded, WireServer, json_answer


@pytest.fixture(params=[(c, lib) for c in COLOURS for lib in LIBRARIES], ids="-".join)
def handles(request: pytest.FixtureRequest, server: WireServer) -> Handles:
    return Handles(server.url, *request.param)


# What comes, comes


def test_nothing_is_sent_before_the_first_use(handles: Handles, server: WireServer) -> None:
    assert handles.download(lambda handle: handle.response) is None
    assert server.requests == []


def test_read_gives_the_bytes(handles: Handles, server: WireServer) -> None:
    server.default = FileService(DATA)
    assert handles.download(lambda handle: handle.read()) == DATA
    assert server.last.header("accept-encoding") == "identity"
    assert server.last.header("range") is None


def test_text_follows_the_charset(handles: Handles, server: WireServer) -> None:
    server.default = FileService(
        "grün".encode("latin-1"), headers={"Content-Type": "text/plain; charset=iso-8859-1"}
    )
    assert handles.download(lambda handle: handle.text()) == "grün"


def test_json_is_read_where_the_server_sends_some(handles: Handles, server: WireServer) -> None:
    server.default = json_answer({"image": "…"})
    assert handles.download(lambda handle: handle.json()) == {"image": "…"}


def test_what_is_no_json_says_so(handles: Handles, server: WireServer) -> None:
    server.default = FileService(b"\x89PNG", headers={"Content-Type": "image/png"})
    with pytest.raises(errors.APIResponseValidationError, match="image/png") as caught:
        handles.download(lambda handle: handle.json())
    assert caught.value.response is not None
    assert caught.value.response.content == b"\x89PNG"


def test_chunks_are_the_content(handles: Handles, server: WireServer) -> None:
    server.default = FileService(DATA)
    assert handles.chunks() == DATA


def test_who_stops_half_way_leaves_nothing_open(handles: Handles, server: WireServer) -> None:
    server.default = FileService(DATA)
    got = handles.chunks(count=1)
    assert DATA.startswith(got)
    assert 0 < len(got) < len(DATA)


def test_open_tells_of_the_answer_first(handles: Handles, server: WireServer) -> None:
    server.default = FileService(
        DATA,
        headers={
            "Content-Type": "image/png",
            "Content-Disposition": "inline; filename=x.png; filename*=UTF-8''..%2Fgr%C3%BCn.png",
        },
    )
    found: list[Any] = []

    def look(opened: Any) -> None:
        found.extend([opened.status, opened.content_type, opened.filename, opened.length])

    async def act(handle: Any) -> bytes:
        async with handle.open() as opened:
            look(opened)
            first: bytes = await anext(opened.chunks())
            rest: bytes = await opened.read()
            return first + rest

    def act_sync(handle: Any) -> bytes:
        with handle.open() as opened:
            look(opened)
            first = next(opened.chunks())
            return bytes(first + opened.read())

    assert handles.download(act if handles.is_async else act_sync) == DATA
    assert found == [200, "image/png", "grün.png", len(DATA)]


def test_an_open_download_ends_with_its_block(handles: Handles, server: WireServer) -> None:
    server.default = FileService(DATA)

    async def act(handle: Any) -> Any:
        async with handle.open() as opened:
            await anext(opened.chunks())
        return [piece async for piece in opened.chunks()]

    def act_sync(handle: Any) -> Any:
        with handle.open() as opened:
            next(opened.chunks())
        return list(opened.chunks())

    assert handles.download(act if handles.is_async else act_sync) == []


def test_the_last_response_can_be_looked_at(handles: Handles, server: WireServer) -> None:
    server.default = FileService(DATA, etag='"here"')

    async def act(handle: Any) -> Any:
        await handle.read()
        return handle.response

    def act_sync(handle: Any) -> Any:
        handle.read()
        return handle.response

    response = handles.download(act if handles.is_async else act_sync)
    assert (response.status, response.headers["etag"]) == (200, '"here"')


def test_an_error_answer_raises_what_is_documented(
    handles: Handles, server: WireServer, tmp_path: Path
) -> None:
    server.default = Answer(404, b'{"message": "gone"}', {"Content-Type": "application/json"})
    for act in (lambda handle: handle.read(), save(tmp_path / "file")):
        with pytest.raises(errors.NotFoundError, match="gone"):
            handles.download(act)
    assert names(tmp_path) == []


def test_an_unchanged_file_raises_not_modified(handles: Handles, server: WireServer) -> None:
    server.default = Answer(304, b"", {"ETag": '"v1"'})
    with pytest.raises(errors.NotModifiedError) as caught:
        handles.download(lambda handle: handle.read(), headers={"If-None-Match": '"v1"'})
    assert caught.value.response is not None
    assert caught.value.response.headers["etag"] == '"v1"'
    assert len(server.requests) == 1


# Saving


def test_a_saved_file_appears_whole(handles: Handles, server: WireServer, tmp_path: Path) -> None:
    server.default = FileService(DATA)
    assert handles.download(save(tmp_path / "file.bin")) == len(DATA)
    assert (tmp_path / "file.bin").read_bytes() == DATA
    assert names(tmp_path) == ["file.bin"]


def test_a_failed_download_leaves_what_was_there(
    handles: Handles, server: WireServer, tmp_path: Path
) -> None:
    (tmp_path / "file").write_bytes(b"before")
    server.default = lambda request: cut(200, DATA, 1000, {})
    with pytest.raises(errors.IncompleteDownloadError) as caught:
        handles.download(save(tmp_path / "file"))
    assert (caught.value.received, caught.value.expected) == (1000, len(DATA))
    assert (tmp_path / "file").read_bytes() == b"before"
    assert names(tmp_path) == ["file"]


def test_a_file_is_not_there_before_its_end(
    handles: Handles, server: WireServer, tmp_path: Path
) -> None:
    server.default = FileService(DATA)
    seen: list[bool] = []
    handles.download(
        save(tmp_path / "file", progress=lambda _: seen.append((tmp_path / "file").exists()))
    )
    assert seen
    assert not any(seen)


def test_progress_counts_to_the_end(handles: Handles, server: WireServer, tmp_path: Path) -> None:
    server.default = FileService(DATA)
    seen: list[Progress] = []
    handles.download(save(tmp_path / "file", progress=seen.append))
    assert [progress.done for progress in seen] == sorted(progress.done for progress in seen)
    assert seen[-1] == Progress(len(DATA), len(DATA))


def test_progress_does_not_know_the_length_of_what_is_chunked(
    handles: Handles, server: WireServer
) -> None:
    body = b"5\r\nhello\r\n0\r\n\r\n"
    server.default = Answer(200, body, {"Transfer-Encoding": "chunked"})
    seen: list[Progress] = []
    file = io.BytesIO()
    handles.download(lambda handle: handle.save(file, progress=seen.append))
    assert (file.getvalue(), seen[-1]) == (b"hello", Progress(5, None))


def test_an_open_file_is_written_from_where_it_stands(handles: Handles, server: WireServer) -> None:
    server.default = FileService(DATA, cuts=[5], etag=None)
    file = io.BytesIO(b"head")
    file.seek(4)
    handles.download(lambda handle: handle.save(file))
    assert file.getvalue() == b"head" + DATA
    assert ranges(server) == [None, None]


def test_a_stream_that_cannot_go_back_is_not_begun_anew(
    handles: Handles, server: WireServer
) -> None:
    written: list[bytes] = []

    class Sink:
        def write(self, data: bytes) -> None:
            written.append(data)

    server.default = FileService(DATA, cuts=[5], etag=None)
    with pytest.raises(errors.IncompleteDownloadError, match="after 5 of"):
        handles.download(lambda handle: handle.save(Sink()))
    assert len(server.requests) == 1


def test_short_writes_are_completed(handles: Handles, server: WireServer) -> None:
    written = bytearray()

    class Raw:
        def write(self, data: bytes) -> int:
            written.extend(data[:1000])
            return min(len(data), 1000)

    server.default = FileService(DATA)
    handles.download(lambda handle: handle.save(Raw()))
    assert bytes(written) == DATA


def test_a_long_name_leaves_room(handles: Handles, server: WireServer, tmp_path: Path) -> None:
    server.default = FileService(DATA)
    handles.download(save(tmp_path / ("ü" * 127)))
    handles.download(save(tmp_path / ("ö" * 127), resume=True))
    assert names(tmp_path) == ["ö" * 127, "ü" * 127]


def test_a_file_stays_as_private_as_it_was(
    handles: Handles, server: WireServer, tmp_path: Path
) -> None:
    (tmp_path / "file").write_bytes(b"before")
    (tmp_path / "file").chmod(0o600)
    server.default = FileService(DATA)
    handles.download(save(tmp_path / "file"))
    assert stat.S_IMODE((tmp_path / "file").stat().st_mode) == 0o600


def test_a_device_is_written_and_not_replaced(
    handles: Handles, server: WireServer, tmp_path: Path
) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    got: list[bytes] = []
    reader = threading.Thread(target=lambda: got.append(pipe.read_bytes()))
    reader.start()
    server.default = FileService(DATA)
    handles.download(save(pipe))
    reader.join()
    assert got == [DATA]
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    assert names(tmp_path) == ["pipe"]


def test_a_link_stays_and_its_file_is_replaced(
    handles: Handles, server: WireServer, tmp_path: Path
) -> None:
    (tmp_path / "real").write_bytes(b"before")
    (tmp_path / "link").symlink_to("real")
    server.default = FileService(DATA)
    handles.download(save(tmp_path / "link"))
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_bytes() == DATA


@pytest.mark.parametrize(
    ("target", "said"),
    [
        (io.StringIO(), "binary mode"),
        (42, "a path or an open binary file"),
        (Path(), "is a folder"),
    ],
)
def test_wrong_targets_are_refused_before_anything_is_sent(
    handles: Handles, server: WireServer, target: Any, said: str
) -> None:
    with pytest.raises(errors.InvalidArgumentError, match=said):
        handles.download(lambda handle: handle.save(target))
    assert server.requests == []


def test_a_folder_that_is_missing_is_found_out_before_anything_is_sent(
    handles: Handles, server: WireServer, tmp_path: Path
) -> None:
    with pytest.raises(FileNotFoundError):
        handles.download(save(tmp_path / "missing" / "file"))
    assert server.requests == []


def test_a_full_disk_leaves_nothing(
    handles: Handles, server: WireServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from hoody_codegen.runtime import targets

    def full(file: object, piece: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(targets, "write_all", full)
    server.default = FileService(DATA)
    with pytest.raises(OSError, match="No space"):
        handles.download(save(tmp_path / "file", resume=True))
    assert names(tmp_path) == []


# Bodies that break off


@pytest.mark.parametrize("how", ["read", "save", "chunks"])
def test_a_broken_body_goes_on_by_range(
    handles: Handles, server: WireServer, tmp_path: Path, how: str
) -> None:
    server.default = FileService(DATA, cuts=[100_000, 50_000])
    if how == "chunks":
        assert handles.chunks() == DATA
    elif how == "read":
        assert handles.download(lambda handle: handle.read()) == DATA
    else:
        handles.download(save(tmp_path / "file"))
        assert (tmp_path / "file").read_bytes() == DATA
    assert ranges(server) == [None, "bytes=100000-", "bytes=150000-"]
    assert [request.header("if-range") for request in server.requests] == [None, '"v1"', '"v1"']
    assert len(handles.time.waits) == 2


def test_what_is_continued_is_logged(
    handles: Handles, server: WireServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "demo")
    server.default = FileService(DATA, cuts=[1000])
    handles.chunks(query={"secret": "hidden"})
    said = [record.getMessage() for record in caplog.records if record.name == "demo"]
    assert said == ["GET /file: broke off after 1000 bytes; going on in 0.44 s"]


def test_a_date_is_a_validator_if_it_is_old_enough(handles: Handles, server: WireServer) -> None:
    service = FileService(DATA, etag=None, modified=1_699_999_000.0, cuts=[1000])
    server.default = service
    assert handles.chunks() == DATA
    assert server.last.header("if-range") == "Tue, 14 Nov 2023 21:56:40 GMT"


@pytest.mark.parametrize(
    "service",
    [
        FileService(DATA, etag=None),
        FileService(DATA, etag='W/"v1"'),
        FileService(DATA, etag=None, modified=1_700_000_000.0),
        FileService(DATA, ranges=False, headers={"Accept-Ranges": "none"}),
    ],
    ids=["no validator", "weak", "changed within the second", "no ranges"],
)
def test_what_cannot_be_recognised_is_begun_anew(
    handles: Handles, server: WireServer, service: FileService
) -> None:
    service.cuts = [1000]
    server.default = service
    assert handles.download(lambda handle: handle.read()) == DATA
    assert ranges(server) == [None, None]
    service.cuts = [1000]
    with pytest.raises(errors.IncompleteDownloadError):
        handles.chunks()


def test_a_server_that_ignores_ranges_is_read_from_the_start(
    handles: Handles, server: WireServer
) -> None:
    server.default = FileService(DATA, ranges=False, cuts=[100_000])
    assert handles.download(lambda handle: handle.read()) == DATA
    server.default = FileService(DATA, ranges=False, cuts=[100_000])
    # The same ETag: what has been handed on already is left out.
    assert handles.chunks() == DATA


@pytest.mark.parametrize("ranges_work", [True, False])
def test_changed_content_is_never_mixed(
    handles: Handles, server: WireServer, tmp_path: Path, ranges_work: bool
) -> None:
    other = DATA[::-1]

    def service() -> Callable[[Recorded], Answer]:
        first = FileService(DATA, cuts=[100_000], ranges=ranges_work)
        second = FileService(other, etag='"v2"', ranges=ranges_work)
        return lambda request: (first if first.cuts else second)(request)

    server.default = service()
    handles.download(save(tmp_path / "file"))
    assert (tmp_path / "file").read_bytes() == other
    server.default = service()
    with pytest.raises(errors.IncompleteDownloadError, match="has changed"):
        handles.chunks()


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Range": f"bytes 7-{len(DATA) - 1}/{len(DATA)}"},
        {"Content-Range": f"bytes 1000-{len(DATA)}/{len(DATA) + 1}"},
        {"Content-Range": f"bytes 1000-{len(DATA) - 1}/{len(DATA)}", "ETag": '"v2"'},
        {"Content-Type": "multipart/byteranges; boundary=x"},
    ],
    ids=["elsewhere", "another length", "another etag", "no range"],
)
def test_a_part_that_does_not_fit_is_not_used(
    handles: Handles, server: WireServer, headers: dict[str, str]
) -> None:
    good = FileService(DATA)
    server.answers.append(cut(200, DATA, 1000, {"ETag": '"v1"'}))
    server.answers.append(Answer(206, DATA[1000:], headers))
    server.default = good
    assert handles.download(lambda handle: handle.read()) == DATA
    assert ranges(server) == [None, "bytes=1000-", None]


def test_the_retries_are_used_up_by_tries_that_bring_nothing(
    handles: Handles, server: WireServer
) -> None:
    server.default = FileService(DATA, cuts=[1000, 0, 0, 0, 0])
    with pytest.raises(errors.IncompleteDownloadError, match=f"after 1000 of {len(DATA)} bytes"):
        handles.chunks()
    assert len(server.requests) == 3
    assert len(handles.time.waits) == 2


def test_tries_that_bring_something_begin_a_new_count(handles: Handles, server: WireServer) -> None:
    server.default = FileService(DATA, cuts=[50_000, 50_000, 50_000, 50_000])
    assert handles.chunks() == DATA
    assert len(server.requests) == 5


def test_a_server_that_ignores_ranges_and_breaks_off_comes_to_an_end(
    handles: Handles, server: WireServer
) -> None:
    server.default = FileService(DATA, ranges=False, cuts=[1000] * 9)
    with pytest.raises(errors.IncompleteDownloadError):
        handles.download(lambda handle: handle.read())
    assert len(server.requests) == 3


def test_without_retries_there_is_no_second_try(handles: Handles, server: WireServer) -> None:
    handles.retries = 0
    server.default = FileService(DATA, cuts=[1000])
    with pytest.raises(errors.IncompleteDownloadError):
        handles.chunks()
    assert len(server.requests) == 1


def test_what_a_post_makes_is_not_asked_for_twice(handles: Handles, server: WireServer) -> None:
    server.default = FileService(DATA, cuts=[1000])
    with pytest.raises(errors.IncompleteDownloadError):
        handles.download(lambda handle: handle.read(), with_method("POST"))
    assert len(server.requests) == 1


def test_ranges_are_for_get_alone(handles: Handles, server: WireServer) -> None:
    server.default = FileService(DATA, cuts=[1000])
    options = RequestOptions(idempotency_key="once")
    act = with_method("POST")
    assert handles.download(lambda handle: handle.read(), act, options=options) == DATA
    assert ranges(server) == [None, None]


def test_a_server_that_stalls_is_a_timeout(handles: Handles, server: WireServer) -> None:
    handles.retries = 0
    handles.settings["timeout"] = Timeout(read=0.05)
    server.default = Answer(200, DATA, {"ETag": '"v1"'}, fault="stall-half")
    with pytest.raises(errors.APITimeoutError):
        handles.download(lambda handle: handle.read())


def test_a_stall_is_continued_like_a_break(handles: Handles, server: WireServer) -> None:
    handles.settings["timeout"] = Timeout(read=0.05)
    server.answers.append(Answer(200, DATA, {"ETag": '"v1"'}, fault="stall-half"))
    server.default = FileService(DATA)
    assert handles.chunks() == DATA
    assert server.last.header("range") == f"bytes={len(DATA) // 2}-"


def test_a_whole_that_turns_out_to_be_a_part_is_no_success(
    handles: Handles, server: WireServer
) -> None:
    # No Range was asked for; the lengths of the message itself are right.
    part = Answer(206, DATA[:1000], {"Content-Range": f"bytes 0-999/{len(DATA)}"})
    server.default = part
    with pytest.raises(errors.IncompleteDownloadError) as caught:
        handles.download(lambda handle: handle.read())
    assert (caught.value.received, caught.value.expected) == (1000, len(DATA))


def test_more_than_announced_is_no_success(handles: Handles, server: WireServer) -> None:
    server.answers.append(cut(200, DATA, 1000, {"ETag": '"v1"'}))
    stretch = f"bytes 1000-{len(DATA) - 1}/{len(DATA)}"
    server.default = Answer(206, DATA[1000:] + b"more", {"Content-Range": stretch})
    with pytest.raises(errors.IncompleteDownloadError, match="More came"):
        handles.download(lambda handle: handle.read())


def test_a_redirected_download_goes_on_at_its_place(handles: Handles, server: WireServer) -> None:
    other = WireServer()
    try:
        other.default = FileService(DATA, cuts=[1000])
        server.default = Answer(302, b"", {"Location": f"{other.url}/stored"})
        assert handles.chunks() == DATA
    finally:
        other.close()
    assert ranges(other) == [None, "bytes=1000-"]
    assert [request.header("if-range") for request in other.requests] == [None, '"v1"']
    assert {request.header("accept-encoding") for request in other.requests} == {"identity"}
    assert {request.header("authorization") for request in other.requests} == {None}
