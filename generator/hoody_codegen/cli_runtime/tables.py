"""Tables and two-column lists that fit the terminal."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final, NamedTuple, cast

from .formats import NOTHING, Format, cell, guess, read_time, relative_time, safe, safe_line
from .model import Column
from .shapes import Json
from .sinks import BLUE, BOLD, DIM, GREEN, RED, YELLOW, Sink

_GAP: Final = "  "
_NARROWEST: Final = 12
"""Characters that are left of a cut cell."""
_LOOKED_AT: Final = 50
"""Items from which columns are chosen where none are planned."""
_SHOWN_ITEMS: Final = 20
"""Lines that a list inside of an object takes at most."""
_RIGHT: Final = frozenset({"number", "size"})
_RIGID: Final = frozenset({"number", "size", "time", "duration", "flag"})
_FIRST: Final = ("id", "name", "alias", "title")

_WORDS: Final = {
    GREEN: ("active", "healthy", "ok", "online", "ready", "running", "succeeded", "success", "up"),
    RED: ("crashed", "dead", "down", "error", "expired", "failed", "offline", "unhealthy"),
    YELLOW: ("creating", "degraded", "paused", "pending", "queued", "starting", "stopping"),
}
_STATES: Final = {word: style for style, words in _WORDS.items() for word in words}
"""State → the colour that it is commonly shown in."""

_MISSING: Final = object()


class Page(NamedTuple):
    """What a table is printed on: so many characters wide, or as wide as it gets with None."""

    width: int | None
    now: datetime


def look_up(item: Json, field: str) -> object:
    """The value at a dotted path of keys; a private marker if it isn't there."""
    value: object = item
    parts = field.split(".")
    while parts:
        if not isinstance(value, dict):
            return _MISSING
        fields = cast("dict[str, Json]", value)
        # Keys may have dots in them.
        for count in range(len(parts), 0, -1):
            key = ".".join(parts[:count])
            if key in fields:
                value, parts = fields[key], parts[count:]
                break
        else:
            return _MISSING
    return value


def has_field(item: Json, field: str) -> bool:
    return look_up(item, field) is not _MISSING


def fields_of(items: Iterable[Json], prefix: str = "") -> list[str]:
    """The dotted paths of all values in ``items``, in the order that they come in."""
    found: dict[str, None] = {}
    for item in items:
        if not isinstance(item, dict):
            continue
        for key, value in item.items():
            field = f"{prefix}{key}"
            if isinstance(value, dict) and value:
                found.update(dict.fromkeys(fields_of([value], f"{field}.")))
            else:
                found[field] = None
    return list(found)


def choose_columns(items: Sequence[Json]) -> tuple[Column, ...]:
    """Columns for items that none are planned for: their single values, names first."""
    seen = [item for item in items[:_LOOKED_AT] if isinstance(item, dict)]
    keys = dict.fromkeys(key for item in seen for key in item)
    simple = [key for key in keys if not any(_is_nested(item.get(key)) for item in seen)]
    names = sorted(simple or keys, key=lambda key: _FIRST.index(key) if key in _FIRST else 99)
    return tuple(describe(name, seen) for name in names)


def describe(field: str, items: Iterable[Json]) -> Column:
    """A column for a field that is known from ``items`` alone, headed like the planned ones."""
    # ``createdAt`` becomes ``CREATED_AT``.
    heading = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", field).upper()
    return Column(field, heading, _format_of(field, items))


def _format_of(field: str, items: Iterable[Json]) -> Format:
    for item in items:
        value = look_up(item, field)
        if value is not _MISSING and value is not None:
            return guess(field, cast("Json", value))
    return "text"


def find_field(name: str, fields: Iterable[str]) -> str | None:
    """The field that is meant by ``name``, which may be written like its heading."""
    wanted = _folded(name)
    return next((field for field in fields if _folded(field) == wanted), None)


def _folded(name: str) -> str:
    return re.sub("[_ -]", "", name).casefold()


def _is_nested(value: Json) -> bool:
    if isinstance(value, list):
        return any(isinstance(item, (dict, list)) for item in value)
    return isinstance(value, dict)


