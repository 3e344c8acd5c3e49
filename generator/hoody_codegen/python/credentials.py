"""Which security schemes the client's token stands for, and where other credentials go."""

from __future__ import annotations

from .. import ir

_TOKEN_TYPES = ("oauth2", "openIdConnect")


def by_token(scheme: ir.SecurityScheme) -> bool:
    """Whether a bearer token is what the scheme asks for (RFC 6750)."""
    kind = scheme.type.reveal()
    if kind == "http":
        return scheme.scheme is not None and scheme.scheme.reveal().lower() == "bearer"
    return kind in _TOKEN_TYPES


def key_place(scheme: ir.SecurityScheme) -> tuple[str, str] | None:
    """Where another credential is written: kind of place and name there; None if it can't be."""
    kind = scheme.type.reveal()
    if kind == "http" and scheme.scheme is not None:
        known = scheme.scheme.reveal().lower()
        return (known, "") if known in ("basic", "bearer") else None
    if kind != "apiKey" or scheme.location is None or scheme.parameter is None:
        return None
    place = scheme.location.reveal()
    return (place, scheme.parameter.reveal()) if place in ("query", "header", "cookie") else None
