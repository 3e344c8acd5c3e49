"""Prints results as a command does, on streams that are kept."""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple
from unittest.mock import patch

from hoody_codegen import runtime
from hoody_codegen.cli_runtime import output
from hoody_codegen.cli_runtime.context import Invocation
from hoody_codegen.cli_runtime.model import App, Column, Command, Form, Output

APP = App(
    name="demo",
    package="demo",
    version="1.2.3",
    env_prefix="DEMO",
    summary="A program for tests.",
    client=lambda: runtime.SyncClient,
    errors=lambda: runtime.errors,
    runtime=lambda: runtime,
    commands=lambda name: None,
    tree=(),
)


class _Stream(io.TextIOWrapper):
    """Keeps what is written; says of itself that it is a terminal, if it is meant to be one."""

    def __init__(self, kept: io.BytesIO, *, is_terminal: bool, encoding: str) -> None:
        super().__init__(kept, encoding=encoding, write_through=True, newline="")
        self._is_terminal = is_terminal

    def isatty(self) -> bool:
        return self._is_terminal


class Shown(NamedTuple):
    """What stands on stdout and stderr."""

    output: bytes
    errors: bytes

    @property
    def text(self) -> str:
        return self.output.decode()

    @property
    def lines(self) -> list[str]:
        return self.text.splitlines()

    @property
    def notes(self) -> str:
        return self.errors.decode()

    @property
    def json(self) -> Any:
        return json.loads(self.output)


class Screen:
    """Where results are printed: a pipe, or a terminal of some width."""

    def __init__(
        self,
        *,
        terminal: bool = False,
        width: int = 80,
        encoding: str = "utf-8",
        environment: dict[str, str] | None = None,
    ) -> None:
        self.terminal = terminal
        self.encoding = encoding
        self.environment = {"COLUMNS": str(width), **(environment or {})}
        self.kept = io.BytesIO()
        self.told = io.BytesIO()

    def show(self, result: object, command: Command | None = None, **settings: Any) -> Shown:
        """What is printed of ``result`` with these settings."""
        with self.placed(**settings) as invocation:
            used = command or command_of()
            output.check(invocation, used)
            output.show(invocation, used, result)
        return self.shown

    @property
    def shown(self) -> Shown:
        return Shown(self.kept.getvalue(), self.told.getvalue())

    @contextmanager
    def placed(self, **settings: Any) -> Iterator[Invocation]:
        """An invocation that prints here."""
        invocation = Invocation(APP)
        for name, value in settings.items():
            assert hasattr(invocation.settings, name)
            setattr(invocation.settings, name, value)
        hidden = ("NO_COLOR", "TERM", "FORCE_COLOR")
        kept = {name: value for name, value in os.environ.items() if name not in hidden}
        out = _Stream(self.kept, is_terminal=self.terminal, encoding=self.encoding)
        err = _Stream(self.told, is_terminal=self.terminal, encoding="utf-8")
        try:
            with (
                patch.dict(os.environ, {**kept, **self.environment}, clear=True),
                patch.object(sys, "stdout", out),
                patch.object(sys, "stderr", err),
            ):
                yield invocation
        finally:
            for stream in (out, err):
                stream.detach()


def command_of(form: Form = "object", columns: tuple[Column, ...] = (), **values: Any) -> Command:
    """A command whose result has this form."""
    return Command(
        path=("things", "get"),
        method="api.things.get",
        request="GET /things",
        summary="Get things.",
        output=Output(form, columns, **values),
    )


def show(result: object, command: Command | None = None, **settings: Any) -> Shown:
    """What is printed of ``result`` into a pipe."""
    return Screen().show(result, command, **settings)
