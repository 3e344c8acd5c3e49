"""How far a transfer is."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, TypeAlias


class Progress(NamedTuple):
    """Bytes that have been sent or received so far, and of how many; None if that isn't known.

    A transfer that has to begin anew counts from 0 again.
    """

    done: int
    total: int | None


ProgressCallback: TypeAlias = Callable[[Progress], object]
"""Called with each piece, from the task or thread that transfers: it should return soon."""
