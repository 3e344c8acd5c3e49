"""Every operation of every document is called through the generated client, sync and async.

A server built from the same documents by an independent library judges what arrives; its answers
are the documented examples, which must come back as the documented types and errors.
"""

from __future__ import annotations

import importlib
import inspect
import itertools
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from types import ModuleType
from typing import Any, Literal

import pytest
from support.contract.answers import ANSWER_HEADER, Answers, DocumentedError
from support.contract.calls import CallFault, CallMaker, PreparedCall
from support.contract.client import ClientMethod, key_of, methods_of
from support.contract.expectations import error_faults, result_faults
from support.contract.server import CALL_HEADER, ContractServer
from support.contract.specs import Spec, SpecOperation
from support.contract.targets import load_specs
from support.contract.totals import TOTALS
from support.contract.values import ValueMaker

SPECS = {spec.service: spec for spec in load_specs("hoody")}
_SHOWN = 25


Colour = Literal["sync", "async"]
Methods = Mapping[Colour, list[ClientMethod]]


class ServiceRun:
    """The calls of one test; gathers faults, so that one run shows them all."""

    def __init__(
        self,
        spec: Spec,
        colour: Colour,
        server: ContractServer,
        package: ModuleType,
        methods: Methods,
    ) -> None:
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
        TOTALS.calls += 1
        arrival = self._server.take(name)
        if arrival is None:
            self.faults.append(f"{operation.name}: nothing arrived")
            return False
        verdict = arrival.verdict
        if not verdict.valid:
            TOTALS.invalid += 1
            self.faults += [f"{operation.name}: invalid: {reason}" for reason in verdict.reasons]
            return False
        assert verdict.operation is not None
        if verdict.operation.location != operation.location:
            self.faults.append(f"{operation.name}: arrived as {verdict.operation.name}")
            return False
        differences = call.differences(arrival.request, verdict.path_values)
        self.faults += [f"{operation.name}: {text}" for text in differences]
        TOTALS.count(self._colour, self._service, operation.name)
        return True

    def check(self) -> None:
        shown = "\n".join(self.faults[:_SHOWN])
        assert not self.faults, f"{len(self.faults)} faults\n{shown}"


@pytest.fixture(scope="session")
def package() -> ModuleType:
    return importlib.import_module("hoody")


@pytest.fixture(scope="session")
def server() -> Iterator[ContractServer]:
    with ContractServer(SPECS.values()) as running:
        yield running


@pytest.fixture(scope="session")
def pairings(package: ModuleType) -> Callable[[Spec], Methods]:
    """Finds the methods of a service's operations, in their order, once for each service."""
    known: dict[str, Methods] = {}

    def find(spec: Spec) -> Methods:
        if spec.service not in known:
            sync, asynchronous = methods_of(package.__name__, spec.service)
            known[spec.service] = {
                "sync": _paired(spec, sync),
                "async": _paired(spec, asynchronous),
            }
        return known[spec.service]

    return find


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


@pytest.fixture
def run(
    service: str, colour: Colour, server: ContractServer, package: ModuleType, pairings: Any
) -> ServiceRun:
    spec = SPECS[service]
    TOTALS.expect(colour, service, len(spec.operations))
    return ServiceRun(spec, colour, server, package, pairings(spec))


each_service = pytest.mark.parametrize("service", SPECS)
each_colour = pytest.mark.parametrize("colour", ["sync", "async"])


@each_service
@each_colour
@pytest.mark.parametrize("optional", [True, False], ids=["all", "required"])
async def test_calls(run: ServiceRun, optional: bool) -> None:
    async with run.connected() as client:
        for operation, method in run.methods:
            call = run.prepare(operation, method, optional=optional)
            if call is not None:
                await run.succeed(client, operation, method, call)
    run.check()


@each_service
@each_colour
async def test_documented_errors(run: ServiceRun) -> None:
    async with run.connected() as client:
        for operation, method in run.methods:
            call = run.prepare(operation, method, optional=False)
            if call is not None:
                for wanted in run.answers.errors(operation):
                    await run.fail(client, operation, method, call, wanted)
    run.check()


def test_every_document_is_called() -> None:
    """The run can't shrink in silence: a document without operations, or none at all."""
    assert SPECS
    assert all(spec.operations for spec in SPECS.values())
