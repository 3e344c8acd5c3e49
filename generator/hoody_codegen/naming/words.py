"""Words in names: how ``workspaceID``, ``mcpOAuth2Status`` or ``content-type`` come apart.

A name is cut at punctuation, where a lower-case letter meets a capital (``userName``), where an
acronym meets a word (``JSONFile``) and behind digits that meet a capital (``base64Encode``). Digits
stay with the letters before them (``sha256``, ``v1``), plural acronyms stay whole (``IDs``), and so
do a few spellings that mix cases on purpose (``OAuth``, ``2FA``). Latin letters lose their accents
(Unicode NFKD); letters of other scripts, which Python allows in identifiers, are kept.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

# Spellings whose capitals don't mark a new word. `2FA` and its like would lose their digit to the
# word before them (`enable2FA`).
_WHOLE = re.compile(
    r"((?<![A-Z])(?:OAuth|OpenAPI|ETag|GitHub|GitLab|GraphQL|JavaScript|TypeScript|MySQL|NoSQL"
    r"|PostgreSQL|SQLite|WebDAV|WebRTC|VSCode|macOS|iOS)\d*(?![a-z])"
    r"|(?<![0-9])[2-5](?:F[Aa]|D|G)(?![a-zA-Z0-9])"
    r"|(?<![0-9])[2-5](?:F[Aa]|D|G)(?=[A-Z][a-z]))"
)

# One letter per character: U capital, l lower case (or a letter without case), s and v themselves,
# D digit, - anything else.
_WORD = re.compile(
    r"U{2,}s(?![lsv])D*"  # plural acronym: IDs
    r"|U{2,}vD+"  # acronym with a version: IPv4, UUIDv7
    r"|U+(?=U[lsv])"  # acronym before a word: JSON|File
    r"|U*[lsv]+D*(?:[lsv]+D*)*"  # word: File, sha256sum
    r"|U+D*(?:[lsv]+D*)*"  # acronym: JSON, HTTP2
    r"|D+(?:U+(?![lsv])|U?[lsv]+)?"  # leading digits: 2FA, 3rd, 404
)

_LATIN = str.maketrans(
    {
        "ß": "ss",
        "ẞ": "SS",
        "æ": "ae",
        "Æ": "AE",
        "œ": "oe",
        "Œ": "OE",
        "ø": "o",
        "Ø": "O",
        "đ": "d",
        "Đ": "D",
        "ð": "d",
        "Ð": "D",
        "ł": "l",
        "Ł": "L",
        "þ": "th",
        "Þ": "Th",
        "ı": "i",
        "µ": "u",
    }
)

_SPELLED = {
    "-": "dash",
    ".": "dot",
    "$": "dollar",
    "@": "at",
    "/": "slash",
    "\\": "backslash",
    ":": "colon",
    "+": "plus",
    "*": "star",
    "#": "hash",
    "%": "percent",
    "&": "and",
    "!": "bang",
    "?": "question",
    "=": "equals",
    "<": "less",
    ">": "greater",
    "|": "pipe",
    "~": "tilde",
    "^": "caret",
    "[": "bracket",
}
_DROPPED_WHEN_SPELLED = frozenset("])}\"'`")

_ENDING_IN_IE = frozenset(["calories", "cookies", "hoodies", "movies", "selfies", "zombies"])
_SAME_IN_PLURAL = frozenset(
    [
        *("access", "address", "alias", "always", "analysis", "aws", "axis", "basis", "bias"),
        *("bonus", "bus", "canvas", "chassis", "class", "consensus", "cors", "css", "data"),
        *("dns", "express", "focus", "gas", "gps", "has", "https", "js", "kubernetes", "lens"),
        *("less", "loss", "metadata", "miss", "nas", "news", "nexus", "nodejs", "os", "pass"),
        *("plus", "previous", "process", "progress", "redis", "series", "sms", "stats"),
        *("status", "success", "this", "times", "tls", "ts", "various", "vs"),
    ]
)


@cache
def split(text: str) -> tuple[str, ...]:
    """The words of ``text`` in their own spelling: ``("mcp", "OAuth2", "Status")``."""
    words: list[str] = []
    for index, part in enumerate(_WHOLE.split(_plain(text))):
        if index % 2:
            words.append(part)
            continue
        kinds = "".join(map(_kind, part))
        words += [part[match.start() : match.end()] for match in _WORD.finditer(kinds)]
    return tuple(words)


@cache
def lower(text: str) -> tuple[str, ...]:
    """The words of ``text`` in lower case."""
    return tuple(word.lower() for word in split(text))


@cache
def snake(text: str) -> str:
    """``workspaceID`` → ``workspace_id``; the empty string where there is no word."""
    return "_".join(lower(text))


@cache
def pascal(text: str) -> str:
    """``kvBatch`` → ``KvBatch``, ``KVEntry`` → ``KVEntry``, ``TOKEN_EXPIRED`` → ``TokenExpired``.

    Acronyms keep their capitals only in text that also has lower-case letters; elsewhere capitals
    say nothing.
    """
    words = split(text)
    if not any(word != word.upper() for word in words):
        words = tuple(word.lower() for word in words)
    return join_pascal(words)


def join_pascal(words: tuple[str, ...]) -> str:
    """Words side by side, each with a capital; two numbers stay apart (``V1_2``)."""
    joined = ""
    for word in words:
        if joined[-1:].isdigit() and word[:1].isdigit():
            joined += "_"
        joined += word[:1].upper() + word[1:]
    return joined


@cache
def spelled(text: str) -> str:
    """Snake case with punctuation and case written out, for names that differ in nothing else.

    ``exec-id`` → ``exec_dash_id``, ``execId`` → ``exec_id_camel``, ``-1`` → ``minus_1``.
    """
    written: list[str] = []
    for character in re.sub(r"\A-(?=[0-9])", "minus ", text):
        if character == "_" or _kind(character) != "-" or character in _DROPPED_WHEN_SPELLED:
            written.append(character)
        elif character.isspace():
            written.append("_")
        else:
            name = _SPELLED.get(character) or f"u{ord(character):04x}"
            written.append(f"_{name}_")
    name = snake("".join(written))
    style = _style(text)
    return f"{name}_{style}" if style else name


def singular(word: str) -> str:
    """The singular of an English noun by rule: ``containers``, ``proxies``, ``addresses``."""
    low = word.lower()
    if low in _SAME_IN_PLURAL or len(low) < 4 or low.endswith(("ss", "us", "is")):
        return word
    if low in _ENDING_IN_IE:
        return word[:-1]
    if low.endswith("ies") and len(low) > 4:
        return word[:-3] + ("Y" if word.isupper() else "y")
    if low.endswith(("sses", "xes", "ches", "shes", "zzes", "uses", "ases")) and low not in {
        "databases",
        "bases",
        "cases",
        "phases",
        "releases",
        "phrases",
        "purchases",
        "leases",
        "uses",
        "causes",
        "pauses",
        "caches",
        "axes",
    }:
        return word[:-2]
    return word[:-1] if low.endswith("s") else word


def without_iterator(text: str) -> str:
    """``listIterator`` walks the pages of ``list``: in Python both are ``list``."""
    parts = split(text)
    if len(parts) > 1 and parts[-1].lower() == "iterator":
        return " ".join(parts[:-1])
    return text


def _style(text: str) -> str:
    letters = "".join(character for character in text if character.isalpha())
    if letters == letters.lower():
        return ""
    if letters == letters.upper():
        return "upper"
    return "pascal" if letters[0].isupper() else "camel"


def _plain(text: str) -> str:
    """``text`` with Latin letters without accents and digits of all scripts as 0 to 9."""
    if text.isascii():
        return text
    decomposed = unicodedata.normalize("NFKD", text.translate(_LATIN))
    without_marks = (c for c in decomposed if unicodedata.category(c) not in {"Mn", "Cf"})
    composed = unicodedata.normalize("NFKC", "".join(without_marks))
    return "".join(_ascii_digit(c) for c in composed)


def _ascii_digit(character: str) -> str:
    if character.isascii():
        return character
    digit = unicodedata.decimal(character, None)
    return character if digit is None else str(digit)


def _kind(character: str) -> str:
    if character in "sv":
        return character
    if "0" <= character <= "9":
        return "D"
    # Circled capitals are upper case, too, and yet no letters of identifiers.
    if character.isupper() and character.isidentifier():
        return "U"
    if character.isidentifier() and character != "_":
        return "l"
    return "-"
