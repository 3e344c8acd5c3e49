"""Who gets the token, and where it never shows."""

from __future__ import annotations

import asyncio
import copy
import logging
import pickle
import re
from collections.abc import Iterator
from typing import Any

import httpx
import httpx2
import pytest
from hoody_codegen.runtime import RequestOptions
from hoody_codegen.runtime.errors import (
    APIConnectionError,
    APIStatusError,
    AuthenticationError,
    MissingTokenError,
    RedirectError,
)
from hoody_codegen.runtime.messages import HttpRequest
from support.runtime_calls import (
    COLOURS,
    INFO,
    LIBRARIES,
    TOKEN,
    AsyncDemo,
    AsyncThings,
    Caller,
    Demo,
    Things,
    operation,
)
from support.wire_server import Answer, WireServer, json_answer


@pytest.fixture
def other() -> Iterator[WireServer]:
    running = WireServer()
    yield running
    running.close()


def test_a_missing_token_is_an_error_before_sending(
    colour_caller: Caller, server: WireServer
) -> None:
    colour_caller.settings["token"] = None
    with pytest.raises(MissingTokenError, match="DEMO_TOKEN") as caught:
        colour_caller.call(operation())
    assert caught.value.operation is not None
    assert server.requests == []


@pytest.mark.parametrize(
    ("security", "sent"),
    [(None, True), ((), False), (("bearerAuth",), True), (("bearerAuth", ""), True)],
)
def test_operations_decide_what_they_accept(
    colour_caller: Caller, server: WireServer, security: tuple[str, ...] | None, sent: bool
) -> None:
    colour_caller.call(operation(security=security))
    assert (server.last.header("authorization") is not None) is sent


@pytest.mark.parametrize("security", [(), ("bearerAuth", "")])
def test_a_token_may_be_missing_where_it_is_not_needed(
    colour_caller: Caller, server: WireServer, security: tuple[str, ...]
) -> None:
    colour_caller.settings["token"] = None
    colour_caller.call(operation(security=security))
    assert server.last.header("authorization") is None


def test_a_token_is_for_its_schemes(server: WireServer) -> None:
    class Limited(Demo):
        _info = INFO._replace(
            services={"api": INFO.services["api"]._replace(schemes=frozenset({"bearerAuth"}))},
        )

    with Limited(token=TOKEN, base_url=server.url) as client:
        Things(client).call(operation(security=("otherKey",)))
        assert server.last.header("authorization") is None
        Things(client).call(operation(security=("otherKey", "bearerAuth")))
        assert server.last.header("authorization") == f"Bearer {TOKEN}"


def test_token_functions_are_asked_for_every_call(
    colour_caller: Caller, server: WireServer
) -> None:
    given = iter(["one", "two"])
    colour_caller.settings["token"] = lambda: next(given)
    colour_caller.call(operation())
    colour_caller.call(operation())
    assert [r.header("authorization") for r in server.requests] == ["Bearer one", "Bearer two"]


async def test_async_token_functions(server: WireServer) -> None:
    async def token() -> str:
        return "async-one"

    async with AsyncDemo(token=token, base_url=server.url) as client:
        await AsyncThings(client).call(operation())
    assert server.last.header("authorization") == "Bearer async-one"
    with (
        Demo(token=token, base_url=server.url) as wrong,  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]
        pytest.raises(TypeError, match="async client"),
    ):
        Things(wrong).call(operation())


@pytest.mark.parametrize("token", ["", None, "a\r\nX-Evil: 1", 5])
def test_bad_tokens_are_not_sent_and_not_shown(
    colour_caller: Caller, server: WireServer, token: Any
) -> None:
    colour_caller.settings["token"] = lambda: token
    with pytest.raises(MissingTokenError) as caught:
        colour_caller.call(operation())
    assert "X-Evil" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert server.requests == []


def test_an_own_authorization_header_wins(colour_caller: Caller, server: WireServer) -> None:
    colour_caller.settings["token"] = None
    options = RequestOptions(headers={"authorization": "Basic abc"})
    colour_caller.call(operation(), options=options)
    assert server.last.header("authorization") == "Basic abc"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_on_one_origin_keep_the_token(
    caller: Caller, server: WireServer, status: int
) -> None:
    server.answers.append(Answer(status, headers={"Location": "/there?x=1"}))
    assert caller.call(operation(), headers={"X-Mine": "1"}) == {}
    assert server.last.target == "/there?x=1"
    assert server.last.header("authorization") == f"Bearer {TOKEN}"
    assert server.last.header("x-mine") == "1"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_nothing_personal_goes_to_another_origin(
    caller: Caller, server: WireServer, other: WireServer, status: int
) -> None:
    server.answers.append(Answer(status, headers={"Location": other.url + "/there"}))
    options = RequestOptions(headers={"X-Api-Key": "k", "Cookie": "c=d"})
    assert caller.call(operation(), headers={"If-Match": "v"}, options=options) == {}
    names = {name for name, _ in other.last.headers}
    assert names == {"host", "accept", "accept-encoding", "connection", "user-agent"}
    assert TOKEN not in str(other.last.headers)


