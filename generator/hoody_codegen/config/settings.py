"""The settings themselves. Everything has a default but where to read and where to write."""

from __future__ import annotations

import keyword
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from ..diagnostics import Location

Formatter = Literal["ruff", "black"]

_VERSION = re.compile(r"\b[vV]?[0-9]+(\.[0-9]+)*\b", re.ASCII)
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
# Words of titles that say what a document is, not what it is about.
_NOISE = frozenset({"api", "openapi", "specification", "spec", "the", "rest"})


@dataclass(frozen=True, slots=True)
class EnvelopeRule:
    """The usual wrapper of results: an object with ``key`` and all of ``markers``."""

    key: str
    markers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ScopeArgument:
    """One variable of server URLs that a scope binds.

    ``name`` is the argument of the method that opens the scope, ``field`` the field of a result
    object it may be taken from, ``default`` the value when it isn't given. ``environment`` is the
    end of the name of an environment variable (behind ``env_prefix``) that gives it where no object
    does.
    """

    variable: str
    name: str
    field: str | None = None
    default: str | None = None
    environment: str | None = None


@dataclass(frozen=True, slots=True)
class Scope:
    """A part of the API that shares values of its server URLs: ``client.container(…)``.

    It holds all services whose server URL has all variables without a default, or those named in
    ``services``. ``servers`` are names of further servers of these services (``x-name``), each of
    which can be chosen by an argument of its name. ``addresses`` are templates by name of what else
    can be reached there.
    """

    name: str
    arguments: tuple[ScopeArgument, ...]
    services: tuple[str, ...] = ()
    description: str = ""
    servers: tuple[str, ...] = ()
    addresses: Mapping[str, str] = field(default_factory=dict)
    place: Location | None = field(default=None, compare=False)
    """Where it stands in the file."""


@dataclass(frozen=True, slots=True)
class SecondFactor:
    """The second step of signing in. ``needed``, ``ticket`` and ``method`` are fields of the
    login's answer, ``ticket_field`` and ``code`` fields of the operation's body."""

    operation: str
    needed: str
    ticket: str
    ticket_field: str
    code: str
    method: str | None = None


@dataclass(frozen=True, slots=True)
class SignIn:
    """How to sign in: operations by operationId, and the fields that matter.

    ``identity`` and ``password`` are fields of the login's body; ``token``, ``refresh_token`` and
    ``expires_in`` are places in the answers (dotted paths, below the envelope); ``refresh_field``
    is the field of the refresh operation's body.
    """

    login: str
    identity: tuple[str, ...]
    password: str
    token: str
    refresh_token: str | None = None
    expires_in: str | None = None
    second_factor: SecondFactor | None = None
    refresh: str | None = None
    refresh_field: str | None = None
    logout: str | None = None
    places: Mapping[str, Location] = field(default_factory=dict, compare=False)
    """Where each setting stands in the file, by its name (``second_factor.code``)."""


@dataclass(frozen=True, slots=True)
class CommandLine:
    """The command line of a client.

    ``program`` is what it is called by. ``login`` are the words of the command that signs in.
    ``groups`` renames groups: the path of a resource on the client (``api.auth_tokens``) → the
    words of its group (``auth``). ``drop`` names further words, by path of a resource, that the
    names of its commands leave out. ``summaries`` describes groups by their words. ``whoami`` and
    ``lookup`` are paths of methods: who is signed in, and the object of a scope, by its name.
    """

    program: str
    login: tuple[str, ...] = ()
    groups: Mapping[str, str] = field(default_factory=dict)
    drop: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    summaries: Mapping[str, str] = field(default_factory=dict)
    whoami: str = ""
    lookup: Mapping[str, str] = field(default_factory=dict)
    places: Mapping[str, Location] = field(default_factory=dict, compare=False)
    """Where each setting stands in the file, by its name (``groups.api.auth_tokens``)."""


@dataclass(frozen=True, slots=True)
class ServiceSettings:
    """What differs for one service. ``base_url`` replaces the first server of its document."""

    base_url: str | None = None


@dataclass(frozen=True, slots=True)
class Filter:
    """Which operations to keep: shell patterns of ``<service>``, ``<service>.<operationId>``,
    ``<service>.<sdk name>`` or ``<METHOD> <path>``. No ``include`` keeps all."""

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.include or self.exclude)


@dataclass(frozen=True, slots=True)
class Target:
    """One package to generate. Paths are relative to where the program runs, like the config's.

    ``package``, ``client_name`` and ``env_prefix`` may be empty until :meth:`completed`.
    """

    name: str
    specs: tuple[Path, ...]
    output: Path
    overlays: tuple[Path, ...] = ()
    package: str = ""
    client_name: str = ""
    env_prefix: str = ""
    formatter: Formatter = "ruff"
    main_service: str | None = None
    base_url: str | None = None
    description: str = ""
    version: str = "0.1.0"
    envelope: EnvelopeRule | None = None
    services: Mapping[str, ServiceSettings] = field(default_factory=dict)
    scopes: tuple[Scope, ...] = ()
    sign_in: SignIn | None = None
    cli: CommandLine | None = None
    filter: Filter = Filter()
    named_at: Mapping[Path, Location] = field(default_factory=dict, compare=False)
    """Where the settings name a file, for those that are not there."""

    def completed(self, title: str | None) -> Target:
        """With names made from ``title``, the document's, where none were given.

        Without a title, or with one that gives no name, the target's own name serves.
        """
        words = [word.lower() for word in _WORD.findall(_VERSION.sub(" ", title or ""))]
        words = [word for word in words if word not in _NOISE][:3] or _words(self.name)
        package = self.package or _package(words)
        parts = [part for part in package.split("_") if part]
        client = self.client_name or "".join(part[:1].upper() + part[1:] for part in parts)
        prefix = self.env_prefix or package.upper()
        return replace(self, package=package, client_name=client, env_prefix=prefix)


@dataclass(frozen=True, slots=True)
class Config:
    """All targets, in the order of the file. ``root`` is the directory that paths start from."""

    targets: tuple[Target, ...]
    root: Path
    file: str = ""

    def target(self, name: str) -> Target:
        """The target with this name; KeyError if there is none."""
        for target in self.targets:
            if target.name == name:
                return target
        raise KeyError(name)


def _words(name: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(name)] or ["client"]


def _package(words: list[str]) -> str:
    name = "_".join(words)
    if name[0].isdigit() or keyword.iskeyword(name):
        name = f"api_{name}"
    return name
