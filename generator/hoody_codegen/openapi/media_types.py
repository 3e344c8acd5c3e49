"""The grammar of media types."""

from __future__ import annotations

import re

# RFC 9110, section 5.6.2 and 8.3.1; a range (``image/*``) is allowed too.
_TOKEN = r"[A-Za-z0-9!#$%&'*+.^_`|~-]+"
_MEDIA_TYPE = re.compile(
    rf"({_TOKEN})/({_TOKEN})((?:\s*;\s*{_TOKEN}=(?:{_TOKEN}|\"[^\"\\\x00-\x1f]*\"))*)\Z"
)


def media_type_of(text_: str) -> str | None:
    """The media type with its type and subtype in lower case; None if it isn't one."""
    match = _MEDIA_TYPE.match(text_.strip())
    if match is None:
        return None
    parameters = re.sub(r"\s*;\s*", "; ", match[3])
    return f"{match[1].lower()}/{match[2].lower()}{parameters}"
