"""Changes to the command line, made by hand: ``custom.py`` beside the generated modules.

The module is never generated and never touched. It holds one function::

    def extend(cli: Extension) -> None:
        cli.add("cp", ".copying:cp", summary="Copy a file")

:func:`load` calls it once, when the program starts. It only notes down what is to change; what it
names by text (``".copying:cp"``) is imported when that command is used. A fault in it is reported
with its place, and the program goes on without the change.
"""

from __future__ import annotations

import importlib
import importlib.util
import traceback
from collections.abc import Callable, Iterable
from typing import NamedTuple, Protocol, TypeAlias

import click

from .model import App, Command

Words: TypeAlias = tuple[str, ...]
Source: TypeAlias = "click.Command | Command | Callable[[], click.Command] | str"
Wrapper: TypeAlias = Callable[[click.Command], click.Command]


class Entry(NamedTuple):
    """A line in the list of a group."""

    name: str
    summary: str


class Builder(Protocol):
    """What makes the generated commands. It knows nothing of changes, except that the groups it
    makes ask :meth:`Extension.listing` and :meth:`Extension.find` for what stands in them.
    """

    def generated(self, words: Words) -> click.Command | None:
        """The generated command or group at these words, or None."""
        ...

    def command(self, command: Command) -> click.Command:
        """A command from data."""
        ...

    def group(self, words: Words, summary: str) -> click.Group:
        """A group in which nothing is generated."""
        ...


class _Addition(NamedTuple):
    source: Source
    summary: str
    scope: str


