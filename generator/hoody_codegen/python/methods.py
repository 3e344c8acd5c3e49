"""Plans one method: its signature, its docstring and the one call it makes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass

from .. import ir
from ..naming.identifiers import ClassName, Identifier
from ..naming.table import NameTable
from .annotations import Annotation, Annotator, Applied, Either, Named, either
from .arguments import Argument, plan_arguments
from .bodies import choose_body
from .code import Code, code, join
from .docstrings import (
    DocumentedError,
    DocumentedEvent,
    method_docstring,
    one_line_docstring,
)
from .errors import error_class
from .escape import LINE_LENGTH, literal
from .forms import ResultForm
from .imports import RUNTIME, ImportSet, Symbol
from .results import MethodResult, choose_result
from .switches import Narrowed, Outcome, switch_signatures


@dataclass(frozen=True, slots=True)
class Overload:
    """One of several signatures of a method: its decorator, its parameters and what it returns."""

    decorator: Code
    parameters: tuple[Code, ...]
    returns: Code


@dataclass(frozen=True, slots=True)
class Method:
    """A method, ready to print. ``parameters`` and ``arguments`` hold one piece of code each."""

    define: Code
    name: Identifier
    parameters: tuple[Code, ...]
    returns: Code
    docstring: Code
    imports: tuple[Code, ...]
    declarations: tuple[Code, ...]
    call: Code
    arguments: tuple[Code, ...]
    overloads: tuple[Overload, ...] = ()


_OMIT = Symbol(RUNTIME, "OMIT")
_OMIT_TYPE = Symbol(RUNTIME, "Omit")
_OPTIONS = Symbol(RUNTIME, "RequestOptions")
_RESPONSE_TYPE = Symbol(RUNTIME, "ResponseType")
_EVENT_TYPES = Symbol(RUNTIME, "EventTypes")
_OVERLOAD = Symbol("typing", "overload")
_BYTES = ir.ScalarType(ir.ScalarKind.BINARY)
_ASYNC_CONTENT = Symbol(f"{RUNTIME}.files", "AsyncFileContent")
_ANY = Symbol("typing", "Any")
_COROUTINE = Symbol("collections.abc", "Coroutine")
_CONTAINERS = {
    ResultForm.DOWNLOAD: (
        Symbol(f"{RUNTIME}.downloads", "Download"),
        Symbol(f"{RUNTIME}.downloads", "AsyncDownload"),
    ),
    ResultForm.PAGE: (
        Symbol(f"{RUNTIME}.paging", "Page"),
        Symbol(f"{RUNTIME}.paging", "AsyncPager"),
    ),
    ResultForm.EVENTS: (
        Symbol(f"{RUNTIME}.streams", "EventStream"),
        Symbol(f"{RUNTIME}.streams", "AsyncEventStream"),
    ),
    ResultForm.LINES: (
        Symbol(f"{RUNTIME}.streams", "JsonLines"),
        Symbol(f"{RUNTIME}.streams", "AsyncJsonLines"),
    ),
    ResultForm.SOCKET: (
        Symbol(f"{RUNTIME}.sockets", "WebSocket"),
        Symbol(f"{RUNTIME}.sockets", "AsyncWebSocket"),
    ),
}
"""What holds items of the result's type, sync and async."""

_UNTYPED = {
    ResultForm.HEAD: (
        Symbol(f"{RUNTIME}.messages", "ResponseHeaders"),
        Symbol(f"{RUNTIME}.messages", "ResponseHeaders"),
    ),
}
"""What is returned without any type of its content, sync and async."""


_AS_THEY_ARE: Mapping[Identifier, Narrowed] = {}

_INDENT = 8
"""Columns before a parameter."""


