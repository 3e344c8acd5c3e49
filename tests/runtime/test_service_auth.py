"""Credentials of services and schemes: where they go, where they never go, and that they are not
shown."""

from __future__ import annotations

import asyncio
import logging
import pickle
import traceback
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hoody_codegen.runtime import (
    OMIT,
    BasicAuth,
    BearerAuth,
    KeyAuth,
    Operation,
    RequestOptions,
    RetryPolicy,
    ServiceInfo,
)
from hoody_codegen.runtime.calls import Call
from hoody_codegen.runtime.errors import (
    AuthenticationError,
    ConfigurationError,
    MissingTokenError,
    RedirectError,
)
from hoody_codegen.runtime.exchange import _redirect
from hoody_codegen.runtime.requests import Prepared, prepare
from support.runtime_calls import (
    COLOURS,
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

SECRET = "service-secret-1"
FILES = replace(operation(path="/f"), service="files")

ALL_KINDS: list[tuple[Any, str, str]] = [
    (BearerAuth(SECRET), "authorization", f"Bearer {SECRET}"),
    (BasicAuth("ada", SECRET), "authorization", "Basic YWRhOnNlcnZpY2Utc2VjcmV0LTE="),
    (KeyAuth(SECRET, header="X-Gate"), "x-gate", SECRET),
    (KeyAuth(SECRET, cookie="gate"), "cookie", f"gate={SECRET}"),
]


class Guarded(Demo):
    """With a service whose schemes are keys."""

    _info = INFO._replace(
        services={
            **INFO.services,
            "notes": ServiceInfo(
                name="notes",
                base_url="https://notes.example.test",
                auth="none",
                keys={
                    "user": ("query", "username"),
                    "role": ("query", "role"),
                    "bearer2": ("bearer", ""),
                    "sign": ("header", "X-Sign"),
                    "login": ("basic", ""),
                    "crumb": ("cookie", "crumb"),
                },
            ),
        },
    )


@pytest.fixture
def other() -> Iterator[WireServer]:
    running = WireServer()
    yield running
    running.close()


@pytest.fixture
def files(server: WireServer) -> dict[str, str]:
    return {"files": server.url, "api": server.url}


# Services


@pytest.mark.parametrize(("auth", "name", "value"), ALL_KINDS)
def test_each_kind_has_its_place(
    colour_caller: Caller, server: WireServer, files: Any, auth: Any, name: str, value: str
) -> None:
    colour_caller.settings.update(service_urls=files, service_auth=auth)
    colour_caller.call(FILES)
    assert server.last.header(name) == value


def test_a_key_may_stand_in_the_query(
    colour_caller: Caller, server: WireServer, files: Any
) -> None:
    auth = KeyAuth("a key/&", query="t")
    colour_caller.settings.update(service_urls=files, service_auth=auth)
    colour_caller.call(FILES, query={"q": "1"})
    assert server.last.target == "/f?q=1&t=a%20key%2F%26"
    colour_caller.call(FILES)
    assert server.last.target == "/f?t=a%20key%2F%26"


def test_several_go_together(colour_caller: Caller, server: WireServer, files: Any) -> None:
    auth = [KeyAuth("claim", header="X-Claim"), KeyAuth("token", header="X-Token")]
    colour_caller.settings.update(service_urls=files, service_auth=auth)
    colour_caller.call(FILES)
    assert (server.last.header("x-claim"), server.last.header("x-token")) == ("claim", "token")


def test_one_for_all_is_not_for_the_service_of_the_token(
    colour_caller: Caller, server: WireServer, files: Any
) -> None:
    colour_caller.settings.update(service_urls=files, service_auth=KeyAuth("k", header="X-Gate"))
    colour_caller.call(operation())
    assert server.last.header("x-gate") is None
    assert server.last.header("authorization") == f"Bearer {TOKEN}"
    colour_caller.call(FILES)
    assert server.last.header("authorization") is None


def test_the_token_does_not_go_to_other_services(
    colour_caller: Caller, server: WireServer, files: Any
) -> None:
    colour_caller.settings.update(service_urls=files)
    colour_caller.call(FILES)
    assert server.last.header("authorization") is None


def test_named_services_and_copies(server: WireServer, files: Any) -> None:
    with Demo(token=TOKEN, service_urls=files, service_auth={"Files": BearerAuth("one")}) as client:
        Things(client).call(FILES)
        assert server.last.header("authorization") == "Bearer one"
        Things(client.with_options(service_auth={"files": BearerAuth("two")})).call(FILES)
        assert server.last.header("authorization") == "Bearer two"
        Things(client.with_options(service_auth={"files": None})).call(FILES)
        assert server.last.header("authorization") is None
        # The service of the token, too, may have something else in front of it.
        gated = client.with_options(service_auth={"api": KeyAuth("gate", header="X-Gate")})
        Things(gated).call(operation())
        assert server.last.header("x-gate") == "gate"
        assert server.last.header("authorization") == f"Bearer {TOKEN}"
        instead = client.with_options(service_auth={"api": BasicAuth("u", "p")})
        Things(instead).call(operation())
        assert str(server.last.header("authorization")).startswith("Basic ")


def test_what_is_written_by_hand_counts(
    colour_caller: Caller, server: WireServer, files: Any
) -> None:
    auth = [BearerAuth("mine"), KeyAuth("k", header="X-Gate")]
    colour_caller.settings.update(service_urls=files, service_auth=auth)
    colour_caller.call(FILES, options=RequestOptions(headers={"Authorization": "Other 1"}))
    assert server.last.header("authorization") == "Other 1"
    assert server.last.header("x-gate") == "k"


def test_cookies_of_the_call_stay(colour_caller: Caller, server: WireServer, files: Any) -> None:
    auth = KeyAuth("k", cookie="gate")
    colour_caller.settings.update(service_urls=files, service_auth=auth)
    colour_caller.call(FILES, cookies={"a": "b"})
    assert server.last.header("cookie") == "a=b; gate=k"


@pytest.mark.parametrize("colour", COLOURS)
def test_functions_are_asked_for_each_call_and_again_after_a_401(
    server: WireServer, files: Any, colour: str
) -> None:
    given = iter(["one", "two", "three"])
    server.answers.extend([json_answer({}), Answer(401), json_answer({})])

    async def ask() -> str:
        return next(given)

    if colour == "sync":
        auth = KeyAuth(lambda: next(given), cookie="gate")
        with Demo(service_urls=files, service_auth=auth) as client:
            Things(client).call(FILES)
            Things(client).call(FILES)
    else:

        async def run() -> None:
            auth = KeyAuth(ask, cookie="gate")
            async with AsyncDemo(service_urls=files, service_auth=auth) as client:
                await AsyncThings(client).call(FILES)
                await AsyncThings(client).call(FILES)

        asyncio.run(run())
    assert [r.header("cookie") for r in server.requests] == ["gate=one", "gate=two", "gate=three"]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda: KeyAuth("k"), "one place"),
        (lambda: KeyAuth("k", header="a", query="b"), "one place"),
        (lambda: BasicAuth("a:b", "p"), "colon"),
        (lambda: BearerAuth(5), "not a int"),  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]
        (lambda: Demo(service_auth="token"), "BearerAuth, BasicAuth or KeyAuth"),  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]
        (lambda: Demo(service_auth={"file": None}), "did you mean 'files'"),
        (lambda: Demo(scheme_auth={"x": "y"}), "no security scheme 'x'"),
        (lambda: Guarded(scheme_auth={"login": "y"}), "takes a BasicAuth"),
        (lambda: Guarded(scheme_auth={"user": BasicAuth("a", "b")}), "takes a text"),
    ],
)
def test_wrong_credentials_are_refused(wrong: Any, message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        wrong()


def test_unknown_settings_are_refused() -> None:
    with pytest.raises(TypeError, match="did you mean 'service_auth'"):
        Demo(servce_auth=None)  # type: ignore[call-arg] # pyright: ignore[reportCallIssue]
    with (
        Demo(token="t") as client,
        pytest.raises(TypeError, match="no setting 'realm'"),
    ):
        client.with_options(realm="r")  # type: ignore[call-arg] # pyright: ignore[reportCallIssue]


# Schemes


def _note(*security: Any) -> Operation:
    return replace(operation(path="/n"), service="notes", security=security)


def _guarded(server: WireServer, **settings: Any) -> Guarded:
    return Guarded(token=TOKEN, service_urls={"notes": server.url}, **settings)


@pytest.mark.parametrize(
    ("scheme", "value", "name", "found"),
    [
        ("sign", "k1", "x-sign", "k1"),
        ("bearer2", "k2", "authorization", "Bearer k2"),
        ("login", BasicAuth("u", "p"), "authorization", "Basic dTpw"),
        ("crumb", "k3", "cookie", "crumb=k3"),
    ],
)
def test_schemes_are_presented_where_they_are_described(
    server: WireServer, scheme: str, value: Any, name: str, found: str
) -> None:
    with _guarded(server, scheme_auth={scheme: value}) as client:
        Things(client).call(_note(scheme))
        assert server.last.header(name) == found
        # Not where the operation takes none, or others.
        Things(client).call(_note())
        assert server.last.header(name) is None


def test_alternatives_are_taken_in_order_and_whole(server: WireServer) -> None:
    call = _note("", "bearer2", ("user", "role"))
    with _guarded(server) as client:
        Things(client).call(call)
        assert server.last.target == "/n"
        assert server.last.header("authorization") is None
        half = client.with_options(scheme_auth={"user": "ada"})
        Things(half).call(call)
        assert server.last.target == "/n"
        both = half.with_options(scheme_auth={"role": "admin"})
        Things(both).call(call)
        assert server.last.target == "/n?username=ada&role=admin"
        first = both.with_options(scheme_auth={"bearer2": "b"})
        Things(first).call(call)
        assert server.last.target == "/n"
        assert server.last.header("authorization") == "Bearer b"


def test_the_credential_of_the_service_wins_its_place(server: WireServer) -> None:
    both = {"sign": "scheme", "user": "ada"}
    gate = {"notes": KeyAuth("gate", header="x-sign")}
    with _guarded(server, scheme_auth=both, service_auth=gate) as client:
        Things(client).call(_note(("sign", "user")))
    assert server.last.header("x-sign") == "gate"
    assert server.last.target == "/n?username=ada"


def test_a_scheme_that_nobody_gave_is_an_error_before_sending(server: WireServer) -> None:
    with _guarded(server) as client:
        with pytest.raises(MissingTokenError, match=r"scheme_auth=\{'user': …\}") as caught:
            Things(client).call(_note(("user", "role")))
        assert caught.value.operation is not None
        # By hand is as good.
        Things(client).call(_note("sign"), headers={"X-Sign": "by hand"})
        assert server.last.header("x-sign") == "by hand"
        Things(client).call(_note("user"), query={"username": "by hand"})
    assert len(server.requests) == 2


# Other origins


def _prepared(url: str) -> Prepared:
    with Demo(
        token=TOKEN,
        base_url=url,
        service_auth={"api": [KeyAuth("q", query="k"), KeyAuth("c", cookie="c")]},
    ) as client:
        call = Call(operation(), {}, {}, {}, {}, OMIT, None)
        prepared = prepare(client._settings, {}, call)
        prepared.present(["q", "c", TOKEN])
        return prepared


class Moved:
    status = 302
    content_type = ""

    def __init__(self, location: str) -> None:
        self.location = location

    def header(self, name: str) -> str | None:
        return self.location if name == "location" else None


@pytest.mark.parametrize(
    "location",
    [
        "http://api.example.test/things",  # another scheme
        "https://api.example.test:8443/things",  # another port
        "https://sub.api.example.test/things",  # a sub-domain
        "https://example.test/things",  # the domain above
        "https://api.example.test.evil.test/",
        "//evil.test/things",
    ],
)
def test_credentials_stay_with_their_origin(location: str) -> None:
    prepared = _prepared("https://api.example.test")
    assert prepared.headers.get("authorization") == f"Bearer {TOKEN}"
    assert _redirect(prepared, Moved(location))  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]
    assert prepared.headers.get("authorization") is None
    assert prepared.headers.get("cookie") is None
    assert prepared.credentials == ()
    assert "k=q" not in prepared.target


