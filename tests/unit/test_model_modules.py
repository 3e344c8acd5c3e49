"""Planned model modules, printed, imported, used and checked."""

from __future__ import annotations

import ast
import importlib
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hoody_codegen.runtime
import pytest
from hoody_codegen.diagnostics import Diagnostics
from hoody_codegen.ir import (
    AnyType,
    Api,
    ArrayType,
    Constraints,
    MapType,
    NullableType,
    ObjectShape,
    UnionType,
)
from hoody_codegen.naming.table import build_names
from hoody_codegen.python.models import plan_models
from hoody_codegen.render.printing import print_files
from hoody_codegen.render.rendering import render
from hoody_codegen.text import Untrusted
from hypothesis import given as examples
from hypothesis import settings
from hypothesis import strategies as st
from support.building import (
    BINARY,
    BOOLEAN,
    DATE,
    DATE_TIME,
    INTEGER,
    NUMBER,
    STRING,
    api,
    enum,
    given,
    model,
    operation,
    prop,
    ref,
    taken,
)


def generated(whole: Api) -> dict[str, str]:
    names = build_names(whole, Diagnostics(), client_name="Hoody")
    return {str(path): text for path, text in render(plan_models(whole, names)).items()}


def module_of(whole: Api, path: str) -> str:
    return generated(whole)[f"types/api/{path}.py"]


def test_a_model_reads_like_written_by_hand() -> None:
    whole = api(
        model(
            "AuthToken",
            [
                prop("id", required=True, description="Unique identifier."),
                prop("createdAt", DATE_TIME, required=True),
                prop("status", enum("active", "revoked"), description="What it can be used for."),
                prop("uses", INTEGER, default=Untrusted(3), constraints=Constraints(maximum=9)),
                prop("alias", NullableType(STRING), required=True),
                prop("list", ArrayType(STRING)),
            ],
            description="A token for automation.",
        ),
        *given(ref("AuthToken")),
    )
    expected = '''\
from __future__ import annotations

import builtins
from datetime import datetime
from typing import Literal

from pydantic import Field

from ..._runtime.models import Model


class AuthToken(Model):
    """A token for automation."""

    id: str
    """Unique identifier."""

    created_at: datetime = Field(alias="createdAt")

    status: Literal["active", "revoked"] | str | None = None
    """What it can be used for."""

    uses: int | None = None
    """At most 9. Server default: `3`."""

    alias: str | None
    list: builtins.list[str] | None = None
'''
    assert module_of(whole, "auth_token") == expected


def test_a_typed_dict_has_the_keys_of_the_wire() -> None:
    whole = api(
        model(
            "Permissions",
            [
                prop("maxUses", INTEGER, required=True),
                prop("from", DATE_TIME),
            ],
        ),
        model("Plain", [prop("a", required=True)]),
        *taken(ref("Permissions"), ref("Plain")),
    )
    expected = """\
from __future__ import annotations

from datetime import datetime
from typing import TypedDict

from typing_extensions import Required

PermissionsParam = TypedDict(
    "PermissionsParam", {"maxUses": "Required[int]", "from": "datetime | str"}, total=False
)
"""
    assert module_of(whole, "permissions") == expected
    expected = """\
from __future__ import annotations

from typing import TypedDict


class PlainParam(TypedDict):
    a: str
"""
    assert module_of(whole, "plain") == expected


def test_only_what_calls_take_or_give_gets_a_class() -> None:
    whole = api(
        model("Body", [prop("inner", ref("Inner"), required=True)]),
        model("Inner", [prop("x"), prop("when", read_only=True)]),
        model("Answer", [prop("secret", write_only=True), prop("shown")]),
        model("Nobody", [prop("x")]),
        operation("a", "POST", body=ref("Body"), result=ref("Answer")),
    )
    files = generated(whole)
    assert sorted(files) == [
        "types/__init__.py",
        "types/api/__init__.py",
        "types/api/answer.py",
        "types/api/inner.py",
    ]
    assert "secret" not in files["types/api/answer.py"]
    assert "when" not in files["types/api/inner.py"]
    assert "class Inner(" not in files["types/api/inner.py"]


def test_a_class_without_fields_still_says_something() -> None:
    whole = api(model("Empty", []), *given(ref("Empty")))
    assert '"""No fields are documented."""' in module_of(whole, "empty")


def test_the_type_of_other_fields_is_told() -> None:
    shape = ObjectShape((prop("id"),), extra=ArrayType(INTEGER))
    whole = api(model("Counts", shape, description="Counts by day."), *given(ref("Counts")))
    assert '''class Counts(Model):
    """Counts by day.

    Other fields hold `list[int]`.
    """

    id: str | None = None
''' in module_of(whole, "counts")


