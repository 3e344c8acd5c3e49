"""The contract run finds faults: a client that is wrong in one place doesn't pass it."""

from __future__ import annotations

import importlib
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

import pytest
import yaml
from hoody_codegen.config import read_config
from hoody_codegen.pipeline import generate
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


def _install(files: Mapping[PurePosixPath, str], folder: Path, name: str) -> None:
    for path, text in files.items():
        place = folder / name / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
    importlib.invalidate_caches()


async def _faults(spec: Spec, server: ContractServer, name: str) -> tuple[list[str], Totals]:
    """What the contract run says about the package, both colours."""
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
            await run.call_all(client, optional=True)
            await run.call_all(client, optional=False)
            await run.fail_all(client)
        faults += run.faults
    return faults, totals


async def test_a_right_client_passes(
    spec: Spec, server: ContractServer, generated: Mapping[PurePosixPath, str], folder: Path
) -> None:
    _install(generated, folder, "small_right")

    faults, totals = await _faults(spec, server, "small_right")

    assert faults == []
    assert totals.complete
    assert str(totals) == "contract: 7 of 7 operations, 34 calls, 0 invalid"


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
}


@pytest.mark.parametrize("mutation", MUTATIONS)
async def test_a_wrong_client_is_found_out(
    spec: Spec,
    server: ContractServer,
    generated: Mapping[PurePosixPath, str],
    folder: Path,
    mutation: str,
) -> None:
    pattern, replacement, expected = MUTATIONS[mutation]
    changed = {path: re.sub(pattern, replacement, text) for path, text in generated.items()}
    assert changed != generated, "the mutation changes nothing"
    name = f"small_{list(MUTATIONS).index(mutation)}"
    _install(changed, folder, name)

    faults, _ = await _faults(spec, server, name)

    assert any(expected in fault for fault in faults), faults
