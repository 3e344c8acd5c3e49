"""A copy of the generated package works from inside another package, under another name."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from support.contract.server import ContractServer
from support.contract.targets import load_specs
from support.source import GENERATED

PROGRAM = """
import json, sys
from vendor_pkg._vendored.hoody import Hoody, errors
from vendor_pkg._vendored.hoody._runtime import RequestOptions
with Hoody(token="secret", service_urls=json.loads(sys.argv[1])) as client:
    container = client.api.containers.get("507f1f77bcf86cd799439011")
    asked = RequestOptions(headers={"X-Contract-Answer": "404"}, max_retries=0)
    try:
        client.api.containers.get("507f1f77bcf86cd799439011", request_options=asked)
    except errors.NotFoundError as error:
        raised = type(error).__module__
print(json.dumps({
    "model": type(container).__module__,
    "error": raised,
    "loaded": sorted(name for name in sys.modules if name.partition(".")[0] == "hoody"),
}))
"""


def test_a_vendored_copy_is_complete_in_itself(tmp_path: Path) -> None:
    vendored = tmp_path / "vendor_pkg" / "_vendored"
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(GENERATED / "hoody" / "hoody", vendored / "hoody", ignore=ignored)
    for folder in (vendored, vendored.parent):
        (folder / "__init__.py").touch()

    with ContractServer(load_specs("hoody")) as server:
        done = subprocess.run(
            [sys.executable, "-W", "error", "-c", PROGRAM, json.dumps(server.service_urls)],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(tmp_path)},
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        assert server.valid == 2
        assert server.invalid == 0

    seen = json.loads(done.stdout)
    assert seen["model"].startswith("vendor_pkg._vendored.hoody.types.api.")
    assert seen["error"].startswith("vendor_pkg._vendored.hoody.")
    assert seen["loaded"] == []