class Extension:
    """What ``extend(cli)`` is given: each method notes down one change.

    Commands and groups are named by the words that call them: ``"files get"``. After a rename both
    names mean the same thing here. A method raises :class:`ValueError` when the change contradicts
    an earlier one.
    """

    def __init__(
        self, app: App, report: Callable[[str], None], *, place: str = "", package: str = ""
    ) -> None:
        self.app = app
        self._report = report
        self._place = place
        self._package = package
        self._added: dict[Words, _Addition] = {}
        self._groups: dict[Words, str] = {}
        self._moved: dict[Words, tuple[Words, str]] = {}
        self._gone: set[Words] = set()
        self._hidden: set[Words] = set()
        self._wrappers: dict[Words, list[Wrapper]] = {}
        self._reported: set[str] = set()

    # What custom.py calls

    def add(self, words: str, command: Source, *, summary: str = "", scope: str = "") -> None:
        """Add a command, or put another one in the place of a generated one.

        ``command`` is a click command or group; a :class:`~.model.Command`; a function without
        arguments that returns a click command; or the place of one as ``"module:name"``, where a
        dot in front means "beside ``custom.py``". The last two are imported and called when the
        command is used; ``summary`` is the line in the list of its group until then. ``scope``
        gives a click command the flags of a scope, such as ``--container``. Groups on the way that
        don't exist are made.
        """
        where = self._origin(_split(words))
        if where in self._added:
            raise ValueError(f"{words!r} is added twice")
        if isinstance(command, str) and not all(command.partition(":")[::2]):
            raise ValueError(f"{command!r} isn't of the form module:name")
        if scope and all(scope != one.name for one in self.app.scopes):
            raise ValueError(f"there is no scope {scope!r}")
        self._added[where] = _Addition(command, summary or _summary(command), scope)

    def group(self, words: str, summary: str) -> None:
        """Say what a group is for that the added commands stand in."""
        self._groups[self._origin(_split(words))] = summary

    def wrap(self, words: str, wrapper: Wrapper) -> None:
        """Change a command or group when it is used: ``wrapper`` takes the click command and
        returns the one to use, the same one changed or another one. Several are applied in the
        order in which they were given.
        """
        self._wrappers.setdefault(self._origin(_split(words)), []).append(wrapper)

    def hide(self, words: str) -> None:
        """List a command or group no more. It can still be called."""
        self._hidden.add(self._origin(_split(words)))

    def rename(self, words: str, to: str, *, summary: str = "") -> None:
        """Call a command or group by other words, also in another group. The old ones are gone.

        ``summary`` is its new line in the list. Moved into another group without it, the module
        of the old group is imported to find the line.
        """
        old, new = self._origin(_split(words)), _split(to)
        where = (*self._origin(new[:-1]), new[-1])
        if old in self._gone:
            raise ValueError(f"{words!r} is renamed twice")
        if where in self._moved or where in self._added:
            raise ValueError(f"{to!r} is used twice")
        if where[: len(old)] == old:
            raise ValueError(f"{words!r} can't be moved into itself")
        self._moved[where] = (old, summary)
        self._gone.add(old)

    # What the groups of the program ask

    def listing(self, group: Words, generated: Iterable[Entry], builder: Builder) -> list[Entry]:
        """The lines of the list of a group, sorted by name; ``generated`` are those without
        changes, and ``group`` is where the group was generated or added.
        """
        own = {entry.name: entry.summary for entry in generated}
        self._check(group, own)
        shown = {name: summary for name, summary in own.items() if (*group, name) not in self._gone}
        for words, addition in self._added.items():
            if words[:-1] == group and words not in self._gone:
                shown[words[-1]] = addition.summary
        depth = len(group)
        # Groups that are there because something was added below them.
        for words in (*self._added, *self._moved):
            if words[:depth] == group and len(words) > depth + 1:
                name = words[depth]
                if (*group, name) not in self._gone:
                    shown.setdefault(name, self._groups.get((*group, name), ""))
        for words, (old, summary) in self._moved.items():
            if words[:-1] == group:
                near = own.get(old[-1], "") if old[:-1] == group else ""
                shown[words[-1]] = summary or near or self._far_summary(old, builder)
        for words, summary in self._groups.items():
            if words[:-1] == group and words[-1] in shown:
                shown[words[-1]] = summary
        return [
            Entry(name, shown[name])
            for name in sorted(shown)
            if self._origin((*group, name)) not in self._hidden
        ]

    def find(self, group: Words, name: str, builder: Builder) -> click.Command | None:
        """The command or group of this name in a group, with all changes; None if there is none.

        An added one that can't be loaded is there, and says why when it is called.
        """
        words = (*group, name)
        origin = self._moved[words][0] if words in self._moved else words
        if origin == words and words in self._gone:
            return None
        command = self._plain(origin, builder)
        if command is None:
            if origin != words:
                self._say(f"there is no {_join(origin)!r} to rename")
            return None
        for wrapper in self._wrappers.get(origin, ()):
            command = self._wrapped(command, wrapper, words)
        command.name = name
        if origin in self._hidden:
            command.hidden = True
        return command

    def below(self, group: Words) -> bool:
        """Whether something was added below these words, so that they make a group."""
        depth = len(group)
        return any(
            len(words) > depth and words[:depth] == group for words in (*self._added, *self._moved)
        )

    # How

    def _plain(self, words: Words, builder: Builder) -> click.Command | None:
        addition = self._added.get(words)
        if addition is not None:
            return self._loaded(words, addition, builder)
        generated = builder.generated(words)
        if generated is None and self.below(words):
            return builder.group(words, self._groups.get(words, ""))
        return generated

    def _loaded(self, words: Words, addition: _Addition, builder: Builder) -> click.Command:
        source = addition.source
        try:
            if isinstance(source, Command):
                return builder.command(source._replace(path=words))
            if isinstance(source, str):
                module, _, attribute = source.partition(":")
                found = getattr(importlib.import_module(module, self._package), attribute)
            else:
                found = source
            if not isinstance(found, click.Command):
                found = found()
            if not isinstance(found, click.Command):
                raise TypeError(f"{_join(words)!r} gives {type(found).__name__}, no click command")
        except Exception as fault:
            return _broken(words[-1], f"{_join(words)!r} can't be loaded: {self._where(fault)}")
        if addition.scope:
            from .shared import add_options, scope_options

            add_options(found, scope_options(self.app, addition.scope))
        if addition.summary and not found.short_help and not found.help:
            found.short_help = addition.summary
        return found

    def _wrapped(self, command: click.Command, wrapper: Wrapper, words: Words) -> click.Command:
        try:
            wrapped = wrapper(command)
            if not isinstance(wrapped, click.Command):
                raise TypeError(f"it returned {type(wrapped).__name__}, no click command")
        except Exception as fault:
            self._say(f"{_join(words)!r} is left unwrapped: {self._where(fault)}")
            return command
        return wrapped

    def _far_summary(self, words: Words, builder: Builder) -> str:
        command = self._plain(words, builder)
        return command.get_short_help_str(limit=80) if command else ""

    def _origin(self, words: Words) -> Words:
        """Where the thing these words call was generated or added."""
        for length in range(1, len(words) + 1):
            moved = self._moved.get(words[:length])
            if moved is not None:
                words = (*moved[0], *words[length:])
                return self._origin(words) if moved[0] not in self._moved else words
        return words

    def _check(self, group: Words, own: dict[str, str]) -> None:
        """Report changes of what isn't there (any more): seen when its group is listed."""
        changed = {
            "wrap": set(self._wrappers),
            "hide": self._hidden,
            "rename": {old for old, _ in self._moved.values()},
        }
        for verb, places in changed.items():
            for words in sorted(places):
                if words[:-1] != group or words[-1] in own or words in self._added:
                    continue
                if not self.below(words):
                    self._say(f"there is no {_join(words)!r} to {verb}")

    def _say(self, message: str) -> None:
        if message not in self._reported:
            self._reported.add(message)
            self._report(f"{self._place}: {message}")

    def _where(self, fault: Exception) -> str:
        return _described(fault, self._place)


