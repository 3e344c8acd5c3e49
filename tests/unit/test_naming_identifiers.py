"""Names as types: what can't stand in a place can't become a name for it."""

from __future__ import annotations

import builtins
import keyword

import pytest
from hoody_codegen.naming import reserved
from hoody_codegen.naming.identifiers import (
    MAX_MODULE_LENGTH,
    ClassName,
    ConstantName,
    Identifier,
    ModuleName,
    Name,
)
from hoody_codegen.naming.spelling import class_name, module_name, snake_name, spelled_name
from hoody_codegen.runtime import errors as runtime_errors
from hoody_codegen.runtime.models import Model
from hypothesis import given, settings
from hypothesis import strategies as st


@pytest.mark.parametrize(
    "text", ["", "a b", "a-b", "1a", "class", "None", "__mangled", "a\nb", "ﬁle", "a.b", "x;y"]
)
def test_identifier_refuses(text: str) -> None:
    with pytest.raises(ValueError, match="is no Identifier"):
        Identifier(text)


@pytest.mark.parametrize("text", ["_", "name", "type", "match", "class_", "用户"])
def test_identifier_accepts(text: str) -> None:
    name = Identifier(text)
    assert name == text
    assert isinstance(name, Name)


@pytest.mark.parametrize("text", ["token", "_token", "None", "Auth Token"])
def test_class_name_refuses(text: str) -> None:
    with pytest.raises(ValueError, match="is no ClassName"):
        ClassName(text)


@pytest.mark.parametrize("text", ["Token", "../x", "con", "com1", "a" * 65, "import", "имя"])
def test_module_name_refuses(text: str) -> None:
    with pytest.raises(ValueError, match="is no ModuleName"):
        ModuleName(text)


@pytest.mark.parametrize("text", ["create", "_Create", "__CREATE"])
def test_constant_name_refuses(text: str) -> None:
    with pytest.raises(ValueError, match="is no ConstantName"):
        ConstantName(text)


@settings(deadline=None)
@given(st.text())
def test_any_text_finds_a_name(text: str) -> None:
    for name in (
        snake_name(text, filler="value", reserved=reserved.ARGUMENTS),
        spelled_name(text, filler="value", reserved=reserved.ARGUMENTS),
    ):
        assert Identifier(name) not in reserved.ARGUMENTS
        assert not name.startswith("_")
    assert ClassName(class_name(text))
    assert len(ModuleName(module_name(text))) <= MAX_MODULE_LENGTH


def test_long_names_are_cut_and_stay_distinct() -> None:
    long, longer = "word_" * 40, "word_" * 41
    assert module_name(long) != module_name(longer)
    assert class_name(long) != class_name(longer)
    # The longest line that black and ruff can't break holds a name and this much around it.
    assert len(f"        return Async{class_name(long)}WithRawResponse(") <= 100


def test_a_module_called_self_would_shadow_it_for_type_checkers() -> None:
    assert module_name("Self") == "self_"


def test_windows_devices_are_no_modules() -> None:
    assert module_name("Con") == "con_"
    assert module_name("Lpt1") == "lpt1_"


def test_reserved_attributes_cover_the_models_base_class() -> None:
    members = {name for name in dir(Model) if not name.startswith("_")}
    protected = {name for name in members if name.startswith(reserved.MODEL_ATTRIBUTE_PREFIXES)}
    assert members - protected <= reserved.MODEL_ATTRIBUTES


def test_reserved_error_classes_cover_the_runtime_and_python() -> None:
    exceptions = {
        name
        for module in (vars(runtime_errors), vars(builtins))
        for name, value in module.items()
        if isinstance(value, type) and issubclass(value, BaseException)
    }
    assert exceptions <= reserved.ERROR_CLASSES


def test_keywords_are_reserved_everywhere() -> None:
    for place in (
        reserved.ARGUMENTS,
        reserved.METHODS,
        reserved.MODEL_ATTRIBUTES,
        reserved.MODULES,
        reserved.CLIENT_ATTRIBUTES,
    ):
        assert set(keyword.kwlist) <= place
