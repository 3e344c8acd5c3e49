"""A loopback server that is signed in to, and clients of it in both colours."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from hoody_codegen.runtime import Credentials, ErrorEntry, Operation, RetryPolicy, ServiceInfo
from hoody_codegen.runtime.sign_in import SecondFactor, SignIn

from .runtime_calls import INFO, AsyncDemo, AsyncThings, Demo, FakeTime, Things, operation
from .wire_server import Answer, Recorded, WireServer, json_answer

PASSWORD: Final = "correct-horse-battery"
CODE: Final = "123456"
_OPEN: Final = ("/login", "/verify", "/refresh")


def _call(path: str, **values: Any) -> Operation:
    return replace(
        operation("POST", path, media_type="application/json", envelope="data"),
        **{"security": (), **values},
    )


SIGN_IN: Final = SignIn(
    login=_call("/login", errors={401: (ErrorEntry(code="BAD_PASSWORD", title="Wrong"),)}),
    identity=("username", "email"),
    password="password",
    token="token",
    refresh_token="refreshToken",
    expires_in="expires_in",
    second_factor=SecondFactor(
        operation=_call("/verify"),
        needed="requires_2fa",
        ticket="temp_token",
        ticket_field="temp_token",
        code="code",
        method="method",
    ),
    refresh=_call("/refresh"),
    refresh_field="refreshToken",
    logout=_call("/logout", media_type=None, security=None, result="none", envelope=None),
)

ME: Final = operation(path="/me")

SIGNED: Final = INFO._replace(
    sign_in=lambda: SIGN_IN,
    services={
        **INFO.services,
        "api": ServiceInfo(name="api", base_url="https://api.{domain}", variables={"domain": "x"}),
    },
)


class Signed(Demo):
    _info = SIGNED


class AsyncSigned(AsyncDemo):
    _info = SIGNED


class SignInServer(WireServer):
    """Knows one account. Tokens are numbered; the latest one alone is good.

    ``gate`` is called in ``/me`` before an old token is refused, ``refreshing`` in ``/refresh``.
    """

    def __init__(self) -> None:
        super().__init__()
        self.issued = 0
        self.second_factor = False
        self.lifetime: float | None = 3600
        self.envelope: str | None = "data"
        self.refresh_answer: Answer | None = None
        self.gate: Callable[[], object] = lambda: None
        self.refreshing: Callable[[], object] = lambda: None
        self.state = threading.Lock()
        self.default = self.answer

    @property
    def token(self) -> str:
        return f"access-token-{self.issued}"

    @property
    def refresh_token(self) -> str:
        return f"refresh-token-{self.issued}"

    def count(self, path: str) -> int:
        return sum(request.path == path for request in self.requests)

    def answer(self, request: Recorded) -> Answer:
        body: Any = request.json() if request.path in _OPEN else {}
        match request.path:
            case "/login":
                return self._login(body)
            case "/verify" if body == {"temp_token": "ticket-1234", "code": CODE}:
                return self._tokens()
            case "/verify":
                return json_answer({"message": f"{body['code']} is no code"}, 400)
            case "/refresh":
                answer = self.refresh_answer
                self.refreshing()
                if answer is not None:
                    return answer
                if body != {"refreshToken": self.refresh_token}:
                    return json_answer({"message": f"unknown {body['refreshToken']}"}, 401)
                return self._tokens()
            case _:
                return self._closed(request)

    def _login(self, body: Any) -> Answer:
        who = body.get("username") or body.get("email")
        if who not in ("ada", "ada@example.test") or body["password"] != PASSWORD:
            message = f"Invalid password {body['password']}"
            return json_answer({"code": "BAD_PASSWORD", "message": message}, 401)
        if self.second_factor:
            step = {"requires_2fa": True, "temp_token": "ticket-1234", "method": "totp"}
            return self._answer(step)
        return self._tokens()

    def _tokens(self) -> Answer:
        with self.state:
            self.issued += 1
            data: dict[str, Any] = {"token": self.token, "refreshToken": self.refresh_token}
            if self.lifetime is not None:
                data["expires_in"] = self.lifetime
            return self._answer(data)

    def _answer(self, data: dict[str, Any]) -> Answer:
        return json_answer(data if self.envelope is None else {self.envelope: data})

    def _closed(self, request: Recorded) -> Answer:
        given = request.header("authorization")
        if given == f"Bearer {self.token}" and self.issued:
            if request.path == "/logout":
                self.issued += 1
                return Answer(204)
            return json_answer({"name": "ada"})
        self.gate()
        return json_answer({"code": "TOKEN_EXPIRED", "message": "no"}, 401)


class User:
    """Does the same in each colour, with a clock that stands still."""

    def __init__(self, colour: str, server: WireServer) -> None:
        self.colour = colour
        self.server = server
        self.time = FakeTime()

    def run(self, do: Any, **settings: Any) -> Any:
        """``do(client, call)`` with an open client; ``call`` sends an operation. What it gives is
        awaited in the async colour."""
        policy = RetryPolicy(max_retries=0, clock=self.time.clock())
        settings = {"base_url": self.server.url, **settings}
        if self.colour == "sync":
            with Signed(**settings) as opened:
                client = opened.with_options(retry=policy)
                return _finish(do(client, lambda c, *a, **k: Things(c).call(*a, **k)))
        return asyncio.run(self._run_async(do, policy, settings))

    async def _run_async(self, do: Any, policy: RetryPolicy, settings: Any) -> Any:
        async with AsyncSigned(**settings) as opened:
            client = opened.with_options(retry=policy)
            return await _finish_async(do(client, lambda c, *a, **k: AsyncThings(c).call(*a, **k)))


def _finish(steps: Any) -> Any:
    """Runs a generator that yields what is to be awaited in the async colour."""
    result: Any = None
    try:
        while True:
            result = steps.send(result)
    except StopIteration as end:
        return end.value


async def _finish_async(steps: Any) -> Any:
    result: Any = None
    failed: Exception | None = None
    try:
        while True:
            waiting = steps.send(result) if failed is None else steps.throw(failed)
            result, failed = None, None
            try:
                result = await waiting
            except Exception as error:
                failed = error
    except StopIteration as end:
        return end.value


def login(client: Any, **values: Any) -> Any:
    return client._log_in(Credentials(**{"username": "ada", "password": PASSWORD, **values}))
