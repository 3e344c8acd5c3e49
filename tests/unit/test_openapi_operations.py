"""Paths, methods, parameters, bodies, responses and extensions to operations."""

from __future__ import annotations

import textwrap

import pytest
from hoody_codegen.ir import (
    AnyType,
    Api,
    ArrayType,
    EnumType,
    MapType,
    ModelType,
    Operation,
    PaginationStyle,
    ParameterLocation,
    Security,
    StreamKind,
)
from hoody_codegen.text import Untrusted
from support.building import BINARY, BOOLEAN, INTEGER, STRING
from support.reading import fields, only, operations, read

HEAD = "openapi: 3.1.0\ninfo: {title: Demo API, version: 1.2.0, x-namespace: demo}\n"


def api_of(paths: str, more: str = "") -> tuple[Api, list[str]]:
    text = HEAD + textwrap.dedent(more) + "paths:\n" + textwrap.indent(textwrap.dedent(paths), "  ")
    return read(text)


def operation_of(operation: str, path: str = "/a", more: str = "") -> tuple[Operation, list[str]]:
    body = textwrap.indent(textwrap.dedent(operation), "    ")
    api, messages = api_of(f"{path}:\n  get:\n{body}", more)
    return only(api), messages


def parameter_of(schema: str, **keys: str) -> tuple[object, list[str]]:
    given = {"name": "x", "in": "query", "schema": schema, **keys}
    flow = ", ".join(f"{key}: {value}" for key, value in given.items())
    operation, messages = operation_of(f"parameters: [{{{flow}}}]")
    return (operation.parameters[0] if operation.parameters else None), messages


# Paths and methods


def test_every_method_is_an_operation() -> None:
    api, messages = api_of("""
        /a:
          get: {}
          QUERY: {}
          trace: null
          put: 5
          copy: {responses: {}}
          mkcol: {operationId: make}
          x-additional-operations: {PROPFIND: {}, M-SEARCH: {}}
          additionalOperations: {CHECKAUTH: {}}
          x-note: {responses: {}}
          summary: All
        """)
    assert sorted(operations(api)) == [
        f"{method} /a"
        for method in (
            *("CHECKAUTH", "COPY", "GET", "M-SEARCH", "MKCOL", "PROPFIND", "PUT", "QUERY"),
            "TRACE",
        )
    ]
    assert [message.partition(": ")[2] for message in messages] == [
        "warning: expected an object (Operation) and found a number [not-an-object]"
    ]


def test_unknown_keys_of_a_path_are_told() -> None:
    _, messages = api_of(
        "/a:\n  get: {}\n  gte: {nothing: here}\n  other: 5\n  'b c': {responses: {}}\n"
    )
    found = [message.partition(" is ")[0].partition("warning: ")[2] for message in messages]
    assert found == ["'gte'", "'other'", "'b c'"]


def test_a_method_must_be_a_token() -> None:
    api, messages = api_of('/a: {x-additional-operations: {"A B": {}, "A\\r\\nX: 1": {}, OK: {}}}')
    assert list(operations(api)) == ["OK /a"]
    assert [message.split("[")[-1] for message in messages] == ["invalid-method]"] * 2


@pytest.mark.parametrize(
    ("key", "template", "query"),
    [
        ("/{p}?type=ssh", "/{p}", [("type", "ssh")]),
        ("/{p}?zip", "/{p}", [("zip", "")]),
        ("/?a=1&b=%20c", "/", [("a", "1"), ("b", " c")]),
        ("/sdk/:p", "/sdk/{p}", []),
        ("/:p/b", "/{p}/b", []),
        ("/s/{p}/answer:assist", "/s/{p}/answer:assist", []),
        ("/a#variant", "/a", []),
        ("a/b", "/a/b", []),
        ("/files/", "/files/", []),
    ],
)
def test_path_keys(key: str, template: str, query: list[tuple[str, str]]) -> None:
    declared = "parameters: [{name: p, in: path, required: true, schema: {type: string}}]"
    operation, _ = operation_of(declared if "p" in template else "{}", f"'{key}'")
    assert operation.path == Untrusted(template)
    assert [(a.reveal(), b.reveal()) for a, b in operation.fixed_query] == query


def test_two_keys_may_share_path_and_method_on_the_wire() -> None:
    api, _ = api_of("/a?x: {get: {}}\n/a?y: {get: {}}\n/a: {get: {}}\n")
    assert sorted(operations(api)) == ["GET /a", "GET /a?x", "GET /a?y"]


