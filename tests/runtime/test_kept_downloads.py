"""Downloads of a part, of what is left of an earlier one, packed, and with a digest."""

from __future__ import annotations

import asyncio
import base64
import gzip
import hashlib
import io
import json
import os
import stat
from pathlib import Path
from typing import Any

import pytest
from hoody_codegen.runtime import RequestOptions, errors
from hoody_codegen.runtime.progress import Progress
from hoody_codegen.runtime.ranges import file_name
from support.file_service import (
    BINARY,
    DATA,
    FileService,
    Handles,
    download,
    names,
    ranges,
    save,
)
from support.runtime_calls import COLOURS, LIBRARIES, AsyncDemo
from support.wire_server import Answer, WireServer


@pytest.fixture(params=[(c, lib) for c in COLOURS for lib in LIBRARIES], ids="-".join)
def handles(request: pytest.FixtureRequest, server: WireServer) -> Handles:
    return Handles(server.url, *request.param)


# Ranges of the caller


@pytest.mark.parametrize("way", ["header", "option"])
def test_a_range_of_the_caller_is_sent_as_it_is(
    handles: Handles, server: WireServer, way: str
) -> None:
    server.default = FileService(DATA)
    if way == "header":
        got = handles.download(lambda handle: handle.read(), headers={"Range": "bytes=10-19"})
    else:
        options = RequestOptions(headers={"range": "bytes=10-19"})
        got = handles.download(lambda handle: handle.read(), options=options)
    assert got == DATA[10:20]
    assert ranges(server) == ["bytes=10-19"]


def test_a_range_of_the_caller_goes_on_within_itself(handles: Handles, server: WireServer) -> None:
    server.default = FileService(DATA, cuts=[100])
    got = handles.chunks(headers={"Range": "bytes=1000-1999"})
    assert got == DATA[1000:2000]
    assert ranges(server) == ["bytes=1000-1999", "bytes=1100-1999"]


def test_a_range_beyond_the_end_is_the_callers_error(handles: Handles, server: WireServer) -> None:
    server.default = FileService(DATA)
    with pytest.raises(errors.RangeNotSatisfiableError):
        handles.download(lambda handle: handle.read(), headers={"Range": "bytes=999999-"})


def test_several_ranges_come_as_the_server_sends_them(handles: Handles, server: WireServer) -> None:
    body = b"--x\r\nContent-Range: bytes 0-0/9\r\n\r\na\r\n--x--"
    server.default = Answer(206, body, {"Content-Type": "multipart/byteranges; boundary=x"})
    got = handles.download(lambda handle: handle.read(), headers={"Range": "bytes=0-0,2-2"})
    assert got == body


# Resuming what an earlier call left


def leave(handles: Handles, server: WireServer, path: Path, service: FileService) -> None:
    """Break off a download that can be resumed, after 1000 bytes."""
    retries, handles.retries = handles.retries, 0
    service.cuts = [1000]
    server.default = service
    with pytest.raises(errors.IncompleteDownloadError):
        handles.download(save(path, resume=True))
    handles.retries = retries
    server.requests.clear()


def test_resume_goes_on_with_what_is_there(
    handles: Handles, server: WireServer, tmp_path: Path
) -> None:
    service = FileService(DATA)
    leave(handles, server, tmp_path / "file", service)
    assert names(tmp_path) == ["file.part", "file.part.json"]
    assert (tmp_path / "file.part").read_bytes() == DATA[:1000]
    assert stat.S_IMODE((tmp_path / "file.part.json").stat().st_mode) == 0o600
    seen: list[Progress] = []
    assert handles.download(save(tmp_path / "file", resume=True, progress=seen.append)) == len(DATA)
    assert (tmp_path / "file").read_bytes() == DATA
    assert names(tmp_path) == ["file"]
    assert ranges(server) == ["bytes=1000-"]
    assert seen[0].done > 1000
    assert seen[-1] == Progress(len(DATA), len(DATA))


def test_resume_takes_what_has_changed_from_the_start(
    handles: Handles, server: WireServer, tmp_path: Path
) -> None:
    service = FileService(DATA)
    leave(handles, server, tmp_path / "file", service)
    service.content, service.etag = DATA[::-1], '"v2"'
    handles.download(save(tmp_path / "file", resume=True))
    assert (tmp_path / "file").read_bytes() == DATA[::-1]
    assert [request.header("if-range") for request in server.requests] == ['"v1"']


