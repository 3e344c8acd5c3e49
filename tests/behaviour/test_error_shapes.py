"""Errors of an API whose bodies have quite other shapes: the golden case ``error_shapes``, called.

Nothing in the generator knows this API: the shapes come from its document.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from support.golden import GOLDEN
from support.wire_server import Answer, json_answer

DOCUMENT = (GOLDEN / "error_shapes" / "spec.yaml").read_text(encoding="utf-8")

PROBLEM = {"status": 404, "title": "Not Found", "detail": "Account 7 is unknown", "code": 1042}
TRANSFER = {
    "errors": [
        {"code": "amount.negative", "field": "amount", "message": "must be above zero"},
        {"code": "amount.negative", "field": "fee", "message": "must be above zero"},
    ]
}
RATE = {
    "name": "RateError",
    "data": {"message": "No rate for XXX today", "reason": "NO_RATE", "field": "currency"},
}
LIMIT = {"code": "E17", "type": "LIMIT_REACHED", "message": "Ask again later", "retry_after": 30}


def text(content: str, status: int, kind: str = "text/plain") -> Answer:
    return Answer(status, content.encode(), {"Content-Type": kind})


DOCUMENTED: dict[str, tuple[Any, ...]] = {
    "a number in a problem document": (
        *("accounts.get", ["7"], json_answer(PROBLEM, 404)),
        *("Code1042", "1042", "Account 7 is unknown", {}),
    ),
    "a header": (
        *("accounts.probe", ["7"]),
        Answer(404, b"", {"Ledger-Error-Code": "ACCOUNT_UNKNOWN"}),
        *("AccountUnknown", "ACCOUNT_UNKNOWN", "Not Found", {}),
    ),
    "a list": (
        *("transfers.create", [], json_answer(TRANSFER, 422)),
        *("AmountNegative", "amount.negative", "must be above zero"),
        {"amount": ("must be above zero",), "fee": ("must be above zero",)},
    ),
    "plain text": (
        *("statements.get", ["5"], text("The statement is locked\n", 409)),
        *("StatementLocked", "STATEMENT_LOCKED", "The statement is locked", {}),
    ),
    "one level deeper": (
        *("rates.get", ["XXX"], json_answer(RATE, 404)),
        *("NoRate", "NO_RATE", "No rate for XXX today"),
        {"currency": ("No rate for XXX today",)},
    ),
    "a shape of its own": (
        *("limits.get", [], json_answer(LIMIT, 429)),
        *("LimitReached", "LIMIT_REACHED", "Ask again later", {}),
    ),
}

UNEXPECTED: dict[str, tuple[Any, ...]] = {
    "a page": (
        *("statements.get", ["5"], text("<h1>Bad gateway</h1>", 502, "text/html")),
        *("BadGatewayError", None, "Bad gateway", {}),
    ),
    "nothing": ("accounts.get", ["7"], Answer(404), "NotFoundError", None, "Not Found", {}),
    "no code": (
        *("accounts.get", ["7"], json_answer({"detail": "Who knows"}, 404)),
        *("NotFoundError", None, "Who knows", {}),
    ),
    "a new number": (
        *("accounts.get", ["7"], json_answer({"code": 1099, "detail": "Newer"}, 404)),
        *("NotFoundError", "1099", "Newer", {}),
    ),
    "the shape of another operation": (
        *("rates.get", ["XXX"], json_answer({"code": "NO_RATE", "message": "m"}, 404)),
        *("NoRate", "NO_RATE", "m", {}),
    ),
    "the shape of no operation": (
        *("rates.get", ["XXX"], json_answer({"error": {"code": "NO_RATE", "message": "m"}}, 404)),
        *("NoRate", "NO_RATE", "m", {}),
    ),
    "a code of another operation": (
        *("rates.get", ["XXX"], json_answer({"code": "NOT_EMPTY", "message": "m"}, 409)),
        *("NotEmpty", "NOT_EMPTY", "m", {}),
    ),
    "broken JSON": (
        *("rates.get", ["XXX"], text('{"data": {"reason"', 404, "application/json")),
        *("NotFoundError", None, '{"data": {"reason"', {}),
    ),
}


@pytest.mark.parametrize("case", [*DOCUMENTED, *UNEXPECTED])
async def test_every_shape_gives_its_exception(generate: Any, case: str) -> None:
    method, arguments, answer, name, code, message, fields = {**DOCUMENTED, **UNEXPECTED}[case]
    shop = generate(DOCUMENT, client={"max_retries": 0})
    shop.server.default = answer
    errors = shop.module.errors

    with pytest.raises(getattr(errors, name)) as caught:
        await shop.call(f"ledger.{method}", *arguments)

    error = caught.value
    assert (error.code, error.message, error.fields) == (code, message, fields)
    assert error.status == answer.status
    assert error.response.content == (b"" if method == "accounts.probe" else answer.body)
    if case in DOCUMENTED:
        assert error.title
        assert error.possible == ()


async def test_a_code_under_another_status_is_caught_by_both(generate: Any) -> None:
    shop = generate(DOCUMENT, client={"max_retries": 0})
    shop.server.default = json_answer({"code": "NOT_EMPTY", "message": "m"}, 423)
    errors = shop.module.errors

    with pytest.raises(errors.NotEmpty) as caught:
        await shop.call("ledger.accounts.delete", "7")

    assert isinstance(caught.value, errors.LockedError)
    assert caught.value.title == "The account isn't empty"


async def test_codes_that_no_answer_names_are_possible(generate: Any) -> None:
    shop = generate(DOCUMENT, client={"max_retries": 0})
    shop.server.default = json_answer({"message": "No"}, 409)

    with pytest.raises(shop.module.errors.ConflictError) as caught:
        await shop.call("ledger.accounts.delete", "7")

    assert caught.value.code is None
    assert [entry.code for entry in caught.value.possible] == ["NOT_EMPTY"]
    assert "documented for this status: NOT_EMPTY" in str(caught.value)


async def test_a_method_tells_its_errors_before_they_happen(generate: Any) -> None:
    shop = generate(DOCUMENT)
    accounts = shop.client.ledger.accounts
    errors = shop.module.errors

    for method in (accounts.get, accounts.with_raw_response.get, type(accounts).get):
        known = errors.of(method)
        assert [(one.status, one.code, one.type) for one in known] == [
            (404, "1042", errors.Code1042),
            (404, "1043", errors.Code1043),
        ]
        assert (known[0].title, known[0].resolution) == ("Unknown account", "List the accounts.")
    assert shop.server.requests == []


TYPED = """
from typing import assert_type
from {package} import AsyncLedger, Ledger, errors

