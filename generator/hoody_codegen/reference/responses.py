"""Responses of an operation: OpenAPI Response Objects (OAS 3.1.0, §4.8.17) by status."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from .anatomy import Anatomy, ResponsePart
from .blocks import Block, Kind, code_spans, plain, unquote_code
from .media import content_types, said_type
from .operations import Operation
from .payloads import Payload, is_binary_type, read_payload
from .facts import Schema
from .report import ImportReport, Ledger
from .schemas import example_schema, fields_schema, map_schema, merged_everywhere, merged_within
from .statuses import (
    UNKNOWN,
    Verdict,
    is_error_value,
    numbers_in_prose,
    settle,
    status_in_value,
    status_in_words,
    success_in_words,
)
from .tables import ErrorRow, error_rows, is_field_table

Response = dict[str, Any]
BODYLESS = {101, 204, 205, 304}


@dataclass(slots=True)
class _Shown:
    """A response part with its fence read and its status under discussion."""

    page: str
    part: ResponsePart
    payload: Payload | None
    texts: list[str]
    is_error: bool = False
    verdict: Verdict = UNKNOWN
    status: int = 0
    reason: str = ""


@dataclass(slots=True)
class _Collected:
    """Everything that is said about one status of an operation."""

    texts: list[str] = field(default_factory=list)
    payloads: list[Payload] = field(default_factory=list)
    tables: list[Block] = field(default_factory=list)
    errors: list[ErrorRow] = field(default_factory=list)
    headers: dict[str, dict[str, Any]] = field(default_factory=dict)
    reasons: list[str] = field(default_factory=list)
    is_map: bool = False
    shapes: Sequence[SharedShape] = ()


@dataclass(slots=True)
class SharedShape:
    """A table of a page that describes a shape which its operations share."""

    schema: Schema
    uses: int = 0


@dataclass(frozen=True, slots=True)
class PageWords:
    """What a page says outside its sections: the paragraphs, and the shapes it describes."""

    texts: Sequence[str] = ()
    shapes: Sequence[SharedShape] = ()


_IS_MAP = re.compile(r"^Returns? an? (?:map|dictionary) of\b", re.I)


class ResponseReader:
    """Reads the responses of operations."""

    def __init__(self, report: ImportReport, ledger: Ledger) -> None:
        self._report = report
        self._ledger = ledger

    def read(
        self,
        operation: Operation,
        anatomies: Sequence[Anatomy],
        page: PageWords,
        *,
        sends_bytes: bool,
    ) -> dict[str, Response]:
        """All responses by status; there is always one of success.

        Where the request carries bytes (``sends_bytes``), the types that the prose names are its.
        """
        prose = [text for a in anatomies for b in (*a.intro, *a.notes) for text in _texts_of(b)]
        shown = [s for a in anatomies for s in self._shown(a)]
        _split_leading(shown)
        _judge(shown, prose, page.texts)
        collected: dict[int, _Collected] = {}
        for item in shown:
            self._collect(item, collected)
        for item in shown:
            for table in item.part.errors:
                self._ledger.use(item.page, table, "error table")
                self._spread(table, item, collected)
        _mentioned(collected, prose)
        if not any(status < 400 for status in collected):
            verdict = _success_verdict([], prose, page.texts)
            entry = collected.setdefault(verdict.statuses[0], _Collected())
            entry.reasons.append("status of success by default")
        context = _context(operation)
        around = [] if sends_bytes else [*(t for s in shown for t in s.texts), *prose]
        first = min(collected)
        collected[first].headers |= _introduced_headers(anatomies)
        collected[first].is_map = any(_IS_MAP.search(text) for text in prose)
        collected[first].shapes = page.shapes
        return {
            str(status): self._response(
                status, collected[status], context, around if status == first else []
            )
            for status in sorted(collected)
        }

    def _shown(self, anatomy: Anatomy) -> list[_Shown]:
        page = anatomy.section.page.name
        found = []
        for part in anatomy.responses:
            payload = None
            if part.fence is not None:
                payload = read_payload(part.fence)
                role = "leaked OpenAPI" if payload.leaked else "response"
                self._ledger.use(page, part.fence, f"{role} ({part.fence.info or 'bare'})")
                if payload.broken:
                    self._ledger.remark(page, part.fence, payload.broken + "; kept as text")
            found.append(_Shown(page, part, payload, [plain(t.text) for t in part.texts if t.text]))
        return found

    def _collect(self, item: _Shown, collected: dict[int, _Collected]) -> None:
        entry = collected.setdefault(item.status, _Collected())
        entry.texts += item.texts
        if item.payload:
            entry.payloads.append(item.payload)
            entry.headers |= item.payload.headers
            if item.payload.description:
                entry.texts.append(item.payload.description)
        if item.reason:
            entry.reasons.append(item.reason)
        for labelled in item.part.fields:
            if is_field_table(labelled.block):
                self._ledger.use(item.page, labelled.block, "response fields")
                entry.tables.append(labelled.block)
        for table in item.part.headers:
            self._ledger.use(item.page, table, "response headers")
            for row in table.rows:
                entry.headers[unquote_code(row.cells[0])] = {
                    "description": plain(row.cells[1]),
                    "schema": {"type": "string"},
                }
        for block in item.part.texts:
            if block.kind is Kind.LIST:
                entry.headers |= _listed_headers(block)

    def _spread(self, table: Block, item: _Shown, collected: dict[int, _Collected]) -> None:
        """Rows belong to the status before the table, but errors can't belong to a success."""
        rows = error_rows(table)
        if item.status >= 400:
            for row in rows:
                status = _moved(row, item, collected)
                if status not in collected:
                    collected[status] = _Collected(reasons=["status from the error code"])
                collected[status].errors.append(row)
            return
        verdicts = [status_in_words([row.code, row.title], "the error code") for row in rows]
        for row, (status, _) in sorted(
            zip(rows, settle(verdicts), strict=True), key=lambda pair: pair[1][0]
        ):
            entry = collected.setdefault(status, _Collected())
            entry.errors.append(row)
            entry.reasons.append("status from the error code")

    def _response(
        self, status: int, entry: _Collected, context: str, texts: Sequence[str]
    ) -> Response:
        words = list(dict.fromkeys(text.rstrip(":") for text in entry.texts if text))
        response: Response = {"description": "\n\n".join(words) or _phrase(status)}
        if entry.headers:
            response["headers"] = entry.headers
        content = _content(status, entry, context, texts)
        if content:
            response["content"] = content
        if entry.errors:
            response["x-error-codes"] = [_error(row) for row in _distinct(entry.errors)]
        if entry.reasons:
            response["x-inferred"] = "; ".join(dict.fromkeys(entry.reasons))
        return response


