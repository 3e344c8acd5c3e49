"""Paths that disagree, operations that share one, and their names."""

from __future__ import annotations

from hoody_codegen.reference.paths import best_template, parameter_names, templated
from support.reference import SDK, flat, keys, operations, page, run


def sdk(name: str) -> str:
    return f"```ts\nawait client.{name}();\n```\n"


def detailed(name: str, *announced: str) -> str:
    parts = [
        f"## `{text}`\n\nNumber {number}.\n\n{sdk(f'shop.things.call{number}')}"
        for number, text in enumerate(announced)
    ]
    return page(name, "\n\n".join(parts))


def test_the_address_of_the_page_is_no_part_of_a_path() -> None:
    outcome = run(
        flat("depot-doors.mdx", "**GET** `/doors` — List doors"),
        detailed(
            "depot/control.mdx", "GET /api/depot/control/doors", "GET /api/depot/control/bell"
        ),
    )
    found = {path: content for _, _, path, content in operations(outcome)}
    assert set(found) == {"/doors", "/bell"}
    assert "summary page" in found["/doors"]["x-inferred"]
    assert "prefix of its page" in found["/bell"]["x-inferred"]


def test_a_prefix_stays_where_no_summary_says_otherwise() -> None:
    outcome = run(detailed("depot/control.mdx", "GET /api/depot/control/doors"))
    assert keys(outcome) == [("depot", "GET", "/api/depot/control/doors")]


def test_a_versioned_path_is_newer_than_a_summary_without_version() -> None:
    outcome = run(
        flat("shop-things.mdx", "**GET** `/api/things/{id}` — Get a thing"),
        detailed("things.mdx", "GET /api/v1/rooms/{roomID}/things/{id}"),
    )
    assert keys(outcome) == [("shop", "GET", "/api/v1/rooms/{roomID}/things/{id}")]
    *_, content = next(operations(outcome))
    assert content["summary"] == "Get a thing"


def test_a_shortened_path_is_completed() -> None:
    outcome = run(
        flat("depot-health.mdx", "**GET** `/api/v1/depot/health`"),
        detailed("depot/index.mdx", "GET /health"),
    )
    assert keys(outcome) == [("depot", "GET", "/api/v1/depot/health")]


def test_one_path_in_two_services_is_two_operations() -> None:
    outcome = run(detailed("depot/a.mdx", "GET /"), detailed("b.mdx", "GET /"))
    assert keys(outcome) == [("depot", "GET", "/"), ("shop", "GET", "/")]


def test_sections_of_one_operation_are_merged() -> None:
    table = (
        "### Parameters\n\n| Name | In | Type | Required | Description |\n|---|---|---|---|---|\n"
        "| `{name}` | query | string | No | One |\n\n"
    )
    one = f"## `GET /view`\n\nThe view.\n\n{table.format(name='a')}{SDK}"
    two = f"## `GET /view`\n\nThe view, again.\n\n{table.format(name='b')}{SDK}"
    outcome = run(page("one.mdx", one), page("two.mdx", two))
    ((_, _, _, content),) = operations(outcome)
    assert [p["name"] for p in content["parameters"]] == ["a", "b"]
    assert content["description"] == "The view.\n\nThe view, again."


def test_a_demanded_query_makes_another_operation_of_the_same_path() -> None:
    rows = (
        "### Parameters\n\n| Name | In | Type | Required | Description |\n|---|---|---|---|---|\n"
        "| `path` | path | string | Yes | Where |\n"
        "| `type` | query | string | Yes | Must be `dav` |\n\n"
    )
    outcome = run(
        flat("depot-x.mdx", "**GET** `/{path}` — Read", "**GET** `/{path}?type=dav` — Connect"),
        page("depot/a.mdx", "## `GET /{path}`\n\nReads.\n\n" + sdk("depot.files.read")),
        page("depot/b.mdx", "## `GET /{path}`\n\nConnects.\n\n" + rows + sdk("depot.dav.open")),
    )
    found = {path: content["summary"] for _, _, path, content in operations(outcome)}
    assert found == {"/{path}": "Read", "/{path}?type=dav": "Connect"}


def test_put_and_patch_with_one_summary_share_their_contents() -> None:
    outcome = run(
        flat("shop-t.mdx", "**PATCH** `/t/{id}` — Update", "**PUT** `/t/{id}` — Update"),
        page(
            "t.mdx",
            "## `PATCH /t/{id}`\n\nUpdates.\n\n### Request Body\n\n"
            "| Field | Type | Required | Description |\n|---|---|---|---|\n"
            "| `size` | integer | Yes | How big |\n\n" + SDK,
        ),
    )
    found = {method: content for _, method, _, content in operations(outcome)}
    assert "contents from PATCH" in found["PUT"]["x-inferred"]
    assert found["PUT"]["requestBody"] == found["PATCH"]["requestBody"]
    assert found["PUT"]["x-sdk-name"] == f"{found['PATCH']['x-sdk-name']}Put"
    assert "name from PATCH" in found["PUT"]["x-inferred"]


def test_ids_are_unique_and_independent_of_order() -> None:
    parts = [
        f"## `{announced}`\n\nSomething.\n\n{sdk(name)}"
        for announced, name in (
            ("POST /p/{x}", "shop.pipes.send"),
            ("PUT /p/{x}", "shop.pipes.send"),
            ("GET /p", "shop.pipes.list"),
            ("GET /q", "shop.queues.listIterator"),
        )
    ]
    forward = run(page("p.mdx", "\n".join(parts)))
    backward = run(page("p.mdx", "\n".join(reversed(parts))))
    ids = {(m, p): o["operationId"] for _, m, p, o in operations(forward)}
    assert ids == {(m, p): o["operationId"] for _, m, p, o in operations(backward)}
    assert ids == {
        ("POST", "/p/{x}"): "shop_sendPipes_post",
        ("PUT", "/p/{x}"): "shop_sendPipes_put",
        ("GET", "/p"): "shop_listPipes",
        ("GET", "/q"): "shop_listQueues",
    }


def test_tags_come_from_summaries_then_from_siblings() -> None:
    outcome = run(
        flat("shop-pipes.mdx", "**GET** `/p` — List", title="Shop:Pipes"),
        flat("misc.mdx", "**GET** `/o` — Odd", title="General"),
        page(
            "p.mdx",
            f"## `GET /p`\n\nLists.\n\n{sdk('shop.pipes.list')}\n"
            f"## `GET /n`\n\nNew.\n\n{sdk('shop.pipes.fresh')}\n"
            f"## `GET /o`\n\nOdd.\n\n{sdk('shop.pipes.odd')}",
        ),
    )
    assert {o["tags"][0] for *_, o in operations(outcome)} == {"shop:Pipes"}


def test_colon_parameters_become_templates() -> None:
    assert templated("/sdk/:id/x") == "/sdk/{id}/x"
    assert templated("/run/{id}:stop") == "/run/{id}:stop"
    assert parameter_names("/a/:b/{c}?d={e}") == ["b", "c"]


def test_the_template_that_fixes_most_fits_best() -> None:
    templates = ["/t/{id}", "/t/me", "/{any}/me", "/t/{id}/x"]
    assert best_template("/t/me", templates) == "/t/me"
    assert best_template("/t/507f", templates) == "/t/{id}"
    assert best_template("/z/z/z/z", templates) is None
