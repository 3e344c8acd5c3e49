"""Tables whose rows are the shapes of a union: ``| Header | `header` (string, required), … |``."""

from __future__ import annotations

import re

from .blocks import Block, plain
from .facts import Schema
from .mining import parse_type

_FIELD = re.compile(r"`(?P<name>[^`]+)`\s*\((?P<note>[^)]*)\)")


def shape_schema(table: Block) -> Schema:
    """The union of all rows, each an object."""
    branches = []
    for row in table.rows:
        title, fields = row.cells
        properties: dict[str, Schema] = {}
        required = []
        for found in _FIELD.finditer(fields):
            words = [word.strip() for word in found.group("note").split(",")]
            properties[found.group("name")] = parse_type(words[0])
            if "required" in words[1:]:
                required.append(found.group("name"))
        branch: Schema = {"title": plain(title), "type": "object", "properties": properties}
        if required:
            branch["required"] = required
        branches.append(branch)
    return {"oneOf": branches}
