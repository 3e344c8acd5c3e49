"""Which code an answer has, which class stands for it, and what is told before it happens."""

from __future__ import annotations

import json
import pickle
import sys
import traceback
from collections.abc import Iterator
from dataclasses import replace
from types import ModuleType
from typing import Any

import pytest
from hoody_codegen.runtime import AsyncResource, ErrorEntry, ErrorShape, Operation, Resource
from hoody_codegen.runtime import errors as e
from hoody_codegen.runtime.error_bodies import status_error
from hoody_codegen.runtime.error_registry import DocumentedError, ErrorRegistry, joined_class
from hoody_codegen.runtime.messages import HttpRequest, HttpResponse
from hoody_codegen.runtime.operation import ServiceErrors
from hoody_codegen.runtime.responses import async_raw_response, raw_response
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.runtime_calls import operation

REQUEST = HttpRequest(
    "GET", "https://api.test/v1/things?ticket=t", [("Authorization", "Bearer s3cr3t-token")]
)


class KeyGone(e.NotFoundError):
    """A code under one status."""


class Taken(e.APIStatusError):
    """A code under two statuses."""


class _TakenConflict(Taken, e.ConflictError):
    pass


class _TakenBadRequest(Taken, e.BadRequestError):
    pass


CLASSES: dict[tuple[int, str], type[e.APIStatusError]] = {
    (404, "KEY_GONE"): KeyGone,
    (409, "TAKEN"): _TakenConflict,
    (400, "TAKEN"): _TakenBadRequest,
}
SHAPE = ErrorShape(
    code=("fault.code", "errors[].code"),
    message=("fault.text", "errors[].text"),
    fields=("fault.fields", "fault.field"),
    headers=("fault-code",),
)
GONE = ErrorEntry(code="KEY_GONE", title="The key is gone", messages=("Key was deleted",))
LATE = ErrorEntry(code="KEY_LATE", title="Too late", messages=("Deadline passed", "Was late"))
DOCUMENTED = operation(
    errors={404: (GONE, LATE), 409: (ErrorEntry(code="TAKEN", title="Taken"),)}, error_shape=SHAPE
)


@pytest.fixture
def registry() -> Iterator[ErrorRegistry]:
    """A registry that knows the errors of the service that operations of these tests are in."""
    module = ModuleType("errors_of_a_service")
    module.ERRORS = ServiceErrors(  # type: ignore[attr-defined]
        shape=ErrorShape(code=("kind",), message=("text",)),
        entries=(ErrorEntry(code="QUOTA", title="No more room", resolution="Delete something"),),
    )
    sys.modules[module.__name__] = module
    yield ErrorRegistry(CLASSES, services={operation().service: module.__name__})
    del sys.modules[module.__name__]


def error(
    registry: ErrorRegistry,
    body: object,
    status: int = 404,
    *,
    op: Operation = DOCUMENTED,
    headers: dict[str, str] | None = None,
) -> e.APIStatusError:

    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    response = HttpResponse(status, list((headers or {}).items()), content)
    return status_error(op, REQUEST, response, registry, now=0.0, secrets=("s3cr3t-token",))


# The declared shape comes first


def test_the_declared_places_are_read_first(registry: ErrorRegistry) -> None:
    found = error(
        registry,
        {
            "code": "OTHER_THING",
            "message": "less telling",
            "fault": {"code": "KEY_GONE", "text": "It is gone", "field": "id"},
        },
    )

    assert type(found) is KeyGone
    assert (found.code, found.message) == ("KEY_GONE", "It is gone")
    assert found.fields == {"id": ("It is gone",)}


def test_declared_places_may_be_in_lists(registry: ErrorRegistry) -> None:
    found = error(registry, {"errors": [{}, {"code": "brandnew", "text": "From the list"}]})

    assert (found.code, found.message) == ("brandnew", "From the list")


def test_numbers_are_codes_where_codes_are_declared(registry: ErrorRegistry) -> None:
    assert error(registry, {"fault": {"code": 1042}}).code == "1042"
    assert error(registry, {"fault": {"code": 404}}).code is None
    assert error(registry, {"other": {"code": 1042}}).code is None


def test_a_declared_header_holds_the_code(registry: ErrorRegistry) -> None:
    found = error(registry, b"", headers={"Fault-Code": "KEY_GONE"})

    assert type(found) is KeyGone


