"""Where every key of a TOML text stands.

The standard reader gives values without places. This scanner goes over a text that the reader has
accepted, so it only has to find the keys, not to judge them (TOML 1.0).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

Path = tuple[str | int, ...]
Place = tuple[int, int]
"""Line and column, from 1."""

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_SPACE = re.compile(r"[ \t]*")
_BLANK = re.compile(r"(?:[ \t\r\n]+|#[^\n]*)*")
_SCALAR = re.compile(r"[^\s,\]}#][^,\]}#\n]*")
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
_SHORT = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r", '"': '"', "\\": "\\"}


def find_places(text: str) -> Mapping[Path, Place]:
    """The place of each key and each item of a list, by its path from the top."""
    return _Scanner(text).scan()


class _Scanner:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.places: dict[Path, Place] = {(): (1, 1)}
        self.lists: dict[Path, int] = {}

    def scan(self) -> Mapping[Path, Place]:
        table: Path = ()
        self.blank()
        while self.at < len(self.text):
            if self.text.startswith("[[", self.at):
                table = self.header(2)
            elif self.text.startswith("[", self.at):
                table = self.header(1)
            else:
                self.pair(table)
            self.blank()
        return self.places

    def blank(self) -> None:
        match = _BLANK.match(self.text, self.at)
        self.at = match.end() if match else self.at

    def space(self) -> None:
        match = _SPACE.match(self.text, self.at)
        self.at = match.end() if match else self.at

    def mark(self, path: Path, start: int) -> None:
        line = self.text.count("\n", 0, start) + 1
        self.places.setdefault(path, (line, start - self.text.rfind("\n", 0, start)))

    def header(self, brackets: int) -> Path:
        start = self.at
        self.at += brackets
        self.space()
        path: Path = ()
        keys = self.key()
        for number, (name, position) in enumerate(keys):
            path = (*path, name)
            last = number == len(keys) - 1
            if last and brackets == 2:
                self.mark(path, start)
                index = self.lists.get(path, -1) + 1
                self.lists[path] = index
                path = (*path, index)
                self.mark(path, start)
            else:
                self.mark(path, start if last else position)
                path = self.current(path)
        self.space()
        self.at += brackets
        return path

    def current(self, path: Path) -> Path:
        """``path``, or the item that was opened last if it is a list of tables."""
        return (*path, self.lists[path]) if path in self.lists else path

    def key(self) -> list[tuple[str, int]]:
        """A dotted key: its parts with their places."""
        parts = []
        while True:
            self.space()
            start = self.at
            if self.text[start] in "\"'":
                parts.append((self.string(), start))
            else:
                match = _BARE.match(self.text, start)
                assert match is not None
                self.at = match.end()
                parts.append((match[0], start))
            self.space()
            if not self.text.startswith(".", self.at):
                return parts
            self.at += 1

    def pair(self, table: Path) -> None:
        path = table
        for name, start in self.key():
            path = (*path, name)
            self.mark(path, start)
        self.at += 1  # the equals sign
        self.space()
        self.value(path)

    def value(self, path: Path) -> None:
        first = self.text[self.at]
        if first in "\"'":
            self.string()
        elif first == "[":
            self.array(path)
        elif first == "{":
            self.at += 1
            self.blank()
            while self.text[self.at] != "}":
                self.pair(path)
                self.separator()
            self.at += 1
        else:
            match = _SCALAR.match(self.text, self.at)
            assert match is not None
            self.at = match.end()

    def array(self, path: Path) -> None:
        self.at += 1
        self.blank()
        index = 0
        while self.text[self.at] != "]":
            self.mark((*path, index), self.at)
            self.value((*path, index))
            self.separator()
            index += 1
        self.at += 1

    def separator(self) -> None:
        self.blank()
        if self.text[self.at] == ",":
            self.at += 1
            self.blank()

    def string(self) -> str:
        """A string in any of the four forms; keys only have the two short ones."""
        quote = self.text[self.at]
        long = self.text.startswith(quote * 3, self.at)
        mark = quote * 3 if long else quote
        self.at += len(mark)
        start = self.at
        while not self.text.startswith(mark, self.at):
            self.at += 2 if quote == '"' and self.text[self.at] == "\\" else 1
        # Up to two quotes may stand directly before the closing ones.
        while long and self.text.startswith(quote, self.at + 3):
            self.at += 1
        content = self.text[start : self.at]
        self.at += len(mark)
        return _ESCAPE.sub(_unescape, content) if quote == '"' else content


def _unescape(match: re.Match[str]) -> str:
    code = match[1] or match[2]
    return chr(int(code, 16)) if code else _SHORT.get(match[3], match[3])
