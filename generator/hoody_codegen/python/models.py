"""Plans the modules of models: ``types/<service>/<model>.py``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Literal

from .. import ir
from ..naming.identifiers import ClassName, Identifier, Name
from ..naming.table import NameTable
from .annotations import NONE, Annotation, Annotator, either
from .code import Code, code, dotted, join
from .docstrings import DocumentedArgument, class_docstring, field_docstring, module_docstring
from .escape import literal
from .imports import RUNTIME, ImportSet, Symbol
from .plan import FilePlan
from .usage import Usage, find_usage

_MODEL = Symbol(f"{RUNTIME}.models", "Model")
_FIELD = Symbol("pydantic", "Field", "ModelField")
_TYPED_DICT = Symbol("typing", "TypedDict")
_REQUIRED = Symbol("typing_extensions", "Required")
_TYPE_ALIAS = Symbol("typing", "TypeAlias")
_TYPE_ALIAS_TYPE = Symbol("typing_extensions", "TypeAliasType")

_TOLD_BY_TYPE = (ir.ScalarKind.DATE_TIME, ir.ScalarKind.DATE)


@dataclass(frozen=True, slots=True)
class Field:
    """A line of a class: ``name: annotation``, perhaps with a value, and its docstring."""

    name: Name
    annotation: Code
    value: Code | None
    docstring: Code | None
    apart: bool = False
    """Whether a blank line comes before it: fields with docstrings stand apart."""


@dataclass(frozen=True, slots=True)
class ClassDefinition:
    """A class whose body is a docstring and fields."""

    name: ClassName
    bases: tuple[Code, ...]
    docstring: Code | None
    fields: tuple[Field, ...]
    is_class: Literal[True] = True


@dataclass(frozen=True, slots=True)
class ValueDefinition:
    """``name = value`` or ``name: annotation = value``, with a docstring below."""

    name: ClassName
    annotation: Code | None
    value: Code
    docstring: Code | None
    is_class: Literal[False] = False


@dataclass(frozen=True, slots=True)
class ModelModule:
    """The context of ``model.py.jinja``."""

    imports: tuple[Code, ...]
    definitions: tuple[ClassDefinition | ValueDefinition, ...]


@dataclass(frozen=True, slots=True)
class TypesPackage:
    """The context of ``types_package.py.jinja``."""

    docstring: Code


def plan_models(api: ir.Api, names: NameTable) -> tuple[FilePlan, ...]:
    """One module for each model, or for models that need each other, and the packages around."""
    usage = find_usage(api)
    models = ir.index_models(api)
    annotator = Annotator(models, names, usage)
    recursive = _recursive(api.models)
    # Classes end a recursion: their annotations are read late.
    endless = _recursive(m for m in api.models if not isinstance(m.shape, ir.ObjectShape))
    modules: dict[PurePosixPath, list[ir.Model]] = {}
    for model in api.models:
        if model.id in usage.requests | usage.responses:
            modules.setdefault(_path(model, names), []).append(model)
    plans = [
        FilePlan(
            path,
            "model.py.jinja",
            _Module(path, members, _Scope(annotator, names, usage, recursive, endless)).plan(),
        )
        for path, members in modules.items()
    ]
    return (*plans, *_packages(modules))


def _recursive(models: Iterable[ir.Model]) -> frozenset[ir.ModelId]:
    """Those of the models that reach themselves by way of each other."""
    known = {model.id: model for model in models}
    return frozenset(
        model_id
        for model_id, group in ir.recursive_groups(known.values()).items()
        if len(group) > 1 or model_id in ir.mentioned(ir.types_of(known[model_id]))
    )


def _path(model: ir.Model, names: NameTable) -> PurePosixPath:
    service = names.service(model.service).module
    return PurePosixPath("types", service, f"{names.model(model.id).module}.py")


def _packages(modules: Iterable[PurePosixPath]) -> list[FilePlan]:
    services = sorted({path.parent for path in modules})
    plans = [
        FilePlan(
            path / "__init__.py",
            "types_package.py.jinja",
            TypesPackage(
                module_docstring(
                    f"Types of the service `{path.name}`: one module for each, named after it."
                )
            ),
        )
        for path in services
    ]
    top = TypesPackage(module_docstring("Types of requests and responses, by service."))
    return [FilePlan(PurePosixPath("types", "__init__.py"), "types_package.py.jinja", top), *plans]


@dataclass(frozen=True, slots=True)
class _Scope:
    """What all modules are planned with."""

    annotator: Annotator
    names: NameTable
    usage: Usage
    recursive: frozenset[ir.ModelId]
    """Models that hold themselves."""
    endless: frozenset[ir.ModelId]
    """Those that do so without an object in between."""


class _Module:
    """Plans one module of models."""

    def __init__(self, path: PurePosixPath, models: Sequence[ir.Model], scope: _Scope) -> None:
        names = scope.names
        self._models = sorted(models, key=lambda model: names.model(model.id).class_name)
        self._annotator = scope.annotator
        self._names = names
        self._usage = scope.usage
        self._recursive = scope.recursive
        self._endless = scope.endless
        self._imports = ImportSet(
            path,
            defined=frozenset(self._defined()),
            members=frozenset(self._members()),
        )

    def plan(self) -> ModelModule:
        others = [m for m in self._models if not isinstance(m.shape, ir.ObjectShape)]
        definitions: list[ClassDefinition | ValueDefinition] = []
        for model in others:
            if model.id in self._endless:
                definitions += self._other(model)
        for model in self._models:
            definitions += self._object(model)
        # After the classes and the types that they name: these values are made at once.
        for model in _by_need(m for m in others if m.id not in self._endless):
            definitions += self._other(model)
        return ModelModule(self._imports.runtime, tuple(definitions))

    def _defined(self) -> Iterable[str]:
        for model in self._models:
            yield from (self._names.model(model.id).class_name, self._param(model))

    def _members(self) -> Iterable[str]:
        """Names in the bodies of classes: attributes, and the keys of TypedDicts."""
        for model in self._models:
            if not isinstance(model.shape, ir.ObjectShape):
                continue
            if model.id in self._usage.responses:
                for property_ in model.shape.properties:
                    yield self._names.attribute(model.id, property_.name)
            if model.id in self._usage.requests and self._fits_class_body(model.shape):
                for property_ in model.shape.properties:
                    yield property_.name.reveal()

    def _fits_class_body(self, shape: ir.ObjectShape) -> bool:
        """Whether all keys can be names in a class body: valid, not mangled, hiding no class."""
        keys = [property_.name.reveal() for property_ in shape.properties]
        return all(Name.accepts(key) for key in keys) and not set(keys) & set(self._defined())

    def _param(self, model: ir.Model) -> ClassName:
        return self._names.model(model.id).param_name

    # Objects

    def _object(self, model: ir.Model) -> Iterable[ClassDefinition | ValueDefinition]:
        shape = model.shape
        if not isinstance(shape, ir.ObjectShape):
            return
        if model.id in self._usage.responses:
            yield self._model_class(model, shape)
        if model.id in self._usage.requests:
            yield self._typed_dict(model, shape)

    def _model_class(self, model: ir.Model, shape: ir.ObjectShape) -> ClassDefinition:
        variant = model.id in self._usage.variants
        fields = [
            self._attribute(model, property_, variant=variant)
            for property_ in shape.properties
            if not property_.write_only
        ]
        return _class(
            self._names.model(model.id).class_name,
            (self._imports.use(_MODEL),),
            self._docstring(model, shape, self._annotator.response, empty=not fields),
            fields,
        )

    def _attribute(self, model: ir.Model, property_: ir.Property, *, variant: bool) -> Field:
        name = self._names.attribute(model.id, property_.name)
        annotation = self._annotator.field(property_.type, sent=False, variant=variant)
        if not property_.required:
            annotation = either([annotation, NONE])
        return Field(
            name=name,
            annotation=annotation.code(self._imports.use),
            value=self._value(name, property_),
            docstring=_field_docstring(property_),
        )

    def _value(self, name: Identifier, property_: ir.Property) -> Code | None:
        wire_name = property_.name.reveal()
        if wire_name == name:
            return None if property_.required else Code("None")
        field = self._imports.use(_FIELD)
        if property_.required:
            return code("{}(alias={})", field, literal(wire_name))
        return code("{}(default=None, alias={})", field, literal(wire_name))

    def _typed_dict(
        self, model: ir.Model, shape: ir.ObjectShape
    ) -> ClassDefinition | ValueDefinition:
        variant = model.id in self._usage.variants
        properties = [property_ for property_ in shape.properties if not property_.read_only]
        total = all(property_.required for property_ in properties)
        annotations = {
            property_.name.reveal(): self._annotator.field(
                property_.type, sent=True, variant=variant
            )
            for property_ in properties
        }
        if not self._fits_class_body(shape):
            return self._functional(model, properties, annotations, total=total)
        typed_dict = self._imports.use(_TYPED_DICT)
        return _class(
            self._param(model),
            (typed_dict,) if total else (typed_dict, Code("total=False")),
            self._docstring(model, shape, self._annotator.request, empty=not properties),
            [
                Field(
                    name=Name(property_.name.reveal()),
                    annotation=self._key(annotations[property_.name.reveal()], property_, total),
                    value=None,
                    docstring=_field_docstring(property_),
                )
                for property_ in properties
            ],
        )

    def _key(self, annotation: Annotation, property_: ir.Property, total: bool) -> Code:
        printed = annotation.code(self._imports.use)
        if total or not property_.required:
            return printed
        return code("{}[{}]", self._imports.use(_REQUIRED), printed)

    def _functional(
        self,
        model: ir.Model,
        properties: Sequence[ir.Property],
        annotations: Mapping[str, Annotation],
        *,
        total: bool,
    ) -> ValueDefinition:
        """``X = TypedDict("X", {...})``, for keys that aren't identifiers."""
        items = [
            # In quotes, because here an annotation would be evaluated at once, and may name what
            # is defined further down.
            code(
                "{}: {}",
                literal(property_.name),
                literal(str(self._key(annotations[property_.name.reveal()], property_, total))),
            )
            for property_ in properties
        ]
        name = self._param(model)
        return ValueDefinition(
            name=name,
            annotation=None,
            value=code(
                "{}({}, {{}}{})",
                self._imports.use(_TYPED_DICT),
                literal(str(name)),
                join(", ", items),
                Code("") if total else Code(", total=False"),
            ),
            docstring=_value_docstring(model),
        )

    def _docstring(
        self,
        model: ir.Model,
        shape: ir.ObjectShape,
        annotate: Callable[[ir.TypeRef], Annotation],
        *,
        empty: bool,
    ) -> Code | None:
        """The description; a class without fields needs at least one sentence for a body."""
        paragraphs = [model.description.reveal()] if model.description is not None else []
        if shape.extra is not None and not isinstance(shape.extra, ir.AnyType):
            # Nothing else can say it: pydantic's typed extras don't pass type checkers.
            held = annotate(shape.extra).code(lambda symbol: dotted(symbol.name))
            paragraphs.append(f"Other fields hold `{held}`.")
        if empty and not any(map(str.strip, paragraphs)):
            paragraphs.append("No fields are documented.")
        return class_docstring(*paragraphs) if any(map(str.strip, paragraphs)) else None

    # Names for other types

    def _other(self, model: ir.Model) -> Iterable[ValueDefinition]:
        shape = model.shape
        if isinstance(shape, ir.ObjectShape):
            return
        own_param = self._annotator.has_own_param(model.id)
        if model.id in self._usage.responses or not own_param:
            yield self._alias(
                model, self._names.model(model.id).class_name, self._annotator.response(shape)
            )
        if model.id in self._usage.requests and own_param:
            yield self._alias(model, self._param(model), self._annotator.request(shape))

    def _alias(self, model: ir.Model, name: ClassName, annotation: Annotation) -> ValueDefinition:
        printed = annotation.code(self._imports.use)
        docstring = _value_docstring(model)
        if model.id in self._endless and name != self._param(model):
            # pydantic follows a recursion only through a named alias.
            alias_type = self._imports.use(_TYPE_ALIAS_TYPE)
            named = code("{}({}, {})", alias_type, literal(str(name)), literal(str(printed)))
            return ValueDefinition(name, None, named, docstring)
        if model.id in self._recursive and name == self._param(model):
            # It may name itself, or what stands below it; nobody but type checkers reads it.
            printed = literal(str(printed))
        return ValueDefinition(name, self._imports.use(_TYPE_ALIAS), printed, docstring)


