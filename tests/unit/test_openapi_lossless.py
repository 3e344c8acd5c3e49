"""The committed documents reach the IR whole: counted again in the plain data of each file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hoody_codegen.diagnostics import Diagnostics
from hoody_codegen.document import Document, link, load
from hoody_codegen.ir import Model, ObjectShape, Operation
from hoody_codegen.openapi import read_service

SPECS = sorted((Path(__file__).parents[2] / "specs" / "hoody").glob("*.yaml"))
METHODS = {"get", "put", "post", "delete", "options", "head", "patch", "trace"}


class _PlainLoader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Like the generator's reader, it takes dates for text."""


_PlainLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith("timestamp")]
    for first, resolvers in _PlainLoader.yaml_implicit_resolvers.items()
}


def plain_operations(spec: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    for path, item in spec["paths"].items():
        for method, operation in item.items():
            if method in METHODS:
                yield f"{method.upper()} {path}", item, operation
        for method, operation in item.get("x-additional-operations", {}).items():
            yield f"{method.upper()} {path}", item, operation


def schema_properties(value: Any, pointer: str = "") -> Iterator[str]:
    """Pointers of all described fields, outside of examples and defaults."""
    if isinstance(value, dict):
        for name in value.get("properties", {}) if _is_schema(value) else ():
            yield f"{pointer}/properties/{_token(name)}"
        for key, member in value.items():
            if key in ("example", "examples", "default", "enum", "const", "x-error-codes"):
                continue
            if key == "properties" and _is_schema(value):
                for name, schema in member.items():
                    yield from schema_properties(schema, f"{pointer}/properties/{_token(name)}")
            else:
                yield from schema_properties(member, f"{pointer}/{_token(str(key))}")
    elif isinstance(value, list):
        for index, member in enumerate(value):
            yield from schema_properties(member, f"{pointer}/{index}")


def _is_schema(value: dict[str, Any]) -> bool:
    return isinstance(value.get("properties"), dict)


def _token(text: str) -> str:
    return text.replace("~", "~0").replace("/", "~1")


def resolved(spec: dict[str, Any], node: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in node:
        target: Any = spec
        for token in node["$ref"].removeprefix("#/").split("/"):
            target = target[token.replace("~1", "/").replace("~0", "~")]
        node = target
    return node


def shapes_of(models: tuple[Model, ...]) -> Iterator[ObjectShape]:
    for model in models:
        if isinstance(model.shape, ObjectShape):
            yield model.shape


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_nothing_is_lost(path: Path) -> None:
    diagnostics = Diagnostics()
    loaded = load(path, diagnostics)
    assert loaded is not None
    document = link(loaded, diagnostics)
    assert isinstance(document, Document)
    service, models = read_service(document, diagnostics)
    assert [str(item) for item in diagnostics] == []

    spec = yaml.load(path.read_text(encoding="utf-8"), Loader=_PlainLoader)
    found = {item.key.partition(" ")[2]: item for item in service.operations}
    expected = {key: (item, operation) for key, item, operation in plain_operations(spec)}
    assert set(found) == set(expected)
    for key, (item, operation) in expected.items():
        _same_operation(spec, key, item, operation, found[key])

    origins = {field.origin.pointer for shape in shapes_of(models) for field in shape.properties}
    missing = {
        pointer for pointer in set(schema_properties(spec)) - origins if not _is_of_events(pointer)
    }
    # Equal inline schemas with one title are joined: their fields stand at the first of them.
    assert {pointer for pointer in missing if not _in_titled(spec, pointer)} == set()


def _is_of_events(pointer: str) -> bool:
    """Whether this is a field of events themselves: the types of their data are what is kept."""
    _, _, inside = pointer.partition("/text~1event-stream/x-item-schema/")
    return bool(inside) and "/contentSchema/" not in inside


def _in_titled(spec: Any, pointer: str) -> bool:
    for token in pointer.split("/")[1:]:
        if isinstance(spec, dict) and "title" in spec and "properties" in spec:
            return True
        key = token.replace("~1", "/").replace("~0", "~")
        spec = (
            spec[int(key)] if isinstance(spec, list) else {str(k): v for k, v in spec.items()}[key]
        )
    return False


def _same_operation(
    spec: dict[str, Any],
    key: str,
    item: dict[str, Any],
    operation: dict[str, Any],
    found: Operation,
) -> None:
    listed = [*item.get("parameters", ()), *operation.get("parameters", ())]
    parameters = [resolved(spec, node) for node in listed]
    fixed = {name.reveal() for name, _ in found.fixed_query}
    wanted = {
        (node["name"], node["in"])
        for node in parameters
        if not (node["in"] == "query" and node["name"] in fixed)
        and not (node["in"] == "header" and node["name"].lower() == "authorization")
    }
    assert {(p.name.reveal(), p.location.value) for p in found.parameters} == wanted, key
    responses = operation.get("responses", {})
    assert {item.status for item in found.responses} == {str(status) for status in responses}, key
    for response in found.responses:
        node = responses.get(response.status) or responses.get(int(response.status))
        plain = resolved(spec, node)
        assert [c.media_type for c in response.contents] == list(plain.get("content", {})), key
        at_response = [entry["code"] for entry in plain.get("x-error-codes", ())]
        codes = [entry.code.reveal() if entry.code else None for entry in response.errors]
        assert codes[: len(at_response)] == at_response, key
        headers = set(plain.get("headers", {}))
        assert {header.name.reveal() for header in response.headers} == headers, key
    body = resolved(spec, operation["requestBody"]) if "requestBody" in operation else None
    if body is None:
        assert found.body is None, key
    else:
        assert found.body is not None, key
        assert [c.media_type for c in found.body.contents] == list(body["content"]), key
        assert found.body.required == body.get("required", False), key
    for name in ("summary", "description"):
        text = getattr(found, name)
        assert (text.reveal() if text else None) == (operation.get(name) or None), key
