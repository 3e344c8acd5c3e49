"""Plans ``_client.py``: the two clients, what they know of the services, and the scopes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TypeAlias

from .. import ir
from ..config import Scope, ScopeArgument, Target
from ..diagnostics import Diagnostics, Location
from ..naming.identifiers import ClassName, ConstantName, Identifier
from ..naming.table import NameTable
from ..naming.words import pascal
from .code import Code, code, join
from .credentials import by_token, key_place
from .docstrings import argument_docstring, class_docstring, module_docstring, one_line_docstring
from .escape import literal
from .imports import RUNTIME, ImportSet, Symbol
from .literals import Keyword, keyword, text_keyword, texts_keyword
from .plan import FilePlan
from .sign_in import SignInMethods, plan_sign_in_methods
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
    """A scope: ``name = ScopeInfo(name=…, arguments=(ScopeArgument(…), …), services=…)``."""

    name: ConstantName
    class_name: Code
    shown_name: Code
    items: tuple[Code, ...]
    services: Keyword


@dataclass(frozen=True, slots=True)
class ScopeMethod:
    """The method that opens a scope."""

    name: Identifier
    class_name: ClassName
    parameters: tuple[Code, ...]
    docstring: Code
    constant: ConstantName
    source: Identifier
    given: tuple[Code, ...]
    auth: Identifier
    servers: tuple[Code, ...]


@dataclass(frozen=True, slots=True)
class PlaceConstant:
    """A template of an address that is no service's, by its name."""

    key: Code
    template: Code


@dataclass(frozen=True, slots=True)
class ClientClass:
    name: ClassName
    base: Code
    docstring: Code
    services: tuple[ServiceProperty, ...]
    scopes: tuple[ScopeMethod, ...]
    sign_in: SignInMethods | None


@dataclass(frozen=True, slots=True)
class ScopeClass:
    name: ClassName
    base: Code
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
    places: tuple[PlaceConstant, ...]
    sign_in: Code | None
    cached_property: Code
    scope_constants: tuple[ScopeConstant, ...]
    clients: tuple[ClientClass, ...]
    scopes: tuple[ScopeClass, ...]


Services: TypeAlias = Sequence[ir.Service]


def plan_client(
    api: ir.Api, names: NameTable, target: Target, diagnostics: Diagnostics
) -> FilePlan:
    """The plan of ``_client.py``; reports scopes that name what isn't there."""
    for scope in target.scopes:
        _check_name(scope, api.services, names, diagnostics)
        _check_servers(scope, services_of(scope, api.services), diagnostics)
    path = PurePosixPath("_client.py")
    clients = [target.client_name, f"Async{target.client_name}"]
    scopes = [f"{client}{pascal(scope.name)}" for client in clients for scope in target.scopes]
    imports = ImportSet(path, defined=frozenset([*clients, *scopes]))
    planner = _ClientPlanner(api.services, names, target, imports)
    module = planner.plan()
    return FilePlan(path, "client.py.jinja", module)


def _schemes_of(service: ir.Service, *, strict: bool) -> tuple[ir.SecurityScheme, ...]:
    """The schemes that operations of a service ask for; all where one of them says nothing, unless
    ``strict``: a document of several services describes the schemes of all of them."""
    if not strict and any(operation.security is None for operation in service.operations):
        return service.security_schemes
    used = {
        name
        for operation in service.operations
        for alternative in operation.security or ()
        for name in alternative.schemes
    }
    return tuple(scheme for scheme in service.security_schemes if scheme.name in used)


def _check_name(
    scope: Scope, services: Services, names: NameTable, diagnostics: Diagnostics
) -> None:
    if any(names.service(service.name).attribute == scope.name for service in services):
        diagnostics.error(
            "scope-name",
            scope.place or Location(""),
            f"the scope {scope.name!r} has the name of a service, and the client can have it once",
            "Give the scope another name.",
        )


