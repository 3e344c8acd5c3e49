"""Grouping, results, errors, pagination, streams, usage and filters, one idea each."""

from __future__ import annotations

import textwrap
from dataclasses import replace

import pytest
from hoody_codegen.config import Filter
from hoody_codegen.diagnostics import Diagnostics
from hoody_codegen.ir import (
    AnyType,
    Api,
    ArrayType,
    ModelId,
    ModelType,
    NullableType,
    Operation,
    PaginationStyle,
    Result,
    ResultKind,
    ScalarKind,
    ScalarType,
    StreamKind,
    UnionType,
)
from hoody_codegen.openapi import read_api
from hoody_codegen.passes import run
from hoody_codegen.text import Untrusted
from support.building import BINARY, INTEGER, STRING
from support.reading import TARGET, document, fields, only, operations, read

HEAD = "openapi: 3.1.0\ninfo: {title: Demo API, version: 1.2.0, x-namespace: demo}\n"


def text_of(paths: str, more: str = "") -> str:
    return HEAD + textwrap.dedent(more) + "paths:\n" + textwrap.indent(textwrap.dedent(paths), "  ")


def api_of(paths: str, more: str = "") -> tuple[Api, list[str]]:
    return read(text_of(paths, more), passes=True)


def operation_of(operation: str, path: str = "/a", method: str = "get") -> Operation:
    body = textwrap.indent(textwrap.dedent(operation), "    ")
    return only(api_of(f"'{path}':\n  {method}:\n{body}")[0])


def responses_of(responses: str, method: str = "get") -> Result:
    result = operation_of(
        "responses:\n" + textwrap.indent(textwrap.dedent(responses), "  "), method=method
    ).result
    assert result is not None
    return result


# Grouping


@pytest.mark.parametrize(
    ("operation", "path", "group", "action"),
    [
        ("x-sdk-name: demo.things.list", "/a", "things", "list"),
        ("x-sdk-name: client.demo.things.list", "/a", "things", "list"),
        ("x-sdk-name: demo.auth.tokens.create", "/a", "auth tokens", "create"),
        ("x-sdk-name: demo.ping", "/a", "", "ping"),
        ("x-sdk-name: other.ping", "/a", "other", "ping"),
        ("x-sdk-name: ping", "/a", "", "ping"),
        (
            "{tags: ['demo:Auth Tokens'], operationId: demo_listAuthTokens}",
            "/a",
            "Auth Tokens",
            "listAuthTokens",
        ),
        ("{tags: [Things], operationId: listThings}", "/a", "Things", "listThings"),
        ("{tags: ['demo:demo'], operationId: demo_get}", "/a", "", "get"),
        ("{operationId: demo_get}", "/api/v1/demo/things/{id}", "things", "get"),
        ("{}", "/api/v1/things", "things", "list things"),
        ("{}", "/things/{id}", "things", "get things {id}"),
        ("{}", "/{id}?zip", "", "get {id} zip "),
    ],
)
def test_groups_and_actions(operation: str, path: str, group: str, action: str) -> None:
    found = operation_of(operation, path)
    assert [part.reveal() for part in found.group] == ([group] if group else [])
    assert found.action == Untrusted(action)


def test_operations_without_an_sdk_name_join_their_neighbours() -> None:
    api, _ = api_of("""
        /keys/{k}:
          get: {x-sdk-name: demo.vault.get, tags: ['demo:User Vault']}
          put: {operationId: demo_setKey, tags: ['demo:Other']}
        /keys: {get: {operationId: demo_listKeys, tags: ['demo:User Vault']}}
        /a: {get: {x-sdk-name: demo.safe.open, tags: ['demo:User Vault']}}
        /b: {get: {x-sdk-name: demo.safe.close, tags: ['demo:User Vault']}}
        """)
    groups = {key: item.group[0].reveal() for key, item in operations(api).items()}
    assert groups["PUT /keys/{k}"] == "vault"
    assert groups["GET /keys"] == "safe"


def test_inline_models_are_named_after_resource_and_action() -> None:
    api, _ = api_of("""
        /a:
          post:
            x-sdk-name: demo.authTokens.create
            requestBody:
              content: {application/json: {schema: {type: object, properties: {
                permissions: {type: object, properties: {x: {}}}}}}}
        """)
    contexts = [[word.reveal() for word in model.context] for model in api.models]
    assert contexts == [
        ["authTokens", "create", "body"],
        ["authTokens", "create", "body", "permissions"],
    ]


