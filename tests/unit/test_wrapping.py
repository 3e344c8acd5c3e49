"""Prose for docstrings: filled to the width, with nothing lost."""

from __future__ import annotations

import ast

import pytest
from hoody_codegen.python.escape import docstring, literal
from hoody_codegen.python.literals import text_keyword
from hoody_codegen.python.wrapping import (
    blocks,
    hanging,
    same_words,
    sentence,
    shown_width,
    starts_with,
    wrap,
)
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

PIECES = [
    "word",
    '"quoted"',
    "back\\slash",
    "- ",
    "\n",
    "\n\n",
    "```\n",
    "| a | b |\n",
    "1. ",
    "\u202e",
]
TEXTS = st.one_of(st.text(), st.lists(st.sampled_from(PIECES), max_size=30).map(" ".join))


@settings(max_examples=300)
@given(TEXTS, st.integers(20, 90))
def test_lines_fit_and_hold_every_word(text: str, width: int) -> None:
    assume("](" not in text)
    lines = wrap(text, width)

    for line in lines:
        words = line.removeprefix(" " * (len(line) - len(line.lstrip()))).split(" ")
        assert shown_width(line) <= width or len(words) <= 3
    markers = {"-", "*", "+", "•"}
    kept = [word for word in "\n".join(lines).split() if word not in markers]
    given_words = [word for word in text.replace("\ufdd0", "").split() if word not in markers]
    assert kept == given_words


@settings(max_examples=200)
@given(TEXTS)
def test_a_docstring_of_wrapped_text_fits_into_its_lines(text: str) -> None:
    printed = docstring("\n".join(wrap(text, 100 - 8 - 6)), indent=8)

    tree = ast.parse(f"class A:\n    def b(self):\n        {printed}\n")
    assert isinstance(tree.body[0], ast.ClassDef)
    for line in printed.splitlines()[1:]:
        assert len(line) <= 100 or len(line.split()) <= 3


def test_paragraphs_are_filled_and_lists_hang() -> None:
    text = (
        "One two\nthree four.\n\n* first item that is\n  long\n* second\n1. third\n\n# Head\n| a |"
    )

    assert wrap(text, 16) == [
        *("One two three", "four.", ""),
        *("- first item", "  that is long", "- second", "1. third", ""),
        *("# Head", "| a |"),
    ]


def test_links_inside_the_documentation_become_their_text() -> None:
    text = "A [b\nlist](#c-d), [`/`](/x/#y) and [RFC](https://rfc.example/#a).\n- [up](../x)"
    assert wrap(text, 90) == [
        "A b list, `/` and [RFC](https://rfc.example/#a).",
        "- up",
    ]
    assert wrap("```\n[a](#b)\n```", 90) == ["```", "[a](#b)", "```"]


def test_code_keeps_its_lines() -> None:
    assert wrap("See:\n```py\nif a:\n    b = 1\n```\nDone.", 30) == [
        *("See:", "```py", "if a:", "    b = 1", "```", "Done."),
    ]


def test_entries_hang_below_their_name() -> None:
    assert hanging("name:", "one two three four five", 16) == [
        *("name: one two", "    three four", "    five"),
    ]
    assert hanging("name:", "- a\n- b", 16) == ["name:", "    - a", "    - b"]
    assert hanging("name:", "", 16) == ["name:"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [("a", "a."), ("a.", "a."), ("a\n b?", "a b?"), ("", ""), ("a:", "a:")],
)
def test_sentences_end(text: str, expected: str) -> None:
    assert sentence(text) == expected


def test_texts_are_compared_by_their_words() -> None:
    assert same_words("List  files.", "list files")
    assert starts_with("List files of a box", "list files")
    assert not same_words("list", "lists")


def test_empty_groups_vanish() -> None:
    assert blocks(["a"], [], [""], ["b", "c"]) == "a\n\nb\nc"


@settings(max_examples=300)
@example("\0" * 3 + "word " * 40)
@given(st.one_of(st.text(max_size=300), st.lists(st.sampled_from(PIECES)).map(" ".join)))
def test_a_long_text_is_cut_between_words_and_stays_the_same(text: str) -> None:
    argument = text_keyword("description", text)

    assert ast.literal_eval(argument.value) == text
    if len(literal(text)) < 70:
        assert argument.value == literal(text)
    for line in argument.value.splitlines():
        assert len(line) <= 92 or line.count(" ") <= 1


def test_paths_are_cut_between_segments() -> None:
    path = "/" + "/".join(f"segment-{number}" for number in range(20))
    argument = text_keyword("path", path, after="/")
    lines = argument.value.splitlines()
    assert (lines[0], lines[-1]) == ("(", ")")
    assert all(len(line) <= 92 for line in lines)
    assert all(line.endswith('/"') for line in lines[1:-2])
    assert ast.literal_eval(argument.value) == path
