"""No junk in a document raises, and none loses an operation."""

from __future__ import annotations

import copy
import json
import re
from typing import Any

from hoody_codegen.ir import (
    AnyType,
    Model,
    ModelType,
    NullableType,
    ObjectShape,
    TypeRef,
    UnionType,
    walk_types,
)
from hoody_codegen.ir.rewrite import model_types
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.reading import Faults, operations, read

SPEC: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {
        "title": "Demo",
        "version": "1",
        "x-namespace": "demo",
        "x-realm-support": {"enabled": True, "baseDomain": "a.b", "parameterName": "realm"},
    },
    "servers": [{"url": "https://{a}.b", "variables": {"a": {"default": "x", "enum": ["x"]}}}],
    "security": [{"bearer": []}],
    "paths": {
        "/things/{id}": {
            "parameters": [
                {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
            ],
            "get": {
                "operationId": "demo_get",
                "tags": ["demo:Things"],
                "x-sdk-name": "demo.things.get",
                "summary": "Get",
                "parameters": [
                    {"$ref": "#/components/parameters/Limit"},
                    {
                        "name": "page",
                        "in": "query",
                        "style": "form",
                        "explode": True,
                        "schema": {"type": "array", "items": {"type": "integer", "minimum": 1}},
                        "examples": {"one": {"value": 1}},
                    },
                ],
                "responses": {
                    "200": {
                        "description": "ok",
                        "headers": {"ETag": {"schema": {"type": "string"}}},
                        "content": {
                            "application/json": {
                                "schema": {
                                    "type": "object",
                                    "title": "Envelope",
                                    "required": ["data"],
                                    "properties": {
                                        "statusCode": {"type": "integer", "enum": [200]},
                                        "data": {"$ref": "#/components/schemas/Thing"},
                                    },
                                },
                                "examples": {"a": {"value": {"data": {}}}},
                            }
                        },
                    },
                    "404": {
                        "description": "no",
                        "x-error-codes": [{"code": "GONE", "title": "Gone", "resolution": "Wait"}],
                    },
                },
                "x-pagination": {
                    "type": "page-number",
                    "request_params": {"page": "page"},
                    "response_fields": {"items": "data.items"},
                },
                "x-error-codes": [{"code": "BUSY", "status": 503}],
            },
            "put": {
                "requestBody": {
                    "required": True,
                    "content": {
                        "application/json": {"schema": {"$ref": "#/components/schemas/Thing"}},
                        "multipart/form-data": {
                            "schema": {
                                "type": "object",
                                "properties": {"f": {"type": "string", "format": "binary"}},
                            }
                        },
                    },
                },
                "responses": {"204": {"description": "done"}},
                "security": [],
            },
            "x-additional-operations": {"PROPFIND": {"responses": {"207": {"description": "m"}}}},
        },
    },
    "components": {
        "parameters": {"Limit": {"name": "limit", "in": "query", "schema": {"type": "integer"}}},
        "schemas": {
            "Thing": {
                "allOf": [
                    {"$ref": "#/components/schemas/Base"},
                    {"type": "object", "properties": {"items": {"type": "array", "items": {}}}},
                ],
                "nullable": True,
            },
            "Base": {
                "type": "object",
                "required": ["id"],
                "properties": {
                    "id": {"type": "string", "format": "uuid", "maxLength": 9},
                    "kind": {"enum": ["a", "b", None]},
                    "self": {"$ref": "#/components/schemas/Thing"},
                    "pet": {
                        "oneOf": [
                            {"type": "object", "properties": {"t": {"const": "cat"}}},
                            {"type": "object", "properties": {"t": {"const": "dog"}}},
                            {"type": "null"},
                        ],
                        "discriminator": {"propertyName": "t"},
                    },
                },
                "additionalProperties": {"type": ["string", "null"]},
            },
        },
        "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
    },
}
KEYS = {"GET /things/{id}", "PUT /things/{id}", "PROPFIND /things/{id}"}

# These places hold the operations themselves, or say that this is OpenAPI at all.
_NEEDED = {
    (),
    ("openapi",),
    ("paths",),
    ("paths", "/things/{id}"),
    ("paths", "/things/{id}", "x-additional-operations"),
    ("info", "x-namespace"),
}

junk = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-5, 5)
    | st.floats(allow_nan=False, allow_infinity=False, width=16)
    | st.sampled_from(["", "x", "object", "array", "string", "{", "application/json", "\n", "👾"]),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(
            st.sampled_from(
                [
                    "type",
                    "properties",
                    "items",
                    "enum",
                    "oneOf",
                    "allOf",
                    "name",
                    "in",
                    "schema",
                    "a",
                ]
            ),
            inner,
            max_size=3,
        )
    ),
    max_leaves=5,
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path]
    if isinstance(value, dict):
        for key, member in value.items():
            found.extend(places(member, (*path, key)))
    elif isinstance(value, list):
        for index, member in enumerate(value):
            found.extend(places(member, (*path, index)))
    return found


# A broken reference is an error of the document by rule.
PLACES = [place for place in places(SPEC) if place not in _NEEDED and place[-1] != "$ref"]


