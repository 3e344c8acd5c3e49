"""Truth on the wire: what a server sent is read without failing and written back as it was."""

from __future__ import annotations

import copy
import json
import pickle
import threading
import time
from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal

import pytest
from hoody_codegen.runtime import ResponseType
from hoody_codegen.runtime.decoding import NotJsonError, decode, decode_items, decode_value, parse
from hoody_codegen.runtime.models import JsonValue, Model, UnknownVariant
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field, ValidationError
from support.runtime_calls import Caller, operation
from support.wire_server import WireServer, json_answer
from typing_extensions import TypeAliasType


class Cat(Model):
    kind: Literal["cat"]
    lives: int


class Dog(Model):
    kind: Literal["dog"]
    good: bool | None = None


class Leaf(Model):
    """Recursive."""

    value: int
    next: Leaf | None = None


class Thing(Model):
    id_: str = Field(alias="id")
    class_: str | None = Field(default=None, alias="class-name")
    created_at: datetime | None = Field(default=None, alias="createdAt")
    count: int | None = None
    ratio: float | None = None
    state: Literal["on", "off"] | str | None = None
    pet: Cat | Dog | JsonValue = None
    closed: Cat | Dog | None = None
    pets: list[Cat | Dog] | None = None
    cats: list[Cat] | None = None
    named: dict[str, Cat] | None = None
    leaf: Leaf | None = None
    free: JsonValue = None
    token: str | None = None
    access_key_secret: str | None = Field(default=None, alias="accessKeySecret")


CAT = {"kind": "cat", "lives": 9}
DOG = {"kind": "dog"}

GOOD: list[dict[str, Any]] = [
    {"id": "1"},
    {"id": "1", "class-name": None, "count": None},
    {"id": "1", "createdAt": "2026-01-02T03:04:05Z", "count": 3, "ratio": 0.5},
    {"id": "1", "createdAt": "2026-01-02T03:04:05.123Z"},
    {"id": "1", "createdAt": "2026-01-02T03:04:05.123456+02:00"},
    {"id": "1", "state": "on"},
    {"id": "1", "pet": CAT, "closed": DOG, "pets": [CAT, DOG], "named": {"a b": CAT}},
    {"id": "1", "leaf": {"value": 1, "next": {"value": 2, "next": None}}},
    {"id": "1", "free": {"deep": [1, None, {"x": 1.5}]}},
]
GROWN: list[dict[str, Any]] = [
    {"id": "1", "unknown": {"a": [1, None]}, "also-unknown": None},
    {"id": "1", "state": "paused"},
    {"id": "1", "pet": {"kind": "fish", "fins": 2}},
    {"id": "1", "pet": 5},
    {"id": "1", "closed": {"kind": "fish"}, "count": 1},
    {"id": "1", "pets": [CAT, {"kind": "fish"}, DOG]},
    {"id": "1", "cats": [{**CAT, "new": True}]},
    {"id": "1", "id_": "the wire may know this name, too", "created_at": "and this"},
]
LIES: list[dict[str, Any]] = [
    {},
    {"id": None},
    {"id": 7},
    {"id": "1", "count": "3"},
    {"id": "1", "count": 3.5},
    {"id": "1", "ratio": "0.5"},
    {"id": "1", "createdAt": ""},
    {"id": "1", "createdAt": 1_700_000_000},
    {"id": "1", "cats": [{"kind": "cat", "lives": "nine"}, CAT]},
    {"id": "1", "cats": CAT},
    {"id": "1", "cats": None},
    {"id": "1", "named": {"a": {"kind": "cat"}, "b": CAT, "c": 1}},
    {"id": "1", "named": [1]},
    {"id": "1", "leaf": {"next": {"value": "x"}}},
    {"id": "1", "closed": {"kind": "cat"}},
    {"id": "1", "closed": {"kind": ["cat"]}},
    {"id": "1", "closed": {}},
    {"id": "1", "state": {"odd": 1}},
]


