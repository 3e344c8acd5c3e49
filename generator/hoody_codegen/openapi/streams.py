"""What is documented about streams: the types of what comes, and how they go on and end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

from ..document import Node
from ..ir import (
    AnyType,
    ParameterLocation,
    ScalarKind,
    ScalarType,
    StreamFacts,
    StreamItem,
    StreamSwitch,
    TypeRef,
)
from ..text import Untrusted, UntrustedText
from .combine import union
from .context import Context
from .flatten import Fragment, Part
from .sites import Site

_KEYS = ("itemSchema", "x-item-schema")
_EVENT_STREAM = "text/event-stream"
_FIELDS = frozenset({"data", "event", "id", "retry"})
_TEXT = ScalarType(ScalarKind.STRING)


def read_items(
    context: Context, media_type: str, media: Node, site: Site
) -> tuple[StreamItem, ...]:
    """What ``itemSchema`` of a Media Type Object says (OpenAPI 3.2, section 4.14.3).

    Documents of earlier versions write it as ``x-item-schema``. Of an event stream it describes
    events: an object with ``event``, ``data``, ``id`` and ``retry``, or one variant for each name.
    The data is text that holds JSON: its type is under ``contentSchema``. A schema without any of
    these fields is taken for that of the data.
    """
    schema = next((node for key in _KEYS if (node := media.child(key)) is not None), None)
    if schema is None:
        return ()
    if media_type.partition(";")[0] != _EVENT_STREAM:
        item = site.child("line", "line")
        return (StreamItem(None, context.schemas.type_at(schema, item)),)
    return tuple(_Events(context, site).read(schema))


class _Events:
    """Reads the events of one stream."""

    def __init__(self, context: Context, site: Site) -> None:
        self._context = context
        self._site = site
        self._times: dict[str | None, int] = {}

    def read(self, schema: Node) -> Iterator[StreamItem]:
        variants = list(self._variants((Part(schema),), frozenset()))
        if not any(name in _FIELDS for parts in variants for name in self._properties(parts)):
            yield StreamItem(None, self._context.schemas.type_at(schema, self._own(None)))
            return
        found: dict[str | None, list[tuple[TypeRef, UntrustedText | None]]] = {}
        for parts in variants:
            for name in self._names(parts):
                found.setdefault(name, []).append(self._data(parts, name))
        for name, members in found.items():
            types = list(dict.fromkeys(type_ for type_, _ in members))
            description = next((text for _, text in members if text is not None), None)
            yield StreamItem(
                None if name is None else Untrusted(name),
                types[0] if len(types) == 1 else union(types),
                description,
            )

    def _variants(self, parts: Sequence[Part], within: frozenset[Node]) -> Iterator[list[Fragment]]:
        """What is said about each kind of event, with what is said of all of them.

        ``within`` are the variants that this is part of; one inside itself is left out.
        """
        fragments = self._context.schemas.flat.fragments(parts)
        for fragment in fragments:
            branches = self._context.schemas.kinds.branches(fragment)
            if branches:
                others = [one.part.drop("oneOf", "anyOf") for one in fragments]
                for branch in branches:
                    if branch not in within:
                        yield from self._variants((Part(branch), *others), within | {branch})
                return
        yield fragments

    def _properties(self, fragments: Iterable[Fragment]) -> dict[str, list[Node]]:
        found: dict[str, list[Node]] = {}
        for fragment in fragments:
            properties = fragment.node.child("properties")
            for name, node in properties.items() if properties is not None else ():
                found.setdefault(name, []).append(node)
        return found

    def _names(self, fragments: list[Fragment]) -> list[str | None]:
        """The names a variant is for; None where it doesn't say."""
        nodes = self._properties(fragments).get("event", [])
        values = self._context.schemas.kinds.values(
            self._context.schemas.flat.fragments([Part(node) for node in nodes])
        )
        names = [value for value in values or () if isinstance(value, str) and value]
        return list(names) or [None]

    def _data(
        self, fragments: list[Fragment], name: str | None
    ) -> tuple[TypeRef, UntrustedText | None]:
        flat, schemas = self._context.schemas.flat, self._context.schemas
        descriptions = (
            schemas.facts_at(fragment.node).description
            for fragment in fragments
            if fragment.node.child("description") is not None
        )
        description = next(descriptions, None)
        nodes = self._properties(fragments).get("data", [])
        inner = [
            content
            for fragment in flat.fragments([Part(node) for node in nodes])
            if (content := fragment.node.child("contentSchema")) is not None
        ]
        if inner:
            return schemas.type_of([Part(node) for node in inner], self._own(name)), description
        if not nodes:
            return AnyType(), description
        kinds = schemas.kinds.types(flat.fragments([Part(node) for node in nodes]))
        if kinds == ["string"]:
            is_json = any(_says_json(node) for node in nodes)
            return (AnyType() if is_json else _TEXT), description
        return schemas.type_of([Part(node) for node in nodes], self._own(name)), description

    def _own(self, name: str | None) -> Site:
        """Where the data of an event stands; several kinds may have one name."""
        times = self._times[name] = self._times.get(name, 0) + 1
        where = "event" if name is None else f"event {name}"
        word = "event" if name is None else f"{name} event"
        return self._site.child(where if times == 1 else f"{where} {times}", word)


