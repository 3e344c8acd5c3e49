"""The one door from text to code.

Every function takes text from anywhere, hostile text included, and returns code that holds it and
nothing else: a literal that evaluates to the very value, a docstring that stays one docstring, a
comment that stays one comment. Nothing else in the generator may print text of a document.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from ..text import Untrusted
from .code import Code

Text: TypeAlias = "str | Untrusted[str]"
"""Plain text counts as untrusted here too."""

LINE_LENGTH = 100
"""Of generated Python; the formatter gets the same number."""


# What Python, editors or str.splitlines() take for the end of a line.
_LINE_ENDS = re.compile("\r\n|[\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029]")


def literal(value: Any) -> Code:
    """An expression for a JSON value (also tuples and bytes) that ``ast.literal_eval`` reads back.

    Infinite numbers and NaN, which JSON doesn't have, become ``float("…")`` calls.

    Raises:
        TypeError: ``value`` is, or holds, something else.
    """
    return Code(_literal(value))


def docstring(lines: str | Iterable[str], *, indent: int = 0) -> Code:
    """A docstring with these lines, the quotes included.

    The first line stands behind the opening quotes; further lines are indented by ``indent``
    columns. Lines are printed as they are; :mod:`hoody_codegen.python.wrapping` wraps prose. What a
    reader couldn't see (controls, direction marks, lone surrogates) is shown as ``\\u202e``.
    """
    text = lines if isinstance(lines, str) else "\n".join(lines)
    shown = [_visible(line).rstrip().replace("\\", "\\\\") for line in _lines_of(text)]
    while shown and not shown[-1]:
        shown.pop()
    while shown and not shown[0]:
        del shown[0]
    if not shown:
        return Code('""""""')
    shown[0] = shown[0].lstrip()
    body = "\n".join(shown)
    body = body.replace('"""', r"\"\"\"")
    if re.search(r'(?<!\\)(\\\\)*"\Z', body):
        # No escape stands before it: backslashes of the text come in pairs by now.
        body = body[:-1] + r"\""
    if body.startswith('"'):
        body = "\\" + body
    margin = " " * indent
    if "\n" not in body and indent + len(body) + 6 <= LINE_LENGTH:
        return Code(f'"""{body}"""')
    indented = "\n".join(
        margin + line if number and line else line for number, line in enumerate(body.split("\n"))
    )
    return Code(f'"""{indented}\n{margin}"""')


def comment(text: Text, *, indent: int = 0) -> Code:
    """Comment lines with this text. What tools would read as an order is taken out of their reach.

    (``noqa``, ``type: ignore``, ``fmt: off``, PEP 263's ``coding:`` and the like.)
    """
    harmless = re.sub(r"(coding)(\s*[:=])", r"\1 \2", _reveal(text)).replace("#", "＃")
    margin = " " * indent
    printed = []
    for line in _lines_of(harmless):
        shown = _visible(line).rstrip()
        if re.match(r"\s*(?:noqa|nosec|pragma\b|\w+\s*:)", shown):
            shown = f"- {shown.lstrip()}"
        printed.append(f"{margin}# {shown}".rstrip())
    return Code("\n".join(printed).removeprefix(margin))


def toml(text: Text) -> Code:
    """A TOML basic string (TOML 1.0)."""
    replaced = {'"': '\\"', "\\": "\\\\"}
    escaped = "".join(
        replaced.get(c) or (c if c.isprintable() else _unicode_escape(c))
        for c in _without_surrogates(_reveal(text))
    )
    return Code(f'"{escaped}"')


def markdown(text: Text) -> Code:
    """Markdown (CommonMark) that shows this text, on one line and with no effect of its own."""
    line = " ".join(_visible(part).strip() for part in _lines_of(_reveal(text)))
    escaped = re.sub(r"([\\`*_{}\[\]#|~!])", r"\\\1", line.strip())
    escaped = escaped.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return Code(re.sub(r"\A([-+]|\d+[.)])(?=\s|\Z)", _escape_last, escaped))


def _lines_of(text: str) -> list[str]:
    return _LINE_ENDS.split(text)


