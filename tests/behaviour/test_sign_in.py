"""Signing in by a generated client, and who gets which credentials."""

from __future__ import annotations

from collections.abc import Iterator
from inspect import isawaitable
from pathlib import Path
from typing import Any

import pytest
from hoody_codegen.config import Scope, ScopeArgument, SecondFactor, SignIn
from support.sign_in_server import CODE, PASSWORD, SignInServer
from support.source import ROOT

SPEC = (ROOT / "tests" / "golden" / "sign_in" / "spec.yaml").read_text(encoding="utf-8")
SIGN_IN = SignIn(
    login="login",
    identity=("username", "email"),
    password="password",
    token="token",
    refresh_token="refreshToken",
    expires_in="expires_in",
    refresh="refresh",
    refresh_field="refreshToken",
    logout="logout",
    second_factor=SecondFactor(
        operation="verify",
        needed="requires_2fa",
        ticket="temp_token",
        ticket_field="temp_token",
        code="code",
        method="method",
    ),
)


@pytest.fixture
def server() -> Iterator[SignInServer]:
    running = SignInServer()
    running.envelope = None
    yield running
    running.close()


@pytest.fixture
def shop(generate: Any, server: SignInServer) -> Any:
    return generate(SPEC, sign_in=SIGN_IN, client={"token": None})


async def _wait(value: Any) -> Any:
    return await value if isawaitable(value) else value


async def _me(client: Any) -> Any:
    return await _wait(client.shop.users.get_me())


async def test_login_and_logout(shop: Any, server: SignInServer) -> None:
    signed = await _wait(shop.client.login(username="ada", password=PASSWORD))
    assert (await _me(signed)).name == "ada"
    assert type(signed) is type(shop.client)
    stored = signed.session.to_dict()
    again = shop.client.with_options(token=shop.module.Session.from_dict(stored))
    assert (await _me(again)).name == "ada"
    await _wait(signed.logout())
    with pytest.raises(shop.module.errors.MissingTokenError):
        await _me(signed)
    # The other client still has the token, and the server knows it is no good any more.
    with pytest.raises(shop.module.errors.TokenExpired) as caught:
        await _me(again)
    assert type(caught.value.__cause__) is shop.module.errors.AuthenticationError
    assert server.count("/logout") == 1


async def test_documented_errors_of_signing_in_have_their_classes(shop: Any) -> None:
    errors = shop.module.errors
    with pytest.raises(errors.BadPassword, match="Wrong password"):
        await _wait(shop.client.login(email="ada@example.test", password="not it"))
    with pytest.raises(errors.ConfigurationError, match="one of username, email"):
        await _wait(shop.client.login(password="x"))


async def test_the_second_factor(shop: Any, server: SignInServer) -> None:
    server.second_factor = True
    errors = shop.module.errors
    with pytest.raises(errors.SecondFactorRequiredError) as caught:
        await _wait(shop.client.login(username="ada", password=PASSWORD))
    with pytest.raises(errors.BadRequestError):
        await _wait(shop.client.complete_login(caught.value, "000000"))
    signed = await _wait(shop.client.complete_login(caught.value, CODE))
    assert (await _me(signed)).name == "ada"
    signed = await _wait(shop.client.login(username="ada", password=PASSWORD, code=lambda: CODE))
    assert (await _me(signed)).name == "ada"


async def test_credentials_of_the_client(generate: Any, server: SignInServer) -> None:
    made = generate(SPEC, sign_in=SIGN_IN)
    credentials = made.module.Credentials(username="ada", password=PASSWORD)
    client = type(made.client)(credentials=credentials, base_url=server.url)
    assert (await _me(client)).name == "ada"
    server.issued += 1  # another client has signed in: the token is no good any more
    assert (await _me(client)).name == "ada"
    assert [r.path for r in server.requests] == [
        "/login",
        "/me",
        "/me",
        "/refresh",
        "/login",
        "/me",
    ]
    await _wait(client.aclose() if made.is_async else client.close())


async def test_without_a_sign_in_there_is_no_login(generate: Any) -> None:
    made = generate(SPEC)
    assert not hasattr(made.client, "login")
    assert not hasattr(made.module, "Session")


MERGED = """\
openapi: 3.1.0
info: {title: Whole, version: 1.0.0, x-namespace: api}
servers:
  - {url: "https://api.example.test"}
  - url: https://{id}-notes-{index}.example.test
    variables: {id: {default: ""}, index: {default: "1"}}
security: []
paths:
  /account:
    get:
      operationId: api_getAccount
      tags: ["api:Accounts"]
      security: [{account: []}]
      responses: {"204": {description: Ok}}
  /notes:
    get:
      operationId: notes_list
      tags: ["notes:Notes"]
      security: [{}, {identity: []}, {user: [], role: []}]
      responses: {"204": {description: Ok}}
components:
  securitySchemes:
    account: {type: http, scheme: bearer}
    identity: {type: http, scheme: bearer}
    user: {type: apiKey, in: query, name: username}
    role: {type: apiKey, in: query, name: role}
"""


async def test_the_token_of_the_account_is_not_for_other_services(
    generate: Any, server: SignInServer
) -> None:
    scope = Scope(name="box", arguments=(ScopeArgument("id", "box_id", field="id"),))
    made = generate(MERGED, main_service="api", scopes=(scope,))
    module, client = made.module, made.client.box(box_id="b1")

    def notes(**options: Any) -> Any:
        return client.at(notes=server.url)._client.with_options(**options).notes.list()

    with pytest.raises(module.errors.AuthenticationError):
        await _wait(notes())
    assert server.last.header("authorization") is None
    with pytest.raises(module.errors.AuthenticationError):
        await _wait(notes(scheme_auth={"user": "ada", "role": "admin"}))
    assert server.last.target == "/notes?username=ada&role=admin"
    with pytest.raises(module.errors.AuthenticationError):
        await _wait(notes(scheme_auth={"identity": "who"}))
    assert server.last.header("authorization") == "Bearer who"
    with pytest.raises(module.errors.AuthenticationError):
        await _wait(notes(service_auth=module.BasicAuth("u", "p")))
    assert server.last.header("authorization") == "Basic dTpw"
    with pytest.raises(module.errors.AuthenticationError):
        await made.call("api.accounts.get")
    assert server.last.header("authorization") == "Bearer secret"


def test_the_golden_settings_are_the_ones_here() -> None:
    from hoody_codegen.config import load_config

    path = Path(ROOT, "tests", "golden", "sign_in", "hoody-codegen.toml")
    assert load_config(path).targets[0].sign_in == SIGN_IN
