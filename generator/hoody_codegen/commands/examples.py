"""An example for each command that can be pasted: documented values where there are any."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from .. import ir
from ..cli_runtime.model import Kind, Option
from ..python.arguments import Argument as MethodArgument
from ..python.bodies import RequestBody
from .kinds import bare
from .options import Input
from .samples import DAY, MOMENT, OBJECT_ID, plausible_text, sample

_LONGEST: Final = 60
"""Characters of a documented value that still reads as an example."""

_LONGEST_JSON: Final = 180
_PLACEHOLDER: Final = re.compile(r"\A<|\{|\}|>\Z|\.\.\.|…")


def example(
    words: Sequence[str],
    operation: ir.Operation,
    given: Input,
    arguments: Sequence[MethodArgument],
    body: RequestBody | None,
    models: ir.ModelIndex,
) -> str:
    """``hoody containers get 665f1c2ab34d5e6f7a8b9c0d``: everything that has to be given.

    Args:
        words: The program and the words of the command.
        arguments: Those of the method.
    """
    planner = _Planner(operation, given, {str(one.name): one for one in arguments}, body, models)
    return " ".join([*words, *planner.words()])


@dataclass(frozen=True, slots=True)
class _Planner:
    operation: ir.Operation
    given: Input
    arguments: Mapping[str, MethodArgument]
    body: RequestBody | None
    models: ir.ModelIndex

    def words(self) -> Iterator[str]:
        behind: list[str] = []
        for argument in self.given.arguments:
            value = shlex.quote(self._of_argument(argument.argument, argument.name, argument.kind))
            if argument.flag:
                yield from (argument.flag, value)
            elif value.startswith("-") or behind:
                behind.append(value)
            else:
                yield value
        needed = [one for one in self.given.options if one.required and not one.path]
        for option in needed:
            yield from self._of_option(option)
        if self.given.body:
            yield from self._whole()
        elif self.given.has_body and not needed:
            yield from self._first_field()
        if behind:
            # What begins like a flag stands behind all flags.
            yield from ("--", *behind)

    def _of_argument(self, argument: str, name: str, kind: Kind) -> str:
        """A path parameter: as documented, or for its name with the noun of the path."""
        one = self.arguments[argument]
        constraints = one.documented.constraints
        values = (*self._documented(one), sample(one.type, self.models, name, constraints))
        return _first_fitting(values, kind) or _fallback(kind)

    def _of_option(self, option: Option) -> Iterator[str]:
        one = self.arguments[option.argument]
        wire = one.wire_name.reveal() if one.wire_name is not None else option.argument
        made = sample(one.type, self.models, wire, one.documented.constraints)
        values = [*self._documented(one), made]
        yield option.flag
        if option.kind.name == "flag":
            return
        if option.mapping:
            yield self._pair(option, values, one.type)
            return
        if option.many:
            values = [one[0] if isinstance(one, list) and one else one for one in values]
        yield shlex.quote(_first_fitting(values, option.kind) or _fallback(option.kind))

    def _pair(self, option: Option, values: Sequence[Any], type_: ir.TypeRef) -> str:
        for pairs in values:
            for key, value in pairs.items() if isinstance(pairs, Mapping) else ():
                fitting = _fitting(value, option.kind)
                if fitting is not None and key:
                    return shlex.quote(f"{key}={fitting}")
        plain, _ = bare(type_, self.models)
        inner = (
            sample(plain.values, self.models, "value") if isinstance(plain, ir.MapType) else None
        )
        value = _fitting(inner, option.kind) or _fallback(option.kind)
        return f"KEY={shlex.quote(value)}"

    def _whole(self) -> Iterator[str]:
        kind = self.given.body_kind.name
        if kind == "bytes":
            yield from ("--file", "notes.txt")
            return
        documented = self._body_example()
        yield "--body"
        if kind == "text":
            is_short = isinstance(documented, str) and len(documented) <= _LONGEST
            yield shlex.quote(documented) if is_short and documented else "@request.txt"
            return
        value = documented
        if value is None or len(json.dumps(value)) > _LONGEST_JSON:
            type_ = self.body.type if self.body is not None else ir.AnyType()
            value = sample(type_, self.models, "value")
        yield shlex.quote(json.dumps(value, ensure_ascii=False))

    def _first_field(self) -> Iterator[str]:
        """Of a body without required fields, the first that the documented example has."""
        for option in self.given.options:
            simple = option.kind.name not in ("json", "any", "bytes")
            if option.field and simple and not (option.path or option.many or option.mapping):
                value = _first_fitting(
                    self._documented(self.arguments[option.argument]), option.kind
                )
                if value:
                    yield from (option.flag, shlex.quote(value))
                    return

    def _documented(self, one: MethodArgument) -> list[Any]:
        """The documented examples of an argument."""
        if one.place == "body":
            fields = self._body_example()
            known = isinstance(fields, Mapping) and one.wire_name is not None
            return [fields.get(one.wire_name.reveal())] if known and one.wire_name else []
        return [
            found.value.reveal()
            for parameter in self.operation.parameters
            if parameter.location is one.place and parameter.name == one.wire_name
            for found in parameter.examples
        ]

    def _body_example(self) -> Any:
        for content in self.operation.body.contents if self.operation.body is not None else ():
            for one in content.examples:
                return one.value.reveal()
        return None


def _first_fitting(values: Sequence[Any], kind: Kind) -> str | None:
    return next((text for value in values if (text := _fitting(value, kind)) is not None), None)


def _fitting(value: Any, kind: Kind) -> str | None:
    """A value as text, if it is short and the command would take it."""
    if value is None or (isinstance(value, str) and (not value or _PLACEHOLDER.search(value))):
        return None
    if kind.name == "json" or (kind.name == "any" and not isinstance(value, str)):
        text = json.dumps(value, ensure_ascii=False)
        return text if len(text) <= _LONGEST_JSON else None
    if isinstance(value, Mapping | list):
        return None
    text = value if isinstance(value, str) else json.dumps(value)
    if kind.choices and kind.closed and text not in kind.choices:
        return None
    if kind.name in ("integer", "number") and not _in_range(value, kind):
        return None
    if kind.name == "bytes":
        return "@notes.txt"
    longest = max(_LONGEST, kind.shortest or 0)
    fits = (kind.shortest or 0) <= len(text) <= min(longest, kind.longest or longest)
    return text if text.isprintable() and fits else None


def _in_range(value: Any, kind: Kind) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    low, high = kind.minimum, kind.maximum
    return (low is None or value >= low) and (high is None or value <= high)


def _fallback(kind: Kind) -> str:
    """What a command takes in any case."""
    if kind.choices:
        return kind.choices[0]
    match kind.name:
        case "integer" | "number":
            return str(int(kind.minimum if kind.minimum is not None else min(1, kind.maximum or 1)))
        case "boolean":
            return "true"
        case "datetime":
            return MOMENT
        case "date":
            return DAY
        case "json":
            return "{}"
        case "bytes":
            return "@notes.txt"
        case _:
            limits = ir.Constraints(min_length=kind.shortest, max_length=kind.longest)
            return plausible_text("id" if kind.shortest == len(OBJECT_ID) else "", limits)
