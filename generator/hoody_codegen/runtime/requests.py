"""From a call to a request that can be sent: address, query, headers, credentials and body."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote_plus

from .addresses import Addresses, operation_url, service_url
from .auth import Auth, BearerAuth, CredentialPlaces, TokenSource
from .bodies import Body, encode_body
from .calls import Call
from .checks import check_settings
from .cookies import encode_cookies, merge_cookies
from .errors import APIError, ConfigurationError, InvalidArgumentError
from .headers import HeaderFields
from .info import ClientInfo, ServiceInfo
from .messages import MASK, HttpRequest, redact
from .operation import Operation
from .options import RequestOptions, Timeout
from .paths import fill_path
from .query import encode_query
from .retry import RetryPolicy
from .schemes import credentials_for

if TYPE_CHECKING:
    from .hooks import Hooks

NO_OPTIONS: Final = RequestOptions()
DEFAULT_TIMEOUT: Final = 60.0


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Everything that decides how a client sends; copies of a client differ in it alone."""

    info: ClientInfo
    addresses: Addresses = field(default_factory=Addresses)
    token: TokenSource | None = field(default=None, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    timeout: float | Timeout | None = DEFAULT_TIMEOUT
    deadline: float | None = None
    retry: RetryPolicy = field(default_factory=RetryPolicy)
    hooks: Hooks | None = None
    user_agent: str = ""
    service_auth: Mapping[str, tuple[Auth, ...]] = field(default_factory=dict, repr=False)
    """Credentials by service, for what stands before it."""
    scheme_auth: Mapping[tuple[str, str], Auth] = field(default_factory=dict, repr=False)
    """Credentials by service and security scheme."""
    bearer: BearerAuth | None = field(init=False, default=None, repr=False)
    """The token as a credential."""

    def __post_init__(self) -> None:
        check_settings(self)
        if self.token is not None:
            object.__setattr__(self, "bearer", BearerAuth(self.token))


@dataclass(slots=True)
class Prepared:
    """A request that only lacks its credentials, until :meth:`present` adds them."""

    operation: Operation
    method: str
    url: str = field(repr=False)
    headers: HeaderFields
    body: Body | None
    timeout: float | Timeout | None
    retry: RetryPolicy
    idempotency_key: bool
    credentials: tuple[Auth, ...]
    """What proves who calls; empty if this request is sent without."""
    deadline: float | None = None
    """Seconds for the whole call; None for no limit."""
    stream: bool = False
    """Whether the body of a success is left to be read piece by piece."""
    foreign: bool = False
    """Whether a redirect has led it to another origin than the one it was made for."""
    secrets: tuple[str, ...] = field(default=(), repr=False)
    """Texts that must not show: those of the credentials, as they are sent."""
    secret_query: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Credentials that belong into the query; they are no part of ``url``."""

    @property
    def replayable(self) -> bool:
        return self.body is None or self.body.replayable

    def present(self, secrets: Sequence[str]) -> None:
        """Write the texts of the credentials, in their order, to their places."""
        if len(secrets) == 1 and type(self.credentials[0]) is BearerAuth:
            # By far the most calls: there is nothing to gather.
            self.headers.set("Authorization", f"Bearer {secrets[0]}")
            self.secrets = (secrets[0],)
            return
        places = CredentialPlaces()
        for auth, secret in zip(self.credentials, secrets, strict=True):
            auth.present(secret, places)
        for name, value in places.headers.items():
            self.headers.set(name, value)
        if places.cookies:
            cookies = encode_cookies(places.cookies, {})
            self.headers.set("Cookie", merge_cookies(self.headers.get("Cookie"), cookies))
        self.secret_query = places.query
        self.secrets = (*secrets, *places.secrets)

    @property
    def target(self) -> str:
        """The URL that is sent: ``url`` with credentials that belong into its query."""
        if not self.secret_query:
            return self.url
        url, _, query = self.url.partition("?")
        pairs = [pair for pair in query.split("&") if pair]
        names = {unquote_plus(pair.partition("=")[0]) for pair in pairs}
        added = {name: text for name, text in self.secret_query.items() if name not in names}
        return f"{url}?{'&'.join([*pairs, *filter(None, [encode_query((), added, {})])])}"

    def described(self) -> HttpRequest:
        """The request as data, without secrets."""
        if not self.secrets:
            return HttpRequest(self.method, self.url, self.headers.items())
        headers = [
            (name, MASK if any(secret in value for secret in self.secrets) else value)
            for name, value in self.headers.items()
        ]
        return HttpRequest(self.method, redact(self.url, self.secrets), headers)


def prepare(settings: Settings, bases: dict[tuple[str, str | None], str], call: Call) -> Prepared:
    """Build the request of ``call``. ``bases`` remembers addresses by service and realm.

    Raises InvalidArgumentError and ConfigurationError, with the operation in them.
    """
    try:
        return _prepare(settings, bases, call)
    except APIError as error:
        error.operation = call.operation
        raise


def _prepare(settings: Settings, bases: dict[tuple[str, str | None], str], call: Call) -> Prepared:
    operation = call.operation
    options = call.options or NO_OPTIONS
    if not isinstance(options, RequestOptions):
        raise InvalidArgumentError(
            f"request_options has to be a RequestOptions, not a {type(options).__name__}"
        )
    service = settings.info.services.get(operation.service)
    if service is None:
        raise ConfigurationError(f"There is no service {operation.service!r}")
    headers = HeaderFields(_base_headers(settings.user_agent, operation.accept))
    if settings.headers:
        headers.update(settings.headers)
    if call.headers:
        headers.update(call.headers, operation.header_styles)
    cookies = encode_cookies(call.cookies, operation.cookie_styles) if call.cookies else ""
    if cookies:
        headers.set("Cookie", merge_cookies(headers.get("Cookie"), cookies))
    if options.idempotency_key is not None:
        headers.set("Idempotency-Key", options.idempotency_key)
    if options.headers:
        before = headers.get("Cookie")
        headers.update(options.headers)
        given = headers.get("Cookie")
        if cookies and given is not None and given != before:
            headers.set("Cookie", merge_cookies(cookies, given))
    query = {**call.query, **options.query} if options.query else call.query
    credentials = credentials_for(operation, service, settings, headers, query)
    body = encode_body(
        call.body,
        operation.media_type,
        required=operation.body_required,
        extra=options.body,
        styles=operation.field_styles,
    )
    if body is not None:
        if options.progress is not None:
            body = body.told(options.progress)
        headers.set_default("Content-Type", body.content_type)
        if body.length is not None:
            headers.set("Content-Length", str(body.length))
    url = _base(settings, bases, service, options.realm, operation.server) + fill_path(
        operation.path, operation.wildcards, call.path, operation.path_styles
    )
    if query or operation.query:
        text = encode_query(operation.query, query, operation.styles)
        if text:
            url += "?" + text
    return Prepared(
        operation=operation,
        method=operation.method,
        url=url,
        headers=headers,
        body=body,
        timeout=settings.timeout if options.timeout is None else options.timeout,
        retry=_policy(settings, options),
        idempotency_key=options.idempotency_key is not None,
        credentials=credentials,
        deadline=_deadline(settings.deadline if options.deadline is None else options.deadline),
    )


def _deadline(seconds: float | None) -> float | None:
    return None if seconds is None or seconds <= 0 or math.isinf(seconds) else seconds


def _policy(settings: Settings, options: RequestOptions) -> RetryPolicy:
    if options.max_retries is None:
        return settings.retry
    return replace(settings.retry, max_retries=options.max_retries)


@lru_cache(maxsize=256)
def _base_headers(user_agent: str, accept: str) -> Mapping[str, tuple[str, str]]:
    return {"accept": ("Accept", accept), "user-agent": ("User-Agent", user_agent)}


def _base(
    settings: Settings,
    bases: dict[tuple[str, str | None], str],
    service: ServiceInfo,
    realm: str | None,
    server: str | None,
) -> str:
    if realm is not None and not service.realms:
        raise InvalidArgumentError(f"Service {service.name!r} can't be routed by a realm")
    if realm is None and service.realms:
        realm = settings.addresses.realm
    key = (service.name if server is None else f"{service.name} {server}", realm)
    base = bases.get(key)
    if base is None:
        if server is None:
            base = service_url(settings.info, service, settings.addresses, realm=realm)
        else:
            base = operation_url(settings.info, service, settings.addresses, server)
        bases[key] = base
    return base