@pytest.mark.parametrize("colour", COLOURS)
@pytest.mark.parametrize("library", LIBRARIES)
def test_nothing_of_an_own_client_goes_to_another_origin(
    server: WireServer, other: WireServer, colour: str, library: str
) -> None:
    """What an ``http_client`` proves itself with is for where its user calls."""
    server.default = Answer(302, headers={"Location": other.url + "/there"})
    module: Any = httpx if library == "httpx" else httpx2
    own: dict[str, Any] = {
        "auth": ("user", "very-secret"),
        "headers": {"X-Api-Key": "very-secret", "User-Agent": "mine"},
        "cookies": {"session": "very-secret"},
        "params": {"key": "very-secret"},
    }
    call = operation(security=())

    async def run() -> object:
        async with (
            module.AsyncClient(**own) as http_client,
            AsyncDemo(base_url=server.url, http_client=http_client) as client,
        ):
            return await AsyncThings(client).call(call)

    if colour == "async":
        assert asyncio.run(run()) == {}
    else:
        with module.Client(**own) as http_client:
            client = Demo(base_url=server.url, http_client=http_client)
            assert Things(client).call(call) == {}
    assert server.last.header("x-api-key") == "very-secret"
    assert (server.last.header("authorization") or "").startswith("Basic ")
    assert other.last.target == "/there"
    assert "very-secret" not in str(other.last)
    assert {"authorization", "cookie", "x-api-key"}.isdisjoint(dict(other.last.headers))


def test_bodies_do_not_go_to_another_origin(
    caller: Caller, server: WireServer, other: WireServer
) -> None:
    server.answers.append(Answer(307, headers={"Location": other.url + "/there"}))
    with pytest.raises(RedirectError) as caught:
        caller.call(operation("POST"), body={"password": "p"})
    assert other.requests == []
    assert caught.value.status == 307
    assert caught.value.response is not None
    assert caught.value.response.headers["location"] == other.url + "/there"


def test_a_get_with_a_body_does_not_go_to_another_origin(
    colour_caller: Caller, server: WireServer, other: WireServer
) -> None:
    server.default = Answer(302, headers={"Location": other.url + "/there"})
    with pytest.raises(RedirectError):
        colour_caller.call(operation("GET"), body={"password": "p"})
    assert other.requests == []


def test_bodies_follow_on_one_origin_where_the_method_stays(
    caller: Caller, server: WireServer
) -> None:
    server.answers.append(Answer(308, headers={"Location": "/there"}))
    caller.call(operation("POST"), body={"a": 1})
    assert (server.last.method, server.last.body) == ("POST", b'{"a":1}')
    server.answers.append(Answer(303, headers={"Location": "/result"}))
    caller.call(operation("POST"), body={"a": 1})
    assert (server.last.method, server.last.path, server.last.body) == ("GET", "/result", b"")
    assert server.last.header("content-type") is None


@pytest.mark.parametrize("location", [None, "ftp://a.test", "http://u:p@a.test/"])
def test_odd_redirects_are_not_followed(
    caller: Caller, server: WireServer, location: str | None
) -> None:
    server.default = Answer(302, headers={} if location is None else {"Location": location})
    with pytest.raises(RedirectError):
        caller.call(operation())
    assert len(server.requests) == 1


@pytest.mark.parametrize("location", ["http://[::1", "javascript:1"])
def test_unreadable_redirects_are_errors(caller: Caller, server: WireServer, location: str) -> None:
    server.default = Answer(302, headers={"Location": location})
    # httpx reads the Location by itself and takes it for a broken answer; httpx2 leaves it alone.
    with pytest.raises((RedirectError, APIConnectionError)):
        caller.call(operation())


def test_cookies_are_not_kept(colour_caller: Caller, server: WireServer) -> None:
    server.answers.append(Answer(302, headers={"Location": "/there", "Set-Cookie": "a=b"}))
    colour_caller.call(operation())
    assert server.last.path == "/there"
    assert server.last.header("cookie") is None


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_documented_redirect_is_an_answer(
    caller: Caller, server: WireServer, method: str
) -> None:
    server.default = Answer(302, headers={"Location": "https://login.example.test/"})
    raw = caller.raw(operation(method, redirect=True, result="none"), None)
    assert (raw.status, raw.headers["location"]) == (302, "https://login.example.test/")
    assert caller.call(operation(method, redirect=True, result="none"), None) is None
    assert len(server.requests) == 2


def test_short_tokens_do_not_mask_words(colour_caller: Caller, server: WireServer) -> None:
    colour_caller.settings["token"] = "t"
    server.default = json_answer({"message": "no token"}, 404)
    with pytest.raises(APIStatusError) as caught:
        colour_caller.call(operation())
    assert caught.value.message == "no token"


def test_redirects_in_a_ring_end(caller: Caller, server: WireServer) -> None:
    server.default = Answer(302, headers={"Location": "/things"})
    with pytest.raises(RedirectError):
        caller.call(operation())
    assert len(server.requests) == 11