@pytest.mark.parametrize("location", ["/there", "https://API.example.test:443/there"])
def test_credentials_follow_on_their_origin(location: str) -> None:
    prepared = _prepared("https://api.example.test")
    assert _redirect(prepared, Moved(location))  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]
    assert prepared.headers.get("authorization") == f"Bearer {TOKEN}"
    assert prepared.target.endswith("/there?k=q")
    assert _redirect(prepared, Moved("/last?k=q"))  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]
    assert prepared.target.endswith("/last?k=q")


def test_another_origin_is_not_called_with_credentials_when_it_asks(
    caller: Caller, server: WireServer, other: WireServer
) -> None:
    server.default = Answer(302, headers={"Location": other.url + "/there"})
    other.default = Answer(401)
    asked = []

    def token() -> str:
        asked.append(1)
        return f"token-{len(asked)}"

    caller.settings["token"] = token
    with pytest.raises(AuthenticationError):
        caller.call(operation())
    assert asked == [1]
    assert [r.header("authorization") for r in other.requests] == [None]


def test_no_credentials_with_a_body_to_another_origin(
    colour_caller: Caller, server: WireServer, other: WireServer, files: Any
) -> None:
    server.default = Answer(307, headers={"Location": other.url + "/there"})
    colour_caller.settings.update(service_urls=files, service_auth=KeyAuth(SECRET, header="X-Gate"))
    with pytest.raises(RedirectError):
        colour_caller.call(replace(FILES, method="PUT"), body={"a": 1})
    assert other.requests == []


