"""Where an operation stands in the client: its resource and the words of its name.

The documented SDK name is the best source. Without one, an operation joins the resource of its
neighbours that have one: those of the same path, else those with the same tag. Else the tag names
the resource and the operationId the action; without either, the path does.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace

from ..ir import Api, Model, Operation
from ..text import Untrusted, UntrustedText

_CLIENT_WORDS = frozenset({"client", "sdk"})
_VERBS = {"GET": "get", "POST": "create", "PUT": "replace", "PATCH": "update", "DELETE": "delete"}


def group_operations(api: Api) -> Api:
    """Set ``group`` and ``action`` of every operation, and name inline models after them."""
    services = tuple(
        replace(
            service,
            operations=_spelled_alike(_grouped(service.operations)),
        )
        for service in api.services
    )
    contexts = {
        operation.key: (
            *(operation.group or (operation.service,)),
            operation.action or Untrusted(operation.method.lower()),
        )
        for service in services
        for operation in service.operations
    }
    models = tuple(_named_after(model, contexts) for model in api.models)
    return Api(services, models)


def _spelled_alike(operations: list[Operation]) -> tuple[Operation, ...]:
    """One spelling for each resource: that of the SDK names where ``authTokens`` from a name and
    ``Auth Tokens`` from a tag mean the same, else the first in order."""
    spellings: dict[str, tuple[bool, tuple[UntrustedText, ...]]] = {}
    for operation in operations:
        words = _group_words(operation)
        ranked = (not operation.sdk_name, operation.group)
        spellings[words] = min(spellings.get(words, ranked), ranked)
    return tuple(
        replace(operation, group=spellings[_group_words(operation)][1]) for operation in operations
    )


def _group_words(operation: Operation) -> str:
    return "/".join(_plain(part.reveal()) or part.reveal() for part in operation.group)


def _named_after(model: Model, contexts: dict[str, tuple[UntrustedText, ...]]) -> Model:
    """The key of an operation at the start of a context becomes its resource and action."""
    if not model.context:
        return model
    words = contexts.get(model.context[0].reveal())
    if words is None:
        return model
    return replace(model, context=(*words, *model.context[1:]))


def _grouped(operations: Iterable[Operation]) -> list[Operation]:
    named = [_by_sdk_name(operation) for operation in operations]
    neighbours = _neighbours(operation for operation in named if operation.action)
    return [
        operation if operation.action else _without_sdk_name(operation, neighbours)
        for operation in named
    ]


def _by_sdk_name(operation: Operation) -> Operation:
    """With the group and action of its SDK name, if it has one."""
    parts = [part.reveal() for part in operation.sdk_name]
    while len(parts) > 1 and parts[0].lower() in _CLIENT_WORDS:
        parts = parts[1:]
    if len(parts) > 1 and _same(parts[0], operation.service.reveal()):
        parts = parts[1:]
    return _with(operation, parts[:-1], parts[-1]) if parts else operation


def _neighbours(operations: Iterable[Operation]) -> Mapping[tuple[str, str], Counter[str]]:
    """How many operations of each group share a path or a tag."""
    found: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for operation in operations:
        group = operation.group[0].reveal() if operation.group else ""
        for shared in _shared(operation):
            found[shared][group] += 1
    return found


def _shared(operation: Operation) -> list[tuple[str, str]]:
    """What operations of one resource have in common, the strongest sign first."""
    path = ("path", operation.path.reveal().rstrip("/"))
    return [path, *(("tag", tag.reveal()) for tag in operation.tags)]


def _without_sdk_name(
    operation: Operation, neighbours: Mapping[tuple[str, str], Counter[str]]
) -> Operation:
    service = operation.service.reveal()
    action = _action(operation, service)
    for shared in _shared(operation):
        groups = neighbours.get(shared)
        if groups:
            # Most of them decide; among equals the first by name, whatever the document's order.
            best = min(groups, key=lambda group: (-groups[group], group))
            return _with(operation, [best] if best else [], action)
    return _with(operation, _tag_group(operation, service), action)


def _with(operation: Operation, group: list[str], action: str) -> Operation:
    """Resources are one level deep: the words of a deeper name become one name."""
    joined = (Untrusted(" ".join(group)),) if group else ()
    return replace(operation, group=joined, action=Untrusted(action))


def _tag_group(operation: Operation, service: str) -> list[str]:
    """``api:Auth Tokens`` is the group ``Auth Tokens``; a tag that only repeats the service says
    nothing. Without a tag, the first fixed segment of the path behind prefixes serves."""
    for tag in operation.tags:
        prefix, colon, name = tag.reveal().partition(":")
        word = (name if colon else prefix).strip()
        if word and not _same(word, service):
            return [word]
        if word:
            return []
    for segment in operation.path.reveal().split("/"):
        if segment and "{" not in segment and not _is_prefix(segment, service):
            return [segment]
    return []


def _is_prefix(segment: str, service: str) -> bool:
    is_version = segment[:1] in "vV" and segment[1:].isdigit()
    return is_version or segment.lower() in ("api", "rest") or _same(segment, service)


def _action(operation: Operation, service: str) -> str:
    """The operationId without the service in front, else method and path."""
    if operation.operation_id is not None:
        name = operation.operation_id.reveal()
        for separator in ("_", ".", "/", "-", ":"):
            prefix, found, rest = name.partition(separator)
            if found and rest and _same(prefix, service):
                return rest
        return name
    path = operation.path.reveal()
    words = [part for part in path.split("/") if part and not _is_prefix(part, service)]
    verb = _VERBS.get(operation.method, operation.method.lower())
    if operation.method == "GET" and not path.rstrip("/").endswith("}"):
        verb = "list" if any("{" not in word for word in words) else verb
    query = [f"{name.reveal()} {value.reveal()}" for name, value in operation.fixed_query]
    return " ".join([verb, *words, *query])


def _same(left: str, right: str) -> bool:
    return _plain(left) == _plain(right)


def _plain(text: str) -> str:
    return "".join(character for character in text.lower() if character.isalnum())
