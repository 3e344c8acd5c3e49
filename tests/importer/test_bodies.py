"""Request bodies in each of their forms."""

from __future__ import annotations

from typing import Any

import pytest
from support.reference import SDK, only, operations, page, resolved, run, section

FIELDS = "| Field | Type | Required | Description |\n|---|---|---|---|\n"


def body(content: str, announced: str = "POST /api/v1/crates") -> dict[str, Any]:
    return dict(section(content, announced)["requestBody"])


def json_schema(content: str, announced: str = "POST /api/v1/crates") -> dict[str, Any]:
    return dict(body(content, announced)["content"]["application/json"]["schema"])


@pytest.mark.parametrize(
    "label",
    ["### Request Body", "#### Request Body", "### Request body", "**Request Body**"],
)
def test_a_field_table_under_each_label(label: str) -> None:
    schema = json_schema(f"{label}\n\n{FIELDS}| `size` | integer | **Yes** | Size |\n")
    assert schema["properties"]["size"]["type"] == "integer"
    assert schema["required"] == ["size"]


def test_the_first_json_after_the_table_is_the_request_the_next_is_the_response() -> None:
    content = section(
        f"### Request Body\n\n{FIELDS}| `size` | integer | Yes | Size |\n\n"
        '```json\n{"size": 3}\n```\n\n```json\n{"id": "c1"}\n```\n'
    )
    assert content["requestBody"]["content"]["application/json"]["example"] == {"size": 3}
    assert content["responses"]["200"]["content"]["application/json"]["example"] == {"id": "c1"}


def test_a_json_after_a_sample_is_a_response() -> None:
    content = section(
        f"### Request Body\n\n{FIELDS}| `size` | integer | Yes | Size |\n\n{SDK}\n"
        '```json\n{"id": "c1"}\n```\n'
    )
    assert "example" not in content["requestBody"]["content"]["application/json"]


def test_examples_with_labels_are_all_kept() -> None:
    media = body(
        f"### Request Body\n\n{FIELDS}| `size` | integer | No | Size |\n\n"
        '**Example: Small one**\n\n```json\n{"size": 1}\n```\n\n'
        '**Example: Big one**\n\n```json\n{"size": 9}\n```\n'
    )["content"]["application/json"]
    assert media["examples"] == {
        "small-one": {"summary": "Small one", "value": {"size": 1}},
        "big-one": {"summary": "Big one", "value": {"size": 9}},
    }


def test_nested_names_make_nested_objects() -> None:
    rows = (
        "| `lid` | object | No | The lid |\n| `lid.color` | string | Yes | Its color |\n"
        "| `labels[].text` | string | Yes | Its text |\n"
    )
    schema = json_schema(f"### Request Body\n\n{FIELDS}{rows}")
    assert schema["properties"]["lid"]["properties"]["color"]["type"] == "string"
    assert schema["properties"]["labels"]["items"]["required"] == ["text"]


def test_a_sub_table_named_after_a_field_describes_it() -> None:
    schema = json_schema(
        f"### Request Body\n\n{FIELDS}| `lid` | object | No | The lid |\n\n"
        "The `lid` object accepts the following fields:\n\n"
        f"{FIELDS}| `color` | string | Yes | C |\n"
    )
    assert schema["properties"]["lid"]["required"] == ["color"]


def test_a_sub_table_of_a_noun_describes_the_items_of_its_plural() -> None:
    schema = json_schema(
        f"### Request Body\n\n{FIELDS}| `actions` | array | Yes | What to do |\n\n"
        f"Each action item has the following structure:\n\n{FIELDS}| `name` | string | Yes | N |\n"
    )
    assert schema["properties"]["actions"]["items"]["required"] == ["name"]


def test_sub_tables_named_after_types_become_a_union() -> None:
    schema = json_schema(
        f"### Request Body\n\n{FIELDS}"
        "| `lock` | object | Yes | A key lock (`KeyLock`) or a code lock (`CodeLock`) |\n\n"
        f"**Key lock (`KeyLock`)**\n\n{FIELDS}| `key` | string | Yes | K |\n\n"
        f"**Code lock (`CodeLock`)**\n\n{FIELDS}"
        "| `code` | string | Yes | C |\n"
        "| `alarm` | object \\| boolean | No | Alarm (`Alarm`) or `false` |\n\n"
        f"**Alarm (`Alarm`)**\n\n{FIELDS}| `loud` | boolean | No | L |\n"
    )
    key, code = schema["properties"]["lock"]["anyOf"]
    assert key["required"] == ["key"]
    alarm = code["properties"]["alarm"]["anyOf"]
    assert alarm[0]["properties"]["loud"] == {"type": "boolean", "description": "L"}
    assert alarm[1] == {"type": "boolean"}


