"""Recurring shapes of a document as named components (OAS 3.1, §4.8.7).

Object schemas are sorted into classes: those that are equal, those that show the same thing with
more or fewer members (a list and a detail of one resource), and those that stand at the same place
of two objects of one class. A class that is needed at more than one place becomes a component; its
schema is the join of its members, so that it accepts whatever any of them accepts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from http import HTTPStatus
from typing import Any, TypeAlias

from .candidates import (
    Node,
    OwnerName,
    collect,
    is_act_name,
    is_vague_pair,
    kinds_of,
    media_schemas,
    operations,
    shape_key,
)
from .nouns import pascal, segments, singular_name
from .nouns import words as words_of
from .unify import NULL_ONLY, copy_tree, join_all, types_of

Schema: TypeAlias = dict[str, Any]

_ROUNDS = 8
_ERROR_EXTRAS = 4
_TELLING = 8
"""With so many members, a shape tells what it is by itself."""
_MASS_NOUNS = {"stats", "settings", "metrics", "permissions", "logs", "details", "statistics"}
_ROLES = ("component", "success", "error", "request")
_METHODS = ("get", "post", "put", "patch", "delete")


def extract_components(document: Schema) -> Schema:
    """``document`` with its recurring object schemas under ``components.schemas``.

    Components that are there already keep their names, and take in what is like them. The result
    doesn't depend on the order of paths, and extracting again changes nothing.
    """
    current = copy_tree(document)
    for _ in range(_ROUNDS):
        changed = _Round(current).run()
        if changed == current:
            break
        current = changed
    return current


class _Round:
    """One pass: sort into classes, name them, write the document anew."""

    def __init__(self, document: Schema) -> None:
        self.document = document
        self.service = str(document.get("info", {}).get("x-namespace", ""))
        self.nodes = collect(document, self.service)
        self.by_schema = {id(node.schema): node for node in self.nodes}
        self.leaders = {id(node): node for node in self.nodes}
        self.names: dict[int, str] = {}
        self.members: dict[int, list[Node]] = {}

    def run(self) -> Schema:
        self._sort_into_classes()
        members: dict[int, list[Node]] = defaultdict(list)
        for node in self.nodes:
            members[id(self._leader(node))].append(node)
        self.members = dict(members)
        self._name_classes()
        return self._rewritten()

    # Classes: union-find over the nodes.

    def _leader(self, node: Node) -> Node:
        leader = self.leaders[id(node)]
        while leader is not self.leaders[id(leader)]:
            leader = self.leaders[id(leader)]
        self.leaders[id(node)] = leader
        return leader

    def _unite(self, one: Node, other: Node) -> None:
        pending = [(one, other)]
        while pending:
            one, other = pending.pop()
            first, second = self._leader(one), self._leader(other)
            if first is second:
                continue
            self.leaders[id(second)] = first
            # What stands at one place of equal things is equal, too; every member of a class is
            # compared with its leader, whose children stand for all.
            for edge, child in second.children.items():
                if edge in first.children:
                    pending.append((first.children[edge], child))
                else:
                    first.children[edge] = child

    def _sort_into_classes(self) -> None:
        shareable = [node for node in self.nodes if not node.is_envelope()]
        for group in _grouped(shareable, lambda node: [_equal_key(node)]):
            for node in group[1:]:
                self._unite(group[0], node)
        for group in _grouped(shareable, _alike_keys):
            for place, one in enumerate(group):
                for other in group[place + 1 :]:
                    if self._leader(one) is not self._leader(other) and _alike(one, other):
                        self._unite(one, other)

    # Names.

    def _name_classes(self) -> None:
        taken: set[str] = set()
        waiting: list[list[Node]] = []
        for members in self.members.values():
            fixed = sorted(node.fixed for node in members if node.fixed)
            if fixed:
                self.names[id(self._leader(members[0]))] = fixed[0]
                taken |= {name.lower() for name in fixed}
            elif not members[0].is_envelope() and len(self._sites(members)) > 1:
                waiting.append(sorted(members, key=_rank))
        errors = [members for members in waiting if members[0].place.role == "error"]
        common = _commonest([members for members in errors if members[0].is_root])
        named: dict[str, list[Node]] = {}
        for members in sorted(waiting, key=lambda members: _rank(members[0])):
            options = list(_error_names(members, common) if members in errors else _names(members))
            full = named.get(members[0].hints[0])
            if full is not None and members[0].names < frozenset().union(*(n.names for n in full)):
                options.insert(0, f"{members[0].hints[0]}Summary")
            name = next((name for name in options if name and name.lower() not in taken), None)
            # Without a name that says what it is, a shape stays where it is used.
            if name is not None and name[0].isalpha():
                taken.add(name.lower())
                named[name] = members
                self.names[id(self._leader(members[0]))] = name

    def _sites(self, members: Iterable[Node]) -> set[tuple[int, str]]:
        """The places at which the class will be needed once its owners are written once each."""
        return {
            (
                (0, node.place.key + node.edge)
                if node.parent is None
                else (id(self._leader(node.parent)), node.edge)
            )
            for node in members
        }

    def _name(self, node: Node) -> str | None:
        return self.names.get(id(self._leader(node)))

    # Writing.

    def _rewritten(self) -> Schema:
        result = _copy_shallow(self.document)
        for path, method, operation in operations(self.document):
            changed = self._operation(operation)
            item = result["paths"][path]
            if method in item:
                item[method] = changed
            else:
                others = item["x-additional-operations"]
                key = next(key for key in others if key.lower() == method)
                item["x-additional-operations"] = {**others, key: changed}
        schemas = {
            name: self._reference(schema, top=True)
            for name, schema in self.document.get("components", {}).get("schemas", {}).items()
        }
        for leader, name in self.names.items():
            schemas[name] = self._body(self.members[leader])
        if schemas:
            result["components"] = {
                **self.document.get("components", {}),
                "schemas": dict(sorted(schemas.items())),
            }
        return result

    def _operation(self, operation: Schema) -> Schema:
        changed = copy_tree(operation)
        pairs = zip(media_schemas(operation), media_schemas(changed), strict=True)
        for (_, _, _, old), (_, _, _, new) in pairs:
            if isinstance(old.get("schema"), dict):
                new["schema"] = self._reference(old["schema"])
        return changed

    def _reference(self, schema: Schema, *, top: bool = False) -> Schema:
        """``schema`` with its named parts, itself included, replaced by references."""
        node = self.by_schema.get(id(schema))
        name = self._name(node) if node is not None else None
        if node is None or name is None:
            return self._inside(schema)
        reference: Schema = {"$ref": f"#/components/schemas/{name}"}
        if top:
            # A component that is another one now: it stays, for those who refer to it.
            return reference if node.fixed != name else self._inside(schema)
        remarks: Schema = {
            key: schema[key] for key in ("description", "deprecated") if key in schema
        }
        if "null" in types_of(schema):
            return {"anyOf": [reference, {"type": "null"}], **remarks}
        return {**reference, **remarks}

    def _inside(self, schema: Schema) -> Schema:
        out: Schema = {}
        for key, value in schema.items():
            if key == "properties":
                out[key] = {
                    name: self._reference(part) if isinstance(part, dict) else part
                    for name, part in value.items()
                }
            elif key in {"items", "additionalProperties"} and isinstance(value, dict):
                out[key] = self._reference(value)
            elif key in {"anyOf", "oneOf", "allOf"}:
                out[key] = [self._reference(branch) for branch in value]
            else:
                out[key] = value
        return out

    def _body(self, members: list[Node]) -> Schema:
        bodies = []
        for node in sorted(members, key=_rank):
            body = self._inside(node.schema)
            body["type"] = "object"
            remarks = {"examples", "default"} | (set() if node.fixed else {"description"})
            bodies.append({key: value for key, value in body.items() if key not in remarks})
        joined = join_all(bodies)
        if any(node.from_example for node in members):
            known = {part for part in str(joined.get("x-inferred", "")).split("; ") if part}
            joined["x-inferred"] = "; ".join(sorted({*known, "schema from example"} - {NULL_ONLY}))
        return joined


def _copy_shallow(document: Schema) -> Schema:
    result = dict(document)
    if "paths" in result:
        result["paths"] = {path: dict(item) for path, item in result["paths"].items()}
    return result


def _grouped(nodes: list[Node], keys: Any) -> Iterator[list[Node]]:
    groups: dict[str, list[Node]] = defaultdict(list)
    for node in nodes:
        for key in keys(node):
            if key:
                groups[key].append(node)
    yield from (group for _, group in sorted(groups.items()) if len(group) > 1)


def _equal_key(node: Node) -> str:
    """Equal for shapes that are the same thing; small ones must also have the same name."""
    shape = shape_key({**node.schema, "type": "object"})
    if node.place.role == "error":
        return f"error {shape}" if node.is_root else f"error {node.hints[0]} {shape}"
    if node.place.role == "request" and node.is_root:
        return f"request {shape}" if len(node.names) > 2 else ""
    # Parts of things may look alike by chance: the use of memory and of disks.
    is_whole = node.home or (node.is_root and not node.fixed)
    if len(node.names) >= (4 if is_whole else 6):
        return shape
    return f"{node.hints[0]} {shape}" if len(node.names) > 1 else ""


def _alike_keys(node: Node) -> list[str]:
    """Names under which a shape is compared with others."""
    if node.in_union:
        return []
    if node.place.role == "error":
        return ["error"] if node.is_root and node.place.is_whole else []
    if node.place.role == "request":
        return []
    keys = [f"name {hint}" for hint in node.hints]
    return [*keys, "whole"] if node.home and len(node.names) >= _TELLING else keys


def _alike(one: Node, other: Node) -> bool:
    """Whether two shapes show the same thing, one with more members than the other."""
    shared = one.names & other.names
    smaller, larger = sorted((len(one.names), len(other.names)))
    for name in shared:
        kinds = [kinds_of(node.schema["properties"][name]) for node in (one, other)]
        if kinds[0] and kinds[1] and not kinds[0] & kinds[1]:
            return False
    if one.place.role == "error":
        return bool(shared) and len(shared) == smaller and larger - smaller <= _ERROR_EXTRAS
    if any(_is_disjoint(one, other, name) for name in shared):
        return False
    if len(shared) < 0.75 * larger and not shared & _identities(one, other):
        return False
    if one.hints[0] == other.hints[0]:
        enough = 0.5 if one.home and one.home == other.home else 0.75
        few = 0.15 if enough == 0.5 else 0.4
        return len(shared) >= 2 and len(shared) >= enough * smaller and len(shared) >= few * larger
    if not _own_names(one) & set(other.hints) and not _own_names(other) & set(one.hints):
        # So many fields in common can't be chance, whatever the paths are called.
        enough = 0.75 if len(shared) == smaller else 0.85
        return smaller >= _TELLING and len(shared) >= enough * larger
    return len(shared) >= 4 and len(shared) >= 0.8 * smaller and len(shared) >= 0.5 * larger


def _own_names(node: Node) -> set[str]:
    return {hint for hint in node.hints if not isinstance(hint, OwnerName)}


def _is_disjoint(one: Node, other: Node, name: str) -> bool:
    """Whether a member is an object on both sides, but not the same one."""
    parts = [node.schema["properties"][name].get("properties", {}) for node in (one, other)]
    return bool(parts[0] and parts[1]) and not parts[0].keys() & parts[1].keys()


def _identities(one: Node, other: Node) -> frozenset[str]:
    """Members that say which thing an object shows: without one it shows an answer, no thing."""
    own = {f"{hint}{end}" for hint in {*one.hints, *other.hints} for end in ("Id", "ID")}
    wanted = {"id", "uuid", "key", "name", "slug", *(pascal(name).lower() for name in own)}
    return frozenset(name for name in one.names if pascal(name).lower() in wanted)


def _rank(node: Node) -> tuple[Any, ...]:
    """Order of members of a class: the first one names it."""
    place = node.place
    method = _METHODS.index(place.method) if place.method in _METHODS else len(_METHODS)
    return (
        not node.fixed,
        _ROLES.index(place.role),
        "title" not in node.schema,
        3 if node.is_vague else 0 if node.is_element else 1 if node.home else 2,
        len(segments(place.path, "")),
        node.edge.count("."),
        _depth(node),
        place.path,
        method,
        place.key,
        node.edge,
    )


def _depth(node: Node) -> int:
    return 0 if node.parent is None else 1 + _depth(node.parent)


def _names(members: list[Node]) -> Iterator[str]:
    """Names for a shape, from the short to the long one; all of them say what it is."""
    parent = members[0].parent
    is_answer = members[0].place.role == "success" and (parent is None or parent.is_envelope())
    for name in _plain_names(members):
        # What an act answers with isn't the act.
        yield f"{name}Result" if is_answer and is_act_name(name) else name


def _plain_names(members: list[Node]) -> Iterator[str]:
    node = members[0]
    own = node.hints[0] if node.hints else ""
    firsts = [member.hints[0] for member in members]
    subject = node.subject
    if subject and all(member.is_root for member in members) and len(set(firsts)) > 1:
        # What starts a job answers with the job, whatever it is for.
        yield subject
    is_answer = node.place.role == "success" and all(member.is_root for member in members)
    if is_answer and is_vague_pair(firsts):
        # The states of two different things look alike; neither is named after the other.
        return
    if firsts.count(own) * 2 < len(firsts):
        usual = next((name for name in firsts if firsts.count(name) * 2 >= len(firsts)), None)
        if usual is None:
            yield from _shared_names(members)
        else:
            own = usual
    if node.place.role == "success":
        own = _told(own, members)
    is_plural = singular_name(own) != own and words_of(own)[-1] not in _MASS_NOUNS
    if is_plural and _holds_list(node):
        own = f"{singular_name(own)}List"
    elif node.is_wrapper and not own.endswith("Result"):
        own += "Result"
    elif is_plural and node.is_report:
        own = f"{singular_name(own)}Result"
    yield own
    words = [word for word in segments(node.place.path, "") if word != "{}"]
    qualified = own
    for word in reversed(words):
        prefix = singular_name(word)
        if prefix and not set(words_of(prefix)) <= set(words_of(qualified)):
            qualified = prefix + qualified
            yield qualified
    role = {"request": "Request", "success": "Result", "error": "Error"}.get(node.place.role, "")
    if role and not own.endswith(role):
        yield own + role
        yield qualified + role
    yield pascal(node.place.method) + qualified


def _told(own: str, members: list[Node]) -> str:
    """A name with the noun that the calls put after it: `addIngressRule` adds an `IngressRule`."""
    wanted = words_of(own)
    nouns: list[str] = []
    for member in members:
        said = words_of(member.place.call)
        ends = [n for n in range(len(wanted), len(said)) if said[n - len(wanted) : n] == wanted]
        nouns += [singular_name(" ".join(said[n:])) for n in ends[:1]]
    full = set(nouns)
    return own + full.pop() if len(full) == 1 and len(nouns) * 2 > len(members) else own


def _shared_names(members: list[Node]) -> Iterator[str]:
    """Names for what many operations with names of their own answer with."""
    group = _shared_words(member.place.group for member in members)
    if " " in group:
        many = any("[items]" in member.edge for member in members)
        yield singular_name(group) if many else pascal(group)
    act = pascal(_shared_words(member.place.call for member in members))
    if act:
        for hint in members[0].hints:
            if all(hint in member.hints for member in members):
                yield act if set(words_of(hint)) <= set(words_of(act)) else f"{hint}{act}"


def _shared_words(names: Iterable[str]) -> str:
    """The words that all names begin with."""
    lists = [words_of(name) for name in names]
    shared: list[str] = []
    for column in zip(*lists, strict=False):
        if len(set(column)) > 1:
            break
        shared.append(column[0])
    return " ".join(shared)


def _holds_list(node: Node) -> bool:
    return any("array" in types_of(part) for part in node.schema["properties"].values())


def _commonest(classes: list[list[Node]]) -> list[Node] | None:
    """The error of a service: the class that most bodies belong to."""
    if not classes:
        return None
    return min(classes, key=lambda members: (-len(members), _rank(members[0])))


def _error_names(members: list[Node], common: list[Node] | None) -> Iterator[str]:
    """`Error` for the usual one; others by their only status, or by what they add."""
    node = members[0]
    if not node.is_root:
        yield from _names(members)
        return
    if members is common:
        yield "Error"
    statuses = sorted({member.place.status for member in members})
    if len(statuses) == 1:
        phrase = _phrase(statuses[0])
        if phrase:
            yield phrase if phrase.endswith("Error") else f"{phrase}Error"
    always = set.intersection(*(set(member.schema.get("required", [])) for member in members))
    known = common[0].names if common else frozenset()
    for name in sorted(always - known) or sorted(always):
        word = pascal(name)
        yield word if word.endswith("Error") else f"{word}Error"
    yield from _names(members)


def _phrase(status: str) -> str:
    try:
        return pascal(HTTPStatus(int(status)).phrase.replace("'", ""))
    except ValueError:
        return ""
