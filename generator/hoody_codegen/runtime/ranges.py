"""What headers say about a body that comes in parts: ranges, validators, digests, file names."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote_to_bytes

if TYPE_CHECKING:
    from hashlib import _Hash

_CONTENT_RANGE: Final = re.compile(r"bytes[ =]+(?:(\d+)-(\d+)|\*)/(\d+|\*)", re.IGNORECASE)
_SINGLE_RANGE: Final = re.compile(r"bytes=\d+-\d*", re.IGNORECASE)
_DIGEST: Final = re.compile(r"\s*([a-z0-9-]+)\s*=\s*:([A-Za-z0-9+/=]*):\s*")
_DIGESTS: Final = {"sha-512": "sha512", "sha-256": "sha256"}


@dataclass(frozen=True, slots=True)
class ContentRange:
    """``Content-Range`` in bytes (RFC 9110 section 14.4).

    ``first`` and ``last`` are None in a refusal (``bytes */1234``), ``total`` where it is unknown.
    """

    first: int | None
    last: int | None
    total: int | None


def read_content_range(value: str | None) -> ContentRange | None:
    """The range that a header names; None if there is none, or none that makes sense."""
    found = _CONTENT_RANGE.fullmatch(value.strip()) if value else None
    if found is None:
        return None
    first, last, total = found.groups()
    size = None if total == "*" else int(total)
    if first is None:
        return ContentRange(None, None, size)
    if int(last) < int(first) or (size is not None and int(last) >= size):
        return None
    return ContentRange(int(first), int(last), size)


def is_single_range(value: str) -> bool:
    """Whether a ``Range`` asks for one stretch that says where it begins."""
    return _SINGLE_RANGE.fullmatch(value.strip()) is not None


def strong_validator(headers: Mapping[str, str]) -> str | None:
    """What ``If-Range`` may hold for this answer (RFC 9110 sections 8.8.2.2 and 13.1.5).

    That is a strong ETag, or a date of last modification that is at least a second older than the
    answer: within that second the content may have changed again without a trace.
    """
    etag = headers.get("etag", "").strip()
    if etag.startswith('"') and len(etag) > 1:
        return etag
    try:
        modified = parsedate_to_datetime(headers.get("last-modified", ""))
        sent = parsedate_to_datetime(headers.get("date", ""))
        return headers["last-modified"] if (sent - modified).total_seconds() >= 1 else None
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def is_encoded(headers: Mapping[str, str]) -> bool:
    """Whether lengths and ranges of this answer count other bytes than those that are read."""
    return headers.get("content-encoding", "").strip().lower() not in ("", "identity")


def content_length(headers: Mapping[str, str]) -> int | None:
    """Bytes of the body; None if that isn't said, or overruled (RFC 9112 section 6.3)."""
    if "transfer-encoding" in headers:
        return None
    text = headers.get("content-length", "").strip()
    return int(text) if text.isascii() and text.isdigit() else None


class Digest:
    """What the server says the content hashes to, and the hash of what has come."""

    __slots__ = ("_expected", "_hash", "_name", "length")

    def __init__(self, name: str, expected: bytes) -> None:
        self._name = name
        self._expected = expected
        self._hash = self._new()
        self.length = 0
        """Bytes that went into the hash."""

    def _new(self) -> _Hash:
        return hashlib.new(self._name, usedforsecurity=False)

    def update(self, piece: bytes) -> None:
        self._hash.update(piece)
        self.length += len(piece)

    def again(self, pieces: Iterable[bytes]) -> None:
        """Begin anew, with these pieces."""
        self._hash = self._new()
        self.length = 0
        for piece in pieces:
            self.update(piece)

    @property
    def holds(self) -> bool:
        return self._hash.digest() == self._expected


def read_digest(headers: Mapping[str, str], *, partial: bool) -> Digest | None:
    """The digest of the whole content, from ``Repr-Digest``, ``Content-Digest`` (RFC 9530) or
    ``Content-MD5`` (RFC 1864); the last two only of an answer that is not ``partial``."""
    names = ("repr-digest",) if partial else ("repr-digest", "content-digest")
    for name in names:
        found: dict[str, str] = {}
        for item in headers.get(name, "").split(","):
            match = _DIGEST.fullmatch(item)
            if match is not None:
                found[match[1]] = match[2]
        for algorithm, own_name in _DIGESTS.items():
            digest = _decoded(found.get(algorithm), own_name)
            if digest is not None:
                return digest
    return None if partial else _decoded(headers.get("content-md5"), "md5")


def _decoded(text: str | None, name: str) -> Digest | None:
    if text is None:
        return None
    try:
        expected = base64.b64decode(text.strip(), validate=True)
        digest = Digest(name, expected)
    except (binascii.Error, ValueError):
        # Not base64, or a hash that this Python doesn't have: nothing to check against.
        return None
    return digest if len(expected) == hashlib.new(name, usedforsecurity=False).digest_size else None


_PARAMETER: Final = re.compile(
    r";\s*([!#$%&'*+.^_`|~0-9A-Za-z-]+)\s*=\s*(\"(?:[^\"\\]|\\.)*\"|[^;\s]*)\s*"
)
_EXTENDED: Final = re.compile(r"([A-Za-z0-9-]+)'[^']*'(.*)")
# What file systems take for something else than a letter of a name.
_UNSAFE: Final = re.compile(r"[\x00-\x1f\x7f<>:\"|?*]")


def file_name(disposition: str | None) -> str | None:
    """The file name of a ``Content-Disposition`` (RFC 6266), safe to use in a folder of one's own.

    Folders in it are cut off, and characters that some file system gives a meaning are replaced by
    ``_``. None if there is no name, or none is left.
    """
    if not disposition:
        return None
    found = {name.lower(): value for name, value in _PARAMETER.findall(disposition)}
    text = _extended(found.get("filename*", ""))
    if text is None and "filename" in found:
        value: str = found["filename"]
        if value.startswith('"'):
            value = re.sub(r"\\(.)", r"\1", value[1:-1])
        text = value
    if text is None:
        return None
    last = re.split(r"[/\\]", text)[-1]
    return _UNSAFE.sub("_", last).strip(" ").rstrip(". ") or None


def _extended(value: str) -> str | None:
    """Text in the form ``UTF-8''%e2%82%ac`` (RFC 8187); None if it can't be read."""
    parts = _EXTENDED.fullmatch(value.strip('"'))
    if parts is None or parts[1].lower() not in ("utf-8", "iso-8859-1"):
        return None
    try:
        return unquote_to_bytes(parts[2]).decode(parts[1])
    except UnicodeDecodeError:
        return None
