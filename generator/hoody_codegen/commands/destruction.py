"""Which commands destroy something, and so ask before they are sent."""

from __future__ import annotations

from typing import Final

from .. import ir
from ..naming import words
from ..naming.table import NameTable

_WORDS: Final = frozenset(
    [
        *("cleanup", "clear", "delete", "destroy", "drop", "erase", "kill", "overwrite", "purge"),
        *("reboot", "remove", "reset", "restart", "restore", "revert", "revoke", "rollback"),
        *("shutdown", "terminate", "truncate", "uninstall", "unmount", "wipe"),
    ]
)
_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS", "PROPFIND"})
_LOOKS: Final = frozenset({"get", "list", "search", "find", "check", "count", "preview", "forgot"})


def is_destructive(operation: ir.Operation, names: NameTable) -> bool:
    """``x-cli-confirm`` where it is given; else by verb, and by the words of the method's name."""
    if operation.cli_confirm is not None:
        return operation.cli_confirm
    if operation.method == "DELETE":
        return True
    parts = words.lower(names.method(operation.key))
    if operation.method in _SAFE or (parts and parts[0] in _LOOKS):
        return False
    return not _WORDS.isdisjoint(parts)
