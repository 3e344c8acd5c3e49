"""The help texts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from importlib import import_module
from typing import Any, Final

import click

from .extension import Entry
from .layout import definitions, width, wrapped
from .model import App, Argument, Command, Kind, Option

STATUSES: Final = (
    (0, "fine"),
    (1, "the request failed, or the answer can't be used"),
    (2, "wrong use of the command; nothing was sent"),
    (3, "not signed in, or the credentials were refused (401)"),
    (4, "not found (404)"),
    (5, "the server failed (5xx)"),
    (6, "no connection, or no answer in time"),
    (130, "interrupted"),
)
"""What the exit statuses mean."""

_INPUT: Final = (
    ("--config.type X", "A field inside of an object; --config @FILE or --config JSON for all."),
    ("--body @FILE", "The whole body: a file (JSON or YAML), - for stdin, or JSON itself."),
    ("--tag A --tag B", "Repeating makes a list; [] is an empty one."),
    ("--env KEY=VALUE", "Repeating makes an object; @FILE or JSON for all."),
    ("--name null", "null, where the flag takes it; what is left out isn't sent."),
    ("--on, --no-on", "true and false; also --on false."),
    ("--at 2027-04-12", "Times: also 2027-04-12T00:00:00Z, now, +7d, -2h30m. Sizes: 10MiB."),
    ("--secret -", "Secrets: from stdin, @FILE, the environment, or a hidden prompt."),
)

_TYPES: Final = {
    "text": "text",
    "integer": "whole number",
    "number": "number",
    "boolean": "true or false",
    "flag": "switch",
    "datetime": "time",
    "date": "date",
    "json": "JSON, @FILE or -",
    "any": "JSON, or else a text",
    "bytes": "file, or - for stdin",
}
_NAMES: Final = {
    "text": "TEXT",
    "integer": "INTEGER",
    "number": "NUMBER",
    "boolean": "",
    "flag": "",
    "datetime": "TIME",
    "date": "DATE",
    "json": "JSON",
    "any": "JSON|TEXT",
    "bytes": "FILE",
}
_UNITS: Final = {"": "", "bytes": " of bytes", "s": " of seconds", "ms": " of milliseconds"}


def _heading(text: str) -> str:
    return click.style(text, bold=True)


def _section(heading: str, lines: Iterable[str]) -> list[str]:
    found = list(lines)
    return ["", _heading(heading), *found] if found else []


# Values


def value_name(kind: Kind, option: Option | None) -> str:
    """What stands for the value in a help text: ``TEXT``, ``a|b``, ``KEY=VALUE``."""
    if option is not None and option.mapping:
        return "KEY=VALUE"
    short = "|".join(kind.choices)
    return short if short and len(short) <= 30 else _NAMES[kind.name]


def _kind_facts(kind: Kind) -> list[str]:
    from .values import range_of

    facts = [_TYPES[kind.name] + _UNITS[kind.unit]]
    if kind.choices:
        facts.append(("one of " if kind.closed else "such as ") + ", ".join(kind.choices))
    if range_of(kind):
        facts.append(range_of(kind))
    if kind.shortest is not None and kind.longest is not None:
        facts.append(f"{kind.shortest} to {kind.longest} characters")
    elif kind.shortest is not None:
        facts.append(f"at least {kind.shortest} characters")
    elif kind.longest is not None:
        facts.append(f"at most {kind.longest} characters")
    return facts


def _sentence(text: str) -> str:
    text = text.strip()
    return text if not text or text[-1] in ".!?:)" else f"{text}."


def _meaning(help: str, facts: Sequence[str]) -> str:
    return f"{_sentence(help)} [{'; '.join(facts)}]".strip()


def _option_row(app: App, command: Command, option: Option) -> tuple[str, str]:
    from .shared import names_of_settings
    from .values import secret_variable

    kind = option.kind
    name = value_name(kind, option)
    term = f"{option.flag} {name}".rstrip()
    if kind.name == "boolean" and not (option.many or option.mapping):
        negated = f"--no-{option.flag.removeprefix('--')}"
        if all(other.flag != negated for other in command.options):
            term = f"{option.flag}, {negated}"
    facts = ["required"] if option.required else []
    if option.required and option.path:
        facts = [f"required with --{option.flag.removeprefix('--').rpartition('.')[0]}"]
    facts += _kind_facts(kind)
    if option.many:
        facts.append("repeat it for a list")
    if option.mapping:
        facts.append("repeat it for more keys")
    if option.nullable:
        facts.append("or null")
    if option.secret:
        known = option.flag in names_of_settings() or not option.required
        variable = "" if known else f", {secret_variable(app.env_prefix, option.flag)}"
        asked = " or asked for" if option.required else ""
        facts.append(f"secret: also -, @FILE{variable}{asked}")
    if option.default:
        facts.append(f"default {option.default}")
    return term, _meaning(option.help, facts)


def _argument_row(argument: Argument) -> tuple[str, str]:
    facts = ["required", *_kind_facts(argument.kind)]
    if argument.flag:
        facts.append(f"also as {argument.flag}")
    return argument.name, _meaning(argument.help, facts)


def _body_row(command: Command) -> list[tuple[str, str]]:
    from .values import body_flag

    flag = body_flag(command)
    if not flag:
        return []
    takes = {"json": "JSON, @FILE (JSON or YAML), or - for stdin", "text": "text, @FILE, or -"}
    what = takes.get(command.body_kind.name, "@FILE, - for stdin, or text")
    needed = ["required"] if command.body_required and command.body else []
    fields = any(option.field or option.argument == command.body for option in command.options)
    more = " Flags of its fields come on top." if fields else ""
    name = _NAMES[command.body_kind.name]
    return [(f"{flag} {name}", _meaning(f"The whole body.{more}", [*needed, what]))]


# Commands


def documented_errors(app: App, command: Command) -> tuple[Any, ...]:
    """What the command's method is documented to raise: (status, code, title, …) of each."""
    # Not by way of the client: that would load all that it takes to send something.
    module, _, name = command.home.partition(":")
    owner = getattr(import_module(f"{app.package}.{module}"), name)
    found: tuple[Any, ...] = app.errors().of(getattr(owner, command.method.rpartition(".")[2]))
    return found


