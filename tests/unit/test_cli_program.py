"""The program around the commands: how it ends, what it reports, how it completes and teaches."""

from __future__ import annotations

import errno
import json
import os
import re
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hoody_codegen.cli import main
from support.source import GENERATOR, ROOT

SPEC = """\
openapi: 3.1.0
info: {title: Birds, version: 1.0.0}
servers: [{url: https://birds.example.test}]
paths:
  /birds:
    get:
      operationId: listBirds
      tags: [Birds]
      parameters: [{name: c, in: cookie, content: {text/csv: {}}}]
      responses:
        200: {description: All birds}
        404: {description: None, x-error-codes: [{code: NO_BIRDS, title: No birds}]}
"""
OTHER = "{description: Gone, x-error-codes: [{code: NO_BIRDS, title: They have left}]}"
CONFIG = '[targets.birds]\nspecs = ["birds.yaml"]\noutput = "client"\n'
REFERENCE = """\
# All

<!-- === birds/birds.mdx === -->
## Birds

_Source: `docs/birds/birds.mdx`_

### `GET /birds`

Lists all birds.

---
"""
RULES = """\
[document]
openapi = "3.1.0"
version = "1.0.0"
[[pages]]
pattern = "*"
service = "birds"
[services.birds]
title = "Birds"
server = "plain"
[server.plain]
url = "https://birds.example.test"
description = "Where they live."
"""
COMMON = {"command", "status", "error", "diagnostics"}
PARTS = {
    "generate": {"written", "targets"},
    "errors": {"target", "errors", "conflicts"},
    "import-reference": {"source", "output", "report"},
    "completion": {"shell", "script"},
}
GOOD = {
    "generate": [],
    "errors": [],
    "import-reference": ["reference.md", "--out", "documents", "--rules", "rules.toml"],
    "completion": ["fish"],
}
WRONG = {
    "generate": ["--config", "gone.toml"],
    "errors": ["--config", "gone.toml"],
    "import-reference": ["reference.md", "--out", "documents", "--rules", "gone.toml"],
}
COMMANDS = list(main.commands)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "birds.yaml").write_text(SPEC)
    (tmp_path / "hoody-codegen.toml").write_text(CONFIG)
    (tmp_path / "reference.md").write_text(REFERENCE)
    (tmp_path / "rules.toml").write_text(RULES)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments, prog_name="hoody-codegen", catch_exceptions=False)


def report(*arguments: str) -> Any:
    return json.loads(run(*arguments).stdout)


# Reports


@pytest.mark.parametrize("command", COMMANDS)
def test_a_report_has_the_same_keys_however_a_run_ends(folder: Path, command: str) -> None:
    keys = COMMON | PARTS[command]
    fine = report(command, *GOOD[command], "--json")
    refused = report(command, "--json", "--bogus")

    assert (fine["command"], fine["status"], fine["error"]) == (command, 0, None)
    assert fine.keys() == refused.keys() == keys
    assert (refused["command"], refused["status"]) == (command, 2)
    assert "--bogus" in refused["error"]["message"]


@pytest.mark.parametrize("command", WRONG)
def test_faults_are_reported_with_their_place(folder: Path, command: str) -> None:
    result = run(command, *WRONG[command], "--json")
    told = json.loads(result.stdout)

    assert (result.exit_code, told["status"], told["error"]) == (1, 1, None)
    assert told.keys() == COMMON | PARTS[command]
    assert [found["location"]["file"] for found in told["diagnostics"]] == ["gone.toml"]
    assert result.stderr == ""


def test_a_report_says_what_was_written_and_what_would_be(folder: Path) -> None:
    planned = report("generate", "--check", "--diff", "--json")
    written = report("generate", "--json")

    assert (planned["status"], planned["written"]) == (1, False)
    assert (written["status"], written["written"]) == (0, True)
    first = {change["path"]: change["diff"] for change in planned["targets"][0]["changes"]}
    assert first["birds/__init__.py"].startswith("--- /dev/null\n+++ b/birds/__init__.py\n")
    assert {change["diff"] for change in written["targets"][0]["changes"]} == {None}
    assert [found["code"] for found in written["diagnostics"]] == ["parameter-content"]


def test_an_import_reports_its_counts(folder: Path) -> None:
    told = report("import-reference", *GOOD["import-reference"], "--json")

    assert (told["source"], told["output"]) == ("reference.md", "documents")
    assert told["report"] == json.loads((folder / "documents" / "import-report.json").read_text())
    assert told["report"]["total"]["operations"] == 1