def test_the_original_path_is_sent() -> None:
    operation, _ = operation_of("x-original-path: /\n", "'/files/?zip'")
    assert operation.path == Untrusted("/")
    assert operation.fixed_query == ((Untrusted("zip"), Untrusted("")),)


def test_repeated_operation_ids_lose_nothing() -> None:
    api, _ = api_of("/a: {get: {operationId: same}}\n/b: {get: {operationId: same}}\n")
    assert sorted(operations(api)) == ["GET /a", "GET /b"]


def test_a_path_item_may_be_a_reference() -> None:
    api, _ = api_of(
        "/a: {$ref: '#/components/pathItems/A'}", "components: {pathItems: {A: {get: {}}}}\n"
    )
    assert list(operations(api)) == ["GET /a"]


# Parameters


def test_parameters_stand_in_order_of_path_then_of_the_document() -> None:
    api, _ = api_of("""
        /{b}/{a}:
          parameters:
            - {name: a, in: path, required: true, schema: {type: string}}
            - {name: q, in: query, schema: {type: string}}
            - {name: X-H, in: header, schema: {type: string}}
          get:
            parameters:
              - {name: z, in: query, schema: {type: string}}
              - {name: b, in: path, required: true, schema: {type: string}}
              - {name: q, in: query, schema: {type: integer}}
              - {name: x-h, in: header, schema: {type: integer}}
        """)
    found = [(item.name.reveal(), item.type) for item in only(api).parameters]
    assert found == [("b", STRING), ("a", STRING), ("q", INTEGER), ("z", STRING), ("x-h", INTEGER)]


def test_path_parameters_are_settled_against_the_path() -> None:
    operation, messages = operation_of(
        "parameters: [{name: gone, in: path, required: true, schema: {type: string}}]",
        "/{here}",
    )
    (parameter,) = operation.parameters
    assert parameter.name == Untrusted("here")
    assert parameter.required
    assert parameter.inferred is not None
    assert [message.split("[")[-1] for message in messages] == [
        "path-parameter-missing]",
        "path-parameter-unknown]\n    hint: The path is '/{here}'.",
    ]


def test_a_fixed_query_pair_is_not_asked_again() -> None:
    operation, _ = operation_of(
        "parameters: [{name: type, in: query, required: true, schema: {enum: [ssh]}},"
        " {name: type, in: header, schema: {}}]",
        "/a?type=ssh",
    )
    assert [item.location for item in operation.parameters] == [ParameterLocation.HEADER]


def test_a_flag_is_a_boolean() -> None:
    parameter, _ = parameter_of("{type: string, enum: ['']}")
    assert parameter.flag  # type: ignore[attr-defined]
    assert parameter.type == BOOLEAN  # type: ignore[attr-defined]
    parameter, _ = parameter_of("{type: string, enum: ['', '1']}")
    assert not parameter.flag  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("keys", "style", "explode"),
    [
        ({}, None, None),
        ({"style": "form", "explode": "true"}, None, None),
        ({"style": "form", "explode": "false"}, None, False),
        ({"style": "spaceDelimited"}, "spaceDelimited", None),
        ({"style": "deepObject", "explode": "true"}, "deepObject", True),
    ],
)
def test_styles_are_told_where_they_differ(
    keys: dict[str, str], style: str | None, explode: bool | None
) -> None:
    parameter, messages = parameter_of("{type: array, items: {type: string}}", **keys)
    assert (parameter.style, parameter.explode) == (style, explode)  # type: ignore[attr-defined]
    assert messages == []


@pytest.mark.parametrize(
    ("parameter", "code"),
    [
        ("{in: query, schema: {}}", "missing-value"),
        ("{name: '', in: query}", "missing-value"),
        ("{name: x, in: body, schema: {}}", "invalid-value"),
        ("{name: x, schema: {}}", "missing-value"),
        ("5", "not-an-object"),
        ("{name: x, in: query, required: perhaps}", "invalid-value"),
        ("{name: x, in: query, style: matrix}", "parameter-style"),
        ("{name: x, in: query, content: {text/xml: {}}}", "parameter-content"),
        ("{name: x, in: header, content: {application/yaml: {}}}", "parameter-content"),
        ("{name: x, in: header, content: 5}", "parameter-content"),
        ("{name: aCCept, in: header, schema: {type: string}}", "accept-parameter"),
        ("{name: Content-Type, in: header, schema: {type: string}}", "content-type-parameter"),
        ("{name: keep, in: query}", "duplicate-parameter"),
    ],
)
def test_odd_parameters_never_lose_the_operation(parameter: str, code: str) -> None:
    operation, messages = operation_of(
        f"parameters: [{{name: keep, in: query, schema: {{}}}}, {parameter}]"
    )
    assert operation.parameters[0].name == Untrusted("keep")
    assert any(f"[{code}]" in message for message in messages), messages


