"""Which exception class stands for a code, and what is documented about the errors of a method."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, reduce
from importlib import import_module
from typing import Any, Final

from .errors import APIStatusError, status_class
from .operation import ErrorEntry, Operation, ServiceErrors

_NOTHING: Final = ServiceErrors()
_JOINED: Final[dict[tuple[type[APIStatusError], type[APIStatusError]], type[APIStatusError]]] = {}


@dataclass(frozen=True, slots=True)
class DocumentedError:
    """An error that a method is documented to raise.

    * ``status``: the HTTP status it comes under.
    * ``code``: the machine-readable code, None where only the status is documented.
    * ``type``: the class that is raised.
    * ``title``, ``description``, ``resolution``: what the documentation says; may be empty.
    """

    status: int
    code: str | None
    type: type[APIStatusError]
    title: str
    description: str
    resolution: str

    def __str__(self) -> str:
        head = f"{self.status} {self.code}" if self.code else str(self.status)
        return f"{head}: {self.title}" if self.title else head


class ErrorRegistry:
    """The generated classes of documented codes, and the way to what is said about them.

    ``classes`` holds the class for each documented pair of status and code, ``services`` the
    module below ``package`` with the :class:`ServiceErrors` of each service, which is loaded when
    the first error of that service comes.
    """

    def __init__(
        self,
        classes: Mapping[tuple[int, str], type[APIStatusError]],
        *,
        services: Mapping[str, str] | None = None,
        package: str | None = None,
    ) -> None:
        self._classes = classes
        self._services = services or {}
        self._package = package

    def find(self, status: int, code: str) -> type[APIStatusError] | None:
        """The class for a code under a status; None if the code is documented nowhere.

        A code that comes under a status for which it isn't documented has a class of both: of the
        code and of the status.
        """
        found = self._classes.get((status, code))
        if found is not None:
            return found
        known = self._by_code.get(code) or self._by_code.get(same_code_key(code))
        if known is None:
            return None
        return next(
            (cls for at, cls in known if at == status),
            joined_class(_common([cls for _, cls in known]), status_class(status)),
        )

    def service(self, name: str) -> ServiceErrors:
        """What is documented about the errors of a service."""
        module = self._services.get(name)
        if module is None:
            return _NOTHING
        found = import_module(module, self._package).ERRORS
        return found if isinstance(found, ServiceErrors) else _NOTHING

    def of(self, method: Callable[..., object]) -> tuple[DocumentedError, ...]:
        """What a method of the client is documented to raise, by status and code.

        Takes methods of both clients, and those of ``with_raw_response``.

        Raises:
            TypeError: ``method`` is something else.
        """
        operation = operation_of(method)
        return tuple(
            self._documented(status, entry)
            for status, entries in sorted(operation.errors.items())
            for entry in entries
        )

    def _documented(self, status: int, entry: ErrorEntry) -> DocumentedError:
        found = self.find(status, entry.code) if entry.code is not None else None
        return DocumentedError(
            status=status,
            code=entry.code,
            type=found or status_class(status),
            title=entry.title,
            description=entry.description,
            resolution=entry.resolution,
        )

    @cached_property
    def _by_code(self) -> Mapping[str, list[tuple[int, type[APIStatusError]]]]:
        """Status and class by code: in each documented spelling, and in one for all spellings."""
        found: dict[str, list[tuple[int, type[APIStatusError]]]] = {}
        for (status, code), cls in self._classes.items():
            found.setdefault(code, []).append((status, cls))
            key = same_code_key(code)
            if key != code:
                found.setdefault(key, []).append((status, cls))
        return found

    def __iter__(self) -> Iterator[tuple[int, str]]:
        return iter(self._classes)

    def __len__(self) -> int:
        return len(self._classes)


def same_code_key(code: str) -> str:
    """A code without regard to case and to the mark between its words."""
    return re.sub(r"[\-. ]", "_", code).casefold()


def _common(classes: Iterable[type[APIStatusError]]) -> type[APIStatusError]:
    """The nearest class that all of ``classes`` are or derive from: that of the code itself."""
    several = list(classes)
    return next(
        base
        for base in several[0].__mro__
        if issubclass(base, APIStatusError) and all(issubclass(cls, base) for cls in several)
    )


def joined_class(
    code_class: type[APIStatusError], parent: type[APIStatusError]
) -> type[APIStatusError]:
    """A class that both ``except code_class`` and ``except parent`` catch: always the same one."""
    if issubclass(code_class, parent):
        return code_class
    if issubclass(parent, code_class):
        return parent
    made = _JOINED.get((code_class, parent))
    if made is None:
        made = _JOINED.setdefault((code_class, parent), _join(code_class, parent))
    return made


def _join(code_class: type[APIStatusError], parent: type[APIStatusError]) -> type[APIStatusError]:
    parts = (*_parts(code_class), *_parts(parent))

    def reduced(error: APIStatusError) -> tuple[Any, ...]:
        # Made on demand, it is in no module where pickle could find it.
        return _restore, (parts, error.args), error.__dict__

    made: type[APIStatusError] = type(
        f"_{code_class.__name__}{parent.__name__.removesuffix('Error')}",
        (code_class, parent),
        {
            "__module__": code_class.__module__,
            "__doc__": f"`{code_class.__name__}` as a `{parent.__name__}`.",
            "__reduce__": reduced,
        },
    )
    return made


def _parts(cls: type[APIStatusError]) -> tuple[type[APIStatusError], ...]:
    """The classes that ``cls`` was joined of; itself if it is no joined class."""
    pair = next((pair for pair, made in list(_JOINED.items()) if made is cls), None)
    return (cls,) if pair is None else (*_parts(pair[0]), *_parts(pair[1]))


def _restore(parts: tuple[type[APIStatusError], ...], args: tuple[Any, ...]) -> APIStatusError:
    return reduce(joined_class, parts)(*args)


def operation_of(method: Callable[..., object]) -> Operation:
    """The operation that a method of a resource calls.

    Raises:
        TypeError: ``method`` isn't a method of a resource.
    """
    inner: Any = method
    while hasattr(inner, "__wrapped__"):
        inner = inner.__wrapped__
    name = getattr(inner, "__name__", None)
    owner = getattr(inner, "__self__", None)
    homes = type(owner).__mro__ if owner is not None else (inner,)
    for home in homes:
        module = sys.modules.get(getattr(home, "__module__", None) or "")
        # A module holds one resource, so that the last part of the name is enough.
        for value in vars(module).values() if module is not None else ():
            if isinstance(value, Operation) and value.name.rpartition(".")[2] == name:
                return value
    raise TypeError(f"{method!r} isn't a method of a resource")
