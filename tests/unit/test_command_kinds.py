"""What the command line takes for a type, and which words it hides or asks about."""

from __future__ import annotations

import pytest
from hoody_codegen import ir
from hoody_codegen.cli_runtime.model import Kind
from hoody_codegen.commands.destruction import is_destructive
from hoody_codegen.commands.kinds import Taken, is_secret, taken_for
from hoody_codegen.commands.outputs import columns_of
from hoody_codegen.diagnostics import Diagnostics
from hoody_codegen.naming.table import build_names
from hoody_codegen.text import Untrusted
from support.building import (
    BINARY,
    BOOLEAN,
    DATE_TIME,
    INTEGER,
    NUMBER,
    PLACE,
    STRING,
    enum,
    model,
    prop,
    ref,
)

POINT = model("Point", [prop("x", INTEGER)])
MODELS = {POINT.id: POINT}


@pytest.mark.parametrize(
    ("type_", "taken"),
    [
        (STRING, Taken(Kind())),
        (BOOLEAN, Taken(Kind("boolean"))),
        (DATE_TIME, Taken(Kind("datetime"))),
        (BINARY, Taken(Kind("bytes"))),
        (ir.ScalarType(ir.ScalarKind.BASE64), Taken(Kind())),
        (ir.AnyType(), Taken(Kind("any"))),
        (ref("Point"), Taken(Kind("json"))),
        (ir.NullableType(INTEGER), Taken(Kind("integer"), nullable=True)),
        (ir.ArrayType(STRING), Taken(Kind(), many=True)),
        (ir.ArrayType(ref("Point")), Taken(Kind("json"), many=True)),
        (ir.ArrayType(ir.ArrayType(INTEGER)), Taken(Kind("json"))),
        (ir.MapType(NUMBER), Taken(Kind("number"), mapping=True)),
        (ir.MapType(ir.ArrayType(STRING)), Taken(Kind("json"), mapping=True)),
        (ir.UnionType((STRING, INTEGER)), Taken(Kind("any"))),
        (ir.UnionType((ref("Point"), ir.MapType(STRING))), Taken(Kind("json"))),
        (enum("a", "b"), Taken(Kind(choices=("a", "b"), closed=True))),
    ],
)
def test_types(type_: ir.TypeRef, taken: Taken) -> None:
    assert taken_for(type_, MODELS) == taken


def test_values_that_were_concluded_are_open() -> None:
    assert taken_for(enum("a"), MODELS, open_choices=True).kind == Kind(choices=("a",))


def test_ranges_and_units() -> None:
    limits = ir.Constraints(exclusive_minimum=0, maximum=10, unit=Untrusted("seconds"))

    assert taken_for(INTEGER, MODELS, constraints=limits).kind == Kind(
        "integer", minimum=1, maximum=10, unit="s"
    )
    assert taken_for(INTEGER, MODELS, text="Largest size in bytes.").kind.unit == "bytes"
    assert taken_for(INTEGER, MODELS, text="How many bytesize things.").kind.unit == ""


@pytest.mark.parametrize(
    ("name", "secret"),
    [
        ("password", True),
        ("currentPassword", True),
        ("api_key", True),
        ("client_secret", True),
        ("refreshToken", True),
        ("page_token", False),
        ("next_token", False),
        ("token_type", False),
        ("key", False),
        ("max_tokens", False),
        ("ssh_public_key", False),
    ],
)
def test_secrets(name: str, *, secret: bool) -> None:
    assert is_secret(name, Kind()) is secret
    assert not is_secret(name, Kind("integer"))


def test_a_format_makes_a_secret() -> None:
    assert is_secret("pin", Kind(), "password")


@pytest.mark.parametrize(
    ("method", "action", "confirm", "asks"),
    [
        ("DELETE", "drop", None, True),
        ("POST", "resetRules", None, True),
        ("POST", "reboot", None, True),
        ("PUT", "restoreSnapshot", None, True),
        ("POST", "create", None, False),
        ("POST", "getResetState", None, False),
        ("GET", "shutdown", None, False),
        ("GET", "shutdown", True, True),
        ("DELETE", "drop", False, False),
    ],
)
def test_what_asks(method: str, action: str, confirm: bool | None, *, asks: bool) -> None:
    operation = ir.Operation(
        key="api x",
        service=Untrusted("api"),
        method=method,
        path=Untrusted("/x"),
        origin=PLACE,
        action=Untrusted(action),
        cli_confirm=confirm,
    )
    api = ir.Api((ir.Service(Untrusted("api"), None, PLACE, (operation,)),), ())

    names = build_names(api, Diagnostics(), client_name="Acme")

    assert is_destructive(operation, names) is asks


def test_columns_say_most_about_an_item() -> None:
    fields = [
        *(
            prop("created_at", DATE_TIME),
            prop("size", INTEGER),
            prop("note"),
            prop("enabled", BOOLEAN),
        ),
        *(
            prop("id"),
            prop("alias"),
            prop("name"),
            prop("owner", ref("Point")),
            prop("dotted.name"),
        ),
    ]
    thing = model("Thing", fields)

    columns = columns_of(ref("Thing"), {**MODELS, thing.id: thing})

    assert [(one.field, one.format) for one in columns] == [
        ("id", "text"),
        ("name", "text"),
        ("alias", "text"),
        ("enabled", "flag"),
        ("size", "size"),
        ("created_at", "time"),
    ]


def test_items_without_usual_fields_show_their_first_ones() -> None:
    thing = model("Thing", [prop("b"), prop("a", INTEGER), prop("thing_id"), prop("c"), prop("d")])

    columns = columns_of(ref("Thing"), {thing.id: thing})

    assert [(one.field, one.format) for one in columns] == [
        ("thing_id", "text"),
        ("b", "text"),
        ("a", "number"),
    ]


def test_lists_of_texts_have_no_columns() -> None:
    assert columns_of(STRING, {}) == ()
