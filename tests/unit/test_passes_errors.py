"""Error tables: merging, the shape of bodies, what example bodies say, and the catalogue."""

from __future__ import annotations

import textwrap
from typing import Any

import pytest
import yaml
from hoody_codegen.ir import Api, ConflictKind, ErrorCatalogue, ErrorEntry, ErrorShape, Service
from hoody_codegen.passes.catalogue import build_catalogue, select_errors
from hoody_codegen.passes.error_shapes import settle_error_shapes
from hoody_codegen.passes.errors import collect_errors
from hoody_codegen.passes.example_errors import read_example_errors
from support.reading import read

HEAD = "openapi: 3.1.0\ninfo: {title: Shop, version: 1.0.0, x-namespace: shop}\n"


def settled(spec: str | dict[str, Any]) -> Api:
    if isinstance(spec, str) and not spec.startswith("openapi"):
        spec = HEAD + textwrap.dedent(spec)
    return read_example_errors(settle_error_shapes(collect_errors(read(spec)[0])))


def service(spec: str | dict[str, Any]) -> Service:
    return settled(spec).services[0]


def errors(responses: str) -> tuple[ErrorEntry, ...]:
    """The table of an operation with these responses."""
    spec = "paths:\n  /a:\n    get:\n      responses:\n"
    return service(spec + textwrap.indent(textwrap.dedent(responses), " " * 8)).operations[0].errors


def table(entries: tuple[ErrorEntry, ...]) -> list[tuple[int | None, str | None]]:
    return [(entry.status, entry.code.reveal() if entry.code else None) for entry in entries]


def texts(entry: ErrorEntry) -> list[str | None]:
    return [
        text.reveal() if text else None
        for text in (entry.title, entry.description, entry.resolution)
    ]


def places(shape: ErrorShape | None) -> dict[str, list[str]]:
    assert shape is not None
    found = {
        "code": shape.code,
        "message": shape.message,
        "fields": shape.fields,
        "headers": shape.headers,
    }
    return {name: [place.reveal() for place in value] for name, value in found.items() if value}


def messages(entry: ErrorEntry) -> list[str]:
    return [message.reveal() for message in entry.messages]


# Merging


def test_no_text_of_a_repeated_code_is_lost() -> None:
    (entry,) = errors("""
        403:
          description: no
          x-error-codes:
            - {code: forbidden, title: Access denied, description: Not your node, resolution: Ask}
            - {code: forbidden, title: Wrong role, description: Not so, resolution: Rise}
            - {code: forbidden, title: access denied, description: Not your node}
        """)

    assert texts(entry) == [
        "Access denied",
        "Not your node\n\nWrong role: Not so",
        "Ask\n\nRise",
    ]
    assert entry.times == 3


def test_the_order_of_keys_has_no_say_in_merging() -> None:
    listed = {
        "application/json": {"schema": {"x-error-codes": [{"code": "X", "title": "From JSON"}]}},
        "text/plain": {"schema": {"x-error-codes": [{"code": "X", "title": "From text"}]}},
    }

    def entry(contents: dict[str, Any]) -> ErrorEntry:
        response = {"description": "no", "content": contents}
        found = service(
            {
                "openapi": "3.1.0",
                "info": {"title": "Shop", "version": "1", "x-namespace": "shop"},
                "paths": {"/a": {"get": {"responses": {"400": response}}}},
            }
        )
        (only,) = found.operations[0].errors
        return only

    forth, back = entry(listed), entry(dict(reversed(listed.items())))

    assert texts(forth) == texts(back) == ["From JSON", "From text", None]


def test_an_exact_status_has_the_word_before_a_range() -> None:
    entries = errors("""
        4XX: {description: r, x-error-codes: [{code: X, title: Range}]}
        400: {description: e, x-error-codes: [{code: X, title: Exact}]}
        """)

    assert texts(entries[0]) == ["Exact", "Range", None]


# Shapes


