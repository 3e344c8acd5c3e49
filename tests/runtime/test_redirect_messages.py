"""A redirect that isn't followed: the error says why, and where it points to."""

from __future__ import annotations

from typing import Any

import pytest
from hoody_codegen.runtime.errors import RedirectError
from support.runtime_calls import TOKEN, Caller, operation
from support.wire_server import Answer, WireServer

ELSEWHERE = "http://other.test/there?token=very-secret#f"
OCTETS = "application/octet-stream"


@pytest.mark.parametrize(
    ("method", "body", "status", "location", "message"),
    [
        (
            "POST",
            {"a": 1},
            307,
            ELSEWHERE,
            "to http://other.test/there isn't followed: a body isn't",
        ),
        (
            "GET",
            {"a": 1},
            302,
            ELSEWHERE,
            "to http://other.test/there isn't followed: a body isn't",
        ),
        ("DELETE", None, 307, ELSEWHERE, "isn't followed: a DELETE isn't sent to another origin"),
        (
            "POST",
            None,
            302,
            "/there?x=1",
            "/there isn't followed: what becomes of a POST after a 302",
        ),
        ("GET", None, 300, "/there", "/there isn't followed: a status 300 isn't one to follow"),
        ("GET", None, 302, None, "The redirect isn't followed: the answer has no Location"),
        (
            "GET",
            None,
            302,
            "ftp://a.test/x",
            "to ftp://a.test/x isn't followed: its Location is no",
        ),
        (
            "GET",
            None,
            302,
            "http://u:p@a.test/",
            "to http://a.test/ isn't followed: its Location holds",
        ),
        ("PUT", iter([b"x"]), 307, "/there", "the body of this request can't be sent twice"),
        (
            "GET",
            None,
            302,
            "/things",
            "/things isn't followed: 10 redirects were followed before it",
        ),
    ],
)
def test_a_redirect_that_is_not_followed_says_why(
    colour_caller: Caller,
    server: WireServer,
    method: str,
    body: Any,
    status: int,
    location: str | None,
    message: str,
) -> None:
    server.default = Answer(status, headers={} if location is None else {"Location": location})
    given = {} if body is None else {"body": body}
    op = operation(method, media_type=OCTETS if method == "PUT" else "application/json")

    with pytest.raises(RedirectError) as caught:
        colour_caller.call(op, **given)

    assert message in str(caught.value)
    for secret in ("very-secret", "u:p", "x=1", "#f"):
        assert secret not in str(caught.value)
    assert caught.value.args == (caught.value.message,)


def test_a_redirect_that_repeats_the_token_does_not_show_it(
    colour_caller: Caller, server: WireServer
) -> None:
    server.default = Answer(307, headers={"Location": f"http://other.test/{TOKEN}/x"})
    with pytest.raises(RedirectError) as caught:
        colour_caller.call(operation("POST"), body={"a": 1})
    assert TOKEN not in str(caught.value)
    assert "to http://other.test/***/x isn't" in str(caught.value)
