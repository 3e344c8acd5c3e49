"""How large a document may grow while it is read."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """``nodes`` counts what is there after aliases were filled in: eight lines of aliases of
    aliases can stand for millions of nodes, while a thousand plain aliases are fine. ``depth``
    keeps every later walk inside the interpreter's stack."""

    nodes: int = 5_000_000
    depth: int = 200


DEFAULT_LIMITS = Limits()