@pytest.mark.parametrize("data", GOOD + GROWN + LIES, ids=json.dumps)
def test_round_trips_are_exact(data: dict[str, Any]) -> None:
    text = json.dumps(data).encode()
    made = decode(text, Thing)
    assert isinstance(made, Thing)
    assert made.to_dict() == data
    assert json.dumps(made.to_dict(), sort_keys=True) == json.dumps(data, sort_keys=True)
    assert Thing.from_dict(data).to_dict() == data
    wrapped = json.dumps({"statusCode": 200, "message": "ok", "data": data}).encode()
    assert decode(wrapped, Thing, "data").to_dict() == data
    assert decode(text, Thing, "data").to_dict() == data


@pytest.mark.parametrize("data", GOOD + GROWN + LIES, ids=json.dumps)
def test_models_survive_pickling_and_copying(data: dict[str, Any]) -> None:
    made = Thing.from_dict(data)
    for again in (pickle.loads(pickle.dumps(made)), copy.deepcopy(made), made.model_copy()):
        assert again == made
        assert again.to_dict() == data


def test_what_fits_is_typed_and_the_rest_stays() -> None:
    made = Thing.from_dict(
        {
            "id": 7,
            "createdAt": "2026-01-02T03:04:05Z",
            "cats": [{"kind": "cat", "lives": "nine"}, CAT],
            "closed": {"kind": "cat"},
            "named": {"a": {"kind": "cat"}, "b": CAT, "c": 1},
            "extra": 1,
        }
    )
    assert made.id_ == 7  # type: ignore[comparison-overlap]
    assert made.created_at == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert made.cats is not None
    assert [type(cat) for cat in made.cats] == [Cat, Cat]
    assert [cat.lives for cat in made.cats] == ["nine", 9]
    assert isinstance(made.closed, Cat)
    assert made.closed.lives is None
    assert made.closed.model_fields_set == {"kind"}
    assert made.named is not None
    assert [type(cat) for cat in made.named.values()] == [Cat, Cat, int]
    assert made.count is None
    assert made.model_extra == {"extra": 1}


def test_unions_take_the_variant_that_is_meant() -> None:
    made = Thing.from_dict({"id": "1", "pet": DOG, "closed": {"kind": "dog", "good": "yes"}})
    assert isinstance(made.pet, Dog)
    assert isinstance(made.closed, Dog)
    assert made.closed.to_dict() == {"kind": "dog", "good": "yes"}
    assert Thing.from_dict({"id": "1", "pet": {"kind": "fish"}}).pet == {"kind": "fish"}


class Kennel(Model):
    guest: Cat | Dog | UnknownVariant | None = None
    guests: list[Cat | Dog | UnknownVariant] | None = None


def test_a_known_variant_with_an_odd_field_is_no_unknown_one() -> None:
    odd = {"kind": "dog", "good": "yes"}
    made = decode(json.dumps({"guest": odd, "guests": [odd, CAT, 3]}).encode(), Kennel)
    assert isinstance(made.guest, Dog)
    assert made.guests is not None
    assert [type(guest) for guest in made.guests] == [Dog, Cat, int]
    assert made.to_dict() == {"guest": odd, "guests": [odd, CAT, 3]}


def test_an_unknown_variant_stays_as_it_came() -> None:
    fish = {"kind": "fish", "fins": [1, {"x": None}]}
    made = Kennel.from_dict({"guest": fish, "guests": [fish, DOG]})
    assert made.guest == fish
    assert made.to_dict() == {"guest": fish, "guests": [fish, DOG]}
    assert Kennel.from_dict({"guest": None}).to_dict() == {"guest": None}
    # In code it can be given too.
    assert Kennel(guest={"kind": "fish"}).to_dict() == {"guest": {"kind": "fish"}}


Nest = TypeAliasType("Nest", "Leaf | list[Nest] | dict[str, Nest]")


class Nested(Model):
    nest: Nest | None = None


def test_a_recursive_name_is_followed_where_a_part_does_not_fit() -> None:
    data = {"nest": [{"value": 1}, [{"a": {"value": "one"}}]]}
    made = Nested.from_dict(data)
    assert isinstance(made.nest, list)
    assert isinstance(made.nest[0], Leaf)
    assert made.to_dict() == data


def test_unknown_fields_are_attributes() -> None:
    made = decode(b'{"id": "1", "fresh": [1]}', Thing)
    assert made.fresh == [1]
    with pytest.raises(AttributeError):
        _ = made.never_sent


