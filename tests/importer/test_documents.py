"""Documents, their YAML, the report, and the samples that are read on the way."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from hoody_codegen.diagnostics import CodegenError, Diagnostics
from hoody_codegen.reference import import_reference, render_files, run_import
from hoody_codegen.reference.blocks import Block, Kind, read_blocks
from hoody_codegen.reference.js_values import OPAQUE, read_arguments
from hoody_codegen.reference.rules import load_rules
from hoody_codegen.reference.samples import curl_calls, sdk_calls
from hoody_codegen.reference.yaml_writer import dump
from openapi_spec_validator import OpenAPIV31SpecValidator
from support.reference import RULES, SDK, flat, page, run, section

VALUES: list[Any] = [
    "yes", "no", "on", "OFF", "y", "N", "null", "~", "", "true", "1", "1.5", "-3", "1e3", ".5",
    "0o17", "0x1F", "0b1", "1_000", "12:30", "12:30:45.5", "2024-01-02", "2024-01-02T03:04:05Z",
    "=", "<<", "- a", "a: b", "a #b", "#a", "'", '"', "\\e[200~", "a\nb", "a\n\nb\n", " a", "a ",
    "x" * 200, "word " * 60, "  indented " * 20, "tab\there", "ünïcödé → “x”", "\u2028",
    "🙂 " * 40,
    "a\r\nb", "%x", "@x", "`x`", "[a]", "{a}", "? x", "| x", "> x", "!x", "&x", "*x",
    0, -1, 1.5, True, False, None, [], {}, [[1], {"a": []}], {"1": 2, "on": "off"},
]  # fmt: skip


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_yaml_gives_back_what_was_written(value: Any) -> None:
    for loader in (yaml.SafeLoader, yaml.CSafeLoader):
        assert yaml.load(dump({"key": value}), loader) == {"key": value}


def test_yaml_is_quoted_where_a_reader_could_take_text_for_something_else() -> None:
    assert dump({"a": "y", "b": "0o17", "c": "1e3"}) == "a: 'y'\nb: '0o17'\nc: '1e3'\n"


def test_long_text_is_folded_and_lines_are_literal() -> None:
    text = dump({"a": "one\ntwo", "b": "word " * 40 + "end"})
    assert text.startswith("a: |-\n  one\n  two\nb: >-\n  word word")
    assert max(map(len, text.splitlines())) <= 100


def test_the_document_of_a_service() -> None:
    outcome = run(page("depot/a.mdx", "## `GET /a`\n\nReads.\n\n" + SDK))
    document = outcome.documents["depot.yaml"]
    assert document["openapi"] == "3.1.0"
    assert document["info"] == {"title": "Depot", "version": "1.0.0", "x-namespace": "depot"}
    usual, near = document["servers"]
    assert usual["url"] == "https://{host}-dp.example.test"
    assert "x-name" not in usual
    assert near == {
        "url": "https://localhost/dp",
        "description": "On the same machine.",
        "x-name": "near",
        "x-inferred": "server from hearsay",
    }
    assert "components" not in document
    OpenAPIV31SpecValidator(document).validate()


def test_the_secured_service_has_a_scheme_and_realms() -> None:
    document = run(page("a.mdx", "## `GET /a/:id`\n\nReads.\n\n" + SDK)).documents["shop.yaml"]
    assert document["components"]["securitySchemes"]["bearerAuth"]["scheme"] == "bearer"
    assert document["info"]["x-realm-support"] == {"enabled": True}
    assert list(document["paths"]) == ["/a/{id}"]
    OpenAPIV31SpecValidator(document).validate()


def test_every_block_is_used_or_listed() -> None:
    text = (
        "Words.\n\n---\n\n- a point\n\n"
        "## `GET /a`\n\nReads.\n\n```json\n{}\n```\n\n"
        f"| What | Why |\n|---|---|\n| a | b |\n\n{SDK}"
    )
    outcome = run(flat("shop-a.mdx", "**GET** `/a` — Read"), page("a.mdx", text))
    assert {(left.kind, left.reason) for left in outcome.report.leftovers} == {
        ("list", "words about the page, outside its operations"),
        ("table", "not recognised"),
        ("fence", "placeholder of the documentation site"),
    }
    assert outcome.report.roles["SDK sample"] == 1
    assert outcome.report.totals()["operations"] == 1
    assert "| a.mdx | list | words about the page" in outcome.report.as_markdown()


def test_a_page_that_no_rule_fits_is_reported() -> None:
    rules = replace(RULES, pages=())
    diagnostics = Diagnostics()
    import_reference(page("a.mdx", "## `GET /a`\n\nReads.\n\n" + SDK), rules, diagnostics)
    assert [d.code for d in diagnostics] == ["page-without-service"]


def test_the_order_of_pages_changes_nothing() -> None:
    pages = [
        page("a.mdx", "## `GET /a`\n\nA.\n\n" + SDK.replace("store", "a")),
        page("b.mdx", "## `GET /b`\n\nB.\n\n" + SDK.replace("store", "b")),
        flat("shop-x.mdx", "**GET** `/a` — Get A"),
    ]
    forward, backward = run(*pages), run(*reversed(pages))
    for outcome in (forward, backward):
        for item in outcome.documents["shop.yaml"]["paths"].values():
            del item["get"]["x-source"]
    assert forward.documents == backward.documents


def test_files_of_an_import() -> None:
    names = set(render_files(run(page("a.mdx", "## `GET /a`\n\nReads.\n\n" + SDK))))
    assert names == {"shop.yaml", "import-report.md", "import-report.json"}


RULES_TEXT = """
[document]
openapi = "3.1.0"
version = "2.0"
[[pages]]
pattern = "*"
service = "only"
[server.plain]
url = "https://example.test"
description = "There."
[services.only]
title = "Only"
server = "plain"
"""


def test_run_import_reads_its_rules_beside_the_documents(tmp_path: Path) -> None:
    (tmp_path / "import.toml").write_text(RULES_TEXT)
    source = tmp_path / "reference.md"
    source.write_text(page("a.mdx", "## `GET /a`\n\nReads.\n\n" + SDK))
    report = run_import(source, tmp_path, Diagnostics())
    assert report.totals()["operations"] == 1
    written = yaml.safe_load((tmp_path / "only.yaml").read_text())
    assert written["info"]["version"] == "2.0"


def test_rules_can_lie_elsewhere_and_the_folder_is_made(tmp_path: Path) -> None:
    rules = tmp_path / "rules.toml"
    rules.write_text(RULES_TEXT)
    source = tmp_path / "reference.md"
    source.write_text(page("a.mdx", "## `GET /a`\n\nReads.\n\n" + SDK))
    out = tmp_path / "new" / "specs"

    run_import(source, out, Diagnostics(), rules_file=rules)

    assert sorted(path.name for path in out.iterdir()) == [
        "import-report.json",
        "import-report.md",
        "only.yaml",
    ]


def test_nothing_is_written_when_one_file_can_not_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "import.toml").write_text(RULES_TEXT)
    source = tmp_path / "reference.md"
    source.write_text(page("a.mdx", "## `GET /a`\n\nReads.\n\n" + SDK))
    write = Path.write_text

    def fail_late(path: Path, *arguments: str, **keywords: str) -> int:
        if path.suffix == ".json":
            raise OSError("no space")
        return write(path, *arguments, **keywords)

    monkeypatch.setattr(Path, "write_text", fail_late)
    with pytest.raises(OSError, match="no space"):
        run_import(source, tmp_path, Diagnostics())

    assert sorted(path.name for path in tmp_path.iterdir()) == ["import.toml", "reference.md"]


@pytest.mark.parametrize("text", ["[document", "[document]\nopenapi = '3.1.0'\n"])
def test_wrong_rules_end_the_run_with_a_diagnostic(tmp_path: Path, text: str) -> None:
    (tmp_path / "import.toml").write_text(text)
    with pytest.raises(CodegenError) as caught:
        load_rules(tmp_path / "import.toml")
    assert [d.code for d in caught.value.diagnostics] == ["import-rules"]


def test_a_reference_that_cannot_be_read_is_reported(tmp_path: Path) -> None:
    (tmp_path / "import.toml").write_text(RULES_TEXT)
    with pytest.raises(CodegenError) as caught:
        run_import(tmp_path / "nothing.md", tmp_path, Diagnostics())
    assert [d.code for d in caught.value.diagnostics] == ["reference-unreadable"]


def fence(info: str, text: str) -> Block:
    return Block(Kind.FENCE, 1, text, info=info)


@pytest.mark.parametrize(
    ("command", "method", "path", "body"),
    [
        ("curl https://x.test/a", "GET", "/a", None),
        ("curl -X PUT https://x.test/a -d '{}'", "PUT", "/a", "{}"),
        ("curl https://x.test/a%20b -d x=1", "POST", "/a b", "x=1"),
        ("curl -T file https://x.test/a", "PUT", "/a", "file"),
        ("curl -I https://x.test/a", "HEAD", "/a", None),
        ("curl -X GET 'https://x.test/a' \\\n  -H 'A: b' | jq .", "GET", "/a", None),
    ],
)
def test_curl_samples(command: str, method: str, path: str, body: str | None) -> None:
    (call,) = curl_calls(fence("bash", command + "\n"))
    assert (call.method, call.path, call.body) == (method, path, body)


def test_curl_with_g_puts_data_into_the_query() -> None:
    (call,) = curl_calls(fence("bash", "curl -G https://x.test/a --data-urlencode 'q=x y'\n"))
    assert (call.method, call.query) == ("GET", "q=x y")


def test_several_curl_calls_in_one_fence() -> None:
    text = "# one\ncurl https://x.test/a\n# two\ncurl https://x.test/b\n"
    assert [call.path for call in curl_calls(fence("bash", text))] == ["/a", "/b"]


def test_sdk_samples_name_the_call_and_its_arguments() -> None:
    text = 'const x = await client.shop.crates.store({ id: "a(b" }, [1]);\nclient.shop.other();\n'
    first, second = sdk_calls(fence("ts", text))
    assert (first.name, first.namespace) == ("shop.crates.store", "shop")
    assert first.arguments == '{ id: "a(b" }, [1]'
    assert second.name == "shop.other"


@pytest.mark.parametrize(
    ("source", "values"),
    [
        ('"id", {a: 1, "b-c": [true, null, -2.5],}', ["id", {"a": 1, "b-c": [True, None, -2.5]}]),
        ("{ a: new Date(), b: x.y, c: `t`, d: `${x}`, e: 1 + 2 }", [{"c": "t"}]),
        ("{ /* c */ a: 'it\\'s', // d\n ...rest, b }", [{"a": "it's"}]),
        ("call(1, 2)", [OPAQUE]),
        ("", []),
        ("{ a: ", [OPAQUE]),
    ],
)
def test_javascript_literals(source: str, values: list[Any]) -> None:
    assert read_arguments(source) == values


def test_blocks_have_the_lines_of_the_file() -> None:
    text = (
        "# A\n\ntext\n```json\n{}\n```\n| a | b |\n|---|---|\n| 1 \\| 2 | `x` |\n\n- one\n  - two\n"
    )
    blocks = read_blocks(text, first_line=10)
    assert [(b.kind.value, b.line) for b in blocks] == [
        ("heading", 10),
        ("paragraph", 12),
        ("fence", 13),
        ("table", 16),
        ("list", 20),
    ]
    assert blocks[3].rows[0].cells == ("1 | 2", "`x`")
    assert blocks[4].items[0].items[0].text == "two"


def test_descriptions_keep_lists_and_paragraphs() -> None:
    content = section("**Use it for:**\n\n- one\n- two\n\nAnd more.\n")
    assert content["description"] == (
        "Does something with crates.\n\n**Use it for:**\n\n- one\n- two\n\nAnd more."
    )
