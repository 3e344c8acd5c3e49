"""Sessions: renewed in time, once for all who need it, whoever is interrupted."""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import threading
import traceback
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx2
import pytest
from hoody_codegen.runtime import Credentials, RetryPolicy, Session
from hoody_codegen.runtime.errors import (
    AuthenticationError,
    InternalServerError,
)
from support.runtime_calls import INFO, AsyncThings, Demo, Things, operation
from support.sign_in_server import (
    ME,
    PASSWORD,
    SIGNED,
    AsyncSigned,
    Signed,
    SignInServer,
    User,
    login,
)
from support.wire_server import Answer, json_answer

# Renewing


def test_a_refused_token_is_renewed_and_the_call_sent_again(
    user: User, auth_server: SignInServer
) -> None:
    session = Session("old-token", refresh_token="refresh-token-1")

    def do(client: Any, call: Any) -> Any:
        return (yield call(client, operation("POST", "/me"), body={"a": 1}))

    assert user.run(do, token=session) == {"name": "ada"}
    sent = [(r.path, r.header("authorization"), r.body) for r in auth_server.requests]
    assert sent == [
        ("/me", "Bearer old-token", b'{"a":1}'),
        ("/refresh", None, b'{"refreshToken":"refresh-token-1"}'),
        ("/me", "Bearer access-token-2", b'{"a":1}'),
    ]
    # Beside the budget: there were no retries to spend.
    assert user.time.waits == []
    assert session.refresh_token == "refresh-token-2"


def test_a_new_token_that_is_refused_too_is_an_error(user: User, auth_server: SignInServer) -> None:
    auth_server.default = lambda request: (
        auth_server.answer(request) if request.path == "/refresh" else json_answer({}, 401)
    )

    def do(client: Any, call: Any) -> Any:
        with pytest.raises(AuthenticationError):
            yield call(client, ME)

    user.run(do, token=Session("old-token", refresh_token="refresh-token-1"))
    assert (auth_server.count("/me"), auth_server.count("/refresh")) == (2, 1)


def test_a_body_that_can_not_be_replayed_is_not_sent_again(
    user: User, auth_server: SignInServer
) -> None:
    session = Session("old-token", refresh_token="refresh-token-1")
    upload = operation("POST", "/me", media_type="application/octet-stream")

    def do(client: Any, call: Any) -> Any:
        with pytest.raises(AuthenticationError, match="can't be sent twice"):
            yield call(client, upload, body=iter([b"once"]))
        # The token is new all the same: the next try succeeds.
        yield call(client, upload, body=iter([b"again"]))

    user.run(do, token=session)
    assert auth_server.count("/me") == 2
    assert auth_server.count("/refresh") == 1


def test_what_refuses_the_refresh_is_the_cause(user: User, auth_server: SignInServer) -> None:
    session = Session("old-token", refresh_token="stolen-refresh-token")

    def do(client: Any, call: Any) -> Any:
        for _ in range(2):
            with pytest.raises(AuthenticationError) as caught:
                yield call(client, ME)
            assert caught.value.code == "TOKEN_EXPIRED"
            cause = caught.value.__cause__
            assert isinstance(cause, AuthenticationError)
            assert cause.operation is not None
            assert cause.operation.path == "/refresh"
            assert "stolen" not in "".join(traceback.format_exception(caught.value))

    user.run(do, token=session)
    # A refresh token that was refused isn't tried again.
    assert auth_server.count("/refresh") == 1


def test_a_refresh_that_breaks_may_be_tried_later(user: User, auth_server: SignInServer) -> None:
    auth_server.refresh_answer = Answer(500)

    def do(client: Any, call: Any) -> Any:
        with pytest.raises(AuthenticationError) as caught:
            yield call(client, ME)
        assert isinstance(caught.value.__cause__, InternalServerError)
        auth_server.refresh_answer = None
        return (yield call(client, ME))

    token = Session("old-token", refresh_token="refresh-token-1")
    assert user.run(do, token=token) == {"name": "ada"}


