"""The list of generated files with their hashes, kept beside them.

It holds nothing else: no version and no date, so that it only changes where a file changed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from .paths import is_safe_path

MANIFEST_NAME = ".hoody-codegen.json"


class ManifestError(Exception):
    """The manifest can't be trusted: it isn't one, or names a place outside its folder."""


def digest(text: str) -> str:
    """SHA-256 of the text as UTF-8."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def print_manifest(files: Mapping[PurePosixPath, str]) -> str:
    """The manifest: ``{"files": {path: hash}}``, one file a line, sorted by path."""
    hashes = {str(path): digest(text) for path, text in files.items()}
    return json.dumps({"files": hashes}, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def read_manifest(path: Path) -> dict[PurePosixPath, str]:
    """The manifest at this place; empty where there is none.

    Raises:
        ManifestError: It isn't a manifest.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise ManifestError(f"it can't be read: {error}") from None
    try:
        content = json.loads(text)
    except ValueError as error:
        raise ManifestError(f"it isn't JSON: {error}") from None
    listed = content.get("files") if isinstance(content, dict) else None
    if not isinstance(listed, dict):
        raise ManifestError("it has no list of files")
    hashes: dict[PurePosixPath, str] = {}
    for name, value in listed.items():
        if not isinstance(value, str):
            raise ManifestError(f"the hash of {name!r} isn't a text")
        if not is_safe_path(name):
            raise ManifestError(f"{name!r} isn't a path inside the folder")
        hashes[PurePosixPath(name)] = value
    return hashes