def _by_need(models: Iterable[ir.Model]) -> list[ir.Model]:
    """The models, each after those that it names (there is no circle among them)."""
    waiting = {model.id: model for model in models}
    ordered: list[ir.Model] = []
    while waiting:
        ready = [
            model
            for model in waiting.values()
            if not waiting.keys() & set(ir.mentioned(ir.types_of(model)))
        ]
        ordered += ready
        for model in ready:
            del waiting[model.id]
    return ordered


def _class(
    name: ClassName, bases: tuple[Code, ...], docstring: Code | None, fields: Sequence[Field]
) -> ClassDefinition:
    above = [docstring, *(field.docstring for field in fields)]
    return ClassDefinition(
        name=name,
        bases=bases,
        docstring=docstring,
        fields=tuple(
            replace(field, apart=before is not None or (number > 0 and field.docstring is not None))
            for number, (field, before) in enumerate(zip(fields, above, strict=False))
        ),
    )


def _field_docstring(property_: ir.Property) -> Code | None:
    # What the annotation above the docstring says isn't said again.
    told = any(
        isinstance(part, ir.EnumType)
        or (isinstance(part, ir.ScalarType) and part.kind in _TOLD_BY_TYPE)
        for part in ir.walk_types(property_.type)
    )
    return field_docstring(
        DocumentedArgument(
            name=Identifier("field"),
            type=ir.AnyType() if told else property_.type,
            description=property_.description,
            default=property_.default,
            constraints=property_.constraints,
            deprecated=property_.deprecated,
        )
    )


def _value_docstring(model: ir.Model) -> Code | None:
    described = model.description.reveal() if model.description is not None else ""
    return module_docstring(described) if described.strip() else None
