"""Query strings (OpenAPI 3.1, Parameter Object, ``style`` and ``explode``)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final
from urllib.parse import quote

from .errors import InvalidArgumentError
from .sentinels import OMIT
from .wire import as_mapping, encode_json, format_scalar, is_list

_DELIMITERS: Final = {"comma": ",", "space": "%20", "pipe": "%7C"}

# What ``allowReserved`` lets stand of RFC 3986 section 2.2: not what would end the query or is
# taken for something else in it (``#[]``, and ``&+`` in forms).
_RESERVED: Final = ":/?@!$'()*,;="


def encode_query(
    fixed: tuple[tuple[str, str], ...],
    values: Mapping[str, object],
    styles: Mapping[str, str],
) -> str:
    """The query string without ``?``; empty if there is nothing to send.

    ``None`` and ``OMIT`` leave a parameter out. A fixed pair gives way to a value for its name.
    ``styles`` are those of :class:`Operation`; ``reserved`` behind one keeps reserved characters.
    """
    parts: list[str] = []
    for name, text in fixed:
        given = values.get(name)
        if given is None or given is OMIT or given is False:
            parts.append(_pair(name, text) if text else _encode(name, name))
    for name, value in values.items():
        if value is not None and value is not OMIT:
            parts.extend(_parameter(name, value, styles.get(name, "form")))
    return "&".join(parts)


def _encode(text: str, name: str, safe: str = "") -> str:
    try:
        return quote(text, safe=safe)
    except UnicodeEncodeError as error:
        raise InvalidArgumentError(f"{name}: the value isn't valid text: {error}") from error


def _pair(name: str, text: str, safe: str = "") -> str:
    return f"{_encode(name, name)}={_encode(text, name, safe)}"


def _parameter(name: str, value: object, style: str) -> Iterator[str]:
    safe = ""
    if style.endswith(" reserved"):
        style, safe = style.removesuffix(" reserved"), _RESERVED
    if style == "flag":
        if value is True or value == "":
            yield _encode(name, name)
        elif value is not False:
            yield _pair(name, format_scalar(value, name))
        return
    if style == "json":
        yield f"{_encode(name, name)}={quote(encode_json(value), safe=safe)}"
        return
    if isinstance(value, (str, int)):
        yield _pair(name, format_scalar(value, name), safe)
        return
    fields = as_mapping(value)
    if fields is not None:
        yield from _object(name, fields, style, safe)
    elif is_list(value):
        delimiter = _DELIMITERS.get(style)
        safe = _inside(safe, delimiter)
        items = [_item(item, name, safe) for item in value if item is not None and item is not OMIT]
        if delimiter is None:
            yield from (f"{_encode(name, name)}={item}" for item in items)
        elif items:
            yield f"{_encode(name, name)}={delimiter.join(items)}"
    else:
        yield _pair(name, format_scalar(value, name), safe)


def _inside(safe: str, delimiter: str | None) -> str:
    """What stays as it is between delimiters: not the delimiter."""
    return safe.replace(",", "") if delimiter == "," else safe


def _item(value: object, name: str, safe: str) -> str:
    """One encoded value inside a list or an object; a nested one is written as JSON."""
    if as_mapping(value) is not None or is_list(value):
        return quote(encode_json(value), safe=safe)
    return _encode(format_scalar(value, name), name, safe)


def _object(name: str, fields: Mapping[str, object], style: str, safe: str) -> Iterator[str]:
    given = {key: item for key, item in fields.items() if item is not None and item is not OMIT}
    if style == "deepObject":
        for key, item in given.items():
            yield from _deep(f"{name}[{key}]", item, safe)
        return
    delimiter = _DELIMITERS.get(style)
    safe = _inside(safe, delimiter)
    if delimiter is None:
        # Style form, exploded: the fields stand for themselves, the parameter's name vanishes.
        for key, item in given.items():
            yield f"{_encode(key, name)}={_item(item, name, safe)}"
    elif given:
        flat = [
            text
            for key, item in given.items()
            for text in (_encode(key, name), _item(item, name, safe))
        ]
        yield f"{_encode(name, name)}={delimiter.join(flat)}"


def _deep(name: str, value: object, safe: str) -> Iterator[str]:
    """One field of a deepObject. OpenAPI leaves open what is inside of it: objects go on in further
    brackets, lists repeat the field, and lists with objects in them number their items."""
    fields = as_mapping(value)
    if fields is not None:
        for key, item in fields.items():
            if item is not None and item is not OMIT:
                yield from _deep(f"{name}[{key}]", item, safe)
    elif is_list(value):
        items = [item for item in value if item is not None and item is not OMIT]
        numbered = any(as_mapping(item) is not None or is_list(item) for item in items)
        for number, item in enumerate(items):
            yield from _deep(f"{name}[{number}]" if numbered else name, item, safe)
    else:
        yield _pair(name, format_scalar(value, name), safe)
