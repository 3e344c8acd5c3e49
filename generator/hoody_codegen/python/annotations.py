"""Types of the API as Python annotations.

An annotation is a tree of symbols, never a string: the module that prints it decides how each
symbol is called there and imports it. The same type reads differently on its two ways. What comes
from the server is told exactly and left open (``list[X]``, an enum also takes unknown values, a
union of objects also unknown variants); what goes to the server is taken generously
(``Sequence[X]``, a time or its text, a TypedDict or the model).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from .. import ir
from ..naming.table import NameTable
from .code import Code, code, join
from .escape import literal
from .imports import RUNTIME, Symbol, builtin
from .usage import Usage

Printer: TypeAlias = Callable[[Symbol], Code]
"""How a module calls a symbol: ``ImportSet.use`` or ``ImportSet.use_for_types``."""


class Annotation:
    """A node of an annotation tree."""

    __slots__ = ()

    def code(self, printer: Printer) -> Code:
        """The annotation as Python."""
        raise NotImplementedError

    def symbols(self) -> Iterator[Symbol]:
        """The symbols in it, outermost first."""
        raise NotImplementedError

    @property
    def is_class(self) -> bool:
        """Whether it's a class by itself, and so a value of ``type[T]``."""
        return False


@dataclass(frozen=True, slots=True)
class Named(Annotation):
    """A symbol: a class, or a name for another annotation."""

    symbol: Symbol
    stands_for_class: bool = True

    def code(self, printer: Printer) -> Code:
        return printer(self.symbol)

    def symbols(self) -> Iterator[Symbol]:
        yield self.symbol

    @property
    def is_class(self) -> bool:
        return self.stands_for_class


@dataclass(frozen=True, slots=True)
class Applied(Annotation):
    """A generic with its arguments: ``dict[str, X]``."""

    base: Symbol
    arguments: tuple[Annotation, ...]

    def code(self, printer: Printer) -> Code:
        base = printer(self.base)
        return code("{}[{}]", base, join(", ", [one.code(printer) for one in self.arguments]))

    def symbols(self) -> Iterator[Symbol]:
        yield self.base
        for argument in self.arguments:
            yield from argument.symbols()


@dataclass(frozen=True, slots=True)
class Values(Annotation):
    """``Literal["a", "b"]``."""

    values: tuple[Code, ...]

    def code(self, printer: Printer) -> Code:
        return code("{}[{}]", printer(_LITERAL), join(", ", self.values))

    def symbols(self) -> Iterator[Symbol]:
        yield _LITERAL


@dataclass(frozen=True, slots=True)
class Nothing(Annotation):
    """``None``."""

    def code(self, printer: Printer) -> Code:
        return Code("None")

    def symbols(self) -> Iterator[Symbol]:
        yield from ()


@dataclass(frozen=True, slots=True)
class Either(Annotation):
    """``X | Y``; made by :func:`either`."""

    members: tuple[Annotation, ...]

    def code(self, printer: Printer) -> Code:
        return join(" | ", [one.code(printer) for one in self.members])

    def symbols(self) -> Iterator[Symbol]:
        for member in self.members:
            yield from member.symbols()


_LITERAL = Symbol("typing", "Literal")
_JSON_VALUE = Symbol(f"{RUNTIME}.models", "JsonValue")

JSON = Named(_JSON_VALUE, stands_for_class=False)
"""Any JSON value, as it is read."""
UNKNOWN = Named(Symbol(f"{RUNTIME}.models", "UnknownVariant"), stands_for_class=False)
"""JSON that is none of the known variants of a union."""
ANYTHING = Named(builtin("object"))
STR = Named(builtin("str"))
INT = Named(builtin("int"))
FLOAT = Named(builtin("float"))
BOOL = Named(builtin("bool"))
BYTES = Named(builtin("bytes"))
DATETIME = Named(Symbol("datetime", "datetime"))
DATE = Named(Symbol("datetime", "date"))
NONE = Nothing()