@dataclass(frozen=True, slots=True)
class MethodPlanner:
    """Plans the methods of one module; what they use is added to its imports."""

    models: ir.ModelIndex
    names: NameTable
    annotator: Annotator
    imports: ImportSet

    def plan(self, operation: ir.Operation, sync_class: ClassName, *, is_async: bool) -> Method:
        """The method of an operation.

        Args:
            sync_class: The class whose method carries the full docstring.
            is_async: Which colour to plan.
        """
        body = choose_body(operation.body, self.models)
        arguments = plan_arguments(operation, body, self.names)
        result = choose_result(operation, self.models)
        name = self.names.method(operation.key)
        taken = {argument.name for argument in arguments}
        local_imports, declarations, value = self._returned(result, taken)
        passed = [self.names.constant(operation.key), *value, *self._passed(arguments)]
        return Method(
            define=Code("async def") if is_async and not _is_lazy(result.form) else Code("def"),
            name=name,
            parameters=tuple(self._parameters(arguments, is_async=is_async)),
            returns=self._annotation(result, is_async=is_async),
            overloads=tuple(self._overloads(operation, arguments, result, is_async=is_async)),
            docstring=(
                one_line_docstring(f"See `{sync_class}.{name}`.")
                if is_async
                else self._docstring(operation, arguments, result)
            ),
            imports=local_imports,
            declarations=declarations,
            call=_call(result.form, is_async=is_async),
            arguments=tuple(Code(part) for part in passed),
        )

    def _parameters(
        self,
        arguments: Sequence[Argument],
        narrowed: Mapping[Identifier, Narrowed] = _AS_THEY_ARE,
        *,
        is_async: bool,
    ) -> Iterable[Code]:
        keyword_only = False
        for argument in arguments:
            if argument.place is not ir.ParameterLocation.PATH and not keyword_only:
                keyword_only = True
                yield Code("*")
            given = narrowed.get(argument.name)
            if given is not None and given.values is None:
                omit = self.imports.use_for_types(_OMIT_TYPE)
                default = code(" = {}", self.imports.use(_OMIT))
                yield _parameter(argument.name, omit, default, is_union=False)
                continue
            annotation = (
                self._asked(argument, is_async=is_async)
                if given is None or given.values is None
                else given.values
            )
            required = argument.required or (given is not None and not given.may_be_left_out)
            yield parameter_code(argument.name, annotation, self.imports, required=required)
        if not keyword_only:
            yield Code("*")
        options = self.imports.use_for_types(_OPTIONS)
        yield code("request_options: {} | None = None", options)

    def _asked(self, argument: Argument, *, is_async: bool) -> Annotation:
        """What a caller may give; only a whole body can come from an async iterator."""
        if not is_async or argument.place != "body" or argument.wire_name is not None:
            return self.annotator.request(argument.type)
        parts = (
            argument.type.members if isinstance(argument.type, ir.UnionType) else (argument.type,)
        )
        return either(
            Named(_ASYNC_CONTENT) if part == _BYTES else self.annotator.request(part)
            for part in parts
        )

    def _annotation(self, result: MethodResult, *, is_async: bool) -> Code:
        if result.form is ResultForm.NOTHING:
            return Code("None")
        if result.form in _UNTYPED:
            return self.imports.use_for_types(_UNTYPED[result.form][is_async])
        if result.form is ResultForm.EITHER:
            printed = [
                one.code(self.imports.use_for_types)
                for one in self._both(result, is_async=is_async)
            ]
            return join(" | ", printed)
        annotation = self.annotator.response(result.type)
        if result.form is ResultForm.EVENTS:
            annotation = self._data(result)
        if result.form in _CONTAINERS:
            annotation = Applied(_CONTAINERS[result.form][is_async], (annotation,))
        return annotation.code(self.imports.use_for_types)

    def _both(self, result: MethodResult, *, is_async: bool) -> tuple[Annotation, Annotation]:
        """What an operation gives back whose arguments decide: its result, or its stream."""
        value = self.annotator.response(result.type)
        if is_async:
            value = Applied(_COROUTINE, (Named(_ANY), Named(_ANY), value))
        stream = _CONTAINERS[ResultForm.EVENTS][is_async]
        return value, Applied(stream, (self._data(_events_of(result)),))

    def _data(self, result: MethodResult) -> Annotation:
        """The data of any event of a stream."""
        return either(self.annotator.response(type_) for type_ in (*result.types,))

    def _overloads(
        self,
        operation: ir.Operation,
        arguments: Sequence[Argument],
        result: MethodResult,
        *,
        is_async: bool,
    ) -> Iterable[Overload]:
        """One signature for each outcome of an argument that decides between two results."""
        if result.form is not ResultForm.EITHER:
            return
        value, stream = self._both(result, is_async=is_async)
        decorator = self.imports.use(_OVERLOAD)
        for narrowed, returned in switch_signatures(operation, arguments):
            kinds = {Outcome.RESULT: (value,), Outcome.STREAM: (stream,)}
            printed = [
                one.code(self.imports.use_for_types) for one in kinds.get(returned, (value, stream))
            ]
            yield Overload(
                decorator,
                tuple(self._parameters(arguments, narrowed, is_async=is_async)),
                join(" | ", printed),
            )

    def _returned(
        self, result: MethodResult, taken: Set[Identifier]
    ) -> tuple[tuple[Code, ...], tuple[Code, ...], tuple[Code, ...]]:
        """Imports, declarations and expressions for the types that the runtime decodes."""
        if result.form is ResultForm.NOTHING or result.form in _UNTYPED:
            return (), (), ()
        if result.form is ResultForm.EITHER:
            both = (MethodResult(ResultForm.VALUE, result.type), _events_of(result))
            parts = [self._returned(one, taken) for one in both]
            types = [self.annotator.response(type_) for one in both for type_ in one.types]
            return (
                self.imports.local(symbol for type_ in types for symbol in type_.symbols()),
                tuple(line for _, declarations, _ in parts for line in declarations),
                (code("({})", join(", ", [name for _, _, names in parts for name in names])),),
            )
        variable = _free_name(
            "returns" if result.form is not ResultForm.EVENTS else "events", taken
        )
        if result.events:
            return self._returned_events(result, variable)
        if result.form is ResultForm.DOWNLOAD and result.type == ir.AnyType():
            return (), (), ()
        annotation = self.annotator.response(result.type)
        imports = self.imports.local(annotation.symbols())
        expression = annotation.code(self.imports.called)
        if annotation.is_class or isinstance(annotation, Applied):
            return imports, (), (expression,)
        response_type = self.imports.use(_RESPONSE_TYPE)
        declaration = code(
            "{}: {}[{}] = {}({})", variable, response_type, expression, response_type, expression
        )
        return imports, (declaration,), (Code(variable),)

    def _returned_events(
        self, result: MethodResult, variable: Identifier
    ) -> tuple[tuple[Code, ...], tuple[Code, ...], tuple[Code, ...]]:
        data = self._data(result)
        named = [
            code("{}: {}", literal(event.name), self._called(event.type)) for event in result.events
        ]
        event_types = self.imports.use(_EVENT_TYPES)
        imports = self.imports.local(
            [*data.symbols(), *self.annotator.response(result.type).symbols()]
        )
        declaration = code(
            "{}: {}[{}] = {}({{}}, {})",
            variable,
            event_types,
            data.code(self.imports.called),
            event_types,
            join(", ", named),
            self._called(result.type),
        )
        return imports, (declaration,), (Code(variable),)

    def _called(self, type_: ir.TypeRef) -> Code:
        return self.annotator.response(type_).code(self.imports.called)

    def _passed(self, arguments: Sequence[Argument]) -> Iterable[Code]:
        for keyword, place in _KEYWORDS:
            here = [argument for argument in arguments if argument.place == place]
            if place == "body" and [argument.wire_name for argument in here] == [None]:
                yield code("body={}", here[0].name)
            elif here:
                pairs = [
                    code("{}: {}", literal(argument.wire_name), argument.name) for argument in here
                ]
                yield code("{}={{}}", keyword, join(", ", pairs))
        yield Code("options=request_options")

    def _docstring(
        self, operation: ir.Operation, arguments: Sequence[Argument], result: MethodResult
    ) -> Code:
        errors = [
            DocumentedError(error_class(entry, self.names), entry)
            for entry in operation.errors
            if entry.status is not None
        ]
        documented = [argument.documented for argument in arguments]
        stream = _events_of(result) if result.form is ResultForm.EITHER else result
        events = [
            DocumentedEvent(item.name, self._called(item.type), item.description)
            for item in stream.events
        ]
        if events and not isinstance(stream.type, ir.AnyType):
            events.append(DocumentedEvent(None, self._called(stream.type)))
        return method_docstring(operation, documented, errors, form=result.form, events=events)


