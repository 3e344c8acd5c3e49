"""Is this an OpenAPI document that can be read?"""

from __future__ import annotations

import difflib
import re

from ..diagnostics import Diagnostics
from ..document import Document

_SUPPORTED = re.compile(r"3\.[012](\..*)?\Z", re.ASCII)


def check_openapi(document: Document, diagnostics: Diagnostics) -> bool:
    """Whether the document says that it is OpenAPI 3.0, 3.1 or 3.2; else an error."""
    root = document.root
    if not root.is_mapping:
        diagnostics.error(
            "not-openapi",
            root.location,
            "this is not an OpenAPI document: its top level is not a mapping",
        )
        return False
    node = root.child("openapi")
    if node is None:
        return _without_version(document, diagnostics)
    version = str(node.value)
    if not isinstance(node.value, str | float | int) or not _SUPPORTED.match(version):
        diagnostics.error(
            "openapi-version",
            node.location,
            f"OpenAPI {node.value!r} is not supported",
            "Supported are 3.0, 3.1 and 3.2.",
        )
        return False
    return True


def _without_version(document: Document, diagnostics: Diagnostics) -> bool:
    root = document.root
    for key, name in (("swagger", "Swagger"), ("asyncapi", "AsyncAPI"), ("overlay", "an Overlay")):
        node = root.child(key)
        if node is None:
            continue
        hint = "Convert it to OpenAPI 3.x first." if key == "swagger" else ""
        if key == "overlay":
            hint = "Name it under 'overlays', not under 'specs'."
        message = f"this is {name} {str(node.value)!r}, not OpenAPI 3"
        diagnostics.error("openapi-version", node.location, message, hint)
        return False
    close = difflib.get_close_matches("openapi", [key for key, _ in root.items()], n=1)
    place = root.child(close[0]) if close else None
    diagnostics.error(
        "not-openapi",
        (place or root).location,
        "this is not an OpenAPI document: it has no 'openapi' field",
        (
            f"Did you mean 'openapi' instead of {close[0]!r}?"
            if close
            else "An OpenAPI document starts with a line such as 'openapi: 3.1.0'."
        ),
    )
    return False
