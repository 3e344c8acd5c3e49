"""The declared tags of a document."""

from __future__ import annotations

from hoody_codegen.ir import Tag
from hoody_codegen.text import Untrusted
from support.reading import read

HEAD = "openapi: 3.1.0\ninfo: {title: T, version: '1', x-namespace: shop}\npaths: {}\n"


def test_tags_are_in_order_of_name_with_what_is_said_of_them() -> None:
    api, messages = read(HEAD + "tags: [{name: b}, {name: a, description: Of a., x-more: 1}]\n")
    assert messages == []
    assert api.services[0].tags == (
        Tag(Untrusted("a"), Untrusted("Of a.")),
        Tag(Untrusted("b")),
    )


def test_a_wrong_tag_costs_itself_alone() -> None:
    api, messages = read(
        HEAD + "tags: [5, {description: x}, {name: a, description: [1]}, {name: b}]\n"
    )
    assert [tag.name.reveal() for tag in api.services[0].tags] == ["a", "b"]
    assert len(messages) == 3
