"""The formatter, run once for all files and blind to any configuration on the machine."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Literal, TypeAlias

from black import format_str
from black.mode import Mode, TargetVersion
from black.parsing import InvalidInput

from .errors import RenderError

Formatter: TypeAlias = Literal["ruff", "black"]

LINE_LENGTH = 100
_TARGET = "py310"
_STYLE = [
    "--isolated",
    "--no-cache",
    "--line-length",
    str(LINE_LENGTH),
    "--target-version",
    _TARGET,
]


def format_files(
    files: Mapping[PurePosixPath, str], formatter: Formatter = "ruff"
) -> dict[PurePosixPath, str]:
    """Sort the imports of all Python files and lay them out; other files stay as they are.

    The number of subprocesses doesn't depend on the number of files: two for ruff (imports, then
    layout), one with black, which lays out in this process.

    Raises:
        RenderError: A file isn't Python.
    """
    sources = [path for path in files if path.suffix == ".py"]
    if not sources:
        return dict(files)
    # The folder has a neutral name because import sorting looks at the names of folders.
    with tempfile.TemporaryDirectory(prefix="format-") as name:
        folder = Path(name)
        # Numbered names: a path from a document never becomes a path on this disk here.
        places = {path: folder / f"{number}.py" for number, path in enumerate(sources)}
        for path, place in places.items():
            place.write_text(files[path], encoding="utf-8", newline="\n")
        _ruff(folder, places, "check", "--select", "I", "--fix")
        if formatter == "ruff":
            _ruff(folder, places, "format")
        formatted = {path: place.read_text(encoding="utf-8") for path, place in places.items()}
    if formatter == "black":
        formatted = {path: _black(path, text) for path, text in formatted.items()}
    return {path: formatted.get(path, text) for path, text in files.items()}


def _ruff(folder: Path, places: Mapping[PurePosixPath, Path], command: str, *options: str) -> None:
    run = subprocess.run(
        [sys.executable, "-P", "-m", "ruff", command, "--quiet", *_STYLE, *options, "."],
        cwd=folder,
        env={**os.environ, "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    if run.returncode:
        paths = {place.name: str(path) for path, place in places.items()}
        message = re.sub(
            r"\b\d+\.py\b",
            lambda found: paths.get(found[0], found[0]),
            run.stdout + run.stderr,
        )
        raise RenderError(f"ruff {command} refused generated files:\n{message[:4000]}")


def _black(path: PurePosixPath, text: str) -> str:
    mode = Mode(target_versions={TargetVersion.PY310}, line_length=LINE_LENGTH)
    try:
        return format_str(text, mode=mode)
    except InvalidInput as error:
        raise RenderError(f"black refused {path}: {error}") from None
