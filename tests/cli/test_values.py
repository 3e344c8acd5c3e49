"""Texts on the command line become the arguments of a call, or are refused before it."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hoody_codegen.cli_runtime.model import Kind
from hoody_codegen.cli_runtime.values import Inputs, WrongValue, parse, secret_variable
from support.shop import Ran, Shop


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))


CREATE = ["boxes", "create", "S1", "--name", "tool"]


def made(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch, stdin: str | bytes = ""
) -> dict[str, Any]:
    """The arguments of the one call that the command made."""
    shop = Shop()
    ran = shop.run(arguments, monkeypatch, stdin=stdin)
    assert ran.status == 0, ran.err
    (call,) = shop.calls
    return call.arguments


def refused(arguments: list[str], monkeypatch: pytest.MonkeyPatch, **more: Any) -> str:
    """What was said about a command that was refused with nothing sent."""
    shop = Shop()
    ran: Ran = shop.run(arguments, monkeypatch, **more)
    assert ran.status == 2, ran
    assert shop.calls == []
    assert ran.out == ""
    return ran.err


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (Kind(), "", ""),
        (Kind(), "@x", "@x"),
        (Kind("integer"), "-5", -5),
        (Kind("integer", unit="bytes"), "10MiB", 10 * 1024**2),
        (Kind("integer", unit="bytes"), "1.5kB", 1500),
        (Kind("integer", unit="bytes"), "12", 12),
        (Kind("number", unit="s"), "1h30m", 5400),
        (Kind("integer", unit="ms"), "2s", 2000),
        (Kind("integer", unit="ms"), "250ms", 250),
        (Kind("number"), "1.5e3", 1500.0),
        (Kind("number"), "3", 3),
        (Kind("boolean"), "Yes", True),
        (Kind("boolean"), "off", False),
        (Kind("date"), "2027-04-12", date(2027, 4, 12)),
        (
            Kind("datetime"),
            "2027-04-12T00:00:00Z",
            datetime(2027, 4, 12, tzinfo=UTC),
        ),
        (Kind("json"), '{"a": [1, null]}', {"a": [1, None]}),
        (Kind("any"), "plain text", "plain text"),
        (Kind("any"), "[1]", [1]),
        (Kind("any"), "12345678901234567890", "12345678901234567890"),
        (Kind(choices=("a", "b")), "c", "c"),
    ],
)
def test_a_text_becomes_the_value_of_its_kind(kind: Kind, text: str, value: object) -> None:
    found = parse(kind, text, Inputs())
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("kind", "text", "said"),
    [
        (Kind("integer"), "1.5", "isn't a whole number"),
        (Kind("integer"), "10MiB", "isn't a whole number"),
        (Kind("integer"), "١٢", "isn't a whole number"),
        (Kind("integer", unit="bytes"), "10 parsecs", "such as 1000 or 10MiB"),
        (Kind("number"), "nan", "isn't a number"),
        (Kind("number"), "1e999", "isn't a number"),
        (Kind("number"), "1.2.3", "isn't a number"),
        (Kind("integer", minimum=1, maximum=9), "10", "out of range: from 1 to 9"),
        (Kind("integer", minimum=1), "0", "at least 1"),
        (Kind("number", maximum=0.5), "0.6", "at most 0.5"),
        (Kind("integer", unit="bytes", maximum=1000), "1MiB", "at most 1000"),
        (Kind("boolean"), "maybe", "one of true, false"),
        (Kind("date"), "12.04.2027", "isn't a date"),
        (Kind("datetime"), "soon", "isn't a time"),
        (Kind("datetime"), "+999999999999w", "too far away"),
        (Kind("json"), "{a: 1}", "isn't JSON"),
        (Kind("json"), "NaN", "isn't JSON"),
        (Kind("json"), "@/no/such/file", "there is no file"),
        (Kind("json"), "@/", "is a directory"),
        (Kind("bytes"), "@/no/such/file", "there is no file"),
        (Kind(shortest=3), "ab", "too short: at least 3"),
        (Kind(longest=3), "abcd", "too long: 4 characters, at most 3"),
        (Kind(choices=("red", "green"), closed=True), "gren", "Did you mean 'green'?"),
    ],
)
def test_a_wrong_value_says_what_would_be_right(kind: Kind, text: str, said: str) -> None:
    with pytest.raises(WrongValue, match=said.replace("?", r"\?")):
        parse(kind, text, Inputs())


def test_times_may_be_relative() -> None:
    now = datetime.now(UTC)
    week = parse(Kind("datetime"), "+7d", Inputs())
    assert abs(week - now - timedelta(days=7)) < timedelta(minutes=1)
    before = parse(Kind("datetime"), "-2h30m", Inputs())
    assert abs(now - before - timedelta(hours=2.5)) < timedelta(minutes=1)


def test_a_time_without_zone_is_local() -> None:
    found = parse(Kind("datetime"), "2027-04-12", Inputs())
    assert found == datetime(2027, 4, 12).astimezone()


def test_fields_become_arguments(monkeypatch: pytest.MonkeyPatch) -> None:
    given = [*CREATE, "--color", "red", "--bytes", "1KiB", "--day", "2027-04-12", "--comment=null"]
    assert made(given, monkeypatch) == {
        "id": "S1",
        "name": "tool",
        "color": "red",
        "bytes_": 1024,
        "day": date(2027, 4, 12),
        "comment": None,
    }


def test_what_is_not_given_is_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    assert made(CREATE, monkeypatch) == {"id": "S1", "name": "tool"}


def test_repeating_makes_lists_and_maps(monkeypatch: pytest.MonkeyPatch) -> None:
    given = [*CREATE, "--tag", "a", "--tag=b", "--label", "k=v=w", "--label", "empty="]
    found = made(given, monkeypatch)
    assert found["tags"] == ["a", "b"]
    assert found["labels"] == {"k": "v=w", "empty": ""}
    assert made([*CREATE, "--tag", "[]"], monkeypatch)["tags"] == []
    assert made([*CREATE, "--label", '{"a": "b"}'], monkeypatch)["labels"] == {"a": "b"}
    assert "isn't KEY=VALUE" in refused([*CREATE, "--label", "novalue"], monkeypatch)


def test_objects_are_put_together_from_their_fields(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    given = [*CREATE, "--config.deep.on", "--config.type", "red"]
    assert made(given, monkeypatch)["config"] == {"type": "red", "deep": {"on": True}}
    file = tmp_path / "config.yaml"
    file.write_text("type: blue\nmore: [1]\n")
    given = [*CREATE, "--config", f"@{file}", "--config.deep.on=false"]
    found = made(given, monkeypatch)["config"]
    assert found == {"type": "blue", "more": [1], "deep": {"on": False}}
    assert "Missing: --config.type" in refused([*CREATE, "--config.deep.on"], monkeypatch)
    given = [*CREATE, "--config", "[]", "--config.type", "red"]
    assert "is no object" in refused(given, monkeypatch)


def test_the_whole_body_is_spread_over_the_arguments(monkeypatch: pytest.MonkeyPatch) -> None:
    body = {"name": "tool", "boxSize": "large", "expiresAt": "2027", "new": 1}
    given = ["boxes", "create", "S1", "--body", json.dumps(body), "--name", "other"]
    found = made(given, monkeypatch)
    options = found.pop("request_options")
    assert found == {"id": "S1", "name": "other", "size": "large", "expires_at": "2027"}
    assert options.body == {"new": 1}
    found = made(["boxes", "create", "S1", "--body", "-"], monkeypatch, stdin='{"name": "in"}')
    assert found == {"id": "S1", "name": "in"}
    assert "has to be a JSON object" in refused([*CREATE, "--body", "[1]"], monkeypatch)


def test_a_body_of_bytes_is_a_file_stdin_or_text(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    put = ["files", "put", "a/b", "--box", "B"]
    file = tmp_path / "x.bin"
    file.write_bytes(b"\0\1")
    assert made([*put, "--body", f"@{file}"], monkeypatch)["content"] == file
    assert made([*put, "--body", "text"], monkeypatch)["content"] == b"text"
    shop = Shop()
    read: list[bytes] = []

    def answer(_: str) -> None:
        read.append(shop.calls[-1].arguments["content"].read())

    shop.answer = answer
    assert shop.run([*put, "--body", "-"], monkeypatch, stdin=b"\xff\0").status == 0
    assert read == [b"\xff\0"]
    assert shop.opened == [{"box_id": "B", "index": "1"}]
    monkeypatch.chdir(tmp_path)
    assert "write @x.bin" in refused([*put, "--body", "x.bin"], monkeypatch)
    assert "Missing: --body" in refused(put, monkeypatch)


def test_an_argument_may_be_given_by_its_flag(monkeypatch: pytest.MonkeyPatch) -> None:
    move = ["boxes", "move"]
    expected = {"shelf": "S", "box": "B"}
    assert made([*move, "S", "B"], monkeypatch) == expected
    assert made([*move, "--shelf", "S", "B"], monkeypatch) == expected
    assert made([*move, "B", "--shelf=S"], monkeypatch) == expected
    assert "Missing: BOX_ID" in refused([*move, "--shelf", "S"], monkeypatch)
    assert "Unexpected: 'C'" in refused([*move, "S", "B", "C"], monkeypatch)
    assert "SHELF_ID: is empty" in refused([*move, "", "B"], monkeypatch)


def test_all_that_is_missing_is_said_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    said = refused(["boxes", "create"], monkeypatch)
    assert "Missing: SHELF_ID (or --shelf), --name" in said
    assert "shop boxes create --help" in said


@pytest.mark.parametrize(
    ("given", "value"),
    [
        (["--archived"], True),
        (["--archived", "false"], False),
        (["--archived=no"], False),
        (["--no-archived"], False),
        (["--archived", "-o", "json"], True),
    ],
)
def test_booleans_have_three_states(
    given: list[str], value: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert made(["boxes", "list", *given], monkeypatch) == {"archived": value}


def test_a_value_may_look_like_a_boolean_flag(monkeypatch: pytest.MonkeyPatch) -> None:
    found = made(["boxes", "list", "--columns", "--archived", "--deep"], monkeypatch)
    assert found == {"columns": "--archived", "deep": True}


def test_open_choices_are_warned_about_and_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    shop = Shop()
    ran = shop.run([*CREATE, "--size", "lrge"], monkeypatch)
    assert ran.status == 0
    assert shop.calls[0].arguments["size"] == "lrge"
    assert "isn't documented (small, large); sent as it is. Did you mean 'large'?" in ran.err


def test_a_secret_comes_from_flag_file_stdin_or_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    command = ["users", "set-password"]
    file = tmp_path / "secret"
    file.write_text("from file\n")
    flag = "--new-password"
    assert made([*command, flag, "typed"], monkeypatch) == {"new_password": "typed"}
    assert made([*command, flag, f"@{file}"], monkeypatch) == {"new_password": "from file"}
    assert made([*command, flag, "-"], monkeypatch, stdin="in\n") == {"new_password": "in"}
    said = refused(command, monkeypatch)
    assert "--new-password (SHOP_NEW_PASSWORD in the environment" in said
    monkeypatch.setenv("SHOP_NEW_PASSWORD", "from env")
    assert made(command, monkeypatch) == {"new_password": "from env"}


def test_the_variable_of_a_secret() -> None:
    assert secret_variable("SHOP", "--config.api-key") == "SHOP_CONFIG_API_KEY"


def test_stdin_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    said = refused([*CREATE, "--config", "-", "--body", "-"], monkeypatch, stdin="{}")
    assert "can be read only once" in said


def test_a_secret_is_asked_for_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def answer(prompt: str, stream: object = None) -> str:
        asked.append(prompt)
        return "typed unseen"

    monkeypatch.setattr("getpass.getpass", answer)
    shop = Shop()
    ran = shop.run(["users", "set-password"], monkeypatch, terminal=True)
    assert ran.status == 0, ran.err
    assert shop.calls[0].arguments == {"new_password": "typed unseen"}
    assert asked == ["New password: "]
    assert "typed unseen" not in ran.out + ran.err
