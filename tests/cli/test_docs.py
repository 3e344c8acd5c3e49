"""Pages about a command line: everything is on them, and no text of a document takes effect."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path, PurePosixPath

import pytest
from hoody_codegen.cli_runtime.main import run
from hoody_codegen.cli_runtime.model import App, Command, Kind, Option
from hoody_codegen.cli_runtime.shared import global_options
from hoody_codegen.commands.recipes import plan_recipes
from hoody_codegen.config import CommandLine, Target
from hoody_codegen.pipeline import generate
from hoody_codegen.python.escape import markdown_block, markdown_prose, roff
from markdown_it import MarkdownIt
from support.source import ROOT

DOCUMENT = """
openapi: 3.1.0
info: {title: Shop, version: 1.0.0, x-namespace: shop}
servers: [{url: "https://shop.example.test"}]
paths:
  /boxes:
    get:
      operationId: listBoxes
      summary: List boxes
      tags: ["shop:Boxes"]
      parameters:
        - {name: limit, in: query, description: "How many `boxes` there are | at all",
           schema: {type: integer, minimum: 1, maximum: 1000000, default: 20}}
        - {name: color, in: query, schema: {type: string, enum: [red, green]}}
      responses:
        "200":
          description: All
          content:
            application/json:
              schema:
                type: array
                items: {type: object, properties: {id: {type: string}, name: {type: string}}}
    post:
      operationId: createBox
      summary: "Create `a` box.  .br <b>now</b> \\\\fB"
      description: "First *part*.\\n\\n.SH Second\\n# part ```"
      tags: ["shop:Boxes"]
      requestBody:
        required: true
        content:
          application/json:
            schema:
              type: object
              required: [name]
              properties:
                name: {type: string, minLength: 2}
                tags: {type: array, items: {type: string}}
      responses: {"204": {description: Done}}
  /boxes/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: string}}]
    get:
      operationId: getBox
      summary: .get a box
      tags: ["shop:Boxes"]
      responses:
        "200": {description: One, content: {application/json: {schema: {type: object}}}}
    delete:
      operationId: deleteBox
      summary: "'delete a box"
      deprecated: true
      tags: ["shop:Boxes"]
      responses: {"204": {description: Done}}
