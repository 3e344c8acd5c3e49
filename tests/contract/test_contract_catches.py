"""The contract run finds faults: a client that is wrong in one place doesn't pass it."""

from __future__ import annotations

import compileall
import importlib
import re
import shutil
import sys
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path, PurePosixPath

import pytest
import yaml
from hoody_codegen.config import read_config
from hoody_codegen.pipeline import generate
from support.contract import rounds
from support.contract.run import ServiceRun, methods_by_colour
from support.contract.server import ContractServer
from support.contract.specs import Spec
from support.contract.totals import Totals

SMALL = Path(__file__).parent / "small.yaml"
SETTINGS = """
[targets.small]
package = "small"
client_name = "Hoody"
specs = ["small.yaml"]
output = "out"
"""


@pytest.fixture(scope="module")
def spec() -> Spec:
    return Spec("small", yaml.safe_load(SMALL.read_text(encoding="utf-8")))


@pytest.fixture(scope="module")
def server(spec: Spec) -> Iterator[ContractServer]:
    with ContractServer([spec]) as running:
        yield running


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Mapping[PurePosixPath, str]:
    """The package's modules by path below it."""
    folder = tmp_path_factory.mktemp("small")
    (folder / "small.yaml").write_bytes(SMALL.read_bytes())
    config = read_config(SETTINGS, folder / "hoody-codegen.toml")
    files = generate(config.targets[0]).files
    return {
        path.relative_to("small"): text
        for path, text in files.items()
        if path.parts[0] == "small" and path.suffix == ".py"
    }


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    known = set(sys.modules)
    monkeypatch.syspath_prepend(str(tmp_path))
    yield tmp_path
    for name in set(sys.modules) - known:
        if name.startswith("small_"):
            del sys.modules[name]