_TELLING = {405, 412, 413, 428, 429}
"""Statuses that a code's name gives away for certain (``PRECONDITION_FAILED``)."""


def _moved(row: ErrorRow, item: _Shown, collected: dict[int, _Collected]) -> int:
    """The status of a row: that of its table, unless its code plainly says another one."""
    own = (
        *status_in_value({"error": row.code}).statuses,
        *status_in_words([row.code], "").statuses,
    )
    if not own or item.status in own:
        return item.status
    bare = [s for s in own if s in collected and s != item.status and not collected[s].errors]
    if own[0] in _TELLING and (item.reason or own[0] in collected):
        return own[0]
    if row.code in ("NOT_FOUND", "VALIDATION_ERROR") and bare:
        return bare[0]
    return item.status


def _texts_of(block: Block) -> list[str]:
    """A paragraph, or the items of a list."""
    if block.kind is Kind.LIST:
        return [plain(item.text) for item in block.items]
    return [plain(block.text)] if block.text else []


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Response"


def _context(operation: Operation) -> str:
    words = [s for s in operation.path.split("?")[0].split("/") if s and not s.startswith("{")]
    return words[-1] if words else operation.service


def _split_leading(shown: list[_Shown]) -> None:
    """A success that only words describe stands right before the fence of the first error."""
    if not shown or shown[0].payload is None or not shown[0].texts:
        return
    first = shown[0]
    if not _is_error(first, first_of_all=False) or first.part.status:
        return
    cut = len(first.texts) - 1
    if cut == 0 and status_in_words(first.texts, "").statuses:
        return
    cut = max(cut, 1)
    part = ResponsePart(texts=first.part.texts[:cut])
    shown.insert(0, _Shown(first.page, part, None, first.texts[:cut]))
    first.texts = first.texts[cut:]
    first.part.texts = first.part.texts[cut:]


def _is_error(item: _Shown, *, first_of_all: bool) -> bool:
    if item.part.status:
        return int(item.part.status) >= 400
    payload = item.payload
    if payload is None:
        return not first_of_all and bool(item.part.errors)
    if payload.status:
        return payload.status >= 400
    if payload.is_json:
        said = status_in_value(payload.value)
        if said.is_said:
            return said.statuses[0] >= 400
        if is_error_value(payload.value):
            return True
        return not first_of_all and payload.value == {} and bool(item.part.errors)
    if first_of_all:
        return False
    if payload.leaked:
        return bool(status_in_words([payload.description], "").statuses)
    if payload.text is not None and payload.media_type != "application/json":
        words = [payload.text] if len(payload.text) < 300 else []
        if item.part.errors:
            return True
        return bool(status_in_words([*item.texts, *words], "").statuses) and len(payload.text) < 120
    return bool(item.part.errors)


