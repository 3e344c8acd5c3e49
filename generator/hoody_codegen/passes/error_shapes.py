"""The shape of error bodies: where code, message and errors of fields stand.

What an operation documents about its error bodies is looked at: its examples, and where there are
none, a body made from the schema. The rules:

* A code stands under a key that is made for one (``code``, ``error_code`` …) if a documented value
  says more than the status does (``ERROR_404`` under 404 doesn't); under a weak key (``error``,
  ``type`` …) if a value is documented as a code of that operation and status, or looks like one
  (``SUBSERVER_DORMANT``); and in a response header whose name ends with ``error-code``. A body that
  shows a documented code says where codes stand, whatever else in it looks like one. Keys that are
  made for codes come first, then shallow places before deep ones.
* The message is the shallowest text under a usual key that isn't the code. A weak key that just
  names the status (``"error": "Bad Request"``) counts only if there is no other text.
* Errors of fields are a list of objects with a field's name and a text, a map from names to
  texts, or one key that names the field.

The usual shape of a service holds all places of its operations. An operation has a shape of its
own only if its documented bodies would be read differently by the usual one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from ..ir import (
    Api,
    ArrayType,
    EnumType,
    ErrorShape,
    MapType,
    ModelIndex,
    ModelType,
    NullableType,
    ObjectShape,
    Operation,
    Response,
    ScalarKind,
    ScalarType,
    Service,
    TypeRef,
    UnionType,
    index_models,
)
from ..text import Untrusted, UntrustedText
from .error_reading import (
    CODE_KEYS,
    MESSAGE_KEYS,
    SINGLE_FIELD_KEYS,
    WEAK_KEYS,
    code_text,
    counts_as_code,
    field_list,
    field_map,
    last_key,
    place_depth,
    read_code,
    read_message,
    reason_phrase,
    same_code,
    same_words,
    walk,
)

_DEEPEST_SCHEMA = 4
_RANGES = {"4XX": 400, "5XX": 500, "default": 500}

Bodies: TypeAlias = "list[tuple[int, object]]"


@dataclass(slots=True)
class _Places:
    """Places as they are found."""

    code: set[str] = field(default_factory=set)
    message: set[str] = field(default_factory=set)
    fields: set[str] = field(default_factory=set)
    headers: set[str] = field(default_factory=set)

    def add(self, other: _Places) -> None:
        self.code |= other.code
        self.message |= other.message
        self.fields |= other.fields
        self.headers |= other.headers

    def shape(self) -> ErrorShape | None:
        if not (self.code or self.message or self.fields or self.headers):
            return None
        return ErrorShape(
            code=_texts(sorted(self.code, key=_code_rank)),
            message=_texts(sorted(self.message, key=_message_rank)),
            fields=_texts(sorted(self.fields, key=lambda place: (place_depth(place), place))),
            headers=_texts(sorted(self.headers)),
        )


def settle_error_shapes(api: Api) -> Api:
    """Set the usual error shape of every service, and that of operations which differ."""
    models = index_models(api)
    return replace(api, services=tuple(_settle(service, models) for service in api.services))


def shape_places(places: Iterable[UntrustedText]) -> tuple[str, ...]:
    """The places of a shape as the reading functions take them."""
    return tuple(place.reveal() for place in places)


def error_bodies(response: Response) -> Iterator[tuple[int, object]]:
    """The documented example bodies of an error response, each with its status."""
    status = error_status(response)
    if status is not None:
        for content in response.contents:
            for example in content.examples:
                yield status, example.value.reveal()


def error_status(response: Response) -> int | None:
    """The status of an error response, that of its hundred for a range; None for others."""
    if response.status.isdigit():
        return int(response.status) if response.status[0] in "45" else None
    return _RANGES.get(response.status)


def _settle(service: Service, models: ModelIndex) -> Service:
    evidence = {operation.key: _bodies(operation, models) for operation in service.operations}
    own = {op.key: _find(op, evidence[op.key]) for op in service.operations}
    usual = _Places()
    for places in own.values():
        usual.add(places)
    shape = usual.shape()
    if shape is None:
        return service
    operations = tuple(
        (
            operation
            if _reads_alike(own[operation.key], usual, evidence[operation.key])
            else replace(operation, error_shape=own[operation.key].shape())
        )
        for operation in service.operations
    )
    return replace(service, operations=operations, error_shape=shape)


def _bodies(operation: Operation, models: ModelIndex) -> Bodies:
    """Documented error bodies of an operation; made from the schema where none is given."""
    found: Bodies = []
    for response in operation.responses:
        status = error_status(response)
        if status is None:
            continue
        examples = list(error_bodies(response))
        found += examples or [
            (status, _made(type_, models, status, "", 0))
            for content in response.contents
            for type_ in _alternatives(content.type)
        ]
    return found


def _alternatives(type_: TypeRef | None) -> tuple[TypeRef, ...]:
    match type_:
        case None:
            return ()
        case UnionType(members=members):
            return members
        case _:
            return (type_,)


def _find(operation: Operation, bodies: Bodies) -> _Places:
    documented: dict[int, list[str]] = {}
    for entry in operation.errors:
        if entry.code is not None and entry.status is not None:
            documented.setdefault(entry.status, []).append(entry.code.reveal())
    places = _Places()
    for status, body in bodies:
        codes = documented.get(status, [])
        places.code.update(_code_places(body, status, codes))
    for status, body in bodies:
        code = read_code(body, sorted(places.code, key=_code_rank), status)
        message = _message_place(body, status, code)
        if message is not None:
            places.message.add(message)
        places.fields.update(_field_places(body))
    for response in operation.responses:
        if error_status(response) is not None:
            names = (header.name.reveal().lower() for header in response.headers)
            places.headers.update(name for name in names if name.endswith("error-code"))
    return places


def _code_places(body: object, status: int, documented: Iterable[str]) -> set[str]:
    known = list(documented)
    certain: set[str] = set()
    likely: set[str] = set()
    for place, value in walk(body):
        code = code_text(value)
        key = last_key(place)
        if code is None or key not in (*CODE_KEYS, *WEAK_KEYS):
            continue
        if any(same_code(code, one) for one in known):
            certain.add(place)
        elif key in (*CODE_KEYS, "error") and counts_as_code(place, code, status):
            likely.add(place)
    return certain or likely


def _message_place(body: object, status: int, code: str | None) -> str | None:
    phrases: list[str] = []
    texts: list[str] = []
    for place, value in walk(body):
        if last_key(place) not in MESSAGE_KEYS or place.endswith("[]"):
            continue
        if not isinstance(value, str) or value.strip() in ("", code):
            continue
        is_phrase = same_words(value, reason_phrase(status))
        (phrases if is_phrase and last_key(place) in WEAK_KEYS else texts).append(place)
    return min(texts or phrases, key=_message_rank, default=None)


def _field_places(body: object) -> Iterator[str]:
    lists: list[str] = []
    for place, value in walk(body):
        if field_list(value) or field_map(place, value):
            lists.append(place)
            yield place
        elif (
            last_key(place) in SINGLE_FIELD_KEYS
            and isinstance(value, str)
            and not place.endswith("[]")
            and not any(place.startswith((f"{one}[]", f"{one}.")) for one in lists)
        ):
            yield place


def _reads_alike(own: _Places, usual: _Places, bodies: Bodies) -> bool:
    """Whether the usual shape reads the documented bodies of an operation as its own does."""
    orders = [
        (sorted(one.code, key=_code_rank), sorted(one.message, key=_message_rank))
        for one in (own, usual)
    ]
    return all(
        len({_read(body, status, *order) for order in orders}) == 1 for status, body in bodies
    )


def _read(
    body: object, status: int, codes: list[str], messages: list[str]
) -> tuple[str | None, str | None]:
    code = read_code(body, codes, status)
    return code, read_message(body, messages, code)


def _code_rank(place: str) -> tuple[bool, int, int, str]:
    key = last_key(place)
    order = (*CODE_KEYS, *WEAK_KEYS)
    rank = order.index(key) if key in order else len(order)
    return (key not in CODE_KEYS, place_depth(place), rank, place)


def _message_rank(place: str) -> tuple[int, int, str]:
    key = last_key(place)
    rank = MESSAGE_KEYS.index(key) if key in MESSAGE_KEYS else len(MESSAGE_KEYS)
    return (place_depth(place), rank, place)


def _texts(places: Iterable[str]) -> tuple[UntrustedText, ...]:
    return tuple(Untrusted(place) for place in places)


def _made(type_: TypeRef | None, models: ModelIndex, status: int, key: str, depth: int) -> object:
    """A body of a type, for looking at its places: words under keys of texts, codes under those
    of codes."""
    if depth > _DEEPEST_SCHEMA:
        return None
    match type_:
        case NullableType(inner=inner):
            return _made(inner, models, status, key, depth)
        case ArrayType(items=items):
            return [_made(items, models, status, key, depth + 1)]
        case MapType(values=values):
            return {"name": _made(values, models, status, "message", depth + 1)}
        case UnionType(members=members):
            return _made(members[0], models, status, key, depth)
        case EnumType(values=values):
            return values[0].reveal() if values else None
        case ModelType(id=model_id):
            shape = models[model_id].shape
            if isinstance(shape, ObjectShape):
                return _made_object(shape, models, status, depth)
            return _made(shape, models, status, key, depth + 1)
        case ScalarType(kind=kind):
            return _made_scalar(kind, status, key)
        case _:
            return None


def _made_object(
    shape: ObjectShape, models: ModelIndex, status: int, depth: int
) -> Mapping[str, object]:
    return {
        item.name.reveal(): _made(item.type, models, status, item.name.reveal(), depth + 1)
        for item in shape.properties
    }


def _made_scalar(kind: ScalarKind, status: int, key: str) -> object:
    match kind:
        case ScalarKind.STRING:
            return "A_CODE" if key in CODE_KEYS else "some words"
        case ScalarKind.INTEGER | ScalarKind.NUMBER:
            # Whether a number is a code or the status again can't be seen in a type.
            return status
        case _:
            return None
