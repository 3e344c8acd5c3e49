"""Literal values inside SDK samples: JavaScript object literals read as JSON values.

Only what is written out is read; a call, a variable or an expression is :data:`OPAQUE`, and a
member with such a value is left out of its object.
"""

from __future__ import annotations

import re
from typing import Any, Final

OPAQUE: Final = object()
"""A value that the sample doesn't spell out."""

_SPACE = re.compile(r"(?:\s+|//[^\n]*|/\*.*?\*/)*", re.S)
_NUMBER = re.compile(r"-?(?:\d[\d_]*\.?\d*(?:[eE][+-]?\d+)?)")
_NAME = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*")
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "0": "\0"}
_WORDS = {"true": True, "false": False, "null": None, "True": True, "False": False, "None": None}


class _SyntaxError(Exception):
    pass


def read_arguments(source: str) -> list[Any]:
    """The values of an argument list; an unreadable one ends the list."""
    reader = _Reader(source)
    values: list[Any] = []
    try:
        while not reader.at_end():
            values.append(reader.value())
            if not reader.skip(","):
                break
    except _SyntaxError:
        values.append(OPAQUE)
    return values


class _Reader:
    def __init__(self, source: str) -> None:
        self._source = source
        self._at = 0
        self._blank()

    def _blank(self) -> None:
        match = _SPACE.match(self._source, self._at)
        self._at = match.end() if match else self._at

    def at_end(self) -> bool:
        return self._at >= len(self._source)

    def skip(self, text: str) -> bool:
        if not self._source.startswith(text, self._at):
            return False
        self._at += len(text)
        self._blank()
        return True

    def value(self) -> Any:
        start = self._at
        value = self._plain()
        if self.at_end() or self._source[self._at] in ",]})":
            return value
        # An operator or a call follows: the value is what only the program knows.
        self._at = start
        self._expression()
        return OPAQUE

    def _plain(self) -> Any:
        char = self._source[self._at : self._at + 1]
        if not char:
            raise _SyntaxError
        if char == "{":
            return self._object()
        if char == "[":
            return self._array()
        if char in "\"'`":
            return self._text()
        if number := _NUMBER.match(self._source, self._at):
            self._at = number.end()
            self._blank()
            text = number.group().replace("_", "")
            return float(text) if re.search(r"[.eE]", text) else int(text)
        if name := _NAME.match(self._source, self._at):
            if name.group() in _WORDS:
                self._at = name.end()
                self._blank()
                return _WORDS[name.group()]
            self._expression()
            return OPAQUE
        raise _SyntaxError

    def _expression(self) -> None:
        depth = 0
        while not self.at_end():
            char = self._source[self._at]
            if char in "\"'`":
                self._text()
                continue
            if char in "([{":
                depth += 1
            elif char in ")]}":
                if not depth:
                    return
                depth -= 1
            elif char == "," and not depth:
                return
            self._at += 1

    def _object(self) -> Any:
        self.skip("{")
        result: dict[str, Any] = {}
        while not self.skip("}"):
            if self.at_end():
                raise _SyntaxError
            if self.skip("..."):
                self._expression()
            else:
                key = self._key()
                value: Any = OPAQUE
                if self.skip(":"):
                    value = self.value()
                if value is not OPAQUE:
                    result[key] = value
            if not self.skip(",") and not self._source.startswith("}", self._at):
                raise _SyntaxError
        return result

    def _key(self) -> str:
        if self._source.startswith(('"', "'"), self._at):
            return str(self._text())
        match = _NAME.match(self._source, self._at)
        if not match:
            raise _SyntaxError
        self._at = match.end()
        self._blank()
        return match.group()

    def _array(self) -> Any:
        self.skip("[")
        result: list[Any] = []
        while not self.skip("]"):
            if self.at_end():
                raise _SyntaxError
            value = self.value()
            if value is not OPAQUE:
                result.append(value)
            if not self.skip(",") and not self._source.startswith("]", self._at):
                raise _SyntaxError
        return result

    def _text(self) -> Any:
        quote = self._source[self._at]
        self._at += 1
        pieces: list[str] = []
        opaque = False
        while not self.at_end() and self._source[self._at] != quote:
            char = self._source[self._at]
            if char == "\\":
                self._at += 1
                following = self._source[self._at : self._at + 1]
                pieces.append(_ESCAPES.get(following, following))
            else:
                opaque = opaque or (quote == "`" and self._source.startswith("${", self._at))
                pieces.append(char)
            self._at += 1
        self._at += 1
        self._blank()
        return OPAQUE if opaque else "".join(pieces)