def test_declared_field_lists_and_maps(registry: ErrorRegistry) -> None:
    listed = {"fault": {"fields": [{"field": "a", "message": "m"}, {"message": "no name"}]}}
    mapped = {"fault": {"fields": {"a": ["m", "n"]}}}

    assert error(registry, listed, 422).fields == {"a": ("m",)}
    assert error(registry, mapped, 422).fields == {"a": ("m", "n")}


@pytest.mark.parametrize(
    "body",
    [
        {"code": "KEY_GONE", "message": "It is gone"},
        {"error": "KEY_GONE", "message": "It is gone"},
        {"fault": "It is gone", "code": "KEY_GONE", "message": "It is gone"},
        {"fault": {"text": ["no text"]}, "error": {"code": "KEY_GONE", "message": "It is gone"}},
    ],
)
def test_other_bodies_are_read_all_the_same(registry: ErrorRegistry, body: object) -> None:
    found = error(registry, body)

    assert type(found) is KeyGone
    assert found.message == "It is gone"
    assert found.body == body


def test_the_shape_of_the_service_holds_where_an_operation_has_none(
    registry: ErrorRegistry,
) -> None:
    found = error(registry, {"kind": "NEW_KIND", "text": "A text"}, op=operation())

    assert (found.code, found.message) == ("NEW_KIND", "A text")


# The code


def test_a_code_of_the_status_goes_before_one_of_another(registry: ErrorRegistry) -> None:
    found = error(registry, {"fault": {"code": "TAKEN"}, "code": "KEY_GONE"})

    assert found.code == "KEY_GONE"


def test_a_code_that_the_service_documents_elsewhere_has_its_texts(
    registry: ErrorRegistry,
) -> None:
    found = error(registry, {"fault": {"code": "quota"}}, 507)

    assert (found.code, found.title, found.resolution) == (
        "QUOTA",
        "No more room",
        "Delete something",
    )
    assert type(found) is e.InsufficientStorageError


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"message": "key was deleted."}, "KEY_GONE"),
        ({"fault": {"text": "WAS LATE!"}}, "KEY_LATE"),
        ({"message": "Too late"}, "KEY_LATE"),
        ({"code": 404, "error": "Deadline passed"}, "KEY_LATE"),
        ({"code": "ERROR_404", "error": "Deadline passed"}, "KEY_LATE"),
        ({"code": "ERROR_404", "error": "Something else"}, "ERROR_404"),
        ({"code": "OWN_CODE", "message": "Deadline passed"}, "OWN_CODE"),
        ({"message": "Deadline passed, sorry"}, None),
        ({"error": "Not Found"}, None),
        (b"Deadline passed\n", "KEY_LATE"),
    ],
)
def test_a_documented_message_gives_the_code_away(
    registry: ErrorRegistry, body: object, code: str | None
) -> None:
    found = error(registry, body)

    assert found.code == code
    assert bool(found.title) is (code in ("KEY_GONE", "KEY_LATE"))
    assert (found.possible == ()) is bool(found.title)


def test_a_message_of_two_codes_gives_none_away(registry: ErrorRegistry) -> None:
    both = operation(
        errors={404: (GONE, ErrorEntry(code="GONE_TOO", messages=("key was deleted",)))}
    )

    found = error(registry, {"message": "Key was deleted"}, op=both)

    assert found.code is None
    assert [entry.code for entry in found.possible] == ["KEY_GONE", "GONE_TOO"]


def test_the_name_of_the_status_is_no_code(registry: ErrorRegistry) -> None:
    codes = operation(errors={403: (ErrorEntry(code="FORBIDDEN"), ErrorEntry(code="BANNED"))})

    assert error(registry, {"error": "Forbidden"}, 403, op=codes).code is None
    assert error(registry, {"error": "FORBIDDEN"}, 403, op=codes).code == "FORBIDDEN"
    assert error(registry, {"code": "Forbidden"}, 403, op=codes).code == "FORBIDDEN"