@pytest.fixture(scope="module")
def compiled(
    generated: Mapping[PurePosixPath, str], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """The package in a folder, with its byte code: most of what a changed copy consists of."""
    package = tmp_path_factory.mktemp("compiled") / "small"
    _write(generated, package)
    compileall.compile_dir(package, quiet=1)
    return package


def _write(files: Mapping[PurePosixPath, str], package: Path) -> None:
    for path, text in files.items():
        place = package / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")


def _install(compiled: Path, changed: Mapping[PurePosixPath, str], package: Path) -> None:
    # The times of the files are kept, or else the byte code wouldn't count.
    shutil.copytree(compiled, package, copy_function=shutil.copy2)
    _write(changed, package)
    importlib.invalidate_caches()


async def _faults(
    spec: Spec, server: ContractServer, name: str, folder: Path, until: str | None = None
) -> tuple[list[str], Totals]:
    """What the contract run says about the package, both colours; ``until`` it says that."""
    totals = Totals()
    faults: list[str] = []
    package = importlib.import_module(name)
    try:
        methods = methods_by_colour(spec, name)
    except AssertionError as error:
        return [str(error)], totals
    for colour in methods:
        run = ServiceRun(spec, colour, methods, server=server, package=package, totals=totals)
        async with run.connected() as client:
            turns = (
                partial(run.call_all, client, optional=True),
                partial(run.call_all, client, optional=False),
                partial(run.fail_all, client),
                partial(rounds.follow_pages, run, client),
                partial(rounds.break_off, run, client, folder),
                partial(rounds.upload, run, client, folder),
                partial(rounds.upload_resumably, run, client, folder),
            )
            for turn in turns:
                if until is None or not any(until in fault for fault in run.faults):
                    await turn()
        faults += run.faults
        if until is not None and any(until in fault for fault in faults):
            break
    return faults, totals


async def test_a_right_client_passes(
    spec: Spec, server: ContractServer, compiled: Path, folder: Path
) -> None:
    _install(compiled, {}, folder / "small_right")

    faults, totals = await _faults(spec, server, "small_right", folder)

    assert faults == []
    assert totals.complete
    assert str(totals) == (
        "contract: 18 of 18 operations, 139 calls, 0 invalid; 3 event streams, "
        "1 streams switched to JSON, 1 NDJSON, 1 sockets, 1 downloads, 2 uploads, "
        "1 resumable uploads, 3 paged lists followed"
    )


MUTATIONS = {
    "a query parameter is misspelt": (r'"limit": limit', '"limits": limit', "no argument for"),
    "two arguments are exchanged": (r'"order": order', '"order": kind', "stands for 'order'"),
    "a body field is misspelt": (r'"size": size', '"sise": size', "no argument for body 'size'"),
    "a fixed query is lost": (r'query=\(\("type", "ssh"\),\),?', "", "has 2 methods"),
    "a method is lost": (
        r"    (async )?def delete\w*\(",
        r"    \1def gone(",
        "raises AttributeError",
    ),
    "a wildcard is encoded": (r"wildcards=[^\n]*", "", "slash"),
    "another method is sent": (r'method="PUT"', 'method="POST"', "has 0 methods"),
    "a documented error is lost": (r'"THING_LOCKED"', '"THING_LOOKED"', "no class of code"),
    "a resolution is lost": (r"[^\n]*self\.resolution:\n[^\n]*\n", "", "doesn't print"),
    "a wrong type is declared": (r"\) -> Thing:", ") -> list[Thing]:", "declared is list"),
    "the token isn't sent": (r'"Bearer ', '"Bear ', "invalid"),
    # sse.py
    "only the last line of data counts": (r'"\\n"\.join\(data\)', "data[-1]", "on the wire was"),
    "a CR ends no line": (r'\.replace\(b"\\r", b"\\n"\)', "", "on the wire was"),
    "a byte order mark is read as text": (r"start\.removeprefix\(_BOM\)", "start", "wire was"),
    "an event takes its name along": (
        r'self\._event = ""(\n +self\._retry = None\n +if data)',
        r"pass\1",
        "on the wire was",
    ),
    # courses.py
    "a stream starts anew": (
        r"headers\[info\.resume_header\] = self\.last_event_id",
        "pass",
        "on the wire was",
    ),
    "a stream forgets its position": (
        r"query\[info\.resume_query\] = position",
        "pass",
        "on the wire was",
    ),
    "a broken stream is taken for a whole one": (
        r"        if fault is not None:\n            raise self\._interrupted",
        "        if False:\n            raise self._interrupted",
        "breaks off, and None is raised",
    ),
    "a sign of life is an event": (r"if name in info\.ignore:", "if False:", "on the wire was"),
    "a trailer is an item": (r"found = read_trailer\([^\n]*", "found = None", "without its last"),
    # transfers.py
    "a file goes on a byte later": (
        r"self\._first \+ self\.done\}-",
        "self._first + self.done + 1}-",
        "asks for the ranges",
    ),
    "a file is begun anew": (r'"Range": f"', '"X-Range": f"', "asks for the ranges"),
    # sockets
    "no sub-protocol is offered": (
        r"names = call\.operation\.subprotocols",
        "names = ()",
        "offers no",
    ),
    "a wrong sub-protocol is offered": (
        r'"small\.v1"',
        '"small.v9"',
        "'small.v9' is not documented",
    ),
    "bytes are sent as text": (
        r"self\._connection\.send\(message",
        "self._connection.send(message if isinstance(message, str) else message.hex()",
        "says",
    ),
    # positions.py
    "a page is left out": (r"number \+ step\)", "number + step + 1)", "the list is"),
    "a cursor is not sent": (
        r"_at\(position\.call, info, cursor\)",
        "position.call",
        "PaginationError",
    ),
    # bodies.py
    "a file is sent as something else": (r"_type_among\(kind or OCTETS, file\)", '"a/b"', "a/b"),
    # results.py, tus.py
    "the header of an answer is lost": (
        r"reply\.described\(\)\.headers\.fields",
        "()",
        "gives upload-offset None",
    ),
    "an upload goes on where it was": (
        r"self\._offset = offset",
        "self._offset = self._offset",
        "small POST /api/uploads/{name}",
    ),
}


@pytest.mark.parametrize("mutation", MUTATIONS)
async def test_a_wrong_client_is_found_out(
    spec: Spec,
    server: ContractServer,
    generated: Mapping[PurePosixPath, str],
    compiled: Path,
    folder: Path,
    mutation: str,
) -> None:
    pattern, replacement, expected = MUTATIONS[mutation]
    changed = {path: re.sub(pattern, replacement, text) for path, text in generated.items()}
    changed = {path: text for path, text in changed.items() if text != generated[path]}
    assert changed, "the mutation changes nothing"
    name = f"small_{list(MUTATIONS).index(mutation)}"
    _install(compiled, changed, folder / name)

    faults, _ = await _faults(spec, server, name, folder, expected)

    assert any(expected in fault for fault in faults), faults
