"""``--dry-run``: what is printed does the same in a shell, and nothing is sent."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest
from hoody_codegen import runtime
from hoody_codegen.cli_runtime import dry_run
from hoody_codegen.cli_runtime.connecting import connect, target
from hoody_codegen.cli_runtime.context import Invocation
from hoody_codegen.cli_runtime.model import Option
from support.command_line.small_app import APP, CREATE, DOWNLOAD, LIST, invocation, program
from support.runtime_calls import Demo, Things, operation

SCOPES = {"project_id": "pp", "container_id": "cc", "server": "ss"}
KIT = "https://pp-cc-{}-1.ss.containers.hoody.com"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in [name for name in os.environ if name.startswith(("HOODY_", "DEMO_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOODY_CONFIG_DIR", str(tmp_path / "own"))
    monkeypatch.setenv("DEMO_CONFIG_DIR", str(tmp_path / "own"))
    return tmp_path


def shown(
    capsys: pytest.CaptureFixture[str],
    call: Callable[[Any], Any],
    *,
    scope: bool = False,
    run: Invocation | None = None,
) -> str:
    made = run or invocation(dry_run=True, scopes=SCOPES)
    command = DOWNLOAD if scope else LIST
    try:
        dry_run.run(made, command, lambda: call(target(made, command)))
    finally:
        made.close()
    return capsys.readouterr().out


def test_a_call_without_a_body(capsys: pytest.CaptureFixture[str]) -> None:
    text = shown(capsys, lambda client: client.api.projects.list(page=2))
    assert text == (
        "curl 'https://api.hoody.com/api/v1/projects/?page=2' \\\n"
        "  -H 'Accept: application/json' \\\n"
        '  -H "Authorization: Bearer $HOODY_TOKEN"\n'
    )


def test_a_body_is_quoted_for_the_shell(capsys: pytest.CaptureFixture[str]) -> None:
    alias = 'it\'s "$HOME" `x` \\ ö\n!'
    text = shown(capsys, lambda client: client.api.projects.create(alias=alias))
    words = shlex.split(text.replace("\\\n", " "))
    assert words[:2] == ["curl", "https://api.hoody.com/api/v1/projects/"]
    assert json.loads(words[words.index("--data-raw") + 1]) == {"alias": alias}
    assert "Content-Type: application/json" in words


def test_other_methods_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    text = shown(capsys, lambda client: client.api.projects.delete("a b"))
    assert text.startswith("curl -X DELETE https://api.hoody.com/api/v1/projects/a%20b \\\n")


def test_secrets_are_masked(capsys: pytest.CaptureFixture[str]) -> None:
    run = invocation(dry_run=True, token="hdy_very-secret-token")
    text = shown(
        capsys, lambda client: client.login(username="ada", password="correct-horse"), run=run
    )
    assert '{"username": "ada", "password": "***"}' in text
    text = shown(
        capsys,
        lambda box: box.terminal.sessions.connect_web_socket(ssh_password="correct-horse"),
        scope=True,
    )
    assert "ssh_password=***" in text
    assert "correct-horse" not in text


def test_the_token_is_never_shown(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOODY_TOKEN", "hdy_of-the-environment")
    for token in (None, "hdy_very-secret-token"):
        run = invocation(dry_run=True, token=token)
        text = shown(capsys, lambda client: client.api.projects.list(), run=run)
        assert "hdy_" not in text
        assert '"Authorization: Bearer $HOODY_TOKEN"' in text


def test_a_download_begins(capsys: pytest.CaptureFixture[str]) -> None:
    run = invocation(dry_run=True, scopes=SCOPES, output_file="to here.bin")
    text = shown(capsys, lambda box: box.files.get("a/b"), scope=True, run=run)
    assert text.startswith(f"curl {KIT.format('files')}/api/v1/files/a/b \\\n")
    assert "--output 'to here.bin'" in text
    # The account's token isn't for the services of a container.
    assert "Authorization" not in text


def test_events_are_not_held_back(capsys: pytest.CaptureFixture[str]) -> None:
    text = shown(capsys, lambda box: box.watch.streams.stream_sse(["w"]), scope=True)
    assert "--no-buffer" in text
    assert "text/event-stream" in text


def test_a_socket_is_for_websocat(capsys: pytest.CaptureFixture[str]) -> None:
    text = shown(
        capsys, lambda box: box.terminal.sessions.connect_web_socket(cwd="/a b"), scope=True
    )
    assert text.startswith(f"websocat 'wss{KIT.format('terminal').removeprefix('https')}/api/v1/")
    assert "Accept" not in text


def test_a_file_is_named_and_not_read(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    big = tmp_path / "it's big.bin"
    with big.open("wb") as file:
        file.truncate(20 << 30)
    text = shown(capsys, lambda box: box.files.put("a", body=big), scope=True)
    words = shlex.split(text.replace("\\\n", " "))
    assert words[1:3] == ["-X", "PUT"]
    assert words[words.index("--data-binary") + 1] == f"@{big}"
    with big.open("rb") as file:
        text = shown(capsys, lambda box: box.files.put("a", body=file), scope=True)
        assert f"@{big}" in shlex.split(text.replace("\\\n", " "))
        assert file.tell() == 0
    text = shown(capsys, lambda box: box.files.put("a", body=iter([b"x"])), scope=True)
    assert text.endswith("--data-binary @-\n")
    text = shown(capsys, lambda box: box.files.put("a", body=b"\x00\xff"), scope=True)
    assert text.endswith("--data-binary @-  # 2 bytes, on standard input\n")


FORM = operation("POST", "/form", media_type="multipart/form-data")


@pytest.fixture
def demo() -> Invocation:
    made = Invocation(
        APP._replace(
            name="demo",
            package="demo",
            env_prefix="DEMO",
            client=lambda: Demo,
            runtime=lambda: runtime,
            scopes=(),
        )
    )
    made.settings.dry_run = True
    return made


def test_forms_are_given_in_parts(
    capsys: pytest.CaptureFixture[str], demo: Invocation, tmp_path: Path
) -> None:
    odd = tmp_path / 'a;b,"c".txt'
    odd.write_text("x")
    body = {
        "name": "it's; ok",
        "password": "correct-horse",
        "count": 3,
        "open": True,
        "config": {"type": "local; x", "api_key": "k-very-secret"},
        "file": tmp_path / "plain.txt",
        "odd": odd,
        "bytes": ("n.bin", b"12", "image/png"),
        "many": ["a", "b"],
    }
    (tmp_path / "plain.txt").write_text("x")
    text = shown(capsys, lambda client: Things(client).call(FORM, body=body), run=demo)
    words = shlex.split(text.replace("\\\n", " "))
    parts = [words[at + 1] for at, word in enumerate(words) if word in ("-F", "--form-string")]
    quoted = str(odd).replace('"', '\\"')
    assert parts == [
        "name=it's; ok",
        "password=***",
        "count=3",
        "open=true",
        'config="{\\"type\\":\\"local; x\\",\\"api_key\\":\\"***\\"}";type=application/json',
        f"file=@{tmp_path / 'plain.txt'}",
        f'odd=@"{quoted}"',
        'bytes=@-;filename="n.bin";type=image/png',
        "many=a",
        "many=b",
    ]
    assert "Content-Type" not in text
    assert "$DEMO_TOKEN" in text


def test_form_fields_are_masked(capsys: pytest.CaptureFixture[str], demo: Invocation) -> None:
    call = operation("POST", "/form", media_type="application/x-www-form-urlencoded")
    body = {"user": "ada", "password": "correct-horse"}
    text = shown(capsys, lambda client: Things(client).call(call, body=body), run=demo)
    assert "--data-raw 'user=ada&password=***'" in text


def test_head_is_asked_for_in_curls_own_way(
    capsys: pytest.CaptureFixture[str], demo: Invocation
) -> None:
    call = operation("HEAD", "/thing")
    text = shown(capsys, lambda client: Things(client).call(call), run=demo)
    assert text.startswith("curl --head https://api.example.test/thing")


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl isn't installed")
def test_what_is_printed_does_the_same(
    capsys: pytest.CaptureFixture[str], demo: Invocation, tmp_path: Path
) -> None:
    from support.wire_server import WireServer

    server = WireServer()
    try:
        demo.settings.base_url = server.url
        alias = 'it\'s "$HOME" `x` \\ ö !'
        call = operation("PATCH", "/a b", media_type="application/json")
        text = shown(capsys, lambda c: Things(c).call(call, body={"alias": alias}), run=demo)
        environment = {**os.environ, "DEMO_TOKEN": "t-1", "no_proxy": "*"}
        done = subprocess.run(["sh", "-c", text], env=environment, capture_output=True, check=True)
        assert done.stdout == b"{}"
        assert server.last.method == "PATCH"
        assert server.last.json() == {"alias": alias}
        assert server.last.header("authorization") == "Bearer t-1"
        odd = tmp_path / 'a;b,"c".txt'
        odd.write_text("content of it")
        body = {"odd": odd, "text": "a;b=@c", "config": {"a": 'x";y\\'}}
        text = shown(capsys, lambda c: Things(c).call(FORM, body=body), run=demo)
        subprocess.run(["sh", "-c", text], env=environment, capture_output=True, check=True)
        sent = server.last.body.decode()
        assert "content of it" in sent
        assert "\r\n\r\na;b=@c\r\n" in sent
        assert json.dumps({"a": 'x";y\\'}, separators=(",", ":")) in sent
    finally:
        server.close()


def test_nothing_is_sent_and_no_session_renewed(tmp_path: Path) -> None:
    from support.command_line.small_app import Account

    server = Account()
    try:
        run = program(tmp_path, HOODY_BASE_URL=server.url)
        for words in (
            ("projects", "list"),
            ("projects", "create", "--alias", "x"),
            ("projects", "delete", "p-1"),
            ("auth", "login", "--username", "ada"),
            ("whoami", "--check"),
        ):
            done = run(*words, "--dry-run")
            assert (done.status, done.messages) == (0, ""), words
            assert done.text.startswith("curl "), words
        assert not server.requests
        assert not list(tmp_path.iterdir())
    finally:
        server.close()


def test_a_custom_command_that_calls_the_client_sends_nothing_either(
    capsys: pytest.CaptureFixture[str],
) -> None:
    run = invocation(dry_run=True)
    client = connect(run)
    try:
        with pytest.raises(dry_run.NotSent):
            client.with_realm("a" * 24).api.projects.list()
        assert f"https://{'a' * 24}.api.hoody.com/" in capsys.readouterr().out
    finally:
        client.close()


def test_a_call_that_sends_nothing_says_so() -> None:
    run = invocation(dry_run=True)
    with pytest.raises(click.ClickException, match="hoody projects create"):
        dry_run.run(run, CREATE, lambda: None)
    run.close()


def test_what_the_command_calls_a_secret_is_masked(
    capsys: pytest.CaptureFixture[str], demo: Invocation
) -> None:
    options = (
        Option("--pem", "pem_", field="pem", secret=True),
        Option("--config.seed", "config", ("seed",), field="config", secret=True),
        Option("--x-pin", "x_pin", secret=True),
        Option("--word", "word", secret=True),
    )
    demo.command = CREATE._replace(options=options)
    text = shown(
        capsys,
        lambda client: Things(client).call(
            operation("POST", "/thing", media_type="application/json"),
            body={"pem": "hidden-1", "config": {"seed": "hidden-2", "words": "kept"}},
            headers={"X-Pin": "hidden-3"},
            query={"word": "hidden-4", "words": "kept"},
        ),
        run=demo,
    )
    assert "hidden" not in text
    assert "?word=***&words=kept'" in text
    assert json.dumps({"pem": "***", "config": {"seed": "***", "words": "kept"}}) in text
    assert "X-Pin: ***" in text
