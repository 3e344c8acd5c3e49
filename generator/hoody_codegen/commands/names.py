"""What commands are called: one rule for all of them.

1. *Where.* Resources of the main service stand at the top, those of other services under the name
   of their service, in kebab case: ``api.auth_tokens`` → ``auth-tokens``, ``agent.mcp`` → ``agent
   mcp``. The settings may give a group other words; two resources may share one.
2. *What.* The words of the SDK's method. Those that only repeat the group are left out: at the
   start (``workspaces_list`` in ``workspaces`` → ``list``) and right behind the first word
   (``list_branches`` in ``branches`` → ``list``, ``get_branch_diff`` → ``get-diff``); elsewhere
   they carry meaning (``wait_for_terminal``), and something always remains.
3. *Documented names win* (``x-cli-name``: all words of the command).
4. *No clashes.* Of commands in one group that would share a name, one whose method is called just
   that keeps it, and those that were shortened take their long names, all of them. Where that
   doesn't tell them apart, their resource and then their service come in front. A name that belongs
   to a built-in command, or to a group in the same place, counts as taken.

So a name depends on the other names of its group only where it would clash, and never on order.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from .. import ir
from ..config import CommandLine, Target
from ..diagnostics import Diagnostics, Location
from ..naming import words
from ..naming.notes import note_answers
from ..naming.resolve import Wish, resolve
from ..naming.table import NameTable
from ..python.client import main_service

Words: TypeAlias = tuple[str, ...]

BUILT_IN: Mapping[Words, frozenset[str]] = {
    (): frozenset({"commands", "completion", "config", "help", "whoami"}),
}
"""What every command line brings itself, by group; what signs in has words of the settings."""

_SIGNING_IN = frozenset({"login", "logout", "status"})
_WORD = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*\Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class CommandNames:
    """Words of each command by key of its operation, and of each group by path on the client."""

    commands: Mapping[str, Words]
    groups: Mapping[str, Words]


def name_commands(
    api: ir.Api, names: NameTable, target: Target, settings: CommandLine, diagnostics: Diagnostics
) -> CommandNames:
    """The words of all commands."""
    groups = _groups(api, names, target, settings, diagnostics)
    operations = [operation for service in api.services for operation in service.operations]
    documented = {
        operation.key: tuple(operation.cli_name.reveal().split())
        for operation in operations
        if operation.cli_name is not None and _is_documented(operation, diagnostics)
    }
    places = {
        operation.key: (
            documented[operation.key][:-1]
            if operation.key in documented
            else groups[resource_path(operation, names)]
        )
        for operation in operations
    }
    commands: dict[str, Words] = {}
    used = {place[:depth] for place in places.values() for depth in range(1, len(place) + 1)}
    for place in sorted(set(places.values())):
        inside = [operation for operation in operations if places[operation.key] == place]
        wishes = [_wish(operation, place, names, settings, documented) for operation in inside]
        answers = resolve(
            wishes,
            accepts=lambda name: _WORD.match(name) is not None,
            taken=_taken(place, used, settings),
        )
        note_answers(diagnostics, wishes, answers)
        for key, answer in answers.items():
            commands[key] = (*place, answer.name.replace("_", "-"))
    return CommandNames(commands, groups)


def resource_path(operation: ir.Operation, names: NameTable) -> str:
    """Where the resource is on the client: ``api.auth_tokens``."""
    attributes = [str(names.service(operation.service).attribute)]
    attributes += [
        str(names.resource(operation.service, operation.group[:depth]).attribute)
        for depth in range(1, len(operation.group) + 1)
    ]
    return ".".join(attributes)


def kebab(text: str) -> str:
    """``auth_tokens`` → ``auth-tokens``; words of other scripts become what they sound like."""
    plain = "-".join(words.lower(text.replace("_", " ")))
    return re.sub(r"[^a-z0-9-]+", lambda found: found[0].encode("punycode").decode(), plain)


def _groups(
    api: ir.Api,
    names: NameTable,
    target: Target,
    settings: CommandLine,
    diagnostics: Diagnostics,
) -> Mapping[str, Words]:
    main = main_service(api.services, target)
    found: dict[str, Words] = {}
    services = {kebab(names.service(service.name).attribute) for service in api.services}
    for service in api.services:
        own = kebab(names.service(service.name).attribute)
        for operation in service.operations:
            path = resource_path(operation, names)
            if path in settings.groups:
                found[path] = tuple(settings.groups[path].split())
                continue
            below = tuple(kebab(part) for part in path.split(".")[1:])
            if main is None or service.name.reveal() != main or not below:
                found[path] = (own, *below)
            elif below[0] in services or below[0] in BUILT_IN[()]:
                # A service's name, or that of a built-in command, means something else.
                found[path] = (f"{own}-{below[0]}", *below[1:])
            else:
                found[path] = below
    for path in settings.groups:
        if path not in found:
            diagnostics.warning(
                "cli-unknown-group",
                settings.places.get(f"groups.{path}", Location("")),
                f"the command line renames {path!r}, which has no methods",
            )
    return found


def _is_documented(operation: ir.Operation, diagnostics: Diagnostics) -> bool:
    parts = operation.cli_name.reveal().split() if operation.cli_name is not None else []
    fits = len(parts) > 1 and all(map(_WORD.match, parts)) and parts[0] not in BUILT_IN[()]
    if fits:
        return True
    diagnostics.warning(
        "invalid-cli-name",
        operation.origin,
        "'x-cli-name' is left out: expected the words of a group, not a built-in "
        "one, and of a command: small letters, digits and '-'",
    )
    return False


def _wish(
    operation: ir.Operation,
    place: Words,
    names: NameTable,
    settings: CommandLine,
    documented: Mapping[str, Words],
) -> Wish[str]:
    method = kebab(names.method(operation.key))
    path = resource_path(operation, names)
    service, *resource = (kebab(part) for part in path.split("."))
    # A resource's own words count as the group's, also where the group has got another name.
    group = [*(place[-1:]), *(resource[-1:] or [service])]
    around = [*place[:-1], service, *resource[:-1]]
    short = shorten(method.split("-"), group, around, settings.drop.get(path, ()))
    own = documented.get(operation.key)
    candidates = [method, "-".join((*resource, method)), "-".join((service, *resource, method))]
    if f"{service}-{method}" not in candidates:
        candidates.insert(2 if resource else 1, f"{service}-{method}")
    first = own[-1] if own is not None else short
    if first in _SIGNING_IN and place == settings.login[:-1] and place:
        # The bare operation behind a built-in command: its service says that it is that.
        candidates.insert(0, f"{service}-{method}")
    return Wish(
        key=operation.key,
        candidates=(first, *candidates),
        identity=operation.key,
        what=f"command for {path}.{names.method(operation.key)}",
        origin=operation.origin,
        rank=(0 if own is not None else 1 if short == method else 2,),
    )


def shorten(
    method: Sequence[str], group: Iterable[str], around: Iterable[str], drop: Iterable[str] = ()
) -> str:
    """The words of a method without those that repeat its group.

    ``around`` are the words of the groups around it: they are left out where they stand directly
    before words of the group (``agent_prompt_get`` in ``agent prompt``). ``drop`` are left out as
    the group's own are.
    """
    inner = {_bare(word) for part in group for word in part.split("-")}
    inner |= {_bare(word) for word in drop}
    outer = {_bare(word) for part in around for word in part.split("-")}
    kept = list(method)
    for start in (0, 1):
        end = start
        while end < len(kept) and _bare(kept[end]) in inner | outer:
            end += 1
        # What only names the groups around says something that the group doesn't.
        while end > start and _bare(kept[end - 1]) not in inner:
            end -= 1
        rest = [*kept[:start], *kept[end:]]
        if rest:
            kept = rest
    return "-".join(kept)


def _bare(word: str) -> str:
    return words.singular(word)


def _taken(place: Words, used: Iterable[Words], settings: CommandLine) -> frozenset[str]:
    groups = {path[-1] for path in used if path[:-1] == place}
    built_in = BUILT_IN.get(place, frozenset())
    if settings.login and place == settings.login[:-1]:
        built_in |= _SIGNING_IN
    return frozenset(groups | built_in)
