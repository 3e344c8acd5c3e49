"""From data to click commands: each group is imported when it is used, each command made then."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any, Final, cast

import click

from . import helping
from .builtins import GROUPS, BuiltIn, built_in
from .context import Colour, Invocation, Settings
from .extension import Entry, Extension
from .model import App, Command, Group, Kind, Option
from .suggesting import did_you_mean
from .values import WORDS, body_flag

Words = tuple[str, ...]

_HELP_NAMES: Final = {"help_option_names": ["-h", "--help"], "show_default": False}


# Global options


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


# Commands


class _Checked(click.Command):
    """Says what may have been meant by an unknown flag."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        try:
            return super().parse_args(ctx, args)
        except click.NoSuchOption as error:
            known = [
                name for param in self.get_params(ctx) for name in param.opts if name[1] == "-"
            ]
            name = error.option_name
            raise click.UsageError(
                f"There is no option {name}.{did_you_mean(name, known)}", ctx
            ) from None
        except click.BadParameter as error:
            name = error.param.opts[-1] if error.param is not None else ""
            raise click.UsageError(f"{name}: {error.message}", ctx) from None
        except click.UsageError as error:
            error.ctx = error.ctx or ctx
            raise


class OperationCommand(_Checked):
    """The command of one operation."""

    def __init__(self, app: App, command: Command, shared: Sequence[click.Option]) -> None:
        self.app = app
        self.data = command
        self._flags: dict[str, str] = {}  # parameter of click → flag of the data
        self._booleans: dict[str, str] = {}  # "--x" and "--no-x" → what it is when alone
        super().__init__(
            command.path[-1],
            short_help=command.summary,
            help=command.summary,
            deprecated=False,  # the help text says it; click would warn at each call
            context_settings=_HELP_NAMES,
        )
        self._places: list[str] = []
        self._add_arguments()
        for option in command.options:
            self._add(option.flag, option.kind, option)
        whole = body_flag(command)
        if whole:
            self._add(whole, command.body_kind, None)
        self.own = list(self.params)
        scoped = scope_options(app, command.scope) if command.scope else []
        add_options(self, scoped)
        self.where = [param for param in self.params if param not in self.own]
        add_options(self, shared)

    def _add_arguments(self) -> None:
        for number, argument in enumerate(self.data.arguments):
            name = f"a{number}"
            self._places.append(name)
            place = click.Argument(
                [name],
                metavar=argument.name,
                required=False,
                shell_complete=_completing(argument.kind),
            )
            self.params.append(place)
            if argument.flag:
                self._add(argument.flag, argument.kind, None)
        # What is too much is reported with what it may have been meant for.
        self._places.append("rest")
        self.params.append(click.Argument(["rest"], nargs=-1, required=False))

    def _add(self, flag: str, kind: Kind, option: Option | None) -> None:
        name = f"o{len(self._flags)}"
        self._flags[name] = flag
        if kind.name == "flag":
            self.params.append(click.Option([name, flag], is_flag=True))
            return
        boolean = kind.name == "boolean" and not (option is not None and _repeats(option))
        if boolean:
            self._booleans[flag] = "true"
        if boolean and all(other.flag != _negated(flag) for other in self.data.options):
            self._booleans[_negated(flag)] = "false"
        self.params.append(
            click.Option(
                [name, flag],
                multiple=True,
                metavar=helping.value_name(kind, option),
                shell_complete=_completing(kind),
            )
        )

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        return super().parse_args(ctx, self._with_values(args))

    def _with_values(self, args: list[str]) -> list[str]:
        """Booleans as ``--x=true``, however they were given; other values are left alone."""
        takes_value = {
            name
            for param in self.params
            if isinstance(param, click.Option) and not param.is_flag
            for name in param.opts
        }
        found: list[str] = []
        left = iter(range(len(args)))
        for at in left:
            text = args[at]
            name, equals, _ = text.partition("=")
            following = args[at + 1] if at + 1 < len(args) else None
            if text == "--":
                return [*found, *args[at:]]
            if name in self._booleans:
                positive = name if self._booleans[name] == "true" else f"--{name[5:]}"
                if positive != name:
                    found.append(text if equals else f"{positive}=false")
                elif equals:
                    found.append(text)
                elif following is not None and following.lower() in {*WORDS, "null"}:
                    found.append(f"{positive}={following}")
                    next(left)
                else:
                    found.append(f"{positive}=true")
            elif text in takes_value and following is not None:
                found += [text, following]
                next(left)
            else:
                found.append(text)
        return found

    def invoke(self, ctx: click.Context) -> Any:
        from .calling import call

        given: dict[str, list[str]] = {}
        for name, flag in self._flags.items():
            value = ctx.params.get(name)
            if value is True:
                given[flag] = ["true"]
            elif value:
                given[flag] = list(value)
        values = [ctx.params.get(name) for name in self._places[:-1]]
        places = [text for text in values if text is not None]
        try:
            return call(ctx.obj, self.data, [*places, *(ctx.params.get("rest") or ())], given)
        except click.UsageError as error:
            error.ctx = error.ctx or ctx
            raise

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[Any]:
        from click.shell_completion import CompletionItem

        negated = [name for name, value in self._booleans.items() if value == "false"]
        names = [name for name in negated if incomplete and name.startswith(incomplete)]
        return [*super().shell_complete(ctx, incomplete), *map(CompletionItem, names)]

    def get_help(self, ctx: click.Context) -> str:
        return helping.command_help(ctx, self.app, self.data, self.where)


