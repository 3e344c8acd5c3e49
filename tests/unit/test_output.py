"""The folder on disk: what is written, what is left alone, and what is refused."""

from __future__ import annotations

import json
import os
from pathlib import Path, PurePosixPath

import pytest
from hoody_codegen.diagnostics import CodegenError
from hoody_codegen.output import MANIFEST_NAME, ChangeKind, compare, write
from hoody_codegen.output import writing as writing_module
from hoody_codegen.output.comparison import JOURNAL_NAME
from hoody_codegen.output.paths import is_safe_path


def tree(**files: str) -> dict[PurePosixPath, str]:
    return {PurePosixPath(name.replace("__", "/") + ".py"): text for name, text in files.items()}


def on_disk(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in folder.rglob("*")
        if path.is_file() and path.name != MANIFEST_NAME
    }


def codes(error: pytest.ExceptionInfo[CodegenError]) -> list[str]:
    return [diagnostic.code for diagnostic in error.value.diagnostics]


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "out"


def siblings(target: Path) -> list[str]:
    return sorted(path.name for path in target.parent.iterdir())


class TestWriting:
    def test_a_new_folder_holds_the_files_and_a_manifest(self, target: Path) -> None:
        comparison = write(target, tree(a="1\n", pkg__b="2\n"))

        assert on_disk(target) == {"a.py": "1\n", "pkg/b.py": "2\n"}
        manifest = json.loads((target / MANIFEST_NAME).read_text())
        assert list(manifest) == ["files"]
        assert list(manifest["files"]) == ["a.py", "pkg/b.py"]
        assert all(len(value) == 64 for value in manifest["files"].values())
        assert comparison.count(ChangeKind.CREATE) == 2
        assert siblings(target) == ["out"]

    def test_equal_files_are_not_rewritten(self, target: Path) -> None:
        write(target, tree(a="1\n", b="2\n"))
        before = {path.name: path.stat().st_mtime_ns for path in target.iterdir()}

        comparison = write(target, tree(a="1\n", b="new\n"))

        after = {path.name: path.stat().st_mtime_ns for path in target.iterdir()}
        assert after["a.py"] == before["a.py"]
        assert after["b.py"] != before["b.py"]
        assert (comparison.count(ChangeKind.UPDATE), comparison.unchanged) == (1, 1)

    def test_a_second_run_changes_nothing(self, target: Path) -> None:
        write(target, tree(a="1\n"))

        comparison = write(target, tree(a="1\n"))

        assert comparison.changes == ()
        assert comparison.unchanged == 1

    def test_files_that_are_not_generated_any_more_go_with_their_folders(
        self, target: Path
    ) -> None:
        write(target, tree(a="1\n", old__deep__b="2\n"))

        write(target, tree(a="1\n"))

        assert on_disk(target) == {"a.py": "1\n"}
        assert not (target / "old").exists()

    def test_an_edited_file_of_an_earlier_run_stays(self, target: Path) -> None:
        write(target, tree(a="1\n", b="2\n"))
        (target / "b.py").write_text("mine\n")

        comparison = write(target, tree(a="1\n"))

        assert on_disk(target)["b.py"] == "mine\n"
        assert comparison.kept == (PurePosixPath("b.py"),)

    def test_files_of_others_stay(self, target: Path) -> None:
        write(target, tree(a="1\n"))
        (target / "mine.txt").write_text("mine")

        write(target, tree(b="1\n"))

        assert on_disk(target) == {"b.py": "1\n", "mine.txt": "mine"}

    def test_windows_line_ends_are_no_edit(self, target: Path) -> None:
        write(target, tree(a="1\n2\n", b="1\n"))
        for name in ("a.py", "b.py"):
            place = target / name
            place.write_bytes(place.read_bytes().replace(b"\n", b"\r\n"))

        comparison = write(target, tree(a="1\n2\n", b="3\n"))

        assert [change.path.name for change in comparison.changes] == [MANIFEST_NAME, "b.py"]

    def test_text_is_written_as_it_is(self, target: Path) -> None:
        write(target, tree(a="é\u2028\r\n\n"))

        assert (target / "a.py").read_bytes() == "é\u2028\r\n\n".encode()


