"""What a table row says about one value: the thin layer above the miners.

:mod:`.mining` reads type cells, default cells and descriptions; this module asks all three about a
row and settles what they say together.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from .mining import NOTHING, mine, parse_default, parse_type
from .tables import Cells

Schema: TypeAlias = dict[str, Any]
Place = Literal["parameter", "field"]


@dataclass(frozen=True, slots=True)
class Facts:
    """A typed, described value; ``inferred`` says what was concluded, not read (or is empty)."""

    name: str
    schema: Schema
    description: str
    required: bool
    deprecated: bool
    inferred: str
    line: int


def row_facts(cells: Cells, place: Place) -> Facts:
    """The facts of one row of a parameter or field table.

    Where the text and the column ``Required`` disagree, the text is more specific and wins, and the
    result is marked.
    """
    schema = parse_type(cells.type_cell)
    mined = mine(cells.description, schema, name=cells.name, place=place)
    result: Schema = dict(mined.schema)
    reasons = [mined.inferred] if mined.inferred else []
    default = (
        parse_default(cells.default, result, description=cells.description)
        if cells.default
        else NOTHING
    )
    if default is not NOTHING:
        result["default"] = default
    required = bool(cells.required)
    if mined.required is not None and mined.required != required:
        required = mined.required
        if cells.required is not None:
            reasons.append("required from description")
    # A value that must be sent has no use for a default; the column holds a form's empty value.
    if required and result.get("default") in ("", None) and "default" in result:
        del result["default"]
    deprecated = bool(result.pop("deprecated", False))
    return Facts(
        name=cells.name,
        schema=result,
        description=mined.description,
        required=required,
        deprecated=deprecated,
        inferred="; ".join(reasons),
        line=cells.line,
    )
