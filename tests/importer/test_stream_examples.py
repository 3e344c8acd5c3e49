"""What examples of event streams tell about their events."""

from __future__ import annotations

from typing import Any

from hoody_codegen.reference.streams import item_schema, with_stream_media

EXAMPLE = """\
event: connected
id: 7:0
data: {"scope":"ws","epoch":7}

event: fired
id: 7:142
data: {"rule":"a","at":1.5}

event: fired
data: {"rule":"b",
data: "note":null}

event: broken
data: {"id":1,...}

: heartbeat"""


def data(properties: dict[str, Any], *required: str) -> dict[str, Any]:
    return {
        "type": "string",
        "contentMediaType": "application/json",
        "contentSchema": {
            "type": "object",
            "properties": properties,
            "required": list(required),
        },
    }


def test_each_name_is_a_variant_with_the_data_of_all_its_events() -> None:
    found = item_schema(EXAMPLE)
    assert found is not None
    connected, fired = found["oneOf"]
    assert found["x-inferred"] == "schema from example"
    assert connected["properties"]["event"] == {"const": "connected"}
    assert connected["properties"]["data"] == data(
        {"scope": {"type": "string"}, "epoch": {"type": "integer"}}, "scope", "epoch"
    )
    assert fired["properties"]["event"] == {"const": "fired"}
    content = fired["properties"]["data"]["contentSchema"]
    assert list(content["properties"]) == ["rule", "at", "note"]
    assert content["required"] == ["rule"]


def test_events_without_a_name_are_all_of_one_kind() -> None:
    assert item_schema('id: 1\r\ndata: {"a": 1}\r\n\r\ndata: {"a": 2}\r\n') == {
        "properties": {"data": data({"a": {"type": "integer"}}, "a")},
        "x-inferred": "schema from example",
    }


def test_an_example_without_json_tells_nothing() -> None:
    assert item_schema('id: 12345\ndata: {"id":84321,...}') is None
    assert item_schema(None) is None


def test_a_json_example_of_a_pure_stream_is_one_of_its_events() -> None:
    schema = {"type": "object", "properties": {"a": {}}, "x-inferred": "schema from example"}
    shown = {"200": {"content": {"application/json": {"schema": schema, "example": {"a": 1}}}}}
    (media,) = with_stream_media(shown, "sse", ["Each frame is one event."])["200"][
        "content"
    ].items()
    assert media == (
        "text/event-stream",
        {
            "schema": {"type": "string"},
            "x-item-schema": {
                "properties": {
                    "data": {
                        "type": "string",
                        "contentMediaType": "application/json",
                        "contentSchema": {"type": "object", "properties": {"a": {}}},
                    }
                },
                "x-inferred": "schema from example",
            },
        },
    )


def test_json_beside_a_stream_stays_what_it_is() -> None:
    shown = {"200": {"content": {"application/json": {"schema": {}, "example": {"a": 1}}}}}
    found = with_stream_media(shown, "sse", ["An SSE stream, or a JSON response if wait=true."])
    assert found["200"]["content"] == {
        "text/event-stream": {"schema": {"type": "string"}},
        "application/json": {"schema": {}, "example": {"a": 1}},
    }
