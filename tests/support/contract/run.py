"""Calls every operation of one service through a generated client and compares both ends."""

from __future__ import annotations

import asyncio
import importlib
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from types import ModuleType
from typing import Any, Literal

from .answers import ANSWER_HEADER, Answers, DocumentedError
from .calls import CallFault, CallMaker, PreparedCall
from .client import ClientMethod, Uploader, key_of, methods_of
from .expectations import closing_faults, error_faults, result_faults
from .handles import is_async, is_lazy, use_plainly
from .kinds import Kind, kinds_of
from .server import CALL_HEADER, Arrival, ContractServer
from .specs import Spec, SpecOperation
from .totals import Totals
from .values import ValueMaker

_SHOWN = 25

Colour = Literal["sync", "async"]
Methods = Mapping[Colour, list[ClientMethod]]


@dataclass(frozen=True)
class Outcome:
    """What came of one call. ``arrivals`` is empty where something was wrong with a request."""

    handle: Any
    """What the method gave back."""
    result: Any
    """What came out of it."""
    error: Exception | None
    arrivals: Sequence[Arrival]


class ServiceRun:
    """The calls of one test; gathers faults, so that one run shows them all."""

    def __init__(
        self,
        spec: Spec,
        colour: Colour,
        methods: Methods,
        *,
        server: ContractServer,
        package: ModuleType,
        totals: Totals,
    ) -> None:
        totals.expect(colour, spec.service, len(spec.operations))
        self._totals = totals
        self.answers = Answers(spec)
        self.methods = list(zip(spec.operations, methods[colour], strict=True))
        self.faults: list[str] = []
        self.spec = spec
        self._service = spec.service
        self.colour = colour
        self._calls = CallMaker(spec)
        self._values = ValueMaker(spec)
        self._server = server
        self.package = package
        self._count = itertools.count()

    @asynccontextmanager
    async def connected(self) -> AsyncIterator[Any]:
        """A client of this run's colour that doesn't really wait before it tries again."""
        urls = self._server.service_urls
        retry = self.runtime("retry")
        clock = retry.Clock(
            sleep=lambda seconds: None, async_sleep=lambda seconds: asyncio.sleep(0)
        )
        policy = retry.RetryPolicy(clock=clock)
        if self.colour == "async":
            async with self.package.AsyncHoody(token="secret", service_urls=urls) as client:
                yield client.with_options(retry=policy)
        else:
            with self.package.Hoody(token="secret", service_urls=urls) as client:
                yield client.with_options(retry=policy)

    def runtime(self, module: str) -> ModuleType:
        """A module of the runtime in the package."""
        return importlib.import_module(f"{self.package.__name__}._runtime.{module}")

    def prepare(
        self, operation: SpecOperation, method: ClientMethod, *, optional: bool
    ) -> PreparedCall | None:
        try:
            return self._calls.prepare(operation, method, optional=optional)
        except CallFault as fault:
            self.faults.append(str(fault))
            return None

    async def succeed(
        self, client: Any, operation: SpecOperation, method: ClientMethod, call: PreparedCall
    ) -> None:
        """Call and compare the result with the documented answer."""
        outcome = await self.send(client, operation, method, call, None)
        if self.failed(operation, outcome) or not outcome.arrivals:
            return
        answer = outcome.arrivals[0].answer
        assert answer is not None
        faults = list(result_faults(method, answer, outcome.result, self._values))
        if answer.kind is Kind.LINES and outcome.handle.trailer != answer.trailer:
            faults.append(f"has the trailer {outcome.handle.trailer!r}, not {answer.trailer!r}")
        if answer.kind is Kind.SOCKET:
            faults.extend(closing_faults(outcome.arrivals))
        self.report(operation, (f"{method.operation.name} {text}" for text in faults))
        if faults:
            return
        if answer.kind is not None:
            self.spoke(answer.kind, operation)
        elif Kind.SWITCHED in kinds_of(self.spec, operation):
            self.spoke(Kind.SWITCHED, operation)

    async def fail(
        self,
        client: Any,
        operation: SpecOperation,
        method: ClientMethod,
        call: PreparedCall,
        wanted: DocumentedError,
    ) -> None:
        """Call and compare the exception with the documented error."""
        outcome = await self.send(client, operation, method, call, wanted.key)
        error = outcome.error
        label = f"{operation.name}: {wanted.key}"
        if error is None:
            self.faults.append(f"{label} raises nothing")
        elif not isinstance(error, self.package.errors.APIStatusError):
            self.faults.append(f"{label} raises {type(error).__name__}: {error}")
        elif outcome.arrivals:
            answer = outcome.arrivals[0].answer
            assert answer is not None
            for text in error_faults(self.package.errors, error, wanted, answer):
                self.faults.append(f"{label}: the error {text}")

    def failed(self, operation: SpecOperation, outcome: Outcome) -> bool:
        if outcome.error is not None:
            name = type(outcome.error).__name__
            self.faults.append(f"{operation.name}: raises {name}: {outcome.error}")
        return outcome.error is not None

    def report(self, operation: SpecOperation, texts: Iterable[str]) -> None:
        self.faults.extend(f"{operation.name}: {text}" for text in texts)

    async def send(
        self,
        client: Any,
        operation: SpecOperation,
        method: ClientMethod,
        call: PreparedCall,
        wish: str | None,
        *,
        use: Callable[[Any], Awaitable[Any]] = use_plainly,
        max_retries: int = 0,
    ) -> Outcome:
        """Call a method, and ``use`` what it returns.

        An :class:`Uploader` may send all operations of a path, any other method but its own.
        """
        name = f"{self._service}-{next(self._count)}"
        headers = {CALL_HEADER: name} | ({ANSWER_HEADER: wish} if wish else {})
        options = self.package.RequestOptions(headers=headers, max_retries=max_retries)
        handle: Any = None
        result: Any = None
        error: Exception | None = None
        try:
            handle = method.bind(client)(*call.positional, **call.keywords, request_options=options)
            if is_lazy(handle) and self._server.has_seen(name):
                self.faults.append(f"{operation.name}: sends before its result is used")
            if is_async(handle) != (self.colour == "async"):
                self.faults.append(f"{operation.name}: {type(result).__name__} isn't {self.colour}")
            result = await use(handle)
        except Exception as raised:
            error = raised
        arrivals = self._server.take(name)
        place = operation.location[: -1 if isinstance(method, Uploader) else None]
        arrived = self._arrived(operation, call, arrivals, place)
        return Outcome(handle, result, error, arrivals if arrived else [])

    def _arrived(
        self,
        operation: SpecOperation,
        call: PreparedCall,
        arrivals: Sequence[Arrival],
        place: tuple[str, ...],
    ) -> bool:
        """Whether the requests of a call are as documented for a ``place`` in the document, and
        the first one is as it was given."""
        self._totals.calls += 1
        if not arrivals:
            self.faults.append(f"{operation.name}: nothing arrived")
        for arrival in arrivals:
            verdict = arrival.verdict
            if not verdict.valid:
                self._totals.invalid += 1
                self.report(operation, (f"invalid: {reason}" for reason in verdict.reasons))
                return False
            assert verdict.operation is not None
            if verdict.operation.location[: len(place)] != place:
                self.report(operation, [f"arrived as {verdict.operation.name}"])
                return False
        for first in arrivals[:1]:
            differences = call.differences(first.request, first.verdict.path_values)
            self.report(operation, differences)
            self._totals.count(self.colour, self._service, operation.name)
        return bool(arrivals)

    def expect_spoken(self, kind: Kind) -> None:
        names = [o.name for o, _ in self.methods if kind in kinds_of(self.spec, o)]
        self._totals.expect_spoken(self.colour, kind, names)

    def spoke(self, kind: Kind, operation: SpecOperation) -> None:
        """An operation of a kind was spoken without a fault."""
        self._totals.speak(self.colour, kind, operation.name)

    async def call_all(self, client: Any, *, optional: bool) -> None:
        """Every operation once, with all arguments or only those that are required."""
        for kind in (Kind.EVENTS, Kind.SWITCHED, Kind.LINES, Kind.SOCKET, Kind.DOWNLOAD):
            self.expect_spoken(kind)
        for operation, method in self.methods:
            call = self.prepare(operation, method, optional=optional)
            if call is not None:
                await self.succeed(client, operation, method, call)

    async def fail_all(self, client: Any) -> None:
        """Every operation once for each of its documented errors."""
        documented = raised = 0
        for operation, method in self.methods:
            call = self.prepare(operation, method, optional=False)
            for wanted in self.answers.errors(operation):
                documented += 1
                if call is not None:
                    faults = len(self.faults)
                    await self.fail(client, operation, method, call, wanted)
                    raised += len(self.faults) == faults
        self._totals.count_errors(self.colour, self._service, documented=documented, raised=raised)

    def check(self) -> None:
        shown = "\n".join(self.faults[:_SHOWN])
        assert not self.faults, f"{len(self.faults)} faults\n{shown}"


def _no_wait(seconds: float) -> None:
    """As if the seconds were over."""


async def _no_async_wait(seconds: float) -> None:
    await asyncio.sleep(0)


def methods_by_colour(spec: Spec, package: str) -> Methods:
    """The methods of a service's operations, in the order of the operations."""
    sync, asynchronous = methods_of(package, spec.service)
    return {"sync": _paired(spec, sync), "async": _paired(spec, asynchronous)}


def _paired(spec: Spec, methods: list[ClientMethod]) -> list[ClientMethod]:
    """The one method of each operation; there must be no other."""
    by_key: dict[Any, list[ClientMethod]] = {}
    for method in methods:
        by_key.setdefault(key_of(method.operation), []).append(method)
    pairs: list[ClientMethod] = []
    for operation in spec.operations:
        found = by_key.pop(key_of(operation), [])
        names = [method.operation.name for method in found]
        assert len(found) == 1, f"{operation.name} has {len(found)} methods: {names}"
        pairs.append(found[0])
    assert not by_key, f"methods that no document asks for: {sorted(by_key)}"
    return pairs
