"""The object schemas of a document that could become components, with hints for their names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, TypeAlias

from .nouns import common_prefix, pascal, segments, singular, singular_name
from .nouns import words as words_of
from .unify import canonical, types_of

Schema: TypeAlias = dict[str, Any]

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
PAYLOADS = ("data", "result", "payload", "item")
"""Members of an envelope that hold the result itself."""

_LISTS = ("items", "data", "results", "entries", "list", "records", "rows", "values", "result")
_PAGE_NAMES = {"pagination", "paging", "meta", "page_info", "pageInfo"}
_PAGE_PARTS = {"page", "limit", "total", "offset", "cursor", "has_more", "hasMore", "next_cursor"}
_VERBS = ("list", "get", "create", "update", "delete", "add", "remove")
_ACTS = {
    "create", "update", "delete", "add", "remove", "browse", "connect", "convert", "execute",
    "extract", "generate", "prompt", "read", "refund", "request", "restart", "run", "search",
    "send", "start", "stop", "sync", "test",
}  # fmt: skip
_ADJECTIVES = {"full", "proposed", "global", "raw", "pending", "active", "http", "ws"}
_REPORT = {"success", "message", "statusCode", "status", "error", "timestamp", "count", "total"}
_STATES = {
    "created", "updated", "deleted", "removed", "added", "current", "new", "old", "previous",
    "latest", "selected", "existing", "original",
}  # fmt: skip
_VAGUE = {
    "data", "result", "results", "details", "detail", "metadata", "meta", "config", "options",
    "attributes", "fields", "params", "value", "values", "item", "items", "info", "context",
    "summary", "stats", "status", "content", "body", "payload", "settings", "state", "response",
    "request", "properties", "changes", "filters", "entries", "list",
}  # fmt: skip
# Keywords that change nothing about which values are valid. A default changes what is sent.
_REMARKS = ("description", "title", "examples", "deprecated", "readOnly")


class OwnerName(str):
    """A hint that names what the shape belongs to: a thing of its own, told apart from the rest."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Place:
    """Where a shape stands.

    ``role`` is ``request``, ``success``, ``error`` or ``component``; the body of a component has
    the role of all its users, where they have one. ``group`` and ``call`` are what the document
    calls the resource of the operation and what is done with it.
    """

    role: str
    method: str = ""
    path: str = ""
    status: str = ""
    group: str = ""
    call: str = ""
    component: str = ""
    is_whole: bool = True
    """Not a part of bodies only (for the body of a component)."""
    key: str = ""
    """Text that tells places apart and orders them."""


@dataclass(slots=True)
class Node:
    """One object schema with members.

    ``edge`` is the way from ``parent`` to here; ``hints`` are possible names, best first;
    ``fixed`` is the name of the component whose body this is.
    """

    schema: Schema
    place: Place
    parent: Node | None
    edge: str
    hints: tuple[str, ...]
    from_example: bool
    in_union: bool = False
    fixed: str = ""
    is_vague: bool = False
    """Named for its state (``updated``) or for an act (``sync``), not for what it is."""
    home: str = ""
    """The collection whose element this is: the list and the detail of one have the same."""
    is_element: bool = False
    """An element of a collection with a plural name, which names it best."""
    children: dict[str, Node] = field(default_factory=dict)

    @property
    def is_root(self) -> bool:
        return self.parent is None

    @property
    def names(self) -> frozenset[str]:
        return frozenset(self.schema["properties"])

    def is_envelope(self) -> bool:
        """A root that wraps the result: what is inside is worth a name, not the wrapping."""
        if self.parent is not None or self.place.role != "success" or self.fixed:
            return False
        names = self.names
        if "id" not in names and any(self._is_list(name) for name in names & set(_LISTS)):
            return True
        inside = [name for name in names - _REPORT if self._holds_members(name)]
        if names & {"success", "statusCode"} and len(inside) == len(names - _REPORT) == 1:
            return True
        return bool(names & set(PAYLOADS)) and (
            bool(names & {"statusCode", "success", "message", "status"}) or len(names) <= 2
        )

    @property
    def is_wrapper(self) -> bool:
        """Whether the thing itself is one of the members: `{"hook": {…}, "version": 4}`."""
        return "id" not in self.schema["properties"] and any(
            self._holds_members(name) and _is_named(name, self.hints[0])
            for name in self.schema["properties"]
            if self.hints
        )

    @property
    def is_report(self) -> bool:
        """Whether it only says how an operation went."""
        return self.names <= _REPORT

    @property
    def subject(self) -> str:
        """The thing whose number comes first: `{"job_id": 1, "status": "queued"}` is a Job."""
        first = words_of(next(iter(self.schema["properties"])))
        return pascal(" ".join(first[:-1])) if first[-1:] == ["id"] and len(first) == 2 else ""

    def _holds_members(self, name: str) -> bool:
        return bool({"array", "object"} & set(types_of(self.schema["properties"][name])))

    def _is_list(self, name: str) -> bool:
        return "array" in types_of(self.schema["properties"][name])