HOSTILE = [
    '"""',
    "\\",
    '"\nimport os\n',
    "\u2028import os",
    "{{ 7 * 7 }}",
    "{% for %}",
    "\ud800\x00\u202e",
    "'] = __import__('os')  #",
    "__class__",
    "None",
    "",
]


@settings(deadline=None, max_examples=40)
@examples(st.lists(st.sampled_from(HOSTILE) | st.text(max_size=12), min_size=9, max_size=9))
def test_hostile_text_in_every_place_gives_nothing_but_definitions(texts: list[str]) -> None:
    one, two, three, four, five, six, seven, eight, nine = texts
    whole = api(
        model(
            one,
            [
                prop(two, STRING, description=three, default=Untrusted(four)),
                prop(
                    f"{five}!",
                    enum(six, seven),
                    constraints=Constraints(pattern=Untrusted(eight), unit=Untrusted(nine)),
                ),
            ],
            description=four,
        ),
        model("x", enum(five, six), context=(seven, eight, nine), title=two, description=three),
        *given(ref(one), ref("x")),
        *taken(ref(one), ref("x")),
    )
    names = build_names(whole, Diagnostics(), client_name="Hoody")
    for path, text in print_files(plan_models(whole, names)).items():
        assert path.parts[0] == "types"
        for node in ast.parse(text).body:
            assert isinstance(node, ast.ImportFrom | ast.Import | ast.ClassDef) or is_data(node)
            if isinstance(node, ast.ClassDef):
                assert all(is_data(inner) for inner in node.body)


def is_data(node: ast.stmt) -> bool:
    """A docstring, an annotated name or a value that only calls what planners print."""
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
    if not isinstance(node, ast.Assign | ast.AnnAssign):
        return False
    calls = [part for part in ast.walk(node) if isinstance(part, ast.Call)]
    known = {"Field", "ModelField", "TypedDict", "TypeAliasType"}
    return all(isinstance(call.func, ast.Name) and call.func.id in known for call in calls)


# A package with everything in it, used for real.

EVERYTHING = api(
    model(
        "Everything",
        [
            prop("id", required=True),
            prop("when", DATE_TIME),
            prop("date", DATE),
            prop("list", ArrayType(INTEGER)),
            prop("str", STRING),
            prop("pet", UnionType((ref("Dog"), ref("Cat")))),
            prop("number", NUMBER),
            prop("nothing", NullableType(STRING)),
            prop("any", AnyType()),
            prop("class-name"),
            prop("json"),
            prop("model_id"),
            prop("node", ref("Node")),
            prop("tree", ref("Tree")),
            prop("color", ref("Color")),
            prop("colors", ref("Colors")),
        ],
        description="All kinds of fields.",
    ),
    model("Dog", [prop("kind", enum("dog", const=True), required=True), prop("barks", BOOLEAN)]),
    model("Cat", [prop("kind", enum("cat", const=True), required=True), prop("lives", INTEGER)]),
    model("Node", [prop("children", ArrayType(ref("Node"))), prop("map", ref("NodeMap"))]),
    model("NodeMap", MapType(ref("Node")), description="Nodes by name."),
    model("Tree", UnionType((STRING, ArrayType(ref("Tree")), MapType(ref("Leaf"))))),
    model("Leaf", [prop("tree", ref("Tree"))]),
    model("Color", enum("red", "green"), description="A colour."),
    model("Colors", ArrayType(ref("Color"))),
    model("Upload", [prop("file", BINARY, required=True), prop("node", ref("Node"))]),
    model("Literal", [prop("Literal", enum("a")), prop("Sequence", ArrayType(STRING))]),
    *given(ref("Everything"), ref("Literal")),
    *taken(ref("Everything"), ref("Upload"), ref("Literal")),
)


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The generated types with the runtime beside them, importable as ``everything``."""
    root = tmp_path_factory.mktemp("generated")
    folder = root / "everything"
    for path, text in generated(EVERYTHING).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    (folder / "__init__.py").touch()
    runtime = Path(hoody_codegen.runtime.__file__).parent
    shutil.copytree(runtime, folder / "_runtime", ignore=shutil.ignore_patterns("__pycache__"))
    sys.path.insert(0, str(root))
    yield folder
    sys.path.remove(str(root))
    for name in [name for name in sys.modules if name.split(".")[0] == "everything"]:
        del sys.modules[name]


def load(name: str, module: str) -> Any:
    return getattr(importlib.import_module(f"everything.types.api.{module}"), name)


@pytest.mark.usefixtures("package")
def test_a_response_survives_the_round_trip() -> None:
    data = {
        "id": "1",
        "when": "2026-01-02T03:04:05Z",
        "date": "2026-01-02",
        "list": [1, 2],
        "str": "s",
        "pet": {"kind": "cat", "lives": 9, "unknown": {"deep": [1]}},
        "number": 20,
        "nothing": None,
        "any": [{"x": 1}],
        "class-name": "c",
        "json": "j",
        "model_id": "m",
        "node": {"children": [{"children": []}], "map": {"a": {"map": {}}}},
        "tree": ["a", ["b"], {"leaf": {"tree": "c"}}],
        "color": "ultraviolet",
        "colors": ["red", "infrared"],
        "brand_new": 1,
    }
    everything = load("Everything", "everything").from_dict(data)
    assert everything.class_name == "c"
    assert everything.json_ == "j"
    assert everything.pet == load("Cat", "cat")(kind="cat", lives=9, unknown={"deep": [1]})
    assert type(everything.number) is int
    assert type(everything.node.children[0]).__name__ == "Node"
    assert everything.tree[2]["leaf"].tree == "c"
    assert everything.color == "ultraviolet"
    assert everything.when.year == 2026
    assert json.loads(json.dumps(everything.to_dict())) == data


@pytest.mark.usefixtures("package")
def test_an_unknown_variant_stays_json_and_absent_is_not_null() -> None:
    everything = load("Everything", "everything")
    odd = everything.from_dict({"id": "1", "pet": {"kind": "dog", "barks": "loudly"}})
    assert odd.pet.barks == "loudly"
    fox = everything.from_dict({"id": "1", "pet": {"kind": "fox"}})
    assert fox.pet == {"kind": "fox"}
    assert fox.nothing is None
    assert fox.to_dict() == {"id": "1", "pet": {"kind": "fox"}}


@pytest.mark.usefixtures("package")
def test_typed_dicts_know_their_keys() -> None:
    upload = load("UploadParam", "upload")
    assert upload.__required_keys__ | upload.__optional_keys__ == {"file", "node"}
    everything = load("EverythingParam", "everything")
    assert "class-name" in everything.__annotations__


def test_every_module_can_be_the_first_to_be_imported(package: Path) -> None:
    modules = [path.stem for path in sorted((package / "types" / "api").glob("[!_]*.py"))]
    code = (
        "import importlib, sys\n"
        f"for name in {modules!r}:\n"
        "    for known in [m for m in sys.modules if m.startswith('everything')]:\n"
        "        del sys.modules[known]\n"
        "    importlib.import_module('everything.types.api.' + name)\n"
    )
    subprocess.run([sys.executable, "-W", "error", "-c", code], check=True, cwd=package.parent)


USE = """
from everything.types.api.cat import Cat
from everything.types.api.dog import Dog
from everything.types.api.everything import Everything, EverythingParam
from everything.types.api.node import Node


