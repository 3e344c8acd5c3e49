"""The files that come with the generator: templates, the embedded specs, and the client runtime.

In an installed wheel they lie under ``hoody_codegen/_data``; in a checkout they are the folders of
the repository. This module is the only one that knows both places.
"""

from __future__ import annotations

from pathlib import Path, PurePosixPath

_PACKAGE = Path(__file__).parent
_DATA = _PACKAGE / "_data"
_CHECKOUT = _PACKAGE.parent.parent

CONFIG_NAME = "hoody-codegen.toml"


def data_folder() -> Path:
    """The folder that holds ``templates``, ``specs`` and the default configuration."""
    return _DATA if _DATA.is_dir() else _CHECKOUT


def templates_folder() -> Path:
    return data_folder() / "templates"


def default_config() -> Path:
    """The configuration that generates the embedded default from the embedded specs."""
    return data_folder() / CONFIG_NAME


def default_import_rules() -> Path:
    """The rules that recovered the embedded specs from their reference."""
    return min((data_folder() / "specs").glob("*/import.toml"))


def runtime_files() -> dict[PurePosixPath, str]:
    """The sources of the runtime by path inside it; they are copied into clients unchanged."""
    return _sources("runtime")


def cli_runtime_files() -> dict[PurePosixPath, str]:
    """Those of the command line, for clients that have one."""
    return _sources("cli_runtime")


def _sources(room: str) -> dict[PurePosixPath, str]:
    root = _PACKAGE / room
    return {
        PurePosixPath(path.relative_to(root).as_posix()): path.read_text(encoding="utf-8")
        for path in sorted(root.rglob("*.py"))
    }
