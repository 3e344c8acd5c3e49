"""What streams and sockets of an operation say: as documented, else plausible.

``x-stream``, ``x-websocket`` and ``itemSchema`` are read here anew; the generator isn't asked.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from .events import Event, read_example
from .judge import WireRequest
from .kinds import EVENT_STREAM, NDJSON
from .paging import PAGE_SIZE
from .specs import Spec, SpecOperation
from .values import MISSING, ValueMaker, examples_of

_FIELDS = frozenset({"event", "data", "id", "retry"})
_FIRST_POSITION = 100
_FEWEST = 3
"""Events of a stream before the last one, so that one can break off among them."""

_BINARY = b"\x00\xff\x01"


class Scripts:
    """The streams and sockets of one service; the same operation always says the same."""

    def __init__(self, spec: Spec, values: ValueMaker) -> None:
        self._spec = spec
        self._values = values

    def events(self, operation: SpecOperation) -> tuple[Event, ...]:
        """All events of a stream: the documented examples, and one of each other documented name;
        the documented end comes last."""
        media = self._media(operation, EVENT_STREAM)
        facts = _facts(operation)
        found = [
            event
            for example in examples_of(media)
            if isinstance(example, str)
            for event in read_example(example)
            if _is_json(event.data)
        ]
        known = {event.name for event in found}
        found.extend(event for event in self._made_events(media) if event.name not in known)
        if not found:
            found = [Event(json.dumps({"number": n, "text": "ä \u2028 ♥"})) for n in (1, 2, 3)]
        last = _names(facts, "end")
        closing = [event for event in found if event.name in last][-1:]
        if last and not closing:
            closing = [Event("{}", last[0])]
        unheard = {*last, *_names(facts, "ignore"), *_names(facts, "reset")}
        script = [event for event in found if event.name not in unheard]
        while script and len(script) < _FEWEST:
            script += script
        return tuple(_with_positions(script + closing, facts.get("resume")))

    def ignored(self, operation: SpecOperation) -> tuple[str, ...]:
        """Names of events that are signs of life and nothing else."""
        return _names(_facts(operation), "ignore")

    def resumes(self, operation: SpecOperation) -> bool:
        """Whether a stream is documented to go on behind an event that a request names."""
        resume = _facts(operation).get("resume", {})
        return bool(resume.get("header") or resume.get("query"))

    def events_for(self, operation: SpecOperation, request: WireRequest) -> tuple[Event, ...]:
        """What a request gets: the events behind the one that it names, or all."""
        resume = _facts(operation).get("resume", {})
        asked: list[str | None] = [None]
        if resume.get("query"):
            asked = [value for name, value in request.query if name == resume["query"]]
        if resume.get("header") and request.header(resume["header"]) is not None:
            asked = [request.header(resume["header"])]
        events = self.events(operation)
        for number, event in enumerate(events):
            if _position(event, resume) in asked and asked != [None]:
                return events[number + 1 :]
        return events

    def lines(self, operation: SpecOperation) -> tuple[Any, ...]:
        """All values of an NDJSON body, without its trailer."""
        media = self._media(operation, NDJSON)
        for key in ("itemSchema", "x-item-schema"):
            if key in media:
                value = self._values.make(media[key])
                return (value, value, value)
        return tuple({"number": number, "text": "ä \u2028 ♥"} for number in (1, 2, 3))

    def trailer(self, operation: SpecOperation) -> dict[str, Any] | None:
        """The documented last line of an NDJSON body."""
        key = _facts(operation).get("trailer", {}).get("key")
        return {key: {"complete": True}} if key else None

    def page_of_lines(
        self, operation: SpecOperation, items: Sequence[Any], request: WireRequest
    ) -> tuple[Sequence[Any], dict[str, Any]]:
        """A page of a list that comes as JSON lines: its items, and the last line, which says
        where the list goes on."""
        facts = _facts(operation)["trailer"]
        asked = dict(request.query).get(facts["query"])
        start = int(asked.removeprefix("line-")) if asked else 0
        end = min(start + PAGE_SIZE, len(items))
        trailer: dict[str, Any] = {facts["key"]: True}
        if end < len(items):
            trailer[facts["cursor"]] = f"line-{end}"
        return items[start:end], trailer

    def messages(self, operation: SpecOperation) -> tuple[str | bytes, ...]:
        """What the server of a socket says first: a documented message, and a binary one."""
        schema = operation.node.get("x-websocket", {}).get("receive")
        value = MISSING if schema is None else self._values.make(schema)
        if self._spec.resolve(schema or {}).get("format") == "binary":
            return b"\x01documented as binary", _BINARY
        if value is MISSING:
            value = {"type": "hello", "text": "ä ♥"}
        return json.dumps(value, ensure_ascii=False), _BINARY

    def waits(self, operation: SpecOperation, request: WireRequest) -> bool:
        """Whether a request asks for one answer in place of a stream."""
        switch = switch_of(operation)
        if switch is None:
            return False
        name, values = switch["name"], switch["values"]
        if switch["in"] == "body":
            try:
                body = json.loads(request.body)
            except ValueError:
                return False
            return isinstance(body, Mapping) and body.get(name) in values
        texts = {json.dumps(v) if isinstance(v, bool) else str(v) for v in values}
        if switch["in"] == "header":
            return request.header(name) in texts
        return any(key == name and value in texts for key, value in request.query)

    def _made_events(self, media: Mapping[str, Any]) -> Iterator[Event]:
        """One event for each variant of the documented schema of events."""
        for key in ("itemSchema", "x-item-schema"):
            for variant in self._variants(media.get(key)):
                properties = variant.get("properties", {})
                if not _FIELDS & properties.keys():
                    properties = {"data": variant}
                data = self._spec.resolve(properties.get("data", {}))
                value = self._values.make(data.get("contentSchema", data))
                name = self._values.make(properties["event"]) if "event" in properties else None
                if isinstance(value, str) and "contentSchema" not in data:
                    yield Event(value, name)
                elif value is not MISSING:
                    yield Event(json.dumps(value), name)

    def _variants(self, schema: Any) -> Iterator[Mapping[str, Any]]:
        schema = self._spec.resolve(schema)
        if not isinstance(schema, Mapping):
            return
        branches = [*schema.get("oneOf", ()), *schema.get("anyOf", ())]
        if not branches or "data" in schema.get("properties", {}):
            yield schema
            return
        shared = schema.get("properties", {})
        for branch in branches:
            for variant in self._variants(branch):
                yield {**variant, "properties": {**shared, **variant.get("properties", {})}}

    def _media(self, operation: SpecOperation, media_type: str) -> Mapping[str, Any]:
        for status, response in operation.node.get("responses", {}).items():
            content = self._spec.resolve(response).get("content", {})
            if str(status).startswith("2") and media_type in content:
                found: Mapping[str, Any] = content[media_type]
                return found
        return {}


def switch_of(operation: SpecOperation) -> Mapping[str, Any] | None:
    """The argument that decides between one JSON value and a stream (``x-stream``, ``switch``)."""
    found: Mapping[str, Any] | None = _facts(operation).get("switch")
    return found


def _facts(operation: SpecOperation) -> Mapping[str, Any]:
    found: Mapping[str, Any] = operation.node.get("x-stream", {})
    return found


def _names(facts: Mapping[str, Any], key: str) -> tuple[str, ...]:
    """One name, or a list of them."""
    stated = facts.get(key, ())
    return (stated,) if isinstance(stated, str) else tuple(stated)


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def _with_positions(events: Sequence[Event], resume: Mapping[str, Any] | None) -> Iterator[Event]:
    """The events with what a client needs to go on behind each of them."""
    for number, event in enumerate(events, _FIRST_POSITION):
        field = (resume or {}).get("field")
        if resume is None:
            yield event
        elif field is None:
            yield event if event.id is not None else replace(event, id=str(number))
        else:
            value = event.value
            place = value
            for key in field.split(".")[:-1]:
                place = place.setdefault(key, {})
            place[field.split(".")[-1]] = number
            yield replace(event, data=json.dumps(value, ensure_ascii=False))


def _position(event: Event, resume: Mapping[str, Any]) -> str | None:
    """By what a request names an event."""
    field = resume.get("field")
    if field is None:
        return event.id
    value = event.value
    for key in field.split("."):
        value = value.get(key) if isinstance(value, Mapping) else None
    return None if value is None else str(value)
