"""What generated code builds on: calls, errors, paging, retries, addresses.

Importing this package loads neither the HTTP library nor pydantic; ``Model``, the clients and
pages come when they are first asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from .info import ClientInfo, ServiceInfo
from .operation import (
    ErrorEntry,
    ErrorShape,
    Operation,
    PageInfo,
    StreamInfo,
    StreamSwitch,
)
from .options import RequestOptions, Timeout
from .resource import AsyncResource, Resource
from .responses import (
    EventTypes,
    RawResponse,
    ResponseType,
    async_raw_response,
    raw_response,
)
from .sentinels import OMIT, Omit

if TYPE_CHECKING:
    from .auth import BasicAuth, BearerAuth, KeyAuth
    from .client import AsyncClient, SyncClient
    from .error_registry import ErrorRegistry
    from .errors import (
        APIConnectionError,
        APIError,
        APIResponseValidationError,
        APIStatusError,
        APITimeoutError,
        DeadlineExceededError,
        RetryAfterError,
        SecondFactorRequiredError,
        StreamInterruptedError,
        WebSocketClosedError,
    )
    from .hooks import Hooks, RequestEvent, ResponseEvent, RetryEvent
    from .models import JsonValue, Model
    from .paging import AsyncPage, AsyncPager, Page
    from .retry import Clock, RetryPolicy
    from .sessions import Credentials, Session
    from .socket_options import Reconnect, SocketOptions
    from .sockets import (
        AsyncWebSocket,
        AsyncWebSocketConnection,
        WebSocket,
        WebSocketConnection,
    )
    from .streams import (
        AsyncEventStream,
        AsyncJsonLines,
        EventStream,
        JsonLines,
        ServerSentEvent,
    )

__all__ = [
    "OMIT",
    "APIConnectionError",
    "APIError",
    "APIResponseValidationError",
    "APIStatusError",
    "APITimeoutError",
    "AsyncClient",
    "AsyncEventStream",
    "AsyncJsonLines",
    "AsyncPage",
    "AsyncPager",
    "AsyncResource",
    "AsyncWebSocket",
    "AsyncWebSocketConnection",
    "BasicAuth",
    "BearerAuth",
    "ClientInfo",
    "Clock",
    "Credentials",
    "DeadlineExceededError",
    "ErrorEntry",
    "ErrorRegistry",
    "ErrorShape",
    "EventStream",
    "EventTypes",
    "Hooks",
    "JsonLines",
    "JsonValue",
    "KeyAuth",
    "Model",
    "Omit",
    "Operation",
    "Page",
    "PageInfo",
    "RawResponse",
    "Reconnect",
    "RequestEvent",
    "RequestOptions",
    "Resource",
    "ResponseEvent",
    "ResponseType",
    "RetryAfterError",
    "RetryEvent",
    "RetryPolicy",
    "SecondFactorRequiredError",
    "ServerSentEvent",
    "ServiceInfo",
    "Session",
    "SocketOptions",
    "StreamInfo",
    "StreamInterruptedError",
    "StreamSwitch",
    "SyncClient",
    "Timeout",
    "WebSocket",
    "WebSocketClosedError",
    "WebSocketConnection",
    "async_raw_response",
    "raw_response",
]

_LAZY: Final = {
    "APIConnectionError": "errors",
    "APIError": "errors",
    "APIResponseValidationError": "errors",
    "APIStatusError": "errors",
    "APITimeoutError": "errors",
    "AsyncClient": "client",
    "AsyncEventStream": "streams",
    "AsyncJsonLines": "streams",
    "AsyncPage": "paging",
    "AsyncPager": "paging",
    "AsyncWebSocket": "sockets",
    "AsyncWebSocketConnection": "sockets",
    "BasicAuth": "auth",
    "BearerAuth": "auth",
    "Clock": "retry",
    "Credentials": "sessions",
    "DeadlineExceededError": "errors",
    "ErrorRegistry": "error_registry",
    "EventStream": "streams",
    "Hooks": "hooks",
    "JsonLines": "streams",
    "JsonValue": "models",
    "KeyAuth": "auth",
    "Model": "models",
    "Page": "paging",
    "Reconnect": "socket_options",
    "RequestEvent": "hooks",
    "ResponseEvent": "hooks",
    "RetryAfterError": "errors",
    "RetryEvent": "hooks",
    "RetryPolicy": "retry",
    "SecondFactorRequiredError": "errors",
    "Session": "sessions",
    "ServerSentEvent": "streams",
    "SocketOptions": "socket_options",
    "StreamInterruptedError": "errors",
    "SyncClient": "client",
    "WebSocket": "sockets",
    "WebSocketClosedError": "errors",
    "WebSocketConnection": "sockets",
}


if not TYPE_CHECKING:  # or else every misspelt name would pass a type checker

    def __getattr__(name: str) -> object:
        module = _LAZY.get(name)
        if module is None:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from importlib import import_module

        value: object = getattr(import_module(f".{module}", __name__), name)
        globals()[name] = value
        return value
