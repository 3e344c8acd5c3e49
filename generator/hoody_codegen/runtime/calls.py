"""One call, as a resource's method describes it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from .operation import Operation
    from .options import RequestOptions


class Call(NamedTuple):
    """An operation with the values given for it. All keys are wire names."""

    operation: Operation
    path: Mapping[str, object]
    query: Mapping[str, object]
    headers: Mapping[str, object]
    cookies: Mapping[str, object]
    body: object
    options: RequestOptions | None

    def __repr__(self) -> str:
        # Some tools show the variables of each frame of a traceback: a password may be among these.
        return f"<Call {self.operation.method} {self.operation.path}>"