def test_marks_of_parameters() -> None:
    operation, _ = operation_of(
        """
        parameters:
          - {name: p, in: path, required: true, x-wildcard: true, schema: {type: string}}
          - name: t
            in: query
            required: true
            x-host-injected: true
            deprecated: true
            description: D
            example: 5
            x-inferred: guessed
            schema: {type: integer, default: 0, minimum: 0}
        """,
        "/{p}",
    )
    path, query = operation.parameters
    assert path.wildcard
    assert query.host_injected
    assert query.required
    assert query.deprecated
    assert query.default == Untrusted(0)
    assert query.constraints.minimum == 0
    assert [item.value for item in query.examples] == [Untrusted(5)]
    assert query.inferred == Untrusted("guessed")


def test_the_authorization_header_is_not_asked_for() -> None:
    operation, messages = operation_of(
        "parameters: [{name: authorization, in: header, required: true, schema: {}}]"
    )
    assert operation.parameters == ()
    assert "note: " in messages[0]


# Bodies and responses


def test_media_types_keep_their_order_and_grammar() -> None:
    operation, messages = operation_of("""
        requestBody:
          required: true
          description: What to send
          content:
            Application/JSON; Charset=utf-8: {schema: {type: string, format: binary}}
            multipart/form-data: {schema: {type: object, properties: {f: {format: binary}}}}
            "*/*": {}
            "image/*": {schema: true}
            "no type": {schema: {type: string}}
            "a/b\\r\\nX: 1": {schema: {type: string}}
        """)
    assert operation.body is not None
    assert [content.media_type for content in operation.body.contents] == [
        "application/json; Charset=utf-8",
        "multipart/form-data",
        "*/*",
        "image/*",
    ]
    assert operation.body.required
    assert operation.body.contents[2].type is None
    assert [message.split("[")[-1].splitlines()[0] for message in messages] == [
        "invalid-media-type]"
    ] * 2


def test_a_multipart_field_holds_raw_bytes() -> None:
    api, _ = api_of(
        "/a: {post: {requestBody: {content: {multipart/form-data: {schema: {type: object,"
        " properties: {f: {type: string, format: binary}}}}}}}}"
    )
    (model,) = api.models
    assert fields(model)["f"].type == BINARY


def test_responses_are_in_order_of_status() -> None:
    operation, messages = operation_of(
        "responses: {default: {}, 404: {description: n}, '4xx': {}, 200: {description: ok},"
        " 99: {}, abc: {}, x-note: {}}"
    )
    assert [item.status for item in operation.responses] == ["200", "404", "4XX", "default"]
    assert [message.split("[")[-1].splitlines()[0] for message in messages] == [
        "invalid-status]",
        "invalid-status]",
    ]


def test_references_to_components_of_every_kind() -> None:
    operation, messages = operation_of(
        """
        parameters: [{$ref: '#/components/parameters/P'}]
        requestBody: {$ref: '#/components/requestBodies/B'}
        responses: {200: {$ref: '#/components/responses/R'}}
        """,
        more="""
        components:
          parameters: {P: {name: p, in: query, schema: {$ref: '#/components/schemas/S'}}}
          requestBodies:
            B: {content: {text/plain: {examples: {e: {$ref: '#/components/examples/E'}}}}}
          responses:
            R: {description: r, headers: {X: {$ref: '#/components/headers/H'}}}
          headers: {H: {description: h, schema: {type: integer}}}
          examples: {E: {summary: s, value: text}}
          schemas: {S: {type: integer}}
        """,
    )
    assert messages == []
    assert operation.parameters[0].type == INTEGER
    assert operation.body is not None
    (example,) = operation.body.contents[0].examples
    assert (example.name, example.summary, example.value) == tuple(
        map(Untrusted, ("e", "s", "text"))
    )
    assert operation.responses[0].headers[0].type == INTEGER


def test_examples_that_are_wrapped_twice() -> None:
    operation, _ = operation_of(
        "responses: {200: {content: {application/json: {examples: {e: {value:"
        " {summary: S, value: {a: 1}}}}}}}}"
    )
    (example,) = operation.responses[0].contents[0].examples
    assert example.value == Untrusted({"a": 1})
    assert example.summary == Untrusted("S")


