"""Bytes to a tree that remembers its places; references; overlays. Knows no API, only documents."""

from . import references
from .document import Document, load, load_all, read_source
from .memory import paused_collector
from .node import Node, Places, Source, split_pointer
from .overlay import apply
from .references import BrokenReference, is_reference, link, resolve

__all__ = [
    "BrokenReference",
    "Document",
    "Node",
    "Places",
    "Source",
    "apply",
    "is_reference",
    "link",
    "load",
    "load_all",
    "paused_collector",
    "read_source",
    "references",
    "resolve",
    "split_pointer",
]
