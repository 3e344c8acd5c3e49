"""A real HTTP server on the loopback interface, built from OpenAPI documents."""

from __future__ import annotations

import asyncio
import json
import logging
import re
import socket
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from types import TracebackType

import uvicorn
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect

from .answers import ANSWER_HEADER, CODE_HEADER, TUS, Answer, Answers
from .events import in_pieces
from .judge import Judge, Verdict, WireRequest, accept_faults
from .kinds import Kind
from .specs import Spec
from .tus import TusUpload

CALL_HEADER = "X-Contract-Call"
"""Names a call, so that a test finds what the server saw of it."""

VERDICT_HEADER = "X-Contract-Verdict"

MOST_ARRIVALS = 12
"""Requests of one call; a client that sends more goes round in circles."""

GOING_AWAY = 1001
"""How a socket is closed that could be opened again (RFC 6455, section 7.4.1)."""


@dataclass(frozen=True)
class Arrival:
    """A request that arrived, what was thought of it, and what was answered."""

    request: WireRequest
    verdict: Verdict
    answer: Answer | None
    received: list[str | bytes] = field(default_factory=list)
    """Messages that came over a socket."""
    closed: list[int] = field(default_factory=list)
    """The code with which the client closed a socket."""
    over: threading.Event = field(default_factory=threading.Event)
    """Set when nothing more is sent or received."""


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
        self._arrivals: dict[str, list[Arrival]] = {}
        self._uploads: dict[str, TusUpload] = {}
        # With the protocol named, asyncio turns Nagle's algorithm off; without, each answer would
        # wait some 40 ms for an acknowledgement.
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        self._socket.bind(("127.0.0.1", 0))
        self._socket.listen(128)
        config = uvicorn.Config(
            self._serve,
            interface="asgi3",
            http="h11",
            ws="websockets-sansio",
            ws_ping_interval=None,
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

    def take(self, call: str) -> list[Arrival]:
        """What arrived under this CALL_HEADER, in the order of arrival."""
        self._uploads.pop(call, None)
        return self._arrivals.pop(call, [])

    def has_seen(self, call: str) -> bool:
        """Whether anything arrived under this CALL_HEADER."""
        return call in self._arrivals

    def __enter__(self) -> ContractServer:
        logging.getLogger("uvicorn.error").addFilter(_is_no_broken_answer)
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
        logging.getLogger("uvicorn.error").removeFilter(_is_no_broken_answer)

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            socket = WebSocket(scope, receive, send)
            arrival = self._arrive(scope, socket.headers, "GET", b"")
            await _converse(arrival, socket)
        elif scope["type"] == "http":
            request = Request(scope, receive)
            arrival = self._arrive(scope, request.headers, request.method, await request.body())
            await _respond(arrival, scope, receive, send)
        else:
            return
        arrival.over.set()

    def _arrive(self, scope: Scope, headers: Headers, method: str, body: bytes) -> Arrival:
        call = headers.get(CALL_HEADER)
        earlier = self._arrivals.setdefault(call, []) if call else []
        arrival = self._judge(scope, headers, method, body, again=bool(earlier))
        if len(earlier) >= MOST_ARRIVALS:
            verdict = replace(arrival.verdict, reasons=("it is sent again and again",))
            arrival = replace(arrival, verdict=verdict, answer=None)
        if arrival.verdict.valid:
            self.valid += 1
        else:
            self.invalid += 1
        earlier.append(arrival)
        return arrival

    def _judge(
        self, scope: Scope, headers: Headers, method: str, body: bytes, *, again: bool
    ) -> Arrival:
        raw: bytes = scope["raw_path"]
        _, service, path = f"{raw.decode('ascii')}/".split("/", 2)
        query: bytes = scope["query_string"]
        target = f"/{path[:-1]}" + (f"?{query.decode('ascii')}" if query else "")
        fields = [
            (name, value)
            for name, value in headers.items()
            if not name.startswith("x-contract-") and name != "sec-websocket-key"
        ]
        wire = WireRequest.read(method, target, fields, body)
        if service not in self._judges:
            return Arrival(wire, Verdict(None, reasons=(f"no service {service!r}",)), None)
        verdict = self._judges[service].judge(wire)
        if verdict.operation is None or not verdict.valid:
            return Arrival(wire, verdict, None)
        wish = headers.get(ANSWER_HEADER)
        answers = self._answers[service]
        if wish == TUS:
            upload = self._uploads.setdefault(headers[CALL_HEADER], TusUpload())
            answer = upload.answer(answers, verdict.operation, wire)
        else:
            answer = answers.choose(verdict.operation, wish, wire, again=again)
        reasons = accept_faults(wire, answer.media_type) if answer.status < 300 else ()
        if reasons:
            return Arrival(wire, replace(verdict, reasons=reasons), None)
        return Arrival(wire, verdict, answer)


async def _respond(arrival: Arrival, scope: Scope, receive: Receive, send: Send) -> None:
    answer = arrival.answer
    if answer is None or answer.kind not in (Kind.EVENTS, Kind.LINES, Kind.DOWNLOAD):
        await _whole(arrival)(scope, receive, send)
        return
    headers = {**answer.headers, "content-type": str(answer.media_type), VERDICT_HEADER: "valid"}
    fields = [(name.encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": answer.status, "headers": fields})
    for piece in _pieces(answer):
        await send({"type": "http.response.body", "body": piece, "more_body": True})
        await asyncio.sleep(0)
    if not answer.broken:
        await send({"type": "http.response.body", "body": b""})


def _pieces(answer: Answer) -> Iterator[bytes]:
    if answer.kind is Kind.DOWNLOAD:
        half = len(answer.content) // 2
        return iter((answer.content[:half], answer.content[half:]))
    return in_pieces(answer.content)


def _whole(arrival: Arrival) -> Response:
    if arrival.answer is None:
        body = json.dumps({"contract": "invalid request", "reasons": arrival.verdict.reasons})
        headers = {VERDICT_HEADER: "invalid"}
        return Response(body, 400, headers=headers, media_type="application/json")
    answer = arrival.answer
    headers = {VERDICT_HEADER: "valid", **answer.headers}
    if answer.code_header is not None:
        headers[CODE_HEADER] = answer.code_header
    response = Response(answer.content, answer.status, headers=headers)
    if answer.media_type is not None:
        response.headers["content-type"] = answer.media_type
    return response


async def _converse(arrival: Arrival, socket: WebSocket) -> None:
    """Say what is documented, then echo everything until the client closes."""
    answer = arrival.answer
    if answer is None or answer.kind is not Kind.SOCKET:
        await socket.send_denial_response(_whole(arrival))
        return
    await socket.accept(subprotocol=answer.subprotocol)
    for message in answer.parts:
        await _say(socket, message)
    if answer.broken:
        await socket.close(GOING_AWAY)
        return
    try:
        while True:
            event = await socket.receive()
            if event["type"] == "websocket.disconnect":
                raise WebSocketDisconnect(event.get("code", 1005))
            message = event.get("text")
            if message is None:
                message = event["bytes"]
            arrival.received.append(message)
            await _say(socket, message)
    except WebSocketDisconnect as closed:
        arrival.closed.append(closed.code)


async def _say(socket: WebSocket, message: str | bytes) -> None:
    if isinstance(message, str):
        await socket.send_text(message)
    else:
        await socket.send_bytes(message)


def _is_no_broken_answer(record: logging.LogRecord) -> bool:
    """Answers break off on purpose; and uvicorn takes a refused handshake for a forgotten one."""
    return not re.search("returned without completing (response|handshake)", record.getMessage())