def collect(document: Schema, service: str) -> list[Node]:
    """All candidate nodes, ordered by their places, so that the order of paths doesn't matter."""
    nodes: list[Node] = []
    prefix = common_prefix(document.get("paths", {}), service)
    plurals = _collections(document, prefix)
    for root, place in sorted(_roots(document), key=lambda pair: pair[1].key):
        hints = _root_hints(place, prefix, plurals) or (pascal(service),)
        before = len(nodes)
        example = _is_from_example(root)
        _walk(root, _Way(place, None, "", hints, example, place.component), nodes)
        is_act, home = _is_act(place, prefix, plurals), _home(place.path)
        last = _nouns(segments(place.path, prefix))[-1:]
        is_element = any(word in plurals or singular(word) != word for word in last)
        for node in nodes[before:]:
            if place.role == "success" and singular_name(node.hints[0]) == singular_name(hints[0]):
                node.is_vague |= is_act
                node.home = home
                node.is_element = is_element
    return nodes


def _collections(document: Schema, prefix: str) -> frozenset[str]:
    """The words of paths that hold things: plurals before a parameter, or words of lists, too."""
    lists = {
        parts[-1]
        for path, item in document.get("paths", {}).items()
        if "get" in item and (parts := segments(path, prefix))
    }
    words: set[str] = set()
    for path in document.get("paths", {}):
        for one, after in pairwise(segments(path, prefix)):
            if after == "{}" and (singular(one) != one or one in lists):
                words.add(one)
    return frozenset(words - {"{}"})


def _home(path: str) -> str:
    """The path without a last parameter: `/projects/{id}` and `/projects` have one home."""
    return re.sub(r"/(?:\{[^}]*\}|:\w+)$", "", path.rstrip("/"))


def operations(document: Schema) -> Iterator[tuple[str, str, Schema]]:
    """Path, method and Operation Object of every operation, methods without a key included."""
    for path, item in document.get("paths", {}).items():
        for method, operation in item.items():
            if method in METHODS and isinstance(operation, dict):
                yield path, method, operation
        for method, operation in item.get("x-additional-operations", {}).items():
            yield path, method.lower(), operation


def media_schemas(operation: Schema) -> Iterator[tuple[str, str, str, Schema]]:
    """Role, status, media type and Media Type Object of every body of an operation."""
    for media, body in operation.get("requestBody", {}).get("content", {}).items():
        yield "request", "", media, body
    for status, response in operation.get("responses", {}).items():
        role = "success" if re.match(r"[123]", str(status)) else "error"
        for media, body in response.get("content", {}).items():
            yield role, str(status), media, body


def _roots(document: Schema) -> Iterator[tuple[Schema, Place]]:
    for path, method, operation in operations(document):
        for role, status, media, body in media_schemas(operation):
            if isinstance(body.get("schema"), dict):
                key = f"{path} {method} {role} {status} {media}"
                group, call = _group(operation)
                yield body["schema"], Place(role, method, path, status, group, call, key=key)
    users = _users(document)
    for name, schema in document.get("components", {}).get("schemas", {}).items():
        roles = {role for role, _ in users.get(name, ())}
        role = roles.pop() if len(roles) == 1 else "component"
        yield (
            schema,
            Place(
                role if role in {"request", "error"} else "component",
                component=name,
                is_whole=any(is_whole for _, is_whole in users.get(name, ())),
                key=f"component {name}",
            ),
        )


