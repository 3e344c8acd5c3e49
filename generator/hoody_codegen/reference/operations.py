"""Operations: sections and summary bullets of one (service, method, path key), brought together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from .announce import Bullet
from .blocks import Kind, code_spans
from .pages import Page
from .paths import (
    PathKey,
    best_template,
    is_newer,
    is_shortened,
    page_prefix,
    parameter_names,
    without_prefix,
)
from .samples import SdkCall, curl_calls, is_sdk_sample, is_shell_sample, sdk_calls
from .sections import Section
from .tables import is_parameter_table, parameter_cells

HTTP_METHODS = ("GET", "PUT", "POST", "DELETE", "OPTIONS", "HEAD", "PATCH", "TRACE")
"""The methods for which a Path Item Object has a field (OAS 3.1.0, §4.8.9), in its order."""


@dataclass(frozen=True, slots=True)
class Summary:
    """A bullet with its page; ``group`` is the page's name for its operations."""

    page: Page
    bullet: Bullet
    group: str


@dataclass(slots=True)
class Operation:
    """One operation of a service with all its sources."""

    service: str
    method: str
    path: str
    sections: list[Section] = field(default_factory=list)
    summaries: list[Summary] = field(default_factory=list)
    sdk_name: str = ""
    inferred: list[str] = field(default_factory=list)
    twin: Operation | None = None

    @property
    def key(self) -> tuple[str, str, str]:
        return (self.service, self.path, self.method)

    @property
    def sources(self) -> list[Section]:
        """The sections to read: its own, or those of its twin."""
        return self.sections or (self.twin.sections if self.twin else [])

    @property
    def place(self) -> tuple[str, int]:
        """Page and line of the best source."""
        if self.sections:
            section = min(self.sections, key=lambda s: s.line)
            return section.page.name, section.line
        summary = min(self.summaries, key=lambda s: s.bullet.line)
        return summary.page.name, summary.bullet.line


@dataclass(slots=True)
class Found:
    """A section with what identifies its operation."""

    service: str
    section: Section
    method: str
    path: str
    sdk: SdkCall | None
    inferred: list[str] = field(default_factory=list)


def bring_together(
    sections: Sequence[tuple[str, Section]], summaries: Sequence[tuple[str, Summary]]
) -> list[Operation]:
    """All operations, ordered by service, path and method."""
    flat: dict[str, list[Summary]] = defaultdict(list)
    for service, summary in summaries:
        flat[service].append(summary)
    found: dict[str, list[Found]] = defaultdict(list)
    for service, section in sections:
        found[service].append(_identify(service, section, flat[service]))
    operations: list[Operation] = []
    for service in sorted({*flat, *found}):
        _settle_unannounced(found[service], flat[service])
        _settle_paths(found[service], flat[service])
        _settle_query_keys(found[service], flat[service])
        operations += _merge(service, found[service], flat[service])
    return sorted(operations, key=lambda operation: operation.key)


def first_sdk_call(section: Section) -> SdkCall | None:
    for block in section.blocks:
        if is_sdk_sample(block):
            return sdk_calls(block)[0]
    return None


def _identify(service: str, section: Section, flat: Sequence[Summary]) -> Found:
    sdk = first_sdk_call(section)
    if section.announced:
        return Found(service, section, section.announced.method, section.announced.path, sdk)
    for block in section.blocks:
        if is_shell_sample(block):
            for call in curl_calls(block):
                same = [s.bullet.path for s in flat if s.bullet.method == call.method]
                template = best_template(call.path, same)
                inferred = ["method and path from the curl sample"]
                return Found(service, section, call.method, template or call.path, sdk, inferred)
    return Found(service, section, "", "", sdk)


def _settle_unannounced(found: Sequence[Found], flat: Sequence[Summary]) -> None:
    """Without announcement and curl: the text names the method, a free bullet has the path."""
    for item in found:
        if item.method:
            continue
        methods = [
            span
            for block in item.section.blocks
            if block.kind is Kind.PARAGRAPH
            for span in code_spans(block.text)
            if span in HTTP_METHODS
        ]
        names = sorted(
            cells.name
            for table in item.section.blocks
            if is_parameter_table(table)
            for cells in parameter_cells(table)
            if cells.place == "path"
        )
        taken = {(f.method, f.path) for f in found}
        fitting = [
            s.bullet.path
            for s in flat
            if s.bullet.method in methods
            and (s.bullet.method, s.bullet.path) not in taken
            and sorted(parameter_names(s.bullet.path)) == names
        ]
        if methods and len(fitting) == 1:
            item.method, item.path = methods[0], fitting[0]
            item.inferred.append("method from prose, path from the summary page")


