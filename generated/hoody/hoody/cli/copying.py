"""`hoody cp`, written by hand: it puts several operations of the files service together."""

from __future__ import annotations

import hashlib
import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import click

if TYPE_CHECKING:
    from .. import Hoody, Progress
    from .._client import HoodyContainer
    from ..types.api.container import Container
    from ._runtime.context import Invocation

PIECE: Final = 8 * 1024 * 1024
"""Bytes that are sent at a time with ``--resume``."""

_ID: Final = re.compile("[0-9a-fA-F]{24}")

_Update = Callable[["Progress"], object]


class Place(NamedTuple):
    """An end of a copy. ``box`` is None for a file of this machine, and empty for the container
    that ``--container`` or the settings name. The path ``-`` of this machine is a stream.
    """

    box: str | None
    path: str

    @classmethod
    def read(cls, text: str) -> Place:
        """As ``scp`` does it: what has a colon before its first slash is elsewhere."""
        box, colon, path = text.partition(":")
        drive = os.name == "nt" and len(box) == 1 and box.isalpha()
        if not colon or drive or "/" in box or os.sep in box:
            return cls(None, text)
        return cls(box, path)

    @property
    def is_stream(self) -> bool:
        return self.box is None and self.path == "-"

    @property
    def name(self) -> str:
        """The last part of the path; empty if it names a folder."""
        if self.box is None:
            return Path(self.path).name
        return "" if self.path.endswith("/") else PurePosixPath(self.path).name


@click.command(short_help="Copy a file into a container, or out of it.")
@click.argument("source")
@click.argument("destination")
@click.option(
    "--resume",
    is_flag=True,
    help="Go on where an earlier copy with --resume broke off, and compare the SHA-256 of a file "
    "that was sent.",
)
@click.pass_obj
def cp(invocation: Invocation, source: str, destination: str, resume: bool) -> None:
    """Copy a file into a container, or out of it.

    One end is a file of this machine, or - for stdin or stdout. The other one is CONTAINER:PATH,
    where CONTAINER is the name or the ID of a container; without it (:PATH) it is the one that
    --container or the settings name. A folder as destination keeps the name of the file.

    \b
    hoody cp app.tar dev-env:/srv/
    hoody cp dev-env:/srv/app.tar . --resume
    pg_dump shop | hoody cp - dev-env:/backup/shop.sql
    hoody cp dev-env:/var/log/app.log - | grep ERROR
    """
    here, there = Place.read(source), Place.read(destination)
    if (here.box is None) == (there.box is None):
        raise click.UsageError(
            "one of SOURCE and DESTINATION has to be in a container: CONTAINER:PATH"
        )
    if resume and (here.is_stream or there.is_stream):
        raise click.UsageError("--resume needs a file: a stream can't be read or written again")
    with _file_faults():
        if here.box is None:
            _send(invocation, here, there, resume=resume)
        else:
            _fetch(invocation, here, there, resume=resume)


def _send(invocation: Invocation, here: Place, there: Place, *, resume: bool) -> None:
    path = there.path
    if not there.name:
        if here.is_stream:
            raise click.UsageError("DESTINATION has to name a file, for stdin has no name")
        path = str(PurePosixPath(path) / here.name)
    file = Path(here.path)
    if not here.is_stream and file.is_dir():
        raise click.UsageError(f"{here.path} is a folder; pack it first: tar c … | hoody cp - …")
    box = _open(invocation, there)
    if here.is_stream:
        stdin = sys.stdin.buffer
        with _progress(invocation, path) as update:
            box.files.put(path, body=iter(lambda: stdin.read(65536), b""), **_telling(update))
        return
    with file.open("rb"):
        pass  # what can't be read is told before anything is asked
    with _progress(invocation, path) as update:
        if resume:
            _send_rest(box, path, file, update)
        else:
            box.files.put(path, body=file, **_telling(update))
    if resume:
        _compare(invocation, box, path, file)


