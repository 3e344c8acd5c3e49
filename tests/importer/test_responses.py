"""Responses: where a status comes from, what a body is, which errors are documented."""

from __future__ import annotations

from typing import Any

import pytest
from support.reference import SDK, operations, page, resolved, run, section

ERRORS = "| Error Code | Title | Description | Resolution |\n|---|---|---|---|\n"
OK = '```json\n{"id": "c1"}\n```\n\n'


def statuses(content: str, announced: str = "GET /crates") -> list[str]:
    return list(section(content, announced)["responses"])


@pytest.mark.parametrize(
    ("content", "status"),
    [
        ('```json\n{"statusCode": 404, "error": "E", "message": "m"}\n```', "404"),
        ('```json\n{"error": "no", "code": 409}\n```', "409"),
        ('```json\n{"error": "no", "code": "ERROR_503", "timestamp": "t"}\n```', "503"),
        ('```json\n{"name": "NotFoundError", "data": {"message": "x"}}\n```', "404"),
        ('```json\n{"error": "Service Unavailable", "message": "x"}\n```', "503"),
        ('```json\n{"data": null, "errors": [{"a": 1}], "success": false}\n```', "400"),
        ('```json\n{"error": "slow down", "retryAfterMs": 5}\n```', "429"),
        ('#### Response — 418\n\n```json\n{"error": "tea"}\n```', "418"),
        ("```http\nHTTP/1.1 502 Bad Gateway\n```", "502"),
        ('Crate not found.\n\n```json\n{"error": "E1", "message": "gone fishing"}\n```', "404"),
        ('```json\n{"success": false, "error": "The crate already exists"}\n```', "409"),
        ('```json\n{"error": "CRATE_NOT_FOUND", "message": "none"}\n```', "404"),
        ('```json\n{"description": "No crate exists there"}\n```', "404"),
        ("Returns `404` when it is not there.", "404"),
    ],
)
def test_the_status_of_an_error(content: str, status: str) -> None:
    assert statuses(f"{OK}{content}\n") == ["200", status]


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (OK, "200"),
        ('```json\n{"statusCode": 201, "message": "m", "data": {}}\n```', "201"),
        ("### Response (200)\n\n" + OK, "200"),
        ("**204 — Gone**\n\nThe crate was deleted.", "204"),
        ("The request was accepted and is queued.\n\n" + OK, "202"),
        ('```json\n{"description": "Crate created"}\n```', "201"),
        ('```json\n{"description": "Redirects to the other one"}\n```', "302"),
        ("```json\n```\n", "204"),
        ("```http\nHTTP/1.1 302 Found\nLocation: /there\n```", "302"),
    ],
)
def test_the_status_of_a_success(content: str, status: str) -> None:
    assert statuses(f"### Response\n\n{content}\n") == [status]


def test_the_introduction_of_a_page_gives_the_status_of_its_operations() -> None:
    text = (
        "All successful connections return `201 Created`, and validation failures return "
        f"`400 Bad Request`.\n\n## `POST /connect`\n\nConnects.\n\n{OK}"
        f'```json\n{{"success": false, "error": "Compartment not found"}}\n```\n\n{SDK}'
    )
    ((*_, content),) = operations(run(page("c.mdx", text)))
    assert list(content["responses"]) == ["201", "400"]


def test_order_decides_between_meanings() -> None:
    found = statuses(
        OK
        + '```json\n{"error": "If-Match did not match"}\n```\n\n'
        + '```json\n{"error": "Validation failed: color"}\n```\n\n'
        + '```json\n{"error": "If-Match header is required"}\n```\n',
        "PUT /crates/{id}",
    )
    assert found == ["200", "412", "422", "428"]


def test_a_success_in_words_stands_before_the_first_error() -> None:
    content = section(
        "The stream is open.\n\nCrate not found.\n\n"
        '```json\n{"code": "CRATE_NOT_FOUND", "message": "m"}\n```\n'.join(["### Response\n\n", ""])
    )
    assert content["responses"]["200"]["description"] == "The stream is open."
    assert content["responses"]["404"]["description"] == "Crate not found."


def test_sentences_about_other_calls_give_no_status() -> None:
    found = statuses(f"Locks it so that subsequent writes are rejected with `409`.\n\n{OK}")
    assert found == ["200"]


