"""Plans ``_client.py``: the two clients, what they know of the services, and the scopes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TypeAlias

from .. import ir
from ..config import Scope, ScopeArgument, Target
from ..naming.identifiers import ClassName, ConstantName, Identifier
from ..naming.table import NameTable
from ..naming.words import pascal
from .code import Code, code, join
from .credentials import by_token
from .docstrings import argument_docstring, class_docstring, module_docstring, one_line_docstring
from .escape import literal
from .imports import RUNTIME, ImportSet, Symbol
from .literals import Keyword, keyword, text_keyword
from .plan import FilePlan
from .wrapping import sentence


@dataclass(frozen=True, slots=True)
class ServiceConstant:
    """``key: ServiceInfo(arguments)`` in the table of services."""

    key: Code
    arguments: tuple[Keyword, ...]


@dataclass(frozen=True, slots=True)
class ServiceProperty:
    """A service as a property of a client or of a scope."""

    attribute: Identifier
    class_name: Code
    import_line: Code | None
    docstring: Code


@dataclass(frozen=True, slots=True)
class ScopeConstant:
    """What a scope binds: ``name = (ScopeArgument(arguments), …)``."""

    name: ConstantName
    items: tuple[Code, ...]


@dataclass(frozen=True, slots=True)
class ScopeMethod:
    """The method that opens a scope."""

    name: Identifier
    shown_name: Code
    class_name: ClassName
    parameters: tuple[Code, ...]
    docstring: Code
    constant: ConstantName
    source: Identifier
    given: tuple[Code, ...]


@dataclass(frozen=True, slots=True)
class ClientClass:
    name: ClassName
    base: Code
    docstring: Code
    services: tuple[ServiceProperty, ...]
    scopes: tuple[ScopeMethod, ...]


@dataclass(frozen=True, slots=True)
class ScopeClass:
    name: ClassName
    client: ClassName
    docstring: Code
    services: tuple[ServiceProperty, ...]


@dataclass(frozen=True, slots=True)
class ClientModule:
    docstring: Code
    imports: tuple[Code, ...]
    type_imports: tuple[Code, ...]
    registry: Code
    client_info: Code
    info: tuple[Keyword, ...]
    service_info: Code
    services: tuple[ServiceConstant, ...]
    scope_variables: Code
    cached_property: Code
    scope_constants: tuple[ScopeConstant, ...]
    clients: tuple[ClientClass, ...]
    scopes: tuple[ScopeClass, ...]


Services: TypeAlias = Sequence[ir.Service]


def plan_client(api: ir.Api, names: NameTable, target: Target) -> FilePlan:
    """The plan of ``_client.py``."""
    path = PurePosixPath("_client.py")
    imports = ImportSet(path)
    planner = _ClientPlanner(api.services, names, target, imports)
    module = planner.plan()
    return FilePlan(path, "client.py.jinja", module)


def main_service(services: Services, target: Target) -> str | None:
    """The service that ``base_url`` is the address of: the one in the settings, or the only one."""
    if target.main_service is not None:
        return target.main_service
    return services[0].name.reveal() if len(services) == 1 else None


def services_of(scope: Scope, services: Services) -> tuple[ir.Service, ...]:
    """The services of a scope: those named, or all whose address needs every variable of it."""
    if scope.services:
        return tuple(s for s in services if s.name.reveal() in scope.services)
    needed = {argument.variable for argument in scope.arguments if argument.default is None}
    return tuple(
        service
        for service in services
        if service.servers
        and needed <= {variable.name.reveal() for variable in service.servers[0].variables}
    )


@dataclass(frozen=True, slots=True)
class _ClientPlanner:
    services: Services
    names: NameTable
    target: Target
    imports: ImportSet

    def plan(self) -> ClientModule:
        sync = ClassName(self.target.client_name)
        colours = ((sync, False), (ClassName(f"Async{sync}"), True))
        scopes = self.target.scopes
        clients = tuple(self._client(name, is_async=is_async) for name, is_async in colours)
        scope_classes = tuple(
            self._scope_class(scope, client, is_async=is_async)
            for scope in scopes
            for client, is_async in colours
        )
        return ClientModule(
            docstring=module_docstring(f"The clients `{sync}` and `Async{sync}`."),
            registry=self.imports.use_for_types(
                Symbol(f"{RUNTIME}.error_registry", "ErrorRegistry")
            ),
            client_info=self._runtime("ClientInfo"),
            info=tuple(self._info()),
            service_info=self._runtime("ServiceInfo"),
            services=tuple(self._service(service) for service in self.services),
            scope_variables=(
                self.imports.use(Symbol(f"{RUNTIME}.scopes", "scope_variables"))
                if scopes
                else Code("")
            ),
            cached_property=self.imports.use(Symbol("functools", "cached_property")),
            scope_constants=tuple(self._scope_constant(scope) for scope in scopes),
            clients=clients,
            scopes=scope_classes,
            imports=self.imports.runtime,
            type_imports=self.imports.types,
        )

    def _runtime(self, name: str) -> Code:
        return self.imports.use(Symbol(RUNTIME, name))

    def _info(self) -> Iterable[Keyword]:
        yield keyword("package", literal(self.target.package))
        yield keyword("env_prefix", literal(self.target.env_prefix))
        main = main_service(self.services, self.target)
        if main is not None:
            yield keyword("main_service", literal(main))
        yield keyword("version", literal(self.target.version))

    def _service(self, service: ir.Service) -> ServiceConstant:
        server = service.servers[0] if service.servers else None
        arguments = [
            keyword("name", literal(service.name)),
            text_keyword("base_url", self._base_url(service), indent=12),
        ]
        if server is not None and server.variables:
            variables = {
                # The specification demands a default; an empty one says that there is none.
                variable.name.reveal(): (
                    (variable.default.reveal() or None) if variable.default else None
                )
                for variable in server.variables
            }
            arguments.append(keyword("variables", literal(variables)))
        arguments += self._auth(service)
        if service.realms is not None:
            arguments.append(keyword("realms", literal(True)))
        return ServiceConstant(literal(service.name), tuple(arguments))

    def _base_url(self, service: ir.Service) -> str:
        name = service.name.reveal()
        settings = self.target.services.get(name)
        if settings is not None and settings.base_url is not None:
            return settings.base_url
        if self.target.base_url is not None and name == main_service(self.services, self.target):
            return self.target.base_url
        return service.servers[0].url.reveal() if service.servers else ""

    def _auth(self, service: ir.Service) -> Iterable[Keyword]:
        """Whether the client's token is meant for this service, and for which of its schemes."""
        accepted = [scheme.name.reveal() for scheme in service.security_schemes if by_token(scheme)]
        is_main = service.name.reveal() == main_service(self.services, self.target)
        if accepted:
            if len(accepted) < len(service.security_schemes):
                names = join(", ", [literal(name) for name in accepted])
                yield keyword("schemes", code("frozenset([{}])", names))
        elif not is_main or service.security_schemes:
            yield keyword("auth", literal("none"))

    def _client(self, name: ClassName, *, is_async: bool) -> ClientClass:
        described = self.target.description.strip() or f"A client for {self.target.name}."
        return ClientClass(
            name=name,
            base=self._runtime("AsyncClient" if is_async else "SyncClient"),
            docstring=class_docstring(
                f"{described.rstrip('.')}{', asynchronous' if is_async else ''}.",
                "Each service is an attribute; it is loaded when it is first used.",
            ),
            services=tuple(self._property(service, is_async=is_async) for service in self.services),
            scopes=tuple(self._scope_method(scope, name) for scope in self.target.scopes),
        )

    def _property(self, service: ir.Service, *, is_async: bool) -> ServiceProperty:
        names = self.names.service(service.name)
        class_name = names.async_class_name if is_async else names.class_name
        symbol = Symbol(f".services.{names.module}", class_name)
        title = service.title.reveal() if service.title else service.name.reveal()
        return ServiceProperty(
            attribute=names.attribute,
            class_name=self.imports.use_for_types(symbol),
            import_line=next(iter(self.imports.local([symbol])), None),
            docstring=one_line_docstring(sentence(title)),
        )

    # Scopes

    def _scope_constant(self, scope: Scope) -> ScopeConstant:
        function = self.imports.use(Symbol(f"{RUNTIME}.scopes", "ScopeArgument"))
        return ScopeConstant(
            _scope_constant_name(scope),
            tuple(code("{}({})", function, _scope_argument(one)) for one in scope.arguments),
        )

    def _scope_class_name(self, scope: Scope, client: ClassName) -> ClassName:
        return ClassName(f"{client}{pascal(scope.name)}")

    def _scope_method(self, scope: Scope, client: ClassName) -> ScopeMethod:
        source = _source_name(scope)
        fields = [argument.field for argument in scope.arguments if argument.field]
        described = scope.description.strip() or f"The services of one {scope.name}."
        arguments = [
            (
                str(source),
                (
                    f"An object of the API, or a mapping, to take {_listed(fields)} from."
                    if fields
                    else "Unused."
                ),
            ),
            *((argument.name, _scope_argument_text(argument)) for argument in scope.arguments),
        ]
        return ScopeMethod(
            name=Identifier(scope.name),
            shown_name=literal(scope.name),
            class_name=self._scope_class_name(scope, client),
            parameters=(
                code("{}: object | None = None", source),
                Code("*"),
                *(
                    code("{}: str | int | None = None", Identifier(argument.name))
                    for argument in scope.arguments
                ),
            ),
            docstring=argument_docstring(described, arguments),
            constant=_scope_constant_name(scope),
            source=source,
            given=tuple(
                code("{}: {}", literal(argument.name), Identifier(argument.name))
                for argument in scope.arguments
            ),
        )

    def _scope_class(self, scope: Scope, client: ClassName, *, is_async: bool) -> ScopeClass:
        described = scope.description.strip() or f"The services of one {scope.name}."
        return ScopeClass(
            name=self._scope_class_name(scope, client),
            client=client,
            docstring=class_docstring(described),
            services=tuple(
                self._property(service, is_async=is_async)
                for service in services_of(scope, self.services)
            ),
        )


def _scope_constant_name(scope: Scope) -> ConstantName:
    return ConstantName(f"_{scope.name.upper()}")


def _source_name(scope: Scope) -> Identifier:
    """The argument for a whole object: called like the scope, unless a value is called so."""
    taken = {argument.name for argument in scope.arguments}
    return Identifier(scope.name if scope.name not in taken else "source")


def _scope_argument(argument: ScopeArgument) -> Code:
    parts = [
        code("variable={}", literal(argument.variable)),
        code("name={}", literal(argument.name)),
    ]
    if argument.field is not None:
        parts.append(code("field={}", literal(argument.field)))
    if argument.default is not None:
        parts.append(code("default={}", literal(argument.default)))
    return join(", ", parts)


def _scope_argument_text(argument: ScopeArgument) -> str:
    text = f"`{{{argument.variable}}}` in the addresses."
    return f"{text} Default: `{argument.default}`." if argument.default is not None else text


def _listed(names: Sequence[str]) -> str:
    quoted = [f"`{name}`" for name in names]
    if len(quoted) < 2:
        return "".join(quoted)
    return f"{', '.join(quoted[:-1])} and {quoted[-1]}"
