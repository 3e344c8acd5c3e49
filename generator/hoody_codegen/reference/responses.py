"""Responses of an operation: OpenAPI Response Objects (OAS 3.1.0, §4.8.17) by status."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from .anatomy import Anatomy
from .blocks import Block, Kind, plain, unquote_code
from .contents import Collected, SharedShape, response_content
from .judging import Shown, judge, return_to_success, split_leading, success_verdict
from .operations import Operation
from .payloads import read_payload
from .report import ImportReport, Ledger
from .response_headers import REFUSED, introduced_headers, listed_headers, named_headers
from .schemas import keyed_names
from .shapes.maps import says_map
from .statuses import (
    numbers_in_prose,
    settle,
    speaks_of_itself,
    status_in_value,
    status_in_words,
)
from .tables import ErrorRow, error_rows, is_field_table

Response = dict[str, Any]


@dataclass(frozen=True, slots=True)
class PageWords:
    """What a page says outside its sections: the paragraphs, and the shapes it describes."""

    texts: Sequence[str] = ()
    shapes: Sequence[SharedShape] = ()


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
        prose = [
            text
            for a in anatomies
            for b in (*a.intro, *a.parameter_texts, *a.notes)
            for text in _texts_of(b)
        ]
        shown = [s for a in anatomies for s in self._shown(a)]
        split_leading(shown)
        return_to_success(shown)
        judge(shown, prose, page.texts)
        collected: dict[int, Collected] = {}
        for item in shown:
            self._collect(item, collected)
        for item in shown:
            for table in item.part.errors:
                self._ledger.use(item.page, table, "error table")
                self._spread(table, item, collected)
        _mentioned(collected, prose)
        if not any(status < 400 for status in collected):
            verdict = success_verdict([], prose, page.texts, shown=False)
            entry = collected.setdefault(verdict.statuses[0], Collected())
            entry.reasons.append("status of success by default")
        context = next((text for text in prose if says_map(text)), "")
        mute = sends_bytes or operation.method == "HEAD"
        around = [] if mute else [*(t for s in shown for t in s.texts), *prose]
        first = min(collected)
        _add_headers(collected, anatomies, page)
        collected[first].shapes = page.shapes
        collected[first].keyed = keyed_names(prose)
        collected[first].around = prose
        return {
            str(status): self._response(
                status, collected[status], context, around if status == first else []
            )
            for status in sorted(collected)
        }

    def _shown(self, anatomy: Anatomy) -> list[Shown]:
        page = anatomy.section.page.name
        found = []
        for part in anatomy.responses:
            payload = None
            if part.fence is not None:
                payload = read_payload(part.fence)
                role = "leaked OpenAPI" if payload.leaked else "response"
                self._ledger.use(page, part.fence, f"{role} ({part.fence.info or 'bare'})")
                if payload.broken:
                    self._ledger.remark(page, part.fence, payload.broken)
            found.append(Shown(page, part, payload, [plain(t.text) for t in part.texts if t.text]))
        return found

    def _collect(self, item: Shown, collected: dict[int, Collected]) -> None:
        entry = collected.setdefault(item.status, Collected())
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
                entry.headers |= listed_headers(block)
        for text in (*(b.text for b in item.part.texts), *filter(None, [_leaked(item)])):
            entry.headers = named_headers(text) | entry.headers

    def _spread(self, table: Block, item: Shown, collected: dict[int, Collected]) -> None:
        """Rows belong to the status before the table, but errors can't belong to a success."""
        rows = error_rows(table)
        if item.status >= 400:
            for row in rows:
                status = _moved(row, item, collected)
                if status not in collected:
                    collected[status] = Collected(reasons=["status from the error code"])
                collected[status].errors.append(row)
            return
        verdicts = [status_in_words([row.code, row.title], "the error code") for row in rows]
        for row, (status, _) in sorted(
            zip(rows, settle(verdicts), strict=True), key=lambda pair: pair[1][0]
        ):
            entry = collected.setdefault(status, Collected())
            entry.errors.append(row)
            entry.reasons.append("status from the error code")

    def _response(
        self, status: int, entry: Collected, context: str, texts: Sequence[str]
    ) -> Response:
        words = list(dict.fromkeys(text.rstrip(":") for text in entry.texts if text))
        response: Response = {"description": "\n\n".join(words) or _phrase(status)}
        if entry.headers:
            response["headers"] = entry.headers
        content = response_content(status, entry, context, texts)
        if content:
            response["content"] = content
        if entry.errors:
            response["x-error-codes"] = [_error(row) for row in _distinct(entry.errors)]
        if entry.reasons:
            response["x-inferred"] = "; ".join(dict.fromkeys(entry.reasons))
        return response


def _leaked(item: Shown) -> str:
    return item.payload.description if item.payload else ""


def _add_headers(
    collected: dict[int, Collected], anatomies: Sequence[Anatomy], page: PageWords
) -> None:
    """Headers that the texts around the responses name, at the status they speak of."""
    first = collected[min(collected)]
    first.headers |= introduced_headers(anatomies)
    for text in page.texts:
        for sentence in _sentences(text):
            for number in numbers_in_prose(sentence):
                if number in collected:
                    entry = collected[number]
                    entry.headers = named_headers(sentence) | entry.headers


_TELLING = {405, 412, 428}
"""Statuses that a code's name gives away for certain (``PRECONDITION_FAILED``)."""


def _moved(row: ErrorRow, item: Shown, collected: dict[int, Collected]) -> int:
    """The status of a row: that of its table, unless its code plainly says another one."""
    own = (
        *status_in_value({"error": row.code}).statuses,
        *status_in_words([row.code], "").statuses,
    )
    if not own or item.status in own:
        return item.status
    bare = [s for s in own if s in collected and s != item.status and not collected[s].errors]
    telling = own[0] in _TELLING or row.code.lower().startswith("rate_limit")
    if telling and (item.reason or own[0] in collected):
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


def _mentioned(collected: dict[int, Collected], prose: Sequence[str]) -> None:
    """Statuses that only the prose speaks of: the sentence is all there is to know."""
    for text in prose:
        if REFUSED.search(text) and not any(status >= 400 for status in collected):
            # A handshake that asks for what isn't there is a bad request (RFC 6455, 4.2.2).
            headers = named_headers(text)
            collected[400] = Collected([text], headers=headers, reasons=["status from the words"])
        for sentence in filter(speaks_of_itself, _sentences(text)):
            for number in numbers_in_prose(sentence):
                if number >= 304 and number not in collected:
                    collected[number] = Collected([sentence], reasons=["status from prose"])


def _sentences(text: str) -> list[str]:
    pieces = text.replace("e.g. ", "e.g.\u00a0").split(". ")
    return [p if p.endswith(".") else f"{p}." for p in (x.strip() for x in pieces) if p]


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