def test_all_examples_of_a_status_make_its_schema() -> None:
    content = section(
        '```json\n{"id": "a", "lid": null}\n```\n\n```json\n{"id": "b", "lid": "x", "n": 1}\n```\n'
    )
    media = content["responses"]["200"]["content"]["application/json"]
    assert media["schema"]["required"] == ["id", "lid"]
    assert set(media["schema"]["properties"]) == {"id", "lid", "n"}
    assert [e["value"]["id"] for e in media["examples"].values()] == ["a", "b"]


def test_a_field_table_describes_the_object_that_has_its_names() -> None:
    content = section(
        '```json\n{"data": {"items": [{"id": 1, "name": "x"}]}}\n```\n\n**Item fields**\n\n'
        "| Field | Type | Required | Description |\n|---|---|---|---|\n"
        "| `id` | integer | Yes | Number |\n| `name` | string \\| null | No | Name |\n"
    )
    schema = content["responses"]["200"]["content"]["application/json"]["schema"]
    item = schema["properties"]["data"]["properties"]["items"]["items"]
    assert item["properties"]["id"]["description"] == "Number"
    assert item["properties"]["name"]["type"] == ["string", "null"]
    assert item["required"] == ["id"]


def test_a_shape_that_a_page_describes_reaches_its_operations() -> None:
    text = (
        "### Rule fields\n\n| Field | Type | Description |\n|---|---|---|\n"
        "| `action` | string | One of `allow`, `drop` |\n| `port` | string | Port |\n"
        "| `state` | string | State |\n\n---\n\n"
        "## `GET /rules`\n\nLists.\n\n```json\n"
        '{"rules": [{"action": "allow", "port": "80", "state": "on"}]}\n```\n\n' + SDK
    )
    outcome = run(page("rules.mdx", text))
    document = outcome.documents["shop.yaml"]
    ((*_, content),) = operations(outcome)
    schema = content["responses"]["200"]["content"]["application/json"]["schema"]
    item = resolved(document, schema["properties"]["rules"]["items"])
    assert item["properties"]["action"]["enum"] == ["allow", "drop"]


def test_error_codes_belong_to_the_response_before_their_table() -> None:
    content = section(
        f'{OK}```json\n{{"statusCode": 401, "error": "Unauthorized", "message": "m"}}\n```\n'
        f"{ERRORS}| `NO_KEY` | No key | Key missing | Send `Bearer &lt;key&gt;` |\n"
        "| `OLD_KEY` | Old key | Key too old | Get one |\n"
    )
    assert content["responses"]["401"]["x-error-codes"] == [
        {
            "code": "NO_KEY",
            "title": "No key",
            "description": "Key missing",
            "resolution": "Send `Bearer <key>`",
        },
        {
            "code": "OLD_KEY",
            "title": "Old key",
            "description": "Key too old",
            "resolution": "Get one",
        },
    ]
    assert "x-error-codes" not in content["responses"]["200"]


def test_error_codes_after_a_success_go_where_their_names_say() -> None:
    content = section(
        f"{OK}{ERRORS}| `MISSING_TOKEN` | Token missing | D | R |\n"
        "| `CRATE_NOT_FOUND` | Not found | D | R |\n"
    )
    codes = {
        s: [e["code"] for e in r.get("x-error-codes", ())] for s, r in content["responses"].items()
    }
    assert codes == {"200": [], "401": ["MISSING_TOKEN"], "404": ["CRATE_NOT_FOUND"]}


def test_a_row_that_names_another_documented_status_moves_there() -> None:
    content = section(
        f'{OK}```json\n{{"statusCode": 404, "error": "Not Found", "message": "m"}}\n```\n\n'
        f"{ERRORS}| `NOT_FOUND` | N | D | R |\n| `PRECONDITION_FAILED` | P | D | R |\n\n"
        '```json\n{"statusCode": 412, "error": "Precondition Failed", "message": "m"}\n```\n'
    )
    codes = {
        s: [e["code"] for e in r.get("x-error-codes", ())] for s, r in content["responses"].items()
    }
    assert codes == {"200": [], "404": ["NOT_FOUND"], "412": ["PRECONDITION_FAILED"]}


def test_leaked_openapi_is_a_description_and_no_body() -> None:
    content = section(
        '```json\n{"description": "All is well", "headers": {"Allow": {"schema": '
        '{"type": "string"}}}}\n```\n'
    )
    response = content["responses"]["200"]
    assert response["description"] == "All is well"
    assert response["headers"] == {"Allow": {"schema": {"type": "string"}}}
    assert "content" not in response