def test_null_and_absent_differ_after_changes() -> None:
    made = Thing(id="1")
    assert made.to_dict() == {"id": "1"}
    made.count = None
    assert made.to_dict() == {"id": "1", "count": None}
    made.created_at = datetime(2026, 1, 2, tzinfo=UTC)
    made.closed = Cat(kind="cat", lives=1)
    assert made.to_dict() == {
        "id": "1",
        "count": None,
        "createdAt": "2026-01-02T00:00:00Z",
        "closed": {"kind": "cat", "lives": 1},
    }


def test_construction_in_code_is_checked() -> None:
    assert Thing.model_validate({"id_": "1"}) == Thing(id="1")
    with pytest.raises(ValidationError):
        Cat(kind="cat", lives="nine")  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]


def test_secret_fields_are_masked_in_reprs() -> None:
    made = Thing.from_dict(
        {"id": "1", "token": "hdy_x", "accessKeySecret": "s1", "refreshToken": "r1", "count": 2}
    )
    shown = repr(made) + str(made)
    assert "hdy_x" not in shown
    assert "s1" not in shown
    assert "r1" not in shown
    assert "count=2" in shown
    assert made.token == "hdy_x"


@pytest.mark.parametrize(
    ("annotation", "text", "expected"),
    [
        (int, "3", 3),
        (int, '"3"', "3"),
        (str, "3", 3),
        (list[int], '[1, "2"]', [1, "2"]),
        (list[int], '{"a": 1}', {"a": 1}),
        (dict[str, int], '{"a": 1, "b": null}', {"a": 1, "b": None}),
        (int | None, "null", None),
        (JsonValue, '{"a": [1, 2.5, null, "x"]}', {"a": [1, 2.5, None, "x"]}),
        (list[JsonValue], "[1, {}]", [1, {}]),
        (Thing, "[1]", [1]),
        (Thing, "null", None),
        (datetime, '"2026-01-02T03:04:05Z"', datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)),
        (datetime, '"soon"', "soon"),
        (Literal["a", "b"] | str, '"c"', "c"),
        (Any, '{"a": 1}', {"a": 1}),
    ],
)
def test_other_types(annotation: Any, text: str, expected: object) -> None:
    found = decode(text.encode(), annotation)
    assert found == expected
    assert type(found) is type(expected)


def test_lists_of_unions() -> None:
    found = decode(b'[{"kind": "cat", "lives": 1}, {"kind": "fish"}, null]', list[Cat | Dog])
    assert [type(item) for item in found] == [Cat, dict, type(None)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"data": 5, "statusCode": 200}', 5),
        ("5", 5),
        ('{"data": "text"}', "text"),
        ('{"data": null}', None),
        ('{"other": 5}', {"other": 5}),
        ('{"DATA": 5}', {"DATA": 5}),
    ],
)
def test_envelopes_are_unwrapped_where_they_are(text: str, expected: object) -> None:
    assert decode(text.encode(), int, "data") == expected


@pytest.mark.parametrize("text", [b"", b"{", b"nope", b"\xff\xfe\x00", b'{"a": 1}x'])
def test_what_is_no_json_says_so(text: bytes) -> None:
    with pytest.raises(NotJsonError):
        decode(text, Thing)
    with pytest.raises(NotJsonError):
        parse(text)


def test_json_in_other_encodings_is_read() -> None:
    assert decode('{"id": "ü"}'.encode("utf-16"), Thing).id_ == "ü"
    assert decode(b'\xef\xbb\xbf{"id": "1"}', Thing).id_ == "1"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=15,
)
FIELDS = ["id", "class-name", "createdAt", "count", "ratio", "state", "pet", "closed", "pets",
          "cats", "named", "leaf", "free"]  # fmt: skip


@given(data=st.dictionaries(st.sampled_from(FIELDS) | st.text(), JSON))
def test_any_object_is_read_and_comes_back(data: dict[str, Any]) -> None:
    assert Thing.from_dict(data).to_dict() == data


