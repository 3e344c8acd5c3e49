"""Which paths may be written, and whether they stay inside the target folder."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

# Names that Windows gives to devices, whatever the extension.
_DEVICES = frozenset(
    ["con", "prn", "aux", "nul"]
    + [f"{device}{number}" for device in ("com", "lpt") for number in range(1, 10)]
)
_FORBIDDEN = frozenset('<>:"\\|?*')


def is_safe_path(name: str) -> bool:
    """Whether this is a relative path that means the same, inside the folder, on every system."""
    parts = name.split("/")
    return all(
        part not in ("", ".", "..")
        and not part.endswith((".", " "))
        and part.partition(".")[0].lower() not in _DEVICES
        and not any(char in _FORBIDDEN or ord(char) < 32 for char in part)
        for part in parts
    )


def collisions(paths: Iterable[PurePosixPath]) -> Iterator[tuple[PurePosixPath, PurePosixPath]]:
    """Pairs that can't both exist: names that differ in case only, a file that is also a folder."""
    seen: dict[str, PurePosixPath] = {}
    folders: dict[str, PurePosixPath] = {}
    for path in sorted(paths):
        key = _key(path)
        if key in seen:
            yield seen[key], path
        seen[key] = path
        for parent in path.parents[:-1]:
            folders.setdefault(_key(parent), path)
    for key in sorted(seen.keys() & folders.keys()):
        yield seen[key], folders[key]


def _key(path: PurePosixPath) -> str:
    return unicodedata.normalize("NFC", str(path)).casefold()


def link_on_the_way(target: Path, path: PurePosixPath) -> Path | None:
    """The first symbolic link between ``target`` and the file, the file included.

    A link can lead anywhere, so nothing is written through one, even where it leads back inside.
    """
    place = target
    for part in path.parts:
        place = place / part
        if place.is_symlink():
            return place
    return None


def obstacle_on_the_way(target: Path, path: PurePosixPath) -> Path | None:
    """The first thing in the way of ``path``: a file for a folder, or a folder for the file."""
    place = target
    for part in path.parts[:-1]:
        place = place / part
        if place.exists() and not place.is_dir():
            return place
    whole = target / path
    return whole if whole.is_dir() else None
