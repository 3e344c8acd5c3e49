"""From an answer to the value that a method returns."""

from __future__ import annotations

from typing import Any, Final

from ._http import Reply
from .errors import APIResponseValidationError
from .messages import ResponseHeaders, charset, is_json, media_type
from .requests import Prepared
from .responses import ResponseType

_EMPTY_STATUSES: Final = frozenset({204, 205})


def annotation_of(returns: object) -> Any:
    """The type behind what a generated method passes as its result type."""
    return returns.annotation if isinstance(returns, ResponseType) else returns


def is_empty(prepared: Prepared, reply: Reply) -> bool:
    """Whether the answer has no content, by its status, its request's method or its length."""
    return not reply.content or reply.status in _EMPTY_STATUSES or prepared.method == "HEAD"


def read_result(prepared: Prepared, reply: Reply, returns: object) -> Any:
    """The result of a successful call; None where the answer has no content.

    What is documented as JSON but arrives as something else is given as text or bytes if the
    result type allows that, and raises APIResponseValidationError otherwise.
    """
    operation = prepared.operation
    kind = operation.result
    if returns is ResponseHeaders:
        return ResponseHeaders(reply.status, reply.described().headers.fields)
    if returns is None or kind == "none":
        return None
    if kind == "bytes":
        return reply.content
    if kind == "text":
        return _text(reply)
    if is_empty(prepared, reply):
        return None
    # Imported late: everything up to here works without pydantic.
    from .decoding import NotJsonError, accepts, decode

    annotation = annotation_of(returns)
    as_json = is_json(reply.content_type)
    if not as_json and annotation in (str, bytes):
        return reply.content if annotation is bytes else _text(reply)
    try:
        return decode(reply.content, annotation, operation.envelope)
    except NotJsonError as error:
        if not as_json:
            kinds = (str, bytes) if _is_text(reply) else (bytes, str)
            for other in kinds:
                if accepts(annotation, other):
                    return reply.content if other is bytes else _text(reply)
        found = reply.content_type or "no content type"
        raise invalid_response(
            prepared, reply, f"The answer should be JSON and isn't ({found}): {error}"
        ) from error


def _is_text(reply: Reply) -> bool:
    kind = media_type(reply.content_type)
    return kind.startswith("text/") or kind.endswith(("xml", "yaml", "ndjson", "javascript"))


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
