"""Path templates: compiled once, filled with percent-encoded values."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Final, NamedTuple
from urllib.parse import quote

from .errors import InvalidArgumentError
from .sentinels import OMIT
from .wire import as_mapping, encode_json, format_scalar, simple_items

NO_STYLES: Final[Mapping[str, str]] = {}

_PARAMETER: Final = re.compile(r"\{([^{}]+)\}")

# What may stand in a path besides letters, digits and "_.-~" (RFC 3986 section 3.3); "%" is kept
# because templates hold encoded text.
_LITERAL_SAFE: Final = "/!$&'()*+,;=:@%"


class PathTemplate(NamedTuple):
    """Text and parameters in turn: ``texts[0] names[0] texts[1] … texts[-1]``."""

    texts: tuple[str, ...]
    names: tuple[str, ...]


@cache
def compile_path(template: str) -> PathTemplate:
    """Split ``"/files/{path}"`` into its texts, encoded where needed, and parameter names."""
    parts = _PARAMETER.split(template)
    return PathTemplate(
        texts=tuple(quote(text, safe=_LITERAL_SAFE) for text in parts[0::2]),
        names=tuple(parts[1::2]),
    )


def fill_path(
    template: str,
    wildcards: frozenset[str],
    values: Mapping[str, object],
    styles: Mapping[str, str] = NO_STYLES,
) -> str:
    """The path with ``values`` in it.

    A value is one segment, so its ``/`` is encoded, and a list or an object is joined by commas;
    a wildcard keeps its slashes (one at the start is taken as the template's own). ``styles`` are
    those of :class:`Operation`. A segment that comes out as ``.``, ``..`` or empty raises
    InvalidArgumentError: servers and proxies would take it for another path.
    """
    texts, names = compile_path(template)
    if not names:
        return texts[0]
    path = texts[0]
    for name, text in zip(names, texts[1:], strict=True):
        value = values.get(name, OMIT)
        if value is None or value is OMIT:
            raise InvalidArgumentError(f"{name}: the path needs a value")
        if name in wildcards:
            path += _wildcard(format_scalar(value, name), name) + text
        elif name in styles:
            path += _styled(name, value, styles[name]) + text
        else:
            items = [_segment(item, name) for item in simple_items(value, name)]
            path += (",".join(items) or _segment("", name)) + text
    for segment in path.split("/"):
        if segment in (".", ".."):
            raise InvalidArgumentError(f"The path {path!r} would leave its place by {segment!r}")
    return path


def _styled(name: str, value: object, style: str) -> str:
    """A value in another style than ``simple`` without ``explode`` (OpenAPI 3.1, Style Values)."""
    if style == "json":
        return quote(encode_json(value), safe="")
    kind = style.partition(" ")[0]
    explode = style.endswith("explode")
    fields = as_mapping(value)
    pairs = explode and fields is not None
    if pairs:
        items = [
            f"{_quoted(key, name)}={_quoted(format_scalar(item, name), name)}"
            for key, item in (fields or {}).items()
            if item is not None and item is not OMIT
        ]
    else:
        items = [_quoted(item, name) for item in simple_items(value, name)]
    if not items or (kind == "explode" and not any(items)):
        raise InvalidArgumentError(f"{name}: the path needs a value, and this one is empty")
    if kind == "label":
        return "." + ("." if explode else ",").join(items)
    if kind == "explode":
        return ",".join(items)
    if pairs:
        return "".join(f";{item}" for item in items)
    start = f";{_quoted(name, name)}"
    written = [f"{start}={item}" if item else start for item in items]
    return "".join(written) if explode else (f"{start}={','.join(items)}" if any(items) else start)


def _quoted(text: str, name: str) -> str:
    return _segment(text, name) if text else ""


def _segment(value: str, name: str) -> str:
    if not value:
        raise InvalidArgumentError(f"{name}: the path needs a value, and this one is empty")
    try:
        return quote(value, safe="")
    except UnicodeEncodeError as error:
        raise InvalidArgumentError(f"{name}: the value isn't valid text: {error}") from error


def _wildcard(value: str, name: str) -> str:
    if not value:
        raise InvalidArgumentError(f"{name}: the path needs a value, and this one is empty")
    segments = value.removeprefix("/").split("/")
    if "" in segments[:-1]:
        raise InvalidArgumentError(f"{name}: {value!r} holds an empty segment")
    # An empty last segment is a trailing slash, which names a directory.
    return "/".join(_segment(segment, name) if segment else "" for segment in segments)
