"""What the help of the program teaches."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result
from hoody_codegen.cli import main
from hoody_codegen.config import load_config
from hoody_codegen.packaged import default_config
from hoody_codegen.pipeline import list_errors

COMMANDS = list(main.commands)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments, prog_name="hoody-codegen", catch_exceptions=False)


def test_the_help_of_the_program_tells_commands_and_statuses() -> None:
    text = run("--help").stdout

    assert all(f"  {name} " in text for name in COMMANDS)
    for status in (0, 1, 2, 130, 141):
        assert re.search(rf"^ +{status} +\w", text, re.MULTILINE), status


@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_of_a_command_explains_every_option(name: str) -> None:
    text = run(name, "--help").stdout

    options = [one for one in main.commands[name].params if isinstance(one, click.Option)]
    assert {"--json", "--quiet"} <= {flag for option in options for flag in option.opts}
    for option in options:
        assert option.help, option.name
        assert option.opts[-1] in text
    assert name == "completion" or "Exit status: 0 if " in text


def _examples() -> Iterator[list[str]]:
    for text in [main.help, *(command.help for command in main.commands.values())]:
        for line in (text or "").splitlines():
            example = re.match(r' +(?:eval "\$\()?(hoody-codegen [^|>)]*)', line)
            if example:
                yield re.split(r"  +", example[1].strip())[0].split()[1:]


def test_the_examples_of_the_help_can_be_typed() -> None:
    examples = list(_examples())

    assert len(examples) > 15
    for name, *rest in examples:
        with main.commands[name].make_context(name, list(rest)) as context:
            assert context.params


def test_the_questions_about_errors_in_the_help_have_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (target,) = load_config(default_config()).targets
    listing = list_errors(target)  # once for all of them: it reads all documents
    monkeypatch.setattr("hoody_codegen.pipeline.list_errors", lambda *_: listing)
    asked = [words for words in _examples() if words[0] == "errors" and len(words) > 1]

    assert asked
    for words in asked:
        result = run(*words, "--quiet")
        assert result.exit_code == 0, result.output
        assert result.stdout, words


def test_the_version() -> None:
    assert re.fullmatch(r"hoody-codegen, version \d+\.\d+\.\d+\n", run("--version").stdout)
