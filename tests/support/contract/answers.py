"""What the contract server says: the documented examples of a status, or values from its schema."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from .events import Event, write_events, write_lines
from .files import choose_part, file_of
from .judge import WireRequest, offered_subprotocols
from .kinds import EVENT_STREAM, NDJSON, Kind, is_binary, is_download, is_json, is_socket, kinds_of
from .paging import PagedList, documented_paging
from .scripts import Scripts
from .specs import Spec, SpecOperation
from .values import MISSING, ValueMaker, examples_of, text_of

CODE_HEADER = "X-Hoody-Error-Code"

ANSWER_HEADER = "X-Contract-Answer"
"""Chooses the answer: ``404``, ``404 TOKEN_NOT_FOUND`` for one documented code, CUT, PAGES,
LINE_PAGES or TUS."""

CUT = "cut"
"""The first answer to a call breaks off in its middle; the next one goes on as it is asked to."""

PAGES = "pages"
"""A page of the list of several pages that stands behind a paged operation."""

LINE_PAGES = "pages in lines"
"""The same as JSON lines."""

TUS = "tus"
"""What a server says that keeps an upload by the tus protocol."""

_NO_BODY = frozenset({204, 205, 304})
_OF_THE_SERVER = frozenset({"content-length", "content-type", "date", "transfer-encoding"})
"""Header fields that the server sets by itself."""

_CODE_KEYS = ("code", "error")
"""Where bodies can carry the machine code (spec dialect, section 3.1)."""


@dataclass(frozen=True)
class Answer:
    """A whole answer. ``value`` is the JSON value where there is one, else MISSING."""

    status: int
    media_type: str | None
    content: bytes
    value: Any = MISSING
    schema: Any = None
    code_header: str | None = None
    """The machine code, where no body can hold it."""
    headers: Mapping[str, str] = field(default_factory=dict)
    kind: Kind | None = None
    """What is answered, where it isn't one JSON value or text."""
    parts: tuple[Any, ...] = ()
    """The events, the values of the lines, or the messages of a socket in this answer."""
    trailer: Any = None
    """The line behind them that says that they are all."""
    subprotocol: str | None = None
    """The one of a socket."""
    broken: bool = False
    """The connection breaks where ``content`` ends."""


@dataclass(frozen=True)
class DocumentedError:
    """One status, or one code under it with everything that is said about it."""

    status: int
    code: str | None
    entries: tuple[Mapping[str, Any], ...] = ()

    @property
    def key(self) -> str:
        """As ANSWER_HEADER takes it."""
        return f"{self.status} {self.code}" if self.code else str(self.status)


