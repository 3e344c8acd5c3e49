"""The name table: all Python names of a generated package, decided once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from ..diagnostics import Diagnostics
from ..ir import Api, ModelId, ParameterLocation
from ..text import UntrustedText
from .errors import name_errors
from .identifiers import ClassName, ConstantName, Identifier
from .models import ModelNames, name_models
from .operations import ArgumentKey, name_arguments, name_methods
from .resources import ResourceKey, ResourceNames, ServiceNames, name_resources, name_services

ArgumentPlace: TypeAlias = ParameterLocation | Literal["body"]


@dataclass(frozen=True, slots=True)
class NameTable:
    """All names. Asking for something that isn't in the API is a KeyError."""

    _services: Mapping[UntrustedText, ServiceNames]
    _resources: Mapping[ResourceKey, ResourceNames]
    _methods: Mapping[str, Identifier]
    _arguments: Mapping[ArgumentKey, Identifier]
    _models: Mapping[ModelId, ModelNames]
    _attributes: Mapping[tuple[ModelId, UntrustedText], Identifier]
    _errors: Mapping[str, ClassName]

    def service(self, name: UntrustedText) -> ServiceNames:
        """Names of a service: ``proxyLogs`` → ``proxy_logs``, ``ProxyLogs``."""
        return self._services[name]

    def resource(self, service: UntrustedText, group: tuple[UntrustedText, ...]) -> ResourceNames:
        """Names of a resource; for the empty group those of the service itself."""
        return self._resources[service, group]

    def method(self, operation: str) -> Identifier:
        """The method of an operation, by the operation's key."""
        return self._methods[operation]

    def constant(self, operation: str) -> ConstantName:
        """The module constant that describes an operation: ``_CREATE`` for ``create``."""
        return ConstantName(f"_{_constant(self._methods[operation])}")

    def argument(
        self, operation: str, place: ArgumentPlace, wire_name: UntrustedText | None
    ) -> Identifier:
        """The argument for a parameter or a field of the body; None is the body as a whole."""
        return self._arguments[operation, place, wire_name]

    def model(self, model: ModelId) -> ModelNames:
        """Names of a model: its class, its TypedDict for requests and the module of both."""
        return self._models[model]

    def attribute(self, model: ModelId, wire_name: UntrustedText) -> Identifier:
        """The attribute of a model's class for a field."""
        return self._attributes[model, wire_name]

    def error_class(self, code: UntrustedText) -> ClassName:
        """The exception class of a documented code; codes that differ only in case share one."""
        return self._errors[code.reveal().casefold()]


def build_names(api: Api, diagnostics: Diagnostics, *, client_name: str) -> NameTable:
    """Decide all names of ``api``; each answer that isn't the obvious one becomes a note.

    The order of services, models and operations makes no difference.
    """
    services = name_services(api, diagnostics, client_name=client_name)
    resources = name_resources(api, services, diagnostics)
    models, attributes = name_models(api, diagnostics)
    return NameTable(
        _services=services,
        _resources=resources,
        _methods=name_methods(api, resources, diagnostics),
        _arguments=name_arguments(api, diagnostics),
        _models=models,
        _attributes=attributes,
        _errors=name_errors(api, diagnostics, client_name=client_name),
    )


def _constant(name: str) -> str:
    upper = name.upper().strip("_")
    if ConstantName.accepts(f"_{upper}"):
        return upper
    return "".join(c if c.isascii() else f"U{ord(c):04X}" for c in name).upper().strip("_")
