"""The documentation importer: reference in, OpenAPI documents and a report out."""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..diagnostics import CodegenError, Diagnostics, Location
from .announce import bullet
from .blocks import Block, Kind, plain
from .contents import SharedShape
from .documents import Document, build_document
from .introductions import Descriptions, describe, introduction
from .names import operation_ids, tags
from .operation_object import OperationReader
from .operations import Operation, Summary, bring_together, group_of
from .pages import Page, PageKind, read_pages
from .parameters import share_wildcards
from .report import COUNTED, ImportReport, Ledger
from .responses import PageWords
from .rules import ImportRules, load_rules
from .samples import CurlCall, curl_calls, is_shell_sample
from .schemas import fields_schema, share_named_enums
from .sections import Section, cut
from .shapes import extract_components, learn
from .shared_bodies import complete_partial, named_schemas, refer_to_named
from .tables import is_field_table, is_parameter_table
from .yaml_writer import dump

RULES_FILE = "import.toml"
REPORT_FILE = "import-report.md"
TOTALS_FILE = "import-report.json"


@dataclass(slots=True)
class Import:
    """The outcome: documents by file name, and what became of every block."""

    documents: dict[str, Document]
    report: ImportReport


@dataclass(slots=True)
class _Reading:
    pages: dict[str, PageWords] = field(default_factory=dict)
    page_calls: dict[str, list[CurlCall]] = field(default_factory=dict)
    shared: list[tuple[str, Block, SharedShape]] = field(default_factory=list)
    introductions: dict[str, list[tuple[Page, tuple[Block, ...]]]] = field(default_factory=dict)
    sections: list[tuple[str, Section]] = field(default_factory=list)
    summaries: list[tuple[str, Summary]] = field(default_factory=list)


def import_reference(
    text: str, rules: ImportRules, diagnostics: Diagnostics, *, file: str = "reference"
) -> Import:
    """Recover one OpenAPI document per service from the text of the reference.

    ``file`` is what diagnostics call the reference.
    Pages that fit no rule and sections that name no operation are reported as warnings and left
    out; everything else is kept.
    """
    report = ImportReport()
    ledger = Ledger()
    reading = _Reading()
    pages = read_pages(text)
    for page in pages:
        service = rules.service_of(page.name)
        if service is None:
            location = Location(file, line=page.line, column=1)
            diagnostics.warning("page-without-service", location, f"no service for {page.name}")
            continue
        group = "" if rules.is_untagged(page.name) else group_of(page)
        _read_page(page, service, group, reading, report, ledger)
    operations = bring_together(reading.sections, reading.summaries)
    operations = [o for o in operations if _is_named(o, diagnostics, file)]
    reader = OperationReader(rules, report, ledger, reading.pages, reading.page_calls)
    documents = _documents(operations, rules, reader, reading.introductions, ledger)
    for name, table, shape in reading.shared:
        if shape.uses:
            ledger.use(name, table, "shared shape")
        else:
            ledger.leave(name, table, "a shape that no operation of the page shows")
    _count_sources(reading, report)
    for page in pages:
        ledger.close(page.name, page.blocks)
    report.leftovers = ledger.leftovers
    report.remarks = ledger.remarks
    report.roles = ledger.roles
    return Import(documents, report)


def run_import(
    source: Path, out: Path, diagnostics: Diagnostics, *, rules_file: Path | None = None
) -> ImportReport:
    """Import ``source`` into the folder ``out`` by ``rules_file``, or the folder's own rules.

    Writes ``<service>.yaml`` for each service, the report for people and the one for machines;
    files appear only when all of them could be written.
    Raises :class:`CodegenError` when the reference or the rules can't be read.
    """
    rules = load_rules(rules_file or out / RULES_FILE)
    try:
        text = source.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        diagnostics.error("reference-unreadable", Location(str(source)), reason)
        raise CodegenError(diagnostics) from error
    outcome = import_reference(text, rules, diagnostics, file=str(source))
    _write(out, render_files(outcome))
    return outcome.report


def _write(out: Path, files: dict[str, str]) -> None:
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".import-", dir=out) as stage:
        for name, content in files.items():
            Path(stage, name).write_text(content, encoding="utf-8", newline="\n")
        for name in sorted(files):
            os.replace(Path(stage, name), out / name)


def render_files(outcome: Import) -> dict[str, str]:
    """The files of an import: name → text."""
    files = {name: dump(document) for name, document in outcome.documents.items()}
    files[REPORT_FILE] = outcome.report.as_markdown()
    totals = json.dumps(outcome.report.as_json(), indent=2, ensure_ascii=False)
    files[TOTALS_FILE] = totals + "\n"
    return files


def page_kind(page: Page) -> PageKind:
    """Summary bullets make a flat page, sections a detailed one."""
    if any(bullet(item) for block in page.blocks for item in block.items):
        return PageKind.FLAT
    return PageKind.DETAILED if cut(page).sections else PageKind.OVERVIEW


