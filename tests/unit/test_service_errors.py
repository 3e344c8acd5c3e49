"""What the modules about the errors of services hold, and what the reference says about a code."""

from __future__ import annotations

from typing import Any

from hoody_codegen.diagnostics import Diagnostics
from hoody_codegen.naming.identifiers import ClassName, Identifier
from hoody_codegen.naming.table import build_names
from hoody_codegen.passes import build_catalogue
from hoody_codegen.python.error_reference import plan_error_reference
from hoody_codegen.python.service_errors import plan_service_errors
from hoody_codegen.render import Rendered, render_all
from support.reading import read


def spec(**operations: list[dict[str, Any]]) -> dict[str, Any]:
    """A service whose operations document these codes under 400."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "Shop", "version": "1", "x-namespace": "shop"},
        "paths": {
            f"/{name}": {
                "get": {
                    "operationId": name,
                    "tags": ["shop:Things"],
                    "responses": {"400": {"description": "no", "x-error-codes": codes}},
                }
            }
            for name, codes in operations.items()
        },
    }


def files(document: dict[str, Any]) -> dict[str, str]:
    api, _ = read(document, passes=True)
    names = build_names(api, Diagnostics(), client_name="Shop")
    plans = (
        *plan_service_errors(api, names),
        *plan_error_reference(
            api,
            build_catalogue(api),
            names,
            package=Identifier("shop"),
            client=ClassName("Shop"),
        ),
    )
    return {str(path): text for path, text in render_all([Rendered(plans, "ruff")])[0].items()}


def entries(document: dict[str, Any]) -> Any:
    """The entries of the service's module, by code."""
    from hoody_codegen import runtime
    from hoody_codegen.runtime import operation

    text = files(document)["services/shop/_errors.py"]
    assert "from ..._runtime.operation import" in text
    code = text[text.index("ERRORS = ") :]
    space = {**vars(operation), **vars(runtime)}
    exec(compile(code, "_errors.py", "exec"), space)
    return {entry.code: entry for entry in space["ERRORS"].entries}


def code(**texts: str) -> list[dict[str, Any]]:
    return [{"code": "TAKEN", **texts}]


def test_a_service_has_the_texts_that_most_of_its_operations_give() -> None:
    found = entries(
        spec(
            a=code(title="Taken", description="By you", resolution="Another"),
            b=code(title="Taken", description="By others", resolution="Another"),
            c=code(title="In use", description="By nobody", resolution="Another"),
        )
    )

    assert (found["TAKEN"].title, found["TAKEN"].resolution) == ("Taken", "Another")
    assert found["TAKEN"].description == ""


def test_half_is_not_most() -> None:
    found = entries(spec(a=code(title="Taken"), b=code(title="In use"), c=code(), d=code()))

    assert found["TAKEN"].title == ""


def test_services_without_documented_errors_have_no_module() -> None:
    document = spec()
    document["paths"] = {"/a": {"get": {"responses": {"200": {"description": "Ok"}}}}}

    assert files(document) == {}


def test_the_reference_shares_texts_and_keeps_those_that_differ() -> None:
    text = files(
        spec(
            a=code(title="Taken", description="One.\n\nTwo.", resolution="# Not a heading"),
            b=code(title="Taken", description="One.\n\nTwo.", resolution="# Not a heading"),
            c=code(title="In use"),
            d=[{"code": "taken"}],
        )
    )["docs/errors.md"]

    assert text.count("\n## ") == 1
    section = text[text.index("\n## ") :].split("\n\n")
    assert section == [
        "\n## `TAKEN`, `taken`",
        "`errors.Taken`, status 400",
        "**400**",
        "Documented by `shop.things.d`.",
        "**400** In use",
        "Documented by `shop.things.c`.",
        "**400** Taken",
        "One.",
        "Two.",
        "To do: \\# Not a heading",
        "Documented by `shop.things.a`, `shop.things.b`.\n",
    ]


def test_the_reference_says_which_answers_never_name_a_code() -> None:
    document = spec(a=code(title="Taken"))
    response = document["paths"]["/a"]["get"]["responses"]["400"]
    response["content"] = {"application/json": {"example": {"message": "It is taken"}}}

    text = files(document)["docs/errors.md"]

    assert text.endswith(
        "No documented answer of `shop` names this code. It is recognised by a documented\n"
        "message; otherwise it is in `error.possible`.\n"
    )
