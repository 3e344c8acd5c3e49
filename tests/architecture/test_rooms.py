"""Imports go one way, and each outside library is the matter of one room."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from support.source import GENERATOR, Module, modules

BASE = frozenset({"text", "diagnostics"})

MAY_IMPORT: Mapping[str, frozenset[str]] = {
    "": frozenset(),
    "text": frozenset(),
    "diagnostics": frozenset(),
    "packaged": frozenset(),
    "config": BASE | {"document", "packaged"},
    "document": BASE,
    "reference": BASE | {"document", "packaged"},
    "ir": BASE,
    "openapi": BASE | {"document", "ir"},
    "passes": BASE | {"config", "ir"},
    "naming": BASE | {"config", "ir"},
    "python": BASE | {"config", "ir", "naming", "packaged"},
    # Commands are data of the command line's own model, which has no behaviour.
    "commands": BASE | {"cli_runtime", "config", "ir", "naming", "packaged", "python"},
    # The renderer knows what it may print (code and names), and what a plan is; no more of Python.
    "render": frozenset({"diagnostics", "naming", "packaged", "python"}),
    "output": BASE,
    "runtime": frozenset(),
    "cli_runtime": frozenset(),
    "changes": BASE | {"ir"},
    "pipeline": frozenset(
        {
            *BASE,
            "config",
            "document",
            "openapi",
            "ir",
            "passes",
            "naming",
            "packaged",
            "python",
            "commands",
            "render",
            "output",
            "changes",
        }
    ),
    "cli": BASE | {"config", "ir", "output", "packaged", "pipeline", "reference"},
}
"""Room → the rooms it may import from, all of them above it (docs/architecture.md)."""

RENDER_MAY_NAME = frozenset(
    {"naming.identifiers", "python.code", "python.plan", "packaged", "diagnostics"}
)

LIBRARIES: Mapping[str, Mapping[str, str]] = {
    "yaml": {
        "document": "parses documents",
        "reference/yaml_writer.py": "writes documents",
        "cli_runtime": "prints results",
    },
    "tomllib": {
        "config": "reads the settings",
        "reference/rules.py": "reads the rules of an import",
    },
    "jsonpath": {"document": "overlays name their targets with it"},
    "openapi_pydantic": {"openapi": "the typed view"},
    "markdown_it": {"reference": "parses pages"},
    "jinja2": {"render": "fills templates"},
    "black": {"render": "formats"},
    "subprocess": {"render": "runs the formatter"},
    "click": {"cli": "the command line", "cli_runtime": "that of clients"},
    "rich": {"cli": "the command line", "cli_runtime": "that of clients"},
    "jmespath": {"cli_runtime": "queries of results"},
    "keyring": {"cli_runtime": "sign-ins in the keyring of the system"},
    "pydantic": {
        "openapi": "the typed view",
        "runtime/models.py": "the base of models",
        "runtime/decoding.py": "validates answers",
    },
    "httpx": {"runtime/_http.py": "the seam"},
    "httpx2": {"runtime/_http.py": "the seam"},
    "websockets": {
        "runtime/_websockets.py": "the seam",
        "python/package.py": "the name of the extra",
    },
}
"""Library → where it may be imported, and why."""

BY_NAME = frozenset({"httpx", "httpx2", "websockets"})
"""Libraries that are imported by a name held in a string."""

OURS = modules(GENERATOR)


def _in_place(module: Module, place: str) -> bool:
    inside = module.path.relative_to(GENERATOR).as_posix()
    return inside == place or inside.startswith(f"{place}/") or inside == f"{place}.py"


def test_every_room_is_listed() -> None:
    found = {module.room for module in OURS}

    assert found <= MAY_IMPORT.keys(), f"rooms without a rule: {found - MAY_IMPORT.keys()}"


def test_the_table_has_no_cycle() -> None:
    waiting = dict(MAY_IMPORT)
    done: set[str] = set()
    while ready := [room for room, above in waiting.items() if above <= done]:
        for room in ready:
            del waiting[room]
            done.add(room)

    assert not waiting


@pytest.mark.parametrize("module", OURS, ids=lambda module: module.name)
def test_imports_go_up(module: Module) -> None:
    allowed = MAY_IMPORT[module.room] | {module.room}
    wrong = [
        f"{module.name}:{found.line}: {'.'.join(found.path)}"
        for found in module.imports()
        if found.path[0] == GENERATOR.name and len(found.path) > 1 and found.path[1] not in allowed
    ]

    assert not wrong, f"{module.room} may import {sorted(allowed)}"


def test_the_renderer_knows_no_planner() -> None:
    wrong = [
        f"{module.name}:{found.line}: {'.'.join(found.path)}"
        for module in OURS
        if module.room == "render"
        for found in module.imports()
        if found.path[0] == GENERATOR.name
        and found.path[1] != "render"
        and not any(".".join(found.path[1:]).startswith(known) for known in RENDER_MAY_NAME)
    ]

    assert not wrong


@pytest.mark.parametrize("library", LIBRARIES)
def test_a_library_is_the_matter_of_one_place(library: str) -> None:
    wrong = [
        f"{module.name}:{line}"
        for module in OURS
        for line in (module.mentions(library) if library in BY_NAME else module.imports_of(library))
        if not any(_in_place(module, place) for place in LIBRARIES[library])
    ]

    assert not wrong, f"{library} may be imported in {dict(LIBRARIES[library])}"


@pytest.mark.parametrize("module", [m for m in OURS if m.room == "runtime"], ids=lambda m: m.name)
def test_the_runtime_can_be_copied_anywhere(module: Module) -> None:
    wrong = [
        f"{module.name}:{found.line}"
        for found in module.imports()
        if found.path[0] == GENERATOR.name and not found.relative
    ]

    assert not wrong, "the runtime imports itself relatively"
