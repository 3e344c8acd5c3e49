"""From JSON text to typed values.

The fast way is one strict pass of pydantic over the bytes. Where the server's data doesn't fit,
the value is built piece by piece, and each piece that doesn't fit stays as it came.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import types
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache, partial
from typing import (
    Annotated,
    Any,
    Final,
    Literal,
    TypeVar,
    Union,
    cast,
    get_args,
    get_origin,
    get_type_hints,
)

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError, create_model
from pydantic_core import from_json, to_json

from .models import JsonValue, Model, WrittenOut

M = TypeVar("M", bound=Model)

_SCALARS: Final = frozenset({str, int, float, bool})
_UNIONS: Final = (Union, types.UnionType)


class NotJsonError(ValueError):
    """The text isn't JSON."""


class _Decoder:
    """Validators for one annotation, alone and under an envelope's key."""

    __slots__ = ("_adapter", "_enveloped")

    def __init__(self, annotation: Any, envelope: str | None) -> None:
        annotation = Annotated[annotation, WrittenOut()]
        self._adapter: TypeAdapter[Any] = TypeAdapter(annotation)
        self._enveloped: Any = None
        if envelope is not None:
            self._enveloped = create_model(
                "Envelope",
                __config__=ConfigDict(extra="ignore", protected_namespaces=()),
                value=(annotation, Field(alias=envelope)),
            )

    @property
    def reading(self) -> Callable[[bytes | str], Any]:
        """As :meth:`validate`, for what isn't in an envelope and is read very often."""
        return partial(
            self._adapter.validator.validate_json, strict=True, by_alias=True, by_name=False
        )

    def validate(self, content: bytes | str) -> Any:
        """Strict: text isn't taken for a number, nor a number for text. ValidationError."""
        if self._enveloped is not None:
            return self._enveloped.model_validate_json(
                content, strict=True, by_alias=True, by_name=False
            ).value
        return self._adapter.validate_json(content, strict=True, by_alias=True, by_name=False)


_decoders: Final[dict[tuple[Any, str | None], _Decoder]] = {}
_building = threading.RLock()


def _after_fork() -> None:
    """In a child, no other thread is there to give the lock back."""
    global _building
    _building = threading.RLock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)


def _decoder(annotation: Any, envelope: str | None = None) -> _Decoder:
    key = (annotation, envelope)
    try:
        found = _decoders.get(key)
    except TypeError:
        # Some annotations can't be hashed, such as those with a pydantic Field in them.
        return _Decoder(annotation, envelope)
    if found is None:
        # Models are built on first use, and building isn't safe in two threads at once.
        with _building:
            found = _decoders.get(key)
            if found is None:
                found = _Decoder(annotation, envelope)
                _decoders[key] = found
    return found


def decode(content: bytes | str, annotation: Any, envelope: str | None = None) -> Any:
    """JSON ``content`` as ``annotation``: what is under the key ``envelope`` if the body has it.

    Raises NotJsonError for what isn't JSON, and nothing else.
    """
    try:
        return _decoder(annotation, envelope).validate(content)
    except ValidationError:
        pass
    data = parse(content)
    if envelope is not None:
        if isinstance(data, dict) and envelope in data:
            data = data[envelope]
        return decode_value(data, annotation)
    return _tolerant(annotation, data)


def reader(annotation: Any, *, or_text: bool = False) -> Callable[[bytes | str], Any]:
    """As :func:`decode` for one annotation, made for a great many values one after the other.

    With ``or_text``, what isn't JSON is given back as it came.
    """
    validate: Callable[[bytes | str], Any] = (
        from_json if annotation in (Any, JsonValue) else _decoder(annotation).reading
    )

    def read(content: bytes | str) -> Any:
        try:
            return validate(content)
        except ValueError:
            pass
        try:
            return _tolerant(annotation, parse(content))
        except NotJsonError:
            if or_text:
                return content
            raise

    return read


def parse(content: bytes | str) -> Any:
    """JSON data of ``content``; NotJsonError if it is none."""
    try:
        return from_json(content)
    except ValueError:
        # What the fast reader refuses, the standard library may take: halves of characters, deep
        # nesting, a byte order mark, UTF-16.
        pass
    try:
        return json.loads(content)
    except (ValueError, RecursionError) as error:
        raise NotJsonError(str(error)) from error


def accepts(annotation: Any, kind: type) -> bool:
    """Whether ``annotation`` is ``kind``, a union with it, or any type at all."""
    return any(member is kind or member in (Any, object) for member in _flat((annotation,)))


def decode_value(data: object, annotation: Any) -> Any:
    """JSON data that is parsed already, as ``annotation``; never fails."""
    try:
        return _strict(annotation, data)
    except ValueError:
        return _tolerant(annotation, data)