class TestRefusing:
    def test_a_hand_written_file_is_never_overwritten(self, target: Path) -> None:
        target.mkdir()
        (target / "a.py").write_text("mine\n")
        (target / "b.py").write_text("mine too\n")

        for force in (False, True):
            with pytest.raises(CodegenError) as error:
                write(target, tree(a="1\n", b="2\n", c="3\n"), force=force)
            assert codes(error) == ["output-not-generated", "output-not-generated"]
        assert on_disk(target) == {"a.py": "mine\n", "b.py": "mine too\n"}

    def test_a_file_that_is_already_right_is_adopted(self, target: Path) -> None:
        target.mkdir()
        (target / "a.py").write_text("1\n")

        write(target, tree(a="1\n"))

        assert write(target, tree(a="2\n")).count(ChangeKind.UPDATE) == 1

    def test_an_edited_generated_file_is_reported(self, target: Path) -> None:
        write(target, tree(a="1\n", b="1\n"))
        (target / "a.py").write_text("edited\n")

        with pytest.raises(CodegenError) as error:
            write(target, tree(a="2\n", b="2\n"))

        assert codes(error) == ["output-edited"]
        assert "--force" in error.value.diagnostics[0].hint
        assert on_disk(target) == {"a.py": "edited\n", "b.py": "1\n"}
        write(target, tree(a="2\n", b="2\n"), force=True)
        assert on_disk(target) == {"a.py": "2\n", "b.py": "2\n"}

    @pytest.mark.parametrize(
        "name",
        ["../a.py", "/a.py", "a/../../b.py", "con.py", "a/NUL", "a\\b.py", "a:b.py", "a\nb.py",
         "a./b.py"],
    )  # fmt: skip
    def test_paths_outside_or_unsafe_are_refused(self, target: Path, name: str) -> None:
        with pytest.raises(CodegenError) as error:
            write(target, {PurePosixPath(name): "1\n"})

        assert codes(error) == ["output-path-unsafe"]
        assert siblings(target) == []

    @pytest.mark.parametrize("name", ["", "a//b.py", "./a.py", "a/./b.py", "a/"])
    def test_paths_that_are_written_oddly_are_unsafe(self, name: str) -> None:
        assert not is_safe_path(name)

    def test_names_that_differ_only_in_case_are_refused(self, target: Path) -> None:
        with pytest.raises(CodegenError) as error:
            write(target, tree(a__B="1\n", A__b="2\n"))

        assert codes(error) == ["output-path-clash"]

    def test_a_file_and_a_folder_of_one_name_are_refused(self, target: Path) -> None:
        with pytest.raises(CodegenError) as error:
            write(target, {PurePosixPath("a"): "1", PurePosixPath("a/b"): "2"})

        assert codes(error) == ["output-path-clash"]

    def test_nothing_is_written_through_a_link(self, target: Path, tmp_path: Path) -> None:
        elsewhere = tmp_path / "elsewhere"
        elsewhere.mkdir()
        target.mkdir()
        (target / "pkg").symlink_to(elsewhere)
        (target / "a.py").symlink_to(elsewhere / "a.py")

        with pytest.raises(CodegenError) as error:
            write(target, tree(a="1\n", pkg__b="2\n"))

        assert codes(error) == ["output-symlink", "output-symlink"]
        assert list(elsewhere.iterdir()) == []

    def test_the_target_itself_may_be_a_link(self, target: Path, tmp_path: Path) -> None:
        (tmp_path / "real").mkdir()
        target.symlink_to(tmp_path / "real")

        write(target, tree(a="1\n"))

        assert target.is_symlink()
        assert on_disk(tmp_path / "real") == {"a.py": "1\n"}

    def test_a_stale_file_behind_a_link_stays(self, target: Path, tmp_path: Path) -> None:
        write(target, tree(a="1\n", pkg__b="2\n"))
        os.rename(target / "pkg", tmp_path / "moved")
        (target / "pkg").symlink_to(tmp_path / "moved")

        comparison = write(target, tree(a="1\n"))

        assert (tmp_path / "moved" / "b.py").exists()
        assert comparison.kept == (PurePosixPath("pkg/b.py"),)

    @pytest.mark.parametrize(
        "content",
        [
            "",
            "[]",
            "{}",
            '{"files": {"a.py": 1}}',
            '{"files": {"../../victim": "00"}}',
            '{"files": {"/victim": "00"}}',
        ],
    )
    def test_a_manifest_that_cannot_be_trusted_is_refused(self, target: Path, content: str) -> None:
        write(target, tree(a="1\n"))
        (target / MANIFEST_NAME).write_text(content)

        with pytest.raises(CodegenError) as error:
            write(target, tree(a="2\n"))

        assert codes(error) == ["output-manifest"]
        assert on_disk(target) == {"a.py": "1\n"}

    @pytest.mark.parametrize("below", [".", "deeper/still"])
    def test_a_target_that_is_a_file_is_refused(self, target: Path, below: str) -> None:
        target.write_text("")

        with pytest.raises(CodegenError) as error:
            write(target / below, tree(a="1\n", b="2\n"))

        assert codes(error) == ["output-not-a-folder"]

    def test_a_folder_in_the_place_of_a_file_is_refused(self, target: Path) -> None:
        (target / "a.py").mkdir(parents=True)
        (target / "b").write_text("")

        with pytest.raises(CodegenError) as error:
            write(target, tree(a="1\n", b__c="2\n"))

        assert codes(error) == ["output-obstacle", "output-obstacle"]


