"""One document: a main file, the files it refers to, and the way to load them."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from ..diagnostics import Diagnostics, Location
from .json_reader import read_json
from .limits import DEFAULT_LIMITS, Limits
from .memory import paused_collector
from .node import Node, Source
from .yaml_reader import read_yaml


@dataclass(frozen=True, slots=True, eq=False)
class Document:
    """A main file and, after :func:`link`, the other files that its references lead to."""

    main: Source
    others: Mapping[str, Source] = field(default_factory=dict)

    @property
    def file(self) -> str:
        return self.main.file

    @property
    def root(self) -> Node:
        return self.main.root()

    def location(self, pointer: str = "") -> Location:
        """The place of the deepest node that exists on the way to ``pointer``."""
        node = self.root
        for token in pointer.split("/")[1:]:
            child = node.child(token.replace("~1", "/").replace("~0", "~"))
            if child is None:
                break
            node = child
        return node.location


def read_source(
    path: Path,
    diagnostics: Diagnostics,
    limits: Limits = DEFAULT_LIMITS,
    named_at: Location | None = None,
) -> Source | None:
    """The file's tree with its places; None, with every fault reported, if it can't be read.

    A file that isn't there has no places: the message then points at ``named_at``.
    """
    file = path.as_posix()
    place = named_at or Location(file)
    subject = "the file" if named_at is None else f"the file {file}"
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        diagnostics.error("file-not-found", place, f"{subject} does not exist", _similar(path))
        return None
    except IsADirectoryError:
        diagnostics.error("file-unreadable", place, f"{subject} is a directory")
        return None
    except OSError as error:
        diagnostics.error("file-unreadable", place, f"{subject} can't be read: {error.strerror}")
        return None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        line_start = data.rfind(b"\n", 0, error.start) + 1
        column = len(data[line_start : error.start].decode("utf-8", "replace")) + 1
        diagnostics.error(
            "file-encoding",
            Location(file, "", line, column),
            f"the file is not UTF-8: unexpected byte 0x{data[error.start]:02x}",
            "Save it as UTF-8.",
        )
        return None
    is_json = path.suffix.lower() == ".json" or text.lstrip().startswith("{")
    if is_json:
        # A YAML file may start with a flow mapping: then its own reader has the last word.
        found = Diagnostics()
        read = read_json(text, file, limits, found)
        if read is not None or path.suffix.lower() == ".json":
            diagnostics.extend(found)
            return Source(file, *read) if read is not None else None
    read = read_yaml(text, file, limits, diagnostics)
    return Source(file, *read) if read is not None else None


def load(
    path: Path,
    diagnostics: Diagnostics,
    limits: Limits = DEFAULT_LIMITS,
    named_at: Location | None = None,
) -> Document | None:
    """Read one file. References are followed later, by :func:`link`: overlays may change them."""
    source = read_source(path, diagnostics, limits, named_at)
    return Document(source) if source is not None else None


def load_all(
    specs: Iterable[Path],
    overlays: Iterable[Path],
    diagnostics: Diagnostics,
    named_at: Mapping[Path, Location] = MappingProxyType({}),
) -> tuple[Document, ...]:
    """All documents with their overlays applied and their references followed, in order of file.

    ``named_at`` says where the settings name a file. Documents with faults are left out; their
    faults are in ``diagnostics``, all of them.
    """
    from .overlay import apply_all  # it reads documents itself
    from .references import link

    with paused_collector():
        loaded = [load(path, diagnostics, named_at=named_at.get(path)) for path in sorted(specs)]
        present = [document for document in loaded if document is not None]
        present = apply_all(present, sorted(overlays), diagnostics, named_at)
        linked = [link(document, diagnostics) for document in present]
    return tuple(document for document in linked if document is not None)


def _similar(path: Path) -> str:
    try:
        names = sorted(entry.name for entry in path.parent.iterdir() if entry.is_file())
    except OSError:
        return f"The directory {path.parent.as_posix()} does not exist either."
    close = difflib.get_close_matches(path.name, names, n=1)
    return f"Did you mean {(path.parent / close[0]).as_posix()}?" if close else ""
