"""Options and reports of the whole test run."""

from __future__ import annotations

import pytest
from support.contract.totals import ContractReport


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden",
        action="store_true",
        help="write what the golden tests found as what they expect; read the diff",
    )


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(ContractReport(), "contract-report")
