"""Plans ``_sign_in.py``: the operations of signing in and the fields that matter of them.

The settings name both; whatever they name has to be in the documents.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import PurePosixPath

from .. import ir
from ..config import SecondFactor, SignIn, Target
from ..diagnostics import Diagnostics, Location
from ..naming.identifiers import ConstantName, Identifier
from ..naming.table import NameTable
from ..text import Untrusted
from .bodies import choose_body
from .code import Code, code
from .constants import Constant, plan_errors, plan_operation
from .docstrings import argument_docstring, module_docstring, one_line_docstring
from .escape import literal
from .imports import RUNTIME, ImportSet, Symbol
from .literals import Keyword, keyword, texts_keyword
from .plan import FilePlan

_MODULE = f"{RUNTIME}.sign_in"


@dataclass(frozen=True, slots=True)
class SignInModule:
    docstring: Code
    imports: tuple[Code, ...]
    error_entry: Code
    operation: Code
    sign_in: Code
    second_factor: Code
    errors: tuple[Constant, ...]
    operations: tuple[Constant, ...]
    arguments: tuple[Keyword, ...]
    second_arguments: tuple[Keyword, ...]


def plan_sign_in(
    api: ir.Api, names: NameTable, target: Target, diagnostics: Diagnostics
) -> tuple[FilePlan, ...]:
    """The plan of ``_sign_in.py``; none for an API without a sign-in, or with wrong settings."""
    settings = target.sign_in
    if settings is None:
        return ()
    checker = _Checker(api, ir.index_models(api), settings, target, diagnostics)
    operations = checker.check()
    if operations is None:
        return ()
    path = PurePosixPath("_sign_in.py")
    imports = ImportSet(path, defined=frozenset(name for name, _ in operations))
    errors, error_names = plan_errors([operation for _, operation in operations], names)
    constants = []
    for name, operation in operations:
        body = choose_body(operation.body, checker.models)
        constant = plan_operation(operation, body, error_names, names, paged=False)
        if operation.error_shape is not None:
            imports.use(Symbol(RUNTIME, "ErrorShape"))
        constants.append(replace(constant, name=ConstantName(name)))
    second = settings.second_factor
    module = SignInModule(
        docstring=module_docstring("How the API is signed in to."),
        error_entry=(imports.use(Symbol(RUNTIME, "ErrorEntry")) if errors else Code("ErrorEntry")),
        operation=imports.use(Symbol(RUNTIME, "Operation")),
        sign_in=imports.use(Symbol(_MODULE, "SignIn")),
        second_factor=(
            imports.use(Symbol(_MODULE, "SecondFactor")) if second else Code("SecondFactor")
        ),
        errors=errors,
        operations=tuple(constants),
        arguments=tuple(_arguments(settings)),
        second_arguments=tuple(_second_arguments(second)) if second is not None else (),
        imports=imports.runtime,
    )
    return (FilePlan(path, "sign_in.py.jinja", module),)


@dataclass(frozen=True, slots=True)
class SignInMethods:
    """``login``, ``complete_login`` and ``logout`` of one colour: ``define`` and ``wait`` are its
    ``def`` and ``await``."""

    define: Code
    wait: Code
    with_second_factor: bool
    returns: Code
    parameters: tuple[Code, ...]
    docstring: Code
    credentials: Code
    given: tuple[Code, ...]
    error: Code
    code_type: Code
    complete_docstring: Code
    logout_docstring: Code


def plan_sign_in_methods(settings: SignIn, imports: ImportSet, *, is_async: bool) -> SignInMethods:
    """The methods of a client that sign in and out."""
    identity = [Identifier(name) for name in settings.identity]
    only = len(identity) == 1
    second = settings.second_factor is not None
    code_type = _code_type(imports, is_async=is_async) if second else Code("")
    parameters = [code("{}: str" if only else "{}: str | None = None", name) for name in identity]
    parameters.append(Code("password: str"))
    given = [code("{}={}", name, name) for name in identity]
    described = "The name to sign in with." if only else "One of these says who signs in."
    arguments = [(name, described) for name in settings.identity]
    arguments.append(("password", "The password. It isn't kept."))
    if second:
        parameters.append(code("code: {} | None = None", code_type))
        given.append(Code("code=code"))
        text = "The code of the second factor, or a function that is asked when one is needed."
        arguments.append(("code", text))
    about = (
        "Sign in: a copy of this client with a session, sharing its connections. The session "
        "renews its token by itself; `session` gives it, to be stored."
    )
    if second:
        about += " Raises `SecondFactorRequiredError` where a code is needed and none is given."
    sessions = f"{RUNTIME}.sessions"
    return SignInMethods(
        define=Code("async def" if is_async else "def"),
        wait=Code("await " if is_async else ""),
        with_second_factor=second,
        returns=imports.use_for_types(Symbol("typing_extensions", "Self")),
        parameters=tuple(parameters),
        docstring=argument_docstring(about, arguments),
        credentials=imports.use(Symbol(sessions, "Credentials")),
        given=tuple(given),
        error=(
            imports.use_for_types(Symbol(f"{RUNTIME}.errors", "SecondFactorRequiredError"))
            if second
            else Code("")
        ),
        code_type=code_type,
        complete_docstring=argument_docstring(
            "Finish a sign-in that needs the code of a second factor, without beginning again.",
            [
                ("error", "What was raised."),
                ("code", "The code, or a function that gives it. If it is wrong, call once more."),
            ],
        ),
        logout_docstring=one_line_docstring(
            "End the session, here and on the server. A token from elsewhere stays with its owner."
        ),
    )


def _code_type(imports: ImportSet, *, is_async: bool) -> Code:
    """Of the code of a second factor: a text, or a function that gives it."""
    function = imports.use_for_types(Symbol("collections.abc", "Callable"))
    text = code("str | {}[[], str]", function)
    if not is_async:
        return text
    awaitable = imports.use_for_types(Symbol("collections.abc", "Awaitable"))
    return code("{} | {}[[], {}[str]]", text, function, awaitable)


def _arguments(settings: SignIn) -> Iterable[Keyword]:
    yield keyword("login", Code("LOGIN"))
    yield texts_keyword("identity", [Untrusted(name) for name in settings.identity])
    yield keyword("password", literal(settings.password))
    yield keyword("token", literal(settings.token))
    if settings.refresh_token is not None:
        yield keyword("refresh_token", literal(settings.refresh_token))
    if settings.expires_in is not None:
        yield keyword("expires_in", literal(settings.expires_in))
    if settings.refresh is not None:
        yield keyword("refresh", Code("REFRESH"))
        if settings.refresh_field is not None:
            yield keyword("refresh_field", literal(settings.refresh_field))
    if settings.logout is not None:
        yield keyword("logout", Code("LOGOUT"))


def _second_arguments(second: SecondFactor) -> Iterable[Keyword]:
    yield keyword("operation", Code("SECOND_FACTOR"))
    yield keyword("needed", literal(second.needed))
    yield keyword("ticket", literal(second.ticket))
    yield keyword("ticket_field", literal(second.ticket_field))
    yield keyword("code", literal(second.code))
    if second.method is not None:
        yield keyword("method", literal(second.method))


@dataclass(frozen=True, slots=True)
class _Checker:
    """Compares the settings with the documents, and says everything that doesn't fit."""

    api: ir.Api
    models: ir.ModelIndex
    settings: SignIn
    target: Target
    diagnostics: Diagnostics

    def check(self) -> Sequence[tuple[str, ir.Operation]] | None:
        """The operations by the names of their constants; None if anything is wrong."""
        before = len(self.diagnostics.errors)
        settings = self.settings
        second = settings.second_factor
        found = {
            "LOGIN": self._operation("login", settings.login),
            "SECOND_FACTOR": self._operation(
                "second_factor.operation", second.operation if second is not None else None
            ),
            "REFRESH": self._operation("refresh.operation", settings.refresh),
            "LOGOUT": self._operation("logout", settings.logout),
        }
        login = found["LOGIN"]
        if login is not None:
            for name in settings.identity:
                self._in_body(login, "identity", name)
            self._in_body(login, "password", settings.password)
            if second is not None:
                for key in ("needed", "ticket", "method"):
                    self._in_answer(login, f"second_factor.{key}", getattr(second, key))
        step = found["SECOND_FACTOR"]
        if step is not None and second is not None:
            self._in_body(step, "second_factor.ticket_field", second.ticket_field)
            self._in_body(step, "second_factor.code", second.code)
        refresh = found["REFRESH"]
        if refresh is not None and settings.refresh_field is not None:
            self._in_body(refresh, "refresh.field", settings.refresh_field)
        for operation in (login, step, refresh):
            if operation is not None:
                self._in_answer(operation, "token", settings.token)
        if login is not None:
            self._in_answer(login, "refresh_token", settings.refresh_token)
            self._in_answer(login, "expires_in", settings.expires_in)
        if len(self.diagnostics.errors) > before:
            return None
        return [(name, operation) for name, operation in found.items() if operation is not None]

    def _place(self, key: str) -> Location:
        return self.settings.places.get(key, Location("hoody-codegen.toml"))

    def _name(self, key: str) -> str:
        return f"targets.{self.target.name}.sign_in.{key}"

    def _error(self, key: str, message: str, hint: str = "") -> None:
        self.diagnostics.error("sign-in", self._place(key), f"{self._name(key)}: {message}", hint)

    def _operation(self, key: str, name: str | None) -> ir.Operation | None:
        if not name:
            return None
        known = {
            operation.operation_id.reveal(): operation
            for service in self.api.services
            for operation in service.operations
            if operation.operation_id is not None
        }
        found = known.get(name)
        if found is None:
            close = get_close_matches(name, known, n=1)
            hint = (
                f"Did you mean {close[0]!r}?"
                if close
                else "Name it by its operationId, and mind the filter of the target."
            )
            self._error(key, f"there is no operation {name!r}", hint)
        elif any(p.location is ir.ParameterLocation.PATH for p in found.parameters):
            self._error(key, f"{name!r} has parameters in its path, which signing in doesn't know")
            return None
        return found

    def _in_body(self, operation: ir.Operation, key: str, name: str) -> None:
        body = choose_body(operation.body, self.models)
        known = [field.name.reveal() for field in body.fields] if body is not None else []
        if name not in known:
            self._missing(operation, key, name, "body", known)

    def _in_answer(self, operation: ir.Operation, key: str, place: str | None) -> None:
        """An answer that the documents don't describe may hold anything."""
        type_ = operation.result.type if operation.result is not None else None
        for name in place.split(".") if place is not None else ():
            model = ir.object_model(self.models, type_)
            if model is None or not isinstance(model.shape, ir.ObjectShape):
                if not isinstance(type_, ir.AnyType):
                    self._missing(operation, key, name, "answer", [])
                return
            fields = {field.name.reveal(): field.type for field in model.shape.properties}
            if name not in fields:
                self._missing(operation, key, name, "answer", list(fields))
                return
            type_ = fields[name]

    def _missing(
        self, operation: ir.Operation, key: str, name: str, where: str, known: Sequence[str]
    ) -> None:
        id_ = operation.operation_id.reveal() if operation.operation_id is not None else ""
        close = get_close_matches(name, known, n=1)
        hint = f"Did you mean {close[0]!r}?" if close else ""
        if known and not close:
            hint = f"It has: {', '.join(sorted(known))}."
        self._error(key, f"the {where} of {id_!r} has no field {name!r}", hint)
