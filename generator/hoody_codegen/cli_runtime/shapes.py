"""What methods of a client give, told apart by what can be done with it.

The client's own classes aren't needed for that, and so not imported.
"""

from __future__ import annotations

import base64
import math
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import AbstractContextManager
from datetime import date, datetime, time, timezone
from decimal import Decimal
from enum import Enum
from typing import Any, Protocol, TypeAlias, TypeGuard, cast

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"


class Page(Protocol):
    """One page of a list, and the way to the further ones."""

    items: list[Any]
    total: int | None

    @property
    def has_next(self) -> bool: ...

    def pages(self, *, max_items: int | None = None) -> Generator[Page, None, None]: ...


class Content(Protocol):
    """A download that has begun."""

    @property
    def content_type(self) -> str: ...

    @property
    def filename(self) -> str | None: ...

    @property
    def length(self) -> int | None: ...

    def chunks(self) -> Iterator[bytes]: ...


class Progress(Protocol):
    """How far a transfer is, in bytes."""

    @property
    def done(self) -> int: ...

    @property
    def total(self) -> int | None: ...


class Download(Protocol):
    """Content that is requested when it is used."""

    def open(self) -> AbstractContextManager[Content]: ...

    def save(
        self, target: str, *, resume: bool, progress: Callable[[Progress], object] | None
    ) -> int: ...


class Event(Protocol):
    """A server-sent event."""

    event: str
    data: Any
    id: str


class Stream(Protocol):
    """Events, or JSON values, one after the other."""

    def __enter__(self) -> Stream: ...

    def __exit__(self, *raised: object) -> object: ...

    def __iter__(self) -> Iterator[Any]: ...


class Connection(Protocol):
    """A connected WebSocket."""

    def send(self, message: str) -> None: ...

    def __iter__(self) -> Iterator[Any]: ...


class Socket(Protocol):
    """A WebSocket that is connected by ``with``."""

    def __enter__(self) -> Connection: ...

    def __exit__(self, *raised: object) -> object: ...


class HeaderFields(Protocol):
    """The header of an answer without a body."""

    status: int

    @property
    def fields(self) -> tuple[tuple[str, str], ...]: ...


def _can(value: object, *methods: str) -> bool:
    # Of the class: what a model has for attributes depends on the server.
    return all(hasattr(type(value), name) for name in methods)


def is_page(value: object) -> TypeGuard[Page]:
    return _can(value, "pages", "next_page")


def is_download(value: object) -> TypeGuard[Download]:
    return _can(value, "open", "save", "chunks")


def is_socket(value: object) -> TypeGuard[Socket]:
    return _can(value, "connect", "with_options", "__enter__")


def is_stream(value: object) -> TypeGuard[Stream]:
    return _can(value, "__enter__", "__iter__", "close", "response")


def is_event(value: object) -> TypeGuard[Event]:
    return all(hasattr(value, name) for name in ("event", "data", "id", "retry")) and not (
        _can(value, "to_dict")
    )


def is_headers(value: object) -> TypeGuard[HeaderFields]:
    return _can(value, "get_all", "fields", "status")


def plain(value: object) -> Json:
    """``value`` as JSON data under the names of the wire."""
    if value is None or (isinstance(value, (bool, int, str)) and not isinstance(value, Enum)):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, Enum):
        return plain(value.value)
    if _can(value, "to_dict"):
        value = cast("Any", value).to_dict()
    if is_headers(value):
        return {"status": value.status, "headers": _joined(value.fields)}
    if isinstance(value, Mapping):
        fields = cast("Mapping[object, object]", value)
        return {str(key): plain(item) for key, item in fields.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(item) for item in cast("list[object]", value)]
    if isinstance(value, (bytes, bytearray, memoryview)):
        return base64.b64encode(value).decode("ascii")
    if isinstance(value, datetime):
        return _moment(value)
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, Decimal) and value.is_finite():
        return int(value) if value == value.to_integral_value() else float(value)
    return str(value)


def _moment(value: datetime) -> str:
    if value.tzinfo is not None:
        value = value.astimezone(timezone.utc)
    text = value.isoformat()
    return f"{text[:-6]}Z" if text.endswith("+00:00") else text


def _joined(fields: tuple[tuple[str, str], ...]) -> dict[str, Json]:
    names: dict[str, list[str]] = {}
    for name, value in fields:
        names.setdefault(name.lower(), []).append(value)
    return {name: ", ".join(values) for name, values in names.items()}
