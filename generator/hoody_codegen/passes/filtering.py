"""A part of the API, as the settings ask for; models that nobody speaks of any more go too."""

from __future__ import annotations

from dataclasses import replace
from fnmatch import fnmatchcase

from ..config import Filter
from ..diagnostics import Diagnostics, Location
from ..ir import Api, Operation
from ..ir.rewrite import reachable_models


def filter_operations(api: Api, rule: Filter, diagnostics: Diagnostics) -> Api:
    """Only operations that ``rule`` keeps, and services that still have some.

    A pattern that fits nothing is a warning: it's likely misspelt.
    """
    if not rule:
        return api
    fitting: set[str] = set()

    def fits(operation: Operation, patterns: tuple[str, ...]) -> bool:
        names = _names(operation)
        hits = [pattern for pattern in patterns if any(fnmatchcase(n, pattern) for n in names)]
        fitting.update(hits)
        return bool(hits)

    services = []
    for service in api.services:
        kept = []
        for operation in service.operations:
            included = not rule.include or fits(operation, rule.include)
            if not fits(operation, rule.exclude) and included:
                kept.append(operation)
        if kept:
            services.append(replace(service, operations=tuple(kept)))
    for pattern in (*rule.include, *rule.exclude):
        if pattern not in fitting:
            diagnostics.warning(
                "filter-no-match", Location("filter"), f"the pattern {pattern!r} fits no operation"
            )
    smaller = replace(api, services=tuple(services))
    used = reachable_models(smaller)
    return replace(smaller, models=tuple(model for model in api.models if model.id in used))


def _names(operation: Operation) -> list[str]:
    service = operation.service.reveal()
    path = operation.path.reveal()
    names = [service, f"{operation.method} {path}", f"{service}.{operation.method} {path}"]
    if operation.operation_id is not None:
        names.append(f"{service}.{operation.operation_id.reveal()}")
    if operation.sdk_name:
        names.append(".".join(part.reveal() for part in operation.sdk_name))
    return names