SHAPES = {
    "the code in code": (
        [(404, {"code": "GONE", "message": "It is gone"})],
        {"code": ["code"], "message": ["message"]},
    ),
    "the code in error": (
        [(404, {"error": "JOB_NOT_FOUND", "message": "Job not found"})],
        {"code": ["error"], "message": ["message"]},
    ),
    "the reason phrase in error": (
        [(404, {"statusCode": 404, "error": "Not Found", "message": "No such job"})],
        {"message": ["message"]},
    ),
    "nothing but the reason phrase": ([(404, {"error": "Not Found"})], {"message": ["error"]}),
    "the status again as a number": (
        [(404, {"code": 404, "error": "profile not found"})],
        {"message": ["error"]},
    ),
    "the status again as a code": (
        [(404, {"code": "ERROR_404", "error": "Resource not found"})],
        {"message": ["error"]},
    ),
    "a number as the code": (
        [(400, {"code": 1042, "reason": "Too long"})],
        {"code": ["code"], "message": ["reason"]},
    ),
    "a list of errors": (
        [(400, {"errors": [{"code": "MISSING", "message": "It is missing"}]})],
        {"code": ["errors[].code"], "message": ["errors[].message"]},
    ),
    "nested": (
        [(404, {"name": "NotFoundError", "data": {"message": "No such thing"}})],
        {"message": ["data.message"]},
    ),
    "fields in a list": (
        [(400, {"code": "BAD", "message": "No", "details": [{"path": ["a"], "message": "x"}]})],
        {"code": ["code"], "message": ["message"], "fields": ["details"]},
    ),
    "fields in a map": (
        [(400, {"message": "No", "errors": {"name": ["is too long"]}})],
        {"message": ["message"], "fields": ["errors"]},
    ),
    "the name of one field": (
        [(400, {"message": "No", "data": {"field": "alias"}})],
        {"message": ["message"], "fields": ["data.field"]},
    ),
}


def spec_of(bodies: list[tuple[int, Any]]) -> dict[str, Any]:
    return {
        "openapi": "3.1.0",
        "info": {"title": "Shop", "version": "1", "x-namespace": "shop"},
        "paths": {
            "/a": {
                "get": {
                    "responses": {
                        str(status): {
                            "description": "no",
                            "content": {"application/json": {"example": body}},
                        }
                        for status, body in bodies
                    }
                }
            }
        },
    }


@pytest.mark.parametrize(("bodies", "expected"), SHAPES.values(), ids=SHAPES)
def test_the_shape_of_documented_bodies(
    bodies: list[tuple[int, Any]], expected: dict[str, list[str]]
) -> None:
    assert places(service(spec_of(bodies)).error_shape) == expected


def test_text_alone_has_no_shape() -> None:
    assert service(spec_of([(500, "[ERROR] It broke")])).error_shape is None


def test_a_schema_stands_in_for_missing_examples() -> None:
    found = service("""
        paths:
          /a:
            get:
              responses:
                400:
                  description: no
                  headers: {X-Shop-Error-Code: {schema: {type: string}}}
                  content:
                    application/json:
                      schema:
                        type: object
                        properties:
                          code: {type: string}
                          error: {type: string}
                          details:
                            type: array
                            items:
                              type: object
                              properties: {field: {type: string}, message: {type: string}}
        """)

    assert places(found.error_shape) == {
        "code": ["code"],
        "message": ["error"],
        "fields": ["details"],
        "headers": ["x-shop-error-code"],
    }


