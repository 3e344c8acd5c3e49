"""The ways in which methods give back what the server sends."""

from __future__ import annotations

from enum import Enum

from .. import ir


class ResultForm(Enum):
    """Which of the runtime's ways a method takes; the value is the name of that way."""

    VALUE = "_call"
    NOTHING = "_send"
    HEAD = "_head"
    PAGE = "_page"
    DOWNLOAD = "_download"
    EVENTS = "_events"
    LINES = "_lines"
    SOCKET = "_socket"
    EITHER = "_either"

    @property
    def is_handle(self) -> bool:
        """Whether the method returns an object that sends the request when it is used.

        Such a method awaits nothing, and the object tells of the response by itself.
        """
        return self is ResultForm.EITHER or self in _STREAM_FORMS.values()


_STREAM_FORMS = {
    ir.StreamKind.BINARY: ResultForm.DOWNLOAD,
    ir.StreamKind.SSE: ResultForm.EVENTS,
    ir.StreamKind.NDJSON: ResultForm.LINES,
    ir.StreamKind.WEBSOCKET: ResultForm.SOCKET,
}


def stream_form(operation: ir.Operation) -> ResultForm | None:
    """The form of an operation whose answer isn't read as one value; None for the others."""
    if operation.stream is None:
        return None
    facts = operation.stream_facts
    is_json = operation.result is not None and operation.result.kind is ir.ResultKind.JSON
    if facts is not None and facts.switch is not None and is_json:
        return ResultForm.EITHER
    return _STREAM_FORMS[operation.stream]
