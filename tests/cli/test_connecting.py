"""Whose token a call is made with, to which address, and for which container."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import hoody
import pytest
from hoody_codegen.cli_runtime.lookups import LIFETIME, Lookups
from hoody_codegen.cli_runtime.profiles import Profiles
from hoody_codegen.cli_runtime.sessions import Store
from support.command_line.running import Program
from support.command_line.small_app import APP, BOX, PASSWORD, Account, program
from support.wire_server import Answer, Recorded

BOX_ID = BOX["id"]


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


def sign_in(run: Program, *words: str) -> None:
    stdin = f"{PASSWORD}\n".encode()
    done = run("auth", "login", "--username", "ada", "--password", "-", *words, stdin=stdin)
    assert done.status == 0, done.messages


def kept(home: Path, account: Account, profile: str = "default") -> dict[str, Any]:
    sessions = json.loads((home / "sessions.json").read_text())["sessions"]
    session: dict[str, Any] = sessions[profile][account.url]
    return session


def test_the_token_is_that_of_the_flag_the_environment_or_the_sign_in(
    run: Program, account: Account
) -> None:
    assert run("projects", "list").status == 3
    assert not account.requests
    sign_in(run)
    assert run("projects", "list").status == 0
    assert account.last.header("authorization") == "Bearer access-token-1"
    given = {"HOODY_TOKEN": "of-the-environment"}
    assert run("projects", "list", environment=given).status == 3
    assert account.last.header("authorization") == "Bearer of-the-environment"
    assert run("projects", "list", "--token", "of-the-flag", environment=given).status == 3
    assert account.last.header("authorization") == "Bearer of-the-flag"


def test_calls_say_what_they_are_made_by(run: Program, account: Account) -> None:
    sign_in(run)
    run("projects", "list")
    agent = account.last.header("user-agent")
    assert agent == "hoody/0.1.0 (hoody command line)"


def test_a_token_goes_to_no_other_address(run: Program, home: Path) -> None:
    sign_in(run)
    other = Account()
    try:
        done = run("projects", "list", "--base-url", other.url)
        assert done.status == 3
        assert not other.requests
    finally:
        other.close()


def test_a_token_goes_to_no_other_profile(run: Program, account: Account) -> None:
    sign_in(run)
    Profiles(APP).use("work")
    before = len(account.requests)
    assert run("projects", "list").status == 3
    assert run("projects", "list", "--profile", "default").status == 0
    assert len(account.requests) == before + 1


def test_a_profile_that_is_not_there_is_refused(run: Program, account: Account) -> None:
    sign_in(run, "--profile", "work")
    before = len(account.requests)
    done = run("projects", "list", "--profile", "wrok")
    assert done.status == 2
    assert "There are: work." in done.messages
    assert len(account.requests) == before
    assert run("projects", "list", "--profile", "work").status == 0


def test_a_token_that_expires_is_renewed_and_kept(
    run: Program, account: Account, home: Path
) -> None:
    sign_in(run)
    session = kept(home, account)
    Store(APP).save("default", account.url, {**session, "expires_at": time.time() - 1})
    assert run("projects", "list").status == 0
    assert account.paths()[-2:] == ["users/auth/refresh", "projects/"]
    renewed = kept(home, account)
    assert renewed["token"] == "access-token-2"
    assert renewed["refresh_token"] == "refresh-token-2"
    assert renewed["identity"] == "ada"
    assert renewed["expires_at"] > time.time() + 3000
    # The next run goes on with it.
    assert run("projects", "list").status == 0
    assert account.paths()[-1] == "projects/"
    assert account.last.header("authorization") == "Bearer access-token-2"


def test_a_token_that_is_refused_is_renewed_and_kept(
    run: Program, account: Account, home: Path
) -> None:
    sign_in(run)
    session = kept(home, account)
    Store(APP).save("default", account.url, {**session, "token": "old"})
    assert run("projects", "list").status == 0
    assert kept(home, account)["token"] == "access-token-2"


@pytest.mark.parametrize("expires_in", [3600, -1])
def test_two_runs_may_renew_a_token_at_once(
    run: Program, account: Account, home: Path, expires_in: float
) -> None:
    sign_in(run)
    session = {**kept(home, account), "token": "old", "expires_at": time.time() + expires_in}
    Store(APP).save("default", account.url, session)

    def overtaken(request: Recorded) -> Answer:
        if request.path.endswith("/refresh") and account.issued == 1:
            account.issued = 2  # by the other run, which was a moment faster
            tokens = {"token": "access-token-2", "refresh_token": "refresh-token-2"}
            Store(APP).save("default", account.url, {**session, **tokens, "expires_at": None})
        return account.answer(request)

    account.default = overtaken
    done = run("projects", "list")
    assert done.status == 0, done.messages
    assert account.last.header("authorization") == "Bearer access-token-2"
    assert account.paths().count("users/auth/refresh") == 1
    assert kept(home, account)["token"] == "access-token-2"


def test_a_refresh_token_that_is_refused_ends_in_signing_in(
    run: Program, account: Account, home: Path
) -> None:
    sign_in(run)
    session = {**kept(home, account), "token": "old", "refresh_token": "old"}
    Store(APP).save("default", account.url, session)
    done = run("projects", "list")
    assert done.status == 3
    assert account.paths().count("users/auth/refresh") == 1


def test_the_address_is_that_of_the_profile(home: Path, account: Account) -> None:
    run = program(home)
    assert run("config", "set", "base-url", account.url).status == 0
    assert run("projects", "list", "--token", "t").status == 3
    assert account.last.header("authorization") == "Bearer t"


ALL = {
    "HOODY_PROJECT_ID": "p" * 24,
    "HOODY_CONTAINER_ID": "q" * 24,
    "HOODY_SERVER": "env-server",
}


def url_of(run: Program, *words: str, **environment: str) -> str:
    done = run("files", "get", "a/b c", "--dry-run", *words, environment=environment)
    assert done.status == 0, done.messages
    url: str = done.text.split()[1].strip("'")
    return url


def test_a_scope_is_opened_by_flags_the_environment_and_the_profile(run: Program) -> None:
    url = url_of(run, "--project", "pp", "--container", "cc", "--server", "ss", "--index", "3")
    assert url == "https://pp-cc-files-3.ss.containers.hoody.com/api/v1/files/a/b%20c"
    assert url_of(run, **ALL).startswith(f"https://{'p' * 24}-{'q' * 24}-files-1.env-server.")
    for name, value in (("container", "kk"), ("project", "jj"), ("server", "ll"), ("index", "2")):
        assert run("config", "set", name, value).status == 0
    assert url_of(run).startswith("https://jj-kk-files-2.ll.")
    assert url_of(run, "--index", "7", **ALL).startswith(f"https://{'p' * 24}-{'q' * 24}-files-7.")


def test_what_is_missing_is_said_with_the_ways_to_give_it(run: Program, account: Account) -> None:
    done = run("files", "get", "a", "--project", "pp")
    assert done.status == 2
    assert "--container" in done.messages
    assert "HOODY_CONTAINER_ID" in done.messages
    assert "hoody config set container_id" in done.messages
    assert "--server" in done.messages
    assert "--project PROJECT_ID" not in done.messages
    assert not account.requests


def test_a_container_alone_is_looked_up_once(
    run: Program, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_in(run)
    # A value of another container, of lower rank.
    run("config", "set", "server", "another")
    local = APP._replace(client=lambda: partial(hoody.Hoody, service_urls={"files": account.url}))
    look_up = ("files", "get", "a", "--container", BOX_ID, "-O", "-")
    sent = len(account.requests)
    for _ in range(2):
        run(*look_up, app=local)
    asked = f"containers/{BOX_ID}"
    assert account.paths()[sent:] == [asked, "files/a", "files/a"]
    expected = f"https://{BOX['project_id']}-{BOX_ID}-files-1"
    assert url_of(run, "--container", BOX_ID).startswith(f"{expected}.node-1.")
    assert url_of(run, "--container", BOX_ID, "--server", "own").startswith(f"{expected}.own.")

    later = time.time() + LIFETIME + 1
    monkeypatch.setattr("time.time", lambda: later)
    run(*look_up, app=local)
    assert account.paths()[sent + 3 :].count(asked) == 1


def test_saved_values_do_where_nobody_is_signed_in(run: Program, account: Account) -> None:
    run("config", "set", "server", "node-9")
    run("config", "set", "project", "jj")
    assert url_of(run, "--container", "cc").startswith("https://jj-cc-files-1.node-9.")
    assert not account.requests


def test_a_lookup_is_for_one_sign_in_alone(home: Path) -> None:
    Lookups(APP, "default https://one", "container").set("c", {"id": "c"})
    assert Lookups(APP, "default https://one", "container").get("c") == {"id": "c"}
    assert Lookups(APP, "default https://two", "container").get("c") is None
    (home / "lookups.json").write_text("{")
    assert Lookups(APP, "default https://one", "container").get("c") is None


def test_verbose_shows_the_exchange_without_secrets(run: Program, account: Account) -> None:
    done = run(
        "auth", "login", "--username", "ada", "--password", "-", "-v",
        stdin=f"{PASSWORD}\n".encode(),
    )  # fmt: skip
    assert done.status == 0
    assert f"> POST {account.url}/api/v1/users/auth/login" in done.messages
    assert '"password": "***"' in done.messages
    assert "< 200 OK  (" in done.messages
    assert "< content-type: application/json" in done.messages.lower()
    done = run("projects", "list", "-v", "-o", "json")
    assert f"> GET {account.url}/api/v1/projects/" in done.messages
    assert "> Authorization: ***" in done.messages
    assert json.loads(done.text) == []
    assert PASSWORD not in done.messages
    assert "access-token" not in done.messages


def test_verbose_shows_tries_and_waits(run: Program, account: Account) -> None:
    from support.wire_server import json_answer

    sign_in(run)
    account.answers.append(json_answer({}, 503, Retry_After="0"))
    done = run("projects", "list", "-v")
    assert done.status == 0
    assert "< 503 Service Unavailable" in done.messages
    assert "* status 503; trying again in 0.0 s" in done.messages
    assert "(try 2)" in done.messages
