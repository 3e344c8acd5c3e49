"""Names that a caller gives: finding what they stand for, and saying so where they stand for
nothing."""

from __future__ import annotations

from collections.abc import Iterable

from .errors import ConfigurationError
from .info import ClientInfo


def unknown_name(kind: str, name: str, known: Iterable[str]) -> str:
    """What to say of a name that isn't known, with the one that was probably meant."""
    from difflib import get_close_matches

    names = sorted(known)
    close = get_close_matches(name, names, n=1)
    hint = f"did you mean {close[0]!r}?" if close else f"known are {', '.join(names)}"
    return f"There is no {kind} {name!r}: {hint}"


def service_name(info: ClientInfo, name: str) -> str:
    """The service called ``name``, as in the API's description or as an attribute of the client.

    ConfigurationError if there is none.
    """
    found = find_service(info, name)
    if found is None:
        raise ConfigurationError(unknown_name("service", name, info.services))
    return found


def find_service(info: ClientInfo, name: str) -> str | None:
    """As :func:`service_name`; None if there is none."""
    if name in info.services:
        return name
    plain = _plain(name)
    found = [service for service in info.services if _plain(service) == plain]
    return found[0] if len(found) == 1 else None


def _plain(name: str) -> str:
    return name.replace("_", "").replace("-", "").casefold()
