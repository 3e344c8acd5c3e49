"""What a command is, as data: the generated modules hold one Command for each operation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, NamedTuple, TypeAlias

KindName: TypeAlias = Literal[
    "text", "integer", "number", "boolean", "flag", "datetime", "date", "json", "any", "bytes"
]

Form: TypeAlias = Literal[
    "table",  # pages, or a list
    "object",
    "value",
    "text",
    "none",
    "headers",
    "download",
    "events",
    "lines",
    "socket",
    "either",  # an object or events, as an option decides
]


class Kind(NamedTuple):
    """How a text on the command line becomes a value.

    * ``name``: ``any`` is JSON, and what isn't JSON is the text itself; all others say it.
    * ``choices``: the allowed values; unless ``closed``, the server may have learnt others since,
      and one that isn't listed is warned about and sent.
    * ``minimum``, ``maximum``: of a number; ``shortest``, ``longest``: characters of a text.
    * ``unit``: what a number counts, where that is known: ``"bytes"`` also takes ``10MiB``,
      ``"s"`` and ``"ms"`` also take ``5m``.
    """

    name: KindName = "text"
    choices: tuple[str, ...] = ()
    closed: bool = False
    minimum: float | None = None
    maximum: float | None = None
    shortest: int | None = None
    longest: int | None = None
    unit: Literal["", "bytes", "s", "ms"] = ""


TEXT = Kind()


class Argument(NamedTuple):
    """A path parameter: given by its place, or by ``flag`` where one is documented.

    ``argument`` is what the client's method calls it; ``name`` is shown: ``CONTAINER_ID``.
    """

    name: str
    argument: str
    kind: Kind = TEXT
    flag: str = ""
    help: str = ""


class Option(NamedTuple):
    """A flag: a query, header or cookie parameter, or a field of the body.

    * ``flag``: ``--expires-at``; ``--config.type`` for a field inside of an object.
    * ``argument``: what the client's method calls it; ``path``: keys inside that argument.
    * ``many``: repeating it makes a list; ``mapping``: ``KEY=VALUE``, repeating makes an object.
    * ``nullable``: the word ``null`` sends null.
    * ``secret``: may come from the environment, a prompt or stdin, and isn't shown.
    * ``default``: as documented, for the help text alone: it is never sent.
    * ``field``: of an argument that is a field of the body, its name on the wire; empty for a
      parameter. So ``--body`` finds the arguments that its fields are given by.
    """

    flag: str
    argument: str
    path: tuple[str, ...] = ()
    kind: Kind = TEXT
    required: bool = False
    many: bool = False
    mapping: bool = False
    nullable: bool = False
    secret: bool = False
    help: str = ""
    default: str = ""
    field: str = ""


class Column(NamedTuple):
    """A column of a table: ``field`` is a dotted path of keys on the wire."""

    field: str
    heading: str
    format: Literal["text", "time", "size", "duration", "number", "flag"] = "text"


class Output(NamedTuple):
    """What comes back. ``columns`` are those of a table, or the lines of an object.

    ``rows`` is the key of an object's only list, which is shown as a table: ``"items"``.
    """

    form: Form = "none"
    columns: tuple[Column, ...] = ()
    rows: str = ""


class Command(NamedTuple):
    """One operation as a command.

    * ``path``: the words that call it: ``("projects", "list")``.
    * ``method``: the attribute path on the client: ``"api.projects.list"``.
    * ``home``: module and class that define the method, without loading the rest of the client:
      ``"services.api.projects:Projects"``.
    * ``request``: ``"GET /api/v1/projects"``.
    * ``body``: the argument of the method that takes the whole body; empty where its fields are
      arguments themselves. ``has_body``: whether there is a body at all; ``body_kind``: what
      ``--body`` takes (``json``, ``text`` or ``bytes``); ``body_required``: there has to be one.
    * ``scope``: the scope of the client that has to be opened first: ``"container"``.
    * ``destructive``: asks before it is sent.
    * ``example``: can be pasted.
    """

    path: tuple[str, ...]
    method: str
    request: str
    summary: str
    description: str = ""
    arguments: tuple[Argument, ...] = ()
    options: tuple[Option, ...] = ()
    body: str = ""
    has_body: bool = False
    body_kind: Kind = Kind("json")
    body_required: bool = False
    output: Output = Output()
    scope: str = ""
    destructive: bool = False
    deprecated: bool = False
    example: str = ""
    home: str = ""


class Group(NamedTuple):
    """Commands under one word. ``module``, below ``commands``, holds ``COMMANDS``: those of this
    group itself; it is imported when the group is used. ``groups`` are further ones below it.
    """

    name: str
    summary: str
    module: str = ""
    groups: tuple[Group, ...] = ()


class ScopeArgument(NamedTuple):
    """What opens a scope: a flag, a variable of the environment, or a setting of a profile.

    ``argument`` is what the client's method calls it, and what a profile does. ``field``: the field
    that holds it in what :attr:`Scope.lookup` gives.
    """

    flag: str
    argument: str
    environment: str = ""
    default: str = ""
    help: str = ""
    field: str = ""


class Scope(NamedTuple):
    """A part of the client that is opened by a method of this name.

    ``lookup``: the attribute path of the method that tells all arguments where only the one called
    ``key`` is given: ``"api.containers.get"``, which takes ``container_id``.
    """

    name: str
    arguments: tuple[ScopeArgument, ...]
    lookup: str = ""
    key: str = ""


class App(NamedTuple):
    """The program, and how to reach the client it stands on. The functions import when called.

    * ``name``: of the program, ``"hoody"``; ``package``: import name of the client's package.
    * ``client``: gives the client class; ``errors``: the module of its exceptions; ``runtime``: the
      package of its runtime; ``commands``: imports a module of commands by name.
    * ``tree``: all groups at the top.
    * ``login``: the words of the command that signs in (``("auth", "login")``), its parts and the
      arguments of ``client.login()``; empty where there is no signing in.
    * ``whoami``: the attribute path of the method that tells who is signed in.
    """

    name: str
    package: str
    version: str
    env_prefix: str
    summary: str
    client: Callable[[], Any]
    errors: Callable[[], Any]
    runtime: Callable[[], Any]
    commands: Callable[[str], Any]
    tree: tuple[Group, ...]
    scopes: tuple[Scope, ...] = ()
    login: tuple[str, ...] = ()
    identity: tuple[str, ...] = ()
    whoami: str = ""
