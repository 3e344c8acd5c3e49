"""From error answers to exceptions: class, code, documentation, and any bytes at all."""

from __future__ import annotations

import json
import pickle
from typing import Any

import pytest
from hoody_codegen.runtime import ErrorEntry, ErrorRegistry, Operation
from hoody_codegen.runtime import errors as e
from hoody_codegen.runtime.error_bodies import status_error
from hoody_codegen.runtime.messages import HttpRequest, HttpResponse
from hypothesis import given
from hypothesis import strategies as st
from support.runtime_calls import Caller, operation, set_registry
from support.wire_server import Answer, WireServer, json_answer

NOW = 1_700_000_000.0
REQUEST = HttpRequest("GET", "https://api.test/v1/things?ticket=t")


class TokenNotFound(e.NotFoundError):
    """As generated for a code documented under one status."""


class DuplicateAlias(e.APIStatusError):
    """As generated for a code documented under several statuses."""


class _DuplicateAliasConflict(DuplicateAlias, e.ConflictError):
    pass


class _DuplicateAliasBadRequest(DuplicateAlias, e.BadRequestError):
    pass


REGISTRY = ErrorRegistry(
    {
        (404, "TOKEN_NOT_FOUND"): TokenNotFound,
        (409, "DUPLICATE_ALIAS"): _DuplicateAliasConflict,
        (400, "DUPLICATE_ALIAS"): _DuplicateAliasBadRequest,
        (404, "session-readonly"): TokenNotFound,
    }
)
NOT_FOUND = ErrorEntry(
    code="TOKEN_NOT_FOUND",
    title="Token not found",
    description="There is no such token.",
    resolution="List the tokens first.",
)
GONE = ErrorEntry(code="TOKEN_GONE", title="Gone", resolution="Make a new one.")
DOCUMENTED = operation(
    errors={
        404: (NOT_FOUND, GONE),
        409: (ErrorEntry(code="DUPLICATE_ALIAS", title="Taken"),),
        418: (ErrorEntry(code="ONLY_ONE", title="The only one"),),
        423: (ErrorEntry(title="Locked without a code"),),
    }
)


def error(
    body: object,
    status: int = 404,
    *,
    op: Operation = DOCUMENTED,
    kind: str = "application/json",
    **headers: str,
) -> e.APIStatusError:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    fields = [("Content-Type", kind)]
    fields += [(name.replace("_", "-"), value) for name, value in headers.items()]
    response = HttpResponse(status, fields, content)
    return status_error(op, REQUEST, response, REGISTRY, now=NOW, secrets=("s3cr3t-token",))


STATUSES = {
    400: "BadRequestError",
    401: "AuthenticationError",
    402: "PaymentRequiredError",
    403: "PermissionDeniedError",
    404: "NotFoundError",
    405: "MethodNotAllowedError",
    406: "NotAcceptableError",
    408: "RequestTimeoutError",
    409: "ConflictError",
    410: "GoneError",
    411: "LengthRequiredError",
    412: "PreconditionFailedError",
    413: "ContentTooLargeError",
    415: "UnsupportedMediaTypeError",
    416: "RangeNotSatisfiableError",
    422: "UnprocessableEntityError",
    423: "LockedError",
    425: "TooEarlyError",
    428: "PreconditionRequiredError",
    429: "RateLimitError",
    431: "HeaderFieldsTooLargeError",
    500: "InternalServerError",
    501: "NotImplementedByServerError",
    502: "BadGatewayError",
    503: "ServiceUnavailableError",
    504: "GatewayTimeoutError",
    507: "InsufficientStorageError",
    418: "ClientError",
    499: "ClientError",
    599: "ServerError",
    300: "RedirectError",
    304: "NotModifiedError",
    600: "APIStatusError",
}


@pytest.mark.parametrize(("status", "name"), STATUSES.items())
def test_the_class_of_a_status(status: int, name: str) -> None:
    found = error({}, status, op=operation())
    assert type(found).__name__ == name
    assert type(found) is getattr(e, name)
    assert found.status == status
    if 400 <= status < 500:
        assert isinstance(found, e.ClientError)
    assert len(e.STATUS_CLASSES) == 28