@given(data=JSON)
def test_any_json_is_read_as_any_type(data: Any) -> None:
    text = json.dumps(data).encode()
    for annotation in (Thing, list[Thing], dict[str, Cat], Cat | Dog, int | None, str):
        decode(text, annotation, "data")
        decode_value(data, annotation)


NamedUnion = TypeAliasType("NamedUnion", list[Cat | Dog] | int)


def test_named_and_annotated_types_are_seen_through() -> None:
    broken = b'[{"kind": "cat", "lives": "x"}]'
    for annotation in (
        NamedUnion,
        Annotated[NamedUnion, "note"],
        NamedUnion | None,
        Annotated[list[Cat], Field(max_length=3)],
    ):
        (cat,) = decode(broken, annotation)
        assert isinstance(cat, Cat)
        assert cat.to_dict() == {"kind": "cat", "lives": "x"}


def test_half_characters_and_big_numbers_survive() -> None:
    data = {"id": "\ud800", "cats": [{"kind": "cat", "lives": 10**400}], "fresh": "\udc00"}
    made = decode(json.dumps(data).encode(), Thing)
    assert made.to_dict() == data
    assert [type(cat) for cat in made.cats] == [Cat]
    items, text = decode_items([data, "\ud800"], Thing)
    assert items[0].to_dict() == data
    assert items[1] == "\ud800"
    assert json.loads(text) == [data, "\ud800"]


def test_deep_data_does_no_harm() -> None:
    text = b'{"value":1,"next":' * 600 + b"null" + b"}" * 600
    found = decode(text, Leaf)
    assert found.value == 1 if isinstance(found, Leaf) else found["value"] == 1


def test_models_are_not_built_before_use() -> None:
    class Late(Model):
        other: Thing | None = None

    assert not Late.__pydantic_complete__
    assert decode(b'{"other": {"id": "1"}}', Late).other.id_ == "1"


def test_first_use_in_many_threads_at_once() -> None:
    class Fresh(Model):
        thing: Thing | None = None
        value: int

    barrier = threading.Barrier(8)
    found: list[object] = []

    def work() -> None:
        barrier.wait()
        found.append(decode(b'{"value": 1, "thing": {"id": "1"}}', Fresh).value)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [1] * 8


def test_calls_return_models(caller: Caller, server: WireServer) -> None:
    server.default = json_answer({"statusCode": 200, "message": "", "data": [CAT, DOG]})
    pets: ResponseType[list[Cat | Dog]] = ResponseType(list[Cat | Dog])
    found = caller.call(operation(envelope="data"), pets)
    assert [type(pet) for pet in found] == [Cat, Dog]


def test_a_model_that_was_read_can_be_sent_back(caller: Caller, server: WireServer) -> None:
    data = {"id": "1", "class-name": None, "state": "paused", "fresh": {"a": [1]}}
    server.default = json_answer(data)
    thing = caller.call(operation(), Thing)
    caller.call(operation("PUT", media_type="application/json"), body=thing)
    assert server.last.json() == data
    caller.call(operation("PUT", media_type="application/json"), body={"thing": thing})
    assert server.last.json() == {"thing": data}


class Event(Model):
    at: datetime | None = None
    days: list[date] = Field(default_factory=list)


@pytest.mark.parametrize("text", ["0", "1731628800", "1e3", "2026-01-02", ""])
def test_only_what_is_written_as_a_time_is_one(text: str) -> None:
    event = Event.from_dict({"at": text})

    assert event.at == text
    assert event.to_dict() == {"at": text}


@pytest.mark.parametrize("text", ["0", "20260102", "2026-01-02T00:00:00Z"])
def test_only_what_is_written_as_a_date_is_one(text: str) -> None:
    event = Event.from_dict({"days": [text, "2026-01-02"]})

    assert event.days == [text, date(2026, 1, 2)]
    assert event.to_dict() == {"days": [text, "2026-01-02"]}


def test_a_time_without_a_zone_goes_back_without_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    try:
        event = Event.from_dict({"at": "2026-01-02T03:04:05"})

        assert event.at == datetime(2026, 1, 2, 3, 4, 5)
        assert event.to_dict() == {"at": "2026-01-02T03:04:05"}
    finally:
        monkeypatch.undo()
        time.tzset()
