"""The generated Hoody client: signing in as its API describes it, and its two families of
addresses."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any, Final

import pytest
from hoody import AsyncHoody, Credentials, Hoody, Session, errors
from support.wire_server import Answer, Recorded, WireServer, json_answer

PASSWORD: Final = "pass-word-9"
CONTAINER: Final = {"project_id": "P", "id": "C", "server_name": "node-us"}


class Account(WireServer):
    """Answers like the documented examples; the latest access token alone is good."""

    def __init__(self) -> None:
        super().__init__()
        self.issued = 0
        self.second_factor = False
        self.default = self._answer

    def _answer(self, request: Recorded) -> Answer:
        match request.path.removeprefix("/api/v1/users/auth/"):
            case "login" if request.json() == {"username": "ada", "password": PASSWORD}:
                if not self.second_factor:
                    return self._tokens(expires_in=86400)
                step = {"requires_2fa": True, "temp_token": "tmp-12345678", "method": "totp"}
                return _ok(step)
            case "2fa/verify" if request.json() == {"temp_token": "tmp-12345678", "code": "1"}:
                return self._tokens()
            case "refresh" if request.json() == {"refreshToken": f"refresh-{self.issued}"}:
                return self._tokens(expires_in=86400)
            case "logout":
                return _ok(None)
            case "me" if request.header("authorization") == f"Bearer access-{self.issued}":
                return _ok({"id": "1", "username": "ada"})
            case _:
                message = "The provided authentication token has expired"
                body = {"statusCode": 401, "error": "Unauthorized", "message": message}
                return json_answer(body, 401)

    def _tokens(self, **more: Any) -> Answer:
        self.issued += 1
        tokens = {"token": f"access-{self.issued}", "refreshToken": f"refresh-{self.issued}"}
        return _ok({**tokens, **more, "user": {"id": "1"}})


def _ok(data: Any) -> Answer:
    return json_answer({"statusCode": 200, "message": "Done", "data": data})


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[Account]:
    for name in ("TOKEN", "BASE_URL", "REALM", "PROJECT_ID", "CONTAINER_ID", "SERVER"):
        monkeypatch.delenv(f"HOODY_{name}", raising=False)
    running = Account()
    yield running
    running.close()


def test_a_whole_sign_in(account: Account) -> None:
    with Hoody(base_url=account.url) as hoody:
        signed = hoody.login(username="ada", password=PASSWORD)
        assert signed.api.authentication.get_current_user().username == "ada"
        assert signed.session is not None
        again = hoody.with_options(token=Session.from_dict(signed.session.to_dict()))
        assert again.api.authentication.get_current_user().username == "ada"
        signed.logout()
        with pytest.raises(errors.MissingTokenError, match="signed out"):
            signed.api.authentication.get_current_user()
        with pytest.raises(errors.AuthenticationError):
            hoody.login(username="ada", password="no")


def test_the_second_factor(account: Account) -> None:
    account.second_factor = True
    with Hoody(base_url=account.url) as hoody:
        with pytest.raises(errors.SecondFactorRequiredError) as caught:
            hoody.login(username="ada", password=PASSWORD)
        assert caught.value.method == "totp"
        with pytest.raises(errors.AuthenticationError):
            hoody.complete_login(caught.value, "2")
        signed = hoody.complete_login(caught.value, "1")
        assert signed.api.authentication.get_current_user().username == "ada"


async def test_credentials_and_a_refused_token(account: Account) -> None:
    credentials = Credentials(username="ada", password=PASSWORD)
    async with AsyncHoody(credentials=credentials, base_url=account.url) as hoody:
        assert (await hoody.api.authentication.get_current_user()).username == "ada"
        assert hoody.session is not None
        hoody.session.update("old", refresh_token="refresh-1")
        assert (await hoody.api.authentication.get_current_user()).username == "ada"
    paths = [request.path.rpartition("/")[2] for request in account.requests]
    assert paths == ["login", "me", "me", "refresh", "me"]


@pytest.mark.parametrize("family", ["hoody.com", "hoody.icu"])
def test_both_families_of_addresses(account: Account, family: str) -> None:
    with Hoody(token="t", base_url=f"https://api.{family}") as hoody:
        box = hoody.container(CONTAINER)
        node = f"node-us.containers.{family}"
        assert hoody.url("api") == f"https://api.{family}"
        assert box.url("files") == f"https://P-C-files-1.{node}"
        assert box.url("notifications") == f"https://P-C-n-1.{node}"
        assert box.url("proxy_logs") == f"https://P-C-logs-1.{node}"
        assert box.url("http", port=8080) == f"https://P-C-http-8080.{node}"
        assert box.url("ssh") == f"https://P-C-ssh.{node}"
        third = hoody.container(CONTAINER, index={"terminal": 3})
        assert third.url("terminal") == f"https://P-C-terminal-3.{node}"
        realm = "507f1f77bcf86cd799439011"
        assert hoody.with_realm(realm).url("api") == f"https://{realm}.api.{family}"


def test_incomplete_addresses_say_what_is_missing(account: Account) -> None:
    with Hoody(token="t") as hoody:
        assert hoody.url("api") == "https://api.hoody.com"
        with pytest.raises(errors.ConfigurationError, match=r"HOODY_PROJECT_ID.*server_name"):
            hoody.container()
        with pytest.raises(errors.AddressError, match=r"needs projectId .*container\(…\)"):
            hoody.url("files")
        with pytest.raises(errors.AddressError, match="24"):
            hoody.with_realm("mine")


def test_the_token_of_the_account_stays_with_the_account(account: Account) -> None:
    with Hoody(token="t", service_urls={"daemon": account.url}) as hoody:
        box = hoody.container(CONTAINER)
        with pytest.raises(errors.AuthenticationError):
            box.daemon.health.check()
    assert account.last.header("authorization") is None


def test_a_terminal_in_the_path_is_asked_for() -> None:
    with Hoody(token="t") as hoody:
        sessions = hoody.terminal.sessions
        assert "terminal_id" in inspect.signature(sessions.delete).parameters
        assert "terminal_id" not in inspect.signature(sessions.get_raw_output).parameters
