"""The commands that every program has: signing in and out, who one is, and settings."""

from __future__ import annotations

import base64
import json
import os
import stat
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hoody_codegen.cli_runtime.builtins import built_in
from hoody_codegen.cli_runtime.sessions import Store
from support.command_line.running import Done, Program
from support.command_line.small_app import APP, CODE, PASSWORD, Account, program
from support.command_line.terminal import Terminal
from support.wire_server import json_answer

WRONG = PASSWORD.upper()


@pytest.fixture
def account() -> Iterator[Account]:
    server = Account()
    yield server
    server.close()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOODY_CONFIG_DIR", str(tmp_path))
    return tmp_path


@pytest.fixture
def run(home: Path, account: Account) -> Program:
    return program(home, HOODY_BASE_URL=account.url)


def login(run: Program, *words: str, **environment: str) -> Done:
    return run("auth", "login", *words, environment=environment)


def status(run: Program, *words: str, **environment: str) -> dict[str, Any]:
    done = run("auth", "status", "-o", "json", *words, environment=environment)
    found: dict[str, Any] = json.loads(done.text)
    assert done.status == (0 if found["signed_in"] else 3)
    return found


def test_signing_in_as_documented(run: Program, account: Account, home: Path) -> None:
    done = login(run, "--username", "ada", "--password", PASSWORD)
    assert done.status == 0, done.messages
    assert done.text == ""
    assert f"Signed in as ada (profile default, {account.url})" in done.messages
    assert account.last.json() == {"username": "ada", "password": PASSWORD}
    assert stat.S_IMODE((home / "sessions.json").stat().st_mode) == 0o600
    assert PASSWORD not in (home / "sessions.json").read_text()
    found = status(run)
    assert (found["identity"], found["token"]) == ("ada", "sign-in")
    assert found["renews_itself"] is True
    assert found["kept_in"] == str(home / "sessions.json")
    assert len(account.requests) == 1


def test_who_and_password_come_from_the_environment_and_stdin(
    run: Program, account: Account
) -> None:
    given = {"HOODY_EMAIL": "ada@example.test", "HOODY_PASSWORD": PASSWORD}
    assert login(run, **given).status == 0
    assert account.last.json() == {"email": "ada@example.test", "password": PASSWORD}
    done = run(
        "auth", "login", "--email", "a@b.c", "--password", "-", stdin=f"{PASSWORD}\r\n".encode()
    )
    assert done.status == 0
    assert account.last.json() == {"email": "a@b.c", "password": PASSWORD}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "Give --username or --email"),
        (("--username", "ada"), "--password -"),
        (("--username", "ada", "--email", "a@b.c"), "not both"),
        (("--username", "ada", "--password", "-"), "password is empty"),
    ],
)
def test_what_is_missing_is_said_where_nobody_can_be_asked(
    run: Program, account: Account, words: tuple[str, ...], said: str
) -> None:
    done = login(run, *words)
    assert done.status == 2
    assert said in done.messages
    assert not account.requests


def test_a_wrong_password_keeps_nothing(run: Program, home: Path) -> None:
    done = login(run, "--username", "ada", "--password", WRONG)
    assert done.status == 3
    assert WRONG not in done.messages
    assert not (home / "sessions.json").exists()


def test_the_second_factor(run: Program, account: Account) -> None:
    account.second_factor = True
    done = login(run, "--username", "ada", "--password", PASSWORD)
    assert done.status == 3
    assert "give --code" in done.messages
    done = login(run, "--username", "ada", "--password", PASSWORD, "--code", CODE)
    assert done.status == 0
    assert account.last.json() == {"temp_token": "ticket-1234", "code": CODE}
    assert status(run)["signed_in"] is True


