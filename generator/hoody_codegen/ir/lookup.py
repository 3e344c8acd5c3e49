"""Looking up models, and which of them need each other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import TypeAlias

from .model import Api, Model, ObjectShape
from .types import ModelId, ModelType, NullableType, TypeRef, walk_types

ModelIndex: TypeAlias = Mapping[ModelId, Model]


def index_models(api: Api) -> ModelIndex:
    """All models by their id."""
    return MappingProxyType({model.id: model for model in api.models})


def object_model(models: ModelIndex, type_: TypeRef | None) -> Model | None:
    """The object model that ``type_`` stands for, through null and other names; else None."""
    seen: set[ModelId] = set()
    while True:
        match type_:
            case NullableType(inner=inner):
                type_ = inner
            case ModelType(id=model_id) if model_id not in seen:
                seen.add(model_id)
                model = models[model_id]
                if isinstance(model.shape, ObjectShape):
                    return model
                type_ = model.shape
            case _:
                return None


def allows_null(models: ModelIndex, type_: TypeRef | None) -> bool:
    """Whether ``type_`` is nullable, by itself or behind other names."""
    seen: set[ModelId] = set()
    while isinstance(type_, ModelType) and type_.id not in seen:
        seen.add(type_.id)
        shape = models[type_.id].shape
        if isinstance(shape, ObjectShape):
            return False
        type_ = shape
    return isinstance(type_, NullableType)


def types_of(model: Model) -> Iterator[TypeRef]:
    """The types that a model is made of."""
    if not isinstance(model.shape, ObjectShape):
        yield model.shape
        return
    for property_ in model.shape.properties:
        yield property_.type
    if model.shape.extra is not None:
        yield model.shape.extra


def mentioned(types: Iterable[TypeRef]) -> Iterator[ModelId]:
    """The models that the types name, in order, repetitions included."""
    for type_ in types:
        for part in walk_types(type_):
            if isinstance(part, ModelType):
                yield part.id


def recursive_groups(models: Iterable[Model]) -> Mapping[ModelId, frozenset[ModelId]]:
    """For each model, the models that it needs and that need it, itself included.

    (The strongly connected components of the graph of references; Tarjan's algorithm, with a stack
    of its own, because a document may nest deeper than Python recurses.)
    """
    needs = {model.id: tuple(dict.fromkeys(mentioned(types_of(model)))) for model in models}
    number: dict[ModelId, int] = {}
    lowest: dict[ModelId, int] = {}
    path: list[ModelId] = []
    on_path: set[ModelId] = set()
    groups: dict[ModelId, frozenset[ModelId]] = {}
    for start in needs:
        if start in number:
            continue
        work = [(start, iter(needs[start]))]
        number[start] = lowest[start] = len(number)
        path.append(start)
        on_path.add(start)
        while work:
            node, rest = work[-1]
            for other in rest:
                if other not in needs:
                    continue
                if other not in number:
                    number[other] = lowest[other] = len(number)
                    path.append(other)
                    on_path.add(other)
                    work.append((other, iter(needs[other])))
                    break
                if other in on_path:
                    lowest[node] = min(lowest[node], number[other])
            else:
                work.pop()
                if work:
                    parent = work[-1][0]
                    lowest[parent] = min(lowest[parent], lowest[node])
                if lowest[node] == number[node]:
                    group = set(path[path.index(node) :])
                    del path[-len(group) :]
                    on_path -= group
                    groups.update(dict.fromkeys(group, frozenset(group)))
    return groups
