"""``--query``: a part of the result, by an expression (https://jmespath.org)."""

from __future__ import annotations

from typing import Any, Protocol, cast

import click

from .formats import safe_line
from .shapes import Json


class Query:
    """An expression that was read; the library is imported when there is one."""

    def __init__(self, expression: str) -> None:
        import jmespath
        from jmespath.exceptions import JMESPathError

        self.expression = expression
        try:
            self._compiled = cast("_Compiled", jmespath.compile(expression))
        except JMESPathError as error:
            raise click.UsageError(_explained(expression, error)) from error
        _check_functions(expression, self._compiled.parsed)

    def search(self, data: Json) -> Json:
        """What the expression finds in ``data``."""
        from jmespath.exceptions import JMESPathError

        try:
            return self._compiled.search(data)
        except JMESPathError as error:
            message = f"--query doesn't fit this result: {_first_line(error)}"
            raise click.UsageError(f"{message}\n  {self.expression}") from error


class _Compiled(Protocol):
    parsed: dict[str, Any]

    def search(self, value: Json) -> Json: ...


def _explained(expression: str, error: Exception) -> str:
    if not expression.strip():
        return "--query: the expression is empty"
    position: object = getattr(error, "lex_position", None)
    if not isinstance(position, int):
        return f"--query: {_first_line(error)}\n  {expression}"
    position = min(position, len(expression))
    found = expression[position:].split()
    said = f"unexpected {found[0]!r}" if found else "the expression ends too early"
    # The mark stands under its character only if there is one line.
    line = " ".join(expression.splitlines())
    return (
        f"--query: {said} at position {position + 1}\n  {line}\n  {' ' * position}^\n"
        "The language is described at https://jmespath.org"
    )


def _first_line(error: Exception) -> str:
    # It may quote from the result.
    return safe_line(str(error).partition("\n")[0])


def _check_functions(expression: str, node: Any) -> None:
    """Refuse functions that don't exist before anything is sent: the library looks at them late."""
    from jmespath.functions import Functions

    if isinstance(node, dict):
        fields = cast("dict[str, Any]", node)
        known = cast("dict[str, object]", Functions.FUNCTION_TABLE)
        if fields.get("type") == "function_expression" and fields["value"] not in known:
            name = str(fields["value"])
            position = expression.find(name) + 1
            names = ", ".join(sorted(known))
            message = f"--query: there is no function {name}() at position {position}"
            raise click.UsageError(f"{message}\n  {expression}\nThere is: {names}")
        _check_functions(expression, fields.get("children", []))
    elif isinstance(node, list):
        for child in node:
            _check_functions(expression, child)
