"""Files that the server gives: bytes with a validator, whole or in the part that is asked for."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator

from .judge import WireRequest
from .specs import SpecOperation

SIZE = 3000
"""Bytes of a file."""

_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


def file_of(operation: SpecOperation) -> bytes:
    """The file behind an operation; another one behind each, of bytes that no text holds."""
    return hashlib.shake_128(operation.name.encode()).digest(SIZE)


def etag_of(content: bytes) -> str:
    return f'"{hashlib.sha256(content).hexdigest()[:16]}"'


def choose_part(content: bytes, request: WireRequest) -> tuple[int, bytes, dict[str, str]]:
    """Status, bytes and header fields of the answer (RFC 9110, sections 13.1.5 and 14)."""
    etag = etag_of(content)
    headers = {"etag": etag, "accept-ranges": "bytes"}
    asked = _RANGE.fullmatch(request.header("range") or "")
    condition = request.header("if-range")
    if asked is None or (condition is not None and condition != etag) or not any(asked.groups()):
        return 200, content, headers
    first, last = asked.groups()
    if first:
        start, end = int(first), int(last) + 1 if last else len(content)
    else:
        start, end = max(0, len(content) - int(last)), len(content)
    end = min(end, len(content))
    if start >= end:
        return 416, b"", {**headers, "content-range": f"bytes */{len(content)}"}
    headers["content-range"] = f"bytes {start}-{end - 1}/{len(content)}"
    return 206, content[start:end], headers


def in_thirds(content: bytes) -> Iterator[bytes]:
    """The content in three pieces, of which a server that breaks off sends only the first."""
    step = -(-len(content) // 3) or 1
    for start in range(0, len(content), step):
        yield content[start : start + step]