def test_credentials_stand_in_for_a_refused_refresh_token(
    user: User, auth_server: SignInServer
) -> None:
    session = Session(
        "old-token",
        refresh_token="too-old",
        credentials=Credentials(username="ada", password=PASSWORD),
    )

    def do(client: Any, call: Any) -> Any:
        return (yield call(client, ME))

    assert user.run(do, token=session) == {"name": "ada"}
    assert [r.path for r in auth_server.requests] == ["/me", "/refresh", "/login", "/me"]


def test_a_token_is_renewed_shortly_before_it_expires(
    user: User, auth_server: SignInServer
) -> None:
    def do(client: Any, call: Any) -> Any:
        signed = yield login(client)
        yield call(signed, ME)
        user.time.now += 3600 - 31
        yield call(signed, ME)
        assert auth_server.count("/refresh") == 0
        user.time.now += 2
        yield call(signed, ME)
        yield call(signed, ME)

    user.run(do)
    assert auth_server.count("/refresh") == 1
    assert auth_server.last.header("authorization") == "Bearer access-token-3"


def test_a_short_life_is_used(user: User, auth_server: SignInServer) -> None:
    auth_server.lifetime = 10

    def do(client: Any, call: Any) -> Any:
        signed = yield login(client)
        user.time.now += 8
        yield call(signed, ME)
        assert auth_server.count("/refresh") == 0
        user.time.now += 1.5
        yield call(signed, ME)

    user.run(do)
    assert auth_server.count("/refresh") == 1


def test_an_early_renewal_that_fails_leaves_the_token_in_use(
    user: User, auth_server: SignInServer
) -> None:
    auth_server.refresh_answer = Answer(503)

    def do(client: Any, call: Any) -> Any:
        signed = yield login(client)
        user.time.now += 3599
        yield call(signed, ME)

    user.run(do)
    assert auth_server.count("/refresh") == 1
    assert auth_server.last.header("authorization") == "Bearer access-token-2"


def test_a_session_without_means_raises_what_the_server_said(user: User) -> None:
    def do(client: Any, call: Any) -> Any:
        with pytest.raises(AuthenticationError) as caught:
            yield call(client, ME)
        assert caught.value.__cause__ is None

    user.run(do, token=Session("old-token"))


def test_a_token_function_is_asked_again_once(user: User, auth_server: SignInServer) -> None:
    given = iter(["old-token", "access-token-1", "same", "same"])

    def do(client: Any, call: Any) -> Any:
        yield call(client, ME)
        with pytest.raises(AuthenticationError):
            yield call(client, ME)

    user.run(do, token=lambda: next(given))
    # The same token again would only be refused again.
    assert auth_server.count("/me") == 3


def test_changes_are_told(user: User, auth_server: SignInServer) -> None:
    stored: list[str] = []

    def store(session: Session) -> None:
        stored.append(json.dumps(session.to_dict()))

    async def async_store(session: Session) -> None:
        store(session)

    on_change = async_store if user.colour == "async" else store
    session = Session("old-token", refresh_token="refresh-token-1", on_change=on_change)

    def do(client: Any, call: Any) -> Any:
        yield call(client, ME)
        yield client._log_out()

    user.run(do, token=session)
    first, last = stored
    again = Session.from_dict(json.loads(first))
    assert (again.token, again.refresh_token) == ("access-token-2", "refresh-token-2")
    assert json.loads(last) == {"token": None, "refresh_token": None, "expires_at": None}


def test_a_failing_store_is_logged_and_the_call_goes_on(
    user: User, caplog: pytest.LogCaptureFixture
) -> None:
    def store(session: Session) -> None:
        raise OSError("disk full")

    def do(client: Any, call: Any) -> Any:
        return (yield call(client, ME))

    session = Session("old-token", refresh_token="refresh-token-1", on_change=store)
    assert user.run(do, token=session) == {"name": "ada"}
    assert "disk full" in caplog.text


# Many at once


def test_fifty_threads_refresh_once(auth_server: SignInServer) -> None:
    together = threading.Barrier(50, timeout=20)
    auth_server.gate = together.wait
    session = Session("old-token", refresh_token="refresh-token-1")
    with Signed(token=session, base_url=auth_server.url) as client:
        things = Things(client)
        with ThreadPoolExecutor(50) as pool:
            found = list(pool.map(lambda _: things.call(ME), range(50)))
    assert found == [{"name": "ada"}] * 50
    assert auth_server.count("/refresh") == 1
    tokens = [r.header("authorization") for r in auth_server.requests if r.path == "/me"]
    assert tokens.count("Bearer old-token") == 50
    assert tokens.count("Bearer access-token-2") == 50


