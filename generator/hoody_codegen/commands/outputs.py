"""What a command shows: the form of its result, and the columns that say most about an item.

Of the fields of an item, a table shows at most six: what identifies it (``id``), what people call
it (``name``, ``alias``, ``title``), its kind and state, a size or an amount, and a time. Objects
show all their plain fields.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, Literal, TypeAlias

from .. import ir
from ..cli_runtime.model import Column, Form, Output
from ..naming import words
from ..python.forms import ResultForm
from ..python.results import MethodResult
from .kinds import bare

Format: TypeAlias = Literal["text", "time", "size", "duration", "number", "flag"]

_MOST: Final = 6

_FORMS: Final[Mapping[ResultForm, Form]] = {
    ResultForm.NOTHING: "none",
    ResultForm.HEAD: "headers",
    ResultForm.PAGE: "table",
    ResultForm.DOWNLOAD: "download",
    ResultForm.EVENTS: "events",
    ResultForm.LINES: "lines",
    ResultForm.SOCKET: "socket",
    ResultForm.EITHER: "either",
}

_SHOWN: Final[tuple[tuple[str, ...], ...]] = (
    ("id", "uuid", "key", "code"),
    ("name", "alias", "title", "label", "username", "email", "path", "url", "hostname"),
    ("status", "state", "enabled", "is enabled", "active", "is active", "running"),
    ("type", "kind", "role", "method", "level", "category", "severity"),
    ("size", "size bytes", "bytes", "total", "amount", "balance", "count", "price", "port"),
    ("updated at", "modified at", "modified", "last used at", "last used", "timestamp"),
    ("created at", "created", "started at", "date", "time", "ts", "expires at"),
    ("version", "description", "message", "summary", "content", "command", "value", "text"),
)
"""Fields by what they say, each line best first: at most one of a line is shown, two names."""

_TIMES: Final = frozenset(
    {*("timestamp", "date", "time", "created", "updated", "modified", "mtime", "ts")}
)
_TIME_ENDS: Final = frozenset({"at", "time", "date", "timestamp", "since", "until"})
_LAST_TIMES: Final = frozenset({"modified", "used", "seen", "updated", "accessed", "active"})
_OF_THINGS: Final = frozenset({"id", "name", "alias", "title", "key", "state", "slug"})
"""Fields of a thing that has a list, rather than of what is around a list."""
_SIZES: Final = frozenset({"size", "bytes", "filesize"})
_NO_UNIT: Final = frozenset({"page", "batch", "pool", "font"})
"""Sizes of these count something else than bytes."""


def plan_output(result: MethodResult, models: ir.ModelIndex) -> Output:
    """Form and columns of a result."""
    form = _FORMS.get(result.form)
    if form in ("table", "lines"):
        return Output(form, columns_of(result.type, models))
    if form == "either":
        return Output(form, fields_of(result.type, models))
    if form is not None:
        return Output(form)
    type_, _ = bare(result.type, models)
    match type_:
        case ir.ArrayType(items=items):
            return Output("table", columns_of(items, models))
        case ir.ModelType():
            rows = _only_list(type_, models)
            if rows is not None:
                key, items = rows
                return Output("object", columns_of(items, models), rows=key)
            return Output("object", fields_of(type_, models))
        case ir.MapType() | ir.UnionType():
            return Output("object")
        case ir.ScalarType(kind=ir.ScalarKind.STRING) | ir.EnumType():
            return Output("text")
        case _:
            return Output("value")


def columns_of(type_: ir.TypeRef, models: ir.ModelIndex) -> tuple[Column, ...]:
    """The columns of a table of such items; none where they aren't objects."""
    fields = dict(_plain_fields(type_, models))
    spoken = {" ".join(words.lower(name)): name for name in fields}
    chosen: list[str] = []
    if "id" not in spoken:
        # Some call it by what it identifies.
        chosen += [name for name in fields if words.lower(name)[-1:] == ("id",)][:1]
    for line in _SHOWN:
        most = 2 if line[0] == "name" else 1
        found = [spoken[word] for word in line if word in spoken][:most]
        chosen += [name for name in found if name not in chosen]
    chosen = chosen[:_MOST]
    # Where the usual names say little, the first fields of the document do.
    for name in fields:
        if len(chosen) >= 3:
            break
        if name not in chosen:
            chosen.append(name)
    return tuple(_column(name, fields[name], models) for name in chosen)


