"""Settings and profiles: what counts, where it is kept, and what is refused."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import click
import pytest
from hoody_codegen.cli_runtime import private_files, settings
from hoody_codegen.cli_runtime.profiles import Profiles, chosen, directory
from support.command_line.small_app import APP, invocation


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in [name for name in os.environ if name.startswith("HOODY_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOODY_CONFIG_DIR", str(tmp_path / "own"))
    return tmp_path / "own"


def test_a_flag_comes_before_the_environment_the_profile_and_the_default(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert settings.find(invocation(), "index") == settings.Found("1", "default")
    assert settings.find(invocation(), "server") is None

    Profiles(APP).set("default", "server", "of-the-profile")
    Profiles(APP).set("default", "index", "2")
    assert settings.find(invocation(), "index") == settings.Found("2", "profile")
    assert settings.find(invocation(), "server") == settings.Found("of-the-profile", "profile")

    monkeypatch.setenv("HOODY_SERVER", "of-the-environment")
    found = settings.find(invocation(), "server")
    assert found == settings.Found("of-the-environment", "environment")

    run = invocation(scopes={"server": "of-the-flag"})
    assert settings.find(run, "server") == settings.Found("of-the-flag", "flag")
    # An empty variable counts as none.
    monkeypatch.setenv("HOODY_SERVER", "")
    assert settings.find(invocation(), "server") == settings.Found("of-the-profile", "profile")


def test_what_no_flag_gave_is_filled_in(monkeypatch: pytest.MonkeyPatch) -> None:
    Profiles(APP).set("default", "timeout", "2.5")
    Profiles(APP).set("default", "output", "yaml")
    monkeypatch.setenv("HOODY_OUTPUT", "raw")
    run = invocation(realm="a" * 24)
    settings.fill(run)
    assert (run.settings.output, run.settings.timeout) == ("raw", 2.5)
    assert (run.settings.realm, run.settings.base_url) == ("a" * 24, None)
    given = invocation(output="json", timeout=0.0)
    settings.fill(given)
    assert (given.settings.output, given.settings.timeout) == ("json", 0.0)


def test_the_profile_is_that_of_the_flag_the_environment_or_the_file(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert chosen(invocation()) == ("default", "default")
    Profiles(APP).use("work")
    assert chosen(invocation()) == ("work", "file")
    monkeypatch.setenv("HOODY_PROFILE", "other")
    assert chosen(invocation()) == ("other", "environment")
    assert chosen(invocation(profile="mine")) == ("mine", "flag")


def test_files_and_their_folder_are_for_their_owner_alone(home: Path) -> None:
    old = os.umask(0)
    try:
        Profiles(APP).set("default", "server", "node-1")
    finally:
        os.umask(old)
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    kept = home / "config.json"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    # A file that others could read is closed when it is written.
    kept.chmod(0o644)
    Profiles(APP).set("default", "server", "node-2")
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600


def test_what_others_keep_in_the_file_stays(home: Path) -> None:
    home.mkdir()
    kept = home / "config.json"
    foreign = {"theme": {"a": [1]}, "profiles": {"default": {"later": 1, "server": "x"}, "b": {}}}
    kept.write_text(json.dumps(foreign))
    Profiles(APP).set("default", "server", None)
    Profiles(APP).set("default", "index", "3")
    assert json.loads(kept.read_text()) == {
        "theme": {"a": [1]},
        "profiles": {"default": {"later": 1, "index": "3"}, "b": {}},
    }


def test_a_link_stays_a_link(home: Path, tmp_path: Path) -> None:
    home.mkdir()
    real = tmp_path / "dotfiles.json"
    real.write_text("{}")
    (home / "config.json").symlink_to(real)
    Profiles(APP).set("default", "server", "x")
    assert (home / "config.json").is_symlink()
    assert "x" in real.read_text()


def test_a_write_that_fails_leaves_the_file_as_it_was(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Profiles(APP).set("default", "server", "before")
    before = (home / "config.json").read_bytes()

    def fail(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", fail)
    with pytest.raises(click.ClickException, match="No space left"):
        Profiles(APP).set("default", "server", "after")
    assert (home / "config.json").read_bytes() == before
    assert not list(home.glob(".*.tmp"))


@pytest.mark.parametrize("text", ["{", "[1]", '{"profiles": 1}', '{"profiles": {"default": "x"}}'])
def test_a_broken_file_is_said_to_be_one(home: Path, text: str) -> None:
    home.mkdir()
    (home / "config.json").write_text(text)
    with pytest.raises(click.ClickException, match=r"config\.json is broken: .*Mend it"):
        settings.find(invocation(), "server")
    with pytest.raises(click.ClickException, match="is broken"):
        Profiles(APP).set("default", "server", "x")
    assert (home / "config.json").read_text() == text


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("output", "tabel", "one of table, json, yaml, raw"),
        ("timeout", "-1", "at least 0"),
        ("timeout", "inf", "at least 0"),
        ("keyring", "maybe", "true or false"),
        ("server", " ", "isn't empty"),
        ("server", "a\nb", "one line"),
    ],
)
def test_values_are_checked(name: str, value: str, said: str) -> None:
    with pytest.raises(click.UsageError, match=said):
        settings.check(settings.named(APP, name), value)


def test_a_wrong_value_in_the_environment_says_where_it_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HOODY_TIMEOUT", "soon")
    with pytest.raises(click.UsageError, match="HOODY_TIMEOUT: timeout has to be a number"):
        settings.find(invocation(), "timeout")


def test_settings_are_called_as_their_flags_are() -> None:
    assert settings.named(APP, "base-url").name == "base_url"
    assert settings.named(APP, "project").name == "project_id"
    with pytest.raises(click.UsageError, match="Did you mean 'realm'"):
        settings.named(APP, "relm")
    with pytest.raises(click.UsageError, match="hoody auth login --with-token"):
        settings.named(APP, "token")


def test_two_who_write_at_once_lose_nothing(home: Path) -> None:
    from concurrent.futures import ThreadPoolExecutor

    path = str(home / "both.json")

    def write(number: int) -> None:
        private_files.change(path, lambda data: data.update({str(number): number}))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(40)))
    assert len(private_files.read(path)) == 40


def test_the_folder_is_the_one_of_the_system_without_a_variable(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("HOODY_CONFIG_DIR")
    assert directory(APP) == click.get_app_dir("hoody")
