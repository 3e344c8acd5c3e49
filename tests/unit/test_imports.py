"""Imports from symbols: relative paths, names in the way, one statement per module."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest
from hoody_codegen.python.code import dotted
from hoody_codegen.python.imports import RUNTIME, ImportSet, Symbol, builtin

TOKEN = Symbol(".types.api.auth_token", "AuthToken", "AuthTokenModel")


def at(path: str, **names: frozenset[str]) -> ImportSet:
    return ImportSet(PurePosixPath(path), **names)


@pytest.mark.parametrize(
    ("path", "statement"),
    [
        ("services/api/auth_tokens.py", "from ...types.api.auth_token import AuthToken"),
        ("services/api/__init__.py", "from ...types.api.auth_token import AuthToken"),
        ("types/api/other.py", "from .auth_token import AuthToken"),
        ("types/notes/other.py", "from ..api.auth_token import AuthToken"),
        ("types/__init__.py", "from .api.auth_token import AuthToken"),
        ("_client.py", "from .types.api.auth_token import AuthToken"),
    ],
)
def test_relative_imports(path: str, statement: str) -> None:
    imports = at(path)
    assert imports.use(TOKEN) == "AuthToken"
    assert imports.runtime == (statement,)


def test_symbols_of_the_module_itself_need_no_import() -> None:
    imports = at("types/api/auth_token.py")
    assert imports.use(TOKEN) == "AuthToken"
    assert imports.runtime == ()


def test_one_statement_per_module_in_order() -> None:
    imports = at("services/api/a.py")
    for symbol in (
        Symbol(RUNTIME, "Resource"),
        TOKEN,
        Symbol("typing", "Literal"),
        Symbol(RUNTIME, "Operation"),
        Symbol("collections.abc", "Sequence"),
    ):
        imports.use(symbol)
    assert imports.runtime == (
        "from collections.abc import Sequence",
        "from typing import Literal",
        "from ..._runtime import Operation, Resource",
        "from ...types.api.auth_token import AuthToken",
    )


def test_imports_for_types_only() -> None:
    imports = at("services/api/a.py")
    imports.use_for_types(TOKEN)
    imports.use_for_types(Symbol(RUNTIME, "RequestOptions"))
    imports.use(Symbol(RUNTIME, "RequestOptions"))
    assert imports.types == ("from ...types.api.auth_token import AuthToken",)
    assert imports.runtime == (
        "from typing import TYPE_CHECKING",
        "from ..._runtime import RequestOptions",
    )


def test_local_imports_leave_out_what_is_there() -> None:
    imports = at("services/api/a.py")
    imports.use(Symbol("typing", "Literal"))
    symbols = [TOKEN, builtin("list"), Symbol("typing", "Literal")]
    assert imports.local(symbols) == ("from ...types.api.auth_token import AuthToken",)
    assert imports.runtime == ("from typing import Literal",)


def test_a_class_with_a_method_list_says_builtins_list() -> None:
    imports = at("services/api/a.py", members=frozenset(["list", "get"]))
    assert imports.use_for_types(builtin("list")) == "builtins.list"
    assert imports.use_for_types(builtin("str")) == "str"
    assert imports.types == ("import builtins",)


def test_a_field_called_date_moves_date_and_datetime() -> None:
    imports = at("types/api/a.py", members=frozenset(["date"]))
    assert imports.use(Symbol("datetime", "date")) == "dt.date"
    assert imports.use(Symbol("datetime", "datetime")) == "dt.datetime"
    assert imports.runtime == ("import datetime as dt",)


def test_module_names_give_way_too() -> None:
    imports = at("types/api/a.py", members=frozenset(["date", "dt", "list", "builtins"]))
    assert imports.use(Symbol("datetime", "date")) == "_dt.date"
    assert imports.use(builtin("list")) == "_builtins.list"
    assert imports.runtime == ("import builtins as _builtins", "import datetime as _dt")


def test_a_class_of_the_module_gives_the_model_its_other_name() -> None:
    imports = at("services/api/a.py", defined=frozenset(["AuthToken"]))
    assert imports.use(TOKEN) == "AuthTokenModel"
    assert imports.runtime == ("from ...types.api.auth_token import AuthToken as AuthTokenModel",)


def test_two_symbols_of_one_name() -> None:
    imports = at("services/api/a.py")
    assert imports.use(Symbol("typing", "Literal")) == "Literal"
    assert imports.use(Symbol(".types.api.literal", "Literal", "LiteralModel")) == "LiteralModel"
    assert imports.use(Symbol(".types.b.literal", "Literal")) == "_Literal"
    with pytest.raises(ValueError, match="no free name for Literal"):
        imports.use(Symbol(".types.c.literal", "Literal"))


@pytest.mark.parametrize("text", ["", "a b", "a;b", "a..b", ".a.", "a.class", "a\nb", "a-b"])
def test_a_dotted_name_is_checked(text: str) -> None:
    with pytest.raises(ValueError, match="is no dotted name"):
        dotted(text)
