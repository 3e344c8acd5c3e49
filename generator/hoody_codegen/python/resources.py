"""Plans the modules of services and resources: their operations, methods and classes.

``services/<service>/__init__.py`` holds the service itself with the way to its resources, and
``services/<service>/<resource>.py`` one resource each, in both colours.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TypeAlias

from .. import ir
from ..diagnostics import Diagnostics
from ..naming import words
from ..naming.identifiers import ClassName, ConstantName, Identifier, Name
from ..naming.resources import ResourceNames
from ..naming.table import NameTable
from ..text import UntrustedText
from .annotations import Annotator
from .bodies import choose_body
from .code import Code
from .constants import Constant, ErrorKey, plan_errors, plan_operation
from .docstrings import class_docstring, module_docstring, one_line_docstring, resource_docstring
from .forms import ResultForm
from .imports import RUNTIME, ImportSet, Symbol
from .methods import Method, MethodPlanner
from .plan import FilePlan
from .results import choose_result
from .streams import stream_keyword
from .unsent import report_unsent
from .uploads import UploadPlanner
from .wrapping import sentence

Group: TypeAlias = tuple[UntrustedText, ...]


@dataclass(frozen=True, slots=True)
class Child:
    """A resource as a property of the one around it."""

    attribute: Identifier
    class_name: Code
    import_line: Code | None
    docstring: Code


@dataclass(frozen=True, slots=True)
class ResourceClass:
    """One colour of a resource. ``raw_class`` is None where there are no methods."""

    name: ClassName
    base: Code
    docstring: Code
    raw_class: ClassName | None
    property_decorator: Code
    children: tuple[Child, ...]
    methods: tuple[Method, ...]


@dataclass(frozen=True, slots=True)
class RawClass:
    """The class whose methods return whole responses."""

    name: ClassName
    docstring: Code
    resource: ClassName
    wrapper: Code
    methods: tuple[Identifier, ...]


@dataclass(frozen=True, slots=True)
class ResourceModule:
    docstring: Code
    imports: tuple[Code, ...]
    type_imports: tuple[Code, ...]
    error_entry: Code
    operation: Code
    errors: tuple[Constant, ...]
    operations: tuple[Constant, ...]
    classes: tuple[ResourceClass, ...]
    raw_classes: tuple[RawClass, ...]


def plan_resources(
    api: ir.Api, names: NameTable, annotator: Annotator, diagnostics: Diagnostics
) -> tuple[FilePlan, ...]:
    """The plans of all modules below ``services/``; reports what methods don't send."""
    models = ir.index_models(api)
    plans = [_plan_services_package()]
    for service in api.services:
        report_unsent(service, models, diagnostics)
        groups: dict[Group, list[ir.Operation]] = {(): []}
        for operation in service.operations:
            for depth in range(1, len(operation.group) + 1):
                groups.setdefault(operation.group[:depth], [])
            groups[operation.group].append(operation)
        for group in sorted(groups):
            planner = _ModulePlanner(
                service, group, tuple(sorted(groups)), models, names, annotator
            )
            plans.append(planner.plan(groups[group]))
    return tuple(plans)


@dataclass(frozen=True, slots=True)
class _OnlyDocstring:
    docstring: Code


def _plan_services_package() -> FilePlan:
    return FilePlan(
        PurePosixPath("services/__init__.py"),
        "package.py.jinja",
        _OnlyDocstring(module_docstring("The services of the API, each loaded when first used.")),
    )


