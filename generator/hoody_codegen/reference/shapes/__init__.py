"""Schemas: from tables, from examples, laid over each other, and shared as components."""

from .components import extract_components
from .examples import schema_from_examples
from .learning import learn
from .merge import overlay_fields, tidy, widen
from .nesting import FieldRow, nest_fields

__all__ = [
    "FieldRow",
    "extract_components",
    "learn",
    "nest_fields",
    "overlay_fields",
    "schema_from_examples",
    "tidy",
    "widen",
]
