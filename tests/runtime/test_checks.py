"""Settings of the wrong kind are refused where they are given, and by name."""

from __future__ import annotations

from typing import Any

import pytest
from hoody_codegen.runtime import AsyncClient, RequestOptions, SyncClient
from hoody_codegen.runtime.errors import ConfigurationError, InvalidArgumentError
from hoody_codegen.runtime.options import Timeout
from support.runtime_calls import AsyncDemo, Demo

WRONG: list[tuple[dict[str, Any], str]] = [
    ({"timeout": "3"}, r"timeout has to be a number of seconds.*, or a Timeout, not a str"),
    ({"timeout": -1}, r"timeout has to be .*, not -1"),
    ({"timeout": float("nan")}, r"timeout has to be .*, not nan"),
    ({"timeout": True}, r"timeout has to be .*, not True"),
    ({"timeout": Timeout(read=-2.0)}, r"timeout\.read has to be .*, not -2\.0"),
    ({"timeout": Timeout(pool="1")}, r"timeout\.pool has to be .*, not a str"),  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]
    ({"deadline": "3"}, r"deadline has to be a number of seconds, 0 or more, not a str"),
    ({"deadline": -0.5}, r"deadline has to be .*, not -0\.5"),
    ({"deadline": False}, r"deadline has to be .*, not False"),
    ({"max_retries": "3"}, r"max_retries has to be a whole number, 0 or more, not a str"),
    ({"max_retries": -1}, r"max_retries has to be .*, not -1"),
    ({"max_retries": 1.5}, r"max_retries has to be .*, not 1\.5"),
    ({"max_retries": True}, r"max_retries has to be .*, not True"),
]
URLS: list[tuple[dict[str, Any], str]] = [
    ({"service_urls": {"files": 5}}, r"service_urls\['files'\] has to be a text \(a URL\), not 5"),
    ({"service_urls": {5: "http://a.test"}}, r"a name in service_urls has to be a text, not 5"),
    ({"service_urls": "http://a.test"}, r"service_urls has to be a mapping .*, not a str"),
]
CLIENTS = pytest.mark.parametrize("kind", [Demo, AsyncDemo])


@CLIENTS
@pytest.mark.parametrize(("given", "message"), [*WRONG, *URLS, ({"base_url": 5}, "base_url has")])
def test_a_client_refuses_wrong_settings(
    kind: type[SyncClient | AsyncClient], given: dict[str, Any], message: str
) -> None:
    with pytest.raises(ConfigurationError, match=message):
        kind(**given)


@CLIENTS
@pytest.mark.parametrize(("given", "message"), [*WRONG, *URLS])
def test_a_copy_refuses_wrong_settings(
    kind: type[SyncClient | AsyncClient], given: dict[str, Any], message: str
) -> None:
    client = kind()
    with pytest.raises(ConfigurationError, match=message):
        client.with_options(**given)


@pytest.mark.parametrize(("given", "message"), WRONG)
def test_options_of_a_call_refuse_wrong_values(given: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidArgumentError, match=message):
        RequestOptions(**given)


def test_what_is_given_is_not_shown_where_it_may_be_secret() -> None:
    with pytest.raises(ConfigurationError) as caught:
        Demo(timeout="token-of-a-test")  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]
    assert "token-of-a-test" not in str(caught.value)


@CLIENTS
@pytest.mark.parametrize(
    "given",
    [
        {"timeout": 0, "deadline": 0, "max_retries": 0},
        {"timeout": float("inf"), "deadline": float("inf"), "max_retries": 5},
        {"timeout": Timeout(read=None), "deadline": 1.5},
        {"timeout": None, "deadline": None, "service_urls": None},
    ],
)
def test_what_is_documented_is_taken(
    kind: type[SyncClient | AsyncClient], given: dict[str, Any]
) -> None:
    kind(**given).with_options(**given)
    RequestOptions(**{key: value for key, value in given.items() if key != "service_urls"})


@CLIENTS
@pytest.mark.parametrize("value", [True, 2.5, b"1", None])
def test_values_of_addresses_are_texts_or_whole_numbers(
    kind: type[SyncClient | AsyncClient], value: Any
) -> None:
    message = r"index has to be a text or a whole number, not"
    with pytest.raises(ConfigurationError, match=message):
        kind(variables={"index": value})
    with pytest.raises(ConfigurationError, match=message):
        kind().with_variables(index=value)
    with pytest.raises(ConfigurationError, match=message):
        kind().url("files", index=value)