# Results


@pytest.mark.parametrize(
    ("responses", "kind", "type_", "statuses"),
    [
        (
            "200: {content: {application/json: {schema: {type: string}}}}",
            ResultKind.JSON,
            STRING,
            (200,),
        ),
        (
            "201: {content: {application/problem+json: {schema: {type: string}}}}",
            ResultKind.JSON,
            STRING,
            (201,),
        ),
        ("200: {content: {application/json: {}}}", ResultKind.JSON, AnyType(), (200,)),
        ("204: {description: gone}", ResultKind.NONE, None, (204,)),
        ("{}", ResultKind.NONE, None, ()),
        ("302: {description: elsewhere}", ResultKind.NONE, None, ()),
        ("200: {content: {text/html: {schema: {type: object}}}}", ResultKind.TEXT, None, (200,)),
        ("200: {content: {application/yaml: {}}}", ResultKind.TEXT, None, (200,)),
        ("200: {content: {image/gif: {schema: {type: object}}}}", ResultKind.BINARY, None, (200,)),
        ("200: {content: {application/octet-stream: {}}}", ResultKind.BINARY, None, (200,)),
        ("200: {content: {'*/*': {schema: {type: object}}}}", ResultKind.JSON, None, (200,)),
        ("200: {content: {'*/*': {}}}", ResultKind.BINARY, None, (200,)),
        ("200: {content: {'*/*': {schema: {type: string}}}}", ResultKind.TEXT, None, (200,)),
        (
            "{200: {content: {application/json: {schema: {type: string}}}}, 204: {description: n}}",
            ResultKind.JSON,
            NullableType(STRING),
            (200, 204),
        ),
        (
            "{200: {content: {application/json: {schema: {type: string}}}},"
            " 202: {content: {application/json: {schema: {type: integer}}}}}",
            ResultKind.JSON,
            UnionType((STRING, INTEGER)),
            (200, 202),
        ),
        (
            "{200: {content: {application/json: {schema: {type: string}}}},"
            " 202: {content: {application/json: {schema: {type: string, nullable: true}}}}}",
            ResultKind.JSON,
            NullableType(STRING),
            (200, 202),
        ),
        (
            "{default: {content: {application/json: {schema: {type: string}}}}}",
            ResultKind.JSON,
            STRING,
            (),
        ),
        (
            "{200: {}, default: {content: {application/json: {schema: {type: string}}}}}",
            ResultKind.NONE,
            None,
            (200,),
        ),
        (
            "{'2XX': {content: {application/json: {schema: {type: string}}}}}",
            ResultKind.JSON,
            STRING,
            (),
        ),
    ],
)
def test_results(
    responses: str, kind: ResultKind, type_: object, statuses: tuple[int, ...]
) -> None:
    result = responses_of(responses)
    assert result.kind is kind
    assert result.statuses == statuses
    if type_ is not None:
        assert result.type == type_


def test_head_has_no_body() -> None:
    result = responses_of("200: {content: {application/json: {schema: {}}}}", method="head")
    assert result.kind is ResultKind.NONE


def test_the_first_media_type_decides_between_kinds() -> None:
    picture = "image/png: {}"
    json = "application/json: {schema: {type: object}}"
    result = responses_of(f"200: {{content: {{{picture}, {json}}}}}")
    assert (result.kind, result.media_types) == (
        ResultKind.BINARY,
        ("image/png", "application/json"),
    )
    result = responses_of(f"200: {{content: {{{json}, {picture}}}}}")
    assert (result.kind, result.media_types) == (ResultKind.JSON, ("application/json", "image/png"))


def test_json_without_a_schema_gives_way() -> None:
    result = responses_of(
        "200: {content: {application/json: {}, text/plain: {schema: {type: string}}}}"
    )
    assert result.kind is ResultKind.TEXT


ENVELOPE = "{type: object, properties: {statusCode: {type: integer}, data: %s}}"


def enveloped(data: str) -> str:
    return f"{{content: {{application/json: {{schema: {ENVELOPE % data}}}}}}}"