"""

Files = dict[PurePosixPath, str]


@pytest.fixture(scope="module", name="folder")
def documented_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("docs")


def files_of(folder: Path, cli: CommandLine | None) -> Files:
    spec = folder / "shop.yaml"
    spec.write_text(DOCUMENT)
    target = Target(name="shop", specs=(spec,), output=folder / "out", package="shop", cli=cli)
    return generate(target).files


@pytest.fixture(scope="module", name="files")
def documented_files(folder: Path) -> Files:
    return files_of(folder, CommandLine("shop"))


@pytest.fixture(name="boxes")
def page_of_boxes(files: Files) -> str:
    (page,) = (text for path, text in files.items() if path.parent == PurePosixPath("docs/cli"))
    return page


def test_without_a_command_line_there_are_no_pages(folder: Path) -> None:
    found = files_of(folder, None)
    assert not [path for path in found if path.parts[0] == "docs"]


def test_every_command_has_a_section_with_its_request(boxes: str) -> None:
    headings = re.findall(r"^## (.+)$", boxes, re.M)
    assert [heading.split()[-1] for heading in headings] == ["create", "delete", "get", "list"]
    for request in ("GET /boxes", "POST /boxes", "GET /boxes/{id}", "DELETE /boxes/{id}"):
        assert f"`{request}`, in Python `client." in boxes


def test_flags_say_what_they_take(boxes: str) -> None:
    limit = next(line for line in boxes.splitlines() if "--limit" in line)
    assert limit.startswith("| `--limit INTEGER` | How many `boxes` there are")
    assert "1 to 1000000." in limit
    assert "Default: 20." in limit
    color = next(line for line in boxes.splitlines() if "color red|green" in line.replace("\\", ""))
    assert "One of: red, green." in color
    name = next(line for line in boxes.splitlines() if "`--name" in line)
    assert "**Required.**" in name
    assert "At least 2 characters." in name
    tags = next(line for line in boxes.splitlines() if "--tags" in line)
    assert "Can be repeated." in tags


def test_dangers_and_ends_are_named(boxes: str) -> None:
    section = boxes.partition("delete\n\n")[2].partition("\n## ")[0]
    assert "**Deprecated.**" in section
    assert "needs `--yes`" in section
    assert "--yes" not in boxes.partition("get\n\n")[2].partition("\n## ")[0]


def test_text_of_a_document_has_no_effect_on_a_page(boxes: str) -> None:
    tokens = MarkdownIt("commonmark").enable("table").parse(boxes)
    inline = [child for token in tokens for child in token.children or ()]
    assert not [token for token in (*tokens, *inline) if token.type.startswith("html")]
    assert not [token for token in inline if token.type == "em_open"]
    headings = [
        tokens[number + 1].content for number, token in enumerate(tokens) if token.tag == "h1"
    ]
    assert len(headings) == 2  # the beginning and the end of one heading
    assert "`a`" not in boxes.splitlines()[2]


def test_links_lead_to_headings(files: Files, boxes: str) -> None:
    anchors = {
        heading.lower().replace(" ", "-") for heading in re.findall(r"^## (.+)$", boxes, re.M)
    }
    assert set(re.findall(r"\]\(#([^)]+)\)", boxes)) == anchors
    links = re.findall(r"\]\(([^)#]+)#([^)]+)\)", files[PurePosixPath("docs/operations.md")])
    assert {anchor for _, anchor in links} == anchors
    for page in ("docs/operations.md", "docs/cli.md"):
        for link in re.findall(r"\]\(([^)#]+)", files[PurePosixPath(page)]):
            assert PurePosixPath("docs", link) in files


def test_the_map_holds_every_operation_three_times(files: Files) -> None:
    page = files[PurePosixPath("docs/operations.md")]
    rows = [line for line in page.splitlines() if line.startswith("| `")]
    assert len(rows) == 4
    assert "All 4 operations" in page
    assert re.search(
        r"^\| `shop\.boxes\.get` \| \[`shop boxes get`\]\(\S+\) \| `GET /boxes/\{id\}` \|$",
        page,
        re.M,
    )


def test_recipes_stand_on_commands_that_are_there(files: Files, boxes: str) -> None:
    page = files[PurePosixPath("docs/recipes.md")]
    called = {
        " ".join(words.split())
        for words in re.findall(r"^ *(?:jq .+\| )?(shop(?: [a-z]+)+)", page, re.M)
    }
    assert len(called) >= 3
    known = set(re.findall(r"^## (.+)$", boxes, re.M))
    assert called <= known


def test_recipes_leave_out_what_no_command_can_do() -> None:
    only = Command(("a", "b"), "a.b", "GET /a", "B", options=(Option("--x", "x", kind=Kind()),))
    assert plan_recipes([only], "shop") == ()


def test_the_manual_page_is_read_without_a_complaint(files: Files, tmp_path: Path) -> None:
    page = tmp_path / "shop.1"
    page.write_text(files[PurePosixPath("docs/man/shop.1")])
    groff = shutil.which("groff")
    if groff is None:
        pytest.skip("there is no groff here")
    shown = subprocess.run(
        [groff, "-man", "-ww", "-Kutf8", "-Tutf8", "-P-cbou", str(page)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert shown.stderr == ""
    text = " ".join(shown.stdout.split())
    assert ".get a box" in text
    assert "'delete a box" in text
    assert "Create `a` box." in text


def app() -> App:
    def nothing(*_: object) -> None:
        raise AssertionError("not needed")

    return App(
        name="shop",
        package="shop_without_a_module",
        version="1",
        env_prefix="SHOP",
        summary="A shop",
        client=nothing,
        errors=nothing,
        runtime=nothing,
        commands=nothing,
        tree=(),
        login=("auth", "login"),
        identity=("username",),
    )


def test_the_manual_page_and_the_guide_name_all_global_options(files: Files) -> None:
    manual = files[PurePosixPath("docs/man/shop.1")].replace("\\-", "-")
    guide = (ROOT / "docs" / "cli.md").read_text()
    for option in global_options(app()):
        for name in option.opts:
            assert name in manual
            assert f"`{name}" in guide or f" {name}" in guide


def test_the_guide_names_every_command_of_the_program_itself(
    capsys: pytest.CaptureFixture[str],
) -> None:
    guide = (ROOT / "docs" / "cli.md").read_text()
    assert run(app(), ["commands", "-o", "json"]) == 0
    found = re.findall(r'"command": "([a-z -]+)"', capsys.readouterr().out)
    assert "auth login" in found
    for words in found:
        assert f"hoody {words}" in guide


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("-a 'b'", r"\-a \(aqb\(aq"),
        (".SH x", r"\&.SH x"),
        ("a\n.SH x", "a .SH x"),
        (r"\fBx", r"\(rsfBx"),
        ('say "x"', r"say \(dqx\(dq"),
        ("~^`", r"\(ti\(ha\(ga"),
        ("", ""),
    ],
)
def test_roff_has_no_requests_of_its_own(text: str, printed: str) -> None:
    assert roff(text) == printed


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("use `a|b` or *c*", "use `a\\|b` or \\*c\\*"),
        ("`a`, `b`", "`a`, `b`"),
        ("``` not `one", "\\`\\`\\` not \\`one"),
        ("`<b>` <b>", "`<b>` &lt;b&gt;"),
        ("1. `x`", "1\\. `x`"),
    ],
)
def test_prose_keeps_its_code_spans(text: str, printed: str) -> None:
    assert markdown_prose(text) == printed


@pytest.mark.parametrize("text", ["a\n```\nb", "```` x", "a\r\n# b", "a\u2028```\x1b"])
def test_a_block_ends_where_it_should(text: str) -> None:
    (block,) = MarkdownIt("commonmark").parse(markdown_block(text))
    assert block.type == "fence"
    assert block.info == "sh"


def test_all_of_hoody_is_on_the_map() -> None:
    folder = ROOT / "generated" / "hoody"
    page = (folder / "docs" / "operations.md").read_text()
    rows = [line for line in page.splitlines() if line.startswith("| `")]
    services = (folder / "hoody" / "services").rglob("*.py")
    operations = sum(
        len(re.findall(r"^_\w+ = Operation\(", path.read_text(), re.M)) for path in services
    )
    assert len(rows) == operations
    for column in (1, 3):
        assert len({line.split("`")[column] for line in rows}) == operations
