"""Schemas to types and models.

A schema is read as a conjunction of parts (:mod:`.flatten`). Objects with known fields become
models; everything else is a type in place, unless the document gave it a name. A schema that makes
no sense degrades to "any value" with a warning, and only that schema does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from ..diagnostics import Diagnostics, Location
from ..document import Document, Node, split_pointer
from ..ir import (
    AnyType,
    ArrayType,
    MapType,
    Model,
    ModelId,
    ModelType,
    NullableType,
    ObjectShape,
    Property,
    TypeRef,
)
from ..text import Untrusted, UntrustedText
from .combine import NULL, nullable, union
from .facts import Facts, read_facts
from .flatten import Flattener, Fragment, Part
from .kinds import Kinds, is_null_branch, types_of
from .sites import Site, UnionBranches, UnionKey, constant, pointer_words

_MAX_UNIONS = 3


@dataclass(slots=True)
class SchemaReader:
    """Reads the schemas of one document and collects its models."""

    document: Document
    service: str
    diagnostics: Diagnostics
    models: dict[ModelId, Model] = field(default_factory=dict)
    tags: dict[ModelId, dict[str, set[str]]] = field(default_factory=dict)
    """Declared discriminator values: model → property → values."""
    flat: Flattener = field(init=False)
    kinds: Kinds = field(init=False)
    _named: dict[tuple[str, str], TypeRef] = field(default_factory=dict)
    _waiting: list[Node] = field(default_factory=list)
    _open: dict[tuple[object, ...], ModelId] = field(default_factory=dict)
    _recursive: set[ModelId] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.flat = Flattener(self.document, self.diagnostics)
        self.kinds = Kinds(self.flat, self.diagnostics)

    # What others ask for

    def type_at(self, node: Node, site: Site) -> TypeRef:
        """The type of the schema at ``node``; inline objects become models named after ``site``."""
        return self.type_of((Part(node),), site)

    def facts_at(self, node: Node) -> Facts:
        return read_facts(self.flat.fragments((Part(node),)))

    def read_components(self) -> None:
        """All named schemas, used or not, and everything they lead to."""
        schemas = self.document.root.child("components")
        schemas = schemas.child("schemas") if schemas is not None else None
        for _, node in schemas.items() if schemas is not None else ():
            self.named(node)
            self.build(node)
        self.finish()

    def finish(self) -> None:
        """Build the models that were referred to and are not built yet."""
        while self._waiting:
            self.build(self._waiting.pop())

    # Named schemas

    def id_of(self, node: Node) -> tuple[ModelId, str | None]:
        """The model id of a schema that references lead to, and its name if it has one."""
        tokens = split_pointer(node.pointer)
        other = "" if node.source is self.document.main else f"{node.source.file}#"
        if len(tokens) == 3 and tokens[:2] == ["components", "schemas"]:
            return ModelId(f"{self.service}#{other}{tokens[2]}"), tokens[2]
        if not tokens:
            name = PurePosixPath(node.source.file).name.partition(".")[0]
            return ModelId(f"{self.service}#{other}"), name
        return ModelId(f"{self.service}#{other}{node.pointer}"), None

    def named(self, node: Node) -> TypeRef:
        """The type of a schema that a reference leads to. Scalars stand for themselves."""
        known = self._named.get(node.identity)
        if known is not None:
            return known
        # A name for another name, and so on; one that comes back to itself means anything.
        names: dict[tuple[str, str], bool] = {}
        while node.identity not in self._named:
            if node.identity in names:
                self._named[node.identity] = AnyType()
                break
            target, allows_null = self.flat.single((Part(node),))
            names[node.identity] = allows_null
            if target is None:
                self._named[node.identity] = self._end_of_names(node)
                break
            node = target
        found = self._named[node.identity]
        for identity, allows_null in reversed(names.items()):
            if identity != node.identity:
                found = self._named[identity] = nullable(found) if allows_null else found
        return found

    def _end_of_names(self, node: Node) -> TypeRef:
        """The type of a schema that is no other name for another one."""
        if self._is_plain(node):
            return self.type_of((Part(node),), Site(self.id_of(node)[0], ()), follow=False)
        self._waiting.append(node)
        model = ModelType(self.id_of(node)[0])
        return nullable(model) if self.kinds.allows_null(self._all(node)) else model

    def _all(self, node: Node) -> list[Fragment]:
        return self.flat.fragments((Part(node),))

    def build(self, node: Node) -> None:
        """The model of a named schema."""
        id_, name = self.id_of(node)
        if id_ in self.models or (name is None and self._named.get(node.identity) is None):
            return
        target, _ = self.flat.single((Part(node),))
        own = [self.flat.fragment(Part(node))]
        facts = read_facts(own if target is not None else self._all(node))
        context = () if name is not None else pointer_words(node)
        site = Site(id_, (Untrusted(name),) if name is not None else context)
        shape = self.named(target) if target is not None else self.shape((Part(node),), site)
        if isinstance(shape, NullableType):
            shape = shape.inner
        self._add(
            id_,
            shape,
            facts,
            node.location,
            context,
            name=Untrusted(name) if name is not None else None,
        )

    def _add(
        self,
        id_: ModelId,
        shape: ObjectShape | TypeRef,
        facts: Facts,
        origin: Location,
        context: tuple[UntrustedText, ...],
        name: UntrustedText | None = None,
    ) -> None:
        self.models[id_] = Model(
            id=id_,
            service=Untrusted(self.service),
            shape=shape,
            origin=origin,
            name=name,
            title=facts.title,
            context=context,
            description=facts.description,
            inferred=facts.inferred,
        )

    def _is_plain(self, node: Node) -> bool:
        """A scalar or "any value": not worth a name of its own in code."""
        fragments = self._all(node)
        if self.flat.telling([fragment.part for fragment in fragments]):
            return False
        kinds = self.kinds.types(fragments)
        return not ({"object", "array"} & set(kinds)) and len(kinds) <= 1

    # Types

    def type_of(
        self,
        parts: Sequence[Part],
        site: Site,
        *,
        follow: bool = True,
        within: frozenset[UnionKey] = frozenset(),
    ) -> TypeRef:
        if follow:
            target, allows_null = self.flat.single(parts)
            if target is not None:
                found = self.named(target)
                return nullable(found) if allows_null else found
        id_ = ModelId(site.id)
        fragments = self.flat.fragments(parts)
        key = tuple(part.key for part in parts)
        if key in self._open:
            # These schemas contain themselves: the model that is being read is meant.
            self._recursive.add(self._open[key])
            type_: TypeRef = ModelType(self._open[key])
            return nullable(type_) if self.kinds.allows_null(fragments) else type_
        self._open[key] = id_
        shape = self.shape(parts, site, within)
        del self._open[key]
        if not isinstance(shape, ObjectShape) and id_ not in self._recursive:
            return shape
        if isinstance(shape, NullableType):
            shape = shape.inner
        facts = read_facts(fragments)
        self._add(id_, shape, facts, parts[-1].node.location, site.context)
        type_ = ModelType(id_)
        return nullable(type_) if self.kinds.allows_null(fragments) else type_

    def shape(
        self, parts: Sequence[Part], site: Site, within: frozenset[UnionKey] = frozenset()
    ) -> ObjectShape | TypeRef:
        """What ``parts`` together describe. Null is told by the type, or lost with an object.

        ``within`` are the unions of which this is a branch: a branch that takes over the schema of
        its own union would otherwise never end.
        """
        fragments = self.flat.fragments(parts)
        values = self.kinds.values(fragments)
        kinds = self.kinds.types(fragments)
        if values is not None:
            return self.kinds.enum(values, kinds, fragments)
        unions = [found for fragment in fragments for found in self._unions(fragment)]
        unions = [found for found in unions if found.key not in within]
        if unions:
            return self._union(fragments, unions, site, within)
        null = self.kinds.allows_null(fragments)
        if not kinds:
            return NULL if null and self.kinds.only_null(fragments) else AnyType()
        if len(kinds) == 1:
            only = self._kind(kinds[0], fragments, site)
            if isinstance(only, ObjectShape):
                return only
            return nullable(only) if null else only
        members = []
        for kind in kinds:
            member = self._kind(kind, fragments, site)
            if isinstance(member, ObjectShape):
                member = self._object_of(member, fragments, site)
            members.append(member)
        combined = union(members)
        return nullable(combined) if null else combined

    def _object_of(self, shape: ObjectShape, fragments: Sequence[Fragment], site: Site) -> TypeRef:
        facts = read_facts(fragments)
        inner = site.child("object")
        id_ = ModelId(inner.id)
        self._add(id_, shape, facts, fragments[0].node.location, inner.context)
        return ModelType(id_)

    def _kind(self, kind: str, fragments: Sequence[Fragment], site: Site) -> ObjectShape | TypeRef:
        if kind == "object":
            return self._object(fragments, site)
        if kind == "array":
            return self._array(fragments, site)
        return self.kinds.scalar(kind, fragments)

    # Lists and objects

    def _array(self, fragments: Sequence[Fragment], site: Site) -> TypeRef:
        inner = site.child("item")
        listed = [
            node
            for fragment in fragments
            for keyword in ("prefixItems", "items")
            if isinstance(fragment.raw.get(keyword), list)
            for node in self.flat.members(fragment.part, keyword)
        ]
        parts = [Part(node) for node in self._children(fragments, "items")]
        if not listed:
            return ArrayType(self.type_of(parts, inner) if parts else AnyType())
        members = [
            self.type_of((Part(node),), site.child(f"item {index}", "item"))
            for index, node in enumerate(listed)
        ]
        if parts:
            members.append(self.type_of(parts, inner))
        return ArrayType(union(members))

    def _children(self, fragments: Sequence[Fragment], keyword: str) -> list[Node]:
        """The schema objects under a keyword; booleans say nothing about a shape."""
        found = []
        for fragment in fragments:
            node = fragment.node.child(keyword) if keyword in fragment.raw else None
            if node is not None and not isinstance(node.value, bool | list):
                found.append(node)
        return found

    def _object(self, fragments: Sequence[Fragment], site: Site) -> ObjectShape | TypeRef:
        parts: dict[str, list[Node]] = {}
        required: dict[str, None] = {}
        for fragment in fragments:
            node = fragment.node.child("properties") if "properties" in fragment.raw else None
            if node is not None and not node.is_mapping:
                self.diagnostics.warning(
                    "invalid-value", node.location, "'properties' is left out: not an object"
                )
            for name, member in node.items() if node is not None else ():
                parts.setdefault(name, []).append(member)
            required.update(dict.fromkeys(fragment.view.required or ()))
        extra = self._extra(fragments, site)
        if not parts and not required:
            return MapType(extra if extra is not None else AnyType())
        properties = [
            self._property(name, nodes, name in required, site) for name, nodes in parts.items()
        ]
        for name in required:
            if name not in parts:
                properties.append(
                    Property(
                        name=Untrusted(name),
                        type=AnyType(),
                        required=True,
                        origin=fragments[0].node.location,
                        inferred=Untrusted("only named under required"),
                    )
                )
        return ObjectShape(tuple(properties), extra)

    def _property(self, name: str, nodes: Sequence[Node], required: bool, site: Site) -> Property:
        parts = [Part(node) for node in nodes]
        facts = read_facts(self.flat.fragments(parts))
        return Property(
            name=Untrusted(name),
            type=self.type_of(parts, site.child(name)),
            required=required,
            origin=nodes[0].location,
            description=facts.description,
            default=facts.default,
            constraints=facts.constraints,
            deprecated=facts.deprecated,
            read_only=facts.read_only,
            write_only=facts.write_only,
            inferred=facts.inferred,
        )

    def _extra(self, fragments: Sequence[Fragment], site: Site) -> TypeRef | None:
        """The type of fields that aren't listed; None where nothing is said about them."""
        members: list[TypeRef] = []
        closed = any(fragment.raw.get("additionalProperties") is False for fragment in fragments)
        inner = site.child("value")
        for fragment in fragments:
            patterns = fragment.node.child("patternProperties")
            if patterns is not None and "patternProperties" in fragment.raw:
                for pattern, node in patterns.items():
                    where = inner.child(pattern, "value")
                    members.append(self.type_of((Part(node),), where))
        parts = [Part(node) for node in self._children(fragments, "additionalProperties")]
        if parts and not closed:
            members.append(self.type_of(parts, inner))
        elif not closed and any(
            fragment.raw.get("additionalProperties") is True for fragment in fragments
        ):
            members.append(AnyType())
        return union(members) if members else None

    # Unions

    def _unions(self, fragment: Fragment) -> list[UnionBranches]:
        """The unions of a fragment that tell something; those that only limit values don't."""
        found = []
        typed = bool(types_of(fragment)) or "properties" in fragment.raw
        for keyword in ("oneOf", "anyOf"):
            if keyword not in fragment.raw:
                continue
            nodes = self.flat.members(fragment.part, keyword)
            branches = tuple(node for node in nodes if not is_null_branch(node))
            if branches and not all(self._only_limits(node, typed) for node in branches):
                found.append(UnionBranches(fragment.part, keyword, branches))
        return found

    def _only_limits(self, node: Node, typed: bool) -> bool:
        """A branch such as ``{"required": […]}`` or ``{"pattern": …}`` beside a type."""
        raw = self.flat.raw(Part(node))
        shaping = set(raw) & {"$ref", "allOf", "anyOf", "oneOf", "const", "enum", "items"}
        shaping |= set(raw) & {"properties", "patternProperties", "additionalProperties"}
        return typed and not shaping and "type" not in raw

    def _union(
        self,
        fragments: Sequence[Fragment],
        unions: Sequence[UnionBranches],
        site: Site,
        within: frozenset[UnionKey],
    ) -> ObjectShape | TypeRef:
        """Each branch together with all that is said beside the union."""
        if len(unions) > _MAX_UNIONS:
            dropped = unions[_MAX_UNIONS]
            self.diagnostics.warning(
                "too-many-unions",
                dropped.part.node.location,
                f"more than {_MAX_UNIONS} unions hold for one value; the others are left out",
            )
            unions = unions[:_MAX_UNIONS]
        first = unions[0]
        within |= {first.key}
        kept = {(found.part.key, found.keyword) for found in unions[1:]}
        base: list[Part] = []
        for fragment in fragments:
            drop = [
                keyword
                for keyword in ("oneOf", "anyOf")
                if keyword in fragment.raw and (fragment.part.key, keyword) not in kept
            ]
            base.append(fragment.part.drop(*drop, "title", "x-inferred"))
        null = self.kinds.allows_null(fragments)
        if len(first.branches) == 1:
            parts = (*base, Part(first.branches[0]))
            target, _ = self.flat.single(parts)
            if target is None:
                return self._with_null(self.shape(parts, site, within), null)
            return self._with_null(self.named(target), null)
        words = [self._word(node) for node in first.branches]
        members = []
        for index, (node, word) in enumerate(zip(first.branches, words, strict=True)):
            where = word if words.count(word) == 1 else f"{word} {index}"
            parts = (*base, Part(node))
            members.append(self.type_of(parts, site.child(where, word), within=within))
        self._declared_tags(first, members)
        combined = union(members)
        return nullable(combined) if null else combined

    def _with_null(self, shape: ObjectShape | TypeRef, null: bool) -> ObjectShape | TypeRef:
        return shape if isinstance(shape, ObjectShape) or not null else nullable(shape)

    def _word(self, node: Node) -> str:
        """What to call a branch: its title, its name, its constant, or the fields it has."""
        part = Part(node)
        title = self.flat.raw(part).get("title")
        if isinstance(title, str) and title:
            return title
        target, _ = self.flat.single((part,))
        if target is not None:
            return self.id_of(target)[1] or "variant"
        fragments = self.flat.fragments((part,))
        names: list[str] = []
        for fragment in fragments:
            properties = fragment.raw.get("properties")
            for name, schema in properties.items() if isinstance(properties, dict) else ():
                value = constant(schema)
                if isinstance(value, str) and value:
                    return value
                names.append(name)
        if names:
            return " ".join(["with", *names[:2]])
        kinds = self.kinds.types(fragments)
        return kinds[0] if len(kinds) == 1 else "variant"

    def _declared_tags(self, found: UnionBranches, members: Sequence[TypeRef]) -> None:
        """Remember what a ``discriminator`` object says about the members.

        Only its mapping counts. Names of schemas would do without one, but servers often write
        them otherwise, and a wrong constant would make every value a stranger.
        """
        node = found.part.node.child("discriminator")
        name = node.text("propertyName") if node is not None else None
        if node is None or name is None:
            return
        mapping = node.child("mapping")
        values: dict[str, set[str]] = {}
        for value, target in mapping.items() if mapping is not None else ():
            if isinstance(target.value, str):
                values.setdefault(target.value.rpartition("/")[2], set()).add(value)
        for member in members:
            if isinstance(member, ModelType):
                component = member.id.rpartition("#")[2]
                tags = self.tags.setdefault(member.id, {}).setdefault(name, set())
                tags.update(values.get(component, ()))