def _users(document: Schema) -> dict[str, set[tuple[str, bool]]]:
    """For each component, the roles in which it is used, and whether as a whole body."""
    schemas = document.get("components", {}).get("schemas", {})
    users: dict[str, set[tuple[str, bool]]] = {}
    pending: list[tuple[str, str, bool]] = []
    for _, _, operation in operations(document):
        for role, _, _, body in media_schemas(operation):
            root = body.get("schema", {})
            pending += [
                (name, role, root.get("$ref", "").endswith(f"/{name}")) for name in _refs(root)
            ]
    while pending:
        name, role, is_whole = pending.pop()
        if (role, is_whole) not in users.setdefault(name, set()):
            users[name].add((role, is_whole))
            pending += [(inner, role, False) for inner in _refs(schemas.get(name, {}))]
    return users


def _refs(value: Any) -> Iterator[str]:
    """The names of the components that a schema refers to."""
    if isinstance(value, dict):
        for key, part in value.items():
            if key == "$ref" and isinstance(part, str):
                yield part.rpartition("/")[2]
            else:
                yield from _refs(part)
    elif isinstance(value, list):
        for part in value:
            yield from _refs(part)


def _group(operation: Schema) -> tuple[str, str]:
    """The resource of an operation and what is done: the documented call, else the first tag."""
    call = str(operation.get("x-sdk-name", "")).split(".")
    if len(call) > 2:
        return call[-2], call[-1]
    tags = operation.get("tags") or [""]
    return str(tags[0]).rpartition(":")[2], call[-1]


def _is_from_example(schema: Schema) -> bool:
    return "schema from example" in str(schema.get("x-inferred", ""))


@dataclass(frozen=True, slots=True)
class _Way:
    """How a schema was reached: the nearest node above, the steps from it, and what they tell."""

    place: Place
    parent: Node | None
    edge: str
    hints: tuple[str, ...]
    from_example: bool
    fixed: str
    in_union: bool = False


def _walk(schema: Schema, way: _Way, nodes: list[Node]) -> None:
    """Add the node at ``schema``, if it is one, and those below it."""
    owner, edge = way.parent, way.edge
    if schema.get("properties") and set(types_of(schema)) <= {"object", "null"}:
        title = (pascal(str(schema["title"])),) if schema.get("title") else ()
        if (
            edge.rpartition(".")[2] in _PAGE_NAMES
            and len(_PAGE_PARTS & schema["properties"].keys()) > 1
        ):
            title = ("Pagination",)
        owner = Node(
            schema,
            way.place,
            way.parent,
            edge,
            title + way.hints,
            way.from_example,
            in_union=way.in_union,
            fixed=way.fixed,
            is_vague=any(f".{state}" in edge.lower() for state in _STATES),
        )
        if way.parent is not None:
            way.parent.children[edge] = owner
        nodes.append(owner)
        edge = ""
    for step, part, many in _parts(schema):
        union = step.startswith(("anyOf", "oneOf"))
        name = step.removeprefix(".") if step.startswith(".") else ""
        below = _Way(
            way.place,
            owner,
            edge + step,
            _child_hints(owner, way.hints, name, many) if name or many else way.hints,
            way.from_example or _is_from_example(part),
            "" if name or many else way.fixed,
            in_union=union or (way.in_union and not name and not many),
        )
        _walk(part, below, nodes)


def _parts(schema: Schema) -> Iterator[tuple[str, Schema, bool]]:
    for name, part in schema.get("properties", {}).items():
        if isinstance(part, dict):
            yield f".{name}", part, False
    for key in ("items", "additionalProperties"):
        part = schema.get(key)
        if isinstance(part, dict):
            yield f"[{key}]", part, True
    for key in ("anyOf", "oneOf"):
        for branch in schema.get(key, []):
            # The branch is named by what it looks like: its number depends on the order.
            yield f"{key}({canonical(branch)})", branch, False


def _root_hints(place: Place, prefix: str, plurals: frozenset[str]) -> tuple[str, ...]:
    """Names for the body of an operation, from its path: `GET /projects/{id}` shows a Project."""
    if place.component:
        return (place.component,)
    parts = segments(place.path, prefix)
    words = _nouns(parts)
    if not words:
        return ()
    last = words[-1]
    is_one = parts[-1] in {"{}", *_VERBS[1:]} or (place.method == "post" and last in plurals)
    own = singular_name(last) if is_one else pascal(last)
    owner = singular_name(words[-2]) if len(words) > 1 else ""
    if place.role == "request":
        return (f"{owner}{singular_name(last)}Request",)
    known, grouped = words_of(last), words_of(place.group)
    if len(grouped) > len(known) and _singulars(grouped[-len(known) :]) == _singulars(known):
        # `/auth/tokens` of the group "Auth Tokens": the group has the full name.
        own = pascal(" ".join(grouped[: -len(known)])) + own
    elif not own.startswith(owner) and (last not in plurals or words[-2] not in plurals):
        # Acts and parts (`/invoices/{id}/refund`) and what stands in an area (`/vault/keys`) need
        # the name of what they belong to.
        own = owner + own
    if place.method == "delete" or (last not in plurals and not owner and place.method != "get"):
        own += "Result"
    return tuple(dict.fromkeys([own, singular_name(own), singular_name(last), *_owners(words)]))


