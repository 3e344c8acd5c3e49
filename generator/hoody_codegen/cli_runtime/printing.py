"""JSON data as ``-o table|json|yaml|raw`` prints it."""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any, Final, cast

from . import formats, tables
from .model import Column
from .sinks import CYAN, DIM, GREEN, Sink

if TYPE_CHECKING:
    from .context import Invocation, OutputFormat
    from .model import Command
    from .queries import Query
    from .shapes import Json

_JSON_TOKEN: Final = re.compile(
    r'("(?:[^"\\]|\\.)*")(:?)|\b(true|false|null)\b|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)'
)
_KEY: Final = "34"
_STEERING: Final = re.compile("[\x7f-\x84\x86-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")


class Printer:
    """Prints the results of one command in the form that was asked for.

    ``format`` is None where nothing was asked for and there is no terminal: data is printed as
    JSON then, and a text as it is.
    """

    def __init__(self, invocation: Invocation, command: Command, sink: Sink) -> None:
        settings = invocation.settings
        self._invocation = invocation
        self._command = command
        self.sink = sink
        self.format: OutputFormat | None = settings.output
        if self.format is None and (settings.columns or sink.is_terminal):
            self.format = "table"
        if settings.columns and self.format != "table":
            invocation.tell("--columns is for tables; --query chooses fields of anything else")
        width = shutil.get_terminal_size().columns if sink.is_terminal else None
        self._page = tables.Page(width, datetime.now(timezone.utc))

    def data(self, data: Json, *, is_found: bool = False) -> None:
        """Print a whole result; ``is_found``: it is what a query has found, not what is planned."""
        key = self._command.output.rows
        if key and self.format == "table" and isinstance(data, dict) and not is_found:
            rows = data.get(key)
            data = rows if isinstance(rows, list) else data
        if self.format == "table" and self._command.output.form == "headers" and not is_found:
            data = _with_fields(data)
        if isinstance(data, list) and self.format != "raw":
            printer = ListPrinter(self, planned=not is_found)
            printer.add(data)
            printer.end()
        elif isinstance(data, str) and self.format in (None, "table", "raw"):
            self._text(data, exact=self._command.output.form == "text" and not is_found)
        elif isinstance(data, list):
            for item in data:
                self.raw_line(item)
        elif self.format == "table":
            self._object(data, planned=not is_found)
        elif self.format == "yaml":
            self.sink.write(yaml_text(data))
        elif self.format == "raw":
            self.raw_line(data)
        else:
            self.json(data)

    def found(self, data: Json, query: Query | None) -> None:
        """Print what ``query`` finds in ``data``; all of it without a query."""
        if query is None:
            self.data(data)
            return
        found = query.search(data)
        is_planned = False
        if isinstance(data, list) and isinstance(found, list):
            # Items that were only filtered or sorted still have the columns planned for them.
            items = {id(item) for item in data}
            is_planned = all(id(item) in items for item in found)
        self.data(found, is_found=not is_planned)

    def json(self, data: Json) -> None:
        """Print ``data`` as indented JSON."""
        self.sink.write(self.json_text(data) + "\n", is_json=True)

    def json_text(self, data: Json, *, indent: int | None = 2) -> str:
        """``data`` as JSON, coloured on a terminal."""
        text = formats.json_text(data, indent=indent)
        return _JSON_TOKEN.sub(self._coloured, text) if self.sink.has_colour else text

    def _coloured(self, found: re.Match[str]) -> str:
        text, colon, word, number = found.groups()
        if text is not None:
            return self.sink.paint(text, _KEY if colon else GREEN) + cast("str", colon)
        return self.sink.paint(word, DIM) if word is not None else self.sink.paint(number, CYAN)

    def _text(self, text: str, *, exact: bool) -> None:
        if self.sink.is_terminal:
            text = formats.safe(text)
        elif exact:
            self.sink.write(text)
            return
        self.sink.write(text if text.endswith("\n") else f"{text}\n")

    def raw_line(self, data: Json) -> None:
        """Print ``data`` as ``-o raw`` does."""
        text = formats.plain_text(data)
        self.sink.write(f"{formats.safe(text) if self.sink.is_terminal else text}\n")

    def _object(self, data: Json, *, planned: bool) -> None:
        if not isinstance(data, dict):
            self.sink.write(f"{self.cell(data)}\n")
            return
        columns = self.columns([data], planned=planned)
        only = bool(self._invocation.settings.columns)
        for line in tables.object_lines(self.sink, self._page, data, columns, only=only):
            self.sink.write(f"{line}\n")
        if not data:
            self._invocation.tell("The result is empty.")

    def cell(self, data: Json) -> str:
        """``data`` on one line, as in a table."""
        return formats.cell(data, now=self._page.now)

    def columns(self, items: Sequence[Json], *, planned: bool) -> tuple[Column, ...]:
        """The columns for ``items``: those asked for, those planned, or what they have."""
        asked = self._invocation.settings.columns
        known = self._command.output.columns
        if asked:
            return tuple(self._asked(name, items, known) for name in asked)
        if planned and any(tables.has_field(item, c.field) for item in items for c in known):
            return known
        return ()

    def _asked(self, name: str, items: Sequence[Json], known: Sequence[Column]) -> Column:
        for column in known:
            if tables.find_field(name, (column.field, column.heading)) is not None:
                return column
        if any(tables.has_field(item, name) for item in items):
            return tables.describe(name, items)
        fields = tables.fields_of(items)
        found = tables.find_field(name, fields)
        if items and found is None:
            there = ", ".join(formats.safe_line(field) for field in fields)
            self._invocation.tell(f"Nothing in the result is called {name!r}; there is: {there}")
        return tables.describe(found or name, items)

    def table(self, items: Sequence[Json], *, planned: bool, is_named: bool) -> tables.Table:
        """A table for ``items`` and those that follow; without ``is_named``, it has no heading."""
        columns = self.columns(items, planned=planned) or tables.choose_columns(items)
        if not is_named:
            columns = tuple(column._replace(heading="") for column in columns)
        return tables.Table(self.sink, self._page, columns)

    def tell_left_out(self, columns: Sequence[Column]) -> None:
        if columns:
            names = ", ".join(formats.safe_line(column.field) for column in columns)
            self._invocation.tell(
                f"No room for: {names}. --columns chooses, -o json shows everything."
            )

    def tell_empty(self) -> None:
        self._invocation.tell("Nothing found.")


