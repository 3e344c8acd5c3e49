"""Downloads: into files, through pipes, and on terminals."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from hoody_codegen.cli_runtime import output
from hoody_codegen.runtime import Resource, RetryPolicy
from hoody_codegen.runtime.errors import APIError, NotFoundError
from support.file_service import BINARY, DATA, FileService, ranges
from support.runtime_calls import Demo, FakeTime
from support.shown_results import Screen, Shown, command_of
from support.wire_server import WireServer, json_answer

DOWNLOAD = command_of("download")


@pytest.fixture
def server() -> Iterator[WireServer]:
    running = WireServer()
    running.default = FileService(DATA)
    yield running
    running.close()


@pytest.fixture
def handle(server: WireServer) -> Iterator[Any]:
    with Demo(token="secret-token", base_url=server.url) as opened:
        client = opened.with_options(retry=RetryPolicy(clock=FakeTime().clock(), max_retries=0))
        yield Resource(client)._download(BINARY)


def serve(server: WireServer, content: bytes, kind: str) -> None:
    server.default = FileService(content, headers={"Content-Type": kind})


def on_terminal(handle: Any, **settings: Any) -> Shown:
    return Screen(terminal=True).show(handle, DOWNLOAD, color="never", **settings)


# Pipes


@pytest.mark.parametrize("form", [None, "raw", "json", "table"])
def test_a_pipe_gets_the_bytes_whatever_the_profile_says(handle: Any, form: str | None) -> None:
    assert Screen().show(handle, DOWNLOAD, output=form) == (DATA, b"")


def test_a_pipe_gets_json_as_it_came_unless_more_is_asked_for(
    handle: Any, server: WireServer
) -> None:
    serve(server, b'{"a":  [1]}', "application/json")
    assert Screen().show(handle, DOWNLOAD).output == b'{"a":  [1]}'
    assert Screen().show(handle, DOWNLOAD, output="yaml").text == "a:\n- 1\n"
    assert Screen().show(handle, DOWNLOAD, query="a[0]").text == "1\n"


def test_a_query_needs_json(handle: Any) -> None:
    with pytest.raises(click.UsageError, match="application/octet-stream"):
        Screen().show(handle, DOWNLOAD, query="a")


def test_who_reads_no_further_gets_no_error(handle: Any) -> None:
    class Closed(io.BytesIO):
        def write(self, data: Any, /) -> int:
            raise BrokenPipeError

    screen = Screen()
    screen.kept = Closed()
    assert screen.show(handle, DOWNLOAD) == (b"", b"")


# Terminals


@pytest.mark.parametrize("content", [DATA, b"\x89PNG\r\n", b"text \0 and more"])
def test_a_terminal_gets_no_binary(handle: Any, server: WireServer, content: bytes) -> None:
    serve(server, content, "image/png")
    screen = Screen(terminal=True)
    with pytest.raises(click.UsageError, match=r"image/png, .*B\).*-O FILE") as caught:
        screen.show(handle, DOWNLOAD)
    assert caught.value.exit_code == 2
    assert screen.shown.output == b""


def test_a_terminal_gets_it_if_it_must_be(handle: Any) -> None:
    # Without a bar in the middle of it.
    assert on_terminal(handle, output_file="-") == (DATA, b"")


def test_a_terminal_gets_text_that_can_not_steer_it(handle: Any, server: WireServer) -> None:
    serve(server, "grün\r\n\x1b[2J".encode() * 30_000, "application/octet-stream")
    shown = on_terminal(handle)
    assert shown.text == "grün\n" + "\\x1b[2Jgrün\n" * 29_999 + "\\x1b[2J\n"


def test_a_terminal_gets_json_in_order(handle: Any, server: WireServer) -> None:
    serve(server, b'{"a":{"b":1}}', "application/problem+json")
    assert on_terminal(handle).text == "a.b  1\n"
    assert on_terminal(handle, output="json").json == {"a": {"b": 1}}


def test_what_should_be_json_and_is_not(handle: Any, server: WireServer) -> None:
    serve(server, b"<html>", "application/json")
    with pytest.raises(click.ClickException, match="should be JSON"):
        on_terminal(handle)


# Files


def test_a_file_is_saved_and_named(handle: Any, tmp_path: Path) -> None:
    path = tmp_path / "out.bin"
    shown = Screen().show(handle, DOWNLOAD, output_file=str(path))
    assert path.read_bytes() == DATA
    assert shown == (b"", f"Saved 262 kB to {path}\n".encode())
    assert Screen().show(handle, DOWNLOAD, output_file=str(path), quiet=True) == (b"", b"")


def test_a_terminal_sees_how_far_it_is(handle: Any, tmp_path: Path) -> None:
    path = tmp_path / "out.bin"
    drawn = Screen(terminal=True).show(handle, DOWNLOAD, output_file=str(path))
    assert "out.bin" in drawn.notes
    assert "262.1/262.1 kB" in drawn.notes
    assert drawn.notes.endswith(f"Saved 262 kB to {path}\n")
    assert drawn.output == b""
    dumb = Screen(terminal=True, environment={"TERM": "dumb"})
    assert "262.1" not in dumb.show(handle, DOWNLOAD, output_file=str(path)).notes
    quiet = Screen(terminal=True).show(handle, DOWNLOAD, output_file=str(path), quiet=True)
    assert quiet.notes == ""


def test_a_download_that_fails_leaves_no_file(
    handle: Any, server: WireServer, tmp_path: Path
) -> None:
    server.default = json_answer({"message": "gone"}, 404)
    with pytest.raises(NotFoundError):
        Screen().show(handle, DOWNLOAD, output_file=str(tmp_path / "x"))
    assert list(tmp_path.iterdir()) == []


def test_a_download_goes_on_where_it_broke_off(
    handle: Any, server: WireServer, tmp_path: Path
) -> None:
    path = tmp_path / "x"
    server.default = FileService(DATA, cuts=[100_000])
    with pytest.raises(APIError):
        Screen().show(handle, DOWNLOAD, output_file=str(path), resume=True)
    assert not path.exists()
    Screen().show(handle, DOWNLOAD, output_file=str(path), resume=True)
    assert path.read_bytes() == DATA
    assert ranges(server)[-1] == "bytes=100000-"


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"output_file": "{}"}, "is a folder"),
        ({"output_file": "{}/new/"}, "is a folder"),
        ({"output_file": "{}/no/x"}, "there is no folder"),
        ({"output_file": ""}, "is a folder"),
        ({"output_file": "-", "resume": True}, "--resume needs a file"),
        ({"resume": True}, "--resume needs the file"),
    ],
)
def test_files_that_can_not_be_are_refused_before_anything_is_sent(
    settings: dict[str, Any], says: str, tmp_path: Path
) -> None:
    placed = {
        name: value.format(tmp_path) if isinstance(value, str) else value
        for name, value in settings.items()
    }
    with Screen().placed(**placed) as invocation, pytest.raises(click.UsageError, match=says):
        output.check(invocation, DOWNLOAD)


def test_only_downloads_are_saved() -> None:
    with (
        Screen().placed(output_file="x") as invocation,
        pytest.raises(click.UsageError, match="is for downloads"),
    ):
        output.check(invocation, command_of("object"))
