"""Reading and checking ``hoody-codegen.toml``: every fault is reported, with its place."""

from __future__ import annotations

import difflib
import keyword
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ..diagnostics import CodegenError, Diagnostics, Location
from .places import find_places
from .settings import (
    CommandLine,
    Config,
    EnvelopeRule,
    Filter,
    Formatter,
    Scope,
    ScopeArgument,
    SecondFactor,
    ServiceSettings,
    SignIn,
    Target,
)

_FORMATTERS: tuple[Formatter, ...] = ("ruff", "black")
_ENV_PREFIX = re.compile(r"[A-Z][A-Z0-9_]*\Z", re.ASCII)
_VERSION = re.compile(r"[0-9]+(\.[0-9]+)*((a|b|rc)[0-9]+)?(\.(post|dev)[0-9]+)?\Z", re.ASCII)
_COMMAND = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*\Z", re.ASCII)
_SYNTAX_PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)\Z")
_GLOB = frozenset("*?[")
_TAKEN_ARGUMENTS = frozenset({"self", "password", "code", "auth"})


def load_config(path: Path) -> Config:
    """The settings in the file ``path``; CodegenError with all faults if there are any."""
    try:
        text = path.read_bytes().decode("utf-8")
    except FileNotFoundError:
        hint = "Run the program where the file is, or name it with --config."
        raise _failure("config-not-found", path, "the file does not exist", hint) from None
    except UnicodeDecodeError:
        raise _failure("config-syntax", path, "the file is not UTF-8") from None
    except OSError as error:
        message = f"the file can't be read: {error.strerror}"
        raise _failure("config-unreadable", path, message) from None
    return read_config(text, path)


def read_config(text: str, path: Path) -> Config:
    """The settings in ``text``; ``path`` is where it came from and where its paths start."""
    diagnostics = Diagnostics()
    file = path.as_posix()
    # TOML counts "\r\n" as one line end, and its reader wants no other use of "\r".
    text = text.replace("\r\n", "\n")
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        diagnostics.error("config-syntax", *_syntax(file, text, str(error)))
        raise CodegenError(diagnostics) from None
    table = _Table(data, (), file, dict(find_places(text)), diagnostics)
    targets = tuple(
        _target(name, inner, path.parent) for name, inner in table.tables_by_name("targets")
    )
    table.done()
    if not targets and not diagnostics.errors:
        table.error("config-missing", "targets", "no target is described", "Add [targets.<name>].")
    if diagnostics.errors:
        raise CodegenError(diagnostics)
    return Config(targets, path.parent, file)


