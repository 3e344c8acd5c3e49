"""What documents say about streams: the types of what comes, and how they go on and end."""

from __future__ import annotations

import textwrap
from typing import Any

import pytest
from hoody_codegen.ir import (
    AnyType,
    Api,
    ModelId,
    ModelType,
    Operation,
    ParameterLocation,
    ResultKind,
    StreamFacts,
    StreamKind,
    StreamSwitch,
    UnionType,
)
from hoody_codegen.text import Untrusted
from support.building import INTEGER, STRING
from support.reading import fields, only, read

JOB = ModelType(ModelId("t#Job"))

HEAD = """\
openapi: 3.1.0
info: {title: T, version: 1.0.0, x-namespace: t}
components:
  schemas:
    Job: {type: object, properties: {status: {type: string}}}
paths:
  /a:
    get:
"""


def read_operation(text: str) -> tuple[Api, Operation, list[str]]:
    api, messages = read(HEAD + textwrap.indent(textwrap.dedent(text), " " * 6), passes=True)
    return api, only(api), messages


def items_of(schema: str, media: str = "text/event-stream", key: str = "itemSchema") -> Any:
    """The items by name, the API they are of, and all messages."""
    text = f"responses:\n  '200':\n    content:\n      {media}:\n        {key}:\n"
    api, operation, messages = read_operation(text + textwrap.indent(schema, " " * 10))
    found = {
        None if item.name is None else item.name.reveal(): item.type for item in operation.items
    }
    return found, api, messages


def event(name: str, schema: str) -> str:
    data = f"data: {{type: string, contentMediaType: application/json, contentSchema: {schema}}}"
    return f"properties: {{event: {{const: {name}}}, {data}}}"


@pytest.mark.parametrize("key", ["itemSchema", "x-item-schema"])
def test_lines_have_one_type(key: str) -> None:
    found, _, messages = items_of("{$ref: '#/components/schemas/Job'}", "application/x-ndjson", key)
    assert found == {None: JOB}
    assert not messages


def test_variants_of_events_are_told_apart_by_name() -> None:
    schema = f"""\
type: object
required: [data]
properties: {{id: {{type: string}}, event: {{type: string}}}}
oneOf:
- {event("snapshot", "{type: object, properties: {percent: {type: integer}}}")}
- {event("done", "{$ref: '#/components/schemas/Job'}")}
- properties: {{event: {{enum: [log, warning]}}, data: {{type: string}}}}
- properties: {{event: {{const: any}}, data: {{type: string, contentMediaType: application/json}}}}
- properties: {{event: {{const: nothing}}}}
- properties: {{event: {{const: loose}}, data: {{type: integer}}}}
"""
    found, api, messages = items_of(schema)
    assert not messages
    snapshot = found.pop("snapshot")
    assert fields(api.model(snapshot.id))["percent"].type == INTEGER
    assert found == {
        "done": JOB,
        "log": STRING,
        "warning": STRING,
        "any": AnyType(),
        "nothing": AnyType(),
        "loose": INTEGER,
    }


def test_events_without_a_name_stand_for_all_others() -> None:
    schema = f"""\
oneOf:
- properties: {{data: {{contentSchema: {{$ref: '#/components/schemas/Job'}}}}}}
- {event("count", "{type: integer}")}
"""
    found, _, _ = items_of(schema)
    assert found == {None: JOB, "count": INTEGER}


def test_a_schema_that_is_no_event_is_that_of_the_data() -> None:
    found, _, _ = items_of("{$ref: '#/components/schemas/Job'}")
    assert found == {None: JOB}


def test_several_variants_of_one_name_make_a_union() -> None:
    schema = f"""\
anyOf:
- {event("x", "{type: object, properties: {a: {type: string}}}")}
- {event("x", "{type: object, properties: {b: {type: string}}}")}
"""
    found, api, _ = items_of(schema)
    assert isinstance(found["x"], UnionType)
    members = [member for member in found["x"].members if isinstance(member, ModelType)]
    shapes = [fields(api.model(member.id)) for member in members]
    assert [list(shape) for shape in shapes] == [["a"], ["b"]]


