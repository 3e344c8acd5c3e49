"""What docstrings say about arguments, results and errors."""

from __future__ import annotations

from typing import Any

import pytest
from hoody_codegen import ir
from hoody_codegen.naming.identifiers import ClassName, Identifier
from hoody_codegen.python.docstrings import (
    DocumentedArgument,
    DocumentedError,
    is_reason_phrase,
    method_docstring,
    one_line,
)
from hoody_codegen.python.forms import ResultForm
from hoody_codegen.text import Untrusted
from support.building import INTEGER, PLACE, STRING, enum


def argument(type_: ir.TypeRef = STRING, **facts: Any) -> DocumentedArgument:
    if "description" in facts:
        facts["description"] = Untrusted(facts["description"])
    if "default" in facts:
        facts["default"] = Untrusted(facts["default"])
    if "limits" in facts:
        facts["constraints"] = ir.Constraints(**facts.pop("limits"))
    return DocumentedArgument(Identifier("a"), type_, **facts)


def docstring_of(
    *arguments: DocumentedArgument,
    errors: tuple[DocumentedError, ...] = (),
    form: ResultForm = ResultForm.VALUE,
    **operation: Any,
) -> str:
    for name in ("summary", "description"):
        if name in operation:
            operation[name] = Untrusted(operation[name])
    described = ir.Operation(
        key="k",
        service=Untrusted("s"),
        method="GET",
        path=Untrusted("/x"),
        origin=PLACE,
        **operation,
    )
    return str(method_docstring(described, arguments, errors, form=form))


def argument_text(found: DocumentedArgument) -> str:
    lines = docstring_of(found, summary="S").splitlines()
    start = lines.index("        Args:")
    return " ".join(line.strip() for line in lines[start + 1 : -1]).removeprefix("a: ")


@pytest.mark.parametrize(
    ("found", "text"),
    [
        (argument(description="The name"), "The name."),
        (argument(enum("x", "y")), "One of `x`, `y`."),
        (argument(enum("x", "y"), description="Either x or y"), "Either x or y."),
        (argument(ir.ArrayType(enum(1, 2))), "One of `1`, `2`."),
        (argument(INTEGER, limits={"minimum": 1, "maximum": 9}), "At least 1, at most 9."),
        (argument(limits={"min_length": 3, "max_length": 3}), "Exactly 3 characters."),
        (argument(limits={"min_length": 0, "max_length": 3}), "At most 3 characters."),
        (argument(limits={"exclusive_minimum": 0}), "More than 0."),
        (argument(description="Range 1–7", limits={"minimum": 1, "maximum": 7}), "Range 1–7."),
        (
            argument(description="Of 17", limits={"minimum": 1, "maximum": 7}),
            "Of 17. At least 1, at most 7.",
        ),
        (argument(description="In ms", limits={"unit": Untrusted("milliseconds")}), "In ms."),
        (argument(description="Items", limits={"unit": Untrusted("ms")}), "Items. Unit: ms."),
        (argument(description="Token", default=""), "Token."),
        (argument(limits={"unit": Untrusted("seconds")}), "Unit: seconds."),
        (argument(description="In seconds", limits={"unit": Untrusted("seconds")}), "In seconds."),
        (argument(limits={"pattern": Untrusted("^a$")}), "Pattern: `^a$`."),
        (argument(default=True), "Server default: `true`."),
        (argument(description="Default: 5", default=5), "Default: 5."),
        (argument(deprecated=True, description="Old"), "Old. Deprecated."),
        (argument(needed_with_body=True), "Required if a body is sent."),
        (argument(ir.ScalarType(ir.ScalarKind.DATE_TIME)), "Format: date-time."),
        (argument(ir.ScalarType(ir.ScalarKind.STRING, Untrusted("uuid"))), "Format: uuid."),
    ],
)
def test_an_argument_says_what_is_known_once(found: DocumentedArgument, text: str) -> None:
    assert argument_text(found) == text


def test_an_argument_without_anything_to_say_is_left_out() -> None:
    assert "Args" not in docstring_of(argument())


def test_a_description_that_repeats_the_summary_is_said_once() -> None:
    assert docstring_of(summary="List files", description="List files.").count("files") == 1
    longer = docstring_of(summary="List files", description="List files. Newest first.")
    assert longer.count("List files") == 1
    assert "Newest first." in longer
    other = docstring_of(summary="List files", description="List files of a box.")
    assert "List files of a box." in other


def test_without_a_summary_the_request_line_stands_first() -> None:
    assert docstring_of() == '"""`GET /x`."""'


@pytest.mark.parametrize(
    ("entry", "text"),
    [
        ({"code": "GONE_NOW"}, "E: 404 `GONE_NOW`."),
        ({"code": "C", "title": "No file"}, "E: 404 `C`. No file."),
        ({"code": "C", "description": "It left"}, "E: 404 `C`. It left."),
        ({"title": "Not Found"}, "E: Status 404."),
        ({"description": "404 Not Found"}, "E: Status 404."),
        ({"title": "Gone", "resolution": "Look elsewhere"},
         "E: Status 404. Gone. Resolution: Look elsewhere."),
    ],
)  # fmt: skip
def test_errors_name_status_code_title_and_resolution(entry: dict[str, str], text: str) -> None:
    texts: dict[str, Any] = {"code": None} | {key: Untrusted(value) for key, value in entry.items()}
    error = DocumentedError(ClassName("E"), ir.ErrorEntry(status=404, origin=PLACE, **texts))

    assert f"            {text}\n" in docstring_of(errors=(error,), summary="S")


def test_reason_phrases_say_nothing() -> None:
    assert is_reason_phrase(429, "too many requests.")
    assert not is_reason_phrase(429, "Wait a minute")
    assert not is_reason_phrase(599, "Whatever")


def test_one_line_ends_at_a_sentence_or_a_word() -> None:
    assert one_line("First one. Second one.", 80) == "First one."
    assert one_line("word " * 10, 22) == "word word word word …"


@pytest.mark.parametrize(
    ("kind", "form", "text"),
    [
        (ir.ResultKind.BINARY, ResultForm.DOWNLOAD, "The content (`image/png`)."),
        (ir.ResultKind.TEXT, ResultForm.VALUE, "The body as text (`image/png`)."),
        (ir.ResultKind.TEXT, ResultForm.EVENTS, "The events"),
        (ir.ResultKind.TEXT, ResultForm.LINES, "The JSON values"),
        (ir.ResultKind.NONE, ResultForm.SOCKET, "The WebSocket"),
    ],
)
def test_results_that_are_no_single_json_value_are_described(
    kind: ir.ResultKind, form: ResultForm, text: str
) -> None:
    result = ir.Result(kind, media_types=("image/png",))

    assert text in docstring_of(summary="S", result=result, form=form)
