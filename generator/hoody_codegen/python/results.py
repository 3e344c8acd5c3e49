"""What a method gives back: the type it declares and the value that tells the runtime so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from .. import ir
from .constants import result_kind
from .forms import ResultForm, stream_form


@dataclass(frozen=True, slots=True)
class MethodResult:
    """``type`` is what is decoded: the result, one item of a page, one line or the data of an event
    that has no type of its own in ``events``."""

    form: ResultForm
    type: ir.TypeRef
    events: tuple[ir.StreamItem, ...] = ()

    @property
    def types(self) -> Iterator[ir.TypeRef]:
        """Every type that may be given back."""
        yield self.type
        for event in self.events:
            yield event.type


_FRAMES = ir.UnionType((ir.ScalarType(ir.ScalarKind.STRING), ir.ScalarType(ir.ScalarKind.BINARY)))
"""What comes over a WebSocket about whose messages nothing is said."""

_NOTHING = MethodResult(ResultForm.NOTHING, ir.AnyType())
_HEAD = MethodResult(ResultForm.HEAD, ir.AnyType())


def choose_result(operation: ir.Operation, models: ir.ModelIndex) -> MethodResult:
    """How a method returns its result."""
    form = stream_form(operation)
    if form is ResultForm.SOCKET:
        received = operation.socket.received if operation.socket is not None else None
        return MethodResult(form, received or _FRAMES)
    if form is ResultForm.EITHER:
        return MethodResult(form, _json_type(operation), operation.items)
    if form is ResultForm.DOWNLOAD:
        return MethodResult(form, _json_type(operation))
    if form is not None:
        other = next((item.type for item in operation.items if item.name is None), ir.AnyType())
        named = tuple(item for item in operation.items if item.name is not None)
        return MethodResult(form, other, named if form is ResultForm.EVENTS else ())
    match result_kind(operation):
        case ir.ResultKind.NONE:
            return _HEAD if answers_by_headers(operation) else _NOTHING
        case ir.ResultKind.TEXT:
            return MethodResult(ResultForm.VALUE, ir.ScalarType(ir.ScalarKind.STRING))
        case ir.ResultKind.BINARY:
            return MethodResult(ResultForm.DOWNLOAD, _json_type(operation))
        case ir.ResultKind.JSON:
            item = item_type(operation, models)
            if item is not None:
                return MethodResult(ResultForm.PAGE, item)
            return MethodResult(ResultForm.VALUE, _json_type(operation))


def _json_type(operation: ir.Operation) -> ir.TypeRef:
    return (operation.result.type if operation.result else None) or ir.AnyType()


def answers_by_headers(operation: ir.Operation) -> bool:
    """Whether an answer without content says something all the same: by documented headers."""
    return operation.method == "HEAD" or any(
        response.headers
        for response in operation.responses
        if response.status.startswith("2")
        or (response.status.startswith("3") and response.status != "304")
    )


def item_type(operation: ir.Operation, models: ir.ModelIndex) -> ir.TypeRef | None:
    """The type of the items of a list that comes in pages; None if it doesn't.

    Where the schema doesn't reach down to the items, they are any JSON; where it says that there
    is no list, the operation isn't one.
    """
    is_json = operation.stream is None and result_kind(operation) is ir.ResultKind.JSON
    if operation.pagination is None or not is_json:
        return None
    found: dict[ir.TypeRef, None] = {}
    for path in operation.pagination.items.reveal().split("+"):
        item = _item_at(path.strip(), operation, models)
        if item is None:
            return None
        found[item] = None
    members = tuple(found)
    if len(members) == 1 or ir.AnyType() in found:
        return members[0] if len(members) == 1 else ir.AnyType()
    return ir.UnionType(members)


def _item_at(path: str, operation: ir.Operation, models: ir.ModelIndex) -> ir.TypeRef | None:
    result = operation.result
    names = [name for name in path.split(".") if name]
    if result and result.envelope and names[:1] == [result.envelope.reveal()]:
        del names[0]
    type_: ir.TypeRef = (result.type if result else None) or ir.AnyType()
    for name in names:
        type_ = _field(_resolved(type_, models), name, models)
    match _resolved(type_, models):
        case ir.ArrayType(items=items):
            return items
        case ir.AnyType():
            return ir.AnyType()
        case _:
            return None


def _resolved(type_: ir.TypeRef, models: ir.ModelIndex) -> ir.TypeRef:
    """The type behind null and names, as far as it is no object."""
    seen: set[ir.ModelId] = set()
    while True:
        match type_:
            case ir.NullableType(inner=inner):
                type_ = inner
            case ir.ModelType(id=model_id) if model_id not in seen:
                seen.add(model_id)
                shape = models[model_id].shape
                if isinstance(shape, ir.ObjectShape):
                    return type_
                type_ = shape
            case _:
                return type_


def _field(type_: ir.TypeRef, name: str, models: ir.ModelIndex) -> ir.TypeRef:
    match type_:
        case ir.ModelType(id=model_id):
            shape = models[model_id].shape
            if isinstance(shape, ir.ObjectShape):
                for field in shape.properties:
                    if field.name.reveal() == name:
                        return field.type
                return shape.extra or ir.AnyType()
        case ir.MapType(values=values):
            return values
    return ir.AnyType()
