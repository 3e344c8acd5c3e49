"""The name of the client classes."""

from __future__ import annotations

from ..diagnostics import Diagnostics, Location
from .reserved import ERROR_CLASSES, PACKAGE_NAMES


def name_client(wanted: str, origin: Location, diagnostics: Diagnostics) -> str:
    """The name to use for ``wanted``: itself, unless it would hide something of the package.

    From ``X`` come the classes ``X`` and ``AsyncX`` and the base exception ``XError``. Where one of
    these is a name of the runtime or a built-in exception (``Client`` would give ``ClientError``,
    which is the class of all 4xx answers), the client is called ``XApi``, with a warning.
    """
    taken = {wanted, f"Async{wanted}", f"{wanted}Error"} & (ERROR_CLASSES | PACKAGE_NAMES)
    if not taken:
        return wanted
    longer = f"{wanted}Api"
    diagnostics.warning(
        "client-name-taken",
        origin,
        f"the client is called `{longer}`: `{wanted}` would hide {', '.join(sorted(taken))}",
        "choose another client_name in the target's settings",
    )
    return longer
