"""Which credentials an operation is called with: those of its service, and of its schemes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Final

from .auth import Auth, BasicAuth, BearerAuth, KeyAuth, ServiceAuth, TokenSource, as_auths
from .errors import ConfigurationError, MissingTokenError
from .info import ClientInfo, ServiceInfo
from .unknown import service_name, unknown_name

if TYPE_CHECKING:
    from .headers import HeaderFields
    from .operation import Operation
    from .requests import Settings

_GIVEN: Final = ()
"""Nothing to add: the caller wrote it to its place by hand."""


def by_service(
    info: ClientInfo, present: Mapping[str, tuple[Auth, ...]], given: ServiceAuth
) -> dict[str, tuple[Auth, ...]]:
    """``present`` credentials by service, changed by what a caller gave."""
    if isinstance(given, Mapping):
        named = {
            service_name(info, name): as_auths(value, f"The credential for {name!r}")
            for name, value in given.items()
        }
        return {**present, **named}
    auths = as_auths(given, "service_auth")
    closed = (service.name for service in info.services.values() if service.auth == "none")
    return dict.fromkeys(closed, auths)


def by_scheme(
    info: ClientInfo, given: Mapping[str, TokenSource | BasicAuth]
) -> dict[tuple[str, str], Auth]:
    """Credentials by service and scheme, each for the place its scheme names."""
    found: dict[tuple[str, str], Auth] = {}
    known: set[str] = set()
    for service in info.services.values():
        for scheme, place in service.keys.items():
            known.add(scheme)
            if scheme in given:
                found[service.name, scheme] = _for_place(scheme, place, given[scheme])
    for scheme in given:
        if scheme not in known:
            raise ConfigurationError(unknown_name("security scheme", scheme, known))
    return found


def _for_place(scheme: str, place: tuple[str, str], value: TokenSource | BasicAuth) -> Auth:
    kind, name = place
    if kind == "basic":
        if not isinstance(value, BasicAuth):
            raise ConfigurationError(f"{scheme!r} takes a BasicAuth(username, password)")
        return value
    if isinstance(value, Auth):
        raise ConfigurationError(f"{scheme!r} takes a text, or a function that returns one")
    if kind == "bearer":
        return BearerAuth(value)
    return KeyAuth(value, **{kind: name})


def credentials_for(
    operation: Operation,
    service: ServiceInfo,
    settings: Settings,
    headers: HeaderFields,
    query: Mapping[str, object],
) -> tuple[Auth, ...]:
    """What to send with a call, of which ``headers`` and ``query`` are there already.

    MissingTokenError if a credential is needed that nobody gave.
    """
    given = settings.service_auth.get(service.name) if settings.service_auth else None
    if not given:
        return _of_schemes(operation, service, settings, headers, query)
    own = tuple(auth for auth in given if not auth.is_given(headers))
    places = {auth.place_name for auth in given}
    others = _of_schemes(operation, service, settings, headers, query, taken=places)
    return own + tuple(auth for auth in others if auth.place_name not in places)


def _of_schemes(
    operation: Operation,
    service: ServiceInfo,
    settings: Settings,
    headers: HeaderFields,
    query: Mapping[str, object],
    taken: Iterable[tuple[str, str]] = (),
) -> tuple[Auth, ...]:
    security = operation.security
    if security == ():
        return _GIVEN
    by_hand = headers.get("Authorization") is not None or _AUTHORIZATION in taken
    if security is None:
        if service.auth == "none" or by_hand:
            return _GIVEN
        return (_bearer(settings),)
    missing: list[str] = []
    for alternative in security:
        found: list[Auth] = []
        for name in (alternative,) if isinstance(alternative, str) else alternative:
            place = service.keys.get(name)
            if place is not None:
                if _is_there(place, headers, query, by_hand):
                    continue
                key = settings.scheme_auth.get((service.name, name))
                if key is None:
                    missing.append(name)
                    break
                found.append(key)
            elif not name or not _takes_token(service, name):
                break
            elif by_hand:
                continue
            elif settings.bearer is None:
                missing.append("")
                break
            else:
                found.append(settings.bearer)
        else:
            return tuple(found)
    if missing and "" not in security:
        if "" in missing:
            return (_bearer(settings),)
        wanted = ", ".join(f"{name!r}: …" for name in missing)
        raise MissingTokenError(
            f"This operation needs a credential: give it by scheme_auth={{{wanted}}}"
        )
    return _GIVEN


def _takes_token(service: ServiceInfo, scheme: str) -> bool:
    return service.auth == "bearer" and (not service.schemes or scheme in service.schemes)


def _bearer(settings: Settings) -> Auth:
    if settings.bearer is None:
        raise MissingTokenError(
            "This operation needs a token: give one by token=…, or set the environment variable "
            f"{settings.info.env_prefix}_TOKEN"
        )
    return settings.bearer


_AUTHORIZATION: Final = ("header", "authorization")


def _is_there(
    place: tuple[str, str], headers: HeaderFields, query: Mapping[str, object], by_hand: bool
) -> bool:
    kind, name = place
    if kind == "query":
        return name in query
    if kind == "header":
        return headers.get(name) is not None
    return by_hand and kind in ("basic", "bearer")
