"""Parameters of an operation: table rows become OpenAPI Parameter Objects (OAS 3.1, §4.8.12)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from .blocks import Kind
from .facts import row_facts
from .operations import Operation
from .paths import PathKey, parameter_names
from .report import Ledger
from .rules import ImportRules
from .sections import Section
from .tables import Cells, is_parameter_table, parameter_cells

Parameter = dict[str, Any]
_ORDER = {"path": 0, "query": 1, "header": 2, "cookie": 3}


def read_parameters(operation: Operation, rules: ImportRules, ledger: Ledger) -> list[Parameter]:
    """All parameters: path first, in path order, then query and header in the order of the text."""
    found: dict[tuple[str, str], Parameter] = {}
    for section in operation.sources:
        for cells in _rows(section, ledger):
            found.setdefault((cells.place, cells.name), _parameter(cells))
    names = parameter_names(operation.path)
    for name in names:
        found.setdefault(("path", name), _from_path(name))
    for (place, name), parameter in found.items():
        if place == "path" and _is_wildcard(operation.path, parameter, rules):
            parameter["x-wildcard"] = True
        if rules.is_host_injected(operation.service, name, place):
            parameter["x-host-injected"] = True
    ranks = {name: rank for rank, name in enumerate(names)}
    return sorted(
        found.values(), key=lambda p: (_ORDER.get(p["in"], 9), ranks.get(p["name"], len(ranks)))
    )


def _rows(section: Section, ledger: Ledger) -> list[Cells]:
    rows: list[Cells] = []
    for block in (*section.shared, *section.blocks):
        if block.kind is Kind.TABLE and is_parameter_table(block):
            ledger.use(section.page.name, block, "parameters")
            rows += parameter_cells(block)
    return rows


def _parameter(cells: Cells) -> Parameter:
    facts = row_facts(cells, "parameter")
    parameter: Parameter = {"name": facts.name, "in": cells.place}
    parameter["required"] = True if cells.place == "path" else facts.required
    if facts.description:
        parameter["description"] = facts.description
    if facts.deprecated:
        parameter["deprecated"] = True
    parameter["schema"] = facts.schema
    if facts.inferred:
        parameter["x-inferred"] = facts.inferred
    return parameter


def _from_path(name: str) -> Parameter:
    return {
        "name": name,
        "in": "path",
        "required": True,
        "schema": {"type": "string"},
        "x-inferred": "from the path",
    }


_SLASHES = re.compile(r"\b(?:supports|may contain|can contain|keeps) `?/`?|\bnested paths\b", re.I)


def _is_wildcard(path: str, parameter: Parameter, rules: ImportRules) -> bool:
    """Whether a path parameter keeps its slashes: it says so, or it is a path at the very end."""
    name = parameter["name"]
    if _SLASHES.search(parameter.get("description", "")):
        return True
    return name in rules.wildcards and PathKey.parse(path).path.endswith(f"{{{name}}}")


def share_wildcards(members: Sequence[tuple[str, Mapping[str, Any]]]) -> None:
    """What one method of a path says about the slashes of a parameter holds for all of them.

    ``members`` are pairs of a path and an Operation Object, which is changed.
    """
    marked = {
        (path, parameter["name"])
        for path, content in members
        for parameter in content.get("parameters", ())
        if parameter.get("x-wildcard")
    }
    for path, content in members:
        for parameter in content.get("parameters", ()):
            if parameter["in"] == "path" and (path, parameter["name"]) in marked:
                parameter["x-wildcard"] = True
