"""Makes a folder equal to the files, whole or not at all.

Everything is first written to a folder beside the target. A target that doesn't exist yet then
appears by one rename. In an existing one, files are swapped one by one, and put back if anything
fails on the way; a run that is killed in the middle leaves a journal, from which the next run knows
which of the files are generated ones.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from .comparison import JOURNAL_NAME, Change, ChangeKind, Comparison, compare
from .manifest import MANIFEST_NAME, print_manifest


def write(target: Path, files: Mapping[PurePosixPath, str], *, force: bool = False) -> Comparison:
    """Write the files and the manifest, remove untouched files of earlier runs.

    Files that are equal aren't touched. See :func:`compare` for arguments and errors.

    Raises:
        CodegenError: Something stands in the way; nothing was written.
        OSError: Writing failed; the folder is as it was.
    """
    comparison = compare(target, files, force=force)
    if not comparison.changes:
        (target / JOURNAL_NAME).unlink(missing_ok=True)
        return comparison
    # A link that the user made for the target itself is fine: work at the place it leads to.
    place = target.resolve()
    place.parent.mkdir(parents=True, exist_ok=True)
    stage = Path(tempfile.mkdtemp(prefix=f".{place.name}-", dir=place.parent))
    try:
        new = stage / "new"
        new.mkdir()
        for change in comparison.changes:
            if change.new is not None:
                _put(new / change.path, change.new)
        if place.exists():
            _swap(place, stage, comparison, print_manifest(files))
        else:
            os.rename(new, place)
    finally:
        shutil.rmtree(stage, ignore_errors=True)
    return comparison


def _put(place: Path, text: str) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(text, encoding="utf-8", newline="\n")


def _swap(target: Path, stage: Path, comparison: Comparison, manifest: str) -> None:
    new, old = stage / "new", stage / "old"
    journal = target / JOURNAL_NAME
    _put(journal, manifest)
    done: list[Change] = []
    try:
        # The manifest comes last: until then the old one still vouches for the old files.
        for change in sorted(comparison.changes, key=lambda change: _is_manifest(change.path)):
            place = target / change.path
            if change.old is not None:
                (old / change.path).parent.mkdir(parents=True, exist_ok=True)
            done.append(change)
            if change.kind is not ChangeKind.CREATE:
                os.replace(place, old / change.path)
            if change.kind is not ChangeKind.REMOVE:
                place.parent.mkdir(parents=True, exist_ok=True)
                os.replace(new / change.path, place)
    except BaseException:
        for change in reversed(done):
            _undo(target, old, change)
        journal.unlink(missing_ok=True)
        raise
    journal.unlink(missing_ok=True)
    for change in comparison.changes:
        if change.kind is ChangeKind.REMOVE:
            _remove_empty_folders(target, change.path)


def _undo(target: Path, old: Path, change: Change) -> None:
    place, backup = target / change.path, old / change.path
    if backup.exists():
        os.replace(backup, place)
    elif change.kind is ChangeKind.CREATE:
        place.unlink(missing_ok=True)
        _remove_empty_folders(target, change.path)


def _remove_empty_folders(target: Path, path: PurePosixPath) -> None:
    for parent in path.parents[:-1]:
        try:
            (target / parent).rmdir()
        except OSError:
            return


def _is_manifest(path: PurePosixPath) -> bool:
    return str(path) == MANIFEST_NAME
