"""What can only be decided when all models of a document are known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ..ir import (
    EnumType,
    Model,
    ModelId,
    ModelType,
    ObjectShape,
    Property,
    ScalarKind,
    ScalarType,
    Service,
    TypeRef,
    UnionType,
    walk_types,
)
from ..ir.rewrite import (
    operation_types,
    reachable_from,
    rewrite_model,
    rewrite_operation,
    rewrite_type,
)
from ..text import Untrusted, UntrustedText
from .circles import without_circles
from .schemas import SchemaReader

_USUAL_TAGS = ("type", "kind")


def finish(service: Service, schemas: SchemaReader) -> tuple[Service, tuple[Model, ...]]:
    """Join equal models, find what tells union members apart, leave out what nothing speaks of."""
    models = without_circles(schemas.models)
    models = {**models, **_with_tags(models, schemas.tags)}
    same = _equal_models(models)
    declared = {id_: tuple(sorted(tags)) for id_, tags in schemas.tags.items()}

    def join(type_: TypeRef) -> TypeRef:
        if isinstance(type_, ModelType):
            return ModelType(same.get(type_.id, type_.id))
        if isinstance(type_, UnionType):
            # Joined members may have become one.
            members = list(dict.fromkeys(type_.members))
            return UnionType(tuple(members)) if len(members) > 1 else members[0]
        return type_

    def tell_apart(type_: TypeRef) -> TypeRef:
        if isinstance(type_, UnionType):
            return replace(type_, discriminator=_discriminator(type_, models, declared))
        return type_

    models = {id_: rewrite_model(model, join) for id_, model in models.items() if id_ not in same}
    operations = [rewrite_operation(operation, join) for operation in service.operations]
    models = {id_: rewrite_model(model, tell_apart) for id_, model in models.items()}
    operations = [rewrite_operation(operation, tell_apart) for operation in operations]
    spoken_of = [type_ for operation in operations for type_ in operation_types(operation)]
    spoken_of.extend(ModelType(id_) for id_, model in models.items() if model.name is not None)
    used = reachable_from(spoken_of, models)
    kept = tuple(models[id_] for id_ in sorted(models) if id_ in used)
    return replace(service, operations=tuple(operations)), kept


# Equal models


def _equal_models(models: Mapping[ModelId, Model]) -> dict[ModelId, ModelId]:
    """Inline models with the same title and the same shape are one: the one that stands first by
    depth and id, which doesn't depend on the order of the document."""
    groups: dict[tuple[str, object], list[Model]] = {}
    keys: dict[ModelId, object] = {}
    for model in models.values():
        if model.name is None and model.title is not None:
            key = (model.title.reveal(), _shape_key(model, models, keys))
            groups.setdefault(key, []).append(model)
    same: dict[ModelId, ModelId] = {}
    for group in groups.values():
        first, *others = sorted(group, key=lambda model: (len(model.context), model.id))
        same.update((model.id, first.id) for model in others)
    return same


def _shape_key(
    model: Model, models: Mapping[ModelId, Model], keys: dict[ModelId, object]
) -> object:
    """What makes two models equal: fields, whether they're required, types. Texts don't count."""
    if model.id in keys:
        return keys[model.id]
    keys[model.id] = model.id  # a model that contains itself is only equal to itself

    def expand(type_: TypeRef) -> object:
        names: list[object] = []
        for inner in walk_types(type_):
            if isinstance(inner, ModelType):
                target = models.get(inner.id)
                if target is None or target.name is not None:
                    names.append(inner.id)
                else:
                    names.append(_shape_key(target, models, keys))
        blank = rewrite_type(
            type_, lambda item: ModelType(ModelId("")) if isinstance(item, ModelType) else item
        )
        return (blank, tuple(names))

    key: object
    if isinstance(model.shape, ObjectShape):
        fields = frozenset(
            (item.name, item.required, expand(item.type)) for item in model.shape.properties
        )
        key = (fields, expand(model.shape.extra) if model.shape.extra is not None else None)
    else:
        key = expand(model.shape)
    keys[model.id] = key
    return key


# Discriminators


def _with_tags(
    models: Mapping[ModelId, Model], tags: Mapping[ModelId, Mapping[str, set[str]]]
) -> dict[ModelId, Model]:
    """Models of which a ``discriminator`` gives the constant that their own schema leaves out."""
    changed: dict[ModelId, Model] = {}
    for id_, by_name in tags.items():
        model = models.get(id_)
        if model is None or not isinstance(model.shape, ObjectShape):
            continue
        properties = tuple(
            _with_tag(item, by_name.get(item.name.reveal(), set()))
            for item in model.shape.properties
        )
        changed[id_] = replace(model, shape=replace(model.shape, properties=properties))
    return changed


def _with_tag(item: Property, values: set[str]) -> Property:
    if len(values) != 1:
        return item
    value = Untrusted(next(iter(values)))
    base = item.type.base if isinstance(item.type, EnumType) else item.type
    if not isinstance(base, ScalarType) or base.kind is not ScalarKind.STRING:
        return item
    if isinstance(item.type, EnumType) and value not in item.type.values:
        return item
    return replace(item, type=EnumType((value,), base, const=True))


def _discriminator(
    type_: UnionType,
    models: Mapping[ModelId, Model],
    declared: Mapping[ModelId, tuple[str, ...]],
) -> UntrustedText | None:
    """The property that is a different constant in every member; a declared one comes first."""
    constants: list[Mapping[str, object]] = []
    wanted: list[str] = []
    for member in type_.members:
        model = models.get(member.id) if isinstance(member, ModelType) else None
        if model is None or not isinstance(model.shape, ObjectShape):
            return None
        names = declared.get(model.id, ())
        wanted.extend(names)
        constants.append(
            {
                item.name.reveal(): item.type.values[0]
                for item in model.shape.properties
                if isinstance(item.type, EnumType)
                and item.type.const
                and (item.required or item.name.reveal() in names)
            }
        )
    shared = set(constants[0]).intersection(*constants[1:])
    telling = [name for name in shared if len({own[name] for own in constants}) == len(constants)]
    order = {name: index for index, name in enumerate(_USUAL_TAGS)}
    telling.sort(key=lambda name: (name not in wanted, order.get(name, len(order)), name))
    return Untrusted(telling[0]) if telling else None
