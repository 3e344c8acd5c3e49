"""Plans ``services/<service>/_errors.py``: what is documented about the errors of a whole service.

It's loaded with the first error of the service. It holds the usual shape of error bodies, and one
entry for each code that any operation of the service documents: for answers with a code that their
own operation doesn't document. Such an entry has the texts that more than half of the operations
give, so that one more operation hardly ever changes it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath

from .. import ir
from ..naming.table import NameTable
from ..text import UntrustedText
from .code import Code, code, join
from .docstrings import module_docstring
from .escape import literal
from .literals import Keyword, keyword, text_keyword, texts_keyword
from .plan import FilePlan

_ENTRY_INDENT = 12


@dataclass(frozen=True, slots=True)
class ServiceErrorsModule:
    docstring: Code
    shape: tuple[Keyword, ...]
    entries: tuple[tuple[Keyword, ...], ...]


def plan_service_errors(api: ir.Api, names: NameTable) -> tuple[FilePlan, ...]:
    """The plans of all services that document something about errors."""
    return tuple(_plan(service, names) for service in services_with_errors(api))


def services_with_errors(api: ir.Api) -> tuple[ir.Service, ...]:
    """The services that have a module about their errors."""
    return tuple(
        service
        for service in api.services
        if service.error_shape is not None or any(True for _ in coded_errors(service))
    )


def errors_module(service: ir.Service, names: NameTable) -> Code:
    """The module of a service's errors as a relative import names it."""
    return literal(f".services.{names.service(service.name).module}._errors")


def shape_code(shape: ir.ErrorShape) -> Code:
    """The expression for a shape; parts without a place are left out."""
    arguments = [code("{}={}", part.name, part.value) for part in _shape_arguments(shape)]
    return code("ErrorShape({})", join(", ", arguments))


def _plan(service: ir.Service, names: NameTable) -> FilePlan:
    found = names.service(service.name)
    by_code: dict[str, list[ir.ErrorEntry]] = {}
    for error_code, entry in coded_errors(service):
        by_code.setdefault(error_code, []).append(entry)
    module = ServiceErrorsModule(
        docstring=module_docstring(
            f"Errors of `{found.attribute}`: where answers say what, and every documented code."
        ),
        shape=tuple(_shape_arguments(service.error_shape)) if service.error_shape else (),
        entries=tuple(tuple(_entry(key, by_code[key])) for key in sorted(by_code)),
    )
    path = PurePosixPath("services", found.module, "_errors.py")
    return FilePlan(path, "service_errors.py.jinja", module)


def coded_errors(service: ir.Service) -> Iterable[tuple[str, ir.ErrorEntry]]:
    """The documented errors of a service that have a code, each with it."""
    for operation in service.operations:
        for entry in operation.errors:
            if entry.code is not None and entry.status is not None:
                yield entry.code.reveal(), entry


def _entry(error_code: str, entries: list[ir.ErrorEntry]) -> Iterable[Keyword]:
    yield keyword("code", literal(error_code))
    if title := _majority(entry.title for entry in entries):
        yield text_keyword("title", title, indent=_ENTRY_INDENT)
    if description := _majority(entry.description for entry in entries):
        yield text_keyword("description", description, indent=_ENTRY_INDENT)
    if resolution := _majority(entry.resolution for entry in entries):
        yield text_keyword("resolution", resolution, indent=_ENTRY_INDENT)


def _majority(texts: Iterable[UntrustedText | None]) -> str:
    """The text that more than half give; empty if there is none."""
    given = [text.reveal().strip() if text is not None else "" for text in texts]
    text, count = Counter(given).most_common(1)[0]
    return text if 2 * count > len(given) else ""


def _shape_arguments(shape: ir.ErrorShape) -> Iterable[Keyword]:
    if shape.code:
        yield texts_keyword("code", shape.code)
    if shape.message:
        yield texts_keyword("message", shape.message)
    if shape.fields:
        yield texts_keyword("fields", shape.fields)
    if shape.headers:
        yield texts_keyword("headers", shape.headers)
