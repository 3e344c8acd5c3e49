"""What is logged, by us and by the HTTP library on our behalf; no secret ever is."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import httpx
import httpx2
import pytest
from hoody_codegen.runtime import Hooks, RequestOptions
from hoody_codegen.runtime.errors import APIError
from support.runtime_calls import (
    INFO,
    TOKEN,
    AsyncDemo,
    AsyncThings,
    Caller,
    Demo,
    Things,
    operation,
)
from support.wire_server import Answer, WireServer, json_answer

SECRETS = ("in-the-query", "in-the-header", "in-the-body", "in-the-cookie", "in-the-place", TOKEN)


def own_messages(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.name == INFO.package]


def test_each_try_and_its_outcome(
    caller: Caller, server: WireServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger=INFO.package)

    def slow(request: object) -> Answer:
        caller.time.now += 0.25
        return json_answer({}, X_Correlation_Id="c-7")

    server.default = slow
    server.answers.extend([Answer(fault="close"), Answer(302, headers={"Location": "/b?c=d"})])
    caller.call(operation(), query={"q": "in-the-query"})
    first, broken, again, *rest = own_messages(caplog)
    assert first == f"GET {server.url}/things (try 1)"
    assert broken.startswith(f"GET {server.url}/things: The connection failed: ")
    assert broken.endswith(" (0.000 s)")
    assert again.startswith(f"GET {server.url}/things: The connection failed: ")
    assert again.endswith("; trying again in 0.44 s")
    assert rest == [
        f"GET {server.url}/things (try 2)",
        f"GET {server.url}/things: 302 (0.000 s)",
        f"GET {server.url}/b (try 2)",
        f"GET {server.url}/b: 200, request id c-7 (0.250 s)",
    ]


def test_levels(caller: Caller, server: WireServer, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, logger=INFO.package)
    server.answers.append(Answer(503))
    caller.call(operation())
    assert own_messages(caplog) == [f"GET {server.url}/things: status 503; trying again in 0.44 s"]
    caplog.clear()
    caplog.set_level(logging.WARNING, logger=INFO.package)
    server.answers.append(Answer(503))
    caller.call(operation())
    assert own_messages(caplog) == []


def test_no_secret_reaches_any_log(
    caller: Caller, server: WireServer, caplog: pytest.LogCaptureFixture
) -> None:
    """With everything switched on, of the HTTP library and what is below it, too."""
    caplog.set_level(logging.DEBUG)
    leaky = {"Set-Cookie": "sid=in-the-cookie", "Location": "/there?key=in-the-place"}
    server.answers.extend(
        [
            Answer(503, headers=leaky),
            Answer(302, headers=leaky),
            Answer(404, b'{"message": "no in-the-body"}', leaky),
        ]
    )
    with pytest.raises(APIError):
        caller.call(
            operation("GET", media_type="application/json"),
            query={"token": "in-the-query"},
            body={"password": "in-the-body"},
            options=RequestOptions(headers={"X-Api-Key": "in-the-header"}),
        )
    assert len(server.requests) == 3
    texts = [record.getMessage() for record in caplog.records if record.name != "asyncio"]
    assert any(text.startswith("HTTP Request: GET") for text in texts), "the library has logged"
    assert any(f'{server.url}/things?*** "HTTP/1.1 503 X"' in text for text in texts)
    assert any(text.startswith("receive_response_headers.complete") for text in texts)
    for text in texts:
        for secret in SECRETS:
            assert secret not in text


@pytest.mark.parametrize("module", [httpx, httpx2])
def test_what_others_send_is_logged_as_ever(
    module: Any, server: WireServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    with module.Client() as own:
        with Demo(token=TOKEN, base_url=server.url, http_client=own) as client:
            Things(client).call(operation(), query={"q": "1"})
        own.get(f"{server.url}/mine?q=1")
    texts = [record.getMessage() for record in caplog.records if record.name != INFO.package]
    assert texts == [
        f'HTTP Request: GET {server.url}/things?*** "HTTP/1.1 200 X"',
        f'HTTP Request: GET {server.url}/mine?q=1 "HTTP/1.1 200 X"',
    ]


async def test_tasks_side_by_side_are_masked_each_for_itself(
    server: WireServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    async with (
        httpx.AsyncClient() as own,
        AsyncDemo(token=TOKEN, base_url=server.url, http_client=own) as client,
    ):
        await asyncio.gather(
            *(AsyncThings(client).call(operation(), query={"q": "secret"}) for _ in range(5)),
            *(own.get(f"{server.url}/mine?q=plain") for _ in range(5)),
        )
    texts = [record.getMessage() for record in caplog.records if record.name == "httpx"]
    assert sorted(text.partition("?")[2].partition(" ")[0] for text in texts) == (
        ["***"] * 5 + ["q=plain"] * 5
    )


def test_a_hook_logs_what_it_likes(
    caller: Caller, server: WireServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    log = logging.getLogger("mine")
    caller.settings["hooks"] = Hooks(response=lambda event: log.info("%r", event))
    caller.call(operation(), query={"q": "in-the-query"})
    mine = [record.getMessage() for record in caplog.records if record.name == "mine"]
    assert mine == [f"<ResponseEvent GET {server.url}/things (try 1)>"]