def test_what_changed_and_broke_off_again_is_known_by_its_new_validator(
    handles: Handles, server: WireServer, tmp_path: Path
) -> None:
    service = FileService(DATA)
    leave(handles, server, tmp_path / "file", service)
    service.content, service.etag = DATA[::-1], '"v2"'
    leave(handles, server, tmp_path / "file", service)
    handles.download(save(tmp_path / "file", resume=True))
    assert (tmp_path / "file").read_bytes() == DATA[::-1]
    assert [request.header("if-range") for request in server.requests] == ['"v2"']


def test_what_lost_its_validator_is_not_resumed(
    handles: Handles, server: WireServer, tmp_path: Path
) -> None:
    service = FileService(DATA)
    leave(handles, server, tmp_path / "file", service)
    service.content, service.etag = DATA[::-1], None
    leave(handles, server, tmp_path / "file", service)
    assert names(tmp_path) == []
    service.etag = '"v1"'
    handles.download(save(tmp_path / "file", resume=True))
    assert (tmp_path / "file").read_bytes() == DATA[::-1]
    assert ranges(server) == [None]


def test_resume_with_a_server_that_ignores_ranges_starts_over(
    handles: Handles, server: WireServer, tmp_path: Path
) -> None:
    service = FileService(DATA)
    leave(handles, server, tmp_path / "file", service)
    service.ranges = False
    handles.download(save(tmp_path / "file", resume=True))
    assert (tmp_path / "file").read_bytes() == DATA


def test_resume_of_what_is_complete_only_renames(
    handles: Handles, server: WireServer, tmp_path: Path
) -> None:
    service = FileService(DATA)
    leave(handles, server, tmp_path / "file", service)
    (tmp_path / "file.part").write_bytes(DATA)
    assert handles.download(save(tmp_path / "file", resume=True)) == len(DATA)
    assert (tmp_path / "file").read_bytes() == DATA
    assert ranges(server) == [f"bytes={len(DATA)}-"]


def test_resume_of_more_than_there_is_starts_over(
    handles: Handles, server: WireServer, tmp_path: Path
) -> None:
    service = FileService(DATA)
    leave(handles, server, tmp_path / "file", service)
    (tmp_path / "file.part").write_bytes(DATA + b"more")
    handles.download(save(tmp_path / "file", resume=True))
    assert (tmp_path / "file").read_bytes() == DATA
    assert ranges(server) == [f"bytes={len(DATA) + 4}-", None]


@pytest.mark.parametrize("state", [None, b"{", b"[]", b'{"validator": "\\"v1\\""}'])
def test_a_part_of_unknown_origin_is_not_used(
    handles: Handles, server: WireServer, tmp_path: Path, state: bytes | None
) -> None:
    (tmp_path / "file.part").write_bytes(b"something else")
    if state is not None:
        (tmp_path / "file.part.json").write_bytes(state)
    server.default = FileService(DATA)
    handles.download(save(tmp_path / "file", resume=True))
    assert (tmp_path / "file").read_bytes() == DATA
    assert names(tmp_path) == ["file"]
    assert ranges(server) == [None]


def test_a_part_of_another_address_is_not_used(
    handles: Handles, server: WireServer, tmp_path: Path
) -> None:
    leave(handles, server, tmp_path / "file", FileService(DATA))
    handles.download(save(tmp_path / "file", resume=True), query={"other": "1"})
    assert ranges(server) == [None]


def test_what_is_kept_holds_no_address(
    handles: Handles, server: WireServer, tmp_path: Path
) -> None:
    leave(handles, server, tmp_path / "file", FileService(DATA))
    assert server.url.encode() not in (tmp_path / "file.part.json").read_bytes()
    assert set(json.loads((tmp_path / "file.part.json").read_bytes())) == {"source", "validator"}


def test_only_paths_and_whole_files_can_be_resumed(
    handles: Handles, server: WireServer, tmp_path: Path
) -> None:
    with pytest.raises(errors.InvalidArgumentError, match="path"):
        handles.download(lambda handle: handle.save(io.BytesIO(), resume=True))
    with pytest.raises(errors.InvalidArgumentError, match="Range"):
        handles.download(save(tmp_path / "f", resume=True), headers={"Range": "bytes=0-9"})
    assert server.requests == []
    assert names(tmp_path) == []


# Compressed content


