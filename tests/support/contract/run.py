"""Calls every operation of one service through a generated client and compares both ends."""

from __future__ import annotations

import inspect
import itertools
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from types import ModuleType
from typing import Any, Literal

from .answers import ANSWER_HEADER, Answers, DocumentedError
from .calls import CallFault, CallMaker, PreparedCall
from .client import ClientMethod, key_of, methods_of
from .expectations import error_faults, result_faults
from .server import CALL_HEADER, ContractServer
from .specs import Spec, SpecOperation
from .totals import Totals
from .values import ValueMaker

_SHOWN = 25

Colour = Literal["sync", "async"]
Methods = Mapping[Colour, list[ClientMethod]]


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
        self._service = spec.service
        self._colour = colour
        self._calls = CallMaker(spec)
        self._values = ValueMaker(spec)
        self._server = server
        self._package = package
        self._count = itertools.count()

    @asynccontextmanager
    async def connected(self) -> AsyncIterator[Any]:
        """A client of this run's colour."""
        urls = self._server.service_urls
        if self._colour == "async":
            async with self._package.AsyncHoody(token="secret", service_urls=urls) as client:
                yield client
        else:
            with self._package.Hoody(token="secret", service_urls=urls) as client:
                yield client

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
        result, error, arrived = await self._send(client, operation, method, call, None)
        if error is not None:
            self.faults.append(f"{operation.name}: raises {type(error).__name__}: {error}")
        elif arrived:
            answer = self.answers.success(operation)
            for text in result_faults(method, answer, result, self._values):
                self.faults.append(f"{operation.name}: {method.operation.name} {text}")

    async def fail(
        self,
        client: Any,
        operation: SpecOperation,
        method: ClientMethod,
        call: PreparedCall,
        wanted: DocumentedError,
    ) -> None:
        """Call and compare the exception with the documented error."""
        _, error, arrived = await self._send(client, operation, method, call, wanted.key)
        label = f"{operation.name}: {wanted.key}"
        if error is None:
            self.faults.append(f"{label} raises nothing")
        elif not isinstance(error, self._package.errors.APIStatusError):
            self.faults.append(f"{label} raises {type(error).__name__}: {error}")
        elif arrived:
            answer = self.answers.choose(operation, wanted.key)
            for text in error_faults(self._package.errors, error, wanted, answer):
                self.faults.append(f"{label}: the error {text}")

    async def _send(
        self,
        client: Any,
        operation: SpecOperation,
        method: ClientMethod,
        call: PreparedCall,
        answer: str | None,
    ) -> tuple[Any, Exception | None, bool]:
        """The result or the exception, and whether the request arrived as it should."""
        name = f"{self._service}-{next(self._count)}"
        headers = {CALL_HEADER: name} | ({ANSWER_HEADER: answer} if answer else {})
        options = self._package.RequestOptions(headers=headers, max_retries=0)
        result: Any = None
        error: Exception | None = None
        try:
            result = method.bind(client)(*call.positional, **call.keywords, request_options=options)
            if self._colour == "async":
                assert inspect.isawaitable(result), f"{operation.name} isn't async"
                result = await result
        except Exception as raised:
            error = raised
        return result, error, self._arrived(operation, call, name)

    def _arrived(self, operation: SpecOperation, call: PreparedCall, name: str) -> bool:
        self._totals.calls += 1
        arrival = self._server.take(name)
        if arrival is None:
            self.faults.append(f"{operation.name}: nothing arrived")
            return False
        verdict = arrival.verdict
        if not verdict.valid:
            self._totals.invalid += 1
            self.faults += [f"{operation.name}: invalid: {reason}" for reason in verdict.reasons]
            return False
        assert verdict.operation is not None
        if verdict.operation.location != operation.location:
            self.faults.append(f"{operation.name}: arrived as {verdict.operation.name}")
            return False
        differences = call.differences(arrival.request, verdict.path_values)
        self.faults += [f"{operation.name}: {text}" for text in differences]
        self._totals.count(self._colour, self._service, operation.name)
        return True

    async def call_all(self, client: Any, *, optional: bool) -> None:
        """Every operation once, with all arguments or only those that are required."""
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
        self._totals.count_errors(self._colour, self._service, documented=documented, raised=raised)

    def check(self) -> None:
        shown = "\n".join(self.faults[:_SHOWN])
        assert not self.faults, f"{len(self.faults)} faults\n{shown}"


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
