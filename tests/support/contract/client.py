"""Finds the method of an operation in a generated package by reading what was generated.

Nothing of the generator is asked: the operations are the constants that the modules hold, and the
names of a method's arguments are read from the call in its body.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import Any, get_type_hints

from .specs import SpecOperation

_SENDERS = frozenset(
    {"_call", "_send", "_head", "_page"} | {"_download", "_events", "_lines", "_socket", "_either"}
)
_UPLOADERS = frozenset({"_upload"})
_LOCATIONS = {"path": "path", "query": "query", "headers": "header", "body": "body"}
WHOLE_BODY = ("body", "")
"""The key of the argument that is the body itself."""


def plain(name: str) -> str:
    """A name without case, word breaks and punctuation: what spellings of it share."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


@dataclass(frozen=True)
class ClientMethod:
    """A generated method: where it hangs on the client and what its arguments are called."""

    module: ModuleType
    class_name: str
    name: str
    operation: Any
    arguments: Mapping[tuple[str, str], str]
    """(location, wire name) → argument; locations are path, query, header and body."""

    @cached_property
    def function(self) -> Any:
        return getattr(getattr(self.module, self.class_name), self.name)

    @cached_property
    def parameters(self) -> Mapping[str, inspect.Parameter]:
        return inspect.signature(self.function).parameters

    @cached_property
    def returns(self) -> Any:
        """The documented type of the result, resolved with the imports for type checkers."""
        names = _names_for_typing(self.module)

        def only_returns() -> None: ...

        # Arguments aren't looked at: their types may need names that no module imports.
        only_returns.__annotations__ = {"return": self.function.__annotations__["return"]}
        return get_type_hints(only_returns, globalns=names)["return"]

    def bind(self, client: Any) -> Any:
        """The method on a client, reached by the attribute path that the operation states."""
        value = client
        for attribute in self.operation.name.split("."):
            value = getattr(value, attribute)
        return value


@dataclass(frozen=True)
class Uploader(ClientMethod):
    """A method for a whole upload by several operations, of which ``operation`` is the first."""

    def bind(self, client: Any) -> Any:
        resource = client
        for attribute in self.operation.name.split(".")[:-1]:
            resource = getattr(resource, attribute)
        return getattr(resource, self.name)


def uploaders_of(methods: Iterable[ClientMethod]) -> list[Uploader]:
    """The methods for whole uploads that stand in the classes of these methods."""
    found: list[Uploader] = []
    for module, name in dict.fromkeys((method.module, method.class_name) for method in methods):
        for node in _tree(module).body:
            if isinstance(node, ast.ClassDef) and node.name == name:
                found.extend(_uploaders_in(module, node))
    return found


def _uploaders_in(module: ModuleType, owner: ast.ClassDef) -> Iterator[Uploader]:
    for function in owner.body:
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        for call in _calls_of(function, _UPLOADERS):
            operations = call.args[0]
            assert isinstance(operations, ast.Call)
            first = operations.args[0]
            method = _method(module, owner, function, first, call.keywords)
            yield Uploader(**vars(method))


def methods_of(package: str, service: str) -> tuple[list[ClientMethod], list[ClientMethod]]:
    """All sync and all async methods of a service in a generated package."""
    services = importlib.import_module(f"{package}.services")
    sync: list[ClientMethod] = []
    asynchronous: list[ClientMethod] = []
    for module_info in pkgutil.iter_modules(services.__path__):
        if plain(module_info.name) != plain(service):
            continue
        root = importlib.import_module(f"{services.__name__}.{module_info.name}")
        for name in sorted(_modules_below(root)):
            for method in _methods_in(importlib.import_module(name)):
                (asynchronous if method.class_name.startswith("Async") else sync).append(method)
    return sync, asynchronous


def key_of(operation: Any) -> tuple[str, str, frozenset[tuple[str, str]]]:
    """What tells operations of a service apart, of a generated or a documented one."""
    query = operation.fixed_query if isinstance(operation, SpecOperation) else operation.query
    path = re.sub(r"/:([A-Za-z_]\w*)", r"/{\1}", operation.path)
    return operation.method, path, frozenset(query)


def _modules_below(root: ModuleType) -> Iterator[str]:
    yield root.__name__
    if hasattr(root, "__path__"):
        for info in pkgutil.walk_packages(root.__path__, prefix=f"{root.__name__}."):
            yield info.name


def _methods_in(module: ModuleType) -> Iterator[ClientMethod]:
    for node in _tree(module).body:
        if not isinstance(node, ast.ClassDef):
            continue
        for function in node.body:
            if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
                for call in _calls_of(function, _SENDERS):
                    yield _method(module, node, function, call.args[0], call.keywords)


def _method(
    module: ModuleType,
    owner: ast.ClassDef,
    function: ast.FunctionDef | ast.AsyncFunctionDef,
    constant: ast.expr,
    keywords: list[ast.keyword],
) -> ClientMethod:
    assert isinstance(constant, ast.Name), ast.dump(constant)
    known = {a.arg for a in (*function.args.args, *function.args.kwonlyargs)} - {"self"}
    arguments: dict[tuple[str, str], str] = {}
    for keyword in keywords:
        location = _LOCATIONS.get(keyword.arg or "")
        if location is None:
            continue
        if isinstance(keyword.value, ast.Dict):
            for key, value in zip(keyword.value.keys, keyword.value.values, strict=True):
                assert isinstance(key, ast.Constant)
                assert isinstance(key.value, str)
                arguments[location, key.value] = _argument_in(value, known)
        else:
            arguments[location, ""] = _argument_in(keyword.value, known)
    operation = getattr(module, constant.id)
    return ClientMethod(module, owner.name, function.name, operation, arguments)


def _argument_in(expression: ast.expr, known: set[str]) -> str:
    used = [n.id for n in ast.walk(expression) if isinstance(n, ast.Name) and n.id in known]
    assert len(used) == 1, ast.dump(expression)
    return used[0]


def _calls_of(
    function: ast.FunctionDef | ast.AsyncFunctionDef, names: frozenset[str]
) -> Iterator[ast.Call]:
    for node in ast.walk(function):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in names
        ):
            yield node


def _tree(module: ModuleType) -> ast.Module:
    assert module.__file__ is not None
    return ast.parse(Path(module.__file__).read_text(encoding="utf-8"))


def _names_for_typing(module: ModuleType) -> dict[str, Any]:
    """The module's names with those that it imports for type checkers only."""
    names = dict(vars(module))
    for node in _tree(module).body:
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            block = compile(ast.Module(body=node.body, type_ignores=[]), str(module), "exec")
            exec(block, names)
    return names
