"""Parts of an API whose addresses share variables, such as all services of one machine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .errors import ConfigurationError
from .wire import as_mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class ScopeArgument:
    """A variable of addresses that a scope binds.

    * ``variable``: its name in the address.
    * ``name``: the argument of the method that opens the scope.
    * ``field``: the field of an object of the API that holds the value.
    * ``default``: the value where none is given; None has to be given.
    """

    variable: str
    name: str
    field: str | None = None
    default: str | None = None


def scope_variables(
    scope: str,
    arguments: tuple[ScopeArgument, ...],
    source: object | None,
    given: Mapping[str, str | int | None],
) -> dict[str, str]:
    """The values of all variables: what was ``given``, else the fields of ``source``.

    ``source`` is a model or a mapping, read by wire names, or any object with such attributes.
    ConfigurationError names everything that is missing, and where it could come from.
    """
    values: dict[str, str] = {}
    missing: list[str] = []
    for argument in arguments:
        value = given.get(argument.name)
        if value is None and source is not None and argument.field is not None:
            value = _read(source, argument.field)
        if value is None:
            value = argument.default
        if value is None or value == "":
            where = f" (or an object with {argument.field!r})" if argument.field else ""
            missing.append(f"{argument.name}=…{where}")
        else:
            values[argument.variable] = str(value)
    if missing:
        raise ConfigurationError(f"{scope}() needs {' and '.join(missing)}")
    return values


def _read(source: object, field: str) -> str | int | None:
    fields = as_mapping(source)
    value = getattr(source, field, None) if fields is None else fields.get(field)
    return value if isinstance(value, str | int) and not isinstance(value, bool) else None
