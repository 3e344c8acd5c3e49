"""Names that are taken, by the place they would stand in, and why.

A name that meets one of these gets a trailing underscore (PEP 8), or the next longer form where an
underscore would read badly (classes). Tests compare the lists with pydantic, with the runtime and
with Python itself, so that a new release can't make one of them stale unnoticed.
"""

from __future__ import annotations

import keyword

KEYWORDS = frozenset(keyword.kwlist)
"""Python reference 2.3.1. Soft keywords (``match``, ``type`` …) are fine as names."""

WINDOWS_DEVICES = frozenset(
    ["con", "prn", "aux", "nul", "conin", "conout"]
    + [f"{port}{number}" for port in ("com", "lpt") for number in range(10)]
)
"""File names that Windows keeps for devices, whatever their extension."""

ARGUMENTS = KEYWORDS | {
    "self",
    "request_options",  # every method's own last argument
    # Names that a method's body uses for types (`ResponseType(list[Image])`).
    *("bool", "bytes", "date", "datetime", "dict", "float", "int", "list", "object", "str"),
}
"""Argument names of generated methods."""

METHODS = KEYWORDS | {
    "with_raw_response",  # property of every resource
    "mro",  # looked up on the class
}
"""Methods and sub-resources of a resource. ``list``, ``type``, ``print`` are fine: annotations in
a class that has such a member are printed as ``builtins.list[...]`` (see ``python.imports``)."""

CLIENT_ATTRIBUTES = KEYWORDS | {
    # Own members of the client classes.
    *("aclose", "close", "copy", "token", "base_url", "timeout", "max_retries", "headers"),
    *("login", "logout", "realm", "variables", "service_urls", "http_client"),
    *("with_options", "with_raw_response", "with_realm", "with_variables", "container"),
    *("complete_login", "session", "url"),
    # Own members of scopes.
    "at",
}
"""Services of a client."""

MODEL_ATTRIBUTES = KEYWORDS | {
    # pydantic.BaseModel, public members.
    *("model_computed_fields", "model_config", "model_construct", "model_copy", "model_dump"),
    *("model_dump_json", "model_extra", "model_fields", "model_fields_set"),
    *("model_json_schema", "model_parametrized_name", "model_post_init", "model_rebuild"),
    *("model_validate", "model_validate_json", "model_validate_strings"),
    # Its members of version 1, still there.
    *("construct", "copy", "dict", "from_orm", "json", "parse_file", "parse_obj", "parse_raw"),
    *("schema", "schema_json", "update_forward_refs", "validate"),
    # Members of the runtime's Model.
    *("from_dict", "to_dict", "mro"),
}
"""Fields of a model class."""

MODEL_ATTRIBUTE_PREFIXES = ("model_validate", "model_dump")
"""pydantic protects these (``protected_namespaces``); ``model_id`` and ``model_name`` are fine."""

MODULES = KEYWORDS | WINDOWS_DEVICES | {"types", "self"}
"""Modules of resources and models; ``types`` would read like the package of all models, and type
checkers take ``self`` in the package for the module."""

# Written out, because each Python has its own, and names must not depend on the one that runs.
_BUILTIN_EXCEPTIONS = frozenset(
    [
        *("ArithmeticError", "AssertionError", "AttributeError", "BaseException"),
        *("BaseExceptionGroup", "BlockingIOError", "BrokenPipeError", "BufferError"),
        *("BytesWarning", "ChildProcessError", "ConnectionAbortedError", "ConnectionError"),
        *("ConnectionRefusedError", "ConnectionResetError", "DeprecationWarning", "EOFError"),
        *("EncodingWarning", "EnvironmentError", "Exception", "ExceptionGroup"),
        *("FileExistsError", "FileNotFoundError", "FloatingPointError", "FutureWarning"),
        *("GeneratorExit", "IOError", "ImportError", "ImportWarning", "IndentationError"),
        *("IndexError", "InterruptedError", "IsADirectoryError", "KeyError", "KeyboardInterrupt"),
        *("LookupError", "MemoryError", "ModuleNotFoundError", "NameError", "NotADirectoryError"),
        *("NotImplementedError", "OSError", "OverflowError", "PendingDeprecationWarning"),
        *("PermissionError", "ProcessLookupError", "PythonFinalizationError", "RecursionError"),
        *("ReferenceError", "ResourceWarning", "RuntimeError", "RuntimeWarning"),
        *("StopAsyncIteration", "StopIteration", "SyntaxError", "SyntaxWarning", "SystemError"),
        *("SystemExit", "TabError", "TimeoutError", "TypeError", "UnboundLocalError"),
        *("UnicodeDecodeError", "UnicodeEncodeError", "UnicodeError", "UnicodeTranslateError"),
        *("UnicodeWarning", "UserWarning", "ValueError", "Warning", "ZeroDivisionError"),
    ]
)

