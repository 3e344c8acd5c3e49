"""Encoding Objects: how single fields of a form are written."""

from __future__ import annotations

from openapi_pydantic.v3.v3_1 import Encoding as EncodingView

from ..document import Node
from ..ir import FieldEncoding
from ..text import Untrusted
from .context import Context
from .media_types import media_type_of
from .view import view

_STYLES = ("form", "spaceDelimited", "pipeDelimited", "deepObject")


def read_encodings(context: Context, media_type: str, media: Node) -> tuple[FieldEncoding, ...]:
    """The ``encoding`` of a form, in document order; other bodies have no use for one."""
    if not media_type.startswith(("multipart/", "application/x-www-form-urlencoded")):
        return ()
    encodings = context.mapping(media, "encoding")
    found = []
    for name, node in encodings.items() if encodings is not None else ():
        encoding = _encoding(context, name, node)
        if encoding is not None:
            found.append(encoding)
    return tuple(found)


def _encoding(context: Context, name: str, node: Node) -> FieldEncoding | None:
    typed = view(EncodingView, node, context.diagnostics)
    if typed is None:
        return None
    if node.value.get("headers"):
        context.diagnostics.warning(
            "form-encoding",
            (node.child("headers") or node).location,
            f"headers of the field {name!r} are not supported; its content is sent without them",
        )
    style = typed.style
    if style is not None and style not in _STYLES:
        context.diagnostics.warning(
            "form-encoding",
            (node.child("style") or node).location,
            f"the style {style!r} does not exist for fields of forms; the default is used",
            f"Known are {', '.join(_STYLES)}.",
        )
        style = None
    # Where one of the three is given, contentType is ignored (OpenAPI 3.1, Encoding Object).
    if any(key in node.value for key in ("style", "explode", "allowReserved")):
        style = style or "form"
    kind = media_type_of(typed.contentType or "")
    return FieldEncoding(
        name=Untrusted(name),
        media_type=kind if kind is not None and "*" not in kind else None,
        style=style,
        explode=style in (None, "form") if typed.explode is None else typed.explode,
        reserved=typed.allowReserved,
    )
