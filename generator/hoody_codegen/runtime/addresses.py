"""Where each service is: URL templates, their variables, overrides and realms.

Templates of several services may share a variable, such as the domain that a whole platform lives
under. An address of the main service that fits its template says what the variables in it are, and
so moves the others, too.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final
from urllib.parse import SplitResult, urljoin, urlsplit

from .checks import variable_text
from .errors import AddressError, ConfigurationError
from .info import ClientInfo, ServiceInfo
from .unknown import unknown_name

_VARIABLE: Final = re.compile(r"\{([^{}]+)\}")
# A value may be labels of a host name, with a port at the end: nothing that could end the host.
_VALUE: Final = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._~-]*[A-Za-z0-9])?(:[0-9]{1,5})?")
_REALM: Final = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?")
_DEFAULT_PORTS: Final = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """What a caller said about addresses, over what the package knows.

    ``base_url`` stands for the main service, ``overrides`` for any service by name; both may be
    templates, too. ``by_service`` has values of variables for one service. ``server`` chooses, of
    several addresses of a service, the one with this name.
    """

    base_url: str | None = None
    overrides: Mapping[str, str] = field(default_factory=dict)
    variables: Mapping[str, str] = field(default_factory=dict)
    realm: str | None = None
    by_service: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    server: str | None = None


def check_names(info: ClientInfo, addresses: Addresses) -> None:
    """Refuse overrides for services, and values for variables, that don't exist."""
    for name in addresses.overrides:
        if name not in info.services:
            raise ConfigurationError(unknown_name("service", name, info.services))
    if addresses.base_url is not None and info.main_service is None:
        raise ConfigurationError(
            "base_url needs a main service, and this API has none: use service_urls"
        )
    known = _known_variables(info, addresses)
    for name in (*addresses.variables, *(n for one in addresses.by_service.values() for n in one)):
        if name not in known:
            raise ConfigurationError(unknown_name("variable", name, known))
    servers = {name for service in info.services.values() for name in service.servers}
    if addresses.server is not None and addresses.server not in servers:
        raise ConfigurationError(unknown_name("server", addresses.server, servers))


def _known_variables(info: ClientInfo, addresses: Addresses) -> frozenset[str]:
    templates = [service.base_url for service in info.services.values()]
    templates += (url for service in info.services.values() for url in service.servers.values())
    templates += addresses.overrides.values()
    templates += info.places.values()
    if addresses.base_url is not None:
        templates.append(addresses.base_url)
    names = {name for service in info.services.values() for name in service.variables}
    return frozenset(names.union(*(_VARIABLE.findall(template) for template in templates)))


def service_url(
    info: ClientInfo, service: ServiceInfo, addresses: Addresses, *, realm: str | None
) -> str:
    """The address of ``service`` without a final slash.

    ``realm`` is put in front of the host. AddressError says which variables are missing, if some
    are; no other address is taken in their place.
    """
    template = _template(info, service, addresses)
    if not template:
        raise AddressError(
            f"No address of service {service.name!r} is known: give one by "
            f"service_urls={{{service.name!r}: …}}"
        )
    own = addresses.by_service.get(service.name, {})
    values = {**service.variables, **bound_variables(info, addresses), **addresses.variables, **own}
    url, missing = _fill(template, values)
    if missing:
        arguments = ", ".join(f"{name}=…" for name in missing)
        ways = f"{service.scope}(…) or with_variables" if service.scope else "with_variables"
        raise AddressError(
            f"The address of service {service.name!r} is incomplete: {template} needs "
            f"{' and '.join(missing)}. Give them by {ways}({arguments}), or the whole "
            f"address by service_urls={{{service.name!r}: …}}"
        )
    parts = _parse(url, f"The address of service {service.name!r}")
    if realm is not None:
        url = _with_realm(service, parts, realm)
    return url.rstrip("/")


def operation_url(info: ClientInfo, service: ServiceInfo, addresses: Addresses, server: str) -> str:
    """The address of an operation that has a ``server`` of its own, without a final slash.

    One without a scheme is a path at the address of the service. An address that the caller gave
    for the service stands for all of its operations: nothing is sent anywhere else then. Realms are
    for the service's own address only. AddressError for a server without encryption where the
    service has some: what is sent may hold credentials.
    """
    if "://" not in server:
        return urljoin(service_url(info, service, addresses, realm=None) + "/", server).rstrip("/")
    is_main = service.name == info.main_service
    if service.name in addresses.overrides or (is_main and addresses.base_url is not None):
        return service_url(info, service, addresses, realm=None)
    own = service._replace(base_url=server)
    url = service_url(info, own, replace(addresses, server=None), realm=None)
    if url.startswith("http:") and service.base_url.startswith("https:"):
        raise AddressError(
            f"The operation's own server {server} would be reached without encryption: give an "
            f"address by service_urls={{{service.name!r}: …}}"
        )
    return url


def place_url(
    info: ClientInfo, addresses: Addresses, name: str, given: Mapping[str, str | int]
) -> str:
    """The address called ``name`` that is no service's, without a final slash.

    ``given`` are values of variables that no scope binds, such as a port.
    """
    template = info.places.get(name)
    if template is None:
        raise ConfigurationError(unknown_name("address", name, [*info.services, *info.places]))
    defaults = {k: v for service in info.services.values() for k, v in service.variables.items()}
    own = {key: variable_text(key, value) for key, value in given.items()}
    unused = own.keys() - set(_VARIABLE.findall(template))
    if unused:
        wanted = _VARIABLE.findall(template)
        raise ConfigurationError(unknown_name("variable", min(unused), wanted))
    values = {**defaults, **bound_variables(info, addresses), **addresses.variables, **own}
    url, missing = _fill(template, values)
    if missing:
        arguments = ", ".join(f"{one}=…" for one in missing)
        raise AddressError(
            f"The address {name!r} is incomplete: {template} needs {' and '.join(missing)}. Give "
            f"them by url({name!r}, {arguments}) or with_variables(…)"
        )
    _parse(url, f"The address {name!r}")
    return url.rstrip("/")


