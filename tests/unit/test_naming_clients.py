"""A client's name never hides a class that comes with the package."""

from __future__ import annotations

import pytest
from hoody_codegen.diagnostics import Diagnostics, Location
from hoody_codegen.naming.clients import name_client
from hoody_codegen.naming.reserved import ERROR_CLASSES, PACKAGE_NAMES
from hoody_codegen.python import package

PLACE = Location("a.yaml", "", 1, 1)


@pytest.mark.parametrize("wanted", ["Hoody", "Acme", "Projects"])
def test_other_names_stay(wanted: str) -> None:
    diagnostics = Diagnostics()

    assert name_client(wanted, PLACE, diagnostics) == wanted
    assert len(diagnostics) == 0


@pytest.mark.parametrize(
    "wanted", ["Client", "Server", "Conflict", "Page", "Timeout", "Lookup", "API", "NotFound"]
)
def test_a_name_that_would_hide_another_gets_a_longer_one(wanted: str) -> None:
    diagnostics = Diagnostics()

    name = name_client(wanted, PLACE, diagnostics)

    assert name == f"{wanted}Api"
    assert not {name, f"Async{name}", f"{name}Error"} & (ERROR_CLASSES | PACKAGE_NAMES)
    (warning,) = diagnostics.warnings
    assert warning.code == "client-name-taken"
    assert "client_name" in warning.hint


def test_the_list_knows_what_the_package_exports() -> None:
    conditional = {*package.FILE_NAMES, *package.SOCKET_NAMES, *package.SIGN_IN_NAMES}
    names = {*package.RUNTIME_NAMES, *conditional}
    assert names <= PACKAGE_NAMES
