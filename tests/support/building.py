"""Short ways to build the intermediate representation by hand, for tests of what reads it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from hoody_codegen.diagnostics import Location
from hoody_codegen.ir import (
    Api,
    Body,
    Content,
    EnumType,
    ErrorEntry,
    Model,
    ModelId,
    ModelType,
    ObjectShape,
    Operation,
    Parameter,
    ParameterLocation,
    Property,
    Result,
    ResultKind,
    ScalarKind,
    ScalarType,
    Service,
    TypeRef,
)
from hoody_codegen.text import Untrusted

PLACE = Location("spec.yaml", "/x", 1, 1)

STRING = ScalarType(ScalarKind.STRING)
INTEGER = ScalarType(ScalarKind.INTEGER)
NUMBER = ScalarType(ScalarKind.NUMBER)
BOOLEAN = ScalarType(ScalarKind.BOOLEAN)
DATE_TIME = ScalarType(ScalarKind.DATE_TIME)
DATE = ScalarType(ScalarKind.DATE)
BINARY = ScalarType(ScalarKind.BINARY)


def enum(*values: Any, const: bool = False, kind: ScalarKind = ScalarKind.STRING) -> EnumType:
    return EnumType(tuple(Untrusted(value) for value in values), ScalarType(kind), const)


def ref(name: str, service: str = "api") -> ModelType:
    return ModelType(ModelId(f"{service}#{name}"))


def prop(name: str, type_: TypeRef = STRING, *, required: bool = False, **more: Any) -> Property:
    if "description" in more:
        more["description"] = Untrusted(more["description"])
    return Property(Untrusted(name), type_, required, PLACE, **more)


def model(
    name: str,
    shape: ObjectShape | TypeRef | Iterable[Property],
    *,
    service: str = "api",
    **more: Any,
) -> Model:
    """A component; pass ``context`` for an inline schema instead."""
    if not isinstance(shape, ObjectShape | TypeRef):
        shape = ObjectShape(tuple(shape))
    for key in ("description", "title"):
        if key in more:
            more[key] = Untrusted(more[key])
    if "context" in more:
        more["context"] = tuple(Untrusted(part) for part in more["context"])
    else:
        more["name"] = Untrusted(name)
    return Model(ModelId(f"{service}#{name}"), Untrusted(service), shape, PLACE, **more)


def parameter(
    name: str, location: str = "query", type_: TypeRef = STRING, *, required: bool = False
) -> Parameter:
    return Parameter(Untrusted(name), ParameterLocation(location), type_, required, PLACE)


def operation(
    key: str,
    method: str = "GET",
    path: str = "/things",
    *,
    service: str = "api",
    result: TypeRef | None = None,
    body: TypeRef | None = None,
    errors: Iterable[str] = (),
    **more: Any,
) -> Operation:
    for name in ("group", "sdk_name"):
        if name in more:
            more[name] = tuple(Untrusted(part) for part in more[name])
    for name in ("action", "operation_id", "summary", "description"):
        if name in more:
            more[name] = Untrusted(more[name])
    if "fixed_query" in more:
        fixed: Mapping[str, str] = more["fixed_query"]
        more["fixed_query"] = tuple((Untrusted(k), Untrusted(v)) for k, v in fixed.items())
    if result is not None:
        more["result"] = Result(ResultKind.JSON, result)
    if body is not None:
        more["body"] = Body((Content("application/json", body),), True, PLACE)
    more["errors"] = tuple(ErrorEntry(400, Untrusted(code), PLACE) for code in errors)
    return Operation(key, Untrusted(service), method, Untrusted(path), PLACE, **more)


def api(*parts: Operation | Model) -> Api:
    """An API of these operations and models; services follow from them, in order of name."""
    operations = [part for part in parts if isinstance(part, Operation)]
    models = [part for part in parts if isinstance(part, Model)]
    names = sorted({part.service for part in parts})
    services = tuple(
        Service(
            name,
            None,
            PLACE,
            tuple(one for one in operations if one.service == name),
        )
        for name in names
    )
    return Api(services, tuple(models))


def given(*types: TypeRef) -> tuple[Operation, ...]:
    """Operations that return the types."""
    return tuple(operation(f"get{n}", result=type_) for n, type_ in enumerate(types))


def taken(*types: TypeRef) -> tuple[Operation, ...]:
    """Operations that take the types as query parameters."""
    return tuple(
        operation(f"take{n}", parameters=(parameter("value", type_=type_),))
        for n, type_ in enumerate(types)
    )
