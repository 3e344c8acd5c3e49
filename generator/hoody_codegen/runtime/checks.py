"""Settings of the wrong kind, refused where they are given: later they would fail far from there,
or do something else than was meant."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from .errors import APIError, ConfigurationError, InvalidArgumentError
from .options import Timeout

if TYPE_CHECKING:
    from .requests import Settings

_SECONDS = "a number of seconds, 0 or more"
_PHASES = ("connect", "read", "write", "pool")


def check_settings(settings: Settings) -> None:
    """Refuse times and counts of a client that can't be meant. Raises ConfigurationError."""
    _check_timeout(settings.timeout, ConfigurationError)
    _check_seconds("deadline", settings.deadline, ConfigurationError)
    _check_count("max_retries", settings.retry.max_retries, ConfigurationError)


def check_call(timeout: object, deadline: object, max_retries: object) -> None:
    """Refuse times and counts of a call that can't be meant. Raises InvalidArgumentError."""
    _check_timeout(timeout, InvalidArgumentError)
    _check_seconds("deadline", deadline, InvalidArgumentError)
    if max_retries is not None:
        _check_count("max_retries", max_retries, InvalidArgumentError)


def check_urls(urls: object) -> None:
    """Refuse ``service_urls`` that aren't texts by name. Raises ConfigurationError."""
    if not isinstance(urls, Mapping):
        raise _wrong(ConfigurationError, "service_urls", "a mapping of names to URLs", urls)
    for name, url in urls.items():
        if not isinstance(name, str):
            raise _wrong(ConfigurationError, "a name in service_urls", "a text", name)
        if not isinstance(url, str):
            raise _wrong(ConfigurationError, f"service_urls[{name!r}]", "a text (a URL)", url)


def check_url(name: str, url: object) -> None:
    """Refuse a URL that is no text. Raises ConfigurationError."""
    if url is not None and not isinstance(url, str):
        raise _wrong(ConfigurationError, name, "a text (a URL)", url)


def variable_text(name: str, value: object) -> str:
    """The text of a value that goes into an address. Raises ConfigurationError."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise _wrong(ConfigurationError, name, "a text or a whole number", value)
    return str(value)


def _check_timeout(value: object, kind: type[APIError]) -> None:
    if isinstance(value, Timeout):
        for phase in _PHASES:
            _check_seconds(f"timeout.{phase}", getattr(value, phase), kind)
    elif value is not None and not _is_seconds(value):
        raise _wrong(kind, "timeout", f"{_SECONDS}, or a Timeout", value)


def _check_seconds(name: str, value: object, kind: type[APIError]) -> None:
    if value is not None and not _is_seconds(value):
        raise _wrong(kind, name, _SECONDS, value)


def _check_count(name: str, value: object, kind: type[APIError]) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise _wrong(kind, name, "a whole number, 0 or more", value)


def _is_seconds(value: object) -> bool:
    # Not a number (NaN) isn't 0 or more either.
    return isinstance(value, int | float) and not isinstance(value, bool) and value >= 0


def _wrong(kind: type[APIError], name: str, wanted: str, value: object) -> APIError:
    """Only numbers are shown: a text in the wrong place may be a secret."""
    given = f"{value!r}" if isinstance(value, int | float) else f"a {type(value).__name__}"
    return kind(f"{name} has to be {wanted}, not {given}")