def _errors(app: App, command: Command, columns: int) -> list[str]:
    if not command.home:
        return []
    rows: dict[tuple[str, str], None] = {}
    for error in documented_errors(app, command):
        said = " ".join(dict.fromkeys(_sentence(text) for text in (error.title, error.description)))
        if error.resolution:
            said = f"{said} To do: {_sentence(error.resolution)}"
        rows[f"{error.status} {error.code or ''}".strip(), said.strip()] = None
    return definitions(list(rows), columns)


def usage_line(path: Sequence[str], command: Command) -> str:
    """What has to be given, in one line."""
    parts = list(path)
    for argument in command.arguments:
        parts.append(f"{argument.flag} {argument.name}" if argument.flag else argument.name)
    for option in command.options:
        if option.required and not option.secret and not option.path:
            parts.append(f"{option.flag} {value_name(option.kind, option)}".rstrip())
    return " ".join([*parts, "[OPTIONS]"])


def command_help(
    ctx: click.Context, app: App, command: Command, where: Sequence[click.Parameter]
) -> str:
    """The help text of the command of an operation."""
    columns = width()
    lines = [f"{_heading('Usage:')} {usage_line(ctx.command_path.split(), command)}", ""]
    lines.append(wrapped(_sentence(command.summary), "  ", columns))
    if command.deprecated:
        lines += ["", "  Deprecated: it may be gone in a later version of the API."]
    if command.description and _same(command.description) != _same(command.summary):
        lines += ["", wrapped(command.description, "  ", columns)]
    lines += ["", f"  {command.request}"]
    if command.destructive:
        lines.append("  Asks before it is sent: --yes answers.")
    arguments = [_argument_row(argument) for argument in command.arguments]
    lines += _section("Arguments:", definitions(arguments, columns))
    ordered = sorted(command.options, key=lambda option: not (option.required or option.path))
    first = [one for one in ordered if one.required and not one.path]
    rest = [one for one in command.options if one not in first]
    rows = [_option_row(app, command, option) for option in (*first, *rest)]
    lines += _section("Options:", definitions([*rows, *_body_row(command)], columns))
    places = [row for row in (_click_row(param) for param in where) if row]
    heading = f"Which {command.scope} (or a default: {app.name} config set):"
    lines += _section(heading, definitions(places, columns))
    own = {option.flag for option in command.options}
    shared = _shared_names(ctx, own, where)
    lines += _section(f"Global options (see {app.name} --help):", [shared] if shared else [])
    lines += _section("Documented errors:", _errors(app, command, columns))
    if command.example:
        example = [f"  {line}" for line in command.example.splitlines()]
        lines += _section("Example:", example)
    return "\n".join(lines)