def test_at_a_terminal_everything_is_asked_for(account: Account, home: Path) -> None:
    account.second_factor = True
    environment = {
        "PYTHONPATH": os.pathsep.join(entry for entry in sys.path if entry),
        "HOODY_CONFIG_DIR": str(home),
        "HOODY_BASE_URL": account.url,
    }
    module = "support.command_line.small_app"
    with Terminal(module, "auth", "login", environment=environment) as terminal:
        terminal.expect("Username or email: ")
        terminal.press("ada@example.test\n")
        terminal.expect("Password: ")
        terminal.press(f"{PASSWORD}\n")
        terminal.expect("Code of the second factor: ")
        terminal.press(f"{CODE}\n")
        terminal.expect("Signed in as ada@example.test")
        assert terminal.wait() == 0
        assert PASSWORD not in terminal.written
    assert account.requests[0].json() == {"email": "ada@example.test", "password": PASSWORD}


def test_a_token_is_kept_in_place_of_a_sign_in(run: Program, account: Account) -> None:
    account.issued = 7
    done = run("auth", "login", "--with-token", stdin=b"access-token-7\n")
    assert done.status == 0
    assert "access-token-7" not in done.messages
    assert not account.requests
    assert run("projects", "list").status == 0
    assert status(run)["token"] == "kept token"
    assert run("auth", "login", "--with-token").status == 2


def test_a_token_of_the_environment_is_said_to_come_first(run: Program) -> None:
    done = login(run, "--username", "ada", "--password", PASSWORD, HOODY_TOKEN="t")
    assert done.status == 0
    assert "HOODY_TOKEN (or --token) takes precedence" in done.messages
    assert status(run, HOODY_TOKEN="t")["token"] == "HOODY_TOKEN"


def test_signing_out(run: Program, account: Account, home: Path) -> None:
    assert "Nobody is signed in" in run("auth", "logout").messages
    login(run, "--username", "ada", "--password", PASSWORD)
    done = run("auth", "logout")
    assert done.status == 0, done.messages
    assert account.paths()[-1] == "users/auth/logout"
    assert account.last.header("authorization") == "Bearer access-token-1"
    assert "access-token" not in (home / "sessions.json").read_text()
    assert status(run)["signed_in"] is False


def test_signing_out_forgets_also_when_the_server_has_troubles(
    run: Program, account: Account, home: Path
) -> None:
    login(run, "--username", "ada", "--password", PASSWORD)
    account.logout_status = 400
    assert run("auth", "logout").status != 0
    assert "access-token" not in (home / "sessions.json").read_text()


def test_signing_out_does_nothing_in_a_dry_run(run: Program, account: Account) -> None:
    login(run, "--username", "ada", "--password", PASSWORD)
    done = run("auth", "logout", "--dry-run")
    assert done.status == 0
    assert done.text.startswith("curl -X POST") or "logout" in done.text
    assert len(account.requests) == 1
    assert status(run)["signed_in"] is True


def test_status_and_whoami_need_no_server(run: Program, account: Account) -> None:
    login(run, "--username", "ada", "--password", PASSWORD)
    account.close()
    assert status(run)["identity"] == "ada"
    done = run("whoami", "-o", "json")
    assert done.status == 0
    assert json.loads(done.text)["identity"] == "ada"
    assert "ada" in run("whoami", "-o", "table").text


def test_nobody_is_signed_in(run: Program) -> None:
    done = run("whoami")
    assert done.status == 3
    assert "hoody auth login" in done.messages
    assert done.text == ""


def jwt(**claims: object) -> str:
    parts = ({"alg": "none"}, claims)
    texts = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in parts]
    return b".".join([*texts, b"signature"]).decode()


def test_a_token_says_itself_whose_it_is(run: Program, account: Account) -> None:
    alive = jwt(sub="u-1", username="ada", exp=int(time.time()) + 60)
    found = json.loads(run("whoami", "-o", "json", environment={"HOODY_TOKEN": alive}).text)
    assert found["identity"] == "ada"
    assert found["token"] == "HOODY_TOKEN"
    over = status(run, HOODY_TOKEN=jwt(sub="u-1", exp=1_700_000_000))
    assert over["signed_in"] is False
    assert over["expires_at"] == "2023-11-14T22:13:20Z"
    done = run("whoami", "-o", "json", environment={"HOODY_TOKEN": "hdy_opaque"})
    assert json.loads(done.text)["identity"] is None
    assert "--check asks the server" in done.messages
    for odd in ("a.b.c", "..", f"a.{base64.b64encode(b'[1]').decode()}.c", jwt(exp="x", sub=1)):
        assert status(run, HOODY_TOKEN=odd)["identity"] is None
    assert not account.requests


