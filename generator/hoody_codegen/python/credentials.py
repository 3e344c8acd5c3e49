"""Which security schemes the client's token stands for."""

from __future__ import annotations

from .. import ir

_TOKEN_TYPES = ("oauth2", "openIdConnect")


def by_token(scheme: ir.SecurityScheme) -> bool:
    """Whether a bearer token is what the scheme asks for (RFC 6750)."""
    kind = scheme.type.reveal()
    if kind == "http":
        return scheme.scheme is not None and scheme.scheme.reveal().lower() == "bearer"
    return kind in _TOKEN_TYPES