def test_leaked_content_keeps_its_type() -> None:
    content = section(
        '```json\n{"description": "A page", "content": {"text/html": {"schema": '
        '{"type": "string"}}}}\n```\n'
    )
    assert content["responses"]["200"]["content"] == {"text/html": {"schema": {"type": "string"}}}


@pytest.mark.parametrize(
    ("content", "media"),
    [
        ("```html\n<!DOCTYPE html>\n<p>x</p>\n```", "text/html"),
        ("```\nup 1\n```", "text/plain"),
        ("```yaml\na: 1\n```", "application/yaml"),
        ("```\nContent-Type: image/png\n\n<binary PNG data>\n```", "image/png"),
        ("```\n<streamed data from sender>\n```", "application/octet-stream"),
        ("The response is returned as a binary `application/zip` stream.", "application/zip"),
        ("```xml\n<svg/>\n```\n\nThe response body is raw `image/svg+xml`.", "image/svg+xml"),
    ],
)
def test_bodies_that_are_not_json(content: str, media: str) -> None:
    found = section(f"### Response\n\n{content}\n", "GET /crates")
    assert list(found["responses"]["200"]["content"]) == [media]


def test_headers_of_responses_are_read_from_lists_and_heads() -> None:
    content = section(
        "### Response\n\nMetadata comes in headers:\n\n- `X-Made-At` — when it was made\n"
        f"- `X-Kind: box` — its kind\n\n{OK}"
    )
    assert content["responses"]["200"]["headers"] == {
        "X-Made-At": {"schema": {"type": "string"}, "description": "when it was made"},
        "X-Kind": {"schema": {"type": "string"}, "description": "its kind", "example": "box"},
    }


def test_headers_of_responses_are_read_from_sentences() -> None:
    head = "| Name | In | Type | Required | Description |\n|---|---|---|---|---|\n"
    row = "| `n` | query | string | No | Takes `a.b`. Returns text with `X-Lines` header. |\n"
    content = section(
        "The new number is returned in the `ETag` header. Needs the `If-Match` header.\n\n"
        f"{head}{row}\n{OK}"
        "Honor the `Retry-After` response header.\n\n"
        '```json\n{"statusCode": 429, "error": "E", "message": "m"}\n```\n'
    )
    found = {status: list(r.get("headers", ())) for status, r in content["responses"].items()}
    assert found == {"200": ["X-Lines", "ETag"], "429": ["Retry-After"]}
    leaked = section(
        '```json\n{"description": "Taken; response headers include the new Upload-Offset"}\n```\n'
    )
    assert list(leaked["responses"]["200"]["headers"]) == ["Upload-Offset"]


def test_a_refused_handshake_is_an_error_with_its_own_headers() -> None:
    content = section(
        "WebSocket upgrade endpoint.\n\n```\nHTTP/1.1 101 Switching Protocols\n```\n\n"
        "The upgrade is rejected when the version is unknown. The response includes the "
        "`x-crate-versions` header.\n",
        "GET /crates",
    )
    assert "headers" not in content["responses"]["101"]
    assert list(content["responses"]["400"]["headers"]) == ["x-crate-versions"]


@pytest.mark.parametrize(
    "words",
    [
        "Success.",
        "The response confirms that it starts.",
        "Responses include a `X-Crate` header.",
        "`state` is one of `on` or `off`.",
        "When there is none, the response is `null`.",
    ],
)
def test_words_about_the_success_are_its_own_wherever_they_stand(words: str) -> None:
    error = '```json\n{"statusCode": 400, "error": "E", "message": "m"}\n```\n'
    found = section(f"{OK}{words}\n\n{error}")["responses"]
    assert found["200"]["description"] == words
    assert found["400"]["description"] == "Bad Request"
    own = section(f"{OK}The crate is locked.\n\n{error}")["responses"]
    assert own["400"]["description"] == "The crate is locked."


def test_fields_that_are_there_sometimes_are_not_required() -> None:
    content = section(
        '```json\n{"data": {"use": {"n": 1}, "pid": 2, "id": "x"}}\n```\n\n'
        "The `use` object is only present when it was asked for. `pid` is populated only when it "
        "runs.\n"
    )
    data = content["responses"]["200"]["content"]["application/json"]["schema"]["properties"][
        "data"
    ]
    assert data["required"] == ["id"]
    assert data["properties"]["pid"]["type"] == ["integer", "null"]
    assert data["properties"]["use"]["type"] == "object"


