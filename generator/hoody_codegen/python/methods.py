"""Plans one method: its signature, its docstring and the one call it makes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .. import ir
from ..naming.identifiers import ClassName, Identifier
from ..naming.table import NameTable
from .annotations import Annotator, Applied, Either
from .arguments import Argument, plan_arguments
from .bodies import choose_body
from .code import Code, code, join
from .docstrings import DocumentedError, method_docstring, one_line_docstring
from .errors import error_class
from .escape import LINE_LENGTH, literal
from .forms import ResultForm
from .imports import RUNTIME, ImportSet, Symbol
from .results import MethodResult, choose_result


@dataclass(frozen=True, slots=True)
class Method:
    """A method, ready to print. ``parameters`` and ``arguments`` hold one piece of code each."""

    define: Code
    name: Identifier
    parameters: tuple[Code, ...]
    returns: Code
    docstring: Code
    imports: tuple[Code, ...]
    declaration: Code | None
    call: Code
    arguments: tuple[Code, ...]


_OMIT = Symbol(RUNTIME, "OMIT")
_OMIT_TYPE = Symbol(RUNTIME, "Omit")
_OPTIONS = Symbol(RUNTIME, "RequestOptions")
_RESPONSE_TYPE = Symbol(RUNTIME, "ResponseType")
_CONTAINERS = {
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
}
"""What holds items of the result's type, sync and async."""

_UNTYPED = {
    ResultForm.DOWNLOAD: (
        Symbol(f"{RUNTIME}.downloads", "Download"),
        Symbol(f"{RUNTIME}.downloads", "AsyncDownload"),
    ),
    ResultForm.SOCKET: (
        Symbol(f"{RUNTIME}.sockets", "WebSocket"),
        Symbol(f"{RUNTIME}.sockets", "AsyncWebSocket"),
    ),
}
"""What is returned without any type of its content, sync and async."""


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
        variable = _free_name(argument.name for argument in arguments)
        local_imports, declaration, value = self._returned(result, variable)
        passed = [self.names.constant(operation.key), *value, *self._passed(arguments)]
        return Method(
            define=Code("async def") if is_async and not _is_lazy(result.form) else Code("def"),
            name=name,
            parameters=tuple(self._parameters(arguments)),
            returns=self._annotation(result, is_async=is_async),
            docstring=(
                one_line_docstring(f"See `{sync_class}.{name}`.")
                if is_async
                else self._docstring(operation, arguments, result.form)
            ),
            imports=local_imports,
            declaration=declaration,
            call=_call(result.form, is_async=is_async),
            arguments=tuple(Code(part) for part in passed),
        )

    def _parameters(self, arguments: Sequence[Argument]) -> Iterable[Code]:
        keyword_only = False
        for argument in arguments:
            if argument.place is not ir.ParameterLocation.PATH and not keyword_only:
                keyword_only = True
                yield Code("*")
            annotation = self.annotator.request(argument.type)
            printed = annotation.code(self.imports.use_for_types)
            if argument.required:
                is_union = isinstance(annotation, Either)
                yield _parameter(argument.name, printed, Code(""), is_union=is_union)
            else:
                omit = code(" = {}", self.imports.use(_OMIT))
                either = code("{} | {}", printed, self.imports.use_for_types(_OMIT_TYPE))
                yield _parameter(argument.name, either, omit, is_union=True)
        if not keyword_only:
            yield Code("*")
        options = self.imports.use_for_types(_OPTIONS)
        yield code("request_options: {} | None = None", options)

    def _annotation(self, result: MethodResult, *, is_async: bool) -> Code:
        if result.form is ResultForm.NOTHING:
            return Code("None")
        if result.form in _UNTYPED:
            return self.imports.use_for_types(_UNTYPED[result.form][is_async])
        annotation = self.annotator.response(result.type)
        if result.form in _CONTAINERS:
            annotation = Applied(_CONTAINERS[result.form][is_async], (annotation,))
        return annotation.code(self.imports.use_for_types)

    def _returned(
        self, result: MethodResult, variable: Identifier
    ) -> tuple[tuple[Code, ...], Code | None, tuple[Code, ...]]:
        """Imports, a declaration and an expression for the type that the runtime decodes."""
        if result.form is ResultForm.NOTHING or result.form in _UNTYPED:
            return (), None, ()
        annotation = self.annotator.response(result.type)
        imports = self.imports.local(annotation.symbols())
        expression = annotation.code(self.imports.called)
        if annotation.is_class or isinstance(annotation, Applied):
            return imports, None, (expression,)
        response_type = self.imports.use(_RESPONSE_TYPE)
        declaration = code(
            "{}: {}[{}] = {}({})", variable, response_type, expression, response_type, expression
        )
        return imports, declaration, (Code(variable),)

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
        self, operation: ir.Operation, arguments: Sequence[Argument], form: ResultForm
    ) -> Code:
        errors = [
            DocumentedError(error_class(entry, self.names), entry)
            for entry in operation.errors
            if entry.status is not None
        ]
        documented = [argument.documented for argument in arguments]
        return method_docstring(operation, documented, errors, form=form)


_KEYWORDS = (
    (Code("path"), ir.ParameterLocation.PATH),
    (Code("query"), ir.ParameterLocation.QUERY),
    (Code("headers"), ir.ParameterLocation.HEADER),
    (Code("cookies"), ir.ParameterLocation.COOKIE),
    (Code("body"), "body"),
)


def _parameter(name: Identifier, annotation: Code, default: Code, *, is_union: bool) -> Code:
    """A parameter as both formatters want it: a union that needs several lines in parentheses."""
    line = code("{}: {}{}", name, annotation, default)
    if is_union and _INDENT + len(line) + len(",") > LINE_LENGTH:
        return code("{}: ({}){}", name, annotation, default)
    return line


def _free_name(arguments: Iterable[Identifier]) -> Identifier:
    """What a method calls its type; arguments never end in an underscore unless they have to."""
    return Identifier("returns_" if "returns" in set(arguments) else "returns")


def _is_lazy(form: ResultForm) -> bool:
    """Whether the async method awaits nothing: what it returns sends when it is used."""
    return form is ResultForm.PAGE or form.is_handle


def _call(form: ResultForm, *, is_async: bool) -> Code:
    awaiting = Code("await " if is_async and not _is_lazy(form) else "")
    returning = Code("" if form is ResultForm.NOTHING else "return ")
    return code("{}{}self.{}", returning, awaiting, Code(form.value))