def test_the_envelope_is_taken_off() -> None:
    result = responses_of(f"200: {enveloped('{type: string}')}")
    assert (result.envelope, result.type) == (Untrusted("data"), STRING)
    result = responses_of(f"200: {enveloped('{type: string, nullable: true}')}")
    assert result.type == NullableType(STRING)
    result = responses_of(
        f"{{200: {enveloped('{type: string}')}, 201: {enveloped('{type: integer}')}}}"
    )
    assert (result.envelope, result.type) == (Untrusted("data"), UnionType((STRING, INTEGER)))


@pytest.mark.parametrize(
    "schema",
    [
        "{type: object, properties: {data: {type: string}}}",
        "{type: object, properties: {statusCode: {type: integer}}}",
        "{type: string}",
        "{type: array, items: {type: string}}",
    ],
)
def test_what_only_looks_like_an_envelope_stays(schema: str) -> None:
    result = responses_of(f"200: {{content: {{application/json: {{schema: {schema}}}}}}}")
    assert result.envelope is None


def test_one_plain_body_among_envelopes_keeps_all_as_they_are() -> None:
    result = responses_of(
        f"{{200: {enveloped('{type: string}')},"
        " 202: {content: {application/json: {schema: {type: integer}}}}}"
    )
    assert result.envelope is None
    assert isinstance(result.type, UnionType)


# Raw bytes


def test_json_holds_no_raw_bytes_and_multipart_does() -> None:
    api, _ = api_of(
        """
        /a:
          post:
            requestBody:
              content:
                application/json: {schema: {type: string, format: binary}}
                application/octet-stream: {schema: {type: string, format: binary}}
                multipart/form-data: {schema: {$ref: '#/components/schemas/Form'}}
            responses:
              200:
                content:
                  application/json: {schema: {type: array, items: {$ref: '#/components/schemas/J'}}}
        """,
        more="""
        components:
          schemas:
            Form: {type: object, properties: {file: {type: string, format: binary}}}
            J: {type: object, properties: {data: {type: string, format: binary}}}
        """,
    )
    body = only(api).body
    assert body is not None
    text = ScalarType(ScalarKind.STRING, Untrusted("binary"))
    assert [content.type for content in body.contents[:2]] == [text, BINARY]
    models = {model.id: fields(model) for model in api.models}
    assert models[ModelId("demo#Form")]["file"].type == BINARY
    assert models[ModelId("demo#J")]["data"].type == text


# Errors


def errors_of(operation: str) -> list[tuple[int | None, str | None]]:
    found = operation_of(operation)
    return [(item.status, item.code.reveal() if item.code else None) for item in found.errors]


def test_errors_are_unique_by_status_and_code() -> None:
    found = operation_of("""
        x-error-codes: [{code: SAME, status: 404, description: At the operation, resolution: R}]
        responses:
          404:
            description: plain
            x-error-codes:
              - {code: SAME, title: First, description: Some text.}
              - {code: SAME, title: Second, description: Some text., resolution: Other}
              - {code: OTHER}
          409: {description: Conflict, content: {application/json: {example: {error: x}}}}
          500: {}
        """)
    table = [(item.status, item.code.reveal() if item.code else None) for item in found.errors]
    assert table == [(404, "OTHER"), (404, "SAME"), (409, None), (500, None)]
    same = found.errors[1]
    assert same.title == Untrusted("First")
    assert same.description == Untrusted("Some text.\n\nSecond\n\nAt the operation")
    assert same.times == 3
    assert same.resolution == Untrusted("Other\n\nR")
    assert found.errors[2].description == Untrusted("Conflict")
    assert found.errors[2].example == Untrusted({"error": "x"})


def test_codes_without_a_status_get_one_and_say_so() -> None:
    assert errors_of("{x-error-codes: [{code: A}], responses: {404: {}}}") == [(404, "A")]
    assert errors_of("{x-error-codes: [{code: A}], responses: {404: {}, 409: {}}}") == [
        (404, None),
        (409, None),
        (500, "A"),
    ]
    assert errors_of("{responses: {4XX: {x-error-codes: [{code: A}]}}}") == [(400, "A")]
    found = operation_of(
        "{responses: {default: {x-error-codes: [{code: A, status: 403}, {code: B}]}}}"
    )
    assert [(item.status, item.inferred is not None) for item in found.errors] == [
        (403, False),
        (500, True),
    ]