def _template(info: ClientInfo, service: ServiceInfo, addresses: Addresses) -> str:
    override = addresses.overrides.get(service.name)
    if override is not None:
        return override
    named = service.servers.get(addresses.server) if addresses.server is not None else None
    if named is not None:
        return named
    if service.name == info.main_service:
        return service.base_url if addresses.base_url is None else addresses.base_url
    if addresses.server is not None:
        raise AddressError(
            f"Service {service.name!r} has no server {addresses.server!r}: give its address by "
            f"service_urls={{{service.name!r}: …}}"
        )
    return service.base_url


def bound_variables(info: ClientInfo, addresses: Addresses) -> dict[str, str]:
    """Variables that ``base_url`` gives away: it has the form of the main service's template."""
    main = info.services.get(info.main_service or "")
    if main is None or addresses.base_url is None or not main.base_url:
        return {}
    base = addresses.base_url.rstrip("/")
    scheme, slashes, rest = base.partition("://")
    first, _, others = rest.partition(".")
    # A realm in front belongs to no variable.
    bases = [f"{scheme}{slashes}{others}"] if main.realm_pattern and _is_realm(main, first) else []
    pieces = _VARIABLE.split(main.base_url.rstrip("/"))
    names: list[str] = []
    pattern = ""
    for position, piece in enumerate(pieces):
        if position % 2 == 0:
            pattern += re.escape(piece)
        elif piece in names:
            pattern += f"(?P=v{names.index(piece)})"
        else:
            pattern += f"(?P<v{len(names)}>[^/?#@{{}}]+)"
            names.append(piece)
    for candidate in (*bases, base):
        match = re.fullmatch(pattern, candidate, re.IGNORECASE)
        if match is not None:
            found = {name: match[f"v{number}"] for number, name in enumerate(names)}
            return {name: value for name, value in found.items() if _is_value(value)}
    return {}


def _fill(template: str, values: Mapping[str, str | None]) -> tuple[str, list[str]]:
    """The template with its values, and the variables that have none."""
    filled: dict[str, str] = {}
    missing: list[str] = []
    for name in dict.fromkeys(_VARIABLE.findall(template)):
        value = values.get(name)
        if value is None:
            missing.append(name)
        else:
            filled[name] = _checked(name, value)
    if missing:
        return "", missing
    return _VARIABLE.sub(lambda match: filled[match[1]], template), []


def _checked(name: str, value: str) -> str:
    if not _is_value(value):
        raise AddressError(f"{value!r} can't stand for {name!r} in an address")
    return value


def _is_value(value: str) -> bool:
    return _VALUE.fullmatch(value) is not None and ".." not in value


def _parse(url: str, fault: str) -> SplitResult:
    if any(character.isspace() or ord(character) < 32 for character in url) or "\\" in url:
        raise AddressError(f"{fault} holds spaces, control characters or backslashes: {url!r}")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise AddressError(f"{fault} can't be read: {error}") from error
    if "@" in parts.netloc:
        # Not quoted: what stands before the @ is a secret.
        raise AddressError(f"{fault} holds credentials; give a token instead")
    if parts.scheme not in _DEFAULT_PORTS or not parts.hostname or port == 0:
        raise AddressError(f"{fault} has to be an absolute http or https URL, not {url!r}")
    if parts.query or parts.fragment:
        raise AddressError(f"{fault} can't hold a query or a fragment")
    return parts


def check_realm(info: ClientInfo, realm: str) -> None:
    """Refuse what can be a realm of no service: one label of a host name (RFC 1123 section 2.1),
    in the form that the API documents."""
    services = [service for service in info.services.values() if service.realms]
    if not services:
        raise ConfigurationError("No service of this API can be routed by a realm")
    if not any(_is_realm(service, realm) for service in services):
        raise _no_realm(services[0], realm)


def _is_realm(service: ServiceInfo, label: str) -> bool:
    if not service.realms or _REALM.fullmatch(label) is None:
        return False
    return not service.realm_pattern or re.fullmatch(service.realm_pattern, label) is not None


def _no_realm(service: ServiceInfo, realm: str) -> AddressError:
    form = f"of the form {service.realm_pattern}" if service.realm_pattern else "of a host name"
    return AddressError(f"{realm!r} can't be a realm: it has to be one label {form}")


def _with_realm(service: ServiceInfo, parts: SplitResult, realm: str) -> str:
    if not _is_realm(service, realm):
        raise _no_realm(service, realm)
    host = parts.netloc
    if _is_ip_address(parts.hostname or ""):
        raise AddressError(f"A realm needs a host name, and {host} is an IP address")
    first, dot, rest = host.partition(".")
    if dot and service.realm_pattern and _is_realm(service, first):
        host = rest
    return parts._replace(netloc=f"{realm}.{host}").geturl()


def _is_ip_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def origin(url: str) -> tuple[str, str, int | None]:
    """Scheme, host and port of a URL, with the default port filled in (RFC 6454 section 4)."""
    parts = urlsplit(url)
    scheme = parts.scheme.lower()
    return scheme, (parts.hostname or "").lower(), parts.port or _DEFAULT_PORTS.get(scheme)
