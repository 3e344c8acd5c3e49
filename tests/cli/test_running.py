"""The program as a whole: options, groups, help texts, errors, statuses, completion."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hoody_codegen.cli_runtime import failures
from hoody_codegen.cli_runtime.context import Invocation
from hoody_codegen.runtime import errors
from hoody_codegen.runtime.messages import HttpRequest, HttpResponse
from hoody_codegen.runtime.operation import ErrorEntry
from support.shop import Shop


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    for name in list(os.environ):
        if name.startswith("SHOP_"):
            monkeypatch.delenv(name)


@pytest.fixture
def shop() -> Shop:
    return Shop()


@pytest.mark.parametrize(
    "arguments",
    [
        ["-o", "yaml", "boxes", "list"],
        ["boxes", "-o", "yaml", "list"],
        ["boxes", "list", "-o", "yaml"],
        ["-o", "json", "boxes", "list", "--output=yaml"],
    ],
)
def test_global_options_stand_anywhere(
    arguments: list[str], shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.answer = lambda _: {"id": "b1", "name": "tool"}
    ran = shop.run(arguments, monkeypatch)
    assert (ran.status, ran.err) == (0, "")
    assert ran.out == "id: b1\nname: tool\n"


def test_a_flag_of_the_command_wins_over_a_global_one(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert shop.run(["boxes", "list", "--columns", "x"], monkeypatch).status == 0
    assert shop.calls[0].arguments == {"columns": "x"}


def test_root_help_imports_no_commands(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    ran = shop.run(["--help"], monkeypatch)
    assert ran.status == 0
    assert shop.imported == []
    assert shop.made == []
    for part in ("boxes", "completion", "--dry-run", "Exit status:", "130", "--max-items"):
        assert part in ran.out
    assert shop.run([], monkeypatch).out == ran.out


def test_a_group_imports_its_own_module_only(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    ran = shop.run(["boxes", "--help"], monkeypatch)
    assert set(shop.imported) == {"api_boxes"}
    assert "create  Create a box." in ran.out


def test_the_help_of_a_command_is_complete(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    home = "hoody_codegen.cli_runtime.model:Command"  # something that has a method
    module = SimpleNamespace(COMMANDS=())
    from support.shop import CREATE

    described = CREATE._replace(home=home.removeprefix("hoody_codegen."), method="x._asdict")
    module.COMMANDS = (described,)
    shop.app = shop.app._replace(package="hoody_codegen", commands=lambda _: module)
    ran = shop.run(["boxes", "create", "-h"], monkeypatch)
    assert ran.status == 0, ran.err
    text = re.sub(r"\s+", " ", ran.out)
    for part in (
        "shop boxes create --shelf SHELF_ID --name TEXT [OPTIONS]",
        "POST /shelves/{id}/boxes",
        "A box stands on a shelf.",
        "SHELF_ID Where it stands. [required; text; also as --shelf]",
        "--name TEXT [required; text; 2 to 8 characters]",
        "--color red|green|blue Its colour. [text; one of red, green, blue]",
        "such as small, large",
        "whole number of bytes",
        "repeat it for a list",
        "--label KEY=VALUE",
        "or null",
        "required with --config",
        "--config.deep.on, --no-config.deep.on",
        "--body JSON",
        "404 NO_BOX No such box. There is no box of this id. To do: Look at the list.",
        "404 NO_SHELF",
        "Example: shop boxes create SHELF_ID --name tool",
        "--dry-run",
    ):
        assert part in text, part
    assert shop.made == []


def test_help_says_default_range_scope_and_danger(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = shop.run(["boxes", "list", "--help"], monkeypatch).out
    assert "[whole number; from 1 to 100; default 20]" in text
    assert "Asks before it is sent" in shop.run(["boxes", "delete", "-h"], monkeypatch).out
    assert "Deprecated" in shop.run(["boxes", "move", "-h"], monkeypatch).out
    scoped = shop.run(["files", "put", "-h"], monkeypatch).out
    assert "--box BOX" in scoped
    assert "[SHOP_BOX]" in scoped


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["bxes"], "There is no command 'bxes'. Did you mean 'boxes'?"),
        (["boxes", "creat"], "'boxes' has no command 'creat'. Did you mean 'create'?"),
        (["get"], "There is no command 'get'. Did you mean 'config get'?"),
        (["boxes", "list", "--limt", "1"], "no option --limt. Did you mean '--limit'?"),
        (["--outptu", "json", "boxes"], "Did you mean '--output'"),
        (["boxes", "list", "-o", "xml"], "'xml' is not one of 'table', 'json', 'yaml', 'raw'"),
        (["boxes", "list", "--max-items", "0"], "--max-items"),
        (["boxes", "list", "--limit", "0"], "--limit: 0 is out of range: from 1 to 100"),
        (["boxes", "list", "--limit"], "requires an argument"),
        (["boxes", "list", "--box", "B"], "There is no option --box."),
    ],
)
def test_wrong_use_is_status_2_and_suggests(
    arguments: list[str], said: str, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran = shop.run(arguments, monkeypatch)
    assert ran.status == 2
    assert said in ran.err
    assert ran.out == ""
    assert "--help shows" in ran.err
    assert shop.calls == []


def test_the_token_may_come_from_stdin(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    ran = shop.run(["boxes", "list", "--token", "-"], monkeypatch, stdin="t0ken\n")
    assert ran.status == 0, ran.err
    assert shop.made[-1]["token"] == "t0ken"


def test_the_list_of_commands(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    ran = shop.run(["commands", "-o", "json"], monkeypatch)
    rows = {row["command"]: row for row in json.loads(ran.out)}
    assert rows["boxes create"]["request"] == "POST /shelves/{id}/boxes"
    assert rows["boxes create"]["method"] == "api.boxes.create"
    assert {"config get", "completion", "users set-password"} <= rows.keys()
    only = json.loads(shop.run(["commands", "users", "-o", "json"], monkeypatch).out)
    assert [row["command"] for row in only] == ["users set-password"]
    assert "Did you mean 'users'" in shop.run(["commands", "usr"], monkeypatch).err


def _failed(status: int, code: str | None = None, **more: Any) -> errors.APIStatusError:
    request = HttpRequest("POST", "https://shop.example/boxes?key=s3cret")
    response = HttpResponse(status, (), b"{}")
    facts = errors.ErrorFacts(code=code, **more)
    return errors.status_class(status)("said", request=request, response=response, facts=facts)


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (_failed(400), 1),
        (_failed(401), 3),
        (_failed(403), 1),
        (_failed(404), 4),
        (_failed(500), 5),
        (_failed(503), 5),
        (errors.MissingTokenError("no token"), 3),
        (errors.SecondFactorRequiredError(), 3),
        (errors.AddressError("incomplete"), 2),
        (errors.InvalidArgumentError("wrong"), 2),
        (errors.APIConnectionError("refused"), 6),
        (errors.APITimeoutError("too slow"), 6),
        (errors.PaginationError("twice"), 1),
        (errors.APIResponseValidationError("no JSON"), 1),
        (OSError(28, "No space left on device", "x"), 1),
        (KeyboardInterrupt(), 130),
        (RuntimeError("a fault"), 1),
        (BrokenPipeError(), 0),
    ],
    ids=repr,
)
def test_exit_statuses(
    error: BaseException, status: int, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: str) -> None:
        raise error

    shop.answer = fail
    ran = shop.run(["boxes", "list"], monkeypatch)
    assert ran.status == status
    assert ran.out == ""
    assert "Traceback" not in ran.err
    assert "s3cret" not in ran.err
    assert (ran.err == "") == (status == 0)


def test_an_error_says_what_it_means_and_what_to_do(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = ErrorEntry("NO_BOX", "No such box", "There is no box of this id.", "Look at the list")

    def fail(_: str) -> None:
        raise _failed(404, "NO_BOX", entry=entry, request_id="r1", fields={"id": ("is odd",)})

    shop.answer = fail
    ran = shop.run(["boxes", "list"], monkeypatch)
    assert ran.err.splitlines() == [
        "shop: 404 NO_BOX: said",
        "  POST /boxes",
        "  means: No such box. There is no box of this id.",
        "  to do: Look at the list",
        "  field id: is odd",
        "  request id: r1",
    ]


def test_candidates_are_named_where_the_server_names_no_code(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    resolution = "Look at the list of boxes, which has all of them, and take the id of one."
    possible = (ErrorEntry("NO_BOX", "No such box", resolution=resolution), ErrorEntry("NO_SHELF"))
    monkeypatch.setenv("COLUMNS", "60")

    def fail(_: str) -> None:
        raise _failed(404, possible=possible)

    shop.answer = fail
    err = shop.run(["boxes", "list"], monkeypatch).err
    assert err.splitlines()[2:] == [
        "  It may be one of the errors documented for this status:",
        "    NO_BOX    No such box. To do: Look at the list of boxes,",
        "              which has all of them, and take the id of one.",
        "    NO_SHELF",
    ]


def test_without_a_token_it_says_how_to_give_one(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: str) -> None:
        raise errors.MissingTokenError("give one by token=…")

    shop.answer = fail
    shop.app = shop.app._replace(login=("auth", "login"))
    ran = shop.run(["boxes", "list"], monkeypatch)
    assert ran.status == 3
    assert ran.err.splitlines() == [
        "shop: This needs a token, and there is none. Nothing was sent.",
        "  'shop auth login' signs in; --token or SHOP_TOKEN give a token.",
    ]


def test_texts_of_the_server_do_not_steer_the_terminal(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: str) -> None:
        error = _failed(400)
        error.message = "a\x1b]0;owned\x07b"
        raise error

    shop.answer = fail
    err = shop.run(["boxes", "list"], monkeypatch).err
    assert "\x1b" not in err
    assert "\x07" not in err


def test_a_fault_shows_its_place_on_demand(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: str) -> None:
        raise RuntimeError("a fault")

    shop.answer = fail
    assert "--verbose shows where" in shop.run(["boxes", "list"], monkeypatch).err
    assert "Traceback" in shop.run(["boxes", "list", "--verbose"], monkeypatch).err


def test_every_status_is_documented() -> None:
    from hoody_codegen.cli_runtime.helping import STATUSES

    used = {value for name, value in vars(failures).items() if name.isupper() and name[0] != "_"}
    assert used == {status for status, _ in STATUSES} - {0}


def test_colour_of_errors(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "\x1b[" in shop.run(["bxes"], monkeypatch, terminal=True).err
    assert "\x1b[" not in shop.run(["bxes"], monkeypatch).err
    assert "\x1b[" in shop.run(["--color", "always", "bxes"], monkeypatch).err
    assert "\x1b[" not in shop.run(["--no-color", "bxes"], monkeypatch, terminal=True).err
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[" not in shop.run(["bxes"], monkeypatch, terminal=True).err
    assert "\x1b[" not in shop.run(["--help"], monkeypatch, terminal=True).out


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_of_each_shell(shell: str, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    ran = shop.run(["completion", shell], monkeypatch)
    assert ran.status == 0, ran.err
    assert f"_SHOP_COMPLETE={shell}_complete" in ran.out


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("shop b", ["boxes"]),
        ("shop boxes cr", ["create"]),
        ("shop boxes list --lim", ["--limit"]),
        ("shop boxes list --no-a", ["--no-archived"]),
        ("shop boxes create --color r", ["red"]),
        ("shop boxes create --color ", ["red", "green", "blue"]),
        ("shop boxes create --config.type g", ["green"]),
        ("shop boxes list -o j", ["json"]),
        ("shop boxes list --archived ", ["true", "false"]),
        ("shop config g", ["get"]),
    ],
)
def test_completions(
    words: str, expected: list[str], shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("_SHOP_COMPLETE", "bash_complete")
    monkeypatch.setenv("COMP_WORDS", words)
    monkeypatch.setenv("COMP_CWORD", str(len(words.split(" ")) - 1))
    ran = shop.run([], monkeypatch)
    assert [line.partition(",")[2] for line in ran.out.splitlines()] == expected
    assert shop.calls == []


def test_closing_the_client(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    invocation = Invocation(shop.app)
    closed: list[bool] = []
    invocation.__dict__["client"] = SimpleNamespace(close=lambda: closed.append(True))
    invocation.close()
    invocation.close()
    assert closed == [True]