_KEYWORDS = (
    (Code("path"), ir.ParameterLocation.PATH),
    (Code("query"), ir.ParameterLocation.QUERY),
    (Code("headers"), ir.ParameterLocation.HEADER),
    (Code("cookies"), ir.ParameterLocation.COOKIE),
    (Code("body"), "body"),
)


def parameter_code(
    name: Identifier, annotation: Annotation, imports: ImportSet, *, required: bool
) -> Code:
    """A parameter of a signature; ``OMIT`` stands for one that may be left out."""
    printed = annotation.code(imports.use_for_types)
    if required:
        return _parameter(name, printed, Code(""), is_union=isinstance(annotation, Either))
    omit = code(" = {}", imports.use(_OMIT))
    either = code("{} | {}", printed, imports.use_for_types(_OMIT_TYPE))
    return _parameter(name, either, omit, is_union=True)


def _parameter(name: Identifier, annotation: Code, default: Code, *, is_union: bool) -> Code:
    """A parameter as both formatters want it: a union that needs several lines in parentheses."""
    line = code("{}: {}{}", name, annotation, default)
    if is_union and _INDENT + len(line) + len(",") > LINE_LENGTH:
        return code("{}: ({}){}", name, annotation, default)
    return line


def _free_name(name: str, taken: Set[Identifier]) -> Identifier:
    """What a method calls a type; arguments never end in an underscore unless they have to."""
    return Identifier(f"{name}_" if name in taken else name)


def _events_of(result: MethodResult) -> MethodResult:
    """The stream beside a result."""
    other = next((item.type for item in result.events if item.name is None), ir.AnyType())
    named = tuple(item for item in result.events if item.name is not None)
    return MethodResult(ResultForm.EVENTS, other, named)


def _is_lazy(form: ResultForm) -> bool:
    """Whether the async method awaits nothing: what it returns sends when it is used."""
    return form is ResultForm.PAGE or form.is_handle


def _call(form: ResultForm, *, is_async: bool) -> Code:
    awaiting = Code("await " if is_async and not _is_lazy(form) else "")
    returning = Code("" if form is ResultForm.NOTHING else "return ")
    return code("{}{}self.{}", returning, awaiting, Code(form.value))