def test_compressed_content_is_unpacked_and_begun_anew(
    handles: Handles, server: WireServer, tmp_path: Path
) -> None:
    packed = gzip.compress(os.urandom(50_000) + DATA)
    content = gzip.decompress(packed)
    server.default = FileService(
        packed, headers={"Content-Encoding": "gzip"}, cuts=[len(packed) // 2]
    )
    seen: list[Progress] = []
    handles.download(save(tmp_path / "file", progress=seen.append))
    assert (tmp_path / "file").read_bytes() == content
    assert ranges(server) == [None, None]
    assert seen[-1] == Progress(len(content), None)


def test_who_asks_for_compression_gets_it(handles: Handles, server: WireServer) -> None:
    server.default = FileService(gzip.compress(DATA), headers={"Content-Encoding": "gzip"})
    options = RequestOptions(headers={"Accept-Encoding": "gzip"})
    assert handles.download(lambda handle: handle.read(), options=options) == DATA
    assert server.last.header("accept-encoding") == "gzip"


# Digests


def sha256(data: bytes) -> str:
    return f"sha-256=:{base64.b64encode(hashlib.sha256(data).digest()).decode()}:"


def md5(data: bytes) -> str:
    return base64.b64encode(hashlib.md5(data, usedforsecurity=False).digest()).decode()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Repr-Digest", f"unixsum=:AA==:, {sha256(DATA)}"),
        ("Content-Digest", sha256(DATA)),
        ("Content-MD5", md5(DATA)),
        ("Content-MD5", "nonsense"),
        ("Repr-Digest", "sha-256=:AA==:"),
    ],
)
def test_a_digest_that_holds_is_fine(
    handles: Handles, server: WireServer, name: str, value: str
) -> None:
    server.default = FileService(DATA, headers={name: value}, cuts=[1000])
    assert handles.download(lambda handle: handle.read()) == DATA


@pytest.mark.parametrize(
    ("name", "value"), [("Repr-Digest", sha256(b"")), ("Content-MD5", md5(b""))]
)
def test_a_digest_that_does_not_hold_raises(
    handles: Handles, server: WireServer, tmp_path: Path, name: str, value: str
) -> None:
    server.default = FileService(DATA, headers={name: value}, cuts=[1000])
    with pytest.raises(errors.DigestMismatchError):
        handles.download(save(tmp_path / "file", resume=True))
    assert names(tmp_path) == []


def test_the_digest_covers_what_an_earlier_call_left(
    handles: Handles, server: WireServer, tmp_path: Path
) -> None:
    service = FileService(DATA, headers={"Repr-Digest": sha256(DATA)})
    leave(handles, server, tmp_path / "file", service)
    handles.download(save(tmp_path / "file", resume=True))
    assert (tmp_path / "file").read_bytes() == DATA
    leave(handles, server, tmp_path / "other", service)
    (tmp_path / "other.part").write_bytes(b"x" * 1000)
    with pytest.raises(errors.DigestMismatchError):
        handles.download(save(tmp_path / "other", resume=True))
    assert names(tmp_path) == ["file"]


def test_a_part_has_no_digest_of_its_own(handles: Handles, server: WireServer) -> None:
    server.default = FileService(DATA, headers={"Repr-Digest": sha256(DATA)})
    got = handles.download(lambda handle: handle.read(), headers={"Range": "bytes=0-9"})
    assert got == DATA[:10]


# File names


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        (None, None),
        ("inline", None),
        ("attachment; filename=plain.txt", "plain.txt"),
        ('attachment; filename="with \\"quotes\\" ; and.txt"', "with _quotes_ ; and.txt"),
        ("ATTACHMENT; FileName*=utf-8'de'gr%C3%BCn.txt; filename=green.txt", "grün.txt"),
        ("attachment; filename*=iso-8859-1''gr%FCn", "grün"),
        ("attachment; filename*=utf-8''%ff; filename=fallback", "fallback"),
        ("attachment; filename*=ebcdic''x", None),
        ('attachment; filename="../../etc/passwd"', "passwd"),
        ('attachment; filename="C:\\\\windows\\\\x.exe"', "x.exe"),
        ("attachment; filename*=utf-8''a%2F..", None),
        ("attachment; filename*=utf-8''x%00y%0Az", "x_y_z"),
        ('attachment; filename="con: . "', "con_"),
        ('attachment; filename=""', None),
    ],
)
def test_suggested_names_are_safe(disposition: str | None, name: str | None) -> None:
    assert file_name(disposition) == name


# Cancelling


async def test_cancelling_closes_and_removes(server: WireServer, tmp_path: Path) -> None:
    begun = asyncio.Event()
    server.default = Answer(200, DATA, {}, fault="stall-half")
    async with AsyncDemo(base_url=server.url, token="token-of-a-test") as client:
        handle: Any = download(client, BINARY)
        task = asyncio.create_task(handle.save(tmp_path / "file", progress=lambda _: begun.set()))
        await begun.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert names(tmp_path) == []


def test_an_interrupt_removes_the_part(
    handles: Handles, server: WireServer, tmp_path: Path
) -> None:
    server.default = FileService(DATA)

    def interrupt(progress: Progress) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        handles.download(save(tmp_path / "file", progress=interrupt))
    assert names(tmp_path) == []