def test_the_server_is_asked_with_check(run: Program, account: Account) -> None:
    account.issued = 1
    given = {"HOODY_TOKEN": "access-token-1"}
    done = run("whoami", "--check", "-o", "json", environment=given)
    assert json.loads(done.text)["username"] == "ada"
    done = run("whoami", "--check", environment={"HOODY_TOKEN": "no"})
    assert done.status == 3


def test_an_expired_kept_token_counts_as_signed_out(
    run: Program, account: Account, home: Path
) -> None:
    old = {"token": "t", "refresh_token": None, "expires_at": 1.0, "identity": None}
    Store(APP).save("default", account.url, old)
    assert status(run)["signed_in"] is False


def test_settings_are_set_read_and_taken_away(run: Program, home: Path) -> None:
    assert run("config", "set", "server", "node-1").status == 0
    assert run("config", "get", "server").text == "node-1\n"
    rows = json.loads(run("config", "list", "-o", "json").text)
    row = next(row for row in rows if row["setting"] == "server")
    assert (row["value"], row["from"]) == ("node-1", "profile")
    row = next(row for row in rows if row["setting"] == "base_url")
    assert row["from"] == "environment"
    assert run("config", "path").text == f"{home / 'config.json'}\n"
    assert run("config", "unset", "server").status == 0
    done = run("config", "get", "server")
    assert (done.status, done.text) == (1, "")
    assert run("config", "unset", "server").status == 0


def test_wrong_settings_are_refused(run: Program, home: Path) -> None:
    done = run("config", "set", "sever", "x")
    assert done.status == 2
    assert "Did you mean 'server'?" in done.messages
    done = run("config", "set", "output", "jsno")
    assert done.status == 2
    assert "table, json, yaml, raw" in done.messages
    assert not (home / "config.json").exists()


def test_profiles_are_chosen_and_listed(run: Program) -> None:
    assert run("config", "use", "work").status == 0
    assert run("config", "set", "server", "node-2").status == 0
    assert run("config", "set", "server", "node-3", "--profile", "other").status == 0
    assert run("config", "get", "server").text == "node-2\n"
    login(run, "--username", "ada", "--password", PASSWORD)
    rows = json.loads(run("config", "profiles", "-o", "json").text)
    assert [(row["profile"], row["in_use"], row["signed_in"]) for row in rows] == [
        ("default", False, False),
        ("other", False, False),
        ("work", True, True),
    ]
    assert run("config", "use", " ").status == 2


def test_a_profile_decides_how_results_are_printed(run: Program, account: Account) -> None:
    account.answers.append(json_answer({"data": {"projects": []}}))
    run("config", "set", "output", "yaml")
    assert run("auth", "status").text.startswith("signed_in: false\n")


def test_a_program_without_a_login_has_none_of_it() -> None:
    bare = APP._replace(login=(), identity=(), whoami="")
    paths = {one.path for one in built_in(bare)}
    assert ("config", "set") in paths
    assert not any(path[-1] in ("login", "logout", "status", "whoami") for path in paths)
    elsewhere = APP._replace(login=("sign", "in", "login"))
    assert ("sign", "in", "status") in {one.path for one in built_in(elsewhere)}


@pytest.mark.parametrize("one", built_in(APP), ids=lambda one: " ".join(one.path))
def test_every_built_in_command_has_help(run: Program, one: Any) -> None:
    done = run(*one.path, "--help")
    assert done.status == 0, done.messages
    assert "Usage: hoody " + " ".join(one.path) in done.text