def either(members: Iterable[Annotation]) -> Annotation:
    """The union of ``members``: flat, each once, values together, None at the end."""
    flat: list[Annotation] = []
    for member in members:
        flat += member.members if isinstance(member, Either) else [member]
    values = tuple(
        dict.fromkeys(value for one in flat if isinstance(one, Values) for value in one.values)
    )
    kept: dict[Annotation, None] = {}
    for member in flat:
        kept[Values(values) if isinstance(member, Values) else member] = None
    if ANYTHING in kept:
        return ANYTHING
    if JSON in kept:
        # It takes everything that the others would, so it comes last; None is part of it.
        kept.pop(NONE, None)
        kept.pop(UNKNOWN, None)
    for last in (JSON, UNKNOWN, NONE):
        if last in kept:
            del kept[last]
            kept[last] = None
    found = tuple(kept)
    return found[0] if len(found) == 1 else Either(found)


class Annotator:
    """Annotations for the types of one API."""

    def __init__(self, models: ir.ModelIndex, names: NameTable, usage: Usage) -> None:
        self._models = models
        self._names = names
        self._usage = usage
        self._same: dict[ir.ModelId, bool] = {}

    def response(self, type_: ir.TypeRef, *, closed: bool = False) -> Annotation:
        """What a value of ``type_`` is when it comes from the server.

        ``closed`` takes a constant at its word, as the tag of a variant must be.
        """
        match type_:
            case ir.AnyType():
                return JSON
            case ir.ScalarType(kind=kind):
                return _READ[kind]
            case ir.EnumType():
                return _enum(type_, closed=closed)
            case ir.ArrayType(items=items):
                return Applied(builtin("list"), (self.response(items),))
            case ir.MapType(values=values):
                return Applied(builtin("dict"), (STR, self.response(values)))
            case ir.NullableType(inner=inner):
                return either([self.response(inner, closed=closed), NONE])
            case ir.UnionType(members=members):
                read = [self.response(member) for member in members]
                has_objects = any(ir.object_model(self._models, member) for member in members)
                return either([*read, UNKNOWN] if has_objects else read)
            case ir.ModelType(id=model_id):
                is_object = isinstance(self._models[model_id].shape, ir.ObjectShape)
                return Named(self.model_symbol(model_id), stands_for_class=is_object)

    def request(self, type_: ir.TypeRef) -> Annotation:
        """What is accepted for a value of ``type_`` that goes to the server."""
        match type_:
            case ir.AnyType():
                return ANYTHING
            case ir.ScalarType(kind=kind):
                return _SENT[kind]
            case ir.EnumType():
                return _enum(type_, closed=False)
            case ir.ArrayType(items=items):
                return Applied(_SEQUENCE, (self.request(items),))
            case ir.MapType(values=values):
                return Applied(_MAPPING, (STR, self.request(values)))
            case ir.NullableType(inner=inner):
                return either([self.request(inner), NONE])
            case ir.UnionType(members=members):
                return either(self.request(member) for member in members)
            case ir.ModelType(id=model_id):
                return self._sent_model(model_id)

    def field(self, type_: ir.TypeRef, *, sent: bool, variant: bool) -> Annotation:
        """The annotation of a field; in a ``variant`` of a union, a constant is the tag."""
        if not sent:
            return self.response(type_, closed=variant)
        if variant and isinstance(type_, ir.EnumType):
            return _enum(type_, closed=True)
        return self.request(type_)

    def model_symbol(self, model_id: ir.ModelId) -> Symbol:
        """The class of a model, or the name of its type."""
        names = self._names.model(model_id)
        return Symbol(self._module(model_id), names.class_name, f"{names.class_name}Model")

    def param_symbol(self, model_id: ir.ModelId) -> Symbol:
        """The TypedDict of a model, or the name of the type that is sent."""
        names = self._names.model(model_id)
        return Symbol(self._module(model_id), names.param_name)

    def has_own_param(self, model_id: ir.ModelId) -> bool:
        """Whether what is sent differs from what is read, and so has a name of its own."""
        if model_id not in self._same:
            # For a type that holds itself: it differs if something else in it does.
            self._same[model_id] = True
            shape = self._models[model_id].shape
            self._same[model_id] = not isinstance(shape, ir.ObjectShape) and (
                self._reads_as_sent(shape)
            )
        return not self._same[model_id]

    def _reads_as_sent(self, type_: ir.TypeRef) -> bool:
        match type_:
            case ir.EnumType():
                return True
            case ir.NullableType(inner=inner):
                return self._reads_as_sent(inner)
            case ir.UnionType(members=members):
                return all(self._reads_as_sent(member) for member in members)
            case ir.ModelType(id=model_id):
                return not self.has_own_param(model_id)
            case _:
                return self.request(type_) == self.response(type_)

    def _sent_model(self, model_id: ir.ModelId) -> Annotation:
        shape = self._models[model_id].shape
        if not isinstance(shape, ir.ObjectShape):
            own = self.has_own_param(model_id)
            symbol = self.param_symbol(model_id) if own else self.model_symbol(model_id)
            return Named(symbol, stands_for_class=False)
        members: list[Annotation] = [Named(self.param_symbol(model_id))]
        if model_id in self._usage.responses:
            members.append(Named(self.model_symbol(model_id)))
        if shape.extra is not None:
            # A TypedDict takes no further keys, and the object does.
            members.append(Applied(_MAPPING, (STR, ANYTHING)))
        return either(members)

    def _module(self, model_id: ir.ModelId) -> str:
        service = self._names.service(self._models[model_id].service)
        return f".types.{service.module}.{self._names.model(model_id).module}"