def test_errors_in_json_are_the_same_by_both_options(folder: Path) -> None:
    told = report("errors", "--json")

    assert told == report("errors", "--format", "json")
    assert (told["target"], told["conflicts"]) == ("birds", [])
    assert [entry["code"] for entry in told["errors"]] == ["NO_BIRDS"]
    assert run("errors", "--json", "--format", "markdown").exit_code == 2


def _keys(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from value
    for inner in value.values() if isinstance(value, dict) else value:
        if isinstance(inner, dict | list):
            yield from _keys(inner)


def test_every_key_of_a_report_is_documented(folder: Path) -> None:
    told = [report(command, *GOOD[command], "--json") for command in COMMANDS]
    (imported,) = [one["report"] for one in told if one["command"] == "import-reference"]
    names_of_things = {key for part in imported.values() if isinstance(part, dict) for key in part}
    (folder / "birds.yaml").write_text(f"{SPEC}        410: {OTHER}\n")
    told += [report("errors", "--conflicts", "--json"), report("errors", "--bogus", "--json")]
    documentation = (ROOT / "docs" / "command.md").read_text()

    found = {key for one in told for key in _keys(one)} - names_of_things
    missing = {key for key in found if f"`{key}`" not in documentation}

    assert {"diff", "resolution", "location", "hint", "script", "unused", "variants"} <= found
    assert not missing


def test_an_unknown_command_is_reported_too(folder: Path) -> None:
    told = report("generat", "--json")

    assert told.keys() == COMMON
    assert (told["command"], told["status"]) == (None, 2)
    assert "did you mean generate?" in told["error"]["message"]


@pytest.mark.parametrize("command", COMMANDS)
def test_quiet_leaves_results_only(folder: Path, command: str) -> None:
    loud = run(command, *GOOD[command])
    quiet = run(command, *GOOD[command], "-q")

    assert quiet.exit_code == 0
    assert set(quiet.stdout.splitlines()) <= set(loud.stdout.splitlines())
    if command in ("generate", "import-reference"):
        assert (loud.stdout != "", quiet.stdout) == (True, "")


# Mistakes


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (["genrate"], "No such command 'genrate'; did you mean generate?"),
        (["import"], "did you mean import-reference?"),
        (["generate", "--chek"], "'--check'"),
        (["errors", "--conflict"], "'--conflicts'"),
        (["generate", "--target", "brids"], "did you mean birds?"),
        (["generate", "--target", "x"], "known are: birds"),
        (["completion", "csh"], "'bash', 'zsh', 'fish'"),
    ],
)
def test_what_was_meant_is_suggested(folder: Path, arguments: list[str], hint: str) -> None:
    result = run(*arguments)

    assert result.exit_code == 2
    assert hint in " ".join(result.stderr.split())
    assert result.stdout == ""


def test_a_folder_in_the_way_is_named(folder: Path) -> None:
    (folder / "client" / "README.md").mkdir(parents=True)

    result = run("generate")

    assert result.exit_code == 1
    assert "client/README.md: error: it stands where README.md has to be written" in result.stderr


def test_a_folder_in_place_of_the_settings_is_named(folder: Path) -> None:
    result = run("generate", "--config", str(folder))

    assert result.exit_code == 1
    assert "can't be read: Is a directory [config-unreadable]" in result.stderr


def test_a_file_in_place_of_a_folder_is_named(folder: Path) -> None:
    result = run("import-reference", "reference.md", "--out", "birds.yaml/x")

    assert result.exit_code == 1
    assert result.stderr.startswith("error: birds.yaml/x")
    assert "hint: A file stands where a folder is needed" in result.stderr


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_missing_permission_is_told_with_the_file(folder: Path) -> None:
    (folder / "hoody-codegen.toml").chmod(0)

    result = run("generate")

    assert result.exit_code == 1
    assert "hoody-codegen.toml: error: the file can't be read: Permission denied" in result.stderr


