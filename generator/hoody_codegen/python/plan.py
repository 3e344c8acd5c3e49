"""What a planner hands to the renderer: a path, a template, and every decision already made."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath


@dataclass(frozen=True, slots=True)
class FilePlan:
    """One file. ``path`` is relative to the folder of the generated package.

    ``context`` is a frozen dataclass; its fields are the variables of the template, and its leaves
    are Code, names, booleans and integers.
    """

    path: PurePosixPath
    template: str
    context: object
