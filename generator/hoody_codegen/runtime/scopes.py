"""Parts of an API whose addresses share variables, such as all services of one machine."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeAlias, TypeVar

from .checks import variable_text
from .errors import ConfigurationError
from .unknown import service_name
from .wire import as_mapping

if TYPE_CHECKING:
    from typing_extensions import Self

    from .base_client import BaseClient
    from .info import ClientInfo

    ClientT = TypeVar("ClientT", bound=BaseClient)
else:
    ClientT = TypeVar("ClientT")

Given: TypeAlias = "str | int | Mapping[str, str | int] | None"
"""A value, or values by name of service."""


class ScopeArgument(NamedTuple):
    """A variable of addresses that a scope binds.

    * ``variable``: its name in the address.
    * ``name``: the argument of the method that opens the scope.
    * ``field``: the field of an object of the API that holds the value.
    * ``default``: the value where none is given; None has to be given.
    * ``environment``: the environment variable that gives it where there is no object.
    """

    variable: str
    name: str
    field: str | None = None
    default: str | None = None
    environment: str | None = None


class ScopeInfo(NamedTuple):
    """A scope: what it is called, what it binds, and which services it holds."""

    name: str
    arguments: tuple[ScopeArgument, ...]
    services: tuple[str, ...]


class Scope(Generic[ClientT]):
    """Services that share a part of their addresses. Base of generated scopes."""

    def __init__(self, client: ClientT) -> None:
        self._client = client

    def at(self, **addresses: str) -> Self:
        """The same scope with other addresses of single services: an alias, or an own domain.

        The keywords are names of services.
        """
        return type(self)(self._client.with_options(service_urls=addresses))

    def url(self, name: str, **variables: str | int) -> str:
        """The address of a service, or another one that is known by ``name``.

        ``variables`` are those that this scope doesn't know, such as a port. AddressError says
        what is missing.
        """
        return self._client.url(name, **variables)

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"


def scope_variables(
    scope: ScopeInfo, source: object | None, given: Mapping[str, Given], *, complete: bool = True
) -> dict[str, str]:
    """The values of all variables: what was ``given``, else the fields of ``source``, else, where
    there is no ``source``, the environment.

    ``source`` is a model or a mapping, read by wire names, or any object with such attributes.
    ConfigurationError names everything that is missing, and where it could come from; unless
    ``complete`` is False.
    """
    values: dict[str, str] = {}
    missing: list[str] = []
    for argument in scope.arguments:
        value = given.get(argument.name)
        if isinstance(value, Mapping):
            value = None
        if value is None and source is not None and argument.field is not None:
            value = _read(source, argument.field)
        if value is None and source is None and argument.environment is not None:
            # Not beside an object: its own values and those of another one would be mixed.
            value = os.environ.get(argument.environment)
        if value is None:
            value = argument.default
        if value is None or value == "":
            missing.append(f"{argument.name}=…{_sources(argument)}")
        else:
            values[argument.variable] = variable_text(argument.name, value)
    if missing and complete:
        raise ConfigurationError(f"{scope.name}() needs {' and '.join(missing)}")
    return values


def service_variables(
    info: ClientInfo, scope: ScopeInfo, given: Mapping[str, Given]
) -> dict[str, dict[str, str]]:
    """The values that were given for single services, by service and variable."""
    found: dict[str, dict[str, str]] = {}
    for argument in scope.arguments:
        value = given.get(argument.name)
        if isinstance(value, Mapping):
            for name, one in value.items():
                own = found.setdefault(service_name(info, name), {})
                own[argument.variable] = variable_text(f"{argument.name}[{name!r}]", one)
    return found


def check_places(
    info: ClientInfo, scope: ScopeInfo, given: Mapping[str, Given], server: str
) -> None:
    """Refuse values for which the addresses called ``server`` have no place.

    ConfigurationError names them: without them another service is reached than was meant.
    """
    templates = {
        name: info.services[name].servers.get(server, "")
        for name in scope.services
        if name in info.services
    }
    for argument in scope.arguments:
        value = given.get(argument.name)
        if value is None:
            continue
        wanted = templates
        if isinstance(value, Mapping):
            wanted = {name: templates.get(service_name(info, name), "") for name in value}
        with_place = [name for name, url in wanted.items() if f"{{{argument.variable}}}" in url]
        if with_place and (with_place == list(wanted) or not isinstance(value, Mapping)):
            continue
        raise ConfigurationError(
            f"{scope.name}({server}=True) has no place for {argument.name}=…: the addresses "
            f"called {server!r} don't hold {{{argument.variable}}}"
        )


def _sources(argument: ScopeArgument) -> str:
    """Where else a value could come from."""
    sources = [f"an object with {argument.field!r}"] if argument.field else []
    sources += [argument.environment] if argument.environment else []
    return f" (or {', or '.join(sources)})" if sources else ""


def _read(source: object, field: str) -> str | int | None:
    fields = as_mapping(source)
    value = getattr(source, field, None) if fields is None else fields.get(field)
    return value if isinstance(value, str | int) and not isinstance(value, bool) else None
