"""A small JSON value for any type of the generated client, as a server would send it."""

from __future__ import annotations

import types
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from importlib import import_module
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin

from pydantic import BaseModel, TypeAdapter

_SIMPLE: Final[Mapping[Any, object]] = {
    str: "text",
    bool: True,
    int: 1,
    float: 1.5,
    datetime: "2025-01-15T10:30:00.000Z",
    date: "2025-01-15",
    type(None): None,
}


def example(annotation: Any) -> object:
    """Required fields and one item of each list; whatever may be left out is."""
    if annotation in _SIMPLE:
        return _SIMPLE[annotation]
    origin = get_origin(annotation)
    arguments = get_args(annotation)
    if origin is Annotated:
        return example(arguments[0])
    if origin is Literal:
        return arguments[0]
    if origin in (Union, types.UnionType):
        return example(arguments[0])
    if origin in (list, Sequence):
        return [example(arguments[0])]
    if origin in (dict, Mapping):
        return {}
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        TypeAdapter(annotation)  # models are built on first use; before, their fields are texts
        return {
            field.alias or name: example(field.annotation)
            for name, field in annotation.model_fields.items()
            if field.is_required()
        }
    return {}


def example_of(name: str) -> object:
    """For the class ``service.module.Class`` of the package's types."""
    module, _, attribute = name.rpartition(".")
    return example(getattr(import_module(f"hoody.types.{module}"), attribute))
