"""Facts out of table cells and sentences: pure functions, no input or output."""

from .defaults import NOTHING, Nothing, parse_default
from .description import Mined, mine
from .types import Schema, parse_type

__all__ = ["NOTHING", "Mined", "Nothing", "Schema", "mine", "parse_default", "parse_type"]
