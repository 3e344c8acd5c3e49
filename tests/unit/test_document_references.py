"""References: where they lead, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from hoody_codegen.diagnostics import Diagnostics
from hoody_codegen.document import link, load, resolve
from support.reading import Faults, document


def linked(folder: Path, **files: str) -> tuple[object, list[str]]:
    """The document ``main`` in ``folder`` with the others beside it; messages without the path."""
    for name, text in files.items():
        path = folder / name.replace("__", "/").replace("_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    diagnostics = Diagnostics()
    loaded = load(folder / "main.yaml", diagnostics)
    assert loaded is not None
    result = link(loaded, diagnostics)
    return result, [str(item).replace(f"{folder.as_posix()}/", "") for item in diagnostics]


def test_a_chain_is_followed_to_its_end() -> None:
    read = document("a: {$ref: '#/b'}\nb: {$ref: '#/c~1d/0'}\nc/d: [{x: 1}]\n")
    node = read.root.child("a")
    assert node is not None
    assert resolve(read, node).pointer == "/c~1d/0"


def test_percent_escapes_are_undone() -> None:
    read = document("a: {$ref: '#/b%20c/d%25'}\n'b c': {d%: {x: 1}}\n")
    node = read.root.child("a")
    assert node is not None
    assert resolve(read, node).value == {"x": 1}


def test_another_file_is_read_and_its_references_start_there(tmp_path: Path) -> None:
    result, messages = linked(
        tmp_path,
        main_yaml="a: {$ref: 'parts/one.yaml#/x'}\n",
        parts__one_yaml="x: {$ref: '#/y'}\ny: {$ref: two.json}\n",
        parts__two_json='{"z": 1}',
    )
    assert messages == []
    node = result.root.child("a")  # type: ignore[attr-defined]
    end = resolve(result, node)  # type: ignore[arg-type]
    assert end.value == {"z": 1}
    assert end.location.file.endswith("parts/two.json")


@pytest.mark.parametrize(
    ("reference", "code", "hint"),
    [
        ("#/componnets/schemas/Thing", "ref-not-found", "'#/components/schemas/Thing'?"),
        ("#/components/schemas/thing", "ref-not-found", "'#/components/schemas/Thing'?"),
        ("#/nothing/like/it", "ref-not-found", "There is no 'nothing' in #/."),
        ("#Thing", "ref-not-found", "Write a JSON Pointer"),
        ("https://example.com/a.yaml#/b", "ref-remote", "Nothing is fetched"),
        ("//example.com/a.yaml", "ref-remote", "Nothing is fetched"),
        ("file:///etc/passwd", "ref-remote", "Nothing is fetched"),
        ("/etc/passwd", "ref-outside", "Write a relative path"),
        ("..\\up.yaml", "ref-outside", "Write a relative path"),
        ("../up.yaml#/a", "ref-outside", "put a copy there"),
        ("%2e%2e/up.yaml#/a", "ref-outside", "put a copy there"),
        ("missing.yaml#/a", "ref-file", ""),
    ],
)
def test_broken_references_have_place_code_and_hint(
    tmp_path: Path, reference: str, code: str, hint: str
) -> None:
    text = f"a:\n  $ref: {reference!r}\ncomponents: {{schemas: {{Thing: {{}}}}}}\n"
    result, messages = linked(tmp_path, main_yaml=text)
    assert result is None
    assert messages[-1 if code != "ref-file" else 0].startswith("main.yaml:2:3: error: ")
    assert f"[{code}]" in messages[0]
    assert hint in messages[0]


def test_a_link_out_of_the_tree_is_refused(tmp_path: Path) -> None:
    outside = tmp_path / "secret.yaml"
    outside.write_text("a: 1")
    inside = tmp_path / "tree"
    inside.mkdir()
    (inside / "innocent.yaml").symlink_to(outside)
    result, messages = linked(inside, main_yaml="a: {$ref: 'innocent.yaml#/a'}\n")
    assert result is None
    assert "[ref-outside]" in messages[0]


def test_a_circle_without_schema_is_told_once_for_each_member() -> None:
    with pytest.raises(Faults) as caught:
        document("a: {$ref: '#/b'}\nb: {$ref: '#/a'}\n")
    assert str(caught.value).count("[ref-cycle]") == 2


def test_data_may_say_ref() -> None:
    document("""
        example: {$ref: nowhere}
        x-notes: {$ref: nowhere}
        schema:
          properties:
            example: {$ref: '#/schema/properties/$ref'}
            $ref: {type: string}
          examples: [{$ref: nowhere}]
          enum: [{$ref: nowhere}]
        """)


def test_a_property_called_example_is_a_schema() -> None:
    with pytest.raises(Faults, match="ref-not-found"):
        document("properties: {example: {$ref: '#/nowhere'}}\n")


def test_all_broken_references_are_told() -> None:
    with pytest.raises(Faults) as caught:
        document("a: {$ref: '#/x'}\nb: [{$ref: '#/y'}]\nc: {d: {$ref: 'http://e'}}\n")
    assert str(caught.value).count("error:") == 3
