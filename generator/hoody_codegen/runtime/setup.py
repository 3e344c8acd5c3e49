"""From what a caller gives, and the environment, to the settings of a client."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, TypedDict

from .addresses import Addresses, check_realm
from .checks import check_url, check_urls, variable_text
from .errors import ConfigurationError
from .requests import Settings
from .retry import RetryPolicy
from .schemes import by_scheme, by_service
from .sessions import Session
from .unknown import service_name, unknown_name

if TYPE_CHECKING:
    from .auth import BasicAuth, ServiceAuth, TokenSource
    from .hooks import Hooks
    from .info import ClientInfo
    from .options import Timeout
    from .sessions import Credentials


class CopyOptions(TypedDict, total=False):
    """Further settings of a client that a copy may have other ones of.

    * ``service_urls``: addresses of services by name, such as an alias or an own domain; they may
      hold ``{variables}``.
    * ``service_auth``: credentials for services that the token isn't meant for: one for all of
      them, or by name of service.
    * ``scheme_auth``: credentials by name of the security scheme in the API's description.
    * ``deadline``: seconds for a whole call, with all its tries, the waits between them and the
      body of the answer; 0 or None for no limit.
    * ``hooks``: functions that see each try, each answer and each decision to try again.
    """

    service_urls: Mapping[str, str] | None
    service_auth: ServiceAuth
    scheme_auth: Mapping[str, TokenSource | BasicAuth] | None
    deadline: float | None
    hooks: Hooks | None


class ClientOptions(CopyOptions, total=False):
    """Further settings of a client.

    * ``variables``: values for the variables of addresses.
    * ``realm``: the realm to route calls by, for services that support realms.
    """

    variables: Mapping[str, str | int] | None
    realm: str | None


_COPY_OPTIONS: Final = frozenset(
    {"service_urls", "service_auth", "scheme_auth", "deadline", "hooks"}
)
_CLIENT_OPTIONS: Final = _COPY_OPTIONS | {"variables", "realm"}


def first_settings(
    info: ClientInfo,
    options: ClientOptions,
    *,
    token: TokenSource | None,
    credentials: Credentials | None,
    base_url: str | None,
    timeout: float | Timeout | None,
    max_retries: int,
    headers: Mapping[str, str] | None,
) -> Settings:
    """Settings from arguments, with the environment in place of what wasn't given."""
    _check(options, _CLIENT_OPTIONS)
    check_url("base_url", base_url)
    if base_url is None and info.main_service is not None:
        base_url = _environment(info, "BASE_URL")
    realm = options.get("realm")
    if realm is None and any(service.realms for service in info.services.values()):
        realm = _environment(info, "REALM")
    if realm is not None:
        check_realm(info, realm)
    variables = options.get("variables") or {}
    settings = Settings(
        info=info,
        addresses=Addresses(
            base_url=base_url,
            variables={k: variable_text(k, v) for k, v in variables.items()},
            realm=realm,
        ),
        token=_token(info, token, credentials),
        headers=dict(headers or {}),
        timeout=timeout,
        retry=RetryPolicy(max_retries=max_retries),
        user_agent=f"{info.package}/{info.version}" if info.version else info.package,
    )
    return _with_options(settings, options)


def changed_settings(settings: Settings, options: CopyOptions) -> Settings:
    """``settings`` with ``options`` in place of, or added to, what is there."""
    _check(options, _COPY_OPTIONS)
    return _with_options(settings, options)


def _with_options(settings: Settings, options: CopyOptions) -> Settings:
    changes: dict[str, Any] = {}
    info = settings.info
    urls = options.get("service_urls")
    if urls is not None:
        check_urls(urls)
        named = {service_name(info, name): url for name, url in urls.items()}
        addresses = settings.addresses
        overrides = {**addresses.overrides, **named}
        changes["addresses"] = replace(addresses, overrides=overrides)
    auth = options.get("service_auth")
    if auth is not None:
        changes["service_auth"] = by_service(info, settings.service_auth, auth)
    keys = options.get("scheme_auth")
    if keys is not None:
        changes["scheme_auth"] = {**settings.scheme_auth, **by_scheme(info, keys)}
    for name in ("deadline", "hooks"):
        value = options.get(name)
        if value is not None:
            changes[name] = value
    return replace(settings, **changes) if changes else settings


def _token(
    info: ClientInfo, token: TokenSource | None, credentials: Credentials | None
) -> TokenSource | None:
    """With ``credentials``, a session that signs in when a token is first needed."""
    if credentials is None:
        return _environment(info, "TOKEN") if token is None else token
    if info.sign_in is None:
        raise ConfigurationError("This API has no sign-in: give a token in place of credentials")
    if token is None or isinstance(token, str):
        return Session(token, credentials=credentials)
    raise ConfigurationError("Give credentials to the session, Session(credentials=…), not beside")


def _environment(info: ClientInfo, name: str) -> str | None:
    return os.environ.get(f"{info.env_prefix}_{name}") or None


def _check(options: Mapping[str, object], known: frozenset[str]) -> None:
    for name in options:
        if name not in known:
            raise TypeError(unknown_name("setting", name, known))