def _nouns(parts: list[str]) -> list[str]:
    """The words of a path without parameters, and without a verb at its end (`/templates/list`)."""
    words = [part for part in parts if part != "{}"]
    return words[:-1] if len(words) > 1 and words[-1] in _VERBS else words


def _is_act(place: Place, prefix: str, plurals: frozenset[str]) -> bool:
    words = _nouns(segments(place.path, prefix))
    return place.method == "post" and bool(words) and words[-1] not in plurals


def _singulars(words: list[str]) -> list[str]:
    return [singular(word) for word in words]


def _owners(words: list[str]) -> list[str]:
    return [OwnerName(singular_name(word)) for word in reversed(words[:-1])]


def _child_hints(
    owner: Node | None, hints: tuple[str, ...], name: str, many: bool
) -> tuple[str, ...]:
    """Names for a member: `projects` holds Projects, and a vague name needs that of its owner."""
    if many:
        return tuple(dict.fromkeys(_one(hint) for hint in hints))
    passes_on = owner is not None and owner.is_root and owner.place.role == "success"
    if owner is not None and passes_on and name in {*PAYLOADS, *_LISTS} and owner.is_envelope():
        return hints
    if name in _LISTS and owner is not None and owner.parent is not None and owner.parent.is_root:
        return hints
    own = pascal(name)
    is_inner = owner is not None and owner.parent is not None and owner.parent.is_envelope()
    is_same = any(_is_named(name, hint) for hint in hints[:3])
    if hints and (name.lower() in _STATES or ((passes_on or is_inner) and is_same)):
        return hints
    if name.lower() in _ADJECTIVES and hints and not many:
        return (own + hints[0],)
    if name.lower() in _VAGUE and hints and not hints[0].endswith(own):
        return (hints[0] + own,)
    return (own, *((hints[0] + own,) if hints else ()))


def _is_named(name: str, hint: str) -> bool:
    """Whether a member is what the hint names: `hook` and `hooks` are of a ProxyHook."""
    own, one = words_of(singular_name(pascal(name))), words_of(singular_name(hint))
    return bool(own) and one[-len(own) :] == own


def is_act_name(name: str) -> bool:
    """Whether a name is that of an act (`NetworkStart`, `AddProgram`), not of a thing."""
    spoken = words_of(name)
    return bool(spoken) and (spoken[-1] in _ACTS or spoken[0] in _VERBS)


def is_vague_pair(names: Sequence[str]) -> bool:
    """Whether all names differ, but end in one vague word (`FanStatus`, `PumpStatus`)."""
    lasts = {words_of(name)[-1] for name in names if name}
    return len(set(names)) == len(names) > 1 and len(lasts) == 1 and lasts <= _VAGUE


def _one(hint: str) -> str:
    return type(hint)(singular_name(hint))


def shape_key(schema: Schema) -> str:
    """Equal for schemas that differ only in remarks."""
    return canonical(_bare(schema))


def _bare(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_bare(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    out: Schema = {}
    for key, value in schema.items():
        if key in _REMARKS or key.startswith("x-"):
            continue
        if key == "properties":
            out[key] = {name: _bare(part) for name, part in value.items()}
        elif key == "required" or (key == "type" and isinstance(value, list)):
            out[key] = sorted(value)
        else:
            out[key] = _bare(value)
    return out


def kinds_of(schema: Schema) -> frozenset[str]:
    """The types of a member for comparing shapes; integers and numbers count as one."""
    kinds = set(types_of(schema)) - {"null"}
    for branch in (*schema.get("anyOf", []), *schema.get("oneOf", [])):
        kinds |= kinds_of(branch)
    if "$ref" in schema:
        kinds.add("object")
    return frozenset("number" if kind == "integer" else kind for kind in kinds)
