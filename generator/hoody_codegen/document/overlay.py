"""OpenAPI Overlay 1.0: corrections that people write, kept apart from the document.

An action removes what its target matches or merges ``update`` into it (Overlay 1.0.0, section
4.4.3). A target that matches nothing is a warning: the document has moved on.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import jsonpath

from ..diagnostics import Diagnostics, Location
from .document import Document, read_source
from .node import Node, Places, Source

_Parts = tuple[int | str, ...]


def apply_all(
    documents: Sequence[Document],
    overlays: Iterable[Path],
    diagnostics: Diagnostics,
    named_at: Mapping[Path, Location] = MappingProxyType({}),
) -> list[Document]:
    """Each overlay on its document: the one that ``extends`` names, else the one of its name.

    ``overlays/api.yaml`` and ``overlays/api.reviewed.yaml`` belong to ``api.yaml``.
    """
    changed = list(documents)
    for path in overlays:
        source = read_source(path, diagnostics, named_at=named_at.get(path))
        if source is None:
            continue
        index = _target(source, changed, diagnostics)
        if index is not None:
            changed[index] = apply(changed[index], Document(source), diagnostics)
    return changed


def apply(document: Document, overlay: Document, diagnostics: Diagnostics) -> Document:
    """A new document with all actions applied in order; the old one is not changed."""
    root = overlay.root
    version = root.text("overlay")
    if version is None or not version.startswith("1."):
        diagnostics.error(
            "overlay-version",
            (root.child("overlay") or root).location,
            "this is not an OpenAPI Overlay 1.0 document",
            "It starts with 'overlay: 1.0.0'.",
        )
        return document
    actions = root.child("actions")
    if actions is None or not actions.is_list:
        diagnostics.error("overlay-actions", root.location, "the overlay has no list of actions")
        return document
    tree, places = document.main.tree, document.main.places
    for action in actions.elements():
        tree, places = _Action(action, diagnostics).apply(tree, places)
    main = Source(document.main.file, tree, places)
    return replace(document, main=main)


class _Action:
    def __init__(self, node: Node, diagnostics: Diagnostics) -> None:
        self.node = node
        self.diagnostics = diagnostics

    def apply(self, tree: Any, places: Places) -> tuple[Any, Places]:
        target = self.node.text("target")
        if target is None:
            self.error(self.node.location, "the action has no target")
            return tree, places
        where = self.node.child("target") or self.node
        try:
            matches = [match.parts for match in jsonpath.finditer(target, tree)]
        except (jsonpath.JSONPathError, RecursionError) as error:
            reason = str(error).splitlines()[0]
            self.error(where.location, f"the target {target!r} is not a JSONPath: {reason}")
            return tree, places
        if not matches:
            self.diagnostics.warning(
                "overlay-no-match",
                where.location,
                f"the target {target!r} matches nothing",
                "The document has changed, or the path is misspelt: remove or correct the action.",
            )
            return tree, places
        if self.node.value.get("remove") is True:
            # Last ones first: removing an item moves the items after it.
            for parts in reversed(matches):
                tree, places = self.remove(tree, places, parts, where)
            return tree, places
        update = self.node.child("update")
        if update is None:
            self.error(self.node.location, "the action has neither 'update' nor 'remove: true'")
            return tree, places
        for parts in matches:
            tree, places = _change(tree, places, parts, update)
        return tree, places

    def error(self, location: Location, message: str) -> None:
        self.diagnostics.error("overlay-action", location, message)

    def remove(self, tree: Any, places: Places, parts: _Parts, where: Node) -> tuple[Any, Places]:
        if not parts:
            self.error(where.location, "the whole document can't be removed")
            return tree, places
        return _remove(tree, places, parts)


def _copy(value: Any, place: int | Places, file: str) -> tuple[Any, Places]:
    """A shallow copy of a container: the nodes on the way to a change, and only those."""
    if not isinstance(place, Places):
        place = Places(file, place, {} if isinstance(value, dict) else [])
    children: Any = place.children
    copied = dict(children) if isinstance(value, dict) else list(children)
    return value.copy(), Places(place.file, place.position, copied, place.origin)


def _remove(tree: Any, places: Places, parts: _Parts) -> tuple[Any, Places]:
    value, place = _copy(tree, places, places.file)
    children: Any = place.children
    key = parts[0]
    if len(parts) == 1:
        del value[key]
        if isinstance(value, list) or key in children:
            del children[key]
    else:
        value[key], children[key] = _remove(value[key], _places(place, key), parts[1:])
    return value, place


def _change(tree: Any, places: Places, parts: _Parts, update: Node) -> tuple[Any, Places]:
    if not parts:
        return _merge(tree, places, update)
    value, place = _copy(tree, places, places.file)
    children: Any = place.children
    key = parts[0]
    value[key], children[key] = _change(value[key], _places(place, key), parts[1:], update)
    return value, place


def _merge(value: Any, places: Places, update: Node) -> tuple[Any, Places]:
    """Section 4.4.3: mappings merge, a list takes the update as an item, others are replaced."""
    if isinstance(value, dict) and update.is_mapping:
        merged, place = _copy(value, places, places.file)
        children: Any = place.children
        for key, member in update.items():
            if key in merged and isinstance(merged[key], dict | list):
                merged[key], children[key] = _merge(merged[key], _places(place, key), member)
            else:
                merged[key], children[key] = member.value, _from_overlay(member)
        return merged, place
    if isinstance(value, list):
        merged, place = _copy(value, places, places.file)
        children = place.children
        added = list(update.elements()) if update.is_list else [update]
        for item in added:
            merged.append(item.value)
            children.append(_from_overlay(item))
        return merged, place
    return update.value, _from_overlay(update)


def _places(parent: Places, key: int | str) -> Places:
    child = parent.child(key)
    return child if isinstance(child, Places) else Places(parent.file, child)


def _from_overlay(node: Node) -> Places:
    location = node.location
    children = node.places.children
    position = node.places.position
    return Places(location.file, position, children, location.pointer)


def _target(source: Source, documents: Sequence[Document], diagnostics: Diagnostics) -> int | None:
    root = source.root()
    path = Path(source.file)
    extends = root.text("extends")
    for index, document in enumerate(documents):
        if extends is not None:
            wanted = os.path.normpath(path.parent / extends)
            if wanted == os.path.normpath(document.file):
                return index
        elif Path(document.file).name.partition(".")[0] == path.name.partition(".")[0]:
            return index
    place = (root.child("extends") or root).location
    if extends is not None:
        message = f"the overlay extends {extends!r}, which is none of the documents"
    else:
        message = "the overlay belongs to no document"
    diagnostics.error(
        "overlay-without-document",
        place,
        message,
        "Name the document in 'extends' (relative to the overlay), or give both the same name.",
    )
    return None
