"""Events, lines and messages of real servers, each printed when it comes."""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Iterator
from typing import Any
from unittest.mock import patch

import pytest
import yaml
from hoody_codegen.cli_runtime.model import Column
from hoody_codegen.runtime import Resource, StreamInterruptedError
from hoody_codegen.runtime.errors import WebSocketClosedError
from support.runtime_calls import Demo, operation
from support.shown_results import Screen, Shown, command_of
from support.socket_calls import RAW, socket_of
from support.socket_server import SocketServer, breaks_off, sends
from support.stream_calls import ANY, ENDLESS, TYPES, event
from support.stream_server import Script, StreamServer

EVENTS = command_of("events")
LINES = command_of("lines")
SENT = (
    event({"job": "a", "percent": 5}, "snapshot", 1),
    event("two\nlines"),
    event({"status": "ok\x9b"}, "done", 2),
)


class Streams:
    """A client whose streams are what the server plays."""

    def __init__(self) -> None:
        self.servers: list[StreamServer] = []
        self.clients: list[Demo] = []

    def _resource(self, script: Script) -> Resource:
        self.servers.append(StreamServer(script))
        self.clients.append(Demo(token="secret-token", base_url=self.servers[-1].url))
        return Resource(self.clients[-1])

    def events(self, *pieces: bytes, script: Script | None = None) -> Any:
        return self._resource(script or Script(pieces))._events(operation(), TYPES)

    def lines(self, *values: object) -> Any:
        pieces = [json.dumps(value).encode() + b"\n" for value in values]
        script = Script(pieces, media_type="application/x-ndjson")
        return self._resource(script)._lines(operation(), ANY)

    def close(self) -> None:
        for client in self.clients:
            client.close()
        for server in self.servers:
            server.close()


@pytest.fixture
def streams() -> Iterator[Streams]:
    made = Streams()
    yield made
    made.close()


def test_events_are_compact_lines(streams: Streams) -> None:
    shown = Screen(terminal=True).show(streams.events(*SENT), EVENTS, color="never")
    assert shown.text == (
        'snapshot  {"job":"a","percent":5}\ntwo\nlines\ndone  {"status":"ok\\u009b"}\n'
    )
    coloured = Screen(terminal=True).show(streams.events(*SENT), EVENTS)
    assert coloured.lines[0].startswith("\x1b[36msnapshot\x1b[0m  {")


def test_planned_columns_make_the_lines(streams: Streams) -> None:
    command = command_of("events", (Column("job", "JOB"), Column("percent", "%")))
    shown = Screen().show(streams.events(SENT[0]), command, output="table")
    assert shown.lines == ["snapshot  a  5"]


@pytest.mark.parametrize("output", ["json", None])
def test_events_are_json_lines(streams: Streams, output: str | None) -> None:
    shown = Screen().show(streams.events(*SENT), EVENTS, output=output)
    assert [json.loads(line) for line in shown.lines] == [
        {"event": "snapshot", "id": "1", "data": {"job": "a", "percent": 5}},
        {"event": "message", "id": "1", "data": "two\nlines"},
        {"event": "done", "id": "2", "data": {"status": "ok\x9b"}},
    ]


def test_raw_events_are_their_data(streams: Streams) -> None:
    shown = Screen().show(streams.events(*SENT), EVENTS, output="raw")
    assert shown.lines == ['{"job":"a","percent":5}', "two", "lines", '{"status":"ok\\u009b"}']


def test_yaml_events_are_documents(streams: Streams) -> None:
    shown = Screen().show(streams.events(*SENT), EVENTS, output="yaml")
    assert [found["event"] for found in yaml.safe_load_all(shown.text)] == [
        "snapshot",
        "message",
        "done",
    ]


def test_a_query_is_for_each_and_leaves_out_what_has_nothing(streams: Streams) -> None:
    shown = Screen().show(streams.events(*SENT), EVENTS, query="data.percent")
    assert shown.text == "5\n"


def test_so_many_are_enough(streams: Streams) -> None:
    shown = Screen().show(streams.events(script=ENDLESS), EVENTS, max_items=2)
    assert len(shown.lines) == 2
    assert streams.servers[0].was_abandoned()


def test_each_is_printed_when_it_comes_and_ctrl_c_closes_the_connection(streams: Streams) -> None:
    class Interrupting(io.BytesIO):
        def write(self, data: Any, /) -> int:
            count = super().write(data)
            # The server holds the stream open behind its last event.
            if b'{"n":2}' in self.getvalue():
                raise KeyboardInterrupt
            return count

    screen = Screen()
    screen.kept = Interrupting()
    with pytest.raises(KeyboardInterrupt):
        screen.show(streams.events(script=ENDLESS), EVENTS)
    assert len(screen.shown.lines) == 3
    assert screen.shown.notes == ""
    assert streams.servers[0].was_abandoned()


def test_a_stream_that_is_cut_is_an_error(streams: Streams) -> None:
    screen = Screen()
    with pytest.raises(StreamInterruptedError):
        screen.show(streams.events(script=Script([SENT[0]], "cut")), EVENTS)
    assert len(screen.shown.lines) == 1


def test_lines_are_one_value_each(streams: Streams) -> None:
    values: list[object] = [{"a": "ü"}, "text", 3]
    shown = Screen().show(streams.lines(*values), LINES)
    assert [json.loads(line) for line in shown.lines] == values
    table = Screen(terminal=True).show(streams.lines(*values), LINES, color="never")
    assert table.lines == ['{"a":"ü"}', "text", "3"]


# WebSockets


@pytest.fixture
def peer() -> Iterator[SocketServer]:
    running = SocketServer()
    yield running
    running.close()


def through_socket(
    peer: SocketServer, screen: Screen | None = None, stdin: bytes = b"", **settings: Any
) -> Shown:
    reading, writing = os.pipe()
    os.write(writing, stdin)
    os.close(writing)
    with (
        Demo(token="secret-token", base_url=peer.url) as client,
        os.fdopen(reading) as given,
        patch.object(sys, "stdin", given),
    ):
        socket = Resource(client)._socket(socket_of(), RAW)
        shown = (screen or Screen()).show(socket, command_of("socket"), **settings)
        peer.wait_for_end()
        return shown


def test_messages_are_printed_until_the_server_closes(peer: SocketServer) -> None:
    peer.handler = sends("a", '{"b":1}', b"\x00\xff")
    assert through_socket(peer, output="json").lines == [
        '"a"',
        '"{\\"b\\":1}"',
        '{"binary":"AP8="}',
    ]


def test_a_pipe_gets_raw_messages_as_they_are(peer: SocketServer) -> None:
    peer.handler = sends("a", b"\x00\xff")
    assert through_socket(peer, output="raw").output == b"a\n\x00\xff"


def test_a_terminal_gets_no_binary(peer: SocketServer) -> None:
    peer.handler = sends("a\x1b[2J", b"\x00\xff")
    shown = through_socket(peer, Screen(terminal=True), color="never")
    assert shown.lines == ["a\\x1b[2J", "<2 bytes>"]


def test_lines_of_stdin_are_sent(peer: SocketServer) -> None:
    # The server sends everything back.
    shown = through_socket(peer, stdin="one\r\ntwo ü\nthree".encode(), output="raw", max_items=3)
    assert shown.lines == ["one", "two ü", "three"]


def test_a_lost_connection_is_an_error(peer: SocketServer) -> None:
    peer.handler = breaks_off("a")
    screen = Screen()
    with pytest.raises(WebSocketClosedError):
        through_socket(peer, screen, output="raw")
    assert screen.shown.text == "a\n"
