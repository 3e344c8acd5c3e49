"""Parameters: tables, prose, places, demands."""

from __future__ import annotations

from typing import Any

import pytest
from support.reference import SDK, only, operations, page, run, section

HEAD = "| Name | In | Type | Required | Description |\n|---|---|---|---|---|\n"


def parameter(row: str, announced: str = "GET /crates") -> dict[str, Any]:
    content = section(f"### Parameters\n\n{HEAD}{row}\n", announced)
    (found,) = content["parameters"]
    return dict(found)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("| `n` | query | integer | Yes | Count |", {"required": True, "type": "integer"}),
        ("| n | query | string | No | Bare name |", {"required": False, "type": "string"}),
        (
            "| `on` | query | boolean | No (default: `true`) | Switch |",
            {"required": False, "type": "boolean", "default": True},
        ),
        (
            '| `kind` | query | string | No (default: `"box"`) | Kind |',
            {"required": False, "type": "string", "default": "box"},
        ),
        ("| `x-tag` | header | string | No | A header |", {"in": "header", "type": "string"}),
    ],
)
def test_rows(row: str, expected: dict[str, Any]) -> None:
    found = parameter(row)
    flattened = {**found, **found["schema"]}
    assert {key: flattened.get(key) for key in expected} == expected


def test_a_default_column_counts_and_a_dash_means_none() -> None:
    table = (
        "| Name | In | Type | Required | Default | Description |\n|---|---|---|---|---|---|\n"
        "| `a` | query | integer | No | `7` | A |\n| `b` | query | integer | No | — | B |\n"
    )
    a, b = section(f"### Parameters\n\n{table}", "GET /crates")["parameters"]
    assert a["schema"]["default"] == 7
    assert "default" not in b["schema"]


def test_path_parameters_are_required_and_come_first_in_path_order() -> None:
    rows = (
        "| `q` | query | string | No | Q |\n| `b` | path | string | No | B |\n"
        "| `a` | path | string | Yes | A |"
    )
    content = section(f"### Parameters\n\n{HEAD}{rows}\n", "GET /x/{a}/{b}")
    assert [(p["name"], p["required"]) for p in content["parameters"]] == [
        ("a", True),
        ("b", True),
        ("q", False),
    ]


def test_a_path_parameter_without_row_is_concluded_from_the_path() -> None:
    content = section("", "GET /x/{a}")
    assert content["parameters"][0]["x-inferred"] == "from the path"


def test_host_injected_and_wildcard_parameters_are_marked() -> None:
    rows = "| `path` | path | string | Yes | P |\n| `bay` | query | string | Yes | Bay |"
    content = only(
        page(
            "depot/a.mdx",
            f"## `GET /f/{{path}}`\n\nReads.\n\n### Parameters\n\n{HEAD}{rows}\n\n{SDK}",
        )
    )
    path, bay = content["parameters"]
    assert path["x-wildcard"] is True
    assert bay["x-host-injected"] is True


def test_a_wildcard_name_in_the_middle_of_a_path_is_none() -> None:
    content = section("", "GET /f/{path}/meta")
    assert "x-wildcard" not in content["parameters"][0]


def test_prose_shows_query_parameters_and_headers() -> None:
    content = section(
        "Use the `?scope=near` or `?scope=far` query parameter to choose. Set the request header "
        "`Crate-Secret: 1` to see everything. See `GET /other?label=x` as well.",
        "GET /crates",
    )
    query, header = content["parameters"]
    assert (query["name"], query["schema"]["enum"]) == ("scope", ["near", "far"])
    assert (header["name"], header["in"], header["required"]) == ("Crate-Secret", "header", False)
    assert {p["x-inferred"] for p in content["parameters"]} == {"parameter from prose"}


def test_a_documented_428_makes_the_conditional_header_required() -> None:
    content = section(
        f"### Parameters\n\n{HEAD}| `if-match` | header | string | No | Version |\n\n"
        '```json\n{"statusCode": 200, "message": "ok", "data": {}}\n```\n\n'
        '```json\n{"statusCode": 428, "error": "Precondition Required", "message": "no"}\n```\n'
    )
    (header,) = content["parameters"]
    assert header["required"] is True
    assert header["x-inferred"] == "required from prose"


def test_an_error_that_demands_a_header_documents_it() -> None:
    content = section(
        '```json\n{"ok": true}\n```\n\n'
        '```json\n{"error": "Crate-Key header is required for writing"}\n```\n'
    )
    (header,) = content["parameters"]
    assert (header["name"], header["in"], header["required"]) == ("Crate-Key", "header", True)


def test_what_one_method_says_about_slashes_holds_for_all() -> None:
    row = "### Parameters\n\n" + HEAD + "| `key` | path | string | Yes | {} |\n\n"
    text = (
        f"## `GET /kv/{{key}}`\n\nGets.\n\n{row.format('Key (supports `/`)')}{SDK}\n"
        f"## `PUT /kv/{{key}}`\n\nSets.\n\n{row.format('Key')}{SDK.replace('store', 'put')}\n"
        f"## `PUT /kv/{{key}}/x`\n\nSets.\n\n{row.format('Key')}{SDK.replace('store', 'x')}"
    )
    found = {
        (method, path): content["parameters"][0].get("x-wildcard")
        for _, method, path, content in operations(run(page("kv.mdx", text)))
    }
    assert found == {
        ("GET", "/kv/{key}"): True,
        ("PUT", "/kv/{key}"): True,
        ("PUT", "/kv/{key}/x"): None,
    }


def test_flags_are_known_by_their_use() -> None:
    rows = (
        "| `json` | query | string | No | Answer with JSON |\n"
        "| `hash` | query | string | No | Answer with a hash |\n"
        "| `diff` | query | string | No | Not with `?hash` |\n"
        "| `touch` | query | string | Yes | Touch it |\n"
        "| `part` | query | string | No | All of it if empty; a non-empty one selects |\n"
        "| `sort` | query | string | No | Order |\n"
        "| `sum` | query | string | No | Answer with a hash (alias for `hash`) |\n"
        "| `rank` | query | string | No | Alias of `sort` |\n"
        "| `pack` | query | string | No | Packs it (bare flag, e.g. ?pack) |\n"
    )
    curl = "```bash\ncurl 'https://x.test/f?json&part=&sort=name'\n```\n"
    found = section(f"### Parameters\n\n{HEAD}{rows}\n{curl}", "GET /f?touch")["parameters"]
    flags = [p["name"] for p in found if p["schema"] == {"type": "string", "enum": [""]}]
    assert flags == ["json", "hash", "touch", "sum", "pack"]


def test_arrays_say_what_they_hold() -> None:
    rows = "| `days` | query | array | No | Days |\n| `tags` | query | array | No | Tags |\n"
    sample = "```ts\nclient.shop.crates.list({ days: [1, 30] });\n```\n"
    text = f"## `GET /c`\n\nLists.\n\n### Parameters\n\n{HEAD}{rows}\n{sample}"
    days, tags = only(page("c.mdx", text))["parameters"]
    assert days["schema"]["items"] == {"type": "integer"}
    assert tags["schema"]["items"] == {"type": "string"}