@pytest.mark.parametrize(
    "body",
    [
        {"code": "TOKEN_NOT_FOUND", "message": "m"},
        {"statusCode": 404, "error": "TOKEN_NOT_FOUND", "message": "m"},
        {"error": {"code": "TOKEN_NOT_FOUND", "message": "m"}},
        {"errors": [{"code": "TOKEN_NOT_FOUND", "message": "m"}], "data": None, "success": False},
        {"name": "TOKEN_NOT_FOUND", "data": {"message": "m"}},
        {"name": "NotFoundError", "data": {"message": "m", "code": "TOKEN_NOT_FOUND"}},
        {"error": "token_not_found", "message": "m"},
        {"error": "token-not-found", "detail": "m"},
        {"error": "Not Found", "code": "TOKEN_NOT_FOUND", "message": "m"},
        {"code": 404, "error": "TOKEN_NOT_FOUND", "message": "m"},
        {"message": "m", "details": {"code": "TOKEN_NOT_FOUND"}},
    ],
)
def test_a_documented_code_is_found_in_every_shape(body: object) -> None:
    found = error(body)
    assert type(found) is TokenNotFound
    assert found.code == "TOKEN_NOT_FOUND"
    assert (found.title, found.resolution) == ("Token not found", "List the tokens first.")
    assert found.description == "There is no such token."
    assert found.possible == ()
    assert found.message == "m"
    assert found.body == body


def test_a_code_in_a_header() -> None:
    found = error(b"", kind="", X_Hoody_Error_Code="TOKEN_NOT_FOUND")
    assert type(found) is TokenNotFound
    assert found.message == "Not Found"
    assert found.body is None


def test_a_code_as_plain_text() -> None:
    assert type(error(b"TOKEN_NOT_FOUND\n", kind="text/plain")) is TokenNotFound


def test_a_code_under_two_statuses_is_caught_by_both_names() -> None:
    found = error({"code": "DUPLICATE_ALIAS"}, 409)
    assert isinstance(found, DuplicateAlias)
    assert isinstance(found, e.ConflictError)
    assert found.title == "Taken"
    bad = error({"code": "DUPLICATE_ALIAS"}, 400)
    assert isinstance(bad, DuplicateAlias)
    assert isinstance(bad, e.BadRequestError)
    assert (bad.status, bad.title) == (400, "Taken")


def test_a_documented_code_without_class_has_its_texts() -> None:
    found = error({"code": "TOKEN_GONE"})
    assert type(found) is e.NotFoundError
    assert (found.code, found.resolution) == ("TOKEN_GONE", "Make a new one.")


def test_a_code_known_elsewhere_has_its_class() -> None:
    found = error({"error": "session-readonly"})
    assert type(found) is TokenNotFound
    assert found.code == "session-readonly"
    assert [entry.code for entry in found.possible] == ["TOKEN_NOT_FOUND", "TOKEN_GONE"]


def test_candidates_stay_candidates() -> None:
    found = error({"statusCode": 404, "error": "Not Found", "message": "nope"})
    assert type(found) is e.NotFoundError
    assert (found.code, found.title, found.resolution) == (None, "", "")
    assert [entry.code for entry in found.possible] == ["TOKEN_NOT_FOUND", "TOKEN_GONE"]
    one = error({"message": "nope"}, 418)
    assert (one.code, one.title) == (None, "")
    assert [entry.code for entry in one.possible] == ["ONLY_ONE"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"code": "NEW_CODE", "message": "m"}, "NEW_CODE"),
        ({"code": "new_code"}, "new_code"),
        ({"error": "NEWCODE"}, "NEWCODE"),
        ({"code": 404}, None),
        ({"code": 1234}, None),
        ({"code": True}, None),
        ({"code": ""}, None),
        ({"error": "Not Found"}, None),
        ({"error": "missing"}, None),
        ({"name": "NotFoundError", "data": {"name": "my-project"}}, None),
        ({"error": "Something went wrong: NO_SUCH"}, None),
        ([], None),
        ("text", None),
        (None, None),
        (7, None),
    ],
)
def test_undocumented_codes_count_only_where_codes_stand(body: object, code: str | None) -> None:
    found = error(body, 404, op=operation())
    assert found.code == code
    assert type(found) is e.NotFoundError


