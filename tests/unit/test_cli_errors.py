"""``hoody-codegen errors``: what it prints in each form, and how it helps with wrong questions."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hoody_codegen.cli import main

SHOP = """\
openapi: 3.1.0
info: {title: Shop, version: 1.0.0, x-namespace: shop}
servers: [{url: https://shop.example.test}]
paths:
  /keys/{id}:
    get:
      operationId: getKey
      tags: [Keys]
      parameters: [{name: id, in: path, required: true, schema: {type: string}}]
      responses:
        200: {description: The key}
        404:
          description: No such key
          x-error-codes:
            - {code: KEY_GONE, title: The key is gone, description: It was deleted.,
               resolution: "Make | a new one"}
          content: {application/json: {example: {code: KEY_GONE, message: Gone for good}}}
        503: {description: Closed}
    delete:
      operationId: deleteKey
      tags: [Keys]
      parameters: [{name: id, in: path, required: true, schema: {type: string}}]
      responses:
        204: {description: Deleted}
        404:
          description: No such key
          x-error-codes: [{code: KEY_GONE, title: No key}]
        409:
          description: In use
          x-error-codes: [{code: key_gone, title: "\\e[31mRed [bold]"}]
"""
MAIL = """\
openapi: 3.1.0
info: {title: Mail, version: 1.0.0, x-namespace: mail}
servers: [{url: https://mail.example.test}]
paths:
  /send:
    post:
      operationId: send
      responses:
        200: {description: Sent}
        429:
          description: Slowly
          content: {application/json: {example: {code: TOO_FAST, message: Wait a little}}}
"""
CONFIG = """\
[targets.shop]
specs = ["*.yaml"]
output = "client"
package = "shop"
client_name = "Shop"
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "shop.yaml").write_text(SHOP)
    (tmp_path / "mail.yaml").write_text(MAIL)
    (tmp_path / "hoody-codegen.toml").write_text(CONFIG)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["errors", *arguments], catch_exceptions=False)


def printed(*arguments: str) -> str:
    result = run(*arguments)
    assert result.exit_code == 0, result.output
    assert result.stderr == ""
    return result.stdout


def data(*arguments: str) -> Any:
    return json.loads(printed("--format", "json", *arguments))


def test_the_table(folder: Path) -> None:
    lines = printed().splitlines()

    assert lines[0].split() == ["Service", "Code", "Status", "Class", "Title", "Methods"]
    assert [" ".join(line.split()) for line in lines[2:]] == [
        "mail TOO_FAST 429 TooFast 1",
        "shop KEY_GONE 404 KeyGone No key 1",
        "shop KEY_GONE 404 KeyGone The key is gone 1",
        "shop key_gone 409 KeyGone \\x1b[31mRed [bold] 1",
        "documented errors: 4; codes: 3; texts: 4; statuses without a code: 1; conflicts: 4"
        " (--conflicts)",
    ]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (["--service", "mail"], [("TOO_FAST", 429)]),
        (["--code", "Key_Gone"], [("KEY_GONE", 404), ("KEY_GONE", 404), ("key_gone", 409)]),
        (["--status", "409"], [("key_gone", 409)]),
        (["--service", "shop", "--status", "503"], [(None, 503)]),
        (["--service", "mail", "--status", "404"], []),
    ],
)
def test_filters(folder: Path, filters: list[str], expected: list[tuple[str, int]]) -> None:
    assert [(one["code"], one["status"]) for one in data(*filters)["errors"]] == expected


def test_json_says_everything(folder: Path) -> None:
    _, got, _ = data("--code", "KEY_GONE")["errors"]

    assert got == {
        "service": "shop",
        "method": "shop.keys.get",
        "http": "GET /keys/{id}",
        "status": 404,
        "code": "KEY_GONE",
        "class": "KeyGone",
        "title": "The key is gone",
        "description": "It was deleted.",
        "resolution": "Make | a new one",
        "messages": ["Gone for good"],
        "listed": True,
        "in_body": True,
        "inferred": None,
        "place": got["place"],
    }
    assert got["place"].startswith("shop.yaml:")


