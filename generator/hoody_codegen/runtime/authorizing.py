"""Putting credentials into a request, and other ones after the server has refused them.

The generators yield :class:`NeedToken`; the clients do what it says.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any, NamedTuple

from .auth import TokenSource, checked_secret
from .errors import APIError

if TYPE_CHECKING:
    from .requests import Prepared


class NeedToken(NamedTuple):
    """Ask for the text of a credential; the answer is that text.

    ``rejected`` is the text that the server has refused, if it has: another one is wanted.
    """

    source: TokenSource
    rejected: str | None = None

    def __repr__(self) -> str:
        return "<NeedToken>"


def authorize(prepared: Prepared) -> Generator[NeedToken, Any, None]:
    """Ask for the texts of all credentials and write them into the request.

    Raises MissingTokenError for a text that can't be sent, which it doesn't show.
    """
    secrets = []
    try:
        for auth in prepared.credentials:
            source = auth.source
            text = source if isinstance(source, str) else (yield NeedToken(source))
            secrets.append(checked_secret(text))
        prepared.present(secrets)
    except APIError as error:
        if error.operation is None:
            error.operation = prepared.operation
        raise


def renew(prepared: Prepared) -> Generator[NeedToken, Any, bool]:
    """Ask again for what the server has refused; whether anything else came and is written now.

    A text that was given as such stays what it is.
    """
    old = prepared.secrets[: len(prepared.credentials)]
    new: list[str] = []
    for auth, secret in zip(prepared.credentials, old, strict=True):
        if isinstance(auth.source, str):
            new.append(secret)
        else:
            new.append(checked_secret((yield NeedToken(auth.source, secret))))
    if tuple(new) == old:
        return False
    prepared.present(new)
    return True
