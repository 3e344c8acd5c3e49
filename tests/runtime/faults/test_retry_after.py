"""Retry-After: honoured in both forms up to the cap, refused with an error of its own beyond it."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

import pytest
from hoody_codegen.runtime import ErrorRegistry, RequestOptions
from hoody_codegen.runtime.errors import (
    APIStatusError,
    BadRequestError,
    RateLimitError,
    RetryAfterError,
    ServiceUnavailableError,
)
from support.fault_server import FaultServer, answer
from support.runtime_calls import Caller, operation, set_registry

NOW = 1_700_000_000


class TooManyBuilds(RateLimitError):
    """A documented code."""


class Overloaded(ServiceUnavailableError):
    """A documented code."""


@pytest.fixture
def registry() -> Iterator[None]:
    set_registry(
        ErrorRegistry({(429, "TOO_MANY_BUILDS"): TooManyBuilds, (503, "OVERLOADED"): Overloaded})
    )
    yield
    set_registry(ErrorRegistry({}))


def date(seconds: float) -> str:
    return format_datetime(datetime.fromtimestamp(NOW + seconds, UTC), usegmt=True)


def refused(caller: Caller, *arguments: Any, **values: Any) -> RetryAfterError:
    with pytest.raises(RetryAfterError) as caught:
        caller.call(*arguments, **values)
    return caught.value


@pytest.mark.parametrize("status", [429, 503, 500, 408])
@pytest.mark.parametrize(
    ("value", "seconds"), [("7", 7.0), ("0", 0.0), (date(40), 40.0), (date(-5), 0.0)]
)
def test_both_forms_are_waited_for(
    caller: Caller, server: FaultServer, status: int, value: str, seconds: float
) -> None:
    server.scripts.append(answer(status, Retry_After=value))
    assert caller.call(operation()) == {"ok": True}
    assert caller.time.waits == [seconds]


def test_the_second_date_counts_from_the_time_it_comes(caller: Caller, server: FaultServer) -> None:
    server.scripts.extend([answer(429, Retry_After=date(20)), answer(503, Retry_After=date(50))])
    caller.call(operation())
    assert caller.time.waits == [20.0, 30.0]


@pytest.mark.parametrize("value", ["soon", "-1", "", "nan", "1e999", "Tue, 99 Nov 2023 00:00:00"])
def test_what_makes_no_sense_leaves_the_wait_to_the_client(
    caller: Caller, server: FaultServer, value: str
) -> None:
    server.scripts.append(answer(503, Retry_After=value))
    caller.call(operation())
    assert caller.time.waits == [0.4375]


@pytest.mark.parametrize("value", ["61", date(61), date(10_000_000)])
@pytest.mark.parametrize(
    ("status", "kind"), [(429, RateLimitError), (503, ServiceUnavailableError)]
)
def test_a_wait_beyond_the_cap_is_refused(
    caller: Caller, server: FaultServer, value: str, status: int, kind: type[APIStatusError]
) -> None:
    server.default = answer(status, Retry_After=value)
    error = refused(caller, operation())
    assert isinstance(error, kind)
    assert error.status == status
    assert error.retry_after is not None
    assert error.retry_after > 60
    assert len(server.requests) == 1
    assert caller.time.waits == []


def test_exactly_the_cap_is_waited_for(caller: Caller, server: FaultServer) -> None:
    server.scripts.append(answer(429, Retry_After="60"))
    caller.call(operation())
    assert caller.time.waits == [60.0]


def test_the_cap_is_the_users(caller: Caller, server: FaultServer) -> None:
    caller.policy = replace(caller.policy, max_retry_after=5)
    server.default = answer(429, Retry_After="6")
    refused(caller, operation("POST"))
    caller.policy = replace(caller.policy, max_retry_after=3600)
    server.scripts.append(answer(429, Retry_After="1800"))
    server.default = answer()
    caller.call(operation())
    assert caller.time.waits == [1800.0]


def test_a_wait_is_refused_on_a_later_try(caller: Caller, server: FaultServer) -> None:
    server.scripts.extend([answer(503), answer(503, Retry_After="900")])
    assert refused(caller, operation()).retry_after == 900
    assert len(server.requests) == 2


def test_the_last_try_and_what_is_not_repeated_refuse_nothing(
    caller: Caller, server: FaultServer
) -> None:
    server.default = answer(503, Retry_After="900")
    for values in (
        {"operation": operation(), "options": RequestOptions(max_retries=0)},
        {"operation": operation("POST"), "options": None},
    ):
        with pytest.raises(ServiceUnavailableError) as caught:
            caller.call(**values)
        assert not isinstance(caught.value, RetryAfterError)
        assert caught.value.retry_after == 900


@pytest.mark.usefixtures("registry")
@pytest.mark.parametrize(
    ("status", "code", "kind", "parent"),
    [
        (429, "TOO_MANY_BUILDS", TooManyBuilds, RateLimitError),
        (503, "OVERLOADED", Overloaded, ServiceUnavailableError),
        # A code under another status than the documented one.
        (503, "TOO_MANY_BUILDS", TooManyBuilds, ServiceUnavailableError),
    ],
)
def test_the_error_is_also_what_its_code_says(
    caller: Caller,
    server: FaultServer,
    status: int,
    code: str,
    kind: type[APIStatusError],
    parent: type[APIStatusError],
) -> None:
    body = f'{{"code":"{code}","message":"Later"}}'.encode()
    server.default = answer(status, body, Retry_After="3600")
    errors = [refused(caller, operation()), refused(caller, operation())]
    assert type(errors[0]) is type(errors[1])
    copy = pickle.loads(pickle.dumps(errors[0]))
    for error in (*errors, copy):
        assert isinstance(error, kind)
        assert isinstance(error, parent)
        assert isinstance(error, RetryAfterError)
        assert not isinstance(error, BadRequestError)
        assert (error.status, error.code, error.message) == (status, code, "Later")
        assert error.retry_after == 3600
        assert str(error).splitlines() == [
            f"GET /things: {status} {code}: Later",
            "  retry after: 3600 s",
            "  not tried again: that is longer than this client waits",
        ]
