"""Where sign-ins are kept."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import click
import keyring
import pytest
from hoody_codegen.cli_runtime.sessions import Store
from keyring.errors import PasswordDeleteError
from support.command_line.small_app import APP

KEPT = {"token": "t-1", "refresh_token": "r-1", "expires_at": 1.0, "identity": "ada"}


class Ring:
    """What the library does, without a keyring of the system."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}
        self.locked = False

    def get_password(self, service: str, username: str) -> str | None:
        if self.locked:
            raise RuntimeError("the keyring is locked")
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if self.kept.pop((service, username), None) is None:
            raise PasswordDeleteError


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOODY_CONFIG_DIR", str(tmp_path / "own"))
    return tmp_path / "own"


@pytest.fixture
def ring(monkeypatch: pytest.MonkeyPatch) -> Ring:
    made = Ring()
    for name in ("get_password", "set_password", "delete_password"):
        monkeypatch.setattr(keyring, name, getattr(made, name))
    return made


def test_a_session_is_kept_for_its_profile_and_address_alone(home: Path) -> None:
    store = Store(APP)
    assert store.load("default", "https://one") is None
    store.save("default", "https://one", KEPT)
    assert store.load("default", "https://one") == KEPT
    assert store.load("default", "https://two") is None
    assert store.load("work", "https://one") is None
    assert stat.S_IMODE((home / "sessions.json").stat().st_mode) == 0o600
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    assert store.place == str(home / "sessions.json")


def test_deleting_leaves_the_others() -> None:
    store = Store(APP)
    store.save("default", "https://one", KEPT)
    store.save("work", "https://one", KEPT)
    store.delete("default", "https://one")
    store.delete("default", "https://one")
    assert store.profiles() == ["work"]
    assert store.load("work", "https://one") == KEPT


def test_the_keyring_keeps_it_in_place_of_the_file(home: Path, ring: Ring) -> None:
    Store(APP).save("default", "https://one", KEPT)
    store = Store(APP, keyring=True)
    # What is in the file counts until it is written anew.
    assert store.load("default", "https://one") == KEPT
    store.save("default", "https://one", {**KEPT, "token": "t-2"})
    assert "t-1" not in (home / "sessions.json").read_text()
    assert "t-2" not in (home / "sessions.json").read_text()
    assert json.loads(ring.kept["hoody", "default https://one"])["token"] == "t-2"
    assert store.load("default", "https://one") == {**KEPT, "token": "t-2"}
    assert store.place == "keyring"
    store.delete("default", "https://one")
    assert not ring.kept
    assert store.load("default", "https://one") is None


def test_a_keyring_that_refuses_says_so(ring: Ring) -> None:
    ring.locked = True
    with pytest.raises(click.ClickException, match=r"keyring refused .*locked"):
        Store(APP, keyring=True).load("default", "https://one")


def test_a_keyring_that_is_not_installed_says_how_to_go_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "keyring", None)
    with pytest.raises(click.ClickException, match=r"hoody\[keyring\].*config unset keyring"):
        Store(APP, keyring=True).load("default", "https://one")


@pytest.mark.parametrize("text", ["{", "[]", '{"sessions": []}'])
def test_a_broken_file_is_said_to_be_one(home: Path, text: str) -> None:
    home.mkdir()
    (home / "sessions.json").write_text(text)
    with pytest.raises(click.ClickException, match=r"sessions\.json is broken"):
        Store(APP).load("default", "https://one")
