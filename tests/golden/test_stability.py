"""A document in another order changes nothing, and one more operation changes next to nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
import yaml
from hoody_codegen.config import Target
from hoody_codegen.output import ChangeKind, compare, write
from hoody_codegen.pipeline import generate, generate_all
from support.golden import Case, find_cases
from support.source import GENERATOR, ROOT


def backwards(document: Mapping[str, Any]) -> dict[str, Any]:
    """The same document with everything turned round whose order has no meaning."""
    turned = reverse(document)
    turned["paths"] = reverse({path: reverse(item) for path, item in document["paths"].items()})
    turned["components"] = reverse(
        {kind: reverse(parts) for kind, parts in document.get("components", {}).items()}
    )
    return turned


def reverse(mapping: Mapping[str, Any]) -> dict[str, Any]:
    return dict(reversed(list(mapping.items())))


def dump(document: Mapping[str, Any], path: Path) -> Path:
    text = yaml.dump(dict(document), Dumper=yaml.CSafeDumper, sort_keys=False, width=10**6)
    path.write_text(text, encoding="utf-8")
    return path


def load(path: Path) -> dict[str, Any]:
    content = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    assert isinstance(content, dict)
    return content


def target_for(case: Case, *specs: Path) -> Target:
    return replace(case.target(), name=case.name, specs=specs)


def test_the_order_of_a_document_makes_no_difference(tmp_path: Path) -> None:
    targets: list[Target] = []
    for case in find_cases():
        documents = {path.name: load(path) for path in case.target().specs}
        for order, turn in (("forth", dict), ("back", backwards)):
            folder = tmp_path / order / case.name
            folder.mkdir(parents=True)
            specs = [dump(turn(content), folder / name) for name, content in documents.items()]
            targets.append(target_for(case, *specs))

    results = generate_all(targets)

    for forth, back in zip(results[::2], results[1::2], strict=True):
        changed = [path for path, text in forth.files.items() if back.files.get(path) != text]
        assert changed == [], forth.target.name
        assert forth.files.keys() == back.files.keys()


@pytest.mark.parametrize("service", ["api", "files"])
def test_a_large_document_may_be_turned_round(tmp_path: Path, service: str) -> None:
    document = load(ROOT / "specs" / "hoody" / f"{service}.yaml")
    spec = dump(document, tmp_path / "spec.yaml")
    target = Target(name=service, specs=(spec,), output=tmp_path, package="made")
    forth = generate(target).files
    dump(backwards(document), spec)

    back = generate(target).files

    assert [path for path, text in forth.items() if back.get(path) != text] == []
    assert forth.keys() == back.keys()


OPERATION: Mapping[str, Any] = {
    "operationId": "api_frobnicateProjects",
    "x-sdk-name": "api.projects.frobnicate",
    "tags": ["api:Projects"],
    "summary": "Frobnicate",
    "requestBody": {
        "content": {
            "application/json": {
                "schema": {"type": "object", "properties": {"depth": {"type": "integer"}}}
            }
        }
    },
    "responses": {
        "200": {
            "description": "Ok",
            "content": {
                "application/json": {
                    "schema": {"type": "object", "properties": {"id": {"type": "string"}}}
                }
            },
        },
    },
}


@pytest.mark.parametrize(
    ("errors", "touched"),
    [
        ([], set()),
        # The reference of errors says which operations document a code.
        ([{"code": "PROJECT_NOT_FOUND", "title": "Project not found"}], {"docs/errors.md"}),
    ],
)
def test_one_more_operation_touches_its_module_and_the_manifest(
    tmp_path: Path, errors: list[dict[str, str]], touched: set[str]
) -> None:
    document = load(ROOT / "specs" / "hoody" / "api.yaml")
    spec = dump(document, tmp_path / "api.yaml")
    target = Target(name="api", specs=(spec,), output=tmp_path / "out", package="made")
    write(target.output, generate(target).files)
    not_found = {"description": "Not found", "x-error-codes": errors}
    operation = {**OPERATION, "responses": {**OPERATION["responses"], "404": not_found}}
    document["paths"]["/api/v1/projects/frobnicate"] = {"post": operation}
    dump(document, spec)

    comparison = compare(target.output, generate(target).files)

    changed = {str(c.path) for c in comparison.changes if c.kind is not ChangeKind.CREATE}
    created = {str(c.path) for c in comparison.changes if c.kind is ChangeKind.CREATE}
    assert changed == {".hoody-codegen.json", "made/services/api/projects.py"} | touched
    assert all(PurePosixPath(path).is_relative_to("made/types/api") for path in created)


def test_another_hash_seed_changes_nothing(tmp_path: Path) -> None:
    program = (
        "import sys, hashlib\n"
        "from support.golden import find_cases, generate_cases\n"
        "total = hashlib.sha256()\n"
        "for name, result in generate_cases(find_cases()).items():\n"
        "    for path, text in result.files.items():\n"
        "        total.update(f'{name}/{path}:{text}'.encode())\n"
        "    total.update(repr([str(d) for d in result.diagnostics]).encode())\n"
        "print(total.hexdigest())\n"
    )
    digests = set()
    for seed in ("0", "1"):
        environment = {
            **os.environ,
            "PYTHONHASHSEED": seed,
            "PYTHONPATH": os.pathsep.join([str(GENERATOR.parent), str(ROOT / "tests")]),
        }
        done = subprocess.run(
            [sys.executable, "-c", program],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        digests.add(done.stdout)

    assert len(digests) == 1
