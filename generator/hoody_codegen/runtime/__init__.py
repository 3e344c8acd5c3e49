"""What generated code builds on: calls, errors, paging, retries, addresses.

Importing this package loads neither the HTTP library nor pydantic; ``Model``, the clients and
pages come when they are first asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from .info import ClientInfo, ServiceInfo
from .operation import ErrorEntry, ErrorShape, Operation, PageInfo
from .options import RequestOptions, Timeout
from .resource import AsyncResource, Resource
from .responses import RawResponse, ResponseType, async_raw_response, raw_response
from .sentinels import OMIT, Omit

if TYPE_CHECKING:
    from .client import AsyncClient, SyncClient
    from .error_registry import ErrorRegistry
    from .errors import (
        APIConnectionError,
        APIError,
        APIResponseValidationError,
        APIStatusError,
        APITimeoutError,
    )
    from .models import JsonValue, Model
    from .paging import AsyncPage, AsyncPager, Page
    from .retry import Clock, RetryPolicy

__all__ = [
    "OMIT",
    "APIConnectionError",
    "APIError",
    "APIResponseValidationError",
    "APIStatusError",
    "APITimeoutError",
    "AsyncClient",
    "AsyncPage",
    "AsyncPager",
    "AsyncResource",
    "ClientInfo",
    "Clock",
    "ErrorEntry",
    "ErrorRegistry",
    "ErrorShape",
    "JsonValue",
    "Model",
    "Omit",
    "Operation",
    "Page",
    "PageInfo",
    "RawResponse",
    "RequestOptions",
    "Resource",
    "ResponseType",
    "RetryPolicy",
    "ServiceInfo",
    "SyncClient",
    "Timeout",
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
    "AsyncPage": "paging",
    "AsyncPager": "paging",
    "Clock": "retry",
    "ErrorRegistry": "error_registry",
    "JsonValue": "models",
    "Model": "models",
    "Page": "paging",
    "RetryPolicy": "retry",
    "SyncClient": "client",
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
