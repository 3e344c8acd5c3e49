"""Header fields that can be sent safely."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Final

from .errors import InvalidArgumentError
from .sentinels import OMIT
from .wire import json_data, simple_items

# RFC 9110 section 5.6.2 (token) and 5.5 (field value).
_NAME: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_FORBIDDEN: Final = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")


NO_STYLES: Final[Mapping[str, str]] = {}


def is_header_name(name: str) -> bool:
    """Whether ``name`` is a token (RFC 9110 section 5.6.2), as names of header fields are."""
    return _NAME.fullmatch(name) is not None


def _check_text(name: str, value: str) -> None:
    try:
        value.encode("utf-8")
    except UnicodeEncodeError as error:
        raise InvalidArgumentError(f"{name}: the value isn't valid text: {error}") from error


class HeaderFields:
    """Header fields to send, by name without regard to case; later ones replace earlier ones."""

    __slots__ = ("_fields",)

    def __init__(self, fields: Mapping[str, tuple[str, str]] | None = None) -> None:
        self._fields: dict[str, tuple[str, str]] = dict(fields or {})

    def update(self, values: Mapping[str, object], styles: Mapping[str, str] = NO_STYLES) -> None:
        """Set each value; ``OMIT`` changes nothing, ``None`` removes the field.

        ``styles``: ``"explode"`` writes an object as ``a=1,b=2``, ``"json"`` everything as JSON.
        """
        for name, value in values.items():
            if value is OMIT:
                continue
            if value is None:
                self._fields.pop(name.lower(), None)
                continue
            style = styles.get(name) if styles else None
            if style == "json":
                # JSON may write every character as ASCII, which every header can hold.
                self.set(name, json.dumps(json_data(value), separators=(",", ":")))
            else:
                pairs = "=" if style == "explode" else None
                self.set(name, ",".join(simple_items(value, name, pairs=pairs)))

    def set(self, name: str, value: str) -> None:
        """Set one field; a name or value that would break the message is refused."""
        if not is_header_name(name):
            raise InvalidArgumentError(f"{name!r} isn't a header name")
        if _FORBIDDEN.search(value) is not None:
            raise InvalidArgumentError(
                f"{name}: a header value can't hold line breaks or control characters"
            )
        if not value.isascii():
            _check_text(name, value)
        self._fields[name.lower()] = (name, value.strip(" \t"))

    def copy(self) -> HeaderFields:
        return HeaderFields(self._fields)

    def get(self, name: str) -> str | None:
        field = self._fields.get(name.lower())
        return None if field is None else field[1]

    def set_default(self, name: str, value: str) -> None:
        """Set a trusted value unless the field is there."""
        self._fields.setdefault(name.lower(), (name, value))

    def keep_only(self, names: frozenset[str]) -> None:
        """Remove every field whose lower-case name isn't one of ``names``."""
        self._fields = {key: field for key, field in self._fields.items() if key in names}

    def items(self) -> list[tuple[str, str]]:
        return list(self._fields.values())

    def encoded(self) -> list[tuple[bytes, bytes]]:
        """As bytes for the wire; text beyond ASCII is sent as UTF-8 (RFC 9110: obs-text)."""
        return [(name.encode("ascii"), value.encode("utf-8")) for name, value in self.items()]
