"""The base of generated models."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Annotated, Any, Final, TypeAlias, cast

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler, JsonValue
from pydantic_core import PydanticCustomError, SchemaValidator, core_schema

from .messages import MASK
from .wire import json_data

if TYPE_CHECKING:
    from typing_extensions import Self

__all__ = ["JsonValue", "Model", "UnknownVariant"]

_SECRET_ENDINGS: Final = (
    "token",
    "password",
    "passphrase",
    "secret",
    "api_key",
    "apikey",
    "private_key",
    "privatekey",
    "authorization",
    "cookie",
    "credential",
    "credentials",
)


class _LastResort:
    """Keeps a member of a union out of strict reading.

    Plain JSON would take whatever the other members refuse for a detail: a known variant with an
    odd field would then be read as a dictionary. With nobody to take it, the tolerant way looks for
    the variant that is meant.
    """

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        return core_schema.lax_or_strict_schema(
            lax_schema=handler(source),
            strict_schema=core_schema.no_info_plain_validator_function(_refuse),
        )


def _refuse(value: object) -> object:
    raise PydanticCustomError("unknown_variant", "Input should be one of the known variants")


if TYPE_CHECKING:
    UnknownVariant: TypeAlias = JsonValue
else:
    UnknownVariant = Annotated[JsonValue, _LastResort()]
"""A variant of a union that this client doesn't know, as plain JSON."""


def _reader(pattern: str, schema: core_schema.CoreSchema) -> Callable[[Any], object]:
    """Reads a date or time from text of this form alone."""
    text = core_schema.str_schema(strict=True, pattern=pattern)
    return SchemaValidator(core_schema.chain_schema([text, schema])).validate_python


# Functions, because the rules of strict reading would reach into plain schemas; and built-in ones,
# because they are called for every date that arrives.
_TIMES: Final[Mapping[str, Callable[[Any], object]]] = {
    "datetime": _reader(
        r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}", core_schema.datetime_schema()
    ),
    "date": _reader(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", core_schema.date_schema()),
}


def _only_written_out(schema: Any) -> Any:
    """``schema`` with strict reading of dates and times only from text that writes them out.

    By itself pydantic also takes ``"0"`` for a time, and a day for its midnight; then what came is
    not what goes back.
    """
    if isinstance(schema, list):
        return [_only_written_out(item) for item in schema]
    if not isinstance(schema, dict) or schema.get("type") == "lax-or-strict":
        return schema
    kind = schema.get("type")
    if isinstance(kind, str) and kind in _TIMES:
        return core_schema.lax_or_strict_schema(
            lax_schema=cast("core_schema.CoreSchema", schema),
            strict_schema=core_schema.no_info_plain_validator_function(_TIMES[kind]),
        )
    return {key: _only_written_out(value) for key, value in schema.items()}


class WrittenOut:
    """As annotation beside a type: reads dates and times in it as models do."""

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        return cast("core_schema.CoreSchema", _only_written_out(handler(source)))


class Model(BaseModel):
    """An object of the API.

    Fields that the description doesn't know are kept as attributes and by :meth:`to_dict`.
    Values read from the server never fail for being unexpected: what doesn't fit its declared
    type stays as it came, and a missing field reads as None. Constructing a model in code is
    checked by pydantic as usual; fields can be given by their Python name or their wire name.
    """

    model_config = ConfigDict(
        extra="allow",
        validate_by_name=True,
        validate_by_alias=True,
        defer_build=True,
        protected_namespaces=(),
    )

    @classmethod
    def __get_pydantic_core_schema__(
        cls, source: Any, handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        return cast("core_schema.CoreSchema", _only_written_out(handler(source)))

    @classmethod
    def from_dict(cls, data: Mapping[str, object]) -> Self:
        """The model for JSON data as it is on the wire, as tolerant as a response is read."""
        # Imported here because decoding builds on this class.
        from .decoding import from_wire

        return from_wire(cls, data)

    def to_dict(self) -> dict[str, object]:
        """JSON data under wire names: exactly the fields that were set, unknown ones included.

        ``Model.from_dict(data).to_dict() == data`` holds for what a server sent, up to the
        spelling of equal times.
        """
        values = self.__dict__
        given = self.__pydantic_fields_set__
        extra = self.__pydantic_extra__ or {}
        data: dict[str, object] = {}
        for name, field in type(self).__pydantic_fields__.items():
            # An unknown field may be called what a known one is called in Python, and pydantic
            # counts both as set under that one name: then a null is taken for "not set".
            if name in given and (name not in extra or values[name] is not None):
                data[field.serialization_alias or name] = json_data(values[name], zoneless=True)
        for name, value in extra.items():
            data[name] = json_data(value, zoneless=True)
        return data

    def __repr_args__(self) -> Iterable[tuple[str | None, Any]]:
        for name, value in super().__repr_args__():
            secret = name is not None and isinstance(value, str) and _is_secret(name)
            yield name, MASK if secret else value


def _is_secret(name: str) -> bool:
    return name.lower().endswith(_SECRET_ENDINGS)