def _same(text: str) -> str:
    return re.sub(r"\W+", " ", text).strip().casefold()


def _click_row(param: click.Parameter) -> tuple[str, str] | None:
    if not isinstance(param, click.Option) or param.hidden:
        return None
    names = ", ".join(param.opts)
    choices = param.type.choices if isinstance(param.type, click.Choice) else ()
    value = "" if param.is_flag else (param.metavar or "|".join(choices) or "TEXT")
    return f"{names} {value}".rstrip(), param.help or ""


def _shared_names(ctx: click.Context, own: set[str], where: Sequence[click.Parameter]) -> str:
    names = [
        param.opts[-1]
        for param in ctx.command.get_params(ctx)
        if isinstance(param, click.Option)
        and not param.expose_value
        and param not in where
        and param.opts[-1] not in own
        and param.opts[-1].startswith("--")
    ]
    return wrapped(" ".join(names), "  ", width())


# Groups


def group_help(ctx: click.Context, summary: str, entries: Sequence[Entry]) -> str:
    """The help text of a group: what stands in it."""
    columns = width()
    rows = [(entry.name, _first_line(entry.summary)) for entry in entries]
    lines = [f"{_heading('Usage:')} {ctx.command_path} COMMAND …", ""]
    if summary:
        lines.append(wrapped(summary, "  ", columns))
    lines += _section("Commands:", definitions(rows, columns))
    lines += ["", f"{ctx.command_path} COMMAND --help shows what a command takes."]
    return "\n".join(lines)


def _first_line(text: str) -> str:
    return text.strip().partition("\n")[0]


def root_help(
    ctx: click.Context, app: App, entries: Sequence[Entry], params: Sequence[click.Parameter]
) -> str:
    """The help text of the program."""
    columns = width()
    rows = [(entry.name, _first_line(entry.summary)) for entry in entries]
    options = [row for row in (_click_row(param) for param in params) if row]
    options.append(("-h, --help", "Show what a group or a command takes."))
    statuses = [(str(status), f"{meaning}.") for status, meaning in STATUSES]
    name = app.name
    lines = [f"{_heading('Usage:')} {name} [OPTIONS] GROUP COMMAND …", ""]
    lines.append(wrapped(_sentence(app.summary), "  ", columns))
    lines += _section("Groups and commands:", definitions(rows, columns))
    lines += _section("Global options, before or after the command:", definitions(options, columns))
    lines += _section("Values:", definitions(list(_INPUT), columns))
    lines += _section("Exit status:", definitions(statuses, columns))
    lines += _section(
        "More:",
        definitions(
            [
                (f"{name} commands", "Lists all commands with their requests."),
                (f"{name} completion --help", "How to complete commands in bash, zsh and fish."),
            ],
            columns,
        ),
    )
    return "\n".join(lines)
