"""Settings: their defaults, their checks, and the places of their keys."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hoody_codegen.config import (
    CommandLine,
    EnvelopeRule,
    Filter,
    ScopeArgument,
    ServiceSettings,
    Target,
    load_config,
    read_config,
)
from hoody_codegen.config.places import find_places
from hoody_codegen.diagnostics import CodegenError
from hypothesis import given
from hypothesis import strategies as st

FILE = Path("hoody-codegen.toml")
REPOSITORY = Path(__file__).parents[2]


def target_of(text: str) -> Target:
    (target,) = read_config(f"[targets.demo]\n{text}", FILE).targets
    return target


def faults_of(text: str) -> list[str]:
    with pytest.raises(CodegenError) as caught:
        read_config(text, FILE)
    return [str(item).splitlines()[0] for item in caught.value.diagnostics]


def test_specs_and_output_are_enough() -> None:
    target = target_of('specs = "openapi.yaml"\noutput = "out"\n').completed("The Pet Store API")
    assert target.specs == (Path("openapi.yaml"),)
    assert target.output == Path("out")
    assert (target.package, target.client_name, target.env_prefix) == (
        "pet_store",
        "PetStore",
        "PET_STORE",
    )
    assert (target.formatter, target.envelope, target.scopes) == ("ruff", None, ())


@pytest.mark.parametrize(
    ("title", "package", "client"),
    [
        (None, "demo", "Demo"),
        ("", "demo", "Demo"),
        ("!!!", "demo", "Demo"),
        ("GitHub v3.1 REST API", "git_hub", "GitHub"),
        ("HTTPBin", "http_bin", "HttpBin"),
        ("2Captcha", "api_2_captcha", "Api2Captcha"),
        ("Import", "api_import", "ApiImport"),
        ("x'); import os #", "x_import_os", "XImportOs"),
    ],
)
def test_names_come_from_the_title(title: str | None, package: str, client: str) -> None:
    target = target_of('specs = "a"\noutput = "b"\n').completed(title)
    assert target.package.isidentifier()
    assert (target.package, target.client_name) == (package, client)


@given(st.text(max_size=40))
def test_every_title_gives_valid_names(title: str) -> None:
    target = Target("demo", (), Path("out")).completed(title)
    assert target.package.isidentifier()
    assert target.client_name.isidentifier()
    assert target.env_prefix.isidentifier()


def test_given_names_stay() -> None:
    text = 'specs = "a"\noutput = "b"\npackage = "p"\nclient_name = "C"\nenv_prefix = "E"\n'
    target = target_of(text).completed("Title")
    assert (target.package, target.client_name, target.env_prefix) == ("p", "C", "E")


def test_everything_that_can_be_set() -> None:
    target = target_of("""
        specs = ["a.yaml"]
        output = "b"
        formatter = "black"
        main_service = "api"
        base_url = "https://x"
        description = "D"
        version = "1.2.3rc1"
        envelope = { key = "data", markers = "statusCode" }
        filter.exclude = ["demo.*"]
        services.api.base_url = "https://y"
        [[targets.demo.scopes]]
        name = "box"
        services = ["files"]
        arguments = [{ variable = "id", name = "box_id", field = "id", default = "1" }]
        """)
    assert target.formatter == "black"
    assert target.envelope == EnvelopeRule("data", ("statusCode",))
    assert target.filter == Filter(exclude=("demo.*",))
    assert target.services == {"api": ServiceSettings("https://y")}
    (scope,) = target.scopes
    assert scope.arguments == (ScopeArgument("id", "box_id", "id", "1"),)


def test_paths_start_from_the_file(tmp_path: Path) -> None:
    (tmp_path / "specs").mkdir()
    for name in ("b.yaml", "a.yaml", "note.txt"):
        (tmp_path / "specs" / name).write_text("")
    (tmp_path / "c.toml").write_text(
        '[targets.x]\nspecs = ["specs/*.yaml", "specs/a.yaml"]\noutput = "out"\n'
        'overlays = "none/*.yaml"\n'
    )
    (target,) = load_config(tmp_path / "c.toml").targets
    assert [path.name for path in target.specs] == ["a.yaml", "b.yaml"]
    assert target.output == tmp_path / "out"
    assert target.overlays == ()


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(CodegenError, match="the file does not exist"):
        load_config(tmp_path / "gone.toml")


def test_line_ends_of_windows() -> None:
    assert faults_of('[targets.a]\r\nspecs = "x"\r\noutput = "y"\r\nother = 1\r\n') == [
        "hoody-codegen.toml:4:1: error: unknown setting 'targets.a.other' [config-unknown-key]"
    ]


def test_the_settings_of_this_repository_are_fine() -> None:
    config = load_config(REPOSITORY / "hoody-codegen.toml")
    hoody = config.target("hoody")
    assert (hoody.package, hoody.client_name, hoody.env_prefix) == ("hoody", "Hoody", "HOODY")
    assert len(hoody.specs) == 19
    with pytest.raises(KeyError):
        config.target("other")


# Places


def test_places_of_every_form_of_key() -> None:
    text = '''# [comment]
a = 1
"b c".d = """
[x]
""\\"""" # e = 1
[t."u.v"]
'w' = { x = [1, { y = 2 }], "z" = 'it = 3' }
m = [ # [n]
  "]",
  [ 1 ],
]
[[l]]
p = 1
[l.q]
r = 2
[[l]]
p = 1979-05-27T07:32:00Z
'''
    tomllib.loads(text)
    places = find_places(text)
    assert places == {
        (): (1, 1),
        ("a",): (2, 1),
        ("b c",): (3, 1),
        ("b c", "d"): (3, 7),
        ("t",): (6, 2),
        ("t", "u.v"): (6, 1),
        ("t", "u.v", "w"): (7, 1),
        ("t", "u.v", "w", "x"): (7, 9),
        ("t", "u.v", "w", "x", 0): (7, 14),
        ("t", "u.v", "w", "x", 1): (7, 17),
        ("t", "u.v", "w", "x", 1, "y"): (7, 19),
        ("t", "u.v", "w", "z"): (7, 29),
        ("t", "u.v", "m"): (8, 1),
        ("t", "u.v", "m", 0): (9, 3),
        ("t", "u.v", "m", 1): (10, 3),
        ("t", "u.v", "m", 1, 0): (10, 5),
        ("l",): (12, 1),
        ("l", 0): (12, 1),
        ("l", 0, "p"): (13, 1),
        ("l", 0, "q"): (14, 1),
        ("l", 0, "q", "r"): (15, 1),
        ("l", 1): (16, 1),
        ("l", 1, "p"): (17, 1),
    }


def paths_of(value: Any, path: tuple[str | int, ...] = ()) -> set[tuple[str | int, ...]]:
    found = {path}
    if isinstance(value, dict):
        for key, member in value.items():
            found |= paths_of(member, (*path, key))
    elif isinstance(value, list):
        for index, member in enumerate(value):
            found |= paths_of(member, (*path, index))
    return found


keys = st.text(alphabet="abZ_-09 .\"'\\é#=[]", min_size=1, max_size=4)
values = st.recursive(
    st.booleans()
    | st.integers(-9, 9)
    | st.floats(0, 1)
    | st.text(alphabet="ab\"'\\\n#]},", max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
    max_leaves=8,
)


def written(value: Any) -> str:
    """The value as TOML on one line."""
    if isinstance(value, dict):
        inner = ", ".join(f"{json.dumps(key)} = {written(item)}" for key, item in value.items())
        return f"{{ {inner} }}"
    if isinstance(value, list):
        return f"[{', '.join(written(item) for item in value)}]"
    if isinstance(value, float):
        return f"{value:.3f}"
    return json.dumps(value)


@given(st.dictionaries(keys, values, max_size=4))
def test_every_key_has_a_place(data: dict[str, Any]) -> None:
    lines = [f"{written(key)} = {written(value)} # x = 1\n" for key, value in data.items()]
    text = "".join(lines)
    parsed = tomllib.loads(text)
    places = find_places(text)
    assert set(places) == paths_of(parsed)
    for index, key in enumerate(data):
        assert places[(key,)] == (index + 1, 1)


class TestCommandLine:
    def test_a_program_is_enough(self) -> None:
        target = target_of('specs = "a.yaml"\noutput = "o"\n[targets.demo.cli]\nprogram = "demo"')

        assert target.cli == CommandLine("demo")

    def test_all_of_it(self) -> None:
        target = target_of("""
            specs = "a.yaml"
            output = "o"
            [targets.demo.cli]
            program = "demo"
            login = "auth login"
            whoami = "api.users.me"
            lookup = { box = "api.boxes.get" }
            groups = { "api.tokens" = "auth" }
            drop = { "api.hooks" = ["box", "proxy"] }
            summaries = { "auth profile" = "Who you are." }
            """)

        assert target.cli == CommandLine(
            program="demo",
            login=("auth", "login"),
            groups={"api.tokens": "auth"},
            drop={"api.hooks": ("box", "proxy")},
            summaries={"auth profile": "Who you are."},
            whoami="api.users.me",
            lookup={"box": "api.boxes.get"},
        )

    def test_without_the_table_there_is_none(self) -> None:
        assert target_of('specs = "a.yaml"\noutput = "o"').cli is None

    @pytest.mark.parametrize(
        ("text", "code"),
        [
            ("", "config-missing"),
            ('program = "De mo"', "config-value"),
            ('program = "demo"\ngroups = { "api.x" = "Auth --all" }', "config-value"),
            ('program = "demo"\ngroups = { "api.x" = 1 }', "config-type"),
            ('program = "demo"\nlogins = "auth login"', "config-unknown-key"),
        ],
    )
    def test_faults(self, text: str, code: str) -> None:
        faults = faults_of(
            f'[targets.demo]\nspecs = "a.yaml"\noutput = "o"\n[targets.demo.cli]\n{text}'
        )

        assert len(faults) == 1
        assert f"[{code}]" in faults[0]
