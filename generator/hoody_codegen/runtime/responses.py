"""Results as callers see them: declared types, and responses with everything around the result."""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass
from types import MethodType
from typing import TYPE_CHECKING, Any, Generic, ParamSpec, TypeVar, cast

if TYPE_CHECKING:
    from .messages import HttpRequest, HttpResponse
    from .resource import AsyncResource, Resource

P = ParamSpec("P")
T = TypeVar("T")


class ResponseType(Generic[T]):
    """Carries a result type that is no class, such as a union, to the runtime.

    ``returns: ResponseType[A | B] = ResponseType(A | B)`` keeps type checkers informed.
    """

    __slots__ = ("annotation",)

    def __init__(self, annotation: object) -> None:
        self.annotation = annotation


class EventTypes(Generic[T]):
    """Carries the types of the data of a stream's events to the runtime.

    ``named`` has the type for each event name that one is documented for, ``other`` is the type
    for all other events. ``T`` is the union of them all.
    """

    __slots__ = ("named", "other")

    def __init__(self, named: Mapping[str, object], other: object) -> None:
        self.named = named
        self.other = other


@dataclass(frozen=True, slots=True)
class RawResponse(Generic[T]):
    """A successful response with its result: what ``with_raw_response`` methods return."""

    parsed: T
    """What the method itself returns."""
    request: HttpRequest
    response: HttpResponse

    @property
    def status(self) -> int:
        return self.response.status

    @property
    def headers(self) -> Mapping[str, str]:
        """Response headers; names are looked up without regard to case."""
        return self.response.headers

    @property
    def content(self) -> bytes:
        """The body as it came."""
        return self.response.content

    @property
    def text(self) -> str:
        """The body decoded with the charset of its content type (UTF-8 without one)."""
        return self.response.text

    @property
    def body(self) -> object:
        """The whole decoded body: the envelope as plain JSON data, else text, None if empty."""
        return self.response.body

    @property
    def request_id(self) -> str | None:
        """What the server calls this request, where it says so in a header."""
        return self.response.request_id

    def __repr__(self) -> str:
        return f"RawResponse(status={self.status}, parsed={type(self.parsed).__name__})"


def raw_response(method: Callable[P, T]) -> Callable[P, RawResponse[T]]:
    """The same call as the resource's ``method``, returning the whole response."""
    resource, function = _parts(method)
    shadow = cast("Resource", resource)._with_raw()

    @functools.wraps(method)
    def call(*args: P.args, **kwargs: P.kwargs) -> RawResponse[T]:
        # The shadow resource hands back the RawResponse where the method expects its result.
        return cast("RawResponse[T]", function(shadow, *args, **kwargs))

    return call


def async_raw_response(
    method: Callable[P, Awaitable[T]],
) -> Callable[P, Coroutine[Any, Any, RawResponse[T]]]:
    """The same call as the async resource's ``method``, returning the whole response."""
    resource, function = _parts(method)
    shadow = cast("AsyncResource", resource)._with_raw()

    @functools.wraps(method)
    async def call(*args: P.args, **kwargs: P.kwargs) -> RawResponse[T]:
        return cast("RawResponse[T]", await function(shadow, *args, **kwargs))

    return call


def _parts(method: Callable[..., object]) -> tuple[object, Callable[..., Any]]:
    if not isinstance(method, MethodType):
        raise TypeError(f"{method!r} isn't a method of a resource")
    return method.__self__, method.__func__