def _judge(shown: Sequence[_Shown], prose: Sequence[str], page_texts: Sequence[str]) -> None:
    """Give every shown response its status."""
    for position, item in enumerate(shown):
        item.is_error = _is_error(item, first_of_all=position == 0)
    _judge_successes([s for s in shown if not s.is_error], prose, page_texts)
    errors = [s for s in shown if s.is_error]
    for item in errors:
        item.verdict = _error_verdict(item)
    hints = [n for text in prose for n in numbers_in_prose(text) if n >= 400]
    for item, (status, reason) in zip(
        errors, settle([e.verdict for e in errors], hints), strict=True
    ):
        item.status, item.reason = status, reason


def _judge_successes(
    shown: Sequence[_Shown], prose: Sequence[str], page_texts: Sequence[str]
) -> None:
    used: list[int] = []
    mentioned = [n for text in prose for n in numbers_in_prose(text) if n < 400]
    for position, item in enumerate(shown):
        said = _said(item)
        if said.statuses:
            verdict = said
        elif position == 0:
            verdict = _success_verdict(item.texts, prose, page_texts)
        else:
            words = [*item.texts, *_message(item)]
            verdict = success_in_words(words)
            fresh = [n for n in mentioned if n not in used]
            if not verdict.statuses and fresh:
                verdict = Verdict((fresh[0],), "status from the description")
            elif not verdict.statuses:
                verdict = Verdict((used[-1],), "status from order")
        item.status, item.reason = verdict.statuses[0], verdict.reason
        used.append(item.status)


def _said(item: _Shown) -> Verdict:
    if item.part.status:
        return Verdict((int(item.part.status),))
    payload = item.payload
    if payload is not None and payload.status:
        return Verdict((payload.status,))
    if payload is not None and payload.is_json:
        verdict = status_in_value(payload.value)
        return verdict if verdict.is_said else UNKNOWN
    if payload is not None and payload.description:
        return success_in_words([payload.description])
    if payload is not None and not payload.media_type and not payload.binary:
        return Verdict((204,), "status from the empty body")
    return UNKNOWN


def _message(item: _Shown) -> list[str]:
    payload = item.payload
    if payload is None:
        return []
    if payload.is_json and isinstance(payload.value, dict):
        values = (payload.value.get(key) for key in ("message", "error", "detail", "code", "title"))
        found = [value for value in values if isinstance(value, str)]
        data = payload.value.get("data")
        if isinstance(data, dict) and isinstance(data.get("message"), str):
            found.append(data["message"])
        return found
    if payload.text is not None and len(payload.text) < 300:
        return [payload.text]
    return [payload.description] if payload.description else []


def _success_verdict(
    texts: Sequence[str], prose: Sequence[str], page_texts: Sequence[str]
) -> Verdict:
    own = success_in_words(texts)
    if own.statuses:
        return own
    for source, where in ((prose, "the description"), (page_texts, "the introduction of the page")):
        numbers = [n for text in source for n in numbers_in_prose(text) if n < 400 and n != 304]
        if numbers:
            return Verdict((numbers[0],), "" if source is prose else f"status from {where}")
    return Verdict((200,), "status of success by default")


def _error_verdict(item: _Shown) -> Verdict:
    if item.part.status:
        return Verdict((int(item.part.status),))
    payload = item.payload
    if payload is not None and payload.status:
        return Verdict((payload.status,))
    named = UNKNOWN
    if payload is not None and payload.is_json:
        named = status_in_value(payload.value)
        if named.is_said:
            return named
    numbers = [n for text in item.texts for n in numbers_in_prose(text) if n >= 400]
    if numbers:
        return Verdict((numbers[0],))
    if len(named.statuses) == 1:
        return named
    rows = [row for table in item.part.errors for row in error_rows(table)]
    codes = [row.code for row in rows]
    options: list[int] = list(named.statuses)
    reason = named.reason
    for source, words in (
        ("the words before it", item.texts),
        ("its error codes", codes[:1]),
        ("its message", _message(item)),
        ("its error codes", [*codes[1:], *(row.title for row in rows)]),
    ):
        verdict = status_in_words(words, source)
        options += [status for status in verdict.statuses if status not in options]
        reason = reason or verdict.reason
    return Verdict(tuple(options), reason) if options else UNKNOWN


def _mentioned(collected: dict[int, _Collected], prose: Sequence[str]) -> None:
    """Statuses that only the prose speaks of: the sentence is all there is to know."""
    for text in prose:
        for sentence in _sentences(text):
            for number in numbers_in_prose(sentence):
                if number >= 304 and number not in collected:
                    collected[number] = _Collected([sentence], reasons=["status from prose"])


def _sentences(text: str) -> list[str]:
    pieces = text.replace("e.g. ", "e.g.\u00a0").split(". ")
    return [p if p.endswith(".") else f"{p}." for p in (x.strip() for x in pieces) if p]


