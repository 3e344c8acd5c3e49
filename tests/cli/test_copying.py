"""`hoody cp`, the hand-written command of the Hoody client, against a server on this machine."""

from __future__ import annotations

import hashlib
import importlib
import io
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import hoody
import pytest
from support.wire_server import Answer, Recorded, WireServer, json_answer

ID = "c" * 24
CONTAINER = {
    "id": ID,
    "project_id": "a" * 24,
    "project_alias": "shop",
    "server_id": "b" * 24,
    "server_name": "node-1",
    "name": "dev-env",
}


class Box:
    """The files of one container, and the list of containers of its account."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.folders = {"srv"}
        self.containers: list[dict[str, Any]] = [CONTAINER]
        self.fail_after: int | None = None
        """Requests that write and are answered before one fails."""
        self.has_hashes = True
        self.server = WireServer()
        self.server.default = self._answer

    def _answer(self, request: Recorded) -> Answer:
        if request.path.startswith("/api/v1/containers"):
            return json_answer({"statusCode": 200, "message": "", "data": self._listed(request)})
        found = re.fullmatch(r"/api/v1/files/(stat/|append/)?(.+)", request.path)
        assert found is not None, request.target
        part, path = found.groups()
        if request.method == "PUT":
            return self._write(path, request.body, append=part == "append/")
        if part == "stat/":
            return self._stat(path)
        if path not in self.files:
            return json_answer({"error": "no such file", "code": "FILE_NOT_FOUND"}, 404)
        if "sha256" in request.query:
            if not self.has_hashes:
                return json_answer({"error": "not allowed"}, 403)
            digest = hashlib.sha256(self.files[path]).hexdigest()
            return Answer(200, f"{digest}\n".encode(), {"Content-Type": "text/plain"})
        return self._read(path, request)

    def _listed(self, request: Recorded) -> object:
        last = request.path.rstrip("/").rpartition("/")[2]
        if last != "containers":
            return next(one for one in self.containers if one["id"] == last)
        pagination = {"page": 1, "limit": 100, "total": len(self.containers), "totalPages": 1}
        return {"containers": self.containers, "pagination": pagination}

    def _write(self, path: str, body: bytes, *, append: bool) -> Answer:
        if self.fail_after == 0:
            return Answer(fault="reset")
        if self.fail_after is not None:
            self.fail_after -= 1
        self.files[path] = (self.files.get(path, b"") if append else b"") + body
        return json_answer({"path": path, "success": True, "size": len(body)})

    def _stat(self, path: str) -> Answer:
        if path in self.folders:
            return json_answer({"path": path, "path_type": "Dir", "size": 0})
        if path not in self.files:
            return json_answer({"error": "no such file"}, 404)
        return json_answer({"path": path, "path_type": "File", "size": len(self.files[path])})

    def _read(self, path: str, request: Recorded) -> Answer:
        content = self.files[path]
        headers = {"Content-Type": "application/octet-stream", "ETag": '"v1"'}
        first = re.fullmatch(r"bytes=(\d+)-", request.header("range") or "")
        if first is None:
            return Answer(200, content, headers, fault=self._fault())
        start = int(first[1])
        headers["Content-Range"] = f"bytes {start}-{len(content) - 1}/{len(content)}"
        return Answer(206, content[start:], headers, fault=self._fault())

    def _fault(self) -> Any:
        if self.fail_after is None:
            return None
        self.fail_after -= 1
        return None if self.fail_after < 0 else "half"

    @property
    def calls(self) -> list[str]:
        return [f"{request.method} {request.path}" for request in self.server.requests]


@pytest.fixture(name="box")
def running_box() -> Iterator[Box]:
    box = Box()
    yield box
    box.server.close()


Run = Callable[..., int]


@pytest.fixture(name="cp")
def program(box: Box, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Calls `hoody cp` in this process, in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOODY_CONFIG_DIR", str(tmp_path / "settings"))
    monkeypatch.setenv("HOODY_TOKEN", "secret-token")
    for name in ("HOODY_CONTAINER_ID", "HOODY_PROJECT_ID", "HOODY_SERVER", "HOODY_BASE_URL"):
        monkeypatch.delenv(name, raising=False)

    def client(**options: Any) -> hoody.Hoody:
        urls = {"api": box.server.url, "files": box.server.url}
        return hoody.Hoody(**options, service_urls=urls, max_retries=0)

    app = importlib.import_module("hoody.cli.app").APP._replace(client=lambda: client)
    run = importlib.import_module("hoody.cli._runtime.main").run
    return lambda *words: run(app, ["cp", *words])


HERE = ("--container", ID, "--project", "a" * 24, "--server", "node-1")


def test_a_file_is_sent_and_fetched_again(cp: Run, box: Box, tmp_path: Path) -> None:
    content = bytes(range(256)) * 1000
    (tmp_path / "app.tar").write_bytes(content)
    assert cp("app.tar", ":/srv/app.tar", *HERE) == 0
    assert box.files == {"srv/app.tar": content}
    assert cp(":/srv/app.tar", "back.tar", *HERE) == 0
    assert (tmp_path / "back.tar").read_bytes() == content
    assert [call.split()[0] for call in box.calls] == ["PUT", "GET", "GET"]


def test_folders_keep_the_name_of_the_file(cp: Run, box: Box, tmp_path: Path) -> None:
    (tmp_path / "app.tar").write_bytes(b"abc")
    (tmp_path / "down").mkdir()
    assert cp("app.tar", ":/srv/", *HERE) == 0
    assert cp(":/srv/app.tar", "down", *HERE) == 0
    assert list(box.files) == ["srv/app.tar"]
    assert (tmp_path / "down" / "app.tar").read_bytes() == b"abc"


def test_a_container_is_found_by_its_name(cp: Run, box: Box, tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"abc")
    assert cp("a", "dev-env:/a") == 0
    assert box.files == {"a": b"abc"}
    assert box.calls[0].startswith("GET /api/v1/containers")


def test_a_container_is_found_by_its_id(cp: Run, box: Box, tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"abc")
    assert cp("a", f"{ID}:/a") == 0
    assert box.files == {"a": b"abc"}
    assert box.calls[0] == f"GET /api/v1/containers/{ID}"


def test_names_that_mean_nothing_or_too_much_are_said(
    cp: Run, box: Box, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a").write_bytes(b"abc")
    assert cp("a", "other:/a") == 1
    assert "no container called 'other'" in capsys.readouterr().err
    box.containers.append({**CONTAINER, "id": "d" * 24})
    assert cp("a", "dev-env:/a") == 1
    assert "d" * 24 in capsys.readouterr().err
    assert box.files == {}


def test_streams_are_stdin_and_stdout(
    cp: Run, box: Box, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    content = b"dump\n" * 100_000
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(content)))
    assert cp("-", ":/dump.sql", *HERE) == 0
    assert box.files == {"dump.sql": content}
    assert cp(":/dump.sql", "-", *HERE) == 0
    captured = capfdbinary.readouterr()
    assert captured.out == content
    assert captured.err == b""


def test_an_upload_goes_on_where_it_broke_off(
    cp: Run, box: Box, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.import_module("hoody.cli.copying"), "PIECE", 1000)
    content = bytes(range(250)) * 18
    (tmp_path / "a").write_bytes(content)
    box.fail_after = 2
    assert cp("a", ":/a", "--resume", *HERE) == 6
    assert box.files == {"a": content[:2000]}
    box.fail_after = None
    box.server.requests.clear()
    assert cp("a", ":/a", "--resume", *HERE) == 0
    assert box.files == {"a": content}
    assert box.calls == [
        "GET /api/v1/files/stat/a",
        "PUT /api/v1/files/append/a",
        "PUT /api/v1/files/append/a",
        "PUT /api/v1/files/append/a",
        "GET /api/v1/files/a",
    ]


def test_an_upload_onto_another_file_is_noticed(
    cp: Run, box: Box, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a").write_bytes(b"abcdef")
    box.files["a"] = b"xyz"
    assert cp("a", ":/a", "--resume", *HERE) == 1
    assert "it was another file before" in capsys.readouterr().err
    box.files["a"] = b"longer than it"
    assert cp("a", ":/a", "--resume", *HERE) == 1
    assert "has 14 bytes already" in capsys.readouterr().err


def test_a_server_without_hashes_is_warned_about(
    cp: Run, box: Box, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    box.has_hashes = False
    (tmp_path / "a").write_bytes(b"")
    assert cp("a", ":/a", "--resume", *HERE) == 0
    assert box.files == {"a": b""}
    assert "couldn't be compared" in capsys.readouterr().err


def test_a_download_goes_on_where_it_broke_off(cp: Run, box: Box, tmp_path: Path) -> None:
    content = bytes(range(250)) * 4000
    box.files["a"] = content
    box.fail_after = 1
    assert cp(":/a", ".", "--resume", *HERE) == 6
    assert not (tmp_path / "a").exists()
    assert (tmp_path / "a.part").stat().st_size > 0
    assert cp(":/a", ".", "--resume", *HERE) == 0
    assert (tmp_path / "a").read_bytes() == content
    assert box.server.last.header("range") is not None


def test_a_download_that_fails_leaves_what_was_there(cp: Run, box: Box, tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"old")
    box.files["a"] = bytes(100_000)
    box.fail_after = 1
    assert cp(":/a", "a", *HERE) == 6
    assert (tmp_path / "a").read_bytes() == b"old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a"]


def test_what_isnt_there_has_its_own_status(cp: Run, tmp_path: Path) -> None:
    assert cp(":/nothing", ".", *HERE) == 4
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (("a", "b"), 2, "CONTAINER:PATH"),
        ((":/a", ":/b"), 2, "CONTAINER:PATH"),
        (("-", ":/a", "--resume"), 2, "a stream can't be read"),
        (("-", ":/srv/"), 2, "stdin has no name"),
        ((":/srv/", "."), 2, "SOURCE has to name a file"),
        ((":/srv", "."), 1, "is a folder"),
        ((".", ":/srv/x"), 2, "is a folder"),
        (("missing", ":/a"), 1, "missing: No such file"),
        ((":/a", "no/such/folder/a"), 1, "No such file or directory"),
    ],
)
def test_wrong_uses_are_said(
    cp: Run,
    box: Box,
    capsys: pytest.CaptureFixture[str],
    words: tuple[str, ...],
    status: int,
    said: str,
) -> None:
    box.files["a"] = b"abc"
    assert cp(*words, *HERE) == status
    assert said in capsys.readouterr().err
    assert not [call for call in box.calls if call.startswith("PUT")]


def test_a_dry_run_sends_nothing(
    cp: Run, box: Box, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a").write_bytes(b"abc")
    assert cp("a", ":/srv/a", "--dry-run", *HERE) == 0
    assert cp(":/srv/a", "b", "--dry-run", *HERE) == 0
    out = capsys.readouterr().out
    assert out.count("curl ") == 2
    assert "/api/v1/files/srv/a" in out
    assert "secret-token" not in out
    assert box.calls == []
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a"]


@pytest.mark.parametrize(
    ("text", "box", "path"),
    [
        ("a", None, "a"),
        ("./a:b", None, "./a:b"),
        ("/x/a:b", None, "/x/a:b"),
        (":a", "", "a"),
        ("box:/a:b", "box", "/a:b"),
    ],
)
def test_places_are_read_like_those_of_scp(text: str, box: str | None, path: str) -> None:
    copying: Any = importlib.import_module("hoody.cli.copying")
    assert copying.Place.read(text) == (box, path)


def test_the_start_of_the_program_doesnt_load_it(cp: Run) -> None:
    sys.modules.pop("hoody.cli.copying", None)
    assert cp("--help") == 0
    assert "hoody.cli.copying" in sys.modules