def test_bullets_describe_the_items_of_an_array() -> None:
    schema = json_schema(
        f"### Request Body\n\n{FIELDS}"
        "| `entries` | array | Yes | What to add. Each item requires `kind`. |\n\n"
        "Each entry item supports:\n\n"
        '- `kind` — one of `"box"`, `"bag"`\n- `count` — integer; defaults to `3`\n'
        "- `tags` — array of strings\n- `shelf_id` — optional binding\n"
    )
    items = schema["properties"]["entries"]["items"]
    assert items["required"] == ["kind"]
    assert items["properties"]["kind"]["enum"] == ["box", "bag"]
    assert items["properties"]["count"]["default"] == 3
    assert items["properties"]["tags"]["items"] == {"type": "string"}
    assert items["properties"]["shelf_id"]["type"] == "string"


def test_a_sentence_describes_the_items_of_an_array() -> None:
    schema = json_schema(
        f"### Request Body\n\n{FIELDS}"
        "| `readers` | array | No | Each entry is either a string or an object. |\n\n"
        "When `readers` entries are objects, each accepts `name` (required, 1-64 chars) and "
        "`models` (optional, up to 5 models tried in order).\n"
    )
    text, item = schema["properties"]["readers"]["items"]["anyOf"]
    assert text == {"type": "string"}
    assert item["required"] == ["name"]
    assert item["properties"]["models"]["type"] == "array"


def test_a_table_of_shapes_is_a_union() -> None:
    schema = json_schema(
        "### Request Body\n\nExactly one of these shapes:\n\n| Shape | Fields |\n|---|---|\n"
        "| Header | `header` (string, required), `value` (string, required) |\n"
        "| Cookie | `cookie` (string, required), `age` (integer) |\n"
    )
    header, cookie = schema["oneOf"]
    assert header["required"] == ["header", "value"]
    assert cookie["properties"]["age"] == {"type": "integer"}
    assert cookie["required"] == ["cookie"]


def test_bullets_with_examples_are_alternatives_and_bytes_are_another_type() -> None:
    found = body(
        "### Request Body\n\nThe request body is one of:\n\n"
        '- **MoveRequest** (`{ "to": "/x" }`) — move it\n'
        '- **RenameRequest** (`{ "name": "y" }`) — rename it\n'
        "- **Binary `application/octet-stream`** — replace it\n"
    )["content"]
    move, rename = found["application/json"]["schema"]["oneOf"]
    assert (move["title"], move["required"]) == ("MoveRequest", ["to"])
    assert rename["description"] == "rename it"
    assert found["application/octet-stream"]["schema"]["format"] == "binary"


def test_key_value_pairs_are_a_map() -> None:
    schema = json_schema(
        "### Request Body\n\nA JSON object of key-value pairs. Each value is a string. The object "
        'must contain between 1 and 200 properties.\n\n```json\n{"A_B": "x", "C_D": "y"}\n```\n'
    )
    assert schema["additionalProperties"] == {"type": "string"}
    assert (schema["minProperties"], schema["maxProperties"]) == (1, 200)
    assert "properties" not in schema


def test_an_object_of_a_table_stays_open_whatever_its_example_holds() -> None:
    schema = json_schema(
        f"### Request Body\n\n{FIELDS}| `extra` | object | No | Anything |\n\n"
        '```json\n{"extra": {"color": "red"}}\n```\n'
    )
    assert schema["properties"]["extra"]["additionalProperties"] is True
    assert "properties" not in schema["properties"]["extra"]


def test_any_value_is_not_narrowed_by_an_example() -> None:
    schema = json_schema(
        f"### Request Body\n\n{FIELDS}| `value` | any | Yes | Anything |\n\n"
        '```json\n{"value": {"a": 1}}\n```\n'
    )
    assert schema["properties"]["value"] == {"description": "Anything"}


@pytest.mark.parametrize(
    ("text", "media"),
    [
        (
            "The content is sent as `application/octet-stream` binary data.",
            "application/octet-stream",
        ),
        ("An optional `application/xml` body is accepted.", "application/xml"),
    ],
)
def test_raw_bodies(text: str, media: str) -> None:
    assert list(body(f"### Request Body\n\n{text}\n", "PUT /crates/{path}")["content"]) == [media]


