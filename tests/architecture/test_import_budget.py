"""What importing and first using the generated package loads."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from support.source import GENERATED

MOST_MODULES = 12
"""Modules of the package that ``import hoody`` may load."""


def loaded_after(code: str) -> set[str]:
    """Names of all modules loaded after running ``code`` in a fresh interpreter."""
    program = f"{code}\nimport json, sys\nprint(json.dumps(sorted(sys.modules)))"
    environment = {**os.environ, "PYTHONPATH": str(GENERATED / "hoody")}
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return set(json.loads(done.stdout))


def _services(loaded: set[str]) -> set[str]:
    return {name.split(".")[2] for name in loaded if name.startswith("hoody.services.")}


def test_importing_loads_next_to_nothing() -> None:
    loaded = loaded_after("import hoody")
    own = {name for name in loaded if name.split(".")[0] == "hoody"}

    assert not loaded & {"httpx", "httpx2", "pydantic", "asyncio", "ssl", "hoody.errors"}
    assert not _services(loaded)
    assert not [name for name in own if name.startswith("hoody.types.")]
    assert len(own) <= MOST_MODULES, sorted(own)


def test_the_names_of_the_clients_load_no_service() -> None:
    loaded = loaded_after("from hoody import AsyncHoody, Hoody, errors")

    assert "httpx" not in loaded
    assert not _services(loaded)


@pytest.mark.parametrize(
    ("expression", "services"),
    [
        ("client", set()),
        ("client.api", {"api"}),
        ("client.api.projects", {"api"}),
        ("(client.files, client.proxy_logs)", {"files", "proxy_logs"}),
    ],
)
@pytest.mark.parametrize("name", ["Hoody", "AsyncHoody"])
def test_a_service_loads_when_it_is_first_used(
    name: str, expression: str, services: set[str]
) -> None:
    code = f"from hoody import {name}\nclient = {name}(token='t')\n{expression}"

    assert _services(loaded_after(code)) == services


def test_a_resource_loads_no_other_resource_and_no_model() -> None:
    loaded = loaded_after("from hoody import Hoody\nHoody(token='t').api.projects")
    below = [name for name in loaded if name.startswith("hoody.services.api.")]
    resources = {name for name in below if not name.rpartition(".")[2].startswith("_")}

    assert resources == {"hoody.services.api.projects"}
    assert not [name for name in loaded if name.startswith("hoody.types.")]
