"""Options and reports of the whole test run."""

from __future__ import annotations

import pytest
from support.command_line.totals import CommandReport
from support.contract.totals import ContractReport


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden",
        action="store_true",
        help="write what the golden tests found as what they expect; read the diff",
    )


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(ContractReport(), "contract-report")
    config.pluginmanager.register(CommandReport(), "command-report")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The tools come first: they take longest, and the workers share what is left."""
    items.sort(key=lambda item: "quality" not in item.path.parts)