def test_models_are_named_after_where_they_stand() -> None:
    deep = "{type: object, properties: {x: {}}}"
    inner = f"{{application/json: {{schema: {{type: object, properties: {{deep: {deep}}}}}}}}}"
    api, _ = api_of(
        f"/a: {{post: {{requestBody: {{content: {inner}}}, responses: {{200: {{content: {inner}}},"
        f" 202: {{content: {inner}}}, 404: {{content: {inner}}}}}}}}}"
    )
    assert sorted(
        " ".join(word.reveal() for word in model.context[1:]) for model in api.models
    ) == [
        "accepted response",
        "accepted response deep",
        "body",
        "body deep",
        "not found error",
        "not found error deep",
        "response",
        "response deep",
    ]


# Extensions and security


def test_error_codes_at_three_levels() -> None:
    operation, messages = operation_of(
        """
        x-error-codes: [{code: BUSY, status: 503}, {code: ANY}, PLAIN]
        responses:
          400:
            x-error-codes:
              - {code: ONE, title: T, description: D, resolution: R, example: text}
              - {code: 17}
              - {title: no code, detailsSchema: {type: object, properties: {x: {}}}}
              - 5
            content:
              application/json:
                schema:
                  allOf: [{$ref: '#/components/schemas/E'}]
                  x-error-codes: {TWO: {title: Two}, THREE: text}
        """,
        more="components: {schemas: {E: {x-error-codes: [{code: FOUR}], properties: {a: {}}}}}\n",
    )
    at_operation = [(item.status, item.code and item.code.reveal()) for item in operation.errors]
    assert at_operation == [(503, "BUSY"), (None, "ANY"), (None, "PLAIN")]
    errors = operation.responses[0].errors
    assert [(item.status, item.code and item.code.reveal()) for item in errors] == [
        (400, "ONE"),
        (400, "17"),
        (400, None),
        (400, "TWO"),
        (400, "THREE"),
        (400, "FOUR"),
    ]
    assert errors[0].example == Untrusted("text")
    assert isinstance(errors[2].details, ModelType)
    assert [message.split("[")[-1] for message in messages] == ["invalid-error-code]"]


@pytest.mark.parametrize(
    ("text", "style", "parts"),
    [
        (
            "{type: page-number, default_limit: 20, request_params: {offset: page, limit: limit},"
            " response_fields: {items: data.images, total: data.pagination.total}}",
            PaginationStyle.PAGE,
            ("data.images", "page", "limit", "data.pagination.total", None, 20),
        ),
        (
            "{type: simple-array, response_fields: {items: data, total: data.length}}",
            PaginationStyle.SINGLE,
            ("data", None, None, None, None, None),
        ),
        (
            "{type: cursor, default_limit: 0, request_params: {cursor: after_id},"
            " response_fields: {items: items, next_cursor: next_after_id}}",
            PaginationStyle.CURSOR,
            ("items", "after_id", None, None, "next_after_id", 0),
        ),
        (
            "{type: dual-array, response_fields: {items: data, total: a.length + b.length}}",
            PaginationStyle.SINGLE,
            ("data", None, None, None, None, None),
        ),
        (
            "{type: dual-array, response_fields: {total: d.a.length+d.b.length}}",
            PaginationStyle.SINGLE,
            ("d.a + d.b", None, None, None, None, None),
        ),
        (
            "{type: dual-array, response_fields: {items: d.a + d.b, total: d.all}}",
            PaginationStyle.SINGLE,
            ("d.a + d.b", None, None, "d.all", None, None),
        ),
        (
            "{type: count-based, response_fields: {items: rows, total: count}}",
            PaginationStyle.SINGLE,
            ("rows", None, None, "count", None, None),
        ),
        (
            "{type: simple-list, response_fields: {items: 'not a path!(', total: a*b}}",
            PaginationStyle.SINGLE,
            ("", None, None, None, None, None),
        ),
        (
            "{type: cursor, default_limit: -1, request_params: {cursor: c},"
            " response_fields: {next_cursor: -1.id}}",
            PaginationStyle.CURSOR,
            ("", "c", None, None, "-1.id", None),
        ),
        (
            "{type: offset-based, request_params: {offset: o}}",
            PaginationStyle.OFFSET,
            ("", "o", *[None] * 4),
        ),
    ],
)
def test_pagination(text: str, style: PaginationStyle, parts: tuple[object, ...]) -> None:
    operation, _ = operation_of(f"x-pagination: {text}")
    found = operation.pagination
    assert found is not None
    assert found.style is style
    texts = (found.items, found.position, found.limit, found.total, found.next_cursor)
    assert (
        *(item.reveal() if item is not None else None for item in texts),
        found.default_limit,
    ) == parts


