"""From texts on the command line to the arguments of a method of the client."""

from __future__ import annotations

import json
import math
import os
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any, Final

import click

from .context import Invocation
from .model import Argument, Command, Kind, Option
from .suggesting import did_you_mean

_LONGEST_NUMBER: Final = 15
"""Digits that a double holds exactly (RFC 8259, section 6)."""

WORDS: Final[Mapping[str, bool]] = {
    "true": True,
    "yes": True,
    "on": True,
    "1": True,
    "false": False,
    "no": False,
    "off": False,
    "0": False,
}
"""What a boolean may be called."""

_SIZES: Final = {
    **{unit: 1000**power for power, unit in enumerate(("", "k", "m", "g", "t", "p"))},
    **{unit: 1024**power for power, unit in enumerate(("ki", "mi", "gi", "ti", "pi"), 1)},
}
_SIZE: Final = re.compile(r"(\d+(?:\.\d+)?)\s*([kmgtp]?i?)b?", re.IGNORECASE)
_SECONDS: Final = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
_SPAN: Final = re.compile(r"(\d+(?:\.\d+)?)(ms|[smhdw])", re.IGNORECASE)


class WrongValue(ValueError):
    """A text that isn't what its place takes; the message doesn't name the place."""


class Inputs:
    """Reads what stands elsewhere than on the command line; stdin can be read once."""

    def __init__(self) -> None:
        self._stdin = False

    def _take_stdin(self) -> None:
        if self._stdin:
            raise WrongValue("stdin ('-') can be read only once")
        if sys.stdin is None:
            raise WrongValue("there is no stdin to read")
        self._stdin = True

    def text(self, source: str) -> str:
        """The content of ``-`` or ``@file``; anything else is meant as it is."""
        try:
            if source == "-":
                self._take_stdin()
                return sys.stdin.buffer.read().decode()
            if source.startswith("@"):
                return _file(source[1:]).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            raise WrongValue(f"{_place(source)} isn't text in UTF-8") from None
        except OSError as error:
            raise WrongValue(f"{source[1:]}: {error.strerror or error}") from None
        return source

    def secret(self, source: str) -> str:
        """As :meth:`text`; the line break behind a secret is no part of it."""
        read = self.text(source)
        return read if read is source else read.rstrip("\r\n")

    def json(self, source: str) -> object:
        text = self.text(source)
        if source.startswith("@") and source.endswith((".yaml", ".yml")):
            import yaml

            try:
                return yaml.safe_load(text)
            except yaml.YAMLError as error:
                raise WrongValue(f"{source[1:]} isn't YAML: {error}") from None
        try:
            return json.loads(text, parse_constant=_no_constant)
        except json.JSONDecodeError as error:
            inline = text is source
            where = f"column {error.colno}" if inline else f"line {error.lineno}"
            hint = " (a text goes in double quotes; @FILE reads a file)" if inline else ""
            raise WrongValue(f"{_place(source)} isn't JSON: {error.msg} at {where}{hint}") from None

    def any(self, source: str) -> object:
        """JSON, or the text itself where it isn't JSON. A long row of digits is an id."""
        if source == "-" or source.startswith("@"):
            return self.json(source)
        try:
            value = json.loads(source)
        except json.JSONDecodeError:
            return source
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        return source if is_number and len(source) > _LONGEST_NUMBER else value

    def content(self, source: str, *, literal: bool = False) -> object:
        """A file to send: ``@file``, ``-`` or, unless texts are meant ``literal``, a path."""
        if source == "-":
            self._take_stdin()
            return sys.stdin.buffer
        if source.startswith("@") or not literal:
            return _file(source.removeprefix("@"))
        if os.path.isfile(source):
            raise WrongValue(f"to send the file, write @{source}")
        return source.encode()


def _no_constant(name: str) -> float:
    raise WrongValue(f"{name} isn't JSON")


def _place(source: str) -> str:
    if source == "-":
        return "stdin"
    return source[1:] if source.startswith("@") else repr(_shortened(source))


def _shortened(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:57]}..."


def _file(name: str) -> Path:
    path = Path(name).expanduser()
    if path.is_dir():
        raise WrongValue(f"{name} is a directory")
    if not path.exists():
        raise WrongValue(f"there is no file {name!r}")
    return path