def _check_servers(scope: Scope, services: Services, diagnostics: Diagnostics) -> None:
    known = {one.name.reveal() for s in services for one in s.servers[1:] if one.name is not None}
    for name in scope.servers:
        if name not in known:
            hint = f"There are: {', '.join(sorted(known))}." if known else "Name them by x-name."
            diagnostics.error(
                "scope-server",
                scope.place or Location(""),
                f"no service of the scope {scope.name!r} has a further server {name!r}",
                hint,
            )


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
            places=tuple(self._places()),
            sign_in=(
                self.imports.use_for_types(Symbol(f"{RUNTIME}.sign_in", "SignIn"))
                if self.target.sign_in is not None
                else None
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
        own = [one.servers[0] for one in service.operations if one.servers]
        variables = {
            # The specification demands a default; an empty one says that there is none.
            variable.name.reveal(): (
                (variable.default.reveal() or None) if variable.default else None
            )
            for one in (*own, *reversed(service.servers))
            for variable in one.variables
            if one is server or one.name is not None or one in own
        }
        if variables:
            arguments.append(keyword("variables", literal(variables)))
        arguments += self._auth(service)
        if service.realms is not None:
            arguments.append(keyword("realms", literal(True)))
            if service.realms.pattern is not None:
                arguments.append(keyword("realm_pattern", literal(service.realms.pattern)))
        named = [(one.name, one.url) for one in service.servers[1:] if one.name is not None]
        if named:
            items = join(", ", [code("{}: {}", literal(n), literal(url)) for n, url in named])
            arguments.append(keyword("servers", code("{{}}", items)))
        scopes = [s.name for s in self.target.scopes if service in services_of(s, self.services)]
        if scopes:
            arguments.append(keyword("scope", literal(scopes[0])))
        return ServiceConstant(literal(service.name), tuple(arguments))

    def _base_url(self, service: ir.Service) -> str:
        name = service.name.reveal()
        settings = self.target.services.get(name)
        if settings is not None and settings.base_url is not None:
            return settings.base_url
        if self.target.base_url is not None and name == main_service(self.services, self.target):
            return self.target.base_url
        return service.servers[0].url.reveal() if service.servers else ""

    def _places(self) -> Iterable[PlaceConstant]:
        for scope in self.target.scopes:
            for name, template in sorted(scope.addresses.items()):
                yield PlaceConstant(literal(name), literal(template))

    def _auth(self, service: ir.Service) -> Iterable[Keyword]:
        """Whether the client's token is meant for this service, and for which of its schemes."""
        main = main_service(self.services, self.target)
        schemes = _schemes_of(service, strict=main is not None and service.name.reveal() != main)
        accepted = [scheme.name for scheme in schemes if self._is_token(scheme, main)]
        if accepted:
            if len(accepted) < len(schemes):
                names = join(", ", [literal(name) for name in accepted])
                yield keyword("schemes", code("frozenset([{}])", names))
        elif service.name.reveal() != main or schemes:
            yield keyword("auth", literal("none"))
        keys = [
            code("{}: ({}, {})", literal(scheme.name), literal(place), literal(name))
            for scheme in schemes
            if scheme.name not in accepted and (found := key_place(scheme)) is not None
            for place, name in [found]
        ]
        if keys:
            yield keyword("keys", code("{{}}", join(", ", keys)))

    def _is_token(self, scheme: ir.SecurityScheme, main: str | None) -> bool:
        """Whether the client's token satisfies ``scheme``: it is a token, and the main service,
        which the token is for, knows it by the same name."""
        own = [
            one.name
            for service in self.services
            if service.name.reveal() == main
            for one in _schemes_of(service, strict=False)
            if by_token(one)
        ]
        return by_token(scheme) and (not own or scheme.name in own)

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
            sign_in=(
                plan_sign_in_methods(self.target.sign_in, self.imports, is_async=is_async)
                if self.target.sign_in is not None
                else None
            ),
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
        prefix = self.target.env_prefix
        return ScopeConstant(
            _scope_constant_name(scope),
            self.imports.use(Symbol(f"{RUNTIME}.scopes", "ScopeInfo")),
            literal(scope.name),
            tuple(
                code("{}({})", function, _scope_argument(one, prefix)) for one in scope.arguments
            ),
            texts_keyword("services", [one.name for one in services_of(scope, self.services)]),
        )

    def _scope_class_name(self, scope: Scope, client: ClassName) -> ClassName:
        return ClassName(f"{client}{pascal(scope.name)}")

    def _scope_method(self, scope: Scope, client: ClassName) -> ScopeMethod:
        source = _source_name(scope)
        auth = _free_name(scope, "auth")
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
            *(
                (argument.name, _scope_argument_text(argument, self.target.env_prefix))
                for argument in scope.arguments
            ),
            *((name, f"Take the addresses called `{name}`.") for name in scope.servers),
            (auth, "The credentials of these services: one for all, or by name of service."),
        ]
        value = "{}: str | int | None = None"
        by_service = "{}: str | int | {}[str, str | int] | None = None"
        mapping = self.imports.use_for_types(Symbol("collections.abc", "Mapping"))
        return ScopeMethod(
            name=Identifier(scope.name),
            class_name=self._scope_class_name(scope, client),
            parameters=(
                code("{}: object | None = None", source),
                Code("*"),
                *(
                    (
                        code(value, Identifier(argument.name))
                        if argument.default is None
                        else code(by_service, Identifier(argument.name), mapping)
                    )
                    for argument in scope.arguments
                ),
                *(code("{}: bool = False", Identifier(name)) for name in scope.servers),
                code(
                    "{}: {} = None",
                    auth,
                    self.imports.use_for_types(Symbol(f"{RUNTIME}.auth", "ServiceAuth")),
                ),
            ),
            docstring=argument_docstring(described, arguments),
            constant=_scope_constant_name(scope),
            source=source,
            given=tuple(
                code("{}: {}", literal(argument.name), Identifier(argument.name))
                for argument in scope.arguments
            ),
            auth=auth,
            servers=tuple(
                code("{}: {}", literal(name), Identifier(name)) for name in scope.servers
            ),
        )

    def _scope_class(self, scope: Scope, client: ClassName, *, is_async: bool) -> ScopeClass:
        described = scope.description.strip() or f"The services of one {scope.name}."
        return ScopeClass(
            name=self._scope_class_name(scope, client),
            base=code("{}[{}]", self.imports.use(Symbol(f"{RUNTIME}.scopes", "Scope")), client),
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
    taken = {argument.name for argument in scope.arguments} | set(scope.servers)
    return Identifier(scope.name if scope.name not in taken else "source")


def _free_name(scope: Scope, wanted: str) -> Identifier:
    taken = {argument.name for argument in scope.arguments} | {scope.name, *scope.servers}
    return Identifier(f"{wanted}_" if wanted in taken else wanted)


def _scope_argument(argument: ScopeArgument, prefix: str) -> Code:
    parts = [
        code("variable={}", literal(argument.variable)),
        code("name={}", literal(argument.name)),
    ]
    if argument.field is not None:
        parts.append(code("field={}", literal(argument.field)))
    if argument.default is not None:
        parts.append(code("default={}", literal(argument.default)))
    if argument.environment is not None:
        parts.append(code("environment={}", literal(f"{prefix}_{argument.environment}")))
    return join(", ", parts)


def _scope_argument_text(argument: ScopeArgument, prefix: str) -> str:
    text = f"`{{{argument.variable}}}` in the addresses."
    if argument.environment is not None:
        text += f" Without an object, `{prefix}_{argument.environment}` is read."
    if argument.default is not None:
        text += f" Default: `{argument.default}`; a mapping gives values by service."
    return text


def _listed(names: Sequence[str]) -> str:
    quoted = [f"`{name}`" for name in names]
    if len(quoted) < 2:
        return "".join(quoted)
    return f"{', '.join(quoted[:-1])} and {quoted[-1]}"
