"""What would have to change in a folder, found without touching it."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path, PurePosixPath

from ..diagnostics import CodegenError, Diagnostics, Location
from .manifest import MANIFEST_NAME, ManifestError, digest, print_manifest, read_manifest
from .paths import collisions, is_safe_path, link_on_the_way, obstacle_on_the_way

JOURNAL_NAME = ".hoody-codegen.pending.json"
"""The manifest of a run that hasn't ended: its files are ours too, should it have been cut off."""


class ChangeKind(Enum):
    CREATE = "create"
    UPDATE = "update"
    REMOVE = "remove"


@dataclass(frozen=True, slots=True)
class Change:
    """One file to create, update or remove. ``old`` and ``new`` are its texts, None for no file."""

    kind: ChangeKind
    path: PurePosixPath
    old: str | None
    new: str | None

    def diff(self) -> Iterator[str]:
        """Lines of a unified diff, without line ends."""
        yield from difflib.unified_diff(
            (self.old or "").splitlines(),
            (self.new or "").splitlines(),
            fromfile="/dev/null" if self.old is None else f"a/{self.path}",
            tofile="/dev/null" if self.new is None else f"b/{self.path}",
            lineterm="",
        )


@dataclass(frozen=True, slots=True)
class Comparison:
    """The difference between a folder and the files it should hold.

    ``kept`` are files of an earlier run that aren't generated any more but were edited: they stay.
    """

    target: Path
    changes: tuple[Change, ...]
    unchanged: int
    kept: tuple[PurePosixPath, ...] = ()

    def count(self, kind: ChangeKind) -> int:
        """How many changes of this kind there are, the manifest not counted."""
        manifest = PurePosixPath(MANIFEST_NAME)
        return sum(change.kind is kind and change.path != manifest for change in self.changes)


def compare(target: Path, files: Mapping[PurePosixPath, str], *, force: bool = False) -> Comparison:
    """Compare a folder with the files that belong into it (the manifest is added here).

    Args:
        target: The folder; it needn't exist.
        files: Text by path, relative to the folder.
        force: Replace generated files even where they were edited.

    Raises:
        CodegenError: Something stands in the way: all of it is listed.
    """
    found = Diagnostics()
    wanted = {**files, PurePosixPath(MANIFEST_NAME): print_manifest(files)}
    _check_paths(target, [*wanted, PurePosixPath(JOURNAL_NAME)], found)
    if found.errors:
        raise CodegenError(found)
    owned = _owned(target, found)
    if found.errors:
        # Without the list, every file would count as hand-written.
        raise CodegenError(found)
    changes: list[Change] = []
    kept: list[PurePosixPath] = []
    unchanged = 0
    for path, text in sorted(wanted.items()):
        current = _read(target, path, found)
        if current is not None and _with_plain_line_ends(current) == text:
            unchanged += str(path) != MANIFEST_NAME
        elif current is None:
            changes.append(Change(ChangeKind.CREATE, path, None, text))
        else:
            if str(path) != MANIFEST_NAME:
                _check_owner(target, path, current, owned, force, found)
            changes.append(Change(ChangeKind.UPDATE, path, current, text))
    for path in sorted(owned.keys() - wanted.keys()):
        if link_on_the_way(target, path) or obstacle_on_the_way(target, path):
            kept.append(path)
            continue
        current = _read(target, path, found)
        if current is None:
            continue
        if _is_untouched(current, owned[path]):
            changes.append(Change(ChangeKind.REMOVE, path, current, None))
        else:
            kept.append(path)
    if found.errors:
        raise CodegenError(found)
    return Comparison(target, tuple(changes), unchanged, tuple(kept))


def _check_paths(target: Path, files: Collection[PurePosixPath], found: Diagnostics) -> None:
    place = Location(str(target))
    for folder in (target, *target.parents):
        if folder.exists():
            if not folder.is_dir():
                found.error(
                    "output-not-a-folder", Location(str(folder)), "it exists and isn't a folder"
                )
                return
            break
    for path in sorted(files):
        if not is_safe_path(str(path)):
            found.error(
                "output-path-unsafe", place, f"{str(path)!r} isn't a path inside the output folder"
            )
        elif link := link_on_the_way(target, path):
            found.error(
                "output-symlink",
                Location(str(link)),
                "a symbolic link stands in the way; nothing is written through links",
                "remove the link",
            )
        elif obstacle := obstacle_on_the_way(target, path):
            found.error(
                "output-obstacle",
                Location(str(obstacle)),
                f"it stands where {path} has to be written",
                "move it away",
            )
    for first, second in collisions(files):
        found.error(
            "output-path-clash",
            place,
            f"{first} and {second} can't both exist on every file system",
        )


def _owned(target: Path, found: Diagnostics) -> dict[PurePosixPath, set[str]]:
    owned: dict[PurePosixPath, set[str]] = {}
    for name in (MANIFEST_NAME, JOURNAL_NAME):
        try:
            for path, value in read_manifest(target / name).items():
                owned.setdefault(path, set()).add(value)
        except ManifestError as error:
            found.error(
                "output-manifest",
                Location(str(target / name)),
                f"the list of generated files can't be used: {error}",
                "restore it, or delete it together with the generated files",
            )
    return owned


def _read(target: Path, path: PurePosixPath, found: Diagnostics) -> str | None:
    place = target / path
    try:
        content = place.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        found.error(
            "output-unreadable", Location(str(place)), f"it can't be read: {error.strerror}"
        )
        return None
    return content.decode("utf-8", "replace")


def _check_owner(
    target: Path,
    path: PurePosixPath,
    current: str,
    owned: Mapping[PurePosixPath, set[str]],
    force: bool,
    found: Diagnostics,
) -> None:
    if path not in owned:
        found.error(
            "output-not-generated",
            Location(str(target / path)),
            "the file wasn't generated and would be overwritten",
            "move it away, or choose another output folder",
        )
    elif not force and not _is_untouched(current, owned[path]):
        found.error(
            "output-edited",
            Location(str(target / path)),
            "the generated file was edited and the edit would be lost",
            "keep the edit elsewhere and restore or delete the file, or use --force",
        )


def _is_untouched(text: str, hashes: set[str]) -> bool:
    return digest(text) in hashes or digest(_with_plain_line_ends(text)) in hashes


def _with_plain_line_ends(text: str) -> str:
    # A checkout may have turned the line ends into those of Windows; that is no edit.
    return text.replace("\r\n", "\n")
