"""Names for other types that lead back to themselves without any object or list in between.

``A`` is ``B`` or text, ``B`` is ``A``: nothing is gained by going round, and no type system has a
word for it. Going round is left out; a name that says nothing else means any value.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ..ir import (
    AnyType,
    Model,
    ModelId,
    ModelType,
    NullableType,
    ObjectShape,
    TypeRef,
    UnionType,
)
from .combine import NULL, nullable, union


def without_circles(models: Mapping[ModelId, Model]) -> dict[ModelId, Model]:
    """The models with such circles cut, always at the same place: the last name by id."""
    cutter = _Cutter(models)
    for id_ in sorted(models):
        cutter.visit(id_)
    return cutter.done


class _Cutter:
    def __init__(self, models: Mapping[ModelId, Model]) -> None:
        self.models = models
        self.done: dict[ModelId, Model] = {}
        self.open: set[ModelId] = set()

    def visit(self, start: ModelId) -> None:
        """Depth first, without recursion: names may form long chains."""
        stack = [start]
        while stack:
            id_ = stack[-1]
            model = self.models[id_]
            if id_ in self.done:
                stack.pop()
                continue
            if isinstance(model.shape, ObjectShape):
                self.done[id_] = model
                continue
            self.open.add(id_)
            targets = _targets(model.shape)
            waiting = [
                target
                for target in targets
                if target in self.models and target not in self.done and target not in self.open
            ]
            if waiting:
                stack.append(waiting[0])
                continue
            kept = self.cut(model.shape)
            self.done[id_] = replace(model, shape=kept if kept is not None else AnyType())
            self.open.discard(id_)

    def cut(self, type_: TypeRef) -> TypeRef | None:
        """``type_`` without the names that are still open; None if nothing is left."""
        if isinstance(type_, ModelType):
            return None if type_.id in self.open else type_
        if isinstance(type_, NullableType):
            inner = self.cut(type_.inner)
            return nullable(inner) if inner is not None else NULL
        if isinstance(type_, UnionType):
            kept = [self.cut(member) for member in type_.members]
            members = [member for member in kept if member is not None]
            return union(members) if members else None
        return type_


def _targets(type_: TypeRef) -> list[ModelId]:
    """The models that ``type_`` is itself, not those in its lists and fields."""
    if isinstance(type_, ModelType):
        return [type_.id]
    if isinstance(type_, NullableType):
        return _targets(type_.inner)
    if isinstance(type_, UnionType):
        return [id_ for member in type_.members for id_ in _targets(member)]
    return []
