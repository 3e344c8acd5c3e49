"""What the runtime is told about streams."""

from __future__ import annotations

from collections.abc import Iterator
from typing import LiteralString

from .. import ir
from ..text import UntrustedText
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
    yield from _named("end", facts.end)
    yield from _named("reset", facts.reset)
    yield from _named("ignore", facts.ignore)
    if facts.heartbeat is not None:
        yield keyword("heartbeat", literal(facts.heartbeat))
    yield from _named("resume_header", facts.resume_header)
    yield from _named("resume_query", facts.resume_query)
    yield from _named("resume_field", facts.resume_field)
    yield from _named("resume_replaces", facts.resume_replaces)
    yield from _named("trailer", facts.trailer)
    yield from _named("trailer_error", facts.trailer_error)
    yield from _named("trailer_status", facts.trailer_status)
    yield from _named("trailer_cursor", facts.trailer_cursor)
    yield from _named("cursor_query", facts.cursor_query)
    if facts.switch is not None:
        yield keyword("switch", _switch(facts.switch))


def _named(
    name: LiteralString, value: UntrustedText | tuple[UntrustedText, ...] | None
) -> Iterator[Keyword]:
    if value is not None and value != ():
        yield keyword(name, literal(value))


def _switch(switch: ir.StreamSwitch) -> Code:
    location = switch.location
    place = location.value if isinstance(location, ir.ParameterLocation) else location
    return code(
        "StreamSwitch(place={}, name={}, values={})",
        literal(place),
        literal(switch.name),
        literal(switch.values),
    )