class ListPrinter:
    """Prints a list in parts, as they come. A list that breaks off is left without its end."""

    def __init__(self, printer: Printer, *, planned: bool = True) -> None:
        self._printer = printer
        self._sink = printer.sink
        self._planned = planned
        self._table: tables.Table | None = None
        self._count = 0

    def add(self, items: Sequence[Json]) -> None:
        """Print the next items."""
        if not items:
            return
        match self._printer.format:
            case "table":
                self._add_rows(items)
            case "yaml":
                self._sink.write(yaml_text(list(items)))
            case "raw":
                for item in items:
                    self._printer.raw_line(item)
            case _:
                self._add_json(items)
        self._count += len(items)
        self._sink.flush()

    def end(self) -> None:
        """Finish the list."""
        match self._printer.format:
            case "table":
                if not self._count:
                    self._printer.tell_empty()
                elif self._table is not None:
                    self._printer.tell_left_out(self._table.left_out)
            case "yaml":
                self._sink.write("" if self._count else "[]\n")
            case "raw":
                pass
            case _:
                self._sink.write("\n]\n" if self._count else "[]\n")

    def _add_json(self, items: Sequence[Json]) -> None:
        for at, item in enumerate(items, start=self._count):
            text = self._printer.json_text(item).replace("\n", "\n  ")
            self._sink.write(f"{',' if at else '['}\n  {text}", is_json=True)

    def _add_rows(self, items: Sequence[Json]) -> None:
        is_named = not all(isinstance(item, list) for item in items)
        if not is_named:
            items = [_numbered(item) for item in items]
        if self._table is None and not all(isinstance(item, dict) for item in items):
            # A list of single values needs no table.
            for item in items:
                self._sink.write(f"{self._printer.cell(item)}\n")
            return
        if self._table is None:
            self._table = self._printer.table(items, planned=self._planned, is_named=is_named)
        for line in self._table.lines(items):
            self._sink.write(f"{line}\n")


def _numbered(item: Json) -> Json:
    """A list as an object: what ``--query '[].[id, name]'`` makes has no names for its columns."""
    return {str(at): value for at, value in enumerate(item)} if isinstance(item, list) else item


def _with_fields(data: Json) -> Json:
    """The header of an answer without the level that its fields stand on."""
    if not isinstance(data, dict) or not isinstance(fields := data.get("headers"), dict):
        return data
    return {"status": data.get("status"), **fields}


def yaml_text(data: Json) -> str:
    """``data`` as a YAML document, in the order that it came in."""
    import yaml

    class Dumper(yaml.SafeDumper):
        pass

    def write_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
        style = "|" if "\n" in text and not _STEERING.search(text) else None
        return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)

    Dumper.add_representer(str, write_text)

    def dump(*, allow_unicode: bool) -> str:
        options: dict[str, Any] = {"sort_keys": False, "default_flow_style": False}
        text = yaml.dump(data, Dumper=Dumper, allow_unicode=allow_unicode, width=100, **options)
        return cast("str", text).removesuffix("...\n")

    text = dump(allow_unicode=True)
    return dump(allow_unicode=False) if _STEERING.search(text) else text
