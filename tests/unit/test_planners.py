"""Decisions of the planners that golden files alone would not explain."""

from __future__ import annotations

import tomllib
from pathlib import Path, PurePosixPath

import pytest
from hoody_codegen import ir
from hoody_codegen.config import Scope, ScopeArgument, Target
from hoody_codegen.diagnostics import CodegenError
from hoody_codegen.pipeline import generate, generate_all
from hoody_codegen.python.bodies import choose_body
from hoody_codegen.python.client import main_service, services_of
from hoody_codegen.python.errors import STATUS_CLASSES, status_class
from hoody_codegen.python.forms import ResultForm
from hoody_codegen.python.results import choose_result
from hoody_codegen.runtime import errors as runtime_errors
from hoody_codegen.runtime.errors import ConfigurationError
from hoody_codegen.runtime.scopes import ScopeArgument as BoundArgument
from hoody_codegen.runtime.scopes import ScopeInfo, scope_variables
from hoody_codegen.text import Untrusted
from support.building import BINARY, PLACE, STRING

TEXT = Untrusted("x")


def body(*media_types: str, type_: ir.TypeRef | None = None) -> ir.Body:
    return ir.Body(tuple(ir.Content(media, type_) for media in media_types), True, PLACE)


class TestErrorClasses:
    def test_every_status_class_of_the_runtime_is_known(self) -> None:
        runtime = {s: c.__name__ for s, c in runtime_errors.STATUS_CLASSES.items()}

        assert runtime == STATUS_CLASSES

    @pytest.mark.parametrize("status", [302, 400, 418, 499, 500, 599, 600])
    def test_every_status_has_the_class_that_the_runtime_raises(self, status: int) -> None:
        assert status_class(status) == runtime_errors.status_class(status).__name__


class TestBodies:
    @pytest.mark.parametrize(
        ("offered", "chosen"),
        [
            (["text/plain", "application/json"], "application/json"),
            (
                ["multipart/form-data", "application/merge-patch+json"],
                "application/merge-patch+json",
            ),
            (["text/plain", "multipart/form-data"], "multipart/form-data"),
            (["application/zip", "text/plain"], "application/zip"),
        ],
    )
    def test_json_comes_first_then_forms(self, offered: list[str], chosen: str) -> None:
        found = choose_body(body(*offered), {})

        assert found is not None
        assert found.media_type == chosen

    @pytest.mark.parametrize(
        ("media_type", "type_"),
        [
            ("text/plain", STRING),
            ("application/xml; charset=utf-8", STRING),
            ("application/soap+xml", STRING),
            ("image/png", BINARY),
        ],
    )
    def test_the_media_type_decides_before_the_schema(
        self, media_type: str, type_: ir.TypeRef
    ) -> None:
        found = choose_body(body(media_type, type_=ir.MapType(ir.AnyType())), {})

        assert found is not None
        assert found.type == type_

    def test_no_content_is_no_body(self) -> None:
        assert choose_body(body(), {}) is None
        assert choose_body(None, {}) is None


class TestPages:
    def result(self, items: str, type_: ir.TypeRef, envelope: str | None = None) -> object:
        operation = ir.Operation(
            key="k",
            service=TEXT,
            method="GET",
            path=TEXT,
            origin=PLACE,
            result=ir.Result(ir.ResultKind.JSON, type_, Untrusted(envelope) if envelope else None),
            pagination=ir.Pagination(ir.PaginationStyle.SINGLE, Untrusted(items)),
        )
        found = choose_result(operation, {})
        return found.type if found.form is ResultForm.PAGE else None

    def test_items_below_an_envelope_are_found_in_the_result(self) -> None:
        assert self.result("data", ir.ArrayType(STRING), "data") == STRING
        assert self.result("", ir.ArrayType(STRING)) == STRING

    def test_items_that_are_not_described_are_any_json(self) -> None:
        assert self.result("data.x.y", ir.AnyType(), "data") == ir.AnyType()

    def test_what_is_no_list_is_no_page(self) -> None:
        assert self.result("data", STRING, "data") is None

    def test_two_lists_give_items_of_both_kinds(self) -> None:
        type_ = ir.MapType(ir.ArrayType(STRING))

        assert self.result("a + b", type_) == STRING


