"""The signatures of methods whose argument decides between a result and a stream."""

from __future__ import annotations

from typing import Any

import pytest
from hoody_codegen import ir
from hoody_codegen.diagnostics import Diagnostics
from hoody_codegen.naming.table import build_names
from hoody_codegen.python.annotations import Values
from hoody_codegen.python.arguments import plan_arguments
from hoody_codegen.python.switches import Outcome, switch_signatures
from hoody_codegen.text import Untrusted
from support.building import BOOLEAN, STRING, api, enum, operation, parameter


def signatures(
    type_: ir.TypeRef, *values: Any, required: bool = False, name: str = "wait"
) -> list[tuple[list[str] | str, bool, Outcome]]:
    """For each signature: the values of the argument, whether it may be left out, the outcome."""
    switch = ir.StreamSwitch(
        ir.ParameterLocation.QUERY, Untrusted(name), tuple(Untrusted(value) for value in values)
    )
    call = operation(
        "run",
        parameters=(parameter("wait", type_=type_, required=required),),
        stream=ir.StreamKind.SSE,
        stream_facts=ir.StreamFacts(switch=switch),
        result=STRING,
    )
    names = build_names(api(call), Diagnostics(), client_name="Shop")
    found: list[tuple[list[str] | str, bool, Outcome]] = []
    for narrowed, outcome in switch_signatures(call, plan_arguments(call, None, names)):
        if not narrowed:
            found.append(("any", not required, outcome))
        for one in narrowed.values():
            shown: list[str] | str = "left out"
            if one.values is not None:
                assert isinstance(one.values, Values)
                shown = [str(value) for value in one.values.values]
            found.append((shown, one.may_be_left_out, outcome))
    return found


@pytest.mark.parametrize(
    ("type_", "values", "required", "expected"),
    [
        (BOOLEAN, (True, "true"), False, [(["True"], False), (["False"], True)]),
        (BOOLEAN, (False,), True, [(["False"], False), (["True"], False)]),
        (ir.NullableType(BOOLEAN), (True,), False, [(["True"], False), (["False"], True)]),
        (enum("json", "sse"), ("json",), False, [(['"json"'], False), (['"sse"'], True)]),
        (STRING, ("true",), False, [(['"true"'], False), ("left out", True)]),
        (STRING, ("true",), True, [(['"true"'], False)]),
        (BOOLEAN, ("never",), False, [(["True", "False"], True)]),
    ],
)
def test_there_is_a_signature_for_each_outcome(
    type_: ir.TypeRef, values: tuple[Any, ...], required: bool, expected: list[Any]
) -> None:
    found = signatures(type_, *values, required=required)
    outcomes = [Outcome.RESULT, Outcome.STREAM] if len(expected) == 2 else [Outcome.RESULT]
    if values == ("never",):
        outcomes = [Outcome.STREAM]
    assert found == [
        *((*one, outcome) for one, outcome in zip(expected, outcomes, strict=True)),
        ("any", not required, Outcome.EITHER),
    ]


def test_an_argument_that_is_not_there_decides_nothing() -> None:
    assert signatures(BOOLEAN, True, name="other") == []
