"""What the tests of the command line stand on can say no."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from hoody_codegen.cli_runtime.model import (
    Argument,
    Column,
    Command,
    Kind,
    Option,
    Output,
    Scope,
    ScopeArgument,
)
from support.command_line import totals
from support.command_line.printed import SAID, error_faults, exit_status, printed_faults
from support.command_line.running import Done, Program
from support.command_line.terminal import Terminal
from support.command_line.totals import CommandReport, CommandTotals
from support.command_line.words import Speller, SpellingFault
from support.contract.answers import Answer, DocumentedError
from support.contract.calls import PreparedCall
from support.contract.kinds import Kind as Spoken

COMMAND = Command(
    path=("things", "create"),
    method="api.things.create",
    request="POST /things/{id}",
    summary="Make a thing",
    arguments=(Argument("ID", "id"),),
    options=(
        Option("--name", "name", field="name"),
        Option("--tag", "tag", many=True),
        Option("--label", "label", mapping=True),
        Option("--wide", "wide", kind=Kind("flag")),
        Option("--open", "open_", kind=Kind("boolean"), field="open"),
        Option("--config", "config", kind=Kind("json"), field="config"),
        Option("--config.type", "config", ("type",), field="config"),
        Option("--file", "file", kind=Kind("bytes")),
        Option("--detail", "detail", mapping=True, kind=Kind("any")),
    ),
    has_body=True,
    scope="box",
)
APP: Any = SimpleNamespace(
    scopes=(Scope("box", (ScopeArgument("--box", "box"), ScopeArgument("--n", "n", default="1"))),)
)
BOX = "--box=507f1f77bcf86cd799439011"


def spelt(tmp_path: Path, *, whole: bool = False, json: Any = None, **keywords: Any) -> list[str]:
    call = PreparedCall(positional=["-7"], keywords=keywords, json=json)
    words = Speller(APP, tmp_path).spell(COMMAND, call, whole=whole).words
    assert words[:3] == ("things", "create", BOX)
    assert words[-2:] == ("--", "-7")
    return list(words[3:-2])


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"name": "a b"}, ["--name=a b"]),
        ({"name": None}, ["--name=null"]),
        ({"tag": ["x", "y"]}, ["--tag=x", "--tag=y"]),
        ({"label": {"a": 1, "b": True}}, ["--label=a=1", "--label=b=true"]),
        ({"wide": True, "open_": False}, ["--wide", "--no-open"]),
        ({"wide": False, "open_": True}, ["--open"]),
        (
            {"detail": {"a": "5", "b": 5, "c": "x"}},
            ['--detail=a="5"', "--detail=b=5", "--detail=c=x"],
        ),
        ({"config": {"type": "local"}}, ["--config.type=local"]),
        ({"config": {"type": "local", "more": 1}}, ['--config={"type": "local", "more": 1}']),
    ],
)
def test_calls_are_spelt(tmp_path: Path, values: dict[str, Any], words: list[str]) -> None:
    assert spelt(tmp_path, **values) == words


def test_bodies_are_spelt_whole(tmp_path: Path) -> None:
    body = {"name": "a", "open": True, "config": {"type": "x"}}
    values = {"name": "a", "open_": True, "config": {"type": "x"}, "tag": ["t"]}

    words = spelt(tmp_path, whole=True, json=body, **values)

    assert words == ['--body={"name": "a", "open": true, "config": {"type": "x"}}', "--tag=t"]


def test_bytes_are_spelt_as_files(tmp_path: Path) -> None:
    [word] = spelt(tmp_path, file=b"\x00\xff")
    flag, _, file = word.partition("=@")
    assert (flag, Path(file).read_bytes()) == ("--file", b"\x00\xff")


def test_what_has_no_flag_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(SpellingFault, match="no flag for 'colour'"):
        spelt(tmp_path, colour="red")
    with pytest.raises(SpellingFault, match="has 1 arguments"):
        Speller(APP, tmp_path).spell(COMMAND, PreparedCall(), whole=False)


def faults(command: Command, answer: Answer, form: str, output: bytes) -> list[str]:
    envelope: Any = SimpleNamespace(result="json", pagination=None, envelope="data")
    return printed_faults(command, envelope, answer, form, Done(0, output, b""))


OBJECT = COMMAND._replace(output=Output("object", (Column("name", "NAME"), Column("a.b", "B"))))
ANSWER = Answer(200, "application/json", b"{}", {"data": {"name": "some one", "a": {"b": "deep"}}})


@pytest.mark.parametrize(
    ("form", "output"),
    [
        ("json", b'{"name": "some one", "a": {"b": "deep"}}'),
        ("table", b"NAME  some\n      one\nB     deep\n"),
    ],
)
def test_right_output_has_no_faults(form: str, output: bytes) -> None:
    assert faults(OBJECT, ANSWER, form, output) == []


@pytest.mark.parametrize(
    ("form", "output"),
    [
        ("json", b'{"data": {"name": "some one", "a": {"b": "deep"}}}'),
        ("json", b'Done.\n{"name": "some one", "a": {"b": "deep"}}'),
        ("json", b""),
        ("table", b"NAME  some one\nB\n"),
        ("table", b""),
    ],
)
def test_wrong_output_is_a_fault(form: str, output: bytes) -> None:
    assert faults(OBJECT, ANSWER, form, output)


@pytest.mark.parametrize(
    ("kind", "parts", "right", "wrong"),
    [
        (Spoken.DOWNLOAD, (), b"\x00\x01", b"\x00\x01\n"),
        (Spoken.LINES, ({"n": 1}, 2), b'{"n": 1}\n2\n', b'[{"n": 1}, 2]'),
        (Spoken.SOCKET, ('{"said": "hello"}',), b'{"said": "hello"}\n' + SAID, SAID),
    ],
)
def test_what_is_streamed_is_judged(
    kind: Spoken, parts: tuple[Any, ...], right: bytes, wrong: bytes
) -> None:
    answer = Answer(200, None, b"\x00\x01", kind=kind, parts=parts)
    assert faults(COMMAND, answer, "json", right) == []
    assert faults(COMMAND, answer, "json", wrong)


def test_messages_of_errors_are_judged() -> None:
    entry = {"code": "THING_LOCKED", "description": "It is locked.", "resolution": "Unlock it."}
    wanted = DocumentedError(409, "THING_LOCKED", (entry,))
    answer = Answer(409, "application/json", b'{"code": "THING_LOCKED"}')

    def of(output: bytes, errors: bytes) -> list[str]:
        return list(error_faults(wanted, answer, Done(1, output, errors)))

    assert of(b"", b"409 THING_LOCKED\nIt is\nlocked. Unlock it.") == []
    assert len(of(b"THING_LOCKED", b"409 THING_LOCKED It is locked.")) == 2
    assert len(of(b"", b"409 Conflict")) == 3
    assert len(of(b"", b"Conflict")) == 4


def test_exit_statuses_are_those_of_the_documentation() -> None:
    statuses = {400: 1, 401: 3, 403: 1, 404: 4, 409: 1, 429: 1, 500: 5, 503: 5}
    assert {status: exit_status(status) for status in statuses} == statuses


def test_a_program_runs_in_its_own_streams_and_environment() -> None:
    def run(app: Any, words: Sequence[str]) -> int:
        import os

        print(app, *words, os.environ.get("GIVEN"), sys.stdin.read())
        sys.stdout.buffer.write(b"\xff")
        print("beside", file=sys.stderr)
        return 7

    before = sys.stdout
    done = Program(run, "app", {"GIVEN": "yes"})("a", "b", stdin=b"in")

    assert done == Done(7, b"app a b yes in\n\xff", b"beside\n")
    assert sys.stdout is before


def test_a_terminal_is_read_and_typed_into(tmp_path: Path) -> None:
    (tmp_path / "asking.py").write_text(
        "import getpass, os, sys\n"
        "print(sys.argv[1:], input('name? '), getpass.getpass('word? '))\n"
        "print('\\x1b[31m' + str(os.get_terminal_size().columns), sys.stdout.isatty())\n"
        "sys.exit(3)\n"
    )
    environment = {"PYTHONPATH": str(tmp_path)}
    with Terminal("asking", "one", "two", environment=environment, columns=33) as terminal:
        terminal.expect("name?")
        terminal.press("me\n")
        terminal.expect("word?")
        terminal.press("hidden\n")
        assert terminal.wait() == 3
        assert "['one', 'two'] me hidden" in terminal.screen
        assert "33 True" in terminal.screen
        assert "\x1b[31m33" in terminal.written


def _filled() -> CommandTotals:
    made = CommandTotals(runs=4)
    for form in ("table", "json"):
        made.expect(form, "files", 2)
        made.count(form, "files", "files GET /a")
        made.count(form, "files", "files GET /b")
    return made


def test_a_command_counts_when_it_passed_in_every_form() -> None:
    made = _filled()
    assert str(made) == "command line: 2 of 2 commands, 4 runs"
    assert made.complete

    made.passed["json files"].remove("files GET /b")
    assert str(made) == "command line: 1 of 2 commands, 4 runs"
    assert not made.complete


def test_shares_of_workers_are_added_up() -> None:
    made = CommandTotals(runs=1)
    made.expect("table", "files", 3)
    made.count("table", "files", "files GET /c")
    made.add(asdict(_filled()))

    assert (made.runs, made.expected) == (5, {"table files": 2, "json files": 2})
    assert made.passed["table files"] == ["files GET /c", "files GET /a", "files GET /b"]


@pytest.mark.parametrize(
    ("gap", "expected"), [(True, pytest.ExitCode.TESTS_FAILED), (False, pytest.ExitCode.OK)]
)
def test_a_gap_fails_a_run_that_passed(
    monkeypatch: pytest.MonkeyPatch, gap: bool, expected: pytest.ExitCode
) -> None:
    made = _filled()
    if gap:
        made.passed["json files"].pop()
    monkeypatch.setattr(totals, "COMMAND_TOTALS", made)
    session = cast("Any", SimpleNamespace(config=object(), exitstatus=pytest.ExitCode.OK))

    CommandReport().pytest_sessionfinish(session, pytest.ExitCode.OK)

    assert session.exitstatus == expected
