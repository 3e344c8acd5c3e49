"""What every generated file must be, whatever it was generated from."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from support.source import GENERATED, ROOT, Module, modules

PACKAGES = sorted(path.parent for path in GENERATED.glob("*/*/py.typed"))
FILES = [module for package in PACKAGES for module in modules(package)]
HAND_WRITTEN = frozenset({"cli/custom", "cli/copying"})
"""Modules beside the generated ones: what extends the command line (docs/extending-the-cli.md)."""
SUPPRESSION = re.compile(r"#\s*(type:\s*ignore|noqa|pyright:|mypy:|fmt:|pylint:|ruff:)")
DATED = re.compile(r"\d{4}-\d{2}-\d{2}|\d+\.\d+\.\d+|\b[0-9a-f]{12,}\b")


def _header(module: Module) -> list[str]:
    """The comment lines that a file begins with."""
    lines: list[str] = []
    for line in module.text.splitlines():
        if not line.startswith("#"):
            break
        lines.append(line)
    return lines


def _is_runtime(module: Module) -> bool:
    return "_runtime" in module.parts


def _is_hand_written(module: Module) -> bool:
    return "/".join(module.parts) in HAND_WRITTEN


def test_something_is_generated() -> None:
    assert [package.name for package in PACKAGES] == ["hoody"]
    assert len(FILES) > 100


def test_nothing_is_suppressed() -> None:
    wrong = [
        f"{module.name}:{number}: {line.strip()}"
        for module in FILES
        if not _is_runtime(module)
        for number, line in enumerate(module.text.splitlines(), 1)
        if SUPPRESSION.search(line)
    ]

    assert not wrong


def test_a_package_imports_itself_relatively() -> None:
    wrong = [
        f"{module.name}:{found.line}"
        for module in FILES
        for found in module.imports()
        if found.path[0] == module.base.name and not found.relative
    ]

    assert not wrong, "an absolute import breaks the package when it is vendored elsewhere"


def test_one_module_knows_the_http_library() -> None:
    importers = {
        "/".join(module.parts)
        for module in FILES
        if module.mentions("httpx") or module.mentions("httpx2")
    }

    assert importers == {"_runtime/_http"}


def test_headers_are_there_and_never_change_by_themselves() -> None:
    headers = {
        module.name: "\n".join(_header(module)) for module in FILES if not _is_hand_written(module)
    }
    without = [name for name, header in headers.items() if "hoody-codegen" not in header]
    changing = [name for name, header in headers.items() if DATED.search(header)]

    assert not without, "every generated file says what generated it"
    assert not changing, "a header holds a date, a version or a hash"


def test_no_path_of_a_machine_is_in_the_output() -> None:
    texts = [p for p in GENERATED.rglob("*") if p.is_file() and "__pycache__" not in p.parts]
    private = {str(ROOT), str(Path.home())} - {"/"}
    wrong = [
        path.relative_to(ROOT).as_posix()
        for path in texts
        if any(place in path.read_text(encoding="utf-8") for place in private)
    ]

    assert texts
    assert not wrong


@pytest.mark.parametrize(
    ("room", "place"), [("runtime", "_runtime"), ("cli_runtime", "cli/_runtime")]
)
def test_the_runtime_is_copied_verbatim(room: str, place: str) -> None:
    source = ROOT / "generator" / "hoody_codegen" / room
    for package in PACKAGES:
        copied = {m.parts: m for m in modules(package / place)}
        own = {m.parts: m for m in modules(source)}
        assert copied.keys() == own.keys()
        assert not [parts for parts in own if not copied[parts].text.endswith(own[parts].text)]


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.name)
def test_the_manifest_lists_every_file(package: Path) -> None:
    root = package.parent
    manifest = json.loads((root / ".hoody-codegen.json").read_text(encoding="utf-8"))
    found = {
        path.relative_to(root).as_posix()
        for path in root.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }

    written = {
        f"{package.name}/{module}.py"
        for module in HAND_WRITTEN
        if (package / f"{module}.py").exists()
    }
    assert not written & set(manifest["files"])
    assert found == {*manifest["files"], ".hoody-codegen.json", *written}
