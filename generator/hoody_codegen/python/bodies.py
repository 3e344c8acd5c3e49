"""Which of the offered bodies a method sends, and as which arguments."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from .. import ir

_FORM: Final = ("multipart/form-data", "application/x-www-form-urlencoded")
_ANYTHING: Final = "*/*"
_BYTES: Final = ir.ScalarType(ir.ScalarKind.BINARY)
_STRING: Final = ir.ScalarType(ir.ScalarKind.STRING)
_TEXT: Final = (
    "application/xml",
    "application/yaml",
    "application/x-yaml",
    "application/graphql",
    "application/javascript",
    "application/sql",
)


@dataclass(frozen=True, slots=True)
class RequestBody:
    """The body of a method.

    With ``fields``, each is an argument; without, the whole body is one argument of ``type``.
    Of several ``media_types`` the content decides.
    """

    media_types: tuple[str, ...]
    required: bool
    fields: tuple[ir.Property, ...]
    type: ir.TypeRef

    @property
    def media_type(self) -> str:
        """All of them, as the runtime takes them."""
        return ", ".join(self.media_types)

    @property
    def sends_empty(self) -> bool:
        """Whether the body is sent even if all its arguments are left out."""
        return self.required and bool(self.fields) and not any(f.required for f in self.fields)


def choose_body(body: ir.Body | None, models: ir.ModelIndex) -> RequestBody | None:
    """The body to send: JSON if it is offered, else anything, else a form, else the first type.

    The media type decides before the schema does: text stays text, and bytes are bytes, whatever
    the schema calls them.
    """
    if body is None or not body.contents:
        return None
    content = min(body.contents, key=lambda content: _rank(content.media_type))
    media_type = content.media_type
    type_ = content.type or ir.AnyType()
    if _essence(media_type) == _ANYTHING and type_ in (_BYTES, _STRING):
        return RequestBody((media_type,), body.required, (), ir.UnionType((_BYTES, _STRING)))
    if is_text(media_type):
        return RequestBody((media_type,), body.required, (), _STRING)
    if _is_file(media_type):
        return RequestBody(_files(body), body.required, (), _BYTES)
    model = ir.object_model(models, type_)
    fields: tuple[ir.Property, ...] = ()
    # Arguments could say "left out" and "an object", but not null, which a form has no way to send.
    as_whole = is_json(media_type) and ir.allows_null(models, type_)
    if not as_whole and model is not None and isinstance(model.shape, ir.ObjectShape):
        fields = tuple(field for field in model.shape.properties if not field.read_only)
    if not fields and is_form(media_type) and model is None:
        type_ = ir.MapType(ir.AnyType())
    if _files(body) and not fields and is_json(media_type):
        # The value tells data from files; fields of an object could not.
        either = ir.UnionType((type_, _BYTES))
        return RequestBody((media_type, *_files(body)), body.required, (), either)
    return RequestBody((media_type,), body.required, fields, type_)


def is_json(media_type: str) -> bool:
    essence = _essence(media_type)
    return essence in ("application/json", _ANYTHING) or essence.endswith("+json")


def is_form(media_type: str) -> bool:
    return _essence(media_type) in _FORM


def is_text(media_type: str) -> bool:
    essence = _essence(media_type)
    return essence.startswith("text/") or essence in _TEXT or essence.endswith(("+xml", "+yaml"))


def _files(body: ir.Body) -> tuple[str, ...]:
    return tuple(item.media_type for item in body.contents if _is_file(item.media_type))


def _is_file(media_type: str) -> bool:
    return not (is_json(media_type) or is_form(media_type) or is_text(media_type))


def _rank(media_type: str) -> int:
    essence = _essence(media_type)
    if essence == "application/json":
        return 0
    if essence == _ANYTHING:
        # Bytes, files and text are sent as they are: a form has no advantage over that.
        return 2
    if is_json(media_type):
        return 1
    return 3 if is_form(media_type) else 4


def _essence(media_type: str) -> str:
    return media_type.partition(";")[0].strip().lower()
