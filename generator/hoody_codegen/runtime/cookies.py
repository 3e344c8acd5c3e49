"""The Cookie header (RFC 6265, section 4.2) from cookie parameters (OpenAPI 3.1)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final
from urllib.parse import quote

from .errors import InvalidArgumentError
from .sentinels import OMIT
from .wire import as_mapping, encode_json, format_scalar, is_list

# What names and values may hold as it is: RFC 6265, section 4.1.1, without "%", which announces
# what is encoded. Letters, digits and "_.-~" are never encoded.
_NAME: Final = "!#$&'*+^`|"
_VALUE: Final = "!#$&'()*+/:<=>?@[]^`{|}"


def encode_cookies(values: Mapping[str, object], styles: Mapping[str, str]) -> str:
    """The pairs of a Cookie header; empty if there is nothing to send.

    ``None`` and ``OMIT`` leave a cookie out. ``styles``: ``"comma"`` writes a list or an object as
    one cookie, ``"json"`` everything as JSON, ``"cookie"`` encodes nothing (OpenAPI 3.2),
    ``"flag"`` is there or not.
    """
    return "; ".join(
        pair
        for name, value in values.items()
        if value is not None and value is not OMIT
        for pair in _pairs(name, value, styles.get(name, "form"))
    )


def merge_cookies(first: str | None, second: str) -> str:
    """Two Cookie headers as one; pairs of the second replace those of the same name."""
    later = _split(second)
    names = {_name(pair) for pair in later}
    return "; ".join([*(pair for pair in _split(first or "") if _name(pair) not in names), *later])


def _split(header: str) -> list[str]:
    return [pair.strip() for pair in header.split(";") if pair.strip()]


def _name(pair: str) -> str:
    return pair.partition("=")[0].strip()


def _pairs(name: str, value: object, style: str) -> Iterator[str]:
    fields = as_mapping(value)
    if style == "flag":
        if value is not False:
            yield f"{_encoded(name, name, _NAME)}="
    elif style == "json":
        yield f"{_encoded(name, name, _NAME)}={quote(encode_json(value), safe=_VALUE)}"
    elif fields is not None:
        given = {key: item for key, item in fields.items() if _is_given(item)}
        if style == "comma":
            parts = [
                part
                for key, item in given.items()
                for part in (_encoded(key, name, _NAME), _text(item, name, style))
            ]
            if parts:
                yield f"{_encoded(name, name, _NAME)}={','.join(parts)}"
            return
        for key, item in given.items():
            yield f"{_encoded(key, name, _NAME)}={_text(item, name, style)}"
    elif is_list(value):
        items = [_text(item, name, style) for item in value if _is_given(item)]
        if style == "comma":
            items = [",".join(items)] if items else []
        for text in items:
            yield f"{_encoded(name, name, _NAME)}={text}"
    else:
        yield f"{_encoded(name, name, _NAME)}={_text(value, name, style)}"


def _is_given(value: object) -> bool:
    return value is not None and value is not OMIT


def _text(value: object, name: str, style: str) -> str:
    if as_mapping(value) is not None or is_list(value):
        return quote(encode_json(value), safe=_VALUE)
    text = format_scalar(value, name)
    if style != "cookie":
        return _encoded(text, name, _VALUE)
    if ";" in text:
        raise InvalidArgumentError(f"{name}: this cookie is sent as it is and can't hold ';'")
    return text


def _encoded(text: str, name: str, safe: str) -> str:
    try:
        return quote(text, safe=safe)
    except UnicodeEncodeError as error:
        raise InvalidArgumentError(f"{name}: the value isn't valid text: {error}") from error
