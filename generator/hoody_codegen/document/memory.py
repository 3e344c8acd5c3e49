"""A pause for the garbage collector while large trees are built."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def paused_collector() -> Iterator[None]:
    """Keep the cycle collector from searching trees that are growing and have no cycles.

    It looks at every living object again and again, which more than doubles the time of reading a
    large document. The collector is left as it was found.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
