"""Events, lines and messages of sockets, each printed as soon as it comes."""

from __future__ import annotations

import base64
import contextlib
import os
import sys
import threading
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from . import formats, tables
from .shapes import Connection, Json, Socket, Stream, is_event, plain
from .sinks import CYAN, DIM

if TYPE_CHECKING:
    from .context import Invocation
    from .printing import Printer
    from .queries import Query

_BLOCK: Final = 65536


class LivePrinter:
    """Prints one item after the other: a compact line each, or one JSON value a line."""

    def __init__(self, printer: Printer, query: Query | None) -> None:
        self._printer = printer
        self._sink = printer.sink
        self._query = query

    def show(self, item: object) -> None:
        """Print an event, a value of a line or a message."""
        if isinstance(item, (bytes, bytearray)) and self._query is None:
            if self._printer.format in ("raw", None) and not self._sink.is_terminal:
                self._sink.write_bytes(item)
                self._sink.flush()
                return
            if self._printer.format in ("table", "raw"):
                self._sink.line(self._sink.paint(f"<{len(item)} bytes>", DIM))
                return
        name = str(item.event) if is_event(item) else ""
        shown = item_data(item)
        if self._query is not None:
            shown, name = self._query.search(shown), ""
            if shown is None:
                return
        elif is_event(item) and self._printer.format in ("table", "raw"):
            shown = plain(item.data)
        self._print(shown, name)

    def _print(self, data: Json, name: str) -> None:
        match self._printer.format:
            case "table":
                start = f"{self._sink.paint(formats.safe_line(name), CYAN)}  "
                named = name not in ("", "message")
                self._sink.line(f"{start if named else ''}{self._compact(data)}")
            case "raw":
                text = formats.plain_text(data)
                self._sink.line(formats.safe(text) if self._sink.is_terminal else text)
            case "yaml":
                from .printing import yaml_text

                self._sink.write(f"---\n{yaml_text(data)}")
                self._sink.flush()
            case _:
                self._sink.line(self._printer.json_text(data, indent=None), is_json=True)

    def _compact(self, data: Json) -> str:
        if isinstance(data, str):
            return formats.safe(data).rstrip("\n")
        columns = self._printer.columns([data], planned=self._query is None)
        if columns:
            fields = [column.field for column in columns if tables.has_field(data, column.field)]
            values = [plain(tables.look_up(data, field)) for field in fields]
            return "  ".join(formats.safe_line(formats.plain_text(value)) for value in values)
        return self._printer.json_text(data, indent=None)


def item_data(item: object) -> Json:
    """An item as ``-o json`` prints it, and ``--query`` sees it."""
    if is_event(item):
        return {"event": item.event, "id": item.id, "data": plain(item.data)}
    if isinstance(item, (bytes, bytearray)):
        return {"binary": base64.b64encode(item).decode("ascii")}
    return plain(item)


def show_stream(invocation: Invocation, live: LivePrinter, stream: Stream) -> None:
    """Print a stream until it ends, or until as many items have come as were asked for."""
    with stream as items:
        _show_all(invocation, live, items)


def show_socket(invocation: Invocation, live: LivePrinter, socket: Socket) -> None:
    """Print the messages of a WebSocket until it is closed; lines of stdin are sent meanwhile."""
    with socket as connection:
        sender = _Sender(connection)
        if sender.start() and invocation.can_ask:
            invocation.tell("Connected. Lines that are typed are sent; Ctrl-C ends.")
        _show_all(invocation, live, connection)


def _show_all(invocation: Invocation, live: LivePrinter, items: Iterable[object]) -> None:
    limit = invocation.settings.max_items
    if limit is not None and limit <= 0:
        return
    for count, item in enumerate(items, start=1):
        live.show(item)
        if count == limit:
            return


class _Sender:
    """Sends what comes on stdin, line by line, in a thread that nobody has to wait for."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def start(self) -> bool:
        """Begin, unless there is no stdin that could be read."""
        try:
            number = sys.stdin.fileno()
            # A job in the background would be stopped for reading from its terminal.
            if os.isatty(number) and os.getpgrp() != os.tcgetpgrp(number):
                return False
        except (AttributeError, OSError, ValueError):
            return False
        threading.Thread(target=self._run, args=(number,), daemon=True).start()
        return True

    def _run(self, number: int) -> None:
        # Below Python's own buffer: its lock would be held when the program ends.
        rest = b""
        with contextlib.suppress(OSError):
            while block := os.read(number, _BLOCK):
                *lines, rest = (rest + block).split(b"\n")
                if not all(self._send(line) for line in lines):
                    return
        if rest:
            self._send(rest)

    def _send(self, line: bytes) -> bool:
        try:
            self._connection.send(line.removesuffix(b"\r").decode("utf-8", "replace"))
        except Exception:
            # Whoever receives says why the connection is gone.
            return False
        return True
