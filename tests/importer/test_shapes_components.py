"""Components: shared where one thing is shown, named for what it is, accepting every example."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator
from typing import Any

import pytest
from hoody_codegen.reference.shapes import extract_components, schema_from_examples
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

FULL = {"id": "p1", "name": "One", "color": "red", "owner": None, "created": "2026-01-02T03:04:05Z"}
SHORT = {"id": "p1", "name": "One", "owner": "me"}
PAGE = {"page": 1, "total": 2}
FAULT = {"code": "NOT_FOUND", "message": "No such thing"}


def answer(*values: Any) -> dict[str, Any]:
    """A Response Object whose schema comes from its examples."""
    body = {"schema": schema_from_examples(values, context="")}
    return {"content": {"application/json": {**body, "examples": {"all": {"value": list(values)}}}}}


def operation(responses: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"responses": {status: answer(value) for status, value in responses.items()}, **more}


def document(paths: dict[str, Any]) -> dict[str, Any]:
    return {"openapi": "3.1.0", "info": {"title": "T", "x-namespace": "t"}, "paths": paths}


def shop() -> dict[str, Any]:
    """A small API with a list and a detail of one resource, and an error of its own."""
    envelope = {"statusCode": 200, "message": "ok"}
    return document(
        {
            "/api/v1/projects": {
                "get": operation(
                    {
                        "200": {
                            **envelope,
                            "data": {"projects": [SHORT], "pagination": {"page": 1, "total": 2}},
                        },
                        "401": FAULT,
                    }
                ),
                "post": operation(
                    {"201": {**envelope, "data": FULL}, "400": {**FAULT, "details": {"f": 1}}}
                ),
            },
            "/api/v1/projects/{id}": {
                "get": operation({"200": {**envelope, "data": FULL}, "404": FAULT})
            },
            "/api/v1/users": {
                "get": operation(
                    {
                        "200": {
                            **envelope,
                            "data": {"users": [], "pagination": {"page": 1, "total": 0}},
                        }
                    }
                )
            },
        }
    )


def bodies(doc: dict[str, Any]) -> Iterator[tuple[dict[str, Any], Any]]:
    """Every schema with every one of its examples."""
    for item in doc["paths"].values():
        for op in item.values():
            for response in op["responses"].values():
                for body in response["content"].values():
                    for value in body["examples"]["all"]["value"]:
                        yield body["schema"], value


def assert_valid(doc: dict[str, Any]) -> None:
    schemas = doc.get("components", {}).get("schemas", {})
    for schema, value in bodies(doc):
        whole = {**schema, "components": {"schemas": schemas}}
        Draft202012Validator.check_schema(schema)
        assert Draft202012Validator(whole).is_valid(value)


def names(doc: dict[str, Any]) -> list[str]:
    return list(extract_components(doc).get("components", {}).get("schemas", {}))


def test_a_list_and_a_detail_are_one_resource_and_nothing_is_lost() -> None:
    result = extract_components(shop())
    project = result["components"]["schemas"]["Project"]
    assert set(project["properties"]) == set(FULL)
    assert set(project["required"]) == set(SHORT)
    assert project["properties"]["owner"] == {"type": ["string", "null"]}
    listed = result["paths"]["/api/v1/projects"]["get"]["responses"]["200"]["content"]
    data = listed["application/json"]["schema"]["properties"]["data"]
    assert data["properties"]["projects"]["items"] == {"$ref": "#/components/schemas/Project"}
    assert_valid(result)


def test_envelopes_stay_and_what_recurs_in_them_is_named() -> None:
    assert names(shop()) == ["Error", "Pagination", "Project"]


def test_what_an_act_answers_with_is_its_result() -> None:
    value = {"pid": 1, "state": "up", "since": "x", "port": 2}
    paths = {f"/{kind}/start": {"post": operation({"200": value})} for kind in ("fan", "pump")}
    (name,) = names(extract_components(document(paths)))
    assert name.endswith("StartResult")


def test_the_noun_that_the_calls_give_ends_the_name() -> None:
    rule = {"action": "allow", "port": 1, "source": "any"}
    paths = {
        f"/inbound/{act}": {
            "post": operation({"200": {"inbound": rule}}, **{"x-sdk-name": f"t.w.{act}InboundRule"})
        }
        for act in ("add", "remove")
    }
    assert "InboundRule" in names(extract_components(document(paths)))


def test_an_answer_with_the_number_of_a_job_is_a_job() -> None:
    job = {"job_id": "j", "kind": "k", "status": "queued", "created": 1}
    paths = {f"/{what}/sync": {"post": operation({"202": job})} for what in ("maps", "routes")}
    assert names(extract_components(document(paths))) == ["Job"]


def test_an_adjective_needs_the_name_of_what_it_describes() -> None:
    box = {"id": "b", "name": "n", "proposed": {"depth": 1, "width": 2}, "size": 1}
    other = {"id": "b", "count": 3, "list": [box]}
    paths = {
        "/boxes/{id}": {"get": operation({"200": box})},
        "/boxes": {"get": operation({"200": [box]}), "post": operation({"200": other})},
    }
    assert "Proposed" not in names(extract_components(document(paths)))


def test_the_states_of_two_things_share_no_name() -> None:
    value = {"enabled": True, "model": "m", "provider": "p", "ready": False}
    paths = {f"/{kind}/status": {"get": operation({"200": value})} for kind in ("fan", "pump")}
    assert extract_components(document(paths)).get("components") is None


def test_a_bare_report_is_no_list() -> None:
    done = {"success": True, "message": "ok"}
    paths = {
        "/files/{id}": {"delete": operation({"200": done}), "post": operation({"200": done})},
        "/files": {"delete": operation({"200": done})},
    }
    assert "Files" not in names(extract_components(document(paths)))


def test_the_input_is_left_alone() -> None:
    before = shop()
    kept = copy.deepcopy(before)
    extract_components(before)
    assert before == kept


def test_what_stands_once_stays_where_it_is() -> None:
    single = document({"/api/v1/state": {"get": operation({"200": {"up": True, "load": 1}})}})
    assert extract_components(single) == single


def test_a_nullable_place_refers_with_a_null_branch_and_keeps_its_text() -> None:
    doc = shop()
    extra = {"statusCode": 200, "message": "ok", "data": {"current": None, "project": dict(FULL)}}
    doc["paths"]["/api/v1/home"] = {"get": operation({"200": extra})}
    schema = doc["paths"]["/api/v1/home"]["get"]["responses"]["200"]["content"]["application/json"][
        "schema"
    ]
    place = schema["properties"]["data"]["properties"]["project"]
    place["type"], place["description"] = ["object", "null"], "The one at hand."
    result = extract_components(doc)
    body = result["paths"]["/api/v1/home"]["get"]["responses"]["200"]["content"]["application/json"]
    assert body["schema"]["properties"]["data"]["properties"]["project"] == {
        "anyOf": [{"$ref": "#/components/schemas/Project"}, {"type": "null"}],
        "description": "The one at hand.",
    }
    assert "description" not in result["components"]["schemas"]["Project"]


def test_the_group_of_an_operation_gives_the_full_name() -> None:
    token = {"id": "a", "alias": "b", "prefix": "c", "scopes": ["d"]}
    call = {"x-sdk-name": "t.authTokens.get"}
    doc = document(
        {
            "/api/v1/auth/tokens": {"get": operation({"200": {"data": [token]}}, **call)},
            "/api/v1/auth/tokens/{id}": {"get": operation({"200": {"data": token}}, **call)},
        }
    )
    assert names(doc) == ["AuthToken"]


def test_things_with_one_name_get_names_that_tell_them_apart_and_no_counters() -> None:
    one, other = {"id": "1", "port": 2, "deny": True}, {"id": "1", "cron": "x", "job": "y"}
    doc = document(
        {
            f"/api/v1/{area}/{{id}}/rules{end}": {"get": operation({"200": {"data": data}})}
            for area, value in (("firewalls", one), ("schedules", other))
            for end, data in (("", [value]), ("/{rule}", value))
        }
    )
    found = names(doc)
    assert len(found) == 2
    assert "Rule" in found
    assert not any(character.isdigit() for name in found for character in name)


def test_an_operation_with_a_thing_of_its_own_renames_nothing() -> None:
    doc = shop()
    before = set(names(doc))
    doc["paths"]["/api/v1/projects/{id}/runs"] = {
        "get": operation({"200": {"data": [{"id": "r", "state": "done", "exit": 0}]}, "404": FAULT})
    }
    assert before <= set(names(doc))


def test_lists_of_different_things_under_one_key_stay_apart() -> None:
    down = {"id": "1", "status": "done", "start": 1, "end": 2, "url": "u", "file": "f"}
    out = {"id": "1", "status": "done", "start": 1, "end": 2, "source": "s", "target": "t"}
    doc = document(
        {
            "/?downloads": {"get": operation({"200": {"history": [down]}})},
            "/?extractions": {"get": operation({"200": {"history": [out]}})},
        }
    )
    assert extract_components(doc) == doc


def test_a_list_and_a_detail_with_much_more_are_one_resource() -> None:
    brief = {"id": "1", "method": "get", "status": "done", "ended": None}
    full = {"id": "1", "status": "done", "ended": 5, "started": 1, "request": {"a": 1}, "tries": 2}
    doc = document(
        {
            "/api/v1/jobs": {"get": operation({"200": {"items": [brief]}})},
            "/api/v1/jobs/{id}": {"get": operation({"200": full})},
        }
    )
    assert names(doc) == ["Job"]
    assert_valid(extract_components(doc))


def test_objects_that_share_no_member_of_a_part_stay_apart() -> None:
    one = {"id": "1", "name": "a", "specs": {"cpu": 1, "ram": 2}}
    other = {"id": "1", "name": "a", "specs": {"disks": ["d"]}, "region": "eu"}
    doc = document(
        {
            "/api/v1/servers": {"get": operation({"200": {"servers": [one]}})},
            "/api/v1/rentals/{id}": {
                "get": operation({"200": {"data": {"server": other, "days": 1}}})
            },
        }
    )
    assert extract_components(doc) == doc


def test_variants_of_a_union_are_not_mixed() -> None:
    items = [
        {"type": "a", "id": "1", "left": 1, "n": 1},
        {"type": "b", "id": "1", "right": 2, "n": 1},
    ]
    doc = document(
        {
            "/api/v1/parts": {"get": operation({"200": {"data": items}})},
            "/api/v1/parts/{id}": {"get": operation({"200": {"data": items[0]}})},
        }
    )
    assert_valid(extract_components(doc))


def test_components_that_are_there_keep_their_names_and_take_in_their_like() -> None:
    doc = shop()
    doc["components"] = {
        "schemas": {
            "t_Project": {
                "type": "object",
                "properties": {name: {} for name in ("id", "name", "color", "owner", "created")},
            }
        }
    }
    doc["paths"]["/api/v1/projects"]["get"]["responses"]["200"]["content"]["text/x"] = {
        "schema": {"$ref": "#/components/schemas/t_Project"},
        "examples": {"all": {"value": [FULL]}},
    }
    result = extract_components(doc)
    assert "t_Project" in result["components"]["schemas"]
    assert_valid(result)


def test_a_short_form_of_a_thing_is_its_summary() -> None:
    user = {"id": "1", "username": "a", "email": "e", "role": "r", "alias": "x", "since": 1}
    short = {"id": "1", "username": "a"}
    doc = document(
        {
            "/api/v1/users": {"get": operation({"200": {"users": [user]}})},
            "/api/v1/users/{id}": {"get": operation({"200": {"data": user}})},
            "/api/v1/pools/{id}": {"get": operation({"200": {"data": {"id": "p", "user": short}}})},
            "/api/v1/teams/{id}": {"get": operation({"200": {"data": {"no": 1, "user": short}}})},
        }
    )
    assert names(doc) == ["User", "UserSummary"]


def test_many_common_fields_tell_the_thing_whatever_its_path() -> None:
    share = dict.fromkeys(("id", "from", "to", "mode", "label", "path", "since", "by", "on"), "x")
    doc = document(
        {
            "/api/v1/shares": {"get": operation({"200": {"data": [share]}})},
            "/api/v1/incoming": {"get": operation({"200": {"data": [{**share, "seen": True}]}})},
        }
    )
    assert names(doc) == ["Share"]


def test_parts_that_look_alike_by_chance_stay_apart() -> None:
    use = {"total": 1, "used": 1, "free": 1, "percent": 1}
    doc = document({"/api/v1/state": {"get": operation({"200": {"memory": use, "disk": use}})}})
    assert extract_components(doc) == doc


def test_what_tells_about_pages_is_pagination_under_any_name() -> None:
    page = {"page": 1, "limit": 2, "total": 3}
    doc = document(
        {
            f"/api/v1/{name}": {"get": operation({"200": {"items": [], "meta": page}})}
            for name in ("users", "jobs")
        }
    )
    assert names(doc) == ["Pagination"]


def test_an_answer_that_holds_the_thing_leaves_the_name_to_it() -> None:
    hook = {"id": "1", "order": 1, "path": "/p", "on": True}
    full = {"statusCode": 200, "data": {"hook": hook, "version": 1}}
    doc = document(
        {
            "/api/v1/proxy/hooks": {"post": operation({"201": full})},
            "/api/v1/proxy/hooks/{id}": {"get": operation({"200": full})},
            "/api/v1/proxy/hooks/{id}/copy": {"post": operation({"200": hook})},
        }
    )
    schemas = extract_components(doc)["components"]["schemas"]
    assert set(schemas["Hook"]["properties"]) == set(hook)
    assert set(schemas["HookResult"]["properties"]) == {"hook", "version"}


def test_a_shape_with_other_defaults_is_another_shape() -> None:
    def body(**more: Any) -> dict[str, Any]:
        fields = {name: {"type": "integer", **more} for name in ("a", "b", "c", "d", "e", "f")}
        schema = {
            "type": "object",
            "properties": {"cache": {"type": "object", "properties": fields}},
        }
        return {"content": {"application/json": {"schema": schema}}}

    doc = document(
        {
            "/api/v1/mounts": {"post": {**operation({"200": {}}), "requestBody": body(default=1)}},
            "/api/v1/mounts/{id}": {"patch": {**operation({"200": {}}), "requestBody": body()}},
        }
    )
    assert extract_components(doc) == doc


def test_what_is_sent_is_not_loosened_by_what_comes_back() -> None:
    sent = {
        "type": "object",
        "properties": {
            "match": {
                "type": "object",
                "properties": {"path": {"type": "string", "maxLength": 9}, "method": {}},
                "required": ["path"],
            },
            "order": {"type": "integer"},
            "note": {"type": "string"},
        },
    }
    back = {"id": "1", "match": {"path": "/p", "method": None, "name": "n"}}
    doc = document(
        {
            f"/api/v1/rules{end}": {
                "post": {
                    **operation({"200": {"data": back}}),
                    "requestBody": {"content": {"application/json": {"schema": sent}}},
                }
            }
            for end in ("", "/{id}")
        }
    )
    result = extract_components(doc)
    requests = [
        schema for schema in result["components"]["schemas"].values() if "maxLength" in str(schema)
    ]
    assert len(requests) == 1


def test_errors_of_other_make_are_named_by_their_status() -> None:
    doc = shop()
    odd = {"errors": [{"path": "a"}], "data": None, "success": False}
    for path in ("/api/v1/a", "/api/v1/b"):
        doc["paths"][path] = {"get": operation({"200": {"up": True}, "400": odd})}
    assert {"Error", "BadRequestError"} <= set(names(doc))


words = st.sampled_from(["id", "name", "kind", "state", "size", "tags", "owner", "data", "error"])
leaves = (
    st.none() | st.booleans() | st.integers(0, 3) | st.sampled_from(["a", "2026-01-02T03:04:05Z"])
)
things = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(words, inner, max_size=5),
    max_leaves=8,
)
values = st.dictionaries(words, things, min_size=1, max_size=5)
segments = st.sampled_from(
    ["projects", "projects/{id}", "users", "users/{id}/roles", "jobs/{id}/stop", "list"]
)
documents = st.dictionaries(
    segments.map(lambda path: f"/api/v1/{path}"),
    st.dictionaries(
        st.sampled_from(["get", "post", "delete"]),
        st.dictionaries(
            st.sampled_from(["200", "201", "400", "404"]), values, min_size=1, max_size=3
        ).map(operation),
        min_size=1,
        max_size=3,
    ),
    min_size=1,
    max_size=5,
).map(document)


@settings(max_examples=60, deadline=None)
@given(documents)
def test_examples_stay_valid_and_a_second_pass_changes_nothing(doc: dict[str, Any]) -> None:
    result = extract_components(doc)
    assert_valid(result)
    assert extract_components(result) == result


@settings(max_examples=40, deadline=None)
@given(documents, st.randoms(use_true_random=False))
def test_the_order_of_paths_doesnt_matter(doc: dict[str, Any], order: random.Random) -> None:
    paths = list(doc["paths"].items())
    order.shuffle(paths)
    shuffled = {**doc, "paths": {path: dict(reversed(item.items())) for path, item in paths}}
    assert extract_components(shuffled) == extract_components(doc)


@pytest.mark.parametrize(
    ("word", "one"),
    [
        ("projects", "Project"),
        ("auth_tokens", "AuthToken"),
        ("policies", "Policy"),
        ("statuses", "Status"),
        ("status", "Status"),
        ("aliases", "Alias"),
        ("boxes", "Box"),
        ("addresses", "Address"),
        ("data", "Data"),
        ("access", "Access"),
        ("canvas", "Canvas"),
    ],
)
def test_one_of_many(word: str, one: str) -> None:
    from hoody_codegen.reference.shapes.nouns import singular_name

    assert singular_name(word) == one
