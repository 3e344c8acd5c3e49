"""Golden cases: a folder with a document, and what has to be generated from it.

``tests/golden/<case>/`` holds ``spec.yaml`` (or several documents), perhaps ``hoody-codegen.toml``
with one target, and ``expected/``: the parts of the package that the case is about, and
``diagnostics.txt`` with every message. The parts are ``services`` and ``types`` unless the case has
a ``parts.txt`` with others, one a line (``.`` is everything but the runtime).
"""

from __future__ import annotations

import difflib
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from hoody_codegen.config import Target, load_config
from hoody_codegen.pipeline import GenerationResult, generate_all

from .source import ROOT

GOLDEN = ROOT / "tests" / "golden"
PACKAGE = "acme"


@dataclass(frozen=True)
class Case:
    """One folder of ``tests/golden``."""

    folder: Path

    @property
    def name(self) -> str:
        return self.folder.name

    @property
    def expected(self) -> Path:
        return self.folder / "expected"

    @property
    def parts(self) -> tuple[str, ...]:
        listed = self.folder / "parts.txt"
        return tuple(listed.read_text().split()) if listed.exists() else ("services", "types")

    def target(self) -> Target:
        """The target of the case. Places in documents are told relative to the case."""
        settings = self.folder / "hoody-codegen.toml"
        if settings.exists():
            (target,) = load_config(settings).targets
            return target
        specs = tuple(sorted(self.folder.glob("*.yaml")))
        return Target(name=self.name, specs=specs, output=self.expected, package=PACKAGE)


def find_cases() -> list[Case]:
    """All cases, by walking."""
    return [Case(path) for path in sorted(GOLDEN.iterdir()) if any(path.glob("*.yaml"))]


def generate_cases(cases: Sequence[Case]) -> dict[str, GenerationResult]:
    """The result of each case by name; the formatter runs once for all of them."""
    targets = [replace(case.target(), name=case.name) for case in cases]
    return {result.target.name: result for result in generate_all(targets)}


def selected(case: Case, result: GenerationResult) -> dict[PurePosixPath, str]:
    """The files that a case compares, by path below ``expected``."""
    package = PurePosixPath(result.target.package)
    found: dict[PurePosixPath, str] = {}
    for path, text in result.files.items():
        inside = path.relative_to(package) if path.is_relative_to(package) else path
        if "_runtime" in inside.parts:
            continue
        if "." in case.parts or inside.parts[0] in case.parts:
            found[inside] = text
    messages = [str(one).replace(f"{case.folder.as_posix()}/", "") for one in result.diagnostics]
    if messages:
        found[PurePosixPath("diagnostics.txt")] = "\n".join(messages) + "\n"
    return found


def read_tree(folder: Path) -> dict[PurePosixPath, str]:
    return {
        PurePosixPath(path.relative_to(folder).as_posix()): path.read_text(encoding="utf-8")
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def write_tree(folder: Path, files: Mapping[PurePosixPath, str]) -> None:
    """Make ``folder`` hold these files and nothing else."""
    shutil.rmtree(folder, ignore_errors=True)
    for path, text in files.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8", newline="\n")


def difference(
    expected: Mapping[PurePosixPath, str], found: Mapping[PurePosixPath, str]
) -> list[str]:
    """Lines of a unified diff of two trees; empty where they are equal."""
    lines: list[str] = []
    for path in sorted(expected.keys() | found.keys()):
        if expected.get(path) == found.get(path):
            continue
        changed = difflib.unified_diff(
            expected.get(path, "").splitlines(),
            found.get(path, "").splitlines(),
            fromfile=f"expected/{path}" if path in expected else "/dev/null",
            tofile=f"generated/{path}" if path in found else "/dev/null",
            lineterm="",
        )
        lines += list(changed) or [f"{path}: missing on one side, or with other line ends"]
    return lines
