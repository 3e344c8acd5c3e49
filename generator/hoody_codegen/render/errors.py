"""The fault of this room."""

from __future__ import annotations


class RenderError(Exception):
    """The generator made text that it must not print: its own fault, not that of the input."""