_HEADERS_LABEL = re.compile(r"\bheaders (?:returned|on response|forwarded)\b|response headers", re.I)
_HEADER_SENTENCE = re.compile(
    r"\b(?:response (?:also )?(?:includes|carries|is served with)|served with|sets)\b[^.]*", re.I
)


def _introduced_headers(anatomies: Sequence[Anatomy]) -> dict[str, dict[str, Any]]:
    """Response headers that the introduction lists or names in a sentence."""
    headers: dict[str, dict[str, Any]] = {}
    for anatomy in anatomies:
        label = ""
        for block in (*anatomy.intro, *anatomy.notes):
            if block.kind is Kind.LIST and _HEADERS_LABEL.search(label):
                headers |= _listed_headers(block)
            for sentence in _HEADER_SENTENCE.findall(block.text):
                if "header" in sentence:
                    for span in code_spans(sentence):
                        name, _, _ = span.partition(":")
                        if _is_header_name(name) or name == "ETag":
                            headers.setdefault(name, {"schema": {"type": "string"}})
            label = block.text
    return headers


def _listed_headers(block: Block) -> dict[str, dict[str, Any]]:
    """Bullets such as ``- `X-Created-At` — when …`` under a response."""
    headers: dict[str, dict[str, Any]] = {}
    for item in block.items:
        spans = code_spans(item.text)
        name, _, value = (spans[0] if spans else "").partition(":")
        if not item.text.startswith("`") or not _is_header_name(name):
            continue
        rest = plain(item.text.split("`", 2)[2]).lstrip(" —–-:")
        headers[name] = {"schema": {"type": "string"}}
        if rest:
            headers[name]["description"] = rest
        if value.strip():
            headers[name]["example"] = value.strip()
    return headers


def _is_header_name(name: str) -> bool:
    return "-" in name and name.replace("-", "").isalnum() and name[:1].isupper()


def _content(
    status: int, entry: _Collected, context: str, texts: Sequence[str]
) -> dict[str, Any]:
    if status in BODYLESS or 300 <= status < 400:
        return {}
    content: dict[str, Any] = {}
    for payload in entry.payloads:
        content |= {media: dict(part) for media, part in payload.content.items()}
    values = [payload.value for payload in entry.payloads if payload.is_json]
    if values or entry.tables:
        content["application/json"] = _json_content(values, entry, context)
    for payload in entry.payloads:
        if payload.is_json or payload.leaked and not payload.media_type:
            continue
        said = said_type(texts) if status < 400 and payload.media_type != "text/html" else None
        for media in [said or payload.media_type] if payload.media_type else []:
            part = content.setdefault(media, _raw_schema(media, payload))
            if payload.text is not None and not payload.binary and len(payload.text) > 1:
                part.setdefault("example", payload.text)
    if status < 400:
        undecided = [p for p in entry.payloads if p.binary and not p.media_type]
        around = [] if undecided else texts
        for media in content_types(entry.texts, around, bool(values), has_content=bool(content)):
            content.setdefault(media, _raw_schema(media, None))
        if undecided and not any(is_binary_type(media) for media in content):
            content["application/octet-stream"] = _raw_schema("application/octet-stream", None)
    return content


def _raw_schema(media: str, payload: Payload | None) -> dict[str, Any]:
    if is_binary_type(media) or (payload is not None and payload.binary):
        return {"schema": {"type": "string", "format": "binary"}}
    return {"schema": {"type": "string"}}


def _json_content(values: Sequence[Any], entry: _Collected, context: str) -> dict[str, Any]:
    schema = example_schema(values, context) if values else {"type": "object"}
    if entry.is_map:
        schema = map_schema(schema, values, context)
    for table in entry.tables:
        schema = merged_within(schema, fields_schema([table]))
    for shape in entry.shapes:
        schema, found = merged_everywhere(schema, shape.schema)
        shape.uses += found
    content: dict[str, Any] = {"schema": schema}
    distinct: list[Any] = []
    for value in values:
        if value not in distinct:
            distinct.append(value)
    if len(distinct) == 1:
        content["example"] = distinct[0]
    elif distinct:
        content["examples"] = {
            f"example{position}": {"value": value} for position, value in enumerate(distinct, 1)
        }
    return content


def _distinct(rows: Sequence[ErrorRow]) -> list[ErrorRow]:
    seen: dict[tuple[str, str, str, str], ErrorRow] = {}
    for row in rows:
        seen.setdefault((row.code, row.title, row.description, row.resolution), row)
    return list(seen.values())


def _error(row: ErrorRow) -> dict[str, str]:
    entry = {"code": row.code, "title": row.title}
    if row.description:
        entry["description"] = row.description
    if row.resolution:
        entry["resolution"] = row.resolution
    return entry
