"""Tracing by OpenTelemetry's own instrumentation of the HTTP library, as documented."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any, Final

import httpx
import httpx2
import pytest
from hoody_codegen.runtime import Hooks, RequestEvent, RetryPolicy
from support.runtime_calls import (
    COLOURS,
    LIBRARIES,
    TOKEN,
    AsyncDemo,
    AsyncThings,
    Demo,
    FakeTime,
    Things,
    operation,
)
from support.wire_server import Answer, WireServer

instrumentation: Any = pytest.importorskip("opentelemetry.instrumentation.httpx")
trace: Any = pytest.importorskip("opentelemetry.sdk.trace")
export: Any = pytest.importorskip("opentelemetry.sdk.trace.export")
current_span: Any = pytest.importorskip("opentelemetry.trace").get_current_span
memory: Any = pytest.importorskip("opentelemetry.sdk.trace.export.in_memory_span_exporter")

LIBRARY: Final[dict[str, Any]] = {"httpx": httpx, "httpx2": httpx2}


@pytest.fixture
def spans() -> Iterator[tuple[Any, Any]]:
    """A provider of tracers, and what keeps the spans that end."""
    exporter = memory.InMemorySpanExporter()
    provider = trace.TracerProvider()
    provider.add_span_processor(export.SimpleSpanProcessor(exporter))
    yield provider, exporter
    provider.shutdown()


def instrumentor(library: str) -> Any:
    name = "HTTPXClientInstrumentor" if library == "httpx" else "HTTPX2ClientInstrumentor"
    return getattr(instrumentation, name)


def call(
    server: WireServer,
    colour: str,
    http_client: Any,
    *,
    hooks: Hooks | None = None,
    query: dict[str, str] | None = None,
) -> None:
    retry = RetryPolicy(clock=FakeTime().clock())
    settings: dict[str, Any] = {"token": TOKEN, "base_url": server.url, "hooks": hooks}
    if colour == "sync":
        with Demo(**settings, http_client=http_client) as client:
            Things(client.with_options(retry=retry)).call(operation(), query=query or {})
            if http_client is not None:
                http_client.close()
        return

    async def run() -> None:
        async with AsyncDemo(**settings, http_client=http_client) as client:
            await AsyncThings(client.with_options(retry=retry)).call(operation(), query=query or {})
            if http_client is not None:
                await http_client.aclose()

    asyncio.run(run())


@pytest.mark.parametrize("colour", COLOURS)
@pytest.mark.parametrize("library", LIBRARIES)
def test_each_try_of_an_instrumented_client_is_a_span(
    server: WireServer, spans: tuple[Any, Any], colour: str, library: str
) -> None:
    provider, exporter = spans
    module = LIBRARY[library]
    own = module.Client() if colour == "sync" else module.AsyncClient()
    instrumentor(library).instrument_client(own, tracer_provider=provider)
    server.answers.append(Answer(503))
    call(server, colour, own)
    found = exporter.get_finished_spans()
    assert [span.name for span in found] == ["GET", "GET"]
    assert [span.attributes["http.status_code"] for span in found] == [503, 200]
    sent = [str(request.header("traceparent")).split("-")[1:3] for request in server.requests]
    assert sent == [
        [f"{span.context.trace_id:032x}", f"{span.context.span_id:016x}"] for span in found
    ]


@pytest.mark.parametrize("colour", COLOURS)
def test_all_clients_can_be_instrumented_at_once(
    server: WireServer, spans: tuple[Any, Any], colour: str
) -> None:
    provider, exporter = spans
    instrumentor("httpx")().instrument(tracer_provider=provider)
    try:
        call(server, colour, None)
    finally:
        instrumentor("httpx")().uninstrument()
    assert len(exporter.get_finished_spans()) == 1


@pytest.mark.parametrize("colour", COLOURS)
@pytest.mark.parametrize("library", LIBRARIES)
def test_calls_are_below_the_span_of_their_caller(
    server: WireServer, spans: tuple[Any, Any], colour: str, library: str
) -> None:
    """And a hook gives that span the name of the operation, which the library can't know."""
    provider, exporter = spans

    def name(event: RequestEvent) -> None:
        current_span().update_name(event.operation.name)

    module = LIBRARY[library]
    own = module.Client() if colour == "sync" else module.AsyncClient()
    instrumentor(library).instrument_client(own, tracer_provider=provider)
    with provider.get_tracer("mine").start_as_current_span("outer"):
        call(server, colour, own, hooks=Hooks(request=name))
    inner, outer = exporter.get_finished_spans()
    assert (inner.name, outer.name) == ("GET", "api.things.call")
    assert inner.parent.span_id == outer.context.span_id


@pytest.mark.parametrize("colour", COLOURS)
@pytest.mark.parametrize("library", LIBRARIES)
def test_a_query_can_be_kept_out_of_spans(
    server: WireServer, spans: tuple[Any, Any], colour: str, library: str
) -> None:
    """The instrumentation records whole URLs unless it is told otherwise, as documented."""
    provider, exporter = spans

    def without_query(span: Any, request: Any) -> None:
        address = str(request.url.copy_with(query=None))
        span.set_attribute("http.url", address)

    async def async_without_query(span: Any, request: Any) -> None:
        without_query(span, request)

    module = LIBRARY[library]
    own = module.Client() if colour == "sync" else module.AsyncClient()
    instrumentor(library).instrument_client(
        own,
        tracer_provider=provider,
        request_hook=without_query if colour == "sync" else async_without_query,
    )
    call(server, colour, own, query={"token": "in-the-query"})
    (span,) = exporter.get_finished_spans()
    assert server.last.query == "token=in-the-query"
    assert "in-the-query" not in span.to_json()
    assert TOKEN not in span.to_json()
