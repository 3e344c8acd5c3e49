"""A tree of JSON values with the place of every node, and a cursor that walks both at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..diagnostics import Location

_COLUMN_BITS = 20
_COLUMN_MASK = (1 << _COLUMN_BITS) - 1


def pack(line: int, column: int) -> int:
    """One small integer for a place; line and column start at 1."""
    return (line << _COLUMN_BITS) | min(column, _COLUMN_MASK)


class Places:
    """The place of a container and of what is in it.

    A member of a mapping stands at its key, an item of a list at its first character. Scalars
    hold only a packed integer: a document has ten of them for every container. ``origin`` is set
    where the tree was put together from several files: the pointer of this node in its own file.
    """

    __slots__ = ("children", "file", "origin", "position")

    def __init__(
        self,
        file: str,
        position: int,
        children: Mapping[str, int | Places] | Sequence[int | Places] = (),
        origin: str | None = None,
    ) -> None:
        self.file = file
        self.position = position
        self.children = children
        self.origin = origin

    def child(self, key: str | int) -> int | Places:
        """The place of a member; this container's own where none is known."""
        children = self.children
        if isinstance(children, Mapping):
            return children.get(str(key), self.position)
        if isinstance(key, int) and 0 <= key < len(children):
            return children[key]
        return self.position


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """One file that was read: ``file`` as it is shown, ``tree`` and the places in it."""

    file: str
    tree: Any
    places: Places

    def root(self) -> Node:
        return Node(self.tree, "", self.places, self, self.file)

    def node(self, pointer: str) -> Node | None:
        """The node at a JSON Pointer (RFC 6901), or None."""
        node = self.root()
        for token in split_pointer(pointer):
            child = node.child(token)
            if child is None:
                return None
            node = child
        return node


class Node:
    """A value in a file: where it stands and what is in it. Two nodes of one place are equal."""

    __slots__ = ("_file", "_origin", "_place", "pointer", "source", "value")

    def __init__(
        self,
        value: Any,
        pointer: str,
        place: int | Places,
        source: Source,
        file: str,
        origin: str | None = None,
    ) -> None:
        self.value = value
        self.pointer = pointer
        self.source = source
        self._place = place
        if isinstance(place, Places):
            self._file = place.file
            self._origin = place.origin if place.origin is not None else origin
        else:
            self._file = file
            self._origin = origin

    @property
    def identity(self) -> tuple[str, str]:
        return (self.source.file, self.pointer)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Node) and self.identity == other.identity

    def __hash__(self) -> int:
        return hash(self.identity)

    def __repr__(self) -> str:
        return f"Node({self.location})"

    @property
    def location(self) -> Location:
        place = self._place
        position = place.position if isinstance(place, Places) else place
        pointer = self.pointer if self._origin is None else self._origin
        return Location(self._file, pointer, position >> _COLUMN_BITS, position & _COLUMN_MASK)

    @property
    def places(self) -> Places:
        """The places of this value and of what is in it."""
        place = self._place
        return place if isinstance(place, Places) else Places(self._file, place)

    @property
    def is_mapping(self) -> bool:
        return isinstance(self.value, dict)

    @property
    def is_list(self) -> bool:
        return isinstance(self.value, list)

    def child(self, token: str) -> Node | None:
        """The member with this key or index, or None."""
        value = self.value
        if isinstance(value, dict):
            return self._make(token, value[token]) if token in value else None
        if isinstance(value, list) and token.isascii() and token.isdigit() and len(token) < 10:
            index = int(token)
            return self._make(index, value[index]) if index < len(value) else None
        return None

    def items(self) -> Iterator[tuple[str, Node]]:
        """The members of a mapping in document order; nothing for any other value."""
        if isinstance(self.value, dict):
            for key, value in self.value.items():
                yield key, self._make(key, value)

    def elements(self) -> Iterator[Node]:
        """The items of a list; nothing for any other value."""
        if isinstance(self.value, list):
            for index, value in enumerate(self.value):
                yield self._make(index, value)

    def with_value(self, value: Any) -> Node:
        """The same place with another value; for parts that were put into standard form."""
        changed = Node(value, self.pointer, self._place, self.source, self._file)
        changed._origin = self._origin
        return changed

    def text(self, key: str) -> str | None:
        """The member ``key`` if it is a string, else None."""
        value = self.value.get(key) if isinstance(self.value, dict) else None
        return value if isinstance(value, str) else None

    def _make(self, key: str | int, value: Any) -> Node:
        place = self._place.child(key) if isinstance(self._place, Places) else self._place
        step = "/" + escape_token(str(key))
        origin = None if self._origin is None else self._origin + step
        return Node(value, self.pointer + step, place, self.source, self._file, origin)


def escape_token(token: str) -> str:
    """RFC 6901, section 3."""
    if "~" in token or "/" in token:
        return token.replace("~", "~0").replace("/", "~1")
    return token


def split_pointer(pointer: str) -> list[str]:
    """The tokens of a JSON Pointer; the empty pointer is the whole document."""
    if not pointer:
        return []
    return [part.replace("~1", "/").replace("~0", "~") for part in pointer[1:].split("/")]