def test_the_spelling_of_the_answer_decides_between_two(registry: ErrorRegistry) -> None:
    codes = operation(errors={404: (ErrorEntry(code="GONE_X"), ErrorEntry(code="gone_x"))})

    assert error(registry, {"code": "gone_x"}, op=codes).code == "gone_x"
    assert error(registry, {"code": "GONE_X"}, op=codes).code == "GONE_X"
    assert error(registry, {"code": "gone-x"}, op=codes).code == "GONE_X"


# The class


def test_a_code_under_an_undocumented_status_is_caught_by_both(registry: ErrorRegistry) -> None:
    found = error(registry, {"code": "KEY_GONE"}, 500)

    assert isinstance(found, KeyGone)
    assert isinstance(found, e.InternalServerError)
    assert found.status == 500
    assert type(found).__name__ == "_KeyGoneInternalServer"
    assert type(error(registry, {"code": "KEY_GONE"}, 500)) is type(found)


def test_a_code_of_several_statuses_keeps_its_own_class_under_another(
    registry: ErrorRegistry,
) -> None:
    found = error(registry, {"code": "taken"}, 423)

    assert isinstance(found, Taken)
    assert isinstance(found, e.LockedError)
    assert not isinstance(found, (e.ConflictError, e.BadRequestError))


def test_no_second_class_where_one_says_it_all(registry: ErrorRegistry) -> None:
    assert type(error(registry, {"code": "KEY_GONE"}, 418)) is KeyGone
    assert joined_class(e.ClientError, e.NotFoundError) is e.NotFoundError


def test_a_class_made_on_demand_survives_pickling(registry: ErrorRegistry) -> None:
    found = error(registry, {"code": "KEY_GONE", "message": "m"}, 500)

    again = pickle.loads(pickle.dumps(found))

    assert type(again) is type(found)
    assert str(again) == str(found)
    assert (again.status, again.code, again.title) == (500, "KEY_GONE", "The key is gone")


# Exceptions


def test_everything_is_there(registry: ErrorRegistry) -> None:
    found = error(
        registry,
        {"code": "KEY_GONE", "message": "m", "details": [{"path": "id", "message": "bad"}]},
        headers={"Retry-After": "3", "X-Request-Id": "r1"},
    )

    assert found.operation is DOCUMENTED
    assert found.request is REQUEST
    assert found.response is not None
    assert found.response.status == 404
    assert (found.status, found.code, found.message) == (404, "KEY_GONE", "m")
    assert (found.title, found.description, found.resolution) == ("The key is gone", "", "")
    assert (found.possible, found.fields) == ((), {"id": ("bad",)})
    assert (found.retry_after, found.request_id) == (3.0, "r1")
    assert isinstance(found.body, dict)


@pytest.mark.parametrize("place", ["data", "details", "error"])
def test_a_time_to_wait_may_stand_deeper(registry: ErrorRegistry, place: str) -> None:
    found = error(registry, {"message": "m", place: {"retry_after": 3600}}, 429)

    assert found.retry_after == 3600


def test_the_text_says_what_failed_what_it_means_and_what_to_do(registry: ErrorRegistry) -> None:
    entry = ErrorEntry(
        code="KEY_GONE",
        title="The key is gone",
        description="It was deleted.\n\nOr: it never was there.",
        resolution="List the keys.\n\nMake a new one.",
    )
    found = error(registry, {"code": "KEY_GONE", "message": "the key is gone."},
                  op=operation(errors={404: (entry,)}))  # fmt: skip

    assert str(found).splitlines() == [
        "GET /v1/things: 404 KEY_GONE: the key is gone.",
        "  means: It was deleted.",
        "         Or: it never was there",
        "  to do: List the keys.",
        "         Make a new one.",
    ]


def test_errors_print_in_chains_and_groups(registry: ErrorRegistry) -> None:
    found = error(registry, {"code": "KEY_GONE", "message": "no s3cr3t-token here"}, 500)
    try:
        try:
            raise KeyError("before")
        except KeyError as cause:
            raise found from cause
    except KeyGone as caught:
        group = ExceptionGroup("two calls failed", [caught, error(registry, {}, 409)])
        printed = "".join(traceback.format_exception(group))

    assert "KeyError: 'before'" in printed
    assert "GET /v1/things: 500 KEY_GONE: no *** here" in printed
    assert "means: The key is gone" in printed
    assert "GET /v1/things: 409: Conflict" in printed
    assert "s3cr3t" not in printed
    caught_by, rest = group.split(KeyGone)
    assert caught_by is not None
    assert rest is not None
    assert [type(one) for one in rest.exceptions] == [e.ConflictError]