# Nothing shows


@pytest.mark.parametrize(
    "auth",
    [
        *(auth for auth, _, _ in ALL_KINDS),
        KeyAuth(SECRET, query="gate"),
        KeyAuth(f"{SECRET} /", query="gate"),
    ],
    ids=lambda auth: f"{type(auth).__name__}-{auth.place_name[0]}",
)
def test_credentials_show_nowhere(
    colour_caller: Caller,
    server: WireServer,
    files: Any,
    auth: Any,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)

    def echo(request: Any) -> Answer:
        values = [value for _, value in request.headers]
        return json_answer({"code": "NO", "message": f"{request.target} {values}"}, 401)

    server.default = echo
    colour_caller.settings.update(service_urls=files, service_auth=auth, max_retries=0)
    with pytest.raises(AuthenticationError) as caught:
        colour_caller.call(FILES)
    error = caught.value
    request = error.request
    assert request is not None
    shown = [*traceback.format_exception(error), repr(error), repr(request), request.url]
    shown += [repr(request.headers), str(list(request.headers.values())), caplog.text, repr(auth)]
    shown.append(repr(pickle.dumps(request)))
    sent = [value for name, value in server.last.headers if name in ("authorization", "cookie")]
    secrets = [SECRET, *(one.rpartition(" ")[2] for one in sent)]
    for secret in secrets:
        assert not [text for text in shown if secret in text], secret