class Answers:
    """The answers of one service."""

    def __init__(self, spec: Spec) -> None:
        self._spec = spec
        self._values = ValueMaker(spec)
        self.scripts = Scripts(spec, self._values)
        self._code_key = self._find_code_key()

    def errors(self, operation: SpecOperation) -> list[DocumentedError]:
        """Every documented (status, code), and every documented status by itself."""
        found: dict[tuple[int, str | None], list[Mapping[str, Any]]] = {}
        for status, response in self._responses(operation).items():
            if status < 400:
                continue
            found[status, None] = []
            for entry in self._entries(response):
                found.setdefault((status, str(entry["code"])), []).append(entry)
        for entry in operation.node.get("x-error-codes", ()):
            if "status" in entry:
                found.setdefault((int(entry["status"]), str(entry["code"])), []).append(entry)
        return [
            DocumentedError(status, code, tuple(entries))
            for (status, code), entries in found.items()
        ]

    def choose(
        self,
        operation: SpecOperation,
        wish: str | None,
        request: WireRequest,
        *,
        again: bool = False,
    ) -> Answer:
        """The answer that ANSWER_HEADER asks for; ``again`` where it isn't the first to a call."""
        if wish is None or (wish == CUT and again):
            return self._success(operation, request)
        if wish == CUT:
            return self._broken(operation, request)
        if wish == PAGES:
            listed = self.paged_list(operation)
            assert listed is not None, operation.name
            page = self._of_status(operation, self.success_status(operation))
            return _answer(page.status, str(page.media_type), listed.page(request), page.schema)
        if wish == LINE_PAGES:
            listed = self.paged_list(operation)
            assert listed is not None, operation.name
            items, trailer = self.scripts.page_of_lines(operation, listed.items, request)
            return Answer(200, NDJSON, write_lines([*items, trailer]))
        status, _, code = wish.partition(" ")
        if not code:
            return self._of_status(operation, int(status))
        for error in self.errors(operation):
            if error.key == wish:
                return self._of_error(operation, error)
        raise LookupError(f"{operation.name} has no documented error {wish}")

    def paged_list(self, operation: SpecOperation) -> PagedList | None:
        """The list behind a paged operation."""
        paging = documented_paging(operation)
        if paging is None:
            return None
        page = self._of_status(operation, self.success_status(operation))
        return PagedList(self._spec, operation, paging, page.value)

    def _success(self, operation: SpecOperation, request: WireRequest) -> Answer:
        """The first documented success: an upgrade, a stream, a file, JSON or text; the redirect
        of an operation that has nothing else."""
        if is_socket(operation) and request.header("upgrade") is not None:
            messages = self.scripts.messages(operation)
            # Not the first choice, so that it matters what the client was told.
            offered = offered_subprotocols(request)
            chosen = offered[-1] if offered else None
            return Answer(101, None, b"", kind=Kind.SOCKET, parts=messages, subprotocol=chosen)
        status = self.success_status(operation)
        documented = self._responses(operation).get(status, {}).get("content", {})
        if not documented or status in _NO_BODY:
            return Answer(status, None, b"", headers=self._headers(operation, status))
        media_type = self._choose_media(operation, documented, request)
        if media_type == EVENT_STREAM:
            return self._events(operation, self.scripts.events_for(operation, request))
        if media_type == NDJSON:
            values = self.scripts.lines(operation)
            trailer = self.scripts.trailer(operation)
            content = write_lines(values if trailer is None else [*values, trailer])
            return Answer(200, NDJSON, content, kind=Kind.LINES, parts=values, trailer=trailer)
        if is_download(self._spec, operation):
            status, content, headers = choose_part(file_of(operation), request)
            headers["content-length"] = str(len(content))
            return Answer(status, media_type, content, kind=Kind.DOWNLOAD, headers=headers)
        return self._of_status(operation, status, media_type)

    def _events(self, operation: SpecOperation, events: tuple[Event, ...]) -> Answer:
        content = write_events(events, self.scripts.ignored(operation))
        return Answer(200, EVENT_STREAM, content, kind=Kind.EVENTS, parts=events)

    def _broken(self, operation: SpecOperation, request: WireRequest) -> Answer:
        """The success, cut off behind its first event, line or message, or in the middle of a
        file. What isn't finished there must not be given out."""
        whole = self._success(operation, request)
        kept, headers, content = whole.parts[:1], dict(whole.headers), whole.content
        if whole.kind is Kind.EVENTS:
            content = self._events(operation, kept).content + b"event: lost\ndata: {}\n"
        elif whole.kind is Kind.LINES:
            content = write_lines(kept) + b'\n{"number": 2'
        else:
            headers["content-length"] = str(len(content))
            content = content[: len(content) // 2]
        return replace(
            whole, content=content, headers=headers, parts=kept, trailer=None, broken=True
        )

    def success_status(self, operation: SpecOperation) -> int:
        """The lowest documented one, or else a redirect; 200 where there is neither."""
        documented = self._responses(operation)
        redirect = min((status for status in documented if 300 <= status < 400), default=200)
        return min((status for status in documented if 200 <= status < 300), default=redirect)

    def _headers(self, operation: SpecOperation, status: int) -> dict[str, str]:
        """The documented header fields of an answer without a body, and where a redirect leads."""
        found: dict[str, str] = {}
        if 300 <= status < 400 and status != 304:
            found["location"] = "https://example.com/elsewhere"
        stated = self._responses(operation).get(status, {}).get("headers", {})
        for name, header in stated.items():
            value = self._values.parameter(self._spec.resolve(header))
            if value is not MISSING and name.lower() not in _OF_THE_SERVER:
                found[name.lower()] = text_of(value)
        return found

    def _choose_media(
        self, operation: SpecOperation, documented: Mapping[str, Any], request: WireRequest
    ) -> str:
        """The media type of a success: as the operation is described, and JSON where it waits."""
        first = next(iter(documented))
        json_type = next(filter(is_json, documented), first)
        kinds = kinds_of(self._spec, operation)
        if Kind.EVENTS in kinds:
            return json_type if self.scripts.waits(operation, request) else EVENT_STREAM
        if Kind.LINES in kinds:
            return NDJSON
        if is_download(self._spec, operation):
            return next(filter(is_binary, documented), first)
        return json_type

    def _responses(self, operation: SpecOperation) -> dict[int, Mapping[str, Any]]:
        responses = operation.node.get("responses", {})
        return {
            int(status): self._spec.resolve(response)
            for status, response in responses.items()
            if str(status).isdigit()
        }

    def _entries(self, response: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
        """Codes stand at the response or at the schema of one of its media types."""
        yield from response.get("x-error-codes", ())
        for media in response.get("content", {}).values():
            yield from self._spec.resolve(media.get("schema", {})).get("x-error-codes", ())

    def _of_status(
        self, operation: SpecOperation, status: int, media_type: str | None = None
    ) -> Answer:
        response = self._responses(operation).get(status, {})
        content = response.get("content", {})
        if not content or status in _NO_BODY:
            return Answer(status, None, b"")
        chosen: str = media_type or next(filter(is_json, content), next(iter(content)))
        media = content[chosen]
        value = self._example(media, chosen)
        return _answer(status, chosen, value, media.get("schema"))

    def _example(self, media: Mapping[str, Any], media_type: str) -> Any:
        for example in examples_of(media):
            if is_json(media_type) or isinstance(example, str):
                return example
        if not is_json(media_type):
            return "some text"
        value = self._values.make(media.get("schema", {}))
        return {} if value is MISSING else value

    def _of_error(self, operation: SpecOperation, error: DocumentedError) -> Answer:
        """The example of the code; where there is none, the example of its status with the code
        put where this service's bodies carry it."""
        if operation.method == "HEAD":
            # As the sqlite service does (spec dialect, section 3.1).
            return Answer(error.status, None, b"", code_header=error.code)
        for entry in error.entries:
            if "example" in entry:
                example = entry["example"]
                media_type = "text/plain" if isinstance(example, str) else "application/json"
                return _answer(error.status, media_type, example)
        by_status = self._of_status(operation, error.status)
        for example in self._error_examples(operation, error.status):
            if any(example.get(key) == error.code for key in _CODE_KEYS):
                return _answer(error.status, "application/json", example)
        body = dict(by_status.value) if isinstance(by_status.value, Mapping) else {}
        return _answer(error.status, "application/json", {**body, self._code_key: error.code})

    def _find_code_key(self) -> str:
        """Where most of the service's documented bodies carry a documented code."""
        found = dict.fromkeys(_CODE_KEYS, 0)
        for operation in self._spec.operations:
            errors = self.errors(operation)
            codes = {error.code for error in errors if error.code is not None}
            for status in {error.status for error in errors}:
                for example in self._error_examples(operation, status):
                    for key in _CODE_KEYS:
                        value = example.get(key)
                        found[key] += isinstance(value, str) and value in codes
        return max(_CODE_KEYS, key=lambda key: found[key])

    def _error_examples(self, operation: SpecOperation, status: int) -> Iterator[Mapping[str, Any]]:
        for media in self._responses(operation).get(status, {}).get("content", {}).values():
            yield from (e for e in examples_of(media) if isinstance(e, Mapping))


def _answer(status: int, media_type: str, value: Any, schema: Any = None) -> Answer:
    if is_json(media_type):
        return Answer(status, media_type, json.dumps(value).encode(), value, schema)
    if media_type == "*/*":
        media_type = "application/octet-stream"
    return Answer(status, media_type, str(value).encode(), MISSING, schema)
