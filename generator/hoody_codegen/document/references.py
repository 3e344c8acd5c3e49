"""``$ref``: where it leads, and a check that every one leads somewhere.

Only files under the directory of the main file are read. Remote references are refused: a run
must give the same result with and without a network, and must not fetch what a stranger wrote.
"""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote, urlsplit

from ..diagnostics import Diagnostics
from .document import Document, read_source
from .node import Node, Source, split_pointer

_DATA_KEYS = frozenset({"example", "default", "enum", "const", "value", "dataValue"})
# Under these keys the members have names of their own: a property may be called "example".
_NAMED = frozenset(
    {
        "$defs",
        "callbacks",
        "components",
        "content",
        "definitions",
        "dependentSchemas",
        "encoding",
        "examples",
        "headers",
        "links",
        "parameters",
        "pathItems",
        "paths",
        "patternProperties",
        "properties",
        "requestBodies",
        "responses",
        "schemas",
        "securitySchemes",
        "variables",
        "webhooks",
        "x-additional-operations",
        "additionalOperations",
    }
)
_OPEN_EXTENSIONS = frozenset({"x-error-codes", "x-additional-operations"})


class BrokenReference(Exception):
    """A reference that leads nowhere."""

    def __init__(self, code: str, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.hint = hint


def is_reference(node: Node) -> bool:
    return isinstance(node.value, dict) and isinstance(node.value.get("$ref"), str)


def resolve(document: Document, node: Node, good: set[tuple[str, str]] | None = None) -> Node:
    """The node behind ``node``, through any number of references; itself if it is none.

    BrokenReference if one of them leads nowhere or the chain comes back to itself. After
    :func:`link` without errors, this can't happen for references it has seen. ``good`` are nodes
    known to lead somewhere: a check stops at them, and adds those it went through.
    """
    seen = {node.identity}
    while is_reference(node):
        if good is not None and node.identity in good:
            break
        node = step(document, node)
        if node.identity in seen:
            raise BrokenReference(
                "ref-cycle",
                "this $ref leads back to itself without any schema in between",
            )
        seen.add(node.identity)
    if good is not None:
        good |= seen
    return node


def step(document: Document, node: Node) -> Node:
    """The node that a reference names directly."""
    reference: str = node.value["$ref"]
    file, _, fragment = reference.partition("#")
    source = node.source
    if file:
        path = _path(node.source, reference, file)
        found = document.others.get(path)
        if found is None and path == document.main.file:
            found = document.main
        if found is None:
            raise BrokenReference("ref-file", f"the file of $ref {reference!r} can't be read")
        source = found
    pointer = unquote(fragment)
    if pointer and not pointer.startswith("/"):
        raise BrokenReference(
            "ref-not-found",
            f"$ref {reference!r} names an anchor",
            "Write a JSON Pointer, such as '#/components/schemas/Name'.",
        )
    target = source.node(pointer)
    if target is None:
        raise BrokenReference(
            "ref-not-found",
            f"$ref {reference!r} leads nowhere",
            _hint(source, pointer, reference[: len(reference) - len(fragment)]),
        )
    return target


def link(document: Document, diagnostics: Diagnostics) -> Document | None:
    """Read the files that are referred to and check every reference; None if one is broken."""
    others: dict[str, Source] = {}
    linked = replace(document, others=others)
    waiting = [document.main]
    seen_files = {document.main.file}
    base = Path(document.main.file).parent
    faults = 0
    while waiting:
        for node in references(waiting.pop(0).root()):
            place = node.child("$ref") or node
            try:
                for path in _files(node, base):
                    if path not in seen_files:
                        seen_files.add(path)
                        source = read_source(Path(path), diagnostics)
                        if source is None:
                            raise BrokenReference(
                                "ref-file", f"the file of $ref {node.value['$ref']!r} is not usable"
                            )
                        others[path] = source
                        waiting.append(source)
            except BrokenReference as fault:
                diagnostics.error(fault.code, place.location, str(fault), fault.hint)
                faults += 1
    good: set[tuple[str, str]] = set()
    for source in (document.main, *(others[path] for path in sorted(others))):
        for node in references(source.root()):
            place = node.child("$ref") or node
            try:
                unread = [path for path in _files(node, base) if path not in others]
            except BrokenReference:
                continue
            if any(path != document.main.file for path in unread):
                continue
            try:
                resolve(linked, node, good)
            except BrokenReference as fault:
                diagnostics.error(fault.code, place.location, str(fault), fault.hint)
                faults += 1
    return None if faults else linked


def references(root: Node) -> Iterator[Node]:
    """Every reference in a document. Data is passed over: an example may say ``$ref`` too."""
    stack: list[tuple[Node, bool]] = [(root, False)]
    while stack:
        node, named = stack.pop()
        if isinstance(node.value, list):
            for element in node.elements():
                if isinstance(element.value, dict | list):
                    stack.append((element, False))
            continue
        if not named and is_reference(node):
            yield node
        for key, member in node.items():
            if not isinstance(member.value, dict | list):
                continue
            if named:
                stack.append((member, False))
            elif (
                (key == "examples" and isinstance(member.value, list))
                or key in _DATA_KEYS
                or (key.startswith("x-") and key not in _OPEN_EXTENSIONS)
            ):
                continue
            elif key == "components" and not named:
                stack.extend((section, True) for _, section in member.items())
            else:
                stack.append((member, key in _NAMED and isinstance(member.value, dict)))


def _files(node: Node, base: Path) -> Iterator[str]:
    """The other file that a reference names, if any, after the checks that it may be read."""
    reference: str = node.value["$ref"]
    file = reference.partition("#")[0]
    if not file:
        return
    path = _path(node.source, reference, file)
    inside = Path(os.path.realpath(base))
    if not Path(os.path.realpath(path)).is_relative_to(inside):
        raise BrokenReference(
            "ref-outside",
            f"$ref {reference!r} leads out of the directory of the document",
            "Only files in the directory of the document and below are read: put a copy there.",
        )
    yield path


def _path(source: Source, reference: str, file: str) -> str:
    parts = urlsplit(file)
    if parts.scheme or parts.netloc or file.startswith("//"):
        raise BrokenReference(
            "ref-remote",
            f"$ref {reference!r} is remote",
            "Nothing is fetched while generating: save the document beside this one and refer to "
            "the file.",
        )
    name = unquote(file)
    if name.startswith("/") or "\\" in name or "\x00" in name:
        raise BrokenReference(
            "ref-outside",
            f"$ref {reference!r} is not a path relative to its document",
            "Write a relative path, such as 'common.yaml#/components/schemas/Name'.",
        )
    return Path(os.path.normpath(Path(source.file).parent / name)).as_posix()


def _hint(source: Source, pointer: str, prefix: str) -> str:
    """The existing neighbour whose name is closest."""
    node = source.root()
    walked = ""
    for token in split_pointer(pointer):
        child = node.child(token)
        if child is None:
            names = [key for key, _ in node.items()]
            close = difflib.get_close_matches(token, names, n=1, cutoff=0.5)
            if close:
                found = node.child(close[0])
                rest = pointer[len(walked) + 1 :].partition("/")[2]
                target = f"{found.pointer if found else walked}{'/' + rest if rest else ''}"
                return f"Did you mean '{prefix}{target}'?"
            return f"There is no {token!r} in {prefix}{walked or '/'}."
        node, walked = child, child.pointer
    return ""
