"""One OpenAPI Operation Object (OAS 3.1.0, §4.8.10) from all sources of an operation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .anatomy import Anatomy, dissect
from .blocks import Kind, plain
from .bodies import JSON, Body, BodyReader, sends_bytes
from .documents import BEARER
from .operations import Operation
from .pagination import pagination
from .parameters import read_parameters
from .prose_parameters import demanded_headers, prose_parameters, require_headers
from .report import ImportReport, Ledger
from .responses import PageWords, ResponseReader
from .rules import ImportRules
from .samples import CurlCall
from .sections import Section
from .security import is_public
from .stated import nullable_request
from .streams import stream_kind, with_stream_media
from .tables import is_error_table, is_parameter_table
from .texts import description, first_sentence, summary
from .usage import fill_items, mark_flags

OpenApiOperation = dict[str, Any]
UNSAFE = ("POST", "PUT", "PATCH", "DELETE")


class OperationReader:
    """Reads operations one by one and keeps the books."""

    def __init__(
        self,
        rules: ImportRules,
        report: ImportReport,
        ledger: Ledger,
        pages: Mapping[str, PageWords],
        page_calls: Mapping[str, Sequence[CurlCall]],
    ) -> None:
        self._rules = rules
        self._report = report
        self._ledger = ledger
        self._pages = pages
        self._page_calls = page_calls
        self._bodies = BodyReader(ledger)
        self._responses = ResponseReader(report, ledger)
        self.named_bodies: list[tuple[str, Body]] = []
        self.partial_bodies: list[tuple[Operation, Body]] = []

    def read(self, operation: Operation, operation_id: str, tag: str) -> OpenApiOperation:
        anatomies = [dissect(section) for section in operation.sources]
        parameters = read_parameters(operation, self._rules, self._ledger)
        mark_flags(operation.path, parameters, anatomies)
        fill_items(parameters, anatomies)
        body = self._bodies.read(operation, anatomies, [p["name"] for p in parameters])
        media = body.content["content"].get(JSON) if body is not None else None
        if media is not None:
            media["schema"] = nullable_request(media["schema"], self._words(operation, anatomies))
        if body is not None and body.schema_name:
            self.named_bodies.append((operation.service, body))
        if body is not None and body.partial:
            self.partial_bodies.append((operation, body))
        responses = self._responses.read(
            operation,
            anatomies,
            self._page_words(operation.sources),
            sends_bytes=body is not None and sends_bytes(body.content),
        )
        texts = self._words(operation, anatomies)
        names = [p["name"] for p in parameters]
        parameters += prose_parameters(texts, names)
        parameters += demanded_headers(responses, names)
        around = self._page_words(operation.sources).texts if operation.method in UNSAFE else ()
        require_headers(parameters, responses, [*texts, *around])
        stream = stream_kind(operation.method, texts, responses)
        if stream == "websocket" and "101" not in responses:
            responses = _upgraded(responses)
        elif stream:
            responses = with_stream_media(responses, stream, texts)

        content: OpenApiOperation = {"operationId": operation_id, "tags": [tag]}
        told = description(anatomies)
        title = summary(operation) or first_sentence(told)
        if title:
            content["summary"] = title
        if told:
            content["description"] = told
        if operation.service == self._rules.secured:
            calls = [c for s in operation.sources for c in self._page_calls.get(s.page.name, ())]
            public = is_public(operation.method, operation.path, anatomies, texts, calls)
            content["security"] = [] if public else [{BEARER: []}]
        if parameters:
            content["parameters"] = parameters
        if body is not None:
            content["requestBody"] = body.content
        content["responses"] = responses
        paged = pagination(
            parameters,
            _success_example(responses),
            operation.path,
            is_iterated=operation.sdk_name.endswith("Iterator"),
        )
        if paged and stream is None:
            content["x-pagination"] = paged
        if stream:
            content["x-streaming"] = stream
        self._add_sources(content, operation)
        self._account(anatomies)
        self._count(operation, content)
        return content

    def _add_sources(self, content: OpenApiOperation, operation: Operation) -> None:
        if operation.sdk_name:
            content["x-sdk-name"] = operation.sdk_name
        page, line = operation.place
        content["x-source"] = {"page": page, "line": line}
        reasons = list(operation.inferred)
        if operation.twin:
            reasons.append(f"contents from {operation.twin.method} of the same path")
        if reasons:
            content["x-inferred"] = "; ".join(reasons)

    def _page_words(self, sections: Sequence[Section]) -> PageWords:
        pages = [self._pages[section.page.name] for section in sections]
        return PageWords(
            [text for page in pages for text in page.texts],
            [shape for page in pages for shape in page.shapes],
        )

    @staticmethod
    def _words(operation: Operation, anatomies: Sequence[Anatomy]) -> list[str]:
        words = [summary(operation)]
        for anatomy in anatomies:
            words += [plain(b.text) for b in (*anatomy.section.above, *anatomy.intro) if b.text]
        return words

    def _account(self, anatomies: Sequence[Anatomy]) -> None:
        for anatomy in anatomies:
            page = anatomy.section.page.name
            for role, blocks in (
                ("SDK sample", anatomy.sdk),
                ("curl sample", anatomy.curl),
                ("other sample", anatomy.programs),
                ("description", anatomy.intro),
                ("description", anatomy.parameter_texts),
                ("description", anatomy.section.above),
            ):
                for block in blocks:
                    if block.kind in (Kind.FENCE, Kind.LIST):
                        self._ledger.use(page, block, role)
            for block in anatomy.notes:
                if block.kind is Kind.LIST:
                    if anatomy.section.last_on_page:
                        self._ledger.leave(page, block, "closing words of the page")
                    else:
                        self._ledger.use(page, block, "description")
            for part in anatomy.responses:
                for block in part.texts:
                    if block.kind is Kind.LIST:
                        self._ledger.use(page, block, "response description")

    def _count_tables(self, service: str, section: Section) -> None:
        for block in (*section.shared, *section.blocks):
            if is_parameter_table(block):
                self._report.count(service, "parameter rows", len(block.rows))
            elif is_error_table(block):
                self._report.count(service, "error tables")
                self._report.count(service, "error rows", len(block.rows))

    def _count(self, operation: Operation, content: OpenApiOperation) -> None:
        service = operation.service
        count = self._report.count
        count(service, "operations")
        count(service, "parameters", len(content.get("parameters", ())))
        for section in operation.sections:
            self._count_tables(service, section)
        if "requestBody" in content:
            count(service, "request bodies")
            for media in content["requestBody"]["content"].values():
                count(service, "body fields", count_fields(media.get("schema", {})))
                count(service, "examples", _examples(media))
        codes = self._report.codes.setdefault(service, set())
        for status, response in content["responses"].items():
            count(service, "responses")
            for media in response.get("content", {}).values():
                count(service, "examples", _examples(media))
                if int(status) < 400:
                    count(service, "response fields", count_fields(media.get("schema", {})))
            entries = response.get("x-error-codes", ())
            codes.update(entry["code"] for entry in entries)
        count(service, "pagination", "x-pagination" in content)
        count(service, "streams", "x-streaming" in content)
        count(service, "inferred", _marks(content))
        self._report.services[service]["error codes"] = len(codes)


def _marks(content: Any) -> int:
    """The number of ``x-inferred`` marks in an object."""
    if isinstance(content, dict):
        inner = sum(_marks(v) for k, v in content.items() if k not in ("example", "examples"))
        return ("x-inferred" in content) + inner
    return sum(_marks(part) for part in content) if isinstance(content, list) else 0


def _examples(media: Mapping[str, Any]) -> int:
    return ("example" in media) + len(media.get("examples", {}))


def count_fields(schema: Mapping[str, Any]) -> int:
    """The number of named fields in a schema, at every depth."""
    total = 0
    for part in schema.get("properties", {}).values():
        total += 1 + count_fields(part)
    for key in ("items", "additionalProperties"):
        if isinstance(schema.get(key), dict):
            total += count_fields(schema[key])
    for key in ("anyOf", "oneOf", "allOf"):
        total += sum(count_fields(branch) for branch in schema.get(key, ()))
    return total


def _success_example(responses: Mapping[str, Mapping[str, Any]]) -> Any:
    for status in sorted(responses):
        media = responses[status].get("content", {}).get("application/json")
        if int(status) < 300 and media:
            if "example" in media:
                return media["example"]
            for example in media.get("examples", {}).values():
                return example["value"]
    return None


def _upgraded(responses: Mapping[str, Any]) -> dict[str, Any]:
    """The success of a WebSocket handshake is 101 (RFC 6455 §4.2.2), whatever 200 stood there."""
    kept = {status: response for status, response in responses.items() if status != "200"}
    said = dict(responses.get("200", {"description": "Switching Protocols"}))
    said.pop("content", None)
    said["x-inferred"] = "status from the WebSocket handshake"
    if said["description"] == "OK":
        said["description"] = "Switching Protocols"
    return {"101": said, **kept}
