"""The value that stands for "left out", which is not the same as null."""

from __future__ import annotations

from typing import Final, Literal, final


@final
class Omit:
    """The type of :data:`OMIT`, the default of every argument that may be left out.

    An argument that is ``OMIT`` is not sent at all; ``None`` is sent as ``null``.
    """

    __slots__ = ()

    _instance: Omit | None = None

    def __new__(cls) -> Omit:
        if cls._instance is None:
            cls._instance = super().__new__(cls)
        return cls._instance

    def __bool__(self) -> Literal[False]:
        return False

    def __repr__(self) -> str:
        return "OMIT"

    def __reduce__(self) -> str:
        # Copies and pickles by name, so that "is OMIT" holds everywhere.
        return "OMIT"


OMIT: Final = Omit()
