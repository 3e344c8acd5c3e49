"""Which operations give a stream: said by the document, or told by status and media types.

An operation that can also answer with JSON or plain text is no stream by its media types alone;
there the caller's parameters decide, and only the document can say which one is meant
(``x-stream``, ``switch``).
"""

from __future__ import annotations

from dataclasses import replace

from ..ir import Api, Operation, ResultKind, StreamItem, StreamKind
from ..ir.rewrite import rewrite_operations
from .media import stream_of
from .results import is_switched, success_responses


def settle_streams(api: Api) -> Api:
    """Set ``stream`` of every operation that doesn't have one yet."""
    return rewrite_operations(api, _settle)


def _settle(operation: Operation) -> Operation:
    kind = operation.stream if operation.stream is not None else _stream(operation)
    return replace(operation, stream=kind, items=_items(operation, kind))


def _items(operation: Operation, kind: StreamKind | None) -> tuple[StreamItem, ...]:
    """What is documented about the pieces of the first body of this kind."""
    for response in success_responses(operation):
        for content in response.contents:
            if content.items and kind is not None and stream_of(content.media_type) is kind:
                return content.items
    return ()


def _stream(operation: Operation) -> StreamKind | None:
    if operation.socket is not None:
        return StreamKind.WEBSOCKET
    success = success_responses(operation)
    contents = [content for response in success for content in response.contents]
    # RFC 9110, section 15.2.2: 101 is the answer to an Upgrade, here always to a WebSocket.
    if any(response.status == "101" for response in operation.responses) and not contents:
        return StreamKind.WEBSOCKET
    if is_switched(operation):
        return StreamKind.SSE
    kinds = {stream_of(content.media_type) for content in contents}
    if len(kinds) == 1 and None not in kinds:
        return kinds.pop()
    if operation.result is not None and operation.result.kind is ResultKind.BINARY:
        return StreamKind.BINARY
    return None