def test_json_with_a_slip_is_read_as_the_literal_it_was() -> None:
    outcome = run(page("s.mdx", f'## `GET /s`\n\nS.\n\n```json\n{{"a": 1, b: [2,]}}\n```\n\n{SDK}'))
    ((*_, content),) = operations(outcome)
    media = content["responses"]["200"]["content"]["application/json"]
    assert media["example"] == {"a": 1, "b": [2]}
    assert ["JavaScript literal" in r.reason for r in outcome.report.remarks] == [True]


STREAMS: dict[str, tuple[str, str, str | None]] = {
    "sse": ("GET /s", "Server-Sent Events stream of everything.", "sse"),
    "sse elsewhere": ("GET /s", "Poll this if the SSE stream is unavailable.", None),
    "ndjson": ("GET /s", "Exports everything as NDJSON.", "ndjson"),
    "websocket": ("GET /s", "Establishes a WebSocket connection for input.", "websocket"),
    "a websocket url is none": ("GET /s", "Returns the WebSocket endpoint of the tool.", None),
    "bytes": ("GET /s", "Returns the raw file content as `application/octet-stream`.", "binary"),
    "plain": ("GET /s", "Returns a thing.", None),
}


@pytest.mark.parametrize("case", STREAMS)
def test_kinds_of_stream(case: str) -> None:
    announced, text, kind = STREAMS[case]
    ((*_, content),) = operations(run(page("s.mdx", f"## `{announced}`\n\n{text}\n\n{SDK}")))
    assert content.get("x-streaming") == kind
    if kind == "websocket":
        assert list(content["responses"]) == ["101"]
    if kind == "sse":
        assert list(content["responses"]["200"]["content"]) == ["text/event-stream"]


PARAMETERS = (
    "### Parameters\n\n| Name | In | Type | Required | Description |\n|---|---|---|---|---|\n"
)


def paged(rows: str, value: str, call: str = "list") -> Any:
    text = f"## `GET /crates`\n\nLists.\n\n{PARAMETERS}{rows}\n\n```json\n{value}\n```\n\n"
    ((*_, content),) = operations(run(page("s.mdx", text + SDK.replace("store", call))))
    return content.get("x-pagination")


def test_pages_by_number() -> None:
    rows = (
        "| `page` | query | integer | No | Page. Default: `1` |\n"
        "| `limit` | query | integer | No | Range: 1-50. Default: `20` |"
    )
    found = paged(rows, '{"data": {"crates": [{"id": 1}], "pagination": {"total": 9}}}')
    assert found == {
        "type": "page-number",
        "default_limit": 20,
        "max_limit": 50,
        "request_params": {"page": "page", "limit": "limit"},
        "response_fields": {"items": "data.crates", "total": "data.pagination.total"},
    }


def test_pages_by_offset_and_by_cursor() -> None:
    limit = "| `limit` | query | integer | No | L |"
    offset = paged(
        f"| `offset` | query | integer | No | O |\n{limit}", '{"items": [], "hasMore": true}'
    )
    assert (offset["type"], offset["response_fields"]["has_more"]) == ("offset", "hasMore")
    cursor = paged(
        f"| `after_id` | query | string | No | C |\n{limit}",
        '{"items": [], "has_more": true, "next_after_id": "z"}',
    )
    assert cursor["request_params"] == {"cursor": "after_id", "limit": "limit"}
    assert cursor["response_fields"]["next_cursor"] == "next_after_id"


def test_an_iterator_without_parameters_is_one_page() -> None:
    assert paged("", '{"data": [{"id": 1}]}', "listIterator")["type"] == "simple-array"
    assert paged("", '{"data": [{"id": 1}]}') is None
    two = '{"data": {"in": [{"id": 1}], "out": [{"id": 2}]}}'
    assert paged("", two, "listIterator") is None


def test_credentials_are_asked_for_unless_the_samples_leave_them_out_on_purpose() -> None:
    curl = "```bash\ncurl -X {method} https://x.test{path}{header}\n```\n\n"
    header = ' -H "Authorization: Bearer t"'
    text = (
        "## `POST /login`\n\nLogs in.\n\n"
        f"{curl.format(method='POST', path='/login', header='')}{SDK}\n"
        f"## `GET /me`\n\nMe.\n\n{curl.format(method='GET', path='/me', header=header)}"
        f"{SDK.replace('store', 'me')}\n"
        f"## `GET /them`\n\nThem.\n\n{SDK.replace('store', 'them')}"
    )
    found = {path: o["security"] for _, _, path, o in operations(run(page("s.mdx", text)))}
    secured: list[dict[str, list[str]]] = [{"bearerAuth": []}]
    assert found == {"/login": [], "/me": secured, "/them": secured}