def read(found: Everything) -> str:
    if isinstance(found.pet, Dog):
        return str(found.pet.barks)
    if found.list:
        return str(found.list[0] + 1)
    return found.date.isoformat() if found.date else found.id


def send(sent: EverythingParam) -> None: ...


send({"id": "1", "list": (1, 2), "pet": Cat(kind="cat"), "when": "2026-01-01T00:00:00Z"})
send({"id": "1", "node": {"children": [Node()]}, "color": "violet", "tree": [["a"], {}]})
"""
MISUSE = """
from everything.types.api.everything import Everything, EverythingParam

wrong_key: EverythingParam = {"id": "1", "ids": "2"}
wrong_type: EverythingParam = {"id": 1}
missing: EverythingParam = {}
def read(found: Everything) -> int:
    return found.list
"""


def check(package: Path, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *command],
        cwd=package.parent,
        capture_output=True,
        text=True,
        check=False,
    )


def test_types_are_clean_and_catch_mistakes(package: Path) -> None:
    root = package.parent
    (root / "use.py").write_text(USE)
    (root / "misuse.py").write_text(MISUSE)
    strict = ("mypy", "--strict", "--python-version", "3.10")
    clean = check(package, *strict, "use.py", "everything/types")
    assert clean.returncode == 0, clean.stdout
    wrong = check(package, *strict, "misuse.py")
    assert wrong.stdout.count(": error:") == 4, wrong.stdout


def test_pyright_agrees(package: Path) -> None:
    root = package.parent
    (root / "use.py").write_text(USE)
    (root / "misuse.py").write_text(MISUSE)
    options = ("pyright", "--pythonpath", sys.executable, "--pythonversion", "3.10")
    clean = check(package, *options, "use.py", "everything/types")
    assert clean.returncode == 0, clean.stdout
    wrong = check(package, *options, "misuse.py")
    assert wrong.stdout.count(" - error:") == 4, wrong.stdout


def test_linters_and_both_formatters_are_content(package: Path) -> None:
    length = ("--line-length", "100")
    rules = ("--isolated", "--target-version", "py310", "--extend-select", "I,UP")
    for command in (
        ("ruff", "check", *rules, "everything/types"),
        ("ruff", "format", "--isolated", *length, "--check", "everything/types"),
        ("black", *length, "--check", "everything/types"),
    ):
        done = check(package, *command)
        assert done.returncode == 0, done.stdout + done.stderr