def parse(kind: Kind, text: str, inputs: Inputs) -> Any:
    """What ``text`` stands for; choices that aren't closed are let through.

    Raises:
        WrongValue: it isn't of this kind, or not in the range.
    """
    if kind.closed and kind.choices and text not in kind.choices:
        raise WrongValue(
            f"{text!r} isn't allowed: one of {', '.join(kind.choices)}."
            + did_you_mean(text, kind.choices)
        )
    if kind.name in ("integer", "number"):
        return _in_range(kind, _number(kind, text), text)
    if kind.name in ("boolean", "flag"):
        return _boolean(text)
    if kind.name == "datetime":
        return _moment(text)
    if kind.name == "date":
        return _day(text)
    if kind.name == "json":
        return inputs.json(text)
    if kind.name == "any":
        return inputs.any(text)
    if kind.name == "bytes":
        return inputs.content(text)
    _check_length(kind, text)
    return text


def _check_length(kind: Kind, text: str) -> None:
    if kind.shortest is not None and len(text) < kind.shortest:
        raise WrongValue(f"{text!r} is too short: at least {kind.shortest} characters")
    if kind.longest is not None and len(text) > kind.longest:
        raise WrongValue(
            f"{_shortened(text)!r} is too long: {len(text)} characters, at most {kind.longest}"
        )


def _boolean(text: str) -> bool:
    found = WORDS.get(text.lower())
    if found is None:
        raise WrongValue(f"{text!r} isn't allowed: one of true, false")
    return found


def _number(kind: Kind, text: str) -> float:
    if kind.unit:
        measured = _measured(kind.unit, text)
        if measured is not None:
            whole = kind.name == "integer" or measured == int(measured)
            return round(measured) if whole else measured
    try:
        if re.fullmatch(r"[+-]?\d+", text, re.ASCII):
            return int(text)
        if kind.name == "number" and re.fullmatch(r"[+-]?[\d.]+(?:[eE][+-]?\d+)?", text, re.ASCII):
            found = float(text)
            if math.isfinite(found):
                return found
    except ValueError:
        pass
    like = {"bytes": ", such as 1000 or 10MiB", "s": ", such as 90 or 1m30s"}
    like["ms"] = ", such as 500 or 2s"
    what = "a whole number" if kind.name == "integer" else "a number"
    raise WrongValue(f"{text!r} isn't {what}{like.get(kind.unit, '')}")


def _measured(unit: str, text: str) -> float | None:
    """A size or a span of time with its unit, in units of ``unit``; None if it has no unit."""
    if unit == "bytes":
        size = _SIZE.fullmatch(text.strip())
        factor = _SIZES.get(size[2].lower()) if size else None
        return float(size[1]) * factor if size and factor is not None else None
    seconds = _span(text)
    return None if seconds is None else seconds * (1000 if unit == "ms" else 1)


def _span(text: str) -> float | None:
    """Seconds of ``1h30m``; None if it isn't a span of time."""
    parts = list(_SPAN.finditer(text))
    if not parts or "".join(part[0] for part in parts) != text:
        return None
    return math.fsum(float(part[1]) * _SECONDS[part[2].lower()] for part in parts)


def _in_range(kind: Kind, value: float, text: str) -> float:
    low, high = kind.minimum, kind.maximum
    if (low is not None and value < low) or (high is not None and value > high):
        raise WrongValue(f"{text} is out of range: {range_of(kind)}")
    return value


def range_of(kind: Kind) -> str:
    """``from 1 to 100``, ``at least 1``, ``at most 100`` or nothing."""
    if kind.minimum is not None and kind.maximum is not None:
        return f"from {_figure(kind.minimum)} to {_figure(kind.maximum)}"
    if kind.minimum is not None:
        return f"at least {_figure(kind.minimum)}"
    return f"at most {_figure(kind.maximum)}" if kind.maximum is not None else ""


def _figure(value: float) -> str:
    return str(int(value)) if value == int(value) else str(value)


def _moment(text: str) -> datetime:
    if text.lower() == "now":
        return datetime.now(timezone.utc)
    if text[:1] in ("+", "-"):
        seconds = _span(text[1:])
        if seconds is not None:
            try:
                span = timedelta(seconds=-seconds if text[0] == "-" else seconds)
                return datetime.now(timezone.utc).replace(microsecond=0) + span
            except OverflowError:
                raise WrongValue(f"{text} is too far away") from None
    try:
        # Python 3.10 doesn't read "Z".
        found = datetime.fromisoformat(re.sub("[zZ]$", "+00:00", text))
    except ValueError:
        raise WrongValue(
            f"{text!r} isn't a time: 2027-04-12T00:00:00Z, 2027-04-12, now, +7d or -2h30m"
        ) from None
    return found if found.tzinfo else found.astimezone()