def _settle_paths(found: Sequence[Found], flat: Sequence[Summary]) -> None:
    """Apply the path rules of :mod:`.paths`."""
    known = {(s.bullet.method, s.bullet.path) for s in flat}
    prefixed: set[str] = set()
    for item in found:
        bare = without_prefix(item.path, page_prefix(item.section.page.name))
        if bare and (item.method, item.path) not in known and (item.method, bare) in known:
            prefixed.add(item.section.page.name)
    for item in found:
        if (item.method, item.path) in known:
            continue
        page = item.section.page.name
        bare = without_prefix(item.path, page_prefix(page))
        if bare and page in prefixed:
            seen = (item.method, bare) in known
            item.path = bare
            reason = "from the summary page" if seen else "without the prefix of its page"
            item.inferred.append(f"path {reason}")
            continue
        claimed = {(f.method, f.path) for f in found}
        longer = [
            path
            for method, path in sorted(known)
            if method == item.method
            and is_shortened(item.path, path)
            and (method, path) not in claimed
        ]
        if len(longer) == 1:
            item.path = longer[0]
            item.inferred.append("path from the summary page")


def _settle_query_keys(found: Sequence[Found], flat: Sequence[Summary]) -> None:
    """Sections of one method and path with different SDK names are different operations.

    Where a summary page has the same path with a fixed query, and the section's table demands that
    very pair, the section describes that operation.
    """
    groups: dict[tuple[str, str], list[Found]] = defaultdict(list)
    for item in found:
        groups[item.method, item.path].append(item)
    for (method, path), items in groups.items():
        names = {item.sdk.name if item.sdk else "" for item in items}
        if len(names) < 2:
            continue
        keyed = [
            PathKey.parse(s.bullet.path)
            for s in flat
            if s.bullet.method == method and "?" in s.bullet.path
        ]
        for item in items:
            for key in keyed:
                if key.path == path and _demands(item.section, key.query):
                    item.path = str(key)
                    item.inferred.append("query of the path from the summary page")
                    break


def _demands(section: Section, query: str) -> bool:
    name, _, value = query.partition("=")
    for table in section.blocks:
        if not is_parameter_table(table):
            continue
        for cells in parameter_cells(table):
            if cells.name == name and cells.place == "query" and cells.required_word == "yes":
                return value in code_spans(cells.description)
    return False


def _merge(service: str, found: Sequence[Found], flat: Sequence[Summary]) -> list[Operation]:
    operations: dict[tuple[str, str], Operation] = {}
    for item in found:
        key = (item.method, item.path)
        operation = operations.setdefault(key, Operation(service, *key))
        operation.sections.append(item.section)
        operation.inferred += [r for r in item.inferred if r not in operation.inferred]
        if item.sdk and not operation.sdk_name:
            operation.sdk_name = item.sdk.name
    for summary in flat:
        key = (summary.bullet.method, summary.bullet.path)
        known = operations.get(key) or _newer(operations, summary)
        if known is None:
            known = operations[key] = Operation(service, *key)
            known.inferred.append("documented only on a summary page")
        known.summaries.append(summary)
    _find_twins(operations)
    return list(operations.values())


def _newer(operations: Mapping[tuple[str, str], Operation], summary: Summary) -> Operation | None:
    """The detailed operation that a stale bullet means (rule 2 of :mod:`.paths`)."""
    matches = [
        operation
        for (method, path), operation in sorted(operations.items())
        if method == summary.bullet.method
        and operation.sections
        and not operation.summaries
        and is_newer(path, summary.bullet.path)
    ]
    return matches[0] if len(matches) == 1 else None


_TWINS = {"PUT": "PATCH", "PATCH": "PUT"}


def _find_twins(operations: Mapping[tuple[str, str], Operation]) -> None:
    """PUT and PATCH of one path with one summary are one thing under two methods."""
    for (method, path), operation in operations.items():
        other = operations.get((_TWINS.get(method, ""), path))
        if operation.sections or other is None or not other.sections:
            continue
        ours = {s.bullet.summary for s in operation.summaries}
        if ours & {s.bullet.summary for s in other.summaries}:
            operation.twin = other
            if other.sdk_name and not operation.sdk_name:
                operation.sdk_name = f"{other.sdk_name}{method.title()}"
                operation.inferred.append(f"name from {other.method} of the same path")


def group_of(page: Page) -> str:
    """The name of a summary page for its operations: ``Agent:Branches`` → ``Branches``."""
    _, colon, name = page.title.partition(":")
    return (name if colon else page.title).strip()
