"""A tree of files in memory meets a folder: compare the two, or make the folder equal.

The folder may also hold files that people wrote. A manifest with the hash of each generated file
tells the two apart: only what was generated and is still as it was gets replaced or removed.
"""

from .comparison import Change, ChangeKind, Comparison, compare
from .manifest import MANIFEST_NAME
from .writing import write

__all__ = ["MANIFEST_NAME", "Change", "ChangeKind", "Comparison", "compare", "write"]
