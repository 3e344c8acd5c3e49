"""Who is calling: credentials for a service, and the places of a request they are written to."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Final, TypeAlias
from urllib.parse import quote

from .errors import ConfigurationError, MissingTokenError

if TYPE_CHECKING:
    from .headers import HeaderFields
    from .sessions import Session

TokenSource: TypeAlias = "str | Callable[[], str] | Callable[[], Awaitable[str]] | Session"
"""A secret, a function that gives it (asked before every call), or a session."""


_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")


class Auth:
    """One credential. Its text stands in ``source``; it shows in no ``repr`` and isn't pickled.

    The three kinds are :class:`BearerAuth`, :class:`BasicAuth` and :class:`KeyAuth`.
    """

    __slots__ = ("source",)

    def __init__(self, source: TokenSource) -> None:
        if not (isinstance(source, str) or callable(source) or _is_session(source)):
            raise ConfigurationError(
                "A credential has to be a text or a function that returns one, not a "
                f"{type(source).__name__}"
            )
        self.source = source

    def present(self, secret: str, request: CredentialPlaces) -> None:
        """Write ``secret``, the text of ``source``, to where it belongs."""
        raise NotImplementedError

    @property
    def place_name(self) -> tuple[str, str]:
        """Where it is written: kind of place and name there."""
        return "header", "authorization"

    def is_given(self, headers: HeaderFields) -> bool:
        """Whether the caller wrote something to its place by hand, which then counts."""
        kind, name = self.place_name
        return kind == "header" and headers.get(name) is not None

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    def __reduce__(self) -> str:
        raise TypeError(f"{type(self).__name__} holds a secret and can't be pickled")


class BearerAuth(Auth):
    """``Authorization: Bearer <token>`` (RFC 6750), such as a JWT."""

    __slots__ = ()

    def present(self, secret: str, request: CredentialPlaces) -> None:
        request.headers["Authorization"] = f"Bearer {secret}"


class BasicAuth(Auth):
    """User name and password (RFC 7617), written in UTF-8. The name can't hold a colon."""

    __slots__ = ("username",)

    def __init__(self, username: str, password: TokenSource) -> None:
        super().__init__(password)
        if ":" in username:
            raise ConfigurationError("A user name can't hold a colon (RFC 7617)")
        self.username = username

    def present(self, secret: str, request: CredentialPlaces) -> None:
        pair = b64encode(f"{self.username}:{secret}".encode()).decode("ascii")
        request.headers["Authorization"] = f"Basic {pair}"
        request.secrets.append(pair)


class KeyAuth(Auth):
    """A token with a place of its own: one of a ``header``, a ``query`` parameter, a ``cookie``.

    ``KeyAuth("secret", header="X-Api-Key")``.
    """

    __slots__ = ("name", "place")

    def __init__(
        self,
        value: TokenSource,
        *,
        header: str | None = None,
        query: str | None = None,
        cookie: str | None = None,
    ) -> None:
        super().__init__(value)
        places = {"header": header, "query": query, "cookie": cookie}
        given = [(place, name) for place, name in places.items() if name]
        if len(given) != 1:
            raise ConfigurationError("A key needs one place: header=…, query=… or cookie=…")
        self.place, self.name = given[0]

    def present(self, secret: str, request: CredentialPlaces) -> None:
        if self.place == "query":
            request.query[self.name] = secret
            encoded = quote(secret, safe="")
            if encoded != secret:
                request.secrets.append(encoded)
        elif self.place == "header":
            request.headers[self.name] = secret
        else:
            request.cookies[self.name] = secret

    @property
    def place_name(self) -> tuple[str, str]:
        return self.place, self.name.lower() if self.place == "header" else self.name


class CredentialPlaces:
    """What the credentials of one request add to it."""

    __slots__ = ("cookies", "headers", "query", "secrets")

    def __init__(self) -> None:
        self.headers: dict[str, str] = {}
        self.query: dict[str, str] = {}
        self.cookies: dict[str, str] = {}
        self.secrets: list[str] = []
        """Texts that must not show in messages."""


ServiceAuth: TypeAlias = "Auth | Sequence[Auth] | Mapping[str, Auth | Sequence[Auth] | None] | None"
"""One credential or several together, for all services that the client's token isn't meant for; or
by name of service, where None means none."""


def as_auths(value: object, what: str) -> tuple[Auth, ...]:
    """``value`` as credentials that are sent together; ConfigurationError if it is none."""
    if value is None:
        return ()
    if isinstance(value, Auth):
        return (value,)
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        for item in value:
            if not isinstance(item, Auth):
                break
        else:
            return tuple(value)
    raise ConfigurationError(
        f"{what} has to be a BearerAuth, BasicAuth or KeyAuth, or several of them"
    )


def checked_secret(value: object) -> str:
    """``value`` as the text of a credential; MissingTokenError, which doesn't show it."""
    if not isinstance(value, str) or not value:
        raise MissingTokenError(
            f"The token is {'empty' if value == '' else type(value).__name__}, not a text"
        )
    if _CONTROL.search(value) is not None:
        raise MissingTokenError("The token holds line breaks or control characters")
    return value


def _is_session(source: object) -> bool:
    from .sessions import Session

    return isinstance(source, Session)