def test_any_content_type_is_any() -> None:
    content = body("### Request Body\n\nData to send. Any content type is accepted.\n")["content"]
    assert content["*/*"]["schema"]["format"] == "binary"


def test_a_form_keeps_its_fields() -> None:
    content = body(
        "### Request Body\n\nThe body is sent as `application/x-www-form-urlencoded`.\n\n"
        f"{FIELDS}| `word` | string | Yes | The word |\n"
    )["content"]
    assert list(content) == ["application/x-www-form-urlencoded"]


def test_a_heading_with_no_body_under_it_means_no_body() -> None:
    content = section("### Request Body\n\nThis endpoint takes no request body.\n")
    assert "requestBody" not in content


def test_without_heading_a_curl_sample_shows_the_body() -> None:
    found = body(
        "```bash\ncurl -X POST https://x.test/api/v1/crates "
        '-d \'{"size": 3, "lid": "blue"}\'\n```\n'
    )
    assert found["x-inferred"] == "schema from the samples"
    schema = found["content"]["application/json"]["schema"]
    assert set(schema["properties"]) == {"size", "lid"}
    assert "required" not in schema


def test_a_schema_that_is_only_named_is_shared_and_borrows_from_the_get() -> None:
    table = (
        "### Parameters\n\n| Name | In | Type | Required | Description |\n|---|---|---|---|---|\n"
        "| `app` | query | string | Yes | Name |\n| `tags` | query | array | No | Tags |\n\n"
    )
    named = "### Request Body\n\nJSON body conforming to the `shop_Selector` schema.\n\n"
    curl = '```bash\ncurl -X POST https://x.test{path} -d \'{{"app": "a"}}\'\n```\n'
    text = (
        f"## `GET /run`\n\nRuns.\n\n{table}{SDK}\n"
        f"## `POST /run`\n\nRuns.\n\n{named}{curl.format(path='/run')}\n"
        f"{SDK.replace('store', 'run')}\n"
        f"## `POST /check`\n\nChecks.\n\n{named}{curl.format(path='/check')}\n"
        f"{SDK.replace('store', 'check')}"
    )
    outcome = run(page("run.mdx", text))
    document = outcome.documents["shop.yaml"]
    found = {
        path: resolved(document, content["requestBody"]["content"]["application/json"]["schema"])
        for _, method, path, content in operations(outcome)
        if method == "POST"
    }
    assert found["/run"] == found["/check"]
    assert set(found["/run"]["properties"]) == {"app", "tags", "id"}
    assert found["/run"]["required"] == ["app"]
    assert "query parameters of GET" in found["/run"]["x-inferred"]


def test_a_body_said_to_be_identical_is() -> None:
    text = (
        f"## `POST /p`\n\nSends.\n\n### Request Body\n\n{FIELDS}"
        f"| `a` | string | Yes | A |\n\n{SDK}\n"
        "## `PUT /p`\n\nSends. The request body handling is identical to POST.\n\n"
        + SDK.replace("store", "put")
    )
    found = {m: o["requestBody"] for _, m, _, o in operations(run(page("p.mdx", text)))}
    assert found["PUT"]["content"] == found["POST"]["content"]


def test_types_that_share_a_name_share_their_values() -> None:
    rows = (
        "| `a` | query | `shop_Kind` | No | Kind (`box`, `bag`) |\n"
        "| `b` | query | `shop_Kind` | No | Another kind |\n"
    )
    content = only(
        page(
            "k.mdx",
            "## `GET /k`\n\nLists.\n\n### Parameters\n\n"
            "| Name | In | Type | Required | Description |"
            f"\n|---|---|---|---|---|\n{rows}\n{SDK}",
        )
    )
    assert [p["schema"]["enum"] for p in content["parameters"]] == [["box", "bag"]] * 2


SIZE = "Size. Default: `3`"