def put(value: Any, path: tuple[Any, ...], new: Any) -> None:
    for step in path[:-1]:
        value = value[step]
    value[path[-1]] = new


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.sampled_from(PLACES), junk), min_size=1, max_size=3))
def test_junk_anywhere_loses_no_operation(changes: list[tuple[tuple[Any, ...], Any]]) -> None:
    spec = copy.deepcopy(SPEC)
    for place, value in changes:
        try:
            put(spec, place, value)
        except (KeyError, IndexError, TypeError):
            continue  # an earlier change has removed the place
    # A reference to a place that was changed is the document's fault, and tested elsewhere.
    if "$ref" in json.dumps(spec) and any("components" in place[:1] for place, _ in changes):
        spec["components"] = {
            **SPEC["components"],
            **(spec["components"] if isinstance(spec["components"], dict) else {}),
        }
        for section in ("schemas", "parameters"):
            kept = spec["components"].get(section)
            base = copy.deepcopy(SPEC["components"][section])
            spec["components"][section] = {**base, **(kept if isinstance(kept, dict) else {})}
    api, _ = read(spec, passes=True)
    assert set(operations(api)) == KEYS


def test_the_document_itself_has_no_fault() -> None:
    api, messages = read(SPEC, passes=True)
    assert set(operations(api)) == KEYS
    assert messages == []


@settings(max_examples=30, deadline=None)
@given(st.randoms(use_true_random=False))
def test_the_order_of_paths_and_schemas_changes_nothing(random: Any) -> None:
    def without_places(value: object) -> str:
        return re.sub(r"Location\([^)]*\)", "", repr(value))

    def shuffled(value: dict[str, Any]) -> dict[str, Any]:
        keys = list(value)
        random.shuffle(keys)
        return {key: value[key] for key in keys}

    spec = copy.deepcopy(SPEC)
    spec["paths"]["/other"] = copy.deepcopy(spec["paths"]["/things/{id}"])
    spec["paths"]["/third"] = {"get": {"responses": {}}}
    expected, _ = read(spec, passes=True)
    spec["paths"] = {path: shuffled(item) for path, item in shuffled(spec["paths"]).items()}
    for section in ("schemas", "parameters"):
        spec["components"][section] = shuffled(spec["components"][section])
    for item in spec["paths"].values():
        if "get" in item:
            item["get"]["responses"] = shuffled(item["get"]["responses"])
    changed, _ = read(shuffled(spec), passes=True)
    assert without_places(changed) == without_places(expected)


NAMES = ["A", "B", "C"]
references = st.sampled_from([{"$ref": f"#/components/schemas/{name}"} for name in NAMES])
graphs = st.recursive(
    references | st.sampled_from([{}, {"type": "string"}, {"type": "object", "properties": {}}]),
    lambda inner: st.one_of(
        st.builds(
            lambda keyword, members, more: {keyword: members, **more},
            st.sampled_from(["oneOf", "anyOf", "allOf"]),
            st.lists(inner, min_size=1, max_size=3),
            st.sampled_from([{}, {"nullable": True}, {"properties": {"p": {"const": 1}}}]),
        ),
        st.builds(lambda schema: {"properties": {"x": schema}}, inner),
        st.builds(lambda schema: {"type": "array", "items": schema}, inner),
        st.builds(lambda schema: {"additionalProperties": schema}, inner),
    ),
    max_leaves=6,
)


def is_itself(type_: TypeRef, models: dict[str, Model]) -> list[str]:
    """The names that a type stands for, not those in its lists and fields."""
    if isinstance(type_, ModelType):
        return [type_.id]
    if isinstance(type_, NullableType):
        return is_itself(type_.inner, models)
    if isinstance(type_, UnionType):
        return [name for member in type_.members for name in is_itself(member, models)]
    return []


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.fixed_dictionaries(dict.fromkeys(NAMES, graphs)))
def test_any_graph_of_schemas_ends_and_is_whole(schemas: dict[str, Any]) -> None:
    spec = {
        "openapi": "3.1.0",
        "info": {"title": "T", "version": "1"},
        "paths": {
            "/a": {
                "get": {
                    "responses": {
                        "200": {
                            "content": {"application/json": {"schema": schemas["A"]}},
                        }
                    }
                }
            }
        },
        "components": {"schemas": schemas},
    }
    try:
        api, _ = read(spec, passes=True)
    except Faults as fault:
        if "ref-cycle" not in str(fault):
            raise
        return
    models: dict[str, Model] = {model.id: model for model in api.models}
    for model in api.models:
        for type_ in model_types(model):
            for inner in walk_types(type_):
                assert not isinstance(inner, ModelType) or inner.id in models
                assert not isinstance(inner, NullableType) or not isinstance(
                    inner.inner, NullableType | AnyType
                )
                assert not isinstance(inner, UnionType) or len(inner.members) > 1
    for name, model in models.items():
        seen: set[str] = set()
        waiting = [] if isinstance(model.shape, ObjectShape) else is_itself(model.shape, models)
        while waiting:
            target = waiting.pop()
            assert target != name
            if target not in seen:
                seen.add(target)
                shape = models[target].shape
                if not isinstance(shape, ObjectShape):
                    waiting.extend(is_itself(shape, models))
