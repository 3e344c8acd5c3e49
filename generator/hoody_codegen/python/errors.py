"""Plans ``errors.py``: one exception class for each documented code, below that of its status."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from .. import ir
from ..naming.identifiers import ClassName, ConstantName
from ..naming.table import NameTable
from .code import Code, code
from .docstrings import class_docstring, module_docstring
from .escape import literal
from .plan import FilePlan
from .service_errors import errors_module, services_with_errors
from .wrapping import sentence

STATUS_CLASSES: Final[Mapping[int, str]] = {
    304: "NotModifiedError",
    400: "BadRequestError",
    401: "AuthenticationError",
    402: "PaymentRequiredError",
    403: "PermissionDeniedError",
    404: "NotFoundError",
    405: "MethodNotAllowedError",
    406: "NotAcceptableError",
    408: "RequestTimeoutError",
    409: "ConflictError",
    410: "GoneError",
    411: "LengthRequiredError",
    412: "PreconditionFailedError",
    413: "ContentTooLargeError",
    415: "UnsupportedMediaTypeError",
    416: "RangeNotSatisfiableError",
    422: "UnprocessableEntityError",
    423: "LockedError",
    425: "TooEarlyError",
    428: "PreconditionRequiredError",
    429: "RateLimitError",
    431: "HeaderFieldsTooLargeError",
    500: "InternalServerError",
    501: "NotImplementedByServerError",
    502: "BadGatewayError",
    503: "ServiceUnavailableError",
    504: "GatewayTimeoutError",
    507: "InsufficientStorageError",
}
"""The runtime's class for each status (a test compares this with the runtime)."""

_BASES: Final = (
    "APIConnectionError",
    "APIError",
    "APIResponseValidationError",
    "APIStatusError",
    "APITimeoutError",
    "AddressError",
    "ClientError",
    "ConfigurationError",
    "DeadlineExceededError",
    "DigestMismatchError",
    "IncompleteDownloadError",
    "InvalidArgumentError",
    "MissingTokenError",
    "PaginationError",
    "RedirectError",
    "RetryAfterError",
    "SecondFactorRequiredError",
    "ServerError",
    "StreamInterruptedError",
    "UploadError",
    "WebSocketClosedError",
)
"""The runtime's other public exceptions."""


def status_class(status: int) -> ClassName:
    """The runtime's class for a status: its own, or that of its hundred."""
    if status in STATUS_CLASSES:
        return ClassName(STATUS_CLASSES[status])
    hundred = {3: "RedirectError", 4: "ClientError", 5: "ServerError"}
    return ClassName(hundred.get(status // 100, "APIStatusError"))


def error_class(entry: ir.ErrorEntry, names: NameTable) -> ClassName:
    """The class that is raised for a documented error."""
    if entry.code is not None:
        return names.error_class(entry.code)
    return status_class(entry.status or 0)


@dataclass(frozen=True, slots=True)
class ErrorClass:
    """``class name(bases)``."""

    name: ClassName
    bases: tuple[ClassName, ...]
    docstring: Code


@dataclass(frozen=True, slots=True)
class RegistryEntry:
    """The class for a code under a status."""

    key: Code
    name: ClassName


@dataclass(frozen=True, slots=True)
class ServiceModule:
    """The module about the errors of a service."""

    service: Code
    module: Code


@dataclass(frozen=True, slots=True)
class ErrorsModule:
    docstring: Code
    imports: tuple[Code, ...]
    exported: tuple[Code, ...]
    base_alias: ClassName
    classes: tuple[ErrorClass, ...]
    registry_name: ConstantName
    registry: tuple[RegistryEntry, ...]
    services: tuple[ServiceModule, ...]


def plan_errors_module(api: ir.Api, names: NameTable, *, client_name: ClassName) -> FilePlan:
    """The plan of ``errors.py``.

    A code that is documented under one status derives from the class of that status. Under
    several, it gets a class of its own and, for each status, a private one that derives from both,
    so that either ``except`` catches it.
    """
    base_alias = ClassName(f"{client_name}Error")
    by_class: dict[ClassName, list[ir.ErrorEntry]] = {}
    for entry in _documented(api):
        by_class.setdefault(error_class(entry, names), []).append(entry)
    classes: list[ErrorClass] = []
    registry: dict[tuple[int, str], ClassName] = {}
    for name, entries in sorted(by_class.items()):
        statuses = sorted({entry.status for entry in entries if entry.status is not None})
        docstring = _describe(entries, statuses)
        parents = sorted({status_class(status) for status in statuses})
        if len(parents) == 1:
            classes.append(ErrorClass(name, (parents[0],), docstring))
            chosen = {parents[0]: name}
        else:
            classes.append(ErrorClass(name, (ClassName("APIStatusError"),), docstring))
            chosen = {parent: _joined(name, parent) for parent in parents}
            classes += [
                ErrorClass(chosen[parent], (name, parent), _joined_docstring(name, parent))
                for parent in parents
            ]
        for entry in entries:
            if entry.status is not None and entry.code is not None:
                registry[entry.status, entry.code.reveal()] = chosen[status_class(entry.status)]
    runtime_names = sorted([*_BASES, *STATUS_CLASSES.values()])
    public = [str(name) for name in by_class]
    return FilePlan(
        PurePosixPath("errors.py"),
        "errors.py.jinja",
        ErrorsModule(
            docstring=_module_docstring(base_alias),
            imports=tuple(map(Code, runtime_names)),
            exported=tuple(
                literal(name)
                for name in (
                    *sorted([*runtime_names, *public, base_alias, "DocumentedError"]),
                    "of",
                )
            ),
            base_alias=base_alias,
            classes=tuple(classes),
            registry_name=ConstantName("REGISTRY"),
            registry=tuple(
                RegistryEntry(code("({}, {})", literal(status), literal(text)), name)
                for (status, text), name in sorted(registry.items())
            ),
            services=tuple(
                ServiceModule(literal(service.name), errors_module(service, names))
                for service in services_with_errors(api)
            ),
        ),
    )


def _documented(api: ir.Api) -> Iterable[ir.ErrorEntry]:
    for service in api.services:
        for operation in service.operations:
            for entry in operation.errors:
                if entry.code is not None and entry.status is not None:
                    yield entry


def _describe(entries: Iterable[ir.ErrorEntry], statuses: Iterable[int]) -> Code:
    found = list(entries)
    spelled = sorted({entry.code.reveal() for entry in found if entry.code})
    codes = " or ".join(f"`{text}`" for text in spelled)
    # The title that most operations give: one more operation hardly ever changes it.
    titles = Counter(entry.title.reveal().strip() for entry in found if entry.title)
    said = min(titles, key=lambda title: (-titles[title], title), default="")
    where = ", ".join(map(str, statuses))
    return class_docstring(
        f"{codes} ({where}): {sentence(said)}" if said else f"{codes} ({where})."
    )


def _joined(name: ClassName, parent: ClassName) -> ClassName:
    return ClassName(f"_{name}{parent.removesuffix('Error')}")


def _joined_docstring(name: ClassName, parent: ClassName) -> Code:
    return class_docstring(f"`{name}` as a `{parent}`.")


def _module_docstring(base_alias: ClassName) -> Code:
    return module_docstring(
        "Exceptions: one class for each status, and below it one for each documented code.",
        f"`{base_alias}` is the base of all. An error that the server answers with is an"
        " `APIStatusError`, which carries what the documentation says about it."
        " `of(client.<service>.<resource>.<method>)` tells what a method is documented to raise.",
    )
