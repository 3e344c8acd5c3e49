"""Options and reports of the whole test run."""

from __future__ import annotations

import pytest
from support.contract.totals import ContractReport


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(ContractReport(), "contract-report")
