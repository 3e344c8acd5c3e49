"""Files of one user: JSON that nobody else may read, written whole or not at all."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from typing import Any

import click


def read(path: str) -> dict[str, Any]:
    """The object in the file; an empty one where there is no file."""
    import json

    try:
        with open(path, encoding="utf-8") as file:
            data = json.load(file)
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise click.ClickException(f"{path} can't be read: {error.strerror}") from error
    except ValueError as error:
        raise _broken(path, f"it isn't JSON ({error})") from error
    if not isinstance(data, dict):
        raise _broken(path, "it holds no object")
    return data


def change(path: str, edit: Callable[[dict[str, Any]], object]) -> None:
    """Let ``edit`` change the object in the file; what it doesn't touch stays.

    Another process that does the same waits, so that neither loses what the other wrote.
    """
    # A link (to a folder of settings under version control, say) stays one.
    path = os.path.realpath(path)
    try:
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        with _locked(path):
            data = read(path)
            edit(data)
            _replace(path, data)
    except OSError as error:
        raise click.ClickException(f"{path} can't be written: {error.strerror}") from error


def object_at(data: dict[str, Any], path: str, *keys: str) -> dict[str, Any]:
    """The object below ``keys``, made where there is none yet; ``path`` is the file's."""
    for key in keys:
        found = data.setdefault(key, {})
        if not isinstance(found, dict):
            raise _broken(path, f"{key!r} has to be an object")
        data = found
    return data


def _replace(path: str, data: dict[str, Any]) -> None:
    import json
    import tempfile  # takes its time to load, and most runs write nothing

    text = json.dumps(data, indent=2, ensure_ascii=False) + "\n"
    # Made with mode 0600 from the start: nobody has a moment to look.
    handle, temporary = tempfile.mkstemp(prefix=".", suffix=".tmp", dir=os.path.dirname(path))
    try:
        with open(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise


@contextlib.contextmanager
def _locked(path: str) -> Iterator[None]:
    try:
        import fcntl
    except ImportError:  # Windows: the last one who writes wins
        yield
        return
    handle = os.open(f"{path}.lock", os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _broken(path: str, why: str) -> click.ClickException:
    return click.ClickException(f"{path} is broken: {why}. Mend it, or move it away.")
