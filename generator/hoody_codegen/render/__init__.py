"""File plans become formatted text. Nothing here decides what is printed."""

from .errors import RenderError
from .formatting import Formatter, format_files
from .printing import print_files
from .rendering import Rendered, render, render_all

__all__ = [
    "Formatter",
    "RenderError",
    "Rendered",
    "format_files",
    "print_files",
    "render",
    "render_all",
]
