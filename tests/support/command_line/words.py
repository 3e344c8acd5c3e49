"""Spells a call of the contract run as the words of a command line."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from ..contract.calls import PreparedCall
from ..contract.values import text_of

if TYPE_CHECKING:
    from hoody_codegen.cli_runtime.model import App, Command, Option


class SpellingFault(AssertionError):
    """Something of a call can't be said to a command."""


class Spelt(NamedTuple):
    """Words behind the name of the program, and the flags that are among them."""

    words: tuple[str, ...]
    flags: frozenset[str]


class Speller:
    """Spells calls; bytes go through files below ``folder``.

    * ``whole``: bodies of JSON are given whole by ``--body``, else field by field.
    """

    def __init__(self, app: App, folder: Path) -> None:
        self._scopes = {scope.name: scope for scope in app.scopes}
        self._folder = folder
        self._count = itertools.count()

    def spell(self, command: Command, call: PreparedCall, *, whole: bool) -> Spelt:
        """Raises SpellingFault where the command has no word for a value."""
        flags: list[tuple[str, str | None]] = []
        values = dict(call.keywords)
        if whole and command.has_body:
            flags += self._body(command, call, values)
        known: dict[str, list[Option]] = {}
        for option in command.options:
            known.setdefault(option.argument, []).append(option)
        for argument, value in values.items():
            if argument == command.body and command.has_body and not isinstance(value, Mapping):
                flags += self._whole(command, value)
            elif argument in known:
                flags += self._argument(command, known[argument], value)
            elif argument == command.body and command.has_body:
                flags.append(("--body", json.dumps(value)))
            else:
                raise SpellingFault(f"{_name(command)} has no flag for {argument!r}")
        words = [*command.path, *self._scope(command)]
        words += [flag if text is None else f"{flag}={text}" for flag, text in flags]
        if len(call.positional) != len(command.arguments):
            raise SpellingFault(
                f"{_name(command)} has {len(command.arguments)} arguments, "
                f"the operation has {len(call.positional)}"
            )
        places = [text_of(value) for value in call.positional]
        return Spelt((*words, "--", *places), frozenset(flag for flag, _ in flags))

    def _scope(self, command: Command) -> Iterator[str]:
        if command.scope:
            for argument in self._scopes[command.scope].arguments:
                if not argument.default:
                    yield f"{argument.flag}=507f1f77bcf86cd799439011"

    def _body(
        self, command: Command, call: PreparedCall, values: dict[str, Any]
    ) -> Iterator[tuple[str, str]]:
        """The whole body, and takes what it holds out of the values."""
        if command.body:
            if command.body in values:
                yield from self._whole(command, values.pop(command.body))
            return
        if isinstance(call.json, dict):
            for option in command.options:
                if option.field in call.json:
                    values.pop(option.argument, None)
            yield "--body", json.dumps(call.json)

    def _whole(self, command: Command, value: Any) -> Iterator[tuple[str, str]]:
        """A whole body: bytes by a flag of their own, if there is one."""
        if isinstance(value, bytes):
            files = [o for o in command.options if o.argument == command.body and not o.path]
            yield (files[0].flag if files else "--body"), self._content(value)
        elif command.body_kind.name == "json":
            yield "--body", json.dumps(value)
        else:
            yield "--body", self._content(value)

    def _argument(
        self, command: Command, options: list[Option], value: Any
    ) -> Iterator[tuple[str, str | None]]:
        whole = next((option for option in options if not option.path), None)
        parts = [option for option in options if option.path]
        if parts and isinstance(value, Mapping):
            flags, rest = self._parts(parts, value)
            if flags and not rest:
                yield from flags
                return
        if options[0].argument == command.body:
            yield from self._whole(command, value)
            return
        if whole is None:
            raise SpellingFault(f"{_name(command)} can't say {options[0].argument!r} whole")
        yield from self._option(whole, value)

    def _parts(
        self, options: list[Option], value: Mapping[str, Any]
    ) -> tuple[list[tuple[str, str | None]], bool]:
        """Flags for the fields of an object, and whether they leave something unsaid."""
        flags: list[tuple[str, str | None]] = []
        said: Any = {}
        for option in options:
            found = _at(value, option.path)
            if found is None or (isinstance(found, Mapping) and not option.mapping):
                continue
            flags += self._option(option, found)
            _put(said, option.path, found)
        return flags, said != value

    def _option(self, option: Option, value: Any) -> Iterator[tuple[str, str | None]]:
        if value is None:
            yield option.flag, "null"
        elif option.many and isinstance(value, list) and value:
            for item in value:
                yield option.flag, self._text(option, item)
        elif option.mapping and isinstance(value, Mapping) and value:
            for key, item in value.items():
                yield option.flag, f"{key}={self._text(option, item)}"
        elif option.kind.name == "flag":
            if value is True:
                yield option.flag, None
        elif option.kind.name == "boolean":
            yield (option.flag if value else f"--no-{option.flag[2:]}"), None
        else:
            yield option.flag, self._text(option, value)

    def _text(self, option: Option, value: Any) -> str:
        if isinstance(value, bytes):
            return self._content(value)
        if option.kind.name == "json" or isinstance(value, dict | list):
            return json.dumps(value)
        if option.kind.name == "any" and isinstance(value, str) and _is_json(value):
            return json.dumps(value)  # or it would be a number, say
        return text_of(value)

    def _content(self, value: bytes | str) -> str:
        """As ``@file``."""
        file = self._folder / f"content-{next(self._count)}"
        file.write_bytes(value.encode() if isinstance(value, str) else value)
        return f"@{file}"


def _name(command: Command) -> str:
    return " ".join(command.path)


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def _at(value: Any, path: tuple[str, ...]) -> Any:
    for key in path:
        if not isinstance(value, Mapping) or key not in value:
            return None
        value = value[key]
    return value


def _put(target: dict[str, Any], path: tuple[str, ...], value: Any) -> None:
    *above, last = path
    for key in above:
        target = target.setdefault(key, {})
    target[last] = value
