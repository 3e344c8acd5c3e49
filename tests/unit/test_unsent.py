"""What generated methods don't send is said, with the place in the document."""

from __future__ import annotations

from pathlib import Path

from hoody_codegen.config import Target
from hoody_codegen.pipeline import generate

HEAD = """\
openapi: 3.1.0
info: {title: Shop, version: 1.0.0}
servers: [{url: "https://shop.example.test"}]
"""


def said(tmp_path: Path, document: str) -> list[tuple[str, int | None, str]]:
    spec = tmp_path / "shop.yaml"
    spec.write_text(HEAD + document)
    target = Target(name="shop", specs=(spec,), output=tmp_path / "out", package="shop")
    found = generate(target).diagnostics
    return [(one.code, one.location.line if one.location else None, one.message) for one in found]


def test_several_servers_of_one_operation_are_named(tmp_path: Path) -> None:
    found = said(
        tmp_path,
        """\
paths:
  /same: {get: {servers: [{url: "https://shop.example.test"}], responses: {}}}
  /own: {get: {servers: [{url: "https://files.example.test"}], responses: {}}}
  /two: {get: {servers: [{url: "https://a.test"}, {url: "https://b.test"}], responses: {}}}
""",
    )
    assert [(code, line) for code, line, _ in found] == [("operation-servers", 7)]


def test_credentials_that_no_token_can_stand_for_are_named_once(tmp_path: Path) -> None:
    found = said(
        tmp_path,
        """\
security: [{key: []}]
paths:
  /a: {get: {responses: {}}, put: {responses: {}}}
  /token: {get: {security: [{key: []}, {bearer: []}], responses: {}}}
  /open: {get: {security: [{}, {basic: []}], responses: {}}}
  /both: {get: {security: [{bearer: [], login: []}], responses: {}}}
  /lost: {get: {security: [{gone: []}], responses: {}}}
components:
  securitySchemes:
    key: {type: mutualTLS}
    basic: {type: http, scheme: basic}
    bearer: {type: http, scheme: Bearer}
    login: {type: oauth2, flows: {}}
""",
    )
    assert found == [
        ("security-scheme", 10, "the security scheme 'gone' is not described"),
        (
            "security-scheme",
            13,
            "the security scheme 'key' is not supported: nothing is sent for it",
        ),
    ]


def test_other_bodies_and_styles_of_form_fields_are_named(tmp_path: Path) -> None:
    found = said(
        tmp_path,
        """\
paths:
  /form:
    post:
      requestBody:
        content:
          application/x-www-form-urlencoded:
            schema: {type: object, properties: {a: {type: object}, b: {type: string}}}
            encoding: {a: {style: simple}, b: {style: form}, c: {headers: {X: {}}}}
          application/xml: {}
          text/csv: {}
      responses: {}
""",
    )
    assert found == [
        (
            "body-media-types",
            7,
            "the body is sent as application/x-www-form-urlencoded; the document also offers "
            "application/xml, text/csv",
        ),
        (
            "form-encoding",
            11,
            "the style 'simple' does not exist for fields of forms; the default is used",
        ),
        (
            "form-encoding",
            11,
            "headers of the field 'c' are not supported; its content is sent without them",
        ),
    ]