class _Table:
    """A table that is being read; what nobody asked for is unknown."""

    def __init__(
        self,
        data: dict[str, Any],
        path: tuple[str | int, ...],
        file: str,
        places: dict[tuple[str | int, ...], tuple[int, int]],
        diagnostics: Diagnostics,
    ) -> None:
        self.data = data
        self.path = path
        self.file = file
        self.places = places
        self.diagnostics = diagnostics
        self.known: list[str] = []

    def location(self, *keys: str | int) -> Location:
        """The place of a key, or of the nearest thing around it."""
        path = (*self.path, *keys)
        while path not in self.places:
            path = path[:-1]
        line, column = self.places[path]
        pointer = "".join(f"/{part}" for part in path)
        return Location(self.file, pointer, line, column)

    def name(self, *keys: str | int) -> str:
        return ".".join(str(part) for part in (*self.path, *keys))

    def error(self, code: str, key: str | int, message: str, hint: str = "") -> None:
        self.diagnostics.error(code, self.location(key), message, hint)

    def wrong(self, key: str, expected: str) -> None:
        found = _toml_type(self.data[key])
        message = f"{self.name(key)} must be {expected}, not {found}"
        self.error("config-type", key, message)

    def text(self, key: str, default: str = "") -> str:
        self.known.append(key)
        value = self.data.get(key, default)
        if not isinstance(value, str):
            self.wrong(key, "text")
            return default
        return value

    def optional(self, key: str) -> str | None:
        return self.text(key) or None

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts; one text is a list of one."""
        self.known.append(key)
        value = self.data.get(key, [])
        if isinstance(value, str):
            return (value,)
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            self.wrong(key, "text or a list of texts")
            return ()
        return tuple(value)

    def child(self, key: str) -> _Table | None:
        self.known.append(key)
        if key not in self.data:
            return None
        return self._inner(self.data[key], (key,))

    def _inner(self, value: Any, keys: tuple[str | int, ...]) -> _Table | None:
        if not isinstance(value, dict):
            message = f"{self.name(*keys)} must be a table, not {_toml_type(value)}"
            self.diagnostics.error("config-type", self.location(*keys), message)
            return None
        path = (*self.path, *keys)
        return _Table(value, path, self.file, self.places, self.diagnostics)

    def tables_by_name(self, key: str) -> Iterator[tuple[str, _Table]]:
        outer = self.child(key)
        for name in outer.data if outer is not None else ():
            inner = outer._inner(outer.data[name], (name,)) if outer is not None else None
            if inner is not None:
                yield name, inner

    def tables(self, key: str) -> Iterator[_Table]:
        self.known.append(key)
        value = self.data.get(key, [])
        if not isinstance(value, list):
            self.wrong(key, "a list of tables")
            return
        for index, item in enumerate(value):
            inner = self._inner(item, (key, index))
            if inner is not None:
                yield inner

    def done(self) -> None:
        """Report what nobody asked for."""
        for key in self.data:
            if key in self.known:
                continue
            close = difflib.get_close_matches(key, self.known, n=1)
            known = ", ".join(sorted(set(self.known)))
            hint = f"Did you mean {close[0]!r}?" if close else f"Known here are: {known}."
            self.error("config-unknown-key", key, f"unknown setting {self.name(key)!r}", hint)


def _target(name: str, table: _Table, root: Path) -> Target:
    named_at: dict[Path, Location] = {}
    specs = _files(table, "specs", root, named_at)
    if table.data.get("specs", []) in ([], ""):
        message = f"{table.name()} has no specs"
        table.error("config-missing", "specs", message, 'Add specs = ["openapi.yaml"].')
    output = table.text("output")
    if not output and "output" not in table.data:
        message = f"{table.name()} has no output"
        table.error("config-missing", "output", message, 'Add output = "generated/…".')
    envelope = table.child("envelope")
    filter_ = table.child("filter")
    sign_in = table.child("sign_in")
    cli = table.child("cli")
    target = Target(
        name=name,
        specs=specs,
        output=root / output,
        overlays=_files(table, "overlays", root, named_at, required=False),
        named_at=named_at,
        package=_identifier(table, "package"),
        client_name=_identifier(table, "client_name"),
        env_prefix=_matching(table, "env_prefix", _ENV_PREFIX, "capital letters, digits and _"),
        formatter=_formatter(table),
        main_service=table.optional("main_service"),
        base_url=table.optional("base_url"),
        description=table.text("description"),
        version=_matching(table, "version", _VERSION, "a version (PEP 440)") or "0.1.0",
        envelope=_envelope(envelope) if envelope is not None else None,
        services={key: _service(inner) for key, inner in table.tables_by_name("services")},
        scopes=tuple(_scope(inner) for inner in table.tables("scopes")),
        sign_in=_sign_in(sign_in) if sign_in is not None else None,
        cli=_command_line(cli) if cli is not None else None,
        filter=_filter(filter_) if filter_ is not None else Filter(),
    )
    table.done()
    return target


def _envelope(table: _Table) -> EnvelopeRule:
    rule = EnvelopeRule(key=table.text("key"), markers=table.texts("markers"))
    if not rule.key:
        table.error("config-missing", "key", f"{table.name()} needs a key", 'Such as key = "data".')
    table.done()
    return rule


def _service(table: _Table) -> ServiceSettings:
    settings = ServiceSettings(base_url=table.optional("base_url"))
    table.done()
    return settings


def _filter(table: _Table) -> Filter:
    found = Filter(include=table.texts("include"), exclude=table.texts("exclude"))
    table.done()
    return found


def _scope(table: _Table) -> Scope:
    scope = Scope(
        name=_identifier(table, "name"),
        arguments=tuple(_argument(inner) for inner in table.tables("arguments")),
        services=table.texts("services"),
        description=table.text("description"),
        servers=tuple(_names(table, "servers")),
        addresses=_templates(table, "addresses"),
        place=table.location("servers" if "servers" in table.data else "name"),
    )
    taken = [argument.name for argument in scope.arguments]
    for name in scope.servers:
        if name in taken or name == scope.name:
            message = f"{table.name('servers')}: {name!r} is an argument already"
            table.error("config-value", "servers", message)
    for key, value in (("name", scope.name), ("arguments", table.data.get("arguments"))):
        if not value and key not in table.data:
            table.error("config-missing", key, f"{table.name()} needs {key}")
    table.done()
    return scope


def _argument(table: _Table) -> ScopeArgument:
    argument = ScopeArgument(
        variable=table.text("variable"),
        name=_identifier(table, "name"),
        field=table.optional("field"),
        default=table.optional("default"),
        environment=_matching(table, "environment", _ENV_PREFIX, "capital letters, digits and _")
        or None,
    )
    for key in ("variable", "name"):
        if key not in table.data:
            table.error("config-missing", key, f"{table.name()} needs {key}")
    table.done()
    return argument


def _templates(table: _Table, key: str) -> dict[str, str]:
    inner = table.child(key)
    if inner is None:
        return {}
    found = {name: inner.text(name) for name in inner.data}
    inner.done()
    return found


def _sign_in(table: _Table) -> SignIn:
    second = table.child("second_factor")
    refresh = table.child("refresh")
    keys = ("login", "identity", "password", "token", "refresh_token", "expires_in", "logout")
    places = {key: table.location(key) for key in keys}
    found = SignIn(
        login=table.text("login"),
        identity=tuple(_names(table, "identity")),
        password=table.text("password"),
        token=table.text("token"),
        refresh_token=table.optional("refresh_token"),
        expires_in=table.optional("expires_in"),
        second_factor=_second_factor(second, places) if second is not None else None,
        refresh=refresh.text("operation") if refresh is not None else None,
        refresh_field=refresh.optional("field") if refresh is not None else None,
        logout=table.optional("logout"),
        places=places,
    )
    _require(table, "login", "identity", "password", "token")
    if refresh is not None:
        places.update({f"refresh.{key}": refresh.location(key) for key in ("operation", "field")})
        _require(refresh, "operation")
        if found.refresh_token is None:
            message = f"{table.name()} can't refresh without refresh_token"
            table.error("config-missing", "refresh", message, "Name the answers' field with it.")
        refresh.done()
    table.done()
    return found


def _command_line(table: _Table) -> CommandLine:
    groups = _templates(table, "groups")
    summaries = _templates(table, "summaries")
    found = CommandLine(
        program=_matching(table, "program", _COMMAND, "a word of small letters, digits and -"),
        login=tuple(table.text("login").split()),
        groups=groups,
        drop=_lists(table, "drop"),
        summaries=summaries,
        whoami=table.text("whoami"),
        lookup=_templates(table, "lookup"),
        places={
            **{f"groups.{name}": table.location("groups", name) for name in groups},
            **{f"summaries.{name}": table.location("summaries", name) for name in summaries},
        },
    )
    if not found.program and "program" not in table.data:
        message = f"{table.name()} needs a program"
        table.error("config-missing", "program", message, 'Such as program = "acme".')
    for words in (*found.groups.values(), *found.summaries, " ".join(found.login)):
        if words and not all(map(_COMMAND.match, words.split())):
            message = f"{table.name()}: {words!r} are no words of a command"
            table.error("config-value", "program", message, "Small letters, digits and - do.")
    table.done()
    return found


def _lists(table: _Table, key: str) -> dict[str, tuple[str, ...]]:
    inner = table.child(key)
    if inner is None:
        return {}
    found = {name: inner.texts(name) for name in inner.data}
    inner.done()
    return found


def _second_factor(table: _Table, places: dict[str, Location]) -> SecondFactor:
    keys = ("operation", "needed", "ticket", "ticket_field", "code", "method")
    places.update({f"second_factor.{key}": table.location(key) for key in keys})
    ticket = table.text("ticket")
    found = SecondFactor(
        operation=table.text("operation"),
        needed=table.text("needed"),
        ticket=ticket,
        ticket_field=table.text("ticket_field", ticket),
        code=table.text("code"),
        method=table.optional("method"),
    )
    _require(table, "operation", "needed", "ticket", "code")
    table.done()
    return found


def _require(table: _Table, *keys: str) -> None:
    for key in keys:
        if not table.data.get(key) and isinstance(table.data.get(key, ""), str | list):
            table.error("config-missing", key, f"{table.name()} needs {key}")


def _names(table: _Table, key: str) -> Iterator[str]:
    """Names that become arguments of a method."""
    for name in table.texts(key):
        if name in _TAKEN_ARGUMENTS:
            message = f"{table.name(key)}: {name!r} is the name of another argument"
            table.error("config-value", key, message)
        elif name.isascii() and name.isidentifier() and not keyword.iskeyword(name):
            yield name
        else:
            message = f"{table.name(key)} must hold Python names, not {name!r}"
            table.error("config-value", key, message)


def _formatter(table: _Table) -> Formatter:
    name = table.text("formatter", "ruff")
    for formatter in _FORMATTERS:
        if formatter == name:
            return formatter
    close = difflib.get_close_matches(name, _FORMATTERS, n=1)
    hint = f"Did you mean {close[0]!r}?" if close else ""
    message = f"{table.name('formatter')} must be one of {', '.join(_FORMATTERS)}, not {name!r}"
    table.error("config-value", "formatter", message, hint)
    return "ruff"


def _identifier(table: _Table, key: str) -> str:
    value = table.text(key)
    if value and (not value.isascii() or not value.isidentifier() or keyword.iskeyword(value)):
        message = f"{table.name(key)} must be a Python name, not {value!r}"
        table.error("config-value", key, message)
    return value


def _matching(table: _Table, key: str, pattern: re.Pattern[str], what: str) -> str:
    value = table.text(key)
    if value and not pattern.match(value):
        table.error("config-value", key, f"{table.name(key)} must be {what}, not {value!r}")
    return value


def _files(
    table: _Table, key: str, root: Path, named_at: dict[Path, Location], *, required: bool = True
) -> tuple[Path, ...]:
    """The files that paths and patterns name, in order of name and each once.

    ``named_at`` is given the places of those that are named one by one.
    """
    found: dict[Path, None] = {}
    for index, pattern in enumerate(table.texts(key)):
        keys = (key, index) if (*table.path, key, index) in table.places else (key,)
        if not _GLOB & set(pattern):
            found[root / pattern] = None
            named_at[root / pattern] = table.location(*keys)
            continue
        matches = sorted(path for path in root.glob(pattern) if path.is_file())
        found.update(dict.fromkeys(matches))
        if not matches and required:
            message = f"no file matches {pattern!r}"
            hint = f"Patterns start from the directory of {table.file}."
            table.diagnostics.error("config-no-match", table.location(*keys), message, hint)
    return tuple(sorted(found))


def _toml_type(value: Any) -> str:
    if isinstance(value, bool):
        return "a boolean"
    if isinstance(value, int | float):
        return "a number"
    if isinstance(value, str):
        return "text"
    if isinstance(value, list):
        return "a list" if all(isinstance(item, str) for item in value) else "a mixed list"
    return "a table" if isinstance(value, dict) else "a date or time"


def _syntax(file: str, text: str, message: str) -> tuple[Location, str]:
    """The place and the fault in a message of the TOML reader."""
    match = _SYNTAX_PLACE.search(message)
    if match is None:
        return Location(file, "", 1, 1), f"not TOML: {message}"
    if match[1]:
        line, column = int(match[1]), int(match[2])
    else:
        line = text.count("\n") + 1
        column = len(text) - text.rfind("\n")
    fault = message[: match.start()]
    return Location(file, "", line, column), f"not TOML: {fault[:1].lower()}{fault[1:]}"


def _failure(code: str, path: Path, message: str, hint: str = "") -> CodegenError:
    diagnostics = Diagnostics()
    diagnostics.error(code, Location(path.as_posix()), message, hint)
    return CodegenError(diagnostics)