def test_only_an_operation_that_reads_otherwise_has_a_shape_of_its_own() -> None:
    usual = spec_of([(400, {"code": "LONG", "message": "Too long"})])
    same = spec_of([(400, {"error": "Too long"})])
    other = spec_of([(400, {"code": "E17", "error": "KEY_TOO_LONG"})])
    other["paths"]["/a"]["get"]["responses"]["400"]["x-error-codes"] = [{"code": "KEY_TOO_LONG"}]
    spec = spec_of([])
    spec["paths"] = {
        "/usual": usual["paths"]["/a"],
        "/same": same["paths"]["/a"],
        "/other": other["paths"]["/a"],
    }

    found = service(spec)

    own = {op.path.reveal(): places(op.error_shape) for op in found.operations if op.error_shape}
    assert places(found.error_shape) == {
        "code": ["code", "error"],
        "message": ["message", "error"],
    }
    assert own == {"/other": {"code": ["error"]}}


# What example bodies say


def test_a_body_that_names_a_code_documents_it() -> None:
    entries = errors("""
        409:
          description: Busy
          content: {application/json: {example: {error: It is busy, code: session_busy}}}
        """)

    assert table(entries) == [(409, "session_busy")]
    assert (entries[0].listed, entries[0].in_body) == (False, True)
    assert entries[0].inferred is not None
    assert messages(entries[0]) == ["It is busy"]


def test_a_body_that_restates_the_status_documents_no_code() -> None:
    entries = errors("""
        500:
          description: no
          content: {application/json: {example: {error: It broke, code: ERROR_500}}}
        """)

    assert table(entries) == [(500, None)]


CODED = """
    404:
      description: no
      x-error-codes: [{{code: KEY_NOT_FOUND}}, {{code: KEY_EXPIRED, title: The key is too old}}]
      content: {{application/json: {{example: {{message: {message}}}}}}}
    """


@pytest.mark.parametrize(
    ("message", "owner"),
    [("Key not found.", "KEY_NOT_FOUND"), ("the key is too old!", "KEY_EXPIRED"), ("Gone", None)],
)
def test_a_message_stands_for_the_code_that_says_the_same(message: str, owner: str | None) -> None:
    entries = errors(CODED.format(message=message))

    owners = {e.code.reveal(): messages(e) for e in entries if e.code and e.messages}
    assert owners == ({owner: [message]} if owner else {})


def test_a_message_stands_for_the_only_code_of_its_status() -> None:
    (entry,) = errors("""
        404:
          description: no
          x-error-codes: [{code: NO_KEY}]
          content: {application/json: {example: {error: Not Found, message: It was deleted}}}
        """)

    assert messages(entry) == ["It was deleted"]
    assert (entry.listed, entry.in_body) == (True, False)


@pytest.mark.parametrize(
    ("body", "expected"), [("[ERROR] No  such\nkey\n", ["[ERROR] No such key"]), ("<h1>No", [])]
)
def test_plain_text_is_a_message(body: str, expected: list[str]) -> None:
    spec = spec_of([(404, body)])
    spec["paths"]["/a"]["get"]["responses"]["404"]["x-error-codes"] = [{"code": "NO_KEY"}]

    (entry,) = service(spec).operations[0].errors

    assert messages(entry) == expected


def test_the_name_of_the_status_stands_for_no_code() -> None:
    (entry,) = errors("""
        404:
          description: no
          x-error-codes: [{code: NO_KEY}]
          content: {application/json: {example: {message: not found}}}
        """)

    assert messages(entry) == []


# The catalogue

SHOP = """\
paths:
  /a:
    get:
      responses:
        400: &list
          description: no
          x-error-codes:
            - {code: TAKEN, title: Taken, description: D, resolution: R}
            - {code: LATE, title: Late}
          content: {application/json: {example: {code: TAKEN, message: It is taken}}}
        409: *list
  /b:
    post:
      responses:
        409:
          description: no
          x-error-codes:
            - {code: TAKEN, title: " Taken ", description: D, resolution: R}
            - {code: late, title: Too late}
            - {code: twice, title: One}
            - {code: twice, title: Two}
          content: {application/json: {example: {code: SURPRISE, message: Boo}}}
        404: {description: No such thing}
"""


def catalogue() -> ErrorCatalogue:
    # Aliases are spelled out: the reader keeps what they stand for apart by place.
    return build_catalogue(settled({**yaml.safe_load(HEAD), **yaml.safe_load(SHOP)}))


