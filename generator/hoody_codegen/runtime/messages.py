"""Requests and responses as plain data, free of secrets and of the HTTP library."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timezone
from email.message import Message
from functools import cached_property
from typing import Final
from urllib.parse import unquote_plus, urlsplit

MASK: Final = "***"

_SECRET_HEADERS: Final = frozenset(
    {
        "authorization",
        "cookie",
        "proxy-authenticate",
        "proxy-authorization",
        "set-cookie",
        "www-authenticate",
    }
)
_SHORTEST_SECRET: Final = 8
_WORD: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_SECRET_PARTS: Final = frozenset(
    [
        *("apikey", "claim", "credential", "credentials", "pass", "passphrase", "passwd"),
        *("password", "pwd", "secret", "sig", "signature", "ticket", "token"),
    ]
)
# A key opens something; most parameters called so are keys of a map.
_KEY_KINDS: Final = frozenset({"access", "api", "private", "ssh"})
_SECRET_WORDS: Final = ("token", "secret", "password", "api-key", "apikey", "credential", "claim")


def is_secret_header(name: str) -> bool:
    """Whether a header of this name carries credentials, judged by its name alone."""
    lower = name.lower()
    return lower in _SECRET_HEADERS or any(word in lower for word in _SECRET_WORDS)


def mask_query(url: str) -> str:
    """``url`` with the values masked of parameters whose names say that they are secrets."""
    address, mark, query = url.partition("?")
    if not mark:
        return url
    pairs = [pair.partition("=") for pair in query.split("&")]
    masked = [
        (name, equals, MASK if value and is_secret_parameter(unquote_plus(name)) else value)
        for name, equals, value in pairs
    ]
    return f"{address}?{'&'.join(map(''.join, masked))}"


def is_secret_parameter(name: str) -> bool:
    """Whether a query parameter of this name carries credentials, judged by its name alone."""
    words = [word.lower() for word in _WORD.findall(name)]
    if _SECRET_PARTS.intersection(words):
        return True
    return words[-1:] == ["key"] and not _KEY_KINDS.isdisjoint(words)


def redact(text: str, secrets: Iterable[str]) -> str:
    """``text`` with every occurrence of a secret masked.

    What is shorter than any real secret is left alone: it would be found inside other words.
    """
    for secret in secrets:
        if len(secret) >= _SHORTEST_SECRET:
            text = text.replace(secret, MASK)
    return text


class Headers(Mapping[str, str]):
    """Header fields in order; looked up without regard to case.

    A name that occurs more than once gives its values joined by ``", "`` (RFC 9110 section 5.3);
    :meth:`get_all` gives them one by one.
    """

    __slots__ = ("_fields",)

    def __init__(self, fields: Iterable[tuple[str, str]] = ()) -> None:
        self._fields = tuple(fields)

    @property
    def fields(self) -> tuple[tuple[str, str], ...]:
        """All fields as they came."""
        return self._fields

    def get_all(self, name: str) -> tuple[str, ...]:
        """All values of ``name``, in order; empty if there is none."""
        lower = name.lower()
        return tuple(value for key, value in self._fields if key.lower() == lower)

    def __getitem__(self, name: str) -> str:
        values = self.get_all(name)
        if not values:
            raise KeyError(name)
        return ", ".join(values)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and bool(self.get_all(name))

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys(key.lower() for key, _ in self._fields))

    def __len__(self) -> int:
        return len({key.lower() for key, _ in self._fields})

    def __repr__(self) -> str:
        shown = {name: MASK if is_secret_header(name) else self[name] for name in self}
        return f"Headers({shown!r})"


class ResponseHeaders(Headers):
    """The header of an answer whose body says nothing: what HEAD and its like are called for.

    Fields are looked up by name without regard to case; the usual ones are also attributes.
    """

    __slots__ = ("status",)

    def __init__(self, status: int, fields: Iterable[tuple[str, str]] = ()) -> None:
        super().__init__(fields)
        self.status = status

    @property
    def content_type(self) -> str | None:
        return self.get("content-type")

    @property
    def content_length(self) -> int | None:
        """Bytes of the content; None if the server doesn't say."""
        text = self.get("content-length", "").strip()
        return int(text) if text.isascii() and text.isdigit() else None

    @property
    def etag(self) -> str | None:
        """The present version, as ``If-Match`` and ``If-None-Match`` take it."""
        return self.get("etag")

    @property
    def last_modified(self) -> datetime | None:
        """When the content was changed last, in UTC; None if the server doesn't say."""
        from email.utils import parsedate_to_datetime

        try:
            moment = parsedate_to_datetime(self.get("last-modified", ""))
        except (ValueError, TypeError, IndexError, OverflowError):
            return None
        # "-0000" stands for UTC, too.
        return moment.replace(tzinfo=timezone.utc) if moment.tzinfo is None else moment

    @property
    def location(self) -> str | None:
        """Where the answer points, as it came: it may be relative to the request."""
        return self.get("location")

    def __repr__(self) -> str:
        return f"<ResponseHeaders {self.status} {super().__repr__()}>"