# Pagination


def listing(parameters: str, schema: str, more: str = "") -> str:
    kinds = {name: "string" if "cursor" in name else "integer" for name in parameters.split()}
    names = ", ".join(
        f"{{name: {name}, in: query, schema: {{type: {kind}}}}}" for name, kind in kinds.items()
    )
    return (
        f"parameters: [{names}]\n"
        f"responses: {{200: {{content: {{application/json: {{schema: {schema}}}}}}}}}\n{more}"
    )


LIST = """{type: object, properties: {items: {type: array, items: {}}, total: {type: integer},
  hasMore: {type: boolean}, next_cursor: {type: string}}}"""


@pytest.mark.parametrize(
    ("parameters", "style", "position"),
    [
        ("page limit", PaginationStyle.PAGE, "page"),
        ("page_number", PaginationStyle.PAGE, "page_number"),
        ("offset limit", PaginationStyle.OFFSET, "offset"),
        ("offset", None, None),
        ("limit", None, None),
        ("cursor limit", PaginationStyle.CURSOR, "cursor"),
        ("page cursor", PaginationStyle.CURSOR, "cursor"),
    ],
)
def test_pages_are_recognised(
    parameters: str, style: PaginationStyle | None, position: str | None
) -> None:
    found = operation_of(listing(parameters, LIST)).pagination
    if style is None or position is None:
        assert found is None
        return
    assert found is not None
    assert (found.style, found.position, found.items) == (
        style,
        Untrusted(position),
        Untrusted("items"),
    )
    assert (found.total, found.has_more) == (Untrusted("total"), Untrusted("hasMore"))
    assert found.inferred is not None
    assert (found.next_cursor is not None) == (style is PaginationStyle.CURSOR)


def test_recognised_paths_lead_from_the_top_of_the_body() -> None:
    data = """{type: object, properties: {images: {type: array, items: {}},
      pagination: {type: object, properties: {total: {type: integer}}}}}"""
    found = operation_of(listing("page limit", ENVELOPE % data)).pagination
    assert found is not None
    assert (found.items, found.total) == (
        Untrusted("data.images"),
        Untrusted("data.pagination.total"),
    )


@pytest.mark.parametrize(
    "schema",
    [
        "{type: object, properties: {a: {type: array}, b: {type: array}}}",
        "{type: object, properties: {a: {type: string}}}",
    ],
)
def test_without_exactly_one_list_there_are_no_pages(schema: str) -> None:
    assert operation_of(listing("page limit", schema)).pagination is None


def said(items: str, schema: str, parameters: str = "page limit") -> tuple[Operation, list[str]]:
    more = (
        "x-pagination: {type: page-number, request_params: {page: page, limit: limit},"
        f" response_fields: {{items: {items}, total: total}}}}"
    )
    body = textwrap.indent(listing(parameters, schema, more), "    ")
    api, messages = api_of(f"/a:\n  get:\n{body}")
    return only(api), messages


def test_what_the_document_says_is_checked() -> None:
    operation, messages = said("items", LIST)
    assert messages == []
    assert operation.pagination is not None
    assert operation.pagination.items == Untrusted("items")
    operation, messages = said(
        "list", ENVELOPE % "{type: object, properties: {list: {type: array}}}"
    )
    assert messages == []
    assert operation.pagination is not None
    assert operation.pagination.items == Untrusted("data.list")
    assert operation.pagination.total == Untrusted("data.total")
    operation, messages = said("wrong", "{type: object, properties: {a: {type: array}}}")
    assert operation.pagination is not None
    assert operation.pagination.items == Untrusted("a")
    operation, messages = said("wrong", "{type: object, properties: {a: {type: string}}}")
    assert operation.pagination is None
    assert "[pagination-items]" in messages[0]
    operation, messages = said("items", LIST, parameters="limit")
    assert operation.pagination is not None
    assert operation.pagination.style is PaginationStyle.SINGLE
    assert "[pagination-position]" in messages[0]


def test_the_limit_parameter_tells_default_and_maximum() -> None:
    for said_more in ("", "x-pagination: {type: page, request_params: {page: page, limit: limit}}"):
        found = operation_of(
            listing("page", LIST, said_more).replace(
                "parameters: [",
                "parameters: [{name: limit, in: query, schema: {type: integer, default: 20,"
                " maximum: 100}}, ",
            )
        ).pagination
        assert found is not None
        assert (found.default_limit, found.max_limit) == (20, 100)


