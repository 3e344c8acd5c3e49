"""Signing in, the second factor and signing out, by calls that are the same in both colours."""

from __future__ import annotations

import copy
import logging
import pickle
import traceback
from typing import Any

import pytest
from hoody_codegen.runtime import Credentials, SecondFactorRequiredError, Session
from hoody_codegen.runtime.errors import (
    APIResponseValidationError,
    AuthenticationError,
    BadRequestError,
    ConfigurationError,
    InternalServerError,
    MissingTokenError,
)
from support.runtime_calls import Demo, operation
from support.sign_in_server import (
    CODE,
    ME,
    PASSWORD,
    Signed,
    SignInServer,
    User,
    login,
)
from support.wire_server import Answer, json_answer

SECRETS = (PASSWORD, CODE, "access-token", "refresh-token", "ticket-1234")


# Signing in


@pytest.mark.parametrize("who", [{"username": "ada"}, {"email": "ada@example.test"}])
def test_login_gives_a_signed_in_copy(user: User, auth_server: SignInServer, who: Any) -> None:
    def do(client: Any, call: Any) -> Any:
        signed = yield client._log_in(Credentials(password=PASSWORD, **who))
        assert signed._connections is client._connections
        assert client.session is None
        assert signed.session.to_dict() == {
            "token": "access-token-2",
            "refresh_token": "refresh-token-2",
            "expires_at": user.time.now + 3600,
        }
        return (yield call(signed, ME))

    assert user.run(do) == {"name": "ada"}
    assert auth_server.requests[0].json() == {**who, "password": PASSWORD}
    assert auth_server.requests[0].header("authorization") is None


def test_a_wrong_password_raises_the_documented_error(user: User) -> None:
    wrong = PASSWORD[::-1]  # a traceback shows the lines of this file

    def do(client: Any, call: Any) -> Any:
        with pytest.raises(AuthenticationError) as caught:
            yield login(client, password=wrong)
        assert caught.value.code == "BAD_PASSWORD"
        assert caught.value.title == "Wrong"
        assert wrong not in "".join(traceback.format_exception(caught.value))

    user.run(do)


@pytest.mark.parametrize("who", [{}, {"username": "ada", "email": "a@b"}, {"login": "ada"}])
def test_login_needs_one_name_that_the_api_knows(
    user: User, auth_server: SignInServer, who: Any
) -> None:
    def do(client: Any, call: Any) -> Any:
        with pytest.raises(ConfigurationError, match="one of username, email, and a password"):
            yield client._log_in(Credentials(password=PASSWORD, **who))

    user.run(do)
    assert auth_server.requests == []


def test_an_answer_without_a_token_is_an_error(user: User, auth_server: SignInServer) -> None:
    auth_server.answers.append(json_answer({"data": {"auth_intent_token": "x"}}))

    def do(client: Any, call: Any) -> Any:
        with pytest.raises(APIResponseValidationError, match="no text in 'token'"):
            yield login(client)

    user.run(do)


def test_credentials_sign_in_when_a_token_is_first_needed(
    user: User, auth_server: SignInServer
) -> None:
    def do(client: Any, call: Any) -> Any:
        assert auth_server.requests == []
        yield call(client, operation(path="/open", security=()))
        assert auth_server.count("/login") == 0
        yield call(client, ME)
        yield call(client, ME)

    auth_server.answers.append(json_answer({}))
    user.run(do, credentials=Credentials(username="ada", password=PASSWORD))
    assert auth_server.count("/login") == 1


