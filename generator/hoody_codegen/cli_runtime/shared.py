"""The options of the whole program, and what they are kept in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, cast

import click

from .context import Colour, Invocation, Settings
from .model import App


def _store(name: str) -> Callable[[click.Context, click.Parameter, Any], None]:
    """Keeps what was given; a place where it wasn't given doesn't undo it."""

    def store(ctx: click.Context, _: click.Parameter, value: Any) -> None:
        if value is not None and value is not False and isinstance(ctx.obj, Invocation):
            setattr(ctx.obj.settings, name, value)

    return store


def _store_columns(ctx: click.Context, _: click.Parameter, value: str | None) -> None:
    if value is not None and isinstance(ctx.obj, Invocation):
        names = (name.strip() for name in value.split(","))
        ctx.obj.settings.columns = tuple(name for name in names if name)


def _store_token(ctx: click.Context, _: click.Parameter, value: str | None) -> None:
    from .values import Inputs, WrongValue

    if value is not None and not ctx.resilient_parsing and isinstance(ctx.obj, Invocation):
        try:
            ctx.obj.settings.token = Inputs().secret(value)
        except WrongValue as error:
            raise click.UsageError(f"--token: {error}") from None


def _store_colour(ctx: click.Context, param: click.Parameter, value: str | bool | None) -> None:
    if value and isinstance(ctx.obj, Invocation):
        chosen = "never" if param.name == "g_no_color" else str(value)
        ctx.obj.settings.color = cast("Colour", chosen)
        # Of the help texts, which click prints.
        ctx.color = {"always": True, "never": False}.get(chosen)


def _store_scope(name: str) -> Callable[[click.Context, click.Parameter, Any], None]:
    def store(ctx: click.Context, _: click.Parameter, value: str | None) -> None:
        if value is not None and isinstance(ctx.obj, Invocation):
            ctx.obj.settings.scopes[name] = value

    return store


def global_options(app: App) -> list[click.Option]:
    """Options of the whole program, which may stand before and behind the command."""

    def option(*names: str, help: str, **more: Any) -> click.Option:
        setting = names[-1].lstrip("-").replace("-", "_")
        more.setdefault("callback", _store(setting))
        return click.Option([f"g_{setting}", *names], help=help, expose_value=False, **more)

    prefix = app.env_prefix
    formats = click.Choice(["table", "json", "yaml", "raw"])
    return [
        option(
            "-o",
            "--output",
            type=formats,
            help="How to print results: a table on a terminal, JSON when piped, unless given.",
        ),
        option(
            "--columns",
            metavar="A,B,…",
            callback=_store_columns,
            help="Columns of the table: names of fields, inner ones with dots.",
        ),
        option("--query", metavar="JMESPATH", help="Print what this expression finds in the JSON."),
        option("--all", is_flag=True, help="All pages of a list, not just the first."),
        option(
            "--max-items",
            type=click.IntRange(min=1),
            metavar="N",
            help="At most so many items of a list.",
        ),
        option(
            "-O", "--output-file", metavar="FILE", help="Where to put a download; - for stdout."
        ),
        option("--resume", is_flag=True, help="Go on with the part of the download that is there."),
        option("--dry-run", is_flag=True, help="Print the curl command instead of sending."),
        option("-v", "--verbose", is_flag=True, help="Show the exchange, with secrets masked."),
        option("-y", "--yes", is_flag=True, help="Don't ask before what can't be undone."),
        option("-q", "--quiet", is_flag=True, help="No notes and no progress."),
        option(
            "--color",
            type=click.Choice(["auto", "always", "never"]),
            callback=_store_colour,
            is_eager=True,
            help="Colour: on a terminal, unless NO_COLOR is set.",
        ),
        option(
            "--no-color",
            is_flag=True,
            callback=_store_colour,
            is_eager=True,
            help="The same as --color never.",
        ),
        option("--profile", metavar="NAME", help=f"Settings to use. [{prefix}_PROFILE]"),
        option(
            "--token",
            metavar="TOKEN",
            callback=_store_token,
            help=f"The token: itself, - for stdin, @FILE. [{prefix}_TOKEN]",
        ),
        option("--base-url", metavar="URL", help=f"Address of the API. [{prefix}_BASE_URL]"),
        option(
            "--timeout",
            type=click.FloatRange(min=0),
            metavar="SECONDS",
            help=f"For each phase of a try; 0 for no limit. [{prefix}_TIMEOUT]",
        ),
        option("--realm", metavar="REALM", help=f"Realm to route to. [{prefix}_REALM]"),
    ]


def scope_options(app: App, scope: str = "") -> list[click.Option]:
    """Options that say where a part of the API is: of one scope, or of all."""
    found: dict[str, click.Option] = {}
    for one in app.scopes:
        for argument in one.arguments if scope in ("", one.name) else ():
            notes = [f"Default: {argument.default}."] if argument.default else []
            notes += [f"[{argument.environment}]"] if argument.environment else []
            found.setdefault(
                argument.flag,
                click.Option(
                    [f"s_{argument.argument}", argument.flag],
                    metavar=argument.flag.lstrip("-").upper().replace("-", "_"),
                    callback=_store_scope(argument.argument),
                    expose_value=False,
                    help=" ".join([argument.help or f"Of the {one.name}.", *notes]),
                ),
            )
    return list(found.values())


def add_options(command: click.Command, options: Sequence[click.Option]) -> None:
    """Further options, as far as the command has none of these names itself."""
    taken = {name for param in command.params for name in (*param.opts, *param.secondary_opts)}
    for option in options:
        names = [name for name in option.opts if name not in taken]
        if len(names) == len(option.opts):
            command.params.append(option)
        elif any(name.startswith("--") for name in names):
            # "-O" means something else here, "--output-file" still the same.
            kept = click.Option(
                [option.name or "", *names],
                type=option.type,
                is_flag=option.is_flag,
                is_eager=option.is_eager,
                callback=option.callback,
                expose_value=False,
                metavar=option.metavar,
                help=option.help,
            )
            command.params.append(kept)


def names_of_settings() -> frozenset[str]:
    """Flags of the whole program: their variables of the environment mean something already."""
    found = {name for name in vars(Settings) if not name.startswith("_")}
    return frozenset(f"--{name.replace('_', '-')}" for name in found)
