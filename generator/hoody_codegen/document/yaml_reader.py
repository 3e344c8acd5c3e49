"""YAML text to values and places, by the events of the C parser.

Events and not composed nodes: no recursion that a hostile document could exhaust, and half the
memory on large documents.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import yaml
from yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    DocumentStartEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceStartEvent,
)
from yaml.reader import ReaderError

from ..diagnostics import Diagnostics, Location
from .limits import Limits
from .node import Places, pack
from .scalars import number, plain_scalar

_LOADER: Any = getattr(yaml, "CLoader", yaml.Loader)
_TAG = "tag:yaml.org,2002:"


@dataclass(slots=True)
class _Frame:
    """A container that is being read."""

    value: Any
    places: Places
    children: Any
    anchor: str | None
    first_node: int
    key: str | None = None
    key_position: int = 0
    key_is_merge: bool = False
    merges: list[tuple[Any, Any]] | None = None


class _Stop(Exception):
    """Reading can't go on; the fault has been reported."""


def read_yaml(
    text: str, file: str, limits: Limits, diagnostics: Diagnostics
) -> tuple[Any, Places] | None:
    """The value and its places; None, with all faults reported, if the text can't be read."""
    return _Reader(file, limits, diagnostics).read(text)


class _Reader:
    def __init__(self, file: str, limits: Limits, diagnostics: Diagnostics) -> None:
        self.file = file
        self.limits = limits
        self.diagnostics = diagnostics
        self.nodes = 0
        self.documents = 0
        self.anchors: dict[str, tuple[Any, int | Places, int]] = {}
        self.stack: list[_Frame] = []
        self.root: tuple[Any, int | Places] | None = None

    def read(self, text: str) -> tuple[Any, Places] | None:
        faults = len(self.diagnostics.errors)
        try:
            for event in yaml.parse(text, Loader=_LOADER):
                self.event(event)
        except _Stop:
            return None
        except ReaderError as error:
            self.character(text, error)
            return None
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
            problem = error.problem or error.context or "syntax error"
            hint = ""
            if error.context and error.context_mark:
                start = error.context_mark
                hint = f"It happened {error.context}, from line {start.line + 1} on."
            self.error("yaml-syntax", pack(line, column), f"not YAML: {problem}", hint)
            return None
        except yaml.YAMLError as error:
            self.error("yaml-syntax", pack(1, 1), f"not YAML: {error}")
            return None
        if len(self.diagnostics.errors) > faults:
            return None
        value, place = self.root if self.root is not None else (None, pack(1, 1))
        return value, place if isinstance(place, Places) else Places(self.file, place)

    def error(self, code: str, position: int, message: str, hint: str = "") -> None:
        location = Places(self.file, position)
        self.diagnostics.error(code, _location(location), message, hint)

    def character(self, text: str, error: ReaderError) -> None:
        """The reader names an offset; it counts bytes or characters, so the character is sought."""
        for index, character in enumerate(text):
            if ord(character) < 32 and character not in "\t\n\r":
                line = text.count("\n", 0, index) + 1
                column = index - text.rfind("\n", 0, index)
                message = f"not YAML: the character U+{ord(character):04X} is not allowed"
                self.error("yaml-syntax", pack(line, column), message)
                return
        self.error("yaml-syntax", pack(1, 1), f"not YAML: {error.reason}")

    def event(self, event: Any) -> None:
        kind = type(event)
        if kind is ScalarEvent:
            self.scalar(event)
        elif kind is MappingStartEvent or kind is SequenceStartEvent:
            self.start(event, kind is MappingStartEvent)
        elif isinstance(event, CollectionEndEvent):
            self.end()
        elif kind is AliasEvent:
            self.alias(event)
        elif kind is DocumentStartEvent:
            self.documents += 1
            if self.documents > 1:
                self.error(
                    "yaml-documents",
                    _position(event),
                    "the file holds more than one YAML document",
                    "Put each document into a file of its own.",
                )
                raise _Stop

    def count(self, amount: int, position: int) -> None:
        self.nodes += amount
        if self.nodes > self.limits.nodes:
            self.error(
                "document-too-large",
                position,
                f"the document has more than {self.limits.nodes:,} nodes once its aliases are "
                "filled in",
                "Aliases of aliases grow fast; write references ($ref) instead.",
            )
            raise _Stop

    def scalar(self, event: ScalarEvent) -> None:
        position = _position(event)
        frame = self.stack[-1] if self.stack else None
        if frame is not None and frame.key is None and isinstance(frame.value, dict):
            self.key(frame, event, position)
            return
        self.count(1, position)
        value = _scalar_value(event)
        if event.anchor:
            self.anchors[event.anchor] = (value, position, 1)
        self.put(value, position)

    def key(self, frame: _Frame, event: ScalarEvent, position: int) -> None:
        """Keys are text: ``200:`` is "200". The plain key ``<<`` merges (YAML 1.1 merge type)."""
        text: str = event.value
        if event.anchor:
            self.anchors[event.anchor] = (text, position, 1)
        frame.key_is_merge = text == "<<" and _is_plain(event)
        frame.key = text
        frame.key_position = position
        if not frame.key_is_merge and text in frame.value:
            first = frame.places.child(text)
            first_line = (first.position if isinstance(first, Places) else first) >> 20
            self.error(
                "duplicate-key",
                position,
                f"the key {text!r} stands twice in this mapping",
                f"The first one is on line {first_line}.",
            )

    def start(self, event: Any, is_mapping: bool) -> None:
        position = _position(event)
        frame = self.stack[-1] if self.stack else None
        if frame is not None and isinstance(frame.value, dict):
            if frame.key is None:
                self.error("yaml-key", position, "a key must be text, not a list or a mapping")
                raise _Stop
            position = frame.key_position
        if len(self.stack) >= self.limits.depth:
            self.error(
                "document-too-deep",
                position,
                f"the document is nested more than {self.limits.depth} levels deep",
            )
            raise _Stop
        self.count(1, position)
        children: Any = {} if is_mapping else []
        places = Places(self.file, position, children)
        value: Any = {} if is_mapping else []
        if event.anchor:
            self.anchors.pop(event.anchor, None)
        self.stack.append(_Frame(value, places, children, event.anchor, self.nodes))

    def end(self) -> None:
        frame = self.stack.pop()
        for value, place in frame.merges or ():
            self.merge(frame, value, place)
        if frame.anchor:
            size = self.nodes - frame.first_node + 1
            self.anchors[frame.anchor] = (frame.value, frame.places, size)
        self.put(frame.value, frame.places)

    def alias(self, event: AliasEvent) -> None:
        position = _position(event)
        known = self.anchors.get(event.anchor or "")
        if known is None:
            inside = any(frame.anchor == event.anchor for frame in self.stack)
            message = (
                f"the alias *{event.anchor} stands inside its own anchor"
                if inside
                else f"there is no anchor for the alias *{event.anchor}"
            )
            self.error("yaml-alias", position, message)
            raise _Stop
        value, place, size = known
        frame = self.stack[-1] if self.stack else None
        if frame is not None and frame.key is None and isinstance(frame.value, dict):
            self.error("yaml-key", position, "a key must be written out, not an alias")
            raise _Stop
        self.count(size, position)
        self.put(value, place)

    def put(self, value: Any, place: int | Places) -> None:
        if not self.stack:
            self.root = (value, place)
            return
        frame = self.stack[-1]
        if isinstance(frame.value, list):
            frame.value.append(value)
            frame.children.append(place)
            return
        key, frame.key = frame.key, None
        assert key is not None
        if frame.key_is_merge:
            frame.merges = [*(frame.merges or ()), (value, place)]
        elif key not in frame.value:
            frame.value[key] = value
            frame.children[key] = frame.key_position if isinstance(place, int) else place

    def merge(self, frame: _Frame, value: Any, place: int | Places) -> None:
        """Keys of the merged mappings that the mapping itself does not have; the first one wins."""
        sources = value if isinstance(value, list) else [value]
        for index, source in enumerate(sources):
            where = place
            if isinstance(value, list) and isinstance(place, Places):
                where = place.child(index)
            if not isinstance(source, dict) or not isinstance(where, Places):
                position = where.position if isinstance(where, Places) else where
                self.error("yaml-merge", position, "only mappings can be merged with <<")
                continue
            for key, member in source.items():
                if key not in frame.value:
                    frame.value[key] = member
                    frame.children[key] = where.child(key)


def _position(event: Any) -> int:
    mark = event.start_mark
    return pack(mark.line + 1, mark.column + 1)


def _location(places: Places) -> Location:
    return Location(places.file, "", places.position >> 20, places.position & 0xFFFFF)


def _is_plain(event: ScalarEvent) -> bool:
    """Not quoted and no block: the C parser has "" for that, Python's own has None."""
    return not event.style


def _scalar_value(event: ScalarEvent) -> Any:
    text: str = event.value
    tag = event.tag
    if tag is None or not tag.startswith(_TAG):
        return plain_scalar(text) if _is_plain(event) and tag != "!" else text
    if tag in (_TAG + "null", _TAG + "bool"):
        return plain_scalar(text)
    if tag in (_TAG + "int", _TAG + "float"):
        return number(text) if text else text
    return text