def test_a_partial_update_has_the_fields_of_the_whole() -> None:
    text = (
        f"## `POST /rules`\n\nCreates.\n\n### Request Body\n\n{FIELDS}"
        f"| `name` | string | Yes | N |\n| `size` | integer | No | {SIZE} |\n\n"
        f"{SDK}\n## `PATCH /rules/{{id}}`\n\nUpdates.\n\n### Request Body\n\n"
        "A partial rule object. Set a field to `null` to remove it.\n\n"
        '```json\n{"name": "x"}\n```\n\n' + SDK.replace("store", "patch")
    )
    found = {m: o for _, m, _, o in operations(run(page("r.mdx", text)))}
    schema = found["PATCH"]["requestBody"]["content"]["application/json"]["schema"]
    assert schema["properties"]["name"]["type"] == ["string", "null"]
    assert schema["properties"]["size"] == {"type": ["integer", "null"], "description": SIZE}
    assert "required" not in schema


def test_a_list_beside_a_post_lends_it_no_fields() -> None:
    text = (
        "## `GET /w`\n\nLists.\n\n### Parameters\n\n| Name | In | Type | Required | Description |\n"
        f"|---|---|---|---|---|\n| `page` | query | integer | No | P |\n\n{SDK}\n"
        "## `POST /w`\n\nThe request body is defined by the `shop_Watch` schema.\n\n"
        '```bash\ncurl -X POST https://x.test/w -d \'{"path": "a"}\'\n```\n\n'
        "```ts\nclient.shop.crates.other();\n```\n"
    )
    outcome = run(page("w.mdx", text))
    schema = outcome.documents["shop.yaml"]["components"]["schemas"]["shop_Watch"]
    assert set(schema["properties"]) == {"path"}


def test_an_open_object_of_an_update_has_the_fields_that_the_whole_documents() -> None:
    text = (
        f"## `POST /m`\n\nCreates.\n\n### Request Body\n\n{FIELDS}"
        "| `conf` | object | No | Configuration |\n| `conf.mode` | string | Yes | Mode |\n\n"
        f"{SDK}\n## `PATCH /m/{{id}}`\n\nUpdates.\n\n### Request Body\n\n{FIELDS}"
        "| `conf` | object | Yes | As when it is created |\n\n" + SDK.replace("store", "patch")
    )
    found = {m: o for _, m, _, o in operations(run(page("m.mdx", text)))}
    schema = found["PATCH"]["requestBody"]["content"]["application/json"]["schema"]
    assert schema["required"] == ["conf"]
    conf = schema["properties"]["conf"]
    assert conf["properties"]["mode"]["type"] == "string"
    assert "required" not in conf
    assert conf["description"] == "As when it is created"


def test_a_field_that_null_clears_takes_null() -> None:
    text = (
        "## `PATCH /c`\n\nSets the alias. Set the alias to `null` to remove it.\n\n"
        f"### Request Body\n\n{FIELDS}| `alias` | string | Yes | New alias |\n\n{SDK}"
    )
    schema = only(page("c.mdx", text))["requestBody"]["content"]["application/json"]["schema"]
    assert schema["properties"]["alias"]["type"] == ["string", "null"]


def test_borrowed_fields_have_the_defaults_of_their_own_section() -> None:
    text = (
        "## `GET /r`\n\nRuns.\n\n### Parameters\n\n| Name | In | Type | Required | Description |\n"
        "|---|---|---|---|---|\n| `mode` | query | string | No | One of `sync`, `async`. Default: "
        f"`async` |\n| `size` | query | integer | No | Size. Default: `4` |\n\n{SDK}\n"
        "## `POST /r`\n\nRuns.\n\n**Modes:**\n\n- `sync` (default): waits\n- `async`: does not\n\n"
        "### Request Body\n\nThe body uses the `shop_Run` schema.\n\n"
        '```bash\ncurl -X POST https://x.test/r -d \'{"mode": "sync"}\'\n```\n\n'
        "```ts\nclient.shop.crates.run();\n```\n"
    )
    document = run(page("r.mdx", text)).documents["shop.yaml"]
    fields = document["components"]["schemas"]["shop_Run"]["properties"]
    assert fields["mode"]["default"] == "sync"
    assert "default" not in fields["size"]


def test_limits_of_a_map_are_read_from_sentences() -> None:
    content = section(
        "### Request body\n\nThe body is a JSON object of key-value pairs. Keys must match the "
        "pattern `^[a-z]+$`. Each value is a string with a maximum length of 1,024 characters.\n\n"
        '```json\n{"a": "b"}\n```\n\n### Response\n\n```json\n{"ok": true}\n```\n'
    )
    schema = content["requestBody"]["content"]["application/json"]["schema"]
    assert schema["additionalProperties"] == {"type": "string", "maxLength": 1024}
    assert schema["propertyNames"] == {"pattern": "^[a-z]+$"}