async def test_five_hundred_tasks_refresh_once(auth_server: SignInServer) -> None:
    session = Session("old-token", refresh_token="refresh-token-1")
    async with (
        httpx2.AsyncClient(limits=httpx2.Limits(max_connections=100)) as http_client,
        AsyncSigned(token=session, base_url=auth_server.url, http_client=http_client) as client,
    ):
        things = AsyncThings(client)
        found = await asyncio.gather(*(things.call(ME) for _ in range(500)))
    assert found == [{"name": "ada"}] * 500
    assert auth_server.count("/refresh") == 1
    tokens = [r.header("authorization") for r in auth_server.requests if r.path == "/me"]
    assert tokens.count("Bearer old-token") >= 100
    assert tokens.count("Bearer access-token-2") == 500


def test_threads_and_tasks_share_a_flight(auth_server: SignInServer) -> None:
    together = threading.Barrier(20, timeout=20)
    auth_server.gate = together.wait
    session = Session("old-token", refresh_token="refresh-token-1")

    async def tasks() -> list[Any]:
        async with AsyncSigned(token=session, base_url=auth_server.url) as client:
            return await asyncio.gather(*(AsyncThings(client).call(ME) for _ in range(10)))

    with (
        Signed(token=session, base_url=auth_server.url) as client,
        ThreadPoolExecutor(11) as pool,
    ):
        calls = [pool.submit(Things(client).call, ME) for _ in range(10)]
        others = pool.submit(asyncio.run, tasks())
        found = [call.result() for call in calls] + others.result()
    assert found == [{"name": "ada"}] * 20
    assert auth_server.count("/refresh") == 1


@pytest.mark.parametrize("answer", [Answer(500), json_answer({"message": "gone"}, 401)])
def test_a_refresh_that_fails_fails_all_threads_alike(
    auth_server: SignInServer, answer: Answer
) -> None:
    together = threading.Barrier(20, timeout=20)
    auth_server.gate = together.wait
    waiting = threading.Event()
    auth_server.refresh_answer = answer
    auth_server.refreshing = lambda: waiting.wait(0.3)
    session = Session("old-token", refresh_token="refresh-token-1")

    def call(client: Demo) -> BaseException | None:
        with pytest.raises(AuthenticationError) as caught:
            Things(client).call(ME)
        assert caught.value.code == "TOKEN_EXPIRED"
        return caught.value.__cause__

    policy = RetryPolicy(max_retries=0)
    with Signed(token=session, base_url=auth_server.url) as opened, ThreadPoolExecutor(20) as pool:
        client = opened.with_options(retry=policy)
        causes = list(pool.map(call, [client] * 20))
    assert len({id(cause) for cause in causes}) == 1
    assert auth_server.count("/refresh") == 1


async def test_who_is_cancelled_does_not_lose_the_token_for_the_others(
    auth_server: SignInServer,
) -> None:
    asked = threading.Event()
    go = threading.Event()

    def refreshing() -> None:
        asked.set()
        go.wait(20)

    auth_server.refreshing = refreshing
    session = Session("old-token", refresh_token="refresh-token-1")
    async with AsyncSigned(token=session, base_url=auth_server.url) as client:
        first = asyncio.create_task(AsyncThings(client).call(ME))
        await asyncio.to_thread(asked.wait, 20)
        second = asyncio.create_task(AsyncThings(client).call(ME))
        first.cancel()
        with pytest.raises(asyncio.CancelledError):
            await first
        go.set()
        assert await second == {"name": "ada"}
    assert session.token == "access-token-2"
    assert auth_server.count("/refresh") == 1