def _day(text: str) -> date:
    if text.lower() == "today":
        return date.today()
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise WrongValue(f"{text!r} isn't a date: 2027-04-12 or today") from None


class Reader:
    """Puts the arguments of one call together. Wrong ones are ``click.UsageError``."""

    def __init__(self, invocation: Invocation, command: Command, taken: Iterable[str]) -> None:
        self._invocation = invocation
        self._command = command
        self._taken = frozenset(taken)
        self._inputs = Inputs()

    def arguments(
        self, places: Sequence[str], given: Mapping[str, Sequence[str]]
    ) -> dict[str, Any]:
        """Keyword arguments of the method.

        ``places`` are the texts without a flag, ``given`` those of each flag. ``_taken`` are flags
        that have a meaning of their own for the whole program, whose variables of the environment
        aren't those of a secret.
        """
        command = self._command
        found: dict[str, Any] = {}
        extra: dict[str, Any] = {}
        flag = body_flag(command)
        if flag in given:
            self._whole_body(flag, given[flag][-1], found, extra)
        missing = self._arguments(places, given, found)
        # What stands around comes before what stands in it.
        for option in sorted(command.options, key=lambda option: len(option.path)):
            texts = given.get(option.flag)
            if texts:
                self._put(found, option, self._value(option, texts))
        if not missing:
            self._secrets(found)
        missing += self._missing(found)
        if missing:
            raise click.UsageError(f"Missing: {', '.join(dict.fromkeys(missing))}")
        if extra:
            found["request_options"] = self._invocation.app.runtime().RequestOptions(body=extra)
        return found

    def _whole_body(
        self, flag: str, text: str, found: dict[str, Any], extra: dict[str, Any]
    ) -> None:
        command = self._command
        kind = command.body_kind
        try:
            if kind.name == "bytes":
                value: object = self._inputs.content(text, literal=True)
            elif kind.name == "text":
                value = self._inputs.text(text)
            else:
                value = parse(kind, text, self._inputs)
        except WrongValue as error:
            raise click.UsageError(f"{flag}: {error}") from None
        if command.body:
            found[command.body] = value
            return
        if not isinstance(value, dict):
            raise click.UsageError(f"{flag}: has to be a JSON object")
        names = {option.field: option.argument for option in command.options if option.field}
        for key, item in value.items():
            if key in names:
                found[names[key]] = item
            else:
                extra[str(key)] = item

    def _arguments(
        self, places: Sequence[str], given: Mapping[str, Sequence[str]], found: dict[str, Any]
    ) -> list[str]:
        """Puts path parameters into ``found``; gives those that are missing."""
        left = list(places)
        missing: list[str] = []
        for argument in self._command.arguments:
            if argument.flag and argument.flag in given:
                text, name = given[argument.flag][-1], argument.flag
            elif left:
                text, name = left.pop(0), argument.name
            else:
                missing.append(argument.name + (f" (or {argument.flag})" if argument.flag else ""))
                continue
            found[argument.argument] = self._argument(argument, name, text)
        if left:
            raise click.UsageError(
                f"Unexpected: {' '.join(repr(text) for text in left)}"
                + (" (given by its flag already?)" if self._command.arguments else "")
            )
        return missing

    def _argument(self, argument: Argument, name: str, text: str) -> Any:
        if not text:
            raise click.UsageError(f"{name}: is empty")
        return self._parsed(argument.kind, name, text)

    def _parsed(self, kind: Kind, name: str, text: str) -> Any:
        try:
            value = parse(kind, text, self._inputs)
        except WrongValue as error:
            raise click.UsageError(f"{name}: {error}") from None
        if kind.choices and not kind.closed and text not in kind.choices:
            self._invocation.warn(
                f"{name}: {text!r} isn't documented ({', '.join(kind.choices)}); sent as it is."
                + did_you_mean(text, kind.choices)
            )
        return value

    def _value(self, option: Option, texts: Sequence[str]) -> Any:
        flag = option.flag
        if option.nullable and texts[-1] == "null":
            return None
        if option.mapping:
            return self._mapping(option, texts)
        if option.secret and option.kind.name in ("text", "json", "any"):
            return self._parsed(option.kind, flag, self._secret(flag, texts[-1]))
        if not option.many:
            return self._parsed(option.kind, flag, texts[-1])
        if list(texts) == ["[]"]:
            return []
        values: list[Any] = []
        for text in texts:
            value = self._parsed(option.kind, flag, text)
            if option.kind.name in ("json", "any") and isinstance(value, list):
                values += value
            else:
                values.append(value)
        return values

    def _secret(self, flag: str, text: str) -> str:
        try:
            return self._inputs.secret(text)
        except WrongValue as error:
            raise click.UsageError(f"{flag}: {error}") from None

    def _mapping(self, option: Option, texts: Sequence[str]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for text in texts:
            key, equals, value = text.partition("=")
            if equals and key and not text.startswith(("{", "@")):
                found[key] = self._parsed(option.kind, f"{option.flag} {key}", value)
                continue
            if not text.startswith(("{", "@")) and text != "-":
                raise click.UsageError(f"{option.flag}: {text!r} isn't KEY=VALUE")
            whole = self._parsed(Kind("json"), option.flag, text)
            if not isinstance(whole, dict):
                raise click.UsageError(f"{option.flag}: has to be a JSON object")
            found.update(whole)
        return found

    def _put(self, found: dict[str, Any], option: Option, value: Any) -> None:
        if not option.path:
            found[option.argument] = value
            return
        inner = found.setdefault(option.argument, {})
        *around, last = option.path
        for key in around:
            inner = inner.setdefault(key, {}) if isinstance(inner, dict) else inner
        if not isinstance(inner, dict):
            raise click.UsageError(f"{option.flag}: what it is a part of is no object")
        inner[last] = value

    def _secrets(self, found: dict[str, Any]) -> None:
        """Secrets that have to be there: from the environment, or asked for."""
        app = self._invocation.app
        for option in self._command.options:
            if not option.secret or not self._lacks(found, option):
                continue
            variable = secret_variable(app.env_prefix, option.flag)
            text = os.environ.get(variable) if option.flag not in self._taken else None
            if not text and self._invocation.can_ask:
                from .safety import ask_secret

                name = re.sub("[-.]+", " ", option.flag).strip().capitalize()
                text = ask_secret(self._invocation, f"{name}: ")
            if text:
                self._put(found, option, self._parsed(option.kind, option.flag, text))

    def _missing(self, found: Mapping[str, Any]) -> list[str]:
        """Flags that have to be given; of secrets with the ways to do so."""
        command = self._command
        missing: list[str] = []
        for option in command.options:
            if not self._lacks(found, option):
                continue
            ways = ""
            if option.secret:
                variable = secret_variable(self._invocation.app.env_prefix, option.flag)
                known = "" if option.flag in self._taken else f"{variable} in the environment, "
                ways = f" ({known}'{option.flag} -' for stdin, '{option.flag} @FILE')"
            missing.append(option.flag + ways)
        if command.body_required and command.body and command.body not in found:
            missing.append(body_flag(command))
        return missing

    @staticmethod
    def _lacks(found: Mapping[str, Any], option: Option) -> bool:
        """Whether a value is required and isn't there. Of a part, if the whole is there."""
        if not option.required:
            return False
        inner: object = found
        for key in (option.argument, *option.path[:-1]):
            if not isinstance(inner, dict):
                return False
            if key not in inner:
                return not option.path
            inner = inner[key]
        return bool(option.path) and isinstance(inner, dict) and option.path[-1] not in inner


def secret_variable(prefix: str, flag: str) -> str:
    """The variable of the environment that a secret is read from: ``HOODY_PASSWORD``."""
    return f"{prefix}_{re.sub('[^A-Z0-9]+', '_', flag.lstrip('-').upper())}"


def body_flag(command: Command) -> str:
    """The flag that takes the whole body; empty if there is none, or it is an ordinary one."""
    if not command.has_body:
        return ""
    taken = {option.flag: option for option in command.options}
    own = taken.get("--body")
    if own is None:
        return "--body"
    is_whole = bool(command.body) and own.argument == command.body and not own.path
    return "" if is_whole or "--request-body" in taken else "--request-body"
