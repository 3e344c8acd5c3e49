"""Results in processes of their own: on a real terminal, and into real pipes."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.file_service import DATA, FileService
from support.stream_calls import ENDLESS
from support.stream_server import StreamServer
from support.wire_server import WireServer

ROOT = Path(__file__).parents[2]
PROGRAM = """
import sys
sys.path[:0] = {paths!r}
from support.shown_results import APP, command_of
from hoody_codegen.cli_runtime import output
from hoody_codegen.cli_runtime.context import Invocation
invocation = Invocation(APP)
for setting in sys.argv[2:]:
    name, _, value = setting.partition("=")
    setattr(invocation.settings, name, value)
{body}
try:
    output.show(invocation, command, result)
except KeyboardInterrupt:
    sys.exit(130)
"""
ROWS = """
rows = [{"id": n, "name": "n" * 300, "status": "running", "on": True} for n in range(3)]
command, result = command_of("table"), rows
"""
EVENTS = """
from hoody_codegen.runtime import Resource
from support.runtime_calls import Demo, operation
from support.stream_calls import TYPES
client = Demo(token="t", base_url=sys.argv[1])
command, result = command_of("events"), Resource(client)._events(operation(), TYPES)
"""
DOWNLOAD = """
from hoody_codegen.runtime import Resource
from support.file_service import BINARY
from support.runtime_calls import Demo
client = Demo(token="t", base_url=sys.argv[1])
command, result = command_of("download"), Resource(client)._download(BINARY)
"""


def arguments(body: str, *words: str) -> list[str]:
    paths = [str(ROOT / "generator"), str(ROOT / "tests")]
    return [sys.executable, "-c", PROGRAM.format(paths=paths, body=body), *(words or ("",))]


class Terminal:
    """A process on a pseudo-terminal of its own."""

    def __init__(self, columns: int, command: list[str], **environment: str) -> None:
        hidden = ("NO_COLOR", "COLUMNS", "TERM")
        kept = {name: value for name, value in os.environ.items() if name not in hidden}
        self._end, other = pty.openpty()
        fcntl.ioctl(other, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        self._process = subprocess.Popen(
            command,
            stdin=other,
            stdout=other,
            stderr=other,
            env={**kept, "TERM": "xterm-256color", **environment},
            start_new_session=True,
        )
        os.close(other)
        self.text = ""

    def read_until(self, wanted: str) -> None:
        deadline = time.monotonic() + 30
        while wanted not in self.text:
            assert self._read(deadline), f"{wanted!r} didn't come: {self.text!r}"

    def _read(self, deadline: float) -> bool:
        ready, _, _ = select.select([self._end], [], [], max(deadline - time.monotonic(), 0))
        if not ready:
            return False
        try:
            data = os.read(self._end, 65536)
        except OSError:  # all ends of the other side are closed
            return False
        self.text += data.decode()
        return bool(data)

    def interrupt(self) -> None:
        self._process.send_signal(signal.SIGINT)

    def finish(self) -> int:
        deadline = time.monotonic() + 30
        while self._read(deadline):
            pass
        os.close(self._end)
        return self._process.wait(30)


@pytest.fixture
def server() -> Iterator[WireServer]:
    running = WireServer()
    running.default = FileService(DATA)
    yield running
    running.close()


@pytest.fixture
def stream() -> Iterator[StreamServer]:
    running = StreamServer(ENDLESS)
    yield running
    running.close()


def without_colour(text: str) -> list[str]:
    return re.sub(r"\x1b\[[0-9;]*m", "", text).replace("\r\n", "\n").splitlines()


@pytest.mark.parametrize("columns", [50, 120])
def test_a_table_has_the_width_and_the_colours_of_its_terminal(columns: int) -> None:
    terminal = Terminal(columns, arguments(ROWS))
    assert terminal.finish() == 0
    lines = without_colour(terminal.text)
    assert len(lines) == 4
    assert {len(line) for line in lines[1:]} == {columns - 1}, "the mark stands in a column of two"
    assert "…  running  ✓" in lines[1]
    assert "\x1b[1mID\x1b[0m" in terminal.text
    assert "\x1b[32mrunning\x1b[0m" in terminal.text


def test_no_color_is_respected_on_a_terminal() -> None:
    terminal = Terminal(80, arguments(ROWS), NO_COLOR="1")
    assert terminal.finish() == 0
    assert "\x1b" not in terminal.text
    forced = Terminal(80, arguments(ROWS, "", "color=always"), NO_COLOR="1")
    assert forced.finish() == 0
    assert "\x1b[1m" in forced.text


def test_events_are_live_and_ctrl_c_ends_quietly(stream: StreamServer) -> None:
    terminal = Terminal(80, arguments(EVENTS, stream.url), NO_COLOR="1")
    terminal.read_until('{"n":2}')
    terminal.interrupt()
    assert terminal.finish() == 130
    assert without_colour(terminal.text) == ['{"n":0}', '{"n":1}', '{"n":2}']
    assert stream.was_abandoned()


def test_a_download_shows_a_bar_that_goes_away(server: WireServer, tmp_path: Path) -> None:
    path = tmp_path / "file.bin"
    terminal = Terminal(100, arguments(DOWNLOAD, server.url, f"output_file={path}"))
    assert terminal.finish() == 0
    assert path.read_bytes() == DATA
    assert "file.bin" in terminal.text
    assert "━" in terminal.text
    assert "\x1b[2K" in terminal.text
    assert without_colour(terminal.text)[-1].endswith(f"Saved 262 kB to {path}")


def test_binary_reaches_no_terminal(server: WireServer) -> None:
    terminal = Terminal(100, arguments(DOWNLOAD, server.url))
    assert terminal.finish() == 1, "the exception that `main` turns into a message"
    assert "is no text" in terminal.text
    assert "\x00" not in terminal.text


def test_a_pipe_that_is_closed_ends_quietly() -> None:
    body = 'command, result = command_of("table"), [{"n": "x" * 1000} for _ in range(5000)]'
    with subprocess.Popen(
        arguments(body), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.read(1) == b"["
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(30) == 0


@pytest.mark.parametrize(
    ("settings", "absent"),
    [
        (["output=json"], ("rich", "yaml", "jmespath")),
        (["output=raw"], ("rich", "yaml", "jmespath")),
        (["output=yaml"], ("rich", "jmespath")),
        (["output=table"], ("rich.console", "yaml", "jmespath")),
        (["output=json", "query=[0]"], ("rich", "yaml")),
    ],
)
def test_libraries_are_loaded_only_for_what_needs_them(
    settings: list[str], absent: tuple[str, ...]
) -> None:
    check = f"\nassert not set({absent!r}) & sys.modules.keys(), sys.modules.keys()\n"
    command = arguments(ROWS, "", *settings)
    command[2] += check
    done = subprocess.run(command, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