def test_secrets_show_nowhere(
    caller: Caller, server: WireServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="demo")
    server.default = json_answer(
        {"code": "BAD_TOKEN", "message": f"Invalid token {TOKEN}"}, 401, WWW_Authenticate=TOKEN
    )
    options = RequestOptions(headers={"X-Hoody-Token": "second-secret"})
    with pytest.raises(AuthenticationError) as caught:
        caller.call(operation(), query={"ticket": "third-secret"}, options=options)
    error = caught.value
    shown = [str(error), repr(error), repr(error.request), repr(error.response), error.message]
    assert error.request is not None
    assert error.response is not None
    shown += [repr(error.request.headers), repr(error.response.headers), caplog.text]
    for secret in (TOKEN, "second-secret", "third-secret"):
        assert not [text for text in shown if secret in text]
    assert "GET http://127.0.0.1" in caplog.text
    assert ": 401" in caplog.text
    assert TOKEN.encode() not in pickle.dumps(error.request)
    assert b"second-secret" not in pickle.dumps(error.request)
    assert "***" in error.message


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("ticket=s3cret&page=2", "ticket=***&page=2"),
        ("pass=s3cret", "pass=***"),
        ("bearer_token=s3cret&x", "bearer_token=***&x"),
        ("accessToken=s3cret", "accessToken=***"),
        ("ssh_key=s3cret&ssh%5Fkey=s3cret", "ssh_key=***&ssh%5Fkey=***"),
        ("key=a&ftp_passive=1&proxyBypass=b", "key=a&ftp_passive=1&proxyBypass=b"),
        ("token=&token", "token=&token"),
    ],
)
def test_secrets_in_the_query_of_a_call_are_masked(query: str, shown: str) -> None:
    request = HttpRequest("GET", f"https://a.test/x?{query}")
    assert request.url == f"https://a.test/x?{shown}"
    assert b"s3cret" not in pickle.dumps(request)


def test_retries_are_logged_without_secrets(
    colour_caller: Caller, server: WireServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="demo")
    server.answers.extend([Answer(503), Answer(200, fault="close")])
    colour_caller.call(operation(), query={"ticket": "third-secret"})
    mine = [record.getMessage() for record in caplog.records if record.name == "demo"]
    assert len(mine) == 2
    assert "status 503; trying again in 0.44 s" in mine[0]
    assert "The connection failed" in mine[1]
    assert "third-secret" not in "".join(mine)


def test_clients_show_no_token(server: WireServer) -> None:
    with Demo(token=TOKEN, base_url=server.url, headers={"X-Key": "kk"}) as client:
        for shown in (repr(client), repr(client._settings), repr(client.with_realm("r"))):
            assert TOKEN not in shown
            assert "kk" not in shown
        assert server.url in repr(client)


def test_what_frames_of_tracebacks_hold_shows_no_secrets(
    colour_caller: Caller, server: WireServer
) -> None:
    """Some tools show the variables of each frame."""
    server.default = json_answer({"message": "no"}, 400)
    options = RequestOptions(
        headers={"X-Key": "secret-1"}, query={"ticket": "secret-2"}, body={"password": "secret-3"}
    )
    with pytest.raises(APIStatusError) as caught:
        colour_caller.call(operation("POST"), body={"pin": "secret-4"}, options=options)
    seen = []
    frame = caught.value.__traceback__
    while frame is not None:
        if "/runtime/" in frame.tb_frame.f_code.co_filename:
            for name, value in frame.tb_frame.f_locals.items():
                seen.append(name)
                if name not in ("body", "content"):  # text and bytes are what they are
                    assert not re.search(r"secret-\d|very-secret", repr(value)), name
        frame = frame.tb_next
    assert {"call", "prepared", "step"} <= set(seen)
    assert "secret" not in repr(options)


def test_copying_a_client_shares_its_connections(server: WireServer) -> None:
    with Demo(token=TOKEN, base_url=server.url) as client:
        things = Things(client)
        things.call(operation())
        for again in (copy.copy(client), copy.deepcopy(client)):
            with again:
                Things(again).call(operation())
            assert again._connections is client._connections
        things.call(operation())
        with pytest.raises(TypeError, match="Demo holds connections and secrets and can't be"):
            pickle.dumps(client)


def test_status_errors_survive_pickling_and_copying(caller: Caller, server: WireServer) -> None:
    server.default = json_answer({"message": "no", "errors": {"a": ["b"]}}, 422)
    with pytest.raises(APIStatusError) as caught:
        caller.call(operation())
    for again in (pickle.loads(pickle.dumps(caught.value)), copy.deepcopy(caught.value)):
        assert type(again) is type(caught.value)
        assert str(again) == str(caught.value)
        assert again.fields == {"a": ("b",)}
        assert again.response is not None
        assert again.response.headers["content-type"] == "application/json"
        assert again.operation is not None
        assert again.operation.name == "api.things.call"