def test_sentences_make_fields_nullable_or_maps() -> None:
    content = section(
        "Returns every hook grouped by service. In all other cases the response fields are `null`."
        '\n\n```json\n{"hooks": {"a": [{"id": 1}], "b": []}, "url": "u"}\n```\n'
    )
    schema = content["responses"]["200"]["content"]["application/json"]["schema"]
    assert schema["properties"]["url"]["type"] == ["string", "null"]
    hooks = schema["properties"]["hooks"]
    assert hooks["additionalProperties"]["items"]["properties"]["id"] == {"type": "integer"}
    assert "properties" not in hooks


def test_parameters_that_a_route_takes_out_of_a_path_are_a_map() -> None:
    content = section(
        "Tells which route fits each path, with the extracted parameters.\n\n"
        '```json\n{"results": [{"path": "/a/1", "params": {"id": "1"}}, '
        '{"path": "/b", "params": {}}]}\n```\n'
    )
    schema = content["responses"]["200"]["content"]["application/json"]["schema"]
    params = schema["properties"]["results"]["items"]["properties"]["params"]
    assert params["additionalProperties"] == {"type": "string"}
    assert "properties" not in params


def test_notes_under_a_heading_of_their_own_are_no_response() -> None:
    content = section(
        f"### Parameters\n\nThis endpoint takes no parameters.\n\n{PARAMETERS}"
        "| `u` | query | string | No | U |\n\n#### The form of `u`\n\nIt follows a pattern.\n\n"
        f"```\nhttps://a.b\n```\n\n### Response\n\n{OK}",
        "GET /crates",
    )
    response = content["responses"]["200"]
    assert response["description"] == "OK"
    assert list(response["content"]) == ["application/json"]


def test_a_field_table_after_the_errors_describes_the_body_that_has_its_names() -> None:
    content = section(
        f'{OK}```json\n{{"error": "Not Found", "message": "m"}}\n```\n\n#### Response fields\n\n'
        "| Field | Type | Required | Description |\n|---|---|---|---|\n"
        "| `id` | string | Yes | Its number |\n"
    )
    schema = content["responses"]["200"]["content"]["application/json"]["schema"]
    assert schema["properties"]["id"]["description"] == "Its number"
    assert "id" not in str(content["responses"]["404"]["content"])


@pytest.mark.parametrize(
    ("text", "value", "nullable"),
    [
        ("The `fds` field is `null` on some systems.", '{"fds": 1, "pid": 2}', ["fds"]),
        ("Returns the active loop, or `null` if there is none.", '{"id": 1}', [""]),
        ("Returns the whole plan, or `null` if unset.", '{"plan": {"a": 1}, "n": 1}', ["plan"]),
        ("A missing entry comes with a `null` `state`.", '{"state": "x", "n": 1}', ["state"]),
        (
            "A field is `null` when nobody knows.",
            '{"statusCode": 200, "message": "m", "data": {"a": 1, "b": "x"}}',
            ["data.a", "data.b"],
        ),
    ],
)
def test_null_in_sentences(text: str, value: str, nullable: list[str]) -> None:
    content = section(f"{text}\n\n```json\n{value}\n```\n", "GET /crates")
    schema = content["responses"]["200"]["content"]["application/json"]["schema"]

    def nulls(part: dict[str, Any], name: str) -> list[str]:
        found = [name] if "null" in part.get("type", ()) else []
        for key, inner in part.get("properties", {}).items():
            found += nulls(inner, f"{name}.{key}".lstrip("."))
        return found

    assert nulls(schema, "") == nullable


def test_values_in_sentences() -> None:
    content = section(
        "The `state` field is always one of `on` or `off`.\n\n"
        '```json\n{"data": {"state": "on", "note": "x"}}\n```\n'
    )
    schema = content["responses"]["200"]["content"]["application/json"]["schema"]
    data = schema["properties"]["data"]["properties"]
    assert data["state"]["enum"] == ["on", "off"]
    assert "enum" not in data["note"]