def test_no_secret_is_pickled(registry: ErrorRegistry) -> None:
    found = error(registry, {"code": "KEY_GONE", "message": "x"})

    assert b"s3cr3t" not in pickle.dumps(found)
    assert b"s3cr3t" not in repr(vars(found)).encode()


@pytest.mark.parametrize("body", [{}, {"code": "OWN_CODE"}])
def test_a_status_documented_without_codes_has_its_texts(
    registry: ErrorRegistry, body: object
) -> None:
    plain = operation(errors={503: (ErrorEntry(description="Closed for the night"),)})

    found = error(registry, body, 503, op=plain)

    assert found.description == "Closed for the night"
    assert found.possible == ()
    assert found.code == ("OWN_CODE" if body else None)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=9)
    | st.sampled_from(["KEY_GONE", "TAKEN", "QUOTA", "quota", "Key was deleted", "ERROR_404"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["fault", "code", "text", "fields", "field", "errors", "kind", "error", "message"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)  # fmt: skip


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    content=st.binary() | JSON.map(lambda data: json.dumps(data).encode()),
    status=st.integers(400, 599),
    header=st.sampled_from(["KEY_GONE", "TAKEN", "", "x y", "\xff"]),
)
def test_any_bytes_give_an_exception_of_the_right_class(
    registry: ErrorRegistry, content: bytes, status: int, header: str
) -> None:
    found = error(registry, content, status, headers={"Fault-Code": header})

    assert isinstance(found, e.status_class(status))
    assert found.status == status
    assert found.response is not None
    assert found.response.content == content
    if found.code in ("KEY_GONE", "TAKEN"):
        assert isinstance(found, KeyGone if found.code == "KEY_GONE" else Taken)
    else:
        assert not isinstance(found, (KeyGone, Taken))
    documented = DOCUMENTED.errors.get(status, ())
    told = [entry for entry in documented if entry.code == found.code]
    assert found.possible == (() if told else documented)
    assert found.title == (told[0].title if told else found.title)
    assert all(isinstance(text, str) for texts in found.fields.values() for text in texts)
    assert str(found).startswith(f"GET /v1/things: {status}")
    again = pickle.loads(pickle.dumps(found))
    assert (type(again), str(again)) == (type(found), str(found))


# Told before it happens

_GET = replace(
    operation(), name="shop.things.get", errors={409: (ErrorEntry(code="TAKEN"),), 404: (GONE,)}
)
_LIST = replace(operation(), name="shop.things.list")


class Things(Resource):
    def get(self) -> str:
        return self._call(_GET, str)

    def list(self) -> None:
        self._send(_LIST)


class AsyncThings(AsyncResource):
    async def get(self) -> str:
        return await self._call(_GET, str)


class MyThings(Things):
    """As users derive their own: the method is found where it was generated."""

    def get(self) -> str:
        return super().get()


def methods() -> dict[str, Any]:
    client: Any = None
    things, others = Things(client), AsyncThings(client)
    return {
        "sync": things.get,
        "async": others.get,
        "raw": raw_response(things.get),
        "async raw": async_raw_response(others.get),
        "unbound": Things.get,
        "derived": MyThings(client).get,
    }


@pytest.mark.parametrize("form", methods())
def test_documented_errors_of_a_method(registry: ErrorRegistry, form: str) -> None:
    found = registry.of(methods()[form])

    assert found == (
        DocumentedError(404, "KEY_GONE", KeyGone, "The key is gone", "", ""),
        DocumentedError(409, "TAKEN", _TakenConflict, "", "", ""),
    )
    assert [str(one) for one in found] == ["404 KEY_GONE: The key is gone", "409 TAKEN"]


def test_a_method_without_documented_errors(registry: ErrorRegistry) -> None:
    client: Any = None

    assert registry.of(Things(client).list) == ()


@pytest.mark.parametrize("other", [print, len, "".join, lambda: None, operation, Things])
def test_what_is_no_method_of_a_resource_is_refused(registry: ErrorRegistry, other: Any) -> None:
    with pytest.raises(TypeError, match="isn't a method of a resource"):
        registry.of(other)
