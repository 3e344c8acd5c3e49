"""Names of services and their resources."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from ..diagnostics import Diagnostics, Location
from ..ir import Api, Service
from ..text import UntrustedText
from . import words
from .identifiers import ClassName, Identifier, ModuleName
from .notes import note_answers
from .reserved import CLIENT_ATTRIBUTES, METHODS, RESOURCE_CLASSES
from .resolve import Wish, resolve
from .spelling import class_name, module_name, snake_name, spelled_name

Group: TypeAlias = tuple[UntrustedText, ...]
ResourceKey: TypeAlias = tuple[UntrustedText, Group]


@dataclass(frozen=True, slots=True)
class ServiceNames:
    """``attribute`` is the property of the client, ``module`` the package of the service."""

    attribute: Identifier
    module: ModuleName
    class_name: ClassName
    async_class_name: ClassName


@dataclass(frozen=True, slots=True)
class ResourceNames:
    """``attribute`` is the property of the parent: the service, or the resource around it."""

    attribute: Identifier
    module: ModuleName
    class_name: ClassName
    async_class_name: ClassName


def name_services(
    api: Api, diagnostics: Diagnostics, *, client_name: str
) -> Mapping[UntrustedText, ServiceNames]:
    """Names of all services of the API."""
    wishes = [
        Wish(
            key=service.name,
            candidates=(
                snake_name(service.name.reveal(), filler="service", reserved=CLIENT_ATTRIBUTES),
                spelled_name(service.name.reveal(), filler="service", reserved=CLIENT_ATTRIBUTES),
            ),
            identity=service.name.reveal(),
            what=f"service {service.name.reveal()!r}",
            origin=service.origin,
        )
        for service in api.services
    ]
    answers = resolve(
        wishes,
        accepts=lambda name: Identifier.accepts(name) and name not in CLIENT_ATTRIBUTES,
        claims=lambda name: (name.casefold(), str(module_name(name)), _class_of(name, client_name)),
    )
    note_answers(diagnostics, wishes, answers)
    names: dict[UntrustedText, ServiceNames] = {}
    for key, answer in answers.items():
        class_ = _class_of(answer.name, client_name)
        names[key] = ServiceNames(
            attribute=Identifier(answer.name),
            module=module_name(answer.name),
            class_name=ClassName(class_),
            async_class_name=ClassName(f"Async{class_}"),
        )
    return names


def name_resources(
    api: Api, services: Mapping[UntrustedText, ServiceNames], diagnostics: Diagnostics
) -> Mapping[ResourceKey, ResourceNames]:
    """Names of all resources, those between a service and a deeper resource included."""
    names: dict[ResourceKey, ResourceNames] = {}
    for service in api.services:
        own = services[service.name]
        names[service.name, ()] = ResourceNames(
            own.attribute, own.module, own.class_name, own.async_class_name
        )
        groups = _groups(service)
        attributes = _attributes(service, groups, diagnostics)
        classes = _classes(service, groups, own, diagnostics)
        modules = _modules(service, groups, diagnostics)
        for group in groups:
            class_ = classes[group]
            names[service.name, group] = ResourceNames(
                attribute=attributes[group],
                module=modules[group],
                class_name=class_,
                async_class_name=ClassName(f"Async{class_}"),
            )
    return names


def _groups(service: Service) -> Mapping[Group, Location]:
    """All groups and the groups above them, each with a place to point at."""
    places: dict[Group, Location] = {}
    for operation in service.operations:
        for depth in range(1, len(operation.group) + 1):
            group = operation.group[:depth]
            places[group] = min(places.get(group, operation.origin), operation.origin)
    return dict(sorted(places.items()))


def _attributes(
    service: Service, groups: Mapping[Group, Location], diagnostics: Diagnostics
) -> Mapping[Group, Identifier]:
    names: dict[Group, Identifier] = {}
    for parent in sorted({group[:-1] for group in groups}):
        wishes = [
            Wish(
                key=group,
                candidates=(
                    snake_name(group[-1].reveal(), filler="group", reserved=METHODS),
                    spelled_name(group[-1].reveal(), filler="group", reserved=METHODS),
                ),
                identity=group[-1].reveal(),
                what=f"resource {_dotted(service, group)}",
                origin=place,
            )
            for group, place in groups.items()
            if group[:-1] == parent
        ]
        answers = resolve(
            wishes, accepts=lambda name: Identifier.accepts(name) and name not in METHODS
        )
        note_answers(diagnostics, wishes, answers)
        names.update((key, Identifier(answer.name)) for key, answer in answers.items())
    return names


def _classes(
    service: Service,
    groups: Mapping[Group, Location],
    own: ServiceNames,
    diagnostics: Diagnostics,
) -> Mapping[Group, ClassName]:
    wishes = [
        Wish(
            key=group,
            candidates=_class_candidates(service, group),
            identity="/".join(part.reveal() for part in group),
            what=f"class of resource {_dotted(service, group)}",
            origin=place,
            # A resource at the top keeps its name when a deeper one would take it.
            rank=(len(group),),
        )
        for group, place in groups.items()
    ]
    taken = RESOURCE_CLASSES | set(_all_classes(own.class_name))
    answers = resolve(
        wishes,
        accepts=lambda name: ClassName.accepts(name) and not taken & set(_all_classes(name)),
        claims=_all_classes,
    )
    note_answers(diagnostics, wishes, answers)
    return {key: ClassName(answer.name) for key, answer in answers.items()}


def _modules(
    service: Service, groups: Mapping[Group, Location], diagnostics: Diagnostics
) -> Mapping[Group, ModuleName]:
    wishes = [
        Wish(
            key=group,
            candidates=(
                module_name("_".join(words.snake(part.reveal()) for part in group)),
                module_name("_".join(words.spelled(part.reveal()) for part in group)),
            ),
            identity="/".join(part.reveal() for part in group),
            what=f"module of resource {_dotted(service, group)}",
            origin=place,
            rank=(len(group),),
        )
        for group, place in groups.items()
    ]
    answers = resolve(wishes, accepts=ModuleName.accepts)
    note_answers(diagnostics, wishes, answers)
    return {key: ModuleName(answer.name) for key, answer in answers.items()}


def _class_candidates(service: Service, group: Group) -> tuple[str, ...]:
    texts = [words.snake(part.reveal()) or part.reveal() for part in group]
    spelled = [words.spelled(part.reveal()) for part in group]
    prefix = service.name.reveal()
    return (
        class_name(*texts),
        class_name(prefix, *texts),
        class_name(prefix, *spelled),
    )


def _all_classes(name: str) -> Iterable[str]:
    """Every class that is made for a resource (they stand in one module)."""
    return (
        name,
        f"Async{name}",
        f"{name}WithRawResponse",
        f"Async{name}WithRawResponse",
    )


def _class_of(attribute: str, client_name: str) -> str:
    class_ = class_name(attribute)
    taken = RESOURCE_CLASSES | {client_name, f"Async{client_name}"}
    if class_ in taken or f"Async{class_}" in taken:
        class_ = f"{class_}Service"
    return class_


def _dotted(service: Service, group: Group) -> str:
    return repr(".".join(part.reveal() for part in (service.name, *group)))