@pytest.mark.parametrize(
    ("body", "kind", "message"),
    [
        ({"message": "a", "error": "b"}, "application/json", "a"),
        ({"error": "b b"}, "application/json", "b b"),
        ({"error": {"message": "inner"}}, "application/json", "inner"),
        ({"detail": "d"}, "application/problem+json", "d"),
        ({"title": "t"}, "application/problem+json", "t"),
        ({"errors": [{"message": "first"}]}, "application/json", "first"),
        ({"errors": ["plain"]}, "application/json", "plain"),
        ({"data": {"message": "deep"}}, "application/json", "deep"),
        ({"message": {"odd": 1}}, "application/json", "Not Found"),
        (b"[ERROR] no\n such path\n", "text/plain", "[ERROR] no such path"),
        (b"<html><head><title>502 &amp; more</title></head>x", "text/html", "502 & more"),
        (b"<html><script>bad()</script><p>Only <b>text</b>", "text/html", "Only text"),
        (b"<H1 class='x'>Big</H1>", "text/html", "Big"),
        (b"", "", "Not Found"),
        (b"{broken", "application/json", "{broken"),
        (b'{"message": "json anyway"}', "text/plain", "json anyway"),
        (b"\xff\xfe\x00", "application/octet-stream", "\ufffd\ufffd\ufffd"),
        (b"red \x1b[31malert\x07", "text/plain", "red \ufffd[31malert\ufffd"),
        (b"x" * 2000, "text/plain", "x" * 499 + "…"),
        (b"x" * 490 + b" s3cr3t-token", "text/plain", "x" * 490 + " ***"),
        ({"message": "has s3cr3t-token inside"}, "application/json", "has *** inside"),
    ],
)
def test_messages(body: object, kind: str, message: str) -> None:
    assert error(body, 404, op=operation(), kind=kind).message == message


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({"details": [{"path": "a.b", "message": "m"}]}, {"a.b": ("m",)}),
        ({"errors": {"a": ["m", "n"], "b": "o"}}, {"a": ("m", "n"), "b": ("o",)}),
        ({"detail": [{"loc": ["body", "a", 0], "msg": "m"}]}, {"a.0": ("m",)}),
        ({"errors": [{"pointer": "/a/b", "detail": "m"}]}, {"a.b": ("m",)}),
        ({"issues": [{"path": ["a"], "message": "m"}, {"path": ["a"], "message": "n"}]},
         {"a": ("m", "n")}),
        ({"error": {"fields": {"a": "m"}}}, {"a": ("m",)}),
        ({"data": {"errors": [{"field": "a", "message": "m"}]}}, {"a": ("m",)}),
        ({"errors": [{"message": "no field"}]}, {}),
        ({"errors": {"a": {"deep": 1}}}, {}),
        ({"details": {"phase": "x"}}, {}),
        ([{"field": "a"}], {}),
    ],
)  # fmt: skip
def test_fields(body: object, fields: dict[str, tuple[str, ...]]) -> None:
    assert error(body, 422, op=operation()).fields == fields


@pytest.mark.parametrize(
    ("body", "headers", "seconds"),
    [
        ({}, {"Retry_After": "7"}, 7.0),
        ({}, {"Retry_After": "Tue, 14 Nov 2023 22:13:30 GMT"}, 10.0),
        ({"retryAfter": 3}, {}, 3.0),
        ({"retryAfterMs": 1500}, {}, 1.5),
        ({"retryAfterSeconds": 3}, {"Retry_After": "7"}, 7.0),
        ({"retryAfter": "x"}, {}, None),
        ({"retryAfter": -1}, {}, None),
    ],
)
def test_retry_after(body: object, headers: dict[str, str], seconds: float | None) -> None:
    assert error(body, 429, op=operation(), **headers).retry_after == seconds


def test_request_ids() -> None:
    assert error({}, X_Request_Id="r1").request_id == "r1"
    assert error({}, X_Demo_Request_Id="r2").request_id == "r2"
    assert error({"requestId": "r3"}).request_id == "r3"
    assert error({}).request_id is None