@pytest.mark.parametrize("as_json", [False, True])
@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "No space left on device"),
        (errno.EACCES, "Permission denied"),
        (errno.EROFS, "Read-only file system"),
    ],
)
def test_a_disk_that_refuses_is_told(
    folder: Path, monkeypatch: pytest.MonkeyPatch, number: int, words: str, as_json: bool
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(number, os.strerror(number), "some/file")

    monkeypatch.setattr("hoody_codegen.output.writing.os.rename", refuse)

    result = run("generate", *["--json"] * as_json)

    assert result.exit_code == 1
    if as_json:
        assert json.loads(result.stdout)["error"]["message"] == f"some/file: {words}"
        assert json.loads(result.stdout)["written"] is False
    else:
        assert f"error: some/file: {words}\n" in result.stderr
    assert not (folder / "client").exists()


# Real processes

START = "from hoody_codegen.cli import main; main(prog_name='hoody-codegen')"


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-c", START, *arguments]


def environment(**more: str) -> dict[str, str]:
    plain = {key: value for key, value in os.environ.items() if key not in ("NO_COLOR", "TERM")}
    return {**plain, "PYTHONPATH": str(GENERATOR.parent), **more}


def process(*arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
    options.setdefault("env", environment())
    options.setdefault("stdout", subprocess.PIPE)
    return subprocess.run(
        command(*arguments), stderr=subprocess.PIPE, text=True, check=False, **options
    )


def test_output_that_nobody_reads_ends_the_program_quietly(folder: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = process("errors", stdout=writing)
    finally:
        os.close(writing)

    assert (done.returncode, _without_warnings(done.stderr)) == (141, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no full device")
@pytest.mark.parametrize("arguments", [["errors"], ["errors", "--json"], ["--help"]])
def test_output_that_is_full_is_told(folder: Path, arguments: list[str]) -> None:
    with Path("/dev/full").open("w") as full:
        done = process(*arguments, stdout=full)

    assert done.returncode == 1
    assert _without_warnings(done.stderr) == "error: output: No space left on device\n"


@pytest.mark.parametrize("as_json", [False, True])
def test_a_file_system_that_takes_no_more_is_told(folder: Path, as_json: bool) -> None:
    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (4000, 4000))

    done = process("generate", *["--json"] * as_json, preexec_fn=limit)

    assert done.returncode == 1
    message = "output: File too large"
    if as_json:
        assert (json.loads(done.stdout)["error"]["message"], done.stderr) == (message, "")
    else:
        assert (done.stdout, done.stderr) == ("", f"error: {message}\n")
    assert not (folder / "client").exists()


def test_a_screen_that_knows_few_letters_gets_what_it_can_show(folder: Path) -> None:
    done = process("generate", env=environment(PYTHONIOENCODING="latin-1"))

    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("birds \\u2192 client: 1 service")


@pytest.mark.parametrize("arguments", [["--help"], ["generate", "--help"], ["errors", "--help"]])
def test_help_loads_nothing_but_the_parser(arguments: list[str]) -> None:
    code = START.replace("main(prog", "import atexit; atexit.register(told); main(prog")
    tell = "import sys\ndef told(): print(*sys.modules, file=sys.stderr)\n"

    done = subprocess.run(
        [sys.executable, "-c", tell + code, *arguments],
        env=environment(),
        capture_output=True,
        text=True,
        check=True,
    )

    heavy = {"rich", "pydantic", "jinja2", "black", "yaml", "hoody_codegen.pipeline"}
    loaded = set(done.stderr.split())
    assert "hoody_codegen.cli.main" in loaded
    assert not heavy & loaded


def _without_warnings(text: str) -> str:
    return "".join(line for line in text.splitlines(keepends=True) if ": warning: " not in line)


# A terminal


class Screen:
    """The program in a pseudo-terminal; ``text`` is all that it has sent there."""

    def __init__(self, *arguments: str, env: Mapping[str, str]) -> None:
        self.text = ""
        self._own, other = os.openpty()
        self._process = subprocess.Popen(
            command(*arguments), stdin=other, stdout=other, stderr=other, env=env
        )
        os.close(other)

    def wait_for(self, text: str) -> None:
        end = time.monotonic() + 60
        while text not in self.text:
            assert time.monotonic() < end, self.text
            assert self._read(), f"ended without {text!r}: {self.text!r}"

    def interrupt(self) -> None:
        self._process.send_signal(signal.SIGINT)

    def end(self) -> int:
        while self._read():
            pass
        return self._process.wait(60)

    def _read(self) -> bool:
        try:
            data = os.read(self._own, 65536)
        except OSError:  # Linux says so when nobody is left to write
            return False
        self.text += data.decode(errors="replace")
        return bool(data)

    def close(self) -> None:
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        os.close(self._own)


@pytest.fixture
def screens() -> Iterator[list[Screen]]:
    opened: list[Screen] = []
    yield opened
    for screen in opened:
        screen.close()


COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def test_a_terminal_shows_progress_and_colours(folder: Path, screens: list[Screen]) -> None:
    screen = Screen("generate", env=environment(TERM="xterm-256color"))
    screens.append(screen)

    assert screen.end() == 0
    assert "rendering and formatting" in screen.text
    assert COLOUR.search(screen.text)
    assert screen.text.endswith("1 warning: parameter-content 1\r\n")


@pytest.mark.parametrize(
    ("arguments", "more", "shows_progress"),
    [
        (["generate"], {"TERM": "xterm-256color", "NO_COLOR": "1"}, True),
        (["generate", "--quiet"], {"TERM": "xterm-256color", "NO_COLOR": "1"}, False),
        (["generate"], {"TERM": "dumb"}, False),
    ],
)
def test_a_terminal_without_colours(
    folder: Path,
    screens: list[Screen],
    arguments: list[str],
    more: dict[str, str],
    shows_progress: bool,
) -> None:
    screen = Screen(*arguments, env=environment(**more))
    screens.append(screen)

    assert screen.end() == 0
    assert not COLOUR.search(screen.text), screen.text
    assert ("rendering and formatting" in screen.text) is shows_progress
    assert "birds.yaml:9:20: warning: the parameter 'c'" in screen.text


def test_an_interrupted_run_is_quiet_and_leaves_nothing(
    tmp_path: Path, screens: list[Screen], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    screen = Screen("generate", "--out", "client", env=environment(TERM="xterm-256color"))
    screens.append(screen)
    screen.wait_for("hoody: ")

    screen.interrupt()

    assert screen.end() == 130
    assert "Traceback" not in screen.text
    assert "\x1b[?25h" in screen.text, "the cursor comes back"
    assert list(tmp_path.iterdir()) == []


# Completion


def complete(shell: str, line: str, folder: Path) -> list[str]:
    words = line.split(" ")
    done = process(
        env=environment(
            _HOODY_CODEGEN_COMPLETE=f"{shell}_complete",
            COMP_WORDS=line,
            COMP_CWORD=words[-1] if shell == "fish" else str(len(words) - 1),
        ),
        cwd=folder,
    )
    assert done.stderr == ""
    return [line for line in done.stdout.splitlines() if line]


@pytest.mark.parametrize(
    ("line", "values"),
    [
        ("hoody-codegen gen", ["generate"]),
        ("hoody-codegen generate --ch", ["--check"]),
        ("hoody-codegen errors --format m", ["markdown"]),
        ("hoody-codegen completion ", ["bash", "zsh", "fish"]),
        ("hoody-codegen generate --target ", ["birds"]),
        ("hoody-codegen errors --config gone.toml --target ", []),
    ],
)
def test_bash_is_told_what_fits(folder: Path, line: str, values: list[str]) -> None:
    assert complete("bash", line, folder) == [f"plain,{value}" for value in values]


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_other_shells_are_told_with_help(folder: Path, shell: str) -> None:
    told = "\n".join(complete(shell, "hoody-codegen gen", folder))

    assert "generate" in told
    assert "Write clients from documents, or check them." in told


def test_the_script_completes_in_bash(folder: Path) -> None:
    script = run("completion", "bash").stdout
    (folder / "hoody-codegen").write_text(f'#!/bin/sh\nexec {sys.executable} -c "{START}" "$@"\n')
    (folder / "hoody-codegen").chmod(0o755)
    lines = [
        script,
        "COMP_WORDS=(hoody-codegen generate --fo); COMP_CWORD=2",
        "_hoody_codegen_completion hoody-codegen",
        'printf "%s\\n" "${COMPREPLY[@]}"',
        "complete -p hoody-codegen",
    ]

    done = subprocess.run(
        ["bash", "--norc", "-c", "\n".join(lines)],
        env=environment(PATH=f"{folder}:{os.environ['PATH']}"),
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.splitlines() == [
        "--force",
        "complete -o nosort -F _hoody_codegen_completion hoody-codegen",
    ]


@pytest.mark.parametrize(
    ("shell", "mark"),
    [
        ("bash", "complete -o nosort -F _hoody_codegen_completion hoody-codegen"),
        ("zsh", "#compdef hoody-codegen"),
        ("fish", "complete --no-files --command hoody-codegen"),
    ],
)
def test_each_shell_has_its_script(shell: str, mark: str) -> None:
    script = run("completion", shell).stdout

    assert mark in script
    assert f"_HOODY_CODEGEN_COMPLETE={shell}_complete" in script
    assert report("completion", shell, "--json")["script"].strip() == script.strip()