def fields_of(type_: ir.TypeRef, models: ir.ModelIndex) -> tuple[Column, ...]:
    """All plain fields of an object, in documented order."""
    return tuple(_column(name, field, models) for name, field in _plain_fields(type_, models))


def _only_list(type_: ir.ModelType, models: ir.ModelIndex) -> tuple[str, ir.TypeRef] | None:
    """The key and the items of the only list of objects in an object that is little else."""
    lists: list[tuple[str, ir.TypeRef]] = []
    for field in _properties(type_, models):
        plain, _ = bare(field.type, models)
        if isinstance(plain, ir.ArrayType):
            lists.append((field.name.reveal(), plain.items))
        elif isinstance(plain, ir.ModelType | ir.MapType) and not _is_frame(field):
            return None
    if len(lists) != 1 or not isinstance(bare(lists[0][1], models)[0], ir.ModelType):
        return None
    plain_names = [words.lower(name)[-1:] for name, _ in _plain_fields(type_, models)]
    is_thing = any(set(last) & _OF_THINGS for last in plain_names)
    return lists[0] if len(plain_names) <= 4 and not is_thing else None


def _is_frame(field: ir.Property) -> bool:
    """Whether a field is about the list rather than beside it."""
    return field.name.reveal().lower() in ("pagination", "meta", "page", "paging")


def _properties(type_: ir.TypeRef, models: ir.ModelIndex) -> Sequence[ir.Property]:
    plain, _ = bare(type_, models)
    if isinstance(plain, ir.UnionType):
        found: dict[object, ir.Property] = {}
        for member in plain.members:
            for field in _properties(member, models):
                found.setdefault(field.name, field)
        return tuple(found.values())
    model = ir.object_model(models, plain)
    if model is None or not isinstance(model.shape, ir.ObjectShape):
        return ()
    return [field for field in model.shape.properties if not field.write_only]


def _plain_fields(type_: ir.TypeRef, models: ir.ModelIndex) -> Iterator[tuple[str, ir.Property]]:
    for field in _properties(type_, models):
        plain, _ = bare(field.type, models)
        name = field.name.reveal()
        # A dot in a name would read as a step into an object.
        if isinstance(plain, ir.ScalarType | ir.EnumType) and name and "." not in name:
            yield name, field


def _column(name: str, field: ir.Property, models: ir.ModelIndex) -> Column:
    heading = " ".join(words.lower(name)) or name
    return Column(name, heading.upper().replace(" ", "_"), _format(name, field, models))


def _format(name: str, field: ir.Property, models: ir.ModelIndex) -> Format:
    type_, _ = bare(field.type, models)
    kind = type_.kind if isinstance(type_, ir.ScalarType) else None
    parts = words.lower(name)
    last = parts[-1] if parts else ""
    is_number = kind in (ir.ScalarKind.INTEGER, ir.ScalarKind.NUMBER)
    unit = field.constraints.unit.reveal() if field.constraints.unit is not None else ""
    match kind:
        case ir.ScalarKind.DATE_TIME | ir.ScalarKind.DATE:
            return "time"
        case ir.ScalarKind.BOOLEAN:
            return "flag"
    if is_number and (unit == "bytes" or (last in _SIZES and not set(parts) & _NO_UNIT)):
        return "size"
    if is_number and unit in ("seconds", "second"):
        return "duration"
    if (len(parts) > 1 and last in ("at", "timestamp")) or name.lower() in _TIMES:
        return "time"
    if len(parts) > 1 and parts[0] == "last" and last in _LAST_TIMES:
        return "time"
    if kind is ir.ScalarKind.STRING and len(parts) > 1 and last in _TIME_ENDS:
        return "time"
    if is_number and last in ("seconds", "secs", "uptime"):
        return "duration"
    return "number" if is_number else "text"
