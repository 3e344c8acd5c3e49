"""What importing loads, and that the runtime stands on its own."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import hoody_codegen.runtime as runtime
import pytest

FOLDER = Path(runtime.__file__).parent
GENERATOR = FOLDER.parent.parent


def loaded_by(code: str) -> set[str]:
    script = f"import sys; sys.path.insert(0, {str(GENERATOR)!r})\n{code}\nprint(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", script], check=True, capture_output=True, text=True
    )
    return set(done.stdout.split())


HEAVY = {"httpx", "httpx2", "pydantic", "pydantic_core", "asyncio", "ssl"}


@pytest.mark.parametrize(
    "code",
    [
        "import hoody_codegen.runtime",
        "from hoody_codegen.runtime import Operation, Resource, OMIT, raw_response, RequestOptions",
        "from hoody_codegen.runtime.errors import APIError",
        "from hoody_codegen.runtime.error_registry import ErrorRegistry",
    ],
)
def test_light_names_load_nothing_heavy(code: str) -> None:
    assert not HEAVY & loaded_by(code)


def test_a_client_loads_the_http_library_with_its_first_call() -> None:
    code = (
        "from hoody_codegen.runtime import SyncClient, ClientInfo, ErrorRegistry\n"
        "info = ClientInfo(package='p', env_prefix='P', services={}, "
        "error_types=lambda: ErrorRegistry({}))\n"
        "type('C', (SyncClient,), {'_info': info})().close()"
    )
    loaded = loaded_by(code)
    assert not {"httpx", "httpx2", "pydantic"} & loaded
    # These take long to load, and a sync client has no use for them before something special is
    # asked of it: they would slow down the first call of every program.
    assert not {"asyncio", "concurrent.futures", "difflib", "subprocess"} & loaded
    prefix = "hoody_codegen.runtime."
    special = ("downloads", "error_bodies", "hooks", "paging", "sockets", "streams", "tus")
    assert not {prefix + name for name in special} & loaded


def test_every_public_name_exists() -> None:
    for name in runtime.__all__:
        assert getattr(runtime, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'Nothing'"):
        _ = runtime.Nothing  # type: ignore[attr-defined] # pyright: ignore[reportAttributeAccessIssue]


def modules() -> list[Path]:
    return sorted(FOLDER.glob("*.py"))


@pytest.mark.parametrize("path", modules(), ids=lambda path: path.name)
def test_modules_import_only_what_clients_have(path: Path) -> None:
    allowed = set(sys.stdlib_module_names) | {"pydantic", "pydantic_core", "typing_extensions"}
    tree = ast.parse(path.read_text(encoding="utf-8"), feature_version=(3, 10))
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            assert {alias.name.partition(".")[0] for alias in node.names} <= allowed
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 1 or (node.module or "").partition(".")[0] in allowed
            assert node.level <= 1


def test_only_the_seam_names_the_http_library() -> None:
    naming = {
        path.name
        for path in modules()
        if any(
            isinstance(node, ast.Constant) and node.value in ("httpx", "httpx2")
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        )
    }
    assert naming == {"_http.py"}


def test_only_models_and_decoding_need_pydantic() -> None:
    needing = {
        path.name
        for path in modules()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("pydantic")
    }
    assert needing == {"decoding.py", "models.py"}
