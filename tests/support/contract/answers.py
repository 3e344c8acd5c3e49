"""What the contract server says: the documented examples of a status, or values from its schema."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .specs import Spec, SpecOperation
from .values import MISSING, ValueMaker, examples_of

CODE_HEADER = "X-Hoody-Error-Code"

ANSWER_HEADER = "X-Contract-Answer"
"""Chooses the answer: ``404``, or ``404 TOKEN_NOT_FOUND`` for one documented code."""

_NO_BODY = frozenset({204, 205, 304})
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
        self._code_key = self._find_code_key()

    def success(self, operation: SpecOperation) -> Answer:
        """The first documented success.

        An upgrade to a WebSocket can't be answered as such by this server: such an operation gets
        bytes with status 200. One that only redirects gets an empty answer, as from the page that
        a redirect leads to.
        """
        statuses = self._responses(operation)
        documented = sorted(status for status in statuses if 200 <= status < 300)
        if documented:
            return self._of_status(operation, documented[0])
        if any(300 <= status < 400 for status in statuses):
            return Answer(200, None, b"")
        return Answer(200, "application/octet-stream", b"frame")

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

    def choose(self, operation: SpecOperation, wish: str | None) -> Answer:
        """The answer that ANSWER_HEADER asks for."""
        if wish is None:
            return self.success(operation)
        status, _, code = wish.partition(" ")
        if not code:
            return self._of_status(operation, int(status))
        for error in self.errors(operation):
            if error.key == wish:
                return self._of_error(operation, error)
        raise LookupError(f"{operation.name} has no documented error {wish}")

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

    def _of_status(self, operation: SpecOperation, status: int) -> Answer:
        response = self._responses(operation).get(status, {})
        content = response.get("content", {})
        if not content or status in _NO_BODY:
            return Answer(status, None, b"")
        media_type = next((name for name in content if is_json(name)), next(iter(content)))
        media = content[media_type]
        value = self._example(media, media_type)
        return _answer(status, media_type, value, media.get("schema"))

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


def is_json(media_type: str) -> bool:
    """Whether a media type is JSON: ``application/json`` or ``…+json``."""
    plain = media_type.partition(";")[0].strip().lower()
    return plain == "application/json" or plain.endswith("+json")


def _answer(status: int, media_type: str, value: Any, schema: Any = None) -> Answer:
    if is_json(media_type):
        return Answer(status, media_type, json.dumps(value).encode(), value, schema)
    if media_type == "*/*":
        media_type = "application/octet-stream"
    return Answer(status, media_type, str(value).encode(), MISSING, schema)
