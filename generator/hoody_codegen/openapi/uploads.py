"""``x-tus`` of a path: its methods are those of the tus protocol."""

from __future__ import annotations

from ..document import Node
from ..ir import Upload
from .context import Context
from .paths import read_methods

_CREATE, _CHECK, _APPEND = "POST", "HEAD", "PATCH"


def read_upload(
    context: Context, item: Node, method: str, service: str, path: str
) -> Upload | None:
    """The upload that an operation begins: POST on a path with ``x-tus: true``, which has HEAD and
    PATCH, too (https://tus.io/protocols/resumable-upload). None for all others."""
    node = item.child("x-tus")
    if node is None or node.value in (None, False) or method != _CREATE:
        return None
    if node.value is not True:
        context.diagnostics.warning(
            "invalid-tus", node.location, "'x-tus' is left out: expected true or false"
        )
        return None
    methods = {name for name, _ in read_methods(context, item)}
    missing = [name for name in (_CHECK, _APPEND) if name not in methods]
    if missing:
        context.diagnostics.warning(
            "invalid-tus",
            node.location,
            f"'x-tus' is left out: the path {path!r} has no {' and no '.join(missing)}",
        )
        return None
    return Upload(f"{service} {_CHECK} {path}", f"{service} {_APPEND} {path}")
