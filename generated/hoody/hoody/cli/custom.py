"""Changes to the command line, made by hand: generating the client again leaves this file alone.

`docs/extending-the-cli.md` of hoody-codegen says what is possible here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ._runtime.extension import Extension


def extend(cli: Extension) -> None:
    cli.add(
        "cp",
        ".copying:cp",
        summary="Copy a file into a container, or out of it.",
        scope="container",
    )