def load(app: App, report: Callable[[str], None]) -> Extension:
    """The changes that ``<package>.cli.custom`` makes; none where there is no such module.

    ``report`` is given a line for each fault. A module that fails makes no change at all.
    """
    package = f"{app.package}.cli"
    name = f"{package}.custom"
    try:
        found = importlib.util.find_spec(name)
    except ModuleNotFoundError:
        found = None
    if found is None:
        return Extension(app, report)
    place = found.origin or name
    extension = Extension(app, report, place=place, package=package)
    try:
        module = importlib.import_module(name)
        module.extend(extension)
    except Exception as fault:
        report(f"{_described(fault, place)} (its changes to the command line are left out)")
        return Extension(app, report, place=place, package=package)
    return extension


def _split(words: str) -> Words:
    parts = tuple(words.split())
    if not parts or any(part.startswith("-") for part in parts):
        raise ValueError(f"{words!r} isn't the name of a command")
    return parts


def _join(words: Words) -> str:
    return " ".join(words)


def _summary(source: Source) -> str:
    if isinstance(source, Command):
        return source.summary
    if isinstance(source, click.Command):
        return source.get_short_help_str(limit=80)
    return ""


def _described(fault: Exception, place: str) -> str:
    """What went wrong, at the last line of the file at ``place``, or wherever it was."""
    if isinstance(fault, SyntaxError) and fault.filename:
        return f"{fault.filename}, line {fault.lineno}: SyntaxError: {fault.msg}"
    frames = traceback.extract_tb(fault.__traceback__)
    ours = [frame for frame in frames if frame.filename == place]
    text = f"{type(fault).__name__}: {fault}"
    return f"{place}, line {ours[-1].lineno}: {text}" if ours else f"{place}: {text}"


def _broken(name: str, message: str) -> click.Command:
    """A command that takes whatever it is called with, and says why there is nothing more."""

    def fail(**_: object) -> None:
        raise click.ClickException(message)

    return click.Command(
        name,
        callback=fail,
        params=[click.Argument(["rest"], nargs=-1, type=click.UNPROCESSED)],
        help=f"(cannot be loaded) {message}",
        context_settings={"ignore_unknown_options": True},
    )
