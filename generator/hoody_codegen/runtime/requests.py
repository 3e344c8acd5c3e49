"""From a call to a request that can be sent: address, query, headers, credentials and body."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Final, TypeAlias

from .addresses import Addresses, service_url
from .bodies import Body, encode_body
from .calls import Call
from .cookies import encode_cookies, merge_cookies
from .errors import APIError, ConfigurationError, InvalidArgumentError, MissingTokenError
from .headers import HeaderFields
from .info import ClientInfo, ServiceInfo
from .messages import HttpRequest
from .operation import Operation
from .options import RequestOptions, Timeout
from .paths import fill_path
from .query import encode_query
from .retry import RetryPolicy

TokenSource: TypeAlias = "str | Callable[[], str] | Callable[[], Awaitable[str]]"

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
    retry: RetryPolicy = field(default_factory=RetryPolicy)
    user_agent: str = ""


@dataclass(slots=True)
class Prepared:
    """A request that only lacks its credentials."""

    operation: Operation
    method: str
    url: str
    headers: HeaderFields
    body: Body | None
    timeout: float | Timeout | None
    retry: RetryPolicy
    idempotency_key: bool
    token: TokenSource | None
    """Where the token comes from; None if this request is sent without one."""
    stream: bool = False
    """Whether the body of a success is left to be read piece by piece."""

    @property
    def replayable(self) -> bool:
        return self.body is None or self.body.replayable

    def described(self) -> HttpRequest:
        """The request as data, without secrets."""
        return HttpRequest(self.method, self.url, self.headers.items())


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
        headers.update(call.headers)
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
    token = None if headers.get("Authorization") else _token_for(operation, service, settings)
    query = {**call.query, **options.query} if options.query else call.query
    body = encode_body(
        call.body, operation.media_type, required=operation.body_required, extra=options.body
    )
    if body is not None:
        headers.set_default("Content-Type", body.content_type)
        if body.length is not None:
            headers.set("Content-Length", str(body.length))
    url = _base(settings, bases, service, options.realm) + fill_path(
        operation.path, operation.wildcards, call.path
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
        token=token,
    )


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
) -> str:
    if realm is not None and not service.realms:
        raise InvalidArgumentError(f"Service {service.name!r} can't be routed by a realm")
    if realm is None and service.realms:
        realm = settings.addresses.realm
    key = (service.name, realm)
    base = bases.get(key)
    if base is None:
        base = service_url(settings.info, service, settings.addresses, realm=realm)
        bases[key] = base
    return base


def _token_for(
    operation: Operation, service: ServiceInfo, settings: Settings
) -> TokenSource | None:
    """The token to send, None if this operation is called without; error if it is missing."""
    security = operation.security
    if service.auth == "none" or security == ():
        return None
    if security is not None and service.schemes and not service.schemes.intersection(security):
        return None
    if settings.token is None and (security is None or "" not in security):
        raise MissingTokenError(
            "This operation needs a token: give one by token=…, or set the environment variable "
            f"{settings.info.env_prefix}_TOKEN"
        )
    return settings.token
