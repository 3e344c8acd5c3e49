"""The comparison itself: every kind of difference is found, and open facts are left alone."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
from support.truth import Entry, Specification, compare, load_tables, summary
from support.truth.differences import as_lines
from support.truth.table import parse_fact

_DOCUMENT: dict[str, Any] = {
    "security": [],
    "paths": {
        "/things/{id}": {
            "parameters": [{"$ref": "#/components/parameters/id"}],
            "post": {
                "x-sdk-name": "api.things.create",
                "security": [{"bearer": []}],
                "parameters": [
                    {
                        "name": "limit",
                        "in": "query",
                        "schema": {"type": "integer", "minimum": 1, "maximum": 9, "default": 3},
                    },
                ],
                "requestBody": {
                    "required": True,
                    "content": {
                        "application/json": {"schema": {"$ref": "#/components/schemas/In"}}
                    },
                },
                "responses": {
                    "200": {
                        "content": {
                            "application/json": {
                                "schema": {
                                    "type": "object",
                                    "properties": {
                                        "items": {
                                            "type": "array",
                                            "items": {
                                                "type": "object",
                                                "properties": {
                                                    "name": {"type": ["string", "null"]}
                                                },
                                            },
                                        },
                                        "counts": {
                                            "type": "object",
                                            "additionalProperties": {"type": "integer"},
                                        },
                                        "total": {"type": "number"},
                                    },
                                }
                            }
                        }
                    },
                    "404": {"x-error-codes": [{"code": "GONE"}]},
                },
                "x-pagination": {
                    "type": "page-number",
                    "request_params": {"page": "page", "limit": "limit"},
                    "response_fields": {"items": "items", "total": "total"},
                },
            },
            "x-additional-operations": {"LOCK": {"responses": {"200": {}}}},
        }
    },
    "components": {
        "parameters": {
            "id": {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
        },
        "schemas": {
            "In": {
                "oneOf": [
                    {
                        "type": "object",
                        "properties": {"kind": {"const": "a"}, "size": {"type": "integer"}},
                        "required": ["kind"],
                    },
                    {"allOf": [{"type": "object", "properties": {"text": {"type": "string"}}}]},
                ]
            }
        },
    },
}
_FACTS: dict[str, Any] = {
    "sdk": "api.things.create",
    "security": "bearer",
    "params": {"id": "path string!", "limit": "query integer 1..9 =3"},
    "body": "application/json!",
    "variants": [{"kind": "~", "size": "integer"}, {"text": "string"}],
    "success": "200 json",
    "result": {"items[]": {"name": "string|null"}, "counts": {"*": "integer"}, "total": "num"},
    "errors": {404: ["GONE"]},
    "pagination": "page position=page limit=limit items=items total=total",
}


def _compare(facts: dict[str, Any], document: dict[str, Any], **entry: str) -> list[str]:
    method, path = entry.get("method", "POST"), entry.get("path", "/things/{id}")
    found = compare(Entry("api", method, path, 1, facts), Specification(document))
    assert found
    return [str(finding) for finding in found if finding.verdict != "right"]


def test_a_document_that_says_the_same_has_no_differences() -> None:
    assert _compare(_FACTS, _DOCUMENT) == []


def test_a_method_without_a_key_of_its_own_is_found() -> None:
    facts = {"success": "200 none", "params": {"id": "path string!"}}
    assert _compare(facts, _DOCUMENT, method="LOCK") == []


def test_a_missing_operation_is_the_only_difference() -> None:
    assert _compare(_FACTS | {"sdk": "api.other"}, _DOCUMENT, path="/other") == [
        "operations: POST /other: missing, expected the operation"
    ]


def test_an_operation_under_another_path_is_found_by_its_name() -> None:
    assert _compare(_FACTS, _DOCUMENT, path="/v1/things/{id}") == [
        "operations: method and path: expected POST /v1/things/{id}, found POST /things/{id}"
    ]


@pytest.mark.parametrize(
    ("change", "difference"),
    [
        ({"sdk": "api.things.add"}, "operations: sdk name"),
        ({"security": "none"}, "security: security: expected none, found bearer"),
        ({"params": {"id": "path string!"}}, "parameters: query limit: not in the reference"),
        (
            {"params": {**_FACTS["params"], "q": "query string"}},
            "parameters: query q: missing, expected query string",
        ),
        ({"params": {"~": "more", "id": "path integer!"}}, "types: path id: expected integer"),
        ({"params": {"~": "more", "id": "path string! wild"}}, "wildcards: path id"),
        ({"params": {"~": "more", "limit": "query integer! 1..9 =3"}}, "required: query limit"),
        ({"params": {"~": "more", "limit": "query integer 1.. =3"}}, "ranges: maximum of query"),
        ({"params": {"~": "more", "limit": "query integer 1..8 =3"}}, "ranges: maximum of query"),
        ({"params": {"~": "more", "limit": "query integer 1..9"}}, "defaults: query limit: not in"),
        ({"params": {"~": "more", "limit": "query integer 1..9 =4"}}, "defaults: query limit"),
        ({"params": {"~": "more", "limit": "query integer 1..9 =3 in:3|4"}}, "enums: query limit"),
        ({"params": {"~": "more", "id": "path string! fmt:uuid"}}, "formats: path id"),
        ({"params": {"~": "more", "id": "path string|null!"}}, "nullable: path id"),
        ({"total_params": 3}, "parameters: number of parameters: expected 3, found 2"),
        ({"body": "none"}, "bodies: body: expected none"),
        ({"body": "text/plain!"}, "bodies: media types: expected text/plain"),
        ({"body": "application/json"}, "required: body: expected False, found True"),
        ({"variants": [{"text": "string"}]}, "body fields: body: not in the reference: variant"),
        ({"fields": "object", "variants": None}, "body fields: body.kind: not in the reference"),
        ({"variants": [*_FACTS["variants"], {"b": "any"}]}, "body fields: body variant {b}"),
        ({"success": "201 json"}, "statuses: success 201: missing"),
        ({"success": "200 text"}, "contents: response 200: expected text, found json"),
        ({"success": "200 sse"}, "streams: response 200: expected sse, found json"),
        ({"success": "200 json text/json"}, "contents: media type of 200: expected text/json"),
        ({"errors": {}}, "statuses: 404: not in the reference"),
        ({"errors": {404: []}}, "error codes: 404 GONE: not in the reference"),
        ({"errors": {404: ["GONE", "LOST"]}}, "error codes: 404 LOST: missing"),
        ({"errors": {404: ["GONE"], 409: ["BUSY"]}}, "statuses: 409: missing"),
        ({"result": "array:string"}, "types: response 200: expected array, found object"),
        ({"result": {"~": "more", "new": "string"}}, "response fields: response 200.new: missing"),
        ({"result": {"total": "num"}}, "response fields: response 200.counts: not in"),
        ({"result": {"~": "more", "total": {"*": "any"}}}, "types: response 200.total"),
        ({"result": {"~": "more", "items?": {"~": "more"}}}, "nullable: response 200.items"),
        ({"result": {"~": "more", "?": "null"}}, "nullable: response 200: expected nullable"),
        ({"result": {"~": "more", "total": "num!"}}, "required: response 200.total"),
        ({"result": {"*": "any"}}, "response fields: response 200: expected a map from any key"),
        ({"pagination": "none"}, "pagination: pagination: expected none, found page-number"),
        ({"pagination": "offset"}, "pagination: style: expected offset, found page"),
        ({"pagination": "page limit=count"}, "pagination: limit: expected count, found limit"),
    ],
)
def test_each_kind_of_difference_is_found(change: dict[str, Any], difference: str) -> None:
    facts = {key: value for key, value in (_FACTS | change).items() if value is not None}
    found = _compare(facts, _DOCUMENT)
    assert any(line.startswith(difference) for line in found), found


@pytest.mark.parametrize(
    "change",
    [
        {"params": {"~": "more", "limit": "query integer~ ..~ =~ in:~ len:~"}},
        {"params": {**_FACTS["params"], "q": "query string may"}},
        {"errors": {404: "~"}},
        {"errors": {404: ["..."]}},
        {"errors": {}, "also": ["4xx"]},
        {"success": "2xx json"},
        {"success": "200 any"},
        {"body": "application/json~"},
        {"body": "application/json, ...!"},
        {"result": {"~": "more", "items": "array", "counts": "object"}},
        {"result": {"~": "more", "items[]": {"name": "null"}}},
    ],
)
def test_what_is_open_is_not_compared(change: dict[str, Any]) -> None:
    assert _compare(_FACTS | change, _DOCUMENT) == []


def test_missing_null_and_websocket_are_told_from_the_document() -> None:
    document = copy.deepcopy(_DOCUMENT)
    responses = document["paths"]["/things/{id}"]["post"]["responses"]
    responses["101"] = {}
    facts = _FACTS | {"success": ["200 json", "101 websocket"]}
    assert _compare(facts, document) == []
    assert _compare(_FACTS, document) == ["statuses: 101: not in the reference: response 101"]


def test_what_a_method_sends_makes_no_stream_of_its_answer() -> None:
    document = copy.deepcopy(_DOCUMENT)
    document["paths"]["/things/{id}"]["post"]["x-streaming"] = "binary"
    wrong = "streams: kind of stream of 200: expected json, found binary"
    assert _compare(_FACTS, document) == [wrong]


def test_a_shared_response_may_hold_more_but_not_what_is_excluded() -> None:
    document = copy.deepcopy(_DOCUMENT)
    media = document["paths"]["/things/{id}"]["post"]["responses"]["200"]["content"]
    document["components"]["schemas"]["Out"] = media["application/json"]["schema"]
    media["application/json"]["schema"] = {"$ref": "#/components/schemas/Out"}
    facts = _FACTS | {"result": {"items[]": {"name": "string"}, "total": "integer"}}
    assert _compare(facts, document) == []
    assert len(_compare(facts, _DOCUMENT)) == 3
    excluded = _FACTS | {"result": {"-": "total counts", "items[]": {"name": "string"}}}
    assert _compare(excluded, document) == [
        "response fields: response 200.counts: not in the reference: field",
        "response fields: response 200.total: not in the reference: field",
    ]


def test_an_object_of_any_values_is_a_map() -> None:
    document = copy.deepcopy(_DOCUMENT)
    media = document["paths"]["/things/{id}"]["post"]["responses"]["200"]["content"]
    counts = media["application/json"]["schema"]["properties"]["counts"]
    counts["additionalProperties"] = True
    assert _compare(_FACTS | {"result": {"~": "more", "counts": {"*": "any"}}}, document) == []
    assert _compare(_FACTS | {"result": {"~": "more", "counts": {"*": "integer"}}}, document)


def test_words_of_a_fact() -> None:
    fact = parse_fact(
        'query array:string|null! ="a b" ..5 len:2.. in:x|y fmt:uri wild', parameter=True
    )
    assert [fact.location, *fact.types, *fact.items] == ["query", "array", "string"]
    assert (fact.nullable, fact.required, fact.default) == (True, True, "a b")
    assert (fact.bounds, fact.length) == ((None, 5), (2, None))
    assert [*sorted(fact.enum or ()), fact.format, *fact.flags] == ["x", "y", "uri", "wild"]
    assert parse_fact("string ={}").default == "{}"
    assert parse_fact("object ={}").default == {}
    with pytest.raises(ValueError, match="unknown words"):
        parse_fact("string obligatory")


def test_a_table_with_an_unknown_key_is_refused(tmp_path: Path) -> None:
    text = "service: api\noperations:\n- {op: GET /x, line: 1, parms: {}}\n"
    (tmp_path / "api.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match="unknown keys"):
        load_tables(tmp_path)


def test_scores_tell_what_is_missing_from_what_is_invented() -> None:
    found = compare(
        Entry(
            "api", "POST", "/things/{id}", 1, {"params": {"id": "path string!", "q": "query any"}}
        ),
        Specification(_DOCUMENT),
    )
    score = summary(found)["parameters"]
    assert (score.right, score.missing, score.extra) == (1, 1, 1)
    assert (score.recall, score.precision) == (0.5, 0.5)
    assert "parameters" in "\n".join(as_lines(summary(found)))