def _read_page(
    page: Page,
    service: str,
    group: str,
    reading: _Reading,
    report: ImportReport,
    ledger: Ledger,
) -> None:
    kind = page_kind(page)
    report.pages[kind.value] += 1
    if kind is PageKind.FLAT:
        for block in page.blocks:
            bullets = [found for item in block.items if (found := bullet(item))]
            for found in bullets:
                reading.summaries.append((service, Summary(page, found, group)))
            if bullets:
                ledger.use(page.name, block, "summary bullets")
            elif block.kind is Kind.FENCE:
                ledger.leave(page.name, block, "placeholder of the documentation site")
            elif block.kind is Kind.LIST:
                ledger.leave(page.name, block, "notice of the documentation generator")
        return
    result = cut(page)
    tables = [b for b in result.outside if is_field_table(b)]
    reading.pages[page.name] = PageWords(
        [plain(b.text) for b in result.outside if b.kind is Kind.PARAGRAPH],
        [SharedShape(fields_schema([table])) for table in tables],
    )
    reading.page_calls[page.name] = [
        call for b in page.blocks if is_shell_sample(b) for call in curl_calls(b)
    ]
    reading.sections += [(service, section) for section in result.sections]
    reading.shared += [
        (page.name, table, shape)
        for table, shape in zip(tables, reading.pages[page.name].shapes, strict=True)
    ]
    opening = introduction(page, result.outside) if kind is PageKind.DETAILED else ()
    if opening:
        reading.introductions.setdefault(service, []).append((page, opening))
    for block in result.outside:
        if block in opening:
            continue
        if kind is PageKind.OVERVIEW and block.kind in COUNTED:
            ledger.leave(page.name, block, "overview page: prose without an operation")
        elif block.kind in COUNTED and block not in tables and not is_parameter_table(block):
            ledger.leave(page.name, block, "words about the page, outside its operations")


def _is_named(operation: Operation, diagnostics: Diagnostics, file: str) -> bool:
    if operation.method:
        return True
    _, line = operation.place
    location = Location(file, line=line, column=1)
    diagnostics.warning("section-without-operation", location, "neither method nor path is named")
    return False


def _documents(
    operations: list[Operation],
    rules: ImportRules,
    reader: OperationReader,
    introductions: Mapping[str, Sequence[tuple[Page, tuple[Block, ...]]]],
    ledger: Ledger,
) -> dict[str, Document]:
    ids = operation_ids(operations)
    groups = tags(operations)
    contents: dict[str, list[tuple[Operation, dict[str, Any]]]] = {}
    for operation in operations:
        content = reader.read(operation, ids[operation.key], groups[operation.key])
        contents.setdefault(operation.service, []).append((operation, content))
    for members in contents.values():
        share_wildcards([(operation.path, content) for operation, content in members])
    by_key = {operation.key: content for m in contents.values() for operation, content in m}
    for operation, body in reader.partial_bodies:
        collection = operation.path.rsplit("/", 1)[0]
        created = by_key.get((operation.service, collection, "POST"), {})
        if operation.path.endswith("}") and "requestBody" in created:
            complete_partial(body, created["requestBody"])
    parameters = {
        (name, operation.path): [p for p in content.get("parameters", ()) if p["in"] == "query"]
        for name, members in contents.items()
        for operation, content in members
        if operation.method == "GET"
    }
    for members in contents.values():
        _share_bodies(members)
        share_named_enums([content for _, content in members])
    shared = named_schemas(
        reader.named_bodies, lambda service, path: parameters.get((service, path), ())
    )
    for name, schemas in shared.items():
        refer_to_named([content for _, content in contents[name]], list(schemas), name)
    documents = {}
    for name in sorted(contents):
        descriptions = _descriptions(name, introductions.get(name, ()), contents[name], ledger)
        document = build_document(
            rules.services[name], contents[name], rules, shared.get(name, {}), descriptions
        )
        documents[f"{name}.yaml"] = extract_components(learn(document))
    return documents


def _descriptions(
    service: str,
    introductions: Sequence[tuple[Page, tuple[Block, ...]]],
    members: Sequence[tuple[Operation, dict[str, Any]]],
    ledger: Ledger,
) -> Descriptions:
    tags: dict[str, list[str]] = {}
    for operation, content in members:
        for name in sorted({section.page.name for section in operation.sections}):
            tags.setdefault(name, []).extend(content["tags"])
    told = [content.get("description", "") for _, content in members]
    descriptions, used = describe(service, introductions, tags, told)
    for page, blocks in introductions:
        for block in blocks:
            if page in used:
                ledger.use(page.name, block, "introduction")
            else:
                ledger.leave(page.name, block, "introduction of a page about several groups")
    return descriptions


_SAME_BODY = re.compile(r"\brequest body\b[^.]*\bidentical to (?P<method>[A-Z]+)\b")


def _share_bodies(members: Sequence[tuple[Operation, dict[str, Any]]]) -> None:
    """Where a text says that its request body is that of another method, it is."""
    known = {(operation.path, operation.method): content for operation, content in members}
    for operation, content in members:
        said = _SAME_BODY.search(content.get("description", ""))
        other = known.get((operation.path, said.group("method"))) if said else None
        if other is not None and "requestBody" in other:
            body = {**other["requestBody"], "x-inferred": "the text says that they are identical"}
            content["requestBody"] = body


def _count_sources(reading: _Reading, report: ImportReport) -> None:
    for service, _ in reading.sections:
        report.count(service, "detailed sections")
    for service, _ in reading.summaries:
        report.count(service, "summary bullets")