@dataclass(frozen=True, slots=True)
class _ModulePlanner:
    """Plans one module."""

    service: ir.Service
    group: Group
    groups: tuple[Group, ...]
    models: ir.ModelIndex
    names: NameTable
    annotator: Annotator

    def plan(self, operations: Sequence[ir.Operation]) -> FilePlan:
        ordered = sorted(operations, key=lambda operation: self.names.method(operation.key))
        own = self.names.resource(self.service.name, self.group)
        children = [
            (group, self.names.resource(self.service.name, group))
            for group in self.groups
            if group and group[:-1] == self.group
        ]
        path = self._path(self.group)
        imports = ImportSet(
            path,
            defined=frozenset(self._defined(own, ordered)),
            members=frozenset(
                [str(self.names.method(key)) for operation in ordered for key in _keys(operation)]
                + [str(child.attribute) for _, child in children]
            ),
        )
        errors, error_names = plan_errors(ordered, self.names)
        module = ResourceModule(
            docstring=self._module_docstring(own),
            error_entry=_runtime(imports, "ErrorEntry") if errors else Code("ErrorEntry"),
            operation=_runtime(imports, "Operation") if ordered else Code("Operation"),
            errors=errors,
            operations=self._operations(ordered, error_names, imports),
            classes=tuple(
                self._class(own, children, ordered, imports, is_async=is_async)
                for is_async in (False, True)
            ),
            raw_classes=tuple(
                self._raw_class(own, ordered, imports, is_async=is_async)
                for is_async in (False, True)
                if any(_has_raw(operation, self.models) for operation in ordered)
            ),
            # Last: by now everything that the module uses is known.
            imports=imports.runtime,
            type_imports=imports.types,
        )
        return FilePlan(path, "resource.py.jinja", module)

    def _path(self, group: Group) -> PurePosixPath:
        service = self.names.service(self.service.name).module
        module = self.names.resource(self.service.name, group).module if group else "__init__"
        return PurePosixPath("services", service, f"{module}.py")

    def _defined(self, own: ResourceNames, operations: Iterable[ir.Operation]) -> Iterable[str]:
        for name in (own.class_name, own.async_class_name):
            yield from (name, _raw_name(name))
        for operation in operations:
            yield self.names.constant(operation.key)

    def _module_docstring(self, own: ResourceNames) -> Code:
        path = _attribute_path(self.service, self.group, self.names)
        if self.group:
            return module_docstring(f"{_spoken(self.group)}: `{path}`.")
        title = self.service.title.reveal() if self.service.title else ""
        description = self.service.description.reveal() if self.service.description else ""
        return module_docstring(
            f"`{path}`: {sentence(title)}" if title else f"`{path}`.", description
        )

    def _operations(
        self,
        operations: Iterable[ir.Operation],
        errors: Mapping[ErrorKey, ConstantName],
        imports: ImportSet,
    ) -> tuple[Constant, ...]:
        constants = []
        for operation in operations:
            body = choose_body(operation.body, self.models)
            paged = choose_result(operation, self.models).form is ResultForm.PAGE
            if paged:
                _runtime(imports, "PageInfo")
            if operation.error_shape is not None:
                _runtime(imports, "ErrorShape")
            if operation.stream_facts is not None and stream_keyword(operation) is not None:
                _runtime(imports, "StreamInfo")
                if operation.stream_facts.switch is not None:
                    _runtime(imports, "StreamSwitch")
            constants.append(plan_operation(operation, body, errors, self.names, paged=paged))
        return tuple(constants)

    def _class(
        self,
        own: ResourceNames,
        children: Sequence[tuple[Group, ResourceNames]],
        operations: Sequence[ir.Operation],
        imports: ImportSet,
        *,
        is_async: bool,
    ) -> ResourceClass:
        name = own.async_class_name if is_async else own.class_name
        planner = MethodPlanner(self.models, self.names, self.annotator, imports)
        uploads = UploadPlanner(self.names, self.annotator, imports)
        methods = [
            planner.plan(operation, own.class_name, is_async=is_async) for operation in operations
        ]
        methods += [
            uploads.plan(operation, operation.upload, own.class_name, is_async=is_async)
            for operation in operations
            if operation.upload is not None
        ]
        return ResourceClass(
            name=name,
            base=_runtime(imports, "AsyncResource" if is_async else "Resource"),
            docstring=self._class_docstring(own, is_async=is_async),
            raw_class=(
                _raw_name(name)
                if any(_has_raw(operation, self.models) for operation in operations)
                else None
            ),
            property_decorator=imports.use(_CACHED) if children else Code("property"),
            children=tuple(
                self._child(group, child, imports, is_async=is_async) for group, child in children
            ),
            methods=tuple(sorted(methods, key=lambda method: method.name)),
        )

    def _child(
        self, group: Group, child: ResourceNames, imports: ImportSet, *, is_async: bool
    ) -> Child:
        class_name = child.async_class_name if is_async else child.class_name
        service = self.names.service(self.service.name).module
        symbol = Symbol(f".services.{service}.{child.module}", class_name)
        path = _attribute_path(self.service, group, self.names)
        return Child(
            attribute=child.attribute,
            class_name=imports.use_for_types(symbol),
            import_line=next(iter(imports.local([symbol])), None),
            docstring=one_line_docstring(f"`{path}`."),
        )

    def _class_docstring(self, own: ResourceNames, *, is_async: bool) -> Code:
        path = _attribute_path(self.service, self.group, self.names)
        if is_async:
            return class_docstring(f"`{path}`, asynchronous: the methods of `{own.class_name}`.")
        if self.group:
            return resource_docstring(_spoken(self.group), path, self._tag_description())
        title = self.service.title.reveal() if self.service.title else ""
        description = self.service.description.reveal() if self.service.description else ""
        return resource_docstring(title, path, description)

    def _tag_description(self) -> str:
        """What is said of the one tag that the operations of this resource carry, and no others."""
        tags = {o.tags for o in self.service.operations if o.group == self.group}
        only = next(iter(tags)) if len(tags) == 1 else ()
        described = [tag.description for tag in self.service.tags if (tag.name,) == only]
        shared = any(
            set(o.tags) & set(only) and o.group != self.group for o in self.service.operations
        )
        text = next((text for text in described if text is not None), None)
        return text.reveal() if text is not None and not shared else ""

    def _raw_class(
        self,
        own: ResourceNames,
        operations: Iterable[ir.Operation],
        imports: ImportSet,
        *,
        is_async: bool,
    ) -> RawClass:
        resource = own.async_class_name if is_async else own.class_name
        return RawClass(
            name=_raw_name(resource),
            docstring=class_docstring(f"The methods of `{resource}`, returning whole responses."),
            resource=resource,
            wrapper=_runtime(imports, "async_raw_response" if is_async else "raw_response"),
            methods=tuple(
                self.names.method(operation.key)
                for operation in operations
                if _has_raw(operation, self.models)
            ),
        )


def _has_raw(operation: ir.Operation, models: ir.ModelIndex) -> bool:
    """Whether there is a raw response beside the result; handles hold theirs themselves."""
    return not choose_result(operation, models).form.is_handle


def _keys(operation: ir.Operation) -> Iterable[str]:
    """What methods there are for an operation."""
    yield operation.key
    if operation.upload is not None:
        yield ir.Upload.key(operation.key)


def _spoken(group: Group) -> str:
    """A group as words: ``authTokens`` → ``Auth tokens``."""
    spoken = " ".join(words.lower(" ".join(part.reveal() for part in group)))
    return f"{spoken[:1].upper()}{spoken[1:]}" or "Methods"


_CACHED = Symbol("functools", "cached_property")


def _raw_name(name: ClassName) -> ClassName:
    return ClassName(f"{name}WithRawResponse")


def _runtime(imports: ImportSet, name: str) -> Code:
    return imports.use(Symbol(RUNTIME, name))


def _attribute_path(service: ir.Service, group: Group, names: NameTable) -> str:
    parts: list[Name] = [names.service(service.name).attribute]
    parts += [
        names.resource(service.name, group[:depth]).attribute for depth in range(1, len(group) + 1)
    ]
    return ".".join(parts)
