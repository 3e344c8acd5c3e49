"""The program before somebody who sits at a terminal: questions, secrets, colours, tables, bars."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from support.command_line.catalog import CLIENT
from support.command_line.terminal import Terminal
from support.contract.server import ContractServer
from support.contract.targets import load_specs

PROJECT = "507f1f77bcf86cd799439011"
ESCAPE = "\x1b["

hoody = partial(Terminal, "hoody.cli")


@pytest.fixture(scope="module")
def server() -> Iterator[ContractServer]:
    with ContractServer(spec for spec in load_specs("hoody") if spec.service == "api") as running:
        yield running


@pytest.fixture
def environment(server: ContractServer, tmp_path: Path) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": CLIENT,
        "HOME": str(tmp_path),
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
        "HOODY_TOKEN": "secret",
        "HOODY_BASE_URL": f"{server.url}/api",
    }


def sent(server: ContractServer) -> int:
    return server.valid + server.invalid


@pytest.mark.parametrize(("answer", "deleted"), [("y", 1), ("n", 0), ("", 0)])
def test_it_asks_before_it_destroys(
    environment: dict[str, str], server: ContractServer, answer: str, deleted: int
) -> None:
    before = sent(server)
    with hoody("projects", "delete", PROJECT, environment=environment) as terminal:
        terminal.expect("[y/N]")
        assert sent(server) == before
        terminal.press(f"{answer}\n")
        status = terminal.wait()

    assert sent(server) == before + deleted
    assert status == (0 if deleted else 1)


def test_ctrl_c_at_a_question_is_130(environment: dict[str, str], server: ContractServer) -> None:
    before = sent(server)
    with hoody("projects", "delete", PROJECT, environment=environment) as terminal:
        terminal.expect("[y/N]")
        terminal.press("\x03")
        assert terminal.wait() == 130
        assert "Traceback" not in terminal.screen
    assert sent(server) == before


def test_yes_asks_nothing(environment: dict[str, str], server: ContractServer) -> None:
    before = sent(server)
    with hoody("projects", "delete", PROJECT, "--yes", environment=environment) as terminal:
        assert terminal.wait() == 0
        assert "[y/N]" not in terminal.screen
    assert sent(server) == before + 1


def test_a_table_is_shown_in_colour_and_fits(environment: dict[str, str]) -> None:
    for columns in (60, 120):
        words = ("projects", "list", "--quiet")
        with hoody(*words, environment=environment, columns=columns) as terminal:
            assert terminal.wait() == 0, terminal.screen
            lines = terminal.screen.splitlines()
            assert any(line.strip() for line in lines)
            assert max(map(len, lines)) <= columns
            assert ESCAPE in terminal.written


@pytest.mark.parametrize("change", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_colour_can_be_refused(environment: dict[str, str], change: dict[str, str]) -> None:
    with hoody("projects", "list", environment={**environment, **change}) as terminal:
        assert terminal.wait() == 0
        assert terminal.screen.strip()
        assert ESCAPE not in terminal.written


def test_a_password_is_not_shown(
    environment: dict[str, str], server: ContractServer, tmp_path: Path
) -> None:
    del environment["HOODY_TOKEN"]
    before = server.valid
    with hoody("auth", "login", environment=environment) as terminal:
        terminal.expect("sername")
        terminal.press("somebody\n")
        terminal.expect("assword")
        terminal.press("hunter2-long\n")
        assert terminal.wait() == 0, terminal.screen
        assert "hunter2-long" not in terminal.written
    assert server.valid > before

    kept = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert kept
    for file in kept:
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert "hunter2-long" not in file.read_text(encoding="utf-8")


def test_a_download_shows_its_progress(
    environment: dict[str, str], server: ContractServer, tmp_path: Path
) -> None:
    target = tmp_path / "invoice.pdf"
    words = ("wallet", "download-invoice-pdf", PROJECT, "-O", str(target))
    with hoody(*words, environment=environment) as terminal:
        assert terminal.wait() == 0, terminal.screen
        assert target.stat().st_size == 3000
        assert "%" in terminal.screen or "kB" in terminal.screen

    target.unlink()
    with hoody(*words, "--quiet", environment=environment) as terminal:
        assert terminal.wait() == 0, terminal.screen
        assert target.stat().st_size == 3000
        assert not terminal.screen.strip()


def test_errors_stand_in_the_terminal_with_their_resolution(
    environment: dict[str, str],
) -> None:
    changed: dict[str, Any] = {**environment, "HOODY_BASE_URL": "http://127.0.0.1:1"}
    with hoody("projects", "list", environment=changed) as terminal:
        assert terminal.wait() == 6
        assert "Traceback" not in terminal.screen
