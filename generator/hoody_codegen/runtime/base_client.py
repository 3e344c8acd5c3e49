"""What clients of both colours share: settings that never change, and copies with other ones."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

from .addresses import check_names, check_realm, place_url, service_url
from .checks import variable_text
from .errors import ConfigurationError
from .info import ClientInfo
from .requests import Settings
from .scopes import check_places, scope_variables, service_variables
from .sessions import Session
from .setup import changed_settings
from .unknown import find_service

if TYPE_CHECKING:
    from typing_extensions import Self, Unpack

    from .auth import ServiceAuth, TokenSource
    from .options import Timeout
    from .retry import RetryPolicy
    from .scopes import Given, ScopeInfo
    from .setup import CopyOptions
    from .sign_in import SignIn


class BaseClient:
    """What both colours share: settings that never change, and copies with other ones."""

    _info: ClassVar[ClientInfo]

    def __init__(self, settings: Settings) -> None:
        self._use(settings)
        self._owns_connections = True

    def _use(self, settings: Settings) -> None:
        check_names(settings.info, settings.addresses)
        session = settings.token if isinstance(settings.token, Session) else None
        if (
            session is not None
            and session.credentials is not None
            and settings.info.sign_in is None
        ):
            raise ConfigurationError("This API has no sign-in: its sessions need no credentials")
        self._settings = settings
        self._bases: dict[tuple[str, str | None], str] = {}
        self._logger = logging.getLogger(settings.info.package)

    def _copy(self, settings: Settings) -> Self:
        kind = type(self)
        made = kind.__new__(kind)
        for name, value in self.__dict__.items():
            # Resources are made for one client: the copy makes its own.
            if not isinstance(getattr(kind, name, None), cached_property):
                made.__dict__[name] = value
        made._use(settings)
        made._owns_connections = False
        return made

    def __copy__(self) -> Self:
        return self._copy(self._settings)

    def __deepcopy__(self, memo: object) -> Self:
        return self._copy(self._settings)

    def __reduce__(self) -> str:
        raise TypeError(
            f"{type(self).__name__} holds connections and secrets and can't be pickled: make one "
            "where it is needed"
        )

    def with_options(
        self,
        *,
        token: TokenSource | None = None,
        timeout: float | Timeout | None = None,
        max_retries: int | None = None,
        headers: Mapping[str, str] | None = None,
        retry: RetryPolicy | None = None,
        **options: Unpack[CopyOptions],
    ) -> Self:
        """A copy with other settings that shares this client's connections.

        What is left out stays as it is; ``headers``, and the ``service_urls``, ``service_auth`` and
        ``scheme_auth`` that are given by name, are added to the present ones. A ``deadline`` of 0
        ends an earlier one, as ``Hooks()`` does with hooks. Closing a copy does nothing: its
        connections belong to the client it comes from.
        """
        now = self._settings
        policy = now.retry if retry is None else retry
        if max_retries is not None:
            policy = replace(policy, max_retries=max_retries)
        changed = replace(
            now,
            token=now.token if token is None else token,
            timeout=now.timeout if timeout is None else timeout,
            headers=now.headers if headers is None else {**now.headers, **headers},
            retry=policy,
        )
        return self._copy(changed_settings(changed, options))

    def with_variables(self, **variables: str | int) -> Self:
        """A copy with values for variables of addresses, such as the server a service runs on."""
        addresses = self._settings.addresses
        given = {name: variable_text(name, value) for name, value in variables.items()}
        return self._copy(
            replace(
                self._settings,
                addresses=replace(addresses, variables={**addresses.variables, **given}),
            )
        )

    def with_realm(self, realm: str | None) -> Self:
        """A copy that routes calls by ``realm``, for services that support it; None ends that."""
        if realm is not None:
            check_realm(self._settings.info, realm)
        addresses = replace(self._settings.addresses, realm=realm)
        return self._copy(replace(self._settings, addresses=addresses))

    def _scoped(
        self,
        scope: ScopeInfo,
        source: object | None,
        given: Mapping[str, Given],
        *,
        auth: ServiceAuth = None,
        servers: Mapping[str, bool] | None = None,
    ) -> Self:
        """A copy for one scope; see :func:`scope_variables` for where its variables come from."""
        now = self._settings
        chosen = [name for name, wanted in (servers or {}).items() if wanted]
        if len(chosen) > 1:
            raise ConfigurationError(f"{scope.name}() takes one of {', '.join(chosen)}")
        if chosen:
            check_places(now.info, scope, given, chosen[0])
        variables = scope_variables(scope, source, given, complete=not chosen)
        addresses = replace(
            now.addresses,
            variables={**now.addresses.variables, **variables},
            by_service={
                **now.addresses.by_service,
                **service_variables(now.info, scope, given),
            },
            server=chosen[0] if chosen else now.addresses.server,
        )
        changed = replace(now, addresses=addresses)
        if auth is not None:
            if not isinstance(auth, Mapping):
                services = now.info.services
                closed = (name for name in scope.services if services[name].auth == "none")
                auth = dict.fromkeys(closed, auth)
            changed = changed_settings(changed, {"service_auth": auth})
        return self._copy(changed)

    def url(self, name: str, **variables: str | int) -> str:
        """The address of a service, or another one that is known by ``name``.

        AddressError says which variables are missing, if some are.
        """
        now = self._settings
        known = find_service(now.info, name)
        if known is None or name in now.info.places:
            return place_url(now.info, now.addresses, name, variables)
        service = now.info.services[known]
        own = {key: variable_text(key, value) for key, value in variables.items()}
        addresses = replace(
            now.addresses,
            by_service={
                **now.addresses.by_service,
                service.name: {**now.addresses.by_service.get(service.name, {}), **own},
            },
        )
        check_names(now.info, addresses)
        realm = now.addresses.realm if service.realms else None
        return service_url(now.info, service, addresses, realm=realm)

    @property
    def session(self) -> Session | None:
        """The session this client is signed in by; None if its token comes from elsewhere."""
        token = self._settings.token
        return token if isinstance(token, Session) else None

    def _sign_in(self) -> SignIn:
        make = self._settings.info.sign_in
        if make is None:
            raise ConfigurationError("This API has no sign-in")
        return make()

    def _bare(self, token: str | None) -> Self:
        """A copy that signs in: without the session, and at the address that knows all realms."""
        now = self._settings
        return self._copy(replace(now, token=token, addresses=replace(now.addresses, realm=None)))

    def __repr__(self) -> str:
        base = self._settings.addresses.base_url
        return f"<{type(self).__name__}{'' if base is None else f' {base}'}>"