_LONGEST_LITERAL = 64

_SEQUENCE = Symbol("collections.abc", "Sequence")
_MAPPING = Symbol("collections.abc", "Mapping")

_READ = {
    ir.ScalarKind.STRING: STR,
    ir.ScalarKind.INTEGER: INT,
    # Documents say "number" for counts too; 20 should stay 20 and not become 20.0.
    ir.ScalarKind.NUMBER: either([INT, FLOAT]),
    ir.ScalarKind.BOOLEAN: BOOL,
    ir.ScalarKind.NULL: NONE,
    ir.ScalarKind.DATE_TIME: DATETIME,
    ir.ScalarKind.DATE: DATE,
    ir.ScalarKind.BINARY: BYTES,
    ir.ScalarKind.BASE64: STR,
}
_SENT = _READ | {
    ir.ScalarKind.NUMBER: FLOAT,
    ir.ScalarKind.DATE_TIME: either([DATETIME, STR]),
    ir.ScalarKind.DATE: either([DATE, STR]),
    ir.ScalarKind.BINARY: Named(Symbol(f"{RUNTIME}.files", "FileContent")),
    # The runtime writes bytes inside JSON as base64.
    ir.ScalarKind.BASE64: either([BYTES, STR]),
}


def _enum(type_: ir.EnumType, *, closed: bool) -> Annotation:
    """``Literal["a", "b"] | str``: the known values for the reader, the base for the unknown."""
    members: list[Annotation] = []
    bases: list[Annotation] = []
    for value in type_.values:
        plain = value.reveal()
        base = _base(plain)
        bases.append(base)
        if (base in (STR, INT) and _can_be_literal(plain)) or (base is BOOL and closed):
            members.append(Values((literal(plain),)))
    if closed and type_.const and len(members) == len(type_.values):
        return either(members)
    if not bases:
        bases = [_READ[type_.base.kind]]
    return either([*members, *bases])


def _base(value: Any) -> Annotation:
    match value:
        case None:
            return NONE
        case bool():
            return BOOL
        case int():
            return INT
        case float():
            return _READ[ir.ScalarKind.NUMBER]
        case str():
            return STR
        case _:
            return JSON


def _can_be_literal(value: str | int) -> bool:
    """Text that UTF-8 can't hold (lone surrogates) makes type checkers stumble, and text as long
    as a line is of no help in a signature; the docstring names it."""
    if len(str(value)) > _LONGEST_LITERAL:
        return False
    try:
        str(value).encode()
    except UnicodeEncodeError:
        return False
    return True
