"""What commands are called, and that it doesn't depend on order."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hoody_codegen import ir
from hoody_codegen.commands.names import kebab, name_commands, shorten
from hoody_codegen.config import CommandLine, Target
from hoody_codegen.diagnostics import Diagnostics
from hoody_codegen.naming.table import build_names
from hoody_codegen.text import Untrusted
from support.building import PLACE

SETTINGS = CommandLine("acme", login=("auth", "login"))


def operation(service: str, group: str, action: str, **more: object) -> ir.Operation:
    parts = tuple(Untrusted(part) for part in group.split(".") if part)
    return replace(
        ir.Operation(
            key=f"{service} POST /{group}/{action}",
            service=Untrusted(service),
            method="POST",
            path=Untrusted(f"/{group}/{action}"),
            origin=PLACE,
            group=parts,
            action=Untrusted(action),
        ),
        **more,  # type: ignore[arg-type]
    )


def names_of(
    *operations: ir.Operation, settings: CommandLine = SETTINGS
) -> tuple[dict[str, str], Diagnostics]:
    """The words of each command by service, group and action."""
    services = sorted({one.service.reveal() for one in operations} | {"api"})
    api = ir.Api(
        tuple(
            ir.Service(
                Untrusted(name),
                None,
                PLACE,
                tuple(one for one in operations if one.service.reveal() == name),
            )
            for name in services
        ),
        (),
    )
    target = Target("x", (), Path(), main_service="api", cli=settings)
    diagnostics = Diagnostics()
    table = build_names(api, Diagnostics(), client_name="Acme")
    named = name_commands(api, table, target, settings, diagnostics)
    return {
        key.partition("/")[2].replace("/", " "): " ".join(words)
        for key, words in named.commands.items()
    }, diagnostics


@pytest.mark.parametrize(
    ("method", "group", "around", "short"),
    [
        ("list-tokens", ["tokens"], [], "list"),
        ("list-branches", ["branches"], ["agent"], "list"),
        ("get-branch-diff", ["branches"], ["agent"], "get-diff"),
        ("workspaces-list", ["workspace"], ["agent"], "list"),
        ("agent-prompt-get", ["prompt"], ["agent"], "get"),
        ("agent-prompt", ["prompt"], ["agent"], "agent"),
        ("validate-script", ["validate"], ["exec"], "script"),
        ("wait-for-terminal", ["terminal-automation"], ["terminal"], "wait-for-terminal"),
        ("list-agents", ["meta"], ["agent"], "list-agents"),
        ("create", ["create"], [], "create"),
        ("todo-append", ["orchestration"], ["agent"], "todo-append"),
    ],
)
def test_words_that_repeat_the_group_are_left_out(
    method: str, group: list[str], around: list[str], short: str
) -> None:
    assert shorten(method.split("-"), group, around) == short


def test_further_words_are_left_out_where_the_settings_say_so() -> None:
    assert shorten(["add", "container", "proxy", "hook"], ["proxy-hooks"], []) == (
        "add-container-proxy-hook"
    )
    assert (
        shorten(["add", "container", "proxy", "hook"], ["proxy-hooks"], [], ["container"]) == "add"
    )


def test_kebab() -> None:
    assert kebab("auth_tokens") == "auth-tokens"
    assert kebab("proxyLogs") == "proxy-logs"
    assert kebab("ключ").isascii()


def test_the_main_service_stands_at_the_top() -> None:
    found, _ = names_of(operation("api", "projects", "list"), operation("agent", "mcp", "connect"))

    assert found == {"projects list": "projects list", "mcp connect": "agent mcp connect"}


def test_a_group_that_a_service_or_a_built_in_command_is_called_by_names_its_service() -> None:
    found, _ = names_of(
        operation("api", "files", "list"),
        operation("api", "config", "get"),
        operation("files", "", "stat"),
    )

    assert found["files list"] == "api-files list"
    assert found["config get"] == "api-config get"
    assert found["" + " stat"] == "files stat"


def test_of_commands_that_would_clash_the_shortened_ones_take_their_long_names() -> None:
    settings = replace(SETTINGS, groups={"api.keys": "tokens", "api.cards": "tokens"})
    found, diagnostics = names_of(
        operation("api", "tokens", "list"),
        operation("api", "keys", "listTokens"),
        operation("api", "keys", "showToken"),
        operation("api", "keys", "tokenMake"),
        operation("api", "cards", "makeToken"),
        settings=settings,
    )

    assert found == {
        "tokens list": "tokens list",
        "keys listTokens": "tokens list-tokens",
        "keys showToken": "tokens show",
        # Both were shortened, so neither has the better right.
        "keys tokenMake": "tokens token-make",
        "cards makeToken": "tokens make-token",
    }
    assert {one.code for one in diagnostics} == {"name-qualified"}


def test_groups_may_share_words_and_what_clashes_is_told_apart() -> None:
    settings = replace(SETTINGS, groups={"api.keys": "auth", "api.tokens": "auth"})
    found, _ = names_of(
        operation("api", "keys", "list"),
        operation("api", "tokens", "list"),
        operation("api", "tokens", "delete"),
        settings=settings,
    )

    assert found == {
        "keys list": "auth keys-list",
        "tokens list": "auth tokens-list",
        "tokens delete": "auth delete",
    }


def test_documented_names_win() -> None:
    found, _ = names_of(
        operation("api", "users", "getCurrent", cli_name=Untrusted("auth profile current")),
        operation("api", "tokens", "make", cli_name=Untrusted("tokens list")),
        operation("api", "tokens", "list"),
    )

    assert found["users getCurrent"] == "auth profile current"
    assert found["tokens make"] == "tokens list"
    assert found["tokens list"] == "tokens tokens-list"


@pytest.mark.parametrize("name", ["list", "config list", "Tokens list", "tokens --list", "a; b c"])
def test_documented_names_that_no_command_can_have_are_left_out(name: str) -> None:
    found, diagnostics = names_of(operation("api", "tokens", "list", cli_name=Untrusted(name)))

    assert found["tokens list"] == "tokens list"
    assert [one.code for one in diagnostics] == ["invalid-cli-name"]


def test_what_signs_in_keeps_its_words() -> None:
    settings = replace(SETTINGS, groups={"api.authentication": "auth"})
    found, _ = names_of(
        operation("api", "authentication", "login"),
        operation("api", "authentication", "status"),
        operation("api", "authentication", "signup"),
        settings=settings,
    )

    assert found["authentication login"] == "auth api-login"
    assert found["authentication status"] == "auth api-status"
    assert found["authentication signup"] == "auth signup"


def test_a_command_never_has_the_name_of_a_group_beside_it() -> None:
    found, _ = names_of(
        operation("api", "boxes.keys", "get"), operation("api", "boxes", "keysMake")
    )
    renamed, _ = names_of(
        operation("api", "boxes.keys", "get"),
        operation("api", "boxes", "make", cli_name=Untrusted("boxes keys")),
    )

    assert found == {"boxes.keys get": "boxes keys get", "boxes keysMake": "boxes keys-make"}
    assert renamed["boxes.keys get"] == "boxes keys get"
    assert renamed["boxes make"] == "boxes make"


def test_order_makes_no_difference() -> None:
    operations = [
        operation("api", "tokens", "listTokens"),
        operation("api", "tokens", "list"),
        operation("api", "files", "list"),
        operation("files", "", "git"),
        operation("files", "git", "fetch"),
    ]

    assert names_of(*operations)[0] == names_of(*reversed(operations))[0]


def test_a_group_that_is_renamed_but_not_there_is_a_warning() -> None:
    settings = replace(SETTINGS, groups={"api.nowhere": "gone"})
    _, diagnostics = names_of(operation("api", "tokens", "list"), settings=settings)

    assert [one.code for one in diagnostics] == ["cli-unknown-group"]
