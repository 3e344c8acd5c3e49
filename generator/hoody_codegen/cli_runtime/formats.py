"""How values are written for people, and what keeps a server's text from steering a terminal."""

from __future__ import annotations

import json
import re
from datetime import datetime, timezone
from typing import Final, Literal, TypeAlias

from .shapes import Json

Format: TypeAlias = Literal["text", "time", "size", "duration", "number", "flag"]

NOTHING: Final = "–"
"""Stands for null, and for what isn't there."""

_STEPS: Final = ((60, "s"), (60, "min"), (24, "h"), (30, "d"), (12, "mo"))
_SIZES: Final = ("kB", "MB", "GB", "TB", "PB", "EB")
_EARLIEST_MILLISECONDS: Final = 100_000_000_000
"""A moment from here on is counted in milliseconds: in seconds it would be after the year 5000."""

_EARLIEST_SECONDS: Final = 1_000_000_000
"""2001: a smaller number is no moment of an API."""

# Control characters of C0 and C1, lone surrogates, and what turns the direction of writing.
_UNSAFE: Final = "\x00-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029\u202a-\u202e\u2066-\u2069"
_IN_LINES: Final = re.compile(f"(?![\n\t])[{_UNSAFE}]")
_IN_CELLS: Final = re.compile(f"[{_UNSAFE}]")
_BREAKS: Final = re.compile(r"\s*[\r\n\v\f\x85\u2028\u2029]\s*|\t")
_IN_JSON: Final = re.compile("[\x7f-\x9f\ud800-\udfff\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def safe(text: str) -> str:
    """``text`` with its control characters spelt out; line breaks and tabs stay.

    Whoever can put text on a server could otherwise write anywhere on the screen, or change what
    the terminal sends.
    """
    return _IN_LINES.sub(_spelt_out, text.replace("\r\n", "\n"))


def safe_line(text: str) -> str:
    """``text`` on one line, with its control characters spelt out."""
    return _IN_CELLS.sub(_spelt_out, _BREAKS.sub(" ", text))


def _spelt_out(found: re.Match[str]) -> str:
    number = ord(found[0])
    return f"\\x{number:02x}" if number < 256 else f"\\u{number:04x}"


def json_text(value: Json, *, indent: int | None = None) -> str:
    """``value`` as JSON, in the order that it came in, without characters that steer a terminal."""
    separators = (",", ":") if indent is None else (",", ": ")
    text = json.dumps(value, ensure_ascii=False, indent=indent, separators=separators)
    return _IN_JSON.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def plain_text(value: Json) -> str:
    """``value`` as ``-o raw`` prints it: text as it is, everything else as JSON on one line."""
    return value if isinstance(value, str) else json_text(value)


def cell(value: Json, format: Format = "text", *, unit: str = "", now: datetime) -> str:
    """``value`` on one line of a table, in the manner of its column.

    What doesn't fit the format is written as it came. ``unit`` is that of a duration: ``ms``, or
    seconds.
    """
    if value is None:
        return NOTHING
    if isinstance(value, bool):
        return "✓" if value else "✗"
    text = None
    if format == "time":
        moment = read_time(value)
        text = None if moment is None else relative_time(moment, now)
    elif format == "size" and isinstance(value, (int, float)):
        text = human_size(value)
    elif format == "duration" and isinstance(value, (int, float)):
        text = human_duration(value / 1000 if unit == "ms" else value)
    if text is not None:
        return text
    if isinstance(value, list) and all(not isinstance(item, (dict, list)) for item in value):
        return ", ".join(safe_line(plain_text(item)) for item in value) or NOTHING
    return safe_line(plain_text(value)) or NOTHING


def read_time(value: Json) -> datetime | None:
    """The moment that ``value`` names: ISO 8601, or seconds or milliseconds since 1970."""
    try:
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            seconds = value / 1000 if value >= _EARLIEST_MILLISECONDS else value
            return datetime.fromtimestamp(seconds, timezone.utc)
        if not isinstance(value, str):
            return None
        moment = datetime.fromisoformat(_iso(value))
    except (ValueError, OverflowError, OSError):
        return None
    # A time without a zone comes from a server: most count in UTC.
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=timezone.utc)


def _iso(text: str) -> str:
    """What Python 3.10 reads, too: no ``Z``, and fractions of six digits."""
    found = re.fullmatch(
        r"(\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}(?::\d{2})?)(?:[.,](\d+))?\s*([Zz]|[+-]\d{2}:?\d{2})?",
        text.strip(),
    )
    if found is None:
        raise ValueError(text)
    zone = found[3] or ""
    if zone and zone not in "Zz" and ":" not in zone:
        zone = f"{zone[:3]}:{zone[3:]}"
    fraction = f".{found[2][:6]:0<6}" if found[2] else ""
    return f"{found[1]}{fraction}{'+00:00' if zone in ('Z', 'z') else zone}"


def relative_time(moment: datetime, now: datetime) -> str:
    """``3 h ago``, ``in 2 d``, ``just now``; months have 30 days, years twelve of them."""
    seconds = round((now - moment).total_seconds())
    if abs(seconds) < 2:
        return "just now"
    amount, unit = abs(seconds), "y"
    for step, name in _STEPS:
        if amount < step:
            unit = name
            break
        amount //= step
    return f"{amount} {unit} ago" if seconds > 0 else f"in {amount} {unit}"


def human_size(count: float) -> str:
    """Bytes in units of 1000: ``512 B``, ``1.5 MB``."""
    if count < 0:
        return f"-{human_size(-count)}"
    if count < 999.5:
        return f"{count:.0f} B"
    units = iter(_SIZES)
    amount, unit = count / 1000, next(units)
    while amount >= 999.5:
        larger = next(units, None)
        if larger is None:
            break
        amount, unit = amount / 1000, larger
    text = f"{amount:.0f}" if amount >= 100 else f"{amount:.1f}".removesuffix(".0")
    return f"{text} {unit}"


def human_duration(seconds: float) -> str:
    """The two greatest parts: ``1 d 4 h``, ``3 min 20 s``, ``1.5 s``, ``20 ms``."""
    if seconds < 0:
        return f"-{human_duration(-seconds)}"
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms" if seconds else "0 s"
    if seconds < 10:
        return f"{seconds:.1f}".removesuffix(".0") + " s"
    left = round(seconds)
    parts: list[str] = []
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min"), (1, "s")):
        amount, left = divmod(left, size)
        if amount:
            parts.append(f"{amount} {unit}")
        elif parts:
            break
    return " ".join(parts[:2])


def guess(field: str, value: Json) -> Format:
    """The format of a field that nothing is known about but its name and one value."""
    name = field.rpartition(".")[2]
    if isinstance(value, bool):
        return "flag"
    if isinstance(value, (int, float)):
        # Only where the name says the unit: a wrong one would be worse than none.
        if name.lower().endswith("bytes"):
            return "size"
        if re.search(r"(_ms|Ms|_seconds|Seconds|_secs)$", name):
            return "duration"
        is_time = re.search(r"(_at|At|[tT]imestamp)$", name) and value > _EARLIEST_SECONDS
        return "time" if is_time else "number"
    if isinstance(value, str) and read_time(value) is not None:
        return "time"
    return "text"
