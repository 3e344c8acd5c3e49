"""The project's own source files, as the architecture tests read them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
GENERATOR = ROOT / "generator" / "hoody_codegen"
GENERATED = ROOT / "generated"


@dataclass(frozen=True)
class Module:
    """A source file. ``parts`` are its path below ``base`` without the suffix."""

    path: Path
    base: Path

    @property
    def parts(self) -> tuple[str, ...]:
        parts = self.path.relative_to(self.base).with_suffix("").parts
        return parts[:-1] if parts[-1] == "__init__" else parts

    @property
    def room(self) -> str:
        """The first part of its name: a file or a folder of the package."""
        return self.parts[0] if self.parts else ""

    @property
    def name(self) -> str:
        return self.path.relative_to(ROOT).as_posix()

    @cached_property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, filename=self.name)

    def imports(self) -> Iterator[Import]:
        """Every import in the file, wherever it stands; relative ones made absolute."""
        package = (self.base.name, *self.parts)
        if self.path.name != "__init__.py":
            package = package[:-1]
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    yield Import(tuple(alias.name.split(".")), node.lineno, relative=False)
            elif isinstance(node, ast.ImportFrom):
                start = package[: len(package) - node.level + 1] if node.level else ()
                target = (*start, *(node.module.split(".") if node.module else ()))
                for alias in node.names:
                    yield Import((*target, alias.name), node.lineno, relative=node.level > 0)

    def imports_of(self, library: str) -> list[int]:
        """Lines that import a library."""
        return [found.line for found in self.imports() if found.path[0] == library]

    def mentions(self, library: str) -> list[int]:
        """Lines that import a library, or hold its name as a whole string to import it by."""
        strings = [
            node.lineno
            for node in ast.walk(self.tree)
            if isinstance(node, ast.Constant) and node.value == library
        ]
        return [*self.imports_of(library), *strings]


@dataclass(frozen=True)
class Import:
    """An imported name with its whole dotted path; the last part may be a name in a module."""

    path: tuple[str, ...]
    line: int
    relative: bool


@cache
def modules(base: Path) -> tuple[Module, ...]:
    """All modules of a package, in order of path."""
    return tuple(Module(path, base) for path in sorted(base.rglob("*.py")))
