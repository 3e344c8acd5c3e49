"""Which operations give a stream: said by the document, or told by status and media types.

An operation that can also answer with JSON or plain text is no stream by its media types alone;
there the caller's parameters decide, and only the document can say which one is meant.
"""

from __future__ import annotations

from dataclasses import replace

from ..ir import Api, Operation, ResultKind, StreamKind
from ..ir.rewrite import rewrite_operations
from .media import stream_of
from .results import success_responses


def settle_streams(api: Api) -> Api:
    """Set ``stream`` of every operation that doesn't have one yet."""
    return rewrite_operations(api, _settle)


def _settle(operation: Operation) -> Operation:
    if operation.stream is not None:
        return operation
    return replace(operation, stream=_stream(operation))


def _stream(operation: Operation) -> StreamKind | None:
    success = success_responses(operation)
    contents = [content for response in success for content in response.contents]
    # RFC 9110, section 15.2.2: 101 is the answer to an Upgrade, here always to a WebSocket.
    if any(response.status == "101" for response in operation.responses) and not contents:
        return StreamKind.WEBSOCKET
    kinds = {stream_of(content.media_type) for content in contents}
    if len(kinds) == 1 and None not in kinds:
        return kinds.pop()
    if operation.result is not None and operation.result.kind is ResultKind.BINARY:
        return StreamKind.BINARY
    return None