def _with_settings(callback: Callable[..., Any] | None) -> Callable[..., Any] | None:
    """``callback``, with the settings of environment and profile in place before it."""
    if callback is None or getattr(callback, "has_settings", False):
        return callback

    def run(*arguments: Any, **keywords: Any) -> Any:
        from .settings import fill

        invocation = click.get_current_context().obj
        if isinstance(invocation, Invocation):
            fill(invocation)
        return callback(*arguments, **keywords)

    run.has_settings = True  # type: ignore[attr-defined]
    return run


def _negated(flag: str) -> str:
    return f"--no-{flag.removeprefix('--')}"


def _repeats(option: Option) -> bool:
    return option.many or option.mapping


def _completing(
    kind: Kind,
) -> Callable[[click.Context, click.Parameter, str], list[Any]]:
    """What completes a value: the allowed ones; names of files after ``@``."""

    def complete(_: click.Context, __: click.Parameter, incomplete: str) -> list[Any]:
        from click.shell_completion import CompletionItem

        if kind.name == "bytes" or (kind.name == "json" and incomplete.startswith("@")):
            return [CompletionItem(incomplete, type="file")]
        choices = ("true", "false") if kind.name == "boolean" else kind.choices
        return [CompletionItem(choice) for choice in choices if choice.startswith(incomplete)]

    return complete


# Groups


def _show_help() -> None:
    """What a group does when no command of it is called."""
    ctx = click.get_current_context()
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help(), color=ctx.color)


class LazyGroup(_Checked, click.Group):
    """A group of the tree: what stands in it is looked up when it is asked for."""

    def __init__(self, tree: Tree, words: Words, summary: str) -> None:
        super().__init__(
            words[-1] if words else tree.app.name,
            short_help=summary,
            help=summary,
            context_settings=_HELP_NAMES,
            no_args_is_help=False,
            invoke_without_command=True,
            callback=_show_help,
        )
        self.tree = tree
        self.words = words
        self.params = [*tree.shared, *scope_options(tree.app)]

    def entries(self) -> list[Entry]:
        tree = self.tree
        return tree.extension.listing(self.words, tree.entries(self.words), tree)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [entry.name for entry in self.entries()]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        command = self.tree.extension.find(self.words, cmd_name, self.tree)
        if command is not None and not isinstance(command, (LazyGroup, OperationCommand)):
            if not isinstance(command, click.Group):
                add_options(command, self.tree.shared)
                command.callback = _with_settings(command.callback)
            command.context_settings = {**_HELP_NAMES, **command.context_settings}
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        command = self.get_command(ctx, name)
        if command is None and not ctx.resilient_parsing:
            if self.words:
                what = f"{' '.join(self.words)!r} has no command {name!r}."
            else:
                what = f"There is no command {name!r}."
            raise click.UsageError(what + did_you_mean(name, self.list_commands(ctx)), ctx)
        return (name if command is not None else None), command, args[1:]

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[Any]:
        from click.shell_completion import CompletionItem

        found = [
            CompletionItem(entry.name, help=entry.summary)
            for entry in self.entries()
            if entry.name.startswith(incomplete)
        ]
        return [*found, *click.Command.shell_complete(self, ctx, incomplete)]

    def get_help(self, ctx: click.Context) -> str:
        if self.words:
            return helping.group_help(ctx, self.help or "", self.entries())
        return helping.root_help(ctx, self.tree.app, self.entries(), self.params)


