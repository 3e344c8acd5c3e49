"""What a generated client knows about its API: services, addresses and error classes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

if TYPE_CHECKING:
    from .error_registry import ErrorRegistry
    from .sign_in import SignIn


NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})


class ServiceInfo(NamedTuple):
    """Where a service is and what it accepts.

    * ``base_url``: template such as ``"https://{project_id}-app-{index}.{server}.example.com"``.
    * ``variables``: each variable of the template with its default; None has to be given.
    * ``auth``: ``"bearer"`` if the client's token is meant for this service, ``"none"`` if not.
    * ``schemes``: names of security schemes that the token satisfies; empty means all that aren't
      in ``keys``.
    * ``keys``: other security schemes by name, with the place of each (``"query"``, ``"header"``,
      ``"cookie"``, ``"basic"`` or ``"bearer"``) and its name there.
    * ``realms``: whether calls can be routed by a realm's sub-domain; ``realm_pattern``: what a
      realm looks like (a regular expression), empty for any label of a host name.
    * ``servers``: further addresses by name, to be chosen in place of ``base_url``.
    * ``scope``: the method of the client that gives the variables of its address, if one does.
    """

    name: str
    base_url: str
    variables: Mapping[str, str | None] = NOTHING
    auth: Literal["bearer", "none"] = "bearer"
    schemes: frozenset[str] = frozenset()
    keys: Mapping[str, tuple[str, str]] = NOTHING
    realms: bool = False
    realm_pattern: str = ""
    servers: Mapping[str, str] = NOTHING
    scope: str = ""


class ClientInfo(NamedTuple):
    """The description of a generated package.

    * ``package``: its import name; loggers are named after it.
    * ``env_prefix``: ``"HOODY"`` reads ``HOODY_TOKEN`` and ``HOODY_BASE_URL``.
    * ``services``: by name.
    * ``main_service``: the service that ``base_url`` is the address of.
    * ``error_types``: gives the classes of documented error codes; called on the first error.
    * ``version``: of the package, for the User-Agent header.
    * ``sign_in``: gives how the API is signed in to; called when that is first needed.
    * ``places``: templates of addresses that aren't those of a service, by name.
    """

    package: str
    env_prefix: str
    services: Mapping[str, ServiceInfo]
    error_types: Callable[[], ErrorRegistry]
    main_service: str | None = None
    version: str = ""
    sign_in: Callable[[], SignIn] | None = None
    places: Mapping[str, str] = NOTHING
