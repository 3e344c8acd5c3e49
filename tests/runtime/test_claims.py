"""Several downloads that would continue the same part: one writes, the others say why not."""

from __future__ import annotations

import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import hoody_codegen.runtime as runtime
import pytest
from support.file_service import DATA, FileService, Handles, names, save
from support.runtime_calls import COLOURS
from support.wire_server import Recorded, WireServer

GENERATOR = Path(runtime.__file__).parent.parent.parent


@pytest.fixture(params=COLOURS)
def handles(request: pytest.FixtureRequest, server: WireServer) -> Handles:
    return Handles(server.url, request.param)


def test_of_several_downloads_to_one_path_one_writes(
    handles: Handles, server: WireServer, tmp_path: Path
) -> None:
    path = tmp_path / "file"
    others_done = threading.Event()
    reached = threading.Event()

    def wait(request: Recorded) -> None:
        reached.set()
        assert others_done.wait(30)

    server.default = FileService(DATA, before=wait)

    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(handles.download, save(path, resume=True))
        try:
            assert reached.wait(30)
            for _ in range(3):
                with pytest.raises(BlockingIOError, match="Another download") as caught:
                    handles.download(save(path, resume=True))
                assert caught.value.filename == str(path)
        finally:
            others_done.set()
        assert first.result(30) == len(DATA)

    assert len(server.requests) == 1
    assert path.read_bytes() == DATA
    assert names(tmp_path) == ["file"]


def test_threads_at_one_path_leave_a_whole_file(
    handles: Handles, server: WireServer, tmp_path: Path
) -> None:
    path = tmp_path / "file"
    server.default = FileService(DATA)

    def attempt(_: int) -> int | None:
        try:
            return int(handles.download(save(path, resume=True)))
        except BlockingIOError:
            return None

    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(attempt, range(24)))

    assert found - {None} == {len(DATA)}
    assert path.read_bytes() == DATA
    assert names(tmp_path) == ["file"]


HOLDER = """
import sys, time
from pathlib import Path
from hoody_codegen.runtime.targets import PathTarget

target = PathTarget(Path(sys.argv[1]), keep=True)
target.open()
target.remember("source", '"v1"')
target.write(b"x" * 10)
print("held", flush=True)
time.sleep(60)
"""


def test_a_process_holds_the_file_until_it_dies(
    handles: Handles, server: WireServer, tmp_path: Path
) -> None:
    path = tmp_path / "file"
    server.default = FileService(DATA)
    command = [sys.executable, "-c", HOLDER, str(path)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, env={"PYTHONPATH": str(GENERATOR)}
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == b"held\n"
            with pytest.raises(BlockingIOError, match="Another download"):
                handles.download(save(path, resume=True))
        finally:
            process.kill()

    assert "file.part.lock" in names(tmp_path)
    assert handles.download(save(path, resume=True)) == len(DATA)
    assert path.read_bytes() == DATA
    assert names(tmp_path) == ["file"]


def test_what_is_not_resumed_needs_no_claim(
    handles: Handles, server: WireServer, tmp_path: Path
) -> None:
    path = tmp_path / "file"
    seen: list[list[str]] = []
    server.default = FileService(DATA, before=lambda request: seen.append(names(tmp_path)))

    assert handles.download(save(path)) == len(DATA)

    assert [len(found) for found in seen] == [1]
    assert not any("lock" in name for name in seen[0])