def told(client: Ledger, other: AsyncLedger) -> list[str]:
    found = errors.of(client.ledger.accounts.get)
    assert_type(found, tuple[errors.DocumentedError, ...])
    for method in (other.ledger.rates.get, other.ledger.rates.with_raw_response.get):
        errors.of(method)
    assert_type(found[0].type, type[errors.APIStatusError])
    try:
        client.ledger.accounts.get("7")
    except errors.Code1042 as error:
        assert_type(error.code, str | None)
        assert_type(error.status, int)
        return [error.title, error.description, error.resolution, *error.fields]
    return [one.title for one in found]
"""


@pytest.mark.parametrize("checker", [["mypy", "--strict", "--no-error-summary"], ["pyright"]])
def test_type_checkers_agree(packages: Any, tmp_path: Path, checker: list[str]) -> None:
    module = packages.get(DOCUMENT, client_name="Ledger")
    program = tmp_path / "told.py"
    program.write_text(TYPED.format(package=module.__name__))
    place = Path(module.__file__).parents[1]
    settings = {"extraPaths": [str(place)], "typeCheckingMode": "strict", "include": ["told.py"]}
    (tmp_path / "pyrightconfig.json").write_text(json.dumps(settings))

    done = subprocess.run(
        [sys.executable, "-m", *checker, *(["told.py"] if checker[0] == "mypy" else [])],
        cwd=tmp_path,
        env={"MYPYPATH": str(place), "PATH": str(Path(sys.executable).parent)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
