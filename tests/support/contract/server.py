"""A real HTTP server on the loopback interface, built from OpenAPI documents."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from types import TracebackType

import uvicorn
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from .answers import ANSWER_HEADER, CODE_HEADER, Answer, Answers
from .judge import Judge, Verdict, WireRequest
from .specs import Spec

CALL_HEADER = "X-Contract-Call"
"""Names a call, so that a test finds what the server saw of it."""

VERDICT_HEADER = "X-Contract-Verdict"


@dataclass(frozen=True)
class Arrival:
    """A request that arrived, what was thought of it, and what was answered."""

    request: WireRequest
    verdict: Verdict
    answer: Answer | None


class ContractServer:
    """Answers the documented examples to valid requests and 400 with the reason to others.

    Each service stands under its own first path segment: ``{url}/{service}``. Use it as a context
    manager; it runs in a thread of its own.
    """

    def __init__(self, specs: Iterable[Spec]) -> None:
        self.valid = 0
        self.invalid = 0
        self._judges: dict[str, Judge] = {}
        self._answers: dict[str, Answers] = {}
        for spec in specs:
            self._judges[spec.service] = Judge(spec)
            self._answers[spec.service] = Answers(spec)
        self._arrivals: dict[str, Arrival] = {}
        # With the protocol named, asyncio turns Nagle's algorithm off; without, each answer would
        # wait some 40 ms for an acknowledgement.
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        self._socket.bind(("127.0.0.1", 0))
        self._socket.listen(128)
        config = uvicorn.Config(
            self._serve,
            interface="asgi3",
            http="h11",
            ws="none",
            lifespan="off",
            log_level="error",
            access_log=False,
            proxy_headers=False,
            timeout_keep_alive=60,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [self._socket]}, daemon=True
        )

    @property
    def url(self) -> str:
        host, port = self._socket.getsockname()[:2]
        return f"http://{host}:{port}"

    @property
    def service_urls(self) -> dict[str, str]:
        """As the generated client takes them."""
        return {service: f"{self.url}/{service}" for service in self._judges}

    def take(self, call: str) -> Arrival | None:
        """What arrived under this CALL_HEADER; None if nothing did."""
        return self._arrivals.pop(call, None)

    def __enter__(self) -> ContractServer:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.should_exit = True
        self._thread.join(timeout=10)
        self._socket.close()

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        request = Request(scope, receive)
        arrival = await self._judge(request)
        if arrival.verdict.valid:
            self.valid += 1
        else:
            self.invalid += 1
        call = request.headers.get(CALL_HEADER)
        if call is not None:
            self._arrivals[call] = arrival
        await _respond(arrival)(scope, receive, send)

    async def _judge(self, request: Request) -> Arrival:
        raw: bytes = request.scope["raw_path"]
        _, service, path = f"{raw.decode('ascii')}/".split("/", 2)
        query: bytes = request.scope["query_string"]
        target = f"/{path[:-1]}" + (f"?{query.decode('ascii')}" if query else "")
        headers = [
            (name, value)
            for name, value in request.headers.items()
            if not name.startswith("x-contract-")
        ]
        wire = WireRequest.read(request.method, target, headers, await request.body())
        if service not in self._judges:
            return Arrival(wire, Verdict(None, reasons=(f"no service {service!r}",)), None)
        verdict = self._judges[service].judge(wire)
        if verdict.operation is None or not verdict.valid:
            return Arrival(wire, verdict, None)
        wish = request.headers.get(ANSWER_HEADER)
        answer = self._answers[service].choose(verdict.operation, wish)
        return Arrival(wire, verdict, answer)


def _respond(arrival: Arrival) -> Response:
    if arrival.answer is None:
        body = json.dumps({"contract": "invalid request", "reasons": arrival.verdict.reasons})
        headers = {VERDICT_HEADER: "invalid"}
        return Response(body, 400, headers=headers, media_type="application/json")
    answer = arrival.answer
    headers = {VERDICT_HEADER: "valid"}
    if answer.code_header is not None:
        headers[CODE_HEADER] = answer.code_header
    response = Response(answer.content, answer.status, headers=headers)
    if answer.media_type is not None:
        response.headers["content-type"] = answer.media_type
    return response
