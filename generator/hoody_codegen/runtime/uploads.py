"""What a resumable upload takes and gives, without what does it (see :mod:`.tus`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from .operation import Operation
    from .progress import ProgressCallback

DEFAULT_CHUNK: Final = 8 * 1024 * 1024
"""Bytes that are sent by one request, and kept in memory until the server has them."""


class UploadCalls(NamedTuple):
    """The three operations of an upload."""

    create: Operation
    check: Operation
    append: Operation


class UploadSettings(NamedTuple):
    """How an upload is done.

    * ``metadata``: what the server is told of the file, beside its name and type.
    * ``chunk_size``: bytes that are sent by one request.
    * ``resume``: go on with what the server has already.
    """

    metadata: Mapping[str, str] | None = None
    chunk_size: int = DEFAULT_CHUNK
    resume: bool = False
    progress: ProgressCallback | None = None


class Uploaded(NamedTuple):
    """A complete upload: its address, and its length in bytes."""

    url: str
    length: int
