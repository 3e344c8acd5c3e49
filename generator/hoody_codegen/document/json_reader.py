"""JSON text to values and places.

The standard library reads JSON without places, and YAML's reader does not know all of JSON's
escapes, so this one is our own (RFC 8259); only the strings are read by the C scanner.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from json import JSONDecodeError, JSONDecoder
from typing import Any

from ..diagnostics import Diagnostics, Location
from .limits import Limits
from .node import Places, pack
from .scalars import number

_SPACE = re.compile(r"[ \t\n\r]*")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")
# Its start is a string, so this only ever reads strings; control characters are faults.
_STRINGS = JSONDecoder(strict=True)
_WORDS = (("true", True), ("false", False), ("null", None))


class _Fault(Exception):
    def __init__(self, code: str, message: str, offset: int, hint: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.offset = offset
        self.hint = hint


def read_json(
    text: str, file: str, limits: Limits, diagnostics: Diagnostics
) -> tuple[Any, Places] | None:
    """The value and its places; None, with all faults reported, if the text can't be read."""
    reader = _Reader(text, file, limits)
    read: tuple[Any, int | Places] | None = None
    try:
        read = reader.value(reader.skip(0), 0, None)
        end = reader.skip(reader.end)
        if end != len(text):
            raise _Fault("json-syntax", "not JSON: more text after the end of the value", end)
    except _Fault as fault:
        reader.faults.append(fault)
    for found in reader.faults:
        position = reader.position(found.offset)
        location = Location(file, "", position >> 20, position & 0xFFFFF)
        diagnostics.error(found.code, location, str(found), found.hint)
    if reader.faults or read is None:
        return None
    value, place = read
    return value, place if isinstance(place, Places) else Places(file, place)


class _Reader:
    def __init__(self, text: str, file: str, limits: Limits) -> None:
        self.text = text
        self.file = file
        self.limits = limits
        self.lines = [0, *(match.end() for match in re.finditer("\n", text))]
        self.nodes = 0
        self.end = 0
        self.faults: list[_Fault] = []

    def position(self, offset: int) -> int:
        line = bisect_right(self.lines, offset)
        return pack(line, offset - self.lines[line - 1] + 1)

    def skip(self, offset: int) -> int:
        match = _SPACE.match(self.text, offset)
        return match.end() if match else offset

    def value(self, offset: int, depth: int, key_position: int | None) -> tuple[Any, int | Places]:
        """The value at ``offset``; ``self.end`` is then the place behind it."""
        self.nodes += 1
        if self.nodes > self.limits.nodes:
            message = f"the document has more than {self.limits.nodes:,} nodes"
            raise _Fault("document-too-large", message, offset)
        if depth > self.limits.depth:
            message = f"the document is nested more than {self.limits.depth} levels deep"
            raise _Fault("document-too-deep", message, offset)
        position = self.position(offset) if key_position is None else key_position
        first = self.text[offset : offset + 1]
        if first == "{":
            return self.mapping(offset, depth, position)
        if first == "[":
            return self.list(offset, depth, position)
        if first == '"':
            return self.string(offset), position
        for word, value in _WORDS:
            if self.text.startswith(word, offset):
                self.end = offset + len(word)
                return value, position
        match = _NUMBER.match(self.text, offset)
        if match is None:
            message = "not JSON: a value is missing here" if first else "not JSON: the text ends"
            raise _Fault("json-syntax", message, offset)
        self.end = match.end()
        return number(match[0]), position

    def string(self, offset: int) -> str:
        try:
            text, self.end = _STRINGS.raw_decode(self.text, offset)
        except JSONDecodeError as error:
            message = f"not JSON: {error.msg[0].lower()}{error.msg[1:]}"
            raise _Fault("json-syntax", message, error.pos) from None
        # A lone surrogate is no character: it can't be written to any file.
        return str(text).encode("utf-8", "replace").decode("utf-8")

    def mapping(self, offset: int, depth: int, position: int) -> tuple[Any, Places]:
        members: dict[str, Any] = {}
        children: dict[str, int | Places] = {}
        offset = self.skip(offset + 1)
        if self.text.startswith("}", offset):
            self.end = offset + 1
            return members, Places(self.file, position, children)
        while True:
            if not self.text.startswith('"', offset):
                raise _Fault("json-syntax", "not JSON: a key in double quotes is missing", offset)
            key_offset, key = offset, self.string(offset)
            offset = self.skip(self.end)
            if not self.text.startswith(":", offset):
                raise _Fault("json-syntax", "not JSON: a colon is missing after the key", offset)
            value, place = self.value(self.skip(offset + 1), depth + 1, self.position(key_offset))
            if key in members:
                first = children[key]
                line = (first.position if isinstance(first, Places) else first) >> 20
                message = f"the key {key!r} stands twice in this object"
                hint = f"The first one is on line {line}."
                self.faults.append(_Fault("duplicate-key", message, key_offset, hint))
            else:
                members[key] = value
                children[key] = place
            offset = self.skip(self.end)
            if self.text.startswith("}", offset):
                self.end = offset + 1
                return members, Places(self.file, position, children)
            offset = self.comma(offset, "}")

    def list(self, offset: int, depth: int, position: int) -> tuple[Any, Places]:
        items: list[Any] = []
        children: list[int | Places] = []
        offset = self.skip(offset + 1)
        if self.text.startswith("]", offset):
            self.end = offset + 1
            return items, Places(self.file, position, children)
        while True:
            value, place = self.value(offset, depth + 1, None)
            items.append(value)
            children.append(place)
            offset = self.skip(self.end)
            if self.text.startswith("]", offset):
                self.end = offset + 1
                return items, Places(self.file, position, children)
            offset = self.comma(offset, "]")

    def comma(self, offset: int, closing: str) -> int:
        if not self.text.startswith(",", offset):
            message = f"not JSON: a comma or {closing!r} is missing here"
            raise _Fault("json-syntax", message, offset)
        return self.skip(offset + 1)
