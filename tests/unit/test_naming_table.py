"""The name table: clashes get stable, explained answers, and order never matters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Any

import pytest
from hoody_codegen.diagnostics import Diagnostics, Severity
from hoody_codegen.ir import Api, ArrayType, MapType, Operation, ParameterLocation
from hoody_codegen.naming.resolve import Wish, resolve
from hoody_codegen.naming.table import NameTable, build_names
from hoody_codegen.text import Untrusted
from hypothesis import given, settings
from hypothesis import strategies as st
from support.building import (
    api,
    enum,
    model,
    operation,
    parameter,
    prop,
    ref,
)

QUERY, PATH, HEADER = ParameterLocation.QUERY, ParameterLocation.PATH, ParameterLocation.HEADER


def names_of(*parts: Any) -> NameTable:
    return build_names(api(*parts), Diagnostics(), client_name="Hoody")


def notes_of(*parts: Any) -> list[str]:
    diagnostics = Diagnostics()
    build_names(api(*parts), diagnostics, client_name="Hoody")
    assert all(found.severity is Severity.NOTE for found in diagnostics)
    return [found.message for found in diagnostics]


def methods(*operations: Operation) -> dict[str, str]:
    table = names_of(*operations)
    return {one.key: str(table.method(one.key)) for one in operations}


# Services and resources


def test_service() -> None:
    table = names_of(operation("a", service="proxyLogs"))
    names = table.service(Untrusted("proxyLogs"))
    assert (names.attribute, names.module) == ("proxy_logs", "proxy_logs")
    assert (names.class_name, names.async_class_name) == ("ProxyLogs", "AsyncProxyLogs")
    assert table.resource(Untrusted("proxyLogs"), ()).class_name == "ProxyLogs"


def test_service_keeps_clear_of_the_clients_own_members() -> None:
    table = names_of(operation("a", service="close"), operation("b", service="Hoody"))
    assert table.service(Untrusted("close")).attribute == "close_"
    assert table.service(Untrusted("Hoody")).class_name == "HoodyService"


def test_resource() -> None:
    table = names_of(operation("a", group=("authTokens",)), operation("b", group=("import",)))
    names = table.resource(Untrusted("api"), (Untrusted("authTokens"),))
    assert (names.attribute, names.module) == ("auth_tokens", "auth_tokens")
    assert (names.class_name, names.async_class_name) == ("AuthTokens", "AsyncAuthTokens")
    reserved = table.resource(Untrusted("api"), (Untrusted("import"),))
    assert (reserved.attribute, reserved.module) == ("import_", "import_")


def test_resource_class_that_the_runtime_has_gets_its_service_in_front() -> None:
    parts = (operation("a", service="browser", group=("page",)),)
    names = names_of(*parts).resource(Untrusted("browser"), (Untrusted("page"),))
    assert (names.attribute, names.module, names.class_name) == ("page", "page", "BrowserPage")
    assert notes_of(*parts) == [
        "class of resource 'browser.page' is called `BrowserPage`: `Page` is taken"
    ]


def test_resource_named_like_its_service() -> None:
    table = names_of(operation("a", service="agent", group=("agent",)))
    assert table.resource(Untrusted("agent"), (Untrusted("agent"),)).class_name == "AgentAgent"


def test_nested_resources_include_those_in_between() -> None:
    table = names_of(operation("a", group=("users", "keys")))
    inner = table.resource(Untrusted("api"), (Untrusted("users"), Untrusted("keys")))
    assert (inner.attribute, inner.module, inner.class_name) == ("keys", "users_keys", "UsersKeys")
    assert table.resource(Untrusted("api"), (Untrusted("users"),)).attribute == "users"


# Methods


def test_method_from_action_sdk_name_or_operation_id() -> None:
    assert methods(
        operation("a", action="addServer"),
        operation("b", sdk_name=("api", "tokens", "listIterator")),
        operation("c", group=("auth tokens",), operation_id="api_getAuthToken"),
        operation("d", "DELETE", "/things/{id}"),
        operation("e", action="import"),
    ) == {"a": "add_server", "b": "list", "c": "get", "d": "delete_things_id", "e": "import_"}


def test_two_of_one_rank_both_move_and_say_why() -> None:
    parts = (operation("a", "POST", action="execute"), operation("b", "GET", action="execute"))
    assert methods(*parts) == {"a": "execute_post", "b": "execute_get"}
    assert notes_of(*parts) == [
        "GET '/things' of 'api' is called `execute_get`: "
        "`execute` is also wanted by POST '/things' of 'api'",
        "POST '/things' of 'api' is called `execute_post`: "
        "`execute` is also wanted by GET '/things' of 'api'",
    ]


def test_words_of_the_path_tell_apart_what_the_method_does_not() -> None:
    assert methods(
        operation("a", path="/x/status", action="get"), operation("b", path="/x/log", action="get")
    ) == {"a": "get_status", "b": "get_log"}


def test_documented_name_stays_when_a_derived_one_meets_it() -> None:
    assert methods(
        operation("a", sdk_name=("files", "get"), action="get"),
        operation("b", "POST", action="get"),
    ) == {"a": "get", "b": "get_post"}


def test_plain_path_stays_when_a_fixed_query_selects_another() -> None:
    assert methods(
        operation("a", path="/{image}", action="get"),
        operation("b", path="/{image}", action="get", fixed_query={"thumbnail": ""}),
        operation("c", path="/{image}", action="get", fixed_query={"type": "ssh"}),
    ) == {"a": "get", "b": "get_thumbnail", "c": "get_type_ssh"}


def test_method_keeps_clear_of_the_resources_beside_it() -> None:
    table = names_of(
        operation("a", group=("users", "keys")),
        operation("b", "PUT", group=("users",), action="keys"),
    )
    assert table.method("b") == "keys_put"


def test_last_resort_is_a_digest_and_no_counter() -> None:
    twins = [operation(f"twin {n}", path="/x", action="get") for n in range(3)]
    found = methods(*twins)
    assert len(set(found.values())) == 3
    # Each name stands for the operation itself, not for its place among the others.
    assert found["twin 2"] == methods(*twins[1:])["twin 2"]


def test_constant_follows_the_method() -> None:
    table = names_of(operation("a", action="import"), operation("b", action="addServer"))
    assert (table.constant("a"), table.constant("b")) == ("_IMPORT", "_ADD_SERVER")


# Arguments


def test_argument_names() -> None:
    table = names_of(
        operation(
            "a",
            parameters=(
                parameter("workspaceID", "path"),
                parameter("from"),
                parameter("self"),
                parameter("request_options"),
                parameter("X-Idempotency-Key", "header"),
                parameter("x", "header"),
                parameter("2fa"),
            ),
        )
    )
    found = {
        wire: str(table.argument("a", place, Untrusted(wire)))
        for place, wire in [
            (PATH, "workspaceID"),
            (QUERY, "from"),
            (QUERY, "self"),
            (QUERY, "request_options"),
            (HEADER, "X-Idempotency-Key"),
            (HEADER, "x"),
            (QUERY, "2fa"),
        ]
    }
    assert found == {
        "workspaceID": "workspace_id",
        "from": "from_",
        "self": "self_",
        "request_options": "request_options_",
        "X-Idempotency-Key": "idempotency_key",
        "x": "x",
        "2fa": "value_2fa",
    }


def test_path_keeps_its_name_before_body_before_query_before_header() -> None:
    table = names_of(
        model("Body", [prop("id"), prop("name"), prop("body")]),
        operation(
            "a",
            "PUT",
            parameters=(
                parameter("id", "path"),
                parameter("name"),
                parameter("realm"),
                parameter("X-Realm", "header"),
            ),
            body=ref("Body"),
        ),
    )

    def name(place: Any, wire: str) -> str:
        return table.argument("a", place, Untrusted(wire))

    assert (name(PATH, "id"), name("body", "id")) == ("id", "body_id")
    assert (name("body", "name"), name(QUERY, "name")) == ("name", "query_name")
    assert (name(QUERY, "realm"), name(HEADER, "X-Realm")) == ("realm", "header_realm")
    assert name("body", "body") == "body"


def test_spellings_of_one_name_in_one_place() -> None:
    table = names_of(operation("a", parameters=(parameter("execId"), parameter("exec_id"))))
    assert table.argument("a", QUERY, Untrusted("exec_id")) == "exec_id"
    assert table.argument("a", QUERY, Untrusted("execId")) == "exec_id_camel"


def test_whole_body() -> None:
    table = names_of(
        operation("a", "PUT", body=ArrayType(ref("M")), parameters=(parameter("body", "path"),)),
        model("M", []),
    )
    assert table.argument("a", "body", None) == "request_body"


# Models


def test_component_names() -> None:
    table = names_of(
        model("api_AuthToken", []),
        model("main.kvEntry", []),
        model("Model", []),
        model("404", []),
    )
    found = {
        key: table.model(ref(key).id) for key in ("api_AuthToken", "main.kvEntry", "Model", "404")
    }
    assert [str(names.class_name) for names in found.values()] == [
        "AuthToken",
        "KvEntry",
        "ApiModel",
        "Model404",
    ]
    assert found["api_AuthToken"].param_name == "AuthTokenParam"
    assert found["api_AuthToken"].module == "auth_token"


@pytest.mark.parametrize(
    ("context", "expected"),
    [
        (("containers", "get", "response", "data"), "Container"),
        (("containers", "get", "response", "network"), "ContainerNetwork"),
        (("containers", "list", "response"), "ContainerListResult"),
        (("containers", "list", "response", "data", "item"), "ContainerListItem"),
        (("containers", "list", "response", "containers", "item"), "ContainerListItem"),
        (("containers", "list", "response", "item", "ports", "item"), "ContainerListPort"),
        (("authTokens", "create", "body", "permissions"), "AuthTokenCreatePermissions"),
        (("rules", "addRule", "response"), "AddRuleResult"),
        (("jobs", "start", "accepted", "response"), "JobStartAccepted"),
        (("jobs", "start", "body", "trigger", "variant", "at time"), "JobStartTriggerAtTime"),
        (("mcp", "getOAuth2Status", "response", "services", "value"), "McpGetOAuth2StatusService"),
    ],
)
def test_inline_names(context: Sequence[str], expected: str) -> None:
    table = names_of(model("inline", [], context=context))
    assert table.model(ref("inline").id).class_name == expected


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        (("time",), "JobTime"),
        (("attachments", "item"), "JobAttachment"),
        (("settings", "limits"), "JobLimits"),
        (("parts", "item", "variant", "step-finish"), "JobPartStepFinish"),
    ],
)
def test_names_inside_a_component(where: Sequence[str], expected: str) -> None:
    key = "/".join(("api_Job", *where))
    table = names_of(model("api_Job", []), model(key, [], context=("api_Job", *where)))
    assert table.model(ref(key).id).class_name == expected


def test_a_title_names_an_inline_model_unless_it_is_a_sentence() -> None:
    table = names_of(
        model("a", [], context=("x", "get", "response"), title="api_AuthTokenList"),
        model("b", [], context=("y", "get", "response"), title="The token that was just created"),
    )
    assert table.model(ref("a").id).class_name == "AuthTokenList"
    assert table.model(ref("b").id).class_name == "Y"


def test_component_keeps_its_name_before_an_inline_model() -> None:
    table = names_of(
        model("Container", []), model("inline", [], context=("containers", "get", "response"))
    )
    assert table.model(ref("Container").id).class_name == "Container"
    assert table.model(ref("inline").id).class_name == "ContainerGetResult"


def test_a_name_that_was_prefixed_to_be_told_apart_keeps_its_prefix() -> None:
    table = names_of(model("Part", []), model("api_Part", []))
    assert table.model(ref("Part").id).class_name == "Part"
    assert table.model(ref("api_Part").id).class_name == "ApiPart"


def test_what_no_call_gives_back_makes_room() -> None:
    table = names_of(
        model("envelope", [], context=("x", "put", "response")),
        model("data", [], context=("x", "put", "response", "data")),
        operation("a", result=ref("data")),
    )
    assert table.model(ref("data").id).class_name == "XPutResult"


def test_models_and_their_typed_dicts_share_one_scope() -> None:
    table = names_of(model("Token", []), model("TokenParam", []), model("TOKEN_param", []))
    names = [table.model(ref(key).id) for key in ("Token", "TokenParam", "TOKEN_param")]
    classes = [name for one in names for name in (one.class_name, one.param_name)]
    assert len({name.casefold() for name in classes}) == 6
    assert len({one.module for one in names}) == 3


def test_models_of_two_services_do_not_meet() -> None:
    table = names_of(model("Health", [], service="a"), model("Health", [], service="b"))
    assert table.model(ref("Health", "a").id).class_name == "Health"
    assert table.model(ref("Health", "b").id).class_name == "Health"


def test_models_that_need_each_other_share_a_module() -> None:
    table = names_of(
        model("Node", [prop("edges", ArrayType(ref("Edge")))]),
        model("Edge", [prop("to", ref("Node")), prop("label", ref("Label"))]),
        model("Label", [prop("text")]),
    )
    assert table.model(ref("Node").id).module == "edge"
    assert table.model(ref("Edge").id).module == "edge"
    assert table.model(ref("Label").id).module == "label"


def test_attributes() -> None:
    shape = [
        prop(name)
        for name in ("execId", "exec_id", "class", "json", "model_id", "model_dump", "@type", "$")
    ]
    table = names_of(model("M", shape))
    found = [str(table.attribute(ref("M").id, one.name)) for one in shape]
    assert found == [
        "exec_id_camel",
        "exec_id",
        "class_",
        "json_",
        "model_id",
        "model_dump_",
        "type",
        "dollar",
    ]


# Errors


def test_error_classes() -> None:
    codes = (
        "TOKEN_EXPIRED",
        "token_expired",
        "token-expired",
        "NOT_FOUND",
        "NOT_FOUND_ERROR",
        "TIMEOUT_ERROR",
        "ERROR_404",
        "409",
        "",
    )
    table = names_of(operation("a", errors=codes))
    assert [str(table.error_class(Untrusted(code))) for code in codes] == [
        "TokenExpired",
        "TokenExpired",
        "TokenDashExpired",
        "NotFound",
        "NotFoundErrorCode",
        "TimeoutErrorCode",
        "Error404",
        "Code409",
        "Code",
    ]


# Order and growth


def shuffled(whole: Api, draw: st.DataObject) -> Api:
    return Api(
        tuple(
            replace(service, operations=tuple(draw.draw(st.permutations(service.operations))))
            for service in draw.draw(st.permutations(whole.services))
        ),
        tuple(draw.draw(st.permutations(whole.models))),
    )


CLASHING = api(
    *(
        operation(f"k{n}", verb, f"/x{n}", action="run")
        for n, verb in enumerate(["GET", "PUT"] * 3)
    ),
    operation("e", errors=["A_B", "a-b", "aB"], group=("page",)),
    operation("f", group=("Page",), action="run"),
    *(model(name, [prop("a-b"), prop("aB"), prop("a_b")]) for name in ("Foo", "foo", "FOO")),
    model("FooParam", [prop("x", ref("Ring1"))]),
    model("Ring1", [prop("r", ref("Ring2"))]),
    model("Ring2", MapType(ref("Ring1"))),
    model("i", enum("a"), context=("foo", "get", "response")),
)


@settings(deadline=None, max_examples=25)
@given(st.data())
def test_order_makes_no_difference(draw: st.DataObject) -> None:
    expected = build_names(CLASHING, Diagnostics(), client_name="Hoody")
    assert build_names(shuffled(CLASHING, draw), Diagnostics(), client_name="Hoody") == expected


def test_one_more_operation_renames_nothing() -> None:
    before = [
        operation("a", group=("things",), action="list", result=ArrayType(ref("item"))),
        model("item", [prop("p", ref("p"))], context=("things", "list", "response", "item")),
        model("p", [prop("x")], context=("things", "list", "response", "item", "p")),
    ]
    after = [
        *before,
        operation("b", "POST", group=("things",), action="create", result=ref("made")),
        model("made", [prop("p", ref("p2"))], context=("things", "create", "response")),
        model("p2", [prop("x")], context=("things", "create", "response", "p")),
    ]
    old, new = names_of(*before), names_of(*after)
    for field in fields(NameTable):
        held, now = getattr(old, field.name), getattr(new, field.name)
        assert {key: now[key] for key in held} == dict(held)


def test_resolve_ends_even_if_all_want_the_same() -> None:
    place = operation("a").origin
    wishes = [Wish(n, ("same", "other"), f"identity {n}", "", place) for n in range(20)]
    answers = resolve(wishes, accepts=lambda name: True)
    assert len({answer.name for answer in answers.values()}) == 20
    assert all(answer.wanted == "same" for answer in answers.values())
