"""Streams of generated clients: typed events, documented ends, going on, and the two answers of an
operation whose argument decides."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest
from support.wire_server import Answer, WireServer, json_answer

from .conftest import Generate

DOCUMENT = """\
paths:
  /jobs/{id}/stream:
    get:
      operationId: streamJob
      tags: ["shop:Jobs"]
      parameters:
        - {name: id, in: path, required: true, schema: {type: string}}
        - {name: Last-Event-ID, in: header, schema: {type: string}}
      x-stream: {end: done, reset: reset, resume: {header: Last-Event-ID}}
      responses:
        "200":
          description: Events
          content:
            text/event-stream:
              x-item-schema:
                oneOf:
                  - properties:
                      event: {const: progress}
                      data:
                        contentMediaType: application/json
                        contentSchema: {type: object, properties: {percent: {type: integer}}}
                  - properties:
                      event: {const: done}
                      data:
                        contentMediaType: application/json
                        contentSchema: {$ref: "#/components/schemas/Job"}
                  - properties: {event: {const: log}, data: {type: string}}
  /changes:
    get:
      operationId: listChanges
      tags: ["shop:Changes"]
      parameters:
        - {name: since, in: query, schema: {type: integer}}
        - {name: since_time, in: query, schema: {type: string}}
      x-stream: {end: end, resume: {query: since, field: seq, replaces: [since_time]}}
      responses:
        "200":
          description: Events
          content: {text/event-stream: {x-item-schema: {$ref: "#/components/schemas/Job"}}}
  /export:
    get:
      operationId: exportJobs
      tags: ["shop:Jobs"]
      x-stream: {trailer: {key: __trailer, error: error, status: status}}
      responses:
        "200":
          description: Lines
          content: {application/x-ndjson: {itemSchema: {$ref: "#/components/schemas/Job"}}}
        "410":
          description: Gone
          content: {application/json: {schema: {type: object}}}
          x-error-codes: [{code: EXPORT_EXPIRED, title: The export is too old}]
  /prompt:
    post:
      operationId: prompt
      tags: ["shop:Prompts"]
      x-stream: {end: [done], switch: {in: body, name: wait, values: [true]}}
      requestBody:
        required: true
        content:
          application/json:
            schema:
              type: object
              required: [text]
              properties: {text: {type: string}, wait: {type: boolean}}
      responses:
        "200":
          description: The answer
          content:
            text/event-stream:
              x-item-schema:
                properties:
                  event: {const: done}
                  data: {contentSchema: {$ref: "#/components/schemas/Job"}}
            application/json: {schema: {$ref: "#/components/schemas/Job"}}
components:
  schemas:
    Job:
      type: object
      required: [status]
      properties: {status: {type: string}, seq: {type: integer}}