def media_type(content_type: str) -> str:
    """The media type of a ``Content-Type`` value, in lower case, without parameters."""
    return content_type.partition(";")[0].strip().lower()


def is_json(content_type: str) -> bool:
    """Whether a ``Content-Type`` value names JSON: ``application/json`` or ``…+json``."""
    kind = media_type(content_type)
    return kind in ("application/json", "text/json") or kind.endswith("+json")


def charset(content_type: str) -> str:
    """The charset of a ``Content-Type`` value; UTF-8 where none or an unknown one is given."""
    if "charset" not in content_type.lower():
        return "utf-8"
    message = Message()
    message["Content-Type"] = content_type
    name = message.get_content_charset("utf-8")
    try:
        "".encode(name)
    except (LookupError, UnicodeError):
        return "utf-8"
    return name


class HttpRequest:
    """What was sent. Credentials are masked: the object can be logged and pickled."""

    def __init__(self, method: str, url: str, headers: Iterable[tuple[str, str]] = ()) -> None:
        self.method = method
        self.url = mask_query(url)
        self.headers = Headers(
            (name, MASK if is_secret_header(name) else value) for name, value in headers
        )

    @property
    def path(self) -> str:
        """The path of the URL, without the query."""
        return urlsplit(self.url).path

    def __repr__(self) -> str:
        parts = urlsplit(self.url)
        return f"<HttpRequest {self.method} {parts.scheme}://{parts.netloc}{parts.path}>"


class HttpResponse:
    """What came back: status, header fields and the body as bytes."""

    def __init__(
        self, status: int, headers: Iterable[tuple[str, str]] = (), content: bytes = b""
    ) -> None:
        self.status = status
        self.headers = Headers(headers)
        self.content = content

    @property
    def content_type(self) -> str:
        return self.headers.get("content-type", "")

    @property
    def request_id(self) -> str | None:
        """The server's name for this exchange, from the usual headers."""
        for name in self.headers:
            if name.endswith(("request-id", "correlation-id")):
                return self.headers[name]
        return None

    @cached_property
    def text(self) -> str:
        """The body as text; bytes that don't fit its charset are replaced."""
        return self.content.decode(charset(self.content_type), errors="replace")

    @cached_property
    def body(self) -> object:
        """JSON data if the body is JSON, whatever its content type says; else text, else None."""
        if not self.content.strip():
            return None
        start = self.content.lstrip()[:1]
        if is_json(self.content_type) or start in (b"{", b"["):
            try:
                return json.loads(self.content)
            except (ValueError, RecursionError):
                pass
        return self.text

    def __repr__(self) -> str:
        size = len(self.content)
        return f"<HttpResponse {self.status} {media_type(self.content_type)} {size} bytes>"