def _says_json(node: Node) -> bool:
    kind = (node.text("contentMediaType") or "").partition(";")[0].strip().lower()
    return kind == "application/json" or kind.endswith("+json")


def read_stream_facts(context: Context, operation: Node) -> StreamFacts | None:
    """``x-stream``: how the stream of an operation goes on and ends (``docs/extensions.md``)."""
    node = context.mapping(operation, "x-stream")
    if node is None:
        return None
    reader = _Facts(context)
    resume = context.mapping(node, "resume")
    trailer = context.mapping(node, "trailer")
    reader.refuse_others(node, _FACTS)
    for inner, known in ((resume, _RESUME), (trailer, _TRAILER)):
        if inner is not None:
            reader.refuse_others(inner, known)
    heartbeat = node.value.get("heartbeat")
    is_number = isinstance(heartbeat, int | float) and not isinstance(heartbeat, bool)
    return StreamFacts(
        end=reader.names(node, "end"),
        reset=reader.names(node, "reset"),
        ignore=reader.names(node, "ignore"),
        heartbeat=float(heartbeat) if is_number and heartbeat > 0 else None,
        resume_header=reader.name(resume, "header"),
        resume_query=reader.name(resume, "query"),
        resume_field=reader.name(resume, "field"),
        resume_replaces=reader.names(resume, "replaces"),
        trailer=reader.name(trailer, "key"),
        trailer_error=reader.name(trailer, "error"),
        trailer_status=reader.name(trailer, "status"),
        trailer_cursor=reader.name(trailer, "cursor"),
        cursor_query=reader.name(trailer, "query"),
        switch=reader.switch(context.mapping(node, "switch")),
    )


_FACTS = ("end", "reset", "ignore", "heartbeat", "resume", "trailer", "switch")
_RESUME = ("header", "query", "field", "replaces")
_TRAILER = ("key", "error", "status", "cursor", "query")
_SWITCH = ("in", "name", "values")
_LOCATIONS: dict[str, ParameterLocation | Literal["body"]] = {
    "query": ParameterLocation.QUERY,
    "header": ParameterLocation.HEADER,
    "body": "body",
}


class _Facts:
    """Reads names; what isn't one is left out with a warning."""

    def __init__(self, context: Context) -> None:
        self._diagnostics = context.diagnostics

    def _warn(self, node: Node, message: str, hint: str = "") -> None:
        self._diagnostics.warning("invalid-stream", node.location, message, hint)

    def refuse_others(self, node: Node, known: Sequence[str]) -> None:
        for key, member in node.items():
            if key not in known and not key.startswith("x-"):
                self._warn(
                    member,
                    f"{key!r} is left out: it says nothing about a stream",
                    f"Known are {', '.join(known)}.",
                )

    def name(self, node: Node | None, key: str) -> UntrustedText | None:
        member = node.child(key) if node is not None else None
        if member is None or member.value is None:
            return None
        if isinstance(member.value, str) and member.value:
            return Untrusted(member.value)
        self._warn(member, f"{key!r} is left out: expected a name")
        return None

    def names(self, node: Node | None, key: str) -> tuple[UntrustedText, ...]:
        member = node.child(key) if node is not None else None
        if member is None or member.value is None:
            return ()
        value = member.value if isinstance(member.value, list) else [member.value]
        if all(isinstance(name, str) and name for name in value):
            return tuple(Untrusted(name) for name in value)
        self._warn(member, f"{key!r} is left out: expected names")
        return ()

    def switch(self, node: Node | None) -> StreamSwitch | None:
        if node is None:
            return None
        self.refuse_others(node, _SWITCH)
        location = _LOCATIONS.get(node.text("in") or "")
        name = self.name(node, "name")
        values = node.value.get("values")
        scalars = isinstance(values, list) and all(isinstance(v, str | bool | int) for v in values)
        if location is None or name is None or not values or not scalars:
            self._warn(
                node,
                "'switch' is left out: it takes 'in', 'name' and 'values'",
                "'in' is query, header or body; with one of the values the answer is JSON.",
            )
            return None
        return StreamSwitch(location, name, tuple(Untrusted(value) for value in values))