def _send_rest(box: HoodyContainer, path: str, file: Path, update: _Update) -> None:
    """Send what the server doesn't have yet, in pieces: each one that arrived is kept."""
    from .. import Progress, RequestOptions, errors

    size = file.stat().st_size
    try:
        done = box.files.stat(path).size
    except errors.NotFoundError:
        done = 0
    if done > size:
        raise click.ClickException(
            f"{path} has {done} bytes already, {file} only {size}: copy it without --resume"
        )
    with file.open("rb") as content:
        content.seek(done)
        while piece := content.read(PIECE):
            if done:
                # A piece that is sent twice stands in the file twice.
                box.files.append(path, body=piece, request_options=RequestOptions(max_retries=0))
            else:
                box.files.put(path, body=piece)
            done += len(piece)
            update(Progress(done, size))
    if not size:
        box.files.put(path, body=b"")


def _compare(invocation: Invocation, box: HoodyContainer, path: str, file: Path) -> None:
    from .. import errors

    digest = hashlib.sha256()
    with file.open("rb") as content:
        while piece := content.read(PIECE):
            digest.update(piece)
    try:
        answer = box.files.get(path, sha256=True).text().strip().lower()
    except errors.APIStatusError as error:
        invocation.warn(f"{path} couldn't be compared: the server gives no hash ({error.status})")
        return
    if answer != digest.hexdigest():
        raise click.ClickException(
            f"{path} isn't the same as {file}: it was another file before; copy without --resume"
        )


def _fetch(invocation: Invocation, here: Place, there: Place, *, resume: bool) -> None:
    if not here.name:
        raise click.UsageError("SOURCE has to name a file")
    target = Path(there.path)
    if not there.is_stream and (target.is_dir() or there.path.endswith(("/", os.sep))):
        target = target / here.name
    box = _open(invocation, here)
    # What is asked of a folder is answered with a list of it.
    if not invocation.settings.dry_run and "dir" in box.files.stat(here.path).path_type.lower():
        raise click.ClickException(
            f"{here.path} is a folder; `files` has commands that download folders as archives"
        )
    with _progress(invocation, here.path) as update:
        download = box.files.get(here.path)
        if there.is_stream:
            download.save(invocation.binary_out, progress=update)
            invocation.binary_out.flush()
        else:
            download.save(target, resume=resume, progress=update)


def _open(invocation: Invocation, place: Place) -> HoodyContainer:
    """The container of a place: by ID, by name, or the one of the settings."""
    from ._runtime import connecting
    from ._runtime.model import Command

    if place.box and _ID.fullmatch(place.box):
        invocation.settings.scopes["container_id"] = place.box
    elif place.box:
        found = _named(invocation.client, place.box)
        invocation.settings.scopes |= {
            "container_id": found.id,
            "project_id": found.project_id,
            "server": found.server_name,
        }
    here = Command(("cp",), "files", "", "", scope="container")
    opened: HoodyContainer = connecting.target(invocation, here)
    return opened


def _named(client: Hoody, name: str) -> Container:
    same = [one for one in client.api.containers.list(limit=100) if one.name == name]
    if not same:
        raise click.ClickException(
            f"there is no container called {name!r}; `hoody containers list` shows them"
        )
    if len(same) > 1:
        ids = ", ".join(one.id for one in same)
        raise click.ClickException(f"{len(same)} containers are called {name!r}; take an ID: {ids}")
    return same[0]


def _telling(update: _Update) -> dict[str, Any]:
    from .. import RequestOptions

    return {"request_options": RequestOptions(progress=update)}


@contextmanager
def _progress(invocation: Invocation, label: str) -> Iterator[_Update]:
    from ._runtime import progress

    with progress.bar(invocation, label) as draw:
        yield lambda now: draw(now.done, now.total)


@contextmanager
def _file_faults() -> Iterator[None]:
    """What is wrong with a file of this machine, as a message."""
    try:
        yield
    except (BrokenPipeError, InterruptedError):
        raise
    except OSError as error:
        if error.filename is None:
            raise
        raise click.ClickException(f"{error.filename}: {error.strerror}") from error
