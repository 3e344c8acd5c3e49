"""From data to click commands: each group is imported when it is used, each command made then."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any, Final

import click

from . import helping
from .builtins import GROUPS, BuiltIn, built_in
from .context import Invocation
from .extension import Entry, Extension
from .model import App, Command, Group, Kind, Option
from .shared import add_options, global_options, scope_options
from .suggesting import did_you_mean, one_of
from .values import WORDS, body_flag

Words = tuple[str, ...]

_HELP_NAMES: Final = {"help_option_names": ["-h", "--help"], "show_default": False}


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
                elsewhere = []
            else:
                what = f"There is no command {name!r}."
                elsewhere = [" ".join(words) for words in self.tree.called(name)]
            hint = one_of(elsewhere) or did_you_mean(name, self.list_commands(ctx))
            raise click.UsageError(what + hint, ctx)
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

    def called(self, name: str) -> list[Words]:
        """Where something of this name is, as far as that is known without an import."""
        found = [words for words in self._built_in if words[-1] == name]
        waiting: list[tuple[Words, Group]] = [((), group) for group in self.app.tree]
        while waiting:
            around, group = waiting.pop()
            words = (*around, group.name)
            if group.name == name:
                found.append(words)
            waiting += [(words, inner) for inner in group.groups]
        return sorted(found)

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
