"""Files that can't be read, each with its place and all at once."""

from __future__ import annotations

from pathlib import Path

from hoody_codegen.diagnostics import Diagnostics
from hoody_codegen.document import load, load_all


def messages_of(path: Path) -> list[str]:
    diagnostics = Diagnostics()
    assert load(path, diagnostics) is None
    return [str(item).replace(f"{path.parent.as_posix()}/", "") for item in diagnostics]


def test_a_missing_file_names_the_closest_one(tmp_path: Path) -> None:
    (tmp_path / "service.yaml").write_text("a: 1")
    assert messages_of(tmp_path / "servce.yaml") == [
        "servce.yaml: error: the file does not exist [file-not-found]\n"
        "    hint: Did you mean service.yaml?"
    ]


def test_a_directory_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "spec.yaml").mkdir()
    assert "the file is a directory" in messages_of(tmp_path / "spec.yaml")[0]


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    (tmp_path / "spec.yaml").write_bytes("a: ü\nb: é ".encode() + b"\xff")
    assert messages_of(tmp_path / "spec.yaml") == [
        "spec.yaml:2:6: error: the file is not UTF-8: unexpected byte 0xff [file-encoding]\n"
        "    hint: Save it as UTF-8."
    ]


def test_a_byte_order_mark_is_fine(tmp_path: Path) -> None:
    path = tmp_path / "spec.yaml"
    path.write_bytes(b"\xef\xbb\xbfopenapi: 3.1.0\n")
    diagnostics = Diagnostics()
    loaded = load(path, diagnostics)
    assert loaded is not None
    assert loaded.root.value == {"openapi": "3.1.0"}


def test_json_is_told_by_its_name_or_its_first_character(tmp_path: Path) -> None:
    diagnostics = Diagnostics()
    for name, text in (
        ("a.json", '{"a": "\\ud83d\\ude00"}'),
        ("b.yaml", '{"a": "\\ud83d\\ude00"}'),
    ):
        (tmp_path / name).write_text(text)
        loaded = load(tmp_path / name, diagnostics)
        assert loaded is not None
        assert loaded.root.value == {"a": "😀"}
    (tmp_path / "c.yaml").write_text("{a: 1, # a flow mapping\n b: 2}")
    loaded = load(tmp_path / "c.yaml", diagnostics)
    assert loaded is not None
    assert loaded.root.value == {"a": 1, "b": 2}
    assert len(diagnostics) == 0


def test_faults_of_all_files_are_told_and_the_others_are_read(tmp_path: Path) -> None:
    (tmp_path / "good.yaml").write_text("openapi: 3.1.0\n")
    (tmp_path / "bad.yaml").write_text("a: [1\n")
    (tmp_path / "ref.yaml").write_text("a: {$ref: '#/b'}\n")
    diagnostics = Diagnostics()
    names = ["good.yaml", "bad.yaml", "ref.yaml", "gone.yaml"]
    documents = load_all([tmp_path / name for name in names], [], diagnostics)
    assert [Path(item.file).name for item in documents] == ["good.yaml"]
    assert sorted(item.code for item in diagnostics) == [
        "file-not-found",
        "ref-not-found",
        "yaml-syntax",
    ]