def test_the_environment_has_no_word_beside_credentials(
    user: User, auth_server: SignInServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DEMO_TOKEN", "somebody-else")

    def do(client: Any, call: Any) -> Any:
        yield call(client, ME)

    user.run(do, credentials=Credentials(username="ada", password=PASSWORD))
    assert auth_server.last.header("authorization") == "Bearer access-token-2"


# The second factor


def test_a_second_factor_may_be_asked_for(user: User, auth_server: SignInServer) -> None:
    auth_server.second_factor = True
    asked = []

    def code() -> str:
        asked.append(1)
        return CODE

    async def async_code() -> str:
        return code()

    def do(client: Any, call: Any) -> Any:
        signed = yield login(client, code=CODE)
        yield call(signed, ME)
        signed = yield login(client, code=async_code if user.colour == "async" else code)
        yield call(signed, ME)

    user.run(do)
    assert asked == [1]
    assert auth_server.requests[1].json() == {"temp_token": "ticket-1234", "code": CODE}


def test_an_async_code_function_needs_the_async_client(auth_server: SignInServer) -> None:
    auth_server.second_factor = True

    async def code() -> str:
        return CODE

    with Signed(base_url=auth_server.url) as client, pytest.raises(TypeError, match="async client"):
        login(client, code=code)


def test_a_missing_code_lets_the_caller_go_on(user: User, auth_server: SignInServer) -> None:
    auth_server.second_factor = True

    def do(client: Any, call: Any) -> Any:
        with pytest.raises(SecondFactorRequiredError, match="second factor") as caught:
            yield login(client)
        pending = caught.value
        assert pending.method == "totp"
        with pytest.raises(BadRequestError):
            yield client._complete_login(pending, "999999")
        signed = yield client._complete_login(pending, CODE)
        yield call(signed, ME)

    user.run(do)
    assert auth_server.count("/login") == 1


def test_a_missing_code_of_a_lazy_login_lets_the_caller_go_on(
    user: User, auth_server: SignInServer
) -> None:
    auth_server.second_factor = True

    def do(client: Any, call: Any) -> Any:
        with pytest.raises(SecondFactorRequiredError) as caught:
            yield call(client, ME)
        yield client._complete_login(caught.value, CODE)
        return (yield call(client, ME))

    found = user.run(do, credentials=Credentials(username="ada", password=PASSWORD))
    assert found == {"name": "ada"}
    assert auth_server.count("/login") == 1


def test_a_copied_error_can_not_finish_and_shows_nothing(
    user: User, auth_server: SignInServer
) -> None:
    auth_server.second_factor = True

    def do(client: Any, call: Any) -> Any:
        with pytest.raises(SecondFactorRequiredError) as caught:
            yield login(client)
        for again in (copy.copy(caught.value), pickle.loads(pickle.dumps(caught.value))):
            assert str(again) == str(caught.value)
            assert again.method == "totp"
            with pytest.raises(ConfigurationError, match="sign in again"):
                yield client._complete_login(again, CODE)
        assert b"ticket-1234" not in pickle.dumps(caught.value)

    user.run(do)


# Signing out


def test_logout_ends_the_session_on_both_sides(user: User, auth_server: SignInServer) -> None:
    def do(client: Any, call: Any) -> Any:
        signed = yield login(client)
        yield signed._log_out()
        assert signed.session.to_dict() == {
            "token": None,
            "refresh_token": None,
            "expires_at": None,
        }
        with pytest.raises(MissingTokenError, match="signed out"):
            yield call(signed, ME)
        yield signed._log_out()

    user.run(do)
    assert auth_server.last.path == "/logout"
    assert auth_server.last.header("authorization") == "Bearer access-token-2"
    assert auth_server.count("/logout") == 1


def test_a_token_that_is_refused_on_logout_is_no_error(
    user: User, auth_server: SignInServer
) -> None:
    session = Session("old-token", refresh_token="refresh-token-1")

    def do(client: Any, call: Any) -> Any:
        yield client._log_out()

    user.run(do, token=session)
    assert session.token is None
    assert auth_server.count("/refresh") == 0


def test_a_logout_that_fails_forgets_the_tokens_all_the_same(
    user: User, auth_server: SignInServer
) -> None:
    auth_server.default = Answer(500)
    session = Session("old-token", refresh_token="refresh-token-1")

    def do(client: Any, call: Any) -> Any:
        with pytest.raises(InternalServerError):
            yield client._log_out()

    user.run(do, token=session)
    assert session.to_dict()["refresh_token"] is None


def test_a_plain_token_can_be_signed_out(user: User, auth_server: SignInServer) -> None:
    def do(client: Any, call: Any) -> Any:
        yield client._log_out()

    user.run(do, token="access-token-1")
    assert auth_server.last.path == "/logout"


# Secrets


def test_nothing_secret_shows(user: User, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    user.server.second_factor = True  # type: ignore[attr-defined]
    credentials = Credentials(username="ada", password=PASSWORD, code="000000")
    shown = [repr(credentials)]

    def do(client: Any, call: Any) -> Any:
        session = client.session
        shown.extend([repr(session), repr(client), repr(client._settings)])
        with pytest.raises(BadRequestError) as caught:
            yield call(client, ME)
        error = caught.value
        shown.extend([*traceback.format_exception(error), repr(error), repr(error.request)])
        shown.append(repr(vars(error.request)))
        session.update("access-token-9", refresh_token="refresh-token-9")
        shown.append(repr(session))

    user.run(do, token=Session(credentials=credentials))
    shown.append(caplog.text)
    for secret in SECRETS:
        assert not [text for text in shown if secret in text], secret


@pytest.mark.parametrize(
    "secret", [Session("t"), Credentials(username="u", password=PASSWORD)], ids=repr
)
def test_secrets_are_not_pickled(secret: object) -> None:
    for way in (pickle.dumps, copy.deepcopy):
        with pytest.raises(TypeError, match="can't be pickled"):
            way(secret)


def test_an_api_without_a_sign_in_says_so() -> None:
    with pytest.raises(ConfigurationError, match="no sign-in"):
        Demo(credentials=Credentials(username="u", password="p"))
    with pytest.raises(ConfigurationError, match="no sign-in"):
        Demo(token=Session(credentials=Credentials(username="u", password="p")))
    with (
        Demo(token="t") as client,
        pytest.raises(ConfigurationError, match="no sign-in"),
    ):
        client._log_in(Credentials(username="u", password="p"))
    with pytest.raises(ConfigurationError, match="to the session"):
        Signed(token=Session("t"), credentials=Credentials(username="u", password="p"))
