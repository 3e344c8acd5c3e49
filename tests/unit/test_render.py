"""Printing and formatting: only code is printed, and the formatter runs once."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
from hoody_codegen.naming.identifiers import Identifier
from hoody_codegen.python.code import Code
from hoody_codegen.python.plan import FilePlan
from hoody_codegen.render import (
    Rendered,
    RenderError,
    format_files,
    printing,
    render,
    render_all,
)
from hoody_codegen.text import Untrusted

A = PurePosixPath("pkg/a.py")


@dataclass(frozen=True)
class Context:
    value: object
    many: tuple[Code, ...] = ()


@pytest.fixture
def templates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(printing, "templates_folder", lambda: tmp_path)
    return tmp_path


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The command lines of all subprocesses, which still run."""
    seen: list[list[str]] = []
    run = subprocess.run

    def counting(command: list[str], **options: Any) -> Any:
        seen.append(command)
        return run(command, **options)

    monkeypatch.setattr(subprocess, "run", counting)
    return seen


def plan(value: object, path: PurePosixPath = A) -> FilePlan:
    return FilePlan(path, "t.jinja", Context(value))


class TestPrinting:
    @pytest.mark.parametrize("value", [Code("x"), Identifier("x"), 3])
    def test_code_names_and_integers_are_printed(self, templates: Path, value: object) -> None:
        (templates / "t.jinja").write_text("a = {{ value }}\n")

        assert render([plan(value)]) == {A: f"a = {value}\n"}

    @pytest.mark.parametrize(
        "value", ["text", Untrusted("text"), True, None, 1.5, ("a",), Code("a") + "b"]
    )
    def test_anything_else_ends_the_run(self, templates: Path, value: object) -> None:
        (templates / "t.jinja").write_text("a = {{ value }}\n")

        with pytest.raises(RenderError, match=r"t\.jinja for pkg/a\.py: .* can't be printed"):
            render([plan(value)])

    @pytest.mark.parametrize(
        "template",
        ["{{ value ~ 'x' }}", "{{ value|upper }}", "{{ 'x' }}",
         "{% set v = value ~ 'x' %}{{ v }}", "{{ [value]|join }}", "{{ value + 'x' }}"],
    )  # fmt: skip
    def test_a_template_cannot_make_text_itself(self, templates: Path, template: str) -> None:
        (templates / "t.jinja").write_text(template)

        with pytest.raises(RenderError, match="can't be printed"):
            render([plan(Code("a"))])

    def test_a_macro_prints_code(self, templates: Path) -> None:
        (templates / "t.jinja").write_text(
            "{% macro assign(v) %}a = {{ v }}{% endmacro %}{{ assign(value) }}\n"
        )

        assert render([plan(Code("1"))]) == {A: "a = 1\n"}

    def test_an_unknown_variable_ends_the_run(self, templates: Path) -> None:
        (templates / "t.jinja").write_text("{{ valeu }}")

        with pytest.raises(RenderError, match=r"t\.jinja for pkg/a\.py: 'valeu' is undefined"):
            render([plan(Code("a"))])

    def test_two_plans_for_one_file_end_the_run(self, templates: Path) -> None:
        (templates / "t.jinja").write_text("{{ value }}")

        with pytest.raises(RenderError, match="two plans"):
            render([plan(Code("a")), plan(Code("b"))])


class TestFormatting:
    @pytest.mark.parametrize("formatter", ["ruff", "black"])
    def test_imports_are_sorted_and_code_is_laid_out(self, formatter: Any) -> None:
        text = "import sys\nimport os\nfrom .b import c\nfrom ..a import b\nx = {'a':1}\n"

        formatted = format_files({A: text}, formatter)

        assert formatted == {
            A: 'import os\nimport sys\n\nfrom ..a import b\nfrom .b import c\n\nx = {"a": 1}\n'
        }

    def test_other_files_stay_as_they_are(self) -> None:
        files = {PurePosixPath("a.toml"): "a  =  1", PurePosixPath("py.typed"): ""}

        assert format_files(files) == files

    @pytest.mark.parametrize("formatter", ["ruff", "black"])
    def test_text_that_is_no_python_names_its_file(self, formatter: Any) -> None:
        files = {A: "x = 1\n", PurePosixPath("pkg/bad.py"): "def def:\n"}

        with pytest.raises(RenderError, match=r"pkg/bad\.py"):
            format_files(files, formatter)

    def test_no_configuration_on_the_way_has_a_say(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "ruff.toml").write_text('line-length = 20\nformat.quote-style = "single"\n')
        monkeypatch.setenv("TMPDIR", str(tmp_path))
        monkeypatch.setattr("tempfile.tempdir", None)
        monkeypatch.chdir(tmp_path)
        text = 'aaaaaaaaaaaaaaaaaa = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbb"\n'

        assert format_files({A: text}) == {A: text}
        assert os.listdir(tmp_path) == ["ruff.toml"]

    @pytest.mark.parametrize(("formatter", "count"), [("ruff", 2), ("black", 1)])
    @pytest.mark.parametrize("files", [1, 40])
    def test_the_number_of_subprocesses_does_not_grow(
        self, runs: list[list[str]], formatter: Any, count: int, files: int
    ) -> None:
        format_files({PurePosixPath(f"{n}.py"): "x=1\n" for n in range(files)}, formatter)

        assert len(runs) == count
        assert all("--isolated" in run for run in runs)

    def test_several_targets_share_one_batch(self, templates: Path, runs: list[list[str]]) -> None:
        (templates / "t.jinja").write_text("a = [{{ value }},1]\n")

        results = render_all([Rendered((plan(Code(f"{n}")),)) for n in range(12)])

        assert results == [{A: f"a = [{n}, 1]\n"} for n in range(12)]
        assert len(runs) == 2