def test_a_redirect_that_repeats_a_credential_does_not_show_it(
    colour_caller: Caller, server: WireServer, files: Any
) -> None:
    server.answers.append(Answer(302, headers={"Location": f"/last?gate={SECRET}"}))
    server.default = Answer(401)
    colour_caller.settings.update(service_urls=files, service_auth=KeyAuth(SECRET, query="gate"))
    with pytest.raises(AuthenticationError) as caught:
        colour_caller.call(FILES)
    assert server.last.target == f"/last?gate={SECRET}"
    assert caught.value.request is not None
    assert caught.value.request.url == f"{server.url}/last?gate=***"


def test_basic_credentials_are_utf_8(server: WireServer, files: Any) -> None:
    with Demo(service_urls=files, service_auth=BasicAuth("ä", "ß")) as client:
        Things(client).call(FILES)
    encoded = str(server.last.header("authorization")).removeprefix("Basic ")
    assert b64decode(encoded).decode() == "ä:ß"


def test_credentials_are_not_pickled() -> None:
    with pytest.raises(TypeError, match="can't be pickled"):
        pickle.dumps(BearerAuth(SECRET))


def test_retries_keep_their_credentials(server: WireServer, files: Any) -> None:
    server.answers.append(Answer(503))
    auth = KeyAuth("k", query="t")
    policy = RetryPolicy(first_delay=0)
    with Demo(service_urls=files, service_auth=auth) as client:
        Things(client.with_options(retry=policy)).call(FILES)
    assert [r.target for r in server.requests] == ["/f?t=k", "/f?t=k"]