def decode_items(data: list[Any], item: Any) -> tuple[list[Any], bytes]:
    """The items of a list as ``item``, and JSON text to compare them by; never fails."""
    annotation = types.GenericAlias(list, (item,))
    try:
        text = to_json(data)
    except ValueError:
        # Text with half a character in it: pydantic doesn't write it, the standard library does.
        return _tolerant(annotation, data), json.dumps(data).encode("ascii")
    try:
        return _decoder(annotation).validate(text), text
    except ValueError:
        return _tolerant(annotation, data), text


def from_wire(model: type[M], data: Mapping[str, object]) -> M:
    """A model from wire data; never fails for its content."""
    try:
        return cast("M", _strict(model, data))
    except ValueError:
        return _build(model, data)


def _strict(annotation: Any, data: object) -> Any:
    # By way of text, because only there is a time distinct from a string that pydantic would
    # have to convert: strict rules for parsed data refuse every time.
    return _decoder(annotation).validate(to_json(data))


def _tolerant(annotation: Any, data: object) -> Any:
    try:
        return _piecewise(annotation, data)
    except RecursionError:
        return data


def _plain(annotation: Any) -> Any:
    """The type itself, without annotations around it and names given to it."""
    while True:
        if get_origin(annotation) is Annotated:
            annotation = get_args(annotation)[0]
        elif type(annotation).__name__ == "TypeAliasType":
            # The class of such aliases isn't the same in every version of Python.
            annotation = _value_of(annotation)
        else:
            return annotation


@cache
def _value_of(alias: Any) -> Any:
    """What a named type stands for; one that holds itself is written as text."""
    holder = type("Holder", (), {"__annotations__": {"value": alias.__value__}})
    names = vars(sys.modules[alias.__module__])
    return get_type_hints(holder, names, include_extras=True)["value"]


def _piecewise(annotation: Any, data: object) -> Any:
    """``data`` as ``annotation`` as far as it fits. Strict reading of the whole has failed."""
    annotation = _plain(annotation)
    origin = get_origin(annotation)
    if origin in _UNIONS:
        return _member(get_args(annotation), data)
    if isinstance(data, dict):
        if isinstance(annotation, type) and issubclass(annotation, Model):
            return _build(annotation, data)
        if origin in (dict, Mapping):
            inner = get_args(annotation)[1]
            return {key: decode_value(item, inner) for key, item in data.items()}
    if isinstance(data, list) and origin in (list, Sequence):
        inner = get_args(annotation)[0]
        return [decode_value(item, inner) for item in data]
    return data


def _build(model: type[M], data: Mapping[str, object]) -> M:
    """An instance field by field, as pydantic's own ``model_construct`` lays it out."""
    _decoder(model)
    remaining = dict(data)
    values: dict[str, object] = {}
    given: set[str] = set()
    for name, field in model.__pydantic_fields__.items():
        wire_name = field.alias or name
        if wire_name in remaining:
            value = remaining.pop(wire_name)
            # Most fields are plain and fit: no need to ask pydantic about each of them.
            plain = type(value) is field.annotation and type(value) in _SCALARS
            values[name] = value if plain else decode_value(value, field.annotation)
            given.add(name)
        elif field.default is None or field.is_required():
            values[name] = None
        else:
            values[name] = field.get_default(call_default_factory=True, validated_data=values)
    made = model.__new__(model)
    object.__setattr__(made, "__dict__", values)
    object.__setattr__(made, "__pydantic_fields_set__", given | remaining.keys())
    object.__setattr__(made, "__pydantic_extra__", remaining)
    object.__setattr__(made, "__pydantic_private__", None)
    return made


def _member(members: tuple[Any, ...], data: object) -> Any:
    """``data`` as the member of a union that it was most likely meant to be, else as it came."""
    fitting = [member for member in _flat(members) if _may_be(member, data)]
    if isinstance(data, dict):
        models = [member for member in fitting if _is_model(member)]
        if models:
            return _build(max(models, key=lambda model: _shared_names(model, data)), data)
    return _piecewise(fitting[0], data) if len(fitting) == 1 else data


def _flat(members: Iterable[Any]) -> Iterator[Any]:
    """The plain members of a union, those of named unions inside it included."""
    for member in map(_plain, members):
        if get_origin(member) in _UNIONS:
            yield from _flat(get_args(member))
        else:
            yield member


def _is_model(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, Model)


def _may_be(annotation: Any, data: object) -> bool:
    origin = get_origin(annotation)
    if isinstance(data, list):
        return origin in (list, Sequence)
    if isinstance(data, dict):
        return origin in (dict, Mapping) or (
            _is_model(annotation) and not _denied(annotation, data)
        )
    return False


def _denied(model: type[Model], data: Mapping[str, object]) -> bool:
    """Whether a tag in ``data`` says that this is another variant."""
    _decoder(model)
    for name, field in model.__pydantic_fields__.items():
        wire_name = field.alias or name
        if get_origin(field.annotation) is Literal and wire_name in data:
            value = data[wire_name]
            if not isinstance(value, (dict, list)) and value not in get_args(field.annotation):
                return True
    return False


def _shared_names(model: type[Model], data: Mapping[str, object]) -> int:
    return sum((field.alias or name) in data for name, field in model.__pydantic_fields__.items())
