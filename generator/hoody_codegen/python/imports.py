"""Imports follow from the symbols that a module uses; nobody keeps them by hand.

A planner asks an :class:`ImportSet` for each symbol and gets the name to print. The set knows which
names the module defines itself and which names its classes have as members, and steers clear of
both: in a class with a method ``list``, the annotation ``list[int]`` means the method for type
checkers (and for pydantic), so such a module prints ``builtins.list[int]``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from ..naming.identifiers import Name
from .code import Code, code, dotted, join


@dataclass(frozen=True, slots=True, order=True)
class Symbol:
    """A name in a module.

    ``module`` is absolute (``typing``), or begins with a dot and counts from the generated package
    (``._runtime``, ``.types.api.auth_token``). ``alias`` is what to call it where its own name is
    taken.
    """

    module: str
    name: str
    alias: str | None = None


def builtin(name: str) -> Symbol:
    """A name of the builtins: ``list``, ``str``."""
    return Symbol("builtins", name)


RUNTIME = "._runtime"
"""The module of generated packages that exports the light names of the runtime."""

_MODULE_ALIASES = {"datetime": "dt"}
_ALL_OR_NONE: Mapping[str, Set[str]] = {
    "builtins": frozenset(),
    # One of them hidden: then both come as `dt.…`, for the reader's sake.
    "datetime": frozenset(["date", "datetime"]),
}
"""Modules whose hidden names are reached through the module itself, and which go together."""


@dataclass(frozen=True, slots=True)
class _Import:
    """``from module import name as alias``, or without a name ``import module as alias``."""

    module: str
    name: str | None
    alias: str | None


@dataclass(slots=True)
class ImportSet:
    """The imports of one generated module.

    Args:
        path: The file, relative to the package.
        defined: Names that the module itself defines at its top level.
        members: Names of attributes and methods of its classes.
    """

    path: PurePosixPath
    defined: frozenset[str] = frozenset()
    members: frozenset[str] = frozenset()
    _printed: dict[tuple[str, str], str] = field(default_factory=dict, init=False)
    _owners: dict[str, tuple[str, str]] = field(default_factory=dict, init=False)
    _runtime: set[_Import] = field(default_factory=set, init=False)
    _types: set[_Import] = field(default_factory=set, init=False)

    def use(self, symbol: Symbol) -> Code:
        """The name to print for ``symbol`` in code that runs."""
        return self._use(symbol, self._runtime)

    def use_for_types(self, symbol: Symbol) -> Code:
        """The name to print for ``symbol`` in an annotation that is never evaluated."""
        return self._use(symbol, self._types)

    def called(self, symbol: Symbol) -> Code:
        """The name to print for ``symbol`` inside a function that imports it with :meth:`local`."""
        if symbol.module == "builtins":
            # The members of a class aren't in sight there.
            return dotted(symbol.name)
        return self._use(symbol, set())

    @property
    def runtime(self) -> tuple[Code, ...]:
        """The import statements at the top of the module, ``__future__`` not among them."""
        statements = set(self._runtime)
        if self.types:
            statements.add(_statement("typing", "TYPE_CHECKING", None))
        return _sorted(statements)

    @property
    def types(self) -> tuple[Code, ...]:
        """The import statements below ``if TYPE_CHECKING:``."""
        return _sorted(self._types - self._runtime)

    def local(self, symbols: Iterable[Symbol]) -> tuple[Code, ...]:
        """Import statements for the body of a function, so that a module loads when it is needed.

        Symbols already imported at the top, and builtins, need none.
        """
        statements: set[_Import] = set()
        for symbol in symbols:
            if symbol.module == "builtins":
                continue
            before = set(self._runtime)
            self._use(symbol, self._runtime)
            added = self._runtime - before
            self._runtime = before
            statements |= added
        return _sorted(statements)

    def _use(self, symbol: Symbol, statements: set[_Import]) -> Code:
        key = (symbol.module, symbol.name)
        if self._is_here(symbol):
            return dotted(symbol.name)
        if symbol.module == "builtins" and symbol.name not in self.members | self.defined:
            return dotted(symbol.name)
        if symbol.module in _ALL_OR_NONE and self._hides(symbol.module, symbol.name):
            return self._through_module(symbol, statements)
        printed = self._printed.get(key) or self._name_for(symbol)
        self._printed[key] = printed
        self._owners[printed] = key
        statements.add(_statement(self._relative(symbol.module), symbol.name, printed))
        return dotted(printed)

    def _hides(self, module: str, name: str) -> bool:
        taken = self.members | self.defined
        return name in taken or bool(_ALL_OR_NONE[module] & taken)

    def _through_module(self, symbol: Symbol, statements: set[_Import]) -> Code:
        short = _MODULE_ALIASES.get(symbol.module, symbol.module)
        if short in self.members | self.defined:
            short = f"_{short}"
        statements.add(_statement(symbol.module, None, short))
        return dotted(f"{short}.{symbol.name}")

    def _name_for(self, symbol: Symbol) -> str:
        key = (symbol.module, symbol.name)
        taken = self.defined | self.members
        for name in (symbol.name, symbol.alias, f"_{symbol.name}"):
            if name and name not in taken and self._owners.get(name, key) == key:
                return Name(name)
        raise ValueError(f"{self.path} has no free name for {symbol.name} of {symbol.module}")

    def _is_here(self, symbol: Symbol) -> bool:
        return symbol.module == "." + ".".join(self._module())

    def _module(self) -> tuple[str, ...]:
        parts = self.path.with_suffix("").parts
        return parts[:-1] if parts[-1] == "__init__" else parts

    def _relative(self, module: str) -> str:
        if not module.startswith("."):
            return module
        here = self.path.parent.parts
        there = tuple(part for part in module.split(".") if part)
        common = 0
        while common < min(len(here), len(there)) and here[common] == there[common]:
            common += 1
        return "." * (len(here) - common + 1) + ".".join(there[common:])


def _statement(module: str, name: str | None, alias: str | None) -> _Import:
    return _Import(module, name, None if alias in (name, module) else alias)


def _sorted(imports: Iterable[_Import]) -> tuple[Code, ...]:
    """One statement per module, in the order of isort: absolute first, then far to near."""
    modules: dict[str, list[_Import]] = {}
    plain: list[_Import] = []
    for one in imports:
        if one.name is None:
            plain.append(one)
        else:
            modules.setdefault(one.module, []).append(one)
    lines = [
        code("import {}", _as(one.module, one.alias))
        for one in sorted(plain, key=lambda one: one.module)
    ]
    for module in sorted(modules, key=_isort_key):
        found = sorted(modules[module], key=lambda one: (one.name or "", one.alias or ""))
        names = join(", ", [_as(one.name or "", one.alias) for one in found])
        lines.append(code("from {} import {}", dotted(module), names))
    return tuple(lines)


def _as(name: str, alias: str | None) -> Code:
    return dotted(name) if alias is None else code("{} as {}", dotted(name), dotted(alias))


def _isort_key(module: str) -> tuple[int, int, str]:
    dots = len(module) - len(module.lstrip("."))
    return (1 if dots else 0, -dots, module)
