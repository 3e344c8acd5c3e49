"""Types as annotations, on the way in and on the way out."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest
from hoody_codegen.diagnostics import Diagnostics
from hoody_codegen.ir import (
    AnyType,
    ArrayType,
    MapType,
    NullableType,
    ObjectShape,
    ScalarKind,
    ScalarType,
    TypeRef,
    UnionType,
    index_models,
)
from hoody_codegen.naming.table import build_names
from hoody_codegen.python.annotations import Annotation, Annotator, either
from hoody_codegen.python.imports import ImportSet
from hoody_codegen.python.usage import find_usage
from support.building import (
    BINARY,
    BOOLEAN,
    DATE,
    DATE_TIME,
    INTEGER,
    NUMBER,
    STRING,
    api,
    enum,
    given,
    model,
    prop,
    ref,
    taken,
)

WHOLE = api(
    model("Dog", [prop("kind", enum("dog", const=True))]),
    model("Cat", [prop("kind", enum("cat", const=True))]),
    model("Sent", [prop("x")]),
    model("Open", ObjectShape((prop("x"),), extra=AnyType())),
    model("Color", enum("red", "green")),
    model("Pets", ArrayType(ref("Dog"))),
    model("Shade", UnionType((ref("Color"), INTEGER))),
    *given(ref("Dog"), ref("Cat")),
    *taken(ref("Dog"), ref("Sent"), ref("Open"), ref("Pets"), ref("Shade")),
)


@pytest.fixture(scope="module")
def annotator() -> Annotator:
    names = build_names(WHOLE, Diagnostics(), client_name="Hoody")
    return Annotator(index_models(WHOLE), names, find_usage(WHOLE))


def printed(annotation: Annotation) -> str:
    return annotation.code(ImportSet(PurePosixPath("services/api/a.py")).use)


@pytest.mark.parametrize(
    ("type_", "response", "request_"),
    [
        (AnyType(), "JsonValue", "object"),
        (STRING, "str", "str"),
        (INTEGER, "int", "int"),
        (NUMBER, "int | float", "float"),
        (BOOLEAN, "bool", "bool"),
        (ScalarType(ScalarKind.NULL), "None", "None"),
        (DATE_TIME, "datetime", "datetime | str"),
        (DATE, "date", "date | str"),
        (BINARY, "bytes", "FileContent"),
        (ScalarType(ScalarKind.BASE64), "str", "bytes | str"),
        (enum("a", "b"), 'Literal["a", "b"] | str', 'Literal["a", "b"] | str'),
        (enum(1, 2, kind=ScalarKind.INTEGER), "Literal[1, 2] | int", "Literal[1, 2] | int"),
        (enum("a", 1, None), 'Literal["a", 1] | str | int | None', None),
        (enum(True, False), "bool", "bool"),
        (enum(0.5, kind=ScalarKind.NUMBER), "int | float", None),
        (enum({"a": 1}), "JsonValue", None),
        # A lone surrogate has no UTF-8; tools would stumble over it.
        (enum("a", "\ud800"), 'Literal["a"] | str', None),
        (enum('quo"te', "new\nline"), """Literal['quo"te', "new\\nline"] | str""", None),
        (ArrayType(DATE), "list[date]", "Sequence[date | str]"),
        (MapType(ArrayType(STRING)), "dict[str, list[str]]", "Mapping[str, Sequence[str]]"),
        (NullableType(STRING), "str | None", "str | None"),
        (NullableType(enum("a")), 'Literal["a"] | str | None', None),
        (UnionType((STRING, INTEGER)), "str | int", "str | int"),
        (UnionType((NullableType(STRING), AnyType())), "str | JsonValue", "object"),
        (
            NullableType(UnionType((ref("Dog"), STRING))),
            "Dog | str | UnknownVariant | None",
            "DogParam | Dog | str | None",
        ),
        (ref("Dog"), "Dog", "DogParam | Dog"),
        (ref("Sent"), "Sent", "SentParam"),
        (ref("Open"), "Open", "OpenParam | Mapping[str, object]"),
        (ref("Color"), "Color", "Color"),
        (ref("Pets"), "Pets", "PetsParam"),
        (ref("Shade"), "Shade", "Shade"),
        (ArrayType(ref("Dog")), "list[Dog]", "Sequence[DogParam | Dog]"),
        (
            UnionType((ref("Dog"), ref("Cat"))),
            # A variant that this client doesn't know stays what it is: JSON.
            "Dog | Cat | UnknownVariant",
            "DogParam | Dog | Cat | CatParam",
        ),
    ],
    ids=repr,
)
def test_annotation(
    annotator: Annotator, type_: TypeRef, response: str, request_: str | None
) -> None:
    assert printed(annotator.response(type_)) == response
    if request_ is not None:
        found = printed(annotator.request(type_))
        assert sorted(found.split(" | ")) == sorted(request_.split(" | "))


def test_the_tag_of_a_variant_is_closed(annotator: Annotator) -> None:
    tag = enum("dog", const=True)
    assert printed(annotator.field(tag, sent=False, variant=True)) == 'Literal["dog"]'
    assert printed(annotator.field(tag, sent=True, variant=True)) == 'Literal["dog"]'
    assert printed(annotator.field(tag, sent=False, variant=False)) == 'Literal["dog"] | str'
    several = enum("dog", "cat")
    assert printed(annotator.field(several, sent=False, variant=True)) == (
        'Literal["dog", "cat"] | str'
    )


def test_what_is_a_class_by_itself(annotator: Annotator) -> None:
    assert annotator.response(ref("Dog")).is_class
    assert annotator.response(STRING).is_class
    assert not annotator.response(ref("Color")).is_class
    assert not annotator.response(ArrayType(STRING)).is_class
    assert not annotator.response(AnyType()).is_class


def test_symbols_are_those_that_printing_asks_for(annotator: Annotator) -> None:
    annotation = annotator.response(MapType(UnionType((ref("Dog"), enum("a")))))
    asked = []

    def printer(symbol):  # type: ignore[no-untyped-def]
        asked.append(symbol)
        return ImportSet(PurePosixPath("x.py")).use(symbol)

    annotation.code(printer)
    assert sorted(set(asked)) == sorted(set(annotation.symbols()))


def test_either_is_flat_and_says_everything_once(annotator: Annotator) -> None:
    one = annotator.response(NullableType(enum("a")))
    other = annotator.response(UnionType((enum("b"), INTEGER)))
    assert printed(either([one, other, one])) == 'Literal["a", "b"] | str | int | None'
