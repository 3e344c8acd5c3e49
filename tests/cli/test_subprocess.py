"""The program as a shell runs it: exit statuses, both streams, pipes, signals."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.command_line.catalog import CLIENT
from support.contract.server import ContractServer
from support.contract.targets import load_specs

PROGRAM = (sys.executable, "-W", "error", "-m", "hoody.cli")
PROJECT = "507f1f77bcf86cd799439011"


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


def run(
    environment: dict[str, str], *words: str, stdin: str = ""
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*PROGRAM, *words],
        env=environment,
        input=stdin,
        capture_output=True,
        text=True,
        timeout=60,
    )


@contextlib.contextmanager
def silent_server() -> Iterator[tuple[str, threading.Event]]:
    """A server that takes a request and never answers; the event is set when one has come."""
    asked = threading.Event()
    held: list[socket.socket] = []
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def accept() -> None:
            with contextlib.suppress(OSError):
                connection, _ = listening.accept()
                held.append(connection)
                connection.recv(65536)
                asked.set()

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        try:
            yield "http://{}:{}".format(*listening.getsockname()), asked
        finally:
            with contextlib.suppress(OSError):
                listening.shutdown(socket.SHUT_RDWR)
            thread.join(timeout=5)
            for connection in held:
                connection.close()


def test_results_go_to_stdout_and_nothing_else(environment: dict[str, str]) -> None:
    done = run(environment, "projects", "list", "--output", "json", "--verbose")

    assert done.returncode == 0, done.stderr
    assert isinstance(json.loads(done.stdout), list)
    assert "/api/v1/projects" in done.stderr
    assert "secret" not in done.stderr


def test_help_goes_to_stdout(environment: dict[str, str]) -> None:
    done = run(environment, "--help")

    assert done.returncode == 0
    assert "projects" in done.stdout
    for status in ("0", "1", "2", "3", "4", "5", "6", "130"):
        assert status in done.stdout
    assert not done.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("projekts",),
        ("projects", "lisst"),
        ("projects", "list", "--limmit", "3"),
        ("projects", "list", "--output", "tabel"),
        ("projects", "list", "--limit", "many"),
        ("projects", "get"),
    ],
)
def test_wrong_usage_is_2_and_nothing_is_sent(
    environment: dict[str, str], server: ContractServer, words: tuple[str, ...]
) -> None:
    before = server.valid + server.invalid
    done = run(environment, *words)

    assert done.returncode == 2
    assert not done.stdout
    assert done.stderr.strip()
    assert "Traceback" not in done.stderr
    assert server.valid + server.invalid == before


@pytest.mark.parametrize(
    ("words", "nearest"),
    [
        (("projekts", "list"), "projects"),
        (("projects", "lisst"), "list"),
        (("projects", "list", "--limmit", "3"), "--limit"),
        (("projects", "list", "--output", "tabel"), "table"),
    ],
)
def test_the_nearest_is_suggested(
    environment: dict[str, str], words: tuple[str, ...], nearest: str
) -> None:
    assert nearest in run(environment, *words).stderr


def test_no_connection_is_6(environment: dict[str, str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        url = "http://{}:{}".format(*closed.getsockname())
    done = run({**environment, "HOODY_BASE_URL": url}, "projects", "list")

    assert done.returncode == 6, done.stderr
    assert not done.stdout
    assert "Traceback" not in done.stderr


def test_without_a_token_it_says_how_to_sign_in(environment: dict[str, str]) -> None:
    environment.pop("HOODY_TOKEN")
    done = run(environment, "projects", "list")

    assert done.returncode == 3, done.stderr
    assert "auth login" in done.stderr
    assert not done.stdout


def test_what_destroys_is_refused_without_a_terminal(
    environment: dict[str, str], server: ContractServer
) -> None:
    before = server.valid + server.invalid
    refused = run(environment, "projects", "delete", PROJECT)
    assert refused.returncode == 2
    assert "--yes" in refused.stderr
    assert server.valid + server.invalid == before

    assert run(environment, "projects", "delete", PROJECT, "--yes").returncode == 0
    assert server.valid + server.invalid == before + 1


def test_a_dry_run_prints_curl_and_sends_nothing(
    environment: dict[str, str], server: ContractServer
) -> None:
    before = server.valid + server.invalid
    done = run(environment, "projects", "create", "--alias", "it's mine", "--dry-run")

    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("curl ")
    assert "/api/v1/projects" in done.stdout
    assert "secret" not in done.stdout + done.stderr
    assert server.valid + server.invalid == before


def test_a_body_is_read_from_a_pipe(environment: dict[str, str], server: ContractServer) -> None:
    before = server.valid
    done = run(environment, "projects", "create", "--body", "-", stdin='{"alias": "piped"}')

    assert done.returncode == 0, done.stderr
    assert server.valid == before + 1


def test_ctrl_c_is_130(environment: dict[str, str]) -> None:
    with silent_server() as (url, asked):
        started = subprocess.Popen(
            [*PROGRAM, "projects", "list"],
            env={**environment, "HOODY_BASE_URL": url},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert asked.wait(timeout=30)
        started.send_signal(signal.SIGINT)
        output, errors = started.communicate(timeout=30)

    assert started.returncode == 130
    assert not output
    assert "Traceback" not in errors


def test_a_closed_pipe_is_quiet(environment: dict[str, str]) -> None:
    started = subprocess.Popen(
        [*PROGRAM, "commands"],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert started.stdout is not None
    assert started.stderr is not None
    with started:
        first = started.stdout.readline()
        started.stdout.close()
        errors = started.stderr.read()
        started.wait(timeout=30)

    assert first.strip()
    assert not errors