def test_variants_may_be_named_schemas_and_lie_inside_each_other() -> None:
    text = HEAD.replace(
        "paths:",
        """\
    Event:
      oneOf: [{$ref: '#/components/schemas/One'}, {$ref: '#/components/schemas/Event'}]
    One:
      allOf: [{properties: {event: {const: one}}}, {properties: {data: {type: string}}}]
paths:""",
    )
    body = "responses: {'200': {content: {text/event-stream: {itemSchema: {$ref: '%s'}}}}}"
    api, _ = read(text + " " * 6 + body % "#/components/schemas/Event", passes=True)
    (item,) = only(api).items
    assert (item.name, item.type) == (Untrusted("one"), STRING)


def test_a_description_of_a_variant_is_kept() -> None:
    text = "responses: {'200': {content: {text/event-stream: {itemSchema: {oneOf: [%s]}}}}}"
    _, operation, _ = read_operation(
        text % "{description: Said., properties: {event: {const: a}, data: {type: string}}}"
    )
    assert operation.items[0].description == Untrusted("Said.")


def test_models_of_events_are_received() -> None:
    found, api, _ = items_of(event("a", "{type: object, properties: {b: {type: string}}}"))
    model = api.model(found["a"].id)
    assert (model.in_response, model.in_request) == (True, False)


def test_items_of_another_media_type_than_the_stream_are_left_alone() -> None:
    _, operation, _ = read_operation("""
        x-streaming: sse
        responses:
          '200':
            content:
              application/x-ndjson: {itemSchema: {type: integer}}
              text/event-stream: {schema: {type: string}}
    """)
    assert operation.stream is StreamKind.SSE
    assert operation.items == ()


def facts_of(text: str) -> tuple[StreamFacts | None, list[str]]:
    _, operation, messages = read_operation(f"x-stream: {text}\nresponses: {{}}")
    return operation.stream_facts, messages


def names(*texts: str) -> tuple[Any, ...]:
    return tuple(Untrusted(text) for text in texts)


def test_all_facts_are_read() -> None:
    facts, messages = facts_of(
        "{end: [done, failed], reset: reset, ignore: [ping], heartbeat: 15, "
        "resume: {header: Last-Event-ID, query: since, field: a.b, replaces: [since_time]}, "
        "trailer: {key: __trailer, error: error, status: code, cursor: next, query: cursor}, "
        "switch: {in: query, name: wait, values: [true, 'true']}, x-inferred: by reading}"
    )
    assert not messages
    assert facts == StreamFacts(
        end=names("done", "failed"),
        reset=names("reset"),
        ignore=names("ping"),
        heartbeat=15.0,
        resume_header=Untrusted("Last-Event-ID"),
        resume_query=Untrusted("since"),
        resume_field=Untrusted("a.b"),
        resume_replaces=names("since_time"),
        trailer=Untrusted("__trailer"),
        trailer_error=Untrusted("error"),
        trailer_status=Untrusted("code"),
        trailer_cursor=Untrusted("next"),
        cursor_query=Untrusted("cursor"),
        switch=StreamSwitch(
            ParameterLocation.QUERY, Untrusted("wait"), (Untrusted(True), Untrusted("true"))
        ),
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("5", "'x-stream' is left out: expected an object"),
        ("{ends: done}", "'ends' is left out: it says nothing about a stream"),
        ("{resume: {parameter: x}}", "'parameter' is left out"),
        ("{resume: 5}", "'resume' is left out: expected an object"),
        ("{end: [1]}", "'end' is left out: expected names"),
        ("{trailer: {key: 5}}", "'key' is left out: expected a name"),
        ("{switch: {in: body, name: wait}}", "'switch' is left out"),
        ("{switch: {in: path, name: wait, values: [true]}}", "'switch' is left out"),
    ],
)
def test_what_makes_no_sense_is_left_out_with_a_warning(text: str, message: str) -> None:
    facts, messages = facts_of(text)
    assert facts in (None, StreamFacts())
    assert len(messages) == 1
    assert message in messages[0]
    assert messages[0].startswith("spec.yaml:9:")


def test_an_argument_may_decide_between_json_and_a_stream() -> None:
    text = """
        x-stream: {switch: {in: query, name: wait, values: [true]}}
        responses:
          '200':
            content:
              text/event-stream: {schema: {type: string}}
              application/json: {schema: {$ref: '#/components/schemas/Job'}}
    """
    _, operation, _ = read_operation(text)
    assert operation.stream is StreamKind.SSE
    assert operation.result is not None
    assert (operation.result.kind, operation.result.type) == (ResultKind.JSON, JOB)

    _, alone, _ = read_operation(text.replace("x-stream", "x-no-stream"))
    assert alone.result is not None
    assert (alone.stream, alone.result.kind) == (None, ResultKind.TEXT)