# Streams


@pytest.mark.parametrize(
    ("operation", "stream"),
    [
        ("responses: {200: {content: {text/event-stream: {}}}}", StreamKind.SSE),
        ("responses: {200: {content: {application/x-ndjson: {}}}}", StreamKind.NDJSON),
        ("responses: {101: {description: upgrade}}", StreamKind.WEBSOCKET),
        ("responses: {101: {}, 200: {content: {application/json: {schema: {}}}}}", None),
        (
            "responses: {200: {content: {application/json: {}, text/event-stream: {}}}}",
            None,
        ),
        ("responses: {200: {content: {application/pdf: {}}}}", StreamKind.BINARY),
        ("{x-streaming: websocket, responses: {200: {}}}", StreamKind.WEBSOCKET),
        ("responses: {200: {content: {application/json: {}}}}", None),
    ],
)
def test_streams(operation: str, stream: StreamKind | None) -> None:
    assert operation_of(operation).stream is stream


# Usage


def test_usage_of_models() -> None:
    api, _ = api_of(
        """
        /a:
          post:
            requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/In'}}}}
            responses:
              200:
                content:
                  application/json:
                    schema: {type: array, items: {$ref: '#/components/schemas/Out'}}
              404: {content: {application/json: {schema: {type: object, properties: {code: {}}}}}}
        """,
        more="""
        components:
          schemas:
            In: {type: object, properties: {both: {$ref: '#/components/schemas/Both'}}}
            Out: {type: object, properties: {both: {$ref: '#/components/schemas/Both'}}}
            Both: {type: object, properties: {x: {}}}
            Unused: {type: object, properties: {inner: {type: object, properties: {x: {}}}}}
        """,
    )
    usage = {
        model.id.partition("#")[2]: (model.in_request, model.in_response) for model in api.models
    }
    assert usage == {
        "Both": (True, True),
        "In": (True, False),
        "Out": (False, True),
        "Unused": (False, True),
        "Unused/inner": (False, True),
        "demo POST /a/response 404": (False, False),
    }


# Filters


@pytest.mark.parametrize(
    ("rule", "kept"),
    [
        (Filter(include=("demo.get*",)), {"GET /a", "GET /b"}),
        (Filter(exclude=("demo.*Two",)), {"GET /a", "POST /a"}),
        (Filter(include=("POST *",)), {"POST /a"}),
        (Filter(include=("demo.one.make",)), {"POST /a"}),
        (Filter(include=("demo",), exclude=("GET /?",)), {"POST /a"}),
    ],
)
def test_filters(rule: Filter, kept: set[str]) -> None:
    text = text_of(
        """
        /a:
          get:
            operationId: getOne
            responses:
              200: {content: {application/json: {schema: {$ref: '#/components/schemas/A'}}}}
          post: {operationId: makeOne, x-sdk-name: demo.one.make}
        /b:
          get: {operationId: getTwo}
        """,
        "components: {schemas: {A: {type: object, properties: {x: {}}}}}\n",
    )
    diagnostics = Diagnostics()
    api = read_api([document(text)], diagnostics)
    api = run(api, replace(TARGET, filter=rule), diagnostics)
    assert set(operations(api)) == kept
    assert len(api.models) == ("GET /a" in kept)
    assert len(diagnostics) == 0


def test_a_filter_that_fits_nothing_is_told() -> None:
    diagnostics = Diagnostics()
    api = read_api([document(text_of("/a: {get: {}}"))], diagnostics)
    run(api, replace(TARGET, filter=Filter(exclude=("demo.gett",))), diagnostics)
    assert [item.code for item in diagnostics] == ["filter-no-match"]


def test_result_types_are_those_of_the_documented_items() -> None:
    operation = operation_of(
        listing("page", "{type: array, items: {type: object, properties: {x: {}}}}")
    )
    assert operation.result is not None
    assert isinstance(operation.result.type, ArrayType)
    assert isinstance(operation.result.type.items, ModelType)
    assert operation.pagination is not None
    assert operation.pagination.items == Untrusted("")
