"""One typed, read-only view of each object of a document, by openapi-pydantic's models.

The view is taken one level at a time: the objects below are cut out first and get a view of their
own. A value that does not fit is then exactly one keyword, which is left out with a warning, and
everything around it stays.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from openapi_pydantic.v3.v3_1 import (
    Encoding,
    Example,
    Header,
    Info,
    MediaType,
    Operation,
    Parameter,
    RequestBody,
    Response,
    Schema,
    SecurityScheme,
    Server,
    ServerVariable,
    Tag,
)
from pydantic import BaseModel, ValidationError

from ..diagnostics import Diagnostics
from ..document import Node

M = TypeVar("M", bound=BaseModel)

_SCHEMA_PARTS = frozenset(
    {
        "additionalProperties",
        "allOf",
        "anyOf",
        "contains",
        "contentSchema",
        "dependentSchemas",
        "discriminator",
        "else",
        "externalDocs",
        "if",
        "items",
        "not",
        "oneOf",
        "patternProperties",
        "prefixItems",
        "properties",
        "propertyNames",
        "then",
        "unevaluatedItems",
        "unevaluatedProperties",
        "xml",
    }
)
_PARTS: Mapping[type[BaseModel], frozenset[str]] = {
    Schema: _SCHEMA_PARTS,
    Operation: frozenset(
        {
            "callbacks",
            "externalDocs",
            "parameters",
            "requestBody",
            "responses",
            "security",
            "servers",
        }
    ),
    Parameter: frozenset({"schema", "content", "examples"}),
    Header: frozenset({"schema", "content", "examples"}),
    MediaType: frozenset({"schema", "examples", "encoding"}),
    Encoding: frozenset({"headers"}),
    RequestBody: frozenset({"content"}),
    Response: frozenset({"headers", "content", "links"}),
    Server: frozenset({"variables"}),
    ServerVariable: frozenset(),
    Info: frozenset({"contact", "license"}),
    SecurityScheme: frozenset({"flows"}),
    Example: frozenset(),
    Tag: frozenset({"externalDocs"}),
}
_REQUIRED: Mapping[type[BaseModel], Mapping[str, Any]] = {
    RequestBody: {"content": {}},
    Response: {"description": ""},
    Info: {"title": "", "version": ""},
    ServerVariable: {"default": ""},
}


def view(model: type[M], node: Node, diagnostics: Diagnostics) -> M | None:
    """The typed view of the object at ``node`` without its parts.

    None, with a warning, if the node is no object or lacks what the object can't be without (a
    parameter's name). What else does not fit is left out with a warning.
    """
    if not isinstance(node.value, dict):
        what = type_name(node.value)
        diagnostics.warning(
            "not-an-object",
            node.location,
            f"expected an object ({model.__name__}) and found {what}",
        )
        return None
    parts = _PARTS[model]
    shallow = {key: value for key, value in node.value.items() if key not in parts}
    for key, value in _REQUIRED.get(model, {}).items():
        shallow.setdefault(key, value)
    while True:
        try:
            return model.model_validate(shallow)
        except ValidationError as error:
            dropped = False
            for fault in error.errors(include_url=False, include_input=False):
                key = str(fault["loc"][0]) if fault["loc"] else ""
                place = node.child(key) or node
                if key in shallow:
                    del shallow[key]
                    dropped = True
                    message = f"{key!r} is left out: {fault['msg']}"
                    diagnostics.warning("invalid-value", place.location, message)
                elif fault["type"] == "missing":
                    message = f"{model.__name__.lower()} without {key!r}"
                    diagnostics.warning("missing-value", place.location, message)
            for key, value in _REQUIRED.get(model, {}).items():
                shallow.setdefault(key, value)
            if not dropped:
                return None


def type_name(value: Any) -> str:
    """What a JSON value is called in a message."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "a boolean"
    if isinstance(value, int | float):
        return "a number"
    if isinstance(value, str):
        return "text"
    return "a list" if isinstance(value, list) else "an object"
