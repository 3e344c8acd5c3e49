"""operationIds and tags.

An operationId is ``<service>_<camelCase>``. The candidates of an operation go from short to long;
each takes the first one that no other operation of the service wants too, so that the outcome
doesn't depend on any order.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from .operations import Operation, group_of
from .pages import Page

_ARTICLES = {"a", "an", "the"}
_WORD = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z0-9]+|[A-Z]+|\d+")


def words(text: str) -> list[str]:
    """The words of a text, a path or a camelCase name."""
    return _WORD.findall(text.replace("'", ""))


def camel(parts: Sequence[str]) -> str:
    head, *rest = [part.lower() for part in parts] or ["operation"]
    return head + "".join(part[:1].upper() + part[1:] for part in rest)


def operation_ids(operations: Sequence[Operation]) -> dict[tuple[str, str, str], str]:
    """The operationId of every operation, by its key."""
    by_service: dict[str, list[Operation]] = defaultdict(list)
    for operation in operations:
        by_service[operation.service].append(operation)
    return {
        key: f"{service}_{name}"
        for service, members in by_service.items()
        for key, name in _unique(members).items()
    }


def _unique(operations: Sequence[Operation]) -> Mapping[tuple[str, str, str], str]:
    candidates = {operation.key: _candidates(operation) for operation in operations}
    chosen: dict[tuple[str, str, str], str] = {}
    level = 0
    open_keys = set(candidates)
    while open_keys:
        wanted = {key: candidates[key][min(level, len(candidates[key]) - 1)] for key in open_keys}
        counts = Counter(wanted.values())
        taken = set(chosen.values())
        for key, name in wanted.items():
            last = level >= len(candidates[key]) - 1
            if (counts[name] == 1 and name not in taken) or last:
                chosen[key] = name
        open_keys -= set(chosen)
        level += 1
    return chosen


def _candidates(operation: Operation) -> list[str]:
    method = operation.method.lower()
    names: list[str] = []
    if operation.sdk_name:
        _, *resource, call = operation.sdk_name.split(".")
        call = re.sub(r"Iterator$", "", call)
        spoken = [w.lower() for w in words(call)]
        about = [w for part in resource for w in words(part)]
        short = camel(words(call))
        long = camel([*words(call), *about])
        names += [short, long] if len(spoken) > 1 else [long]
        names.append(f"{long}_{method}")
    else:
        summaries = sorted({s.bullet.summary for s in operation.summaries if s.bullet.summary})
        for summary in summaries:
            name = camel([word for word in words(summary) if word.lower() not in _ARTICLES])
            names += [name, f"{name}_{method}"]
    names.append(camel([method, *words(operation.path)]))
    return names


def tags(operations: Sequence[Operation]) -> dict[tuple[str, str, str], str]:
    """The tag of every operation: ``<service>:<Group>``.

    The group is the summary page's; without one, that of the operations that share the SDK
    resource, then of those on the same page, then the heading or the page title.
    """
    groups: dict[tuple[str, str, str], str] = {}
    by_resource: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    by_page: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for operation in operations:
        for summary in operation.summaries[:1]:
            if not summary.group:
                continue
            groups[operation.key] = summary.group
            by_resource[operation.service, _resource(operation)][summary.group] += 1
            by_page[operation.service, operation.place[0]][summary.group] += 1
    for operation in operations:
        if operation.key in groups:
            continue
        resource = _resource(operation)
        counted = by_resource.get((operation.service, resource)) if resource else None
        counted = counted or by_page.get((operation.service, operation.place[0]))
        if counted:
            groups[operation.key] = min((-n, name) for name, n in counted.items())[1]
        else:
            groups[operation.key] = group_of(_page(operation))
    return {key: f"{key[0]}:{group}" for key, group in groups.items()}


def _page(operation: Operation) -> Page:
    return operation.sections[0].page if operation.sections else operation.summaries[0].page


def _resource(operation: Operation) -> str:
    return ".".join(operation.sdk_name.split(".")[1:-1])
