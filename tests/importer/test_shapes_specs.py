"""The recovered documents themselves: every answer that the reference shows fits its schema."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hoody_codegen.reference.shapes import extract_components
from hoody_codegen.reference.shapes.candidates import operations
from jsonschema import Draft202012Validator

_SPECS = sorted((Path(__file__).parents[2] / "specs" / "hoody").glob("*.yaml"))


def _load(path: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.load(path.read_text("utf-8"), Loader=yaml.CSafeLoader)
    return loaded


@pytest.fixture(params=_SPECS, ids=lambda path: path.stem)
def spec(request: pytest.FixtureRequest) -> dict[str, Any]:
    return _load(request.param)


def test_every_answer_fits_its_schema(spec: dict[str, Any]) -> None:
    components = spec.get("components", {})
    for path, method, operation in operations(spec):
        for status, response in operation["responses"].items():
            for media, body in response.get("content", {}).items():
                if "json" not in media or "schema" not in body:
                    continue
                shown = [body["example"]] if "example" in body else []
                shown += [e["value"] for e in body.get("examples", {}).values() if "value" in e]
                validator = Draft202012Validator({**body["schema"], "components": components})
                for value in shown:
                    faults = [fault.message for fault in validator.iter_errors(value)]
                    assert not faults, f"{method} {path} {status}: {faults[0]}"


def test_shared_shapes_are_shared_already(spec: dict[str, Any]) -> None:
    assert extract_components(spec) == spec


def test_components_are_used_and_named_without_counters(spec: dict[str, Any]) -> None:
    text = str(spec)
    for name in spec.get("components", {}).get("schemas", {}):
        assert f"'#/components/schemas/{name}'" in text
        assert not name[-1].isdigit()