@pytest.mark.parametrize("text", ["none", "{type: none}", "false"])
def test_no_pagination(text: str) -> None:
    operation, _ = operation_of(f"x-pagination: {text}")
    assert operation.pagination is None


def test_other_extensions() -> None:
    operation, messages = operation_of(
        "x-sdk-name: client.agent.mcp.addServer\nx-cli-name: auth create\nx-streaming: sse\n"
        "x-inferred: [a, b]\ntags: ['demo:Auth Tokens', '']\ndeprecated: true\n"
    )
    assert messages == []
    assert [part.reveal() for part in operation.sdk_name] == ["client", "agent", "mcp", "addServer"]
    assert operation.cli_name == Untrusted("auth create")
    assert operation.stream is StreamKind.SSE
    assert operation.inferred == Untrusted("a; b")
    assert operation.tags == (Untrusted("demo:Auth Tokens"),)
    assert operation.deprecated


@pytest.mark.parametrize(
    ("root", "own", "expected"),
    [
        ("", "", None),
        ("security: []\n", "", ()),
        ("security: [{a: []}]\n", "", (Security((Untrusted("a"),)),)),
        ("security: [{a: []}]\n", "security: []", ()),
        (
            "",
            "security: [{}, {a: [], b: []}, 5]",
            (Security(()), Security((Untrusted("a"), Untrusted("b")))),
        ),
    ],
)
def test_security(root: str, own: str, expected: object) -> None:
    operation, _ = operation_of(own or "{}", more=root)
    assert operation.security == expected


def test_the_service() -> None:
    api, messages = read("""
        openapi: 3.0.3
        info:
          title: Demo API
          description: D
          version: 1.2.0
          x-namespace: demo
          x-realm-support: {enabled: true, baseDomain: api.x, parameterName: realm_id}
        servers:
          - url: https://{a}.{b}
            variables: {a: {default: '', description: A}, b: {default: c, enum: [c]}}
          - 5
          - {description: no url}
        paths: {}
        components:
          securitySchemes:
            bearer: {type: http, scheme: bearer}
            Key: {type: apiKey, in: query, name: k}
        """)
    (service,) = api.services
    assert service.version == Untrusted("1.2.0")
    assert service.realms is not None
    assert service.realms.base_domain == Untrusted("api.x")
    (server,) = service.servers
    assert [(item.name.reveal(), item.default) for item in server.variables] == [
        ("a", None),
        ("b", Untrusted("c")),
    ]
    assert [item.name.reveal() for item in service.security_schemes] == ["Key", "bearer"]
    assert len(messages) == 2


def test_webhooks_and_callbacks_are_told() -> None:
    _, messages = operation_of("callbacks: {done: {}}", more="webhooks: {made: {post: {}}}\n")
    assert [message.split(": ")[1] for message in messages] == ["note", "note"]


def test_a_document_without_a_namespace_is_named_after_its_file() -> None:
    api, _ = read("openapi: 3.1.0\npaths: {}\n")
    assert [service.name.reveal() for service in api.services] == ["spec"]


def test_parameter_types_that_are_models() -> None:
    operation, _ = operation_of(
        "parameters: [{name: f, in: query, style: deepObject, schema: {type: object,"
        " properties: {a: {type: array, items: {enum: [x]}}}}}]"
    )
    (parameter,) = operation.parameters
    assert isinstance(parameter.type, ModelType)
    assert parameter.style == "deepObject"


def test_a_query_parameter_may_be_written_as_json() -> None:
    operation, messages = operation_of(
        "parameters: [{name: f, in: query, content: {application/json: {schema: {type: object}}}},"
        " {name: g, in: query, content: {application/json: {}}}]"
    )
    first, second = operation.parameters
    assert (first.style, first.type) == ("json", MapType(AnyType()))
    assert (second.style, second.type) == ("json", AnyType())
    assert messages == []


def test_an_array_of_enums() -> None:
    parameter, _ = parameter_of("{type: array, items: {type: string, enum: [a, b]}}")
    assert parameter.type == ArrayType(  # type: ignore[attr-defined]
        EnumType((Untrusted("a"), Untrusted("b")), STRING)
    )
