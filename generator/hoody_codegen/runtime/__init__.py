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
    from .downloads import AsyncDownload, Download
    from .error_registry import ErrorRegistry
    from .errors import (
        APIConnectionError,
        APIError,
        APIResponseValidationError,
        APIStatusError,
        APITimeoutError,
        DeadlineExceededError,
        DigestMismatchError,
        IncompleteDownloadError,
        RetryAfterError,
        SecondFactorRequiredError,
        StreamInterruptedError,
        UploadError,
        WebSocketClosedError,
    )
    from .files import AsyncFileContent, FileContent
    from .hooks import Hooks, RequestEvent, ResponseEvent, RetryEvent
    from .messages import ResponseHeaders
    from .models import JsonValue, Model
    from .paging import AsyncPage, AsyncPager, Page
    from .progress import Progress
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
    from .uploads import Uploaded

__all__ = [
    "OMIT",
    "APIConnectionError",
    "APIError",
    "APIResponseValidationError",
    "APIStatusError",
    "APITimeoutError",
    "AsyncClient",
    "AsyncDownload",
    "AsyncEventStream",
    "AsyncFileContent",
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
    "DigestMismatchError",
    "Download",
    "ErrorEntry",
    "ErrorRegistry",
    "ErrorShape",
    "EventStream",
    "EventTypes",
    "FileContent",
    "Hooks",
    "IncompleteDownloadError",
    "JsonLines",
    "JsonValue",
    "KeyAuth",
    "Model",
    "Omit",
    "Operation",
    "Page",
    "PageInfo",
    "Progress",
    "RawResponse",
    "Reconnect",
    "RequestEvent",
    "RequestOptions",
    "Resource",
    "ResponseEvent",
    "ResponseHeaders",
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
    "UploadError",
    "Uploaded",
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
    "AsyncDownload": "downloads",
    "AsyncEventStream": "streams",
    "AsyncFileContent": "files",
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
    "DigestMismatchError": "errors",
    "Download": "downloads",
    "ErrorRegistry": "error_registry",
    "EventStream": "streams",
    "FileContent": "files",
    "Hooks": "hooks",
    "IncompleteDownloadError": "errors",
    "JsonLines": "streams",
    "JsonValue": "models",
    "KeyAuth": "auth",
    "Model": "models",
    "Page": "paging",
    "Progress": "progress",
    "Reconnect": "socket_options",
    "RequestEvent": "hooks",
    "ResponseEvent": "hooks",
    "ResponseHeaders": "messages",
    "RetryAfterError": "errors",
    "RetryEvent": "hooks",
    "RetryPolicy": "retry",
    "SecondFactorRequiredError": "errors",
    "ServerSentEvent": "streams",
    "Session": "sessions",
    "SocketOptions": "socket_options",
    "StreamInterruptedError": "errors",
    "SyncClient": "client",
    "UploadError": "errors",
    "Uploaded": "uploads",
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