class TestWholeOrNotAtAll:
    @pytest.mark.parametrize("broken", ["a.py", "new/c.py", MANIFEST_NAME])
    def test_a_failure_in_the_middle_leaves_the_folder_as_it_was(
        self, target: Path, monkeypatch: pytest.MonkeyPatch, broken: str
    ) -> None:
        write(target, tree(a="1\n", b="1\n", gone="1\n"))
        before, manifest = on_disk(target), (target / MANIFEST_NAME).read_text()
        _fail_at(monkeypatch, target / broken, OSError(28, "No space left on device"))

        with pytest.raises(OSError, match="No space"):
            write(target, tree(a="2\n", b="2\n", new__c="2\n"))

        assert on_disk(target) == before
        assert (target / MANIFEST_NAME).read_text() == manifest
        assert not (target / "new").exists()
        assert siblings(target) == ["out"]

    def test_a_new_folder_does_not_appear_when_staging_fails(
        self, target: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(place: Path, text: str) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(writing_module, "_put", fail)

        with pytest.raises(OSError, match="No space"):
            write(target, tree(a="1\n"))

        assert siblings(target) == []

    def test_the_run_after_a_killed_one_knows_its_files(
        self, target: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        write(target, tree(a="1\n", b="1\n"))

        # A killed process puts nothing back: what it had done stays, with its journal.
        with monkeypatch.context() as patch:
            patch.setattr(writing_module, "_undo", lambda *_: None)
            patch.setattr(Path, "unlink", lambda *_, **__: None)
            _fail_at(patch, target / "b.py", KeyboardInterrupt())
            with pytest.raises(KeyboardInterrupt):
                write(target, tree(a="2\n", b="2\n", c="2\n"))
        assert (target / JOURNAL_NAME).exists()
        assert on_disk(target)["a.py"] == "2\n"

        write(target, tree(a="3\n", b="3\n", c="3\n"))

        assert on_disk(target) == {"a.py": "3\n", "b.py": "3\n", "c.py": "3\n"}


class TestComparing:
    def test_it_touches_nothing(self, target: Path) -> None:
        comparison = compare(target, tree(a="1\n"))

        assert [change.kind for change in comparison.changes] == [ChangeKind.CREATE] * 2
        assert not target.exists()

    def test_a_diff_reads_like_one(self, target: Path) -> None:
        write(target, tree(a="1\n2\n", gone="1\n"))

        comparison = compare(target, tree(a="1\n3\n", b="1\n"))

        lines = {change.path.name: list(change.diff()) for change in comparison.changes}
        assert lines["a.py"] == ["--- a/a.py", "+++ b/a.py", "@@ -1,2 +1,2 @@", " 1", "-2", "+3"]
        assert lines["b.py"][:2] == ["--- /dev/null", "+++ b/b.py"]
        assert lines["gone.py"][:2] == ["--- a/gone.py", "+++ /dev/null"]


def _fail_at(patch: pytest.MonkeyPatch, place: Path, error: BaseException) -> None:
    replace = os.replace

    def failing(source: Path, destination: Path) -> None:
        if Path(destination) == place:
            patch.setattr(os, "replace", replace)
            raise error
        replace(source, destination)

    patch.setattr(os, "replace", failing)
