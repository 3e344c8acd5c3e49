"""How documents say that parameters and fields of forms are written."""

from __future__ import annotations

import textwrap

import pytest
from hoody_codegen.ir import Operation
from support.reading import only, read

HEAD = """\
openapi: 3.1.0
info: {title: Demo API, version: 1.2.0, x-namespace: demo}
paths:
"""


def operation_of(operation: str, path: str = "/a") -> tuple[Operation, list[str]]:
    body = textwrap.indent(textwrap.dedent(operation), "      ")
    api, messages = read(f"{HEAD}  {path}:\n    get:\n{body}")
    return only(api), messages


@pytest.mark.parametrize("location", ["query", "header", "cookie", "path"])
@pytest.mark.parametrize("kind", ["application/json", "application/vnd.x+JSON; v=1"])
def test_parameters_that_hold_json(location: str, kind: str) -> None:
    operation, messages = operation_of(
        f"parameters: [{{name: x, in: {location}, required: true, content: {{{kind!r}: "
        "{schema: {type: object, properties: {a: {type: string}}}}}}]",
        path="/a/{x}" if location == "path" else "/a",
    )
    assert messages == []
    (parameter,) = operation.parameters
    assert (parameter.style, parameter.explode) == ("json", None)


def test_reserved_characters_are_for_queries() -> None:
    operation, _ = operation_of(
        """
        parameters:
          - {name: q, in: query, allowReserved: true, schema: {type: string}}
          - {name: p, in: path, allowReserved: true, required: true, schema: {type: string}}
          - {name: h, in: header, allowReserved: true, schema: {type: string}}
        """,
        path="/a/{p}",
    )
    marks = {p.name.reveal(): (p.reserved, p.wildcard) for p in operation.parameters}
    assert marks == {"q": (True, False), "p": (False, True), "h": (False, False)}


def test_encodings_of_forms() -> None:
    operation, messages = operation_of("""
        requestBody:
          content:
            multipart/form-data:
              schema: {type: object}
              encoding:
                a: {contentType: Image/PNG}
                b: {contentType: "image/png, image/jpeg"}
                c: {contentType: "image/*"}
            application/x-www-form-urlencoded:
              schema: {type: object}
              encoding:
                d: {style: deepObject}
                e: {explode: false}
                f: {allowReserved: true}
                g: {contentType: application/json}
                h: {style: spaceDelimited}
                i: 5
            application/json: {encoding: {x: {style: form}}}
        """)
    assert operation.body is not None
    parts, fields, other = (content.encodings for content in operation.body.contents)
    assert other == ()
    assert [(one.name.reveal(), one.media_type) for one in parts] == [
        ("a", "image/png"),
        ("b", None),
        ("c", None),
    ]
    assert [(one.name.reveal(), one.style, one.explode, one.reserved) for one in fields] == [
        ("d", "deepObject", False, False),
        ("e", "form", False, False),
        ("f", "form", True, True),
        ("g", None, True, False),
        ("h", "spaceDelimited", False, False),
    ]
    assert len(messages) == 1
    assert "[not-an-object]" in messages[0]
