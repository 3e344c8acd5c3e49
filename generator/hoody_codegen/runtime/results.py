"""From an answer to the value that a method returns."""

from __future__ import annotations

from typing import Any, Final

from ._http import Reply
from .errors import APIResponseValidationError
from .messages import charset, is_json
from .requests import Prepared
from .responses import ResponseType

_EMPTY_STATUSES: Final = frozenset({204, 205, 304})


def annotation_of(returns: object) -> Any:
    """The type behind what a generated method passes as its result type."""
    return returns.annotation if isinstance(returns, ResponseType) else returns


def is_empty(prepared: Prepared, reply: Reply) -> bool:
    """Whether the answer has no content, by its status, its request's method or its length."""
    return not reply.content or reply.status in _EMPTY_STATUSES or prepared.method == "HEAD"


def read_result(prepared: Prepared, reply: Reply, returns: object) -> Any:
    """The result of a successful call; None where the answer has no content.

    What is documented as JSON but arrives as something else is given as text or bytes if the
    result type is that, and raises APIResponseValidationError otherwise.
    """
    operation = prepared.operation
    kind = operation.result
    if returns is None or kind == "none":
        return None
    if kind == "bytes":
        return reply.content
    if kind == "text":
        return _text(reply)
    if is_empty(prepared, reply):
        return None
    # Imported late: everything up to here works without pydantic.
    from .decoding import NotJsonError, decode

    annotation = annotation_of(returns)
    if not is_json(reply.content_type):
        if annotation is bytes:
            return reply.content
        if annotation is str:
            return _text(reply)
    try:
        return decode(reply.content, annotation, operation.envelope)
    except NotJsonError as error:
        found = reply.content_type or "no content type"
        raise invalid_response(
            prepared, reply, f"The answer should be JSON and isn't ({found}): {error}"
        ) from error


def _text(reply: Reply) -> str:
    return reply.content.decode(charset(reply.content_type), errors="replace")


def invalid_response(prepared: Prepared, reply: Reply, message: str) -> APIResponseValidationError:
    """The exception for an answer that can't be read."""
    return APIResponseValidationError(
        message,
        operation=prepared.operation,
        request=prepared.described(),
        response=reply.described(),
    )
