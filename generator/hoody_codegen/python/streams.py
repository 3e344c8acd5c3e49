"""What the runtime is told about streams."""

from __future__ import annotations

from collections.abc import Iterator

from .. import ir
from .code import Code, code, join
from .escape import literal
from .literals import Keyword, keyword


def stream_keyword(operation: ir.Operation) -> Keyword | None:
    """The argument that tells the runtime how a stream goes on and ends; None without facts."""
    facts = operation.stream_facts
    if facts is None:
        return None
    arguments = [code("{}={}", one.name, one.value) for one in _arguments(facts)]
    return keyword("stream", code("StreamInfo({})", join(", ", arguments))) if arguments else None


def _arguments(facts: ir.StreamFacts) -> Iterator[Keyword]:
    for name, names in (("end", facts.end), ("reset", facts.reset), ("ignore", facts.ignore)):
        if names:
            yield keyword(name, literal(names))
    if facts.heartbeat is not None:
        yield keyword("heartbeat", literal(facts.heartbeat))
    for name, text in (
        ("resume_header", facts.resume_header),
        ("resume_query", facts.resume_query),
        ("resume_field", facts.resume_field),
    ):
        if text is not None:
            yield keyword(name, literal(text))
    if facts.resume_replaces:
        yield keyword("resume_replaces", literal(facts.resume_replaces))
    for name, text in (
        ("trailer", facts.trailer),
        ("trailer_error", facts.trailer_error),
        ("trailer_status", facts.trailer_status),
        ("trailer_cursor", facts.trailer_cursor),
        ("cursor_query", facts.cursor_query),
    ):
        if text is not None:
            yield keyword(name, literal(text))
    if facts.switch is not None:
        yield keyword("switch", _switch(facts.switch))


def _switch(switch: ir.StreamSwitch) -> Code:
    location = switch.location
    place = location.value if isinstance(location, ir.ParameterLocation) else location
    return code(
        "StreamSwitch(place={}, name={}, values={})",
        literal(place),
        literal(switch.name),
        literal(switch.values),
    )
