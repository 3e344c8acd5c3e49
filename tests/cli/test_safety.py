"""The question before what can't be undone."""

from __future__ import annotations

import io
import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import click
import pytest
from hoody_codegen.cli_runtime.safety import confirm
from support.command_line.small_app import APP, DELETE, LIST, Account, invocation, program
from support.command_line.terminal import Terminal

VALUES = {"id": "p-1"}


def asked(monkeypatch: pytest.MonkeyPatch, typed: str) -> Any:
    """A run at a terminal, where this is typed."""
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))
    err = io.StringIO()
    settings = SimpleNamespace(yes=False, dry_run=False)
    return SimpleNamespace(app=APP, settings=settings, can_ask=True, err=err)


def test_a_yes_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    for typed in ("y\n", "YES\n", "what\ny\n"):
        run = asked(monkeypatch, typed)
        confirm(run, DELETE, VALUES)
        assert run.err.getvalue().startswith("Delete a project: ID p-1\nThis can't be undone.")
        assert "[y/N] " in run.err.getvalue()


def test_anything_else_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    for typed in ("\n", "n\n", "no\n"):
        run = asked(monkeypatch, typed)
        with pytest.raises(click.exceptions.Exit) as stopped:
            confirm(run, DELETE, VALUES)
        assert stopped.value.exit_code == 1
        assert run.err.getvalue().endswith("Nothing was sent.\n")
    with pytest.raises(click.Abort):
        confirm(asked(monkeypatch, ""), DELETE, VALUES)


def test_a_name_cannot_steer_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    run = asked(monkeypatch, "y\n")
    confirm(run, DELETE, {"id": "\x1b[2Kharmless\nLine"})
    assert "\x1b" not in run.err.getvalue()
    assert "harmless Line\n" in run.err.getvalue()


def test_nobody_is_asked_with_yes_nor_in_a_dry_run_nor_of_what_destroys_nothing() -> None:
    confirm(invocation(yes=True), DELETE, VALUES)
    confirm(invocation(dry_run=True), DELETE, VALUES)
    confirm(invocation(), LIST, {})


def test_without_a_terminal_it_is_refused(tmp_path: Path) -> None:
    server = Account()
    try:
        run = program(tmp_path, HOODY_BASE_URL=server.url, HOODY_TOKEN="access-token-0")
        done = run("projects", "delete", "p-1", stdin=b"y\n")
        assert done.status == 2
        assert "no terminal to ask on" in done.messages
        assert "--yes" in done.messages
        assert "ID p-1" in done.messages
        assert not server.requests
        assert run("projects", "delete", "p-1", "--yes").status == 0
        assert server.last.method == "DELETE"
    finally:
        server.close()


@pytest.mark.parametrize(("key", "status", "sent"), [("y", 0, 1), ("", 1, 0), ("\x04", 130, 0)])
def test_at_a_terminal(tmp_path: Path, key: str, status: int, sent: int) -> None:
    server = Account()
    import sys

    environment = {
        "PYTHONPATH": os.pathsep.join(entry for entry in sys.path if entry),
        "HOODY_CONFIG_DIR": str(tmp_path),
        "HOODY_BASE_URL": server.url,
        "HOODY_TOKEN": "access-token-0",
    }
    words = ("projects", "delete", "p-1")
    try:
        with Terminal(
            "support.command_line.small_app", *words, environment=environment
        ) as terminal:
            terminal.expect("Go on? [y/N] ")
            terminal.press(key if key == "\x04" else f"{key}\n")
            assert terminal.wait() == status
        assert len(server.requests) == sent
    finally:
        server.close()
