"""Every way in which a page announces an operation."""

from __future__ import annotations

import pytest
from support.reference import SDK, flat, keys, only, operations, page, run

CURL = """```bash
curl -X PUT https://example.test/api/v1/crates/c-77/label \\
  -H "Authorization: Bearer <token>" -d '{"text": "fragile"}'
```
"""

FORMS = {
    "heading": "### `PUT /api/v1/crates/{id}/label`\n\nSets the label.\n\n" + SDK,
    "heading of two spans": "### `PUT` `/api/v1/crates/{id}/label`\n\nSets the label.\n\n" + SDK,
    "deep heading": "#### `PUT /api/v1/crates/{id}/label`\n\nSets the label.\n\n" + SDK,
    "line under a title": (
        "## Label a crate\n\n`PUT /api/v1/crates/{id}/label`\n\nSets the label.\n\n" + SDK
    ),
    "line after the description": (
        "## Label a crate\n\nSets the label.\n\n`PUT /api/v1/crates/{id}/label`\n\n" + SDK
    ),
    "nothing but a curl sample": "## Label a crate\n\nSets the label.\n\n" + CURL + SDK,
}


@pytest.mark.parametrize("form", FORMS)
def test_each_form_gives_the_operation(form: str) -> None:
    summary = flat("shop-crates.mdx", "**PUT** `/api/v1/crates/{id}/label` — Label a crate")
    outcome = run(summary, page("crates.mdx", FORMS[form]))
    assert keys(outcome) == [("shop", "PUT", "/api/v1/crates/{id}/label")]
    _, _, _, content = next(operations(outcome))
    assert content["summary"] == "Label a crate"
    assert content["description"] == "Sets the label."
    assert content["x-sdk-name"] == "shop.crates.store"
    assert content["x-source"]["page"] == "crates.mdx"
    assert content["parameters"][0]["name"] == "id"


def test_a_bullet_alone_is_an_operation_and_says_so() -> None:
    content = only(flat("shop-crates.mdx", "**GET** `/api/v1/crates`"))
    assert content["x-inferred"] == "documented only on a summary page"
    assert "200" in content["responses"]


def test_articles_of_a_summary_are_no_part_of_the_name() -> None:
    content = only(flat("shop-crates.mdx", "**GET** `/c` — Weigh a crate on the scales"))
    assert content["operationId"] == "shop_weighCrateOnScales"


def test_prose_may_name_the_method_where_nothing_else_does() -> None:
    text = (
        "## Look at a crate\n\nA `HEAD` request: only headers come back.\n\n### Parameters\n\n"
        "| Name | In | Type | Required | Description |\n|---|---|---|---|---|\n"
        "| `path` | path | string | Yes | Where it stands |\n\n" + SDK
    )
    outcome = run(
        flat("depot-crates.mdx", "**HEAD** `/{path}` — Look", "**GET** `/{path}` — Fetch"),
        page("depot/crates.mdx", text),
    )
    found = {(m, p): o for _, m, p, o in operations(outcome)}
    assert found["HEAD", "/{path}"]["x-source"]["page"] == "depot/crates.mdx"
    assert "method from prose" in found["HEAD", "/{path}"]["x-inferred"]


def test_methods_without_a_key_in_openapi_are_kept() -> None:
    outcome = run(page("crates.mdx", "## `MKCOL /crates/{path}`\n\nMakes one.\n\n" + SDK))
    item = outcome.documents["shop.yaml"]["paths"]["/crates/{path}"]
    assert list(item) == ["x-additional-operations"]
    assert item["x-additional-operations"]["MKCOL"]["description"] == "Makes one."


def test_an_operation_ends_at_the_next_one_and_at_foreign_headings() -> None:
    text = (
        f"## Reading\n\n### `GET /z`\n\nBefore.\n\n{SDK}\n### `GET /a`\n\nFirst.\n\n"
        f"### Parameters\n\nThis endpoint takes no parameters.\n\n{SDK}\n---\n\n"
        "#### Writing\n\nWords of the group.\n\n"
        f"### `POST /b`\n\nSecond.\n\n{SDK.replace('store', 'other')}"
    )
    found = {path: o for _, _, path, o in operations(run(page("crates.mdx", text)))}
    assert found["/a"]["description"] == "First."
    assert found["/b"]["description"] == "Second."


def test_tables_that_a_group_shares_reach_each_operation() -> None:
    text = (
        "### Slow uploads\n\nAll operations share the same path and parameters.\n\n"
        "#### Parameters\n\n| Name | In | Type | Required | Description |\n|---|---|---|---|---|\n"
        "| `id` | path | string | Yes | The crate |\n\n"
        f"#### `POST /up/{{id}}`\n\nStarts.\n\n{SDK}\n"
        f"#### `DELETE /up/{{id}}`\n\nStops.\n\n{SDK.replace('store', 'stop')}"
    )
    for _, _, _, content in operations(run(page("crates.mdx", text))):
        assert [p["description"] for p in content["parameters"]] == ["The crate"]


def test_overview_pages_give_no_operation_and_are_listed() -> None:
    text = "Call `GET /invented` and be amazed.\n\n```\nGET /invented\n```\n\n- `GET /also`"
    outcome = run(page("depot/index.mdx", text))
    assert keys(outcome) == []
    reasons = {entry.reason for entry in outcome.report.leftovers}
    assert reasons == {"overview page: prose without an operation"}
    assert outcome.report.pages == {"overview": 1}


def test_split_acronyms_are_joined() -> None:
    content = only(flat("shop-x.mdx", "**POST** `/import` — Import S D K from A P I of Bob"))
    assert content["summary"] == "Import SDK from API of Bob"


def test_html_entities_and_escaped_pipes_are_read_as_what_they_mean() -> None:
    text = (
        "## `GET /crates`\n\nAt most 5 &times; 5 &lt;units&gt;.\n\n### Parameters\n\n"
        "| Name | In | Type | Required | Description |\n|---|---|---|---|---|\n"
        "| `a` | query | integer \\| string | No | Either `x \\| y` &mdash; or &lt;z&gt; |\n\n"
        + SDK
    )
    content = only(page("crates.mdx", text))
    assert content["description"] == "At most 5 × 5 <units>."
    assert content["parameters"][0]["description"] == "Either `x | y` — or <z>"
    assert set(content["parameters"][0]["schema"]["type"]) == {"integer", "string"}