def markdown_code(text: Text) -> Code:
    """A code span (CommonMark 6.1) with this text, for a cell of a table (GFM 4.10)."""
    line = " ".join(_visible(part).strip() for part in _lines_of(_reveal(text))).strip()
    longest = max((len(run) for run in re.findall(r"`+", line)), default=0)
    fence = "`" * (longest + 1)
    space = " " if line[:1] == "`" or line[-1:] == "`" else ""
    return Code(f"{fence}{space}{line}{space}{fence}".replace("|", "\\|")) if line else Code("")


def markdown_prose(text: Text) -> Code:
    """Like :func:`markdown`, but the code spans that the text has stay code spans."""
    parts = re.split(r"(?<!`)`([^`\n]+)`(?!`)", _reveal(text))
    printed = []
    for number, part in enumerate(parts):
        if number % 2:
            printed.append(str(markdown_code(part)))
            continue
        # The blanks next to a code span stay.
        before = " " if number and part[:1].isspace() else ""
        behind = " " if number < len(parts) - 1 and part.strip() and part[-1].isspace() else ""
        printed.append(f"{before}{markdown(part)}{behind}")
    return Code("".join(printed))


def slug(text: Text) -> Code:
    """Lower-case letters, digits and hyphens: a part of a link, or of a path."""
    return Code(re.sub(r"[^a-z0-9]+", "-", _reveal(text).lower()).strip("-"))


def markdown_block(text: Text) -> Code:
    """A fenced block (CommonMark 4.5) with these lines, to be read as a shell session."""
    lines = [_visible(line).rstrip() for line in _lines_of(_reveal(text))]
    longest = max((len(run) for line in lines for run in re.findall(r"`+", line)), default=0)
    fence = "`" * max(3, longest + 1)
    return Code("\n".join([f"{fence}sh", *lines, fence]))


def roff(text: Text) -> Code:
    """A line of roff (groff(7)) that shows this text: no request, no escape, no quotation mark that
    would end an argument, and hyphens that can be copied.
    """
    line = " ".join(_visible(part).strip() for part in _lines_of(_reveal(text))).strip()
    replaced = {"\\": "\\(rs", "-": "\\-", '"': "\\(dq", "'": "\\(aq", "`": "\\(ga", "^": "\\(ha"}
    escaped = "".join(replaced.get(c, c) for c in line).replace("~", "\\(ti")
    return Code(f"\\&{escaped}" if escaped[:1] == "." else escaped)


def _escape_last(match: re.Match[str]) -> str:
    marker = match.group(1)
    return f"{marker[:-1]}\\{marker[-1]}"


def _reveal(text: Text) -> str:
    return text.reveal() if isinstance(text, Untrusted) else text


def _literal(value: Any) -> str:
    match value:
        case Untrusted():
            return _literal(value.reveal())
        case None | bool():
            return repr(value)
        case int():
            return int.__repr__(value)
        case float():
            return float.__repr__(value) if math.isfinite(value) else f'float("{value}")'
        case str():
            return _string(value)
        case bytes():
            return repr(value)
        case tuple():
            items = [_literal(item) for item in value]
            return f"({items[0]},)" if len(items) == 1 else f"({', '.join(items)})"
        case Mapping():
            pairs = (f"{_literal(key)}: {_literal(item)}" for key, item in value.items())
            return "{" + ", ".join(pairs) + "}"
        case Sequence():
            return "[" + ", ".join(_literal(item) for item in value) + "]"
        case _:
            raise TypeError(f"{type(value).__name__} is no JSON value")


def _string(value: str) -> str:
    # repr() escapes all that isn't printable: controls, separators, direction marks, surrogates.
    # A subclass could bring its own __repr__, hence the plain one.
    written = str.__repr__(value)
    if written.startswith("'") and '"' not in written:
        # Formatters prefer double quotes; without one inside, a backslash before ' can't occur.
        return f'"{written[1:-1]}"'
    return written


def _visible(line: str) -> str:
    """``line`` with spaces for all kinds of blanks and escapes for what can't be seen."""
    return "".join(map(_visible_character, line))


def _visible_character(character: str) -> str:
    if character.isprintable():
        return character
    if unicodedata.category(character) == "Zs" or character == "\t":
        return " "
    return _unicode_escape(character)


def _unicode_escape(character: str) -> str:
    number = ord(character)
    return f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"


def _without_surrogates(text: str) -> str:
    return "".join("\ufffd" if "\ud800" <= c <= "\udfff" else c for c in text)
