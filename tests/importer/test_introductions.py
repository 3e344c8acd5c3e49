"""What pages say before their first operation."""

from __future__ import annotations

from typing import Any

from support.reference import SDK, flat, page, run

COMMENT = "{/* GENERATED, do not edit */}"


def described(*pages: str, service: str = "shop") -> tuple[str | None, dict[str, str | None]]:
    """The descriptions of a service and of its tags."""
    document: dict[str, Any] = run(*pages).documents[f"{service}.yaml"]
    tags = {tag["name"]: tag.get("description") for tag in document["tags"]}
    return document["info"].get("description"), tags


def operations(*paths: str) -> str:
    return "\n\n".join(f"## `GET {path}`\n\nReads.\n\n{SDK}" for path in paths)


def test_an_introduction_describes_the_tag_of_its_operations() -> None:
    text = f"{COMMENT}\n\nCrates hold &lt;things&gt;.\n\nThey:\n\n- stack\n- close\n\n"
    found = described(page("crates.mdx", text + operations("/a", "/b"), "Crates"))
    assert found == (None, {"shop:Crates": "Crates hold <things>.\n\nThey:\n\n- stack\n- close"})


def test_repeated_titles_and_headings_of_introductions_stand_before_it() -> None:
    text = "## Crates\n\n### Overview\n\nOf wood.\n\n### More\n\nNo introduction.\n\n"
    found = described(page("crates.mdx", text + operations("/a", "/b"), "Crates"))
    assert found == (None, {"shop:Crates": "Of wood."})


def test_several_pages_of_one_tag_are_joined_in_their_order() -> None:
    first = page("b.mdx", "Big ones.\n\n" + operations("/a", "/b"), "Crates")
    second = page("a.mdx", "Small ones.\n\n" + operations("/c", "/d"), "Crates")
    assert described(first, second) == (None, {"shop:Crates": "Big ones.\n\nSmall ones."})


def test_the_page_of_a_service_describes_the_service() -> None:
    for name in ("depot/index.mdx", "depot/depot.mdx"):
        text = page(name, "Keeps crates.\n\n" + operations("/a", "/b"), "Depot")
        assert described(text, service="depot") == ("Keeps crates.", {"depot:Depot": None})


def test_pages_without_operations_describe_nothing() -> None:
    overview = page("depot/index.mdx", "Promises too much.", "Depot")
    found = described(overview, page("depot/a.mdx", operations("/a", "/b"), "A"), service="depot")
    assert found == (None, {"depot:A": None})


def test_what_an_operation_says_already_is_not_said_again() -> None:
    text = "## Crates\n\nSays one thing.\n\n### `GET /a`\n\n" + SDK
    document = run(page("crates.mdx", text, "Crates")).documents["shop.yaml"]
    assert document["paths"]["/a"]["get"]["description"] == "Says one thing."
    assert document["tags"] == [{"name": "shop:Crates"}]


def test_an_introduction_of_several_groups_is_listed_as_left_over() -> None:
    summaries = (
        flat("shop-a.mdx", "**GET** `/a` — Read", title="Shop: A"),
        flat("shop-b.mdx", "**GET** `/b` — Read", title="Shop: B"),
    )
    text = "About both.\n\n" + operations("/a", "/b")
    outcome = run(*summaries, page("both.mdx", text, "Both"))
    assert outcome.documents["shop.yaml"]["tags"] == [{"name": "shop:A"}, {"name": "shop:B"}]
    assert ("paragraph", "introduction of a page about several groups") in {
        (left.kind, left.reason) for left in outcome.report.leftovers
    }
    named = run(*summaries, page("a.mdx", text, "All of it"))
    assert named.documents["shop.yaml"]["tags"][0]["description"] == "About both."
