"""Every operation of every document is called through the generated client, sync and async.

A server built from the same documents by an independent library judges what arrives; its answers
are the documented examples, which must come back as the documented types and errors.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest
from support.contract import rounds
from support.contract.run import Colour, Methods, ServiceRun, methods_by_colour
from support.contract.server import ContractServer
from support.contract.targets import load_specs
from support.contract.totals import TOTALS

SPECS = {spec.service: spec for spec in load_specs("hoody")}


@pytest.fixture(scope="session")
def package() -> ModuleType:
    return importlib.import_module("hoody")


@pytest.fixture(scope="session")
def server() -> Iterator[ContractServer]:
    with ContractServer(SPECS.values()) as running:
        yield running


@pytest.fixture(scope="session")
def find_methods(package: ModuleType) -> Callable[[str], Methods]:
    """Finds the methods of a service, once."""
    return cache(lambda service: methods_by_colour(SPECS[service], package.__name__))


@pytest.fixture
def run(
    service: str,
    colour: Colour,
    server: ContractServer,
    package: ModuleType,
    find_methods: Callable[[str], Methods],
) -> ServiceRun:
    return ServiceRun(
        SPECS[service],
        colour,
        find_methods(service),
        server=server,
        package=package,
        totals=TOTALS,
    )


each_service = pytest.mark.parametrize("service", SPECS)
each_colour = pytest.mark.parametrize("colour", ["sync", "async"])


@each_service
@each_colour
@pytest.mark.parametrize("optional", [True, False], ids=["all", "required"])
async def test_calls(run: ServiceRun, optional: bool) -> None:
    async with run.connected() as client:
        await run.call_all(client, optional=optional)
    run.check()


@each_service
@each_colour
async def test_documented_errors(run: ServiceRun) -> None:
    async with run.connected() as client:
        await run.fail_all(client)
    run.check()


@each_service
@each_colour
async def test_pages(run: ServiceRun) -> None:
    async with run.connected() as client:
        await rounds.follow_pages(run, client)
    run.check()


@each_service
@each_colour
async def test_broken_connections(run: ServiceRun, tmp_path: Path) -> None:
    async with run.connected() as client:
        await rounds.break_off(run, client, tmp_path)
    run.check()


@each_service
@each_colour
async def test_uploads(run: ServiceRun, tmp_path: Path) -> None:
    async with run.connected() as client:
        await rounds.upload(run, client, tmp_path)
        await rounds.upload_resumably(run, client, tmp_path)
    run.check()


def test_every_document_is_called() -> None:
    """The run can't shrink in silence: a document without operations, or none at all."""
    assert SPECS
    assert all(spec.operations for spec in SPECS.values())
