"""The examples of docs/client/reliability.md run as they stand."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import hoody_codegen.runtime as runtime
import pytest
from hoody_codegen.runtime import Resource, errors
from support.runtime_calls import INFO, Demo, operation
from support.wire_server import Answer, WireServer, json_answer

DOCS: Final = Path(__file__).parents[2] / "docs" / "client" / "reliability.md"
EXAMPLES: Final = re.findall(r"^## (.+?)$|^```python\n(.*?)^```", DOCS.read_text(), re.M | re.S)


def examples() -> dict[str, str]:
    """Examples by the heading they stand under."""
    found: dict[str, str] = {}
    heading = ""
    for title, code in EXAMPLES:
        heading = title or heading
        if code:
            found[heading] = found.get(heading, "") + code
    return found


class Projects(Resource):
    def list(self, *, request_options: Any = None) -> Any:
        return self._call(operation(), dict, options=request_options)

    def create(self, *, alias: str, request_options: Any = None) -> Any:
        body = {"alias": alias}
        return self._call(operation("POST"), dict, body=body, options=request_options)


class Hoody(Demo):
    @property
    def api(self) -> Any:
        service = ModuleType("api")
        service.__dict__["projects"] = Projects(self)
        return service


@pytest.fixture
def package(monkeypatch: pytest.MonkeyPatch, server: WireServer) -> Iterator[dict[str, Any]]:
    """A package of the name in the examples; what they leave open is closed behind them."""
    module = ModuleType("hoody")
    opened: list[Hoody] = []

    def make(**settings: Any) -> Hoody:
        client = Hoody(**settings)
        opened.append(client)
        return client

    module.__dict__.update({name: getattr(runtime, name) for name in runtime.__all__})
    module.__dict__.update(Hoody=make, errors=errors)
    monkeypatch.setitem(sys.modules, "hoody", module)
    monkeypatch.setenv(f"{INFO.env_prefix}_BASE_URL", server.url)
    monkeypatch.setenv(f"{INFO.env_prefix}_TOKEN", "t")
    monkeypatch.setattr(logging, "basicConfig", lambda **settings: None)
    yield {"Hoody": make, "errors": errors}
    for client in opened:
        client.close()


@pytest.mark.parametrize("heading", examples())
def test_examples_run(heading: str, package: dict[str, Any], server: WireServer) -> None:
    if heading == "OpenTelemetry":
        pytest.importorskip("opentelemetry.instrumentation.httpx")
    exec(compile(examples()[heading], f"{DOCS.name}: {heading}", "exec"), package)
    assert server.requests


def test_what_examples_catch_is_raised(
    package: dict[str, Any], server: WireServer, capsys: pytest.CaptureFixture[str]
) -> None:
    server.default = Answer(429, headers={"Retry-After": "30"})
    exec(examples()["Time"], package)
    server.default = Answer(429, headers={"Retry-After": "301"})
    exec(examples()["Retries"], package)
    said = capsys.readouterr().out
    assert said.startswith("20 GET /things: 429: Too Many Requests")
    assert said.endswith("busy: not before 301 s from now\n")


def test_hooks_print(
    package: dict[str, Any], server: WireServer, capsys: pytest.CaptureFixture[str]
) -> None:
    server.default = json_answer({})
    exec(examples()["Hooks"], package)
    assert re.fullmatch(r"api\.things\.call 200 \d\.\d{3} s, try 1\n", capsys.readouterr().out)
    assert server.last.header("x-signature") is not None