"""


def events(*texts: str) -> Answer:
    body = "".join(f"{text}\n\n" for text in texts).encode()
    return Answer(200, body, {"Content-Type": "text/event-stream"})


def lines(*values: object) -> Answer:
    body = "".join(json.dumps(value) + "\n" for value in values).encode()
    return Answer(200, body, {"Content-Type": "application/x-ndjson"})


async def test_events_have_the_types_of_their_names(generate: Generate, server: WireServer) -> None:
    shop = generate(DOCUMENT)
    server.default = events(
        'event: progress\ndata: {"percent": 5}',
        "event: log\ndata: 17",
        'event: other\ndata: {"free": true}',
        'event: done\ndata: {"status": "ok"}',
        "event: late",
    )
    progress, log, other, done = await shop.items("shop.jobs.stream", id="a/b")
    assert (type(progress.data).__name__, progress.data.percent) == ("StreamJobProgressEvent", 5)
    assert (log.event, log.data) == ("log", "17")
    assert other.data == {"free": True}
    assert (type(done.data).__name__, done.data.status) == ("Job", "ok")
    assert shop.last.target == "/jobs/a%2Fb/stream"
    assert shop.last.header("accept") == "text/event-stream"


async def test_a_stream_goes_on_where_it_broke_off(generate: Generate, server: WireServer) -> None:
    shop = generate(DOCUMENT)
    server.answers.extend(
        [
            events("retry: 0\nid: 7\nevent: progress\ndata: {}"),
            events("event: reset\ndata: {}"),
            events('event: done\ndata: {"status": "ok"}'),
        ]
    )
    found = await shop.items("shop.jobs.stream", id="a", last_event_id="5")
    assert [one.event for one in found] == ["progress", "reset", "done"]
    assert [one.header("last-event-id") for one in server.requests] == ["5", "7", None]


async def test_a_stream_goes_on_by_a_parameter(generate: Generate, server: WireServer) -> None:
    shop = generate(DOCUMENT)
    server.answers.extend(
        [
            events('retry: 0\ndata: {"status": "new", "seq": 12}'),
            events('event: end\ndata: {"status": "over"}'),
        ]
    )
    first, last = await shop.items("shop.changes.list", since_time="2026-01-01")
    assert (first.data.status, first.data.seq, last.data.status) == ("new", 12, "over")
    assert [dict(parse_qsl(one.query)) for one in server.requests] == [
        {"since_time": "2026-01-01"},
        {"since": "12"},
    ]


async def test_lines_end_with_their_documented_last_one(
    generate: Generate, server: WireServer
) -> None:
    shop = generate(DOCUMENT)
    server.default = lines({"status": "a"}, {"status": "b"}, {"__trailer": True})
    found = await shop.items("shop.jobs.export")
    assert [(type(job).__name__, job.status) for job in found] == [("Job", "a"), ("Job", "b")]

    server.default = lines({"status": "a"})
    with pytest.raises(shop.module.errors.StreamInterruptedError):
        await shop.items("shop.jobs.export")

    server.default = lines({"__trailer": True, "error": "EXPORT_EXPIRED", "status": 410})
    with pytest.raises(shop.module.errors.ExportExpired) as caught:
        await shop.items("shop.jobs.export")
    assert isinstance(caught.value, shop.module.errors.GoneError)
    assert caught.value.title == "The export is too old"


async def test_an_argument_decides_between_a_result_and_a_stream(
    generate: Generate, server: WireServer
) -> None:
    shop = generate(DOCUMENT)
    server.default = json_answer({"status": "ok"})
    result = await shop.call("shop.prompts.prompt", text="Hi", wait=True)
    assert (type(result).__name__, result.status) == ("Job", "ok")
    assert shop.last.header("accept") == "application/json"
    assert shop.last.json() == {"text": "Hi", "wait": True}

    server.default = events('event: done\ndata: {"status": "ok"}')
    for given in ({}, {"wait": False}):
        (done,) = await shop.items("shop.prompts.prompt", text="Hi", **given)
        assert done.data.status == "ok"
        assert shop.last.header("accept") == "text/event-stream"
        assert shop.last.json() == {"text": "Hi", **given}


TYPED = """\
from typing import assert_type

from {package} import Acme, AsyncAcme
from {package}._runtime.models import JsonValue
from {package}._runtime.streams import AsyncEventStream, EventStream
from {package}.types.shop.job import Job
from {package}.types.shop.stream_job_progress_event import StreamJobProgressEvent


def sync(acme: Acme, wait: bool) -> None:
    assert_type(acme.shop.prompts.prompt(text="Hi", wait=True), Job)
    for event in acme.shop.prompts.prompt(text="Hi"):
        assert_type(event.data, Job | JsonValue)
    assert_type(acme.shop.prompts.prompt(text="Hi", wait=False), EventStream[Job | JsonValue])
    either = acme.shop.prompts.prompt(text="Hi", wait=wait)
    if isinstance(either, EventStream):
        either.close()
    else:
        assert_type(either, Job)
    for one in acme.shop.jobs.stream("a"):
        if isinstance(one.data, StreamJobProgressEvent):
            assert_type(one.data.percent, int | None)
    for job in acme.shop.jobs.export():
        assert_type(job, Job)


async def asynchronous(acme: AsyncAcme) -> None:
    assert_type(await acme.shop.prompts.prompt(text="Hi", wait=True), Job)
    stream = acme.shop.prompts.prompt(text="Hi")
    assert_type(stream, AsyncEventStream[Job | JsonValue])
    async with stream as opened:
        async for event in opened:
            assert_type(event.data, Job | JsonValue)
    async for job in acme.shop.jobs.export():
        assert_type(job, Job)
"""


@pytest.mark.parametrize("checker", [["mypy", "--strict", "--no-error-summary"], ["pyright"]])
def test_type_checkers_agree(packages: Any, tmp_path: Path, checker: list[str]) -> None:
    module = packages.get(DOCUMENT)
    program = tmp_path / "told.py"
    program.write_text(TYPED.format(package=module.__name__))
    place = Path(module.__file__).parents[1]
    settings = {"extraPaths": [str(place)], "typeCheckingMode": "strict", "include": ["told.py"]}
    (tmp_path / "pyrightconfig.json").write_text(json.dumps(settings))

    done = subprocess.run(
        [sys.executable, "-m", *checker, *(["told.py"] if checker[0] == "mypy" else [])],
        cwd=tmp_path,
        env={"MYPYPATH": str(place), "PATH": str(Path(sys.executable).parent)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
