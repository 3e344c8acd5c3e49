"""Short ways from text to documents and to the intermediate representation."""

from __future__ import annotations

import json
import textwrap
from pathlib import Path
from typing import Any

from hoody_codegen.config import EnvelopeRule, Target
from hoody_codegen.diagnostics import Diagnostics
from hoody_codegen.document import Document, Source, link
from hoody_codegen.document.json_reader import read_json
from hoody_codegen.document.limits import DEFAULT_LIMITS, Limits
from hoody_codegen.document.yaml_reader import read_yaml
from hoody_codegen.ir import Api, Model, ObjectShape, Operation, Property, TypeRef
from hoody_codegen.openapi import read_api
from hoody_codegen.passes import run

TARGET = Target(
    name="demo",
    specs=(),
    output=Path("out"),
    envelope=EnvelopeRule("data", ("statusCode",)),
)


def parse(text: str, limits: Limits = DEFAULT_LIMITS) -> tuple[Any, list[str]]:
    """The value of a YAML text, and its faults as text."""
    diagnostics = Diagnostics()
    read = read_yaml(textwrap.dedent(text), "spec.yaml", limits, diagnostics)
    return (read[0] if read is not None else None), [str(item) for item in diagnostics]


class Faults(AssertionError):
    """The document can't be read; the message holds all of its faults."""


def document(text: str, file: str = "spec.yaml") -> Document:
    """A document from a text, its references checked; Faults if it has some."""
    diagnostics = Diagnostics()
    reader = read_json if text.startswith("{") else read_yaml
    read = reader(textwrap.dedent(text), file, DEFAULT_LIMITS, diagnostics)
    linked = link(Document(Source(file, *read)), diagnostics) if read is not None else None
    if linked is None:
        raise Faults("\n".join(str(item) for item in diagnostics))
    return linked


def read(spec: str | dict[str, Any], *, passes: bool = False) -> tuple[Api, list[str]]:
    """The API of a document, and its diagnostics as text."""
    text = json.dumps(spec) if isinstance(spec, dict) else spec
    diagnostics = Diagnostics()
    api = read_api([document(text)], diagnostics)
    if passes:
        api = run(api, TARGET, diagnostics)
    return api, [str(item) for item in diagnostics]


def read_schemas(schemas: str) -> tuple[dict[str, Model], list[str]]:
    """The models of ``components.schemas`` by id without the service, and the diagnostics."""
    text = "openapi: 3.1.0\ninfo: {title: T, version: '1', x-namespace: t}\npaths: {}\n"
    text += "components:\n  schemas:\n" + textwrap.indent(textwrap.dedent(schemas), "    ")
    api, messages = read(text)
    return {model.id.removeprefix("t#"): model for model in api.models}, messages


def read_type(schema: str) -> tuple[TypeRef, list[str]]:
    """The type of one schema: that of a property of an otherwise empty object."""
    text = "Holder:\n  type: object\n  properties:\n    value:\n"
    models, messages = read_schemas(text + textwrap.indent(textwrap.dedent(schema), " " * 6))
    return fields(models["Holder"])["value"].type, messages


def fields(model: Model) -> dict[str, Property]:
    assert isinstance(model.shape, ObjectShape), model.shape
    return {item.name.reveal(): item for item in model.shape.properties}


def operations(api: Api) -> dict[str, Operation]:
    """All operations by method and path key."""
    return {
        item.key.partition(" ")[2]: item for service in api.services for item in service.operations
    }


def only(api: Api) -> Operation:
    (operation,) = operations(api).values()
    return operation