RUNTIME_CLASSES = frozenset(
    [
        *("APIError", "AsyncClient", "AsyncPage", "AsyncResource", "ClientInfo", "ErrorEntry"),
        *("ErrorRegistry", "ErrorShape", "JsonValue", "Model", "Omit", "Operation", "Page"),
        *("PageInfo", "StreamInfo", "StreamSwitch", "EventTypes"),
        # What streams, downloads and WebSockets come in.
        *("AsyncDownload", "AsyncEventStream", "AsyncJsonLines", "AsyncPager", "AsyncWebSocket"),
        *("Download", "EventStream", "JsonLines", "WebSocket"),
        *("RawResponse", "RequestOptions", "Resource", "ResponseType", "ServiceInfo"),
        *("SyncClient", "UnknownVariant"),
    ]
)
"""Names of the runtime that generated modules import beside their own classes."""

_TYPING = frozenset(
    [
        *("Annotated", "Any", "Field", "Literal", "Mapping", "None", "Required", "Sequence"),
        *("True", "False", "TypeAlias", "TypeAliasType", "TypedDict", "TYPE_CHECKING"),
    ]
)

MODEL_CLASSES = RUNTIME_CLASSES | _TYPING
"""Class names of models: what their modules import."""

RESOURCE_CLASSES = RUNTIME_CLASSES | _TYPING
"""Class names of services and resources."""

ERROR_CLASSES = (
    RUNTIME_CLASSES
    | _TYPING
    | _BUILTIN_EXCEPTIONS
    | {
        # runtime/error_registry.py: what the client tells about documented errors.
        "DocumentedError",
        # runtime/errors.py: what the client raises by itself, and one class for each status.
        *("APIConnectionError", "APIError", "APIResponseValidationError", "APIStatusError"),
        *("APITimeoutError", "AddressError", "AuthenticationError", "BadGatewayError"),
        *("BadRequestError", "ClientError", "ConfigurationError", "ConflictError"),
        *("ContentTooLargeError", "ErrorFacts", "GatewayTimeoutError", "GoneError"),
        *("HeaderFieldsTooLargeError", "InsufficientStorageError", "InternalServerError"),
        *("InvalidArgumentError", "LengthRequiredError", "LockedError", "MethodNotAllowedError"),
        *("MissingTokenError", "NotAcceptableError", "NotFoundError"),
        *("NotImplementedByServerError", "PaginationError", "PaymentRequiredError"),
        *("PermissionDeniedError", "PreconditionFailedError", "PreconditionRequiredError"),
        *("RangeNotSatisfiableError", "RateLimitError", "RedirectError", "RequestTimeoutError"),
        *("ServerError", "ServiceUnavailableError", "TooEarlyError", "UnprocessableEntityError"),
        *("DeadlineExceededError", "DigestMismatchError", "IncompleteDownloadError"),
        *("NotModifiedError", "RetryAfterError", "SecondFactorRequiredError"),
        *("StreamInterruptedError", "UnsupportedMediaTypeError", "UploadError"),
        *("WebSocketClosedError",),
    }
)
"""Class names of documented error codes, in ``errors.py``."""

PACKAGE_NAMES = frozenset(
    [
        *("AsyncClient", "AsyncPage", "AsyncWebSocket", "AsyncWebSocketConnection", "BasicAuth"),
        *("BearerAuth", "Clock", "Credentials", "Hooks", "KeyAuth", "OMIT", "Omit", "Session"),
        *("Page", "RawResponse", "Reconnect", "RequestEvent", "RequestOptions", "ResponseEvent"),
        *("RetryEvent", "RetryPolicy", "SocketOptions", "Timeout"),
        *("WebSocket", "WebSocketConnection"),
        *("AsyncDownload", "AsyncFileContent", "Download", "FileContent", "Progress"),
        *("ResponseHeaders", "Uploaded"),
    ]
)
"""What the package itself exports beside its clients (python/package.py)."""