class TestScopes:
    def service(self, name: str, *variables: str) -> ir.Service:
        server = ir.Server(
            Untrusted("https://x"), tuple(ir.ServerVariable(Untrusted(v)) for v in variables)
        )
        return ir.Service(Untrusted(name), None, PLACE, (), servers=(server,))

    def test_a_scope_holds_the_services_that_need_all_its_variables(self) -> None:
        services = (self.service("a"), self.service("b", "p", "i"), self.service("c", "p", "x"))
        arguments = (ScopeArgument("p", "p"), ScopeArgument("i", "i", default="1"))
        scope = Scope("s", arguments)

        assert [s.name.reveal() for s in services_of(scope, services)] == ["b", "c"]
        named = Scope("s", arguments, services=("a",))
        assert [s.name.reveal() for s in services_of(named, services)] == ["a"]

    def test_the_only_service_is_the_main_one(self) -> None:
        target = Target(name="t", specs=(), output=Path("out"))
        services = (self.service("a"), self.service("b"))

        assert main_service(services[:1], target) == "a"
        assert main_service(services, target) is None


class TestScopeVariables:
    ARGUMENTS = (
        BoundArgument(variable="projectId", name="project_id", field="id"),
        BoundArgument(variable="index", name="index", default="1"),
    )

    def variables(self, source: object = None, **given: str | int | None) -> dict[str, str]:
        return scope_variables(
            ScopeInfo(name="box", arguments=self.ARGUMENTS, services=()), source, given
        )

    def test_values_come_from_arguments_then_fields_then_defaults(self) -> None:
        class Thing:
            id = "p1"

        assert self.variables(Thing()) == {"projectId": "p1", "index": "1"}
        assert self.variables({"id": 7}, index=2) == {"projectId": "7", "index": "2"}
        assert self.variables(Thing(), project_id="p2") == {"projectId": "p2", "index": "1"}

    @pytest.mark.parametrize("source", [None, {}, {"id": None}, {"id": ""}, {"id": True}, object()])
    def test_what_is_missing_is_named(self, source: object) -> None:
        with pytest.raises(ConfigurationError, match=r"box\(\) needs project_id=… \(or an object"):
            self.variables(source)


class TestPipeline:
    def test_faults_of_all_targets_come_together(self, tmp_path: Path) -> None:
        targets = [
            Target(name=name, specs=(tmp_path / f"{name}.yaml",), output=tmp_path / name)
            for name in ("one", "two")
        ]

        with pytest.raises(CodegenError) as error:
            generate_all(targets)

        assert [found.code for found in error.value.diagnostics] == ["file-not-found"] * 2

    def test_names_come_from_the_title_where_none_are_given(self, tmp_path: Path) -> None:
        spec = tmp_path / "x.yaml"
        spec.write_text("openapi: 3.1.0\ninfo: {title: Bird API, version: '1'}\npaths: {}\n")

        result = generate(Target(name="t", specs=(spec,), output=tmp_path / "out"))

        assert result.target.package == "bird"
        assert result.target.client_name == "Bird"
        assert result.statistics.operations == 0

    @pytest.mark.parametrize("status", ["101", "200"])
    def test_only_packages_with_websockets_speak_of_them(self, tmp_path: Path, status: str) -> None:
        spec = tmp_path / "x.yaml"
        spec.write_text(
            "openapi: 3.1.0\ninfo: {title: Bird API, version: '1'}\n"
            f"paths: {{/x: {{get: {{responses: {{'{status}': {{description: Ok}}}}}}}}}}\n"
        )

        files = generate(Target(name="t", specs=(spec,), output=tmp_path / "out")).files

        extras = tomllib.loads(files[PurePosixPath("pyproject.toml")])["project"]
        has_sockets = status == "101"
        assert ("websockets" in extras["optional-dependencies"]) is has_sockets
        readme = files[PurePosixPath("README.md")]
        assert ('pip install "bird[websockets]"' in readme) is has_sockets
        assert ("SocketOptions" in files[PurePosixPath("bird/__init__.py")]) is has_sockets
