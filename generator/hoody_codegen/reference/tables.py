"""Tables by their header row: parameters, fields, errors, headers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from .blocks import Block, Kind, Row, plain, unquote_code

_NAMES = {"name", "field", "parameter", "property", "header"}


@dataclass(frozen=True, slots=True)
class Cells:
    """A row of a parameter or field table; absent columns are empty.

    ``type_cell`` and ``default`` are the Markdown source of their cells, ``description`` likewise;
    ``required`` is None when the table has no such column.
    """

    name: str
    place: str
    type_cell: str
    required: bool | None
    required_word: str
    default: str
    description: str
    line: int


def _columns(block: Block) -> tuple[str, ...]:
    return tuple(title.strip().lower() for title in block.header)


def is_parameter_table(block: Block) -> bool:
    """A table that says where each value goes: it has a column ``In``."""
    return block.kind is Kind.TABLE and "in" in _columns(block) and "type" in _columns(block)


def is_field_table(block: Block) -> bool:
    """A table of typed names without places: fields of a body."""
    if block.kind is not Kind.TABLE:
        return False
    columns = _columns(block)
    return columns[0] in _NAMES and "type" in columns and "in" not in columns


def is_error_table(block: Block) -> bool:
    return block.kind is Kind.TABLE and _columns(block)[0] == "error code"


def is_shape_table(block: Block) -> bool:
    """A table whose rows are the alternatives of a union."""
    return block.kind is Kind.TABLE and _columns(block) == ("shape", "fields")


def is_header_table(block: Block) -> bool:
    return block.kind is Kind.TABLE and _columns(block)[0] == "header"


_REQUIRED = re.compile(r"^\**(yes|no)\**(?:\s*\(default:?\s*(?P<default>.+)\))?$", re.I)


def parameter_cells(block: Block) -> list[Cells]:
    """The rows of a parameter or field table."""
    columns = _columns(block)
    return [_cells(columns, row) for row in block.rows]


def _cells(columns: Sequence[str], row: Row) -> Cells:
    values = dict(zip(columns, row.cells, strict=True))
    required = _REQUIRED.match(values.get("required", "").strip())
    word = required.group(1).lower() if required else ""
    inside = required.group("default") if required else None
    return Cells(
        name=unquote_code(values[columns[0]]),
        place=plain(values.get("in", "")).lower(),
        type_cell=values.get("type", ""),
        required={"yes": True, "no": False}.get(word),
        required_word=word,
        default=values.get("default", "") or inside or "",
        description=values.get("description", ""),
        line=row.line,
    )


@dataclass(frozen=True, slots=True)
class ErrorRow:
    """One documented error code."""

    code: str
    title: str
    description: str
    resolution: str
    line: int


def error_rows(block: Block) -> list[ErrorRow]:
    rows = []
    for row in block.rows:
        code, title, description, resolution = row.cells
        rows.append(
            ErrorRow(
                unquote_code(code), plain(title), plain(description), plain(resolution), row.line
            )
        )
    return rows
