"""What one place of a document says about a field, learnt for the others."""

from __future__ import annotations

import copy
from typing import Any

from hoody_codegen.reference.shapes import learn
from importer.test_shapes_components import document, operation


def shown(doc: dict[str, Any], path: str, method: str = "get") -> dict[str, Any]:
    """The members of an answer."""
    body = doc["paths"][path][method]["responses"]["200"]["content"]["application/json"]
    members: dict[str, Any] = body["schema"]["properties"]
    return members


def answers(**values: Any) -> dict[str, Any]:
    """A document with one GET for each value."""
    return document(
        {f"/{name}": {"get": operation({"200": value})} for name, value in values.items()}
    )


def test_a_described_map_is_a_map_where_it_comes_back() -> None:
    sent = {
        "type": "object",
        "properties": {
            "overrides": {
                "type": "object",
                "additionalProperties": {"type": "boolean"},
                "x-inferred": "map from description",
            }
        },
    }
    doc = answers(a={"overrides": {"x": True, "y": False}}, b={"overrides": {"x": "text"}})
    doc["paths"]["/a"]["patch"] = {
        **operation({"200": {}}),
        "requestBody": {"content": {"application/json": {"schema": sent}}},
    }
    learnt = learn(doc)
    assert shown(learnt, "/a")["overrides"]["additionalProperties"] == {"type": "boolean"}
    assert "elsewhere" in shown(learnt, "/a")["overrides"]["x-inferred"]
    assert "properties" in shown(learnt, "/b")["overrides"]


def test_a_map_of_objects_needs_the_same_fields_beside_it() -> None:
    rights = {"type": "object", "additionalProperties": {}, "x-inferred": "map from description"}
    sent = {"type": "object", "properties": {"rights": rights, "default": {}, "project": {}}}
    same = {"rights": {"admins": {"read": True}}, "default": "deny", "project": "p"}
    other = {"rights": {"files": {"read": True}}, "id": "1", "alias": "a"}
    doc = answers(a=same, b=other)
    doc["paths"]["/a"]["put"] = {
        **operation({"200": {}}),
        "requestBody": {"content": {"application/json": {"schema": sent}}},
    }
    learnt = learn(doc)
    assert "additionalProperties" in shown(learnt, "/a")["rights"]
    assert "properties" in shown(learnt, "/b")["rights"]


def test_a_null_has_the_type_of_the_same_field_elsewhere() -> None:
    doc = answers(a={"ended": None}, b={"ended": "2026-01-02T03:04:05Z"}, c={"ended": None})
    assert shown(learn(doc), "/a")["ended"] == {
        "type": ["string", "null"],
        "format": "date-time",
        "x-inferred": "null in every example; type from the same field elsewhere",
    }


def test_a_null_has_the_type_of_fields_with_its_last_word() -> None:
    day = "2026-01-02T03:04:05Z"
    doc = answers(a={"read_at": None}, b={"made_at": day, "sent_at": day, "seen_at": day, "at": 5})
    learnt = shown(learn(doc), "/a")["read_at"]
    assert learnt["type"] == ["string", "null"]
    assert "like name" in learnt["x-inferred"]


def test_a_null_has_the_type_of_the_field_that_ends_its_name() -> None:
    doc = answers(a={"next_after_id": None}, b={"user_id": "u", "job_id": "j", "task_id": "t"})
    doc["paths"]["/a"]["get"]["parameters"] = [
        {"name": "after_id", "in": "query", "schema": {"type": "integer"}}
    ]
    assert shown(learn(doc), "/a")["next_after_id"]["type"] == ["integer", "null"]


def test_a_whole_sample_of_a_fraction_is_a_number() -> None:
    doc = answers(
        a={"load": 1, "cpu_percent": 0, "mean_time": 3, "total": 4},
        b={"load": 0.5, "cpu_percent": 1},
        c={"mean_time": 1.5},
        d={"total": 1.5},
    )
    members = shown(learn(doc), "/a")
    kinds = {name: member["type"] for name, member in members.items()}
    assert kinds == {
        "load": "number",
        "cpu_percent": "number",
        "mean_time": "number",
        "total": "integer",
    }


def test_what_isn_t_agreed_on_is_not_learnt() -> None:
    doc = answers(
        a={"owner": None, "run_id": None, "lone_size": None},
        b={"owner": "me", "user_id": "u", "job_id": 5, "task_id": "t", "max_size": 1},
        c={"owner": {"name": "me"}},
    )
    members = shown(learn(doc), "/a")
    assert not any("type" in member for member in members.values())


def test_the_given_document_is_left_alone() -> None:
    doc = answers(a={"ended": None}, b={"ended": "x"})
    before = copy.deepcopy(doc)
    learn(doc)
    assert doc == before