def test_the_catalogue_is_keyed_by_service_operation_status_and_code() -> None:
    keys = [
        (e.operation, e.status, e.code.reveal() if e.code else None) for e in catalogue().entries
    ]

    assert keys == [
        ("shop GET /a", 400, "LATE"),
        ("shop GET /a", 409, "LATE"),
        ("shop POST /b", 409, "late"),
        ("shop POST /b", 409, "SURPRISE"),
        ("shop GET /a", 400, "TAKEN"),
        ("shop GET /a", 409, "TAKEN"),
        ("shop POST /b", 409, "TAKEN"),
        ("shop POST /b", 409, "twice"),
        ("shop POST /b", 404, None),
    ]


def test_equal_texts_are_shared_and_different_ones_kept() -> None:
    entries = catalogue().entries
    taken = {id(e.text) for e in entries if e.code and e.code.reveal() == "TAKEN"}
    late = {e.text.title.reveal() for e in entries if e.text.title and "ate" in str(e.text)}

    assert len(taken) == 1
    assert late == {"Late", "Too late"}


def test_every_kind_of_conflict_is_found() -> None:
    found = [
        (
            conflict.kind,
            conflict.code.reveal() if conflict.code else None,
            [(variant.text.reveal(), variant.count) for variant in conflict.variants],
        )
        for conflict in catalogue().conflicts
    ]

    assert found == [
        (ConflictKind.SPELLING, "LATE", [("LATE", 2), ("late", 1)]),
        (ConflictKind.STATUS, "LATE", [("400", 1), ("409", 2)]),
        (ConflictKind.STATUS, "TAKEN", [("400", 1), ("409", 2)]),
        (ConflictKind.COPIED, None, [("400", 2), ("409", 2)]),
        (ConflictKind.REPEATED, "twice", [("One", 2)]),
        (ConflictKind.NOT_IN_BODY, "LATE", [("400", 1), ("409", 1)]),
        (ConflictKind.NOT_IN_BODY, "late", [("409", 1)]),
        (ConflictKind.NOT_IN_BODY, "twice", [("409", 1)]),
        (ConflictKind.ONLY_IN_BODY, "SURPRISE", [("409", 1)]),
    ]


@pytest.mark.parametrize("kind", ["title", "description", "resolution"])
def test_differing_texts_are_conflicts(kind: str) -> None:
    entries = {"code": "X", "title": "T", "description": "D", "resolution": "R"}
    spec = spec_of([(400, {}), (404, {})])
    responses = spec["paths"]["/a"]["get"]["responses"]
    responses["400"]["x-error-codes"] = [entries]
    responses["404"]["x-error-codes"] = [{**entries, kind: "Another"}]

    found = build_catalogue(settled(spec)).conflicts

    about_texts = [c for c in found if c.kind.value in entries]
    assert [c.kind.value for c in about_texts] == [kind]
    assert sorted(v.text.reveal() for v in about_texts[0].variants) == sorted(
        ["Another", entries[kind]]
    )


def test_every_kind_says_what_it_is_and_how_it_is_settled() -> None:
    for kind in ConflictKind:
        assert kind.meaning.endswith(".")
        assert kind.answer.endswith(".")


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"service": "shop"}, 9),
        ({"service": "other"}, 0),
        ({"code": "Late"}, 3),
        ({"status": 404}, 1),
        ({"code": "TAKEN", "status": 409}, 2),
    ],
)
def test_the_catalogue_can_be_narrowed(filters: dict[str, Any], expected: int) -> None:
    assert len(select_errors(catalogue(), **filters).entries) == expected


def test_conflicts_are_narrowed_with_their_codes() -> None:
    kinds = {conflict.kind for conflict in select_errors(catalogue(), code="twice").conflicts}

    assert kinds == {ConflictKind.REPEATED, ConflictKind.NOT_IN_BODY}