class Table:
    """A table that is printed in parts. The first part has the heading, and sets the widths."""

    def __init__(self, sink: Sink, page: Page, columns: Sequence[Column]) -> None:
        self._sink = sink
        self._page = page
        self._columns = list(columns)
        self._widths: list[int] = []
        self.left_out: tuple[Column, ...] = ()
        """Columns for which there was no room."""

    def lines(self, items: Sequence[Json]) -> list[str]:
        """The lines for ``items``."""
        rows = [[self._cell(item, column) for column in self._columns] for item in items]
        lines: list[str] = []
        is_first = not self._widths
        if is_first or self._page.width is None:
            natural = self._natural(rows)
            self._widths = [
                max(pair) for pair in zip(natural, self._widths or natural, strict=True)
            ]
        if is_first:
            self._fit()
            heading = [column.heading for column in self._columns]
            if any(heading):
                lines.append(self._line(heading, [BOLD] * len(heading)))
        lines += [self._line(row, self._styles(row)) for row in rows]
        return lines

    def _natural(self, rows: list[list[str]]) -> list[int]:
        from rich.cells import cell_len

        headings = [cell_len(safe_line(column.heading)) for column in self._columns]
        return [
            max([heading, *(cell_len(row[at]) for row in rows)])
            for at, heading in enumerate(headings)
        ]

    def _cell(self, item: Json, column: Column) -> str:
        value = look_up(item, column.field)
        if value is _MISSING:
            return NOTHING
        unit = "ms" if column.field.lower().endswith("ms") else ""
        return cell(cast("Json", value), column.format, unit=unit, now=self._page.now)

    def _fit(self) -> None:
        """Leave out columns from the right until the others fit, cut to what makes sense."""
        if self._page.width is None:
            return
        least = [
            width if _is_rigid(column) else min(width, max(len(column.heading), _NARROWEST))
            for column, width in zip(self._columns, self._widths, strict=True)
        ]
        count = len(least)
        while count > 1 and sum(least[:count]) + len(_GAP) * (count - 1) > self._page.width:
            count -= 1
        self.left_out = tuple(self._columns[count:])
        del self._columns[count:], self._widths[count:]
        room = max(self._page.width - len(_GAP) * (count - 1), 1)
        self._widths = [min(width, room) for width in self._widths]
        while (excess := sum(self._widths) - room) > 0:
            spare = [width - small for width, small in zip(self._widths, least, strict=False)]
            at = max(range(count), key=lambda at: (spare[at] > 0, self._widths[at]))
            if spare[at] <= 0:
                # A single column that is wider than the terminal.
                self._widths[at] = max(self._widths[at] - excess, 1)
                return
            self._widths[at] -= 1

    def _line(self, row: list[str], styles: list[str]) -> str:
        from rich.cells import cell_len

        parts: list[str] = []
        for column, text, width, style in zip(
            self._columns, row, self._widths, styles, strict=False
        ):
            shown = cut(safe_line(text), width)
            blank = " " * (width - cell_len(shown))
            painted = self._sink.paint(shown, style)
            parts.append(blank + painted if column.format in _RIGHT else painted + blank)
        return _GAP.join(parts).rstrip()

    def _styles(self, row: list[str]) -> list[str]:
        return [_style(column, text) for column, text in zip(self._columns, row, strict=False)]


def _is_rigid(column: Column) -> bool:
    """Whether cutting a cell would leave nothing of use: half an ID names nothing."""
    name = re.split(r"[._]", column.field)[-1].lower()
    return column.format in _RIGID or name in ("id", "uuid") or column.field.endswith("Id")


def _style(column: Column, text: str) -> str:
    if text == NOTHING:
        return DIM
    if text in ("✓", "✗"):
        return GREEN if text == "✓" else RED
    if column.field.rpartition(".")[2].lower() in ("status", "state", "health"):
        return _STATES.get(text.lower(), "")
    return ""


def cut(text: str, width: int) -> str:
    """``text`` in at most ``width`` columns of a terminal; ``…`` stands for what is left out."""
    from rich.cells import cell_len, set_cell_size

    if cell_len(text) <= width:
        return text
    return set_cell_size(text, width - 1).rstrip() + "…" if width > 1 else "…"[:width]


def object_lines(
    sink: Sink,
    page: Page,
    data: dict[str, Json],
    columns: Sequence[Column],
    *,
    only: bool = False,
) -> list[str]:
    """An object as a list of two columns; long values go on below, so nothing of them is lost.

    The lines for ``columns`` come first, then those for the rest; with ``only``, nothing else.
    """
    from rich.cells import cell_len, chop_cells

    shown = [column for column in columns if has_field(data, column.field)]
    if not only:
        known = tuple(column.field for column in shown)
        inner = tuple(f"{field}." for field in known)
        rest = [field for field in fields_of([data]) if field not in known]
        # Under their own names: these may be keys of a map, and differ in case alone.
        shown += [
            Column(field, field, _format_of(field, [data]))
            for field in rest
            if not field.startswith(inner)
        ]
    headings = [safe_line(column.heading) for column in shown]
    wide = max([cell_len(heading) for heading in headings], default=0)
    room = None if page.width is None else page.width - wide - len(_GAP)
    lines: list[str] = []
    for column, heading in zip(shown, headings, strict=True):
        label = heading + " " * (wide - cell_len(heading))
        value = cast("Json", look_up(data, column.field))
        for text in _long_cell(value, column, page.now):
            pieces = [text]
            if room is not None and room >= _NARROWEST:
                pieces = chop_cells(text, room) or [""]
            for piece in pieces:
                start = sink.paint(label, BLUE) if label.strip() else label
                lines.append(f"{start}{_GAP}{sink.paint(piece, _style(column, piece))}".rstrip())
                label = " " * wide
    return lines


def _long_cell(value: Json, column: Column, now: datetime) -> list[str]:
    """The lines of a value that has all the room it needs."""
    if isinstance(value, list) and any(isinstance(item, (dict, list)) for item in value):
        lines = [cell(item, now=now) for item in value[:_SHOWN_ITEMS]]
        more = len(value) - len(lines)
        return [*lines, f"… and {more} more"] if more else lines
    if column.format == "time" and (moment := read_time(value)) is not None:
        return [f"{moment.isoformat(sep=' ', timespec='seconds')} ({relative_time(moment, now)})"]
    if isinstance(value, str) and value:
        return safe(value).expandtabs().rstrip("\n").split("\n")
    unit = "ms" if column.field.lower().endswith("ms") else ""
    return [cell(value, column.format, unit=unit, now=now)]
