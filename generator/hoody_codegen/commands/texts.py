"""Descriptions as the command line shows them."""

from __future__ import annotations

import re
from typing import Final

from ..text import Untrusted

_LONGEST: Final = 400
_HTML: Final = re.compile(r"</?(?:br|p|b|i|em|strong|code|ul|ol|li)\s*/?>", re.IGNORECASE)


def first_paragraph(text: object) -> str:
    """The first paragraph on one line; what is far too long ends behind a sentence."""
    if not isinstance(text, Untrusted):
        return ""
    for paragraph in re.split(r"\n\s*\n", str(text.reveal()).strip()):
        line = " ".join(_HTML.sub(" ", paragraph).split())
        if line:
            return _cut(line)
    return ""


def _cut(line: str) -> str:
    if len(line) <= _LONGEST:
        return line
    end = line.rfind(". ", 0, _LONGEST)
    if end > 0:
        return line[: end + 1]
    return line[: _LONGEST - 2].rsplit(" ", 1)[0].rstrip(",;:") + " …"
