"""The one door from text to code, attacked from all sides."""

from __future__ import annotations

import ast
import io
import tokenize
import tomllib
import warnings
from typing import Any

import pytest
from hoody_codegen.python.code import Code, code, join
from hoody_codegen.python.escape import comment, docstring, literal, markdown, markdown_code, toml
from hoody_codegen.text import Untrusted
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

NASTY = [
    '"',
    "'",
    '"""',
    "'''",
    '""""""',
    "\\",
    '\\"""',
    '"\\',
    "a\\",
    "\n",
    "\r\n",
    "a\rb",
    "\x85",
    "\u2028\u2029",
    "\x00",
    "\x0c",
    "\ud800",
    "\u202e\u2066",
    "\ufeff",
    "{{ 7 * 7 }}",
    "{% raw %}",
    "\\N{BULLET}",
    "\\x",
    '"""\nimport os\n"""',
    '"\n    import os\n    x = "',
    "# coding: utf-7",
    "# type: ignore",
    "${HOME}",
    "<script>alert(1)</script>",
    "![x](javascript:alert(1))",
    "a\u00a0b\u3000c",
    "\t tab",
    "😀 é ü",
]
texts = st.one_of(
    st.sampled_from(NASTY),
    st.text(),
    st.lists(st.sampled_from([*NASTY, "word", " "]), max_size=8).map("".join),
)
json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)


def module(source: str) -> ast.Module:
    """Parse as Python does when it reads a file, with its warnings as errors."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return ast.parse(source.encode("utf-8"))


@settings(deadline=None, max_examples=400)
@given(json_values)
def test_literal_evaluates_to_the_same_value(value: Any) -> None:
    printed = literal(value)
    module(f"x = {printed}\n")
    back = ast.literal_eval(printed)
    assert back == value
    assert type(back) is type(value)
    assert "\n" not in printed


@pytest.mark.parametrize("text", NASTY)
def test_literal_of_nasty_text(text: str) -> None:
    assert ast.literal_eval(literal(text)) == text
    assert literal(Untrusted(text)) == literal(text)


def test_literal_prefers_double_quotes() -> None:
    assert literal("it's") == '''"it's"'''
    assert literal("plain") == '"plain"'
    assert literal('say "hi"') == """'say "hi"'"""


def test_literal_of_tuples_and_numbers_beyond_json() -> None:
    assert literal(("a",)) == '("a",)'
    assert literal(("a", 1)) == '("a", 1)'
    assert literal(float("inf")) == 'float("inf")'


def test_literal_refuses_what_is_no_data() -> None:
    with pytest.raises(TypeError, match="object is no JSON value"):
        literal(object())


def test_literal_is_not_fooled_by_a_subclass() -> None:
    class Sly(str):
        def __repr__(self) -> str:
            return "__import__('os')"

    assert ast.literal_eval(literal(Sly("x"))) == "x"


@settings(deadline=None, max_examples=400)
@given(texts, st.sampled_from([0, 4, 8]))
@example('ends with "', 4)
@example("ends with \\", 4)
@example('"starts', 0)
@example('\\"', 0)
@example('ends with \\\\"', 4)
def test_docstring_stays_one_docstring(text: str, indent: int) -> None:
    margin = " " * indent
    header = "".join(f"{' ' * level}class A:\n" for level in range(0, indent, 4))
    tree = module(f"{header}{margin}{docstring(text, indent=indent)}\n{margin}x = 1\n")
    body: list[ast.stmt] = tree.body
    while isinstance(body[0], ast.ClassDef):
        body = body[0].body
    assert [type(node) for node in body] == [ast.Expr, ast.Assign]
    first = body[0]
    assert isinstance(first, ast.Expr)
    assert isinstance(first.value, ast.Constant)
    shown = first.value.value
    assert isinstance(shown, str)
    for word in text.split():
        if word.isascii() and word.isprintable():
            assert word in shown
    assert all(character.isprintable() or character == "\n" for character in shown)


def test_docstring_shows_what_could_not_be_seen() -> None:
    assert docstring("a\u202eb") == '"""a\\\\u202eb"""'


def test_docstring_of_several_lines_is_indented() -> None:
    assert docstring(["One.", "", "  two  "], indent=4) == '"""One.\n\n      two\n    """'


@settings(deadline=None, max_examples=300)
@given(texts)
def test_comment_stays_a_comment(text: str) -> None:
    source = f"{comment(text)}\nx = 1\n"
    assert [type(node) for node in module(source).body] == [ast.Assign]
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            assert token.string.count("#") == 1


@pytest.mark.parametrize(
    "order", ["noqa", "type: ignore", "fmt: off", "pyright: basic", "mypy: ignore-errors", "nosec"]
)
def test_comment_gives_no_orders(order: str) -> None:
    assert not comment(order).startswith(f"# {order}")
    assert f"# {order}" not in comment(f"text # {order}")


def test_comment_declares_no_encoding() -> None:
    assert comment("-*- coding: utf-7 -*-") == "# -*- coding : utf-7 -*-"


@settings(deadline=None, max_examples=300)
@given(texts)
def test_toml_reads_back(text: str) -> None:
    expected = "".join("\ufffd" if "\ud800" <= c <= "\udfff" else c for c in text)
    assert tomllib.loads(f"x = {toml(text)}\n") == {"x": expected}


@settings(deadline=None, max_examples=300)
@given(texts)
def test_markdown_is_text_without_effect(text: str) -> None:
    tokens = MarkdownIt("commonmark").parse(f"before\n\n{markdown(text)}\n\nafter\n")
    inline = [token for token in tokens if token.type == "inline"]
    kinds = {child.type for token in inline for child in token.children or ()}
    assert kinds <= {"text", "text_special"}
    assert {token.type for token in tokens} <= {"paragraph_open", "paragraph_close", "inline"}


@settings(deadline=None, max_examples=300)
@given(texts)
def test_a_code_span_holds_the_text_in_a_cell_of_a_table(text: str) -> None:
    table = f"| a | b |\n|---|---|\n| {markdown_code(text)} | x |\n"
    tokens = MarkdownIt("commonmark").enable("table").parse(table)
    cells = [token for token in tokens if token.type == "inline"]
    assert [token.content for token in cells][-1] == "x"
    assert len(cells) == 4
    assert {child.type for child in cells[2].children or ()} <= {"code_inline"}


def test_code_takes_no_plain_text() -> None:
    with pytest.raises(TypeError, match="plain text"):
        code("{}[{}]", Code("list"), "str")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="plain text"):
        join(", ", ["x"])  # type: ignore[list-item]
    assert code("{}[{}]", Code("list"), Code("str")) == "list[str]"


def test_code_counts_its_parts() -> None:
    with pytest.raises(ValueError, match="1 places for 2 parts"):
        code("{}", Code("a"), Code("b"))