def test_the_text_reads_like_a_report() -> None:
    found = error(
        {
            "code": "TOKEN_NOT_FOUND",
            "message": "No token x",
            "details": [{"path": "id", "message": "bad"}],
        },
        X_Request_Id="r1",
        Retry_After="2",
    )
    assert str(found).splitlines() == [
        "GET /v1/things: 404 TOKEN_NOT_FOUND: No token x",
        "  means: Token not found. There is no such token",
        "  to do: List the tokens first.",
        "  field id: bad",
        "  retry after: 2 s",
        "  request id: r1",
    ]
    assert str(error({"message": "no"})).splitlines() == [
        "GET /v1/things: 404: no",
        "  documented for this status: TOKEN_NOT_FOUND, TOKEN_GONE",
    ]
    assert str(error({}, 423)).splitlines() == [
        "GET /v1/things: 423: Locked",
        "  means: Locked without a code",
    ]
    assert str(error({}, 599, op=operation())) == "GET /v1/things: 599"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner)
        | st.dictionaries(
            st.sampled_from(["code", "error", "errors", "message", "data", "details", "path"])
            | st.text(),
            inner,
        )
    ),
    max_leaves=20,
)


@given(
    content=st.binary() | JSON.map(lambda data: json.dumps(data).encode()),
    status=st.integers(400, 599),
    kind=st.sampled_from(["", "application/json", "text/html; charset=utf-16", "text/plain", "x"])
    | st.text(),
)
def test_any_answer_gives_an_exception_of_its_status(
    content: bytes, status: int, kind: str
) -> None:
    found = error(content, status, kind=kind)
    assert isinstance(found, e.status_class(status))
    assert found.status == status
    assert str(found).startswith(f"GET /v1/things: {status}")
    again = pickle.loads(pickle.dumps(found))
    assert str(again) == str(found)


@given(depth=st.integers(1, 3000))
def test_deep_bodies_do_no_harm(depth: int) -> None:
    assert error(b"[" * depth + b"]" * depth, 500).status == 500
    assert error(b'{"data":' * depth + b"1" + b"}" * depth, 500).status == 500


def test_documented_errors_are_raised_by_calls(caller: Caller, server: WireServer) -> None:
    set_registry(REGISTRY)
    try:
        server.default = json_answer({"code": "TOKEN_NOT_FOUND", "message": "gone"}, 404)
        with pytest.raises(TokenNotFound) as caught:
            caller.call(operation(errors={404: (NOT_FOUND,)}))
    finally:
        set_registry(ErrorRegistry({}))
    assert caught.value.resolution == "List the tokens first."
    assert str(caught.value).startswith("GET /things: 404 TOKEN_NOT_FOUND: gone")


@pytest.mark.parametrize(
    "make",
    [
        lambda: e.APIError("m"),
        lambda: e.APIConnectionError("m", operation=operation(), request=REQUEST),
        lambda: e.APIResponseValidationError("m", response=HttpResponse(200, (), b"x")),
        lambda: e.NotFoundError("m"),
        lambda: TokenNotFound(),
    ],
)
def test_every_kind_survives_pickling(make: Any) -> None:
    made = make()
    again = pickle.loads(pickle.dumps(made))
    assert type(again) is type(made)
    assert str(again) == str(made)
    assert vars(again).keys() == vars(made).keys()


def test_a_status_error_made_by_hand_has_its_status() -> None:
    made = TokenNotFound("for a test")
    assert (made.status, made.code, made.fields, made.body) == (404, None, {}, None)
    assert _DuplicateAliasConflict().status == 409


def test_undecodable_json_keeps_the_body(caller: Caller, server: WireServer) -> None:
    server.default = Answer(200, b"<html>login</html>", {"Content-Type": "text/html"})
    with pytest.raises(e.APIResponseValidationError) as caught:
        caller.call(operation())
    assert caught.value.status == 200
    assert caught.value.body == "<html>login</html>"
    assert "GET /things: The answer should be JSON and isn't (text/html)" in str(caught.value)
    server.default = Answer(200, b'{"cut": ', {"Content-Type": "application/json"})
    with pytest.raises(e.APIResponseValidationError):
        caller.call(operation())


def test_registries_can_be_listed() -> None:
    assert len(REGISTRY) == 4
    assert (404, "TOKEN_NOT_FOUND") in set(REGISTRY)
