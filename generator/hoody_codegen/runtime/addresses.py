"""Where each service is: URL templates, their variables, overrides and realms."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Final
from urllib.parse import SplitResult, urlsplit

from .errors import AddressError, ConfigurationError
from .info import ClientInfo, ServiceInfo

_VARIABLE: Final = re.compile(r"\{([^{}]+)\}")
# A value may be labels of a host name, with a port at the end: nothing that could end the host.
_VALUE: Final = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._~-]*[A-Za-z0-9])?(:[0-9]{1,5})?")
_REALM: Final = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?")
_REALM_LABEL: Final = re.compile(r"[0-9a-fA-F]{24}")
_DEFAULT_PORTS: Final = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """What a caller said about addresses, over what the package knows.

    ``base_url`` stands for the main service, ``overrides`` for any service by name; both may be
    templates, too.
    """

    base_url: str | None = None
    overrides: Mapping[str, str] = field(default_factory=dict)
    variables: Mapping[str, str] = field(default_factory=dict)
    realm: str | None = None


def check_names(info: ClientInfo, addresses: Addresses) -> None:
    """Refuse overrides for services, and values for variables, that don't exist."""
    for name in addresses.overrides:
        if name not in info.services:
            raise ConfigurationError(_unknown("service", name, info.services))
    if addresses.base_url is not None and info.main_service is None:
        raise ConfigurationError(
            "base_url needs a main service, and this API has none: use service_urls"
        )
    known = _known_variables(info, addresses)
    for name in addresses.variables:
        if name not in known:
            raise ConfigurationError(_unknown("variable", name, known))


def _unknown(kind: str, name: str, known: Mapping[str, object] | frozenset[str]) -> str:
    close = get_close_matches(name, known, n=1)
    hint = f"did you mean {close[0]!r}?" if close else f"known are {', '.join(sorted(known))}"
    return f"There is no {kind} {name!r}: {hint}"


def _known_variables(info: ClientInfo, addresses: Addresses) -> frozenset[str]:
    templates = [service.base_url for service in info.services.values()]
    templates += addresses.overrides.values()
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
    template = addresses.overrides.get(service.name)
    if template is None and service.name == info.main_service:
        template = addresses.base_url
    if template is None:
        template = service.base_url
    if not template:
        raise AddressError(
            f"No address of service {service.name!r} is known: give one by "
            f"service_urls={{{service.name!r}: …}}"
        )
    url = _fill(template, service, addresses.variables)
    parts = _parse(url, service.name)
    if realm is not None:
        url = _with_realm(parts, realm)
    return url.rstrip("/")


def _fill(template: str, service: ServiceInfo, values: Mapping[str, str]) -> str:
    names = dict.fromkeys(_VARIABLE.findall(template))
    filled: dict[str, str] = {}
    for name in names:
        value = values.get(name)
        if value is None:
            value = service.variables.get(name)
        if value is not None:
            filled[name] = _checked(name, value)
    missing = [name for name in names if name not in filled]
    if missing:
        arguments = ", ".join(f"{name}=…" for name in missing)
        raise AddressError(
            f"The address of service {service.name!r} is incomplete: {template} needs "
            f"{' and '.join(missing)}. Give them by with_variables({arguments}), or the whole "
            f"address by service_urls={{{service.name!r}: …}}"
        )
    return _VARIABLE.sub(lambda match: filled[match[1]], template)


def _checked(name: str, value: str) -> str:
    if _VALUE.fullmatch(value) is None or ".." in value:
        raise AddressError(f"{value!r} can't stand for {name!r} in an address")
    return value


def _parse(url: str, service: str) -> SplitResult:
    fault = f"The address of service {service!r}"
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


def check_realm(realm: str) -> None:
    """Refuse what isn't one label of a host name (RFC 1123 section 2.1)."""
    if _REALM.fullmatch(realm) is None:
        raise AddressError(f"{realm!r} can't be a realm: it has to be one label of a host name")


def _with_realm(parts: SplitResult, realm: str) -> str:
    check_realm(realm)
    host = parts.netloc
    if _is_ip_address(parts.hostname or ""):
        raise AddressError(f"A realm needs a host name, and {host} is an IP address")
    first, dot, rest = host.partition(".")
    if dot and _REALM_LABEL.fullmatch(first):
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
