"""A server that goes wrong in place of the sound one; ``caller`` calls it in each colour, over each
HTTP library."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from support.fault_server import FaultServer, FullServer


@pytest.fixture
def server() -> Iterator[FaultServer]:
    running = FaultServer()
    yield running
    running.close()


@pytest.fixture
def full_server() -> Iterator[FullServer]:
    running = FullServer()
    yield running
    running.close()