class Tree:
    """All commands of a program, made on demand (the ``Builder`` of :mod:`.extension`)."""

    def __init__(self, app: App, extension: Extension) -> None:
        self.app = app
        self.extension = extension

    @cached_property
    def shared(self) -> list[click.Option]:
        return global_options(self.app)

    @cached_property
    def _built_in(self) -> dict[Words, BuiltIn]:
        return {one.path: one for one in built_in(self.app)}

    def root(self) -> click.Group:
        root = LazyGroup(self, (), self.app.summary)
        version = click.Option(
            ["--version"],
            is_flag=True,
            is_eager=True,
            expose_value=False,
            callback=self._version,
            help="Print the version.",
        )
        root.params = [*root.params, version]
        return root

    def _version(self, ctx: click.Context, _: click.Parameter, value: bool) -> None:
        if value and not ctx.resilient_parsing:
            click.echo(f"{self.app.name} {self.app.version}")
            ctx.exit()

    def group_at(self, words: Words) -> Group | None:
        """The group of the tree at these words."""
        groups = self.app.tree
        found: Group | None = None
        for word in words:
            found = next((group for group in groups if group.name == word), None)
            if found is None:
                return None
            groups = found.groups
        return found

    def commands_of(self, group: Group) -> tuple[Command, ...]:
        """The generated commands of a group itself: imports its module."""
        if not group.module:
            return ()
        found: tuple[Command, ...] = self.app.commands(group.module).COMMANDS
        return found

    def entries(self, words: Words) -> list[Entry]:
        """What stands in a group, without changes by hand."""
        group = self.group_at(words)
        inner = self.app.tree if not words else group.groups if group else ()
        found = {one.name: one.summary for one in inner}
        for path, one in self._built_in.items():
            if path[: len(words)] != words or len(path) == len(words):
                continue
            name = path[len(words)]
            if len(path) == len(words) + 1:
                found[name] = one.summary
            else:
                found.setdefault(name, GROUPS.get(name, ""))
        if group is not None:
            for command in self.commands_of(group):
                found.setdefault(command.path[-1], command.summary)
        return [Entry(name, summary) for name, summary in sorted(found.items())]

    def generated(self, words: Words) -> click.Command | None:
        built = self._built_in.get(words)
        if built is not None:
            command = built.load(self.app)
            command.name = words[-1]
            return command
        group = self.group_at(words)
        if group is not None:
            return LazyGroup(self, words, group.summary)
        if any(path[: len(words)] == words for path in self._built_in):
            return LazyGroup(self, words, GROUPS.get(words[-1], ""))
        around = self.group_at(words[:-1])
        commands = self.commands_of(around) if around is not None else ()
        data = next((one for one in commands if one.path[-1] == words[-1]), None)
        return self.command(data) if data is not None else None

    def command(self, command: Command) -> click.Command:
        return OperationCommand(self.app, command, self.shared)

    def group(self, words: Words, summary: str) -> click.Group:
        return LazyGroup(self, words, summary)


def names_of_settings() -> frozenset[str]:
    """Flags of the whole program: their variables of the environment mean something already."""
    found = {name for name in vars(Settings) if not name.startswith("_")}
    return frozenset(f"--{name.replace('_', '-')}" for name in found)
