"""Hooks: functions that see each try of a call, each answer, and each decision to try again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, MutableMapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from .messages import MASK, is_secret_header

if TYPE_CHECKING:
    from .headers import HeaderFields
    from .messages import Headers
    from .operation import Operation


class RequestHeaders(MutableMapping[str, str]):
    """The header fields of one try, to be read and changed; names go without regard to case.

    A name or value that would break the message is refused with InvalidArgumentError. Values of
    fields that carry credentials are masked in the repr.
    """

    __slots__ = ("_fields",)

    def __init__(self, fields: HeaderFields) -> None:
        self._fields = fields

    def __getitem__(self, name: str) -> str:
        value = self._fields.get(name)
        if value is None:
            raise KeyError(name)
        return value

    def __setitem__(self, name: str, value: str) -> None:
        self._fields.set(name, value)

    def __delitem__(self, name: str) -> None:
        if self._fields.get(name) is None:
            raise KeyError(name)
        self._fields.update({name: None})

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and self._fields.get(name) is not None

    def __iter__(self) -> Iterator[str]:
        return iter([name for name, _ in self._fields.items()])

    def __len__(self) -> int:
        return len(self._fields.items())

    def __repr__(self) -> str:
        shown = {name: MASK if is_secret_header(name) else self[name] for name in self}
        return f"RequestHeaders({shown!r})"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class _Event:
    """What all hooks are given. The repr leaves out what may be secret.

    * ``operation``: what is called; ``operation.name`` is like ``"api.projects.list"``.
    * ``method``, ``url``: of this request; the URL is the whole one, with its query.
    * ``attempt``: number of the try, from 1. A redirect that is followed counts as the same try.
    """

    operation: Operation
    method: str
    url: str
    attempt: int

    def __repr__(self) -> str:
        url = self.url.partition("?")[0]
        return f"<{type(self).__name__} {self.method} {url} (try {self.attempt})>"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class RequestEvent(_Event):
    """A request that is about to be sent.

    * ``headers``: what is sent with this try alone, credentials included: the next try begins
      with what the call had.
    * ``content``: the body, where it is in memory; None for a body that is streamed, and for none.
    """

    headers: RequestHeaders
    content: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class ResponseEvent(_Event):
    """An answer of any status, redirects included.

    * ``status``, ``headers``: of the answer.
    * ``elapsed``: seconds since the request was begun: to the end of the answer's body, or to the
      end of its headers where the body is streamed.
    """

    status: int
    headers: Headers
    elapsed: float


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class RetryEvent(_Event):
    """A further try is going to be made after a wait.

    * ``attempt``: number of the try that failed.
    * ``reason``: why, in words.
    * ``status``: of the answer; None if there was none.
    * ``wait``: seconds until the next try.
    """

    reason: str
    status: int | None
    wait: float


RequestHook: TypeAlias = "Callable[[RequestEvent], object]"
ResponseHook: TypeAlias = "Callable[[ResponseEvent], object]"
RetryHook: TypeAlias = "Callable[[RetryEvent], object]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hooks:
    """Functions to call on the way of each call; what they return is ignored.

    * ``request``: before each try, when everything else is ready to be sent; it can sign the
      request, or change its headers.
    * ``response``: after each answer. A try that fails without an answer has none.
    * ``retry``: before the wait for a further try.

    The async client takes async functions, too, and awaits them. An exception in a hook ends the
    call and reaches the caller as it is; nothing is tried again.
    """

    request: RequestHook | None = None
    response: ResponseHook | None = None
    retry: RetryHook | None = None