def test_markdown_is_the_reference(folder: Path) -> None:
    whole = printed("--format", "markdown")
    part = printed("--format", "markdown", "--service", "mail")

    assert whole.startswith("# Errors of shop\n")
    assert "\n## `KEY_GONE`, `key_gone`\n\n`errors.KeyGone`, status 404, 409\n" in whole
    assert "\n**404** The key is gone\n\nIt was deleted.\n\nTo do: Make \\| a new one\n" in whole
    assert "\nDocumented by `shop.keys.get`.\n" in whole
    assert "**409** \\\\u001b\\[31mRed \\[bold\\]" in whole
    assert [line for line in part.splitlines() if line.startswith("## ")] == ["## `TOO_FAST`"]
    assert "\x1b" not in whole


def test_conflicts_as_a_table(folder: Path) -> None:
    found = printed("--conflicts", "--code", "KEY_GONE")

    first = found.split("\n\n")[0].splitlines()
    assert first[:2] == [
        "title: 1. One code has several titles.",
        "  Each operation keeps its own text under each status.",
    ]
    assert "KEY_GONE   everywhere   No key (1); The key is gone (1)" in found
    assert "KEY_GONE   everywhere   KEY_GONE (2); key_gone (1)" in found
    assert "KEY_GONE   everywhere   404 (2); 409 (1)" in found


def test_conflicts_as_json(folder: Path) -> None:
    found = data("--conflicts", "--service", "mail")["conflicts"]

    assert found == [
        {
            "kind": "only-in-body",
            "code": "TOO_FAST",
            "service": "mail",
            "operation": None,
            "status": None,
            "variants": [{"text": "429", "count": 1}],
            "settled": "The body counts as documentation: an entry without title and resolution.",
        }
    ]


def test_conflicts_as_markdown(folder: Path) -> None:
    found = printed("--conflicts", "--format", "markdown")

    assert "\n| `KEY_GONE` | everywhere | No key (1)<br>The key is gone (1) |\n" in found


def test_no_conflicts(folder: Path) -> None:
    (folder / "shop.yaml").unlink()
    (folder / "mail.yaml").write_text(MAIL.replace("content:", "x-nothing:"))

    assert printed("--conflicts") == "no conflicts\n"


@pytest.mark.parametrize("form", ["table", "json", "markdown"])
def test_the_order_of_documents_has_no_say(folder: Path, form: str) -> None:
    first = printed("--format", form)
    (folder / "mail.yaml").rename(folder / "zz.yaml")

    assert printed("--format", form).replace("zz.yaml", "mail.yaml") == first


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--code", "KEY_GON"], "'KEY_GON' is documented nowhere; did you mean KEY_GONE"),
        (["--code", "xyz"], "'xyz' is documented nowhere"),
        (["--service", "shopp"], "'shopp' is documented nowhere; did you mean shop?"),
        (["--status", "99"], "99 is not in the range"),
        (["--target", "x"], "there is no 'x'; known are: shop"),
        (["--format", "xml"], "'xml' is not one of"),
    ],
)
def test_wrong_questions_are_answered_with_help(
    folder: Path, arguments: list[str], message: str
) -> None:
    result = run(*arguments)

    assert result.exit_code == 2
    assert message in " ".join(result.stderr.split())


def test_several_targets_need_a_name(folder: Path) -> None:
    config = folder / "two.toml"
    config.write_text(CONFIG + CONFIG.replace("targets.shop", "targets.other"))

    assert "name one by --target: " in run("--config", "two.toml").stderr
    assert "TOO_FAST" in printed("--config", "two.toml", "--target", "other")


def test_faults_of_documents_are_told(folder: Path) -> None:
    (folder / "shop.yaml").write_text("openapi: [")

    result = run()

    assert result.exit_code == 1
    assert "shop.yaml:2:" in result.stderr
    assert "there is no catalogue" in result.stderr


def test_help_teaches() -> None:
    text = run("--help").output

    assert "hoody-codegen errors --code TOKEN_EXPIRED" in text
    assert "errors.of(client.<service>.<resource>.<method>)" in " ".join(text.split())


def test_without_settings_the_embedded_documents_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    found = data("--status", "410")["errors"]

    assert found
    assert {one["status"] for one in found} == {410}
