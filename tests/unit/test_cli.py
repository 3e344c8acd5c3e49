"""The command line: what it says, what it writes, and how it ends."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hoody_codegen.cli import main

SPEC = """\
openapi: 3.1.0
info: {title: Birds, version: 1.0.0}
servers: [{url: https://birds.example.test}]
paths:
  /birds:
    get:
      operationId: listBirds
      tags: [Birds]
      responses: {"200": {description: All birds}}
"""
CONFIG = '[targets.birds]\nspecs = ["birds.yaml"]\noutput = "client"\n'


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "birds.yaml").write_text(SPEC)
    (tmp_path / "hoody-codegen.toml").write_text(CONFIG)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments, catch_exceptions=False)


def test_it_generates_and_says_what_it_did(folder: Path) -> None:
    result = run("generate")

    assert result.exit_code == 0, result.output
    assert (folder / "client" / "birds" / "services" / "birds" / "__init__.py").exists()
    first, second = result.stdout.splitlines()[:2]
    assert first == "birds → client: 1 service, 1 operation, 0 models"
    assert second.startswith("  files: ")
    assert second.endswith(" created, 0 updated, 0 removed, 0 unchanged")
    assert result.stderr == ""


def test_a_second_run_changes_nothing(folder: Path) -> None:
    run("generate")

    result = run("generate")

    assert "0 created, 0 updated, 0 removed" in result.stdout


def test_quiet_says_nothing(folder: Path) -> None:
    assert run("generate", "--quiet").output == ""


def test_check_fails_until_the_files_are_right_and_writes_nothing(folder: Path) -> None:
    missing = run("generate", "--check")
    assert missing.exit_code == 1
    assert "would create birds/__init__.py" in missing.stdout
    assert not (folder / "client").exists()

    run("generate")

    assert run("generate", "--check").exit_code == 0


def test_diff_prints_what_would_change(folder: Path) -> None:
    run("generate")
    (folder / "birds.yaml").write_text(SPEC.replace("listBirds", "findBirds"))

    result = run("generate", "--diff")

    assert result.exit_code == 0
    assert "--- a/birds/services/birds/__init__.py" in result.stdout
    assert run("generate", "--check", "--diff").exit_code == 1
    assert run("generate", "--check").exit_code == 1


def test_warnings_are_shown_counted_and_fatal_when_strict(folder: Path) -> None:
    (folder / "birds.yaml").write_text(
        SPEC + "      parameters: [{name: c, in: cookie, content: {text/csv: {}}}]\n"
    )

    result = run("generate")
    assert result.exit_code == 0
    assert "birds.yaml:10:20: warning: the parameter 'c'" in result.stderr
    assert "1 warning: parameter-content 1" in result.stdout
    shutil.rmtree(folder / "client")

    strict = run("generate", "--strict")
    assert strict.exit_code == 1
    assert "birds.yaml:10:20: error: the parameter 'c'" in strict.stderr
    assert not (folder / "client").exists()


def test_all_faults_of_all_documents_come_at_once_and_nothing_is_written(folder: Path) -> None:
    (folder / "birds.yaml").write_text(SPEC.replace("{description: All birds}", "{$ref: '#/no'}"))
    (folder / "bad.yaml").write_text("a: [1\n")
    (folder / "hoody-codegen.toml").write_text(
        '[targets.birds]\nspecs = ["*.yaml", "gone.yaml"]\noutput = "client"\n'
    )

    result = run("generate")

    assert result.exit_code == 1
    lines = [line for line in result.stderr.splitlines() if ": error: " in line]
    files = [line.partition(":")[0] for line in lines]
    assert files == ["bad.yaml", "birds.yaml", "hoody-codegen.toml"]
    assert "hoody-codegen.toml:2:20: error: the file gone.yaml does not exist" in result.stderr
    assert "birds.yaml:9:27: error:" in result.stderr
    assert "3 errors; nothing was written" in result.stderr
    assert not (folder / "client").exists()


def test_a_fault_in_the_settings_is_shown_with_its_place(folder: Path) -> None:
    (folder / "hoody-codegen.toml").write_text(CONFIG + 'formater = "black"\n')

    result = run("generate")

    assert result.exit_code == 1
    assert "hoody-codegen.toml:4:1: error: unknown setting" in result.stderr
    assert "hint: Did you mean 'formatter'?" in result.stderr


def test_hand_written_files_stop_the_run(folder: Path) -> None:
    (folder / "client").mkdir()
    (folder / "client" / "README.md").write_text("mine")

    result = run("generate")

    assert result.exit_code == 1
    assert "client/README.md: error: the file wasn't generated" in result.stderr
    assert [path.name for path in (folder / "client").iterdir()] == ["README.md"]


def test_many_files_in_the_way_are_summed_up(folder: Path) -> None:
    run("generate")
    (folder / "client" / ".hoody-codegen.json").unlink()
    for path in (folder / "client").rglob("*.py"):
        path.write_text("mine")

    result = run("generate")

    assert result.exit_code == 1
    assert result.stderr.count("wasn't generated") == 20
    assert re.search(r"… and \d+ more \[output-not-generated\]", result.stderr)


def test_edited_files_stop_the_run_unless_forced(folder: Path) -> None:
    run("generate")
    readme = folder / "client" / "README.md"
    generated = readme.read_text()
    readme.write_text("mine")

    assert run("generate").exit_code == 1
    assert readme.read_text() == "mine"
    assert run("generate", "--force").exit_code == 0
    assert readme.read_text() == generated


def test_json_holds_everything(folder: Path) -> None:
    result = run("generate", "--json")

    outcome = json.loads(result.stdout)
    (target,) = outcome["targets"]
    assert target["operations"] == 1
    assert {"kind": "create", "path": "birds/__init__.py", "diff": None} in target["changes"]
    assert outcome["diagnostics"] == []


def test_faults_as_json(folder: Path) -> None:
    (folder / "birds.yaml").unlink()

    result = run("generate", "--json")

    assert result.exit_code == 1
    (fault,) = json.loads(result.stdout)["diagnostics"]
    assert (fault["severity"], fault["code"]) == ("error", "file-not-found")
    assert (fault["location"]["file"], fault["location"]["line"]) == ("hoody-codegen.toml", 2)


def test_one_target_of_several_goes_to_another_folder(folder: Path) -> None:
    (folder / "hoody-codegen.toml").write_text(CONFIG + CONFIG.replace("birds]", "more]"))

    assert run("generate", "--out", "elsewhere").exit_code == 2
    assert run("generate", "--target", "none").exit_code == 2
    assert run("generate", "--target", "birds", "--out", "elsewhere").exit_code == 0
    assert sorted(path.name for path in folder.iterdir() if path.is_dir()) == ["elsewhere"]


def test_without_settings_it_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    result = run("generate")

    assert result.exit_code == 2
    assert "--out DIR" in result.stderr


def test_text_of_documents_cannot_steer_the_terminal(folder: Path) -> None:
    name = "\x1b]0;owned\x07\u202e"
    odd = f"{{name: {json.dumps(name)}, in: cookie, content: {{a/b: {{}}}}}}"
    (folder / "birds.yaml").write_text(f"{SPEC}      parameters: [{odd}]\n")

    result = run("generate")

    assert result.exit_code == 0
    assert "\x1b" not in result.output
    assert "\u202e" not in result.output


def test_importing_what_is_not_there_fails(tmp_path: Path) -> None:
    result = run("import-reference", str(tmp_path / "none.md"), "--out", str(tmp_path))

    assert result.exit_code == 1
    assert "error" in result.stderr


@pytest.mark.parametrize("command", [(), ("generate",), ("import-reference",)])
def test_help_teaches(command: tuple[str, ...]) -> None:
    result = run(*command, "--help")

    assert result.exit_code == 0
    assert "generate" in result.stdout or "Recover" in result.stdout