async def test_a_call_that_holds_up_the_loop_does_not_wait_for_it(
    auth_server: SignInServer,
) -> None:
    asked = threading.Event()
    go = threading.Event()

    def refreshing() -> None:
        asked.set()
        go.wait(20)

    auth_server.refreshing = refreshing
    auth_server.refresh_answer = Answer(400)
    session = Session("old-token", refresh_token="refresh-token-1")
    async with AsyncSigned(token=session, base_url=auth_server.url) as client:
        task = asyncio.create_task(AsyncThings(client).call(ME))
        await asyncio.to_thread(asked.wait, 20)
        auth_server.refreshing = lambda: None
        auth_server.refresh_answer = None
        with Signed(token=session, base_url=auth_server.url) as blocking:
            assert Things(blocking).call(ME) == {"name": "ada"}
        go.set()
        assert await task == {"name": "ada"}
        await asyncio.gather(*(asyncio.all_tasks() - {asyncio.current_task()}))
    # What was refused late isn't what the session has now.
    assert session.refresh_token == "refresh-token-2"


def test_a_loop_that_ends_in_a_renewal_leaves_it_to_others(auth_server: SignInServer) -> None:
    asked = threading.Event()
    go = threading.Event()

    def refreshing() -> None:
        asked.set()
        go.wait(20)

    auth_server.refreshing = refreshing
    auth_server.refresh_answer = Answer(200, fault="close")
    session = Session("old-token", refresh_token="refresh-token-1")

    async def leave() -> None:
        client = AsyncSigned(token=session, base_url=auth_server.url)
        task = asyncio.create_task(AsyncThings(client).call(ME))
        await asyncio.to_thread(asked.wait, 20)
        task.cancel()
        await client.aclose()

    asyncio.run(leave())
    go.set()
    auth_server.refresh_answer = None
    with Signed(token=session, base_url=auth_server.url) as client:
        assert Things(client).call(ME) == {"name": "ada"}


class Interrupted(Signed):
    def _sign(self, steps: Any) -> None:
        raise KeyboardInterrupt


def test_a_renewal_that_never_began_is_left_to_others(auth_server: SignInServer) -> None:
    session = Session("old-token", refresh_token="refresh-token-1")

    async def leave() -> None:
        async with AsyncSigned(token=session, base_url=auth_server.url) as client:
            waiting = asyncio.ensure_future(client._session_token(session, "old-token"))
            await asyncio.sleep(0)
            (renewing,) = asyncio.all_tasks() - {asyncio.current_task(), waiting}
            waiting.cancel()
            renewing.cancel()
            await asyncio.wait([waiting, renewing])

    asyncio.run(leave())
    assert auth_server.requests == []
    found: list[object] = []
    with Signed(token=session, base_url=auth_server.url) as client:
        # A thread that may be left behind, if it should wait for ever.
        thread = threading.Thread(target=lambda: found.append(Things(client).call(ME)), daemon=True)
        thread.start()
        thread.join(10)
    assert found == [{"name": "ada"}]


def test_signing_in_takes_the_address_without_a_realm() -> None:
    class Realms(Signed):
        _info = SIGNED._replace(services=INFO.services)

    with Realms(base_url="https://api.example.test", realm="r1") as client:
        assert client.url("api") == "https://r1.api.example.test"
        assert client._bare(None).url("api") == "https://api.example.test"


def test_an_interrupted_renewal_is_taken_up_by_another(auth_server: SignInServer) -> None:
    session = Session("old-token", refresh_token="refresh-token-1")
    with (
        Interrupted(token=session, base_url=auth_server.url) as client,
        pytest.raises(KeyboardInterrupt),
    ):
        Things(client).call(ME)
    with Signed(token=session, base_url=auth_server.url) as client:
        assert Things(client).call(ME) == {"name": "ada"}
    assert auth_server.count("/refresh") == 1


def _in_child(session: Session, results: Any) -> None:
    found = session.board("old", 0)
    results.put(isinstance(found, tuple) and found[1])


def test_a_child_process_renews_for_itself() -> None:
    """Whoever renews in the parent isn't there in a forked child."""
    session = Session("old", refresh_token="r")
    assert isinstance(session.board("old", 0), tuple)
    context = multiprocessing.get_context("fork")
    results = context.Queue()
    session._lock.acquire()
    try:
        child = context.Process(target=_in_child, args=(session, results))
        child.start()
    finally:
        session._lock.release()
    assert results.get(timeout=20) is True
    child.join()
    results.close()
