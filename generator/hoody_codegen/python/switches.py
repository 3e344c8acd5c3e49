"""Methods whose argument decides between a result and a stream: one signature for each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from .. import ir
from ..naming.identifiers import Identifier
from .annotations import Annotation, Values
from .arguments import Argument
from .escape import literal


class Outcome(Enum):
    """What comes back for certain values of an argument that decides."""

    RESULT = auto()
    STREAM = auto()
    EITHER = auto()


@dataclass(frozen=True, slots=True)
class Narrowed:
    """An argument in one of several signatures: its ``values``, or nothing but being left out."""

    values: Annotation | None
    may_be_left_out: bool = False


def switch_signatures(
    operation: ir.Operation, arguments: Sequence[Argument]
) -> Iterator[tuple[Mapping[Identifier, Narrowed], Outcome]]:
    """The signatures of a method whose argument decides between a result and a stream.

    The last one takes the argument as it is, for callers who don't know its value themselves.
    """
    facts = operation.stream_facts
    switch = facts.switch if facts is not None else None
    found = [
        argument
        for argument in arguments
        if switch is not None
        and argument.place == switch.location
        and argument.wire_name == switch.name
    ]
    if switch is None or not found:
        return
    decides = found[0]
    with_result = [value.reveal() for value in switch.values]
    known = _known_values(decides.type)
    given = [value for value in with_result if known is None or _is_among(value, known)]
    others = [value for value in known or () if not _is_among(value, with_result)]
    if given:
        yield {decides.name: Narrowed(_values(given))}, Outcome.RESULT
    if others:
        narrowed = Narrowed(_values(others), may_be_left_out=not decides.required)
        yield {decides.name: narrowed}, Outcome.STREAM
    elif not decides.required:
        yield {decides.name: Narrowed(None, may_be_left_out=True)}, Outcome.STREAM
    yield {}, Outcome.EITHER


def _known_values(type_: ir.TypeRef) -> list[object] | None:
    """All values of a type, as far as they are known; None where there is no telling."""
    match type_:
        case ir.NullableType(inner=inner):
            return _known_values(inner)
        case ir.ScalarType(kind=ir.ScalarKind.BOOLEAN):
            return [True, False]
        case ir.EnumType(values=values):
            return [value.reveal() for value in values]
        case _:
            return None


def _is_among(value: object, values: Sequence[object]) -> bool:
    """``True`` isn't 1 here."""
    return any(type(value) is type(other) and value == other for other in values)


def _values(values: Sequence[object]) -> Values:
    return Values(tuple(literal(value) for value in values))
