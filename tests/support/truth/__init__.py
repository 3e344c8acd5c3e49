"""What a reader of the reference would write, as tables, and the documents against them."""

from .compare import compare
from .differences import Finding, Score, summary
from .specs import Operation, Specification, load_specification
from .table import Entry, Table, load_tables

__all__ = [
    "Entry",
    "Finding",
    "Operation",
    "Score",
    "Specification",
    "Table",
    "compare",
    "load_specification",
    "load_tables",
    "summary",
]
