"""What documents tell the command line: ``x-cli-flag`` and ``x-cli-confirm``."""

from __future__ import annotations

import textwrap

from hoody_codegen.ir import Operation
from hoody_codegen.text import Untrusted
from support.reading import only, read

HEAD = "openapi: 3.1.0\ninfo: {title: Demo API, version: 1.2.0, x-namespace: demo}\n"


def operation_of(operation: str) -> tuple[Operation, list[str]]:
    api, messages = read(f"{HEAD}paths:\n  /a:\n    get:\n{textwrap.indent(operation, '      ')}")
    return only(api), messages


def test_what_a_command_line_is_told() -> None:
    operation, messages = operation_of(
        "x-cli-confirm: true\n"
        "parameters: [{name: id, in: query, x-cli-flag: project, schema: {type: string}}]\n"
    )

    assert operation.cli_confirm is True
    assert operation.parameters[0].cli_flag == Untrusted("project")
    assert not messages


def test_what_is_no_answer_to_a_question_is_left_out() -> None:
    operation, messages = operation_of("x-cli-confirm: often\n")

    assert operation.cli_confirm is None
    assert len(messages) == 1
    assert "'x-cli-confirm' is left out" in messages[0]
